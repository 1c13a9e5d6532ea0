"""Loss and accuracy over the epochs, on the training and on the test set."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import panel as pn
from bokeh.models import ColumnDataSource, NumeralTickFormatter, Range1d, Span
from bokeh.plotting import figure

from playground.theme import LOSS_COLORS, mode

_COLUMNS = ("epoch", "train_loss", "train_score", "test_loss", "test_score")


def nice_ceiling(value: float) -> float:
    """Return the next 1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten: an axis that grows seldom."""
    if value <= 1:
        return 1.0
    power = 10.0 ** np.floor(np.log10(value))
    return next(float(step * power) for step in (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * power >= value)


class CurvesView:
    """Two Bokeh figures with one source; a vertical line marks the moment that is looked at."""

    def __init__(self) -> None:
        self._source = ColumnDataSource({name: [] for name in _COLUMNS})
        self._lines: dict[str, Any] = {}
        self._loss = self._figure("Loss", "train_loss", "test_loss")
        self._score = self._figure("Accuracy", "train_score", "test_score")
        self._score.x_range = self._loss.x_range
        self._score.xaxis.axis_label = "epoch"
        self._marks = [Span(location=0, dimension="height", line_dash="dotted", line_width=2) for _ in range(2)]
        for plot, mark in zip((self._loss, self._score), self._marks, strict=True):
            plot.add_layout(mark)
        self.set_dark(False)
        self.pane = pn.Column(
            *(pn.pane.Bokeh(plot, sizing_mode="stretch_width", margin=0) for plot in (self._loss, self._score)),
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip

    def _figure(self, title: str, train: str, test: str) -> figure:
        plot = figure(
            height=150, sizing_mode="stretch_width", tools="", toolbar_location=None, title=title, min_border=4,
            x_range=Range1d(0, 1), y_range=Range1d(0, 1.02),
        )  # fmt: skip
        plot.title.text_font_size = "15px"
        plot.xaxis.major_label_text_font_size = plot.yaxis.major_label_text_font_size = "13px"
        plot.xaxis.axis_label_text_font_size = "13px"
        plot.axis.minor_tick_line_color = None
        plot.axis.axis_line_color = None
        plot.xgrid.visible = False
        plot.outline_line_color = None
        plot.yaxis.ticker.desired_num_ticks = 4
        plot.xaxis.ticker.desired_num_ticks = 5
        # 200k, not 2.000e+5.
        plot.xaxis.formatter = NumeralTickFormatter(format="0.[00]a")
        # Both lines also differ in dash: colour alone would not do for everybody.
        for column, dash in ((train, "solid"), (test, "dashed")):
            self._lines[column] = plot.line(
                "epoch", column, source=self._source, line_width=2.5, line_dash=dash
            )
        return plot

    def set_score_title(self, title: str) -> None:
        """Name the second figure: accuracy, or R² where the targets are real numbers."""
        self._score.title.text = title

    def draw(self, curve: npt.NDArray[np.float32], epoch: float) -> None:
        """Show rows of (epoch, train loss, train score, test loss, test score), and mark an epoch."""
        self._source.data = {name: np.ascontiguousarray(curve[:, k]) for k, name in enumerate(_COLUMNS)}
        for mark in self._marks:
            mark.location = epoch
        # Ranges of our own: automatic ones complain while there is no data, and jump with every point.
        self._loss.x_range.end = max(1.0, nice_ceiling(float(curve[-1, 0])))
        for plot, columns, least in ((self._loss, [1, 3], 0.05), (self._score, [2, 4], 1.02)):
            values = curve[:, columns]
            finite = values[np.isfinite(values)]
            top = float(finite.max()) if len(finite) else least
            bottom = float(finite.min()) if len(finite) else 0.0
            plot.y_range.update(start=min(0.0, max(-1.0, bottom)), end=max(least, 1.05 * top if least < 1 else least))

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        colors = LOSS_COLORS[mode(dark)]
        for column, line in self._lines.items():
            line.glyph.line_color = colors["train-loss" if column.startswith("train") else "test-loss"]
        for mark in self._marks:
            mark.line_color = colors["train-loss"]
