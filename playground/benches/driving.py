"""Commands that the benches of several stages share: what their transport bars do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from engine import Grain, SpecError
from engine.checks import unknown
from playground.benches.bench import Command, Moments, Query

__all__ = ["asked", "driving", "number", "paced", "whole"]

# A command that is watched takes so long at most, and shows each moment so long at most.
LONGEST_SECONDS = 2.5
MOMENT_SECONDS = 0.4
MOST_MOMENTS = 60
MOST_STEPS = 100_000


class _Link(Protocol):
    @property
    def ignored(self) -> tuple[str, ...]: ...


LinkOf = TypeVar("LinkOf", bound=_Link)


def asked(read: Callable[[Query], LinkOf], query: Query) -> LinkOf:
    """Return what an address asks for; a SpecError says what of it is not there.

    Parameters
    ----------
    read : callable
        The stage's reader of addresses.
    query : mapping of str to str
    """
    link = read(query)
    if link.ignored:
        raise SpecError("at", " · ".join(link.ignored))
    return link


def number(word: str) -> float:
    """Return the number that a word is; a true minus sign is one, too."""
    return float(word.replace("−", "-"))


def whole(word: str, most: int = MOST_STEPS) -> int:
    """Return the whole number from 1 that a word is."""
    count = int(word)
    if not 1 <= count <= most:
        raise SpecError("run", f"a whole number from 1 to {most:,}, got {word}")
    return count


def paced(do: Callable[[], Any], count: int) -> Moments:
    """Do something so often, in moments that are seen; all of them in a few seconds."""
    moments = min(count, MOST_MOMENTS)
    pause = min(MOMENT_SECONDS, LONGEST_SECONDS / moments)
    done = 0
    for moment in range(1, moments + 1):
        while done < count * moment // moments:
            do()
            done += 1
        yield pause


def driving(grains: Mapping[str, str]) -> dict[str, Command]:
    """Return the commands of a stage's transport bar.

    Parameters
    ----------
    grains : mapping of str to str
        By key, what a step is called: ``{"op": "point", "epoch": "epoch"}``.
    """
    known = ", ".join(f"{key} ({name})" for key, name in grains.items())

    def read(words: Sequence[str]) -> tuple[int, Grain]:
        if words[1] not in grains:
            raise SpecError("run", unknown("grain", words[1], list(grains)))
        return whole(words[0]), Grain(words[1])

    def step(session: Any, words: Sequence[str], direction: int = 1) -> None:
        count, grain = read(words)
        for _ in range(count):
            session.step(direction, grain)

    def play(session: Any, words: Sequence[str]) -> Moments:
        count, grain = read(words)
        return paced(lambda: session.step(1, grain), count)

    return {
        "step": Command("step COUNT GRAIN", f"Steps forward at once; a grain is {known}.", step),
        "back": Command("back COUNT GRAIN", "Steps back at once.", lambda session, words: step(session, words, -1)),
        "play": Command("play COUNT GRAIN", "Steps forward before the student's eyes.", play),
        "reset": Command("reset", "Returns to the start.", lambda session, words: session.reset()),
    }
