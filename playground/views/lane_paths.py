"""The paths of the lanes over the cost of the two weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import panel as pn
from bokeh.models import ColumnDataSource, LinearColorMapper, Range1d
from bokeh.plotting import figure

from playground.assets import stylesheets
from playground.theme import INK, SURFACE, mode
from playground.views.figures import square_figure
from playground.views.lane_marks import DASHES, TITLES, color, line_svg
from playground.views.loss_lines import thinned
from playground.views.plane_ground import HOLE, Ground, ground_palette

Array = npt.NDArray[np.float64]

_STAR = "M8 1L10 6 15 6 11 9 13 15 8 11 3 15 5 9 1 6 6 6z"
TITLE = "The way of the weights over the cost"


@dataclass(frozen=True, slots=True, eq=False)
class PathPicture:
    """One moment.

    Attributes
    ----------
    ground : Ground
        The cost over w₁ and w₂, with the bias of the best line.
    paths : mapping of str to ndarray [n, 2]
        Of each lane, from the start to where it stands.
    hand : tuple of float or None
        The weights set by hand.
    """

    ground: Ground
    paths: Mapping[str, Array]
    hand: tuple[float, float] | None = None


class LanePaths:
    """A square Bokeh figure that is built once and mutated."""

    def __init__(self) -> None:
        self._image = ColumnDataSource({"image": [np.zeros((2, 2), np.uint8)]})
        self._contours = ColumnDataSource({"xs": [], "ys": []})
        self._paths = ColumnDataSource({"xs": [], "ys": [], "color": [], "dash": []})
        self._heads = ColumnDataSource({"x": [], "y": [], "color": []})
        self._marks = ColumnDataSource({"x": [], "y": []})
        self._by_hand = ColumnDataSource({"x": [], "y": []})
        self._mapper = LinearColorMapper(low=0, high=HOLE, palette=ground_palette(False))
        self.figure: figure = square_figure(
            TITLE, x_range=Range1d(0, 1), y_range=Range1d(0, 1), x_axis_label="w₁", y_axis_label="w₂"
        )
        self._picture = self.figure.image(
            "image", source=self._image, x=0, y=0, dw=1, dh=1, color_mapper=self._mapper
        ).glyph
        self._lines = self.figure.multi_line("xs", "ys", source=self._contours, line_width=1, line_alpha=0.4).glyph
        self._cross = self.figure.scatter(
            "x", "y", source=self._marks, marker="cross", size=18, line_width=3
        ).glyph
        self._halo = self.figure.multi_line("xs", "ys", source=self._paths, line_width=5, line_alpha=0.8).glyph
        self.figure.multi_line("xs", "ys", source=self._paths, line_color="color", line_dash="dash", line_width=2.5)
        self._dots = self.figure.scatter(
            "x", "y", source=self._heads, size=12, fill_color="color", line_width=2
        ).glyph
        self._star = self.figure.scatter(
            "x", "y", source=self._by_hand, marker="star", size=17, line_width=1.5
        ).glyph
        self._drawn: PathPicture | None = None
        self._legend = pn.pane.HTML("", sizing_mode="stretch_width", margin=0, stylesheets=stylesheets("views"))
        self.pane = pn.Column(
            pn.pane.Bokeh(self.figure, sizing_mode="scale_width", aspect_ratio=1, margin=0), self._legend,
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        self.set_dark(False)

    def draw(self, picture: PathPicture) -> None:
        """Show a moment; only what has changed is sent."""
        old, self._drawn = self._drawn, picture
        if old is None or old.ground is not picture.ground:
            self._draw_ground(picture.ground)
        self._draw_paths(picture)
        if old is None or (old.hand is None) != (picture.hand is None):
            self._draw_legend(picture)

    def _draw_ground(self, ground: Ground) -> None:
        (left, right), (bottom, top) = ground.extent
        self.figure.x_range.update(start=left, end=right)
        self.figure.y_range.update(start=bottom, end=top)
        self._image.data = {"image": [ground.picture]}
        self._picture.update(x=left, y=bottom, dw=right - left, dh=top - bottom)
        self._contours.data = {"xs": [xs for xs, _ in ground.lines], "ys": [ys for _, ys in ground.lines]}
        self._marks.data = {"x": ground.minima[:, 0].copy(), "y": ground.minima[:, 1].copy()}

    def _draw_paths(self, picture: PathPicture) -> None:
        kept = {key: path[_kept(path)] for key, path in picture.paths.items()}
        colors = [color(key, self._dark) for key in kept]
        self._paths.data = {
            "xs": [path[:, 0].astype(np.float32) for path in kept.values()],
            "ys": [path[:, 1].astype(np.float32) for path in kept.values()],
            "color": colors, "dash": [DASHES[key] for key in kept],
        }  # fmt: skip
        ends = [path[-1] for path in kept.values()]
        self._heads.data = {"x": [float(x) for x, _ in ends], "y": [float(y) for _, y in ends], "color": colors}
        hand = [] if picture.hand is None else [picture.hand]
        self._by_hand.data = {"x": [x for x, _ in hand], "y": [y for _, y in hand]}

    def _draw_legend(self, picture: PathPicture) -> None:
        entries = [f'<span class="entry">{line_svg(key, self._dark)}{TITLES[key]}</span>' for key in picture.paths]
        ink = INK[mode(self._dark)]["ink"]
        entries.append(_entry(f'd="M8 1V15M1 8H15" stroke="{ink}" stroke-width="3"', "least cost"))
        if picture.hand is not None:
            entries.append(_entry(f'd="{_STAR}" stroke="none" fill="{color("hand", self._dark)}"', "by hand"))
        self._legend.object = f'<div class="np np-legend" data-theme="{mode(self._dark)}">{"".join(entries)}</div>'

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._dark = dark
        name = mode(dark)
        self._mapper.palette = ground_palette(dark)
        self._lines.line_color = self._cross.line_color = INK[name]["ink"]
        self._halo.line_color = self._dots.line_color = self._star.line_color = SURFACE[name]["surface"]
        self._star.fill_color = color("hand", dark)
        if self._drawn is not None:
            self._draw_paths(self._drawn)
            self._draw_legend(self._drawn)


def _entry(path: str, text: str) -> str:
    return f'<span class="entry"><svg width="16" height="16" aria-hidden="true"><path {path}/></svg>{text}</span>'


def _kept(path: Array) -> npt.NDArray[np.intp]:
    """Return which points of a path [n, 2] a line needs: the turns of both weights."""
    return np.union1d(thinned(path[:, 0], 300), thinned(path[:, 1], 300))
