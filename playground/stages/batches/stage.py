"""The batches stage: batch, mini-batch and stochastic descent of a linear classifier, in three lanes."""

from __future__ import annotations

from typing import Any

from playground.batches_link import BatchesLink
from playground.server import kernels
from playground.stages.batches.board import Board
from playground.stages.batches.dispatch import Dispatch
from playground.stages.batches.scene import BatchesScene
from playground.stages.batches.session import BatchesSession
from playground.stages.stage import Stage
from playground.views.lane_marks import DASHES, TITLES, color
from playground.views.loss_lines import LossSeries

# While playing the words change at most every so many seconds: faster ones nobody can read.
WORDS_SECONDS = 1.0


class BatchesStage(Stage[BatchesScene]):
    """The stage with all its views and controls.

    Parameters
    ----------
    link : BatchesLink
        What to begin with and where to stand, and what of the link was ignored.
    dark : bool or reference
        Whether the page is dark.
    """

    board: Board

    def __init__(self, link: BatchesLink, **params: Any) -> None:
        super().__init__(**params)
        self.session: BatchesSession = BatchesSession(link, lambda: kernels().backend())
        self._sequence = 0
        self.connect()
        self.show_board(Board(self, Dispatch(self), link), link.ignored)

    def _draw(self, scene: BatchesScene) -> None:
        board, session = self.board, self.session
        if session.stopped:
            self.play(False)
            self.say(session.stopped, kind="info")
            session.stopped = ""
        self._say_notice(session)
        playing = self.playing
        board.plane.draw(scene.plane)
        board.paths.draw(scene.paths)
        self._draw_costs(scene)
        # Each frame differs, so that each is painted and answered.
        self._sequence += 1
        board.table.push(frame={
            "sequence": self._sequence, "seen": scene.seen, "cost": scene.cost_title, "chosen": scene.chosen,
            "rows": [
                {**row, "color": color(row["key"], self.dark), "dash": " ".join(map(str, DASHES[row["key"]]))}
                for row in scene.rows
            ],
        })  # fmt: skip
        board.transport.push(status=scene.status)
        board.settings.show(scene.spec, scene.ceiling, scene.edits)
        board.closer.draw(scene, playing)
        board.lay_out(bool(scene.look.key))
        for choices, value in ((board.presets, scene.preset), (board.looks, scene.look.key)):
            if choices.value != value:
                choices.value = value
        if self._due("words", WORDS_SECONDS):
            board.summary.push(quiet=playing, text=scene.summary)
        if not playing:
            self._show_branches(
                scene.branches, scene.branch, scene.segments, scene.status["step"], scene.status["length"]
            )

    def _draw_costs(self, scene: BatchesScene) -> None:
        series = tuple(
            LossSeries(key, TITLES[key], steps, values, color(key, self.dark), DASHES[key])
            for key, (steps, values) in scene.costs.items()
        )
        self.board.costs.draw(series, scene.points_seen, "points seen")
