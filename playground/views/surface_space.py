"""A descent's ground in space, with its trails and arrows on it: the same picture as on the plane."""

from __future__ import annotations

from typing import Any

import numpy as np
import panel as pn

from playground.assets import stylesheets
from playground.optimizer_marks import SHAPES, color, dash, optimizer_of
from playground.theme import INK, NEUTRAL, mode, palette_bytes, ramp
from playground.views.plane_basins import basin_colors, basin_places
from playground.views.plane_ground import Ground, between
from playground.views.plane_legend import ARROW_DASHES, arrow_color, legend
from playground.views.plane_picture import FEW, Array, Arrow, PlanePicture, Trail, cut, drawable, thinned, within
from playground.widgets.surface import MOST_PATH_POINTS, MOST_SIDE, Surface, pack_surface, pack_trails

# All trails together have so many points, or a race could not be painted within a frame.
_ALL_POINTS = 2800
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
# Colours of the look-up table that belong to the height; behind them stand those of the basins.
_TINTS = 240
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
# Turned as usual, and rather from above: into a valley one has to look.
_VIEW = (-0.62, 0.8)
_RING = "M12 1a11 11 0 1 1 0 22 11 11 0 1 1 0-22zM12 6a6 6 0 1 0 0 12 6 6 0 1 0 0-12z"
_CROSS = "M10 1H14V10H23V14H14V23H10V14H1V10H10z"
# An arrow lies on the ground: so many pieces follow it.
_ARROW_PIECES = 24


class SurfaceSpace:
    """The ground as a surface that can be turned, and its legend, to be put beneath it or left out.

    Parameters
    ----------
    title : str
        Stands above it.
    height : int
        Of the drawing, in pixels.
    """

    def __init__(self, title: str = "", height: int = 420) -> None:
        self._ground: Ground | None = None
        self._picture: PlanePicture | None = None
        self._dark = False
        self.panel = Surface(title=title, canvas_height=height, lut=_lut(False), z_range=(0.0, 1.0), viewpoint=_VIEW)
        self.legend = pn.pane.HTML("", sizing_mode="stretch_width", margin=0, stylesheets=stylesheets("views"))

    def show_ground(self, ground: Ground) -> None:
        """Show another surface; what was drawn on the last one goes away."""
        if ground is self._ground:
            return
        self._ground, self._picture = ground, None
        # The mesh takes every second point of the ground's grid, or as many as it can paint.
        stride = -(-(len(ground.heights) - 1) // (MOST_SIDE - 1))
        self._mesh = _smooth(ground.heights)[::stride, ::stride] if stride > 1 else ground.heights
        self.panel.param.update(
            frame=pack_surface(self._mesh, self._tints()), trails=b"", looks=[], ranges=ground.extent,
            labels=(*ground.names, "J (log)" if ground.scale.knee else "J"),
            z_ticks=[[t, tick(ground.scale.loss(t))] for t in _TICKS],
            summary=f"{ground.title} as a surface over {ground.names[0]} and {ground.names[1]}.",
        )  # fmt: skip

    def draw(self, picture: PlanePicture) -> None:
        """Show a moment; what is as it was is not sent again."""
        ground, before = self._ground, self._picture
        if ground is None:
            return
        self._picture = picture
        if (None if before is None else before.basins) is not picture.basins:
            self.panel.push(frame=pack_surface(self._mesh, self._tints()))
        pieces, looks = self._marks(picture)
        trails = pack_trails([self._placed(piece) for piece in pieces])
        if trails != self.panel.trails or looks != self.panel.looks:
            self.panel.push(trails=trails, looks=looks)
        text = legend(picture, ground, self._dark)
        if text != self.legend.object:
            self.legend.object = text

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._dark = dark
        self.panel.param.update(dark=dark, lut=_lut(dark))
        if self._picture is not None:
            picture, self._picture = self._picture, None
            self.draw(picture)

    def _marks(self, picture: PlanePicture) -> tuple[list[Array], list[dict[str, Any]]]:
        """Return the points of everything on the ground, and how each looks; the topmost last."""
        assert self._ground is not None
        ink = INK[mode(self._dark)]["ink"]
        shown: list[tuple[Array, dict[str, Any]]] = [
            (self._line(trail, MOST_PATH_POINTS // 2), {"color": f"{color(trail.key, self._dark)}80", "width": 4})
            for trail in picture.others
        ]
        shown += [
            (minimum[None], {"color": ink, "shape": _CROSS})
            for minimum in self._ground.minima[within(self._ground.minima, self._ground.extent)][:30]
        ]
        shown.append((np.array([picture.start], dtype=np.float64), {"color": ink, "shape": _RING}))
        each = max(MOST_PATH_POINTS // 4, min(MOST_PATH_POINTS, _ALL_POINTS // max(1, len(picture.trails))))
        shown += [(self._line(trail, each), self._trail_style(trail, len(picture.trails))) for trail in picture.trails]
        shown += [
            (self._arrow(arrow), self._arrow_style(arrow))
            for arrow in picture.arrows if within(np.array(arrow.tail), self._ground.extent)
        ]  # fmt: skip
        return [points for points, _ in shown], [style for _, style in shown]

    def _arrow_style(self, arrow: Arrow) -> dict[str, Any]:
        tip = {"shape": SHAPES[optimizer_of(arrow.key)]} if arrow.kind == "fan" else {"arrow": True}
        width = 4.5 if arrow.kind == "step" else 3.5
        tint = arrow_color(arrow.kind, arrow.key, self._dark)
        return {"color": tint, "dash": ARROW_DASHES[arrow.kind], "width": width, **tip}

    def _trail_style(self, trail: Trail, count: int) -> dict[str, Any]:
        name = optimizer_of(trail.key)
        return {
            "color": color(name, self._dark), "dash": dash(name) if count > FEW else [], "shape": SHAPES[name],
            "hollow": name != trail.key,
        }  # fmt: skip

    def _line(self, trail: Trail, most: int) -> Array:
        assert self._ground is not None
        points = thinned(drawable(trail.points, self._ground.extent), self._ground.extent)
        return points if len(points) <= most else points[np.linspace(0, len(points) - 1, most).round().astype(int)]

    def _arrow(self, arrow: Arrow) -> Array:
        assert self._ground is not None
        tail, tip = np.array(arrow.tail), np.array(cut(arrow.tail, arrow.head, self._ground.extent))
        return tail + np.linspace(0, 1, _ARROW_PIECES)[:, None] * (tip - tail)

    def _placed(self, points: Array) -> Array:
        """Return points of the plane [n, 2] where they lie in the box [n, 3]; nan beyond the ground."""
        assert self._ground is not None
        low, high = np.array(self._ground.extent).T
        x, y = ((points - low) / (high - low)).T
        return np.stack([x, y, between(self._mesh, x, y)], axis=1)

    def _tints(self) -> Any:
        """Return the colour of every point of the mesh, as an index of the look-up table."""
        assert self._ground is not None
        tints = np.round((_TINTS - 1) * np.nan_to_num(self._mesh)).astype(np.uint8)
        if self._picture is None or self._picture.basins is None:
            return tints
        reached = self._picture.basins.reached
        rows, columns = (
            np.linspace(0, count - 1, len(tints)).round().astype(int) for count in reached.shape
        )  # fmt: skip
        places = basin_places(reached[np.ix_(rows, columns)], self._ground.minima)
        return (_TINTS + places).astype(np.uint8)


def _smooth(heights: Array) -> Array:
    """Return heights [m, n], each the mean of itself and its neighbours: a narrow valley between two lines of a coarser
    mesh would look like teeth. A hole stays as it is.
    """
    known = np.isfinite(heights)
    sums = np.stack([np.where(known, heights, 0.0), known.astype(np.float64)])
    for axis in (1, 2):
        padded = np.pad(sums, [(0, 0), *((1, 1) if axis == at else (0, 0) for at in (1, 2))], mode="edge")
        parts = [padded.take(range(k, k + sums.shape[axis]), axis=axis) for k in range(3)]
        sums = (parts[0] + 2 * parts[1] + parts[2]) / 4
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(known, sums[0] / sums[1], np.nan)


def tick(value: float) -> str:
    """Return a loss as short as an axis has room for: 0, 15, −2.2, 2·10⁵."""
    if not value or 1e-3 <= abs(value) < 9.5e3:
        return f"{float(f'{value:.2g}'):g}".replace("-", "−")
    mantissa, _, exponent = f"{value:.0e}".partition("e")
    return mantissa.replace("-", "−") + f"·10{str(int(exponent)).translate(_SUPERSCRIPTS)}"


def _lut(dark: bool) -> bytes:
    """Return the look-up table: the ground's colours, stronger than on the plane, where no box is near; the basins'."""
    name = mode(dark)
    shades = ramp(NEUTRAL[name], INK[name]["primary"], 400)
    heights = shades[100 : 100 + _TINTS] if dark else shades[40 : 40 + _TINTS]
    basins = [ramp(heights[0], tint, 11)[8] for tint in basin_colors(dark)]
    return palette_bytes([*heights, *basins, *[heights[0]] * (256 - _TINTS - len(basins))])
