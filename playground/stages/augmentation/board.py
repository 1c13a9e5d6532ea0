"""The augmentation page's views and controls, and where they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn

from playground.augmentation_link import AugmentationLink, to_url
from playground.stages import layout
from playground.stages.augmentation import texts
from playground.stages.augmentation.dispatch import Dispatch
from playground.stages.augmentation.settings import Settings
from playground.stages.augmentation.state import LOOKS
from playground.stages.dialogs import Dialogs
from playground.stages.share_dialog import ShareDialog
from playground.views.pair_dots import PairDots
from playground.views.readout import Readout
from playground.widgets.about import About
from playground.widgets.choices import Choices
from playground.widgets.count_bars import CountBars
from playground.widgets.digit_wall import DigitWall
from playground.widgets.fact_table import FactTable
from playground.widgets.message import MessageBar
from playground.widgets.paint_signal import PaintSignal
from playground.widgets.summary import Summary
from playground.widgets.transport import Transport

if TYPE_CHECKING:
    from playground.stages.augmentation.stage import AugmentationStage

SPEEDS = [("slow", "Slow"), ("normal", "Normal")]


class Board:
    """Builds the stage's widgets and lays them out.

    Parameters
    ----------
    stage : AugmentationStage
    dispatch : Dispatch
    link : AugmentationLink
    """

    def __init__(self, stage: AugmentationStage, dispatch: Dispatch, link: AugmentationLink) -> None:
        self._stage = stage
        self.transport = Transport(grains=[("op", "Step")], grain="op", speeds=SPEEDS, speed="normal")
        self.transport.on_message(dispatch.on_transport)
        self.message = MessageBar(css_classes=["np-floating"])
        self.looks = Choices(items=layout.choice_items(LOOKS), label="What to look at")
        self.looks.on_message(dispatch.on_looks)
        self.readout, self.wall, self.bars = Readout(), DigitWall(), CountBars()
        self.safety, self.trials = FactTable(), FactTable()
        self.pairs = PairDots()
        self.summary, self.about = Summary(), About(cards=texts.about_cards())
        self.paint = PaintSignal()
        self.paint.on_message(dispatch.on_painted)
        self.settings = Settings(link.state, dispatch.edit)
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
            "numbers": self.readout,
            "wall": self.wall,
            "pairs": self.pairs.pane,
            "trials": self.trials,
            "safety": self.safety,
            "bars": self.bars,
            "summary": self.summary,
            "about": self.about,
        }
        return layout.page(areas, "np-augmentation", "augmentation_stage")

    def open_share(self) -> None:
        """Show the link to what stands here."""
        if self._share is None:
            self._share = ShareDialog(self._stage, "Link to this view", lambda: (to_url(self._stage.session.state), ""))
        self._share.open()

    def open_dialog(self, dialog: Any) -> None:
        """Show a dialog; the first time it is added to the page."""
        self._dialogs.show(self.view, dialog)

    def lay_out(self, look: str) -> None:
        """Put the views in the places that a look has for them."""
        classes = ["np-page", "np-augmentation", f"np-look-{look}"]
        if self.view.css_classes != classes:
            self.view.css_classes = classes
        if self.pairs.pane.visible != (look == "effect"):
            self.pairs.pane.visible = look == "effect"

    def set_dark(self, dark: bool) -> None:
        """Put the page's mode on all that is drawn; called where nothing else draws."""
        widgets = (
            self.transport, self.message, self.looks, self.readout, self.wall, self.bars, self.safety, self.trials,
            self.summary, self.about,
        )  # fmt: skip
        for widget in widgets:
            widget.dark = dark
        self.pairs.set_dark(dark)
