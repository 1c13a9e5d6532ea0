"""The state of the digit training page in the address: the network, its settings, and which digit is watched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from engine import SpecError
from engine.reader import LAYER_KINDS, READER_SETTINGS, LayerSpec, ReaderSpec
from engine.reader.spec import MAX_LAYERS
from playground.link_reader import LinkReader, known, whole
from playground.stages.training.presets import PRESETS, SLIDES, preset_of

# Of the part that the networks are tested on; a set of digits has fewer.
_MOST_DIGITS = 5000
_LONGEST = {"layers": 1500, "schedule_settings": 200}


@dataclass(frozen=True, slots=True)
class TrainingLink:
    """What an address asks for.

    Attributes
    ----------
    spec : ReaderSpec
    watch : int
        Which test digit is watched.
    slide : str
        The slide that it shows; empty for none.
    ignored : tuple of str
        What was ignored and why, a sentence each.
    """

    spec: ReaderSpec = PRESETS["lecture"].spec
    watch: int = 0
    slide: str = ""
    ignored: tuple[str, ...] = ()

    @property
    def preset(self) -> str:
        """Key of the preset that it is; empty for none."""
        return preset_of(self.spec)


def to_query(spec: ReaderSpec, watch: int = 0) -> dict[str, str]:
    """Return the stage, the preset, or what differs from the usual network, as texts by name."""
    query = {"stage": "training"}
    preset = preset_of(spec)
    if preset:
        query |= {"preset": preset} if preset != "lecture" else {}
    else:
        usual = ReaderSpec()
        for name in READER_SETTINGS:
            value = getattr(spec, name)
            if value != getattr(usual, name):
                query[name] = _to_text(name, value)
    if watch:
        query["watch"] = str(watch)
    return query


def to_url(spec: ReaderSpec, watch: int = 0) -> str:
    """Return the query as it stands in an address, without the question mark."""
    return urlencode(to_query(spec, watch), safe=",:")


def _to_text(name: str, value: Any) -> str:
    if name == "layers":
        return ",".join(map(layer_text, value)) or "none"
    if name == "schedule_settings":
        return ",".join(f"{key}:{number:.12g}" for key, number in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def layer_text(spec: LayerSpec) -> str:
    """Return a layer as an address has it: ``conv:filters.4``; what is usual is left out."""
    kind, settings = spec.to_list()
    return ":".join([kind, *(f"{name}.{_to_text(name, value)}" for name, value in settings.items())])


def read_layers(text: str) -> tuple[LayerSpec, ...]:
    """Return the layers that an address names, or raise a SpecError."""
    parts = [] if text == "none" else text.split(",")
    if len(parts) > MAX_LAYERS:
        raise SpecError("layers", f"a network here has at most {MAX_LAYERS} layers, got {len(parts)}")
    return tuple(map(_read_layer, parts))


def _read_layer(text: str) -> LayerSpec:
    kind, *settings = text.split(":")
    if kind not in LAYER_KINDS:
        raise SpecError("layers", f"there is no layer {kind[:20]!r}; there are {', '.join(LAYER_KINDS)}")
    pairs = [tuple(setting.split(".", 1)) for setting in settings]
    for pair in pairs:
        if len(pair) != 2:
            raise SpecError(
                "layers", f"a setting is a name, a point and a value, such as filters.4, got {pair[0][:20]!r}"
            )
    return LayerSpec(kind, tuple(pairs))


def from_query(query: str | Mapping[str, str]) -> TrainingLink:
    """Return what an address asks for, and what of it was ignored and why.

    Parameters
    ----------
    query : str or mapping
        ``?stage=training&slide=L1-36``, or the same as a mapping.
    """
    reader = LinkReader(query, _LONGEST)
    slide = reader.take("slide", _slide) or ""
    preset = reader.take("preset", lambda text: known("preset", text, list(PRESETS))) or ""
    spec = SLIDES[slide].spec if slide else PRESETS[preset or "lecture"].spec
    # What digits are read is settled before the layers, and these before the batch, whose memory they take.
    names = sorted(READER_SETTINGS, key=lambda name: {"data": 0, "layers": 1, "schedule": 2}.get(name, 3))
    layers = reader.take("layers", read_layers)
    for name in names:
        if name == "layers":
            spec = _with_layers(reader, spec, layers)
        else:
            spec = reader.take(name, partial(_changed, spec, name)) or spec
    watch = reader.take("watch", lambda text: whole("watch", text, _MOST_DIGITS)) or 0
    reader.ignore_rest()
    shows = slide if slide and SLIDES[slide].spec == spec else ""
    return TrainingLink(spec, watch, shows, reader.ignored)


def _with_layers(reader: LinkReader, spec: ReaderSpec, layers: tuple[LayerSpec, ...] | None) -> ReaderSpec:
    if layers is None:
        return spec
    try:
        return spec.with_(layers=layers)
    except SpecError as error:
        reader.ignore("layers", ",".join(map(layer_text, layers)), error)
        return spec


def _changed(spec: ReaderSpec, name: str, text: str) -> ReaderSpec:
    if name == "schedule_settings":
        return spec.with_(schedule_settings=dict(pair.split(":", 1) for pair in text.split(",")))
    if name != "data":
        return spec.with_(**{name: text})
    try:
        return spec.with_(data=text)
    except SpecError as error:
        if error.field != "layers":
            raise
        # The usual layers need not fit the small digits; those of the address are read next.
        small = next(preset.spec for preset in PRESETS.values() if preset.spec.data == text)
        return spec.with_(data=text, layers=small.layers)


def _slide(text: str) -> str:
    if text not in SLIDES:
        raise SpecError("slide", f"nothing here is of this slide; there are {', '.join(SLIDES)}")
    return text
