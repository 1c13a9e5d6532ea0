"""Back-propagation by hand: what to ask, in the order of a backward pass, and what a wrong answer tells."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.expression.explain import spoken
from engine.expression.graph import Edge, Graph, GraphNode
from engine.expression.mistakes import Finding, Mistake, mistakes_along, mistakes_at, mistakes_of_local
from engine.expression.parser import parse
from engine.expression.passes import Contribution, Pass, complete_pass
from engine.expression.run import ExpressionRun

__all__ = [
    "TOLERANCE", "Finding", "Mistake", "Question", "Verdict", "answer_question", "diagnose_answer", "diagnose_local",
    "parse_answer", "questions",
]  # fmt: skip

# Three digits are enough of an answer.
TOLERANCE = 1e-3
# Half of the world writes 0,25.
_COMMA = re.compile(r"^\s*([-−+]?\d+),(\d+)\s*$")
_EXAMPLE = "type a number, such as −4 or 0.25"
_ADVICE = "This is not the gradient, and no usual mistake makes this number: go back edge by edge."
_ORDINALS = ("first", "second", "third")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What there is to say of an answer.

    Attributes
    ----------
    answer, correct : float
    right : bool
    findings : tuple of Finding
        All mistakes that make exactly the wrong answer; empty if it is right, or if none is known.
    advice : str
        What to say to a wrong answer that no known mistake makes.
    """

    answer: float
    correct: float
    right: bool
    findings: tuple[Finding, ...]
    advice: str = _ADVICE

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """The kinds of mistakes it may have been, each once."""
        return tuple(dict.fromkeys(finding.mistake for finding in self.findings))

    @property
    def ambiguous(self) -> bool:
        """Whether several kinds of mistakes make this number."""
        return len(self.mistakes) > 1

    @property
    def sentence(self) -> str:
        """The verdict in words; of several possible mistakes it names the kinds and claims none."""
        if self.right:
            return "Right."
        if not self.findings:
            return self.advice
        if self.ambiguous:
            kinds = ", ".join(self.mistakes[:-1]) + f" or {self.mistakes[-1]}"
            return f"Not right. Several mistakes make this number, so it may have been one of these: {kinds}."
        return f"Not right. {self.findings[0].sentence}"


def diagnose_answer(run: ExpressionRun, where: Edge | str, answer: float, tolerance: float = TOLERANCE) -> Verdict:
    """Say whether a gradient is right, or which mistakes make exactly this wrong number.

    It is judged by complete passes at the values that the run's step uses, however far the run has gone.

    Parameters
    ----------
    run : ExpressionRun
    where : Edge or str
        An edge asks for what goes back along it, upstream · local. The symbol of a node ("x", "q") asks for the
        whole gradient there.
    answer : float
    tolerance : float
        Relative.

    Raises
    ------
    ValueError
        If the answer is not a number, or no gradient is asked for there.
    """
    done = complete_pass(run.graph, run.used)
    if isinstance(where, Edge):
        found = _contribution(done, where)
        return _judged(answer, found.downstream, mistakes_along(done, found), tolerance)
    place = _place(done, where)
    gradient = done.gradients[place]
    assert gradient is not None  # `_place` saw to it
    advice = _ADVICE
    if place == done.graph.root:
        name = spoken(done.graph.nodes[place])
        advice = f"This is not the gradient: {name} changes one for one with itself."
    return _judged(answer, gradient, mistakes_at(done, place), tolerance, advice)


def diagnose_local(run: ExpressionRun, edge: Edge, answer: float, tolerance: float = TOLERANCE) -> Verdict:
    """Say whether a local derivative is right, or which mistakes make exactly this wrong number.

    Parameters
    ----------
    run : ExpressionRun
        As for `diagnose_answer`.
    edge : Edge
        From the operation that is derived to the operand by which.
    answer : float
    tolerance : float
        Relative.

    Raises
    ------
    ValueError
        If the answer is not a number, or no gradient goes along this edge.
    """
    done = complete_pass(run.graph, run.used)
    found = _contribution(done, edge)
    node, operand = done.graph.nodes[edge.node], done.graph.nodes[edge.parent]
    advice = (
        "This is not the local derivative, and no usual mistake makes this number: look at this operation alone, and "
        f"at how much {spoken(node)} changes when {spoken(operand)} does."
    )
    return _judged(answer, found.local, mistakes_of_local(done, found), tolerance, advice)


def _judged(
    answer: float, correct: float, candidates: Iterator[Finding], tolerance: float, advice: str = _ADVICE
) -> Verdict:
    if not math.isfinite(answer):
        raise ValueError(f"an answer is a number, got {answer}")

    def same(one: float, other: float) -> bool:
        return math.isclose(one, other, rel_tol=tolerance, abs_tol=1e-9)

    if same(answer, correct):
        return Verdict(answer, correct, True, ())
    matching: dict[tuple[Mistake, Edge | None], Finding] = {}
    for finding in candidates:
        if same(answer, finding.number):
            matching.setdefault((finding.mistake, finding.edge), finding)
    return Verdict(answer, correct, False, tuple(matching.values()), advice)


def _contribution(done: Pass, edge: Edge) -> Contribution:
    found = next((c for c in done.contributions if c.edge == edge), None)
    if found is None:
        raise ValueError(f"no gradient goes along {edge}: take an edge of the graph that leads back to a name")
    return found


def _place(done: Pass, symbol: str) -> int:
    asked = {node.symbol: node.id for node in done.graph.nodes if node.varies}
    if symbol not in asked:
        raise ValueError(f"there is no gradient at {str(symbol)[:20]!r}: ask for one of {', '.join(asked)}")
    return asked[symbol]


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to work out in a backward pass.

    Attributes
    ----------
    kind : {"local", "gradient"}
        A local derivative, or the whole gradient at a node.
    edge : Edge or None
        Of a local derivative: from the operation to the operand.
    node : int
        The operation that is derived locally, or the node whose gradient is asked.
    tex, text : str
        What is asked, in LaTeX and in Unicode: ∂q/∂x.
    prompt : str
        How to find it, in a sentence.
    """

    kind: Literal["local", "gradient"]
    edge: Edge | None
    node: int
    tex: str
    text: str
    prompt: str


def questions(graph: Graph, locals: bool = True) -> tuple[Question, ...]:
    """Return what to ask of a graph, in the order of a backward pass.

    The gradient of the result by itself comes first. Then edge by edge, as `Graph.backward` goes: the local
    derivative, and the gradient at the operand as soon as all that it is made of has been asked.

    Parameters
    ----------
    graph : Graph
    locals : bool
        Whether to ask the local derivatives too; without them only the gradients.

    Returns
    -------
    tuple of Question
    """
    asked = [_gradient_question(graph, graph.root, [])]
    uses: dict[int, list[Edge]] = {}
    for edge in graph.edges:
        uses.setdefault(edge.parent, []).append(edge)
    for edge in graph.backward():
        if locals:
            asked.append(_local_question(graph, edge))
        if edge == uses[edge.parent][0]:
            asked.append(_gradient_question(graph, edge.parent, uses[edge.parent]))
    return tuple(asked)


def _local_question(graph: Graph, edge: Edge) -> Question:
    node, operand = graph.nodes[edge.node], graph.nodes[edge.parent]
    tex, text = _derivative(node, operand)
    name, by = spoken(node), spoken(operand)
    prompt = f"How fast does {name} change with {by}?"
    places = [place for place, parent in enumerate(node.parents) if parent == edge.parent]
    if len(places) > 1:
        use = places.index(edge.argument)
        which = _ORDINALS[use] if use < len(_ORDINALS) else f"{use + 1}th"
        tex, text = rf"{tex} \text{{ ({which} {by})}}", f"{text} ({which} {by})"
        prompt = f"{name} uses {by} {_times(len(places))}: how fast does it change with the {which} one alone?"
    return Question("local", edge, edge.node, tex, text, prompt)


def _gradient_question(graph: Graph, place: int, uses: Sequence[Edge]) -> Question:
    """Ask for the gradient at a node; ``uses`` are the edges on which it is used, in forward order."""
    node, root = graph.nodes[place], graph.nodes[graph.root]
    name = spoken(node)
    users = list(dict.fromkeys(spoken(graph.nodes[use.node]) for use in uses))
    if not uses:
        prompt = f"The backward pass begins at {name}: how fast does {name} change with itself?"
    elif len(uses) == 1:
        prompt = f"Only {users[0]} uses {name}: multiply the gradient at {users[0]} by the local derivative."
    elif len(users) == 1:
        prompt = f"{users[0]} uses {name} {_times(len(uses))}: add up what comes back along each path."
    else:
        both = "both" if len(users) == 2 else "all"
        listed = ", ".join(users[:-1]) + f" and {users[-1]}"
        prompt = f"{listed} {both} use {name}: add up what comes back along each path."
    return Question("gradient", None, place, *_derivative(root, node), prompt)


def _derivative(node: GraphNode, by: GraphNode) -> tuple[str, str]:
    above, below = (parse(each.symbol).tex() for each in (node, by))
    return rf"\frac{{\partial {above}}}{{\partial {below}}}", f"∂{spoken(node)}/∂{spoken(by)}"


def _times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"


def answer_question(run: ExpressionRun, question: Question, answer: float) -> Verdict:
    """Say whether the answer to a question is right, or which mistakes make exactly this wrong number.

    Parameters
    ----------
    run : ExpressionRun
        Over the graph that the question was made of.
    question : Question
    answer : float
    """
    if question.edge is not None:
        return diagnose_local(run, question.edge, answer)
    return diagnose_answer(run, run.graph.nodes[question.node].symbol, answer)


def parse_answer(text: str) -> float:
    """Return the number that a student typed: −4, 0.25 or 0,25, 2e-3, or arithmetic with numbers, 1/4.

    Raises
    ------
    ValueError
        If it is anything else; the message says what to type.
    """
    if not text.strip():
        raise ValueError(_EXAMPLE)
    expression = parse(_COMMA.sub(r"\1.\2", text))
    if expression.names:
        raise ValueError(f"{expression.names[0]} is not a number: {_EXAMPLE}")
    value = float(expression.evaluate({}))
    if not math.isfinite(value):
        raise ValueError(f"this has no finite value: {_EXAMPLE}")
    return value
