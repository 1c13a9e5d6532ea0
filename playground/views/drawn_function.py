"""A decision function of one feature that is drawn by moving its points."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import panel as pn
from bokeh.models import ColumnDataSource, Range1d, Span
from bokeh.plotting import figure

from playground.theme import INK, SURFACE, SYMBOL_COLORS, mode
from playground.views.figures import plain_figure
from playground.views.plane_editor import PlaneEditor

Array = npt.NDArray[np.float64]

TITLE = "Your decision function y(x₁)"


class DrawnFunction:
    """A Bokeh figure with points to drag, joined by straight lines.

    Parameters
    ----------
    moved : callable
        Takes the number of a point, and how high it was put.
    reach : float
        The axis of y goes so far from 0 either way.
    """

    def __init__(self, moved: Callable[[int, float], Any], reach: float) -> None:
        self._source = ColumnDataSource({"x": [], "y": []})
        self.figure: figure = plain_figure(
            TITLE, height=230, sizing_mode="stretch_width", x_range=Range1d(0, 1), y_range=Range1d(-reach, reach),
            y_axis_label="y", x_axis_label="x₁",
        )  # fmt: skip
        self._zero = Span(location=0, dimension="width", line_width=2, line_dash="dashed")
        self.figure.add_layout(self._zero)
        self._line = self.figure.line("x", "y", source=self._source, line_width=3).glyph
        self._grips = self.figure.scatter("x", "y", source=self._source, size=14, line_width=3).glyph
        self._editor = PlaneEditor(self.figure, lambda message: moved(message["index"], message["y"]))
        self._editor.tool = "move"
        self.pane = pn.pane.Bokeh(self.figure, sizing_mode="stretch_width", margin=0)
        self.set_dark(False)

    def draw(self, places: tuple[float, ...], values: tuple[float, ...], frame: tuple[float, float]) -> None:
        """Show the function of these points.

        Parameters
        ----------
        places, values : tuple of float
        frame : tuple of float
            From where to where the axis of x₁ goes: the function is constant beyond its outer points.
        """
        if self.figure.x_range.start != frame[0] or self.figure.x_range.end != frame[1]:
            self.figure.x_range.update(start=frame[0], end=frame[1])
        if list(self._source.data["y"]) != list(values) or list(self._source.data["x"]) != list(places):
            self._source.data = {"x": list(places), "y": list(values)}
            self._editor.set_points(np.column_stack([places, values]))

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        name = mode(dark)
        color = SYMBOL_COLORS[name]["weight"]
        self._line.line_color = color
        self._zero.line_color = INK[name]["muted"]
        self._grips.update(fill_color=SURFACE[name]["surface"], line_color=color)
        self._editor.set_dark(dark)
