"""The views of the inside: cards beside the stage, built when they are first opened, as many at once as one likes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import panel as pn
import panel_material_ui as pmui

from engine.datasets.dataset import Task
from engine.inside.gradients import Quantity
from playground.assets import stylesheets
from playground.stages.network.inside_data import LandscapeFrame
from playground.stages.network.scene import Scene
from playground.stages.network.tools.host import Host
from playground.theme import class_rgb, diverging_rgb
from playground.views.confusion import ConfusionView
from playground.views.gradient_norms import GradientNormsView
from playground.views.histograms import HistogramsView
from playground.views.landscape import LandscapeView
from playground.widgets.message import MessageBar
from playground.widgets.surface import Surface, pack_surface

TITLES = {
    "histograms": "Histograms",
    "gradients": "Gradients",
    "landscape": "Loss landscape",
    "confusion": "Confusion",
    "surface": "3-D surface",
}
_QUANTITIES = {"What the neurons give": "activations", "Weights": "weights", "Gradients of weights": "gradients"}
_QUANTITY_TITLES = {value: title for title, value in _QUANTITIES.items()}
_DIRECTIONS = {"Two random directions": "random", "The path's main directions": "path"}


class InsideViews:
    """The row of switches, and the cards that they open.

    Parameters
    ----------
    host : Host
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self.switches = pmui.CheckButtonGroup(
            options={title: key for key, title in TITLES.items()}, value=[], size="small", margin=0,
            # Five words in a row on a laptop, in two on a phone.
            sx={
                "flexWrap": "wrap",
                "& .MuiToggleButton-root": {"whiteSpace": "nowrap", "width": "auto", "fontSize": "15px", "py": "8px"},
            },
        )  # fmt: skip
        self.switches.param.watch(self._switched, "value")
        self.panel = pn.Column(
            css_classes=["np-inside"], stylesheets=stylesheets("stage"), sizing_mode="stretch_width", margin=0,
            visible=False,
        )  # fmt: skip
        self._views: dict[str, Any] = {}
        self._cards: dict[str, Any] = {}
        self._dark = False
        self._builders: dict[str, Callable[[], Any]] = {
            "histograms": self._histograms, "gradients": self._gradients, "landscape": self._landscape,
            "confusion": self._confusion, "surface": self._surface,
        }  # fmt: skip

    def open(self, views: Iterable[str]) -> None:
        """Open some cards and close the others."""
        self.switches.value = list(views)

    def open_only(self, view: str) -> None:
        """Open one card and close the others; the empty name closes all."""
        self.open([view] if view else [])

    def _switched(self, event: Any) -> None:
        session = self._host.session
        for view in event.new:
            if view not in self._cards:
                self._cards[view] = self._card(view, self._builders[view]())
        self.panel.objects = [self._cards[view] for view in TITLES if view in event.new]
        self.panel.visible = bool(event.new)
        self._host.show_inside(bool(event.new))
        opened, closed = set(event.new) - set(event.old), set(event.old) - set(event.new)

        def follow() -> None:
            for view in opened:
                session.scenes.inside.toggle(view, True)
            for view in closed:
                session.scenes.inside.toggle(view, False)

        self._host.submit(follow)

    def _card(self, view: str, objects: list[Any]) -> pn.Column:
        title = pmui.Typography(TITLES[view], variant="subtitle1", margin=(6, 10, 0, 10))
        return pn.Column(
            title, *objects, css_classes=["np-card"], stylesheets=stylesheets("stage"),
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip

    def _histograms(self) -> list[Any]:
        view = self._views["histograms"] = HistogramsView()
        view.set_dark(self._dark)
        quantity = pmui.Select(
            label="Of what", options=_QUANTITIES, value="activations", size="small", sizing_mode="stretch_width"
        )
        data = self._host.session.scenes.inside

        def choose(event: Any) -> None:
            def follow() -> None:
                data.quantity = Quantity(event.new)

            self._host.submit(follow)

        quantity.param.watch(choose, "value")
        return [quantity, view.pane]

    def _gradients(self) -> list[Any]:
        view = self._views["gradients"] = GradientNormsView()
        view.set_dark(self._dark)
        self._signs = MessageBar(dark=self._dark, closable=False)
        return [view.pane, self._signs]

    def _landscape(self) -> list[Any]:
        view = self._views["landscape"] = LandscapeView()
        view.set_dark(self._dark)
        self._no_landscape = MessageBar(dark=self._dark, closable=False)
        directions = pmui.Select(
            label="Along", options=_DIRECTIONS, value="random", size="small", sizing_mode="stretch_width"
        )
        again = pmui.Button(label="Survey around the weights of now", variant="outlined", sizing_mode="stretch_width")
        data = self._host.session.scenes.inside

        def survey(_: Any) -> None:
            def follow() -> None:
                data.directions = directions.value
                data.survey()

            self._host.submit(follow)

        directions.param.watch(survey, "value")
        again.on_click(survey)
        return [directions, again, self._no_landscape, view.pane]

    def _confusion(self) -> list[Any]:
        view = self._views["confusion"] = ConfusionView()
        view.set_dark(self._dark)
        self._no_classes = MessageBar(dark=self._dark, closable=False)
        return [self._no_classes, view.pane]

    def _surface(self) -> list[Any]:
        view = self._views["surface"] = Surface(
            dark=self._dark, labels=("x₁", "x₂", "ŷ"), title="",
            summary="The answer as a height over the plane. The words under the plane say where it is high.",
        )
        return [view]

    def set_dark(self, dark: bool) -> None:
        """Follow the page; called where the stage draws."""
        self._dark = dark
        for view in self._views.values():
            if isinstance(view, Surface):
                view.dark = dark
            else:
                view.set_dark(dark)
        for bar in ("_signs", "_no_landscape", "_no_classes"):
            if hasattr(self, bar):
                getattr(self, bar).dark = dark

    def draw(self, scene: Scene, extent: float) -> None:
        """Show what the scene has for the open cards."""
        draw = {
            "histograms": self._draw_histograms, "gradients": self._draw_gradients,
            "landscape": self._draw_landscape, "confusion": self._draw_confusion,
        }  # fmt: skip
        for view, data in scene.inside.items():
            if view == "surface":
                self._draw_surface(data, scene, extent)
            elif view in self._views:
                draw[view](data, scene)

    def _draw_histograms(self, rows: Any, _: Scene) -> None:
        title = _QUANTITY_TITLES[self._host.session.scenes.inside.quantity]
        self._views["histograms"].draw(rows, title)

    def _draw_gradients(self, data: Any, _: Scene) -> None:
        (epochs, norms, names), signs = data
        self._views["gradients"].draw(epochs, norms, names)
        self._signs.param.update(kind="warning", lines=signs)

    def _draw_landscape(self, frame: LandscapeFrame, _: Scene) -> None:
        self._no_landscape.param.update(kind="info", lines=[frame.message] if frame.message else [])
        view = self._views["landscape"]
        if frame.landscape is None:
            return
        if frame.fresh:
            view.draw(frame.landscape)
        else:
            view.draw_path(frame.landscape)
        view.draw_position(*frame.position)

    def _draw_confusion(self, matrices: Any, scene: Scene) -> None:
        if matrices is None:
            self._no_classes.param.update(kind="info", lines=["There are no classes here: the targets are numbers."])
            self._views["confusion"].pane.visible = False
            return
        self._no_classes.lines = []
        self._views["confusion"].pane.visible = True
        self._views["confusion"].draw(*matrices, class_names(scene.spec))

    def _draw_surface(self, data: Any, scene: Scene, extent: float) -> None:
        heights, colors = data
        several = scene.spec.kind.task is Task.CLASSIFICATION and scene.spec.kind.classes > 2
        view = self._views["surface"]
        lut = class_rgb(self._dark) if several else diverging_rgb(self._dark)
        if view.lut != lut:
            view.lut = lut
        ranges = ((-extent, extent), (-extent, extent))
        if view.ranges != ranges:
            view.ranges = ranges
        probability = self._host.session.run.network.output_activation != "identity"
        z_range = (0.0, 1.0) if probability else (-1.0, 1.0)
        if view.z_range != z_range:
            view.z_range = z_range
        view.push(frame=pack_surface(heights, colors))


def class_names(spec: Any) -> list[str]:
    """Return what the classes are called."""
    points = spec.points if spec.data == "own" else None
    return list(points.class_names) if points is not None else [f"class {k}" for k in range(spec.kind.classes)]
