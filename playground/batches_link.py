"""The state of the batches page in the address: the data, the settings, where it stands and what is looked at."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from engine import Position, SpecError
from engine.batches import BATCHES_SETTINGS, BatchesSpec
from engine.batches.spec import MAX_EPOCHS, checked_weights
from playground.link_reader import LinkReader, known, whole
from playground.stages.batches.presets import LINES, LOOKS, PRESETS, SLIDES, Begin, slide_begin

# Opening a link trains up to where it stands: so many points a lane take a quarter of a second.
MOST_POINTS = 200_000
LARGEST_FACTOR = 50.0
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class BatchesLink:
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

    begin: Begin = PRESETS["lanes"].begin
    preset: str = "lanes"
    slide: str = ""
    ignored: tuple[str, ...] = ()

    @property
    def spec(self) -> BatchesSpec:
        """The settings."""
        return self.begin.spec

    @property
    def position(self) -> Position:
        """Where it stands."""
        return self.begin.position


def preset_of(begin: Begin) -> str:
    """Return the key of the preset that this is; empty for none."""
    return next((key for key, preset in PRESETS.items() if preset.begin == begin), "")


def to_query(begin: Begin) -> dict[str, str]:
    """Return the stage and what differs from the usual beginning, as texts by name."""
    usual = Begin()
    query = {"stage": "batches"}
    for name in BATCHES_SETTINGS:
        value = getattr(begin.spec, name)
        if value != getattr(usual.spec, name):
            query[name] = ",".join(map(_number, value)) if name == "start" else _number(value)
    if begin.position.epoch:
        query["epoch"] = str(begin.position.epoch)
    if begin.position.batch:
        query["seen"] = str(begin.position.batch)
    if begin.look:
        query["look"] = begin.look
    if begin.hand is not None:
        query["hand"] = ",".join(map(_number, begin.hand))
    if begin.point != usual.point:
        query["point"] = ",".join(map(_number, begin.point))
    if begin.shaded != usual.shaded:
        query["shaded"] = begin.shaded
    if begin.factor != usual.factor:
        query["factor"] = _number(begin.factor)
    return query


def to_url(begin: Begin) -> str:
    """Return the query as it stands in an address, without the question mark."""
    return urlencode(to_query(begin), safe=",")


def _number(value: object) -> str:
    return repr(value) if isinstance(value, float) else str(value)


def from_query(query: str | Mapping[str, str]) -> BatchesLink:
    """Return what an address asks for, and what of it was ignored and why.

    Parameters
    ----------
    query : str or mapping
        ``?stage=batches&slide=L4-87``, or the same as a mapping.
    """
    reader = _Reader(query, other=_LONGEST)
    begin, slide = reader.read()
    shows = slide if slide and begin == slide_begin(slide) else ""
    return BatchesLink(begin, SLIDES[shows].key if shows else preset_of(begin), shows, reader.ignored)


class _Reader(LinkReader):
    """One reading of one address."""

    def read(self) -> tuple[Begin, str]:
        slide = self.take("slide", _slide) or ""
        preset = self.take("preset", lambda text: known("preset", text, list(PRESETS)))
        begin = slide_begin(slide) if slide else PRESETS[preset].begin if preset else Begin()
        begin = replace(begin, spec=self._spec(begin.spec))
        readers: dict[str, Callable[[str], Any]] = {
            "look": lambda text: known("look", text, list(LOOKS)),
            "hand": lambda text: checked_weights("hand", text.split(",")),
            "point": read_point,
            "shaded": lambda text: known("shaded", text, LINES),
            "factor": _factor,
        }
        for name, read in readers.items():
            value = self.take(name, read)
            if value is not None:
                begin = replace(begin, **{name: value})
        if begin.shaded == "hand" and begin.hand is None:
            self.ignore("shaded", "hand", "no line is set by hand; add hand=1.23,1,-0.55")
            begin = replace(begin, shaded=Begin().shaded)
        begin = replace(begin, position=self._position(begin))
        self.ignore_rest()
        return begin, slide

    def _spec(self, spec: BatchesSpec) -> BatchesSpec:
        """Return the spec of all settings that can be taken; the number of points is settled before the batch's."""
        names = sorted(BATCHES_SETTINGS, key=lambda name: name == "mini_batch")
        for name in names:
            spec = self.take(name, partial(_changed, spec, name)) or spec
        return spec

    def _position(self, begin: Begin) -> Position:
        samples = begin.spec.samples
        if not {"epoch", "seen"} & set(self._pairs):
            return begin.position if begin.position.batch < samples else Position(begin.position.epoch)
        most = min(MAX_EPOCHS, MOST_POINTS // samples)
        epoch = self.take("epoch", lambda text: whole("epoch", text, most)) or 0
        seen = self.take("seen", lambda text: whole("seen", text, samples - 1 if epoch < most else 0)) or 0
        return Position(epoch, seen)


def _changed(spec: BatchesSpec, name: str, text: str) -> BatchesSpec:
    return spec.fitted(**{name: text.split(",") if name == "start" else text})


def _slide(text: str) -> str:
    if text not in SLIDES:
        raise SpecError("slide", f"nothing here is of this slide; there are {', '.join(SLIDES)}")
    return text


def read_point(text: str) -> tuple[float, float]:
    """Return the point that a text such as ``1, 0`` names, or raise a SpecError."""
    try:
        x1, x2 = (float(part) for part in text.split(","))
    except ValueError:
        raise SpecError("point", "a point is two numbers, such as 1, 0") from None
    if not (math.isfinite(x1) and math.isfinite(x2) and max(abs(x1), abs(x2)) <= 1e3):
        raise SpecError("point", "a point lies within ±1000")
    return x1 + 0.0, x2 + 0.0


def _factor(text: str) -> float:
    try:
        factor = float(text)
    except ValueError:
        raise SpecError("factor", f"the factor is a number from 0 to {LARGEST_FACTOR:g}") from None
    if not 0 <= factor <= LARGEST_FACTOR:
        raise SpecError("factor", f"the factor is a number from 0 to {LARGEST_FACTOR:g}")
    return factor
