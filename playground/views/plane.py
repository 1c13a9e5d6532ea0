"""The plane of a descent over two parameters: contours, trails, arrows, basins, and a start that can be moved."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import panel as pn
from bokeh.models import ColumnDataSource, LinearColorMapper, PlainText, Range1d

from playground.assets import stylesheets
from playground.optimizer_marks import color, marker, optimizer_of
from playground.theme import INK, SURFACE, mode
from playground.views.figures import square_figure
from playground.views.plane_arrows import ArrowLayer, put
from playground.views.plane_basins import BORDER, basin_colors, basin_places, letter
from playground.views.plane_ground import PIXELS, Ground, ground_of, ground_palette
from playground.views.plane_legend import legend
from playground.views.plane_picture import (
    FEW,
    Array,
    Arrow,
    BasinPicture,
    PlanePicture,
    Trail,
    drawable,
    head,
    thinned,
    within,
)
from playground.views.plane_trails import TrailLine
from playground.widgets.plane_pointer import PlanePointer, PointCallback

__all__ = [
    "Arrow",
    "BasinPicture",
    "Ground",
    "PlanePicture",
    "PlaneView",
    "Trail",
    "ground_of",
]

_EMPTY = np.zeros((PIXELS, PIXELS), np.uint8)
# Every point of the grid of basins is so many pixels wide, which leaves room for a border between them.
_BASIN_PIXELS = 4
# How high a line of the legend is, in pixels.
_LEGEND_LINE = 24


class PlaneView:
    """A Bokeh figure that is built once and mutated, with a handle for the start over it and a legend beneath.

    Parameters
    ----------
    on_point : callable
        Takes ``"start"``, x and y where a start was clicked or the handle was dropped, and ``"drag"``, x and y while
        the handle is moved, twenty times a second at most.
    title : str
        Stands above the plane.
    trail_legend : bool
        Whether the legend names the trails.
    most_width : str
        How wide the square may be at most, as CSS has it.
    legend_lines : int
        For so many lines of legend there is always room: with fewer nothing beneath moves.
    """

    def __init__(
        self, on_point: PointCallback, title: str = "", trail_legend: bool = True, most_width: str = "none",
        legend_lines: int = 1,
    ) -> None:  # fmt: skip
        self._ground: Ground | None = None
        self._picture: PlanePicture | None = None
        self._trail_legend = trail_legend
        self._dark = False
        self._lines: list[TrailLine] = []
        self._build(title)
        self._pointer = PlanePointer(figure=self.figure.id)
        self._pointer.on_point(on_point, lambda: self._extent)
        self._legend = pn.pane.HTML(
            "", sizing_mode="stretch_width", margin=0, stylesheets=stylesheets("views"),
            styles={"min-height": f"{legend_lines * _LEGEND_LINE}px"},
        )  # fmt: skip
        plane = pn.Column(
            pn.pane.Bokeh(self.figure, sizing_mode="scale_width", aspect_ratio=1, margin=0), self._pointer,
            sizing_mode="stretch_width", margin=0,
            styles={"position": "relative", "isolation": "isolate", "max-width": most_width},
        )  # fmt: skip
        self.pane = pn.Column(plane, self._legend, sizing_mode="stretch_width", margin=0)
        self.set_dark(False)

    def _build(self, title: str) -> None:
        plot = self.figure = square_figure(
            title, x_range=Range1d(-1, 1), y_range=Range1d(-1, 1), x_axis_label="x", y_axis_label="y",
            min_border_right=16,
        )  # fmt: skip
        self._sources: dict[str, ColumnDataSource] = {
            "picture": ColumnDataSource({"image": [_EMPTY]}),
            "basins": ColumnDataSource({"image": []}),
            "contours": ColumnDataSource({"xs": [], "ys": []}),
            "others": ColumnDataSource({"xs": [], "ys": [], "color": []}),
            "minima": ColumnDataSource({"x": [], "y": []}),
            "letters": ColumnDataSource({"x": [], "y": [], "letter": []}),
            "jumps": ColumnDataSource({"x": [], "y": []}),
            "start": ColumnDataSource({"x": [], "y": []}),
            "heads": ColumnDataSource(
                {"x": [], "y": [], "marker": [], "fill": [], "line": [], "alpha": [], "width": []}
            ),
        }
        self._mapper = LinearColorMapper(low=0, high=255, palette=["#FFFFFF"] * 256)
        self._basin_mapper = LinearColorMapper(low=0, high=8, palette=basin_colors(False))
        sources = self._sources
        place = {"x": -1, "y": -1, "dw": 2, "dh": 2}
        self._image = plot.image("image", source=sources["picture"], color_mapper=self._mapper, **place).glyph
        self._basin_image = plot.image(
            "image", source=sources["basins"], color_mapper=self._basin_mapper, global_alpha=0.6, **place
        ).glyph
        self._contours = plot.multi_line("xs", "ys", source=sources["contours"], line_width=1.25).glyph
        self._others = plot.multi_line(
            "xs", "ys", source=sources["others"], line_color="color", line_width=5, line_alpha=0.6
        ).glyph
        self._cross_halo = plot.scatter("x", "y", source=sources["minima"], marker="cross", size=22, line_width=7)
        self._cross = plot.scatter("x", "y", source=sources["minima"], marker="cross", size=20, line_width=3)
        self._letters = plot.text(
            "x", "y", "letter", source=sources["letters"], x_offset=12, y_offset=-12, text_font_size="17px",
            text_font_style="bold", text_baseline="middle", background_fill_alpha=0.85, padding=3, border_radius=4,
        ).glyph  # fmt: skip
        # What is drawn later lies over it; the trails' lines come between.
        above = {"level": "overlay"}
        self._jumps = plot.scatter(
            "x", "y", source=sources["jumps"], marker="diamond", size=15, line_width=2.5, **above
        ).glyph
        ring = {"source": sources["start"], "size": 24, "fill_color": None, **above}
        self._start_halo = plot.scatter("x", "y", line_width=7, **ring)
        self._start = plot.scatter("x", "y", line_width=3, **ring)
        plot.scatter(
            "x", "y", source=sources["heads"], marker="marker", size=18, fill_color="fill", fill_alpha="alpha",
            line_color="line", line_width="width", **above,
        )  # fmt: skip
        self._arrows = ArrowLayer(plot)

    @property
    def _extent(self) -> tuple[tuple[float, float], tuple[float, float]]:
        if self._ground is not None:
            return self._ground.extent
        return (-1.0, 1.0), (-1.0, 1.0)

    def show_ground(self, ground: Ground) -> None:
        """Show another surface; what was drawn on the last one goes away."""
        if ground is self._ground:
            return
        self._ground, self._picture = ground, None
        (left, right), (bottom, top) = ground.extent
        plot = self.figure
        plot.x_range.update(start=left, end=right)
        plot.y_range.update(start=bottom, end=top)
        # Plain text: Bokeh would take dollar signs for a formula.
        for axis, name in zip((plot.xaxis, plot.yaxis), ground.names, strict=True):
            axis.axis_label = PlainText(text=name)
        self._image.update(x=left, y=bottom, dw=right - left, dh=top - bottom)
        self._sources["picture"].data = {"image": [ground.picture]}
        xs, ys = zip(*ground.lines, strict=True) if ground.lines else ((), ())
        self._sources["contours"].data = {"xs": list(xs), "ys": list(ys)}
        shown = within(ground.minima, ground.extent)
        x, y = ground.minima[shown].T
        self._letters_of = {"x": x, "y": y, "letter": [letter(place) for place in np.flatnonzero(shown)]}
        self._sources["minima"].data = {"x": x, "y": y}
        self._pointer.names = ground.names
        for name in ("others", "jumps", "start", "heads", "basins", "letters"):
            put(self._sources[name], {column: [] for column in self._sources[name].data})
        self._arrows.draw((), ground.extent)
        for line in self._lines:
            line.clear()
        self._write()

    def draw(self, picture: PlanePicture) -> None:
        """Show a moment; what is as it was is not sent again."""
        ground, before = self._ground, self._picture
        if ground is None:
            return
        self._picture = picture
        if before is None or picture.start != before.start:
            self._put_start(picture.start)
        self._draw_trails(picture.trails)
        if before is None or picture.arrows != before.arrows:
            self._arrows.draw(picture.arrows, ground.extent)
        if before is None or picture.basins is not before.basins:
            self._draw_basins(picture.basins)
        if before is None or picture.jumps is not before.jumps:
            jumps = np.zeros((0, 2)) if picture.jumps is None else picture.jumps
            jumps = jumps[within(jumps, ground.extent)]
            put(self._sources["jumps"], {"x": jumps[:, 0], "y": jumps[:, 1]})
        if before is None or picture.others is not before.others:
            self._draw_others(picture.others)
        self._write()

    def _put_start(self, start: tuple[float, float]) -> None:
        self._pointer.push(start=(float(start[0]), float(start[1])))
        put(self._sources["start"], {"x": [float(start[0])], "y": [float(start[1])]})

    def _draw_trails(self, trails: tuple[Trail, ...]) -> None:
        while len(self._lines) < len(trails):
            self._lines.append(TrailLine(self.figure, self._dark))
        columns: dict[str, list[Any]] = {name: [] for name in self._sources["heads"].data}
        few = len(trails) <= FEW
        for line, trail in zip(self._lines, trails, strict=False):
            points = drawable(trail.points, self._extent)
            line.draw(trail.key, thinned(points, self._extent), steps=few)
            if not len(points):
                continue
            x, y, outside = head(points, self._extent)
            tint, paper = color(trail.key, self._dark), SURFACE[mode(self._dark)]["surface"]
            # A racer's second one of a kind is hollow; who has left the picture is pale.
            second = optimizer_of(trail.key) != trail.key
            away = outside or trail.gone
            row = (x, y, marker(trail.key), paper if second else tint, tint if second or away else paper,
                   0.25 if away else 1.0, 3.0 if second else 2.0)  # fmt: skip
            for column, value in zip(columns.values(), row, strict=True):
                column.append(value)
        for line in self._lines[len(trails) :]:
            line.clear()
        put(self._sources["heads"], columns)

    def _draw_basins(self, basins: BasinPicture | None) -> None:
        # Two mixtures of colours over each other are mud: the contours say how high it is.
        self._image.global_alpha = 1.0 if basins is None else 0.25
        if basins is None:
            for name in ("basins", "letters"):
                put(self._sources[name], {column: [] for column in self._sources[name].data})
            return
        assert self._ground is not None
        (left, right), (bottom, top) = self._ground.extent
        rows, columns = basins.reached.shape
        # The points of the grid are the middles of its cells.
        dx, dy = (right - left) / (columns - 1), (top - bottom) / (rows - 1)
        self._basin_image.update(x=left - dx / 2, y=bottom - dy / 2, dw=columns * dx, dh=rows * dy)
        self._sources["basins"].data = {"image": [basin_image(basins.reached, self._ground.minima)]}
        put(self._sources["letters"], self._letters_of)

    def _draw_others(self, others: tuple[Trail, ...]) -> None:
        lines = [thinned(drawable(trail.points, self._extent), self._extent).astype(np.float32) for trail in others]
        self._sources["others"].data = {
            "xs": [line[:, 0].copy() for line in lines], "ys": [line[:, 1].copy() for line in lines],
            "color": [color(trail.key, self._dark) for trail in others],
        }  # fmt: skip

    def _write(self) -> None:
        picture = self._picture
        text = "" if picture is None else legend(picture, self._ground, self._dark, self._trail_legend, movable=True)
        if text != self._legend.object:
            self._legend.object = text

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._dark = dark
        name = mode(dark)
        ink, paper = INK[name]["ink"], SURFACE[name]["surface"]
        self._mapper.palette = ground_palette(dark)
        self._basin_mapper.palette = basin_colors(dark)
        self._contours.update(line_color=ink, line_alpha=0.4)
        self._cross_halo.glyph.line_color = self._start_halo.glyph.line_color = paper
        self._cross.glyph.line_color = self._start.glyph.line_color = ink
        self._jumps.update(line_color=ink, fill_color=paper)
        self._arrows.set_dark(dark)
        self._letters.update(text_color=ink, background_fill_color=paper)
        self._pointer.dark = dark
        for line in self._lines:
            line.set_dark(dark)
        if self._picture is not None:
            picture, self._picture = self._picture, None
            self.draw(picture)


def basin_image(reached: npt.NDArray[np.int64], minima: Array) -> npt.NDArray[np.uint8]:
    """Return a picture of basins [y, x], every cell 4 × 4, as places in `basin_colors`; borders are drawn."""
    # Neighbours of one colour may still be two basins.
    cells = reached.repeat(_BASIN_PIXELS, axis=0).repeat(_BASIN_PIXELS, axis=1)
    picture = basin_places(cells, minima)
    picture[1:][cells[1:] != cells[:-1]] = BORDER
    picture[:, 1:][cells[:, 1:] != cells[:, :-1]] = BORDER
    return picture
