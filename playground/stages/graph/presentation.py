"""A run over a graph in the words, numbers and formulas of the page."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Any

from engine.experiment import Position
from engine.expression import parse
from engine.expression.explain import Explanation, explain, local_tex, shown_number, spoken
from engine.expression.graph import GraphNode, NodeKind
from engine.expression.passes import Contribution, Instruction, Update
from engine.expression.run import ExpressionRun
from engine.history import Segment
from engine.program import Phase
from playground.formulas import mathml
from playground.stages import history_tree

# Wider rows than of so many operands do not fit; the sentence says it all the same.
_MOST_OPERANDS = 4
_SIGNS = {"·": "×", "/": "÷"}
_NOTHING_TO_TRAIN = "The step is done. No leaf is a parameter, so there is nothing to train: mark one to go on."
_STALE = " The numbers on the graph are those from before; the next step computes them anew."
RUNNING: dict[str, Any] = {
    "title": "Training", "phase": "update",
    "sentence": "Each picture is one step further, or many. Pause to read what a single operation does.",
}  # fmt: skip


def index_of(run: ExpressionRun, position: Position) -> int:
    """Return how many instructions have run at a position."""
    return position.epoch * len(run.instructions) + position.op


def shown_step(run: ExpressionRun) -> int:
    """Return the step, from 0, whose numbers stand on the graph."""
    at = run.position
    return at.epoch - 1 if at.op == 0 and at.epoch else at.epoch


def status(run: ExpressionRun, done: bool, slides: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return where the run stands as `Transport.status`."""
    at = run.position
    begun = run.last is not None
    if done:
        text = "The step is done; no leaf is a parameter, so there is nothing to train"
    elif at.op == 0:
        text = "At the start" if not begun else f"{at.epoch:,} step{'s' * (at.epoch != 1)} done"
    else:
        text = f"Step {at.epoch + 1:,} · {run.instructions[at.op - 1].phase.value}, {at.op} of {len(run.instructions)}"
    named = f"{slide_name(slides)} · " if slides else ""
    return {
        "step": index_of(run, at),
        "length": index_of(run, run.newest),
        "text": named + text,
        "at_end": at >= run.newest,
        "can_back": begun,
        "can_reset": len(run.history.segments) > 1,
    }


def _beyond(last: Explanation) -> str:
    """Say what a result means that is no finite number."""
    result = dict(last.numbers)["result"]
    if math.isnan(result):
        return " nan is not a number: here the operation, or one before it, is not defined."
    if math.isinf(result):
        return " inf is beyond all numbers: a value is too large, or something is divided by 0."
    return ""


def slide_name(slides: tuple[str, ...]) -> str:
    """Return which slides these are: "Slide L1-23"."""
    return f"Slide{'s' * (len(slides) > 1)} {', '.join(slides)}"


def curve_title(run: ExpressionRun) -> str:
    """Return what the curve shows."""
    root = spoken(run.graph.nodes[run.graph.root])
    return f"Loss {root}" if run.first_spec.target is not None else f"Value of {root}"


def explanation(run: ExpressionRun, done: bool) -> dict[str, Any]:
    """Return the instruction that has just run as `Explanation.content`.

    Parameters
    ----------
    run : ExpressionRun
    done : bool
        Whether nothing more comes.
    """
    coming = {"title": _NOTHING_TO_TRAIN, "rule": ""}
    if not done:
        following = explain(run, "next")
        assert following is not None  # there is always a next one
        coming = {"title": f"Next: {_lowered(following)}", "rule": mathml(following.tex)}
    last = explain(run, "last")
    if last is None:
        begin = "The leaves have their values. Step forward: each node is computed after its operands."
        return {"title": "Before the first step", "phase": "", "sentence": begin, "rows": [], "next": coming}
    return {
        "title": last.title,
        "phase": last.instruction.phase.value,
        "rule": mathml(last.tex, "block"),
        "sentence": last.sentence + _beyond(last) + (_STALE if last.instruction.phase is Phase.UPDATE else ""),
        "rows": _rows(run, last.instruction),
        "next": coming,
    }


def _lowered(following: Explanation) -> str:
    """Return a title inside a sentence."""
    return following.title[:1].lower() + following.title[1:]


def _rows(run: ExpressionRun, done: Instruction) -> list[list[dict[str, str]]]:
    """Return what was computed, set out as rows of numbers and signs."""
    frame = run.frame()
    if done.phase is Phase.UPDATE:
        return [_update_row(run, frame.updates[-1])]
    if done.edge is not None:
        return _edge_rows(run, next(c for c in reversed(frame.contributions) if c.edge == done.edge))
    node = run.graph.nodes[done.node]
    if done.phase is Phase.BACKWARD:
        return [[_number(_partial(node, node), 1.0, "gradient", "upstream of all")]]
    return _forward_rows(run, node)


def _forward_rows(run: ExpressionRun, node: GraphNode) -> list[list[dict[str, str]]]:
    if len(node.parents) > _MOST_OPERANDS:
        return []
    values = run.numbers().shown_values(used=True)
    assert node.operation is not None  # an instruction forward is an operation's
    places = ", ".join(f"<{place}>" for place in range(len(node.parents)))
    template = node.operation.text.template.replace("<*>", places)
    row = []
    for part in re.split(r"(<\d+>)", template):
        if part.startswith("<"):
            operand = run.graph.nodes[node.parents[int(part[1:-1])]]
            named = "" if operand.kind is NodeKind.NUMBER else mathml(_tex(operand))
            row.append(_number(named, values[operand.id], "value"))
        elif part.strip():
            row.append({"sign": _SIGNS.get(part.strip(), part.strip())})
    return [[*row, {"sign": "="}, _number(mathml(_tex(node)), values[node.id], "value")]]


def _edge_rows(run: ExpressionRun, c: Contribution) -> list[list[dict[str, str]]]:
    """Return upstream · local = downstream, and where paths meet, before + downstream = after."""
    node, parent = run.graph.nodes[c.node], run.graph.nodes[c.parent]
    root = run.graph.nodes[run.graph.root]
    several = len(run.graph.into(parent.id)) > 1
    local = _number(_partial(node, parent), c.local, "local", "local")
    formula = local_tex(run.graph, c.node, c.argument)
    # A number says itself.
    if not re.fullmatch(r"-?\d+", formula):
        local["formula"] = mathml(formula)
    whole = _partial(root, parent)
    along = whole
    if several:
        # What comes along this path alone.
        along = mathml(rf"{_partial_tex(root, node)} \cdot {_partial_tex(node, parent)}")
    arrives = _number(along, c.downstream, "gradient", "downstream")
    rows = [[
        _number(_partial(root, node), c.upstream, "gradient", "upstream"), {"sign": "×"}, local,
        {"sign": "="}, arrives,
    ]]  # fmt: skip
    if several:
        rows.append([
            _number(whole, c.before, "gradient", "before"), {"sign": "+"},
            arrives, {"sign": "="}, _number(whole, c.after, "gradient", "after"),
        ])  # fmt: skip
    return rows


def _update_row(run: ExpressionRun, moved: Update) -> list[dict[str, str]]:
    node, root = run.graph.nodes[moved.node], run.graph.nodes[run.graph.root]
    name = mathml(_tex(node))
    return [
        _number(name, moved.before, "value", "before"), {"sign": "−"},
        _number(mathml(r"\eta"), moved.learning_rate, "local", "learning rate"), {"sign": "×"},
        _number(_partial(root, node), moved.gradient, "gradient", "gradient"), {"sign": "="},
        _number(name, moved.after, "value", "after"),
    ]  # fmt: skip


def _number(name: str, value: float | None, tone: str, role: str = "") -> dict[str, str]:
    """Return one number of a row: its name in MathML, and what it is there for."""
    return {"name": name, "value": "" if value is None else shown_number(value), "tone": tone, "role": role}


def _partial(of: GraphNode, by: GraphNode) -> str:
    return mathml(_partial_tex(of, by))


def _partial_tex(of: GraphNode, by: GraphNode) -> str:
    return rf"\frac{{\partial {_tex(of)}}}{{\partial {_tex(by)}}}"


def _tex(node: GraphNode) -> str:
    return _symbol_tex(node.symbol)


@lru_cache(maxsize=1024)
def _symbol_tex(symbol: str) -> str:
    return parse(symbol).tex()


def summary(run: ExpressionRun, slides: tuple[str, ...] = (), *, secret: bool = False, playing: bool = False) -> str:
    """Return the picture in words.

    Parameters
    ----------
    run : ExpressionRun
    slides : tuple of str
        Those that show just this.
    secret : bool
        Whether gradients are kept back: an exercise asks for them.
    playing : bool
        Whether it moves: then without numbers that would lag behind those on the graph.
    """
    graph, frame = run.graph, run.frame()
    text = f"{slide_name(slides)}. " if slides else ""
    formula = graph.nodes[graph.output].text
    if playing:
        return f"{text}The graph of {formula} is worked through."
    leaves = ", ".join(_given(graph.nodes[place], frame.used[name]) for name, place in graph.leaves.items())
    text += f"The graph of {formula} with {leaves}."
    root = graph.nodes[graph.root]
    for node in dict.fromkeys((graph.nodes[graph.output], root)):
        value = frame.values[node.id]
        if value is not None and node.operation is not None:
            text += f" {_given(node, value)}."
    known = [
        f"{shown_number(gradient)} for {spoken(graph.nodes[place])}"
        for place in graph.leaves.values()
        if (gradient := frame.gradients[place]) is not None
    ]
    if known and not secret:
        so_far = " so far" if run.last is not None and run.last.phase is Phase.BACKWARD else ""
        text += f" Gradients of {spoken(root)}{so_far}: {', '.join(known)}."
    if frame.updates:
        text += " These are the numbers before the update."
    return text


def _given(node: GraphNode, value: float) -> str:
    return f"{spoken(node)} = {shown_number(value)}"


def tree_segments(run: ExpressionRun) -> list[dict[str, Any]]:
    """Return the history as `BranchTree.segments`."""
    return history_tree.tree_segments(
        run.history, lambda at: index_of(run, at),
        lambda segment: f"to step {segment.end.epoch:,}; {_segment_label(run, segment)}",
    )


def _segment_label(run: ExpressionRun, segment: Segment) -> str:
    """Return in words what was changed where a segment begins."""
    parent = segment.parent
    if parent is None:
        return "the first run"
    said = []
    before, after = parent.settings["learning_rate"], segment.settings["learning_rate"]
    if before != after:
        said.append(f"learning rate {shown_number(before)} → {shown_number(after)}")
    names = list(run.graph.leaves)
    said += [f"{_written(run, names[place])} = {shown_number(value)}" for place, value in segment.edits.items()]
    return f"{', '.join(said) or 'no change'}, from step {segment.start.epoch:,}"


def _written(run: ExpressionRun, name: str) -> str:
    return run.graph.nodes[run.graph.leaves[name]].label
