"""The descent stage: one optimizer goes down a curve, a surface, or the loss of a real network, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from playground.descent_link import DescentLink
from playground.server import kernels
from playground.stages.descent.board import Board
from playground.stages.descent.dispatch import Dispatch
from playground.stages.descent.scene import DescentScene
from playground.stages.descent.session import DescentSession
from playground.stages.stage import Stage, style_part

# While playing words and controls change at most every so many seconds: faster ones nobody can read.
WORDS_SECONDS = 0.5
NUMBERS_SECONDS = 0.1
CURVE_SECONDS = 0.2


class DescentStage(Stage[DescentScene]):
    """The stage with all its views and controls.

    Parameters
    ----------
    link : DescentLink
        What to begin with and where to stand, and what of the link was ignored.
    dark : bool or reference
        Whether the page is dark.
    """

    board: Board

    def __init__(self, link: DescentLink, **params: Any) -> None:
        super().__init__(**params)
        self.session: DescentSession = DescentSession(link, kernels().backend())
        self.connect()
        self.show_board(Board(self, Dispatch(self)), link.ignored)

    def _begin_playing(self) -> None:
        self.submit(self.session.start_playing)

    def _draw(self, scene: DescentScene) -> None:
        board, session = self.board, self.session
        if session.begun:
            session.begun = False
            board.begin()
        board.show_pace(session.grain.value, session.speed)
        self._end_playing()
        self._say_notice(session)
        for error in session.refused:
            board.refuse(error)
        session.refused.clear()
        board.draw_figure(scene)
        board.transport.push(status=scene.status)
        if self._due("numbers", NUMBERS_SECONDS):
            board.state.push(content=scene.state)
        if self._due("curve", CURVE_SECONDS):
            board.losses.draw(scene.losses, scene.at)
        if self._due("words", WORDS_SECONDS):
            self._draw_words(scene)
        if not self.playing:
            self._draw_branches(scene)
        # The last thing that is painted acknowledges the picture.
        board.facts.push(sequence=board.facts.sequence + 1)
        if scene.growing and not self.playing:
            self.submit(session.grow)

    def show_parts(self, names: Sequence[str], pointed: str = "") -> None:
        """Show some parts only; of the controls beside the figure each is a part as well."""
        sides = self.board.sides
        some = set(names) & set(sides)
        super().show_parts((*names, "side") if some else names, pointed)
        # What is pointed at is seen.
        self.board.rules.unfold(pointed == "rules")
        for name, view in sides.items():
            style_part(view, not some or name in some, name == pointed)

    def _draw_words(self, scene: DescentScene) -> None:
        board = self.board
        board.draw_controls(scene)
        board.summary.push(quiet=self.playing, text=scene.summary)
        said = [asdict(fact) for fact in scene.facts]
        if said != board.facts.facts:
            board.facts.push(facts=said)
        if scene.fan != board.fan.content:
            board.fan.push(content=scene.fan)

    def _end_playing(self) -> None:
        """Stop where the session says so: it is at rest, or beyond all numbers."""
        session = self.session
        if session.stopped:
            self.play(False)
            if session.stopped != "rest":
                self.say(session.stopped)
            session.stopped = ""

    def _draw_branches(self, scene: DescentScene) -> None:
        ends = [f"update {epoch:,}" for epoch in scene.branches]
        self._show_branches(ends, scene.branch, scene.segments, scene.status["step"], scene.status["length"])
