"""Losses over the margin, with a dot on each that can be dragged along."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource, Range1d, Span

from engine.loss_curves import MARGIN_LOSSES
from playground.assets import stylesheets
from playground.theme import GRAPH_COLORS, INK, LOSS_COLORS, NEGATIVE, PHASE_COLORS, mode
from playground.views.figures import plain_figure
from playground.views.plane_editor import PlaneEditor
from playground.views.residuals import legend_line

REACH, HIGHEST = 3.0, 6.0
DASHES: dict[str, list[int]] = {
    "zero_one": [2, 3], "hinge": [], "exponential": [9, 4], "logistic": [9, 3, 2, 3], "natural": [5, 3],
}  # fmt: skip
_POINTS = 241


def tones(dark: bool) -> dict[str, str]:
    """Return the color of each loss by its key."""
    name = mode(dark)
    return {
        "zero_one": INK[name]["muted"], "hinge": INK[name]["primary"], "exponential": NEGATIVE,
        "logistic": LOSS_COLORS[name]["test-loss"], "natural": PHASE_COLORS[name]["forward"],
    }  # fmt: skip


class MarginCurves:
    """A Bokeh figure that is built once and mutated.

    Parameters
    ----------
    on_margin : callable
        Takes the margin to which a dot was dragged.
    """

    def __init__(self, on_margin: Callable[[float], Any]) -> None:
        self.figure = plain_figure(
            "Losses of the margin", height=360, sizing_mode="stretch_width", x_range=Range1d(-REACH, REACH),
            y_range=Range1d(-0.2, HIGHEST), x_axis_label="margin m = y·s", y_axis_label="loss",
        )  # fmt: skip
        at = np.linspace(-REACH, REACH, _POINTS)
        self._lines: dict[str, Any] = {}
        for key, loss in MARGIN_LOSSES.items():
            values = loss.value(at)
            if key == "zero_one":
                # A jump is no line: the piece on the right begins anew.
                source = {"x": [-REACH, 0, np.nan, 0, REACH], "y": [1, 1, np.nan, 0, 0]}
            else:
                source = {"x": at, "y": values}
            self._lines[key] = self.figure.line(
                "x", "y", source=ColumnDataSource(source), line_width=2.8, line_dash=DASHES[key]
            )
        self._here = Span(location=0, dimension="height", line_width=1.5, line_dash="dotted")
        self.figure.add_layout(self._here)
        self._dots = ColumnDataSource({"x": [], "y": [], "color": []})
        self._marks = self.figure.scatter("x", "y", source=self._dots, size=13, fill_color="color", line_width=2).glyph
        self._editor = PlaneEditor(self.figure, lambda message: on_margin(message["x"]))
        self._editor.tool = "move"
        self.legend = pn.pane.HTML("", sizing_mode="stretch_width", margin=0, stylesheets=stylesheets("views"))
        self.pane = pn.Column(
            pn.pane.Bokeh(self.figure, sizing_mode="stretch_width", margin=0), self.legend,
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        self._shown: tuple[float, tuple[str, ...]] = (0.0, tuple(MARGIN_LOSSES))
        self.set_dark(False)

    def draw(self, margin: float, keys: tuple[str, ...]) -> None:
        """Show some of the losses, and where the margin is."""
        self._shown = (margin, keys)
        for key, line in self._lines.items():
            if line.visible != (key in keys):
                line.visible = key in keys
        self._here.location = margin
        heights = {key: float(MARGIN_LOSSES[key].value(margin)) for key in keys}
        places = np.array([(margin, height) for height in heights.values()])
        colors = tones(self._dark)
        self._dots.data = {"x": places[:, 0], "y": places[:, 1], "color": [colors[key] for key in keys]}
        self._editor.set_points(places)
        entries = [legend_line(colors[key], 2.8, DASHES[key], MARGIN_LOSSES[key].title) for key in keys]
        text = f'<div class="np np-legend" data-theme="{mode(self._dark)}">{"".join(entries)}</div>'
        if self.legend.object != text:
            self.legend.object = text

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._dark = dark
        for key, color in tones(dark).items():
            self._lines[key].glyph.line_color = color
        self._here.line_color = GRAPH_COLORS[mode(dark)]["gradient"]
        self._marks.line_color = INK[mode(dark)]["ink"]
        self._editor.set_dark(dark)
        self.draw(*self._shown)
