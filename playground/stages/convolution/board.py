"""The convolution page's views and controls, and where they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from playground.convolution_link import ConvolutionLink
from playground.images import MAX_BYTES
from playground.stages import layout
from playground.stages.convolution import texts
from playground.stages.convolution.dispatch import Dispatch
from playground.stages.convolution.presets import LOOKS, PRESETS
from playground.stages.convolution.settings import Settings
from playground.stages.convolution.tools.count_panel import CountPanel
from playground.stages.convolution.tools.files import saved
from playground.stages.convolution.tools.share import link as link_of
from playground.stages.convolution.tools.size_quiz import SizeQuiz
from playground.stages.dialogs import Dialogs
from playground.stages.save_dialog import SaveDialog
from playground.stages.share_dialog import ShareDialog
from playground.theme import diverging_rgb
from playground.views.stack_question import StackQuestion
from playground.widgets.about import About, about
from playground.widgets.choices import Choices
from playground.widgets.fact_table import FactTable
from playground.widgets.message import MessageBar
from playground.widgets.picture_pair import PicturePair
from playground.widgets.sliding_board import SlidingBoard
from playground.widgets.sliding_sum import SlidingSum
from playground.widgets.summary import Summary
from playground.widgets.task_list import TaskList
from playground.widgets.transport import Transport
from playground.widgets.upload import hear_every_choice

if TYPE_CHECKING:
    from playground.stages.convolution.scene import ConvolutionScene
    from playground.stages.convolution.stage import ConvolutionStage

GRAINS = [("op", "Position"), ("layer", "Row"), ("phase", "Pass"), ("epoch", "Both passes")]
SPEEDS = [("slow", "Slow"), ("normal", "Normal"), ("fast", "Rows"), ("fastest", "Fastest")]


class Board:
    """Builds the stage's widgets and lays them out.

    Parameters
    ----------
    stage : ConvolutionStage
    dispatch : Dispatch
    link : ConvolutionLink
    """

    def __init__(self, stage: ConvolutionStage, dispatch: Dispatch, link: ConvolutionLink) -> None:
        self._stage = stage
        self.transport = Transport(grains=GRAINS, grain="op", speeds=SPEEDS, speed="normal")
        self.transport.on_message(dispatch.on_transport)
        self.message = MessageBar(css_classes=["np-floating"])
        self.presets = Choices(items=layout.choice_items(PRESETS), label="Examples")
        self.presets.on_message(dispatch.on_presets)
        self.question = StackQuestion()
        self.question.on_message(dispatch.on_question)
        self.grids, self.sum = SlidingBoard(), SlidingSum()
        self.grids.on_message(dispatch.on_board)
        self.facts, self.tasks = FactTable(css_classes=about("facts")), TaskList()
        self.looks = Choices(items=layout.choice_items(LOOKS), label="Look closer")
        self.looks.on_message(dispatch.on_looks)
        self.counts, self.pictures = CountPanel(dispatch.count), PicturePair(visible=False)
        self.quiz = SizeQuiz()
        self.summary, self.about = Summary(), About(cards=texts.about_cards())
        self.settings = Settings(link.begin.spec, dispatch.edit)
        self.undo = self._button("Undo", dispatch.undo, "undo")
        self.back = self._button("Back to the example", dispatch.back, "back")
        self.upload = pmui.FileInput(
            label="Own picture", variant="outlined", max_file_size=MAX_BYTES, size="small",
            sizing_mode="stretch_width", css_classes=about("upload"),
        )  # fmt: skip
        hear_every_choice(
            self.upload, dispatch.on_picture,
            lambda: stage.say(f"No picture was read: a picture has at most {MAX_BYTES // 2**20} MB here."),
        )  # fmt: skip
        # Built when they are first wanted.
        self._built: dict[str, Any] = {}
        self._dialogs = Dialogs()
        self.view = self._layout()

    @staticmethod
    def _button(label: str, pressed: Any, key: str) -> pmui.Button:
        button = pmui.Button(
            label=label, variant="outlined", size="small", margin=0, disabled=True, css_classes=about(key)
        )
        button.on_click(lambda _: pressed())
        return button

    def _layout(self) -> pn.Column:
        bar = layout.bar(self.transport, self.message)
        share = self._dialogs.button("Share", "share", lambda: self.open("share"))
        files = self._dialogs.button("Save and load", "files", lambda: self.open("files"))
        tools = pn.FlexBox(self.undo, self.back, share, files, margin=(6, 10), gap="8px")
        areas = {
            "transport": bar,
            "presets": self.presets,
            "settings": pn.Column(
                self.settings.panel, self.upload, tools, sizing_mode="stretch_width", margin=0
            ),
            "question": self.question,
            "grids": self.grids,
            "sum": self.sum,
            "tasks": self.tasks,
            "facts": self.facts,
            "closer": pn.Column(
                self.looks, self.counts.panel, self.pictures, self.quiz.panel, sizing_mode="stretch_width", margin=0
            ),
            "summary": self.summary,
            "about": self.about,
        }
        return layout.page(areas, "np-convolution", "convolution_stage")

    def open(self, name: str) -> None:
        """Open a dialog: share, or files."""
        if name not in self._built:
            self._built[name] = self._share() if name == "share" else self._files()
        self._built[name].open()

    def _share(self) -> ShareDialog:
        return ShareDialog(self._stage, "Link to this window", lambda: link_of(self._stage.session))

    def _files(self) -> SaveDialog:
        return SaveDialog(self._stage, saved(self._stage.session))

    def open_dialog(self, dialog: Any) -> None:
        """Show a dialog; the first time it is added to the page."""
        self._dialogs.show(self.view, dialog)
        # The first message from the browser after something was added tells of it at length, if it is about that; the
        # answer to a frame is about nothing new.
        self._stage.submit(lambda: None)

    def show_question(self, question: dict[str, Any], asking: bool) -> None:
        """Show what is asked; as long as it is open the numbers, which would answer it, are not to be seen."""
        if question != self.question.question:
            self.question.question = question
        for view in (self.grids, self.sum, self.facts, self.tasks):
            if view.visible == asking:
                view.visible = not asking

    def show_look(self, scene: ConvolutionScene) -> None:
        """Show what is looked at more closely."""
        views = {"counts": self.counts.panel, "picture": self.pictures, "sizes": self.quiz.panel}
        for key, view in views.items():
            wanted = scene.look == key and not scene.asking
            if view.visible != wanted:
                view.visible = wanted
        self.counts.show(scene.layers, scene.count_edits)
        if scene.pictures != self.pictures.content:
            self.pictures.push(content=scene.pictures)

    def show_buttons(self, can_undo: bool, can_return: bool) -> None:
        """Switch the buttons that have nothing to do off."""
        for button, can in ((self.undo, can_undo), (self.back, can_return)):
            if button.disabled == can:
                button.disabled = not can

    def set_dark(self, dark: bool) -> None:
        """Put the page's mode on all that is drawn; called where nothing else draws."""
        widgets = (
            self.transport, self.message, self.presets, self.question, self.grids, self.sum, self.tasks, self.facts,
            self.looks, self.pictures, self.summary, self.about,
        )  # fmt: skip
        for widget in widgets:
            widget.dark = dark
        self.grids.lut = diverging_rgb(dark)
        self.counts.set_dark(dark)
