"""The digit reader: a trained network reads one image, and everything that it makes of it can be looked into."""

from __future__ import annotations

from typing import Any

from playground.reader_link import ReaderLink
from playground.server import kernels
from playground.stages.reader.board import Board
from playground.stages.reader.dispatch import Dispatch
from playground.stages.reader.scene import ReaderScene
from playground.stages.reader.session import ReaderSession
from playground.stages.stage import Stage


class ReaderStage(Stage[ReaderScene]):
    """The stage with all its views and controls.

    Parameters
    ----------
    link : ReaderLink
        What to begin with, and what of the link was ignored.
    dark : bool or reference
        Whether the page is dark.
    """

    board: Board

    def __init__(self, link: ReaderLink, **params: Any) -> None:
        super().__init__(**params)
        self.session: ReaderSession = ReaderSession(link, lambda: kernels("maps").backend())
        self._sequence = 0
        self._turn = -1
        self.connect()
        self.show_board(Board(self, Dispatch(self), link), link.ignored)

    def _begin_playing(self) -> None:
        self.submit(self.session.begin_playing)

    def _draw(self, scene: ReaderScene) -> None:
        board, session = self.board, self.session
        if session.stopped:
            session.stopped = False
            self.play(False)
        self._say_notice(session)
        playing = self.playing
        # Each frame differs, so that each is painted and answered.
        self._sequence += 1
        board.signal.push(sequence=self._sequence)
        board.wall.push(content=scene.wall)
        board.scores.push(content=scene.scores, quiet=playing)
        if scene.turn != self._turn:
            self._turn = scene.turn
            board.source.pad.show(scene.source)
        board.source.show(scene)
        board.transport.push(status=scene.status)
        board.closer.draw(scene, playing)
        if scene.question != board.question.question:
            board.question.question = scene.question
        for choices, value in ((board.presets, scene.preset), (board.looks, scene.look.key)):
            if choices.value != value:
                choices.value = value
        board.summary.push(quiet=playing, text=scene.summary)
