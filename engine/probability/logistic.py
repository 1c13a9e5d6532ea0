"""The logistic function, and the probability that a line gives to each point of the plane."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine.batches import probabilities

__all__ = ["SLIDE_POINTS", "factor_for", "line_probability", "sigmoid"]

# Points whose probabilities the lecture works out for its line.
SLIDE_POINTS = ((0.0, 0.0), (1.0, 1.0), (-1.0, 1.0), (4.0, 4.0), (-4.0, -4.0))


def sigmoid(v: float) -> float:
    """Return 1 / (1 + e⁻ᵛ), written so that neither power overflows."""
    if v >= 0:
        return 1 / (1 + math.exp(-v))
    power = math.exp(v)
    return power / (1 + power)


def line_probability(weights: Sequence[float], point: Sequence[float]) -> float:
    """Return p = σ(w₁x₁ + w₂x₂ + b) of a point.

    Parameters
    ----------
    weights : sequence of float
        (w₁, w₂, b).
    point : sequence of float
        (x₁, x₂).
    """
    return float(probabilities([tuple(point)], tuple(weights))[0])


def factor_for(weights: Sequence[float], point: Sequence[float], p: float) -> float:
    """Return the factor on (w₁, w₂, b) with which a point has the probability p.

    The line stays where it is: its points have z = 0 whatever the factor. log(p / (1 − p)) is the score that p needs.

    Raises
    ------
    ValueError
        If p is not between 0 and 1, or the point lies on the line.
    """
    if not 0 < p < 1:
        raise ValueError(f"a probability between 0 and 1 is needed, got {p}")
    z = weights[0] * point[0] + weights[1] * point[1] + weights[2]
    if z == 0:
        raise ValueError("a point on the line has p = 0.5 with any factor")
    return math.log(p / (1 - p)) / z
