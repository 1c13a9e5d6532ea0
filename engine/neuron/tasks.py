"""What one neuron of two inputs may be asked to tell apart: truth tables, and two groups that overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
import numpy.typing as npt

__all__ = ["GROUPS", "TABLES", "TASKS", "Task", "best_score"]

Array = npt.NDArray[np.float64]

CORNERS = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))
TABLES: dict[str, tuple[int, int, int, int]] = {
    "and": (0, 0, 0, 1), "or": (0, 1, 1, 1), "nand": (1, 1, 1, 0), "xor": (0, 1, 1, 0),
}  # fmt: skip
GROUPS = "groups"
_PER_GROUP = 20
_MIDDLE = (1.0, 0.5)


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """Examples and what they should be answered with.

    Attributes
    ----------
    key, title : str
    inputs : ndarray [N, 2]
    targets : ndarray [N]
        0 or 1.
    """

    key: str
    title: str
    inputs: Array
    targets: Array

    @property
    def is_table(self) -> bool:
        """Whether it is a truth table, whose rows are learned one at a time."""
        return self.key in TABLES


def _groups() -> Task:
    # Drawn once and for all: they overlap, so the best line has weights of a finite size.
    rng = np.random.default_rng(4)
    targets = np.repeat([0.0, 1.0], _PER_GROUP)
    points = rng.normal(0.0, 1.0, (2 * _PER_GROUP, 2)) + np.where(targets[:, None] == 1, _MIDDLE, np.negative(_MIDDLE))
    return Task(GROUPS, "Two groups", np.round(points, 2), targets)


TASKS: dict[str, Task] = {
    "none": Task("none", "None", np.zeros((0, 2)), np.zeros(0)),
    **{key: Task(key, key.upper(), np.array(CORNERS), np.array(rows, dtype=float)) for key, rows in TABLES.items()},
    GROUPS: _groups(),
}


@lru_cache
def best_score(targets: Sequence[int]) -> int:
    """Return how many rows of a truth table of two inputs the best single line gets right.

    All ways in which a line can part the four corners are tried: these whole weights draw each of the 14.

    Parameters
    ----------
    targets : tuple of int
        For (0, 0), (0, 1), (1, 0) and (1, 1).
    """
    lines = product((-1, 0, 1), (-1, 0, 1), (-1.5, -0.5, 0.5, 1.5))
    return max(
        sum((w1 * x1 + w2 * x2 + b > 0) == (t == 1) for (x1, x2), t in zip(CORNERS, targets, strict=True))
        for w1, w2, b in lines
    )
