"""Long lines as short ones that look the same."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# Of one line so many points are sent at most: a figure has no more columns of pixels that could tell them apart.
MOST_POINTS = 400


def thinned(values: npt.NDArray[np.float64], most: int = MOST_POINTS) -> npt.NDArray[np.intp]:
    """Return which of the values [n] a line needs to look the same: all, or of each stretch the lowest and the highest.

    Parameters
    ----------
    values : ndarray [n]
        What is not finite is kept only where it is the first or the last.
    most : int
        At least 4.

    Returns
    -------
    ndarray of int [k]
        Places in ascending order, at most `most`; the first and the last are among them.
    """
    count = len(values)
    if count <= most:
        return np.arange(count)
    places = {0, count - 1}
    for stretch in np.array_split(np.arange(count), (most - 2) // 2):
        finite = stretch[np.isfinite(values[stretch])]
        if len(finite):
            places |= {int(finite[values[finite].argmin()]), int(finite[values[finite].argmax()])}
    return np.array(sorted(places))
