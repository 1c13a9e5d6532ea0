"""The augmentation stage: six changes of a picture, whether they keep its label, and what training with them gives."""

from __future__ import annotations

from typing import Any

from playground.augmentation_link import AugmentationLink
from playground.server import kernels
from playground.stages.augmentation.board import Board
from playground.stages.augmentation.dispatch import Dispatch
from playground.stages.augmentation.scene import AugmentationScene
from playground.stages.augmentation.session import AugmentationSession
from playground.stages.stage import Stage

# While playing the words change at most every so many seconds: faster ones nobody can read.
WORDS_SECONDS = 1.0


class AugmentationStage(Stage[AugmentationScene]):
    """The stage with all its views and controls.

    Parameters
    ----------
    link : AugmentationLink
        What to begin with, and what of the link was ignored.
    dark : bool or reference
        Whether the page is dark.
    """

    board: Board

    def __init__(self, link: AugmentationLink, **params: Any) -> None:
        super().__init__(**params)
        self.session: AugmentationSession = AugmentationSession(link, lambda: kernels().backend())
        self._sequence = 0
        self.connect()
        self.show_board(Board(self, Dispatch(self), link), link.ignored)

    def _begin_playing(self) -> None:
        self.submit(self.session.start_playing)

    def _draw(self, scene: AugmentationScene) -> None:
        board, session, state = self.board, self.session, scene.state
        if session.stopped:
            session.stopped = False
            self.play(False)
        self._say_notice(session)
        playing = self.playing
        board.transport.push(status=scene.status)
        board.lay_out(state.look)
        if board.looks.value != state.look:
            board.looks.value = state.look
        items = [[key, label, "", sentence] for key, label, sentence, _ in scene.numbers]
        if board.readout.items != items:
            board.readout.items = items
        board.readout.push(values={key: text for key, _, _, text in scene.numbers})
        board.wall.push(content=scene.wall, quiet=playing)
        board.safety.push(content=scene.safety, quiet=playing)
        board.trials.push(content=scene.trials, quiet=playing)
        board.bars.push(content=scene.bars)
        board.pairs.draw(scene.pairs)
        board.settings.show(state, scene.edits)
        self._sequence += 1
        board.paint.push(sequence=self._sequence)
        if self._due("words", WORDS_SECONDS):
            board.summary.push(quiet=playing, text=scene.summary)
