"""The activation stage: functions of one number, their slopes, and what becomes of many inputs."""

from __future__ import annotations

from typing import Any

from engine.activation import REACH
from playground.activation_link import ActivationLink
from playground.stages.activation.board import Board
from playground.stages.activation.dispatch import Dispatch
from playground.stages.activation.scene import ActivationScene
from playground.stages.activation.session import ActivationSession
from playground.stages.stage import Stage

# While playing the words change at most every so many seconds: faster ones nobody can read.
WORDS_SECONDS = 1.0


class ActivationStage(Stage[ActivationScene]):
    """The stage with all its views and controls.

    Parameters
    ----------
    link : ActivationLink
        What to begin with, and what of the link was ignored.
    dark : bool or reference
        Whether the page is dark.
    """

    board: Board

    def __init__(self, link: ActivationLink, **params: Any) -> None:
        super().__init__(**params)
        self.session: ActivationSession = ActivationSession(link)
        self._sequence = 0
        self.dispatch = Dispatch(self)
        self.connect()
        self.show_board(Board(self, self.dispatch), link.ignored)

    def _begin_playing(self) -> None:
        # From the right end it begins again at the left one.
        if self.session.spec.x >= REACH:
            self.submit(self.session.reset)

    def _draw(self, scene: ActivationScene) -> None:
        board, session = self.board, self.session
        if session.stopped:
            session.stopped = False
            self.play(False)
        self._say_notice(session)
        playing = self.playing
        board.curve.draw(scene.curve)
        board.slopes.draw(scene.slopes)
        board.histograms.draw((scene.unit.z, scene.unit.a), scene.spans)
        for pane in (board.spikes.pane, board.spikes.rate_pane):
            if pane.visible != scene.spec.spikes:
                pane.visible = scene.spec.spikes
        board.spikes.draw(scene.spec.x)
        for view, content in ((board.readout, scene.readout), (board.report, scene.report)):
            if view.content != content:
                view.push(content=content, quiet=playing)
        board.transport.push(status=scene.status)
        board.settings.show(scene.spec, scene.edits)
        if board.presets.value != scene.preset:
            board.presets.value = scene.preset
        if self._due("words", WORDS_SECONDS):
            board.summary.push(quiet=playing, text=scene.summary)
        # Each frame differs, so that each is painted and answered.
        self._sequence += 1
        board.paint.push(sequence=self._sequence)
