"""Arrows on a figure of the plane; their heads are as large wherever they point, smaller only on short ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from bokeh.models import Arrow as ArrowGlyph
from bokeh.models import ArrowHead, ColumnDataSource, NormalHead, OpenHead, TeeHead, VeeHead
from bokeh.plotting import figure

from playground.optimizer_marks import marker
from playground.theme import SURFACE, mode
from playground.views.plane_legend import ARROW_DASHES, arrow_color
from playground.views.plane_picture import Arrow, ArrowKind, Extent, cut, within

Array = npt.NDArray[np.float64]

# An arrow shorter than this share of the plane is a dot.
_SHORTEST = 0.004
# By kind: head, its size in pixels, and the width of the line. The marks of optimizers are the heads of a fan.
_LOOKS: dict[ArrowKind, tuple[type[ArrowHead], int, float]] = {
    "gradient": (NormalHead, 16, 3.5),
    "momentum": (VeeHead, 16, 3.5),
    "look_ahead": (OpenHead, 16, 3.5),
    "step": (NormalHead, 20, 5),
    "fan": (TeeHead, 0, 3),
}
_RIM = 4
# About as wide as the plane is on a laptop; a head is at most this share of its arrow, and never smaller than that.
_PLANE_PIXELS = 480
_HEAD_SHARE, _SMALLEST_HEAD = 0.7, 7.0


class ArrowLayer:
    """All arrows of a figure.

    Parameters
    ----------
    plot : figure
    """

    def __init__(self, plot: figure) -> None:
        self._drawn: tuple[tuple[Arrow, ...], Extent] | None = None
        self._dark = False
        self._rims = ColumnDataSource({"x": [], "y": [], "x1": [], "y1": [], "width": []})
        self._marks = ColumnDataSource({"x": [], "y": [], "marker": [], "color": []})
        self._rim = plot.segment(
            "x", "y", "x1", "y1", source=self._rims, line_width="width", line_cap="round", line_alpha=0.8,
            level="overlay",
        ).glyph  # fmt: skip
        self._sources: dict[ArrowKind, ColumnDataSource] = {}
        for kind, (shape, _, width) in _LOOKS.items():
            source = self._sources[kind] = ColumnDataSource(
                {"x0": [], "y0": [], "x1": [], "y1": [], "color": [], "size": []}
            )
            tip: Any = shape(size="size", line_color="color", line_width=3 if shape is OpenHead else 1)
            if shape in (NormalHead, VeeHead):
                tip.fill_color = "color"
            plot.add_layout(
                ArrowGlyph(
                    x_start="x0", y_start="y0", x_end="x1", y_end="y1", source=source, end=tip, line_color="color",
                    line_width=width, line_dash=ARROW_DASHES[kind] or "solid", level="overlay",
                )
            )  # fmt: skip
        self._mark = plot.scatter(
            "x", "y", source=self._marks, marker="marker", size=15, fill_color="color", line_width=1.5, level="overlay"
        ).glyph

    def draw(self, arrows: tuple[Arrow, ...], extent: Extent) -> None:
        """Show arrows, each as far as it lies on the ground; one that begins elsewhere is not shown."""
        self._drawn = arrows, extent
        width = np.array([high - low for low, high in extent])
        rims: list[tuple[float, ...]] = []
        for kind, source in self._sources.items():
            rows, marks = [], []
            for arrow in arrows:
                ends = np.array([arrow.tail, arrow.head], dtype=np.float64)
                if arrow.kind != kind or np.isnan(ends).any() or not within(ends[0], extent):
                    continue
                tip = cut(ends[0], ends[1], extent)
                if np.abs((ends[0] - tip) / width).max() < _SHORTEST:
                    continue
                tint = arrow_color(kind, arrow.key, self._dark)
                rows.append((*ends[0].tolist(), *tip, tint, _head((ends[0] - tip) / width, _LOOKS[kind][1])))
                rims.append((*ends[0].tolist(), *tip, _LOOKS[kind][2] + _RIM))
                if kind == "fan":
                    marks.append((*tip, marker(arrow.key), tint))
            put(source, _columns(source, rows))
            if kind == "fan":
                put(self._marks, _columns(self._marks, marks))
        put(self._rims, _columns(self._rims, rims))

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._dark = dark
        self._rim.line_color = self._mark.line_color = SURFACE[mode(dark)]["surface"]
        if self._drawn is not None:
            self.draw(*self._drawn)


def _head(length: Array, usual: float) -> float:
    """Return how large the head of an arrow [2] is, in shares of the plane: the whole of a short one would hide it."""
    return float(np.clip(_HEAD_SHARE * np.hypot(*length) * _PLANE_PIXELS, min(_SMALLEST_HEAD, usual), usual))


def put(source: ColumnDataSource, columns: dict[str, Any]) -> None:
    """Set a source's data where they differ."""
    if any(not np.array_equal(source.data[name], values) for name, values in columns.items()):
        source.data = columns


def _columns(source: ColumnDataSource, rows: list[tuple[Any, ...]]) -> dict[str, list[Any]]:
    return {name: [row[place] for row in rows] for place, name in enumerate(source.data)}
