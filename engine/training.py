"""A training run as an experiment: a spec brought to life, with a past that can be revisited and changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arena import Arena, Array, Layout, Ref
from engine.backend import Backend, Data, default_backend, whole_state
from engine.datasets import Dataset, feature_matrix, make_dataset, split
from engine.datasets.dataset import Task
from engine.experiment import Grain, Handle, Hook, Position
from engine.history import DEFAULT_BUDGET, SPACING, History, Segment
from engine.loop import Loop
from engine.losses import encode_classes
from engine.metrics import Evaluator, Score
from engine.network import Network
from engine.program import Phase, Program
from engine.spec import LIVE_SETTINGS, SpecError, TrainingSpec

# Independent streams of random numbers from one seed: changing the number of layers must not change the data.
_DATA_STREAM, _WEIGHT_STREAM = 1, 2
# Stale values reach back two batches: those of the last one, and below a smaller last batch those of the one
# before.
_WARM_UP = 2


@dataclass(frozen=True, slots=True, eq=False)
class TrainingFrame:
    """A snapshot of a run: where it stands, and a copy of the whole memory.

    Attributes
    ----------
    position : Position
    updates : int
        Finished batches since the start.
    rows : int
        Examples in the batch whose values stand in the memory.
    memory : ndarray
        Read-only.
    """

    position: Position
    updates: int
    rows: int
    memory: Array
    refs: dict[str, Ref]
    layout: Layout

    def __getitem__(self, name: str) -> Array:
        """Return the values of the place of that name, batched ones with as many rows as the batch has."""
        if name not in self.refs:
            raise KeyError(f"there is no {name!r}; there are {', '.join(self.refs)}")
        ref = self.refs[name]
        shape = (self.rows, *ref.shape[1:]) if ref.batched else ref.shape
        start = self.layout.address(ref)
        return self.memory[start : start + int(np.prod(shape))].reshape(shape)

    @property
    def parameters(self) -> Array:
        """All weights and biases [P]."""
        start = self.layout.starts[Arena.PARAMETERS]
        return self.memory[start : start + self.layout.sizes[Arena.PARAMETERS]]


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
    """

    grains = tuple(Grain)

    def __init__(
        self,
        spec: TrainingSpec,
        *,
        budget: int = DEFAULT_BUDGET,
        backend: Backend | None = None,
        record: bool = False,
    ) -> None:
        self._spec = spec
        # The settings last asked for, and the spec they make: views ask at every frame.
        self._seen: tuple[dict[str, float], TrainingSpec] | None = None
        self.backend = backend or default_backend()
        self.network: Network = spec.network()
        self.train, self.test = make_data(spec)
        data = Data(*self.prepare(self.train))
        self.loop = Loop(
            self.network.record(min(spec.batch_size, len(data.inputs))),
            data, spec.batch_size, spec.seed, self.backend,
        )  # fmt: skip
        self.loop.owner = self
        rng = np.random.default_rng([spec.seed, _WEIGHT_STREAM])
        self.network.initialize(self.program, self.loop.memory, rng)
        self.history = History(
            dict(self.program.hyper), whole_state(self.loop.memory), self.loop.batches, budget
        )
        self._train_evaluator = Evaluator(self.network, *self.prepare(self.train), self.backend)
        self._test_evaluator = Evaluator(self.network, *self.prepare(self.test), self.backend)
        self._record = record
        self._note_epoch()

    @property
    def program(self) -> Program:
        """The listing."""
        return self.loop.program

    @property
    def spec(self) -> TrainingSpec:
        """The settings that hold at this position."""
        settings = self._settings
        if self._seen is None or self._seen[0] is not settings:
            live = {name: settings[name] for name in LIVE_SETTINGS if name in settings}
            self._seen = (settings, self._spec.with_(**live))
        return self._seen[1]

    @property
    def _settings(self) -> dict[str, float]:
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
        x = feature_matrix(dataset.inputs, self._spec.inputs)
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
        self.seek(self.loop.previous_boundary(Grain(grain)))

    def seek(self, position: Position) -> None:
        """Go to `position`, back or forward; all is bit-identical to having walked there."""
        self._check(position)
        target = self.loop.updates_at(position)
        updates, state = self.history.before(max(0, target - _WARM_UP))
        # Forward too, a checkpoint on the way saves the walk to it.
        if position < self.position or updates > self.loop.updates:
            self._restore(updates, state)
        self._walk(position, quiet=True)

    def _restore(self, updates: int, state: Array) -> None:
        if updates == 0:
            # No two batches are left to overwrite stale values; at the start all was zero, scratch space
            # included.
            self.loop.memory.flat[:] = 0
        whole_state(self.loop.memory)[:] = state
        self.loop.set_down(updates)
        self._apply(self._settings)

    def _check(self, position: Position) -> None:
        within = 0 <= position.batch < self.loop.batches and 0 <= position.op < len(self.program.ops)
        if position.epoch < 0 or not within:
            raise ValueError(
                f"a position here has a batch from 0 to {self.loop.batches - 1} and an operation from 0 to "
                f"{len(self.program.ops) - 1}, got {position}"
            )

    def _walk(self, target: Position, quiet: bool = False) -> None:
        """Run forward, through the changes that the line of history tells of, and leave checkpoints."""
        while self.position < target:
            change = self.history.next_change(self.position)
            stop = target if change is None else min(target, change)
            self._walk_within_segment(stop, quiet)
            if stop == change:
                self._apply(self.history.on(self.position).settings)

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

    def _apply(self, settings: dict[str, float]) -> None:
        for name, value in settings.items():
            self.loop.memory.view(self.program.refs[name])[...] = value

    def change(self, **live: float) -> None:
        """Change live settings from here on. In the past this starts a branch; the old future is kept."""
        for name in live:
            if name not in LIVE_SETTINGS:
                raise SpecError(
                    name, f"{name} needs a new run; while training you can change {', '.join(LIVE_SETTINGS)}"
                )
        spec = self.spec.with_(**live)
        settings = dict(self._settings)
        # A setting that this program has no use for (the rate of no penalty) changes the spec only.
        settings.update({name: getattr(spec, name) for name in live if name in settings})
        self._spec = self._spec.with_(**{name: value for name, value in live.items() if name not in settings})
        self._seen = None
        if settings != self._settings:
            self.history.change(self.position, settings)
            self._apply(settings)

    def stand_on(self, branch: Segment) -> None:
        """Go to the newest moment of another branch."""
        # Back to the common past first, so that walking there follows the branch's own line.
        self.seek(Position())
        self.history.stand_on(branch)
        self._apply(self._settings)
        self.seek(branch.end)

    def frame(self) -> TrainingFrame:
        """Return a snapshot of now."""
        memory = self.loop.memory.flat.copy()
        memory.setflags(write=False)
        return TrainingFrame(
            self.position, self.loop.updates, self.loop.rows, memory, self.program.refs, self.program.layout
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


def make_data(spec: TrainingSpec) -> tuple[Dataset, Dataset]:
    """Return the training and the test set of a spec."""
    rng = np.random.default_rng([spec.seed, _DATA_STREAM])
    parts = split(make_dataset(spec.data, spec.samples, spec.noise, rng), spec.train_share, rng)
    return parts.train, parts.test
