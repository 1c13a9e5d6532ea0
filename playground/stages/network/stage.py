"""The network stage: a small network learns to tell points in the plane apart, and every moment of it can be seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import panel as pn

from engine import Grain, SpecError, TrainingSpec
from engine.backend import Backend
from engine.rules import RULES
from playground.link import Link
from playground.server import kernels
from playground.stages.network import listing_lines, presentation, texts
from playground.stages.network.board import Board
from playground.stages.network.dispatch import Dispatch
from playground.stages.network.scene import Scene
from playground.stages.network.session import TrainingSession
from playground.stages.stage import Stage

_KERNEL_POLL_MS = 500
# While playing numbers change at most every so many seconds: faster ones nobody can read.
NUMBERS_SECONDS = 0.2
WORDS_SECONDS = 1.0


class NetworkStage(Stage[Scene]):
    """The stage with all its views and controls.

    Parameters
    ----------
    link : Link
        What to begin with, which controls are hidden, and what of the link was ignored.
    dark : bool or reference
        Whether the page is dark.
    """

    board: Board

    def __init__(self, link: Link, **params: Any) -> None:
        super().__init__(**params)
        self.hidden = link.hidden
        self.session = TrainingSession(link.spec, kernels().backend(), link.weights)
        if link.views:
            self.session.look_at(link.views)
        self._shown_run: object = None
        self._shown_program: object = None
        self._shown_spec: object = None
        self._shown_points: object = None
        self._visits = 0
        self.dispatch = Dispatch(self)
        self.connect()
        board = Board(self, self.dispatch, link)
        self.diagram, self.settings = board.diagram, board.settings
        self.show_board(board, link.ignored)

    @property
    def backend(self) -> Backend:
        """What a new run runs on."""
        return kernels().backend()

    def start(self) -> None:
        """Begin to draw; called when the page has loaded."""
        super().start()
        if self.loop is not None and not kernels().ready:
            self.say(
                *self.message.lines,
                "The fast engine is still compiling (about ten seconds, once on this machine). "
                "Until then the network runs on the NumPy engine: the same computation, slower.",
                kind="info",
            )
            self._poll = pn.state.add_periodic_callback(self._await_kernels, period=_KERNEL_POLL_MS)

    def _fail(self, error: Exception) -> None:
        if isinstance(error, SpecError):
            self.settings.refuse(error.field, str(error))
            if error.field in RULES:
                self.board.rules.refuse(error.field, str(error))
        super()._fail(error)

    def _await_kernels(self) -> None:
        if kernels().ready:
            self._poll.stop()
            if self.session.run.position == self.session.run.newest and self.session.run.loop.updates == 0:
                self.submit(lambda: self.session.reset(kernels().backend()))
                self.quiet()
            else:
                self.say("The fast engine is ready. Reset to use it.", kind="info")
        elif kernels().failed:
            self._poll.stop()
            self.say("The fast engine could not be compiled here. All works on the NumPy engine, slower.", kind="info")

    def _begin_playing(self) -> None:
        self.submit(self.session.start_playing)

    def _playing_changed(self) -> None:
        self.show_pace()

    def show_inside(self, shown: bool) -> None:
        """Make room beside the stage for views of the inside, or give it back."""
        self._arrange("np-with-inside", shown)

    def show_parts(self, names: Sequence[str], pointed: str = "") -> None:
        """Show some parts of the page only; without the settings the network has room beside the plane."""
        super().show_parts(names, pointed)
        both = "diagram" in names and "plane" in names
        self._arrange("np-beside", both and "settings" not in names)

    def show_stepping(self, shown: bool) -> None:
        """Put diagram and operation side by side, or all back in its place."""
        self._arrange("np-stepping", shown)
        self.show_pace()

    def _arrange(self, name: str, on: bool) -> None:
        view = self.board.view
        view.css_classes = [other for other in view.css_classes if other != name] + [name] * on

    def choose_grain(self, grain: str) -> None:
        """Let one step be an operation, a layer, and so on."""
        self.session.grain = Grain(grain)
        self.transport.grain = grain

    def ask_for_a_formula(self) -> None:
        """Show the dialog for an own input."""
        self.board.open("formula")

    def ask_for_data(self) -> None:
        """Show the dialog for own data."""
        self.board.open("own_data")
        # The choice is made when there are points; until then the picture of the present data stays chosen.
        self.board.gallery.value = self.session.run.first_spec.data

    def show_pace(self) -> None:
        """While it runs fast, the listing lies still and nothing is lit: nobody could follow."""
        fast = self.transport.playing and self.session.speed != "slow"
        self.board.listing.playing = fast
        self.board.stepping.set_running(fast)
        if fast:
            self.diagram.active = listing_lines.active(self.session.run.program, -1, 0)

    def _draw(self, scene: Scene) -> None:
        board, session, run = self.board, self.session, self.session.run
        self._end_playing()
        playing = self.playing
        if session.visits != self._visits:
            self._visits = session.visits
            self.transport.param.update(grain=session.grain.value, speed=session.speed)
            board.look_at(session.views)
        board.follow_switches()
        if self._shown_run is not run:
            if self._shown_run is not None:
                self.quiet()
            self._show_structure()
        self._say_notice(session)
        if self._shown_program is not run.program:
            self._shown_program = run.program
            board.listing.lines = listing_lines.lines(run.program)
            self.diagram.cards = self._cards(scene.spec)
        neuron = presentation.neuron_name(session.scenes.shown, run.first_spec)
        looked_at = None if scene.stepping is None else scene.stepping.example
        board.boundary.draw(scene.boundary, scene.batch if looked_at is None else np.array([looked_at]), neuron)
        board.legend.show_unit(presentation.unit_scale(session.scenes.shown, run))
        self._draw_drawing()
        if scene.curve is not None:
            pinned = None if scene.pinned is None else scene.pinned.curve
            board.curves.draw(scene.curve, scene.updates / run.loop.batches, pinned)
        self._draw_numbers(scene, playing, neuron)
        if not playing or session.speed == "slow":
            self._draw_listing(scene)
        if not playing:
            self._draw_branches(scene)
        if not playing or scene.spec is not self._shown_spec:
            self._shown_spec = scene.spec
            self.settings.show(scene.spec)
            board.rules.show(scene.spec, presentation.schedule_step(scene))
        board.compare.draw(scene, run, session.scenes.extent)
        board.inside.draw(scene, session.scenes.extent)
        board.stepping.draw(scene.stepping)
        board.draw_fan()
        stepping = scene.stepping
        known = (b"", "") if stepping is None else (stepping.gradients, stepping.gradients_text)
        self.diagram.push(frame=scene.diagram, gradients=known[0], gradients_text=known[1])

    def _end_playing(self) -> None:
        """Stop where the session says so: a condition holds, or numbers are no longer numbers."""
        session = self.session
        if not session.stopped:
            return
        self.play(False)
        if session.trouble is not None:
            self.say(*presentation.trouble_lines(session.trouble, session.run.position))
        elif session.stopped != "trouble":
            self.say(session.stopped, kind="info")
        session.stopped = ""

    def _draw_numbers(self, scene: Scene, playing: bool, neuron: str) -> None:
        board = self.board
        if self._due("numbers", NUMBERS_SECONDS):
            pinned = scene.pinned
            items = presentation.readout_items(scene.spec, None if pinned is None else pinned.spec)
            if items != board.readout.items:
                board.readout.items = items
            second = {} if pinned is None else presentation.numbers(pinned)
            if second != board.readout.second:
                board.readout.second = second
            board.readout.push(values=presentation.numbers(scene))
            self.transport.push(status=presentation.status(scene, self.session.run))
            if playing:
                board.rules.follow(presentation.schedule_step(scene))
        if self._due("words", WORDS_SECONDS):
            board.summary.push(quiet=playing, text=presentation.summary(scene, self.session.run, neuron, playing))

    def _show_structure(self) -> None:
        """Show a new network, new data, a new listing."""
        run, board, scenes = self.session.run, self.board, self.session.scenes
        self._shown_run = run
        spec = run.first_spec
        self.diagram.param.update(columns=presentation.diagram_columns(run), selected="", frame=b"")
        names = presentation.class_names(spec)
        board.boundary.set_data(run.train, run.test, scenes.extent, names)
        board.boundary.set_scales(presentation.axis_scales(spec))
        board.boundary.set_axis_labels(*presentation.axis_labels(spec))
        probability = run.network.output_activation != "identity"
        board.legend.set_data(spec.kind.task, spec.kind.classes, names, probability)
        board.curves.set_score_title(presentation.score_name(spec))
        board.show_data(spec)
        self._shown_points = None

    def _cards(self, spec: TrainingSpec) -> dict[str, dict[str, str]]:
        """Return the hover cards of the network; what an edge's card says depends on the listing."""
        output = self.session.run.network.layers[-1].activation
        ruled = bool(spec.weight_decay or spec.clip_norm or spec.clip_value)
        return texts.diagram_cards(
            spec.offered_features, spec.resolved_activations, output, spec.optimizer, ruled
        )

    def _draw_drawing(self) -> None:
        """Show the points that are being drawn, also while they are too few to train on."""
        drawing, session = self.board.drawing, self.session
        if session.draft is not self._shown_points:
            self._shown_points = session.draft
            if session.draft is not None:
                dataset = session.draft.dataset() if len(session.draft) else None
                self.board.boundary.show_draft(dataset)
        if drawing.on:
            drawing.show(session.points)

    def _draw_listing(self, scene: Scene) -> None:
        run, op = self.session.run, scene.position.op
        stepping = scene.stepping is not None
        # Between two batches the last operation of the one before is of interest to who steps through them only.
        ran = scene.ran if stepping or op else -1
        self.board.listing.param.update(
            counter=op, ran=ran, detail={} if stepping else listing_lines.detail(run.program, op, scene.values)
        )
        self.diagram.active = listing_lines.active(run.program, ran, len(run.network.layers))

    def _draw_branches(self, scene: Scene) -> None:
        run = self.session.run
        segments = presentation.tree_segments(run) if len(run.branches) > 1 else []
        ends = [f"epoch {epoch:,}" for epoch in scene.branches]
        self._show_branches(ends, scene.branch, segments, scene.updates, scene.newest_updates)
