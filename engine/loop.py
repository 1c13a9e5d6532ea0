"""The training loop as a program counter: it runs forward over batches and epochs, and never back.

Going back is the business of `engine.history`. The order of an epoch's examples is a function of the seed and
the epoch, so the loop can be set down anywhere. The last batch of an epoch may be smaller; it is a step of
its own and never reaches into the next epoch.
"""

from __future__ import annotations

import numpy as np

from engine.arena import Array, Memory
from engine.backend import Backend, Data, Indices
from engine.experiment import Event, Grain, Handle, Hook, Position
from engine.optimizers.scheduled import COUNT_PLACE
from engine.program import Phase, Program


class Loop:
    """A program on its data.

    Parameters
    ----------
    program : Program
        Recorded for batches of `min(batch_size, N)` rows.
    data : Data
    batch_size : int
        Examples in a batch, at least 1; more than there are means all.
    seed : int
        Decides the order of the examples.
    backend : Backend
    """

    def __init__(self, program: Program, data: Data, batch_size: int, seed: int, backend: Backend) -> None:
        if len(data.inputs) != len(data.targets):
            raise ValueError(
                f"{len(data.inputs)} inputs, but {len(data.targets)} targets: each example needs both"
            )
        if len(data.inputs) == 0:
            raise ValueError("there is no example to train on")
        self.program = program
        self.data = data
        self.batch_size = min(batch_size, len(data.inputs))
        self.seed = seed
        self.backend = backend
        self.memory = Memory(program.layout, data.inputs.dtype)
        self.batches = -(-len(data.inputs) // self.batch_size)
        self.position = Position()
        self.owner: object = self
        self._order = np.arange(len(data.inputs))
        self._ordered_epoch = -1
        self._hooks: list[tuple[Hook, Phase | None, Grain]] = []

    def __getitem__(self, name: str) -> Array:
        """Return a view of the place of that name, batched ones with as many rows as the batch has."""
        if name not in self.program.refs:
            raise KeyError(f"there is no {name!r}; there are {', '.join(self.program.refs)}")
        return self.memory.view(self.program.refs[name], self.rows)

    @property
    def updates(self) -> int:
        """How many batches are finished since the start."""
        return self.updates_at(self.position)

    def updates_at(self, position: Position) -> int:
        """Return how many batches are finished before the one of `position`."""
        return position.epoch * self.batches + position.batch

    def at(self, updates: int, op: int = 0) -> Position:
        """Return the position after so many finished batches and then `op` operations."""
        epoch, batch = divmod(updates, self.batches)
        return Position(epoch, batch, op)

    @property
    def shown_batch(self) -> Position:
        """The batch whose values stand in the memory: the last one where the next has not begun."""
        if self.position.op > 0 or self.updates == 0:
            return self.position
        return self.at(self.updates - 1, len(self.program.ops))

    @property
    def rows(self) -> int:
        """Number of examples in the batch that stands in the memory."""
        return self._rows(self.shown_batch.batch)

    def examples(self) -> Indices:
        """Return the indices of the examples of the batch that stands in the memory."""
        shown = self.shown_batch
        first = shown.batch * self.batch_size
        order = np.arange(len(self._order))
        self.backend.shuffle(order, self.seed, shown.epoch)
        return order[first : first + self._rows(shown.batch)]

    def _rows(self, batch: int) -> int:
        return min(self.batch_size, len(self._order) - batch * self.batch_size)

    def _shuffle(self) -> None:
        if self._ordered_epoch != self.position.epoch:
            self.backend.shuffle(self._order, self.seed, self.position.epoch)
            self._ordered_epoch = self.position.epoch

    def use(self, program: Program) -> None:
        """Go on with another program on the same parameters and optimizer state: one with another penalty, say.

        What both programs have under one name keeps its value; only at the end of a batch is the rest of no matter.
        """
        if program is self.program:
            return
        memory = Memory(program.layout, self.memory.flat.dtype)
        for name, ref in program.refs.items():
            if name in self.program.refs:
                memory.view(ref)[...] = self.memory.view(self.program.refs[name])
        self.program, self.memory = program, memory

    def set_down(self, updates: int) -> None:
        """Declare that the memory stands after so many batches."""
        self.position = self.at(updates)

    def count_updates(self) -> None:
        """Set the count that a schedule goes by to that of the loop: a listing without a schedule has not counted."""
        if self.position.op == 0 and COUNT_PLACE in self.program.refs:
            self[COUNT_PLACE][...] = self.updates

    def boundary(self, grain: Grain) -> Position:
        """Return the next boundary of `grain`."""
        at = self.position
        if grain is Grain.EPOCH:
            return Position(at.epoch + 1)
        if grain is Grain.BATCH:
            return self.at(self.updates + 1)
        stop = at.op + 1
        if grain is not Grain.OP:
            ranges = self.program.groups() if grain is Grain.LAYER else self.program.phases()
            stop = next(end for start, end in ranges if start <= at.op < end)
        if stop == len(self.program.ops):
            return self.at(self.updates + 1)
        return Position(at.epoch, at.batch, stop)

    def previous_boundary(self, grain: Grain, program: Program | None = None) -> Position:
        """Return the last boundary of `grain` before now; the start has none before it and gives itself.

        `program` is the one of the batch that was run last, where that is another than the present one.
        """
        program = program or self.program
        at = self.position
        if at == Position():
            return at
        if grain is Grain.EPOCH:
            return Position(at.epoch) if at > Position(at.epoch) else Position(at.epoch - 1)
        if grain is Grain.BATCH:
            return self.at(self.updates if at.op > 0 else self.updates - 1)
        updates, stop = (self.updates, at.op) if at.op > 0 else (self.updates - 1, len(program.ops))
        if grain is Grain.OP:
            return self.at(updates, stop - 1)
        ranges = program.groups() if grain is Grain.LAYER else program.phases()
        return self.at(updates, next(start for start, end in ranges if start < stop <= end))

    def run_to(self, target: Position, quiet: bool = False) -> None:
        """Run forward to `target`; `quiet` calls no hooks."""
        if target < self.position:
            raise ValueError(f"the loop stands at {self.position} and runs forward only, asked for {target}")
        if self._hooks and not quiet:
            while self.position < target:
                self._step_with_hooks(target)
        else:
            while self.position < target:
                self._run_towards(target)

    def _run_towards(self, target: Position) -> None:
        """Run as far as one call of the backend carries: within a batch, or whole batches within an epoch."""
        at, ops = self.position, len(self.program.ops)
        self._shuffle()
        same_batch = (target.epoch, target.batch) == (at.epoch, at.batch)
        if at.op > 0 or same_batch:
            stop = target.op if same_batch else ops
            self._run_operations(at.op, stop)
            self.position = Position(at.epoch, at.batch, stop) if stop < ops else self.at(self.updates + 1)
            return
        stop_batch = target.batch if target.epoch == at.epoch else self.batches
        self.backend.run_batches(
            self.program, self.memory, self.data, self._order, self.batch_size, at.batch, stop_batch
        )
        self.position = self.at(self.updates + stop_batch - at.batch)

    def _run_operations(self, start: int, stop: int) -> None:
        batch = self.position.batch
        self.backend.run_operations(
            self.program, self.memory, self.data, self._order,
            batch * self.batch_size, self._rows(batch), start, stop,
        )  # fmt: skip

    def on_event(self, hook: Hook, phase: Phase | None = None, grain: Grain = Grain.OP) -> Handle:
        """Call `hook` after every step of `grain`, or only of those in `phase`."""
        entry = (hook, phase, grain)
        self._hooks.append(entry)

        def remove() -> None:
            # By identity: the same hook may have been put on twice.
            self._hooks[:] = [other for other in self._hooks if other is not entry]

        return Handle(remove)

    def _step_with_hooks(self, target: Position) -> None:
        """Run to the nearest boundary that a hook wants, or to the target, and call whom it concerns."""
        wanted = {grain for _, _, grain in self._hooks}
        stop = min([self.boundary(grain) for grain in wanted] + [target])
        reached = {grain for grain in wanted if self.boundary(grain) == stop}
        while self.position < stop:
            self._run_towards(stop)
        last = self.program.ops[(stop.op or len(self.program.ops)) - 1]
        for hook, phase, grain in list(self._hooks):
            if grain in reached and phase in (None, last.phase):
                op = last if grain in (Grain.OP, Grain.LAYER) else None
                hook(Event(grain, op, last.phase, self.position, self.owner))
