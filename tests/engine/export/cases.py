"""The networks that every target writes, and what the engine makes of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import numpy as np

from engine.arena import Arena, Memory
from engine.backend import Data, NumpyBackend
from engine.datasets.features import FEATURES, feature_matrix
from engine.export import export_code
from engine.layers import ACTIVATIONS, Dense
from engine.losses import LOSSES, Targets
from engine.metrics import Evaluator
from engine.network import Network
from engine.optimizers import OPTIMIZERS, Clipped, Decayed, Scheduled, get_optimizer
from engine.optimizers.scheduled import UNITS
from engine.schedules import Constant, Cosine, Exponential, InverseRoot, StepDecay, TimeDecay, WarmUp

EPOCHS = 3
POINTS = np.random.default_rng(7).uniform(-2, 2, (50, 2))
BACKEND = NumpyBackend()
# What all of them begin with is the optimizer's rate, not theirs.
SCHEDULES = [
    Constant(0.3), StepDecay(0.3, 0.5, 2), Exponential(0.3, 2.0), InverseRoot(0.3, 2), TimeDecay(0.3, 0.5),
    Cosine(0.3, 0.01, 2), WarmUp(Constant(0.3), 2), WarmUp(Exponential(0.3, 1.5), 1),
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Case:
    """A network, its inputs, and random parameters, biases included."""

    network: Network
    keys: tuple[str, ...] = ("x1", "x2")
    parameters: np.ndarray = field(init=False)

    def __post_init__(self):
        rng = np.random.default_rng(self.network.parameters)
        object.__setattr__(self, "parameters", rng.normal(0, 0.6, self.network.parameters))

    @property
    def inputs(self):
        return feature_matrix(POINTS, self.keys)

    @property
    def targets(self):
        """Which side of a line or which third of the plane a point is in; for real numbers, a wave."""
        x1, x2 = POINTS.T
        kind, outputs = self.network.loss.targets, self.network.outputs
        if kind is Targets.ONE_HOT:
            return np.eye(outputs)[np.digitize(x1 + x2, np.linspace(-1, 1, outputs - 1))]
        columns = [np.sin(x1 + k) * x2 for k in range(outputs)]
        values = np.stack(columns, axis=1)
        return {Targets.REAL: values, Targets.BINARY: (values > 0) * 1.0, Targets.SIGNED: np.sign(values)}[kind]

    def code(self, target, comment=""):
        return export_code(target, self.network, self.parameters, [FEATURES[key] for key in self.keys], comment)

    def predictions(self, parameters=None):
        evaluator = Evaluator(self.network, self.inputs, None, BACKEND)
        evaluator.run(self.parameters if parameters is None else parameters)
        return evaluator.predictions().copy()

    @cache  # noqa: B019
    def trained(self):
        """Return the engine's losses, penalties included, and predictions after epochs of one batch each."""
        rows = len(POINTS)
        program = self.network.record(rows)
        memory = Memory(program.layout, np.dtype(np.float64))
        self.network.initialize(program, memory, np.random.default_rng(0))
        memory.arena(Arena.PARAMETERS)[:] = self.parameters
        data, losses = Data(self.inputs, self.targets), []
        for _ in range(EPOCHS):
            BACKEND.run_operations(program, memory, data, np.arange(rows), 0, rows, 0, len(program.ops))
            penalties = sum(float(memory.view(ref)) for name, ref in program.refs.items() if name[0] == "R")
            losses.append(float(memory.view(program.refs["loss"])) + penalties)
        return np.array(losses), self.predictions(memory.arena(Arena.PARAMETERS))


def case(
    hidden=((4, "tanh"),),
    output="sigmoid",
    outputs=1,
    loss="binary_crossentropy",
    optimizer="momentum",
    keys=("x1", "x2"),
    skip=False,
    dropout=0.0,
    around=lambda optimizer: optimizer,
    **settings,
):
    layers = [
        Dense(units, activation, dropout=dropout, skip=skip and n > 0 and hidden[n - 1][0] == units, **settings)
        for n, (units, activation) in enumerate(hidden)
    ]
    layers.append(Dense(outputs, output, **settings))
    return Case(Network(len(keys), tuple(layers), LOSSES[loss], around(get_optimizer(optimizer, 0.05))), keys)


def ruled(schedule=None, norm=None, value=None, decay=0.0, decoupled=False, unit="epoch"):
    """What a spec puts around an optimizer. One batch is an epoch here: both units count alike."""

    def around(optimizer):
        made = Decayed(optimizer, decay, decoupled) if decay else optimizer
        made = Clipped(made, norm, value) if norm or value else made
        return Scheduled(made, schedule, unit) if schedule else made

    return around


CASES = {
    **{f"hidden {name}": case(((5, name), (3, name))) for name in ACTIVATIONS},
    **{f"output {name}": case(output=name, outputs=3, loss="half_squared_error") for name in ACTIVATIONS},
    **{f"{count} hidden layers": case(((5, "tanh"), (4, "relu"), (3, "sigmoid"))[:count]) for count in range(4)},
    **{
        f"loss {loss.name}": case(output=loss.fused_activation or "identity", outputs=outputs, loss=loss.name)
        for loss in LOSSES.values()
        for outputs in [3 if loss.targets is Targets.ONE_HOT else 1]
    },
    **{f"two outputs, {loss.name}": case(output="identity", outputs=2, loss=loss.name) for loss in LOSSES.values()},
    **{
        f"{optimizer} with {penalty}": case(
            ((4, "tanh"), (4, "tanh")), optimizer=optimizer, regularizer=penalty, regularization_rate=0.03
        )
        for optimizer in OPTIMIZERS
        for penalty in ("none", "l1", "l2")
    },
    "tanh with half squared error": case(output="tanh", loss="half_squared_error"),
    "all features": case(keys=tuple(FEATURES)),
    "skip": case(((4, "tanh"), (4, "relu"), (4, "swish")), skip=True, regularizer="l2", regularization_rate=0.1),
    "skip around identities": case(((4, "identity"), (4, "identity"), (3, "tanh")), skip=True),
    **{
        f"schedule {number}, {schedule.name} by {unit}": case(optimizer="sgd", around=ruled(schedule, unit=unit))
        for number, schedule in enumerate(SCHEDULES)
        for unit in UNITS
    },
    **{
        f"{optimizer}, {'decoupled' if decoupled else 'coupled'}": case(
            optimizer=optimizer, around=ruled(decay=0.3, decoupled=decoupled)
        )
        for optimizer in OPTIMIZERS
        for decoupled in (False, True)
    },
    "clipped by value": case(around=ruled(value=0.03)),
    "clipped by norm": case(around=ruled(norm=0.1)),
    "clipped both ways": case(around=ruled(norm=0.1, value=0.08)),
    "momentum under a schedule": case(around=ruled(Exponential(0.05, 2.0))),
    "all rules, coupled": case(optimizer="sgd", around=ruled(TimeDecay(0.05, 0.5), 0.1, 0.08, 0.2), regularizer="l2"),
    "all rules, decoupled": case(optimizer="adamw", around=ruled(TimeDecay(0.05, 0.5), 0.1, 0.08, 0.2, True, "update")),
    "wide": case(((16, "tanh"), (16, "tanh")), keys=tuple(FEATURES)),
}
# Dropout draws differently everywhere: these are trained without comparing weights.
DROPOUT_CASES = {
    "dropout": case(((8, "tanh"), (8, "relu")), dropout=0.25),
    "dropout and skip": case(((8, "tanh"), (8, "identity")), dropout=0.25, skip=True),
}
ALL_CASES = CASES | DROPOUT_CASES
