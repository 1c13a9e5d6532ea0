"""Back-propagation over the graph of a formula as an experiment: one node, one edge, one parameter at a time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.arena import Array
from engine.checks import unknown
from engine.experiment import Grain, Handle, Hook, Position
from engine.expression.graph_frame import GraphEvent, GraphFrame
from engine.expression.passes import Instruction, Pass, listing
from engine.expression.spec import ExpressionSpec, SpecError, checked_rate, checked_value
from engine.history import DEFAULT_BUDGET, History, Segment
from engine.program import Phase

__all__ = ["MAX_STEPS", "ExpressionRun"]

# A graph shows single steps; so many take a few seconds.
MAX_STEPS = 10_000
# A few numbers weigh nothing, and a step takes half a millisecond: keep a checkpoint of every tenth, and of large
# graphs more, so that going back runs few more operations than this.
SPACING = 10
FEW_OPERATIONS = 1000


class ExpressionRun:
    """Computes a formula on its graph, its gradients, and moves its parameters: step by step, forward and back.

    A step (an epoch) is one pass forward, one back and one update. A leaf may be changed at any moment. While the
    step computes, a change counts for the whole of it, and what is on the graph is computed again; once parameters
    have begun to move, it counts from there on. A formula without parameters only ever repeats its step, so there
    a change counts for the step that is shown, finished or not.

    A change at the newest moment goes on from there: the finished steps before it are kept. A change in the past
    starts a branch, and the old future is kept.

    Parameters
    ----------
    spec : ExpressionSpec
    budget : int
        Bytes for checkpoints.
    """

    grains = (Grain.OP, Grain.PHASE, Grain.EPOCH)

    def __init__(self, spec: ExpressionSpec, *, budget: int = DEFAULT_BUDGET) -> None:
        self.first_spec = spec
        self.graph = spec.graph()
        self.instructions = listing(self.graph, spec.parameters)
        self._budget = budget
        self._spacing = max(1, min(SPACING, FEW_OPERATIONS // len(self.instructions)))
        self._updates_from = sum(instruction.phase is not Phase.UPDATE for instruction in self.instructions)
        self._hooks: list[tuple[Hook, Phase | None, Grain]] = []
        self.reset()

    def reset(self) -> None:
        """Begin again as the spec says, with no past; hooks stay."""
        self.position = Position()
        self._pass = Pass(self.graph, self.first_spec.start)
        self._learning_rate = self.first_spec.learning_rate
        self.history = History({"learning_rate": self._learning_rate}, self._state(), 1, self._budget)

    @property
    def spec(self) -> ExpressionSpec:
        """The spec with the learning rate and the inputs that hold here; parameters begin as they were begun."""
        inputs = {name: self._pass.leaves[name] for name in self.first_spec.inputs}
        values = {**self.first_spec.start, **inputs}
        return self.first_spec.with_(values=values, learning_rate=self._learning_rate)

    @property
    def learning_rate(self) -> float:
        """The one that holds here."""
        return self._learning_rate

    @property
    def leaves(self) -> dict[str, float]:
        """The values of the names now."""
        return dict(self._pass.leaves)

    @property
    def used(self) -> dict[str, float]:
        """The values of the names that the numbers on the graph were computed with."""
        return dict(self._pass.used) if self.last is not None else dict(self._pass.leaves)

    @property
    def newest(self) -> Position:
        """The furthest moment reached on this branch."""
        return self.history.current.end

    @property
    def branches(self) -> tuple[Segment, ...]:
        """The ends of the tree of history, in the order in which they were begun."""
        return tuple(self.history.leaves)

    @property
    def last(self) -> Instruction | None:
        """The instruction that ran last; None at the very beginning."""
        return None if self.position == Position() else self.instructions[self.position.op - 1]

    @property
    def next(self) -> Instruction:
        """The instruction that comes next."""
        return self.instructions[self.position.op]

    def __getitem__(self, name: str) -> Array:
        """Return a value by its node's symbol, or a gradient by ``x.grad``, as `GraphFrame` does."""
        return self.frame()[name]

    def boundary(self, grain: Grain) -> Position:
        """Return the next boundary of `grain`."""
        at = self.position
        if grain is Grain.EPOCH:
            return Position(at.epoch + 1)
        stop = at.op + 1 if grain is Grain.OP else self._phase_around(at.op)[1]
        return Position(at.epoch, 0, stop) if stop < len(self.instructions) else Position(at.epoch + 1)

    def previous_boundary(self, grain: Grain) -> Position:
        """Return the last boundary of `grain` before now; the start has none before it and gives itself."""
        at = self.position
        if at == Position():
            return at
        epoch, stop = (at.epoch, at.op) if at.op else (at.epoch - 1, len(self.instructions))
        if grain is Grain.EPOCH:
            return Position(epoch)
        return Position(epoch, 0, stop - 1 if grain is Grain.OP else self._phase_around(stop - 1)[0])

    def _phase_around(self, op: int) -> tuple[int, int]:
        """Return the first instruction of the phase that an instruction belongs to, and the first after it."""
        phases = [instruction.phase for instruction in self.instructions]
        first = phases.index(phases[op])
        return first, first + phases.count(phases[op])

    def step(self, grain: Grain | str, count: int = 1) -> None:
        """Run to the next boundary of `grain`, `count` times."""
        grain = self._grain(grain)
        for _ in range(count):
            target = self.boundary(grain)
            self._check(target)
            self._walk(target)

    def step_back(self, grain: Grain | str) -> None:
        """Return to the last boundary of `grain`."""
        self.seek(self.previous_boundary(self._grain(grain)))

    def seek(self, position: Position) -> None:
        """Go to `position`, back or forward; all is bit-identical to having walked there. No hook is called."""
        self._check(position)
        if position < self.position:
            self._restore(position)
        self._walk(position, quiet=True)

    def _grain(self, grain: Grain | str) -> Grain:
        if grain not in self.grains:
            raise ValueError(f"a step over a graph is one of {', '.join(self.grains)}, got {str(grain)[:20]!r}")
        return Grain(grain)

    def _check(self, position: Position) -> None:
        last = len(self.instructions) - 1
        if position.batch or not 0 <= position.op <= last or not 0 <= position.epoch <= MAX_STEPS:
            raise ValueError(
                f"a position here has an epoch from 0 to {MAX_STEPS:,}, batch 0 and an operation from 0 to {last}, "
                f"got {position}"
            )

    def _restore(self, position: Position) -> None:
        """Stand where the walk to `position` may begin: its numbers come of the step before, if none of its own."""
        updates, state = self.history.before(position.epoch if position.op else max(0, position.epoch - 1))
        self._pass.leaves = dict(zip(self.graph.leaves, state.tolist(), strict=True))
        self._pass.begin()
        self.position = Position(updates)
        self._apply()

    def _walk(self, target: Position, quiet: bool = False) -> None:
        """Run forward, through the changes that the line of history tells of, and leave checkpoints."""
        while self.position < target:
            at, change = self.position, self.history.next_change(self.position)
            if at.op == 0:
                self._pass.begin()
            self._pass.run(self.instructions[at.op], self._learning_rate)
            after = self.boundary(Grain.OP)
            heard = bool(self._hooks) and not quiet
            reached = {grain for grain in self.grains if self.boundary(grain) == after} if heard else set()
            self.position = after
            self._note()
            if self.position == change:
                self._apply()
            self._call_hooks(self.instructions[at.op], reached)

    def _note(self) -> None:
        ahead = self.position > self.history.current.end
        self.history.reached(self.position)
        epoch = self.position.epoch
        if ahead and self.position.op == 0 and epoch >= self.history.before(epoch)[0] + self._spacing:
            self.history.keep(epoch, self._state())

    def _state(self) -> Array:
        return np.array(list(self._pass.leaves.values()), dtype=np.float64)

    def _apply(self) -> None:
        """Take the settings that hold here, and set by hand what was set by hand here."""
        self._learning_rate = self.history.on(self.position).settings["learning_rate"]
        names = tuple(self.graph.leaves)
        for segment in self.history.starting(self.position):
            for place, value in segment.edits.items():
                self._pass.leaves[names[place]] = value

    def change(self, *, learning_rate: float) -> None:
        """Change the learning rate from here on."""
        rate = checked_rate(learning_rate)
        if rate != self._learning_rate:
            self._alter({"learning_rate": rate}, {})

    def set_value(self, name: str, value: float) -> None:
        """Set one leaf by hand; the class says from when on it counts.

        Parameters
        ----------
        name : str
            A name of the formula.
        value : float
            Finite, at most a million either way.

        Raises
        ------
        SpecError
            If there is no such name, or the value is not allowed.
        """
        self.set_values({name: value})

    def set_values(self, values: Mapping[str, float]) -> None:
        """Set several leaves by hand at once, as `set_value` does."""
        names = list(self.graph.leaves)
        for name in values:
            if name not in names:
                raise SpecError("values", unknown("name", name, names))
        edits = {
            names.index(name): number
            for name, value in values.items()
            if (number := checked_value("values", f"The value of {name}", value)) != self._pass.leaves[name]
        }
        if edits:
            self._alter(self.history.on(self.position).settings, edits)

    def _alter(self, settings: dict[str, float], edits: dict[int, float]) -> None:
        at, start, current = self.position, self._counts_from(), self.history.current
        if at == current.end:
            # At the newest moment the step under way is done again, and is no branch of its own.
            current.end = start
        if start.epoch < at.epoch:
            # What is shown of the names may have been set only after the step that is done again.
            edits = dict(enumerate(self._pass.leaves.values())) | edits
        self.history.change(start, settings, edits)
        self._restore(at)
        self._walk(at, quiet=True)

    def _counts_from(self) -> Position:
        """Return the moment from which a change made now counts."""
        at = self.position
        if at.op > self._updates_from:
            return at
        repeats = self._updates_from == len(self.instructions)
        return Position(max(0, at.epoch - 1) if at.op == 0 and repeats else at.epoch)

    def stand_on(self, branch: Segment) -> None:
        """Go to the newest moment of another branch."""
        self.history.stand_on(branch)
        self._restore(branch.end)
        self._walk(branch.end, quiet=True)

    def numbers(self, ahead: bool = False) -> Pass:
        """Return a copy of the numbers on the graph, ``ahead`` with the next instruction carried out on it."""
        numbers = self._pass.copy()
        if ahead:
            if self.position.op == 0:
                numbers.begin()
            numbers.run(self.next, self._learning_rate)
        return numbers

    def frame(self) -> GraphFrame:
        """Return a snapshot of now."""
        state = self._pass
        return GraphFrame(
            self.position, self.graph, self._learning_rate, tuple(state.shown_values()), self.used,
            tuple(state.locals), tuple(state.gradients), tuple(state.contributions), tuple(state.updates),
            self.last, self.next,
        )  # fmt: skip

    def on_event(self, hook: Hook, phase: Phase | None = None, grain: Grain = Grain.OP) -> Handle:
        """Call `hook` with a `GraphEvent` after every step of `grain`, or only of those in `phase`.

        Seeking, and computing again after a change, calls none.
        """
        entry = (hook, phase, self._grain(grain))
        self._hooks.append(entry)

        def remove() -> None:
            # By identity: the same hook may have been put on twice.
            self._hooks[:] = [other for other in self._hooks if other is not entry]

        return Handle(remove)

    def _call_hooks(self, done: Instruction, reached: set[Grain]) -> None:
        for hook, phase, grain in list(self._hooks):
            if grain in reached and phase in (None, done.phase):
                instruction = done if grain is Grain.OP else None
                hook(GraphEvent(grain, None, done.phase, self.position, self, instruction))
