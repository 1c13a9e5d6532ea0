"""Two shares for each of several runs, side by side: without something and with it."""

from __future__ import annotations

from dataclasses import dataclass

import panel as pn
from bokeh.models import ColumnDataSource, FactorRange, NumeralTickFormatter, Range1d
from bokeh.plotting import figure

from playground.assets import stylesheets
from playground.theme import CLASS_COLORS, INK, SURFACE, mode
from playground.views.figures import plain_figure

NAMES = ("pictures as they are", "changed pictures")
_LEAST, _MOST = 0.3, 1.0


@dataclass(frozen=True, slots=True)
class PairPicture:
    """One moment.

    Attributes
    ----------
    runs : tuple of str
        What the runs are called, those to come among them.
    plain, changed : tuple of float
        Their accuracies, as far as they are known.
    """

    runs: tuple[str, ...]
    plain: tuple[float, ...]
    changed: tuple[float, ...]


class PairDots:
    """A Bokeh figure: a row a run, a hollow square without, a full circle with, and a line from one to the other."""

    def __init__(self) -> None:
        self._source = ColumnDataSource({"run": [], "plain": [], "changed": []})
        self.figure: figure = plain_figure(
            "Accuracy on the test digits", height=250, sizing_mode="stretch_width", x_range=Range1d(_LEAST, _MOST),
            y_range=FactorRange(factors=["–"]),
        )  # fmt: skip
        self.figure.xaxis.ticker.desired_num_ticks = 4
        self.figure.xaxis.formatter = NumeralTickFormatter(format="0 %")
        self._line = self.figure.segment("plain", "run", "changed", "run", source=self._source, line_width=3).glyph
        self._plain = self.figure.scatter(
            "plain", "run", source=self._source, marker="square", size=13, line_width=2.5
        ).glyph
        self._changed = self.figure.scatter(
            "changed", "run", source=self._source, marker="circle", size=15, line_width=1.5
        ).glyph
        self._legend = pn.pane.HTML("", sizing_mode="stretch_width", margin=0, stylesheets=stylesheets("views"))
        self.pane = pn.Column(
            pn.pane.Bokeh(self.figure, sizing_mode="stretch_width", margin=0), self._legend,
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        self._drawn: PairPicture | None = None
        self.set_dark(False)

    def draw(self, picture: PairPicture) -> None:
        """Show a moment; only what has changed is sent."""
        if picture == self._drawn:
            return
        if self._drawn is None or self._drawn.runs != picture.runs:
            # The first run stands on top.
            self.figure.y_range.factors = list(reversed(picture.runs))
        self._drawn = picture
        self._source.data = {
            "run": list(picture.runs[: len(picture.plain)]), "plain": list(picture.plain),
            "changed": list(picture.changed),
        }  # fmt: skip

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        name = mode(dark)
        surface, muted, color = SURFACE[name]["surface"], INK[name]["muted"], CLASS_COLORS[2]
        self._line.line_color = muted
        self._plain.update(fill_color=surface, line_color=INK[name]["ink"])
        self._changed.update(fill_color=color, line_color=surface)
        shapes = (
            f'<rect x="3" y="3" width="10" height="10" fill="{surface}" stroke="{INK[name]["ink"]}" stroke-width="2"/>',
            f'<circle cx="8" cy="8" r="6" fill="{color}"/>',
        )
        entries = [
            f'<span class="entry"><svg width="16" height="16" aria-hidden="true">{shape}</svg>{title}</span>'
            for shape, title in zip(shapes, NAMES, strict=True)
        ]
        self._legend.object = f'<div class="np np-legend" data-theme="{name}">{"".join(entries)}</div>'
