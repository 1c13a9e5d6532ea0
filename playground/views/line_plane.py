"""Two groups of points, the lines that tell them apart, and the probability on both sides of one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import panel as pn
from bokeh.events import Tap
from bokeh.models import ColumnDataSource, CustomJSHover, HoverTool, LinearColorMapper, Range1d
from bokeh.plotting import figure

from playground.assets import stylesheets
from playground.theme import INK, NEUTRAL, SURFACE, mode, ramp
from playground.views.figures import square_figure
from playground.views.lane_marks import DASHES, HAND, SIDES, TITLES, color, line_svg
from playground.views.plane_editor import PlaneEditor

Array = npt.NDArray[np.float64]

TITLE = "The two groups and the lines"
PIXELS = 80
# Probabilities are a picture behind points of the same two colours: paler than they.
_PALEST = 0.55
# More rings than this would hide the points.
MOST_RINGS = 60
_MARKERS = ("square", "circle")
_LOGIT = """
const [w1, w2, b] = weights.data.value
const z = w1 * special_vars.x + w2 * special_vars.y + b
"""
_SHOWN_Z = "return z.toFixed(2).replace('-', '−')"
_SHOWN_P = "return (1 / (1 + Math.exp(-z))).toFixed(4)"


@dataclass(frozen=True, slots=True, eq=False)
class LinePicture:
    """One moment of the plane.

    Attributes
    ----------
    points : ndarray [N, 2]
    labels : ndarray [N]
    reach : float
        The view goes so far from 0 either way.
    lines : mapping of str to (float, float, float)
        (w₁, w₂, b) of each line, by its key in `lane_marks.TITLES`.
    shaded : str
        The line on whose sides the probability is shown.
    rings : ndarray of int
        Points of the last update of that lane.
    point : tuple of float or None
        A point that somebody asks about.
    handles : tuple of (float, float)
        Two points of the line that can be dragged, or none.
    """

    points: Array
    labels: Array
    reach: float
    lines: Mapping[str, tuple[float, float, float]]
    shaded: str
    rings: npt.NDArray[np.int64]
    point: tuple[float, float] | None = None
    handles: tuple[tuple[float, float], ...] = ()


def line_handles(weights: tuple[float, float, float], reach: float) -> tuple[tuple[float, float], ...]:
    """Return two points of a line by which it can be dragged; none where it is not in view."""
    xs, ys = line_ends(weights, reach)
    if not xs:
        return ()
    shares = (0.2, 0.8)
    return tuple((xs[0] + s * (xs[1] - xs[0]), ys[0] + s * (ys[1] - ys[0])) for s in shares)


def line_through(
    fixed: tuple[float, float], moved: tuple[float, float], weights: tuple[float, float, float]
) -> tuple[float, float, float]:
    """Return the weights of the line through two points, as long as others and with the same side above zero.

    The same weights, where the points are too near to each other to tell a direction.
    """
    along = np.subtract(moved, fixed)
    size = float(np.hypot(*along))
    if size < 1e-3:
        return weights
    w1, w2 = np.array([along[1], -along[0]]) * (np.hypot(*weights[:2]) / size)
    if w1 * weights[0] + w2 * weights[1] < 0:
        w1, w2 = -w1, -w2
    return float(w1), float(w2), -float(w1 * fixed[0] + w2 * fixed[1])


def line_ends(weights: tuple[float, float, float], reach: float) -> tuple[list[float], list[float]]:
    """Return x and y of where a line enters and leaves the view; empty where it does not cross it, or is none."""
    w1, w2, b = weights
    found = []
    for side in (-reach, reach):
        if w2:
            found.append((side, -(w1 * side + b) / w2))
        if w1:
            found.append((-(w2 * side + b) / w1, side))
    inside = [point for point in found if max(map(abs, point)) <= reach * (1 + 1e-9)]
    if len(inside) < 2:
        return [], []
    # Through a corner both of its sides give the same point: the two farthest from each other are the ends.
    along = np.array(inside) @ np.array([w2, -w1])
    ends = inside[int(along.argmin())], inside[int(along.argmax())]
    return [ends[0][0], ends[1][0]], [ends[0][1], ends[1][1]]


def shading(weights: tuple[float, float, float], reach: float) -> npt.NDArray[np.uint8]:
    """Return p = σ(z) over the view as a picture [PIXELS, PIXELS], lowest row first: 0 for p = 0, 255 for p = 1."""
    at = reach * (2 * (np.arange(PIXELS) + 0.5) / PIXELS - 1)
    z = weights[0] * at[None, :] + weights[1] * at[:, None] + weights[2]
    return np.round(255 * np.exp(-np.logaddexp(0, -z))).astype(np.uint8)


class LinePlane:
    """A Bokeh figure that is built once and mutated.

    Parameters
    ----------
    on_point : callable
        Takes x₁ and x₂ where the plane was clicked or tapped.
    on_handle : callable
        Takes which handle of the line was dragged, 0 or 1, and to where.
    """

    def __init__(
        self, on_point: Callable[[float, float], Any], on_handle: Callable[[int, float, float], Any]
    ) -> None:
        self._image = ColumnDataSource({"image": [np.full((2, 2), 127, np.uint8)]})
        self._points = ColumnDataSource({"x": [], "y": [], "color": [], "marker": []})
        self._lines = ColumnDataSource({"xs": [], "ys": [], "color": [], "dash": []})
        self._rings = ColumnDataSource({"x": [], "y": []})
        self._asked, self._held = (ColumnDataSource({"x": [], "y": []}) for _ in range(2))
        # What the box beside the pointer computes with.
        self._weights = ColumnDataSource({"value": [0.0, 0.0, 0.0]})
        self._mapper = LinearColorMapper(low=0, high=255, palette=_palette(False))
        self.figure: figure = square_figure(
            TITLE, x_range=Range1d(-15, 15), y_range=Range1d(-15, 15), x_axis_label="x₁", y_axis_label="x₂"
        )
        picture = self.figure.image(
            "image", source=self._image, x=-15, y=-15, dw=30, dh=30, color_mapper=self._mapper
        )
        self._picture = picture.glyph
        self._dots = self.figure.scatter(
            "x", "y", source=self._points, fill_color="color", marker="marker", size=8, line_width=1.2
        ).glyph
        self._circles = self.figure.scatter("x", "y", source=self._rings, size=15, line_width=2, fill_color=None).glyph
        self._halo = self.figure.multi_line("xs", "ys", source=self._lines, line_width=6, line_alpha=0.7).glyph
        self.figure.multi_line(
            "xs", "ys", source=self._lines, line_color="color", line_dash="dash", line_width=3
        )
        self._cross = self.figure.scatter(
            "x", "y", source=self._asked, marker="cross", size=20, line_width=3.5
        ).glyph
        self._grips = self.figure.scatter("x", "y", source=self._held, size=16, line_width=3).glyph
        self._editor = PlaneEditor(
            self.figure, lambda message: on_handle(message["index"], message["x"], message["y"])
        )
        self.figure.add_tools(
            HoverTool(
                renderers=[picture], tooltips=[("z", "$x{custom}"), ("p", "$y{custom}")],
                formatters={
                    "$x": CustomJSHover(args={"weights": self._weights}, code=_LOGIT + _SHOWN_Z),
                    "$y": CustomJSHover(args={"weights": self._weights}, code=_LOGIT + _SHOWN_P),
                },
            )
        )  # fmt: skip
        self.figure.on_event(Tap, lambda event: on_point(float(event.x), float(event.y)))
        self._drawn: LinePicture | None = None
        # A card that speaks of the plane hangs on this: over the plane itself it would hide what stands beside it.
        self.legend = pn.pane.HTML("", sizing_mode="stretch_width", margin=0, stylesheets=stylesheets("views"))
        self.pane = pn.Column(
            pn.pane.Bokeh(self.figure, sizing_mode="scale_width", aspect_ratio=1, margin=0), self.legend,
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        self.set_dark(False)

    def draw(self, picture: LinePicture) -> None:
        """Show a moment; only what has changed is sent."""
        old, self._drawn = self._drawn, picture
        if old is None or old.points is not picture.points:
            self._draw_points(picture)
        reach = picture.reach
        if old is None or old.reach != reach:
            self.figure.x_range.update(start=-reach, end=reach)
            self.figure.y_range.update(start=-reach, end=reach)
            self._picture.update(x=-reach, y=-reach, dw=2 * reach, dh=2 * reach)
        weights = picture.lines[picture.shaded]
        if old is None or (old.lines[old.shaded], old.reach) != (weights, reach):
            self._image.data = {"image": [shading(weights, reach)]}
            self._weights.data = {"value": list(weights)}
        if old is None or old.lines != picture.lines or old.reach != reach:
            self._draw_lines(picture)
        if old is None or old.points is not picture.points or not np.array_equal(old.rings, picture.rings):
            self._draw_rings(picture)
        if old is None or old.point != picture.point:
            asked = [] if picture.point is None else [picture.point]
            self._asked.data = {"x": [x for x, _ in asked], "y": [y for _, y in asked]}
        if old is None or old.handles != picture.handles:
            self._draw_handles(picture.handles)
        if old is None or old.shaded != picture.shaded or list(old.lines) != list(picture.lines):
            self._draw_legend(picture)

    def _draw_rings(self, picture: LinePicture) -> None:
        rings = picture.rings if len(picture.rings) <= MOST_RINGS else picture.rings[:0]
        at = picture.points[rings]
        self._rings.data = {"x": at[:, 0].copy(), "y": at[:, 1].copy()}

    def _draw_handles(self, handles: tuple[tuple[float, float], ...]) -> None:
        self._editor.tool = "move" if handles else "look"
        places = np.reshape(np.array(handles, dtype=np.float64), (-1, 2))
        self._editor.set_points(places)
        self._held.data = {"x": places[:, 0].copy(), "y": places[:, 1].copy()}

    def _draw_points(self, picture: LinePicture) -> None:
        which = picture.labels.astype(int)
        self._points.data = {
            "x": picture.points[:, 0].copy(), "y": picture.points[:, 1].copy(),
            "color": [SIDES[k] for k in which], "marker": [_MARKERS[k] for k in which],
        }  # fmt: skip

    def _draw_lines(self, picture: LinePicture) -> None:
        ends = {key: line_ends(weights, picture.reach) for key, weights in picture.lines.items()}
        self._lines.data = {
            "xs": [xs for xs, _ in ends.values()], "ys": [ys for _, ys in ends.values()],
            "color": [color(key, self._dark) for key in ends], "dash": [DASHES[key] for key in ends],
        }  # fmt: skip

    def _draw_legend(self, picture: LinePicture) -> None:
        shapes = ('<rect x="3" y="3" width="10" height="10"', '<circle cx="8" cy="8" r="5.5"')
        entries = [
            f'<span class="entry"><svg width="16" height="16" aria-hidden="true">'
            f'{shape} stroke="none" fill="{side}"/></svg>label {label}</span>'
            for label, (shape, side) in enumerate(zip(shapes, SIDES, strict=True))
        ]
        entries += [
            f'<span class="entry">{line_svg(key, self._dark)}{TITLES[key]}'
            f"{', shaded by p' if key == picture.shaded else ''}</span>"
            for key in picture.lines
        ]
        self.legend.object = f'<div class="np np-legend" data-theme="{mode(self._dark)}">{"".join(entries)}</div>'

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._dark = dark
        name = mode(dark)
        self._mapper.palette = _palette(dark)
        self._dots.line_color = self._halo.line_color = SURFACE[name]["surface"]
        self._circles.line_color = self._cross.line_color = INK[name]["ink"]
        self._grips.update(fill_color=SURFACE[name]["surface"], line_color=color(HAND, dark))
        self._editor.set_dark(dark)
        if self._drawn is not None:
            self._draw_lines(self._drawn)
            self._draw_legend(self._drawn)


def _palette(dark: bool) -> list[str]:
    """Return the 256 colours of p: pale blue, neutral at one half, pale green."""
    neutral = NEUTRAL[mode(dark)]
    halves = [ramp(neutral, side, round(128 / _PALEST))[:128] for side in SIDES]
    return [*reversed(halves[0]), *halves[1]]
