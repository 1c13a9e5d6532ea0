"""The linear map from the numbers of a file into the plane, and the way back."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["IDENTITY", "Scale", "fit_scale", "from_plane", "to_plane"]

Array = NDArray[np.float64]
Scale = tuple[float, float]
"""(offset, factor): a number v of the file is drawn at (v - offset) * factor."""

IDENTITY: Scale = (0.0, 1.0)

_DIGITS = 6  # of offset and factor
_MOST_DIGITS = 17  # always tell one float64 from another


def fit_scale(values: Array, half_width: float) -> Scale:
    """Find the scale that draws the lowest value at -half_width and the highest at half_width.

    Offset and factor are rounded to about six digits: the ends are met to 1/10000, and values that went
    through a file, and may have lost their last bit there, get the same scale again.

    Parameters
    ----------
    values : ndarray of float64, shape [N]
        At least one, each of magnitude 1e100 at most.
    half_width : float
        Above 0.

    Returns
    -------
    Scale
        For values that are all the same, one that shifts them to 0.
    """
    low, high = float(values.min()), float(values.max())
    width = high - low
    if width < 1e-100:
        return low, 1.0
    place = math.floor(math.log10(width)) + 1
    return round((low + high) / 2, _DIGITS - place), float(f"{2 * half_width / width:.{_DIGITS}g}")


def to_plane(values: Array, scale: Scale) -> Array:
    """Map numbers of a file, of any shape, into the plane."""
    offset, factor = scale
    return (values - offset) * factor


def from_plane(drawn: Array, scale: Scale) -> Array:
    """Map coordinates of the plane back to the numbers of the file.

    Of the numbers that are drawn at the same place, the shortest is returned: 150.1, not 150.10000000000002.

    Parameters
    ----------
    drawn : ndarray of float64, shape [N]
        Coordinates.
    scale : Scale
        The scale they were drawn with.

    Returns
    -------
    ndarray of float64, shape [N]
        Numbers that `to_plane` maps to exactly these coordinates wherever there are such numbers, as there
        are for every point that came out of a file; otherwise the nearest.
    """
    if scale == IDENTITY:
        return drawn.copy()
    return np.array([_shortest(place, scale) for place in drawn.tolist()], dtype=np.float64)


def _shortest(place: float, scale: Scale) -> float:
    offset, factor = scale
    estimate = place / factor + offset
    # The estimate is off by a few roundings of the largest number on the way.
    step = math.ulp(max(abs(estimate), abs(offset), abs(place / factor))) / 2
    for candidate in (estimate, *(estimate + sign * count * step for count in range(1, 7) for sign in (1, -1))):
        if (candidate - offset) * factor == place:
            for digits in range(1, _MOST_DIGITS):
                shorter = float(f"{candidate:.{digits}g}")
                if (shorter - offset) * factor == place:
                    return shorter
            return candidate
    return estimate
