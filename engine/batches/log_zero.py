"""The trap of log(0): the cross-entropy as it is written in a formula, and as it can be computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.batches.classifier import summed_cost
from engine.batches.data import Groups

__all__ = ["ADDED", "PRECISIONS", "LogZero", "log_zero"]

# What some programs add within the logarithm, so that it is never of 0.
ADDED = 1e-10
PRECISIONS = ("float64", "float32")


@dataclass(frozen=True, slots=True)
class LogZero:
    """The same cost in three forms.

    Attributes
    ----------
    naive : float
        −Σ (l log p + (1 − l) log(1 − p)) with p = 1/(1 + e⁻ᶻ), as it stands: nan where a right answer is rounded to
        a certainty, for 0·log 0; inf where a wrong one is.
    padded : float
        The same with log(p + 1e-10): finite, and too small for grave errors.
    stable : float
        Σ (softplus(z) − l z): the true cost.
    certain_right, certain_wrong : int
        Points whose p has become exactly 0 or 1, on the right and on the wrong side.
    largest : float
        The largest |z|.
    """

    naive: float
    padded: float
    stable: float
    certain_right: int
    certain_wrong: int
    largest: float


def log_zero(groups: Groups, weights: Sequence[float], precision: str = "float64") -> LogZero:
    """Compute the cost in three forms.

    Parameters
    ----------
    groups : Groups
    weights : sequence of float
        (w₁, w₂, b).
    precision : {"float64", "float32"}
        What the naive forms compute in; a single rounds p to 1 from z = 17 on, a double from z = 37 on.
    """
    kind = np.dtype(precision).type
    x, w, b = groups.points.astype(kind), np.asarray(weights[:2], dtype=kind), kind(weights[2])
    label, one = groups.labels.astype(kind), kind(1)
    with np.errstate(all="ignore"):
        z = x @ w + b
        p = one / (one + np.exp(-z))
        naive = -(label * np.log(p) + (one - label) * np.log(one - p)).sum()
        added = kind(ADDED)
        padded = -(label * np.log(p + added) + (one - label) * np.log(one - p + added)).sum()
    certain = (p == 0) | (p == 1)
    right = p == label
    return LogZero(
        float(naive), float(padded), float(summed_cost(groups, weights)), int((certain & right).sum()),
        int((certain & ~right).sum()), float(np.abs(z).max()),
    )  # fmt: skip
