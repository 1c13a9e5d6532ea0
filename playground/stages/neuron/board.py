"""The neuron page's views and controls, and where they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn

from playground.neuron_link import to_url
from playground.stages import layout
from playground.stages.dialogs import Dialogs
from playground.stages.neuron import texts
from playground.stages.neuron.dispatch import Dispatch
from playground.stages.neuron.presets import PRESETS
from playground.stages.neuron.settings import Settings
from playground.stages.share_dialog import ShareDialog
from playground.views.activation_curve import ActivationCurve
from playground.views.neuron_plane import NeuronPlane
from playground.widgets.about import About, about
from playground.widgets.choices import Choices
from playground.widgets.code_lines import CodeLines
from playground.widgets.fact_table import FactTable
from playground.widgets.message import MessageBar
from playground.widgets.neuron_terms import NeuronTerms
from playground.widgets.summary import Summary
from playground.widgets.transport import Transport

if TYPE_CHECKING:
    from playground.stages.neuron.stage import NeuronStage

GRAINS = [("op", "Term"), ("batch", "Update"), ("epoch", "Pass")]
SPEEDS = [("slow", "Term by term"), ("normal", "Updates"), ("fast", "Passes"), ("fastest", "Fastest")]


class Board:
    """Builds the stage's widgets and lays them out.

    Parameters
    ----------
    stage : NeuronStage
    dispatch : Dispatch
    """

    def __init__(self, stage: NeuronStage, dispatch: Dispatch) -> None:
        self._stage = stage
        self.transport = Transport(grains=GRAINS, grain="op", speeds=SPEEDS, speed="slow")
        self.transport.on_message(dispatch.on_transport)
        self.message = MessageBar(css_classes=["np-floating"])
        self.presets = Choices(items=layout.choice_items(PRESETS), label="Examples")
        self.presets.on_message(dispatch.on_presets)
        self.terms = NeuronTerms(css_classes=about("terms"))
        self.terms.on_message(dispatch.on_terms)
        self.code = CodeLines(css_classes=about("code"))
        self.plane, self.curve = NeuronPlane(dispatch.on_point), ActivationCurve(200)
        self.plane.legend.css_classes = about("plane")
        self.curve.legend.css_classes = about("curve")
        self.table = FactTable(css_classes=about("table"))
        self.summary, self.about = Summary(), About(cards=texts.about_cards())
        self.settings = Settings(dispatch.edit, dispatch.multiply)
        self._dialogs = Dialogs()
        self._share: ShareDialog | None = None
        self.view = self._layout()

    def _layout(self) -> pn.Column:
        share = self._dialogs.button("Share", "share", self.open_share)
        tools = pn.FlexBox(share, margin=(6, 10), gap="8px")
        areas = {
            "transport": layout.bar(self.transport, self.message),
            "presets": self.presets,
            "settings": pn.Column(self.settings.panel, tools, sizing_mode="stretch_width", margin=0),
            "terms": self.terms,
            "code": self.code,
            "curve": self.curve.pane,
            "plane": self.plane.pane,
            "table": self.table,
            "summary": self.summary,
            "about": self.about,
        }
        return layout.page(areas, "np-neuron", "neuron_stage")

    def open_share(self) -> None:
        """Show the link to what stands on the stage."""
        if self._share is None:
            self._share = ShareDialog(
                self._stage, "Link to this neuron", lambda: (to_url(self._stage.session.now), "")
            )
        self._share.open()

    def open_dialog(self, dialog: Any) -> None:
        """Show a dialog; the first time it is added to the page."""
        self._dialogs.show(self.view, dialog)

    def set_dark(self, dark: bool) -> None:
        """Put the page's mode on all that is drawn; called where nothing else draws."""
        widgets = (
            self.transport, self.message, self.presets, self.terms, self.code, self.table, self.summary, self.about,
        )  # fmt: skip
        for widget in widgets:
            widget.dark = dark
        for view in (self.plane, self.curve):
            view.set_dark(dark)
