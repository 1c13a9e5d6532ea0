"""The losses of several racers or lanes over their updates, told apart by colour, dash and marker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt
import panel as pn
from bokeh.models import (
    BasicTicker,
    BasicTickFormatter,
    ColumnDataSource,
    CustomJSHover,
    FixedTicker,
    HoverTool,
    NumeralTickFormatter,
    Range1d,
    Span,
)
from bokeh.plotting import figure

from playground import optimizer_marks
from playground.assets import stylesheets
from playground.theme import CLASS_COLORS, LOSS_COLORS, SURFACE, mode
from playground.views.curves import nice_ceiling
from playground.views.figures import lean, log_limits, plain_figure, power_formatter
from playground.views.thinning import thinned

Array = npt.NDArray[np.float64]

# In powers of ten so many are seen; a line that falls further leaves the figure, and its marker stays at the edge.
DECADES = 10
# What stands for a loss of zero.
FLOOR = 1e-40
# Losses that span more than this many times their least are read in powers of ten.
DECADES_FROM = 30.0
# A loss so many times the largest at the beginning has left the figure: in powers of ten, and as it is.
_FAR_LOG, _FAR = 1e3, 10.0
_LABELS = 4
_UNKNOWN_MARKER = "circle"
_POWER = "return special_vars.snap_y === undefined ? '' : (log.data.on[0] ? 10 ** value : value).toPrecision(4)"


@dataclass(frozen=True, slots=True, eq=False)
class LossSeries:
    """One line.

    Attributes
    ----------
    key : str
        An optimizer's or a racer's, which give the marker, and the colour and the dash unless given; or any other.
    label : str
        What it is called.
    steps, values : ndarray [n]
        Where its losses were, in ascending order, and they.
    color : str or None
        As ``#RRGGBB``.
    dash : str, sequence of int or None
        As Bokeh has it: ``"dashed"``, or the lengths of line and gap in pixels; nothing for a solid line.
    """

    key: str
    label: str
    steps: Array
    values: Array
    color: str | None = None
    dash: str | Sequence[int] | None = None


class LossLines:
    """One Bokeh figure with a line for each series; a vertical line marks the moment that is looked at.

    Parameters
    ----------
    title : str
    height : int
        In pixels.
    """

    def __init__(self, title: str = "Loss J", height: int = 230) -> None:
        self._title = title
        self._lines = ColumnDataSource({"xs": [], "ys": [], "color": [], "dash": [], "label": []})
        self._heads = ColumnDataSource({name: [] for name in ("x", "y", "fill", "line", "marker")})
        # What the box beside the pointer has to know.
        self._scale = ColumnDataSource({"on": [False]})
        self.figure: figure = plain_figure(
            title, height=height, sizing_mode="stretch_width", x_range=Range1d(0, 1), y_range=Range1d(0, 1),
            x_axis_label="update",
        )  # fmt: skip
        self.figure.xaxis.ticker = BasicTicker(desired_num_ticks=5, min_interval=1)
        self.figure.xaxis.formatter = NumeralTickFormatter(format="0.[00]a")
        self._linear_axis = BasicTicker(desired_num_ticks=_LABELS), BasicTickFormatter()
        self._log_axis = FixedTicker(ticks=[]), power_formatter()
        self.figure.yaxis.ticker, self.figure.yaxis.formatter = self._linear_axis
        self._mark = Span(location=0, dimension="height", line_dash="dotted", line_width=2)
        self.figure.add_layout(self._mark)
        self._drawn = lean(
            self.figure.multi_line("xs", "ys", source=self._lines, line_color="color", line_dash="dash", line_width=2.5)
        )
        lean(
            self.figure.scatter(
                "x", "y", source=self._heads, marker="marker", fill_color="fill", line_color="line", size=12,
                line_width=2,
            )
        )  # fmt: skip
        self.figure.add_tools(
            HoverTool(
                renderers=[self._drawn], line_policy="nearest",
                tooltips=[("", "@label"), ("update", "$snap_x{0}"), ("J", "$snap_y{custom}")],
                formatters={"$snap_y": CustomJSHover(args={"log": self._scale}, code=_POWER)},
            )
        )  # fmt: skip
        self._series: tuple[LossSeries, ...] = ()
        self._at = 0.0
        self._lowest = -np.inf
        self._log = False
        # Of which lines it is that powers of ten have been chosen.
        self._begun: tuple[Any, ...] = ()
        self._legend = pn.pane.HTML("", sizing_mode="stretch_width", margin=0, stylesheets=stylesheets("views"))
        self.set_dark(False)
        self.pane = pn.Column(
            pn.pane.Bokeh(self.figure, sizing_mode="stretch_width", margin=0), self._legend,
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip

    def draw(self, series: Sequence[LossSeries], at: float, x_label: str = "update", lowest: float = -np.inf) -> None:
        """Show the lines, and mark a step.

        Once they span decades the axis is in powers of ten, and it stays so while the lines begin as they did.

        Parameters
        ----------
        series : sequence of LossSeries
        at : float
        x_label : str
            What is counted to the right.
        lowest : float
            Where losses may fall without end, and below zero: the figure ends here, and lines leave it.
        """
        before, self._series, self._at, self._lowest = self._series, tuple(series), float(at), float(lowest)
        self._choose_scale()
        if self.figure.xaxis[0].axis_label != x_label:
            self.figure.xaxis.axis_label = x_label
            self.figure.select_one(HoverTool).tooltips = [
                ("", "@label"), (x_label, "$snap_x{0}"), ("J", "$snap_y{custom}")
            ]  # fmt: skip
        self._draw_axes()
        self._draw_lines()
        if [_looks(one) for one in before] != [_looks(one) for one in self._series]:
            self._draw_legend()

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._dark = dark
        name = mode(dark)
        self._mark.line_color = LOSS_COLORS[name]["train-loss"]
        self._draw_lines()
        self._draw_legend()

    def _choose_scale(self) -> None:
        begun = tuple((one.key, *one.values[:1].tolist()) for one in self._series)
        known = [one.values[np.isfinite(one.values)] for one in self._series]
        values = np.concatenate([*known, np.zeros(0)])
        if not len(values) or values.min() < 0 or np.isfinite(self._lowest):
            log = False
        elif self._log and begun == self._begun:
            log = True
        else:
            log = bool(values.max() > DECADES_FROM * max(float(values.min()), FLOOR))
        self._begun = begun
        if log != self._log:
            self._log = log
            self._scale.data = {"on": [log]}
            self.figure.title.text = f"{self._title} (powers of ten)" if log else self._title

    def _shown(self, values: Array) -> Array:
        """Return heights in the figure; of what is not finite nan."""
        finite = np.where(np.isfinite(values), values, np.nan)
        return np.log10(np.maximum(finite, FLOOR)) if self._log else finite

    def _color(self, one: LossSeries, place: int) -> str:
        if one.color is not None:
            return one.color
        if _optimizer(one.key) is None:
            return CLASS_COLORS[place % len(CLASS_COLORS)]
        return optimizer_marks.color(one.key, self._dark)

    def _draw_lines(self) -> None:
        columns: dict[str, list[Any]] = {name: [] for name in self._lines.data}
        heads: dict[str, list[Any]] = {name: [] for name in self._heads.data}
        surface = SURFACE[mode(self._dark)]["surface"]
        lowest = self.figure.y_range.start
        for place, one in enumerate(self._series):
            color, heights = self._color(one, place), self._shown(one.values)
            kept = thinned(heights)
            columns["xs"].append(one.steps[kept].astype(np.float32))
            columns["ys"].append(heights[kept].astype(np.float32))
            columns["color"].append(color)
            columns["dash"].append(_dash(one))
            columns["label"].append(one.label)
            # A race's second one of a kind has a hollow marker.
            hollow = one.color is None and _optimizer(one.key) not in (None, one.key)
            # Where it is at the mark: the newest that is not later.
            now = int(np.searchsorted(one.steps, self._at, side="right")) - 1
            if now >= 0 and np.isfinite(heights[now]):
                heads["x"].append(float(one.steps[now]))
                heads["y"].append(max(float(heights[now]), lowest))
                heads["fill"].append(surface if hollow else color)
                heads["line"].append(color if hollow else surface)
                heads["marker"].append(_marker(one.key))
        self._lines.data = columns
        self._heads.data = heads
        self._mark.location = self._at

    def _draw_axes(self) -> None:
        last = max((float(one.steps[-1]) for one in self._series if len(one.steps)), default=1.0)
        # Room for the markers at the end.
        self.figure.x_range.end = 1.03 * max(5.0, nice_ceiling(last))
        known = [one.values[np.isfinite(one.values)] for one in self._series]
        values = np.concatenate([*known, np.zeros(0)])
        first = max((abs(float(each[0])) for each in known if len(each)), default=1.0)
        # The lines of who diverges leave the figure; the others stay readable.
        values = np.maximum(values, self._lowest)
        values = values[np.abs(values) <= (_FAR_LOG if self._log else _FAR) * max(first, FLOOR)]
        axis = self.figure.yaxis
        if self._log:
            low, high = log_limits(values, float(values.max(initial=FLOOR)) / 10**DECADES)
            apart = -(-(high - low) // _LABELS)
            ticks = [tick for tick in range(low, high + 1) if tick % apart == 0]
            self._log_axis[0].ticks = ticks
            axis.ticker, axis.formatter = self._log_axis
            self.figure.y_range.update(start=low - 0.05, end=high + 0.1)
            return
        axis.ticker, axis.formatter = self._linear_axis
        low, high = float(values.min(initial=0.0)), float(values.max(initial=0.0))
        room = 0.06 * max(high - low, 1e-9)
        self.figure.y_range.update(start=low - room * (low < 0), end=high + room)

    def _draw_legend(self) -> None:
        entries = []
        for place, one in enumerate(self._series):
            color, dash = self._color(one, place), " ".join(str(length) for length in _dash(one))
            line = f'<path d="M0 8h40" stroke="{color}" stroke-width="2.5" stroke-dasharray="{dash}"/>'
            entries.append(
                f'<span class="entry"><svg width="40" height="16" aria-hidden="true">{line}</svg>'
                f"{_mark_svg(one.key, color, self._dark)}{escape(one.label)}</span>"
            )
        self._legend.object = f'<div class="np np-legend" data-theme="{mode(self._dark)}">{"".join(entries)}</div>'


_NAMED_DASHES: dict[str, list[int]] = {
    "solid": [], "dashed": [6], "dotted": [2, 4], "dotdash": [2, 4, 6, 4], "dashdot": [6, 4, 2, 4],
}  # fmt: skip


def _dash(one: LossSeries) -> list[int]:
    """Return lengths of line and gap."""
    if isinstance(one.dash, str):
        return list(_NAMED_DASHES[one.dash])
    if one.dash is not None:
        return list(one.dash)
    return [] if _optimizer(one.key) is None else list(optimizer_marks.dash(one.key))


def _optimizer(key: str) -> str | None:
    """Return which optimizer's key, or racer's, it is; None for any other."""
    try:
        return optimizer_marks.optimizer_of(key)
    except ValueError:
        return None


def _marker(key: str) -> str:
    return _UNKNOWN_MARKER if _optimizer(key) is None else optimizer_marks.marker(key)


def _mark_svg(key: str, color: str, dark: bool) -> str:
    if _optimizer(key) is not None:
        return optimizer_marks.mark_svg(key, dark)
    disc = f'<circle cx="8" cy="8" r="5" stroke="none" fill="{color}"/>'
    return f'<svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">{disc}</svg>'


def _looks(one: LossSeries) -> tuple[Any, ...]:
    return one.key, one.label, one.color, tuple(_dash(one))
