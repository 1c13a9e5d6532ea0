"""Moving, turning and scaling an image, to see what a reader makes of it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.arena import Array

__all__ = ["resized", "rotated", "scaled", "shifted", "transformed"]

MIN_FACTOR, MAX_FACTOR = 0.1, 10.0
# Of real numbers, or of whole ones 0 to 255.
Image = npt.NDArray[Any]


def transformed(
    image: Image, dx: float = 0.0, dy: float = 0.0, degrees: float = 0.0, factor: float = 1.0
) -> Image:
    """Return an image scaled and turned about its centre and then shifted, interpolated once and bilinearly.

    Parameters
    ----------
    image : ndarray [H, W] or [H, W, C]
        Of real numbers, or of whole ones 0 to 255.
    dx, dy : float
        Pixels to the right, and down.
    degrees : float
        Against the clock.
    factor : float
        Above 1 it grows.

    Returns
    -------
    ndarray
        As large, and of the same type. What comes in from outside is 0: black.

    Raises
    ------
    ValueError
        If a number is not finite, or the factor is not from 0.1 to 10.
    """
    if not all(map(math.isfinite, (dx, dy, degrees, factor))):
        raise ValueError(f"shift, angle and factor are finite numbers, got {dx}, {dy}, {degrees} and {factor}")
    if not MIN_FACTOR <= factor <= MAX_FACTOR:
        raise ValueError(f"the factor is {MIN_FACTOR:g} to {MAX_FACTOR:g}, got {factor:g}")
    height, width = image.shape[:2]
    middle_y, middle_x = (height - 1) / 2, (width - 1) / 2
    # Each pixel asks where it comes from.
    y, x = np.mgrid[:height, :width].astype(np.float64)
    y, x = (y - middle_y - dy) / factor, (x - middle_x - dx) / factor
    cosine, sine = _turn(degrees)
    return _sampled(image, middle_y + sine * x + cosine * y, middle_x + cosine * x - sine * y)


def shifted(image: Image, dx: float, dy: float) -> Image:
    """Return an image moved by `dx` pixels to the right and `dy` down; what comes in is 0."""
    return transformed(image, dx, dy)


def rotated(image: Image, degrees: float) -> Image:
    """Return an image turned about its centre, against the clock; what comes in is 0."""
    return transformed(image, degrees=degrees)


def scaled(image: Image, factor: float) -> Image:
    """Return an image grown about its centre by a factor from 0.1 to 10; what comes in is 0."""
    return transformed(image, factor=factor)


def _turn(degrees: float) -> tuple[float, float]:
    """Return cosine and sine; quarter turns are exact, so that they only exchange pixels."""
    quarters, rest = divmod(degrees, 90.0)
    if rest == 0:
        return ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[int(quarters) % 4]
    return math.cos(math.radians(degrees)), math.sin(math.radians(degrees))


def _sampled(image: Image, rows: Array, columns: Array) -> Image:
    """Return an image read at these places [H, W], each from the four pixels around it; 0 beyond its edge."""
    around = np.pad(image.astype(np.float64), [(1, 1), (1, 1), *[(0, 0)] * (image.ndim - 2)])
    # Places far outside read the black frame.
    rows = np.clip(rows + 1, 0, image.shape[0] + 1)
    columns = np.clip(columns + 1, 0, image.shape[1] + 1)
    top = np.minimum(rows.astype(int), image.shape[0])
    left = np.minimum(columns.astype(int), image.shape[1])
    down, right = (rows - top), (columns - left)
    if image.ndim == 3:
        down, right = down[..., None], right[..., None]
    upper = around[top, left] * (1 - right) + around[top, left + 1] * right
    lower = around[top + 1, left] * (1 - right) + around[top + 1, left + 1] * right
    return like(upper * (1 - down) + lower * down, image)


def resized(image: Image, height: int, width: int) -> Image:
    """Return an image [H, W] in another size; where it shrinks, each pixel is a mean of those that it covers.

    Raises
    ------
    ValueError
        If the size is not at least 1 × 1.
    """
    if min(height, width) < 1:
        raise ValueError(f"an image has at least 1 × 1 pixels, got {height} × {width}")
    made = _shares(image.shape[0], height) @ image.astype(np.float64) @ _shares(image.shape[1], width).T
    return like(made, image)


def _shares(before: int, after: int) -> Array:
    """Return how much of each old place goes into each new one, [after, before]; rows add up to 1."""
    step = before / after
    centres = (np.arange(after) + 0.5) * step
    # A tent as wide as a new pixel, but not narrower than an old one.
    reach = max(step, 1.0)
    away = np.abs(np.arange(before) + 0.5 - centres[:, None])
    tent = np.maximum(0.0, 1.0 - away / reach)
    return np.asarray(tent / tent.sum(axis=1, keepdims=True))


def like(values: Array, image: Image) -> Image:
    """Return values in the type of an image; whole numbers are rounded and kept within 0 to 255."""
    if image.dtype.kind in "iu":
        return np.clip(np.rint(values), 0, 255).astype(image.dtype)
    return values.astype(image.dtype)
