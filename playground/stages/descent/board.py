"""The descent stage's views and controls, and where they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from engine import SpecError
from playground.assets import stylesheets
from playground.stages import layout
from playground.stages.descent import texts
from playground.stages.descent.dispatch import Dispatch
from playground.stages.descent.presets import VIEWS
from playground.stages.descent.scene import DescentScene
from playground.stages.descent.settings import Settings
from playground.stages.descent.tools.files import saved
from playground.stages.descent.tools.share import link
from playground.stages.dialogs import Dialogs
from playground.stages.ground_chooser import GroundChooser
from playground.stages.rules import UpdateRules
from playground.stages.save_dialog import SaveDialog
from playground.stages.share_dialog import ShareDialog
from playground.views.curve_ground import CurveGround, CurvePicture
from playground.views.descent_curve import DescentCurve
from playground.views.loss_lines import LossLines
from playground.views.plane import PlaneView
from playground.views.plane_picture import PlanePicture
from playground.views.surface_space import SurfaceSpace
from playground.widgets.about import About, about
from playground.widgets.branch_tree import BranchTree
from playground.widgets.descent_facts import DescentFacts
from playground.widgets.fan_table import FanTable
from playground.widgets.message import MessageBar
from playground.widgets.optimizer_state import OptimizerState
from playground.widgets.summary import Summary
from playground.widgets.transport import Transport

if TYPE_CHECKING:
    from playground.stages.descent.stage import DescentStage

GRAINS = [("op", "Line"), ("epoch", "Update")]
SPEEDS = [("slow", "Line by line"), ("normal", "Normal"), ("fast", "Fast"), ("fastest", "Fastest")]
# What the fields of the chooser are about.
_GROUND = ("formula", "surface", "dimensions", "reach", "network", "weights", "trained")
# The whole plane is seen under the bar and the switches, with its axes and two lines of legend.
_PLANE = "max(360px, calc(100vh - 262px))"
# Of 5,000 updates the schedule's curve shows about as many as are looked at.
_SCHEDULE_STEPS = (100, 500, 2000, 5000)


class Board:
    """Builds the stage's widgets and lays them out.

    Parameters
    ----------
    stage : DescentStage
    dispatch : Dispatch
    """

    def __init__(self, stage: DescentStage, dispatch: Dispatch) -> None:
        self._stage = stage
        self.transport = Transport(grains=GRAINS, grain="epoch", speeds=SPEEDS, speed="normal")
        self.transport.on_message(dispatch.on_transport)
        self.tree = BranchTree()
        self.tree.on_message(dispatch.on_tree)
        self.message = MessageBar(css_classes=["np-floating"])
        self.grounds = GroundChooser(dispatch.choose_ground, (1, 2))
        self.settings = Settings(
            dispatch.choose_preset, dispatch.choose_optimizer, dispatch.change, dispatch.set_start
        )
        self.rules = UpdateRules(dispatch.change, unit=False)
        # All with a browser side of their own come with the page; the figure that is not wanted is hidden.
        self.curve = DescentCurve(dispatch.on_curve)
        self.plane = PlaneView(dispatch.on_plane, most_width=_PLANE, legend_lines=2)
        self.space = SurfaceSpace(height=480)
        self.state = OptimizerState()
        self.state.on_message(dispatch.on_state)
        self.facts = DescentFacts()
        self.facts.on_message(dispatch.on_facts)
        self.fan = FanTable()
        self.losses = LossLines(height=190)
        self.summary, self.about = Summary(), About(cards=texts.about_cards())
        self.switches = {key: self._switch(key, title, dispatch) for key, title in VIEWS.items()}
        self._setting = False
        # Built when they are first wanted.
        self._share: ShareDialog | None = None
        self._files: SaveDialog | None = None
        self._dialogs = Dialogs()
        self.view = self._layout()

    def _switch(self, key: str, title: str, dispatch: Dispatch) -> pmui.Checkbox:
        part = f"view_{key}" if f"view_{key}" in texts.PARTS else "views"
        switch = pmui.Checkbox(label=title, size="small", margin=0, css_classes=about(part))
        switch.param.watch(lambda event: None if self._setting else dispatch.show(key, bool(event.new)), "value")
        return switch

    def _layout(self) -> pn.Column:
        whole: dict[str, Any] = {"sizing_mode": "stretch_width", "margin": 0}
        bar = layout.bar(self.transport, self.tree, self.message)
        places = {
            "curve": (self.curve.pane,), "plane": (self.plane.pane,), "space": (self.space.panel, self.space.legend),
        }  # fmt: skip
        self._places = {key: pn.Column(*views, visible=False, **whole) for key, views in places.items()}
        switches = pn.FlexBox(*self.switches.values(), gap="0 6px", align_items="center", **whole)
        # A lesson may show some of these alone.
        self.sides = {
            "ground": self.grounds.panel, "settings": self._settings(), "listing": self.state,
            "rules": self.rules.panel, "noise": self.settings.folded,
        }  # fmt: skip
        whole_side = tuple(self.sides.values())
        # Part of the settings where all are shown.
        self.sides["tools"] = self._tools
        side = pn.Column(
            *whole_side, css_classes=["np-descent-side"], stylesheets=stylesheets("descent_stage"), **whole
        )
        areas = {
            "transport": bar,
            "figure": pn.Column(switches, *self._places.values(), **whole),
            "side": side,
            # What is said comes and goes: nothing lies beneath it that would jump.
            "told": pn.Column(self.losses.pane, self.facts, **whole),
            "fan": self.fan,
            "summary": self.summary,
            "about": self.about,
        }
        return layout.page(areas, "np-descent-stage", "descent_stage")

    def _settings(self) -> pn.FlexBox:
        row: dict[str, Any] = {"margin": 0, "gap": "10px", "align_items": "start"}
        share = self._dialogs.button("Share", "share", self.share)
        files = self._dialogs.button("Save and load", "files", self.files)
        # The two stay together where the row breaks.
        self._tools = pn.FlexBox(
            share, files, flex_wrap="nowrap", styles={"flex": "none", "width": "max-content"}, **row
        )
        return pn.FlexBox(
            *self.settings.main, self._tools, styles={"padding-top": "4px"}, sizing_mode="stretch_width", **row
        )

    def draw_figure(self, scene: DescentScene) -> None:
        """Draw on the view that is wanted; called where the stage draws."""
        if isinstance(scene.ground, CurveGround):
            shown = "curve"
            assert isinstance(scene.picture, CurvePicture)
            self.curve.show_ground(scene.ground)
            self.curve.draw(scene.picture)
        else:
            assert isinstance(scene.picture, PlanePicture)
            shown = "space" if "space" in scene.views else "plane"
            view = self.space if shown == "space" else self.plane
            view.show_ground(scene.ground)
            view.draw(scene.picture)
        for key, place in self._places.items():
            if place.visible != (key == shown):
                place.visible = key == shown

    def draw_controls(self, scene: DescentScene) -> None:
        """Show what holds on all controls; called where the stage draws."""
        spec = scene.spec
        self.grounds.show(spec)
        self.settings.show(spec, scene.preset, spec.shown_start)
        at = scene.at
        steps = next((steps for steps in _SCHEDULE_STEPS if at < 0.8 * steps), _SCHEDULE_STEPS[-1])
        self.rules.show(spec.with_(steps=steps), at)
        self._setting = True
        try:
            for key, switch in self.switches.items():
                if switch.value != (key in scene.views):
                    switch.value = key in scene.views
                if switch.visible != (key in scene.offered):
                    switch.visible = key in scene.offered
        finally:
            self._setting = False

    def refuse(self, error: SpecError) -> None:
        """Say what is not allowed where it was asked for, or over the page."""
        name, message = error.field, str(error)
        if name in _GROUND:
            self.grounds.refuse(f"{message[:1].upper()}{message[1:]}.")
        elif not self.settings.refuse(name, message):
            if name in self.rules.widgets or name == "schedule_settings":
                self.rules.refuse(name, message)
            else:
                self._stage.say(message)

    def forgive(self) -> None:
        """Forget what was typed and refused."""
        self.settings.forgive()
        self.rules.forgive()

    def begin(self) -> None:
        """Fold away what was unfolded, and forget what was typed; called where the stage draws."""
        self.forgive()
        self.settings.folded.collapsed = True

    def show_pace(self, grain: str, speed: str) -> None:
        """Show how far a step goes and how fast playing is; called where the stage draws."""
        if (self.transport.grain, self.transport.speed) != (grain, speed):
            self.transport.param.update(grain=grain, speed=speed)

    def share(self) -> None:
        """Open the dialog with the link."""
        if self._share is None:
            self._share = ShareDialog(self._stage, "Link to this descent", lambda: link(self._stage.session))
        self._share.open()

    def files(self) -> None:
        """Open the dialog for files."""
        if self._files is None:
            figures = [
                ("descent-curve", "The curve as PNG", self.curve.figure),
                ("descent-plane", "The surface from above as PNG", self.plane.figure),
                ("descent-loss", "The loss as PNG", self.losses.figure),
            ]
            self._files = SaveDialog(self._stage, saved(self._stage.session), figures)
        self._files.open()

    def open_dialog(self, dialog: Any) -> None:
        """Show a dialog; the first time it is added to the page."""
        self._dialogs.show(self.view, dialog)

    def set_dark(self, dark: bool) -> None:
        """Put the page's mode on all that is drawn; called where nothing else draws."""
        widgets = (
            self.transport, self.tree, self.message, self.state, self.facts, self.fan, self.summary, self.about,
        )  # fmt: skip
        for widget in widgets:
            widget.dark = dark
        for view in (self.curve, self.plane, self.space, self.losses, self.grounds, self.rules):
            view.set_dark(dark)
