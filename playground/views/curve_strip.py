"""A strip along the axis of a curve: to which minimum each start leads."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from bokeh.models import ColumnDataSource
from bokeh.plotting import figure

from engine.descent import DIVERGED, NOWHERE
from playground.theme import CLASS_COLORS, INK, SURFACE, linear_rgb, mode
from playground.views.curve_ground import CurveGround, letter
from playground.views.figures import hold

# A piece shorter than this share of the axis has no letter.
_SHORTEST = 0.03


class BasinStrip:
    """Runs of equal starts as one piece each, with the letter of the minimum.

    Parameters
    ----------
    plot : figure
    """

    def __init__(self, plot: figure) -> None:
        columns = ("left", "right", "color", "hatch", "middle", "letter", "ink")
        self.source = ColumnDataSource({name: [] for name in columns})
        self._pieces = plot.quad(
            "left", "right", top=0, bottom=0, source=self.source, fill_color="color", line_width=0,
            hatch_pattern="hatch", hatch_scale=8, hatch_weight=1,
        ).glyph  # fmt: skip
        self._letters = plot.text(
            "middle", 0, text="letter", source=self.source, text_align="center", text_baseline="middle",
            text_color="ink",
        ).glyph  # fmt: skip
        hold(self._letters, text_font_size="14px")

    def place(self, bottom: float, height: float) -> None:
        """Say where it lies, in numbers of the axis."""
        self._pieces.update(bottom=bottom, top=bottom + height)
        self._letters.y = bottom + height / 2

    def draw(self, ground: CurveGround, reached: npt.NDArray[np.int64] | None, dark: bool) -> None:
        """Show which minima starts in equal steps over the curve lead to [k]; None for no strip."""
        self._pieces.hatch_color = INK[mode(dark)]["muted"]
        columns: dict[str, list[Any]] = {name: [] for name in self.source.data}
        if reached is not None and len(reached):
            # Each start stands for the stretch around it.
            edges = np.linspace(ground.w[0], ground.w[-1], len(reached))
            edges = np.concatenate([edges[:1], (edges[1:] + edges[:-1]) / 2, edges[-1:]])
            firsts = np.flatnonzero(np.diff(reached, prepend=reached[0] - 1))
            for first, end in zip(firsts, [*firsts[1:], len(reached)], strict=True):
                left, right, minimum = float(edges[first]), float(edges[end]), int(reached[first])
                color, hatch = basin_look(minimum, dark)
                wide = right - left > _SHORTEST * (ground.w[-1] - ground.w[0])
                text = letter(minimum) if minimum >= 0 and wide else ""
                values = left, right, color, hatch, (left + right) / 2, text, _ink_on(color)
                for name, value in zip(columns, values, strict=True):
                    columns[name].append(value)
        send(self.source, columns)


def basin_look(minimum: int, dark: bool) -> tuple[str, str]:
    """Return colour and hatch of a basin; not by colour alone."""
    if minimum == NOWHERE:
        return SURFACE[mode(dark)]["raised"], " "
    if minimum == DIVERGED:
        return SURFACE[mode(dark)]["raised"], "x"
    return CLASS_COLORS[minimum % len(CLASS_COLORS)], " "


def send(source: ColumnDataSource, columns: dict[str, Any]) -> None:
    """Set columns where they differ."""
    if not all(np.array_equal(source.data[name], values) for name, values in columns.items()):
        source.data = columns


def _ink_on(color: str) -> str:
    """Return what is read on a colour: white or nearly black."""
    luminance = float(linear_rgb(color) @ (0.2126, 0.7152, 0.0722))
    return "#FFFFFF" if luminance < 0.18 else "#10202F"
