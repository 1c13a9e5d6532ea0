"""Loss and accuracy over the epochs, on the training and on the test set."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import panel as pn
from bokeh.models import (
    BasicTicker,
    BasicTickFormatter,
    ColumnDataSource,
    CrosshairTool,
    FixedTicker,
    HoverTool,
    NumeralTickFormatter,
    Range1d,
    Span,
)
from bokeh.plotting import figure

from playground.assets import stylesheets
from playground.theme import LOSS_COLORS, mode
from playground.views.figures import log_limits, plain_figure, power_formatter

_COLUMNS = ("epoch", "train_loss", "train_score", "test_loss", "test_score")
# Of the loss on a logarithmic axis: what is smaller, zero too, lies at the bottom.
LOG_FLOOR = 1e-8
# What the loss's lines show: the loss, or its logarithm.
_SHOWN = {"train_loss": "train_shown", "test_loss": "test_shown"}
# A second run has the same colours, and is thinner and paler.
_PINNED_WIDTH, _PINNED_ALPHA = 1.5, 0.6


def nice_ceiling(value: float) -> float:
    """Return the next 1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten: an axis that grows seldom."""
    if value <= 1:
        return 1.0
    power = 10.0 ** np.floor(np.log10(value))
    return next(float(step * power) for step in (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * power >= value)


def log_loss(values: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
    """Return the decimal logarithm of losses [T]: of zero that of `LOG_FLOOR`, of what is not finite NaN."""
    finite = np.where(np.isfinite(values), values, np.nan)
    return np.log10(np.maximum(finite, LOG_FLOOR)).astype(np.float32)


class CurvesView:
    """Two Bokeh figures with one source; a vertical line marks the moment that is looked at."""

    def __init__(self) -> None:
        self._source = ColumnDataSource({name: [] for name in (*_COLUMNS, *_SHOWN.values())})
        self._pinned = ColumnDataSource({name: [] for name in (*_COLUMNS, *_SHOWN.values())})
        # Where the test loss was smallest: there one would have stopped.
        self._valley = ColumnDataSource({"epoch": [], "loss": []})
        self._lines: dict[str, Any] = {}
        self._pinned_lines: dict[str, Any] = {}
        self._loss = self._figure("Loss", "train_loss", "test_loss")
        self._score = self._figure("Accuracy", "train_score", "test_score")
        self._score.x_range = self._loss.x_range
        self._valley_mark = self._loss.scatter(
            "epoch", "loss", source=self._valley, size=12, line_width=3, fill_color=None
        ).glyph
        self._score.xaxis.axis_label = "epoch"
        self._score.height = 175
        self._marks = [Span(location=0, dimension="height", line_dash="dotted", line_width=2) for _ in range(2)]
        for plot, mark in zip((self._loss, self._score), self._marks, strict=True):
            plot.add_layout(mark)
        self._linear_axis = self._loss.yaxis.ticker, BasicTickFormatter()
        self._loss.yaxis.formatter = self._linear_axis[1]
        self._log_axis = FixedTicker(ticks=[]), power_formatter()
        self._add_hover()
        self._log = self._has_pinned = False
        self._last: tuple[npt.NDArray[np.float32], float, npt.NDArray[np.float32] | None] | None = None
        self._legend = pn.pane.HTML("", sizing_mode="stretch_width", margin=0, stylesheets=stylesheets("views"))
        self.set_dark(False)
        self.pane = pn.Column(
            self._legend,
            *(pn.pane.Bokeh(plot, sizing_mode="stretch_width", margin=0) for plot in (self._loss, self._score)),
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip

    @property
    def figures(self) -> tuple[figure, figure]:
        """The Bokeh figures of loss and score, to be saved as pictures."""
        return self._loss, self._score

    def _figure(self, title: str, train: str, test: str) -> figure:
        plot = plain_figure(
            title, height=150, sizing_mode="stretch_width", x_range=Range1d(0, 1), y_range=Range1d(0, 1.02)
        )
        plot.yaxis.ticker = BasicTicker(desired_num_ticks=4)
        plot.xaxis.ticker.desired_num_ticks = 5
        # 200k, not 2.000e+5.
        plot.xaxis.formatter = NumeralTickFormatter(format="0.[00]a")
        # Both lines also differ in dash: colour alone would not do for everybody.
        for column, dash in ((train, "solid"), (test, "dashed")):
            self._lines[column] = plot.line(
                "epoch", _SHOWN.get(column, column), source=self._source, line_width=2.5, line_dash=dash
            )
        return plot

    def _add_pinned_lines(self) -> None:
        """Add the lines of a second run, beneath the others; most visitors never pin one."""
        for column, line in self._lines.items():
            plot = self._loss if column.endswith("loss") else self._score
            self._pinned_lines[column] = plot.line(
                "epoch", line.glyph.y, source=self._pinned, line_width=_PINNED_WIDTH, line_alpha=_PINNED_ALPHA,
                line_dash=line.glyph.line_dash, line_color=line.glyph.line_color, level="underlay",
            )  # fmt: skip

    def _add_hover(self) -> None:
        """Tell at either figure all four values of the epoch under the pointer, with one line through both."""
        line = Span(dimension="height", line_width=1)
        self._hovers: list[HoverTool] = []
        for plot, column in ((self._loss, "train_loss"), (self._score, "train_score")):
            hover = HoverTool(
                renderers=[self._lines[column]], mode="vline", line_policy="nearest",
                formatters={f"@{name}": "printf" for name in _COLUMNS},
            )  # fmt: skip
            plot.add_tools(hover, CrosshairTool(overlay=line))
            self._hovers.append(hover)
        self._hover_line = line
        self._set_tooltips("accuracy")

    def _set_tooltips(self, score: str) -> None:
        tooltips = [
            ("epoch", "@epoch{%.4g}"),
            ("training loss", "@train_loss{%.4g}"),
            ("test loss", "@test_loss{%.4g}"),
            (f"training {score}", "@train_score{%.3f}"),
            (f"test {score}", "@test_score{%.3f}"),
        ]
        for hover in self._hovers:
            hover.tooltips = tooltips

    def set_score_title(self, title: str) -> None:
        """Name the second figure: accuracy, or R² where the targets are real numbers."""
        self._score.title.text = title
        self._set_tooltips(title.lower() if title == "Accuracy" else title)

    def set_log(self, log: bool) -> None:
        """Show the loss in powers of ten, or as it is; what is there already is drawn anew."""
        if log == self._log:
            return
        self._log = log
        if self._last is not None:
            self.draw(*self._last)
        else:
            self._draw_loss_axis(np.zeros(0, np.float32))
        self._loss.title.text = "Loss (powers of ten)" if log else "Loss"

    def draw(
        self, curve: npt.NDArray[np.float32], epoch: float, other: npt.NDArray[np.float32] | None = None
    ) -> None:
        """Show rows of (epoch, train loss, train score, test loss, test score), and mark an epoch.

        Parameters
        ----------
        curve : ndarray, shape [T, 5]
        epoch : float
        other : ndarray, shape [S, 5], optional
            The same of a second run, the pinned one, which is drawn thinner and paler.
        """
        self._last = curve, epoch, other
        self._source.data = self._columns(curve)
        self._draw_valley(curve)
        if other is not None and not self._pinned_lines:
            self._add_pinned_lines()
        if other is not None or self._has_pinned:
            self._pinned.data = self._columns(other if other is not None else curve[:0])
        if self._has_pinned != (other is not None):
            self._has_pinned = other is not None
            self._draw_legend()
        for mark in self._marks:
            mark.location = epoch
        both = curve if other is None else np.concatenate([curve, other])
        # Ranges of our own: automatic ones complain while there is no data, and jump with every point.
        self._loss.x_range.end = max(1.0, nice_ceiling(float(both[:, 0].max())))
        self._draw_loss_axis(both[:, [1, 3]])
        self._fit(self._score, both[:, [2, 4]], 1.02)

    def _draw_valley(self, curve: npt.NDArray[np.float32]) -> None:
        """Mark the smallest test loss, where the loss has turned since."""
        test = np.where(np.isfinite(curve[:, 3]), curve[:, 3], np.inf)
        place = int(np.argmin(test)) if len(test) else 0
        turned = 0 < place < len(test) - 1
        shown = self._source.data[_SHOWN["test_loss"]]
        marked = {
            "epoch": curve[place : place + 1, 0].copy() if turned else [],
            "loss": shown[place : place + 1].copy() if turned else [],
        }
        before = bool(len(self._valley.data["epoch"]))
        if turned or before:
            self._valley.data = marked
        if turned != before:
            self._draw_legend()

    def _columns(self, curve: npt.NDArray[np.float32]) -> dict[str, npt.NDArray[np.float32]]:
        columns = {name: curve[:, k].copy() for k, name in enumerate(_COLUMNS)}
        for name, shown in _SHOWN.items():
            columns[shown] = log_loss(columns[name]) if self._log else columns[name].copy()
        return columns

    def _draw_loss_axis(self, values: npt.NDArray[np.float32]) -> None:
        axis = self._loss.yaxis
        if not self._log:
            axis.ticker, axis.formatter = self._linear_axis
            self._fit(self._loss, values, 0.05)
            return
        low, high = log_limits(values, LOG_FLOOR)
        # At most five labels fit.
        ticks = list(range(low, high + 1, -(-(high - low) // 4)))
        self._log_axis[0].ticks = ticks
        axis.ticker, axis.formatter = self._log_axis
        self._loss.y_range.update(start=low - 0.05, end=high + 0.05)

    @staticmethod
    def _fit(plot: figure, values: npt.NDArray[np.float32], least: float) -> None:
        finite = values[np.isfinite(values)]
        top = float(finite.max()) if len(finite) else least
        bottom = float(finite.min()) if len(finite) else 0.0
        plot.y_range.update(start=min(0.0, max(-1.0, bottom)), end=max(least, 1.05 * top if least < 1 else least))

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._dark = dark
        colors = LOSS_COLORS[mode(dark)]
        for lines in (self._lines, self._pinned_lines):
            for column, line in lines.items():
                line.glyph.line_color = colors["train-loss" if column.startswith("train") else "test-loss"]
        for mark in (*self._marks, self._hover_line):
            mark.line_color = colors["train-loss"]
        self._valley_mark.line_color = colors["test-loss"]
        self._draw_legend()

    def _draw_legend(self) -> None:
        entries = [_key("train", 2.5, "", 1.0, "training"), _key("test", 2.5, "6 4", 1.0, "test")]
        if len(self._valley.data["epoch"]):
            circle = '<circle cx="8" cy="6" r="4.5" fill="none" stroke-width="2.5"/>'
            entries.append(
                f'<span class="entry"><svg class="test" width="16" height="12" aria-hidden="true">{circle}</svg>'
                "smallest test loss</span>"
            )
        if self._has_pinned:
            entries.append(_key("train", _PINNED_WIDTH, "", _PINNED_ALPHA, "pinned run, thinner"))
        self._legend.object = (
            f'<div class="np np-legend curves" data-theme="{mode(self._dark)}">{"".join(entries)}</div>'
        )


def _key(tone: str, width: float, dash: str, alpha: float, text: str) -> str:
    stroke = f'stroke-width="{width}" stroke-dasharray="{dash}" opacity="{alpha}"'
    line = f'<line x1="0" y1="6" x2="28" y2="6" {stroke}/>'
    picture = f'<svg class="{tone}" width="28" height="12" aria-hidden="true">{line}</svg>'
    return f'<span class="entry">{picture}{text}</span>'
