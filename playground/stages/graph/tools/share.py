"""A link that opens this very graph, at this very moment."""

from __future__ import annotations

from engine import Position, SpecError
from engine.expression.run import ExpressionRun
from engine.expression.spec import ExpressionSpec
from playground.graph_link import MOST_INSTRUCTIONS, to_url
from playground.stages.graph.presentation import index_of
from playground.stages.graph.session import GraphSession

_AGAIN = (
    "Values or the learning rate were changed on the way here, or the way is long: the link opens with the values of "
    "now as its beginning, at the same operation."
)
_START = "The values of now are beyond what a link can begin with: it opens at the start."


def link(session: GraphSession) -> tuple[str, str]:
    """Return the query of now, and what there is to say of it."""
    spec, position, note = moment(session.run)
    return to_url(spec, position), note


def moment(run: ExpressionRun) -> tuple[ExpressionSpec, Position, str]:
    """Return what a link carries so that it shows what stands here, and what there is to say of it.

    A run that nobody interfered with is walked again, so that its past is there too; else the values that the step
    was begun with are the link's beginning.
    """
    at = run.position
    undisturbed = len(run.history.line) == 1
    if undisturbed and index_of(run, at) <= MOST_INSTRUCTIONS:
        return run.first_spec, at, ""
    try:
        spec = run.first_spec.with_(values=run.used, learning_rate=run.learning_rate)
    except SpecError:
        return run.first_spec, Position(), _START
    return spec, Position(1) if at.op == 0 and at.epoch else Position(0, 0, at.op), _AGAIN if at.epoch else ""
