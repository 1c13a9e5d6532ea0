"""A loss over one weight, and its descent: the tangent, the step, the path, and which valley each start leads to."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import panel as pn
from bokeh.models import Arrow, BasicTicker, ColumnDataSource, CustomJS, NormalHead, Range1d, Span
from bokeh.plotting import figure

from playground.assets import STATIC, stylesheets
from playground.theme import GRAPH_COLORS, INK, PHASE_COLORS, SURFACE, mode
from playground.views.curve_ground import CurveGround, CurvePicture, curve_ground, letter
from playground.views.curve_legend import legend
from playground.views.curve_strip import BasinStrip, send
from playground.views.figures import hold, plain_figure
from playground.views.thinning import thinned
from playground.widgets.start_slider import StartSlider

__all__ = ["CurveGround", "CurvePicture", "DescentCurve", "curve_ground"]

PointCallback = Callable[[str, float], Any]

HEIGHT = 380
# Of a path so many dots are drawn at most.
MOST_DOTS = 400
# What the figure's height is to its width, roughly: the tangent is as long at every slope.
_ASPECT = 0.5
_TANGENT = 0.11
# The strip of basins, and the room under the curve that it takes; shares of the height.
_ROOM, _STRIP = 0.1, 0.055
_MARGIN = 0.06
# A step shorter than this share of the width has no arrow: the head would be longer.
_SHORTEST = 0.02
_GESTURES = (
    "tap", "doubletap", "press", "pressup", "panstart", "pan", "panend", "mousemove", "mouseenter",
)  # fmt: skip


class DescentCurve:
    """A Bokeh figure of the curve, and under it a slider for the start.

    Parameters
    ----------
    on_point : callable
        Takes ``"start"`` and w where a start is chosen: by a click on the figure, or the handle or the slider let go;
        ``"drag"`` and w while they move, about 20 times a second.
    """

    def __init__(self, on_point: PointCallback) -> None:
        self._on_point = on_point
        self._curve = ColumnDataSource({"w": [], "value": []})
        self._path = ColumnDataSource({"w": [], "value": [], "alpha": []})
        self._line = ColumnDataSource({"w": [], "value": []})
        self._tangent = ColumnDataSource({"w": [], "value": []})
        self._drop = ColumnDataSource({"w": [], "value": []})
        self._step = ColumnDataSource({"w": [], "value": [], "end": []})
        self._now = ColumnDataSource({"w": [], "value": []})
        self._closed = ColumnDataSource({"w": [], "value": []})
        self._minima = ColumnDataSource({"w": [], "value": [], "letter": []})
        self._start = ColumnDataSource({"x": [], "y": []})
        # What follows the pointer lives in the browser alone.
        self._ghost = ColumnDataSource({name: [] for name in ("x", "y", "state", "from", "sent")}, syncable=False)
        # The last gestures, numbered: of two changes that arrive as one, none may get lost.
        self._heard = 0
        self._said = ColumnDataSource({"number": [], "type": [], "x": []})
        self._ground: CurveGround | None = None
        self._picture: CurvePicture | None = None
        self._dark = False
        self._build()
        self._listen()
        self.slider = StartSlider()
        self.slider.on_message(lambda message: self._pass_on(message.get("type"), message.get("x")))
        self._legend = pn.pane.HTML("", sizing_mode="stretch_width", margin=0, stylesheets=stylesheets("views"))
        self.pane = pn.Column(
            pn.pane.Bokeh(self.figure, sizing_mode="stretch_width", margin=0), self.slider, self._legend,
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        self.set_dark(False)

    def _build(self) -> None:
        self.figure: figure = plain_figure(
            "", height=HEIGHT, sizing_mode="stretch_width", x_range=Range1d(0, 1), y_range=Range1d(0, 1),
            x_axis_label="w", y_axis_label="J",
        )  # fmt: skip
        # The slider's ends lie under the axis' ends.
        self.figure.update(min_border_left=64, min_border_right=16)
        self.figure.yaxis.ticker = BasicTicker(desired_num_ticks=5)
        self.figure.axis.axis_label_text_font_style = "italic"
        plot = self.figure
        self._strip = BasinStrip(plot)
        self._guide = Span(location=0, dimension="height", line_width=1.5, line_dash="dotted", visible=False)
        plot.add_layout(self._guide)
        self._drawn_curve = plot.line("w", "value", source=self._curve, line_width=3)
        self._segments = plot.line("w", "value", source=self._line, line_width=2, line_alpha=0.6)
        self._dots = plot.scatter("w", "value", source=self._path, size=9, line_width=1, alpha="alpha")
        self._rings = plot.scatter("w", "value", source=self._closed, size=18, line_width=1.5, fill_alpha=0)
        self._stars = plot.scatter("w", "value", source=self._minima, marker="star", size=17, line_width=1.5)
        self._star_letters = plot.text(
            "w", "value", text="letter", source=self._minima, text_align="center", y_offset=-20,
            text_baseline="middle", text_font_style="bold",
        )  # fmt: skip
        hold(self._star_letters.glyph, text_font_size="14px")
        self._tangent_line = plot.line("w", "value", source=self._tangent, line_width=2.5, line_dash=[8, 4])
        self._drop_line = plot.line("w", "value", source=self._drop, line_width=1.5, line_dash=[2, 4])
        self._head = NormalHead(size=11)
        self._arrow = Arrow(
            source=self._step, x_start="w", y_start="value", x_end="end", y_end="value", line_width=3, end=self._head
        )
        plot.add_layout(self._arrow)
        self._spot = plot.scatter("w", "value", source=self._now, size=14, line_width=2)
        self._handle = plot.scatter("x", "y", source=self._start, size=23, line_width=3, fill_alpha=0)
        self._held = plot.scatter("x", "y", source=self._ghost, size=26, line_width=3, fill_alpha=0)

    def _listen(self) -> None:
        code = (STATIC / "js" / "curve_start.js").read_text(encoding="utf-8")
        sources = {"curve": self._curve, "start": self._start, "ghost": self._ghost, "said": self._said}
        gesture = CustomJS(args={"plot": self.figure, **sources}, code=code)
        for name in _GESTURES:
            self.figure.js_on_event(name, gesture)
        self._start.js_on_change("data", gesture)
        self._said.on_change("data", self._hear)

    def _hear(self, _attr: str, _old: Any, new: dict[str, Any]) -> None:
        """Pass on the gestures that are new."""
        for number, kind, x in zip(*(new[name] for name in ("number", "type", "x")), strict=True):
            if number > self._heard:
                self._heard = number
                self._pass_on(kind, x)

    def _pass_on(self, kind: Any, x: Any) -> None:
        """Call back with a place, if it is one that can be: it comes from a browser."""
        ground = self._ground
        if ground is None or kind not in ("start", "drag") or isinstance(x, bool) or not isinstance(x, (int, float)):
            return
        if math.isfinite(x):
            self._on_point(kind, min(max(float(x), float(ground.w[0])), float(ground.w[-1])))

    def show_ground(self, ground: CurveGround) -> None:
        """Show another curve; what was drawn on the one before is gone."""
        self._ground, self._picture = ground, None
        self._curve.data = {"w": ground.w.copy(), "value": ground.values.copy()}
        self._minima.data = {
            "w": ground.minima.copy(), "value": ground.minimum_values.copy(),
            "letter": [letter(k) for k in range(len(ground.minima))],
        }  # fmt: skip
        # The same empty columns for all: nothing of the last descent stays.
        for source in (self._path, self._line, self._tangent, self._drop, self._step, self._now, self._closed,
                       self._start):  # fmt: skip
            source.data = {name: [] for name in source.data}
        self._strip.draw(ground, None, self._dark)
        self.figure.x_range.update(start=float(ground.w[0]), end=float(ground.w[-1]))
        self._see(ground, ground.near)
        self.figure.title.text = ground.title
        self.figure.xaxis.axis_label = ground.name
        self.figure.yaxis.axis_label = f"J({ground.name})"
        self.slider.param.update(name_of=ground.name, low=float(ground.w[0]), high=float(ground.w[-1]))
        self._draw_legend()

    def draw(self, picture: CurvePicture) -> None:
        """Show where a descent stands; `show_ground` first."""
        ground = self._ground
        if ground is None:
            raise RuntimeError("there is no curve to draw on: call show_ground first")
        before, self._picture = self._picture, picture
        send(self._now, {"w": [picture.w], "value": [picture.value]})
        values = np.append(picture.values, [picture.value, _height(ground, picture.start)])
        self._see(ground, float(values[np.isfinite(values)].max(initial=ground.near)))
        self._draw_slope(ground, picture)
        self._draw_path(picture)
        self._draw_closed(ground, picture)
        self._draw_start(ground, picture)
        if before is None or before.basins is not picture.basins:
            self._strip.draw(ground, picture.basins, self._dark)
        self._draw_legend()

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._dark = dark
        name = mode(dark)
        ink, update = INK[name], PHASE_COLORS[name]["update"]
        slope = GRAPH_COLORS[name]["gradient"]
        self._drawn_curve.glyph.line_color = ink["ink"]
        self._guide.line_color = self._handle.glyph.line_color = self._held.glyph.line_color = ink["primary"]
        self._segments.glyph.line_color = self._dots.glyph.fill_color = update
        self._rings.glyph.line_color = PHASE_COLORS[name]["loss"]
        self._tangent_line.glyph.line_color = slope
        self._arrow.line_color = self._head.fill_color = self._head.line_color = update
        self._drop_line.glyph.line_color = update
        self._spot.glyph.update(fill_color=update, line_color=SURFACE[name]["surface"])
        self._dots.glyph.line_color = SURFACE[name]["surface"]
        self._stars.glyph.update(fill_color=SURFACE[name]["surface"], line_color=ink["ink"])
        self._star_letters.glyph.text_color = ink["ink"]
        self.slider.dark = dark
        if self._ground is not None:
            self._strip.draw(self._ground, None if self._picture is None else self._picture.basins, dark)
        self._draw_legend()

    def _see(self, ground: CurveGround, top: float) -> None:
        """Reach as far up as is asked, but no further than the curve is seen at most."""
        top = min(max(top, ground.near), ground.high)
        span = top - ground.low
        bottom, top = ground.low - (_ROOM + _MARGIN) * span, top + _MARGIN * span
        if (bottom, top) == (self.figure.y_range.start, self.figure.y_range.end):
            return
        self.figure.y_range.update(start=bottom, end=top)
        self._strip.place(bottom, _STRIP * (top - bottom))

    def _draw_slope(self, ground: CurveGround, picture: CurvePicture) -> None:
        """Draw the tangent as long at every slope, and the step as an arrow along w."""
        wide = float(ground.w[-1] - ground.w[0])
        steepness = picture.slope * wide / (self.figure.y_range.end - self.figure.y_range.start) * _ASPECT
        half = _TANGENT * wide / math.sqrt(1 + steepness**2) if math.isfinite(steepness) else math.nan
        ends = np.array([picture.w - half, picture.w + half])
        send(self._tangent, {"w": ends, "value": picture.value + picture.slope * (ends - picture.w)})
        step, shown = picture.step, self._sees(picture.w, picture.value)
        if step is None or not math.isfinite(step) or abs(step) < _SHORTEST * wide or not shown:
            send(self._step, {"w": [], "value": [], "end": []})
            send(self._drop, {"w": [], "value": []})
            return
        end = picture.w + step
        send(self._step, {"w": [picture.w], "value": [picture.value], "end": [end]})
        send(self._drop, {"w": [end, end], "value": [picture.value, _height(ground, end)]})

    def _sees(self, w: float, value: float) -> bool:
        x, y = self.figure.x_range, self.figure.y_range
        return bool(x.start <= w <= x.end and y.start <= value <= y.end)

    def _draw_path(self, picture: CurvePicture) -> None:
        path, values = picture.path, picture.values
        kept = thinned(path, MOST_DOTS)
        # What was long ago is paler.
        send(self._path, {
            "w": path[kept], "value": values[kept], "alpha": np.linspace(0.45, 1.0, len(kept)),
        })  # fmt: skip
        # Where the point was set by hand the line is torn.
        torn = [int(np.searchsorted(kept, jump)) for jump in picture.jumps if 0 < jump < len(path)]
        send(self._line, {
            "w": np.insert(path[kept], torn, np.nan), "value": np.insert(values[kept], torn, np.nan),
        })  # fmt: skip

    def _draw_closed(self, ground: CurveGround, picture: CurvePicture) -> None:
        closed = np.zeros(0) if picture.closed is None else picture.closed
        closed = closed[np.isfinite(closed)]
        closed = closed[thinned(closed, MOST_DOTS)]
        heights = np.interp(closed, ground.w, ground.values, left=np.nan, right=np.nan)
        send(self._closed, {"w": closed, "value": heights})

    def _draw_start(self, ground: CurveGround, picture: CurvePicture) -> None:
        send(self._start, {"x": [picture.start], "y": [_height(ground, picture.start)]})
        if self.slider.x != picture.start:
            self.slider.x = picture.start
        self._guide.update(location=picture.start, visible=True)

    def _draw_legend(self) -> None:
        ground, picture = self._ground, self._picture
        text = "" if ground is None or picture is None else legend(picture, ground, self._dark)
        if self._legend.object != text:
            self._legend.object = text


def _height(ground: CurveGround, w: float) -> float:
    """Return J at a place of the picture; nan outside."""
    return float(np.interp(w, ground.w, ground.values, left=np.nan, right=np.nan))
