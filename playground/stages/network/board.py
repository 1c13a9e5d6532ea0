"""The network stage's views and controls, and where they lie."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import panel as pn
import panel_material_ui as pmui

from engine.datasets import DATASETS, make_dataset
from engine.datasets.dataset import Task
from engine.layers import ACTIVATIONS
from engine.spec import HIDDEN_ACTIVATIONS, OWN, TrainingSpec
from playground.assets import stylesheets
from playground.link import Link
from playground.parts import HIDEABLE
from playground.stages import layout
from playground.stages.dialogs import Dialogs
from playground.stages.network import texts
from playground.stages.network.dispatch import Dispatch
from playground.stages.network.settings import Settings
from playground.stages.network.tools.as_graph import AsGraph
from playground.stages.network.tools.clinic import Clinic
from playground.stages.network.tools.compare import Compare
from playground.stages.network.tools.drawing import Drawing
from playground.stages.network.tools.fan import Fan
from playground.stages.network.tools.files import Files
from playground.stages.network.tools.formula import Formula
from playground.stages.network.tools.inside import TITLES as INSIDE
from playground.stages.network.tools.inside import InsideViews
from playground.stages.network.tools.own_data import OwnData
from playground.stages.network.tools.share import Share
from playground.stages.network.tools.stepping import Stepping
from playground.stages.network.tools.stopping import Stopping
from playground.stages.rules import UpdateRules
from playground.theme import diverging_rgb, palette_bytes
from playground.views.boundary import BoundaryView, discrete_palette
from playground.views.curves import CurvesView
from playground.views.diagram import NetworkDiagram
from playground.views.legend import Legend
from playground.views.readout import Readout
from playground.widgets.about import About, about
from playground.widgets.branch_tree import BranchTree
from playground.widgets.gallery import DataGallery, pack_points
from playground.widgets.listing import Listing
from playground.widgets.message import MessageBar
from playground.widgets.summary import Summary
from playground.widgets.transport import Transport

if TYPE_CHECKING:
    from playground.stages.network.stage import NetworkStage

GRAINS = [("op", "Operation"), ("layer", "Layer"), ("phase", "Phase"), ("batch", "Batch"), ("epoch", "Epoch")]
SPEEDS = [("slow", "Slow motion"), ("normal", "Normal"), ("fast", "Fast"), ("fastest", "Fastest")]
# A thumbnail with more points is a blot.
_THUMBNAIL_POINTS = 120
_GROUPS = {"two": "Two classes", "several": "Several classes", "more": "Numbers, course, own"}


class Board:
    """Builds the stage's widgets and lays them out; those that a link's author has hidden are not shown.

    Parameters
    ----------
    stage : NetworkStage
    dispatch : Dispatch
    link : Link
    """

    def __init__(self, stage: NetworkStage, dispatch: Dispatch, link: Link) -> None:
        self._stage = stage
        self._dispatch = dispatch
        hidden = self._hidden = link.hidden
        self.transport = Transport(grains=GRAINS, grain="batch", speeds=SPEEDS, speed="normal")
        self.transport.on_message(dispatch.on_transport)
        self.tree = BranchTree()
        self.tree.on_message(dispatch.on_tree)
        self.message = MessageBar(css_classes=["np-floating"])
        self.readout = Readout()
        self.diagram = NetworkDiagram(
            target_height=400, editable="shape" not in hidden, weights_editable="weights" not in hidden,
            can_add_input="shape" not in hidden,
            activations=[(key, ACTIVATIONS[key].title) for key in HIDDEN_ACTIVATIONS],
        )  # fmt: skip
        self.diagram.on_message(dispatch.on_diagram)
        self.listing = Listing(list_height=320)
        self.listing.on_message(dispatch.on_listing)
        self.boundary, self.curves, self.legend, self.summary = BoundaryView(), CurvesView(), Legend(), Summary()
        self.about = About(cards=texts.about_cards())
        # Own points are drawn or uploaded: where neither is offered, their place is not either.
        items = [item for item in gallery_items() if item["key"] != OWN or "draw" not in hidden]
        self.gallery = DataGallery(items=items, value=link.spec.data)
        self.gallery.on_message(dispatch.on_gallery)
        self.settings = Settings(link.spec, dispatch.edit, hidden)
        self.rules = UpdateRules(dispatch.change, unit=True, hidden=hidden)
        self.inside = InsideViews(stage)
        self.stepping = Stepping(stage)
        self.compare = Compare(stage)
        self.drawing = Drawing(stage, self.boundary)
        self.stopping = Stopping(stage)
        # Dialogs are built when they are first wanted: each is a dozen widgets.
        self._built: dict[str, Any] = {}
        self._dialogs = Dialogs()
        self._openers: dict[str, Any] = {}
        self._clinic_place = pn.Column(sizing_mode="stretch_width", margin=0)
        self.view = self._layout()

    def _layout(self) -> pn.Column:
        bar = layout.bar(self.transport, self.tree, self.message)
        self.transport.visible = "transport" not in self._hidden
        areas = {
            "transport": bar,
            "readout": self._unless_hidden("numbers", self.readout),
            "tools": self._tools(),
            "settings": self._settings(),
            "diagram": self._unless_hidden("diagram", self.diagram),
            "operation": self.stepping.panel,
            "listing": self._unless_hidden("listing", self.listing),
            "plane": self._plane(),
            "inside": self.inside.panel,
            "about": self.about,
        }
        return layout.page(areas, "np-stage", "stage")

    def _unless_hidden(self, key: str, view: Any) -> Any:
        assert key in HIDEABLE
        view.visible = key not in self._hidden
        return view

    def _tools(self) -> pn.Column:
        def button(key: str, label: str, dialog: str) -> pmui.Button:
            made = pmui.Button(label=label, variant="outlined", size="small", margin=0, css_classes=about(dialog))
            made.on_click(lambda _: self.open(dialog))
            self._openers[dialog] = made
            return self._unless_hidden(key, made)

        row = pn.FlexBox(
            self._unless_hidden("listing", self.stepping.switch),
            self._unless_hidden("compare", self.compare.button),
            button("as_graph", "As a graph", "as_graph"),
            button("fan", "All optimizers", "fan"),
            button("clinic", "Clinic", "clinic"),
            button("files", "Save and export", "files"),
            button("share", "Share", "share"),
            self._unless_hidden("inside", self.inside.switches),
            margin=0, gap="8px", align_items="center",
        )  # fmt: skip
        return pn.Column(row, self._clinic_place, sizing_mode="stretch_width", margin=0)

    def _settings(self) -> pn.Column:
        common = {"variant": "outlined", "size": "small", "sizing_mode": "stretch_width"}
        new_data = pmui.Button(label="New data", css_classes=about("new_data"), **common)
        new_data.on_click(lambda _: self._dispatch.edit("data_seed", lambda spec: (spec.data_seed + 1) % 2**31))
        self._new_data = self._unless_hidden("data_seed", new_data)
        new_start = pmui.Button(label="New start", css_classes=about("new_start"), **common)
        new_start.on_click(lambda _: self._dispatch.edit("seed", lambda spec: (spec.seed + 1) % 2**31))
        above = [self._unless_hidden("data", self.gallery)]
        self._seeds = pmui.Typography("", variant="body2", margin=(0, 10))
        anew = pn.Row(self._new_data, self._unless_hidden("seed", new_start), margin=0, sizing_mode="stretch_width")
        below = [] if "stop" in self._hidden else [self.stopping.panel]
        return self.settings.panel(above, [anew, self._seeds], below, (self.rules.panel,))

    def _plane(self) -> pn.Column:
        def switch(label: str, key: str) -> pmui.Checkbox:
            return pmui.Checkbox(label=label, value=False, size="small", margin=(0, 6), css_classes=about(key))

        self._test_switch, self._discrete_switch = switch("Test points", "test"), switch("Discrete", "discrete")
        self._draw_switch, self._log_switch = switch("Draw", "draw"), switch("Loss in powers of ten", "log")
        for each in (self._test_switch, self._discrete_switch, self._log_switch):
            each.param.watch(lambda _: self._stage.submit(lambda: None), "value")
        self._draw_switch.param.watch(lambda event: self.drawing.toggle(event.new), "value")
        switches = pn.FlexBox(
            self._test_switch, self._discrete_switch, self._unless_hidden("draw", self._draw_switch), margin=0
        )
        self.boundary.pane.css_classes = about("plane")
        self.curves.pane.css_classes = about("curves")
        plane = pn.Column(
            self.boundary.pane, self.legend.pane, switches, self.drawing.panel, self.summary,
            sizing_mode="stretch_width", margin=0, visible="plane" not in self._hidden,
        )  # fmt: skip
        curves = pn.Column(
            self.curves.pane, self._log_switch, sizing_mode="stretch_width", margin=0,
            visible="curves" not in self._hidden,
        )  # fmt: skip
        # Beside each other where there is room for both: in a lesson the curves are watched with the points.
        return pn.Column(
            plane, self.compare.panel, curves, sizing_mode="stretch_width", margin=0, css_classes=["np-plane-place"],
            stylesheets=stylesheets("plane_place"),
        )  # fmt: skip

    def open_dialog(self, dialog: Any) -> None:
        """Show a dialog; the first time it is added to the page."""
        self._dialogs.show(self.view, dialog)

    def open(self, name: str) -> None:
        """Open one of the dialogs: as_graph, clinic, fan, files, formula, own_data or share."""
        if name not in self._built:
            self._built[name] = getattr(self, f"_make_{name}")()
        self._dialogs.opener = self._openers.get(name)
        self._built[name].open()

    def _make_as_graph(self) -> AsGraph:
        return AsGraph(self._stage)

    def _make_fan(self) -> Fan:
        return Fan(self._stage)

    def _make_clinic(self) -> Clinic:
        clinic = Clinic(self._stage, self.inside)
        self._clinic_place.append(clinic.panel)
        return clinic

    def _make_files(self) -> Files:
        figures = [
            ("plane", "The plane as PNG", self.boundary.pane),
            ("curves", "The curves as PNG", list(self.curves.figures)),
        ]

        def save_diagram() -> None:
            self.diagram.save += 1

        return Files(self._stage, figures, save_diagram)

    def _make_formula(self) -> Formula:
        return Formula(self._stage)

    def _make_own_data(self) -> OwnData:
        return OwnData(self._stage, lambda: self._draw_switch.param.update(value=True))

    def _make_share(self) -> Share:
        return Share(self._stage, self._hidden)

    def draw_fan(self) -> None:
        """Show the fan that was asked for; called where the stage draws."""
        if "fan" in self._built:
            self._built["fan"].draw()

    def look_at(self, views: Sequence[str]) -> None:
        """Have just these of `VIEWS` open, and no trace of what was typed or drawn; called where the stage draws."""
        self.settings.forgive()
        self.rules.forgive()
        self.stopping.clear()
        self._draw_switch.value = False
        switches = {"test": self._test_switch, "discrete": self._discrete_switch, "log": self._log_switch}
        for key, switch in switches.items():
            switch.value = key in views
        self.stepping.switch.value = ["on"] if "stepping" in views else []
        self.inside.open(view for view in views if view in INSIDE)

    def follow_switches(self) -> None:
        """Show what the switches under the plane ask for; called where the stage draws."""
        self.boundary.show_test(self._test_switch.value)
        discrete = bool(self._discrete_switch.value)
        self.boundary.set_discrete(discrete)
        self.legend.set_discrete(discrete)
        lut = _discrete_rgb(self._dark) if discrete else diverging_rgb(self._dark)
        if self.diagram.lut != lut:
            self.diagram.lut = lut
        self.curves.set_log(bool(self._log_switch.value))

    def show_data(self, spec: TrainingSpec) -> None:
        """Mark the picture of the present data set, and say which seeds made all this."""
        self.gallery.value = spec.data
        self._new_data.disabled = spec.kind.fixed
        self._seeds.object = f"Seed of the data {spec.data_seed}, of the start {spec.seed}"

    def set_dark(self, dark: bool) -> None:
        """Put the page's mode on all that is drawn; called where nothing else draws."""
        self._dark = dark
        widgets = (
            self.transport, self.tree, self.message, self.diagram, self.listing, self.readout, self.gallery,
            self.summary, self.about,
        )  # fmt: skip
        for widget in widgets:
            widget.dark = dark
        self.gallery.lut = diverging_rgb(dark)
        for view in (self.boundary, self.curves, self.legend, self.inside, self.stepping, self.compare, self.rules):
            view.set_dark(dark)
        if "clinic" in self._built:
            self._built["clinic"].set_dark(dark)


@lru_cache(maxsize=2)
def _discrete_rgb(dark: bool) -> bytes:
    return palette_bytes(discrete_palette(False, dark))


@lru_cache(maxsize=1)
def gallery_items() -> list[dict[str, Any]]:
    """Return all data sets as `DataGallery.items`, drawn without noise, and the place of one's own."""
    items = []
    for key, kind in DATASETS.items():
        real = kind.task is Task.REGRESSION
        group = "more" if kind.fixed or real else "two" if kind.classes == 2 else "several"
        dataset = make_dataset(key, _THUMBNAIL_POINTS, 0.0, np.random.default_rng(0))
        items.append({
            "key": key, "title": kind.title, "sentence": kind.sentence, "group": _GROUPS[group], "real": real,
            "points": pack_points(dataset.inputs, dataset.targets, real=real),
        })  # fmt: skip
    items.append({
        "key": OWN, "title": "Your own", "sentence": "Draw points, or bring a CSV file.", "group": _GROUPS["more"],
    })  # fmt: skip
    return items
