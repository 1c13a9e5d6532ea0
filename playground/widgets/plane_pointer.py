"""The hand over a plane: a start that is clicked, dragged, or moved by keys."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, ClassVar

import param

from playground.assets import module, stylesheets
from playground.widgets.component import Component, Message

PointCallback = Callable[[str, float, float], Any]


class PlanePointer(Component):
    """
    Lies over the frame of a Bokeh figure, in a layout whose position is relative, and says where the start is wanted.

    A click or tap puts it there; its handle is dragged by mouse or finger, and moved by the arrow keys.
    """

    figure = param.String(default="", doc="The id of the figure.")
    start = param.Tuple(default=(0.0, 0.0), length=2, doc="Where the start is.")
    names = param.Tuple(default=("x", "y"), length=2, doc="What the two axes are.")
    label = param.String(default="Start", doc="What is moved, for screen readers.")

    _esm = module("component", "plane_pointer")
    _stylesheets: ClassVar[list[str]] = stylesheets("plane_pointer")

    def __init__(self, **params: Any) -> None:
        # The figure's own layers have depths of their own.
        styles = {"position": "absolute", "inset": "0", "height": "100%", "z-index": "5", "pointer-events": "none"}
        super().__init__(**{"styles": styles, "margin": 0, "sizing_mode": "stretch_width", **params})

    def on_point(
        self, callback: PointCallback, extent: Callable[[], tuple[tuple[float, float], tuple[float, float]]]
    ) -> None:
        """
        Register what is called when the start is wanted somewhere.

        Parameters
        ----------
        callback
            Takes ``drag`` while the handle is moved, or ``start`` once it is let go of, and the coordinates.
        extent
            Gives for both axes from where to where a start may lie; one from outside it is moved to its edge.
        """

        def hear(message: Message) -> None:
            kind, place = message.get("type"), (message.get("x"), message.get("y"))
            if kind not in ("start", "drag") or not all(
                isinstance(at, int | float) and math.isfinite(at) for at in place
            ):
                return
            x, y = (min(max(float(at), low), high) for at, (low, high) in zip(place, extent(), strict=True))
            callback(kind, x, y)

        self.on_message(hear)
