"""A surface in space that can be turned, with a path and points on it."""

import struct
from typing import ClassVar

import numpy as np
import param
from numpy.typing import NDArray

from playground import theme
from playground.assets import module, stylesheets
from playground.widgets.component import Component

HEADER = struct.Struct("<3I")
# More than this cannot be painted anew within a frame.
MOST_SIDE = 61
MOST_PATH_POINTS = 400
MOST_POINTS = 1000


def pack_surface(
    heights: NDArray[np.floating],
    colors: NDArray[np.uint8],
    path: NDArray[np.floating] | None = None,
    points: NDArray[np.floating] | None = None,
) -> bytes:
    """
    Pack a surface into the bytes of `Surface.frame`.

    Parameters
    ----------
    heights
        [n, n], n from 2 to 61: row i stands at y = i / (n − 1), column j at x = j / (n − 1). NaN is a hole.
    colors
        [n, n], indices of the look-up table.
    path
        [m, 3]: x and y from 0 to 1, z as heights; where the training went, from old to new. Of a longer one 400
        points are kept, evenly chosen, the first and last among them.
    points
        [k, 4], k up to 1000: x and y from 0 to 1, z as heights, and an index of the look-up table.

    Returns
    -------
    bytes
        Header of n, m and k as uint32; heights as float32; colours as bytes, with zeros up to the next multiple of
        four; path and points as float32.

    Raises
    ------
    ValueError
        If a shape does not fit, or there is more than can be drawn.
    """
    side = len(heights)
    if not 2 <= side <= MOST_SIDE or heights.shape != (side, side) or colors.shape != (side, side):
        raise ValueError(
            f"a surface has heights and colors [n, n] with n from 2 to {MOST_SIDE}, got {list(heights.shape)} and "
            f"{list(colors.shape)}: compute both on one square grid"
        )
    path = np.zeros((0, 3)) if path is None else path
    points = np.zeros((0, 4)) if points is None else points
    for name, array, columns in (("path", path, 3), ("points", points, 4)):
        if array.ndim != 2 or array.shape[1] != columns:
            raise ValueError(f"{name} has shape [n, {columns}], got {list(array.shape)}: pass one row a point")
    if len(points) > MOST_POINTS:
        raise ValueError(f"a surface shows up to {MOST_POINTS} points, got {len(points)}: pass a part of them")
    if len(path) > MOST_PATH_POINTS:
        path = path[np.linspace(0, len(path) - 1, MOST_PATH_POINTS).round().astype(int)]
    indices = colors.astype(np.uint8, copy=False).tobytes()
    # What explodes becomes infinite on its way to the browser, and is drawn as far as the box goes.
    with np.errstate(over="ignore"):
        numbers = [array.astype("<f4").tobytes() for array in (heights, path, points)]
    header = HEADER.pack(side, len(path), len(points))
    return b"".join((header, numbers[0], indices, bytes(-len(indices) % 4), *numbers[1:]))


class Surface(Component):
    """
    A surface over a square, seen from a side that the student chooses.

    Dragging or the arrow keys turn it, plus and minus bring it nearer; none of this is told to Python.
    """

    frame = param.Bytes(default=b"", doc="Heights, colours, path and points, as `pack_surface` makes them.")
    lut = param.Bytes(default=theme.diverging_rgb(False), doc="Colours, 256 × red, green, blue.")
    labels = param.Tuple(default=("x₁", "x₂", "ŷ"), length=3, doc="What the three axes are.")
    ranges = param.Tuple(
        default=((-6.0, 6.0), (-6.0, 6.0)), length=2, doc="What x = 0 and x = 1 stand for, and y = 0 and y = 1."
    )
    z_range = param.Tuple(
        default=(-1.0, 1.0), length=2, doc="Lowest and highest value shown; the surface is cut off there."
    )
    title = param.String(default="", doc="Stands above the surface.")
    summary = param.String(default="", doc="What there is to see, in words, for screen readers.")
    canvas_height = param.Integer(default=360, bounds=(160, 1000), doc="Height of the drawing, in pixels.")

    _esm = module("component", "canvas", "surface_project", "surface_axes", "surface_paint", "surface")
    _stylesheets: ClassVar[list[str]] = stylesheets("surface")
