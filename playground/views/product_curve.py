"""A product of many equal factors in two precisions, until it is 0, and the sum of the logarithms beside it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import panel as pn
from bokeh.models import ColumnDataSource, LinearAxis, Range1d, Span

from playground.assets import stylesheets
from playground.theme import INK, LOSS_COLORS, NEGATIVE, mode
from playground.views.figures import hold_axis_sizes, plain_figure, power_formatter
from playground.views.residuals import legend_line

Array = npt.NDArray[np.float64]
_SINGLE = [7, 3]
_SUM = [2, 3]


class ProductCurve:
    """A Bokeh figure that is built once and mutated."""

    def __init__(self) -> None:
        self._products = ColumnDataSource({"n": [], "single": [], "double": [], "cost": []})
        self._ends = ColumnDataSource({"n": [], "y": []})
        self.figure = plain_figure(
            "The product falls, the sum grows", height=340, sizing_mode="stretch_width", x_range=Range1d(0, 1),
            y_range=Range1d(-10, 0.5), x_axis_label="samples n", y_axis_label="product",
        )  # fmt: skip
        self.figure.yaxis.formatter = power_formatter()
        self.figure.extra_y_ranges = {"cost": Range1d(0, 1)}
        right = LinearAxis(
            y_range_name="cost", axis_label="sum of −ln p", minor_tick_line_color=None, axis_line_color=None
        )
        hold_axis_sizes(right)
        self.figure.add_layout(right, "right")
        self._double = self.figure.line("n", "double", source=self._products, line_width=3).glyph
        self._single = self.figure.line("n", "single", source=self._products, line_width=4, line_dash=_SINGLE).glyph
        self._cost = self.figure.line(
            "n", "cost", source=self._products, line_width=2.5, line_dash=_SUM, y_range_name="cost"
        ).glyph
        self._crosses = self.figure.scatter("n", "y", source=self._ends, marker="x", size=16, line_width=3.5).glyph
        self._here = Span(location=0, dimension="height", line_width=1.5, line_dash="dotted")
        self.figure.add_layout(self._here)
        self.legend = pn.pane.HTML("", sizing_mode="stretch_width", margin=0, stylesheets=stylesheets("views"))
        self.pane = pn.Column(
            pn.pane.Bokeh(self.figure, sizing_mode="stretch_width", margin=0), self.legend,
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        self.set_dark(False)

    def draw(self, single: Array, double: Array, costs: Array, count: int) -> None:
        """Show products and costs of 0, 1, … factors [M], and mark a count; where a product is 0 its line ends."""
        n = np.arange(len(double))
        logs = [np.full(len(n), np.nan) for _ in range(2)]
        ends = []
        for log, products in zip(logs, (single, double), strict=True):
            there = products > 0
            log[there] = np.log10(products[there])
            if not there.all():
                last = int(np.flatnonzero(there)[-1])
                ends.append((last, float(log[last])))
        self._products.data = {"n": n, "single": logs[0], "double": logs[1], "cost": costs.copy()}
        self._ends.data = {"n": [at for at, _ in ends], "y": [y for _, y in ends]}
        self.figure.x_range.end = float(n[-1])
        low = float(np.nanmin(logs[1]))
        self.figure.y_range.update(start=1.05 * low - 0.1, end=-0.04 * low + 0.1)
        self.figure.extra_y_ranges["cost"].update(start=-0.04 * float(costs[-1]), end=1.05 * float(costs[-1]) + 1e-9)
        self._here.location = count

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        name = mode(dark)
        double, cost = INK[name]["primary"], LOSS_COLORS[name]["test-loss"]
        self._double.line_color, self._single.line_color, self._cost.line_color = double, NEGATIVE, cost
        self._crosses.line_color = INK[name]["ink"]
        self._here.line_color = INK[name]["ink"]
        entries = [
            legend_line(NEGATIVE, 3, _SINGLE, "product, 32 bits"), legend_line(double, 3, [], "product, 64 bits"),
            legend_line(cost, 2.5, _SUM, "sum, right"), '<span class="entry">✕ the last product above 0</span>',
        ]  # fmt: skip
        self.legend.object = f'<div class="np np-legend" data-theme="{name}">{"".join(entries)}</div>'
