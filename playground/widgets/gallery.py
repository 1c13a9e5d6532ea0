"""Thumbnails of data sets to choose from."""

from typing import ClassVar

import numpy as np
import param
from numpy.typing import NDArray

from playground import theme
from playground.assets import module, stylesheets
from playground.widgets.component import Component

# The largest coordinate of a thumbnail, in the signed bytes that its points are sent in.
REACH = 127


def pack_points(
    inputs: NDArray[np.floating], targets: NDArray[np.floating] | NDArray[np.integer], *, real: bool = False
) -> bytes:
    """
    Pack points into the bytes of an item's `points`, three a point.

    Parameters
    ----------
    inputs
        [N, 2]. The origin comes to the middle of the square, the outermost coordinate to its edge. Some 200
        points show a set at this size.
    targets
        [N]: class indices 0 to 255; with `real` values, of which −1 to 1 spans the look-up table and what lies
        beyond is held at its ends.
    real
        Whether the targets are real numbers.

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        If the shapes do not fit each other, or a number is not finite.
    """
    if inputs.ndim != 2 or inputs.shape[1] != 2 or targets.shape != inputs.shape[:1]:
        raise ValueError(
            f"points have inputs [N, 2] and targets [N], got {list(inputs.shape)} and {list(targets.shape)}: "
            "pass one row and one target a point"
        )
    if not (np.isfinite(inputs).all() and np.isfinite(targets).all()):
        raise ValueError("points are finite, got NaN or infinity: remove or replace those rows")
    packed = np.empty((len(inputs), 3), np.uint8)
    farthest = np.abs(inputs).max(initial=0.0)
    places = np.rint(inputs * (REACH / farthest if farthest > 0 else 0.0))
    packed[:, :2] = places.astype(np.int8).view(np.uint8)
    packed[:, 2] = np.clip(targets, -1, 1) * 127.5 + 127.5 if real else targets
    return packed.tobytes()


class DataGallery(Component):
    """
    Small pictures of data sets, one of which is chosen.

    To the keyboard and to screen readers it is one group of radio buttons: the arrows move and choose.

    Messages: `choose` with `key`.
    """

    items = param.List(
        default=[],
        doc="""
        One dict an item: `key`; `title`; `sentence`, shown on a card when it is pointed at; `group`, the
        heading it stands under; `points` as `pack_points` makes them, without which it shows an icon; `real`
        if its colours come from `lut` instead of `colors`.""",
    )
    value = param.String(default="", doc="Key of the chosen item; empty for none.")
    label = param.String(default="Data set", doc="What is chosen, for screen readers.")
    colors = param.List(default=theme.CLASS_COLORS, doc="Colours of the classes, `#rrggbb`.")
    lut = param.Bytes(
        default=theme.diverging_rgb(False), doc="Colours of real targets, 256 × red, green, blue."
    )

    _esm = module("component", "canvas", "card", "gallery")
    _stylesheets: ClassVar[list[str]] = stylesheets("card", "gallery")
