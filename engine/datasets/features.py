"""Input features: functions of a point that a network may be given instead of its bare coordinates."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["FEATURES", "Feature", "feature_matrix"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Feature:
    """One function of a point in the plane.

    Parameters
    ----------
    key : str
        Name in `FEATURES`, for instance ``"x1_squared"``.
    label : str
        The same in Unicode, for buttons: ``"x₁²"``.
    tex : str
        The same in TeX, for formulas.
    compute : callable
        Takes points [N, 2] and returns values [N].
    """

    key: str
    label: str
    tex: str
    compute: Callable[[Array], Array]


def feature_matrix(inputs: Array, keys: Sequence[str]) -> Array:
    """Compute the chosen features of every point.

    Parameters
    ----------
    inputs : ndarray of float64, shape [N, 2]
        The points.
    keys : sequence of str
        Keys of `FEATURES`, one a column, in the order wanted, none twice.

    Returns
    -------
    ndarray of float64, shape [N, len(keys)]
        A new array in C order.

    Raises
    ------
    ValueError
        If a key is unknown (the message names the nearest and all), if the points have another shape, or if
        ``keys`` is empty, repeats a key, or is a single string.
    """
    if np.ndim(inputs) != 2 or np.shape(inputs)[1] != 2:
        raise ValueError(f"inputs has shape [N, 2], got {list(np.shape(inputs))}: pass one row a point")
    if isinstance(keys, str):
        raise ValueError(f"keys is a sequence of feature keys, got the string {keys!r}: pass [{keys!r}]")
    if not keys:
        raise ValueError("keys names at least one feature, got none: pass ['x1', 'x2'] for the coordinates")
    for key in keys:
        if key not in FEATURES:
            near = difflib.get_close_matches(str(key), FEATURES, n=1, cutoff=0.0)[0]
            raise ValueError(f"no feature {key!r}: did you mean {near!r}? There are {', '.join(FEATURES)}")
    repeated = [key for index, key in enumerate(keys) if key in keys[:index]]
    if repeated:
        raise ValueError(f"keys names each feature once, got {repeated[0]!r} again: drop the repetition")
    matrix = np.empty((len(inputs), len(keys)), dtype=np.float64)
    for column, key in enumerate(keys):
        matrix[:, column] = FEATURES[key].compute(inputs)
    return matrix


FEATURES: dict[str, Feature] = {
    feature.key: feature
    for feature in (
        Feature("x1", "x₁", r"x_1", lambda points: points[:, 0]),
        Feature("x2", "x₂", r"x_2", lambda points: points[:, 1]),
        Feature("x1_squared", "x₁²", r"x_1^2", lambda points: points[:, 0] ** 2),
        Feature("x2_squared", "x₂²", r"x_2^2", lambda points: points[:, 1] ** 2),
        Feature("x1_x2", "x₁x₂", r"x_1 x_2", lambda points: points[:, 0] * points[:, 1]),
        Feature("sin_x1", "sin(x₁)", r"\sin(x_1)", lambda points: np.sin(points[:, 0])),
        Feature("sin_x2", "sin(x₂)", r"\sin(x_2)", lambda points: np.sin(points[:, 1])),
    )
}
