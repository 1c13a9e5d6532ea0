"""A stage as a lesson sees it: what stands there as facts, and commands that do what a student would do."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.checks import SpecError, unknown
from lessons.conditions import Fact

__all__ = ["Bench", "Command", "Query", "finished"]

Query = Mapping[str, str]
# Between two moments of a command that is watched: seconds to wait.
Moments = Iterator[float]


@dataclass(frozen=True, slots=True)
class Command:
    """Something that a student can do at a stage, as a lesson writes it.

    Attributes
    ----------
    usage : str
        ``step COUNT GRAIN``, for authors of lessons.
    sentence : str
        What it does.
    do : callable
        Takes the session and the words after the command's name. It may be a generator, which yields after each
        moment that is to be seen; the seconds to wait until the next.
    """

    usage: str
    sentence: str
    do: Callable[[Any, Sequence[str]], Moments | None]


@dataclass(frozen=True, slots=True)
class Bench:
    """One stage as a lesson sees it.

    Attributes
    ----------
    stage : str
        Its name in lessons; the page's key, and ``network`` for the network.
    begin : callable
        Makes the session of what an address says, without any widget. A SpecError says what of it is not there.
    open : callable
        Has a session go on with what an address says.
    facts : callable
        What stands there now, by name; takes at most a millisecond or two.
    names : dict of str to str
        By fact, what it is, for authors of lessons; ``gradient.<name>`` for many of a kind.
    commands : dict of str to Command
        By name.
    parts : dict of str to str
        The parts that a step may show or point at, and what they are: the areas of the stage's board.
    """

    stage: str
    begin: Callable[[Query], Any]
    open: Callable[[Any, Query], None]
    facts: Callable[[Any], dict[str, Fact]]
    names: dict[str, str]
    commands: dict[str, Command]
    parts: dict[str, str]

    def script(self, session: Any, texts: Sequence[str]) -> Moments:
        """Do commands one after the other; stop after each moment that is to be seen.

        Parameters
        ----------
        session : object
        texts : sequence of str
            ``step 3 op``.

        Yields
        ------
        float
            Seconds to wait.

        Raises
        ------
        SpecError
            If there is no such command, or its words are none that it understands.
        """
        for text in texts:
            name, *words = shlex.split(text)
            if name not in self.commands:
                raise SpecError("run", unknown("command", name, list(self.commands)))
            command = self.commands[name]
            try:
                moments = command.do(session, words)
                if moments is not None:
                    yield from moments
            except (IndexError, KeyError, ValueError) as error:
                raise SpecError("run", f"{text!r}: {error}; write {command.usage}") from None
            yield 0.0


def finished(moments: Moments) -> None:
    """Let a script run to its end without anybody watching."""
    for _ in moments:
        pass
