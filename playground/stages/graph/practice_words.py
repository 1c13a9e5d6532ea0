"""What is said of questions and answers of the practice; all numbers are those of the run."""

from __future__ import annotations

from engine.expression.explain import local_text, shown_number, spoken
from engine.expression.graph import Edge
from engine.expression.practice import Question
from engine.expression.run import ExpressionRun

# So many paths are written out one by one.
FEW_PATHS = 4


def confirmation(run: ExpressionRun, question: Question) -> str:
    """Return what makes the answer right, in the numbers that the run has computed."""
    if question.edge is not None:
        return f"Right: {local_derivative(run, question.edge)}."
    name = spoken(run.graph.nodes[question.node])
    arrived = [c for c in run.numbers().contributions if c.parent == question.node]
    if not arrived:
        return f"Right: {name} changes one for one with itself."
    total = shown_number(arrived[-1].after)
    if len(arrived) == 1:
        factors = f"upstream {shown_number(arrived[0].upstream)} × local {shown_number(arrived[0].local)}"
        return f"Right: at {name} {factors} = {total}."
    if len(arrived) > FEW_PATHS:
        return f"Right: at {name} what comes along {len(arrived)} paths adds up to {total}."
    terms = " + ".join(_bracketed(c.downstream) for c in arrived)
    return f"Right: at {name} paths add up, {terms} = {total}."


def title(run: ExpressionRun, question: Question) -> str:
    """Say whether one operation is meant or the whole way back: at the result both are written alike."""
    node = run.graph.nodes[question.node]
    if question.edge is None:
        return f"Gradient at {spoken(node)}"
    operand = spoken(run.graph.nodes[question.edge.parent])
    return f"Local derivative of {node.label} with respect to {operand}"


def local_derivative(run: ExpressionRun, edge: Edge) -> str:
    """Write a local derivative as its formula and its number."""
    number = run.numbers().locals[run.graph.edges.index(edge)]
    assert number is not None  # the forward pass is done
    shown, words = shown_number(number), local_text(run.graph, edge.node, edge.argument)
    node, operand = (spoken(run.graph.nodes[place]) for place in (edge.node, edge.parent))
    return " = ".join(dict.fromkeys([f"∂{node}/∂{operand}", words, shown]))


def _bracketed(value: float) -> str:
    text = shown_number(value)
    return f"({text})" if value < 0 else text


def sentence(message: str) -> str:
    """Make a sentence of an error's message."""
    return message[:1].upper() + message[1:] + ("" if message.endswith(".") else ".")
