"""From what somebody drew or photographed to a digit as the data sets have them."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from engine.arena import Array
from engine.reader.transforms import Image, like, resized

__all__ = ["centred", "photo_to_digit", "small_digit"]

SIDE, BOX = 28, 20
SMALL_SIDE, SMALL_WIDTH = 8, 6
MAX_SIDE = 4096
# Of the whole range of ink: what is paler is paper.
_PALE = 0.1
_LEVELS = 256
# Side of a photograph in which a digit is looked for.
_LARGE = 400


def centred(drawn: Image) -> Image:
    """Return a drawing as the digits of MNIST were prepared.

    What is drawn is scaled to fit 20 × 20 pixels with its proportions kept, and laid on 28 × 28 with its centre of
    mass in the middle. (LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition",
    Proceedings of the IEEE 86, 1998, section III.A.)

    Parameters
    ----------
    drawn : ndarray [H, W]
        Ink on 0, of any size: whole numbers 0 to 255, or real numbers 0 to 1.

    Returns
    -------
    ndarray [28, 28]
        Of the same type; empty where nothing was drawn.

    Raises
    ------
    ValueError
        If it is no image, or has a side of more than 4096 pixels.
    """
    _check(drawn)
    ink = _cut_out(drawn)
    if ink is None:
        return np.zeros((SIDE, SIDE), drawn.dtype)
    fitted = _fitted(ink, BOX)
    height, width = fitted.shape
    total = fitted.sum()
    # In the digits of MNIST it is at row 14 and column 14, counted from 0.
    down = SIDE / 2 - float(np.arange(height) @ fitted.sum(axis=1) / total)
    right = SIDE / 2 - float(np.arange(width) @ fitted.sum(axis=0) / total)
    top, left = _within(down, SIDE - height), _within(right, SIDE - width)
    page = np.zeros((SIDE, SIDE))
    page[top : top + height, left : left + width] = fitted
    return like(page, drawn)


def small_digit(drawn: Image) -> Image:
    """Return a drawing as the small digits of UCI are: it fills the height of 8 × 8 pixels, and 6 of the width at most.

    Who trained on their writers reads others less well: theirs have a 1 with a foot and a 7 with a bar.

    Parameters and errors are those of `centred`; the result is [8, 8].
    """
    _check(drawn)
    ink = _cut_out(drawn)
    if ink is None:
        return np.zeros((SMALL_SIDE, SMALL_SIDE), drawn.dtype)
    width = min(SMALL_WIDTH, max(1, round(SMALL_SIDE * ink.shape[1] / ink.shape[0])))
    left = (SMALL_SIDE - width) // 2
    page = np.zeros((SMALL_SIDE, SMALL_SIDE))
    page[:, left : left + width] = resized(ink, SMALL_SIDE, width)
    return like(page, drawn)


def photo_to_digit(grey: Image) -> npt.NDArray[np.uint8]:
    """Return the digit on a photograph or a scan, in the form of `centred`.

    What covers most of the edge is paper, and it may be lighter or darker than the ink; light that falls off to one
    side is evened out. What parts ink from paper is found in the shades themselves (Otsu, "A threshold selection method
    from gray-level histograms", IEEE Transactions on Systems, Man, and Cybernetics 9, 1979); specks of one or two
    pixels are left out.

    Parameters
    ----------
    grey : ndarray [H, W]
        0 to 1, or whole numbers 0 to 255; 0 is black.

    Returns
    -------
    uint8 ndarray [28, 28]
        White ink on black; empty where the image is of one shade.

    Raises
    ------
    ValueError
        If it is no image, or has a side of more than 4096 pixels.
    """
    _check(grey)
    levels = grey / 255 if grey.dtype.kind in "iu" else grey.astype(np.float64)
    # A digit needs no more to be found, and the rest is a matter of milliseconds then.
    shrink = max(max(grey.shape) / _LARGE, 1)
    levels = resized(levels, max(1, round(grey.shape[0] / shrink)), max(1, round(grey.shape[1] / shrink)))
    ink = _paper(levels) - levels
    # The side to which more differs from the paper is that of the ink.
    if np.square(np.minimum(ink, 0)).sum() > np.square(np.maximum(ink, 0)).sum():
        ink = -ink
    ink = np.maximum(ink, 0)
    most = ink.max()
    if most < 1 / _LEVELS:
        return np.zeros((SIDE, SIDE), np.uint8)
    ink /= most
    parting = _parting(ink)
    strokes = _without_specks(ink > parting)
    if not strokes.any():
        return np.zeros((SIDE, SIDE), np.uint8)
    # The soft edge of strokes belongs to them, and noise far from them does not.
    ink = np.where(_grown(strokes, 1 + max(ink.shape) // SIDE), np.maximum(ink - parting / 2, 0), 0)
    # Ink is as dark as most of it is, not as its darkest pixel.
    ink = np.minimum(ink / np.median(ink[strokes]), 1)
    return centred(np.rint(255 * ink).astype(np.uint8))


def _paper(levels: Array) -> Array:
    """Return how light the paper is at every pixel [H, W]: the plane that lies nearest to most of the edge."""
    y, x = np.mgrid[: levels.shape[0], : levels.shape[1]].astype(np.float64)
    frame = np.ones(levels.shape, bool)
    width = 1 + min(levels.shape) // 40
    frame[width:-width, width:-width] = False
    seen, shades = np.stack([np.ones(int(frame.sum())), y[frame], x[frame]], axis=1), levels[frame]
    near = np.abs(shades - np.median(shades))
    for _ in range(3):
        kept = near <= np.quantile(near, 0.8)
        plane = np.linalg.lstsq(seen[kept], shades[kept], rcond=None)[0]
        near = np.abs(shades - seen @ plane)
    return np.asarray(plane[0] + plane[1] * y + plane[2] * x)


def _without_specks(marks: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return marks [H, W] that have at least two others next to them."""
    around = np.pad(marks, 1).astype(np.int64)
    rows = around[:-2] + around[1:-1] + around[2:]
    return np.asarray(marks & (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:] > 2))


def _grown(marks: npt.NDArray[np.bool_], steps: int) -> npt.NDArray[np.bool_]:
    """Return marks with all that is so many pixels away from them at most, along each axis."""
    for axis in (0, 1):
        counts = np.cumsum(np.pad(marks, [(steps + 1, steps) if k == axis else (0, 0) for k in (0, 1)]), axis=axis)
        n = marks.shape[axis]
        upper, lower = np.arange(n) + 2 * steps + 1, np.arange(n)
        marks = np.take(counts, upper, axis) > np.take(counts, lower, axis)
    return marks


def _check(image: Image) -> None:
    if image.ndim != 2 or min(image.shape) < 1 or max(image.shape) > MAX_SIDE:
        raise ValueError(
            f"a grey image [height, width] of 1 to {MAX_SIDE} pixels a side is expected, "
            f"got an array of {' × '.join(map(str, image.shape))}"
        )
    if not np.isfinite(image).all():
        raise ValueError("the image has numbers that are not finite: give each pixel a grey level")


def _cut_out(drawn: Image) -> Array | None:
    """Return the smallest box with all that is drawn, as real numbers; None where nothing is."""
    most = float(drawn.max())
    if most <= 0:
        return None
    seen = drawn > _PALE * most
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    return np.maximum(drawn[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float64), 0)


def _fitted(ink: Array, side: int) -> Array:
    """Return a cut-out drawing so large that its longer side is `side`."""
    height, width = ink.shape
    factor = side / max(height, width)
    return resized(ink, max(1, round(height * factor)), max(1, round(width * factor)))


def _within(start: float, most: int) -> int:
    return min(max(math.floor(start + 0.5), 0), most)


def _parting(ink: Array) -> float:
    """Return the level 0 to 1 that parts two groups with the largest variance between them."""
    counts, edges = np.histogram(ink, _LEVELS, (0.0, 1.0))
    middles = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)[:-1].astype(np.float64)
    above = counts.sum() - below
    sums = np.cumsum(counts * middles)
    with np.errstate(all="ignore"):
        apart = (sums[:-1] / below - (sums[-1] - sums[:-1]) / above) ** 2
    variance = np.where((below > 0) & (above > 0), below * above * apart, 0.0)
    return float(edges[int(variance.argmax()) + 1])
