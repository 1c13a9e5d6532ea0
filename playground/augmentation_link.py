"""The state of the augmentation page in the address: the look, the changes, and which picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from engine.augmentation import CHANGES
from engine.checks import SpecError
from playground.link_reader import LinkReader, known
from playground.stages.augmentation.state import LIMITS, LOOKS, SLIDES, State

__all__ = ["AugmentationLink", "from_query", "to_query", "to_url"]


@dataclass(frozen=True, slots=True)
class AugmentationLink:
    """What an address asks for.

    Attributes
    ----------
    state : State
    ignored : tuple of str
        What was ignored and why, a sentence each.
    """

    state: State = State()  # noqa: RUF009 (a state is frozen)
    ignored: tuple[str, ...] = ()


def to_query(state: State) -> dict[str, str]:
    """Return the stage and what differs from the usual beginning, as texts by name."""
    usual, query = State(), {"stage": "augmentation"}
    for name in ("look", *LIMITS):
        if getattr(state, name) != getattr(usual, name):
            query[name] = str(getattr(state, name))
    return query | {name: f"{getattr(state.changes, name):.12g}" for name in state.changes.changes}


def to_url(state: State) -> str:
    """Return the query as it stands in an address, without the question mark."""
    return urlencode(to_query(state))


def from_query(query: str | Mapping[str, str]) -> AugmentationLink:
    """Return what an address asks for, and what of it was ignored and why.

    Parameters
    ----------
    query : str or mapping
        ``?stage=augmentation&rotation=180``, or the same as a mapping.
    """
    reader = LinkReader(query)
    state: State = reader.take("slide", _slide) or State()
    for name in ("look", *LIMITS, *CHANGES):
        now = state

        def changed(text: str, name: str = name, now: State = now) -> State:
            return now.with_(**{name: known("look", text, list(LOOKS)) if name == "look" else text})

        state = reader.take(name, changed) or state
    reader.ignore_rest()
    return AugmentationLink(state, reader.ignored)


def _slide(text: str) -> State:
    if text not in SLIDES:
        raise SpecError("slide", f"nothing here is of this slide; there are {', '.join(SLIDES)}")
    return SLIDES[text]
