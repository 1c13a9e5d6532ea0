"""A training run as an experiment: a spec brought to life, with a past that can be revisited and changed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.arena import Arena, Array
from engine.backend import Backend, Data, default_backend, whole_state
from engine.datasets import Dataset, feature_matrix
from engine.datasets.dataset import Task
from engine.experiment import Grain, Handle, Hook, Position
from engine.history import DEFAULT_BUDGET, SPACING, History, Segment
from engine.listings import Listing, Listings, idle_settings, lines_key
from engine.loop import Loop
from engine.losses import encode_classes
from engine.metrics import Evaluator, Score
from engine.network import Network
from engine.program import Phase, Program
from engine.spec import LIVE_SETTINGS, SpecError, TrainingSpec
from engine.training_data import make_data
from engine.training_frame import TrainingFrame

# Another stream than that of the data: the same seed must not make weights out of the numbers that made points.
_WEIGHT_STREAM = 2
# Stale values reach back two batches: those of the last one, and below a smaller last batch those of the one
# before.
_WARM_UP = 2
# A weight that is set by hand stays within what can be drawn and computed with.
LARGEST_PARAMETER = 1e6


class TrainingRun:
    """Trains the network of a spec, step by step, forward and back.

    Parameters
    ----------
    spec : TrainingSpec
    budget : int
        Bytes for checkpoints.
    backend : Backend, optional
        The compiled engine unless another is given.
    record : bool
        Note loss and accuracy on both sets at the end of epochs, for `curve`.
    start : [P] or [P + S], optional
        Parameters to begin with instead of the initializer's, perhaps with the optimizer's state behind them, as
        `whole_state` lays them out.
    """

    grains = tuple(Grain)

    def __init__(
        self,
        spec: TrainingSpec,
        *,
        budget: int = DEFAULT_BUDGET,
        backend: Backend | None = None,
        record: bool = False,
        start: Array | None = None,
    ) -> None:
        self._spec = spec
        self.backend = backend or default_backend()
        self.network: Network = spec.network()
        self.train, self.test = make_data(spec)
        data = Data(*self.prepare(self.train))
        rows = min(spec.batch_size, len(data.inputs))
        self._listings = Listings(spec, rows, -(-len(data.inputs) // rows))
        live = {name: getattr(spec, name) for name in LIVE_SETTINGS}
        self.loop = Loop(self._listings[live].program, data, spec.batch_size, spec.seed, self.backend)
        self.loop.owner = self
        rng = np.random.default_rng([spec.seed, _WEIGHT_STREAM])
        self.network.initialize(self.program, self.loop.memory, rng)
        self.start = self._begin_with(start)
        self.history = History(
            {**self.program.hyper, **live}, whole_state(self.loop.memory), self.loop.batches, budget
        )
        self._train_evaluator = Evaluator(self.network, *self.prepare(self.train), self.backend)
        self._test_evaluator = Evaluator(self.network, *self.prepare(self.test), self.backend)
        self._record = record
        self._note_epoch()

    def _begin_with(self, start: Array | None) -> Array | None:
        """Put other first parameters in the place of the initializer's; return a copy of them."""
        if start is None:
            return None
        state = whole_state(self.loop.memory)
        sizes = (self.network.parameters, len(state))
        if start.ndim != 1 or len(start) not in sizes:
            raise ValueError(
                f"this network starts from {sizes[0]} parameters, or from {sizes[1]} numbers with the optimizer's "
                f"state, got {list(start.shape)}"
            )
        state[: len(start)] = start
        self.loop.count_updates()
        return start.copy()

    @property
    def program(self) -> Program:
        """The listing."""
        return self.loop.program

    @property
    def first_spec(self) -> TrainingSpec:
        """The settings that the run was begun with; its history tells what was changed since."""
        return self._spec

    def refresh(self) -> None:
        """Bring everything under the settings that hold here; for whoever has exchanged the history."""
        self._apply()

    def listing_of(self, settings: dict[str, Any]) -> Listing:
        """Return what this run computes with under the settings of a segment of its history."""
        return self._listings[settings]

    def listing_at(self, position: Position) -> Listing:
        """Return what it computes with at a position of this branch."""
        return self._listings[self.history.on(position).settings]

    @property
    def spec(self) -> TrainingSpec:
        """The settings that hold at this position."""
        return self.listing_at(self.position).spec

    @property
    def rate(self) -> float:
        """The learning rate of the update that comes next; within a batch, of this batch's."""
        spec = self.spec
        step = self.position.epoch if spec.schedule_unit == "epoch" else self.loop.updates
        return spec.make_schedule().rate(step)

    @property
    def _settings(self) -> dict[str, Any]:
        return self.history.on(self.position).settings

    @property
    def position(self) -> Position:
        """What comes next."""
        return self.loop.position

    @property
    def newest(self) -> Position:
        """The furthest moment reached on this branch."""
        return self.history.current.end

    @property
    def branches(self) -> tuple[Segment, ...]:
        """The ends of the tree of history, in the order in which they were begun."""
        return tuple(self.history.leaves)

    def prepare(self, dataset: Dataset) -> tuple[Array, Array]:
        """Return a data set as the network takes it: features [N, I] and encoded targets [N, O]."""
        x = feature_matrix(dataset.inputs, self._spec.features)
        if dataset.task is Task.REGRESSION:
            return x, np.ascontiguousarray(dataset.targets.reshape(-1, 1))
        return x, np.ascontiguousarray(encode_classes(dataset.targets, dataset.classes, self.network.loss))

    def __getitem__(self, name: str) -> Array:
        """Return a view of the place of that name as it stands now."""
        return self.loop[name]

    def step(self, grain: Grain | str, count: int = 1) -> None:
        """Run to the next boundary of `grain`, `count` times."""
        grain = Grain(grain)
        if grain is Grain.EPOCH and count > 1:
            self._walk(Position(self.position.epoch + count))
            return
        for _ in range(count):
            self._walk(self.loop.boundary(grain))

    def step_back(self, grain: Grain | str) -> None:
        """Return to the last boundary of `grain`."""
        at = self.position
        before = at if at.op or not self.loop.updates else self.loop.at(self.loop.updates - 1)
        self.seek(self.loop.previous_boundary(Grain(grain), self.listing_at(before).program))

    def seek(self, position: Position) -> None:
        """Go to `position`, back or forward; all is bit-identical to having walked there."""
        self._check(position)
        target = self.loop.updates_at(position)
        updates, state, segment = self.history.checkpoint(max(0, target - _WARM_UP))
        # Forward too, a checkpoint on the way saves the walk to it.
        if position < self.position or updates > self.loop.updates:
            self._restore(updates, state, segment)
        self._walk(position, quiet=True)

    def _restore(self, updates: int, state: Array, segment: Segment) -> None:
        self.loop.use(self.listing_of(segment.settings).program)
        if updates == 0:
            # No two batches are left to overwrite stale values; at the start all was zero, scratch space
            # included.
            self.loop.memory.flat[:] = 0
        whole_state(self.loop.memory)[:] = state
        self.loop.set_down(updates)
        self._apply()

    def _check(self, position: Position) -> None:
        at = max(position, Position())
        operations = len(self.listing_at(at).program.ops)
        within = 0 <= position.batch < self.loop.batches and 0 <= position.op < operations
        if position.epoch < 0 or not within:
            raise ValueError(
                f"a position here has a batch from 0 to {self.loop.batches - 1} and an operation from 0 to "
                f"{operations - 1}, got {position}"
            )

    def _walk(self, target: Position, quiet: bool = False) -> None:
        """Run forward, through the changes that the line of history tells of, and leave checkpoints."""
        while self.position < target:
            change = self.history.next_change(self.position)
            stop = target if change is None else min(target, change)
            self._walk_within_segment(stop, quiet)
            if stop == change:
                self._apply()

    def _walk_within_segment(self, target: Position, quiet: bool) -> None:
        new = self.history.current
        while self.position < target:
            stop = min(target, self.loop.at(self.loop.updates + SPACING))
            if self._record:
                stop = min(stop, self.loop.boundary(Grain.EPOCH))
            self.loop.run_to(stop, quiet)
            ahead = self.position > new.end
            self.history.reached(self.position)
            if self.position.op == 0:
                if ahead and self.history.due(self.loop.updates):
                    self.history.keep(self.loop.updates, whole_state(self.loop.memory))
                if self.position.batch == 0:
                    self._note_epoch()

    def _apply(self) -> None:
        """Bring the loop under the settings that hold here, and set by hand what was set by hand here."""
        listing = self.listing_at(self.position)
        self.loop.use(listing.program)
        for name, value in listing.values.items():
            self.loop.memory.view(self.program.refs[name])[...] = value
        self.loop.count_updates()
        # A checkpoint at this very moment may be from before the hand. Setting twice does no harm.
        for segment in self.history.starting(self.position):
            for place, value in segment.edits.items():
                self.parameters[place] = value

    def change(self, **live: Any) -> None:
        """Change live settings from here on. In the past this starts a branch; the old future is kept.

        Another kind of penalty, or of schedule, decay or clipping switched on or off, is another listing: from within
        a batch the run first goes to the batch's end. A schedule counts from the run's start, whenever it is chosen.
        """
        for name in live:
            if name not in LIVE_SETTINGS:
                raise SpecError(
                    name, f"{name} needs a new run; while training you can change {', '.join(LIVE_SETTINGS)}"
                )
        if self.position.op and lines_key(self.spec.with_(**live)) != lines_key(self.spec):
            self.step(Grain.BATCH)
        before, spec = self.spec, self.spec.with_(**live)
        settings = {**self._settings, **{name: getattr(spec, name) for name in LIVE_SETTINGS}}
        # The rate of no penalty is kept for later; nothing is computed with it, so nothing branches.
        for name in idle_settings(before) & idle_settings(spec):
            self._settings[name] = settings[name]
        if settings != self._settings:
            self.history.change(self.position, settings)
            self._apply()

    def set_parameter(self, name: str, index: Sequence[int], value: float) -> None:
        """Set one weight or bias by hand, here and now. In the past this starts a branch, as `change` does.

        Parameters
        ----------
        name : str
            ``W1``, ``b2``, …
        index : sequence of int
            The place in that array: (from, to) in a matrix of weights, (neuron,) among biases.
        value : float
            Finite, at most a million.
        """
        ref = self.program.refs.get(name)
        if ref is None or ref.arena is not Arena.PARAMETERS or ref.offset + ref.size > self.network.parameters:
            raise SpecError("", f"{name[:20]!r} is no weight and no bias of this network")
        if len(index) != len(ref.shape) or not all(0 <= k < n for k, n in zip(index, ref.shape, strict=True)):
            raise SpecError("", f"{name} has the shape {list(ref.shape)}, there is no place {list(index)} in it")
        if not math.isfinite(value) or abs(value) > LARGEST_PARAMETER:
            raise SpecError("", f"a weight set by hand lies within ±{LARGEST_PARAMETER:,.0f}, got {value}")
        place = ref.offset + int(np.ravel_multi_index(tuple(index), ref.shape))
        self.history.change(self.position, self._settings, {place: float(value)})
        self._apply()
        if self._record and self.position == Position(self.position.epoch):
            # What was noted of this epoch was true of the weights before.
            train, test = self.scores()
            self.history.current.records[self.position.epoch] = (*train, *test)

    def stand_on(self, branch: Segment) -> None:
        """Go to the newest moment of another branch."""
        # Back to the common past first, so that walking there follows the branch's own line.
        self.seek(Position())
        self.history.stand_on(branch)
        self._apply()
        self.seek(branch.end)

    def frame(self) -> TrainingFrame:
        """Return a snapshot of now."""
        memory = self.loop.memory.flat.copy()
        memory.setflags(write=False)
        return TrainingFrame(
            self.position, self.loop.updates, self.loop.rows, memory, self.program.refs, self.program.layout, self.rate
        )

    def on_event(self, hook: Hook, phase: Phase | None = None, grain: Grain = Grain.OP) -> Handle:
        """Call `hook` after every step of `grain`, or only of those in `phase`; seeking calls none."""
        return self.loop.on_event(hook, phase, grain)

    @property
    def parameters(self) -> Array:
        """All weights and biases [P], as a view of now."""
        return self.loop.memory.arena(Arena.PARAMETERS)

    def scores(self) -> tuple[Score, Score]:
        """Return loss and accuracy (or R²) on training and test set, by the parameters of now."""
        parameters = self.loop.memory.arena(Arena.PARAMETERS)
        return self._train_evaluator.score(parameters), self._test_evaluator.score(parameters)

    def _note_epoch(self) -> None:
        epoch = self.position.epoch
        if self._record and epoch % noted_every(epoch) == 0:
            records = self.history.on(self.position).records
            if epoch not in records:
                train, test = self.scores()
                records[epoch] = (*train, *test)

    def curve(self) -> Array:
        """Return what this branch noted: rows of epoch, train loss, accuracy, test loss, accuracy."""
        records = sorted(self.history.records().items())
        return np.array([(epoch, *record) for epoch, record in records]).reshape(-1, 5)


def noted_every(epoch: int) -> int:
    """Of long runs every 2nd, 4th, … epoch is noted: 1,000 points, and 500 more each time a run doubles."""
    return 1 << max(0, (epoch // 500).bit_length() - 1)
