"""Soft-max: e to the power of each score, their sum, and each one's share of it, one term at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.arena import Array

__all__ = ["KINDS", "Term", "best_classes", "naive_softmax", "one_hot", "softmax", "terms"]

# The three moves, in their order.
KINDS = ("exp", "sum", "divide")
# Scores that differ by less than this are a tie: the difference is rounding.
TIE = 1e-12


@dataclass(frozen=True, slots=True)
class Term:
    """One term of the computation.

    Attributes
    ----------
    kind : {"exp", "sum", "divide"}
    index : int
        The class it belongs to.
    value : float
        e to the power of the score, the sum so far, or the probability.
    """

    kind: str
    index: int
    value: float


def softmax(scores: ArrayLike, temperature: float = 1.0) -> Array:
    """Compute eᶻ / Σ eᶻ with z = scores / temperature, after the largest score is subtracted from all.

    Parameters
    ----------
    scores : array_like
        Finite numbers [..., K].
    temperature : float
        More than 0.

    Returns
    -------
    ndarray
        Probabilities [..., K]; along the last axis they add up to 1.
    """
    z = np.asarray(scores, dtype=np.float64)
    powers = np.exp((z - z.max(axis=-1, keepdims=True)) / temperature)
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def naive_softmax(scores: ArrayLike, temperature: float = 1.0) -> Array:
    """Compute the formula as it is written, overflow and all: a score of 1000 gives inf / inf = nan."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
        powers = np.exp(np.asarray(scores, dtype=np.float64) / temperature)
        return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def terms(scores: Sequence[float], temperature: float = 1.0, shifted: bool = True) -> tuple[Term, ...]:
    """Return the computation term by term: K powers, K sums that grow, K shares.

    Parameters
    ----------
    scores : sequence of float
        K finite numbers.
    temperature : float
        More than 0.
    shifted : bool
        Whether the largest score is subtracted first, which changes no probability and keeps the powers within 1.
    """
    z = np.asarray(scores, dtype=np.float64)
    with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
        powers = np.exp((z - z.max() if shifted else z) / temperature)
        sums = np.cumsum(powers)
        shares = powers / sums[-1]
    return tuple(
        Term(kind, index, float(value))
        for kind, values in zip(KINDS, (powers, sums, shares), strict=True)
        for index, value in enumerate(values)
    )


def best_classes(scores: Sequence[float]) -> tuple[int, ...]:
    """Return the classes with the largest score: one, or several that tie."""
    top = max(scores)
    return tuple(index for index, score in enumerate(scores) if score >= top - TIE * max(1.0, abs(top)))


def one_hot(index: int, classes: int) -> tuple[float, ...]:
    """Return the target of a class: 1 in its own place, 0 elsewhere.

    Raises
    ------
    ValueError
        If there is no such class.
    """
    if not 0 <= index < classes:
        raise ValueError(f"the class is one of 0 to {classes - 1}, got {index}")
    return tuple(float(k == index) for k in range(classes))
