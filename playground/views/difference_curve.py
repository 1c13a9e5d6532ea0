"""How far a difference of values is from the gradient, over the step h: the V of truncation and round-off."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import panel as pn
from bokeh.models import ColumnDataSource, FixedTicker, HoverTool, Range1d, Span
from bokeh.plotting import figure

from engine.gradcheck import DifferenceCurve
from playground.assets import stylesheets
from playground.theme import INK, LOSS_COLORS, PHASE_COLORS, mode
from playground.views.figures import log_limits, plain_figure, power_label

TITLE = "Error of the difference over h"
# Smaller errors that are not 0 do not occur: a double has no finer steps near the numbers of a graph.
FLOOR = 1e-18
_THEORY = {"truncation": "8 4", "roundoff": "2 4"}
_LABELS = 7
# A line of theory far below the picture is cut off there.
_DEEP = -40.0

Logs = npt.NDArray[np.float64]


class DifferenceCurveView:
    """One Bokeh figure in powers of ten both ways."""

    def __init__(self) -> None:
        self._points = ColumnDataSource({"x": [], "y": [], "step": [], "error": []})
        self._zeros = ColumnDataSource({"x": [], "y": [], "step": [], "error": []})
        self._theory = ColumnDataSource({"x": [], "truncation": [], "roundoff": []})
        self._now = ColumnDataSource({"x": [], "y": []})
        self._best = ColumnDataSource({"x": [], "y": []})
        self._figure: figure = plain_figure(
            TITLE, height=300, sizing_mode="stretch_width", x_axis_label="h", y_axis_label="|error|",
            x_range=Range1d(-15.3, -0.7), y_range=Range1d(-12, 0),
        )  # fmt: skip
        self._ticker = FixedTicker(ticks=[])
        self._figure.yaxis.ticker = self._ticker
        steps = list(range(-15, 0, 2))
        self._figure.xaxis.ticker = FixedTicker(ticks=steps)
        self._figure.xaxis.major_label_overrides = {step: power_label(step) for step in steps}
        self._mark = Span(location=-5, dimension="height", line_width=1.5)
        self._figure.add_layout(self._mark)
        self._lines = {
            name: self._figure.line("x", name, source=self._theory, line_width=1.5, line_dash=dash)
            for name, dash in _THEORY.items()
        }
        self._dots = self._figure.scatter("x", "y", source=self._points, size=6)
        self._below = self._figure.scatter("x", "y", source=self._zeros, size=10, marker="inverted_triangle")
        self._star = self._figure.scatter("x", "y", source=self._best, size=17, marker="star", line_width=1.5)
        self._ring = self._figure.scatter(
            "x", "y", source=self._now, size=16, marker="circle", fill_alpha=0, line_width=3
        )
        hover = HoverTool(
            renderers=[self._dots, self._below], mode="mouse",
            tooltips=[("h", "@step{%.2g}"), ("|error|", "@error{%.3g}")],
            formatters={"@step": "printf", "@error": "printf"},
        )  # fmt: skip
        self._figure.add_tools(hover)
        self._legend = pn.pane.HTML("", sizing_mode="stretch_width", margin=0, stylesheets=stylesheets("views"))
        self._notes: tuple[str, ...] = ()
        self._has_zeros = False
        self.set_dark(False)
        self.pane = pn.Column(
            pn.pane.Bokeh(self._figure, sizing_mode="stretch_width", margin=0), self._legend,
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip

    @property
    def figure(self) -> figure:
        """The Bokeh figure, to be saved as a picture."""
        return self._figure

    def draw(self, curve: DifferenceCurve, place: int) -> None:
        """Show errors over steps.

        Parameters
        ----------
        curve : DifferenceCurve
            An error of exactly 0 lies at the lower edge, of one that is no number there is no point.
        place : int
            Which of the curve's steps to mark.
        """
        steps, errors = np.log10(curve.steps), curve.errors
        measured = np.isfinite(errors) & (errors > 0)
        zero = errors == 0
        low, high = log_limits(errors[measured], FLOOR)
        if zero.any():
            low -= 1
        heights = np.full(len(steps), np.nan)
        heights[measured] = np.log10(errors[measured])
        heights[zero] = low
        for source, chosen in ((self._points, measured), (self._zeros, zero)):
            source.data = {
                "x": steps[chosen], "y": heights[chosen], "step": curve.steps[chosen], "error": errors[chosen],
            }  # fmt: skip
        self._theory.data = {
            "x": steps, "truncation": _logarithms(curve.truncation), "roundoff": _logarithms(curve.roundoff)
        }  # fmt: skip
        self._now.data = {"x": steps[place : place + 1], "y": heights[place : place + 1]}
        # Of several the largest h: from there leftwards nothing is gained.
        best = int(np.flatnonzero(errors == np.nanmin(errors))[-1]) if np.isfinite(errors).any() else len(steps)
        self._best.data = {"x": steps[best : best + 1], "y": heights[best : best + 1]}
        self._mark.location = float(steps[place])
        ticks = list(range(low + int(zero.any()), high + 1, -(-(high - low) // _LABELS)))
        self._ticker.ticks = [low, *ticks] if zero.any() else ticks
        labels = {tick: power_label(tick) for tick in ticks}
        self._figure.yaxis.major_label_overrides = labels | {low: "0"} if zero.any() else labels
        self._figure.y_range.update(start=low - 0.4, end=high + 0.4)
        notes = _notes(int(zero.sum()), int((~np.isfinite(errors)).sum()))
        if notes != self._notes or zero.any() != self._has_zeros:
            self._notes, self._has_zeros = notes, bool(zero.any())
            self._draw_legend()

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._dark = dark
        name = mode(dark)
        ink, measured, best = INK[name], PHASE_COLORS[name]["backward"], PHASE_COLORS[name]["forward"]
        for line in self._lines.values():
            line.glyph.line_color = LOSS_COLORS[name]["train-loss"]
        for points in (self._dots, self._below):
            points.glyph.update(fill_color=measured, line_color=measured)
        self._star.glyph.update(fill_color=best, line_color=ink["ink"])
        self._ring.glyph.line_color = ink["primary"]
        self._mark.line_color = ink["primary"]
        self._draw_legend()

    def _draw_legend(self) -> None:
        name = mode(self._dark)
        measured, theory = PHASE_COLORS[name]["backward"], LOSS_COLORS[name]["train-loss"]
        best, now = PHASE_COLORS[name]["forward"], INK[name]["primary"]
        entries = [
            (f'<circle cx="14" cy="6" r="3.5" fill="{measured}" stroke="none"/>', "measured"),
            (f'<path d="M0 6h28" stroke="{theory}" stroke-width="1.8" stroke-dasharray="{_THEORY["truncation"]}"/>',
             "truncation, h²·|f‴|/6"),
            (f'<path d="M0 6h28" stroke="{theory}" stroke-width="1.8" stroke-dasharray="{_THEORY["roundoff"]}"/>',
             "rounding, at most about ε·|f|/h"),
            (f'<circle cx="14" cy="6" r="4.5" fill="none" stroke="{now}" stroke-width="2.5"/>', "this h"),
            (f'<path d="M14 0l1.6 4.2 4.4.2-3.5 2.8 1.2 4.3L14 9.1l-3.7 2.4 1.2-4.3L8 4.4l4.4-.2z" fill="{best}" '
             'stroke="none"/>', "smallest error"),
        ]  # fmt: skip
        if self._has_zeros:
            entries.append((f'<path d="M9 2h10l-5 8z" fill="{measured}" stroke="none"/>', "error 0: below the axis"))
        shown = "".join(
            f'<span class="entry"><svg width="28" height="12" aria-hidden="true">{picture}</svg>{text}</span>'
            for picture, text in entries
        )
        notes = "".join(f'<span class="entry">{note}</span>' for note in self._notes)
        self._legend.object = f'<div class="np np-legend" data-theme="{mode(self._dark)}">{shown}{notes}</div>'


def _logarithms(line: npt.NDArray[np.floating[Any]]) -> Logs:
    """Return decimal logarithms; a line of zeros or of no numbers is not drawn."""
    logs = np.full(len(line), np.nan)
    drawn = np.isfinite(line) & (line > 0)
    logs[drawn] = np.maximum(np.log10(line[drawn]), _DEEP)
    return logs


def _notes(zeros: int, missing: int) -> tuple[str, ...]:
    """Say which steps have no point where their error would be."""
    notes = []
    if zeros:
        notes.append(f"{_steps(zeros)} an error of exactly 0.")
    if missing:
        notes.append(f"{_steps(missing)} no difference: the value beside is not a number.")
    return tuple(notes)


def _steps(count: int) -> str:
    return "One step has" if count == 1 else f"{count} steps have"
