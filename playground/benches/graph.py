"""The graph stage as lessons see it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from engine import Position
from engine.checks import SpecError, unknown
from engine.expression.explain import shown_number
from engine.expression.graph import Graph, NodeKind
from engine.expression.passes import complete_pass
from engine.expression.presets import PRESETS
from engine.program import Phase
from lessons.conditions import Fact
from playground.benches.bench import Bench, Command, Query
from playground.benches.driving import asked, driving, number
from playground.graph_link import from_query
from playground.stages.graph.checking import STEPS_UPWARDS
from playground.stages.graph.practice import SOURCES
from playground.stages.graph.session import GraphSession
from playground.typed_expression import Refusal, read_typed

__all__ = ["BENCH"]

_NAN = math.nan
# How long an answer stays that a lesson gives.
_ANSWER_SECONDS = 0.5


def _begin(query: Query) -> GraphSession:
    return GraphSession(asked(from_query, query))


def _open(session: GraphSession, query: Query) -> None:
    session.go_to(asked(from_query, query))


def facts(session: GraphSession) -> dict[str, Fact]:
    """Return what stands on the graph."""
    run, graph = session.run, session.run.graph
    frame, last, at = run.frame(), run.last, run.position
    phases = [instruction.phase for instruction in run.instructions]
    passes = sum(phase is not Phase.UPDATE for phase in phases)
    op = at.op or (len(phases) if at.epoch else 0)
    found: dict[str, Fact] = {
        "epoch": at.epoch, "op": op, "ops": len(phases), "phase": "none" if last is None else str(last.phase),
        "forward_done": op >= phases.index(Phase.BACKWARD), "backward_done": op >= passes,
        "text": run.first_spec.text, "preset": session.preset or "own", "trains": session.trains,
        "learning_rate": run.learning_rate,
        "target": _NAN if run.first_spec.target is None else run.first_spec.target,
        "result": _known(frame.values[graph.root]), "updates": len(frame.updates),
        "by_hand": any(segment.edits for segment in run.history.line),
    }  # fmt: skip
    for node in graph.nodes:
        if node.kind is not NodeKind.NUMBER:
            found[f"value.{node.symbol}"] = _known(frame.values[node.id])
            found[f"gradient.{node.symbol}"] = _known(frame.gradients[node.id])
    for place, edge in enumerate(graph.edges):
        if graph.nodes[edge.parent].varies:
            key = f"local.{graph.nodes[edge.node].symbol}.{graph.nodes[edge.parent].symbol}"
            # Of x·x there are two.
            found[key + "_2" if key in found else key] = _known(frame.locals[place])
    return found | _shape(graph) | _tools(session)


def _known(value: float | None) -> float:
    return _NAN if value is None else value


def _shape(graph: Graph) -> dict[str, Fact]:
    """Return how large the graph is, and how its edges meet."""
    uses = Counter(edge.parent for edge in graph.edges if graph.nodes[edge.parent].varies)
    paths = {graph.root: 1}
    for edge in graph.backward():
        paths[edge.parent] = paths.get(edge.parent, 0) + paths[edge.node]
    kinds = Counter(node.operation.name for node in graph.nodes if node.operation is not None)
    return {
        "nodes": len(graph.nodes), "edges": len(graph.edges), "names": len(graph.leaves),
        "operations": sum(kinds.values()), "fan_outs": sum(count > 1 for count in uses.values()),
        **{f"paths.{name}": paths.get(place, 0) for name, place in graph.leaves.items()},
    }  # fmt: skip


def _tools(session: GraphSession) -> dict[str, Fact]:
    """Return how far the exercise is, and what the check by differences says."""
    questions, answered, right = session.tutor.progress if session.practice is not None else (0, 0, 0)
    difference = session.checking.difference(session.run)
    node = session.checking.selected(session.run)
    return {
        "practice": session.practice is not None, "questions": questions, "answered": answered, "right": right,
        "level": session.tutor.level or 0, "streak": session.tutor.streak, "best_streak": session.tutor.best,
        "check": difference is not None,
        "check_error": _NAN if difference is None else difference.error,
        "check_step": _NAN if difference is None else difference.step,
        "check_of": "" if node < 0 else session.run.graph.nodes[node].symbol,
    }  # fmt: skip


def _set(session: GraphSession, words: Sequence[str]) -> None:
    session.set_value(words[0], number(words[1]))


def _target(session: GraphSession, words: Sequence[str]) -> None:
    session.set_target(None if words[0] == "none" else number(words[0]))


def _rate(session: GraphSession, words: Sequence[str]) -> None:
    session.set_rate(number(words[0]))


def _choose(session: GraphSession, words: Sequence[str]) -> None:
    if words[0] not in PRESETS:
        raise SpecError("preset", unknown("preset", words[0], list(PRESETS)))
    session.open_preset(words[0])


def _write(session: GraphSession, words: Sequence[str]) -> None:
    read = read_typed(words[0])
    if isinstance(read, Refusal):
        raise SpecError("text", read.message)
    session.write(read)


def _mark(session: GraphSession, words: Sequence[str]) -> None:
    session.mark(words[0], {"on": True, "off": False}[words[1]])


def _seek(session: GraphSession, words: Sequence[str]) -> None:
    session.run.seek(min(Position(int(words[0]), 0, int(words[1]) if len(words) > 1 else 0), session.run.newest))


def _practice(session: GraphSession, words: Sequence[str]) -> None:
    if words[0] == "off":
        session.end_practice()
    elif words[0] in SOURCES:
        session.practise(None if words[0] == "this" else int(words[0]))
    else:
        raise SpecError("practice", unknown("exercise", words[0], [*SOURCES, "off"]))


def _answer(session: GraphSession, words: Sequence[str]) -> Iterator[float]:
    """Answer by the number given, or as many questions as there are with the right numbers."""
    if session.practice is None:
        raise SpecError("answer", "nothing is asked; begin with `practice this`")
    if words[0] not in ("right", "all"):
        session.tutor.answer(words[0])
        return
    while (question := session.tutor.question) is not None:
        done = complete_pass(session.run.graph, session.run.used)
        truth = done.gradients[question.node] if question.edge is None else done.local(question.edge)
        assert truth is not None  # questions are asked of what varies
        session.tutor.answer(shown_number(truth))
        yield _ANSWER_SECONDS
        if words[0] == "right":
            return


def _check(session: GraphSession, words: Sequence[str]) -> None:
    session.checking.shown = words[0] != "off"
    if not session.checking.shown:
        return
    symbols = {node.symbol: node.id for node in session.run.graph.nodes if node.varies}
    if words[0] not in symbols:
        raise SpecError("check", unknown("node", words[0], list(symbols)))
    session.checking.choose(session.run, symbols[words[0]])
    if len(words) > 1:
        session.checking.place = int(abs(STEPS_UPWARDS - number(words[1])).argmin())


BENCH = Bench(
    stage="graph",
    begin=_begin,
    open=_open,
    facts=facts,
    names={
        "epoch": "how many whole steps are done",
        "op": "how many operations of the step are done; all of them at its end",
        "ops": "how many operations a step has",
        "phase": "of the operation that ran last: forward, loss, backward or update; none at the start",
        "forward_done": "whether all values are computed",
        "backward_done": "whether all gradients are computed",
        "text": "the formula",
        "preset": "key of the example that was chosen; own for any other formula",
        "trains": "whether there are parameters",
        "learning_rate": "the learning rate",
        "target": "what the formula is compared with; no number for none",
        "result": "the value that the gradients are of",
        "value.<name>": "of a name such as x, or of a node in between such as q; no number before it is computed",
        "gradient.<name>": "the derivative of the result by it, as far as paths have arrived",
        "local.<node>.<operand>": "the local derivative of a node by one operand; local.q.x_2 where one is there twice",
        "nodes": "number of nodes",
        "edges": "number of edges",
        "names": "number of names: the leaves that are no fixed numbers",
        "operations": "number of nodes that compute",
        "fan_outs": "number of values that are used more than once",
        "paths.<name>": "number of paths from a name to the result",
        "updates": "number of parameters that the step has moved already",
        "by_hand": "whether a leaf was set by hand on this branch",
        "practice": "whether the exercise is open",
        "questions": "number of its questions",
        "answered": "number of those that are answered",
        "right": "number of those that were answered rightly at the first try",
        "level": "the exercise's level; 0 for the expression that stands there",
        "streak": "number of exercises in a row without a mistake",
        "best_streak": "the longest one",
        "check": "whether the check by differences is open",
        "check_error": "the difference between both derivatives",
        "check_step": "the step h of the check",
        "check_of": "the node whose gradient is checked",
    },
    commands={
        **driving({"op": "node", "phase": "phase", "epoch": "whole step"}),
        "seek": Command("seek EPOCH OP", "Go to a moment that has been.", _seek),
        "set": Command("set NAME VALUE", "Give a leaf another value.", _set),
        "target": Command("target VALUE", "Compare the formula with a number, or with none.", _target),
        "rate": Command("rate VALUE", "Change the learning rate.", _rate),
        "mark": Command("mark NAME on", "Let updates move a name, or (off) no longer.", _mark),
        "choose": Command("choose PRESET", "Open one of the examples.", _choose),
        "write": Command("write 'EXPRESSION'", "Type another formula.", _write),
        "practice": Command("practice SOURCE", "Open the exercise: this, 1, 2 or 3; off closes it.", _practice),
        "answer": Command("answer NUMBER", "Answer a question; `right` for the right number, `all` for all.", _answer),
        "check": Command("check NODE STEP", "Open the check by differences; off closes it.", _check),
    },
    parts={
        "formula": "the field in which a formula is typed",
        "tools": "target, learning rate, exercise, check by differences, link",
        "presets": "the examples",
        "graph": "the graph",
        "told": "what the last operation did, in words and numbers; the exercise while it is open",
        "beside": "the curve of a training, and the check by differences",
        "summary": "the graph in words",
    },
)
