"""The features stage: from signals to features, from features to decisions, and three ways to a map φ."""

from __future__ import annotations

from typing import Any

from playground.features_link import FeaturesLink
from playground.formulas import mathml
from playground.server import kernels
from playground.stages.features.board import EPOCH, WINDOW, Board
from playground.stages.features.dispatch import Dispatch
from playground.stages.features.scene import FeaturesScene
from playground.stages.features.session import FeaturesSession
from playground.stages.features.state import NET_LOOKS
from playground.stages.stage import Stage

# While playing the words change at most every so many seconds: faster ones nobody can read.
WORDS_SECONDS = 1.0


class FeaturesStage(Stage[FeaturesScene]):
    """The stage with all its views and controls.

    Parameters
    ----------
    link : FeaturesLink
        What to begin with, and what of the link was ignored.
    dark : bool or reference
        Whether the page is dark.
    """

    board: Board

    def __init__(self, link: FeaturesLink, **params: Any) -> None:
        super().__init__(**params)
        self.session: FeaturesSession = FeaturesSession(link, lambda: kernels().backend())
        self._sequence = 0
        self.connect()
        self.show_board(Board(self, Dispatch(self), link), link.ignored)

    def _begin_playing(self) -> None:
        self.submit(self.session.start_playing)

    def _draw(self, scene: FeaturesScene) -> None:
        board, session, state = self.board, self.session, scene.state
        if session.stopped:
            session.stopped = False
            self.play(False)
        self._say_notice(session)
        playing = self.playing
        net = state.look in NET_LOOKS
        grains = EPOCH if net else WINDOW
        if board.transport.grains != grains:
            board.transport.param.update(grains=grains, grain=grains[0][0])
        board.transport.push(status=scene.status)
        board.lay_out(state.look)
        board.show_badge(state.look in ("label", "signals") or state.data in ("phone", "band"))
        if board.looks.value != state.look:
            board.looks.value = state.look
        self._draw_numbers(scene)
        board.formula.push(content=self._formula(scene), quiet=playing)
        board.pictures.draw(scene)
        board.example.push(content=scene.example, quiet=playing)
        board.table.push(content=scene.table, quiet=playing)
        board.settings.show(state, scene.edits)
        self._sequence += 1
        board.paint.push(sequence=self._sequence)
        if self._due("words", WORDS_SECONDS):
            board.summary.push(quiet=playing, text=scene.summary)

    @staticmethod
    def _formula(scene: FeaturesScene) -> dict[str, str]:
        if not scene.formula:
            return {}
        title = "Energy of a window" if scene.state.look == "signals" else "Decision function"
        return {"title": title, "rule": mathml(scene.formula, "block"), "sentence": scene.told}

    def _draw_numbers(self, scene: FeaturesScene) -> None:
        readout = self.board.readout
        items = [[key, label, "", sentence] for key, label, sentence, _ in scene.numbers]
        if readout.items != items:
            readout.items = items
        readout.push(values={key: text for key, _, _, text in scene.numbers})
