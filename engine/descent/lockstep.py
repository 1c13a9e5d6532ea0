"""Optimizers on one surface, update by update, forward and back, with a history that branches.

A single descent is a race of one: both are `Lockstep`, and are the same computation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import zip_longest
from typing import Any

import numpy as np

from engine.arena import Arena, Array
from engine.backend import Backend, default_backend
from engine.checks import SpecError, checked
from engine.descent.changes import changed
from engine.descent.frame import DescentEvent, DescentFrame, Instruction, gradient_line
from engine.descent.lanes import Lanes
from engine.descent.spec import GROUND, DescentSpec, checked_point, optimizer_settings
from engine.experiment import Grain, Handle, Hook, Position
from engine.history import DEFAULT_BUDGET, SPACING, History, Segment
from engine.program import Phase, Program
from engine.rules import rules_from_places

__all__ = ["Lockstep"]


class Lockstep:
    """Several optimizers that take their updates together.

    An update is an epoch: the gradient, then the optimizers' lines. A change, of a rate or of a point by hand, counts
    from where it is made; made in the past it starts a branch, and the old future is kept. At the spec's last update
    a step does nothing.

    Parameters
    ----------
    specs : sequence of DescentSpec
        One for each racer; they differ in nothing but optimizer, settings, learning rate and `engine.rules.RULES`.
    keys : sequence of str
        Their names, all different.
    backend : Backend, optional
        The compiled engine unless another is given.
    budget : int
        Bytes for checkpoints.
    """

    grains: tuple[Grain, ...] = (Grain.EPOCH,)

    def __init__(
        self,
        specs: Sequence[DescentSpec],
        keys: Sequence[str],
        *,
        backend: Backend | None = None,
        budget: int = DEFAULT_BUDGET,
    ) -> None:
        self.keys = tuple(keys)
        self._first = tuple(specs)
        self._ground = specs[0]
        self.surface = self._ground.landscape
        lanes = [(key, spec.make_optimizer()) for key, spec in zip(self.keys, specs, strict=True)]
        self._lanes = Lanes(self.surface, lanes, backend or default_backend(), self._ground.seed)
        self._budget = budget
        self._hooks: list[tuple[Hook, Phase | None, Grain]] = []
        self.reset()

    def reset(self) -> None:
        """Begin again as the spec says, with no past; hooks stay."""
        lanes = self._lanes
        self.position = Position()
        lanes.state[:] = 0
        lanes.points[:] = self._ground.point
        settings = {**self.program.hyper, **{name: getattr(self._ground, name) for name in GROUND}}
        self.history = History(settings, lanes.state, 1, self._budget)
        # The rows of the path before this one are as they were when somebody last looked at them: who goes back comes
        # through a checkpoint, and what is set by hand is at the row where the run stands.
        self._written = 0
        self._path = np.full((self._ground.steps + 1, len(self.keys), self.surface.dimensions), np.nan)
        self._stand_at_checkpoint(0)

    @property
    def program(self) -> Program:
        """The listing of the optimizers' lines, which follow the gradient."""
        return self._lanes.program

    @property
    def instructions(self) -> tuple[Instruction, ...]:
        """All lines of an update; the gradient's is written with the noise and the factor that hold here."""
        return gradient_line(self._lanes.noise, self._lanes.loss_scale), *self._lines

    @cached_property
    def _lines(self) -> tuple[Instruction, ...]:
        return tuple(Instruction(op.name, op.phase, op.tex, op.code, op) for op in self.program.ops)

    @property
    def newest(self) -> Position:
        """The furthest moment reached on this branch."""
        return self.history.current.end

    @property
    def end(self) -> Position:
        """Where it ends: after the spec's last update."""
        return Position(self._ground.steps)

    @property
    def branches(self) -> tuple[Segment, ...]:
        """The ends of the tree of history, in the order in which they were begun."""
        return tuple(self.history.leaves)

    def __getitem__(self, name: str) -> Array:
        """Return a view of the place of that name as it stands now, as the listing calls it."""
        if name not in self.program.refs:
            raise KeyError(f"there is no {name!r}; there are {', '.join(self.program.refs)}")
        return self._lanes.memory.view(self.program.refs[name])

    def boundary(self, grain: Grain) -> Position:
        """Return the next boundary of `grain`."""
        at = self.position
        if grain is Grain.EPOCH or at.op == len(self.program.ops):
            return Position(at.epoch + 1)
        return Position(at.epoch, 0, at.op + 1)

    def previous_boundary(self, grain: Grain) -> Position:
        """Return the last boundary of `grain` before now; the start has none before it and gives itself."""
        at = self.position
        if at == Position():
            return at
        if grain is Grain.EPOCH:
            return Position(at.epoch if at.op else at.epoch - 1)
        return Position(at.epoch, 0, at.op - 1) if at.op else Position(at.epoch - 1, 0, len(self.program.ops))

    def step(self, grain: Grain | str, count: int = 1) -> None:
        """Run to the next boundary of `grain`, `count` times; at the end nothing happens."""
        grain = self._grain(grain)
        if grain is Grain.EPOCH:
            self._walk(min(Position(self.position.epoch + count), self.end))
            return
        for _ in range(count):
            if self.position == self.end:
                return
            self._walk(self.boundary(grain))

    def step_back(self, grain: Grain | str) -> None:
        """Return to the last boundary of `grain`."""
        self.seek(self.previous_boundary(self._grain(grain)))

    def seek(self, position: Position) -> None:
        """Go to `position`, back or forward; all is bit-identical to having walked there. No hook is called."""
        last = len(self.program.ops) if Grain.OP in self.grains else 0
        if position.batch or not 0 <= position.op <= last or not Position() <= position <= self.end:
            raise ValueError(
                f"a position here has an epoch from 0 to {self.end.epoch:,}, batch 0 and an operation from 0 to {last} "
                f"before the end, got {position}"
            )
        if position < self.position:
            self._restore(position)
        self._walk(position, quiet=True)

    def stand_on(self, branch: Segment) -> None:
        """Go to the newest moment of another branch."""
        before = self.history.line
        self.history.stand_on(branch)
        # Up to where the two lines part the path is known, and the rest of it is walked again.
        parted = [
            segment.start
            for old, new in zip_longest(before, self.history.line)
            for segment in (old, new)
            if old is not new and segment is not None
        ]
        self._restore(min([branch.end, *parted]))
        self._walk(branch.end, quiet=True)

    def relive(self, segments: Sequence[Segment], leaves: Sequence[Segment], leaf: Segment) -> None:
        """Walk a whole tree of history, such as a file tells of, and stand at the end of `leaf`.

        Parameters
        ----------
        segments : sequence of Segment
            Parents first; the first is this run's own root. They have no checkpoints yet but the root's first.
        leaves : sequence of Segment
            The ends of the branches.
        leaf : Segment

        Raises
        ------
        SpecError
            If settings are not allowed.
        """
        history = self.history
        for segment in segments:
            end, segment.end = segment.end, segment.start
            goes_on = history.current is segment.parent and self.position == segment.start
            history.line = segment.line()
            if goes_on:
                self._apply()
            else:
                self._restore(segment.start)
                self._walk(segment.start, quiet=True)
            for lane in range(len(self.keys)):
                # Asking for the spec checks what holds.
                self._spec(lane)
            self._walk(end, quiet=True)
        history.adopt(list(segments), list(leaves), leaf)
        # From the very start: the path on the way there is this leaf's.
        self._restore(Position())
        self._walk(leaf.end, quiet=True)

    def check_edit(self, place: int, value: Any) -> None:
        """Raise a SpecError if a parameter, by its place among all lanes', may not be set to a value by hand."""
        axis = place % self.surface.dimensions
        low, high = self.surface.extent[axis]
        checked("point", 0.0, {"title": f"The point, {self.surface.names[axis]},", "low": low, "high": high}, value)

    def on_event(self, hook: Hook, phase: Phase | None = None, grain: Grain | None = None) -> Handle:
        """Call `hook` with a `DescentEvent` after every step of `grain`, the smallest unless given, or of a phase.

        Seeking calls none.
        """
        entry = (hook, phase, self._grain(self.grains[0] if grain is None else grain))
        self._hooks.append(entry)

        def remove() -> None:
            # By identity: the same hook may have been put on twice.
            self._hooks[:] = [other for other in self._hooks if other is not entry]

        return Handle(remove)

    def _grain(self, grain: Grain | str) -> Grain:
        if grain not in self.grains:
            raise ValueError(f"a step down a surface is one of {', '.join(self.grains)}, got {str(grain)[:20]!r}")
        return Grain(grain)

    def _restore(self, position: Position) -> None:
        """Stand where the walk to `position` may begin: one update earlier, for what is shown of the last one."""
        updates, state = self.history.before(max(0, position.epoch - 1))
        self._lanes.state[:] = state
        self._stand_at_checkpoint(updates)

    def _stand_at_checkpoint(self, updates: int) -> None:
        self.position = Position(updates)
        self._lanes.forget_gradients()
        self._step = np.full(self._lanes.points[:, 0].shape, np.nan)
        self._began = self._lanes.state.copy()
        self._apply()

    def _walk(self, target: Position, quiet: bool = False) -> None:
        """Run forward, through the changes that the line of history tells of, and leave checkpoints."""
        wanted = set() if quiet else {grain for _, _, grain in self._hooks}
        while self.position < target:
            at, change = self.position, self.history.next_change(self.position)
            stop = min(target, change) if change is not None else target
            if at.op == 0 and stop.epoch > at.epoch and Grain.OP not in wanted:
                self._run_updates(1 if wanted else min(stop.epoch - at.epoch, SPACING))
            else:
                self._run_line()
            self._note()
            if self.position == change:
                self._apply()
            if wanted:
                self._call_hooks(at.op)

    def _note(self) -> None:
        ahead = self.position > self.history.current.end
        self.history.reached(self.position)
        if ahead and self.position.op == 0 and self.history.due(self.position.epoch):
            self.history.keep(self.position.epoch, self._lanes.state)

    def _run_updates(self, count: int) -> None:
        epoch = self.position.epoch
        self._lanes.update(epoch, count, self._path)
        self._finish(epoch + count)

    def _run_line(self) -> None:
        epoch, op = self.position.epoch, self.position.op
        if op == 0:
            self._began = self._lanes.state.copy()
            self._lanes.compute_gradients(epoch)
        else:
            self._lanes.operate(op - 1, op)
        if op < len(self.program.ops):
            self.position = Position(epoch, 0, op + 1)
        else:
            self._path[epoch + 1] = self._lanes.points[:, 0]
            self._finish(epoch + 1)

    def _finish(self, epoch: int) -> None:
        with np.errstate(invalid="ignore"):
            self._step = self._path[epoch] - self._path[epoch - 1]
        self.position = Position(epoch)

    def _apply(self) -> None:
        """Take the settings that hold here, and set by hand what was set by hand here."""
        settings = self.history.on(self.position).settings
        for name in self.program.hyper:
            self[name][...] = settings[name]
        self._lanes.noise, self._lanes.loss_scale = (settings[name] for name in GROUND)
        parameters = self._lanes.memory.arena(Arena.PARAMETERS)
        for segment in self.history.starting(self.position):
            for place, value in segment.edits.items():
                parameters[place] = value
        if self.position.op == 0:
            self._path[self.position.epoch] = self._lanes.points[:, 0]
            self._written = min(self._written, self.position.epoch)

    def _call_hooks(self, op: int) -> None:
        """Tell of the line that has just run, or of the update that has just ended."""
        ended = self.position.op == 0
        done = self.instructions[-1 if ended else op]
        for hook, phase, grain in list(self._hooks):
            if (ended or grain is Grain.OP) and phase in (None, done.phase):
                line = done if grain is Grain.OP else None
                hook(DescentEvent(grain, line.op if line else None, done.phase, self.position, self, line))

    def _spec(self, lane: int) -> DescentSpec:
        """Return a lane's spec with what holds here."""
        first, hyper = self._first[lane], self._lanes.hyper(lane)
        fields = {name: value for name, value in hyper.items() if name in optimizer_settings(first.optimizer)}
        return first.with_(
            start=tuple(self._path[0, lane].tolist()), learning_rate=hyper["learning_rate"],
            settings={**dict(first.settings), **fields}, noise=self._lanes.noise, loss_scale=self._lanes.loss_scale,
            **rules_from_places(first, hyper),
        )  # fmt: skip

    def _change(self, lane: int, changes: Mapping[str, Any]) -> None:
        """Change a lane's learning rate, settings or rules, or the noise and the factor on the loss of all."""
        new, values = changed(self._spec(lane), self._lanes.hyper(lane), changes)
        places = self._lanes.places(lane)
        before = self.history.on(self.position).settings
        settings = {**before, **{places[name].name: value for name, value in values.items()}}
        settings |= {name: getattr(new, name) for name in GROUND}
        if settings != before:
            self.history.change(self.position, settings)
            self._apply()

    def _set_points(self, lanes: Sequence[int], point: Sequence[float] | float) -> None:
        """Set the points of some lanes by hand; within an update from its beginning.

        Where a surface has more parameters than views show, two numbers are those of the two that are shown.
        """
        values = self._by_axis("point", "The point", point)
        if self.position.op:
            self.seek(Position(self.position.epoch))
        size = self.surface.dimensions
        edits = {lane * size + axis: value for lane in lanes for axis, value in values.items()}
        settings = self.history.on(self.position).settings
        self.history.change(self.position, settings, edits)
        self._apply()

    def _set_start(self, point: Sequence[float] | float) -> None:
        """Begin at another point, as a branch of its own."""
        values = self._by_axis("start", "The start", point)
        self.seek(Position())
        begun = dict(enumerate(self._lanes.points[0, 0].tolist()))
        self._set_points(range(len(self.keys)), list((begun | values).values()))

    def _by_axis(self, name: str, title: str, point: Any) -> dict[int, float]:
        """Return the numbers of a point by the parameters they are for, or raise a SpecError."""
        given = [point] if isinstance(point, (int, float)) else list(point)
        surface, shown = self.surface, self.surface.shown
        axes = [*range(surface.dimensions)]
        if shown is not None and len(given) == 2:
            surface, axes = surface.slice(surface.start), [*shown]
        if len(given) != len(axes):
            raise SpecError("point", f"a point here has {len(axes)} numbers, got {len(given)}")
        return dict(zip(axes, checked_point(name, title, given, surface), strict=True))

    def _frame(self, lane: int) -> DescentFrame:
        lanes, spec = self._lanes, self._spec(lane)
        states = {name: ref for name, ref in lanes.places(lane).items() if ref.arena is Arena.STATE}
        point = lanes.points[lane, 0]
        ball = lanes.ball(lane, lanes.state if self.position.op == 0 else self._began)
        layer = self.keys[lane] or "optimizer"
        lines = [self.instructions[0], *(line for line in self._lines if line.op and line.op.layer == layer)]
        line, done = self.history.line, self.position
        jumps = {segment.start.epoch for segment in line if segment.edits and Position() < segment.start <= done}
        return DescentFrame(
            position=self.position,
            spec=spec,
            point=_kept(point),
            value=float(self.surface.value(*point)),
            rate=spec.make_schedule().rate(self.position.epoch),
            gradient=_kept(lanes.gradients[lane, 0]),
            states={name: _kept(lanes.memory.view(ref)) for name, ref in states.items()},
            state_tex={name: ref.tex for name, ref in states.items()},
            hyper=lanes.hyper(lane),
            step=_kept(self._step[lane]),
            look_ahead=None if ball is None else _kept(ball[0]),
            ball=None if ball is None else _kept(ball[1]),
            path=_kept(self._path[: self.position.epoch + 1, lane]),
            jumps=tuple(sorted(jumps)),
            last=None if self.position == Position() else lines[self.position.op - 1],
            next=None if self.position == self.end else lines[self.position.op],
        )


def _kept(values: Array) -> Array:
    copy = values.copy()
    copy.setflags(write=False)
    return copy
