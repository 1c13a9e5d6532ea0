"""The neuron stage: one neuron, term by term, and what it can learn by itself."""

from __future__ import annotations

from typing import Any

from playground.neuron_link import NeuronLink
from playground.stages.neuron.board import Board
from playground.stages.neuron.dispatch import Dispatch
from playground.stages.neuron.scene import NeuronScene
from playground.stages.neuron.session import NeuronSession
from playground.stages.stage import Stage

# While playing the words change at most every so many seconds: faster ones nobody can read.
WORDS_SECONDS = 1.0


class NeuronStage(Stage[NeuronScene]):
    """The stage with all its views and controls.

    Parameters
    ----------
    link : NeuronLink
        What to begin with and which moment to look at, and what of the link was ignored.
    dark : bool or reference
        Whether the page is dark.
    """

    board: Board

    def __init__(self, link: NeuronLink, **params: Any) -> None:
        super().__init__(**params)
        self.session: NeuronSession = NeuronSession(link)
        self._sequence = 0
        self.dispatch = Dispatch(self)
        self.connect()
        self.show_board(Board(self, self.dispatch), link.ignored)

    def _draw(self, scene: NeuronScene) -> None:
        board, session = self.board, self.session
        if session.stopped:
            self.play(False)
            if session.stopped.strip():
                self.say(session.stopped, kind="info")
            session.stopped = ""
        self._say_notice(session)
        playing = self.playing
        board.plane.draw(scene.plane)
        board.curve.draw(scene.curve)
        if scene.table != board.table.content:
            board.table.push(content=scene.table, quiet=playing)
        if scene.code != board.code.lines:
            board.code.push(lines=scene.code)
        board.transport.push(status=scene.status)
        board.settings.show(scene.frame, scene.edits)
        if board.presets.value != scene.preset:
            board.presets.value = scene.preset
        if self._due("words", WORDS_SECONDS):
            board.summary.push(quiet=playing, text=scene.summary)
        # Last, for its answer asks for the next frame; each frame differs, so that each is painted and answered.
        self._sequence += 1
        board.terms.push(frame={**scene.terms, "sequence": self._sequence})
