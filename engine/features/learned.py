"""A map φ(x; θ) that a small network learns: its last hidden layer, of two units, so that it can be drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arena import Array
from engine.datasets import Dataset, Points, Task
from engine.features.deciding import accuracy
from engine.features.sets import feature_set
from engine.features.terms import logistic
from engine.spec import TrainingSpec
from engine.training import TrainingRun

__all__ = ["LearnedMap", "learned_map", "learned_spec"]

MOST_UNITS = 12
LEARNING_RATE = 0.03


@dataclass(frozen=True, slots=True, eq=False)
class LearnedMap:
    """A tanh network I-H-2-1 of one moment.

    Attributes
    ----------
    hidden : tuple of (ndarray, ndarray)
        Weights [I, O] and biases [O] of the hidden layers: θ.
    weights : ndarray [2]
        Of the output: w.
    bias : float
    middle, spread : ndarray [2]
        What the inputs are standardized with.
    """

    hidden: tuple[tuple[Array, Array], ...]
    weights: Array
    bias: float
    middle: Array
    spread: Array

    def features(self, points: Array) -> Array:
        """Return φ(x; θ) [N, 2] of points [N, 2]."""
        values = (points - self.middle) / self.spread
        for weights, biases in self.hidden:
            values = np.tanh(values @ weights + biases)
        return values

    def score(self, points: Array) -> Array:
        """Return y = φ(x; θ)ᵀw + b."""
        return self.features(points) @ self.weights + self.bias

    @property
    def stored(self) -> int:
        """How many numbers it keeps."""
        return sum(w.size + b.size for w, b in self.hidden) + len(self.weights) + 1

    def separability(self, points: Array, labels: Array) -> float:
        """Return the accuracy of the line of logistic regression in the plane of φ, whatever the output's weights."""
        features = self.features(points)
        weights, bias = logistic(features, labels)
        return accuracy(features @ weights + bias, labels)


def learned_spec(key: str, units: int, seed: int, share: float = 0.5) -> TrainingSpec:
    """Return the spec of a network 2-H-2-1 on one of `SETS`, standardized.

    Parameters
    ----------
    key : str
    units : int
        Of the first hidden layer.
    seed : int
    share : float
        How many of the points it is trained on; it is tested on the others.
    """
    found = feature_set(key)
    middle, spread = _standards(key)
    inputs, labels = ((found.points - middle) / spread).astype(np.float64), found.labels.astype(np.float64)
    points = Points.from_dataset(Dataset(key, inputs, labels, Task.CLASSIFICATION, 2), title=found.title)
    return TrainingSpec(
        data="own", points=points, train_share=share, hidden=(units, 2), learning_rate=LEARNING_RATE, seed=seed
    )


def _standards(key: str) -> tuple[Array, Array]:
    points = feature_set(key).points
    return points.mean(axis=0), points.std(axis=0)


def learned_map(run: TrainingRun, key: str) -> LearnedMap:
    """Return what the network of a run computes now; the run is of a spec of `learned_spec`."""
    names = [name for name in run.program.refs if name.startswith("W")]
    layers = [(run[f"W{k}"].copy(), run[f"b{k}"].copy()) for k in range(1, len(names) + 1)]
    *hidden, (weights, bias) = layers
    return LearnedMap(tuple(hidden), weights[:, 0], float(bias[0]), *_standards(key))
