"""Networks so small that the loss over two of their weights is worth looking at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from engine.arena import Array
from engine.backend import Data, NumpyBackend
from engine.datasets.dataset import Task
from engine.datasets.own import Points
from engine.layers import Dense
from engine.losses import get_loss
from engine.network import Network, dense_stack
from engine.optimizers import get_optimizer
from engine.spec import TrainingSpec
from engine.training import TrainingRun

__all__ = ["REAL_LOSSES", "RealLoss", "Setup"]

# A start with which plain descent solves the exclusive or; from others it may stay on a plateau.
_XOR_SEED = 0


@dataclass(frozen=True, slots=True, eq=False)
class Setup:
    """A network on its data, as it begins.

    Attributes
    ----------
    network : Network
        Its optimizer is what trains it where only its weights are asked for.
    data : Data
        Inputs [N, I] and targets [N, O]; all of them are one batch.
    start : [P]
        The first weights and biases.
    """

    network: Network
    data: Data
    start: Array


@dataclass(frozen=True, slots=True, eq=False)
class RealLoss:
    """The loss of a tiny network as something to descend.

    Attributes
    ----------
    key, title, about : str
        A name, and a sentence for a student.
    tex : str
        What J is, of the network's answer ŷ.
    make : callable
        Returns the `Setup`.
    weights : tuple of int
        Which two parameters are looked at unless others are asked for.
    view : tuple of float
        From where to where a view reaches, for every parameter.
    rates : mapping of str to float
        Learning rates that suit, by optimizer, as `Surface` has them.
    training : TrainingSpec or None
        What makes the same network where networks are trained; None where it is too small for that.
    """

    key: str
    title: str
    about: str
    tex: str
    make: Callable[[], Setup]
    weights: tuple[int, int]
    view: tuple[float, float]
    rates: Mapping[str, float]
    training: TrainingSpec | None = None


def _neuron(inputs: Array, targets: Array, start: list[float], rate: float) -> Setup:
    """Return one linear neuron with the half squared error."""
    network = Network(inputs.shape[1], (Dense(1),), get_loss("half_squared_error"), get_optimizer("sgd", rate))
    return Setup(network, Data(inputs, targets), np.array(start))


def _one_example() -> Setup:
    return _neuron(np.array([[1.0, 2.0]]), np.array([[5.0]]), [1.0, 1.0, 0.0], 0.1)


def _line() -> Setup:
    return _neuron(np.array([[1.0], [2.0], [3.0]]), np.array([[1.0], [2.0], [2.0]]), [-1.0, 3.0], 0.2)


def _xor() -> Setup:
    inputs = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
    layers = dense_stack((2,), "tanh", Dense(1, "tanh"))
    network = Network(2, layers, get_loss("half_squared_error"), get_optimizer("sgd", 0.5))
    rng = np.random.default_rng(_XOR_SEED)
    start = np.concatenate([
        values.ravel() for layer, width in zip(layers, (2, 2), strict=True)
        for values in layer.initial(width, rng).values()
    ])  # fmt: skip
    return Setup(network, Data(inputs, -inputs[:, :1] * inputs[:, 1:]), start)


def _sine() -> Points:
    x = np.linspace(-3.0, 3.0, 25)
    return Points(np.stack([x, np.zeros(25)], axis=1), np.sin(x), Task.REGRESSION, 0, title="A sine")


_GROUPS = TrainingSpec(
    data="two-gaussians", hidden=(), batch_size=5000, initializer="zeros", optimizer="sgd", learning_rate=0.05,
)  # fmt: skip
_CURVE = TrainingSpec(
    data="own", points=_sine(), train_share=0.9, inputs=("x1",), hidden=(3,), batch_size=5000,
    optimizer="sgd", learning_rate=0.1,
)  # fmt: skip


def _trained(spec: TrainingSpec) -> Callable[[], Setup]:
    """Return what makes the network of a spec on its training set."""

    def make() -> Setup:
        # Nothing is computed with it, so the lines will do: importing this must not wait for a compiler.
        run = TrainingRun(spec, backend=NumpyBackend())
        return Setup(run.network, run.loop.data, run.parameters.copy())

    return make


_LOSSES = (
    RealLoss(
        key="linreg",
        title="One neuron, one example",
        about="A linear neuron with two weights and a bias learns to answer 5 to (1, 2). Many weights do.",
        tex=r"\tfrac12 (\hat y - 5)^2, \quad \hat y = w_1 + 2 w_2 + b",
        make=_one_example,
        weights=(0, 1),
        view=(-2.0, 4.0),
        rates={
            "sgd": 0.1, "momentum": 0.05, "nesterov": 0.05, "adagrad": 0.5, "rmsprop": 0.05, "adadelta": 1.0,
            "adam": 0.1,
        },
    ),
    RealLoss(
        key="line",
        title="A line through three points",
        about="A linear neuron with one weight and a bias; the best line has the slope 1/2 and begins at 2/3.",
        tex=r"\tfrac{1}{6} \sum_{i=1}^{3} (\hat y_i - y_i)^2, \quad \hat y = w x + b",
        make=_line,
        weights=(0, 1),
        view=(-2.0, 4.0),
        rates={
            "sgd": 0.2, "momentum": 0.1, "nesterov": 0.1, "adagrad": 0.5, "rmsprop": 0.05, "adadelta": 1.0,
            "adam": 0.1,
        },
    ),
    RealLoss(
        key="gauss",
        title="A line between two groups",
        about="A neuron with a sigmoid tells two overlapping groups of points apart: one valley, and one minimum.",
        tex=r"-\tfrac1N \sum_{i=1}^{N} \left[y_i \log \hat y_i + (1-y_i) \log(1-\hat y_i)\right], \quad "
            r"\hat y = \sigma(w_1 x_1 + w_2 x_2 + b)",
        make=_trained(_GROUPS),
        weights=(0, 1),
        view=(-1.0, 1.5),
        rates={
            "sgd": 0.05, "momentum": 0.02, "nesterov": 0.02, "adagrad": 0.2, "rmsprop": 0.02, "adadelta": 1.0,
            "adam": 0.05,
        },
        training=_GROUPS,
    ),
    RealLoss(
        key="xor",
        title="Exclusive or",
        about="Two hidden neurons and one output learn the exclusive or of two inputs: plateaus, walls and valleys.",
        tex=r"\tfrac18 \sum_{i=1}^{4} (\hat y_i - y_i)^2",
        make=_xor,
        weights=(0, 1),
        view=(-4.0, 4.0),
        rates={
            "sgd": 0.5, "momentum": 0.2, "nesterov": 0.2, "adagrad": 0.3, "rmsprop": 0.05, "adadelta": 1.0,
            "adam": 0.1,
        },
    ),
    RealLoss(
        key="curve",
        title="A curve through points of a sine",
        about="Three hidden neurons bend a line into a sine.",
        tex=r"\tfrac{1}{2N} \sum_{i=1}^{N} (\hat y_i - y_i)^2",
        make=_trained(_CURVE),
        weights=(0, 1),
        view=(-4.0, 4.0),
        rates={
            "sgd": 0.1, "momentum": 0.05, "nesterov": 0.05, "adagrad": 0.2, "rmsprop": 0.02, "adadelta": 1.0,
            "adam": 0.05,
        },
        training=_CURVE,
    ),
)  # fmt: skip

REAL_LOSSES = {loss.key: loss for loss in _LOSSES}
