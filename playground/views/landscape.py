"""The loss around the path of a training run: a slice through the space of all weights.

Li et al. 2018, "Visualizing the loss landscape of neural nets".
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import panel as pn
from bokeh.models import ColumnDataSource, LinearColorMapper, NumeralTickFormatter, Range1d
from bokeh.plotting import figure
from bokeh.plotting.contour import contour_data

from playground.assets import stylesheets
from playground.theme import INK, LOSS_COLORS, NEGATIVE, SURFACE, mode
from playground.views.figures import plain_figure, sequential_palette, short, square_figure

Array = npt.NDArray[np.float64]

TITLE = "The loss around the path"
PIXELS = 120
LEVELS = 12
# A loss that spans more than this many times its least value is coloured by its logarithm.
DECADES_FROM = 10.0
FLOOR = 1e-8
# Beside both ends of the path there is room for half a mark: this share of its length.
MARGIN = 0.04
HONESTY = "Where the two lines part, the path leaves the plane that is shown."
# Deep colours are for the lines: the picture uses this many of the 256.
_DEEPEST = 165


class Landscape(Protocol):
    """What is drawn: losses on a grid, and the path of the training across it."""

    axis_u: Array
    axis_v: Array
    loss: Array
    path: Array
    explained: tuple[float, float] | None
    path_loss_real: Array
    path_loss_surface: Array


def levels(loss: Array) -> Array:
    """Return what separates the colours of a loss [G, G]: evenly, or by factors where it spans decades."""
    finite = loss[np.isfinite(loss)]
    if not len(finite) or finite.min() == finite.max():
        return np.zeros(0)
    low, high = float(finite.min()), float(finite.max())
    if spans_decades(loss):
        return np.geomspace(max(low, FLOOR), high, LEVELS + 2)[1:-1]
    return np.linspace(low, high, LEVELS + 2)[1:-1]


def spans_decades(loss: Array) -> bool:
    """Return whether a loss [G, G] is better read as a logarithm."""
    finite = loss[np.isfinite(loss)]
    return bool(len(finite) and finite.min() >= 0 and finite.max() > DECADES_FROM * max(float(finite.min()), FLOOR))


def surface_picture(axis_u: Array, axis_v: Array, loss: Array) -> npt.NDArray[np.uint8]:
    """Return a loss [G, G], row v and column u, as a smooth picture [PIXELS, PIXELS]: 0 the lowest, 254 the highest.

    Between the points of the grid it is interpolated linearly; what is not finite becomes the highest.
    """
    values = np.log(np.maximum(loss, FLOOR)) if spans_decades(loss) else loss.astype(np.float64)
    finite = values[np.isfinite(values)]
    if not len(finite):
        return np.zeros((PIXELS, PIXELS), np.uint8)
    low, high = finite.min(), finite.max()
    values = np.where(np.isfinite(values), values, high)
    middle = (np.arange(PIXELS) + 0.5) / PIXELS
    at_u = axis_u[0] + middle * (axis_u[-1] - axis_u[0])
    at_v = axis_v[0] + middle * (axis_v[-1] - axis_v[0])
    rows = np.stack([np.interp(at_u, axis_u, row) for row in values])
    smooth = np.stack([np.interp(at_v, axis_v, column) for column in rows.T], axis=1)
    return np.round(254 * (smooth - low) / max(high - low, 1e-300)).astype(np.uint8)


class LandscapeView:
    """A square figure of the surface with the path, and a slim one that compares the surface with the true loss."""

    def __init__(self) -> None:
        self._image = ColumnDataSource({"image": [np.zeros((2, 2), np.uint8)]})
        self._contours = ColumnDataSource({"xs": [], "ys": []})
        self._path = ColumnDataSource({"u": [], "v": []})
        self._ends = ColumnDataSource({"u": [], "v": [], "marker": []})
        self._losses = ColumnDataSource({"step": [], "real": [], "surface": []})
        self._here = ColumnDataSource({"step": [], "real": [], "surface": []})
        self._mapper = LinearColorMapper(low=0, high=254, palette=sequential_palette(False)[:_DEEPEST])
        self._build_surface()
        self._build_losses()
        self._drawn: Landscape | None = None
        self._dark = False
        self._caption = pn.pane.HTML("", sizing_mode="stretch_width", margin=0, stylesheets=stylesheets("views"))
        self.pane = pn.Column(
            pn.pane.Bokeh(self._surface, sizing_mode="scale_width", aspect_ratio=1, margin=0),
            pn.pane.Bokeh(self._slim, sizing_mode="stretch_width", margin=0),
            self._caption, sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        self.set_dark(False)

    @property
    def figures(self) -> tuple[figure, figure]:
        """The Bokeh figures of the surface and of the losses along the path, to be saved as pictures."""
        return self._surface, self._slim

    def _build_surface(self) -> None:
        self._surface: figure = square_figure(
            TITLE, x_range=Range1d(-1, 1), y_range=Range1d(-1, 1), x_axis_label="direction 1",
            y_axis_label="direction 2",
        )  # fmt: skip
        self._surface.axis.axis_label_text_font_style = "normal"
        self._picture = self._surface.image(
            "image", source=self._image, x=-1, y=-1, dw=2, dh=2, color_mapper=self._mapper
        ).glyph
        self._contour_lines = self._surface.multi_line(
            "xs", "ys", source=self._contours, line_width=1, line_alpha=0.45
        ).glyph
        # A line of the page's colour under the path keeps it apart from every shade.
        self._halo = self._surface.line("u", "v", source=self._path, line_width=5).glyph
        self._surface.line("u", "v", source=self._path, line_width=2.5, line_color=NEGATIVE)
        self._dots = self._surface.scatter(
            "u", "v", source=self._path, size=6, fill_color=NEGATIVE, line_width=1
        ).glyph
        self._marks = self._surface.scatter(
            "u", "v", source=self._ends, marker="marker", size=15, fill_color=NEGATIVE, line_width=2.5
        ).glyph

    def _build_losses(self) -> None:
        self._slim: figure = plain_figure(
            "Loss along the path", height=170, sizing_mode="stretch_width", x_axis_label="point of the path",
            x_range=Range1d(0, 1), y_range=Range1d(0, 1),
        )  # fmt: skip
        self._slim.xaxis.formatter = NumeralTickFormatter(format="0.[00]a")
        self._slim.yaxis.ticker.desired_num_ticks = 4
        self._curves: dict[str, Any] = {}
        for column, dash in (("real", "solid"), ("surface", "dashed")):
            line = self._slim.line("step", column, source=self._losses, line_width=2.5, line_dash=dash)
            here = self._slim.scatter("step", column, source=self._here, size=12, line_width=0)
            self._curves[column] = line.glyph, here.glyph

    def draw(self, landscape: Landscape) -> None:
        """Show a landscape; `loss[i, j]` belongs to `axis_v[i]` and `axis_u[j]`."""
        self._drawn = landscape
        u, v = landscape.axis_u, landscape.axis_v
        left, bottom, width, height = float(u[0]), float(v[0]), float(u[-1] - u[0]), float(v[-1] - v[0])
        self._image.data = {"image": [surface_picture(u, v, landscape.loss)]}
        self._picture.update(x=left, y=bottom, dw=width, dh=height)
        self._surface.x_range.update(start=left, end=left + width)
        self._surface.y_range.update(start=bottom, end=bottom + height)
        self._contours.data = self._contour_columns(landscape)
        explained = landscape.explained
        for k, axis in enumerate((self._surface.xaxis, self._surface.yaxis)):
            share = "" if explained is None else f" ({100 * explained[k]:.0f} % of the path's variance)"
            axis.axis_label = f"direction {k + 1}{share}"
        self.draw_path(landscape)

    def draw_path(self, landscape: Landscape) -> None:
        """Show how the path has gone on, on the surface that is drawn already."""
        self._drawn = landscape
        self._path.data = {"u": landscape.path[:, 0].copy(), "v": landscape.path[:, 1].copy()}
        steps = np.arange(len(landscape.path), dtype=np.float64)
        real, surface = landscape.path_loss_real.copy(), landscape.path_loss_surface.copy()
        self._losses.data = {"step": steps, "real": real, "surface": surface}
        length = max(1.0, float(steps[-1]))
        self._slim.x_range.update(start=-MARGIN * length, end=(1 + MARGIN) * length)
        both = np.concatenate([real, surface])
        finite = both[np.isfinite(both)]
        top = float(finite.max()) if len(finite) else 1.0
        self._slim.y_range.update(start=min(0.0, float(finite.min())) if len(finite) else 0.0, end=1.05 * top or 1.0)
        if len(steps):
            self.draw_position(*landscape.path[-1], float(real[-1]), float(surface[-1]))

    @staticmethod
    def _contour_columns(landscape: Landscape) -> dict[str, list[Array]]:
        between = levels(landscape.loss)
        if not len(between):
            return {"xs": [], "ys": []}
        grid = np.ma.masked_invalid(landscape.loss)
        lines = contour_data(
            landscape.axis_u, landscape.axis_v, grid, between, want_fill=False, want_line=True
        ).line_data
        # Bokeh separates the pieces of a level by NaN, and a level without any has no coordinates.
        return {"xs": [np.array(xs) for xs in lines.xs], "ys": [np.array(ys) for ys in lines.ys]}

    def draw_position(self, u: float, v: float, loss_real: float, loss_surface: float) -> None:
        """Move the dot of now to (u, v), and tell the true loss there from the surface's."""
        if self._drawn is None:
            return
        path = self._drawn.path
        start_u, start_v = path[0]
        self._ends.data = {"u": [start_u, u], "v": [start_v, v], "marker": ["square", "circle"]}
        nearest = float(np.nan_to_num(np.hypot(path[:, 0] - u, path[:, 1] - v), nan=np.inf).argmin())
        self._here.data = {"step": [nearest], "real": [loss_real], "surface": [loss_surface]}
        self._write(loss_real, loss_surface)

    def _write(self, loss_real: float, loss_surface: float) -> None:
        keys = []
        for tone, dash, text in (
            ("train", "", f"loss of the network: {short(loss_real)}"),
            ("test", "6 4", f"loss of the surface beneath it: {short(loss_surface)}"),
        ):
            line = f'<line x1="0" y1="6" x2="28" y2="6" stroke-width="2.5" stroke-dasharray="{dash}"/>'
            svg = f'<svg class="{tone}" width="28" height="12" aria-hidden="true">{line}</svg>'
            keys.append(f'<span class="entry">{svg}{text}</span>')
        shapes = (
            ('<rect x="3" y="3" width="10" height="10" fill="none" stroke-width="2"/>', "start"),
            ('<circle cx="8" cy="8" r="5.5" fill="none" stroke-width="2"/>', "now"),
        )
        keys += [
            f'<span class="entry"><svg width="16" height="16" aria-hidden="true">{shape}</svg>{text}</span>'
            for shape, text in shapes
        ]
        self._said = loss_real, loss_surface
        legend = f'<div class="np-legend">{"".join(keys)}</div><div class="np-legend">{HONESTY}</div>'
        self._caption.object = f'<div class="np" data-theme="{mode(self._dark)}">{legend}</div>'

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._dark = dark
        name = mode(dark)
        self._mapper.palette = sequential_palette(dark)[:_DEEPEST]
        self._contour_lines.line_color = INK[name]["ink"]
        self._halo.line_color = self._dots.line_color = SURFACE[name]["surface"]
        self._marks.line_color = INK[name]["ink"]
        for column, tone in (("real", "train-loss"), ("surface", "test-loss")):
            line, here = self._curves[column]
            line.line_color = here.fill_color = LOSS_COLORS[name][tone]
        if self._drawn is not None:
            self._write(*self._said)
