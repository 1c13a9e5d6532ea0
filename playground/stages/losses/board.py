"""The losses page's views and controls, and where they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn

from playground.losses_link import LossesLink, to_url
from playground.stages import layout
from playground.stages.dialogs import Dialogs
from playground.stages.losses import texts
from playground.stages.losses.dispatch import Dispatch
from playground.stages.losses.presets import PRESETS
from playground.stages.losses.settings import Settings
from playground.stages.share_dialog import ShareDialog
from playground.views.margin_curves import MarginCurves
from playground.views.product_curve import ProductCurve
from playground.views.residuals import Residuals
from playground.widgets.about import About, about
from playground.widgets.bar_table import BarTable
from playground.widgets.choices import Choices
from playground.widgets.fact_table import FactTable
from playground.widgets.message import MessageBar
from playground.widgets.paint_signal import PaintSignal
from playground.widgets.summary import Summary
from playground.widgets.transport import Transport

if TYPE_CHECKING:
    from playground.stages.losses.session import LossesScene
    from playground.stages.losses.stage import LossesStage

GRAINS = [("op", "One"), ("phase", "All")]
SPEEDS = [("slow", "Slow motion"), ("normal", "Normal"), ("fast", "Fast")]

# Where the table wants the whole width, and the words stand beneath it.
BROAD = ("formula", "likelihood", "tasks")


class Board:
    """Builds the stage's widgets and lays them out.

    Parameters
    ----------
    stage : LossesStage
    dispatch : Dispatch
    link : LossesLink
    """

    def __init__(self, stage: LossesStage, dispatch: Dispatch, link: LossesLink) -> None:
        self._stage = stage
        self._dispatch = dispatch
        self.transport = Transport(grains=GRAINS, grain="op", speeds=SPEEDS, speed="normal")
        self.transport.on_message(dispatch.on_transport)
        self.message = MessageBar(css_classes=["np-floating"])
        self.presets = Choices(items=layout.choice_items(PRESETS), label="Examples")
        self.presets.on_message(dispatch.on_presets)
        self.table = BarTable(css_classes=about("table"))
        self.table.on_message(dispatch.on_table)
        self.meters = BarTable(css_classes=about("meters"))
        self.words, self.summary = FactTable(), Summary()
        self.about = About(cards=texts.about_cards())
        self.settings = Settings(link.begin, dispatch)
        self.paint = PaintSignal()
        self.paint.on_message(dispatch.on_paint)
        # Figures are made when they are first wanted, and drawn before they join the page.
        self.figures: dict[str, Any] = {}
        self._views = pn.Column(sizing_mode="stretch_width", margin=0)
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
            "curves": self._views,
            "table": self.table,
            "meters": self.meters,
            "words": self.words,
            "summary": self.summary,
            "about": self.about,
        }
        return layout.page(areas, "np-sheet", "sheet_stage")

    def draw(self, scene: LossesScene) -> None:
        """Put the views of what is looked at on the page."""
        self.table.visible, self.meters.visible = bool(scene.table), bool(scene.meters)
        self.meters.push(quiet=self._stage.playing, content=scene.meters)
        wanted: dict[str, tuple[Any, ...] | None] = {
            "residuals": None if scene.residuals is None else (scene.residuals,),
            "curves": scene.margin,
            "product": scene.product,
        }
        for key, shown in wanted.items():
            if shown is not None:
                figure = self.figures.get(key) or self._figure(key)
                figure.draw(*shown)
                if figure.pane not in self._views.objects:
                    self._views.append(figure.pane)
            if key in self.figures:
                self.figures[key].pane.visible = shown is not None
        figured = any(shown is not None for shown in wanted.values())
        self._views.visible = figured
        told = "np-broad" if scene.state.look in BROAD else "np-told"
        shape = "np-figured" if figured else "np-measured" if scene.meters else told
        classes = ["np-page", "np-sheet", shape]
        if self.view.css_classes != classes:
            self.view.css_classes = classes

    def _figure(self, key: str) -> Any:
        if key == "residuals":
            made: Any = Residuals(self._dispatch.on_target)
        else:
            made = MarginCurves(self._dispatch.on_margin) if key == "curves" else ProductCurve()
        made.legend.css_classes = about(key)
        made.set_dark(self._dark)
        self.figures[key] = made
        return made

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
            self.transport, self.message, self.presets, self.table, self.meters, self.words, self.summary, self.about,
            self.paint,
        )  # fmt: skip
        for widget in widgets:
            widget.dark = dark
        for figure in self.figures.values():
            figure.set_dark(dark)
