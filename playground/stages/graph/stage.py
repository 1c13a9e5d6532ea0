"""The graph stage: an expression becomes a graph, on which back-propagation is seen and done node by node."""

from __future__ import annotations

from typing import Any

import numpy as np

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

    board: Board

    def __init__(self, link: GraphLink, **params: Any) -> None:
        super().__init__(**params)
        # Every visit its own exercises.
        self.session: GraphSession = GraphSession(link, seed=int(np.random.default_rng().integers(2**31)))
        self._shown_graph: object = None
        self._shown_spec: object = None
        self.connect()
        self.show_board(Board(self, Dispatch(self)), link.ignored)

    def _begin_playing(self) -> None:
        self.submit(self.session.start_playing)

    def _draw(self, scene: GraphScene) -> None:
        board, session = self.board, self.session
        self._end_playing()
        playing = self.playing
        self._say_notice(session)
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
        board.show_pace(session.grain.value, session.speed)
        board.transport.push(status=scene.status)
        if self._due("curve", CURVE_SECONDS):
            board.draw_curve(scene)
        if self._due("words", WORDS_SECONDS):
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
        ends = [f"step {epoch:,}" for epoch in scene.branches]
        self._show_branches(ends, scene.branch, scene.segments, scene.status["step"], scene.status["length"])
