"""The three axes of a motion sensor over time, and the window that is looked at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import panel as pn
from bokeh.models import BoxAnnotation, ColumnDataSource, Range1d
from bokeh.plotting import figure

from playground.assets import stylesheets
from playground.theme import CLASS_COLORS, INK, mode
from playground.views.figures import plain_figure

Array = npt.NDArray[np.float64]

NAMES = ("x", "y", "z")
# Told apart by their dashes as well.
DASHES: tuple[list[int], ...] = ([], [7, 3], [2, 3])
_COLORS = (CLASS_COLORS[1], CLASS_COLORS[0], CLASS_COLORS[3])


@dataclass(frozen=True, slots=True, eq=False)
class SignalPicture:
    """One moment of the signals.

    Attributes
    ----------
    title : str
    times : ndarray [N]
        Seconds.
    signal : ndarray [N, 3]
        m/s².
    window : tuple of float or None
        From when to when.
    frame : tuple of float
        From where to where the axis of m/s² goes.
    """

    title: str
    times: Array
    signal: Array
    window: tuple[float, float] | None
    frame: tuple[float, float]


class SignalCurves:
    """A Bokeh figure that is built once and mutated."""

    def __init__(self) -> None:
        self._sources = [ColumnDataSource({"x": [], "y": []}) for _ in NAMES]
        self.figure: figure = plain_figure(
            "", height=300, sizing_mode="stretch_width", x_range=Range1d(0, 1), y_range=Range1d(0, 1),
            x_axis_label="time, seconds", y_axis_label="m/s²",
        )  # fmt: skip
        self._window = BoxAnnotation(fill_alpha=0.14, line_width=2, visible=False)
        self.figure.add_layout(self._window)
        for source, color, dash in zip(self._sources, _COLORS, DASHES, strict=True):
            self.figure.line("x", "y", source=source, line_color=color, line_dash=dash, line_width=1.8)
        self._legend = pn.pane.HTML("", sizing_mode="stretch_width", margin=0, stylesheets=stylesheets("views"))
        self.pane = pn.Column(
            pn.pane.Bokeh(self.figure, sizing_mode="stretch_width", margin=0), self._legend,
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        self._drawn: SignalPicture | None = None
        self.set_dark(False)

    def draw(self, picture: SignalPicture) -> None:
        """Show a moment; only what has changed is sent."""
        old, self._drawn = self._drawn, picture
        if old is None or old.signal is not picture.signal:
            for axis, source in enumerate(self._sources):
                source.data = {"x": picture.times, "y": picture.signal[:, axis].copy()}
            self.figure.x_range.update(start=float(picture.times[0]), end=float(picture.times[-1]))
        if (self.figure.y_range.start, self.figure.y_range.end) != picture.frame:
            self.figure.y_range.update(start=picture.frame[0], end=picture.frame[1])
        if self.figure.title.text != picture.title:
            self.figure.title.text = picture.title
        if picture.window is None:
            self._window.visible = False
        else:
            self._window.update(visible=True, left=picture.window[0], right=picture.window[1])

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        ink = INK[mode(dark)]["primary"]
        self._window.update(fill_color=ink, line_color=ink)
        entries = [
            f'<span class="entry"><svg width="34" height="12" aria-hidden="true"><path d="M0 6h34" stroke="{color}" '
            f'stroke-width="3" stroke-dasharray="{" ".join(map(str, dash))}"/></svg>axis {name}</span>'
            for name, color, dash in zip(NAMES, _COLORS, DASHES, strict=True)
        ]
        self._legend.object = f'<div class="np np-legend" data-theme="{mode(dark)}">{"".join(entries)}</div>'
