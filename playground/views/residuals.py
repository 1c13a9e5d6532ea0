"""Targets, one output, the errors between them, and what the output costs wherever it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import panel as pn
from bokeh.models import ColumnDataSource, FixedTicker, LinearAxis, Range1d, Span

from playground.assets import stylesheets
from playground.theme import GRAPH_COLORS, INK, LOSS_COLORS, NEGATIVE, PHASE_COLORS, mode
from playground.views.figures import hold_axis_sizes, plain_figure
from playground.views.plane_editor import PlaneEditor

Array = npt.NDArray[np.float64]
_MEAN, _MEDIAN, _KINKED = [9, 4], [2, 4], [7, 3]


@dataclass(frozen=True, slots=True, eq=False)
class ResidualPicture:
    """One moment.

    Attributes
    ----------
    targets : tuple of float
    output, mean : float
    median : tuple of float
        From the least to the largest median.
    outputs, absolute, squared : ndarray [M]
        Outputs along the axis, and Σ|e| and Σe² there.
    reach : (float, float)
        From where to where targets can be.
    """

    targets: tuple[float, ...]
    output: float
    mean: float
    median: tuple[float, float]
    outputs: Array
    absolute: Array
    squared: Array
    reach: tuple[float, float]


class Residuals:
    """Two Bokeh figures that are built once and mutated.

    Parameters
    ----------
    on_target : callable
        Takes which target was dragged, from 0, and to where.
    """

    def __init__(self, on_target: Callable[[int, float], Any]) -> None:
        self._dots = ColumnDataSource({"x": [], "y": []})
        self._errors = ColumnDataSource({"x": [], "d": [], "o": []})
        self.figure = plain_figure(
            "Targets, and their distance from the output", height=240, sizing_mode="stretch_width",
            x_range=Range1d(0.4, 10.6), y_range=Range1d(-10, 10), x_axis_label="target", y_axis_label="d and o",
        )  # fmt: skip
        self._bars = self.figure.segment("x", "d", "x", "o", source=self._errors, line_width=5, line_alpha=0.6).glyph
        self._output, self._mean, self._median = (
            Span(location=0, dimension="width", line_width=width, line_dash=dash)
            for width, dash in ((3, []), (2, _MEAN), (2, _MEDIAN))
        )
        for span in (self._output, self._mean, self._median):
            self.figure.add_layout(span)
        self._marks = self.figure.scatter("x", "y", source=self._dots, size=14, line_width=2).glyph
        self._editor = PlaneEditor(self.figure, lambda message: on_target(message["index"], message["y"]))
        self._editor.tool = "move"
        self._curves = ColumnDataSource({"o": [], "absolute": [], "squared": []})
        self.costs = plain_figure(
            "What each output costs", height=190, sizing_mode="stretch_width", x_range=Range1d(-10, 10),
            y_range=Range1d(0, 1), x_axis_label="output o", y_axis_label="Σ|e|",
        )  # fmt: skip
        self.costs.extra_y_ranges = {"squared": Range1d(0, 1)}
        right = LinearAxis(y_range_name="squared", axis_label="Σe²", minor_tick_line_color=None, axis_line_color=None)
        hold_axis_sizes(right)
        self.costs.add_layout(right, "right")
        self._absolute = self.costs.line("o", "absolute", source=self._curves, line_width=2.5, line_dash=_KINKED).glyph
        self._squared = self.costs.line(
            "o", "squared", source=self._curves, line_width=2.5, y_range_name="squared"
        ).glyph
        self._here = Span(location=0, dimension="height", line_width=2)
        self.costs.add_layout(self._here)
        self.legend = pn.pane.HTML("", sizing_mode="stretch_width", margin=0, stylesheets=stylesheets("views"))
        self.pane = pn.Column(
            pn.pane.Bokeh(self.figure, sizing_mode="stretch_width", margin=0), self.legend,
            pn.pane.Bokeh(self.costs, sizing_mode="stretch_width", margin=(10, 0, 0, 0)),
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        self.set_dark(False)

    def draw(self, picture: ResidualPicture) -> None:
        """Show a moment."""
        places = np.arange(1, len(picture.targets) + 1, dtype=np.float64)
        targets = np.array(picture.targets)
        self._dots.data = {"x": places, "y": targets}
        self._errors.data = {"x": places.copy(), "d": targets.copy(), "o": np.full(len(targets), picture.output)}
        self._editor.set_points(np.column_stack([places, targets]))
        self.figure.x_range.update(start=0.4, end=len(targets) + 0.6)
        self.figure.xaxis.ticker = FixedTicker(ticks=places.tolist())
        low, high = picture.reach
        self.figure.y_range.update(start=low, end=high)
        self._output.location, self._mean.location = picture.output, picture.mean
        self._median.location = sum(picture.median) / 2
        self._curves.data = {
            "o": picture.outputs.copy(), "absolute": picture.absolute.copy(), "squared": picture.squared.copy(),
        }  # fmt: skip
        self.costs.x_range.update(start=float(picture.outputs[0]), end=float(picture.outputs[-1]))
        self.costs.y_range.end = 1.05 * float(picture.absolute.max())
        self.costs.extra_y_ranges["squared"].end = 1.05 * float(picture.squared.max())
        self._here.location = picture.output

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        name = mode(dark)
        ink, gradient, target = INK[name]["ink"], GRAPH_COLORS[name]["gradient"], LOSS_COLORS[name]["test-loss"]
        forward, primary = PHASE_COLORS[name]["forward"], INK[name]["primary"]
        self._bars.line_color = gradient
        self._output.line_color = self._here.line_color = ink
        self._mean.line_color, self._median.line_color = primary, forward
        self._marks.update(fill_color=target, line_color=ink)
        self._absolute.line_color, self._squared.line_color = NEGATIVE, primary
        self._editor.set_dark(dark)
        entries = [
            legend_line(ink, 3, [], "output o"), legend_line(primary, 2, _MEAN, "mean"),
            legend_line(forward, 2, _MEDIAN, "median"), legend_line(NEGATIVE, 2.5, _KINKED, "Σ|e|, left"),
            legend_line(primary, 2.5, [], "Σe², right"),
        ]  # fmt: skip
        self.legend.object = f'<div class="np np-legend" data-theme="{name}">{"".join(entries)}</div>'


def legend_line(color: str, width: float, dash: Sequence[int], text: str) -> str:
    """Return an entry of a legend: a stroke and what it is."""
    return (
        f'<span class="entry"><svg width="36" height="12" aria-hidden="true"><path d="M0 6h36" stroke="{color}" '
        f'stroke-width="{width}" stroke-dasharray="{" ".join(map(str, dash))}"/></svg>{text}</span>'
    )
