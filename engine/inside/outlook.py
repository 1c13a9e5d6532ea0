"""What every optimizer would do next from one real moment of a network's training, on copies: the run is not touched.

The optimizer that trains the network goes on from its own state, and its outlook is the run's next update to the last
bit. The others have not trained it and so have nothing to go on from. What they would remember is made by handing them
the gradients that the network met on its way, at the weights that it really had: a path that another optimizer has
walked. Had they trained it themselves, it would stand elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.arena import Arena, Array, Memory
from engine.backend import Backend, Data
from engine.descent.lanes import recorded
from engine.experiment import Position
from engine.history import Segment
from engine.optimizers import OPTIMIZERS, Optimizer, get_optimizer
from engine.outlook import Part, Role, follow, lines_of
from engine.program import Phase, Program
from engine.spec import TrainingSpec
from engine.training import TrainingRun

__all__ = ["MOST_HANDED", "NetworkFan", "NetworkOutlook", "network_fan", "usual_rates"]

# The path is walked again for this: some tenths of a second. Adam's longest memory is of about a thousand updates.
MOST_HANDED = 10_000
# Fewer of a large network: updates times parameters.
_MOST_NUMBERS = 10_000_000
_FEWEST = 200


@dataclass(frozen=True, slots=True, eq=False)
class NetworkOutlook:
    """What one optimizer would do.

    Attributes
    ----------
    optimizer : str
    learning_rate : float
        The rate that the step was made with.
    own : bool
        Whether it trains the network, and so goes on from its own state.
    step, point : float64 [P]
        Its next step, and where that leads.
    norm : float
        The length of the step.
    angle : float
        Between the step and the negative gradient, in degrees; nan where one of them has no length.
    batch_loss : float
        Of the batch that the gradient is of, at `point`: without penalties, and with the same neurons dropped.
    train_loss : float
        Of the whole training set at `point`, without penalties.
    parts : tuple of Part
        The update as numbers, of the parameters that were asked for.
    """

    optimizer: str
    learning_rate: float
    own: bool
    step: Array
    point: Array
    norm: float
    angle: float
    batch_loss: float
    train_loss: float
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, eq=False)
class NetworkFan:
    """All outlooks from one moment.

    Attributes
    ----------
    position : Position
        The beginning of the batch whose update this is.
    optimizer : str
        The one that trains the network.
    updates : int
        Finished since the start.
    handed : int
        With the gradients of how many of them, the last ones, the others' memories were made.
    carried : bool
        Whether the run began with what its optimizer remembered of an earlier one, of which the others know nothing.
    parameters, gradient : float64 [P]
        Where the network stands; the gradient of the batch there, penalties included.
    batch_loss, train_loss : float
        As in the outlooks, before the step.
    outlooks : tuple of NetworkOutlook
    """

    position: Position
    optimizer: str
    updates: int
    handed: int
    carried: bool
    parameters: Array
    gradient: Array
    batch_loss: float
    train_loss: float
    outlooks: tuple[NetworkOutlook, ...]


def network_fan(
    run: TrainingRun,
    optimizers: Iterable[str] | Mapping[str, float] = tuple(OPTIMIZERS),
    parameters: Sequence[int] = (),
    *,
    most: int = MOST_HANDED,
) -> NetworkFan:
    """Return what each optimizer would do in the update of the batch at hand.

    All work on the same real gradient, and with the clipping, the weight decay and the schedule that hold now.

    Parameters
    ----------
    run : TrainingRun
        Within a batch, the update of that batch is meant.
    optimizers : iterable of str, or mapping of str to float
        Their names, with learning rates or all with the run's.
    parameters : sequence of int
        The places, among all P, whose parts of the update are wanted.
    most : int
        The others are handed the gradients of so many updates at most, the last ones; fewer where the network is
        large.

    Raises
    ------
    ValueError
        If an optimizer or a place is unknown.
    """
    for place in parameters:
        if not 0 <= place < run.network.parameters:
            raise ValueError(f"a parameter here is one of 0 to {run.network.parameters - 1}, got {place}")
    twin = _copy(run)
    updates = run.loop.updates
    _stand_before_update(twin, updates)
    spec, rates = twin.spec, optimizers if isinstance(optimizers, Mapping) else dict.fromkeys(optimizers)
    moment = _Moment(twin)
    ghosts = _Ghosts(
        {name: _optimizer(spec, name, rate) for name, rate in rates.items()}, run.network.parameters, run.backend,
        run.loop.batches,
    )  # fmt: skip
    handed = min(updates, most, max(_FEWEST, _MOST_NUMBERS // run.network.parameters))
    for update in range(updates - handed, updates):
        _stand_before_update(twin, update)
        ghosts.hand(twin.parameters, _gradient(twin))
        ghosts.run()
    ghosts.take_state(spec.optimizer, moment.states)
    # A schedule has come as far for all of them, also where only the last gradients were handed.
    for name in rates:
        ghosts.take_state(name, {count: moment.states[count] for count in ("updates",) if count in moment.states})
    ghosts.hand(moment.parameters, moment.gradient)
    parts = {name: ghosts.follow(name, parameters) for name in rates}
    _stand_before_update(twin, updates)
    before = moment.losses(twin, moment.parameters)
    outlooks = []
    for place, name in enumerate(rates):
        point = ghosts.points[place].copy()
        # What is no number any more is told as such.
        with np.errstate(all="ignore"):
            step = point - moment.parameters
            norm, angle = float(np.linalg.norm(step)), _angle(step, -moment.gradient)
        rate = next(float(part.values) for part in parts[name] if part.role is Role.RATE)
        outlooks.append(NetworkOutlook(
            name, rate, name == spec.optimizer, step, point, norm, angle, *moment.losses(twin, point), parts[name]
        ))
    return NetworkFan(
        run.loop.at(updates), spec.optimizer, updates, handed, _carried(run), moment.parameters, moment.gradient,
        *before, tuple(outlooks),
    )  # fmt: skip


def usual_rates() -> dict[str, float]:
    """Return the learning rate that each optimizer has where none is chosen."""
    usual: dict[str, Any] = {name: get_optimizer(name, 1.0) for name in OPTIMIZERS}
    return {name: float(type(optimizer)().learning_rate) for name, optimizer in usual.items()}


def _carried(run: TrainingRun) -> bool:
    """Whether there is a number behind the parameters that the run was begun with."""
    return run.start is not None and bool(run.start[run.network.parameters :].any())


def _copy(run: TrainingRun) -> TrainingRun:
    """Return a run with the same past along its line, and a memory of its own."""
    twin = TrainingRun(run.first_spec, backend=run.backend, start=run.start, budget=run.history.budget)
    line: list[Segment] = []
    for segment in run.history.line:
        line.append(replace(
            segment, parent=line[-1] if line else None, settings=dict(segment.settings), steps=list(segment.steps),
            states=list(segment.states), records={}, edits=dict(segment.edits),
        ))  # fmt: skip
    twin.history.adopt(line, line[-1:], line[-1])
    twin.refresh()
    return twin


def _stand_before_update(twin: TrainingRun, updates: int) -> None:
    """Go to where the gradient of the batch after so many updates is complete, and nothing has been done with it."""
    start = twin.loop.at(updates)
    if twin.position != start:
        twin.seek(start)
    twin.seek(twin.loop.at(updates, twin.program.phases()[-1][0]))


def _gradient(run: TrainingRun) -> Array:
    return run.loop.memory.arena(Arena.GRADIENTS)


def _optimizer(spec: TrainingSpec, name: str, rate: float | None) -> Optimizer:
    return spec.with_(optimizer=name, learning_rate=spec.learning_rate if rate is None else rate).network().optimizer


def _angle(one: Array, other: Array) -> float:
    """Return the angle between two vectors in degrees, by the tangent of its half: exact for small ones too."""
    a, b = one / np.linalg.norm(one), other / np.linalg.norm(other)
    return float(np.degrees(2 * np.arctan2(np.linalg.norm(a - b), np.linalg.norm(a + b))))


class _Moment:
    """What stands in a run right before an update: copies, and how to measure the same batch elsewhere."""

    def __init__(self, run: TrainingRun) -> None:
        memory, refs = run.loop.memory, run.program.refs
        self.parameters, self.gradient = run.parameters.copy(), _gradient(run).copy()
        self.states = {
            name: memory.view(ref).copy() for name, ref in refs.items() if ref.arena is Arena.STATE
        }
        forward = [k for k, op in enumerate(run.program.ops) if op.phase in (Phase.FORWARD, Phase.LOSS)]
        # Not the taking of the batch, with which a new draw of dropped neurons is counted.
        self._first = next(k for k in forward if run.program.ops[k].layer != "batch")
        self._stop = forward[-1] + 1

    def losses(self, run: TrainingRun, parameters: Array) -> tuple[float, float]:
        """Return the loss of the batch that stands in the run's memory, and that of the training set."""
        loop = run.loop
        run.parameters[:] = parameters
        loop.backend.run_operations(
            loop.program, loop.memory, loop.data, np.zeros(1, dtype=np.int64), 0, loop.rows, self._first, self._stop
        )
        return float(loop["loss"]), run.scores()[0].loss


class _Ghosts:
    """Optimizers that are handed weights and gradients, and remember; each has a copy of both to itself.

    Parameters
    ----------
    optimizers : mapping of str to Optimizer
    count : int
        Parameters P.
    backend : Backend
    batches : int
        Of an epoch: what a schedule of epochs counts by.
    """

    def __init__(self, optimizers: Mapping[str, Optimizer], count: int, backend: Backend, batches: int) -> None:
        self._names = tuple(optimizers)
        self._program: Program = recorded(tuple(optimizers.items()), count)
        self._memory = Memory(self._program.layout)
        self._backend = backend
        self._nothing = Data(np.zeros((1, 1)), np.zeros((1, 1))), np.zeros(1, dtype=np.int64)
        self._shape = (len(self._names), count)
        for name, value in self._program.hyper.items():
            counts_batches = name.startswith("batches_")
            self._memory.view(self._program.refs[name])[...] = batches if counts_batches else value

    @property
    def points(self) -> Array:
        """Where the optimizers stand, [optimizers, P], as a view."""
        return self._memory.arena(Arena.PARAMETERS).reshape(self._shape)

    def hand(self, parameters: Array, gradient: Array) -> None:
        """Put all of them at these weights [P] with this gradient [P]."""
        self.points[:] = parameters
        self._memory.arena(Arena.GRADIENTS).reshape(self._shape)[:] = gradient

    def run(self) -> None:
        """Run an update of each."""
        self._operate(0, len(self._program.ops))

    def follow(self, name: str, chosen: Sequence[int]) -> tuple[Part, ...]:
        """Run the update of one of them and return its parts."""
        return follow(self._program, lines_of(self._program, name), self._memory, self._operate, chosen)

    def take_state(self, name: str, states: Mapping[str, Array]) -> None:
        """Give one of them the memory of a run's own optimizer, by the names of the places there."""
        for place, values in states.items():
            ref = self._program.refs.get(f"{place}_{name}")
            if ref is not None:
                self._memory.view(ref)[...] = values

    def _operate(self, start: int, stop: int) -> None:
        data, order = self._nothing
        with np.errstate(all="ignore"):
            self._backend.run_operations(self._program, self._memory, data, order, 0, 1, start, stop)
