"""The state of the digit reader in the address: network, image, how far it is read, and what is looked at."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

import numpy as np
import numpy.typing as npt

from engine import SpecError
from engine.map_network import Row
from engine.reader import PRETRAINED, READING_SETTINGS, ReadingSpec
from engine.reader.reading_spec import DRAWN
from playground.link_reader import LinkReader, known, whole
from playground.stages.reader.presets import LOOKS, PRESETS, SLIDES, Begin, Picked, slide_begin
from playground.stages.reader.questions import QUESTIONS
from playground.stages.reader.stacks import MOST, WINDOWS

Image = npt.NDArray[np.uint8]

PATCHES, PAGES = (1, 20), (28, 64)
_SIDE = 28
# Grey levels that a drawing in a link keeps.
_LEVELS = 15
_LONGEST_DRAWING = 900


@dataclass(frozen=True, slots=True, eq=False)
class ReaderLink:
    """What an address asks for.

    Attributes
    ----------
    begin : Begin
    drawn : uint8 ndarray [28, 28] or None
        The drawing that it carries.
    slide : str
        The slide that it shows; empty for none.
    ignored : tuple of str
        What was ignored and why, a sentence each.
    """

    begin: Begin = PRESETS["lecture"].begin
    drawn: Image | None = None
    slide: str = ""
    ignored: tuple[str, ...] = ()


def preset_of(begin: Begin) -> str:
    """Return the key of the preset that this is; empty for none."""
    return next((key for key, preset in PRESETS.items() if preset.begin == begin), "")


def to_query(begin: Begin, drawn: Image | None = None) -> dict[str, str]:
    """Return the stage and what differs from the usual beginning, as texts by name."""
    usual = Begin()
    query = {"stage": "reader"}
    for name in READING_SETTINGS:
        value = getattr(begin.spec, name)
        if value != getattr(usual.spec, name) and value != DRAWN:
            query[name] = repr(value) if isinstance(value, float) else str(value)
    if begin.spec.image == DRAWN and drawn is not None:
        query["drawing"] = packed(drawn)
    if begin.done is not None:
        query["done"] = str(begin.done)
    if begin.look != usual.look:
        query["look"] = begin.look or "none"
    if begin.picked != usual.picked:
        query["picked"] = "none" if begin.picked is None else _numbers(begin.picked[0], *begin.picked[1])
    if begin.digit is not None:
        query["digit"] = str(begin.digit)
    for name in ("patch", "page"):
        if getattr(begin, name) != getattr(usual, name):
            query[name] = str(getattr(begin, name))
    if begin.stack != usual.stack:
        query["stack"] = ",".join(begin.stack)
    if begin.filter != usual.filter:
        query["filter"] = _numbers(*begin.filter)
    if begin.question:
        query["question"] = begin.question
    return query


def to_url(begin: Begin, drawn: Image | None = None) -> str:
    """Return the query as it stands in an address, without the question mark."""
    return urlencode(to_query(begin, drawn), safe=",:")


def packed(drawn: Image) -> str:
    """Return a drawing [28, 28] in 16 grey levels as a text for an address."""
    levels = np.rint(drawn.ravel() / 255 * _LEVELS).astype(np.uint8)
    pairs = (levels[::2] << 4) | levels[1::2]
    return base64.urlsafe_b64encode(zlib.compress(pairs.tobytes(), 9)).decode().rstrip("=")


def unpacked(text: str) -> Image:
    """Return the drawing that `packed` wrote, or raise a SpecError."""
    size = _SIDE * _SIDE // 2
    try:
        content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        unfolding = zlib.decompressobj()
        # No more is unfolded than a drawing has.
        found = unfolding.decompress(content, size + 1)
    except (binascii.Error, ValueError, zlib.error):
        found = b""
    if len(found) != size:
        raise SpecError("drawing", "this is no drawing: share it from the page again")
    pairs = np.frombuffer(found, np.uint8)
    levels = np.stack([pairs >> 4, pairs & 15], axis=-1).reshape(_SIDE, _SIDE)
    return np.rint(levels * (255 / _LEVELS)).astype(np.uint8)


def from_query(query: str | Mapping[str, str]) -> ReaderLink:
    """Return what an address asks for, and what of it was ignored and why.

    Parameters
    ----------
    query : str or mapping
        ``?stage=reader&slide=L1-36``, or the same as a mapping.
    """
    reader = _Reader(query, {"drawing": _LONGEST_DRAWING})
    begin, drawn, slide = reader.read()
    return ReaderLink(begin, drawn, slide, reader.ignored)


def _numbers(*numbers: int) -> str:
    return ",".join(map(str, numbers))


class _Reader(LinkReader):
    """One reading of one address."""

    def read(self) -> tuple[Begin, Image | None, str]:
        slide = self.take("slide", _slide) or ""
        preset = self.take("preset", lambda text: known("preset", text, list(PRESETS)))
        begin = slide_begin(slide) if slide else PRESETS[preset].begin if preset else Begin()
        spec = begin.spec
        # Which images there are depends on the network.
        for name in sorted(READING_SETTINGS, key=lambda name: name != "net"):
            spec = self.take(name, partial(_changed, spec, name)) or spec
        drawn = self.take("drawing", unpacked)
        if drawn is not None:
            spec = spec.with_(image=DRAWN)
        begin = replace(begin, spec=spec)
        network = PRETRAINED[spec.net].network()
        shapes = [network.shape, *(row.outputs for row in network.ledger)]
        if begin.picked is not None and not _there(shapes, begin.picked):
            begin = replace(begin, picked=None)
        readers: dict[str, Callable[[str], Any]] = {
            "done": lambda text: whole("done", text, 60),
            "digit": lambda text: whole("digit", text, network.outputs - 1),
            "patch": partial(_within, "patch", PATCHES),
            "page": partial(_within, "page", PAGES),
            "stack": _stack,
            "filter": partial(_filter, network.ledger),
            "question": lambda text: known("question", text, list(QUESTIONS)),
        }
        for name, read in readers.items():
            value = self.take(name, read)
            if value is not None:
                begin = replace(begin, **{name: value})
        look = self.take("look", lambda text: known("look", text, [*LOOKS, "none"]))
        if look is not None:
            begin = replace(begin, look="" if look == "none" else look)
        picked = self.take("picked", partial(_picked, shapes))
        if picked is not None:
            begin = replace(begin, picked=picked[0])
        if begin.question and QUESTIONS[begin.question].look != begin.look:
            begin = replace(begin, question="")
        self.ignore_rest()
        return begin, drawn, slide


def _changed(spec: ReadingSpec, name: str, text: str) -> ReadingSpec:
    if name == "image" and text == DRAWN:
        raise SpecError("image", "a drawing comes with the link's drawing=…")
    return spec.with_(**{name: text})


def _slide(text: str) -> str:
    if text not in SLIDES:
        raise SpecError("slide", f"nothing here is of this slide; there are {', '.join(SLIDES)}")
    return text


def _within(name: str, span: tuple[int, int], text: str) -> int:
    number = whole(name, text, span[1])
    if number < span[0]:
        raise SpecError(name, f"a whole number from {span[0]} to {span[1]}")
    return number


def _stack(text: str) -> tuple[str, ...]:
    stack = tuple(known("stack", part, [key for key in WINDOWS if key != "none"]) for part in text.split(","))
    if len(stack) > MOST:
        raise SpecError("stack", f"at most {MOST} windows, one behind the other")
    return stack


def _there(shapes: list[tuple[int, ...]], picked: Picked) -> bool:
    """Whether a network has such a number."""
    number, place = picked
    return (
        number < len(shapes)
        and len(place) == len(shapes[number])
        and all(k < n for k, n in zip(place, shapes[number], strict=True))
    )


def _picked(shapes: list[tuple[int, ...]], text: str) -> tuple[Picked | None]:
    if text == "none":
        return (None,)
    number, *place = (whole("picked", part, 10_000) for part in text.split(","))
    if not _there(shapes, (number, tuple(place))):
        raise SpecError("picked", "a layer and the place in it, such as 3,4,3,1; this network has no such number")
    return ((number, tuple(place)),)


def _filter(rows: Sequence[Row], text: str) -> tuple[int, int]:
    numbers = tuple(whole("filter", part, 10_000) for part in text.split(","))
    row = rows[numbers[0] - 1] if len(numbers) == 2 and 1 <= numbers[0] <= len(rows) else None
    if row is None or not row.parameters or numbers[1] >= row.outputs[-1]:
        raise SpecError("filter", "a layer and its filter, such as 3,0; this network has no such filter")
    return numbers[0], numbers[1]
