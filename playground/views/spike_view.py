"""A leaky integrate-and-fire neuron: its voltage with the spikes, and how often it fires."""

from __future__ import annotations

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource, Range1d, Span

from engine.activation import REACH, firing_rate, spike_train
from engine.activation.spikes import DURATION, THRESHOLD
from playground.theme import GRAPH_COLORS, INK, LOSS_COLORS, mode
from playground.views.figures import plain_figure

# A spike is drawn so high above the threshold: it is an event, no voltage of this model.
_SPIKE_TOP = 1.8
_LOWEST = -0.5


class SpikeView:
    """Two Bokeh figures that are built once and mutated."""

    def __init__(self) -> None:
        self._trace, self._point = (ColumnDataSource({"x": [], "y": []}) for _ in range(2))
        self._spikes = ColumnDataSource({"x": []})
        self.voltage = plain_figure(
            "Voltage of a spiking neuron, an analogy", height=190, sizing_mode="stretch_width",
            x_range=Range1d(0, DURATION), y_range=Range1d(_LOWEST - 0.1, _SPIKE_TOP + 0.1), x_axis_label="milliseconds",
            y_axis_label="V",
        )  # fmt: skip
        self._threshold = Span(location=THRESHOLD, dimension="width", line_dash="dashed", line_width=1.5)
        self.voltage.add_layout(self._threshold)
        self._line = self.voltage.line("x", "y", source=self._trace, line_width=2.5).glyph
        self._strokes = self.voltage.segment(
            x0="x", x1="x", y0=THRESHOLD, y1=_SPIKE_TOP, source=self._spikes, line_width=2.5
        ).glyph
        currents = np.linspace(-REACH, REACH, 481)
        rates = np.array([firing_rate(float(current)) for current in currents])
        self.rate = plain_figure(
            "Firing rate over the current", height=190, sizing_mode="stretch_width", x_range=Range1d(-REACH, REACH),
            y_range=Range1d(-15, 1.05 * float(rates.max())), x_axis_label="current x", y_axis_label="spikes a second",
        )  # fmt: skip
        self._curve = self.rate.line(currents, rates, line_width=3).glyph
        self._dot = self.rate.scatter("x", "y", source=self._point, size=13, line_width=2).glyph
        self.pane, self.rate_pane = (
            pn.Column(pn.pane.Bokeh(each, sizing_mode="stretch_width", margin=0), sizing_mode="stretch_width", margin=0)
            for each in (self.voltage, self.rate)
        )
        self.set_dark(False)

    def draw(self, current: float) -> None:
        """Show what a constant current does."""
        train = spike_train(current)
        # Far below the threshold it rests somewhere under the figure.
        self._trace.data = {"x": train.times.copy(), "y": np.maximum(train.voltage, _LOWEST)}
        self._spikes.data = {"x": train.spikes.copy()}
        self._point.data = {"x": [current], "y": [firing_rate(current)]}

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        name = mode(dark)
        self._line.line_color = self._curve.line_color = GRAPH_COLORS[name]["value"]
        self._strokes.line_color = INK[name]["ink"]
        self._threshold.line_color = LOSS_COLORS[name]["train-loss"]
        self._dot.update(fill_color=GRAPH_COLORS[name]["value"], line_color=INK[name]["ink"])
