"""The graph stage: an expression becomes a graph, on which back-propagation is seen and done node by node."""

from __future__ import annotations

import time
from typing import Any

from playground.formulas import mathml
from playground.graph_link import GraphLink
from playground.stages.graph.board import Board
from playground.stages.graph.dispatch import Dispatch
from playground.stages.graph.scene import GraphScene
from playground.stages.graph.session import GraphSession
from playground.stages.stage import Stage

# While playing the words change at most every so many seconds: faster ones nobody can read.
WORDS_SECONDS = 1.0
CURVE_SECONDS = 0.2


class GraphStage(Stage[GraphScene]):
    """The stage with all its views and controls.

    Parameters
    ----------
    link : GraphLink
        What to begin with and where to stand, and what of the link was ignored.
    dark : bool or reference
        Whether the page is dark.
    """

    def __init__(self, link: GraphLink, **params: Any) -> None:
        super().__init__(**params)
        self.session: GraphSession = GraphSession(link)
        self._shown_graph: object = None
        self._shown_spec: object = None
        self._words_time = self._curve_time = 0.0
        self.connect()
        self.board = Board(self, Dispatch(self))
        self.transport, self.message, self.view = self.board.transport, self.board.message, self.board.view
        # The first picture travels with the page.
        self.draw(self.session.scene(False))
        if link.ignored:
            self.say("The link asks for something that is not there. What was ignored:", *link.ignored)

    def open_dialog(self, dialog: Any) -> None:
        """Show a dialog over the page."""
        self.board.open_dialog(dialog)

    def _begin_playing(self) -> None:
        self.submit(self.session.start_playing)

    def _set_dark(self, dark: bool) -> None:
        self.board.set_dark(dark)

    def _draw(self, scene: GraphScene) -> None:
        board, session = self.board, self.session
        self._end_playing()
        playing = self.playing
        if session.notice:
            self.say(*session.notice.splitlines(), kind="info")
            session.notice = ""
        if scene.graph is not self._shown_graph:
            self._show_graph(scene)
        if not playing or scene.spec != self._shown_spec:
            self._shown_spec = scene.spec
            board.settings.show(scene.spec)
        practising = scene.practice is not None
        board.graph.param.update(editable=not practising, selected=scene.selected)
        board.graph.push(frame=scene.frame)
        if scene.explanation != board.explanation.content:
            board.explanation.push(quiet=playing, content=scene.explanation)
        board.transport.push(status=scene.status)
        now = time.monotonic()
        if not playing or now >= self._curve_time + CURVE_SECONDS:
            self._curve_time = now
            board.draw_curve(scene)
        if not playing or now >= self._words_time + WORDS_SECONDS:
            self._words_time = now
            board.summary.push(quiet=playing, text=scene.summary)
        if not playing:
            self._draw_branches(scene)
        board.lay_out(scene)
        board.practice.draw(scene.practice)
        board.differences.draw(scene.check)
        board.show_tools(practising, scene.check is not None)

    def _end_playing(self) -> None:
        """Stop where the session says so: the step is done, or the training is."""
        session = self.session
        if session.stopped:
            self.play(False)
            if session.stopped != "done":
                self.say(session.stopped)
            session.stopped = ""

    def _show_graph(self, scene: GraphScene) -> None:
        """Show another graph, and the formula that it is of."""
        board, text = self.board, scene.spec.text
        self._shown_graph = scene.graph
        # The frame of before may be of fewer nodes.
        board.graph.param.update(graph=scene.graph, frame=scene.frame)
        tex = self.session.run.graph.nodes[self.session.run.graph.output].tex
        board.field.param.update(text=text, answer={"text": text, "formula": mathml(tex)})
        board.presets.value = scene.preset

    def _draw_branches(self, scene: GraphScene) -> None:
        branches = [(str(k), f"Branch {k + 1} (to step {epoch:,})") for k, epoch in enumerate(scene.branches)]
        self.transport.param.update(branches=branches, branch=str(scene.branch))
        self.board.tree.param.update(
            segments=scene.segments, position=scene.status["step"], length=scene.status["length"]
        )
