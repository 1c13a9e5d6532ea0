"""The learning rate that a schedule gives to each update."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import panel as pn
from bokeh.models import (
    BasicTicker,
    BasicTickFormatter,
    ColumnDataSource,
    FixedTicker,
    NumeralTickFormatter,
    Range1d,
    Span,
)
from bokeh.plotting import figure

from playground.theme import INK, LOSS_COLORS, mode
from playground.views.figures import log_limits, plain_figure, power_formatter, short
from playground.views.thinning import thinned

Array = npt.NDArray[np.float64]

# Rates whose largest is this many times the least are read in powers of ten.
DECADES_FROM = 30.0
# So many powers of ten are seen; a rate that falls further leaves the figure.
_DECADES = 6
_LABELS = 3


class ScheduleCurve:
    """A small Bokeh figure: the rates as stairs, and a ring at the one that holds now."""

    def __init__(self) -> None:
        self._source = ColumnDataSource({"step": [], "rate": []})
        self._now = ColumnDataSource({"step": [], "rate": []})
        self.figure: figure = plain_figure(
            "", height=140, sizing_mode="stretch_width", x_range=Range1d(0, 1), y_range=Range1d(0, 1)
        )
        self._linear_axis = BasicTicker(desired_num_ticks=_LABELS), BasicTickFormatter()
        self._log_axis = FixedTicker(ticks=[]), power_formatter()
        self.figure.xaxis.ticker = BasicTicker(desired_num_ticks=5, min_interval=1)
        self.figure.xaxis.formatter = NumeralTickFormatter(format="0.[00]a")
        self.figure.yaxis.ticker, self.figure.yaxis.formatter = self._linear_axis
        self._mark = Span(location=0, dimension="height", line_dash="dotted", line_width=2)
        self.figure.add_layout(self._mark)
        # A rate holds for the whole of its update.
        self._line = self.figure.step("step", "rate", source=self._source, mode="after", line_width=2.5)
        self._ring = self.figure.scatter("step", "rate", source=self._now, size=11, line_width=2.5, fill_alpha=0)
        self.set_dark(False)
        self.pane = pn.pane.Bokeh(self.figure, sizing_mode="stretch_width", margin=0)

    def draw(self, rates: Array, at: int, title: str) -> None:
        """Show the rates, and mark one; there its value is told.

        Parameters
        ----------
        rates : ndarray [n]
            Of the first updates or epochs.
        at : int
            Which of them holds now; after the last one none does.
        title : str
            What the rates are; the one of now is added.
        """
        log = bool(len(rates) and rates.min() > 0 and rates.max() > DECADES_FROM * rates.min())
        heights = np.log10(rates) if log else rates
        kept = thinned(heights)
        # The last rate holds as long as the others.
        self._source.data = {
            "step": np.append(kept, len(rates)).astype(np.float64),
            "rate": np.append(heights[kept], heights[-1:]) if len(rates) else np.full(1, np.nan),
        }
        inside = 0 <= at < len(rates)
        self._now.data = {
            "step": np.array([float(at)] if inside else []), "rate": heights[at : at + 1] if inside else np.zeros(0)
        }  # fmt: skip
        self._mark.location = float(at)
        self.figure.title.text = f"{title}: {short(float(rates[at]))}" if inside else title
        self.figure.x_range.end = max(1.0, float(len(rates)))
        self._draw_axis(rates, log)

    def _draw_axis(self, rates: Array, log: bool) -> None:
        axis = self.figure.yaxis
        if log:
            low, high = log_limits(rates, float(rates.max()) / 10**_DECADES)
            apart = -(-(high - low) // _LABELS)
            ticks = [tick for tick in range(low, high + 1) if tick % apart == 0]
            self._log_axis[0].ticks = ticks
            axis.ticker, axis.formatter = self._log_axis
            self.figure.y_range.update(start=low - 0.1, end=high + 0.1)
            return
        axis.ticker, axis.formatter = self._linear_axis
        top = float(rates.max(initial=0.0))
        self.figure.y_range.update(start=0.0, end=1.1 * top or 1.0)

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        name = mode(dark)
        self._line.glyph.line_color = self._ring.glyph.line_color = INK[name]["primary"]
        self._mark.line_color = LOSS_COLORS[name]["train-loss"]
