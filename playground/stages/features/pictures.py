"""The figures of the looks, each built when it is first wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel as pn

from playground.stages import layout
from playground.stages.features.scene import FeaturesScene
from playground.stages.features.space import lut
from playground.stages.features.state import FUNCTION_REACH
from playground.theme import CLASS_COLORS, INK, mode
from playground.views.class_histogram import ClassHistogram
from playground.views.decision_plane import DecisionPlane
from playground.views.drawn_function import DrawnFunction
from playground.views.signal_curves import SignalCurves
from playground.widgets.surface import Surface

_PLANES = 3


class Pictures:
    """Two places for figures: `first`, and `second` beside it.

    Parameters
    ----------
    moved : callable
        Takes the number of a point of the drawn function, and how high it was put.
    """

    def __init__(self, moved: Callable[[int, float], Any]) -> None:
        self._moved = moved
        self._dark = False
        self._built: dict[str, Any] = {}
        # A component that is added to the page later would send its whole model: it is there from the beginning.
        self.surface = Surface(
            title="Above: the points lifted to z = x₁² + x₂²", canvas_height=400, lut=lut(False),
            labels=("x₁", "x₂", "z"), visible=False, viewpoint=(-0.62, 0.35),
        )  # fmt: skip
        self.first = pn.Column(self.surface, sizing_mode="stretch_width", margin=0)
        self.second = pn.Column(sizing_mode="stretch_width", margin=0)
        self.three = layout.placed({}, "np-three", ("features_stage",))
        self._look = ""

    def draw(self, scene: FeaturesScene) -> None:
        """Show a scene; its figures are drawn before they come to the page."""
        first, second, three = self._figures(scene)
        if scene.space is not None:
            self._draw_space(scene)
        if scene.state.look != self._look or len(self.second.objects) != len(second):
            self._look = scene.state.look
            self.surface.visible = scene.space is not None
            self.first.objects = [self.surface, *first]
            self.second.objects = second
            self.three.objects = three

    def _figures(self, scene: FeaturesScene) -> tuple[list[Any], list[Any], list[Any]]:
        first: list[Any] = []
        second: list[Any] = []
        three: list[Any] = []
        if scene.signal is not None:
            first.append(self._drawn("signal", SignalCurves, scene.signal))
        if scene.histogram is not None:
            first.append(self._drawn("histogram", ClassHistogram, scene.histogram))
        if scene.function is not None:
            view = self._view("function", lambda: DrawnFunction(self._moved, FUNCTION_REACH))
            view.draw(scene.function.places, scene.function.values, scene.function.frame)
            second.append(view.pane)
        panes = [
            self._drawn(f"plane{place}", DecisionPlane, picture) for place, picture in enumerate(scene.planes[:_PLANES])
        ]
        if scene.phi is not None:
            second.append(self._drawn("phi", DecisionPlane, scene.phi))
        if len(panes) > 1:
            three = panes
        elif panes:
            (second if scene.space is not None else first).extend(panes)
        return first, second, three

    def _view(self, name: str, make: Callable[[], Any]) -> Any:
        if name not in self._built:
            self._built[name] = make()
            self._built[name].set_dark(self._dark)
        return self._built[name]

    def _drawn(self, name: str, make: Callable[[], Any], picture: Any) -> Any:
        view = self._view(name, make)
        view.draw(picture)
        return view.pane

    def _draw_space(self, scene: FeaturesScene) -> None:
        picture = scene.space
        assert picture is not None
        ink = INK[mode(self._dark)]
        looks: list[dict[str, Any]] = [{"color": f"{ink['muted']}b0", "width": 1.5}] * picture.wires
        if len(picture.trails):
            looks = [*looks, {"color": CLASS_COLORS[3], "width": 4}]
        self.surface.param.update(ranges=picture.ranges, z_range=(0.0, picture.top), summary=picture.summary)
        self.surface.push(frame=picture.frame, trails=picture.trails, looks=looks)

    def set_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._dark = dark
        self.surface.param.update(dark=dark, lut=lut(dark))
        for view in self._built.values():
            view.set_dark(dark)
