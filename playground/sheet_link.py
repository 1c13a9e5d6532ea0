"""Addresses of small stages: each attribute of their state by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from engine import SpecError
from playground.link_reader import LinkReader, known
from playground.stages.sheets.presets import Preset, at_slide, slides_of

__all__ = ["SheetLink", "read_link", "to_query", "to_url"]

BeginOf = TypeVar("BeginOf")
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class SheetLink(Generic[BeginOf]):
    """What an address asks for.

    Attributes
    ----------
    begin : record
        The state.
    ignored : tuple of str
        What was ignored and why, a sentence each.
    """

    begin: BeginOf
    ignored: tuple[str, ...] = ()


def to_query(stage: str, begin: Any) -> dict[str, str]:
    """Return the stage and what differs from the usual beginning, as texts by name."""
    return {"stage": stage} | {
        each.name: _text(value) for each in fields(begin) if (value := getattr(begin, each.name)) != each.default
    }


def to_url(stage: str, begin: Any) -> str:
    """Return the query as it stands in an address, without the question mark."""
    return urlencode(to_query(stage, begin), safe=",")


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(map(_text, value))
    if isinstance(value, bool):
        return str(int(value))
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def read_link(
    query: str | Mapping[str, str], usual: BeginOf, presets: Mapping[str, Preset[BeginOf]]
) -> SheetLink[BeginOf]:
    """Return what an address asks for.

    Parameters
    ----------
    query : str or mapping
    usual : record
        A frozen dataclass, each attribute of which is a number, a switch, a word or several numbers; it checks itself.
    presets : mapping of str to Preset
        What ``preset`` and ``slide`` may name.
    """
    reader = LinkReader(query, other=_LONGEST)
    slide = reader.take("slide", partial(_slide, presets))
    preset = reader.take("preset", lambda text: known("preset", text, list(presets)))
    begin: Any = at_slide(presets, slide) if slide else presets[preset].begin if preset else usual
    # What decides on the limits of the rest comes first, as the attributes stand.
    for each in fields(begin):
        begin = reader.take(each.name, _changing(begin, each.name, each.default)) or begin
    reader.ignore_rest()
    return SheetLink(begin, reader.ignored)


def _changing(begin: Any, name: str, default: object) -> Callable[[str], Any]:
    return lambda text: replace(begin, **{name: _value(name, default, text)})


def _value(name: str, default: object, text: str) -> Any:
    """Return a text as a value of the same kind as the default."""
    if isinstance(default, str):
        return text
    if isinstance(default, bool):
        if text not in ("0", "1"):
            raise SpecError(name, "this is 0 for off or 1 for on")
        return text == "1"
    kind: type[int] | type[float] = float
    if isinstance(default, int) or (isinstance(default, tuple) and all(isinstance(each, int) for each in default)):
        kind = int
    if isinstance(default, tuple) and not default:
        kind = float
    try:
        if isinstance(default, tuple):
            return tuple(kind(part) for part in text.split(",")) if text.strip() else ()
        return kind(text)
    except ValueError:
        several = "numbers with commas between them" if isinstance(default, tuple) else "a number"
        raise SpecError(name, f"{text[:40]!r} is not {several}") from None


def _slide(presets: Mapping[str, Preset[Any]], text: str) -> str:
    slides = slides_of(presets)
    if text not in slides:
        raise SpecError("slide", f"nothing here is of this slide; there are {', '.join(slides)}")
    return text
