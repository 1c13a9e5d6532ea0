"""Losses of the margin m = y·s, the score s = f(x) times the label y, which is −1 or +1: right where m > 0."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.arena import Array

__all__ = ["MARGIN_LOSSES", "MarginLoss", "margin_of", "natural_cost"]

_LN2 = float(np.log(2.0))


@dataclass(frozen=True, slots=True)
class MarginLoss:
    """One loss of the margin.

    Attributes
    ----------
    key, title, formula : str
    value, slope : callable
        Take margins [...], give the loss and its derivative. At a kink or a jump the slope is that of the right side.
    """

    key: str
    title: str
    formula: str
    value: Callable[[ArrayLike], Array]
    slope: Callable[[ArrayLike], Array]


def _m(margin: ArrayLike) -> Array:
    return np.asarray(margin, dtype=np.float64)


def _one_minus_sigmoid(margin: ArrayLike) -> Array:
    return np.asarray(np.exp(-np.logaddexp(0, _m(margin))))


MARGIN_LOSSES: dict[str, MarginLoss] = {
    loss.key: loss
    for loss in (
        MarginLoss(
            "zero_one", "0/1", "1 where m ≤ 0",
            lambda m: np.where(_m(m) > 0, 0.0, 1.0), lambda m: np.zeros_like(_m(m)),
        ),
        MarginLoss(
            "hinge", "Hinge", "max(0, 1 − m)",
            lambda m: np.maximum(0.0, 1 - _m(m)), lambda m: np.where(_m(m) < 1, -1.0, 0.0),
        ),
        MarginLoss(
            "exponential", "Exponential", "e⁻ᵐ",
            lambda m: np.exp(-_m(m)), lambda m: -np.exp(-_m(m)),
        ),
        MarginLoss(
            "logistic", "Logistic, log₂", "log₂(1 + e⁻ᵐ)",
            lambda m: np.logaddexp(0, -_m(m)) / _LN2, lambda m: -_one_minus_sigmoid(m) / _LN2,
        ),
        MarginLoss(
            "natural", "Logistic, ln", "ln(1 + e⁻ᵐ)",
            lambda m: np.logaddexp(0, -_m(m)), lambda m: -_one_minus_sigmoid(m),
        ),
    )
}  # fmt: skip


def margin_of(score: float, target: int) -> float:
    """Return the margin of a score for a target of 0 or 1, whose label y is −1 or +1."""
    return score if target else -score


def natural_cost(score: float, target: int) -> float:
    """Return −t·ln a − (1 − t)·ln(1 − a) with a = σ(score), from the score itself: no log can be of 0.

    Parameters
    ----------
    score : float
    target : {0, 1}
    """
    return float(np.logaddexp(0, score) - target * score)
