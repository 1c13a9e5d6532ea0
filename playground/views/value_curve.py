"""One number over the steps: the loss that gradient descent brings down."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import panel as pn
from bokeh.models import BasicTicker, ColumnDataSource, NumeralTickFormatter, Range1d, Span

from playground.theme import LOSS_COLORS, mode
from playground.views.figures import plain_figure

# Beyond this a curve says nothing but that it has left the figure.
_HIGHEST = 1e9


class ValueCurve:
    """A Bokeh figure with one line; a vertical one marks the step that is looked at."""

    def __init__(self) -> None:
        self._source = ColumnDataSource({"step": [], "value": []})
        self.figure = plain_figure(
            "", height=190, sizing_mode="stretch_width", x_range=Range1d(0, 1), y_range=Range1d(0, 1)
        )
        self.figure.xaxis.axis_label = "step"
        self.figure.yaxis.ticker = BasicTicker(desired_num_ticks=4)
        self.figure.xaxis.ticker = BasicTicker(desired_num_ticks=5, min_interval=1)
        self.figure.xaxis.formatter = NumeralTickFormatter(format="0.[00]a")
        self._line = self.figure.line("step", "value", source=self._source, line_width=2.5)
        # A single step is a dot: a line of one point cannot be seen.
        self._dots = self.figure.scatter("step", "value", source=self._source, size=6)
        self._mark = Span(location=0, dimension="height", line_dash="dotted", line_width=2)
        self.figure.add_layout(self._mark)
        self.set_dark(False)
        self.pane = pn.pane.Bokeh(self.figure, sizing_mode="stretch_width", margin=0)

    def draw(self, curve: npt.NDArray[np.float64], step: float, title: str) -> None:
        """Show rows of (step, value), and mark a step.

        Parameters
        ----------
        curve : ndarray, shape [T, 2]
        step : float
        title : str
        """
        shown = curve[np.isfinite(curve[:, 1]) & (np.abs(curve[:, 1]) < _HIGHEST)]
        self._source.data = {"step": shown[:, 0].copy(), "value": shown[:, 1].copy()}
        self._dots.visible = len(shown) <= 60
        self._mark.location = step
        self.figure.title.text = title
        self.figure.x_range.end = max(5.0, float(curve[:, 0].max(initial=0.0)))
        low, high = float(shown[:, 1].min(initial=0.0)), float(shown[:, 1].max(initial=0.0))
        room = 0.06 * max(high - low, 1e-9)
        self.figure.y_range.update(start=low - room * (low < 0), end=high + room)

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        color = LOSS_COLORS[mode(dark)]["train-loss"]
        self._line.glyph.line_color = self._mark.line_color = color
        self._dots.glyph.update(fill_color=color, line_color=color)
