"""The gradient flow stage: what becomes of the gradient on its way down a stack of 2 to 20 layers."""

from __future__ import annotations

from typing import Any

from playground.flow_link import FlowLink
from playground.server import kernels
from playground.stages.flow import presentation
from playground.stages.flow.board import Board
from playground.stages.flow.dispatch import Dispatch
from playground.stages.flow.presets import PRESETS, preset_of
from playground.stages.flow.session import FlowScene, FlowSession
from playground.stages.flow.words import question, words
from playground.stages.stage import Stage


class FlowStage(Stage[FlowScene]):
    """The stage with all its views and controls.

    Parameters
    ----------
    link : FlowLink
        What to begin with, and what of the link was ignored.
    dark : bool or reference
        Whether the page is dark.
    """

    board: Board

    def __init__(self, link: FlowLink, **params: Any) -> None:
        super().__init__(**params)
        self.session = FlowSession(link, kernels().backend())
        self.dispatch = Dispatch(self)
        self.connect()
        self.show_board(Board(self, self.dispatch, link), link.ignored)

    def _begin_playing(self) -> None:
        self.submit(self.session.start_playing)

    def _draw(self, scene: FlowScene) -> None:
        board = self.board
        if self.session.stopped:
            self.session.stopped = False
            self.play(False)
        playing = self.playing
        pace = {"grain": self.session.grain.value, "speed": self.session.speed}
        if any(getattr(self.transport, name) != value for name, value in pace.items()):
            self.transport.param.update(**pace)
        self.transport.push(status=presentation.status(scene))
        board.words.push(words=words(scene))
        asked = question(scene)
        if asked != board.question.question:
            board.question.question = asked
        self._draw_presets(scene)
        board.settings.show(scene.frame.spec, scene.edits)
        if board.shown.value != scene.shown:
            board.shown.value = scene.shown
        board.show_pinned(scene.pinned is not None)
        board.summary.push(quiet=playing, text=presentation.summary(scene))
        board.stack.push(frame=presentation.stack_frame(scene), tiles=presentation.tiles(scene.frame))

    def _draw_presets(self, scene: FlowScene) -> None:
        # Who is to guess must not see the answer beside the name.
        hidden = scene.question is not None and scene.question.answer is None
        items = [
            {"key": key, "title": preset.title, "number": "?" if hidden else presentation.number(scene.presets[key])}
            for key, preset in PRESETS.items()
        ]
        if items != self.board.presets.items:
            self.board.presets.items = items
        value = preset_of(scene.frame.spec, scene.shown)
        if value != self.board.presets.value:
            self.board.presets.value = value
