"""Feature maps made of terms such as x₁², and a decision function that is linear in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.arena import Array

__all__ = ["TERMS", "LinearInTerms", "Term", "feature_map", "fitted"]

# A small penalty, so that the weights stay finite where the points can be parted.
_PENALTY = 1e-3
_MOST_STEPS = 60
_ENOUGH = 1e-10


@dataclass(frozen=True, slots=True)
class Term:
    """One term of φ.

    Attributes
    ----------
    key, title, tex : str
    of : callable
        Takes x₁ and x₂ [N].
    """

    key: str
    title: str
    tex: str
    of: Callable[[Array, Array], Array]


TERMS: dict[str, Term] = {
    term.key: term
    for term in (
        Term("x1", "x₁", "x_1", lambda x1, x2: x1),
        Term("x2", "x₂", "x_2", lambda x1, x2: x2),
        Term("x1^2", "x₁²", "x_1^2", lambda x1, x2: x1**2),
        Term("x2^2", "x₂²", "x_2^2", lambda x1, x2: x2**2),
        Term("x1x2", "x₁x₂", "x_1x_2", lambda x1, x2: x1 * x2),
        Term("x1^3", "x₁³", "x_1^3", lambda x1, x2: x1**3),
        Term("x2^3", "x₂³", "x_2^3", lambda x1, x2: x2**3),
        Term("x1^2x2", "x₁²x₂", "x_1^2x_2", lambda x1, x2: x1**2 * x2),
        Term("x1x2^2", "x₁x₂²", "x_1x_2^2", lambda x1, x2: x1 * x2**2),
    )
}


def feature_map(points: Array, terms: Sequence[str]) -> Array:
    """Return φ(x) of points [N, 2], a column a term [N, K]."""
    columns = [TERMS[key].of(points[:, 0], points[:, 1]) for key in terms]
    return np.column_stack(columns) if columns else np.zeros((len(points), 0))


@dataclass(frozen=True, slots=True)
class LinearInTerms:
    """y = φ(x)ᵀw + b.

    Attributes
    ----------
    terms : tuple of str
    weights : tuple of float
    bias : float
    """

    terms: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float

    def score(self, points: Array) -> Array:
        """Return y at points [N, 2]."""
        return np.asarray(feature_map(points, self.terms) @ np.array(self.weights) + self.bias)


def fitted(points: Array, labels: Array, terms: Sequence[str]) -> LinearInTerms:
    """Return the weights of logistic regression in φ, with a small penalty on ½‖w‖² of the standardized terms.

    Parameters
    ----------
    points : ndarray [N, 2]
    labels : ndarray [N]
        0 or 1.
    terms : sequence of str
        Keys of `TERMS`.
    """
    weights, bias = logistic(feature_map(points, terms), labels)
    return LinearInTerms(tuple(terms), tuple(weights.tolist()), bias)


def logistic(features: Array, labels: Array, penalty: float = _PENALTY) -> tuple[Array, float]:
    """Return weights [K] and bias of logistic regression, found by Newton's method.

    The mean cross-entropy plus penalty/2·‖w‖² of the standardized features is made least; the bias is not penalized.
    """
    middle, spread = features.mean(axis=0), features.std(axis=0)
    spread[spread == 0] = 1.0
    x = np.column_stack([(features - middle) / spread, np.ones(len(features))])
    ridge = penalty * np.append(np.ones(features.shape[1]), 0.0)
    w = np.zeros(x.shape[1])
    for _ in range(_MOST_STEPS):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -500, 500)))
        gradient = x.T @ (p - labels) / len(x) + ridge * w
        curvature = (x * (p * (1 - p))[:, None]).T @ x / len(x) + np.diag(ridge + 1e-12)
        step = np.linalg.solve(curvature, gradient)
        w -= _damped(x, labels, ridge, w, step) * step
        if np.abs(gradient).max() < _ENOUGH:
            break
    weights = w[:-1] / spread
    return weights, float(w[-1] - weights @ middle)


def _damped(x: Array, labels: Array, ridge: Array, w: Array, step: Array) -> float:
    """Return how much of a Newton step is taken: a whole one far from the minimum may overshoot."""

    def cost(at: Array) -> float:
        z = x @ at
        return float((np.logaddexp(0, z) - labels * z).mean() + 0.5 * (ridge * at**2).sum())

    here, share = cost(w), 1.0
    while share > 1e-3 and cost(w - share * step) > here:
        share /= 2
    return share
