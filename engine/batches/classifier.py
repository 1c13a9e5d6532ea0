"""The linear classifier p = σ(w₁x₁ + w₂x₂ + b), its cost, and how good it is on the groups and on all that may come.

`weights` are always (w₁, w₂, b), float64 [3], or several of them [..., 3].
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from engine.arena import Array
from engine.batches.data import Groups

__all__ = [
    "SLIDE_LINE", "accuracy", "best_accuracy", "best_fit", "best_line", "expected_accuracy", "gradient", "logits",
    "mean_cost", "probabilities", "summed_cost", "turned",
]  # fmt: skip

# The lecture's line x₂ + 1.23 x₁ − 0.55 = 0.
SLIDE_LINE = (1.23, 1.0, -0.55)
# Newton's method on these costs needs about ten steps.
_NEWTON_STEPS = 50


def logits(points: ArrayLike, weights: ArrayLike) -> Array:
    """Compute z = X·W + b: for points [N, 2] and weights [..., 3], of shape [..., N]."""
    x, w = np.asarray(points, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    return np.asarray(w[..., :2] @ x.T + w[..., 2:])


def probabilities(points: ArrayLike, weights: ArrayLike) -> Array:
    """Compute p(l = 1 | x) = 1 / (1 + e⁻ᶻ), of the shape of `logits`, without overflow."""
    return np.asarray(np.exp(-np.logaddexp(0, -logits(points, weights))))


def summed_cost(groups: Groups, weights: ArrayLike) -> Array:
    """Compute the cross-entropy −Σ (l log p + (1 − l) log(1 − p)) from the logits, where no log can be of 0.

    With softplus(z) = log(1 + eᶻ) it is Σ (softplus(z) − l z).

    Returns
    -------
    ndarray
        Of the shape of the weights without their last axis.
    """
    z = logits(groups.points, weights)
    return np.asarray((np.logaddexp(0, z) - groups.labels * z).sum(axis=-1))


def mean_cost(groups: Groups, weights: ArrayLike) -> Array:
    """Compute the same over the number of points."""
    return summed_cost(groups, weights) / len(groups)


def gradient(groups: Groups, weights: ArrayLike) -> Array:
    """Compute the gradient of the summed cost, Σ (p − l)(x₁, x₂, 1), of the shape of the weights."""
    error = probabilities(groups.points, weights) - groups.labels
    return np.concatenate([error @ groups.points, error.sum(axis=-1, keepdims=True)], axis=-1)


def accuracy(groups: Groups, weights: ArrayLike) -> Array:
    """Return the share of points on the right side, z > 0 for label 1; of the shape of `summed_cost`."""
    return np.asarray(((logits(groups.points, weights) > 0) == (groups.labels > 0)).mean(axis=-1))


def expected_accuracy(weights: Sequence[float], mean: float, variance: float) -> float:
    """Return the share of all points that could be drawn from the two groups which this line puts on the right side.

    z is normal in each group, with the mean ±(w₁ + w₂)m + b and the standard deviation √v‖w‖, so it is the mean of
    two values of Φ.

    Parameters
    ----------
    weights : sequence of float
        (w₁, w₂, b); without w₁ and w₂ all points get one label, which is right for half of them.
    mean, variance : float
        Of the groups, as `gaussian_groups` takes them.
    """
    w1, w2, b = (float(value) for value in weights)
    spread = math.sqrt(variance) * math.hypot(w1, w2)
    if not spread > 0:
        return 0.5
    distance = (w1 + w2) * mean
    return (_normal((distance + b) / spread) + _normal((distance - b) / spread)) / 2


def best_accuracy(mean: float, variance: float) -> float:
    """Return what no classifier can beat on these groups: Φ(‖μ‖/√v), by the line half-way between them."""
    return _normal(mean * math.sqrt(2 / variance))


def best_line(mean: float, variance: float) -> tuple[float, float, float]:
    """Return the weights of the true p(l = 1 | x), by Bayes: W = 2μ/v, b = 0."""
    return 2 * mean / variance, 2 * mean / variance, 0.0


def _normal(t: float) -> float:
    """Return Φ(t), the share of a standard normal below t."""
    return (1 + math.erf(t / math.sqrt(2))) / 2


def best_fit(groups: Groups) -> Array | None:
    """Return the weights [3] of the least cost on these points, by Newton's method; None where there are none.

    Where a line separates the groups, ever larger weights cost ever less, and no weights are the best.
    """
    x = np.column_stack([groups.points, np.ones(len(groups))])
    weights: Array = np.zeros(3)
    for _ in range(_NEWTON_STEPS):
        # Where all points are on the right side, the same line with larger weights costs less.
        if accuracy(groups, weights) == 1:
            return None
        p = probabilities(groups.points, weights)
        slope = x.T @ (p - groups.labels)
        if np.abs(slope).max() < 1e-10 * len(groups):
            return weights
        curvature = (x * (p * (1 - p))[:, None]).T @ x
        try:
            weights = _stepped(groups, weights, np.linalg.solve(curvature, slope))
        except np.linalg.LinAlgError:
            return None
    return None


def _stepped(groups: Groups, weights: Array, step: Array) -> Array:
    """Return the weights after a step of Newton's, halved until it does not cost more."""
    before = summed_cost(groups, weights)
    for _ in range(30):
        if summed_cost(groups, weights - step) <= before:
            break
        step = step / 2
    return weights - step


def turned(groups: Groups, weights: Sequence[float], angles: Array) -> tuple[Array, Array]:
    """Turn the normal (w₁, w₂) of a line, with its length and b as they are.

    Parameters
    ----------
    groups : Groups
    weights : sequence of float
    angles : ndarray
        Directions of the normal [K], in radians.

    Returns
    -------
    errors, costs : ndarray
        Points on the wrong side [K], a staircase over the angle; and the summed cost [K], which is smooth.
    """
    length = math.hypot(weights[0], weights[1])
    around = np.stack([length * np.cos(angles), length * np.sin(angles), np.full(len(angles), weights[2])], axis=1)
    wrong = np.round((1 - accuracy(groups, around)) * len(groups))
    return wrong, summed_cost(groups, around)
