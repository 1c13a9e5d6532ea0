"""Small networks and readers for the tests of reading; nothing of it is trained."""

from __future__ import annotations

from functools import cache

import numpy as np

from engine.backend import NumpyBackend
from engine.datasets.digits import load_digits
from engine.layers import AveragePool, Conv, Dense, Flatten, GlobalPool, LocalResponseNorm, MaxPool
from engine.losses import get_loss
from engine.map_network import MapNetwork
from engine.optimizers import SGD
from engine.reader.reader import Reader

LENET = (
    Conv(6, 5, "tanh", padding=2), AveragePool(2), Conv(16, 5, "relu"), MaxPool(2), Flatten(), Dense(120, "tanh"),
    Dense(84, "tanh"), Dense(10, "softmax"),
)  # fmt: skip
ALL_KINDS = (
    Conv(3, 3, "relu", padding=1), LocalResponseNorm(3, 0.5), MaxPool(2), Conv(4, 2, "sigmoid", stride=2),
    AveragePool(2, 1, padding=1), Conv(5, 2), Flatten(), Dense(6, "tanh"), Dense(4, "softmax"),
)  # fmt: skip
GLOBAL = (Conv(3, 3, "tanh"), GlobalPool("max"), Dense(4, "softmax"))


def reader(layers, shape=(28, 28, 1), dtype=np.float32, scale=0.15, seed=5, backend=None, loss=None):
    """A reader with random parameters."""
    network = MapNetwork(shape, layers, get_loss(loss or "categorical_crossentropy"), SGD(0.1))
    parameters = np.random.default_rng(seed).normal(0, scale, network.parameters).astype(dtype)
    return Reader(network, parameters, backend=backend or NumpyBackend())


@cache
def digits(count):
    """So many digits of the shipped ones, of all classes."""
    found = load_digits("mnist")
    chosen = np.linspace(0, len(found.labels) - 1, count).astype(int)
    return found.images[chosen], found.labels[chosen]
