"""What one neuron answers over the plane of two inputs, its boundary, and the examples that it is to tell apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import panel as pn
from bokeh.events import Tap
from bokeh.models import ColumnDataSource, LinearColorMapper, Range1d
from bokeh.plotting import figure

from playground.assets import stylesheets
from playground.theme import INK, NEGATIVE, POSITIVE, SURFACE, diverging_palette, mode
from playground.views.figures import square_figure
from playground.views.line_plane import line_ends

Array = npt.NDArray[np.float64]
Weights = tuple[float, float, float]

PIXELS = 90
_MARKERS, _COLORS = ("square", "circle"), (NEGATIVE, POSITIVE)


@dataclass(frozen=True, slots=True, eq=False)
class NeuronPicture:
    """One moment of the plane.

    Attributes
    ----------
    title : str
    span : tuple of float
        From where to where both axes go.
    answers : ndarray [PIXELS, PIXELS]
        Lowest row first.
    low, high : float
        Of the answer, between which the colors run.
    boundary : (w₁, w₂, b)
        The line where the sum is 0.
    edges : tuple of (w₁, w₂, b)
        Lines on which the answer is 0.1 and 0.9.
    other : (w₁, w₂, b) or None
        The boundary of logistic regression.
    points : ndarray [N, 2]
    targets : ndarray [N]
    right : ndarray [N] of bool
        Whether the neuron gets it right.
    at : (x₁, x₂)
        What the neuron looks at.
    """

    title: str
    span: tuple[float, float]
    answers: Array
    low: float
    high: float
    boundary: Weights
    edges: tuple[Weights, ...]
    other: Weights | None
    points: Array
    targets: Array
    right: npt.NDArray[np.bool_]
    at: tuple[float, float]


def pixels(span: tuple[float, float]) -> Array:
    """Return where the middles of the picture's pixels lie along an axis [PIXELS]."""
    return span[0] + (span[1] - span[0]) * (np.arange(PIXELS) + 0.5) / PIXELS


def ends(weights: Weights, span: tuple[float, float]) -> tuple[list[float], list[float]]:
    """Return x₁ and x₂ of where a line enters and leaves the plane; empty where it does not cross it."""
    middle, reach = (span[0] + span[1]) / 2, (span[1] - span[0]) / 2
    w1, w2, b = weights
    xs, ys = line_ends((w1, w2, b + (w1 + w2) * middle), reach)
    return [x + middle for x in xs], [y + middle for y in ys]


class NeuronPlane:
    """A Bokeh figure that is built once and mutated.

    Parameters
    ----------
    on_point : callable
        Takes x₁ and x₂ where the plane was clicked or tapped.
    """

    def __init__(self, on_point: Callable[[float, float], Any]) -> None:
        self._image = ColumnDataSource({"image": [np.zeros((2, 2))]})
        self._lines = {name: ColumnDataSource({"xs": [], "ys": []}) for name in ("boundary", "edges", "other")}
        self._points = ColumnDataSource({"x": [], "y": [], "color": [], "marker": []})
        self._wrong, self._at = (ColumnDataSource({"x": [], "y": []}) for _ in range(2))
        self._mapper = LinearColorMapper(low=0, high=1, palette=diverging_palette(False))
        self.figure: figure = square_figure(
            " ", x_range=Range1d(-1, 2), y_range=Range1d(-1, 2), x_axis_label="x₁", y_axis_label="x₂"
        )
        self._picture = self.figure.image(
            "image", source=self._image, x=-1, y=-1, dw=3, dh=3, color_mapper=self._mapper
        ).glyph
        self._glyphs = {
            name: self.figure.multi_line("xs", "ys", source=self._lines[name], line_width=width, line_dash=dash).glyph
            for name, width, dash in (("boundary", 3, "solid"), ("edges", 2, "dashed"), ("other", 4, "dotted"))
        }
        self._dots = self.figure.scatter(
            "x", "y", source=self._points, fill_color="color", marker="marker", size=14, line_width=2,
            # Seen on its own color, and in both modes.
            line_color=SURFACE["light"]["surface"],
        ).glyph  # fmt: skip
        self._misses = self.figure.scatter(
            "x", "y", source=self._wrong, marker="x", size=12, line_width=3
        ).glyph
        self._ring = self.figure.scatter("x", "y", source=self._at, size=26, line_width=3, fill_color=None).glyph
        self.figure.on_event(Tap, lambda event: on_point(float(event.x), float(event.y)))
        self.legend = pn.pane.HTML("", sizing_mode="stretch_width", margin=0, stylesheets=stylesheets("views"))
        self.pane = pn.Column(
            pn.pane.Bokeh(self.figure, sizing_mode="stretch_width", margin=0), self.legend,
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        self._drawn: NeuronPicture | None = None
        self.set_dark(False)

    def draw(self, picture: NeuronPicture) -> None:
        """Show a moment."""
        plot, (low, high) = self.figure, picture.span
        if plot.title.text != picture.title:
            plot.title.text = picture.title
        for span in (plot.x_range, plot.y_range):
            span.update(start=low, end=high)
        self._picture.update(x=low, y=low, dw=high - low, dh=high - low)
        self._mapper.update(low=picture.low, high=picture.high)
        self._image.data = {"image": [picture.answers.astype(np.float32)]}
        for name, lines in (
            ("boundary", (picture.boundary,)), ("edges", picture.edges),
            ("other", () if picture.other is None else (picture.other,)),
        ):  # fmt: skip
            found = [ends(weights, picture.span) for weights in lines]
            self._lines[name].data = {"xs": [xs for xs, _ in found], "ys": [ys for _, ys in found]}
        which = picture.targets.astype(int)
        x, y = picture.points[:, 0], picture.points[:, 1]
        self._points.data = {
            "x": x.copy(), "y": y.copy(), "color": [_COLORS[k] for k in which], "marker": [_MARKERS[k] for k in which]
        }  # fmt: skip
        few = len(which) == 4
        self._dots.size, self._misses.size, self._misses.line_width = (20, 12, 3) if few else (11, 6, 2)
        wrong = ~picture.right
        self._wrong.data = {"x": x[wrong], "y": y[wrong]}
        self._at.data = {"x": [picture.at[0]], "y": [picture.at[1]]}
        self._drawn = picture
        self._draw_legend(picture)

    def _draw_legend(self, picture: NeuronPicture) -> None:
        shapes = ('<rect x="3" y="3" width="10" height="10"', '<circle cx="8" cy="8" r="5.5"')
        entries = []
        if len(picture.targets):
            entries += [
                f'<svg width="16" height="16" aria-hidden="true">{shape} stroke="none" fill="{side}"/></svg>t = {label}'
                for label, (shape, side) in enumerate(zip(shapes, _COLORS, strict=True))
            ]
            entries.append(
                '<svg width="16" height="16" aria-hidden="true"><path d="M3 3l10 10M13 3l-10 10" '
                'stroke-width="3"/></svg>answered wrongly'
            )
        entries.append(_line("", 3, "boundary, v = 0"))
        if picture.edges:
            entries.append(_line("6 4", 2, "a = 0.1 and 0.9"))
        if picture.other is not None:
            entries.append(_line("2 4", 4, "logistic regression, p = 0.5"))
        entries.append(
            '<svg width="18" height="18" aria-hidden="true"><circle cx="9" cy="9" r="7" fill="none" '
            'stroke-width="2.5"/></svg>the inputs of now'
        )
        body = "".join(f'<span class="entry">{each}</span>' for each in entries)
        text = f'<div class="np np-legend" data-theme="{mode(self._dark)}">{body}</div>'
        if text != self.legend.object:
            self.legend.object = text

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._dark = dark
        name = mode(dark)
        ink = INK[name]["ink"]
        self._mapper.palette = diverging_palette(dark)
        for glyph in self._glyphs.values():
            glyph.line_color = ink
        self._misses.line_color = self._ring.line_color = ink
        if self._drawn is not None:
            self._draw_legend(self._drawn)


def _line(dash: str, width: float, label: str) -> str:
    return (
        f'<svg width="34" height="12" aria-hidden="true"><path d="M0 6h34" stroke-width="{width}" '
        f'stroke-dasharray="{dash}"/></svg>{label}'
    )
