"""The digit reader's views and controls, and where they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn

from playground.assets import stylesheets
from playground.reader_link import ReaderLink
from playground.stages import layout
from playground.stages.dialogs import Dialogs
from playground.stages.reader import texts
from playground.stages.reader.dispatch import Dispatch
from playground.stages.reader.presets import LOOKS, PRESETS
from playground.stages.reader.tools.closer import Closer
from playground.stages.reader.tools.share import link as shared
from playground.stages.reader.tools.source import Source
from playground.stages.share_dialog import ShareDialog
from playground.views.stack_question import StackQuestion
from playground.widgets.about import About, about
from playground.widgets.choices import Choices
from playground.widgets.map_wall import MapWall
from playground.widgets.message import MessageBar
from playground.widgets.paint_signal import PaintSignal
from playground.widgets.score_bars import ScoreBars
from playground.widgets.summary import Summary
from playground.widgets.transport import Transport

if TYPE_CHECKING:
    from playground.stages.reader.stage import ReaderStage

GRAINS = [("op", "Operation"), ("layer", "Layer"), ("epoch", "All layers")]
SPEEDS = [("slow", "Slow"), ("normal", "Normal"), ("fast", "Fast")]


class Board:
    """Builds the stage's widgets and lays them out.

    Parameters
    ----------
    stage : ReaderStage
    dispatch : Dispatch
    link : ReaderLink
    """

    def __init__(self, stage: ReaderStage, dispatch: Dispatch, link: ReaderLink) -> None:
        self._stage = stage
        self.transport = Transport(grains=GRAINS, grain="layer", speeds=SPEEDS, speed="normal")
        self.transport.on_message(dispatch.on_transport)
        self.message = MessageBar(css_classes=["np-floating"])
        self.presets = Choices(items=layout.choice_items(PRESETS), label="Examples")
        self.presets.on_message(dispatch.on_presets)
        self.looks = Choices(items=layout.choice_items(LOOKS), label="Look closer")
        self.looks.on_message(dispatch.on_looks)
        self.source = Source(link.begin.spec, dispatch)
        self.wall = MapWall(wall_height=270, label="What the layers hand on", css_classes=about("wall"))
        self.wall.on_message(dispatch.on_wall)
        self.scores = ScoreBars(title="What it reads", css_classes=about("scores"), margin=(10, 0, 0, 0))
        self.question = StackQuestion(margin=(8, 0, 0, 0))
        self.question.on_message(dispatch.on_question)
        self.closer = Closer(dispatch, link.begin)
        self.summary, self.about = Summary(), About(cards=texts.about_cards())
        self.signal = PaintSignal()
        self.signal.on_message(dispatch.on_signal)
        self._dialogs = Dialogs()
        self._built: dict[str, Any] = {}
        self.view = self._layout()

    def _layout(self) -> pn.Column:
        bar = layout.bar(self.transport, self.message)
        share = self._dialogs.button("Share", "share", lambda: self.open("share"))
        areas = {
            "transport": bar,
            # A prediction comes before what would give it away, and is seen without scrolling.
            "presets": pn.Column(self.presets, self.question, sizing_mode="stretch_width", margin=0),
            "left": pn.Column(
                self.source.panel,
                self.scores,
                css_classes=["np-reader-left"],
                stylesheets=stylesheets("reader_stage"),
                sizing_mode="stretch_width",
                margin=0,
            ),
            "more": pn.Column(
                self.source.more, pn.FlexBox(share, margin=(6, 0), gap="8px"), sizing_mode="stretch_width", margin=0
            ),
            "wall": self.wall,
            "closer": pn.Column(self.looks, self.closer.panel, sizing_mode="stretch_width", margin=0),
            "summary": pn.Column(self.summary, self.signal, sizing_mode="stretch_width", margin=0),
            "about": self.about,
        }
        return layout.page(areas, "np-reader", "reader_stage")

    def open(self, name: str) -> None:
        """Open a dialog: share."""
        if name not in self._built:
            self._built[name] = ShareDialog(self._stage, "Link to this reading", lambda: shared(self._stage.session))
        self._built[name].open()

    def open_dialog(self, dialog: Any) -> None:
        """Show a dialog; the first time it is added to the page."""
        self._dialogs.show(self.view, dialog)

    def set_dark(self, dark: bool) -> None:
        """Put the page's mode on all that is drawn; called where nothing else draws."""
        widgets = (
            self.transport, self.message, self.presets, self.looks, self.wall, self.scores, self.question, self.summary,
            self.about, self.source.pad,
        )  # fmt: skip
        for widget in widgets:
            widget.dark = dark
        self.closer.set_dark(dark)
