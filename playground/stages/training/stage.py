"""The digit training stage: a network is put together layer by layer, and its filters are born while one watches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import panel as pn

from engine import SpecError
from engine.rules import RULES
from playground.server import kernels
from playground.stages import listing_lines
from playground.stages.stage import Stage
from playground.stages.training.board import Board
from playground.stages.training.dispatch import Dispatch
from playground.stages.training.scene import TrainingScene
from playground.stages.training.session import DigitSession
from playground.training_link import TrainingLink

_KERNEL_POLL_MS = 500
# While playing numbers change at most every so many seconds: faster ones nobody can read.
NUMBERS_SECONDS = 0.2
WORDS_SECONDS = 1.0
_CLASSES = [str(digit) for digit in range(10)]


class TrainingStage(Stage[TrainingScene]):
    """The stage with all its views and controls.

    Parameters
    ----------
    link : TrainingLink
        What to begin with, and what of the link was ignored.
    dark : bool or reference
        Whether the page is dark.
    """

    board: Board

    def __init__(self, link: TrainingLink, **params: Any) -> None:
        super().__init__(**params)
        self.session: DigitSession = DigitSession(link, lambda: kernels("maps").backend())
        self._sequence = 0
        self._shown: dict[str, object] = {}
        self.connect()
        self.show_board(Board(self, Dispatch(self), link), link.ignored)

    def start(self) -> None:
        """Begin to draw; called when the page has loaded."""
        super().start()
        if self.loop is not None and not kernels("maps").ready:
            self.say(
                *self.message.lines,
                "The fast engine is still compiling (some twenty seconds, once on this machine). "
                "Until then the network runs on the NumPy engine: the same computation, slower.",
                kind="info",
            )
            self._poll = pn.state.add_periodic_callback(self._await_kernels, period=_KERNEL_POLL_MS)

    def _await_kernels(self) -> None:
        if kernels("maps").ready:
            self._poll.stop()
            if self.session.run.loop.updates == 0:
                self.submit(self.session.reset)
                self.quiet()
            else:
                self.say("The fast engine is ready. Reset to use it.", kind="info")
        elif kernels("maps").failed:
            self._poll.stop()
            self.say("The fast engine could not be compiled here. All works on the NumPy engine, slower.", kind="info")

    def _fail(self, error: Exception) -> None:
        if isinstance(error, SpecError):
            self.board.settings.refuse(error.field, str(error))
            if error.field in RULES:
                self.board.rules.refuse(error.field, str(error))
        super()._fail(error)

    def _playing_changed(self) -> None:
        self.show_pace()

    def show_pace(self) -> None:
        """While it runs fast, the listing lies still: nobody could follow."""
        self.board.listing.playing = self.transport.playing and self.session.speed != "slow"

    def show_parts(self, names: Sequence[str], pointed: str = "") -> None:
        """Show some parts only; where there are few columns, the examples and the settings lie apart."""
        super().show_parts((*names, "presets", "settings") if "side" in names else names, pointed)

    def _draw(self, scene: TrainingScene) -> None:
        board, session = self.board, self.session
        if session.stopped:
            self.play(False)
            self.say(session.stopped)
            session.stopped = ""
        self._say_notice(session)
        playing = self.playing
        if scene.wall is not None:
            board.wall.push(content=scene.wall)
        board.watch.scores.push(content=scene.scores, quiet=playing)
        board.watch.show(scene.watched, scene.watched_words, scene.edits)
        if scene.curve is not None and len(scene.curve):
            board.curves.set_log(bool(board.log.value))
            board.curves.draw(scene.curve, scene.updates / session.run.loop.batches)
        self._draw_judgement(scene)
        self._draw_numbers(scene, playing)
        if not playing or session.speed == "slow":
            self._draw_listing(scene)
        if not playing:
            self._show_branches(
                scene.branches, scene.branch, scene.segments, scene.status["step"], scene.status["length"]
            )
        self._draw_settings(scene)
        # Each frame differs, so that each is painted and answered.
        self._sequence += 1
        board.paint.push(sequence=self._sequence)

    def _differs(self, what: str, now: object) -> bool:
        """Whether something is another object than the one that is shown."""
        differs = self._shown.get(what) is not now
        self._shown[what] = now
        return differs

    def _draw_judgement(self, scene: TrainingScene) -> None:
        """Show the confusion matrix and the digits that were got wrong; while playing one after the other."""
        board, measured = self.board, scene.measured
        if self._differs("judgement", measured):
            counts = None if measured is None else measured.judgement.confusion
            board.confusion.pane.visible = counts is not None
            if counts is not None:
                board.confusion.draw_tables({"Which digit is taken for which": counts}, _CLASSES)
            if self.playing:
                return
        if board.wrong.content != scene.wrong:
            board.wrong.push(content=scene.wrong, quiet=self.playing)

    def _draw_numbers(self, scene: TrainingScene, playing: bool) -> None:
        board = self.board
        if self._due("numbers", NUMBERS_SECONDS):
            board.readout.push(values=scene.numbers)
            board.transport.push(status=scene.status)
            if playing:
                board.rules.follow(self._schedule_step(scene))
        if self._due("words", WORDS_SECONDS):
            board.summary.push(quiet=playing, text=scene.summary)
        if board.tasks.tasks != scene.tasks:
            board.tasks.push(quiet=playing, tasks=scene.tasks)

    @staticmethod
    def _schedule_step(scene: TrainingScene) -> int:
        """Return what the schedule has come to: an epoch or an update, from 0."""
        return scene.position.epoch if scene.spec.schedule_unit == "epoch" else scene.updates

    def _draw_settings(self, scene: TrainingScene) -> None:
        board = self.board
        if board.net.content != scene.net:
            board.net.push(content=scene.net)
        if board.presets.value != scene.preset:
            board.presets.value = scene.preset
        if not self.playing or self._differs("spec", scene.spec):
            board.settings.show(scene.spec)
            board.rules.show(scene.spec, self._schedule_step(scene))

    def _draw_listing(self, scene: TrainingScene) -> None:
        board, run = self.board, self.session.run
        if self._differs("program", run.program):
            board.listing.lines = listing_lines.lines(run.program)
        op = scene.position.op
        board.listing.param.update(
            counter=op, ran=scene.ran if op else -1, detail=listing_lines.detail(run.program, op, scene.values)
        )
