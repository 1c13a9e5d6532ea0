"""The bar over the plane with which points are drawn, moved and erased."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel as pn
import panel_material_ui as pmui

from engine.datasets.dataset import Task
from engine.datasets.own import Points
from playground.stages.network.tools.host import Host
from playground.theme import CLASS_NAMES
from playground.views.boundary import BoundaryView

_TOOLS = {"Add": "add", "Move": "move", "Erase": "erase"}
_EXAMPLE = "1.5, -2"


class Drawing:
    """The drawing bar of a plane; it is built when it is first wanted.

    Parameters
    ----------
    host : Host
    boundary : BoundaryView
    """

    def __init__(self, host: Host, boundary: BoundaryView) -> None:
        self._host = host
        self._boundary = boundary
        self.panel = pn.Column(visible=False, sizing_mode="stretch_width", margin=0)
        self._points: Points | None = None
        self._listening = False

    @property
    def on(self) -> bool:
        """Whether points are being drawn."""
        return bool(self.panel.visible)

    def toggle(self, on: bool) -> None:
        """Begin or end drawing."""
        if on and not self.panel.objects:
            self._build()
        if on and not self._listening:
            self._boundary.on_draw(self._drawn)
            self._listening = True
        self.panel.visible = on
        if self._listening:
            self._boundary.tool = self._tool.value if on else "look"
        self._host.submit(lambda: None)

    def _build(self) -> None:
        self._tool = pmui.RadioButtonGroup(
            label="What a click on the plane does", options=_TOOLS, value="add", size="small", margin=(4, 10)
        )
        self._tool.param.watch(self._choose_tool, "value")
        self._class = pmui.Select(
            label="Class of new points", options=[CLASS_NAMES[0]], value=CLASS_NAMES[0], size="small", width=170
        )
        self._target = pmui.FloatSlider(
            label="Target of new points", start=-1, end=1, step=0.1, value=1.0, size="small", width=170, visible=False
        )
        self._place = pmui.TextInput(
            label="Or type a place", placeholder=_EXAMPLE, size="small", width=150, helper_text="x₁, x₂, then Enter"
        )
        self._place.param.watch(self._typed, "value")
        clear = pmui.Button(label="Erase all", variant="text", size="small")
        clear.on_click(lambda _: self._change(_emptied))
        self.panel.objects = [
            self._tool,
            pn.FlexBox(self._class, self._target, self._place, clear, margin=0, align_items="center"),
        ]

    def show(self, points: Points) -> None:
        """Follow the points that are on the plane; called where the stage draws."""
        if not self.on or points is self._points:
            return
        self._points = points
        self._boundary.set_points_for_editing(points.inputs)
        regression = points.task is Task.REGRESSION
        self._target.visible, self._class.visible = regression, not regression
        if not regression:
            titles = [_class_title(name, k) for k, name in enumerate(points.class_names)]
            if titles != self._class.options:
                chosen = self._class.value
                self._class.param.update(options=titles, value=chosen if chosen in titles else titles[0])

    def _choose_tool(self, event: Any) -> None:
        self._boundary.tool = event.new

    def _value(self) -> float:
        regression = self._points is not None and self._points.task is Task.REGRESSION
        return float(self._target.value if regression else self._class.options.index(self._class.value))

    def _drawn(self, message: dict[str, Any]) -> None:
        value = self._value()
        match message["type"]:
            case "add":
                x, y = float(message["x"]), float(message["y"])
                self._change(lambda points: points.with_point(x, y, value))
            case "move":
                index, x, y = int(message["index"]), float(message["x"]), float(message["y"])
                self._change(lambda points: points.moved(index, x, y))
            case "erase":
                index = int(message["index"])
                self._change(lambda points: points.without(index))

    def _typed(self, event: Any) -> None:
        if not event.new:
            return
        try:
            x, y = (float(part) for part in event.new.replace(";", ",").split(","))
        except ValueError:
            self._place.param.update(error_state=True, helper_text=f"two numbers, such as {_EXAMPLE}")
            return
        self._place.param.update(value="", error_state=False, helper_text="x₁, x₂, then Enter")
        value = self._value()
        self._change(lambda points: points.with_point(x, y, value))

    def _change(self, edit: Callable[[Points], Points]) -> None:
        host = self._host
        host.submit(lambda: host.session.draw(edit, host.backend))


def _emptied(points: Points) -> Points:
    return Points.empty(points.classes)


def _class_title(name: str, k: int) -> str:
    return CLASS_NAMES[k] if name == str(k) else f"{name} ({CLASS_NAMES[k]})"
