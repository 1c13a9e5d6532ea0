"""Activations as functions of one number: their values and their slopes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.checks import SpecError, unknown
from engine.layers.activation import ACTIVATIONS

__all__ = ["FLAT", "FUNCTIONS", "evaluate", "flat_pieces", "slope"]

Array = npt.NDArray[np.float64]

# Those that a lecture draws; each acts on a number by itself.
FUNCTIONS = ("identity", "sigmoid", "tanh", "relu", "leaky_relu", "gaussian", "step")
# A slope below this is counted as none: a unit there is saturated.
FLAT = 0.01


def evaluate(name: str, z: npt.ArrayLike, sigma: float = 1.0) -> Array:
    """Return a = φ(z), by the very lines that networks are computed with.

    Parameters
    ----------
    name : str
        One of `FUNCTIONS`.
    z : array_like [...]
    sigma : float
        Width of the Gaussian e^{−z²/σ²}; the others do without.

    Returns
    -------
    ndarray [...]

    Raises
    ------
    SpecError
        If there is no such function.
    """
    have = _operands(name, z, sigma)
    forward = ACTIVATIONS[name].forward
    if forward is None:
        return np.array(z, dtype=np.float64)
    _run(forward, have)
    return have["a"].reshape(np.shape(z))


def slope(name: str, z: npt.ArrayLike, sigma: float = 1.0) -> Array:
    """Return φ′(z), as back-propagation uses it: at a kink the slope on the left, and 0 all along a step.

    Parameters and errors are those of `evaluate`.
    """
    have = _operands(name, z, sigma)
    kind = ACTIVATIONS[name]
    if kind.forward is None or kind.backward is None:
        return np.ones(np.shape(z))
    _run(kind.forward, have)
    _run(kind.backward, have)
    return have["delta"].reshape(np.shape(z))


def _operands(name: str, z: npt.ArrayLike, sigma: float) -> dict[str, Array]:
    if name not in FUNCTIONS:
        raise SpecError("function", unknown("function", name, FUNCTIONS))
    inputs = np.asarray(z, dtype=np.float64).reshape(-1)
    made = {role: np.zeros_like(inputs) for role in ("a", "delta")}
    return {"z": inputs, "da": np.ones_like(inputs), "sigma": np.asarray(sigma, dtype=np.float64), **made}


def _run(operation: Any, have: dict[str, Array]) -> None:
    operation.line(*(have[role] for role in operation.reads), **{role: have[role] for role in operation.writes})


def flat_pieces(at: Array, slopes: Array, limit: float = FLAT) -> list[tuple[float, float]]:
    """Return the stretches of an axis on which a slope is nearly 0.

    Parameters
    ----------
    at : ndarray [N]
        Places along the axis, in order.
    slopes : ndarray [N]
    limit : float
        A slope whose size is below this counts.

    Returns
    -------
    list of (float, float)
        Where each stretch begins and ends.
    """
    flat = np.concatenate([[False], np.abs(slopes) < limit, [False]])
    edges: Sequence[int] = np.flatnonzero(flat[1:] != flat[:-1]).tolist()
    return [(float(at[first]), float(at[last - 1])) for first, last in zip(edges[::2], edges[1::2], strict=True)]
