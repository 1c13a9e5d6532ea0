"""The state of the graph stage in the address: the formula, its values, what is trained, and where it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from engine.checks import SpecError
from engine.experiment import Position
from engine.expression import MADE, ExpressionError, parse
from engine.expression.passes import listing
from engine.expression.presets import PRESETS, Preset
from engine.expression.run import MAX_STEPS
from engine.expression.spec import ExpressionSpec, checked_value
from playground.link_reader import LinkReader, whole
from playground.typed_expression import start_values

# Opening a link walks to where it stands: so many instructions take a quarter of a second.
MOST_INSTRUCTIONS = 20_000
START = Position()
_LONGEST = {"text": MADE.characters, "values": 6000, "parameters": 2000}


@dataclass(frozen=True, slots=True)
class GraphLink:
    """What an address asks for.

    Attributes
    ----------
    spec : ExpressionSpec
    position : Position
        Where it stands.
    preset : str
        Key in `PRESETS` of what the spec is; empty for none of them.
    slide : str
        The slide that it stands on; empty for none.
    ignored : tuple of str
        What was ignored and why, a sentence each.
    """

    spec: ExpressionSpec = PRESETS["xyz"].spec
    position: Position = START
    preset: str = "xyz"
    slide: str = ""
    ignored: tuple[str, ...] = ()


def slides() -> dict[str, Preset]:
    """Return by slide the preset that it shows."""
    return {slide: preset for preset in PRESETS.values() for slide in preset.slides}


def preset_of(spec: ExpressionSpec) -> str:
    """Return the key of the preset that this is; empty for none."""
    return next((key for key, preset in PRESETS.items() if preset.spec == spec), "")


def to_query(spec: ExpressionSpec, position: Position = START) -> dict[str, str]:
    """Return texts by name: a preset by its key, other formulas written out.

    Parameters
    ----------
    spec : ExpressionSpec
    position : Position
        Where it stands.
    """
    query = {"stage": "graph"}
    preset = preset_of(spec)
    if preset:
        query["preset"] = preset
    else:
        query |= {"text": spec.text, "values": ",".join(f"{name}:{value!r}" for name, value in spec.values)}
        if spec.parameters:
            query["parameters"] = ",".join(spec.parameters)
        if spec.target is not None:
            query["target"] = repr(spec.target)
        if spec.learning_rate != ExpressionSpec().learning_rate:
            query["learning_rate"] = repr(spec.learning_rate)
        if spec.shared:
            query["shared"] = "true"
    for name in ("epoch", "op"):
        if getattr(position, name):
            query[name] = str(getattr(position, name))
    return query


def to_url(spec: ExpressionSpec, position: Position = START) -> str:
    """Return the query as it stands in an address, without the question mark."""
    return urlencode(to_query(spec, position), safe=",:")


def from_query(query: str | Mapping[str, str]) -> GraphLink:
    """Return what an address asks for, and what of it was ignored and why.

    Parameters
    ----------
    query : str or mapping
        ``?preset=xyz&op=3``, or the same as a mapping.
    """
    reader = _Reader(query, _LONGEST)
    return replace(reader.link(), ignored=reader.ignored)


class _Reader(LinkReader):
    """One reading of one address."""

    def link(self) -> GraphLink:
        slide, begun = self._slide()
        preset = self.take("preset", _preset)
        begun = preset or begun or PRESETS["xyz"]
        if slide and slide not in begun.slides:
            self.ignore("slide", slide, f"it does not show {begun.title}")
            slide = ""
        spec = self._spec(begun.spec)
        position = begun.slides[slide] if slide else START
        if "epoch" in self._pairs or "op" in self._pairs:
            position, slide = self._position(spec), ""
        self.ignore_rest()
        key = preset_of(spec)
        return GraphLink(spec, position, key, slide if key == begun.key else "")

    def _slide(self) -> tuple[str, Preset | None]:
        slide = self.take("slide", _slide) or ""
        return slide, slides()[slide] if slide else None

    def _spec(self, begun: ExpressionSpec) -> ExpressionSpec:
        """Return the spec of all parts that can be taken; a part that cannot is left as it was."""
        spec = begun
        text = self.take("text", _formula)
        if text is not None and text != spec.text:
            expression = parse(text, limits=MADE)
            kept = tuple(name for name in spec.parameters if name in expression.names)
            spec = ExpressionSpec(text, tuple(start_values(expression, spec.start).items()), kept)
        names = {name for name, _ in spec.values}
        values = self.take("values", lambda text: _values(text, names))
        if values is not None:
            spec = spec.with_(values={**spec.start, **values})
        changes: dict[str, Callable[[str], ExpressionSpec]] = {
            "parameters": lambda text: spec.with_(parameters=tuple(name for name in text.split(",") if name)),
            "learning_rate": lambda text: spec.with_(learning_rate=text),
            "target": lambda text: spec.with_(target=text),
            "shared": lambda text: spec.with_(shared=text),
        }
        for name, change in changes.items():
            spec = self.take(name, change) or spec
        return spec

    def _position(self, spec: ExpressionSpec) -> Position:
        length = len(listing(spec.graph(), spec.parameters))
        steps = min(MAX_STEPS if spec.parameters else 1, MOST_INSTRUCTIONS // length)
        epoch = self.take("epoch", lambda text: whole("epoch", text, steps)) or 0
        last = 0 if epoch == steps else length - 1
        op = self.take("op", lambda text: whole("op", text, last)) or 0
        return Position(epoch, 0, op)


def _preset(text: str) -> Preset:
    if text not in PRESETS:
        raise SpecError("preset", f"there is no such preset; there are {', '.join(PRESETS)}")
    return PRESETS[text]


def _slide(text: str) -> str:
    if text not in slides():
        raise SpecError("slide", f"no graph is known of this slide; there are {', '.join(slides())}")
    return text


def _formula(text: str) -> str:
    """Return the text of a formula that can be read."""
    try:
        if not parse(text, limits=MADE).names:
            raise SpecError("text", "the formula has no name to differentiate by")
    except ExpressionError as error:
        raise SpecError("text", f"the formula cannot be read: {error}") from None
    return text.strip()


def _values(text: str, names: set[str]) -> dict[str, float]:
    values = {}
    for part in text.split(","):
        name, _, number = part.partition(":")
        if name not in names:
            raise SpecError("values", f"the formula has no name {name[:20]!r}; write x:1.5,y:2")
        values[name] = checked_value("values", f"The value of {name}", number)
    return values
