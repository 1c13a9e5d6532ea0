"""The number of errors and the cross-entropy while a line is turned: a staircase and a smooth curve."""

from __future__ import annotations

from html import escape

import numpy as np
import numpy.typing as npt
import panel as pn
from bokeh.models import ColumnDataSource, LinearAxis, Range1d, Span

from playground.assets import stylesheets
from playground.theme import GRAPH_COLORS, INK, LOSS_COLORS, mode
from playground.views.figures import hold_axis_sizes, plain_figure

Array = npt.NDArray[np.float64]

ERRORS, COST = "errors", "cross-entropy"
_DASH = "7 3"


class AngleCurve:
    """One Bokeh figure with a scale for the errors on the left and one for the cross-entropy on the right."""

    def __init__(self) -> None:
        self._source = ColumnDataSource({"angle": [], "errors": [], "cost": []})
        self.figure = plain_figure(
            "Turning the line: errors and cross-entropy", height=300, sizing_mode="stretch_width",
            x_range=Range1d(-1, 1), y_range=Range1d(0, 1), x_axis_label="turned by, degrees", y_axis_label=ERRORS,
        )  # fmt: skip
        self.figure.extra_y_ranges = {"cost": Range1d(0, 1)}
        right = LinearAxis(
            y_range_name="cost", axis_label=COST, minor_tick_line_color=None, axis_line_color=None
        )
        hold_axis_sizes(right)
        self.figure.add_layout(right, "right")
        self._steps = self.figure.step(
            "angle", "errors", source=self._source, mode="center", line_width=2.5, line_dash=[7, 3]
        ).glyph
        self._line = self.figure.line(
            "angle", "cost", source=self._source, line_width=2.5, y_range_name="cost"
        ).glyph
        self._mark = Span(location=0, dimension="height", line_dash="dotted", line_width=2)
        self.figure.add_layout(self._mark)
        self._legend = pn.pane.HTML("", sizing_mode="stretch_width", margin=0, stylesheets=stylesheets("views"))
        self.pane = pn.Column(
            pn.pane.Bokeh(self.figure, sizing_mode="stretch_width", margin=0), self._legend,
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        self.set_dark(False)

    def draw(self, angles: Array, errors: Array, costs: Array) -> None:
        """Show both curves over angles [K], in degrees from the line as it stands."""
        self._source.data = {"angle": angles.copy(), "errors": errors.copy(), "cost": costs.copy()}
        self.figure.x_range.update(start=float(angles[0]), end=float(angles[-1]))
        self.figure.y_range.end = 1.08 * max(float(errors.max()), 1.0)
        self.figure.extra_y_ranges["cost"].end = 1.08 * max(float(costs.max()), 1e-9)

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        name = mode(dark)
        colors = {ERRORS: GRAPH_COLORS[name]["gradient"], COST: INK[name]["primary"]}
        self._steps.line_color, self._line.line_color = colors[ERRORS], colors[COST]
        self._mark.line_color = LOSS_COLORS[name]["train-loss"]
        entries = [
            f'<span class="entry"><svg width="40" height="12" aria-hidden="true"><path d="M0 6h40" '
            f'stroke="{colors[key]}" stroke-width="2.5" stroke-dasharray="{dash}"/></svg>{escape(text)}</span>'
            for key, dash, text in ((ERRORS, _DASH, "errors, left"), (COST, "", "cross-entropy, right"))
        ]
        self._legend.object = f'<div class="np np-legend" data-theme="{name}">{"".join(entries)}</div>'
