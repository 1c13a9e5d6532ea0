"""The data: two normal groups in the plane, one for each label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arena import Array

__all__ = ["Groups", "gaussian_groups"]


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Points with their labels.

    Attributes
    ----------
    points : ndarray
        X [N, 2], read-only.
    labels : ndarray
        l [N], 0 or 1, read-only.
    """

    points: Array
    labels: Array

    def __post_init__(self) -> None:
        for array in (self.points, self.labels):
            array.setflags(write=False)

    def __len__(self) -> int:
        """Return how many points there are."""
        return len(self.points)

    def copied(self, copies: int) -> Groups:
        """Return the same points so many times over, as a redundant data set has them."""
        return Groups(np.tile(self.points, (copies, 1)), np.tile(self.labels, copies))


def gaussian_groups(
    rng: np.random.Generator, per_class: int = 100, mean: float = 4.0, variance: float = 20.0
) -> Groups:
    """Draw as many points of N(−(m, m), v I), labelled 0, and then of N((m, m), v I), labelled 1.

    With ``default_rng(0)`` and all else as usual it is `engine.datasets.reference.two_gaussians`, the course's set.

    Parameters
    ----------
    rng : numpy.random.Generator
    per_class : int
        Points of each group.
    mean, variance : float
        m of both coordinates, and v.
    """
    labels = np.repeat([0.0, 1.0], per_class)
    centres = mean * (2.0 * labels - 1.0)
    return Groups(rng.normal(centres[:, None], np.sqrt(variance), (len(labels), 2)), labels)
