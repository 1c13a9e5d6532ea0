"""The gradient flow stage's views and controls, and where they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from playground.flow_link import FlowLink
from playground.stages import layout
from playground.stages.flow import texts
from playground.stages.flow.dispatch import Dispatch
from playground.stages.flow.settings import Settings
from playground.stages.flow.share import Share
from playground.theme import diverging_rgb
from playground.views.stack import StackView
from playground.views.stack_presets import StackPresets
from playground.views.stack_question import StackQuestion
from playground.views.stack_words import StackWords
from playground.widgets.about import About, about
from playground.widgets.message import MessageBar
from playground.widgets.summary import Summary
from playground.widgets.transport import Transport

if TYPE_CHECKING:
    from playground.stages.flow.stage import FlowStage

GRAINS = [("layer", "Layer"), ("phase", "Phase")]
SPEEDS = [("slow", "Slow motion"), ("normal", "Normal")]
SHOWN = {"the weights, ∂L/∂W": "weights", "the sums, δ = ∂L/∂z": "sums"}


class Board:
    """Builds the stage's widgets and lays them out.

    Parameters
    ----------
    stage : FlowStage
    dispatch : Dispatch
    link : FlowLink
    """

    def __init__(self, stage: FlowStage, dispatch: Dispatch, link: FlowLink) -> None:
        self._stage = stage
        self.transport = Transport(grains=GRAINS, grain="layer", speeds=SPEEDS, speed="slow")
        self.transport.on_message(dispatch.on_transport)
        self.message = MessageBar(css_classes=["np-floating"])
        self.presets = StackPresets(css_classes=about("presets"))
        self.presets.on_message(dispatch.on_presets)
        self.question = StackQuestion()
        self.question.on_message(dispatch.on_question)
        self.stack = StackView()
        self.stack.on_message(dispatch.on_stack)
        self.words, self.summary = StackWords(), Summary()
        self.about = About(cards=texts.about_cards())
        self.settings = Settings(link.spec, dispatch.edit)
        self.shown = pmui.Select(
            label="Gradient of", options=SHOWN, value=link.shown, size="small", sizing_mode="stretch_width",
            css_classes=about("shown"),
        )  # fmt: skip
        self.shown.param.watch(lambda event: dispatch.show(event.new), "value")
        self.pin = self._button("Pin and compare", dispatch.pin, "pin")
        self.swap = self._button("Change places", dispatch.swap)
        self.unpin = self._button("Unpin", dispatch.unpin)
        self._share: Share | None = None
        self._share_button = self._button("Share", self.open_share, "share")
        self.view = self._layout()

    @staticmethod
    def _button(label: str, pressed: Any, key: str = "") -> pmui.Button:
        classes = about(key) if key else []
        button = pmui.Button(label=label, variant="outlined", size="small", margin=0, css_classes=classes)
        button.on_click(lambda _: pressed())
        return button

    def _layout(self) -> pn.Column:
        bar = layout.bar(self.transport, self.message)
        tools = pn.FlexBox(self.pin, self.swap, self.unpin, self._share_button, margin=(6, 10), gap="8px")
        settings = pn.Column(self.settings.panel, self.shown, tools, sizing_mode="stretch_width", margin=0)
        self.stack.css_classes = about("stack")
        areas = {
            "transport": bar, "presets": self.presets, "settings": settings, "question": self.question,
            "stack": self.stack, "words": self.words, "summary": self.summary, "about": self.about,
        }  # fmt: skip
        return layout.page(areas, "np-flow", "flow_stage")

    def open_share(self) -> None:
        """Show the link to what stands on the stage."""
        if self._share is None:
            self._share = Share(self._stage)
            self.view.append(self._share.dialog)
            self._share.dialog.param.watch(self._closed, "open")
        self._share.open()

    def _closed(self, event: Any) -> None:
        """Give the keyboard's focus back to the button that has opened the dialog."""
        if not event.new:
            self._share_button.focus()

    def show_pinned(self, pinned: bool) -> None:
        """Offer what can be done with a pinned stack, or to pin one."""
        if self.unpin.visible != pinned:
            self.swap.visible = self.unpin.visible = pinned
            self.pin.label = "Pin this one instead" if pinned else "Pin and compare"

    def set_dark(self, dark: bool) -> None:
        """Put the page's mode on all that is drawn; called where nothing else draws."""
        widgets = (
            self.transport, self.message, self.presets, self.question, self.stack, self.words, self.summary, self.about,
        )  # fmt: skip
        for widget in widgets:
            widget.dark = dark
        self.stack.lut = diverging_rgb(dark)
