"""What an instruction on a graph does, in formulas, numbers and a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from engine.expression.expression import Expression
from engine.expression.graph import Graph, GraphNode
from engine.expression.limits import MADE, Limits
from engine.expression.parser import parse
from engine.expression.passes import Instruction, Pass
from engine.expression.run import ExpressionRun
from engine.program import Phase

__all__ = [
    "LOCAL_DERIVATIVES", "Explanation", "at_kink", "explain", "local_tex", "local_text", "shown_number", "spoken",
]  # fmt: skip

# One operation with the symbols or the numbers of all its operands, of which max may have hundreds.
_ONE_OPERATION = Limits(20 * MADE.nodes, 2 * MADE.nodes, MADE.nodes)
# The derivative with respect to each operand, in the language of formulas; {a} and {b} are the operands. What picks
# one of its operands has no formula but a condition: see `_CONDITIONS`.
LOCAL_DERIVATIVES: dict[str, tuple[str, ...]] = {
    "add": ("1", "1"),
    "subtract": ("1", "-1"),
    "multiply": ("{b}", "{a}"),
    "divide": ("1/{b}", "-{a}/{b}^2"),
    "power": ("{b}*{a}^({b} - 1)", "{a}^{b}*log({a})"),
    "negate": ("-1",),
    "exp": ("exp({a})",),
    "log": ("1/{a}",),
    "sin": ("cos({a})",),
    "cos": ("-sin({a})",),
    "tan": ("1 + tan({a})^2",),
    "tanh": ("1 - tanh({a})^2",),
    "sigmoid": ("sigmoid({a})*(1 - sigmoid({a}))",),
    "sqrt": ("1/(2*sqrt({a}))",),
    "square": ("2*{a}",),
    "softplus": ("sigmoid({a})",),
}
_CONDITIONS = {
    "relu": r"\begin{cases} 1 & <own> > 0 \\ 0 & \text{otherwise} \end{cases}",
    "abs": r"\operatorname{sign}(<own>)",
    "max": r"\begin{cases} 1 & \text{if } <own> \text{ is the largest} \\ 0 & \text{otherwise} \end{cases}",
    "min": r"\begin{cases} 1 & \text{if } <own> \text{ is the smallest} \\ 0 & \text{otherwise} \end{cases}",
}
_IN_WORDS = {
    "relu": "1 where {own} is above 0, else 0",
    "abs": "the sign of {own}",
    "max": "1 where {own} is the largest, else 0",
    "min": "1 where {own} is the smallest, else 0",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one instruction does.

    Attributes
    ----------
    instruction : Instruction
    title : str
        In a few words: "Gradient at x".
    tex : str
        The rule in symbols.
    numbers : tuple of (str, float)
        What goes in and what comes out, by its name in the rule; ``result`` is last.
    sentence : str
        The same with the numbers, for reading.
    """

    instruction: Instruction
    title: str
    tex: str
    numbers: tuple[tuple[str, float], ...]
    sentence: str


def explain(run: ExpressionRun, which: Literal["next", "last"] = "next") -> Explanation | None:
    """Explain the instruction that comes next, or the one that ran last.

    Parameters
    ----------
    run : ExpressionRun
    which : {"next", "last"}

    Returns
    -------
    Explanation or None
        None for the last instruction at the very beginning.
    """
    if which not in ("next", "last"):
        raise ValueError(f"which is 'next' or 'last', got {which!r}")
    instruction = run.next if which == "next" else run.last
    if instruction is None:
        return None
    # Explaining computes what will be; the run itself does not move.
    done = run.numbers(ahead=which == "next")
    if instruction.phase is Phase.UPDATE:
        return _update(done, instruction)
    if instruction.edge is not None:
        return _backward(done, instruction)
    if instruction.phase is Phase.BACKWARD:
        return _beginning(done.graph, instruction)
    return _forward(done, instruction)


def _forward(done: Pass, instruction: Instruction) -> Explanation:
    graph, values = done.graph, done.shown_values(used=True)
    node = graph.nodes[instruction.node]
    operands = [graph.nodes[parent] for parent in node.parents]
    result = _known(values[node.id])
    value = shown_number(result)
    symbols = _read(_written(node, [operand.symbol for operand in operands]))
    numbers = _read(_written(node, [_bracketed(_known(values[operand.id])) for operand in operands]))
    return Explanation(
        instruction,
        f"Value of {node.symbol}",
        f"{_tex(node)} = {symbols.tex()}",
        (*((operand.symbol, _known(values[operand.id])) for operand in operands), ("result", result)),
        " = ".join(dict.fromkeys([spoken(node), symbols.unicode(), numbers.unicode(), value])) + ".",
    )


def _beginning(graph: Graph, instruction: Instruction) -> Explanation:
    root = graph.nodes[instruction.node]
    tex = _tex(root)
    return Explanation(
        instruction,
        f"The backward pass begins at {root.symbol}",
        rf"\frac{{\partial {tex}}}{{\partial {tex}}} = 1",
        (("result", 1.0),),
        f"The gradient at {root.symbol} is 1: {root.symbol} changes one for one with itself.",
    )


def _backward(done: Pass, instruction: Instruction) -> Explanation:
    graph, edge = done.graph, instruction.edge
    assert edge is not None  # `explain` saw to it
    c = next(c for c in reversed(done.contributions) if c.edge == edge)
    node, parent, root = (graph.nodes[place] for place in (edge.node, edge.parent, graph.root))
    whole = rf"\frac{{\partial {_tex(root)}}}{{\partial {_tex(parent)}}}"
    local = rf"\frac{{\partial {_tex(node)}}}{{\partial {_tex(parent)}}}"
    several = len(graph.into(parent.id)) > 1
    becomes = r"\;\text{+=}\;" if several else "="
    formula = local_tex(graph, edge.node, edge.argument)
    # At the result itself upstream is 1, and what remains is the local derivative.
    rule = formula
    if node.id != root.id:
        rule = rf"\frac{{\partial {_tex(root)}}}{{\partial {_tex(node)}}} \cdot {local}, \quad {local} = {formula}"
    words = local_text(graph, edge.node, edge.argument)
    known = "" if words == shown_number(c.local) else f" ({words})"
    sentence = (
        f"Along {node.label} to {spoken(parent)}: upstream {shown_number(c.upstream)} times local "
        f"{shown_number(c.local)}{known} is {shown_number(c.downstream)}."
    )
    if at_kink(node, done.shown_values(used=True)):
        assert node.operation is not None  # only operations have kinks
        sentence += f" {node.operation.kink}"
    if several:
        sentence += (
            f" Paths add up: {shown_number(c.before)} + {_bracketed(c.downstream)} = {shown_number(c.after)} "
            f"at {spoken(parent)}."
        )
    return Explanation(
        instruction,
        f"Gradient at {spoken(parent)}",
        f"{whole} {becomes} {rule}",
        (
            ("upstream", c.upstream), ("local", c.local), ("downstream", c.downstream), ("before", c.before),
            ("result", c.after),
        ),
        sentence,
    )  # fmt: skip


def at_kink(node: GraphNode, values: Sequence[float | None]) -> bool:
    """Return whether an operation stands where it has no derivative, and back-propagation takes the one it names.

    Parameters
    ----------
    node : GraphNode
    values : sequence of float or None
        By node of the graph.
    """
    if node.operation is None or not node.operation.kink:
        return False
    operands = [values[parent] for parent in node.parents]
    # The largest or the smallest of several, or one that changes its slope at 0.
    return operands.count(values[node.id]) > 1 if len(operands) > 1 else operands[0] == 0


def _update(done: Pass, instruction: Instruction) -> Explanation:
    graph, moved = done.graph, done.updates[-1]
    node, root = graph.nodes[instruction.node], graph.nodes[graph.root]
    tex = _tex(node)
    return Explanation(
        instruction,
        f"Update of {spoken(node)}",
        rf"{tex} \leftarrow {tex} - \eta \, \frac{{\partial {_tex(root)}}}{{\partial {tex}}}",
        (
            (node.symbol, moved.before), ("learning_rate", moved.learning_rate), ("gradient", moved.gradient),
            ("result", moved.after),
        ),
        f"{spoken(node)} moves against its gradient: {shown_number(moved.before)} − "
        f"{shown_number(moved.learning_rate)}·{_bracketed(moved.gradient)} = {shown_number(moved.after)}.",
    )  # fmt: skip


def local_tex(graph: Graph, node: int, argument: int) -> str:
    """Return the formula of a local derivative in LaTeX, in the symbols of the graph."""
    kind, operands = _kind_and_symbols(graph, node)
    if kind in LOCAL_DERIVATIVES:
        return parse(_filled(LOCAL_DERIVATIVES[kind][argument], operands)).tex()
    return _CONDITIONS[kind].replace("<own>", parse(operands[argument]).tex())


def local_text(graph: Graph, node: int, argument: int) -> str:
    """Return the formula of a local derivative in Unicode; where it is a condition, in words."""
    kind, operands = _kind_and_symbols(graph, node)
    if kind in LOCAL_DERIVATIVES:
        return parse(_filled(LOCAL_DERIVATIVES[kind][argument], operands)).unicode()
    return _IN_WORDS[kind].format(own=parse(operands[argument]).unicode())


def _kind_and_symbols(graph: Graph, node: int) -> tuple[str, list[str]]:
    operation = graph.nodes[node].operation
    if operation is None:
        raise ValueError(f"{graph.nodes[node].symbol} is a leaf: only operations have local derivatives")
    return operation.name, [graph.nodes[parent].symbol for parent in graph.nodes[node].parents]


def _filled(template: str, operands: list[str]) -> str:
    """Put operands into a formula; brackets that are not needed are gone when it has been read."""
    return template.format(**{letter: f"({operand})" for letter, operand in zip("ab", operands, strict=False)})


def _written(node: GraphNode, operands: list[str]) -> str:
    """Write an operation on operands so that it can be read."""
    assert node.operation is not None  # an instruction forward is an operation's
    template = node.operation.text.template.replace("(<*>)", f"({', '.join(operands)})")
    for place, operand in enumerate(operands):
        template = template.replace(f"<{place}>", f"({operand})")
    return template


def _read(text: str) -> Expression:
    return parse(text, limits=_ONE_OPERATION)


def _tex(node: GraphNode) -> str:
    return parse(node.symbol).tex()


def spoken(node: GraphNode) -> str:
    """Return what to call a node in a sentence: a name as it is written, w₁, a value in between by its letter."""
    return node.symbol if node.operation else node.label


def _known(value: float | None) -> float:
    assert value is not None  # the pass has computed it
    return value


def shown_number(value: float) -> str:
    """Write a number for reading: four significant digits, a true minus sign."""
    if value.is_integer() and abs(value) < 1e9:
        return str(int(value)).replace("-", "−")
    return re.sub(r"e([+-])0*", lambda match: "e" + match[1].strip("+"), f"{value:.4g}").replace("-", "−")


def _bracketed(value: float) -> str:
    text = shown_number(value)
    return f"({text})" if value < 0 else text
