"""The state of the descent stage in the address: what descends, how, where it stands, and what is shown of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from engine.checks import SpecError
from engine.descent import DESCENT_SETTINGS, MAX_STEPS, DescentRun, DescentSpec
from engine.experiment import Position
from playground.link_reader import LinkReader, known, whole
from playground.stages.descent.presets import PRESETS, USUAL_VIEWS, VIEWS, Preset, preset_of

START = Position()
_FIRST = PRESETS["ravine"]
_LONGEST = {"formula": 300, "start": 2000, "settings": 500, "schedule_settings": 500}
# What the rest depends on: a surface has its start and its rates, an optimizer and a schedule their settings.
_GROUND = ("surface", "formula", "dimensions", "network", "weights", "free", "trained", "reach")
_KINDS = ("optimizer", "schedule")
_PAIRS = ("settings", "schedule_settings")
# A descent of the stage goes on as long as one may.
_NOT_IN_LINKS = ("steps",)


@dataclass(frozen=True, slots=True)
class DescentLink:
    """What an address asks for.

    Attributes
    ----------
    spec : DescentSpec
    position : Position
        Where it stands.
    views : tuple of str
        What is shown beside the path: keys of `VIEWS`, in their order.
    preset : str
        Key in `PRESETS` of what the spec is; empty for none of them.
    slide : str
        The slide that it stands on; empty for none.
    ignored : tuple of str
        What was ignored and why, a sentence each.
    """

    spec: DescentSpec = _FIRST.spec
    position: Position = START
    views: tuple[str, ...] = USUAL_VIEWS
    preset: str = _FIRST.key
    slide: str = ""
    ignored: tuple[str, ...] = ()


def slides() -> dict[str, Preset]:
    """Return by slide the preset that it shows."""
    return {slide: preset for preset in PRESETS.values() for slide in preset.slides}


def to_query(
    spec: DescentSpec, position: Position = START, views: tuple[str, ...] = USUAL_VIEWS
) -> dict[str, str]:
    """Return texts by name: a preset by its key, of other descents what is not usual.

    Parameters
    ----------
    spec : DescentSpec
    position : Position
        Where it stands.
    views : tuple of str
    """
    query = {"stage": "descent"}
    preset = preset_of(spec)
    usual_views = USUAL_VIEWS
    if preset:
        query["preset"] = preset
        usual_views = PRESETS[preset].views
    else:
        ground = {name: getattr(spec, name) for name in _GROUND if name in _wanted(spec)}
        usual = DescentSpec(**ground, **{name: getattr(spec, name) for name in _KINDS})
        query |= {name: _to_text(value) for name, value in ground.items()}
        query |= {
            name: _to_text(getattr(spec, name))
            for name in DESCENT_SETTINGS
            if name not in (*_GROUND, *_NOT_IN_LINKS)
            and getattr(spec, name) != getattr(DescentSpec() if name in _KINDS else usual, name)
        }
    for name in ("epoch", "op"):
        if getattr(position, name):
            query[name] = str(getattr(position, name))
    if set(views) != set(usual_views):
        query["views"] = ",".join(views)
    return query


def _wanted(spec: DescentSpec) -> tuple[str, ...]:
    """Return which of the ground's settings say what is descended."""
    if spec.surface == "own":
        return ("surface", "formula", "dimensions", "reach")
    if spec.surface == "network":
        return ("surface", "network", "weights", "free", "trained")
    return ("surface",)


def _to_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        parts = [":".join(map(_to_text, part)) if isinstance(part, tuple) else _to_text(part) for part in value]
        return ",".join(parts)
    return repr(value) if isinstance(value, float) else str(value)


def to_url(spec: DescentSpec, position: Position = START, views: tuple[str, ...] = USUAL_VIEWS) -> str:
    """Return the query as it stands in an address, without the question mark."""
    return urlencode(to_query(spec, position, views), safe=",:")


def from_query(query: str | Mapping[str, str]) -> DescentLink:
    """Return what an address asks for, and what of it was ignored and why.

    Parameters
    ----------
    query : str or mapping
        ``?surface=beale&optimizer=adam&epoch=3``, or the same as a mapping.
    """
    reader = _Reader(query, _LONGEST)
    return replace(reader.link(), ignored=reader.ignored)


class _Reader(LinkReader):
    """One reading of one address."""

    def link(self) -> DescentLink:
        slide = self.take("slide", lambda text: known("slide", text, tuple(slides()))) or ""
        key = self.take("preset", lambda text: known("preset", text, tuple(PRESETS))) or ""
        begun = PRESETS[key] if key else slides()[slide] if slide else _FIRST
        if slide and slide not in begun.slides:
            self.ignore("slide", slide, f"it does not show {begun.title}")
            slide = ""
        spec = self._spec(begun.spec)
        position = begun.slides[slide] if slide else START
        if "epoch" in self._pairs or "op" in self._pairs:
            position, slide = self._position(spec), ""
        views = begun.views if preset_of(spec) == begun.key else USUAL_VIEWS
        asked = self.take("views", _views)
        self.ignore_rest()
        preset = preset_of(spec)
        return DescentLink(
            spec, position, views if asked is None else asked, preset, slide if preset == begun.key else ""
        )

    def _spec(self, spec: DescentSpec) -> DescentSpec:
        """Return the spec of all parts that can be taken; a part that cannot is left as it was."""
        spec = self._ground(spec)
        for name in (*_KINDS, *(name for name in DESCENT_SETTINGS if name not in (*_GROUND, *_KINDS, *_NOT_IN_LINKS))):
            spec = self.take(name, lambda text, spec=spec, name=name: spec.with_(**{name: _read(name, text)})) or spec
        return spec

    def _ground(self, spec: DescentSpec) -> DescentSpec:
        """Return the spec with another ground: its settings say something together only."""
        given = {name: self._pairs[name] for name in _GROUND if name in self._pairs}
        if not given:
            return spec
        try:
            return spec.with_(**{name: _read(name, self.within(name, text)) for name, text in given.items()})
        except ValueError as error:
            name = str(getattr(error, "field", ""))
            name = name if name in given else next(iter(given))
            self.ignore(name, given[name], error)
        finally:
            for name in given:
                self._pairs.pop(name)
        return spec

    def _position(self, spec: DescentSpec) -> Position:
        epoch = self.take("epoch", lambda text: whole("epoch", text, MAX_STEPS)) or 0
        last = 0 if epoch == MAX_STEPS else len(DescentRun(spec).program.ops)
        op = self.take("op", lambda text: whole("op", text, last)) or 0
        return Position(epoch, 0, op)


def _read(name: str, text: str) -> Any:
    """Return a setting's text in the form that a spec takes."""
    if name in ("start", "weights"):
        return tuple(part.strip() for part in text.split(","))
    if name not in _PAIRS:
        return text
    parts = [part.partition(":") for part in text.split(",") if part]
    if any(not sign for _, sign, _ in parts):
        raise SpecError(name, "settings are written with their names: momentum:0.9")
    return {key.strip(): value for key, _, value in parts}


def _views(text: str) -> tuple[str, ...]:
    wanted = [part for part in text.split(",") if part]
    for part in wanted:
        known("views", part, tuple(VIEWS))
    return tuple(view for view in VIEWS if view in wanted)
