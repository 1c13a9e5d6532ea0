"""A window that slides over one input, position by position, forward and back."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from engine.arena import Array
from engine.experiment import Event, Grain, Handle, Hook, Position
from engine.inside.positions import (
    PoolSum,
    PositionSum,
    Share,
    conv_shares,
    pool_shares,
)
from engine.ops.window import Axes
from engine.program import Phase, Program
from engine.sliding.frame import Moment, SlidingFrame
from engine.sliding.recorded import Recorded, frozen
from engine.sliding.rounding import pool_sum, position_sum
from engine.sliding.spec import SlidingSpec

__all__ = ["END", "SlidingRun"]

# After the last position of the only pass.
END = Position(1)


class SlidingRun:
    """Makes one number of the output after the other, then sends their gradients back, one after the other.

    The loss is L = Σ upstream ⊙ y. One step of the grain OP is one number of the output: all filters of a position
    in turn, then the next position along the last axis. LAYER is a row of positions along the last axis, PHASE a
    whole pass, EPOCH both. The position's ``op`` counts these steps; after the last one stands `END`, and there a step
    does nothing. All numbers come from the recorded layer.

    Parameters
    ----------
    spec : SlidingSpec
    """

    grains = (Grain.OP, Grain.LAYER, Grain.PHASE, Grain.EPOCH)

    def __init__(self, spec: SlidingSpec) -> None:
        self._hooks: list[tuple[Hook, Phase | None, Grain]] = []
        self._use(spec)
        self.reset()

    def _use(self, spec: SlidingSpec) -> None:
        recorded = Recorded(spec)
        self.spec, self._recorded, self._window = spec, recorded, spec.window
        self._shape = spec.output_shape
        self._outputs = prod(self._shape)

    def reset(self) -> None:
        """Begin again, with no past; hooks stay."""
        self._done = self._furthest = 0

    def change(self, spec: SlidingSpec | None = None, **changes: Any) -> None:
        """Go on with another spec, or with some settings changed, at the same place if it still exists.

        What was complete stays complete: the output, or the whole of it. A place that is no longer there leads to
        the beginning.

        Raises
        ------
        SpecError
            If the settings are not allowed; the run stays as it was.
        """
        spec = (spec or self.spec).with_(**changes)
        if spec == self.spec:
            return
        old, done, furthest = self._outputs, self._done, self._furthest
        moments = [self._moment(count) for count in (done, furthest)]
        self._use(spec)
        self._done, self._furthest = (
            (count // old) * self._outputs if count % old == 0 else self._count(*moment) or 0
            for count, moment in zip((done, furthest), moments, strict=True)
        )
        self._furthest = max(self._furthest, self._done)

    def _moment(self, count: int) -> tuple[Axes, Phase]:
        """Return the place and the phase of the step that was the last of `count`."""
        phase = Phase.FORWARD if count <= self._outputs else Phase.BACKWARD
        number = (count - 1) % self._outputs
        return tuple(int(k) for k in np.unravel_index(number, self._shape)), phase

    def _count(self, place: Sequence[int], phase: Phase) -> int | None:
        """Return after how many steps a place is done; None where there is no such place."""
        if len(place) != len(self._shape) or not all(0 <= k < n for k, n in zip(place, self._shape, strict=True)):
            return None
        number = int(np.ravel_multi_index(tuple(place), self._shape))
        return number + 1 + (self._outputs if phase is Phase.BACKWARD else 0)

    def at(self, place: Sequence[int], phase: Phase | str = Phase.FORWARD) -> Position:
        """Return the position at which a number of the output, [*positions, O], has just been made or sent back.

        Raises
        ------
        ValueError
            If the output has no such number.
        """
        count = self._count(place, Phase(phase))
        if count is None:
            raise ValueError(f"the output has the shape {list(self._shape)}, there is no number {list(place)} in it")
        return self._position(count)

    @property
    def steps(self) -> int:
        """How many steps of the grain OP there are: each number of the output, forward and back."""
        return 2 * self._outputs

    @property
    def done(self) -> int:
        """How many of them have been made."""
        return self._done

    @property
    def program(self) -> Program:
        """The listing of the recorded layer."""
        return self._recorded.program

    @property
    def position(self) -> Position:
        """What comes next; `END` when all is done."""
        return self._position(self._done)

    @property
    def newest(self) -> Position:
        """The furthest moment reached."""
        return self._position(self._furthest)

    def _position(self, count: int) -> Position:
        return END if count == self.steps else Position(op=count)

    def __getitem__(self, name: str) -> Array:
        """Return one of the arrays of `SlidingFrame` by its name, as it stands now."""
        return self.frame()[name]

    def _blocks(self, grain: Grain) -> int:
        """Return how many steps of the grain OP make one of `grain`."""
        row = prod(self._shape[-2:])
        return {Grain.OP: 1, Grain.LAYER: row, Grain.PHASE: self._outputs, Grain.EPOCH: self.steps}[grain]

    def step(self, grain: Grain | str, count: int = 1) -> None:
        """Run to the next boundary of `grain`, `count` times; at the end nothing happens."""
        block = self._blocks(self._grain(grain))
        for _ in range(count):
            if self._done == self.steps:
                return
            self._walk((self._done // block + 1) * block)

    def step_back(self, grain: Grain | str) -> None:
        """Return to the last boundary of `grain`; the start has none before it."""
        block = self._blocks(self._grain(grain))
        self._done = max(0, (self._done - 1) // block * block)

    def seek(self, position: Position) -> None:
        """Go to `position`, back or forward; all is bit-identical to having walked there. No hook is called."""
        if position != END and (position.epoch or position.batch or not 0 <= position.op < self.steps):
            raise ValueError(
                f"a position here has epoch 0, batch 0 and an operation from 0 to {self.steps - 1}, or is the end, "
                f"epoch 1; got {position}"
            )
        self._done = self.steps if position == END else position.op
        self._furthest = max(self._furthest, self._done)

    def _grain(self, grain: Grain | str) -> Grain:
        if grain not in self.grains:
            raise ValueError(f"a step of a window is one of {', '.join(self.grains)}, got {str(grain)[:20]!r}")
        return Grain(grain)

    def _walk(self, target: int) -> None:
        """Run forward, from one boundary that a hook wants to the next."""
        while self._done < target:
            wanted = {grain for _, _, grain in self._hooks}
            ends = {grain: (self._done // self._blocks(grain) + 1) * self._blocks(grain) for grain in wanted}
            stop = min([target, *ends.values()])
            self._done = stop
            self._furthest = max(self._furthest, stop)
            phase = self._moment(stop)[1]
            for hook, only, grain in list(self._hooks):
                if ends.get(grain) == stop and only in (None, phase):
                    hook(Event(grain, None, phase, self.position, self))

    def on_event(self, hook: Hook, phase: Phase | None = None, grain: Grain = Grain.OP) -> Handle:
        """Call `hook` after every step of `grain`, or only of those in `phase`; seeking calls none."""
        entry = (hook, phase, self._grain(grain))
        self._hooks.append(entry)

        def remove() -> None:
            # By identity: the same hook may have been put on twice.
            self._hooks[:] = [other for other in self._hooks if other is not entry]

        return Handle(remove)

    def frame(self) -> SlidingFrame:
        """Return a snapshot of now."""
        recorded, totals, done = self._recorded, self._recorded.totals, self._done
        forward, back = min(done, self._outputs), max(0, done - self._outputs)
        # All that comes back is what the recorded layer sends back from the first ones.
        sent = totals if back == self._outputs else recorded.up_to(back)
        current = self._current()
        phase = str(current.phase) if current else str(Phase.FORWARD)
        return SlidingFrame(
            self.position, self.spec, self._window, self._shape[:-1], done, self.steps, recorded.x, recorded.w,
            recorded.b, _first(totals.z, forward), _first(totals.y, forward), totals.upstream,
            _first(totals.delta, back), "done" if back == self._outputs else phase,
            current, sent.dx, sent.dw, sent.db, totals,
        )  # fmt: skip

    def _current(self) -> Moment | None:
        """Return what was done last."""
        if not self._done:
            return None
        (place, phase), totals = self._moment(self._done), self._recorded.totals
        made, delta = self._made(place), float(totals.delta[place])
        shares = self._shares(made, delta) if phase is Phase.BACKWARD else ()
        return Moment(
            phase, place, made, float(totals.z[place]), float(totals.y[place]),
            float(totals.upstream[place]), delta, shares,
        )  # fmt: skip

    def _made(self, place: Axes) -> PositionSum | PoolSum:
        """Return how a number of the output, before ReLU, is made."""
        recorded, spec = self._recorded, self.spec
        if recorded.w is None or recorded.b is None:
            return pool_sum(recorded.x, self._window, place, spec.operation, spec.count_padding)
        return position_sum(recorded.x, recorded.w, recorded.b, self._window, place)

    def _shares(self, made: PositionSum | PoolSum, delta: float) -> tuple[Share, ...]:
        """Return what a number of the output, before ReLU, sends back."""
        recorded = self._recorded
        if isinstance(made, PoolSum):
            return pool_shares(made, delta)
        assert recorded.w is not None
        return conv_shares(recorded.x, recorded.w, self._window, made.place, delta)


def _first(values: Array, count: int) -> Array:
    """Return the first `count` of these numbers; the others are nan."""
    shown = np.full(values.shape, np.nan)
    shown.flat[:count] = values.flat[:count]
    return frozen(shown)
