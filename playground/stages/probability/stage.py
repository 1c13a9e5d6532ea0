"""The probability stage: from scores to probabilities, term by term."""

from __future__ import annotations

from typing import Any

from playground.probability_link import ProbabilityLink
from playground.stages.probability.board import Board
from playground.stages.probability.dispatch import Dispatch
from playground.stages.probability.session import ProbabilityScene, ProbabilitySession
from playground.stages.stage import Stage


class ProbabilityStage(Stage[ProbabilityScene]):
    """The stage with all its views and controls.

    Parameters
    ----------
    link : ProbabilityLink
        What to begin with, and what of the link was ignored.
    dark : bool or reference
        Whether the page is dark.
    """

    board: Board

    def __init__(self, link: ProbabilityLink, **params: Any) -> None:
        super().__init__(**params)
        self.session: ProbabilitySession = ProbabilitySession(link)
        self._sequence = 0
        self.connect()
        self.show_board(Board(self, Dispatch(self), link), link.ignored)

    def _begin_playing(self) -> None:
        self.submit(self.session.start_playing)

    def _draw(self, scene: ProbabilityScene) -> None:
        board, session = self.board, self.session
        if session.stopped:
            session.stopped = False
            self.play(False)
        self._say_notice(session)
        playing = self.playing
        board.transport.visible = scene.steps
        board.transport.push(status=scene.status)
        board.settings.show(scene.state, scene.edits)
        if board.presets.value != scene.preset:
            board.presets.value = scene.preset
        board.draw(scene)
        board.table.push(quiet=playing, content=scene.table)
        board.words.push(quiet=playing, content=scene.words)
        board.summary.push(quiet=playing, text=scene.summary)
        # Each frame differs, so that each is painted and answered.
        self._sequence += 1
        board.paint.push(sequence=self._sequence)
