"""The features page's views and controls, and where they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn

from playground.assets import stylesheets
from playground.features_link import FeaturesLink, to_url
from playground.stages import layout
from playground.stages.dialogs import Dialogs
from playground.stages.features import texts
from playground.stages.features.dispatch import Dispatch
from playground.stages.features.pictures import Pictures
from playground.stages.features.presentation import SYNTHETIC
from playground.stages.features.settings import Settings
from playground.stages.features.state import LOOKS
from playground.stages.share_dialog import ShareDialog
from playground.views.readout import Readout
from playground.widgets.about import About
from playground.widgets.choices import Choices
from playground.widgets.explanation import Explanation
from playground.widgets.fact_table import FactTable
from playground.widgets.message import MessageBar
from playground.widgets.paint_signal import PaintSignal
from playground.widgets.summary import Summary
from playground.widgets.transport import Transport

if TYPE_CHECKING:
    from playground.stages.features.stage import FeaturesStage

WINDOW, EPOCH = [("op", "Example")], [("epoch", "Epoch")]
SPEEDS = [("slow", "Slow"), ("normal", "Normal")]


class Board:
    """Builds the stage's widgets and lays them out.

    Parameters
    ----------
    stage : FeaturesStage
    dispatch : Dispatch
    link : FeaturesLink
    """

    def __init__(self, stage: FeaturesStage, dispatch: Dispatch, link: FeaturesLink) -> None:
        self._stage = stage
        self.transport = Transport(grains=WINDOW, grain="op", speeds=SPEEDS, speed="normal")
        self.transport.on_message(dispatch.on_transport)
        self.message = MessageBar(css_classes=["np-floating"])
        self.looks = Choices(items=layout.choice_items(LOOKS), label="What to look at")
        self.looks.on_message(dispatch.on_looks)
        self.readout = Readout()
        self.formula = Explanation()
        self.example, self.table = FactTable(), FactTable()
        self.summary, self.about = Summary(), About(cards=texts.about_cards())
        self.paint = PaintSignal()
        self.paint.on_message(dispatch.on_painted)
        self.pictures = Pictures(dispatch.move)
        self.settings = Settings(link.state, dispatch.edit, dispatch.guess, dispatch.toggle, dispatch.move)
        # Stands on every look: nothing of it may be taken for somebody's data.
        self.badge = pn.pane.HTML(
            "", sizing_mode="stretch_width", margin=(0, 10), stylesheets=stylesheets("views", "features_badge")
        )
        self._dialogs = Dialogs()
        self._share: ShareDialog | None = None
        self.view = self._layout()

    def _layout(self) -> pn.Column:
        bar = layout.bar(self.transport, self.message, self.paint)
        share = self._dialogs.button("Share", "share_link", self.open_share)
        tools = pn.FlexBox(share, margin=(6, 10), gap="8px")
        areas = {
            "transport": bar,
            "looks": self.looks,
            "settings": pn.Column(self.settings.panel, tools, sizing_mode="stretch_width", margin=0),
            "badge": self.badge,
            "numbers": self.readout,
            "formula": self.formula,
            "picture": self.pictures.first,
            "second": self.pictures.second,
            "three": self.pictures.three,
            "example": self.example,
            "table": self.table,
            "summary": self.summary,
            "about": self.about,
        }
        return layout.page(areas, "np-features", "features_stage")

    def open_share(self) -> None:
        """Show the link to what stands here."""
        if self._share is None:
            self._share = ShareDialog(self._stage, "Link to this view", lambda: (to_url(self._stage.session.state), ""))
        self._share.open()

    def open_dialog(self, dialog: Any) -> None:
        """Show a dialog; the first time it is added to the page."""
        self._dialogs.show(self.view, dialog)

    def show_badge(self, measured: bool) -> None:
        """Say where the examples come from: from drawn signals, or drawn as points."""
        said = SYNTHETIC if measured else "Synthetic points"
        text = f'<span class="badge">{said}</span>'
        if self.badge.object != text:
            self.badge.object = text

    def lay_out(self, look: str) -> None:
        """Put the views in the places that a look has for them."""
        classes = ["np-page", "np-features", f"np-look-{look}"]
        if self.view.css_classes != classes:
            self.view.css_classes = classes

    def set_dark(self, dark: bool) -> None:
        """Put the page's mode on all that is drawn; called where nothing else draws."""
        widgets = (
            self.transport, self.message, self.looks, self.readout, self.formula, self.example, self.table,
            self.summary, self.about,
        )  # fmt: skip
        for widget in widgets:
            widget.dark = dark
        self.pictures.set_dark(dark)
