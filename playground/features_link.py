"""The state of the features page in the address: the look, the data, and all that was set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from engine.checks import SpecError
from playground.link_reader import LinkReader, known
from playground.stages.features.state import DATA_OF, LIMITS, LOOKS, RULES, SLIDES, State, state_of_look

__all__ = ["FeaturesLink", "from_query", "to_query", "to_url"]

_LISTS = ("values", "terms")
_LONGEST = {"values": 120, "terms": 80}


@dataclass(frozen=True, slots=True)
class FeaturesLink:
    """What an address asks for.

    Attributes
    ----------
    state : State
    slide : str
        The slide that it shows; empty for none.
    ignored : tuple of str
        What was ignored and why, a sentence each.
    """

    state: State = State()  # noqa: RUF009 (a state is frozen)
    slide: str = ""
    ignored: tuple[str, ...] = ()


def to_query(state: State) -> dict[str, str]:
    """Return the stage and what differs from the beginning of its look, as texts by name; labels are not among it."""
    usual = state_of_look(state.look)
    query = {"stage": "features", "look": state.look}
    for name in ("data", *LIMITS, "rule", *_LISTS, "appended"):
        value = getattr(state, name)
        if value == getattr(usual, name):
            continue
        query[name] = ",".join(map(_text, value)) if name in _LISTS else _text(value)
    return query


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def to_url(state: State) -> str:
    """Return the query as it stands in an address, without the question mark."""
    return urlencode(to_query(state), safe=",^")


def from_query(query: str | Mapping[str, str]) -> FeaturesLink:
    """Return what an address asks for, and what of it was ignored and why.

    Parameters
    ----------
    query : str or mapping
        ``?stage=features&slide=L4-26``, or the same as a mapping.
    """
    reader = _Reader(query, _LONGEST)
    return reader.read()


class _Reader(LinkReader):
    """One reading of one address."""

    def read(self) -> FeaturesLink:
        slide = self.take("slide", _slide) or ""
        look = self.take("look", lambda text: known("look", text, list(LOOKS)))
        begin = SLIDES.get(slide, {})
        if look or not begin:
            begin = {"look": look or "label"}
        state = state_of_look(**begin)
        readers: dict[str, Callable[[str], Any]] = {
            "data": lambda text: known("data", text, DATA_OF[state.look]),
            "rule": lambda text: known("rule", text, list(RULES)),
            "values": _numbers,
            "terms": lambda text: tuple(text.split(",")) if text else (),
            "appended": _switch,
            **dict.fromkeys(LIMITS, _number),
        }
        for name, read in readers.items():
            state = self._changed(state, name, read)
        self.ignore_rest()
        return FeaturesLink(state, slide, self.ignored)

    def _changed(self, state: State, name: str, read: Callable[[str], Any]) -> State:
        changed: State | None = self.take(name, lambda text: state.with_(**{name: read(text)}))
        return changed or state


def _slide(text: str) -> str:
    if text not in SLIDES:
        raise SpecError("slide", f"nothing here is of this slide; there are {', '.join(SLIDES)}")
    return text


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise SpecError("number", f"{text[:20]!r} is no number") from None


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(_number(part) for part in text.split(","))


def _switch(text: str) -> bool:
    return known("switch", text, ("0", "1")) == "1"
