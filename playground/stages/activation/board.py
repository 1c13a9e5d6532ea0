"""The activation page's views and controls, and where they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn

from playground.activation_link import to_url
from playground.stages import layout
from playground.stages.activation import texts
from playground.stages.activation.dispatch import Dispatch
from playground.stages.activation.presets import PRESETS
from playground.stages.activation.settings import Settings
from playground.stages.dialogs import Dialogs
from playground.stages.share_dialog import ShareDialog
from playground.views.activation_curve import ActivationCurve
from playground.views.histogram_pair import HistogramPair
from playground.views.spike_view import SpikeView
from playground.widgets.about import About, about
from playground.widgets.choices import Choices
from playground.widgets.fact_table import FactTable
from playground.widgets.message import MessageBar
from playground.widgets.paint_signal import PaintSignal
from playground.widgets.summary import Summary
from playground.widgets.transport import Transport

if TYPE_CHECKING:
    from playground.stages.activation.stage import ActivationStage

GRAINS = [("op", "Value, by 0.1"), ("batch", "Value, by 1")]
SPEEDS = [("slow", "Slow"), ("normal", "Normal")]


class Board:
    """Builds the stage's widgets and lays them out.

    Parameters
    ----------
    stage : ActivationStage
    dispatch : Dispatch
    """

    def __init__(self, stage: ActivationStage, dispatch: Dispatch) -> None:
        self._stage = stage
        self.transport = Transport(grains=GRAINS, grain="op", speeds=SPEEDS, speed="slow")
        self.transport.on_message(dispatch.on_transport)
        self.message = MessageBar(css_classes=["np-floating"])
        self.paint = PaintSignal()
        self.paint.on_message(dispatch.on_paint)
        self.presets = Choices(items=layout.choice_items(PRESETS), label="Examples")
        self.presets.on_message(dispatch.on_presets)
        self.curve, self.slopes = ActivationCurve(300), ActivationCurve(220)
        self.histograms = HistogramPair(("What goes in", "Answers"), ("x + bias", "φ(x + bias)"))
        self.spikes = SpikeView()
        self.readout, self.report = FactTable(css_classes=about("readout")), FactTable(css_classes=about("report"))
        self.curve.legend.css_classes, self.slopes.legend.css_classes = about("curve"), about("slopes")
        self.histograms.pane.css_classes = about("histograms")
        self.summary, self.about = Summary(), About(cards=texts.about_cards())
        self.settings = Settings(dispatch.edit)
        self._dialogs = Dialogs()
        self._share: ShareDialog | None = None
        self.view = self._layout()

    def _layout(self) -> pn.Column:
        share = self._dialogs.button("Share", "share", self.open_share)
        tools = pn.FlexBox(share, margin=(6, 10), gap="8px")
        areas = {
            "transport": layout.bar(self.transport, self.message, self.paint),
            "presets": self.presets,
            "settings": pn.Column(self.settings.panel, tools, sizing_mode="stretch_width", margin=0),
            "curve": self.curve.pane,
            "slopes": self.slopes.pane,
            "readout": self.readout,
            "histograms": self.histograms.pane,
            "data": self.settings.data_panel,
            "report": self.report,
            "spikes": self.spikes.pane,
            "rate": self.spikes.rate_pane,
            "summary": self.summary,
            "about": self.about,
        }
        return layout.page(areas, "np-activation", "activation_stage")

    def open_share(self) -> None:
        """Show the link to what stands on the stage."""
        if self._share is None:
            self._share = ShareDialog(
                self._stage, "Link to this activation", lambda: (to_url(self._stage.session.spec), "")
            )
        self._share.open()

    def open_dialog(self, dialog: Any) -> None:
        """Show a dialog; the first time it is added to the page."""
        self._dialogs.show(self.view, dialog)

    def set_dark(self, dark: bool) -> None:
        """Put the page's mode on all that is drawn; called where nothing else draws."""
        widgets = (
            self.transport, self.message, self.presets, self.readout, self.report, self.summary, self.about,
        )  # fmt: skip
        for widget in widgets:
            widget.dark = dark
        for view in (self.curve, self.slopes, self.histograms, self.spikes):
            view.set_dark(dark)
