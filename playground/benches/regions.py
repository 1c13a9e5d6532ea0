"""Into how many connected regions the two answers of a network divide the plane."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

__all__ = ["regions"]

# The edge of every other cell of the picture is enough: what is narrower nobody sees.
_STRIDE = 2


def regions(answer: npt.NDArray[np.uint8]) -> int:
    """Return the number of connected regions, of both answers together; cells touch by their edges.

    Parameters
    ----------
    answer : uint8 [rows, columns]
        As `PlanePictures.answer` draws it: from 128 it is blue.
    """
    rows = answer[::_STRIDE, ::_STRIDE] >= 128
    parents: list[int] = []

    def root(run: int) -> int:
        while parents[run] != run:
            run = parents[run]
        return run

    above: list[tuple[int, int, bool, int]] = []
    for row in rows:
        cuts = [0, *(np.flatnonzero(row[1:] != row[:-1]) + 1).tolist(), len(row)]
        here = []
        for start, stop in pairwise(cuts):
            parents.append(len(parents))
            run = (start, stop, bool(row[start]), len(parents) - 1)
            for left, right, blue, other in above:
                if blue == run[2] and left < stop and start < right:
                    parents[root(other)] = root(run[3])
            here.append(run)
        above = here
    return sum(parent == run for run, parent in enumerate(parents))
