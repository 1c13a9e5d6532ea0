"""Points that are drawn by hand: added, moved and erased on a figure of the plane, by mouse or finger."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from bokeh.models import ColumnDataSource, CustomJS
from bokeh.plotting import figure

from playground.assets import STATIC
from playground.theme import INK, mode

TOOLS = ("look", "add", "move", "erase")
_GESTURES = (
    "tap", "doubletap", "press", "pressup", "panstart", "pan", "panend", "mousemove", "mouseenter", "mouseleave",
)  # fmt: skip

DrawCallback = Callable[[dict[str, Any]], Any]


class PlaneEditor:
    """Gestures on a figure as messages; the figure's own points stay as they are until somebody answers.

    Parameters
    ----------
    plot : figure
        With ranges of its own.
    callback : callable
        Takes ``{"type": "add", "x", "y"}``, ``{"type": "move", "index", "x", "y"}`` or
        ``{"type": "erase", "index"}``, once a gesture has ended.
    """

    def __init__(self, plot: figure, callback: DrawCallback) -> None:
        self._plot = plot
        self.callback = callback
        self._tool = ColumnDataSource({"name": ["look"]})
        self._points = ColumnDataSource({"x": [], "y": []})
        # What follows the pointer lives in the browser alone.
        ghost = ColumnDataSource({"x": [], "y": [], "index": [], "state": []}, syncable=False)
        # The last gestures, numbered: of two changes that arrive as one, none may get lost.
        self._heard = 0
        self._said = ColumnDataSource({"number": [], "type": [], "index": [], "x": [], "y": []})
        self._ring = plot.scatter("x", "y", source=ghost, size=18, line_width=3, fill_color=None)
        code = (STATIC / "js" / "plane_editor.js").read_text(encoding="utf-8")
        gesture = CustomJS(
            args={"plot": plot, "tool": self._tool, "points": self._points, "ghost": ghost, "said": self._said},
            code=code,
        )
        for name in _GESTURES:
            plot.js_on_event(name, gesture)
        self._tool.js_on_change("data", gesture)
        self._points.js_on_change("data", gesture)
        self._said.on_change("data", self._hear)
        self.set_dark(False)

    @property
    def tool(self) -> str:
        """What a gesture does: one of `TOOLS`."""
        return str(self._tool.data["name"][0])

    @tool.setter
    def tool(self, name: str) -> None:
        if name not in TOOLS:
            raise ValueError(f"a tool of the plane is one of {', '.join(TOOLS)}, got {name!r}")
        if name != self.tool:
            self._tool.data = {"name": [name]}

    def set_points(self, inputs: npt.NDArray[np.float64]) -> None:
        """Say which points [N, 2] can be moved and erased; their row is the index in a message."""
        self._points.data = {"x": inputs[:, 0].astype(np.float32), "y": inputs[:, 1].astype(np.float32)}

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._ring.glyph.line_color = INK[mode(dark)]["primary"]

    def _hear(self, _attr: str, _old: Any, new: dict[str, Any]) -> None:
        """Pass on the gestures that are new."""
        gestures = zip(*(new[name] for name in ("number", "type", "index", "x", "y")), strict=True)
        for number, kind, index, x, y in gestures:
            if number > self._heard:
                self._heard = number
                self._pass_on(kind, int(index), float(x), float(y))

    def _pass_on(self, kind: str, index: int, x: float, y: float) -> None:
        """Call back with a gesture, if it is one that can be: it comes from a browser."""
        message: dict[str, Any] = {"type": kind}
        if kind in ("move", "erase"):
            if not 0 <= index < len(self._points.data["x"]):
                return
            message["index"] = index
        if kind in ("add", "move"):
            ranges = self._plot.x_range, self._plot.y_range
            if not all(
                math.isfinite(at) and span.start <= at <= span.end for at, span in zip((x, y), ranges, strict=True)
            ):
                return
            message |= {"x": x, "y": y}
        if kind in ("add", "move", "erase"):
            self.callback(message)
