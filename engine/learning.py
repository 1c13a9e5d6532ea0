"""A network that learns, as an experiment: stepped forward and back, with a past that can be revisited and changed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Generic, Protocol

import numpy as np

from engine.arena import Arena, Array
from engine.backend import Backend, Data, whole_state
from engine.checks import SpecError
from engine.experiment import Grain, Handle, Hook, Position
from engine.history import DEFAULT_BUDGET, SPACING, History, Segment
from engine.listings import Listing, Listings, Spec
from engine.loop import Loop
from engine.metrics import Score
from engine.network import Trainable
from engine.program import Phase, Program
from engine.training_frame import TrainingFrame

__all__ = ["LARGEST_PARAMETER", "LearningRun", "Scoring"]

# Another stream than that of the data: the same seed must not make weights out of the numbers that made points.
_WEIGHT_STREAM = 2
# Stale values reach back two batches: those of the last one, and below a smaller last batch those of the one
# before.
_WARM_UP = 2
# A weight that is set by hand stays within what can be drawn and computed with.
LARGEST_PARAMETER = 1e6


class Scoring(Protocol):
    """Tells how good parameters are on fixed examples."""

    def score(self, parameters: Array) -> Score:
        """Return loss and accuracy (or R²) for these parameters [P]."""


class LearningRun(Generic[Spec]):
    """Trains the network of a spec, step by step, forward and back.

    What it trains on, and on what it is judged, is said by those that build on it.

    Parameters
    ----------
    spec : Spec
    network : Trainable
        The spec's.
    data : Data
        What it trains on; its type is that of all numbers.
    evaluators : pair of Scoring
        On the training set and on the test set.
    backend : Backend
    budget : int
        Bytes for checkpoints.
    spacing : int
        Updates between two checkpoints, as long as they fit.
    record : bool
        Note loss and accuracy on both sets on the way, for `curve`.
    start : [P] or [P + S], optional
        Parameters to begin with instead of the initializer's, perhaps with the optimizer's state behind them, as
        `whole_state` lays them out.
    """

    grains = tuple(Grain)

    def __init__(
        self,
        spec: Spec,
        network: Trainable,
        data: Data,
        evaluators: tuple[Scoring, Scoring],
        backend: Backend,
        *,
        budget: int = DEFAULT_BUDGET,
        spacing: int = SPACING,
        record: bool = False,
        start: Array | None = None,
    ) -> None:
        self._spec = spec
        self.network = network
        self.backend = backend
        rows = min(spec.batch_size, len(data.inputs))
        self._listings = Listings(spec, rows, -(-len(data.inputs) // rows))
        live = {name: getattr(spec, name) for name in spec.live_settings}
        self.loop = Loop(self._listings[live].program, data, spec.batch_size, spec.seed, backend)
        self.loop.owner = self
        rng = np.random.default_rng([spec.seed, _WEIGHT_STREAM])
        self.network.initialize(self.program, self.loop.memory, rng)
        self.start = self._begin_with(start)
        self.history = History(
            {**self.program.hyper, **live}, whole_state(self.loop.memory), self.loop.batches, budget, spacing
        )
        self._train_evaluator, self._test_evaluator = evaluators
        self._record = record
        self._note()

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
    def first_spec(self) -> Spec:
        """The settings that the run was begun with; its history tells what was changed since."""
        return self._spec

    def refresh(self) -> None:
        """Bring everything under the settings that hold here; for whoever has exchanged the history."""
        self._apply()

    def listing_of(self, settings: dict[str, Any]) -> Listing[Spec]:
        """Return what this run computes with under the settings of a segment of its history."""
        return self._listings[settings]

    def listing_at(self, position: Position) -> Listing[Spec]:
        """Return what it computes with at a position of this branch."""
        return self._listings[self.history.on(position).settings]

    @property
    def spec(self) -> Spec:
        """The settings that hold at this position."""
        return self.listing_at(self.position).spec

    @property
    def work(self) -> int:
        """How many multiplications an update takes on its way forward, about."""
        return self._spec.batch_size * self.network.parameters

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
            stop = min(target, self.loop.at(self.loop.updates + self.history.spacing))
            if self._record:
                stop = min(stop, self._next_note())
            self.loop.run_to(stop, quiet)
            ahead = self.position > new.end
            self.history.reached(self.position)
            if self.position.op == 0:
                if ahead and self.history.due(self.loop.updates):
                    self.history.keep(self.loop.updates, whole_state(self.loop.memory))
                self._note()

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
            if name not in self._spec.live_settings:
                known = ", ".join(self._spec.live_settings)
                raise SpecError(name, f"{name} needs a new run; while training you can change {known}")
        if self.position.op and self.spec.with_(**live).lines_key() != self.spec.lines_key():
            self.step(Grain.BATCH)
        before, spec = self.spec, self.spec.with_(**live)
        settings = {**self._settings, **{name: getattr(spec, name) for name in spec.live_settings}}
        # The rate of no penalty is kept for later; nothing is computed with it, so nothing branches.
        for name in before.idle_settings() & spec.idle_settings():
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
        # What was noted of this moment was true of the weights before.
        self._note(self.history.current)

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
        return self._train_evaluator.score(self.parameters), self._test_evaluator.score(self.parameters)

    def _note(self, anew: Segment | None = None) -> None:
        """Note the scores if that is due here and not done; or in any case, in the segment `anew`."""
        number = self._note_number()
        if not self._record or number is None:
            return
        records = (anew or self.history.on(self.position)).records
        if anew or number not in records:
            train, test = self.scores()
            records[number] = (*train, *test)

    def _note_number(self) -> int | None:
        """Return the number under which the scores of now are noted, None where none are: at an epoch's end its own."""
        epoch = self.position.epoch
        return epoch if self.position == Position(epoch) and epoch % noted_every(epoch) == 0 else None

    def _next_note(self) -> Position:
        """Return where the next note may be made."""
        return self.loop.boundary(Grain.EPOCH)

    def curve(self) -> Array:
        """Return what this branch noted: rows of epoch, train loss, accuracy, test loss, accuracy."""
        records = sorted(self.history.records().items())
        return np.array([(epoch, *record) for epoch, record in records]).reshape(-1, 5)


def noted_every(epoch: int) -> int:
    """Of long runs every 2nd, 4th, … epoch is noted: 1,000 points, and 500 more each time a run doubles."""
    return 1 << max(0, (epoch // 500).bit_length() - 1)
