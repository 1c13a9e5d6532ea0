"""The convolution stage: a kernel or a pooling window slides over numbers, position by position, forward and back."""

from __future__ import annotations

from typing import Any

from playground.convolution_link import ConvolutionLink
from playground.stages.convolution.board import Board
from playground.stages.convolution.dispatch import Dispatch
from playground.stages.convolution.scene import ConvolutionScene
from playground.stages.convolution.session import ConvolutionSession
from playground.stages.stage import Stage

# While playing the words change at most every so many seconds: faster ones nobody can read.
WORDS_SECONDS = 1.0


class ConvolutionStage(Stage[ConvolutionScene]):
    """The stage with all its views and controls.

    Parameters
    ----------
    link : ConvolutionLink
        What to begin with and where to stand, and what of the link was ignored.
    dark : bool or reference
        Whether the page is dark.
    """

    board: Board

    def __init__(self, link: ConvolutionLink, **params: Any) -> None:
        super().__init__(**params)
        self.session: ConvolutionSession = ConvolutionSession(link)
        self._sequence = 0
        self.connect()
        self.show_board(Board(self, Dispatch(self), link), link.ignored)

    def _begin_playing(self) -> None:
        self.submit(self.session.start_playing)

    def _draw(self, scene: ConvolutionScene) -> None:
        board, session = self.board, self.session
        if session.stopped:
            session.stopped = False
            self.play(False)
        self._say_notice(session)
        playing = self.playing
        # Each frame differs, so that each is painted and answered.
        self._sequence += 1
        board.grids.push(content=scene.board | {"sequence": self._sequence})
        board.sum.push(content=scene.sum, quiet=playing)
        board.transport.push(status=scene.status)
        board.show_question(scene.question, scene.asking)
        board.settings.show(scene.spec, scene.input, scene.kernel, scene.own, scene.edits)
        board.show_look(scene)
        board.show_buttons(scene.can_undo, scene.can_return)
        if scene.facts != board.facts.content:
            board.facts.push(content=scene.facts)
        if scene.tasks != board.tasks.tasks:
            board.tasks.push(tasks=scene.tasks)
        for choices, value in ((board.presets, scene.preset), (board.looks, scene.look)):
            if choices.value != value:
                choices.value = value
        if self._due("words", WORDS_SECONDS):
            board.summary.push(quiet=playing, text=scene.summary)
