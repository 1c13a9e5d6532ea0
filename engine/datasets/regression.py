"""Synthetic regression sets in the plane: a tilted plane and six bumps.

Both follow the distributions of TensorFlow Playground (its ``dataset.ts``): the target is computed at a
shifted copy of the point, while the point stays where it was, so noise blurs the targets and not the inputs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.datasets.arguments import check_draw
from engine.datasets.dataset import Dataset, Task

__all__ = ["make_multi_gauss", "make_plane"]

Array = NDArray[np.float64]

HALF_WIDTH = 6.0
PLANE_SUM_AT_ONE = 10.0  # x1 + x2 = 10 has target 1, and -10 has target -1
BUMP_REACH = 2.0
BUMP_CENTRES = np.array([(-4.0, 2.5), (0.0, 2.5), (4.0, 2.5), (-4.0, -2.5), (0.0, -2.5), (4.0, -2.5)])
BUMP_SIGNS = np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])


def make_plane(samples: int, noise: float, rng: np.random.Generator) -> Dataset:
    """Draw points whose target rises evenly from the lower left to the upper right.

    Coordinates are uniform in [-6, 6]. The target is (x1 + x2) / 10 at the point shifted by U(-6, 6) * noise
    in each coordinate; it is not limited to [-1, 1].

    Parameters
    ----------
    samples : int
        Number N of points, from 10 to 5000.
    noise : float
        From 0 (targets exactly on a plane) to 0.5.
    rng : numpy.random.Generator
        Source of the draw.

    Returns
    -------
    Dataset
        Inputs [N, 2] in [-6, 6], targets [N] within 1.2 at noise 0 and within 1.8 at noise 0.5.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range.
    """
    inputs, shifted = _draw(samples, noise, rng)
    return Dataset("plane", inputs, shifted.sum(axis=1) / PLANE_SUM_AT_ONE, Task.REGRESSION, 0)


def make_multi_gauss(samples: int, noise: float, rng: np.random.Generator) -> Dataset:
    """Draw points on a surface of six bumps, alternately up and down.

    The bumps stand at x1 = -4, 0, 4 and x2 = 2.5, -2.5. Each falls linearly from 1 (or -1) at its centre to 0
    at distance 2: a cone, in spite of the set's name. Coordinates are uniform in [-6, 6]; the target is the
    value of largest magnitude at the point shifted by U(-6, 6) * noise in each coordinate.

    Parameters
    ----------
    samples : int
        Number N of points, from 10 to 5000.
    noise : float
        From 0 (targets exactly on the surface) to 0.5.
    rng : numpy.random.Generator
        Source of the draw.

    Returns
    -------
    Dataset
        Inputs [N, 2] in [-6, 6], targets [N] in [-1, 1].

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range.
    """
    inputs, shifted = _draw(samples, noise, rng)
    offsets = shifted[:, None, :] - BUMP_CENTRES
    heights = np.clip(1.0 - np.hypot(offsets[..., 0], offsets[..., 1]) / BUMP_REACH, 0.0, 1.0)  # [N, 6]
    highest = heights.argmax(axis=1)
    targets = BUMP_SIGNS[highest] * heights[np.arange(samples), highest]
    return Dataset("multi-gauss", inputs, targets, Task.REGRESSION, 0)


def _draw(samples: int, noise: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Points [N, 2] and their shifted copies [N, 2], at which the targets are computed."""
    check_draw(samples, noise, rng)
    inputs = rng.uniform(-HALF_WIDTH, HALF_WIDTH, (samples, 2))
    return inputs, inputs + noise * rng.uniform(-HALF_WIDTH, HALF_WIDTH, (samples, 2))
