"""What the views of the graph stage draw in one frame, and the making of it from a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine import Position
from engine.expression.run import ExpressionRun
from engine.expression.spec import ExpressionSpec
from playground.stages.graph import presentation
from playground.views.graph import frame_of
from playground.views.graph_layout import layout

if TYPE_CHECKING:
    from playground.stages.graph.session import GraphSession

CURVE_POINTS = 300

Curve = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class GraphScene:
    """All that the views draw in one frame.

    Attributes
    ----------
    graph : dict
        As `GraphView.graph` wants it; the same object as long as the graph is the same.
    frame : dict
        As `GraphView.frame` wants it.
    explanation : dict
        As `Explanation.content` wants it.
    status : dict
        As `Transport.status` wants it.
    summary : str
    curve : float64 [points, 2] or None
        Step and value of the result, at most `CURVE_POINTS` rows; None without parameters.
    curve_at : int
        The step whose value stands on the graph.
    curve_title : str
    preset : str
    spec : ExpressionSpec
        The spec that holds now.
    branches : list of int
        By branch: after how many steps it ends.
    branch : int
    segments : list of dict
        As `BranchTree.segments` wants them.
    practice, check : Any
        What the tools draw; None while they are closed.
    selected : int
        The node that the check speaks of; -1 for none.
    """

    graph: dict[str, Any]
    frame: dict[str, Any]
    explanation: dict[str, Any]
    status: dict[str, Any]
    summary: str
    curve: Curve | None
    curve_at: int
    curve_title: str
    preset: str
    spec: ExpressionSpec
    branches: list[int]
    branch: int
    segments: list[dict[str, Any]]
    practice: Any
    check: Any
    selected: int


class SceneMaker:
    """Makes scenes of a run."""

    def __init__(self) -> None:
        self._sequence = 0

    def show(self, run: ExpressionRun) -> None:
        """Make scenes of this run from now on."""
        self.run = run
        self._graph = layout(run.graph, run.first_spec.parameters)

    def note(self) -> float | None:
        """Note the result's value with the stretch of history that it belongs to; return it, None before it is known.

        Steps go by one at the most between two calls, so that no step is missed.
        """
        value = self.run.frame().values[self.run.graph.root]
        if value is not None and self.run.last is not None:
            epoch = presentation.shown_step(self.run)
            self.run.history.on(Position(epoch)).records[epoch] = (value,)
        return value

    def _curve(self) -> Curve:
        """Return the values [T, 2] along the line that is stood on, thinned."""
        run = self.run
        noted = [
            (epoch, record[0])
            for segment in run.history.line
            for epoch, record in segment.records.items()
            if epoch <= run.newest.epoch and run.history.on(Position(epoch)) is segment
        ]
        curve = np.array(sorted(noted), dtype=np.float64).reshape(-1, 2)
        if len(curve) > CURVE_POINTS:
            curve = curve[np.unique(np.linspace(0, len(curve) - 1, CURVE_POINTS).astype(int))]
        return curve

    def make(self, session: GraphSession, playing: bool, fast: bool) -> GraphScene:
        """Return what the views draw now; `fast` where single operations fly by."""
        run, history = self.run, self.run.history
        self._sequence += 1
        frame = run.frame()
        practice = None if session.practice is None else session.practice.make(run)
        hidden = asked = None
        if practice is not None:
            hidden = {"gradients": practice.hidden_gradients, "locals": practice.hidden_locals}
            asked = practice.asked
        if practice is not None:
            explanation: dict[str, Any] = {}
        elif fast:
            explanation = presentation.RUNNING
        else:
            explanation = presentation.explanation(run, session.done)
        several = len(run.branches) > 1
        return GraphScene(
            graph=self._graph,
            frame=frame_of(frame, self._sequence, hidden=hidden, asked=asked),
            explanation=explanation,
            status=presentation.status(run, session.done, session.slides),
            summary=presentation.summary(run, session.slides, secret=practice is not None, playing=playing),
            curve=self._curve() if session.trains else None,
            curve_at=presentation.shown_step(run),
            curve_title=presentation.curve_title(run),
            preset=session.preset,
            spec=run.first_spec.with_(learning_rate=run.learning_rate),
            branches=[leaf.end.epoch for leaf in run.branches],
            branch=run.branches.index(history.current),
            segments=presentation.tree_segments(run) if several and not playing else [],
            practice=practice,
            check=session.checking.make(run),
            selected=session.checking.selected(run),
        )
