"""Examples with two features, what a decision function says everywhere, and where it says zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import numpy.typing as npt
import panel as pn
from bokeh.models import ColumnDataSource, HoverTool, LinearColorMapper, Range1d
from bokeh.plotting import figure
from bokeh.plotting.contour import contour_data

from playground.assets import stylesheets
from playground.theme import INK, NEUTRAL, SURFACE, mode, ramp
from playground.views.figures import square_figure
from playground.views.lane_marks import SIDES

Array = npt.NDArray[np.float64]
Extent = tuple[tuple[float, float], tuple[float, float]]

# Scores are asked for on so many places along an axis.
GRID = 61
MARKERS = ("square", "circle")
# The picture lies behind points of the same two colours: paler than they.
_PALEST = 0.45


@dataclass(frozen=True, slots=True, eq=False)
class DecisionPicture:
    """One moment of the plane.

    Attributes
    ----------
    title : str
    axes : tuple of str
    extent : tuple
        From where to where the view goes along both axes.
    points : ndarray [N, 2]
    labels : ndarray [N]
        0 or 1.
    names : tuple of str
        What the classes are.
    scores : ndarray [GRID, GRID] or None
        y over the view, lowest row first; None for no decision function.
    marked : int or None
        An example that is looked at.
    """

    title: str
    axes: tuple[str, str]
    extent: Extent
    points: Array
    labels: Array
    names: tuple[str, str]
    scores: Array | None = None
    marked: int | None = None


def grid_points(extent: Extent) -> Array:
    """Return the places [GRID², 2] at which a picture's scores are asked for, row by row from below."""
    axes = (np.linspace(low, high, GRID) for low, high in extent)
    return np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)


def shades(scores: Array) -> npt.NDArray[np.uint8]:
    """Return scores as a picture: 0 far below zero, 255 far above, with a jump at zero, where the decision changes."""
    spread = float(np.sqrt(np.mean(np.minimum(np.abs(scores), 1e6) ** 2))) or 1.0
    strength = 0.35 + 0.65 * np.tanh(np.abs(scores) / spread)
    signed = np.where(scores > 0, strength, -strength)
    return np.round(127.5 * (1 + signed)).astype(np.uint8)


def zero_lines(scores: Array, extent: Extent) -> tuple[list[Array], list[Array]]:
    """Return x and y of the pieces of the line on which scores [GRID, GRID] are zero."""
    if not (scores.min() < 0 < scores.max()):
        return [], []
    axes = [np.linspace(low, high, GRID) for low, high in extent]
    found = contour_data(*axes, scores, [0.0], want_fill=False, want_line=True).line_data
    # Pieces are parted by a nan.
    xs, ys = ([np.asarray(line, dtype=np.float64) for line in lines] for lines in (found.xs, found.ys))
    return xs, ys


class DecisionPlane:
    """A Bokeh figure that is built once and mutated."""

    def __init__(self) -> None:
        self._image = ColumnDataSource({"image": [np.full((GRID, GRID), 127, np.uint8)]})
        self._points = ColumnDataSource({"x": [], "y": [], "color": [], "marker": [], "name": []})
        self._lines = ColumnDataSource({"xs": [], "ys": []})
        self._marked = ColumnDataSource({"x": [], "y": []})
        self._mapper = LinearColorMapper(low=0, high=255, palette=_palette(False))
        self.figure: figure = square_figure(
            "", x_range=Range1d(-1, 1), y_range=Range1d(-1, 1), x_axis_label="x₁", y_axis_label="x₂"
        )
        self._picture = self.figure.image(
            "image", source=self._image, x=-1, y=-1, dw=2, dh=2, color_mapper=self._mapper
        )
        dots = self.figure.scatter(
            "x", "y", source=self._points, fill_color="color", marker="marker", size=8, line_width=1.2
        )
        self._dots = dots.glyph
        self._halo = self.figure.multi_line("xs", "ys", source=self._lines, line_width=6, line_alpha=0.7).glyph
        self._line = self.figure.multi_line("xs", "ys", source=self._lines, line_width=3).glyph
        self._ring = self.figure.scatter("x", "y", source=self._marked, size=18, line_width=3, fill_color=None).glyph
        self._hover = HoverTool(renderers=[dots], tooltips=[("", "@name"), ("x₁", "@x{0.00}"), ("x₂", "@y{0.00}")])
        self.figure.add_tools(self._hover)
        self._drawn: DecisionPicture | None = None
        self._legend = pn.pane.HTML("", sizing_mode="stretch_width", margin=0, stylesheets=stylesheets("views"))
        self.pane = pn.Column(
            pn.pane.Bokeh(self.figure, sizing_mode="scale_width", aspect_ratio=1, margin=0), self._legend,
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        self.set_dark(False)

    def draw(self, picture: DecisionPicture) -> None:
        """Show a moment; only what has changed is sent."""
        old, self._drawn = self._drawn, picture
        if old is None or old.title != picture.title:
            self.figure.title.text = picture.title
        if old is None or old.extent != picture.extent or old.axes != picture.axes:
            self._draw_frame(picture)
        if old is None or old.points is not picture.points or old.labels is not picture.labels:
            which = picture.labels.astype(int)
            self._points.data = {
                "x": picture.points[:, 0].copy(), "y": picture.points[:, 1].copy(),
                "color": [SIDES[k] for k in which], "marker": [MARKERS[k] for k in which],
                "name": [picture.names[k] for k in which],
            }  # fmt: skip
        if old is None or old.scores is not picture.scores or old.extent != picture.extent:
            self._draw_scores(picture)
        if old is None or old.marked != picture.marked or old.points is not picture.points:
            rows = picture.points[[] if picture.marked is None else [picture.marked]]
            self._marked.data = {"x": rows[:, 0].copy(), "y": rows[:, 1].copy()}
        if old is None or (old.names, old.scores is None) != (picture.names, picture.scores is None):
            self._draw_legend(picture)

    def _draw_frame(self, picture: DecisionPicture) -> None:
        (left, right), (bottom, top) = picture.extent
        self.figure.x_range.update(start=left, end=right)
        self.figure.y_range.update(start=bottom, end=top)
        self._picture.glyph.update(x=left, y=bottom, dw=right - left, dh=top - bottom)
        self.figure.xaxis.axis_label, self.figure.yaxis.axis_label = picture.axes

    def _draw_scores(self, picture: DecisionPicture) -> None:
        scores = picture.scores
        if scores is None:
            self._image.data = {"image": [np.full((2, 2), 127, np.uint8)]}
            self._lines.data = {"xs": [], "ys": []}
            return
        self._image.data = {"image": [shades(scores)]}
        xs, ys = zero_lines(scores, picture.extent)
        self._lines.data = {"xs": xs, "ys": ys}

    def _draw_legend(self, picture: DecisionPicture) -> None:
        ink = INK[mode(self._dark)]["ink"]
        stroke = f'stroke="{ink}" stroke-width="3"'
        line = f'<svg width="26" height="12" aria-hidden="true"><path d="M0 6h26" {stroke}/></svg>'
        entries = class_entries(picture.names)
        if picture.scores is not None:
            entries.append(f'<span class="entry">{line}y = 0</span>')
        self._legend.object = f'<div class="np np-legend" data-theme="{mode(self._dark)}">{"".join(entries)}</div>'

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._dark = dark
        name = mode(dark)
        self._mapper.palette = _palette(dark)
        self._dots.line_color = self._halo.line_color = SURFACE[name]["surface"]
        self._line.line_color = self._ring.line_color = INK[name]["ink"]
        if self._drawn is not None:
            self._draw_legend(self._drawn)


def class_entries(names: Sequence[str]) -> list[str]:
    """Return what a legend says of the two classes, as HTML."""
    shapes = ('<rect x="3" y="3" width="10" height="10"', '<circle cx="8" cy="8" r="5.5"')
    return [
        f'<span class="entry"><svg width="16" height="16" aria-hidden="true">{shape} stroke="none" fill="{side}"/>'
        f"</svg>"
        f"{escape(name)}</span>"
        for name, shape, side in zip(names, shapes, SIDES, strict=True)
    ]


def _palette(dark: bool) -> list[str]:
    """Return the 256 colours of scores: blue below zero, green above."""
    neutral = NEUTRAL[mode(dark)]
    halves = [ramp(neutral, side, round(128 / _PALEST))[:128] for side in SIDES]
    return [*reversed(halves[0]), *halves[1]]
