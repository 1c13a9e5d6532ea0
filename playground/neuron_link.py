"""The state of the neuron page in the address: the neuron, its task, and which moment is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from engine import SpecError
from engine.neuron import MAX_UPDATES, NEURON_SETTINGS, NeuronSpec
from playground.link_reader import LinkReader, known, whole
from playground.stages.neuron.presets import PRESETS, SLIDES, Begin

__all__ = ["NeuronLink", "from_query", "preset_of", "to_query", "to_url"]

_LONGEST = 100
_MOST_INDEX = MAX_UPDATES * 6


@dataclass(frozen=True, slots=True)
class NeuronLink:
    """What an address asks for.

    Attributes
    ----------
    begin : Begin
    preset : str
        Key in `PRESETS` of what it is; empty for none of them.
    slide : str
        The slide that it shows; empty for none.
    ignored : tuple of str
        What was ignored and why, a sentence each.
    """

    begin: Begin = PRESETS["numpy"].begin
    preset: str = "numpy"
    slide: str = ""
    ignored: tuple[str, ...] = ()


def preset_of(begin: Begin) -> str:
    """Return the key of the preset that this is; empty for none."""
    return next((key for key, preset in PRESETS.items() if preset.begin == begin), "")


def to_query(begin: Begin) -> dict[str, str]:
    """Return the stage and what differs from the usual neuron, as texts by name."""
    usual, query = NeuronSpec(), {"stage": "neuron"}
    for name in NEURON_SETTINGS:
        value = getattr(begin.spec, name)
        if value != getattr(usual, name):
            query[name] = _text(value)
    query["op"] = "answer" if begin.index is None else str(begin.index)
    return query


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(_text(each) for each in value)
    if isinstance(value, bool):
        return str(int(value))
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def to_url(begin: Begin) -> str:
    """Return the query as it stands in an address, without the question mark."""
    return urlencode(to_query(begin), safe=",")


def from_query(query: str | Mapping[str, str]) -> NeuronLink:
    """Return what an address asks for, and what of it was ignored and why.

    Parameters
    ----------
    query : str or mapping
        ``?stage=neuron&preset=and&weights=1,1&bias=-1.5``, or the same as a mapping. ``op`` is a moment, or
        ``answer`` for the one at which the neuron has just answered.
    """
    reader = _Reader(query, other=_LONGEST)
    begin, slide = reader.read()
    shows = slide if slide and begin == SLIDES[slide].begin else ""
    return NeuronLink(begin, SLIDES[shows].key if shows else preset_of(begin), shows, reader.ignored)


class _Reader(LinkReader):
    """One reading of one address."""

    def read(self) -> tuple[Begin, str]:
        slide = self.take("slide", _slide) or ""
        preset = self.take("preset", lambda text: known("preset", text, list(PRESETS)))
        empty = not self._pairs and not slide and not preset
        begin = SLIDES[slide].begin if slide else PRESETS[preset or "numpy"].begin
        if not (slide or preset or empty):
            begin = Begin()
        spec = self._lists(begin.spec)
        # A task is settled before the rest: how many inputs there are is known by now.
        for name in ("task", "bias", "biased", "activation", "rate"):
            spec = self.take(name, partial(_changed, spec, name)) or spec
        index = begin.index
        if "op" in self._pairs:
            index = self.take("op", _index)
        self.ignore_rest()
        return Begin(spec, index), slide

    def _lists(self, spec: NeuronSpec) -> NeuronSpec:
        """Return the spec with the inputs and weights of the address, of which there may be more or fewer."""
        for name in ("inputs", "weights"):
            text = self._pairs.get(name, "")
            count = text.count(",") + 1
            if text and count in (2, 3) and count != len(spec.inputs):
                spec = spec.resized(count)
                break
        for name in ("inputs", "weights"):
            spec = self.take(name, lambda text, name=name, spec=spec: _changed(spec, name, text.split(","))) or spec
        return spec


def _changed(spec: NeuronSpec, name: str, value: object) -> NeuronSpec:
    return spec.with_(**{name: value})


def _slide(text: str) -> str:
    if text not in SLIDES:
        raise SpecError("slide", f"nothing here is of this slide; there are {', '.join(SLIDES)}")
    return text


def _index(text: str) -> int | None:
    return None if text == "answer" else whole("op", text, _MOST_INDEX)
