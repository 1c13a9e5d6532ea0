"""Logistic regression, fitted by Newton's method: the yardstick for a sigmoid neuron."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.activation.functions import evaluate

__all__ = ["fit_logistic"]

Array = npt.NDArray[np.float64]

_ITERATIONS = 50
_STILL = 1e-12


def fit_logistic(inputs: npt.ArrayLike, targets: npt.ArrayLike, intercept: bool = True) -> Array:
    """Return the weights of largest likelihood, p = σ(x·w + b).

    Newton's method in the form of iteratively reweighted least squares (McCullagh and Nelder, *Generalized Linear
    Models*, section 2.5). No code is shared with the learning of the neuron.

    Parameters
    ----------
    inputs : array_like [N, n]
    targets : array_like [N]
        0 or 1.
    intercept : bool
        Whether there is a bias.

    Returns
    -------
    ndarray [n + 1]
        The weights, then the bias; 0 without an intercept.

    Raises
    ------
    ValueError
        If there is no such maximum: a line parts the two groups without an error, and larger weights are always
        better.
    """
    points, answers = np.asarray(inputs, dtype=float), np.asarray(targets, dtype=float)
    rows = np.column_stack([points, np.ones(len(points))]) if intercept else points
    weights = np.zeros(rows.shape[1])
    for _ in range(_ITERATIONS):
        p = evaluate("sigmoid", rows @ weights)
        spread = p * (1 - p)
        try:
            step = np.linalg.solve(rows.T @ (spread[:, None] * rows), rows.T @ (answers - p))
        except np.linalg.LinAlgError:
            break
        weights = weights + step
        if not np.isfinite(weights).all():
            break
        if np.abs(step).max() < _STILL * max(1.0, float(np.abs(weights).max())):
            return weights if intercept else np.append(weights, 0.0)
    raise ValueError("a line parts these groups without an error: the likelihood grows with the weights, without end")
