"""The probability page's views and controls, and where they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn

from playground.probability_link import ProbabilityLink, to_url
from playground.stages import layout
from playground.stages.dialogs import Dialogs
from playground.stages.probability import texts
from playground.stages.probability.dispatch import Dispatch
from playground.stages.probability.presets import PRESETS
from playground.stages.probability.settings import Settings
from playground.stages.share_dialog import ShareDialog
from playground.views.abstain_curves import AbstainCurves
from playground.views.line_plane import LinePlane
from playground.widgets.about import About, about
from playground.widgets.bar_table import BarTable
from playground.widgets.choices import Choices
from playground.widgets.fact_table import FactTable
from playground.widgets.message import MessageBar
from playground.widgets.paint_signal import PaintSignal
from playground.widgets.summary import Summary
from playground.widgets.transport import Transport

if TYPE_CHECKING:
    from playground.stages.probability.session import ProbabilityScene
    from playground.stages.probability.stage import ProbabilityStage

GRAINS = [("op", "Term"), ("phase", "Move")]
SPEEDS = [("slow", "Slow motion"), ("normal", "Normal"), ("fast", "Fast")]


class Board:
    """Builds the stage's widgets and lays them out.

    Parameters
    ----------
    stage : ProbabilityStage
    dispatch : Dispatch
    link : ProbabilityLink
    """

    def __init__(self, stage: ProbabilityStage, dispatch: Dispatch, link: ProbabilityLink) -> None:
        self._stage = stage
        self._dispatch = dispatch
        self.transport = Transport(grains=GRAINS, grain="op", speeds=SPEEDS, speed="normal")
        self.transport.on_message(dispatch.on_transport)
        self.message = MessageBar(css_classes=["np-floating"])
        self.presets = Choices(items=layout.choice_items(PRESETS), label="Examples")
        self.presets.on_message(dispatch.on_presets)
        self.table = BarTable(css_classes=about("table"))
        self.table.on_message(dispatch.on_table)
        self.words, self.summary = FactTable(), Summary()
        self.about = About(cards=texts.about_cards())
        self.settings = Settings(link.begin, dispatch)
        self.paint = PaintSignal()
        self.paint.on_message(dispatch.on_paint)
        # Figures are made when they are first wanted, and drawn before they join the page.
        self.plane: LinePlane | None = None
        self.curves: AbstainCurves | None = None
        self._places = {key: pn.Column(sizing_mode="stretch_width", margin=0) for key in ("plane", "curves")}
        self._dark = False
        self._built: dict[str, Any] = {}
        self._dialogs = Dialogs()
        self.view = self._layout()

    def _layout(self) -> pn.Column:
        share = self._dialogs.button("Share", "share", lambda: self.open("share"))
        tools = pn.FlexBox(share, margin=(10, 10), gap="8px")
        areas = {
            "transport": layout.bar(self.transport, self.message, self.paint),
            "presets": self.presets,
            "settings": pn.Column(self.settings.panel, tools, sizing_mode="stretch_width", margin=0),
            "table": self.table,
            **self._places,
            "words": self.words,
            "summary": self.summary,
            "about": self.about,
        }
        return layout.page(areas, "np-sheet", "sheet_stage")

    def draw(self, scene: ProbabilityScene) -> None:
        """Put the views of what is looked at on the page."""
        shape = "np-planed" if scene.plane else "np-curved" if scene.abstain else "np-told"
        classes = ["np-page", "np-sheet", shape]
        if self.view.css_classes != classes:
            self.view.css_classes = classes
        self.table.visible = bool(scene.table)
        if scene.plane is not None:
            if self.plane is None:
                self.plane = LinePlane(self._dispatch.on_point, self._dispatch.on_handle)
                self.plane.legend.css_classes = about("plane")
                self.plane.set_dark(self._dark)
            self.plane.draw(scene.plane)
            self._join("plane", self.plane.pane)
        if scene.abstain is not None:
            if self.curves is None:
                self.curves = AbstainCurves()
                self.curves.pane.css_classes = about("curves")
                self.curves.set_dark(self._dark)
            picture = scene.abstain
            self.curves.draw(
                picture.thresholds, picture.shares, picture.accuracies, picture.threshold, picture.reliability
            )
            self._join("curves", self.curves.pane)
        for key, wanted in (("plane", scene.plane), ("curves", scene.abstain)):
            self._places[key].visible = wanted is not None

    def _join(self, key: str, pane: Any) -> None:
        if not self._places[key].objects:
            self._places[key].append(pane)

    def open(self, name: str) -> None:
        """Open a dialog: share."""
        if name not in self._built:
            session = self._stage.session
            self._built[name] = ShareDialog(
                self._stage, "Link to what stands here", lambda: (to_url(session.state), "")
            )
        self._built[name].open()

    def open_dialog(self, dialog: Any) -> None:
        """Show a dialog; the first time it is added to the page."""
        self._dialogs.show(self.view, dialog)

    def set_dark(self, dark: bool) -> None:
        """Put the page's mode on all that is drawn; called where nothing else draws."""
        self._dark = dark
        widgets = (
            self.transport, self.message, self.presets, self.table, self.words, self.summary, self.about, self.paint,
        )  # fmt: skip
        for widget in widgets:
            widget.dark = dark
        for view in (self.plane, self.curves):
            if view is not None:
                view.set_dark(dark)
