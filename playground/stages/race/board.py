"""The race stage's views and controls, and where they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from playground.optimizer_marks import TITLES
from playground.stages import layout
from playground.stages.dialogs import Dialogs
from playground.stages.ground_chooser import GroundChooser
from playground.stages.race import texts
from playground.stages.race.dispatch import Dispatch
from playground.stages.race.presets import PRESETS
from playground.stages.race.scene import RaceScene
from playground.stages.race.settings import Settings
from playground.stages.race.tools.files import saved
from playground.stages.race.tools.share import link
from playground.stages.save_dialog import SaveDialog
from playground.stages.share_dialog import ShareDialog
from playground.views.loss_lines import LossLines
from playground.views.plane import PlaneView
from playground.views.stack_question import StackQuestion
from playground.views.surface_space import SurfaceSpace
from playground.widgets.about import About, about
from playground.widgets.branch_tree import BranchTree
from playground.widgets.choices import Choices
from playground.widgets.message import MessageBar
from playground.widgets.race_table import RaceTable
from playground.widgets.summary import Summary
from playground.widgets.transport import Transport

if TYPE_CHECKING:
    from playground.stages.race.stage import RaceStage

GRAINS = [("1", "1 update"), ("10", "10 updates"), ("50", "50 updates")]
SPEEDS = [("slow", "Slow motion"), ("normal", "Normal"), ("fast", "Fast"), ("fastest", "Fastest")]
VIEWS = {"From above": "plane", "In space": "space"}
# The buttons say it themselves; the label would push the plane out of a laptop's first screen.
_NO_LABEL = ".MuiFormLabel-root { position: absolute; clip-path: inset(50%); }"


class Board:
    """Builds the stage's widgets and lays them out.

    Parameters
    ----------
    stage : RaceStage
    dispatch : Dispatch
    """

    def __init__(self, stage: RaceStage, dispatch: Dispatch) -> None:
        self._stage = stage
        self.transport = Transport(grains=GRAINS, grain="1", speeds=SPEEDS, speed="normal")
        self.transport.on_message(dispatch.on_transport)
        self.tree = BranchTree()
        self.tree.on_message(dispatch.on_tree)
        self.message = MessageBar(css_classes=["np-floating"])
        self.presets = Choices(items=layout.choice_items(PRESETS), label="Races")
        self.presets.on_message(dispatch.on_presets)
        self.question = StackQuestion()
        self.question.on_message(dispatch.on_question)
        self.table = RaceTable(addable=list(TITLES.items()))
        self.table.on_message(dispatch.on_table)
        # The table names the trails.
        self.plane = PlaneView(dispatch.on_point, trail_legend=False)
        self.space = SurfaceSpace()
        self.losses = LossLines()
        self.grounds = GroundChooser(dispatch.on_ground, (2,))
        self.settings = Settings(dispatch.set_shared)
        self.summary, self.about = Summary(), About(cards=texts.about_cards())
        self.shown = pmui.RadioButtonGroup(
            label="View", options=VIEWS, value="plane", size="small", width=270, margin=(0, 0, 6, 0),
            stylesheets=[_NO_LABEL],
        )  # fmt: skip
        self.shown.param.watch(lambda _: self._show_view(), "value")
        self._space_place = pn.Column(
            self.space.panel, visible=False, sizing_mode="stretch_width", margin=0, css_classes=about("space")
        )
        # Built when they are first wanted.
        self._share: ShareDialog | None = None
        self._files: SaveDialog | None = None
        self._dialogs = Dialogs()
        self.view = self._layout()

    def _layout(self) -> pn.Column:
        whole = {"sizing_mode": "stretch_width", "margin": 0}
        bar = layout.bar(self.transport, self.tree, self.message)
        self._plane_place = pn.Column(self.plane.pane, css_classes=about("plane"), **whole)
        areas = {
            "transport": bar,
            "presets": self.presets,
            "question": self.question,
            "plane": pn.Column(self.shown, self._plane_place, self._space_place, **whole),
            "table": self.table,
            "losses": pn.Column(self.losses.pane, css_classes=about("losses"), **whole),
            "settings": pn.Column(self.grounds.panel, self._tools(), **whole),
            "summary": self.summary,
            "about": self.about,
        }
        return layout.page(areas, "np-race-stage", "race_stage")

    def _tools(self) -> pn.FlexBox:
        share = self._dialogs.button("Share", "share", self.share)
        files = self._dialogs.button("Save and load", "files", self.files)
        return pn.FlexBox(
            *self.settings.widgets, share, files,
            margin=(10, 0, 0, 0), gap="8px 12px", align_items="center", sizing_mode="stretch_width",
        )  # fmt: skip

    def begin(self) -> None:
        """Show it from above, and forget what was typed; called where the stage draws."""
        self.shown.value = "plane"
        self.settings.forgive()
        self.table.forgive()

    def show_pace(self, grain: str, speed: str) -> None:
        """Show how far a step goes and how fast playing is; called where the stage draws."""
        if (self.transport.grain, self.transport.speed) != (grain, speed):
            self.transport.param.update(grain=grain, speed=speed)

    def _show_view(self) -> None:
        self._space_place.visible = self.shown.value == "space"
        self._plane_place.visible = not self._space_place.visible
        # What was hidden has not been drawn on.
        self._stage.submit(lambda: None)

    def draw_ground(self, scene: RaceScene) -> None:
        """Draw the race on its surface, in the view that is shown; called where the stage draws."""
        shown: Any = self.space if self._space_place.visible else self.plane
        shown.show_ground(scene.ground)
        shown.draw(scene.picture)

    def share(self) -> None:
        """Open the dialog with the link."""
        if self._share is None:
            self._share = ShareDialog(self._stage, "Link to this race", lambda: link(self._stage.session))
        self._share.open()

    def files(self) -> None:
        """Open the dialog for files."""
        if self._files is None:
            figures = [
                ("race-plane", "The race from above as PNG", self.plane.figure),
                ("race-losses", "The loss curves as PNG", self.losses.figure),
            ]
            self._files = SaveDialog(self._stage, saved(self._stage.session), figures)
        self._files.open()

    def open_dialog(self, dialog: Any) -> None:
        """Show a dialog; the first time it is added to the page."""
        self._dialogs.show(self.view, dialog)

    def set_dark(self, dark: bool) -> None:
        """Put the page's mode on all that is drawn; called where nothing else draws."""
        widgets = (
            self.transport, self.tree, self.message, self.presets, self.question, self.table, self.summary, self.about,
        )  # fmt: skip
        for widget in widgets:
            widget.dark = dark
        for view in (self.plane, self.space, self.losses, self.grounds):
            view.set_dark(dark)
