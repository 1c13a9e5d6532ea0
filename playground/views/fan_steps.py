"""The next steps of all optimizers as a fan: how long each is, and how far it turns away from the negative gradient."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import panel as pn
from bokeh.models import ColumnDataSource, HoverTool, Range1d
from bokeh.plotting import figure

from playground.optimizer_marks import TITLES, color, marker, optimizer_of
from playground.theme import INK, SURFACE, mode
from playground.views.figures import log_limits, plain_figure, power_label, short

# Shorter steps are drawn as long as this.
FLOOR = 1e-12
# So many decades lie between the foot of the fan and its first ring.
_FOOT = 0.6
_MARGIN = 0.35
_CURVE = 61


class Step(NamedTuple):
    """One optimizer's step.

    Attributes
    ----------
    key : str
        The optimizer.
    length : float
    angle : float
        To the negative gradient, in degrees, 0 to 180.
    """

    key: str
    length: float
    angle: float


class FanSteps:
    """One Bokeh figure: arrows from one foot at their true angles; rings mark lengths, in powers of ten."""

    def __init__(self) -> None:
        # Without a border, and in the shape of its ranges: the angles are to be true.
        self._figure: figure = plain_figure(
            "", sizing_mode="scale_width", aspect_ratio=1, x_range=Range1d(0, 1), y_range=Range1d(0, 1)
        )
        self._figure.min_border = 0
        self._figure.axis.visible = False
        self._figure.grid.visible = False
        self._rings = ColumnDataSource({"x": [], "y": []})
        self._ring_names = ColumnDataSource({"x": [], "y": [], "text": []})
        self._rays = ColumnDataSource({"x": [], "y": [], "text": []})
        self._heads = ColumnDataSource({name: [] for name in ("x", "y", "color", "marker", "title", "length", "angle")})
        self._ring = self._figure.multi_line("x", "y", source=self._rings, line_width=1)
        self._ray = self._figure.segment(0, 0, "x", "y", source=self._rays, line_width=1, line_dash=[2, 4])
        self._words = [
            self._figure.text(
                "x", "y", text="text", source=source, text_font_size="13px", text_align="center",
                text_baseline=baseline, y_offset=offset,
            )
            for source, baseline, offset in ((self._ring_names, "top", 4), (self._rays, "bottom", -2))
        ]  # fmt: skip
        self._figure.segment(0, 0, "x", "y", source=self._heads, line_color="color", line_width=2.5)
        heads = self._figure.scatter(
            "x", "y", source=self._heads, marker="marker", size=15, fill_color="color", line_color="color"
        )
        self._figure.add_tools(HoverTool(
            renderers=[heads],
            tooltips=[("", "@title"), ("length", "@length"), ("angle to −g", "@angle°")],
        ))  # fmt: skip
        self._steps: tuple[Step, ...] = ()
        self._dark = False
        self.pane = pn.pane.Bokeh(self._figure, sizing_mode="scale_width", aspect_ratio=1, margin=0)

    @property
    def figure(self) -> figure:
        """The Bokeh figure."""
        return self._figure

    def draw(self, steps: Sequence[Step]) -> None:
        """Show steps; those that are no number are left out."""
        self._steps = tuple(step for step in steps if math.isfinite(step.length) and math.isfinite(step.angle))
        self._show()

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._dark = dark
        self._show()

    def _show(self) -> None:
        name, steps = mode(self._dark), self._steps
        lengths = np.array([step.length for step in steps])
        low, high = log_limits(lengths, FLOOR)
        radii = np.log10(np.maximum(lengths, FLOOR)) - low + _FOOT
        angles = np.radians([step.angle for step in steps])
        # Where every step goes downhill half of the fan would be empty.
        widest = 180 if (angles > math.pi / 2).any() else 90
        self._heads.data = {
            "x": radii * np.cos(angles),
            "y": radii * np.sin(angles),
            "color": [color(step.key, self._dark) for step in steps],
            "marker": [marker(step.key) for step in steps],
            "title": [TITLES[optimizer_of(step.key)] for step in steps],
            "length": [short(step.length) for step in steps],
            "angle": [f"{step.angle:.1f}" for step in steps],
        }
        self._draw_rings(low, high, widest)
        reach = high - low + _FOOT + _MARGIN
        left = -reach if widest > 90 else -_MARGIN
        self._figure.x_range.update(start=left, end=reach)
        self._figure.y_range.update(start=-_MARGIN, end=reach)
        self._figure.aspect_ratio = (reach - left) / (reach + _MARGIN)
        ink, surface = INK[name], SURFACE[name]
        self._ring.glyph.line_color = surface["rule"]
        self._ray.glyph.line_color = ink["muted"]
        for words in self._words:
            words.glyph.text_color = ink["muted"]

    def _draw_rings(self, low: int, high: int, widest: int) -> None:
        turn = np.radians(np.linspace(0, widest, _CURVE))
        rings = range(low, high + 1, -(-(high - low) // 6))
        radii = [exponent - low + _FOOT for exponent in rings]
        self._rings.data = {"x": [r * np.cos(turn) for r in radii], "y": [r * np.sin(turn) for r in radii]}
        self._ring_names.data = {
            "x": radii, "y": np.zeros(len(radii)), "text": [power_label(exponent) for exponent in rings]
        }  # fmt: skip
        # The words of the ray along the gradient would lie on the rings' names.
        marks = {30: "30°", 60: "60°", 90: "90°", 120: "120°", 150: "150°", 180: "180°: uphill"}
        shown = [degrees for degrees in marks if degrees <= widest]
        around: npt.NDArray[Any] = np.radians(shown)
        reach = high - low + _FOOT + 0.1
        self._rays.data = {
            "x": reach * np.cos(around), "y": reach * np.sin(around), "text": [marks[degrees] for degrees in shown]
        }  # fmt: skip
