"""A surface in space that can be turned, with a path and points on it."""

import struct
from collections.abc import Sequence
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
MOST_TRAILS = 64
# A coordinate of a trail, from 0 to 1, is a whole number up to this; the next one stands for a gap.
_FINEST = 65534


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


def pack_trails(trails: Sequence[NDArray[np.floating]]) -> bytes:
    """
    Pack trails into the bytes of `Surface.trails`.

    Parameters
    ----------
    trails
        Up to 64 arrays [m, 3], m up to 400: x, y and z from 0 to 1, shares of the box. What lies outside the box, or is
        NaN, is a gap.

    Returns
    -------
    bytes
        Their number and all m as uint32; then all coordinates as uint16, 65535 for those of a gap.

    Raises
    ------
    ValueError
        If a shape does not fit, or there is more than can be drawn.
    """
    if len(trails) > MOST_TRAILS:
        raise ValueError(f"a surface shows up to {MOST_TRAILS} trails, got {len(trails)}: pass a part of them")
    for trail in trails:
        if trail.ndim != 2 or trail.shape[1] != 3 or len(trail) > MOST_PATH_POINTS:
            raise ValueError(
                f"a trail has shape [m, 3], m up to {MOST_PATH_POINTS}, got {list(trail.shape)}: pass one row a point"
            )
    header = struct.pack(f"<{1 + len(trails)}I", len(trails), *map(len, trails))
    places = np.concatenate(trails) if trails else np.zeros((0, 3))
    # A little beyond the box is rounding.
    inside = ((places >= -1e-6) & (places <= 1 + 1e-6)).all(axis=1, keepdims=True)
    numbers = np.where(inside, np.round(_FINEST * np.clip(np.nan_to_num(places), 0, 1)), _FINEST + 1)
    return header + numbers.astype("<u2").tobytes()


class Surface(Component):
    """
    A surface over a square, seen from a side that the student chooses.

    Dragging or the arrow keys turn it, plus and minus bring it nearer; none of this is told to Python.
    Trails move on it without the surface being sent or painted again.
    """

    frame = param.Bytes(default=b"", doc="Heights, colours, path and points, as `pack_surface` makes them.")
    lut = param.Bytes(default=theme.diverging_rgb(False), doc="Colours, 256 × red, green, blue.")
    trails = param.Bytes(default=b"", doc="Lines on the surface, as `pack_trails` makes them.")
    looks = param.List(
        default=[],
        doc="How each trail looks, a dict of `color`; and if there are `width` and `dash` of the line, `arrow` for an "
        "arrow's head, and `shape` of its head, SVG path data on a grid of 24, or `hollow`, only its outline.",
    )
    labels = param.Tuple(default=("x₁", "x₂", "ŷ"), length=3, doc="What the three axes are.")
    ranges = param.Tuple(
        default=((-6.0, 6.0), (-6.0, 6.0)), length=2, doc="What x = 0 and x = 1 stand for, and y = 0 and y = 1."
    )
    z_range = param.Tuple(
        default=(-1.0, 1.0), length=2, doc="Lowest and highest value shown; the surface is cut off there."
    )
    z_ticks = param.List(
        default=[], doc="What is written along the third axis: shares of it and texts; nothing for plain numbers."
    )
    viewpoint = param.Tuple(
        default=(-0.62, 0.52), length=2, doc="From where it is seen at first: turned by so many radians, and how high."
    )
    title = param.String(default="", doc="Stands above the surface.")
    summary = param.String(default="", doc="What there is to see, in words, for screen readers.")
    canvas_height = param.Integer(default=360, bounds=(160, 1000), doc="Height of the drawing, in pixels.")

    _esm = module(
        "component", "canvas", "surface_project", "surface_axes", "surface_paint", "surface_trails", "surface"
    )  # fmt: skip
    _stylesheets: ClassVar[list[str]] = stylesheets("surface")
