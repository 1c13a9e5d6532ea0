"""How large the gradient of each layer is over the training: whether it vanishes or explodes on its way back."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt
import panel as pn
from bokeh.models import ColumnDataSource, FixedTicker, HoverTool, NumeralTickFormatter, Range1d
from bokeh.plotting import figure

from playground.assets import stylesheets
from playground.theme import INK, mode, ramp
from playground.views.figures import log_limits, plain_figure, power_label

TITLE = "Size of the gradient, layer by layer"
# What is smaller, zero too, is drawn as this.
FLOOR = 1e-12
_LIGHTEST = {"light": "#9CC3E6", "dark": "#3D6488"}


def layer_colors(count: int, dark: bool) -> list[str]:
    """Return a colour for each layer: the further back, the stronger its contrast to the page."""
    name = mode(dark)
    return ramp(_LIGHTEST[name], INK[name]["ink"], count) if count > 1 else [INK[name]["primary"]] * count


class GradientNormsView:
    """One Bokeh figure in powers of ten, a line for each layer."""

    def __init__(self) -> None:
        self._source = ColumnDataSource({"epoch": []})
        self._figure: figure = plain_figure(
            TITLE, height=260, sizing_mode="stretch_width", x_axis_label="epoch", x_range=Range1d(0, 1),
            y_range=Range1d(-1, 0),
        )  # fmt: skip
        self._figure.xaxis.formatter = NumeralTickFormatter(format="0.[00]a")
        self._ticker = FixedTicker(ticks=[-1, 0])
        self._figure.yaxis.ticker = self._ticker
        self._lines: list[Any] = []
        self._names: tuple[str, ...] = ()
        self._dark = False
        self._hover = HoverTool(mode="vline", line_policy="nearest", renderers=[])
        self._figure.add_tools(self._hover)
        self._legend = pn.pane.HTML("", sizing_mode="stretch_width", margin=0, stylesheets=stylesheets("views"))
        self.pane = pn.Column(
            pn.pane.Bokeh(self._figure, sizing_mode="stretch_width", margin=0), self._legend,
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip

    @property
    def figure(self) -> figure:
        """The Bokeh figure, to be saved as a picture."""
        return self._figure

    def draw(
        self, epochs: npt.NDArray[np.floating], norms: npt.NDArray[np.floating], names: Sequence[str]
    ) -> None:
        """Show norms over time.

        Parameters
        ----------
        epochs : ndarray, shape [T]
        norms : ndarray, shape [T, L]
            Of zero the line lies at `FLOOR`; what is not finite leaves a gap.
        names : sequence of str
            Of the L layers, the first layer first.
        """
        finite = np.where(np.isfinite(norms), norms, np.nan)
        logs = np.log10(np.maximum(finite, FLOOR))
        data: dict[str, npt.NDArray[np.floating]] = {"epoch": np.array(epochs, np.float32)}
        for k in range(len(names)):
            data[f"log{k}"] = logs[:, k].astype(np.float32)
            data[f"norm{k}"] = np.array(norms[:, k], np.float64)
        # Lines that are not needed any more look up their columns still.
        for k in range(len(names), len(self._lines)):
            data[f"log{k}"] = data[f"norm{k}"] = np.full(len(epochs), np.nan)
        self._source.data = data
        if tuple(names) != self._names:
            self._names = tuple(names)
            self._set_lines()
        low, high = log_limits(norms, FLOOR)
        ticks = list(range(low, high + 1, -(-(high - low) // 6)))
        self._ticker.ticks = ticks
        self._figure.yaxis.major_label_overrides = {tick: power_label(tick) for tick in ticks}
        self._figure.y_range.update(start=low - 0.05, end=high + 0.05)
        self._figure.x_range.end = (float(epochs[-1]) if len(epochs) else 0.0) or 1.0

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._dark = dark
        self._set_lines()

    def _set_lines(self) -> None:
        count = len(self._names)
        while len(self._lines) < count:
            k = len(self._lines)
            self._lines.append(self._figure.line("epoch", f"log{k}", source=self._source, line_width=2.5))
        colors = layer_colors(count, self._dark)
        for k, line in enumerate(self._lines):
            line.visible = k < count
            if k < count:
                line.glyph.line_color = colors[k]
        self._hover.renderers = self._lines[:1]
        self._hover.formatters = {"@epoch": "printf", **{f"@norm{k}": "printf" for k in range(count)}}
        self._hover.tooltips = [
            ("epoch", "@epoch{%.4g}"), *((name, f"@norm{k}{{%.2e}}") for k, name in enumerate(self._names))
        ]  # fmt: skip
        entries = "".join(
            f'<span class="entry"><span class="swatch" style="background: {color}"></span>{escape(name)}</span>'
            for color, name in zip(colors, self._names, strict=True)
        )
        self._legend.object = f'<div class="np np-legend" data-theme="{mode(self._dark)}">{entries}</div>'
