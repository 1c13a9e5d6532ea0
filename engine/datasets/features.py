"""Input features: functions of a point that a network may be given instead of its bare coordinates."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.expression import parse

__all__ = ["FEATURES", "Feature", "feature_matrix", "formula_feature"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Feature:
    """One function of a point in the plane.

    Parameters
    ----------
    key : str
        Name in `FEATURES`, for instance ``"x1_squared"``, or of an own formula.
    label : str
        The same in Unicode, for buttons: ``"x₁²"``.
    tex : str
        The same in TeX, for formulas.
    compute : callable
        Takes points [N, 2] and returns values [N].
    sentence : str
        What the input is good for, in one sentence.
    python : str
        Of an own formula: the NumPy expression in x1 and x2 that computes it, for programs that are exported.
    """

    key: str
    label: str
    tex: str
    compute: Callable[[Array], Array]
    sentence: str
    python: str = ""


def formula_feature(key: str, text: str) -> Feature:
    """Make a feature of a formula that the user wrote.

    Parameters
    ----------
    key : str
        A name of its own, none of `FEATURES`.
    text : str
        A formula of x1 and x2, as `engine.expression.parse` reads it.

    Returns
    -------
    Feature
        Where the formula has no real value, such as the root of a negative number, it computes nan; where it
        overflows, inf.

    Raises
    ------
    ExpressionError
        If the formula cannot be read.
    ValueError
        If the key is taken or empty.
    """
    if not key or key in FEATURES:
        raise ValueError(f"key is a name of the formula's own, got {key!r}: pass one such as 'own1'")
    expression = parse(text, ("x1", "x2"))
    return Feature(
        key,
        expression.unicode(),
        expression.tex(),
        lambda points: expression.evaluate({"x1": points[:, 0], "x2": points[:, 1]}),
        "Your own formula.",
        expression.python(),
    )


def feature_matrix(inputs: Array, keys: Sequence[str | Feature]) -> Array:
    """Compute the chosen features of every point.

    Parameters
    ----------
    inputs : ndarray of float64, shape [N, 2]
        The points.
    keys : sequence of str or Feature
        Keys of `FEATURES`, or features themselves, one a column, in the order wanted, none twice.

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
    features = [key if isinstance(key, Feature) else _named(key) for key in keys]
    names = [feature.key for feature in features]
    repeated = [name for index, name in enumerate(names) if name in names[:index]]
    if repeated:
        raise ValueError(f"keys names each feature once, got {repeated[0]!r} again: drop the repetition")
    matrix = np.empty((len(inputs), len(features)), dtype=np.float64)
    for column, feature in enumerate(features):
        matrix[:, column] = feature.compute(inputs)
    return matrix


def _named(key: str) -> Feature:
    if key not in FEATURES:
        near = difflib.get_close_matches(str(key), FEATURES, n=1, cutoff=0.0)[0]
        raise ValueError(f"no feature {key!r}: did you mean {near!r}? There are {', '.join(FEATURES)}")
    return FEATURES[key]


FEATURES: dict[str, Feature] = {
    feature.key: feature
    for feature in (
        Feature(
            "x1", "x₁", r"x_1", lambda points: points[:, 0],
            "The horizontal coordinate lets a neuron tell left from right.",
        ),
        Feature(
            "x2", "x₂", r"x_2", lambda points: points[:, 1],
            "The vertical coordinate lets a neuron tell top from bottom.",
        ),
        Feature(
            "x1_squared", "x₁²", r"x_1^2", lambda points: points[:, 0] ** 2,
            "The square lets one neuron draw a circle when both squares are on.",
        ),
        Feature(
            "x2_squared", "x₂²", r"x_2^2", lambda points: points[:, 1] ** 2,
            "The square lets one neuron draw a circle when both squares are on.",
        ),
        Feature(
            "x1_x2", "x₁x₂", r"x_1 x_2", lambda points: points[:, 0] * points[:, 1],
            "The product lets one neuron tell opposite quadrants from the other two.",
        ),
        Feature(
            "sin_x1", "sin(x₁)", r"\sin(x_1)", lambda points: np.sin(points[:, 0]),
            "The sine lets one neuron draw stripes that repeat from left to right.",
        ),
        Feature(
            "sin_x2", "sin(x₂)", r"\sin(x_2)", lambda points: np.sin(points[:, 1]),
            "The sine lets one neuron draw stripes that repeat from bottom to top.",
        ),
    )
}  # fmt: skip
