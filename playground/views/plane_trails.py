"""The line of one trail on a figure of the plane: what it has already is not sent again."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from bokeh.models import ColumnDataSource
from bokeh.plotting import figure

from playground.optimizer_marks import color, dash
from playground.theme import SURFACE, mode
from playground.views.figures import lean
from playground.views.plane_picture import Array


class TrailLine:
    """A line with a rim of the page's colour, and dots for its steps.

    Parameters
    ----------
    plot : figure
    dark : bool
    """

    def __init__(self, plot: figure, dark: bool) -> None:
        self._source = ColumnDataSource({"x": np.zeros(0, np.float32), "y": np.zeros(0, np.float32)})
        self._key, self._dashed = "", False
        self._dark = dark
        line = {"source": self._source, "line_join": "round"}
        self._rim: Any = lean(plot.line("x", "y", line_width=7, line_alpha=0.75, **line))
        self._line: Any = lean(plot.line("x", "y", line_width=3.5, **line))
        self._steps: Any = lean(plot.scatter("x", "y", source=self._source, size=7, line_width=1.5))
        self._renderers = self._rim, self._line, self._steps

    def draw(self, key: str, points: Array, steps: bool) -> None:
        """Show a trail.

        Parameters
        ----------
        key : str
            The optimizer's, or a racer's.
        points : ndarray [n, 2]
        steps : bool
            Whether each point gets a dot, on a solid line.
        """
        if (key, not steps) != (self._key, self._dashed):
            self._key, self._dashed = key, not steps
            self._dress()
        self._show(True, steps)
        known = self._points()
        wanted = points.astype(np.float32)
        if np.array_equal(known, wanted[: len(known)]):
            new = wanted[len(known) :]
            if len(new) and len(known):
                # Lists of a few numbers go with the message; arrays are messages of their own.
                self._source.stream({"x": new[:, 0].tolist(), "y": new[:, 1].tolist()})
                return
            if not len(new):
                return
        self._source.data = {"x": wanted[:, 0].copy(), "y": wanted[:, 1].copy()}

    def clear(self) -> None:
        """Show nothing."""
        self._show(False, False)
        if len(self._source.data["x"]):
            self._source.data = {"x": np.zeros(0, np.float32), "y": np.zeros(0, np.float32)}

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._dark = dark
        if self._key:
            self._dress()

    def _points(self) -> npt.NDArray[np.float32]:
        return np.stack([self._source.data["x"], self._source.data["y"]], axis=1).astype(np.float32)

    def _dress(self) -> None:
        tint, paper = color(self._key, self._dark), SURFACE[mode(self._dark)]["surface"]
        self._rim.glyph.line_color = paper
        self._line.glyph.update(line_color=tint, line_dash=dash(self._key) if self._dashed else [])
        self._steps.glyph.update(fill_color=tint, line_color=paper)

    def _show(self, line: bool, steps: bool) -> None:
        for renderer, visible in zip(self._renderers, (line, line, steps), strict=True):
            if renderer.visible != visible:
                renderer.visible = visible
