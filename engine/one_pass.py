"""An experiment of a single pass through a listing: stepped, seen and rewound; nothing is trained."""

from __future__ import annotations

from typing import ClassVar

from engine.arena import Array
from engine.experiment import Grain, Position
from engine.loop import Loop
from engine.program import Op, Program

__all__ = ["END", "OnePass"]

# After the last operation of the only pass.
END = Position(1)


class OnePass:
    """One pass. It ends at `END`, and there a step does nothing.

    Whoever is one calls `_set_out` when the memory holds what the pass begins with.

    Attributes
    ----------
    grains : tuple of Grain
        What one step may be.
    passing : str
        What a message calls a step: ``a step through a stack``.
    """

    grains: ClassVar[tuple[Grain, ...]]
    passing: ClassVar[str]

    _loop: Loop

    def _set_out(self) -> None:
        """Take the memory as it is for the beginning."""
        self._first = self._loop.memory.flat.copy()
        self._newest = Position()

    def reset(self) -> None:
        """Begin again, with no past; hooks stay."""
        self._restart()
        self._newest = Position()

    def _restart(self) -> None:
        self._loop.memory.flat[:] = self._first
        self._loop.set_down(0)

    @property
    def program(self) -> Program:
        """The listing."""
        return self._loop.program

    @property
    def position(self) -> Position:
        """What comes next; `END` when all is done."""
        return self._loop.position

    @property
    def newest(self) -> Position:
        """The furthest moment reached."""
        return max(self._newest, self.position)

    @property
    def done(self) -> int:
        """How many operations have run."""
        return len(self.program.ops) if self.position == END else self.position.op

    @property
    def last(self) -> Op | None:
        """The operation that ran last; None at the very beginning."""
        return self.program.ops[self.done - 1] if self.done else None

    @property
    def next(self) -> Op | None:
        """The operation that comes next; None at the end."""
        return None if self.position == END else self.program.ops[self.position.op]

    def __getitem__(self, name: str) -> Array:
        """Return a view of the place of that name as it stands now; what is not computed yet is nan."""
        return self._loop[name]

    def step(self, grain: Grain | str, count: int = 1) -> None:
        """Run to the next boundary of `grain`, `count` times; at the end nothing happens."""
        grain = self._grain(grain)
        for _ in range(count):
            if self.position == END:
                return
            self._walk(self._loop.boundary(grain))

    def step_back(self, grain: Grain | str) -> None:
        """Return to the last boundary of `grain`."""
        self.seek(self._loop.previous_boundary(self._grain(grain)))

    def seek(self, position: Position) -> None:
        """Go to `position`, back or forward; all is bit-identical to having walked there. No hook is called."""
        operations = len(self.program.ops)
        if position != END and (position.epoch or position.batch or not 0 <= position.op < operations):
            raise ValueError(
                f"a position here has epoch 0, batch 0 and an operation from 0 to {operations - 1}, or is the end, "
                f"epoch 1; got {position}"
            )
        if position < self.position:
            # A whole pass takes a few milliseconds: it needs no checkpoints.
            self._newest = self.newest
            self._restart()
        self._walk(position, quiet=True)

    def _grain(self, grain: Grain | str) -> Grain:
        if grain not in self.grains:
            raise ValueError(f"{self.passing} is one of {', '.join(self.grains)}, got {str(grain)[:20]!r}")
        return Grain(grain)

    def _walk(self, target: Position, quiet: bool = False) -> None:
        if self.position == Position() < target:
            # The backend's way to run whole batches notes their losses, and this listing computes none: with the
            # first operation on its own, no step is a whole batch.
            self._loop.run_to(Position(op=1), quiet)
        self._loop.run_to(target, quiet)
