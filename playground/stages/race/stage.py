"""The race stage: optimizers run from one start, in lockstep, and the table says who arrives when."""

from __future__ import annotations

from typing import Any

from playground.race_link import RaceLink
from playground.server import kernels
from playground.stages.race.board import Board
from playground.stages.race.dispatch import Dispatch
from playground.stages.race.scene import RaceScene
from playground.stages.race.session import RaceSession
from playground.stages.stage import Stage

# While playing the words change at most every so many seconds: faster ones nobody can read.
WORDS_SECONDS = 1.0
LOSSES_SECONDS = 0.1


class RaceStage(Stage[RaceScene]):
    """The stage with all its views and controls.

    Parameters
    ----------
    link : RaceLink
        What to begin with and where to stand, and what of the link was ignored.
    dark : bool or reference
        Whether the page is dark.
    """

    board: Board

    def __init__(self, link: RaceLink, **params: Any) -> None:
        super().__init__(**params)
        self.session: RaceSession = RaceSession(link, kernels().backend())
        # Where the start is being dragged to; only the newest place is worth computing.
        self._dragged: tuple[float, float] | None = None
        self.connect()
        self.show_board(Board(self, Dispatch(self)), link.ignored)

    def drag(self, x: float, y: float) -> None:
        """Show the race from another start, as soon as the worker thread comes to it."""
        waiting = self._dragged is not None
        self._dragged = (x, y)
        if not waiting:
            self.submit(self._follow_drag)

    def _follow_drag(self) -> None:
        if self._dragged is not None:
            place, self._dragged = self._dragged, None
            self.session.drag(*place)

    def _begin_playing(self) -> None:
        self.submit(self.session.start_playing)

    def _draw(self, scene: RaceScene) -> None:
        board, session = self.board, self.session
        if session.stopped:
            session.stopped = False
            self.play(False)
        if session.begun:
            session.begun = False
            board.begin()
        board.show_pace(session.grain, session.speed)
        playing = self.playing
        self._say_what_is_new()
        board.draw_ground(scene)
        if scene.rows is not board.table.rows:
            # The frame of before may be of fewer racers.
            board.table.param.update(rows=scene.rows, frame=scene.frame)
        else:
            board.table.push(frame=scene.frame)
        board.transport.push(status=scene.status)
        if self._due("losses", LOSSES_SECONDS):
            board.losses.draw(scene.losses, scene.status["step"], lowest=scene.lowest)
        if self._due("words", WORDS_SECONDS):
            board.summary.push(quiet=playing, text=scene.summary)
        board.settings.show(scene.spec)
        board.grounds.show(scene.spec)
        if scene.preset != board.presets.value:
            board.presets.value = scene.preset
        if scene.question != board.question.question:
            board.question.question = scene.question
        if not playing:
            self._draw_branches(scene)

    def _say_what_is_new(self) -> None:
        session = self.session
        self._say_notice(session)
        if session.refused:
            self.board.grounds.refuse(session.refused)
            session.refused = ""

    def _draw_branches(self, scene: RaceScene) -> None:
        ends = [f"update {end:,}" for end in scene.branches]
        self._show_branches(ends, scene.branch, scene.segments, scene.status["step"], scene.status["length"])
