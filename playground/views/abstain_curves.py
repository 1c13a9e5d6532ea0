"""A model that may say nothing: what it says against what happens, and what is gained by saying less."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import panel as pn
from bokeh.models import ColumnDataSource, Range1d, Span

from playground.assets import stylesheets
from playground.theme import INK, LOSS_COLORS, PHASE_COLORS, mode
from playground.views.figures import plain_figure

Array = npt.NDArray[np.float64]
_DASH = [7, 3]


class _Reliability(Protocol):
    @property
    def said(self) -> Array: ...
    @property
    def seen(self) -> Array: ...
    @property
    def counts(self) -> Array: ...


class AbstainCurves:
    """Two Bokeh figures that are built once and mutated."""

    def __init__(self) -> None:
        options: dict[str, Any] = {"height": 270, "sizing_mode": "stretch_width"}
        self._over = ColumnDataSource({"t": [], "share": [], "right": []})
        self.gain = plain_figure(
            "Answered, and right of the answered", x_range=Range1d(0.5, 1), y_range=Range1d(-0.04, 1.04),
            x_axis_label="threshold of the confidence", y_axis_label="share", **options,
        )  # fmt: skip
        self._right = self.gain.line("t", "right", source=self._over, line_width=3).glyph
        self._share = self.gain.line("t", "share", source=self._over, line_width=2.5, line_dash=_DASH).glyph
        self._mark = Span(location=0.5, dimension="height", line_width=2)
        self._goals = [Span(location=at, dimension="width", line_dash="dotted", line_width=1.5) for at in (0.95, 0.5)]
        for span in (self._mark, *self._goals):
            self.gain.add_layout(span)
        self._groups = ColumnDataSource({"said": [], "seen": [], "size": []})
        self.reliability = plain_figure(
            "Reliability: said and seen", x_range=Range1d(-0.02, 1.02), y_range=Range1d(-0.04, 1.04),
            x_axis_label="probability that the model says", y_axis_label="share that happens", **options,
        )  # fmt: skip
        self._diagonal = self.reliability.line([0, 1], [0, 1], line_dash="dotted", line_width=2).glyph
        self._curve = self.reliability.line("said", "seen", source=self._groups, line_width=2.5).glyph
        self._dots = self.reliability.scatter("said", "seen", source=self._groups, size="size").glyph
        self._legend = pn.pane.HTML("", sizing_mode="stretch_width", margin=0, stylesheets=stylesheets("views"))
        self.pane = pn.Column(
            pn.pane.Bokeh(self.gain, sizing_mode="stretch_width", margin=0), self._legend,
            pn.pane.Bokeh(self.reliability, sizing_mode="stretch_width", margin=(10, 0, 0, 0)),
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        self.set_dark(False)

    def draw(
        self, thresholds: Array, shares: Array, accuracies: Array, threshold: float, reliability: _Reliability
    ) -> None:
        """Show a model.

        Parameters
        ----------
        thresholds, shares, accuracies : ndarray [T]
        threshold : float
            Where it stands.
        reliability : Reliability
        """
        self._over.data = {"t": thresholds.copy(), "share": shares.copy(), "right": accuracies.copy()}
        self._mark.location = threshold
        sizes = 6 + 14 * np.sqrt(reliability.counts / reliability.counts.max())
        self._groups.data = {"said": reliability.said.copy(), "seen": reliability.seen.copy(), "size": sizes}

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        name = mode(dark)
        right, share = INK[name]["primary"], LOSS_COLORS[name]["test-loss"]
        self._right.line_color, self._share.line_color = right, share
        self._mark.line_color = INK[name]["ink"]
        for span in self._goals:
            span.line_color = INK[name]["muted"]
        self._diagonal.line_color = INK[name]["muted"]
        color = PHASE_COLORS[name]["forward"]
        self._curve.line_color = color
        self._dots.update(fill_color=color, line_color=color)
        entries = [
            f'<span class="entry"><svg width="40" height="12" aria-hidden="true"><path d="M0 6h40" stroke="{tone}" '
            f'stroke-width="2.5" stroke-dasharray="{dash}"/></svg>{text}</span>'
            for tone, dash, text in ((right, "", "right of the answered"), (share, "7 3", "answered"))
        ]
        self._legend.object = f'<div class="np np-legend" data-theme="{name}">{"".join(entries)}</div>'
