"""The graph stage's views and controls, and where they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from engine.expression.presets import PRESETS
from playground.stages import layout
from playground.stages.dialogs import Dialogs
from playground.stages.graph import texts
from playground.stages.graph.dispatch import Dispatch
from playground.stages.graph.scene import GraphScene
from playground.stages.graph.settings import Settings
from playground.stages.graph.tools.differences import DifferenceCheck
from playground.stages.graph.tools.practice_panel import PracticePanel
from playground.stages.graph.tools.share import link
from playground.stages.share_dialog import ShareDialog
from playground.views.graph import GraphView
from playground.views.value_curve import ValueCurve
from playground.widgets.about import About, about
from playground.widgets.branch_tree import BranchTree
from playground.widgets.choices import Choices
from playground.widgets.explanation import Explanation
from playground.widgets.expression_field import ExpressionField
from playground.widgets.message import MessageBar
from playground.widgets.summary import Summary
from playground.widgets.transport import Transport

if TYPE_CHECKING:
    from playground.stages.graph.stage import GraphStage

GRAINS = [("op", "Node"), ("phase", "Phase"), ("epoch", "Whole step")]
# Narrower graphs are still drawn larger than life with the explanation beside them.
SMALL_GRAPH = 800
SPEEDS = [("slow", "Slow motion"), ("normal", "Normal"), ("fast", "Fast"), ("fastest", "Fastest")]


class Board:
    """Builds the stage's widgets and lays them out.

    Parameters
    ----------
    stage : GraphStage
    dispatch : Dispatch
    """

    def __init__(self, stage: GraphStage, dispatch: Dispatch) -> None:
        self._stage = stage
        self.transport = Transport(grains=GRAINS, grain="op", speeds=SPEEDS, speed="normal")
        self.transport.on_message(dispatch.on_transport)
        self.tree = BranchTree()
        self.tree.on_message(dispatch.on_tree)
        self.message = MessageBar(css_classes=["np-floating"])
        self.field = ExpressionField(label="Your expression: numbers, names, + − * / ^, functions such as exp or max")
        self.field.on_message(dispatch.on_field)
        self.presets = Choices(items=layout.choice_items(PRESETS), label="Examples")
        self.presets.on_message(dispatch.on_presets)
        self.graph = GraphView()
        self.graph.on_message(dispatch.on_graph)
        self.explanation, self.summary = Explanation(), Summary()
        self.about = About(cards=texts.about_cards())
        self.settings = Settings(dispatch.set_target, dispatch.set_rate)
        self.practice = PracticePanel(stage)
        self.differences = DifferenceCheck(stage)
        # Built when they are first wanted.
        self._share: ShareDialog | None = None
        self._curve: ValueCurve | None = None
        self._curve_place = pn.Column(visible=False, sizing_mode="stretch_width", margin=0, css_classes=about("curve"))
        self._dark = False
        self.view = self._layout()

    def _layout(self) -> pn.Column:
        bar = layout.bar(self.transport, self.tree, self.message)
        areas = {
            "transport": bar,
            "formula": self.field,
            "tools": self._tools(),
            "presets": self.presets,
            "graph": self.graph,
            "told": pn.Column(self.practice.panel, self.explanation, sizing_mode="stretch_width", margin=0),
            "beside": pn.Column(
                self._curve_place, self.differences.panel, sizing_mode="stretch_width", margin=0
            ),
            "summary": self.summary,
            "about": self.about,
        }  # fmt: skip
        return layout.page(areas, "np-graph-stage", "graph_stage")

    def _tools(self) -> pn.FlexBox:
        common = {"variant": "outlined", "size": "small", "margin": 0}
        row = {"margin": 0, "gap": "8px", "sizing_mode": "stretch_width"}
        share = pmui.Button(label="Share", css_classes=about("share"), **common)
        share.on_click(lambda _: self.share())
        self._share_button, self._dialogs = share, Dialogs()
        self.practice_button = pmui.Button(label="You do it", css_classes=about("practice"), **common)
        self.practice_button.on_click(lambda _: self._practise())
        self.check_button = pmui.Button(label="Check by differences", css_classes=about("check"), **common)
        self.check_button.on_click(lambda _: self.differences.toggle(not self.differences.panel.visible))
        return pn.FlexBox(
            pn.FlexBox(*self.settings.widgets, align_items="start", **row),
            pn.FlexBox(self.practice_button, self.check_button, share, **row),
            css_classes=["np-graph-tools"], flex_direction="column", **row,
        )  # fmt: skip

    def _practise(self) -> None:
        if self.practice.panel.visible:
            self.practice.stop()
        else:
            # Beside the questions it would say what is asked.
            self.differences.toggle(False)
            self.practice.begin()

    def lay_out(self, scene: GraphScene) -> None:
        """Give a large graph all of the width, and what is told of a small one the place beside it."""
        classes = ["np-page", "np-graph-stage"]
        if scene.graph["width"] <= SMALL_GRAPH:
            classes.append("np-small-graph")
        if scene.curve is None and scene.check is None:
            classes.append("np-nothing-beside")
        if self.view.css_classes != classes:
            self.view.css_classes = classes

    def show_pace(self, grain: str, speed: str) -> None:
        """Show how far a step goes and how fast playing is; called where the stage draws."""
        if (self.transport.grain, self.transport.speed) != (grain, speed):
            self.transport.param.update(grain=grain, speed=speed)

    def show_tools(self, practising: bool, checking: bool) -> None:
        """Mark the buttons of the tools that are open; called where the stage draws."""
        self.practice_button.param.update(
            variant="contained" if practising else "outlined", label="End the exercise" if practising else "You do it"
        )
        # Another loss would make another exercise of it.
        for widget in self.settings.widgets:
            widget.disabled = practising
        self.check_button.param.update(
            variant="contained" if checking else "outlined", disabled=practising,
            label="End the check" if checking else "Check by differences",
        )  # fmt: skip

    def share(self) -> None:
        """Open the dialog with the link."""
        if self._share is None:
            self._share = ShareDialog(self._stage, "Link to this graph", lambda: link(self._stage.session))
        self._dialogs.opener = self._share_button
        self._share.open()

    def open_dialog(self, dialog: Any) -> None:
        """Show a dialog; the first time it is added to the page."""
        self._dialogs.show(self.view, dialog)

    def draw_curve(self, scene: GraphScene) -> None:
        """Show how the result has changed, where there is something to train; called where the stage draws."""
        if scene.curve is not None:
            if self._curve is None:
                self._curve = ValueCurve()
                self._curve.set_dark(self._dark)
                self._curve_place.append(self._curve.pane)
            self._curve.draw(scene.curve, scene.curve_at, scene.curve_title)
        self._curve_place.visible = scene.curve is not None

    def set_dark(self, dark: bool) -> None:
        """Put the page's mode on all that is drawn; called where nothing else draws."""
        self._dark = dark
        widgets = (
            self.transport, self.tree, self.message, self.field, self.presets, self.graph, self.explanation,
            self.summary, self.about,
        )  # fmt: skip
        for widget in widgets:
            widget.dark = dark
        self.practice.set_dark(dark)
        self.differences.set_dark(dark)
        if self._curve is not None:
            self._curve.set_dark(dark)
