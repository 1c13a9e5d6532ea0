"""What the descents that a student has tried came to: each settled somewhere, jumps to and fro, fell or rose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine import Position
from engine.descent import DescentRun, DescentSpec, two_cycle
from playground.views.curve_ground import letter

__all__ = ["SETTLED", "Tries", "Try"]

# Who is at a minimum for so many updates has settled; momentum passes by in fewer.
SETTLED = 5
# More than a student tries; the oldest are forgotten.
_MOST = 300


@dataclass(frozen=True, slots=True)
class Try:
    """One descent, as far as it has been walked.

    Attributes
    ----------
    spec : DescentSpec
        With the start, the rate and the rules that it went by from its first update.
    updates : int
    settled : str
        The letter of the minimum at which it has settled; empty for none.
    cycle : bool
        Whether it jumps between two points forever.
    rise : float
        J where it stands minus J at its start; inf or nan where it has diverged.
    """

    spec: DescentSpec
    updates: int
    settled: str
    cycle: bool
    rise: float


class Tries:
    """Keeps them, by their specs; of the same descent the furthest moment counts."""

    def __init__(self) -> None:
        self._tries: dict[DescentSpec, Try] = {}

    def __iter__(self) -> Iterator[Try]:
        return iter(tuple(self._tries.values()))

    def clear(self) -> None:
        """Forget all."""
        self._tries.clear()

    def note(self, run: DescentRun) -> None:
        """Look at where a run stands; one that was changed on the way is no descent of its own."""
        at = run.position
        if at.op or not at.epoch or any(segment.start != Position() for segment in run.history.line):
            return
        frame, surface = run.frame(), run.surface
        known = self._tries.get(frame.spec)
        if known is not None and known.updates >= at.epoch:
            return
        start, path = frame.path[0], frame.path
        reached = surface.reached(path[-SETTLED:])
        stays = len(path) > SETTLED and reached[0] >= 0 and bool((reached == reached[0]).all())
        self._tries.pop(frame.spec, None)
        self._tries[frame.spec] = Try(
            frame.spec, at.epoch, letter(int(reached[0])) if stays else "", two_cycle(path) is not None,
            frame.value - float(surface.value(*start)),
        )  # fmt: skip
        if len(self._tries) > _MOST:
            del self._tries[next(iter(self._tries))]
