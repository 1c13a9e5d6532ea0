"""One feature of two classes: a histogram above the axis and one below it, and which values are decided how."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import panel as pn
from bokeh.models import BoxAnnotation, ColumnDataSource, CustomJSTickFormatter, Range1d, Span
from bokeh.plotting import figure

from playground.assets import stylesheets
from playground.theme import INK, SURFACE, mode
from playground.views.decision_plane import class_entries
from playground.views.figures import plain_figure
from playground.views.lane_marks import SIDES

Array = npt.NDArray[np.float64]

_BINS = 28
_MOST_CUTS = 8


@dataclass(frozen=True, slots=True, eq=False)
class HistogramPicture:
    """One moment of the histogram.

    Attributes
    ----------
    title, axis : str
    values, labels : ndarray [N]
    names : tuple of str
    frame : tuple of float
        From where to where the axis goes.
    cuts : tuple of float
        Where the decision changes, ascending.
    first : bool
        Whether class 1 is decided to the left of the first cut.
    marked : float or None
        The value of an example that is looked at.
    """

    title: str
    axis: str
    values: Array
    labels: Array
    names: tuple[str, str]
    frame: tuple[float, float]
    cuts: tuple[float, ...]
    first: bool
    marked: float | None = None


def bars(values: Array, labels: Array, frame: tuple[float, float]) -> tuple[Array, Array, Array]:
    """Return the edges [BINS + 1], and the counts of class 1 and of class 0 [BINS]."""
    edges = np.linspace(*frame, _BINS + 1)
    return edges, *(np.histogram(values[labels == k], edges)[0].astype(np.float64) for k in (1, 0))


class ClassHistogram:
    """A Bokeh figure that is built once and mutated; class 1 stands above the axis, class 0 hangs below it."""

    def __init__(self) -> None:
        self._bars = ColumnDataSource({name: [] for name in ("left", "right", "bottom", "top", "color", "hatch")})
        self._marked = ColumnDataSource({"x": [], "y": []})
        self.figure: figure = plain_figure(
            "", height=250, sizing_mode="stretch_width", x_range=Range1d(0, 1), y_range=Range1d(-1, 1),
            y_axis_label="windows",
        )  # fmt: skip
        self.figure.yaxis.formatter = CustomJSTickFormatter(code="return String(Math.abs(tick))")
        self._sides = [BoxAnnotation(visible=False, fill_alpha=0.16, line_color=None) for _ in range(_MOST_CUTS + 1)]
        self._cuts = [Span(location=0, dimension="height", line_width=3, visible=False) for _ in range(_MOST_CUTS)]
        for each in (*self._sides, *self._cuts):
            self.figure.add_layout(each)
        self.figure.quad(
            "left", "right", "top", "bottom", source=self._bars, fill_color="color", line_width=1,
            hatch_pattern="hatch", hatch_alpha=0.35, hatch_color="white", line_color="color",
        )  # fmt: skip
        self._axis = Span(location=0, dimension="width", line_width=1.5)
        self.figure.add_layout(self._axis)
        self._ring = self.figure.scatter("x", "y", source=self._marked, marker="diamond", size=17, line_width=3).glyph
        self._legend = pn.pane.HTML("", sizing_mode="stretch_width", margin=0, stylesheets=stylesheets("views"))
        self.pane = pn.Column(
            pn.pane.Bokeh(self.figure, sizing_mode="stretch_width", margin=0), self._legend,
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        self._drawn: HistogramPicture | None = None
        self.set_dark(False)

    def draw(self, picture: HistogramPicture) -> None:
        """Show a moment; only what has changed is sent."""
        old, self._drawn = self._drawn, picture
        if old is None or old.values is not picture.values or old.names != picture.names:
            self._draw_bars(picture)
        if old is None or (old.cuts, old.first, old.frame) != (picture.cuts, picture.first, picture.frame):
            self._draw_sides(picture)
        marked = [] if picture.marked is None else [picture.marked]
        if list(self._marked.data["x"]) != marked:
            self._marked.data = {"x": marked, "y": [0.0] * len(marked)}
        if self.figure.title.text != picture.title:
            self.figure.title.text = picture.title

    def _draw_bars(self, picture: HistogramPicture) -> None:
        edges, above, below = bars(picture.values, picture.labels, picture.frame)
        zeros = np.zeros(len(above))
        self._bars.data = {
            "left": np.tile(edges[:-1], 2), "right": np.tile(edges[1:], 2),
            "bottom": np.concatenate([zeros, -below]), "top": np.concatenate([above, zeros]),
            "color": [SIDES[1]] * len(above) + [SIDES[0]] * len(below),
            "hatch": [" "] * len(above) + ["/"] * len(below),
        }  # fmt: skip
        most = 1.12 * max(above.max(), below.max())
        self.figure.y_range.update(start=-most, end=most)
        self.figure.x_range.update(start=picture.frame[0], end=picture.frame[1])
        self.figure.xaxis.axis_label = picture.axis
        entries = class_entries(picture.names)
        places = ("below the axis", "above the axis")
        said = "".join(
            entry.replace("</span>", f" ({place})</span>") for entry, place in zip(entries, places, strict=True)
        )
        self._legend.object = f'<div class="np np-legend" data-theme="{mode(self._dark)}">{said}</div>'

    def _draw_sides(self, picture: HistogramPicture) -> None:
        cuts = picture.cuts[:_MOST_CUTS]
        for place, line in enumerate(self._cuts):
            line.update(visible=place < len(cuts), location=cuts[place] if place < len(cuts) else 0.0)
        edges = [picture.frame[0], *cuts, picture.frame[1]]
        for place, box in enumerate(self._sides):
            if place >= len(edges) - 1:
                box.visible = False
                continue
            yes = picture.first == (place % 2 == 0)
            box.update(visible=True, left=edges[place], right=edges[place + 1], fill_color=SIDES[int(yes)])

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._dark = dark
        name = mode(dark)
        for line in self._cuts:
            line.line_color = INK[name]["ink"]
        self._axis.line_color = INK[name]["muted"]
        self._ring.update(fill_color=SURFACE[name]["surface"], line_color=INK[name]["ink"])
        if self._drawn is not None:
            self._draw_bars(self._drawn)
