"""How noisy the gradient of a mini-batch is: it falls like 1/√B."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from engine.arena import Array
from engine.batches.classifier import probabilities
from engine.batches.data import Groups

__all__ = ["gradient_noise", "measured_noise"]


def gradient_noise(groups: Groups, weights: ArrayLike, batch_size: int) -> float:
    """Return the standard deviation of the averaged gradient of `batch_size` points drawn with replacement.

    It is the root of the summed variances of its three components: √(tr Σ / B), where Σ is the covariance of the
    gradients of single points.
    """
    single = _single_gradients(groups, weights)
    return float(np.sqrt(single.var(axis=0).sum() / batch_size))


def measured_noise(
    groups: Groups, weights: ArrayLike, batch_size: int, draws: int, rng: np.random.Generator
) -> float:
    """Return the same, measured on so many random mini-batches."""
    single = _single_gradients(groups, weights)
    total = np.zeros((draws, 3))
    for _ in range(batch_size):
        total += single[rng.integers(len(groups), size=draws)]
    return float(np.sqrt((total / batch_size).var(axis=0).sum()))


def _single_gradients(groups: Groups, weights: ArrayLike) -> Array:
    """Return each point's gradient (p − l)(x₁, x₂, 1) [N, 3]."""
    error = probabilities(groups.points, weights) - groups.labels
    return np.column_stack([error[:, None] * groups.points, error])
