"""The batches stage: batch, mini-batch and stochastic descent of a linear classifier, in three lanes."""

from __future__ import annotations

import time
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

    def __init__(self, link: BatchesLink, **params: Any) -> None:
        super().__init__(**params)
        self.session: BatchesSession = BatchesSession(link, lambda: kernels().backend())
        self._words_time, self._sequence = 0.0, 0
        self.connect()
        self.board = Board(self, Dispatch(self), link)
        self.transport, self.message, self.view = self.board.transport, self.board.message, self.board.view
        # The first picture travels with the page.
        self.draw(self.session.scene(False))
        if link.ignored:
            self.say("The link asks for something that is not there. What was ignored:", *link.ignored)

    def open_dialog(self, dialog: Any) -> None:
        """Show a dialog over the page."""
        self.board.open_dialog(dialog)

    def _set_dark(self, dark: bool) -> None:
        self.board.set_dark(dark)

    def _draw(self, scene: BatchesScene) -> None:
        board, session = self.board, self.session
        if session.stopped:
            self.play(False)
            self.say(session.stopped, kind="info")
            session.stopped = ""
        if session.notice:
            self.say(*session.notice.splitlines(), kind="info")
            session.notice = ""
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
        now = time.monotonic()
        if not playing or now >= self._words_time + WORDS_SECONDS:
            self._words_time = now
            board.summary.push(quiet=playing, text=scene.summary)
        if not playing:
            branches = [(str(k), f"Branch {k + 1} (to {end})") for k, end in enumerate(scene.branches)]
            self.transport.param.update(branches=branches, branch=str(scene.branch))
            board.tree.param.update(
                segments=scene.segments, position=scene.status["step"], length=scene.status["length"]
            )

    def _draw_costs(self, scene: BatchesScene) -> None:
        series = tuple(
            LossSeries(key, TITLES[key], steps, values, color(key, self.dark), DASHES[key])
            for key, (steps, values) in scene.costs.items()
        )
        self.board.costs.draw(series, scene.points_seen, "points seen")
