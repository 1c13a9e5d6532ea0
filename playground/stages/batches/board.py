"""The batches page's views and controls, and where they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn

from playground.batches_link import BatchesLink
from playground.stages import layout
from playground.stages.batches import texts
from playground.stages.batches.dispatch import Dispatch
from playground.stages.batches.presets import LOOKS, PRESETS
from playground.stages.batches.settings import Settings
from playground.stages.batches.tools.closer import Closer
from playground.stages.batches.tools.files import saved
from playground.stages.batches.tools.share import link
from playground.stages.dialogs import Dialogs
from playground.stages.save_dialog import SaveDialog
from playground.stages.share_dialog import ShareDialog
from playground.views.lane_paths import LanePaths
from playground.views.line_plane import LinePlane
from playground.views.loss_lines import LossLines
from playground.widgets.about import About, about
from playground.widgets.branch_tree import BranchTree
from playground.widgets.choices import Choices
from playground.widgets.lane_table import LaneTable
from playground.widgets.message import MessageBar
from playground.widgets.summary import Summary
from playground.widgets.transport import Transport

if TYPE_CHECKING:
    from playground.stages.batches.stage import BatchesStage

GRAINS = [("op", "Point"), ("batch", "Mini-batch"), ("epoch", "Epoch")]
SPEEDS = [("slow", "Point by point"), ("normal", "Mini-batches"), ("fast", "Epochs"), ("fastest", "Fastest")]


class Board:
    """Builds the stage's widgets and lays them out.

    Parameters
    ----------
    stage : BatchesStage
    dispatch : Dispatch
    link : BatchesLink
    """

    def __init__(self, stage: BatchesStage, dispatch: Dispatch, link: BatchesLink) -> None:
        self._stage = stage
        self.transport = Transport(grains=GRAINS, grain="batch", speeds=SPEEDS, speed="normal")
        self.transport.on_message(dispatch.on_transport)
        self.tree = BranchTree()
        self.tree.on_message(dispatch.on_tree)
        self.message = MessageBar(css_classes=["np-floating"])
        self.presets = Choices(items=layout.choice_items(PRESETS), label="Examples")
        self.presets.on_message(dispatch.on_presets)
        self.looks = Choices(items=layout.choice_items(LOOKS), label="Look closer")
        self.looks.on_message(dispatch.on_looks)
        self.table = LaneTable()
        self.table.on_message(dispatch.on_table)
        self.plane, self.paths = LinePlane(dispatch.on_point, dispatch.on_handle), LanePaths()
        self.costs = LossLines("Cost", 230)
        self.summary, self.about = Summary(), About(cards=texts.about_cards())
        self.settings = Settings(link.spec, dispatch.edit, dispatch.draw_anew)
        self.closer = Closer(stage)
        self.plane.legend.css_classes = about("plane")
        self.paths.pane.css_classes = about("paths")
        self.costs.pane.css_classes = about("costs")
        # Built when they are first wanted.
        self._built: dict[str, Any] = {}
        self._dialogs = Dialogs()
        self.view = self._layout()

    def _layout(self) -> pn.Column:
        bar = layout.bar(self.transport, self.tree, self.message)
        share = self._dialogs.button("Share", "share", lambda: self.open("share"))
        files = self._dialogs.button("Save and load", "files", lambda: self.open("files"))
        tools = pn.FlexBox(share, files, margin=(6, 10), gap="8px")
        areas = {
            "transport": bar,
            "presets": self.presets,
            "settings": pn.Column(self.settings.panel, tools, sizing_mode="stretch_width", margin=0),
            "plane": self.plane.pane,
            "table": self.table,
            "costs": self.costs.pane,
            "paths": self.paths.pane,
            "closer": pn.Column(self.looks, self.closer.panel, sizing_mode="stretch_width", margin=0),
            "summary": self.summary,
            "about": self.about,
        }
        return layout.page(areas, "np-batches", "batches_stage")

    def open(self, name: str) -> None:
        """Open a dialog: share, or files."""
        if name not in self._built:
            self._built[name] = self._share() if name == "share" else self._files()
        self._built[name].open()

    def _share(self) -> ShareDialog:
        return ShareDialog(self._stage, "Link to this experiment", lambda: link(self._stage.session))

    def _files(self) -> SaveDialog:
        return SaveDialog(self._stage, saved(self._stage.session))

    def open_dialog(self, dialog: Any) -> None:
        """Show a dialog; the first time it is added to the page."""
        self._dialogs.show(self.view, dialog)

    def lay_out(self, looking: bool) -> None:
        """Put what is looked at beside the plane, where the curves of the cost stand else."""
        classes = ["np-page", "np-batches", *(["np-looking"] if looking else [])]
        if self.view.css_classes != classes:
            self.view.css_classes = classes

    def set_dark(self, dark: bool) -> None:
        """Put the page's mode on all that is drawn; called where nothing else draws."""
        widgets = (
            self.transport, self.tree, self.message, self.presets, self.looks, self.table, self.summary, self.about,
        )  # fmt: skip
        for widget in widgets:
            widget.dark = dark
        for view in (self.plane, self.paths, self.costs, self.closer):
            view.set_dark(dark)
