"""Errors of one output o against several targets d, and the three ways to add them up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.arena import Array

__all__ = ["Residuals", "absolute_curve", "residuals", "squared_curve"]


@dataclass(frozen=True, slots=True)
class Residuals:
    """The errors e = d − o and what is made of them.

    Attributes
    ----------
    errors : tuple of float
    signed, absolute, squared : float
        Σe, Σ|e|, Σe².
    mean : float
        The output with the least Σe².
    median : tuple of float
        The outputs with the least Σ|e|: from the first to the second, which are the same for an odd number of targets.
    """

    errors: tuple[float, ...]
    signed: float
    absolute: float
    squared: float
    mean: float
    median: tuple[float, float]

    @property
    def mean_absolute(self) -> float:
        """MAE."""
        return self.absolute / len(self.errors)

    @property
    def mean_squared(self) -> float:
        """MSE."""
        return self.squared / len(self.errors)

    @property
    def root_mean_squared(self) -> float:
        """RMSE, in the unit of the targets."""
        return float(np.sqrt(self.mean_squared))


def residuals(targets: Sequence[float], output: float) -> Residuals:
    """Return the errors of an output against N targets.

    Raises
    ------
    ValueError
        If there is no target.
    """
    if not len(targets):
        raise ValueError("there must be a target at least")
    d = np.asarray(targets, dtype=np.float64)
    e = d - output
    sorted_ = np.sort(d)
    middle = (float(sorted_[(len(d) - 1) // 2]), float(sorted_[len(d) // 2]))
    return Residuals(
        tuple(e.tolist()), float(e.sum()), float(np.abs(e).sum()), float((e * e).sum()), float(d.mean()), middle
    )


def absolute_curve(targets: Sequence[float], outputs: Array) -> Array:
    """Compute Σ|d − o| for outputs [M]: it has a kink at every target."""
    return np.asarray(np.abs(np.asarray(targets)[:, None] - outputs).sum(axis=0))


def squared_curve(targets: Sequence[float], outputs: Array) -> Array:
    """Compute Σ(d − o)² for outputs [M]: one parabola."""
    return np.asarray(((np.asarray(targets)[:, None] - outputs) ** 2).sum(axis=0))
