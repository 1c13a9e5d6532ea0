"""Pieces from which the synthetic sets are laid out: shares of the classes, circles, jitter."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.datasets.arguments import MAX_NOISE

__all__ = ["between", "jitter", "polar", "repeat_labels", "shares"]

Array = NDArray[np.float64]


def shares(samples: int, classes: int) -> list[int]:
    """Divide N points among C classes, equally up to one; the first classes take what is left over."""
    return [samples // classes + (index < samples % classes) for index in range(classes)]


def repeat_labels(labels: tuple[int, ...], samples: int) -> Array:
    """Targets [N]: each label in turn as often as its share, so the rows are sorted by class."""
    return np.repeat(np.asarray(labels, dtype=np.float64), shares(samples, len(labels)))


def polar(radius: Array, angle: Array) -> Array:
    """Points [N, 2] at radii [N] and angles [N] (radians, clockwise from the vertical axis).

    TensorFlow Playground measures angles so: x1 = r sin t, x2 = r cos t.
    """
    return np.column_stack([radius * np.sin(angle), radius * np.cos(angle)])


def jitter(shape: tuple[int, ...], reach: float, rng: np.random.Generator) -> Array:
    """Shifts uniform in [-reach, reach], one for each coordinate."""
    # Drawn at reach 0 too, so that the noise slider moves the points of a seed instead of exchanging them.
    return reach * rng.uniform(-1.0, 1.0, shape)


def between(ends: tuple[float, float], noise: float) -> float:
    """Value that goes linearly from the first end at noise 0 to the second at noise 0.5."""
    return ends[0] + (ends[1] - ends[0]) * noise / MAX_NOISE
