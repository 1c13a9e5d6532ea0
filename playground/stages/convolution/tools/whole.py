"""A whole picture under the window: what the kernel, or the pooling, makes of all of it."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from functools import reduce
from typing import Any

import numpy as np
from PIL import Image

from engine.ops.window import Window
from engine.sliding import SlidingSpec
from playground.images import Floats, grey, resized

# Of a picture that is filtered whole, its longer side: enough to see what a kernel does, and quick.
LONGEST = 256
# A kernel whose weights add up to this little answers to differences: its output is shown around a middle grey.
_BALANCED = 0.05
# As strong as so many of all answers are at most: white or black.
_STRONG = 0.97


def within(picture: Floats) -> Floats:
    """Return a picture [H, W, 3] with its longer side at most `LONGEST` pixels."""
    height, width = picture.shape[:2]
    factor = LONGEST / max(height, width)
    if factor >= 1:
        return picture
    return resized(picture, max(1, round(factor * height)), max(1, round(factor * width)))


def filtered(picture: Floats, spec: SlidingSpec, filter: int = 0) -> Floats:
    """Return what the window of a spec makes of a whole picture.

    Parameters
    ----------
    picture : ndarray [H, W, C]
        With the spec's channels.
    spec : SlidingSpec
        Of two axes; its own input does not count.
    filter : int
        Which filter, in a convolution.

    Returns
    -------
    ndarray [H', W'] or, in pooling, [H', W', C]

    Raises
    ------
    ValueError
        If the picture is smaller than the window.
    """
    window = spec.layer.window(picture.shape)
    if spec.operation == "max":
        return reduce(np.maximum, _reads(picture, window, -np.inf))
    if spec.operation == "average":
        total = sum(_reads(picture, window))
        inside = sum(_reads(np.ones_like(picture), window))
        return np.asarray(total / (window.taps if spec.count_padding else inside))
    arrays = spec.arrays()
    weights = arrays["W"][..., filter].reshape(window.taps, spec.channels)
    made = np.full(window.positions(picture.shape[:2]), arrays["b"][filter])
    for seen, weight in zip(_reads(picture, window), weights, strict=True):
        if np.any(weight):
            made += seen @ weight
    return np.maximum(made, 0) if spec.relu else made


def _reads(picture: Floats, window: Window, fill: float = 0.0) -> Iterator[Floats]:
    """Go through the taps of a window: what each reads at all positions, [H', W', C]; all at once would be large."""
    padded = np.pad(picture, (*window.padding, (0, 0)), constant_values=fill)
    counts = window.positions(picture.shape[:2])
    for tap in window.each_tap():
        starts = (k + before for k, (before, _) in zip(window.place((0, 0), tap), window.padding, strict=True))
        moves = zip(starts, counts, window.stride, strict=True)
        rows, columns = (slice(start, start + (count - 1) * stride + 1, stride) for start, count, stride in moves)
        yield padded[rows, columns]


def pictures(name: str, picture: Floats, spec: SlidingSpec, filter: int = 0) -> dict[str, Any]:
    """Return a picture before and after the window, as `PicturePair.content` wants it.

    Parameters
    ----------
    name : str
        What the picture is.
    picture : ndarray [H, W, 3]
        From 0 to 1.
    spec : SlidingSpec
        Of two axes, with one channel (brightness) or three.
    filter : int
    """
    small = within(picture)
    seen = small if spec.channels == 3 else grey(small)[..., None]
    made = filtered(seen, spec, filter)
    shown, words = _shades(made, spec, filter)
    size = f"{made.shape[1]} × {made.shape[0]}"
    by = "pooling" if spec.pools else "the kernel" if spec.filters == 1 else f"filter {filter}"
    after = f"After {by}"
    return {
        "title": "The whole picture",
        "pictures": [
            {
                "source": _address(seen.squeeze()), "alt": f"{name}, before",
                "title": f"{name}: {seen.shape[1]} × {seen.shape[0]}{'' if spec.channels == 3 else ', brightness'}",
            },
            {"source": _address(shown), "alt": f"{name}, {after.lower()}", "title": f"{after}: {size}"},
        ],
        "words": [words],
    }  # fmt: skip


def _shades(made: Floats, spec: SlidingSpec, filter: int) -> tuple[Floats, str]:
    """Return numbers as shades from 0 to 1, and what the shades mean."""
    if spec.pools:
        return np.clip(made, 0, 1), "Each pixel is the largest or the mean of its window: the picture becomes coarser."
    total = float(spec.arrays()["W"][..., filter].sum())
    # The border of a padded picture answers most; it would leave everything else pale.
    strong = float(np.quantile(np.abs(made), _STRONG)) or float(np.abs(made).max()) or 1.0
    if spec.relu:
        return made / strong, "Black is 0, white a strong answer: ReLU keeps only where the kernel fits."
    if abs(total) <= _BALANCED:
        return 0.5 + made / (2 * strong), (
            "The weights add up to 0, so even areas give 0, shown as middle grey. Bright is positive, dark negative; "
            "the strongest answers are all white or black."
        )
    return np.clip(made, 0, 1), f"Shown from 0 (black) to 1 (white); the kernel's weights add up to {total:.3g}."


def _address(shades: Floats) -> str:
    """Return a picture [H, W] or [H, W, 3] as an address that holds it."""
    stream = io.BytesIO()
    Image.fromarray(np.rint(255 * np.clip(shades, 0, 1)).astype(np.uint8)).save(stream, "PNG")
    return f"data:image/png;base64,{base64.b64encode(stream.getvalue()).decode()}"
