"""The state of the convolution page in the address: input, kernel, how the window moves, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import partial
from math import prod
from typing import Any
from urllib.parse import urlencode

import numpy as np

from engine.sliding import SlidingRun, SlidingSpec, SpecError
from engine.sliding.fit import fitted
from engine.sliding.inputs import INPUTS, array_spec, input_array
from engine.sliding.kernels import kernel_names, kernel_spec
from playground.link_reader import LinkReader, known, whole
from playground.stages.convolution.counts import SPANS, Layers
from playground.stages.convolution.presets import (
    LOOKS,
    PRESETS,
    SLIDES,
    Begin,
    in_front,
    input_name,
    kernel_name,
    preset_of,
    slide_begin,
)

__all__ = ["MOST_NUMBERS", "ConvolutionLink", "from_query", "holds", "to_query", "to_url", "usual"]

# More of them would make a link that no chat takes.
MOST_NUMBERS = 1100
_LONGEST = 120
_NUMBERS = dict.fromkeys(("x", "w", "b", "upstream"), 12 * MOST_NUMBERS)
# How the window moves, and what it does: what stands in a link by its own name.
_PLAIN = (
    "operation", "channels", "size", "filters", "stride", "dilation", "padding", "flip", "relu", "count_padding",
)  # fmt: skip
_PER_AXIS = ("size", "stride", "dilation")
_SWITCHES = ("flip", "relu", "count_padding")


@dataclass(frozen=True, slots=True)
class ConvolutionLink:
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

    begin: Begin
    preset: str = ""
    slide: str = ""
    ignored: tuple[str, ...] = ()


def usual() -> Begin:
    """Return what an address without anything opens."""
    return PRESETS["edges"].begin


def to_query(begin: Begin) -> dict[str, str]:
    """Return the stage and what differs from the usual beginning, as texts by name.

    An input of its own with more than `MOST_NUMBERS` numbers is left out: see `holds`.
    """
    spec = begin.spec
    query = {"stage": "convolution"}
    preset = preset_of(begin)
    if preset:
        start = PRESETS[preset].begin
        if start != usual():
            query["preset"] = preset
    else:
        start = usual()
        query |= _spec_query(spec)
    if begin.done != start.done or not preset:
        query["done"] = str(begin.done)
    # Unless it is said otherwise, the map is in front that the last number was made in.
    for name, usually in zip(("channel", "filter"), in_front(spec, begin.done), strict=True):
        if getattr(begin, name) != usually:
            query[name] = str(getattr(begin, name))
    if begin.look != start.look:
        query["look"] = begin.look or "none"
    for field in fields(Layers):
        if getattr(begin.layers, field.name) != getattr(start.layers, field.name):
            query[f"count_{field.name}"] = str(getattr(begin.layers, field.name))
    return query


def holds(begin: Begin) -> bool:
    """Whether a link holds all of what stands here."""
    return from_query(to_query(begin)).begin.spec == begin.spec


def to_url(begin: Begin) -> str:
    """Return the query as it stands in an address, without the question mark."""
    return urlencode(to_query(begin), safe=",")


def _spec_query(spec: SlidingSpec) -> dict[str, str]:
    """Return all that makes a spec, with names for inputs and kernels where they have some."""
    query: dict[str, str] = {}
    name = input_name(spec)
    if name:
        query["input"] = name
    elif prod(spec.shape) <= MOST_NUMBERS:
        query |= {"space": _texts(spec.space), "x": _texts(spec.x)}
    start = usual().spec
    for setting in _PLAIN:
        value = getattr(spec, setting)
        if setting == "channels" and query:
            # The input says how many it has.
            continue
        if value != getattr(start, setting):
            query[setting] = _texts(value) if isinstance(value, tuple) else str(value).lower()
    kernels = [kernel_name(spec, filter) for filter in range(spec.filters)]
    if spec.w and all(kernels):
        query["kernel"] = ",".join(kernels)
    elif spec.w:
        query["w"] = _texts(spec.w)
    if any(spec.b):
        query["b"] = _texts(spec.b)
    if spec.upstream and len(spec.upstream) <= MOST_NUMBERS:
        query["upstream"] = _texts(spec.upstream)
    return query


def _texts(numbers: tuple[float, ...]) -> str:
    """Return numbers with commas; they are the same when they are read again."""
    return ",".join(str(int(number)) if number == int(number) else repr(float(number)) for number in numbers)


def from_query(query: str | Mapping[str, str]) -> ConvolutionLink:
    """Return what an address asks for, and what of it was ignored and why.

    Parameters
    ----------
    query : str or mapping
        ``?stage=convolution&slide=L1-37``, or the same as a mapping.
    """
    reader = _Reader(query, _NUMBERS, other=_LONGEST)
    begin, slide = reader.read()
    shows = slide if slide and begin.spec == slide_begin(slide).spec else ""
    return ConvolutionLink(begin, SLIDES[shows].key if shows else preset_of(begin), shows, reader.ignored)


class _Reader(LinkReader):
    """One reading of one address."""

    def read(self) -> tuple[Begin, str]:
        slide = self.take("slide", _slide) or ""
        preset = self.take("preset", lambda text: known("preset", text, list(PRESETS)))
        begin = slide_begin(slide) if slide else PRESETS[preset].begin if preset else usual()
        spec = self._spec(begin.spec)
        if spec != begin.spec:
            begin = replace(begin, spec=spec, done=0)
        begin = self._standing(begin)
        self.ignore_rest()
        return begin, slide

    def _spec(self, spec: SlidingSpec) -> SlidingSpec:
        wanted = {name: self.take(name, partial(_plain, name)) for name in _PLAIN}
        wanted = {name: value for name, value in wanted.items() if value is not None}
        x = self._input()
        if x is not None and x.ndim - 1 != len(spec.space):
            # A window that fits on its first numbers; all that is wanted comes at once, below.
            spec = array_spec(SlidingSpec(operation=spec.operation), x)
        if x is not None:
            wanted |= {"space": x.shape[:-1], "x": tuple(x.ravel().tolist())}
            asked = wanted.get("channels", x.shape[-1])
            if str(asked) != str(x.shape[-1]):
                self.ignore("channels", str(asked), f"this input has {x.shape[-1]}")
            wanted["channels"] = x.shape[-1]
        spec = self._fitted(spec, wanted)
        return self._numbers(self._kernels(spec))

    def _input(self) -> Any:
        """Return the input [*space, C] that is asked for; None where there is none."""
        name = self.take("input", lambda text: known("input", text, list(INPUTS)))
        space = self.take("space", lambda text: tuple(_wholes("space", text)))
        x = self.take("x", lambda text: _array(_floats("x", text), space)) if name is None else None
        return x if name is None else input_array(name)

    def _fitted(self, spec: SlidingSpec, wanted: dict[str, Any]) -> SlidingSpec:
        """Return the spec with all that can be taken."""
        wanted = dict(wanted)
        while wanted:
            try:
                return fitted(spec, **wanted)
            except SpecError as error:
                refused = error.field if error.field in wanted else "x" if "x" in wanted else next(iter(wanted))
                if refused in ("x", "space", "channels"):
                    gone = [name for name in ("x", "space", "channels") if name in wanted]
                else:
                    gone = [refused]
                self.ignore(refused, str(wanted[refused]), error)
                for name in gone:
                    del wanted[name]
        return spec

    def _kernels(self, spec: SlidingSpec) -> SlidingSpec:
        names = self.take("kernel", lambda text: _kernels(text, spec))
        try:
            for filter, name in enumerate(names or ()):
                spec = kernel_spec(spec, name, filter, 0)
        except SpecError as error:
            self.ignore("kernel", ",".join(names), error)
        return spec

    def _numbers(self, spec: SlidingSpec) -> SlidingSpec:
        for name in ("w", "b", "upstream"):
            spec = self.take(name, partial(_with_numbers, spec, name)) or spec
        return spec

    def _standing(self, begin: Begin) -> Begin:
        """Return where it stands, and what is in front."""
        spec = begin.spec
        most = {
            "done": SlidingRun(spec).steps, "channel": spec.channels - 1,
            "filter": 0 if spec.pools else spec.filters - 1,
        }  # fmt: skip
        for name, last in most.items():
            value = self.take(name, partial(whole, name, most=last))
            if value is not None:
                begin = replace(begin, **{name: value})
            if name == "done":
                channel, filter = in_front(spec, begin.done)
                begin = replace(begin, channel=channel, filter=filter)
        look = self.take("look", lambda text: known("look", text, [*LOOKS, "none"]))
        if look is not None:
            begin = replace(begin, look="" if look == "none" else look)
        layers = begin.layers
        for name, (_, low, high, _) in SPANS.items():
            key = f"count_{name}"
            value = self.take(key, lambda text, key=key, low=low, high=high: _between(key, text, low, high))
            if value is not None:
                layers = replace(layers, **{name: value})
        return replace(begin, layers=layers)


def _slide(text: str) -> str:
    if text not in SLIDES:
        raise SpecError("slide", f"nothing here is of this slide; there are {', '.join(SLIDES)}")
    return text


def _plain(name: str, text: str) -> Any:
    """Return a setting as a spec wants it; what it may be is checked there."""
    if name in _PER_AXIS and "," in text:
        return tuple(_wholes(name, text))
    if name in _SWITCHES:
        return {"true": True, "false": False}.get(text, text)
    return text


def _array(x: tuple[float, ...], space: tuple[int, ...] | None) -> Any:
    """Return numbers as an input [*space, C]."""
    if space is None:
        raise SpecError("x", "its size is missing, such as space=4,4")
    numbers = prod(space)
    if not numbers or len(x) % numbers:
        raise SpecError("x", f"{len(x)} numbers do not fill {' × '.join(map(str, space))}")
    return np.array(x).reshape(*space, -1)


def _wholes(name: str, text: str) -> list[int]:
    return [whole(name, part, 1000) for part in text.split(",")]


def _with_numbers(spec: SlidingSpec, name: str, text: str) -> SlidingSpec:
    return spec.with_(**{name: _floats(name, text)})


def _floats(name: str, text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise SpecError(name, "numbers with commas between them, such as 1,0,-1") from None


def _kernels(text: str, spec: SlidingSpec) -> list[str]:
    names = text.split(",")
    if len(names) == 1:
        names = names * spec.filters
    if len(names) != spec.filters:
        raise SpecError("kernel", f"one kernel, or one for each of {spec.filters} filters, got {len(names)}")
    return [known("kernel", name, kernel_names(len(spec.space))) for name in names]


def _between(name: str, text: str, low: int, high: int) -> int:
    value = whole(name, text, high)
    if value < low:
        raise SpecError(name, f"a whole number from {low} to {high}")
    return value
