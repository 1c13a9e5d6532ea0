"""The digit training page's views and controls, and where they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from playground.stages import layout
from playground.stages.dialogs import Dialogs
from playground.stages.rules import UpdateRules
from playground.stages.save_dialog import SaveDialog
from playground.stages.share_dialog import ShareDialog
from playground.stages.training import presentation, texts
from playground.stages.training.dispatch import Dispatch
from playground.stages.training.net_cards import kinds
from playground.stages.training.presets import PRESETS
from playground.stages.training.settings import Settings
from playground.stages.training.tools.files import saved
from playground.stages.training.tools.share import link
from playground.stages.training.watch_panel import WatchPanel
from playground.training_link import TrainingLink
from playground.views.confusion import ConfusionView
from playground.views.curves import CurvesView
from playground.views.readout import Readout
from playground.widgets.about import About, about
from playground.widgets.branch_tree import BranchTree
from playground.widgets.choices import Choices
from playground.widgets.digit_wall import DigitWall
from playground.widgets.listing import Listing
from playground.widgets.map_wall import MapWall
from playground.widgets.message import MessageBar
from playground.widgets.net_builder import NetBuilder
from playground.widgets.paint_signal import PaintSignal
from playground.widgets.summary import Summary
from playground.widgets.task_list import TaskList
from playground.widgets.transport import Transport

if TYPE_CHECKING:
    from playground.stages.training.stage import TrainingStage

GRAINS = [("op", "Operation"), ("layer", "Layer"), ("phase", "Phase"), ("batch", "Batch"), ("epoch", "Epoch")]
SPEEDS = [("slow", "Slow motion"), ("normal", "Normal"), ("fast", "Fast"), ("fastest", "Fastest")]


class Board:
    """Builds the stage's widgets and lays them out.

    Parameters
    ----------
    stage : TrainingStage
    dispatch : Dispatch
    link : TrainingLink
    """

    def __init__(self, stage: TrainingStage, dispatch: Dispatch, link: TrainingLink) -> None:
        self._stage = stage
        self._dispatch = dispatch
        self.transport = Transport(grains=GRAINS, grain="batch", speeds=SPEEDS, speed="normal")
        self.transport.on_message(dispatch.on_transport)
        self.tree = BranchTree()
        self.tree.on_message(dispatch.on_tree)
        self.message = MessageBar(css_classes=["np-floating"])
        self.readout = Readout(items=presentation.readout_items())
        self.presets = Choices(items=layout.choice_items(PRESETS), label="Examples")
        self.presets.on_message(dispatch.on_presets)
        self.net = NetBuilder(kinds=kinds(), css_classes=about("net"))
        self.net.on_message(dispatch.on_net)
        self.wall = MapWall(wall_height=250, css_classes=about("wall"))
        self.wall.on_message(dispatch.on_wall)
        self.wrong = DigitWall()
        self.wrong.on_message(dispatch.on_wrong)
        self.listing = Listing(list_height=320, css_classes=about("listing"))
        self.listing.on_message(dispatch.on_listing)
        self.paint = PaintSignal()
        self.paint.on_message(dispatch.on_paint)
        self.curves, self.confusion = CurvesView(), ConfusionView(dense=True)
        self.summary, self.about = Summary(), About(cards=texts.about_cards())
        self.settings = Settings(link.spec, dispatch.edit)
        self.rules = UpdateRules(dispatch.change, unit=True)
        self.watch = WatchPanel(stage)
        self.tasks = TaskList(margin=(10, 0, 0, 0))
        self.log = pmui.Checkbox(label="Loss in powers of ten", value=False, size="small", css_classes=about("log"))
        self.log.param.watch(lambda _: stage.submit(lambda: None), "value")
        # Built when they are first wanted.
        self._built: dict[str, Any] = {}
        self._dialogs = Dialogs()
        self.view = self._layout()

    def _layout(self) -> pn.Column:
        bar = layout.bar(self.transport, self.tree, self.message)
        self.curves.pane.css_classes = about("curves")
        self.confusion.pane.css_classes = about("confusion")
        areas = {
            "transport": bar,
            "readout": self.readout,
            "side": self._side(),
            "net": self.net,
            "wall": self.wall,
            "watch": self.watch.panel,
            "curves": pn.Column(self.curves.pane, self.log, self.tasks, sizing_mode="stretch_width", margin=0),
            "wrong": self.wrong,
            "confusion": self.confusion.pane,
            "listing": pn.Column(self.listing, sizing_mode="stretch_width", margin=0),
            "summary": pn.Column(self.summary, self.paint, sizing_mode="stretch_width", margin=0),
            "about": self.about,
        }
        return layout.page(areas, "np-training", "training_stage")

    def _side(self) -> pn.Column:
        """Return examples and settings in one column; on a phone the stylesheet takes them apart."""
        parts = {"presets": self.presets, "settings": self._settings()}
        return layout.placed(parts, "np-training-side", ("training_stage",))

    def _settings(self) -> pn.Column:
        new_start = pmui.Button(
            label="New start", variant="outlined", size="small", sizing_mode="stretch_width",
            css_classes=about("new_start"),
        )  # fmt: skip
        new_start.on_click(lambda _: self._dispatch.edit("seed", lambda spec: (spec.seed + 1) % 2**31))
        share = self._dialogs.button("Share", "share", lambda: self.open("share"))
        files = self._dialogs.button("Save and load", "files", lambda: self.open("files"))
        tools = pn.FlexBox(share, files, margin=(6, 10), gap="8px")
        return pn.Column(
            self.settings.panel, new_start, self.rules.panel, tools, sizing_mode="stretch_width", margin=0
        )

    def open(self, name: str) -> None:
        """Open a dialog: share, or files."""
        if name not in self._built:
            self._built[name] = self._share() if name == "share" else self._files()
        self._built[name].open()

    def _share(self) -> ShareDialog:
        return ShareDialog(self._stage, "Link to this experiment", lambda: link(self._stage.session))

    def _files(self) -> SaveDialog:
        pictures = [("curves", "The curves as PNG", list(self.curves.figures))]
        return SaveDialog(self._stage, saved(self._stage.session), pictures)

    def open_dialog(self, dialog: Any) -> None:
        """Show a dialog; the first time it is added to the page."""
        self._dialogs.show(self.view, dialog)

    def forgive(self) -> None:
        """Forget what was typed and refused."""
        self.settings.forgive()
        self.rules.forgive()

    def set_dark(self, dark: bool) -> None:
        """Put the page's mode on all that is drawn; called where nothing else draws."""
        widgets = (
            self.transport, self.tree, self.message, self.readout, self.presets, self.net, self.wall, self.wrong,
            self.listing, self.summary, self.tasks, self.about, self.paint,
        )  # fmt: skip
        for widget in widgets:
            widget.dark = dark
        for view in (self.curves, self.confusion, self.rules, self.watch):
            view.set_dark(dark)
