"""Decision functions of measured features: the sign of a number decides, and nothing else does."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.arena import Array

__all__ = ["Drawn", "Line", "accuracy", "best_band", "best_threshold", "decide", "sides_of_band"]

Decisions = npt.NDArray[np.bool_]


def decide(scores: Array) -> Decisions:
    """Return the decision of each score y: class 1 where y > 0; y = 0 is class 0, by convention."""
    return np.asarray(scores > 0)


def accuracy(scores: Array, labels: Array) -> float:
    """Return the share of right decisions of scores [N] on labels [N] of 0 and 1."""
    return float((decide(scores) == (labels > 0.5)).mean())


def sides_of_band(x: Array, low: float, high: float) -> Array:
    """Return a score [N] that is above 0 between two thresholds: the distance to the nearer one."""
    return np.asarray(np.minimum(x - low, high - x))


def _cuts(x: Array) -> Array:
    """Return a threshold below, between and above all values."""
    ordered = np.unique(x)
    return np.concatenate([[ordered[0] - 1], (ordered[1:] + ordered[:-1]) / 2, [ordered[-1] + 1]])


def best_threshold(x: Array, labels: Array) -> tuple[float, int, float]:
    """Return the threshold t and the side of it that is most often rightly called class 1, and the accuracy.

    Returns
    -------
    tuple of (float, int, float)
        t; 1 where x > t means class 1, −1 where x < t does; the share of right decisions.
    """
    found = [(accuracy(side * (x - cut), labels), side, cut) for side in (1, -1) for cut in _cuts(x)]
    score, side, cut = max(found, key=lambda each: each[0])
    return float(cut), side, score


def best_band(x: Array, labels: Array) -> tuple[float, float, float]:
    """Return the two thresholds between which class 1 lies most often, and their accuracy."""
    cuts = _cuts(x)
    # What lies below a cut counts +1 as class 1 and −1 as class 0: a band holds the difference of two such counts.
    below = np.array([np.where(labels[x < cut] > 0.5, 1, -1).sum() for cut in cuts])
    lowest, best = 0, (0, 0)
    for place in range(len(cuts)):
        if below[place] < below[lowest]:
            lowest = place
        if below[place] - below[lowest] > below[best[1]] - below[best[0]]:
            best = lowest, place
    low, high = float(cuts[best[0]]), float(cuts[best[1]])
    return low, high, accuracy(sides_of_band(x, low, high), labels)


@dataclass(frozen=True, slots=True)
class Line:
    """A linear decision function y = w₁x₁ + w₂x₂ + b.

    Attributes
    ----------
    w1, w2, b : float
    """

    w1: float
    w2: float
    b: float

    def score(self, points: Array) -> Array:
        """Return y at points [N, 2]."""
        return np.asarray(points @ np.array([self.w1, self.w2]) + self.b)

    def score_of_appended(self, points: Array) -> Array:
        """Return y at points [N, 2] as one product xᵀw: each x with a 1 appended, and b among the weights."""
        appended = np.column_stack([points, np.ones(len(points))])
        return np.asarray(appended @ np.array([self.w1, self.w2, self.b]))

    @property
    def angle(self) -> float:
        """The direction of (w₁, w₂), across the line, in degrees from −180 to 180; nan where both are 0."""
        return math.degrees(math.atan2(self.w2, self.w1)) if self.w1 or self.w2 else math.nan

    @property
    def distance(self) -> float:
        """How far the line is from the origin, |b|/‖w‖; nan where both weights are 0."""
        length = math.hypot(self.w1, self.w2)
        return abs(self.b) / length if length else math.nan


@dataclass(frozen=True, slots=True)
class Drawn:
    """A decision function of one feature that is drawn: straight between its points, constant beyond them.

    Attributes
    ----------
    places : tuple of float
        Where its points are, ascending.
    values : tuple of float
        How high.
    """

    places: tuple[float, ...]
    values: tuple[float, ...]

    def score(self, x: Array) -> Array:
        """Return y at values x of the feature [N]."""
        return np.interp(x, self.places, self.values)

    @property
    def zeros(self) -> tuple[float, ...]:
        """Where it goes through zero, from the left to the right."""
        found = []
        for k in range(len(self.places) - 1):
            left, right = self.values[k], self.values[k + 1]
            if (left > 0) != (right > 0):
                share = left / (left - right)
                found.append(self.places[k] + share * (self.places[k + 1] - self.places[k]))
        return tuple(found)
