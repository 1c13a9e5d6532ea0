"""Two histograms beside each other: what goes into something, and what comes out of it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import panel as pn
from bokeh.models import BasicTicker, ColumnDataSource, Range1d

from playground.assets import stylesheets
from playground.theme import INK, PHASE_COLORS, SURFACE, mode
from playground.views.figures import plain_figure

Array = npt.NDArray[np.float64]

BINS = 40


class HistogramPair:
    """Two Bokeh figures that are built once and mutated.

    Parameters
    ----------
    titles : tuple of str
    axes : tuple of str
        What is counted.
    """

    def __init__(self, titles: tuple[str, str], axes: tuple[str, str]) -> None:
        self._sources = [ColumnDataSource({"left": [], "right": [], "top": []}) for _ in range(2)]
        self.figures = [
            plain_figure(
                title, height=170, sizing_mode="stretch_width", x_range=Range1d(0, 1), y_range=Range1d(0, 1),
                x_axis_label=axis, y_axis_label="share",
            )
            for title, axis in zip(titles, axes, strict=True)
        ]  # fmt: skip
        for figure in self.figures:
            figure.yaxis.ticker = BasicTicker(desired_num_ticks=3)
            figure.xaxis.ticker = BasicTicker(desired_num_ticks=4)
        self._bars = [
            figure.quad(left="left", right="right", top="top", bottom=0, source=source, line_width=1).glyph
            for figure, source in zip(self.figures, self._sources, strict=True)
        ]
        panes = [pn.pane.Bokeh(figure, sizing_mode="stretch_width", margin=0) for figure in self.figures]
        pair = pn.Column(
            *panes, css_classes=["np-histogram-pair"], stylesheets=stylesheets("histogram_pair"),
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        # A grid cannot be hidden itself: its sheet says that it is one.
        self.pane = pn.Column(pair, sizing_mode="stretch_width", margin=0)
        self.set_dark(False)

    def draw(self, values: tuple[Array, Array], spans: tuple[tuple[float, float], tuple[float, float]]) -> None:
        """Show how values are distributed.

        Parameters
        ----------
        values : tuple of ndarray [N]
        spans : tuple of (float, float)
            Where each axis begins and ends.
        """
        for figure, source, each, span in zip(self.figures, self._sources, values, spans, strict=True):
            counts, edges = np.histogram(np.clip(each, *span), BINS, span)
            share = counts / len(each)
            source.data = {"left": edges[:-1].copy(), "right": edges[1:].copy(), "top": share}
            room = 0.02 * (span[1] - span[0])
            figure.x_range.update(start=span[0] - room, end=span[1] + room)
            figure.y_range.end = max(0.15, 1.08 * float(share.max()))

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        name = mode(dark)
        for bars, color in zip(self._bars, (INK[name]["primary"], PHASE_COLORS[name]["forward"]), strict=True):
            bars.update(fill_color=color, line_color=SURFACE[name]["surface"])
