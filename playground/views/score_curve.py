"""What a network says to one class while something of the image is changed: a curve, and where it stands on it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import panel as pn
from bokeh.models import ColumnDataSource, HoverTool, Range1d, Span

from playground.theme import INK, LOSS_COLORS, mode
from playground.views.figures import lean, plain_figure

Array = npt.NDArray[np.floating]


class ScoreCurve:
    """One Bokeh figure.

    Parameters
    ----------
    height : int
        In pixels.
    """

    def __init__(self, height: int = 220) -> None:
        self._source = ColumnDataSource({"x": [], "y": []})
        self.figure = plain_figure(
            "", height=height, sizing_mode="stretch_width", x_range=Range1d(-1, 1), y_range=Range1d(0, 1),
            x_axis_label="shift",
        )  # fmt: skip
        self._line = lean(self.figure.line("x", "y", source=self._source, line_width=2.5))
        self._dots = lean(self.figure.scatter("x", "y", source=self._source, size=6))
        self._mark = Span(location=0, dimension="height", line_dash="dotted", line_width=2)
        self.figure.add_layout(self._mark)
        self.figure.add_tools(
            HoverTool(renderers=[self._dots], tooltips=[("", "$x{0.[00]}"), ("", "@y{0.[000]}")], mode="vline")
        )
        self.pane = pn.pane.Bokeh(self.figure, sizing_mode="stretch_width", margin=0)
        self.set_dark(False)

    def draw(self, x: Array, y: Array, at: float, title: str, x_label: str, probabilities: bool = True) -> None:
        """Show a curve.

        Parameters
        ----------
        x, y : ndarray [n]
        at : float
            Where it stands.
        title, x_label : str
        probabilities : bool
            Whether the axis goes from 0 to 1.
        """
        self._source.data = {"x": np.array(x, np.float32), "y": np.array(y, np.float32)}
        self.figure.x_range.update(start=float(x[0]), end=float(x[-1]))
        low, high = (0.0, 1.0) if probabilities else (float(np.min(y)), float(np.max(y)))
        room = 0.05 * max(high - low, 1e-9)
        self.figure.y_range.update(start=low - room, end=high + room)
        self._mark.location = at
        if self.figure.title.text != title:
            self.figure.title.text = title
        if self.figure.xaxis[0].axis_label != x_label:
            self.figure.xaxis.axis_label = x_label

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        name = mode(dark)
        color = INK[name]["primary"]
        self._line.glyph.line_color = color
        self._dots.glyph.update(fill_color=color, line_color=color)
        self._mark.line_color = LOSS_COLORS[name]["train-loss"]
