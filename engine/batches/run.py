"""Batch, mini-batch and stochastic descent in three lanes, stepped and rewound on one clock: the points seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.arena import Array
from engine.backend import Backend, Data, default_backend
from engine.batches.classifier import accuracy, expected_accuracy, summed_cost
from engine.batches.frame import BatchesEvent, BatchesFrame, LaneFrame
from engine.batches.lane import Lane
from engine.batches.spec import LANES, LIVE, MAX_EPOCHS, BatchesSpec, checked_weights
from engine.checks import SpecError, unknown
from engine.experiment import Grain, Handle, Hook, Position
from engine.history import SPACING, History, Segment
from engine.program import Phase

__all__ = ["NOTED", "BatchesRun"]

# A checkpoint holds a few dozen numbers.
HISTORY_BUDGET = 2 * 2**20
# What is noted of each lane on the way.
NOTED = ("w1", "w2", "b", "cost", "accuracy")
_PARAMETERS = 3
# Until which epoch how many notes are made in one; after that one at the end of each.
_NOTES = ((1, 200), (5, 20), (25, 4))


class BatchesRun:
    """Trains one linear classifier in three lanes, which differ in nothing but the size of a batch.

    All lanes see the same points in the same order, and as many of them: a lane makes an update as soon as a batch of
    its own is whole. A step is one point (`Grain.OP`), a mini-batch of the lane between (`Grain.BATCH`), or all points
    once (`Grain.EPOCH`). A position's `batch` counts the points seen of its epoch. A change, of a setting or of weights
    by hand, counts from where it is made; made in the past it starts a branch. At the last epoch a step does nothing.

    Parameters
    ----------
    spec : BatchesSpec
    backend : Backend, optional
        The compiled engine unless another is given.
    budget : int
        Bytes for checkpoints.
    """

    grains: tuple[Grain, ...] = (Grain.OP, Grain.BATCH, Grain.EPOCH)

    def __init__(
        self, spec: BatchesSpec, *, backend: Backend | None = None, budget: int = HISTORY_BUDGET
    ) -> None:
        self.first_spec = spec
        self.groups = spec.groups()
        self.data = self.groups.copied(spec.copies)
        given = Data(np.ascontiguousarray(self.data.points), self.data.labels.reshape(-1, 1).copy())
        self.backend = backend or default_backend()
        self._lanes = {key: Lane(key, spec, given, self.backend) for key in LANES}
        self._hooks: list[tuple[Hook, Phase | None, Grain]] = []
        self.position = Position()
        settings = {name: getattr(spec, name) for name in LIVE}
        self.history = History(settings, self._state(), spec.samples, budget)
        self._apply()

    @property
    def spec(self) -> BatchesSpec:
        """The spec with what holds at this position."""
        return self.first_spec.with_(**self.history.on(self.position).settings)

    @property
    def seen(self) -> int:
        """Points seen since the start, by each lane."""
        return self._seen_at(self.position)

    @property
    def newest(self) -> Position:
        """The furthest moment reached on this branch."""
        return self.history.current.end

    @property
    def end(self) -> Position:
        """Where it ends."""
        return Position(MAX_EPOCHS)

    @property
    def branches(self) -> tuple[Segment, ...]:
        """The ends of the tree of history, in the order in which they were begun."""
        return tuple(self.history.leaves)

    def __getitem__(self, name: str) -> Array:
        """Return a view of a lane's weights (w₁, w₂, b) as they stand now."""
        if name not in self._lanes:
            raise KeyError(f"there is no lane {name!r}; there are {', '.join(self._lanes)}")
        return self._lanes[name].weights

    def at(self, seen: int) -> Position:
        """Return the position at which so many points have been seen."""
        return Position(*divmod(seen, self.first_spec.samples))

    def _seen_at(self, position: Position) -> int:
        return position.epoch * self.first_spec.samples + position.batch

    def boundary(self, grain: Grain | str) -> Position:
        """Return the next boundary of `grain`."""
        at, size = self.position, self._size(grain)
        return self.at(self._seen_at(Position(at.epoch)) + min((at.batch // size + 1) * size, self.first_spec.samples))

    def previous_boundary(self, grain: Grain | str) -> Position:
        """Return the last boundary of `grain` before now; the start has none before it and gives itself."""
        if self.seen == 0:
            return self.position
        size = self._size(grain)
        before = self.at(self.seen - 1)
        return Position(before.epoch, before.batch // size * size)

    def _size(self, grain: Grain | str) -> int:
        if grain not in self.grains:
            raise ValueError(f"a step of the lanes is one of {', '.join(self.grains)}, got {str(grain)[:20]!r}")
        spec = self.first_spec
        return {Grain.OP: 1, Grain.BATCH: spec.mini_batch, Grain.EPOCH: spec.samples}[Grain(grain)]

    def step(self, grain: Grain | str, count: int = 1) -> None:
        """Run to the next boundary of `grain`, `count` times; at the end nothing happens."""
        for _ in range(count):
            self._walk(min(self.boundary(grain), self.end))

    def step_back(self, grain: Grain | str) -> None:
        """Return to the last boundary of `grain`."""
        self.seek(self.previous_boundary(grain))

    def seek(self, position: Position) -> None:
        """Go to `position`, back or forward; all is bit-identical to having walked there. No hook is called."""
        samples = self.first_spec.samples
        if not (Position() <= position <= self.end and 0 <= position.batch < samples and position.op == 0):
            raise ValueError(
                f"a position here has an epoch from 0 to {self.end.epoch}, 0 to {samples - 1:,} points seen of it, and "
                f"operation 0, got {position}"
            )
        seen, state = self.history.before(self._seen_at(position))
        # Forward too, a checkpoint on the way saves the walk to it.
        if position < self.position or seen > self.seen:
            self._restore(seen, state)
        self._walk(position, quiet=True)

    def stand_on(self, branch: Segment) -> None:
        """Go to the newest moment of another branch."""
        # Back to the common past first, so that walking there follows the branch's own line.
        self.seek(Position())
        self.history.stand_on(branch)
        self._apply()
        self.seek(branch.end)

    def refresh(self) -> None:
        """Bring everything under the settings that hold at the start; for whoever has exchanged the history."""
        self._restore(*self.history.before(0))

    def _state(self) -> Array:
        return np.concatenate([lane.state for lane in self._lanes.values()])

    def _restore(self, seen: int, state: Array) -> None:
        for lane, part in zip(self._lanes.values(), np.split(state, len(self._lanes)), strict=True):
            lane.set_down(seen, part)
        self.position = self.at(seen)
        self._apply()

    def _walk(self, target: Position, quiet: bool = False) -> None:
        """Run forward, through the changes that the line of history tells of; leave checkpoints and notes."""
        wanted = set() if quiet else {grain for _, _, grain in self._hooks}
        while self.position < target:
            change = self.history.next_change(self.position)
            stops = [target, self._next_note(), *(self.boundary(grain) for grain in wanted)]
            stop = min(stops if change is None else [*stops, change])
            reached = {grain for grain in wanted if self.boundary(grain) == stop}
            self._run_to(stop)
            if stop == change:
                self._apply()
            else:
                self._note()
            self._call_hooks(reached)

    def _run_to(self, stop: Position) -> None:
        spec, seen = self.spec, self._seen_at(stop)
        # Its own epoch's rate is that of an update: a stretch lies within one epoch.
        for lane in self._lanes.values():
            lane.run_to(seen, spec)
        ahead = stop > self.newest
        self.position = stop
        self.history.reached(stop)
        if ahead and seen >= self.history.before(seen)[0] + max(SPACING, spec.samples // 2):
            self.history.keep(seen, self._state())

    def _apply(self) -> None:
        """Set by hand what was set by hand here; settings are read where they are used."""
        lanes = list(self._lanes.values())
        begun = self.history.starting(self.position)
        for segment in begun:
            for place, value in segment.edits.items():
                lane, parameter = divmod(place, _PARAMETERS)
                lanes[lane].weights[parameter] = value
        if begun:
            self._note(anyway=True)

    def _note_spacing(self) -> int:
        """Return how many points lie between two notes here: few at first, where most happens."""
        epoch = self.position.epoch
        notes = next((count for until, count in _NOTES if epoch < until), 1)
        return -(-self.first_spec.samples // notes)

    def _next_note(self) -> Position:
        at, spacing, samples = self.position, self._note_spacing(), self.first_spec.samples
        return self.at(at.epoch * samples + min((at.batch // spacing + 1) * spacing, samples))

    def _note(self, anyway: bool = False) -> None:
        """Note where the lanes are and what it costs, if a note is due here."""
        records = self.history.on(self.position).records
        due = anyway or self.position.batch % self._note_spacing() == 0
        if due and self.seen not in records:
            records[self.seen] = self._standing()

    def _standing(self) -> tuple[float, ...]:
        """Return what `NOTED` names, lane by lane."""
        weights = np.stack([lane.weights for lane in self._lanes.values()])
        table = np.column_stack([weights, summed_cost(self.data, weights), accuracy(self.data, weights)])
        return tuple(table.ravel().tolist())

    def trail(self) -> dict[str, Array]:
        """Return what was noted on this branch up to now.

        Returns
        -------
        dict of str to ndarray
            By lane rows of points seen, w₁, w₂, b, summed cost, accuracy [K, 6]. They lie close at first, where most
            happens, and wider apart later; the last one is of now.
        """
        line, noted = self.history.line, {}
        for place, segment in enumerate(line):
            stop = self._seen_at(line[place + 1].start) if place + 1 < len(line) else None
            noted.update({
                seen: record for seen, record in segment.records.items()
                if seen <= self.seen and (stop is None or seen < stop)
            })  # fmt: skip
        noted.setdefault(self.seen, self._standing())
        seen = sorted(noted)
        table = np.array([noted[k] for k in seen]).reshape(len(seen), len(self._lanes), len(NOTED))
        steps = np.array(seen, dtype=np.float64)
        return {key: np.column_stack([steps, table[:, k]]) for k, key in enumerate(self._lanes)}

    def change(self, **live: Any) -> None:
        """Change live settings from here on. In the past this starts a branch; the old future is kept.

        Raises
        ------
        SpecError
            If a value is not allowed, or the setting needs a new run.
        """
        for name in live:
            if name not in LIVE:
                raise SpecError(name, f"{name} needs a new run; on the way you can change {', '.join(LIVE)}")
        spec = self.spec.with_(**live)
        settings = {name: getattr(spec, name) for name in LIVE}
        if settings != self.history.on(self.position).settings:
            self.history.change(self.position, settings)
            self._apply()

    def set_weights(self, weights: Sequence[float], lane: str | None = None) -> None:
        """Set (w₁, w₂, b) by hand, here and now, of one lane or of all. In the past this starts a branch.

        Raises
        ------
        SpecError
            If a weight is not a number within ±1000, or there is no such lane.
        """
        values = checked_weights("weights", weights)
        if lane is not None and lane not in self._lanes:
            raise SpecError("lane", unknown("lane", lane, list(self._lanes)))
        places = [k for k, key in enumerate(self._lanes) if lane in (None, key)]
        edits = {k * _PARAMETERS + j: value for k in places for j, value in enumerate(values)}
        self.history.change(self.position, self.history.on(self.position).settings, edits)
        # What was noted of this moment was true of the weights before.
        self.history.current.records.pop(self.seen, None)
        self._apply()

    def frame(self) -> BatchesFrame:
        """Return a snapshot of now."""
        spec = self.spec
        lanes = {}
        for key, lane in self._lanes.items():
            weights = lane.weights.copy()
            weights.setflags(write=False)
            cost = float(summed_cost(self.data, weights))
            lanes[key] = LaneFrame(
                key, lane.batch_size, lane.loop.batches, lane.updates, weights,
                cost if spec.cost == "sum" else cost / spec.samples, float(accuracy(self.data, weights)),
                expected_accuracy(tuple(weights.tolist()), spec.mean, spec.variance), lane.examples(),
            )  # fmt: skip
        return BatchesFrame(self.position, self.seen, spec, lanes)

    def on_event(self, hook: Hook, phase: Phase | None = None, grain: Grain | str = Grain.OP) -> Handle:
        """Call `hook` with a `BatchesEvent` after every step of `grain`; seeking calls none."""
        self._size(grain)
        entry = (hook, phase, Grain(grain))
        self._hooks.append(entry)

        def remove() -> None:
            # By identity: the same hook may have been put on twice.
            self._hooks[:] = [other for other in self._hooks if other is not entry]

        return Handle(remove)

    def _call_hooks(self, reached: set[Grain]) -> None:
        for hook, phase, grain in list(self._hooks):
            if grain in reached and phase in (None, Phase.UPDATE):
                hook(BatchesEvent(grain, None, Phase.UPDATE, self.position, self))
