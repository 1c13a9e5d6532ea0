"""Functions of one number as curves: one that is looked at with its slope, and others beside it."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np
import numpy.typing as npt
import panel as pn
from bokeh.models import BoxAnnotation, ColumnDataSource, Range1d, Span

from playground.assets import stylesheets
from playground.theme import CLASS_COLORS, GRAPH_COLORS, INK, LOSS_COLORS, PHASE_COLORS, mode
from playground.views.figures import plain_figure

Array = npt.NDArray[np.float64]

# What a line stands for: its dashes, and how wide it is. Colors are the mode's.
_LOOKS: dict[str, tuple[tuple[int, ...], float]] = {
    "main": ((), 3.5), "slope": ((8, 4), 2.5), "other": ((2, 3), 3.0), "first": ((10, 3, 2, 3), 2.5),
    "second": ((4, 4), 2.5), "third": ((), 2.5), "fourth": ((2, 2), 2.5),
}  # fmt: skip
_TANGENT_REACH = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class CurveLine:
    """One line of the figure.

    Attributes
    ----------
    kind : {"main", "slope", "other", "first", "second", "third", "fourth"}
    label : str
    values : ndarray [N]
        A value that is not finite leaves a gap.
    """

    kind: str
    label: str
    values: Array


@dataclass(frozen=True, slots=True, eq=False)
class CurvePicture:
    """One moment of the figure.

    Attributes
    ----------
    title, across, up : str
        Titles of the figure and of its axes.
    at : ndarray [N]
    lines : tuple of CurveLine
    span : tuple of float
        The least and the largest value that are shown.
    point : tuple of float or None
        Where a dot sits on the first of the lines.
    slope : float or None
        Of the tangent through the dot.
    flat : tuple of (float, float)
        Stretches of the axis that are marked as flat.
    """

    title: str
    across: str
    up: str
    at: Array
    lines: tuple[CurveLine, ...]
    span: tuple[float, float]
    point: tuple[float, float] | None = None
    slope: float | None = None
    flat: tuple[tuple[float, float], ...] = ()


class ActivationCurve:
    """A Bokeh figure that is built once and mutated.

    Parameters
    ----------
    height : int
        In pixels.
    """

    def __init__(self, height: int = 260) -> None:
        self._sources = {kind: ColumnDataSource({"x": [], "y": []}) for kind in _LOOKS}
        self._point, self._drop, self._tangent = (ColumnDataSource({"x": [], "y": []}) for _ in range(3))
        self.figure = plain_figure(
            " ", height=height, sizing_mode="stretch_width", x_range=Range1d(-6, 6), y_range=Range1d(-1, 1)
        )
        # More stretches are not flat: on both sides of a slope, and on the top of a bump.
        self._flat = [BoxAnnotation(left=0, right=0, visible=False, fill_alpha=0.16, line_color=None) for _ in range(3)]
        for box in self._flat:
            self.figure.add_layout(box)
        self._zeros = [Span(location=0, dimension=side, line_width=1) for side in ("width", "height")]
        for zero in self._zeros:
            self.figure.add_layout(zero)
        self._glyphs = {
            kind: self.figure.line(
                "x", "y", source=self._sources[kind], line_width=width, line_dash=list(dash)
            ).glyph
            for kind, (dash, width) in reversed(_LOOKS.items())
        }  # fmt: skip
        self._tangent_line = self.figure.line("x", "y", source=self._tangent, line_width=2).glyph
        self._drop_line = self.figure.line("x", "y", source=self._drop, line_width=1.5, line_dash="dotted").glyph
        self._dot = self.figure.scatter("x", "y", source=self._point, size=13, line_width=2).glyph
        self.legend = pn.pane.HTML("", sizing_mode="stretch_width", margin=0, stylesheets=stylesheets("views"))
        self.pane = pn.Column(
            pn.pane.Bokeh(self.figure, sizing_mode="stretch_width", margin=0), self.legend,
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        self._labels: tuple[tuple[str, str], ...] = ()
        self._is_flat = False
        self.set_dark(False)

    def draw(self, picture: CurvePicture) -> None:
        """Show a moment."""
        plot = self.figure
        if plot.title.text != picture.title:
            plot.title.text = picture.title
        plot.xaxis.axis_label, plot.yaxis.axis_label = picture.across, picture.up
        plot.x_range.update(start=float(picture.at[0]), end=float(picture.at[-1]))
        plot.y_range.update(start=picture.span[0], end=picture.span[1])
        lines = {line.kind: line.values for line in picture.lines}
        self._dot.fill_color = self._glyphs[picture.lines[0].kind].line_color
        for kind, source in self._sources.items():
            values = lines.get(kind)
            source.data = (
                {"x": [], "y": []} if values is None
                else {"x": picture.at.copy(), "y": np.where(np.isfinite(values), values, np.nan)}
            )  # fmt: skip
        self._draw_point(picture)
        for box, piece in zip(self._flat, [*picture.flat, None, None, None], strict=False):
            if piece is None:
                box.visible = False
            else:
                box.update(left=piece[0], right=piece[1], visible=True)
        labels = tuple((line.kind, line.label) for line in picture.lines)
        if labels != self._labels or bool(picture.flat) != self._is_flat:
            self._labels, self._is_flat = labels, bool(picture.flat)
            self._draw_legend()

    def _draw_point(self, picture: CurvePicture) -> None:
        if picture.point is None:
            for source in (self._point, self._drop, self._tangent):
                source.data = {"x": [], "y": []}
            return
        x, y = picture.point
        self._point.data = {"x": [x], "y": [y]}
        self._drop.data = {"x": [x, x, float(picture.at[0])], "y": [0.0, y, y]}
        if picture.slope is None:
            self._tangent.data = {"x": [], "y": []}
        else:
            reach = _TANGENT_REACH
            self._tangent.data = {
                "x": [x - reach, x + reach], "y": [y - reach * picture.slope, y + reach * picture.slope]
            }  # fmt: skip

    def _draw_legend(self) -> None:
        entries = [
            f'<span class="entry"><svg width="40" height="12" aria-hidden="true"><path d="M0 6h40" '
            f'stroke="{self._glyphs[kind].line_color}" stroke-width="{_LOOKS[kind][1]}" '
            f'stroke-dasharray="{" ".join(map(str, _LOOKS[kind][0]))}"/></svg>{escape(label)}</span>'
            for kind, label in self._labels
        ]
        if self._is_flat:
            color = self._flat[0].fill_color
            entries.append(
                f'<span class="entry"><span class="swatch" style="background:{color};opacity:.35"></span>'
                "flat: slope below 0.01</span>"
            )
        self.legend.object = f'<div class="np np-legend" data-theme="{mode(self._dark)}">{"".join(entries)}</div>'

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._dark = dark
        name = mode(dark)
        colors = {
            "main": GRAPH_COLORS[name]["value"], "slope": GRAPH_COLORS[name]["gradient"],
            "other": PHASE_COLORS[name]["loss"], "first": LOSS_COLORS[name]["train-loss"],
            "second": CLASS_COLORS[0], "third": INK[name]["primary"], "fourth": CLASS_COLORS[3],
        }  # fmt: skip
        for kind, glyph in self._glyphs.items():
            glyph.line_color = colors[kind]
        for box in self._flat:
            box.fill_color = colors["slope"]
        for zero in self._zeros:
            zero.line_color = LOSS_COLORS[name]["train-loss"]
        self._tangent_line.line_color = INK[name]["ink"]
        self._drop_line.line_color = LOSS_COLORS[name]["train-loss"]
        self._dot.line_color = INK[name]["ink"]
        self._draw_legend()
