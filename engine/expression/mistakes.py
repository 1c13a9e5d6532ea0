"""The usual mistakes of a backward pass, and the wrong number that each of them makes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from engine.expression.explain import local_text, shown_number, spoken
from engine.expression.graph import Edge, Graph
from engine.expression.parser import parse
from engine.expression.passes import Contribution, Pass

__all__ = ["Finding", "Mistake", "mistakes_along", "mistakes_at", "mistakes_of_local"]

# Of so many paths all ways to leave some out are tried; of more, those that leave out one or keep one.
_MANY_PATHS = 8


class Mistake(StrEnum):
    """What went wrong."""

    FORGOT_UPSTREAM = "forgot upstream"
    FORGOT_LOCAL = "forgot local"
    WRONG_LOCAL = "wrong local derivative"
    OTHER_OPERAND = "other operand"
    SIGN = "sign"
    OVERWROTE = "overwrote"
    MISSED_PATH = "missed a path"
    VALUE = "value instead of gradient"
    INCLUDED_UPSTREAM = "included upstream"


@dataclass(frozen=True, slots=True)
class Finding:
    """A mistake that explains a wrong answer.

    Attributes
    ----------
    mistake : Mistake
    edge : Edge or None
        Where it was made; None if on no edge in particular.
    number : float
        What it makes.
    sentence : str
        What was done, and what is right instead.
    """

    mistake: Mistake
    edge: Edge | None
    number: float
    sentence: str


# By operation and operand: a derivative that is often taken for the right one, in the operands a and b, and what to
# say to it. That of the other operand, and the operation's own value, are tried everywhere.
_WRONG_LOCALS: dict[str, tuple[tuple[tuple[str, str], ...], ...]] = {
    "add": (
        (("b", "that is the rule of ×; + passes the gradient on as it is"),),
        (("a", "that is the rule of ×; + passes the gradient on as it is"),),
    ),
    "subtract": (
        (("b", "that is the rule of ×; − passes the gradient on as it is"),),
        (("a", "that is the rule of ×; − passes the gradient on with the other sign"),),
    ),
    "divide": (
        (("b", "the gradient of the dividend is divided by the divisor, not multiplied"),),
        (
            ("-a/b", "the divisor stands squared"),
            ("-1/b^2", "the dividend is a factor"),
        ),
    ),
    "power": (
        (
            ("b*a^b", "the exponent goes down by one"),
            ("a^(b - 1)", "the exponent comes down as a factor"),
        ),
        (("a^b", "the logarithm of the base is a factor"),),
    ),
    "exp": ((("a*exp(a - 1)", "that is the rule of powers; the derivative of exp is exp itself"),),),
    "tan": ((("1 - tan(a)^2", "that is the rule of tanh; here the square is added"),),),
    "tanh": (
        (
            ("1 - tanh(a)", "the result stands squared"),
            ("1 - a^2", "the square is of the result, not of the operand"),
        ),
    ),
    "sigmoid": (
        (
            ("1 - sigmoid(a)", "the result itself is a factor too"),
            ("a*(1 - a)", "it is made of the result, not of the operand"),
        ),
    ),
    "sqrt": (
        (
            ("1/sqrt(a)", "a factor ½ is missing"),
            ("sqrt(a)/2", "the root stands below the line"),
        ),
    ),
    "square": (
        (
            ("a", "a factor 2 is missing"),
            ("2", "the operand is a factor"),
        ),
    ),
    "softplus": ((("1 - sigmoid(a)", "the derivative of softplus is the sigmoid"),),),
    "relu": (
        (
            ("a", "relu passes the gradient on or cuts it off; its operand is no factor"),
            ("0*a", "above 0 relu passes the gradient on"),
        ),
    ),
}


def mistakes_along(done: Pass, contribution: Contribution) -> Iterator[Finding]:
    """Yield the mistakes that can be made along one edge.

    Parameters
    ----------
    done : Pass
        With both passes complete.
    contribution : Contribution
        What is right.
    """
    graph, c = done.graph, contribution
    edge, node = c.edge, graph.nodes[c.node]
    assert node.operation is not None  # an edge leads to an operation
    right = _right(graph, c)
    yield Finding(
        Mistake.FORGOT_UPSTREAM, edge, c.local,
        f"This is the local derivative of {node.label} alone: multiply it by the gradient that arrives from upstream, "
        f"{shown_number(c.upstream)}.",
    )  # fmt: skip
    yield Finding(
        Mistake.FORGOT_LOCAL, edge, c.upstream,
        f"This is the gradient from upstream, passed on as it is: multiply it by the local derivative of {node.label}, "
        f"{right}.",
    )  # fmt: skip
    yield Finding(
        Mistake.SIGN, edge, -c.downstream,
        f"The sign is wrong: upstream is {shown_number(c.upstream)}, and the local derivative of {node.label} is "
        f"{right}.",
    )  # fmt: skip
    for name, other in _siblings(done, c):
        yield Finding(
            Mistake.OTHER_OPERAND, edge, c.upstream * other,
            f"This is the gradient of the other operand, {name}: with respect to this one the local derivative of "
            f"{node.label} is {right}.",
        )  # fmt: skip
    for number, reason in _wrong_locals(done, contribution):
        yield Finding(
            Mistake.WRONG_LOCAL, edge, c.upstream * number,
            f"The local derivative of {node.label} was taken to be {shown_number(number)}: {reason}. "
            f"It is {right}.",
        )  # fmt: skip


def mistakes_of_local(done: Pass, contribution: Contribution) -> Iterator[Finding]:
    """Yield the mistakes that can be made where only a local derivative is asked.

    Parameters
    ----------
    done : Pass
        With both passes complete.
    contribution : Contribution
        What is right, along the edge that is asked.
    """
    graph, c = done.graph, contribution
    edge, node, right = c.edge, graph.nodes[c.node], _right(graph, c)
    yield Finding(
        Mistake.SIGN, edge, -c.local, f"The sign is wrong: the local derivative of {node.label} is {right}."
    )
    yield Finding(
        Mistake.INCLUDED_UPSTREAM, edge, c.downstream,
        f"This is upstream times local, {shown_number(c.upstream)} times {shown_number(c.local)}: the local derivative "
        f"alone is {right}.",
    )  # fmt: skip
    yield Finding(
        Mistake.FORGOT_LOCAL, edge, c.upstream,
        f"This is the gradient from upstream. The local derivative of {node.label} says how {node.symbol} changes with "
        f"{spoken(graph.nodes[c.parent])}: it is {right}.",
    )  # fmt: skip
    for name, other in _siblings(done, c):
        yield Finding(
            Mistake.OTHER_OPERAND, edge, other,
            f"This is the derivative with respect to the other operand, {name}: with respect to this one it is "
            f"{right}.",
        )  # fmt: skip
    for number, reason in _wrong_locals(done, contribution):
        yield Finding(
            Mistake.WRONG_LOCAL, edge, number,
            f"The local derivative of {node.label} is not {shown_number(number)}: {reason}. It is {right}.",
        )  # fmt: skip


def _right(graph: Graph, c: Contribution) -> str:
    """The local derivative as a formula and as a number."""
    local, words = shown_number(c.local), local_text(graph, c.node, c.argument)
    return local if words == local else f"{words} = {local}"


def _siblings(done: Pass, c: Contribution) -> Iterator[tuple[str, float]]:
    """Yield the other operands of an operation, and its derivative with respect to each."""
    for edge in done.graph.edges:
        if edge.node == c.node and edge.argument != c.argument:
            yield spoken(done.graph.nodes[edge.parent]), done.local(edge)


def _wrong_locals(done: Pass, c: Contribution) -> Iterator[tuple[float, str]]:
    node = done.graph.nodes[c.node]
    assert node.operation is not None  # an edge leads to an operation
    values = done.shown_values(used=True)
    operands = [values[parent] for parent in node.parents]
    at = {letter: value for letter, value in zip("ab", operands, strict=False) if value is not None}
    table = _WRONG_LOCALS.get(node.operation.name, ())
    for text, reason in table[c.argument] if c.argument < len(table) else ():
        yield float(parse(text).evaluate(at)), reason
    own = values[c.node]
    assert own is not None  # the pass is complete
    yield own, "that is the value of the operation, not its derivative"


def mistakes_at(done: Pass, place: int) -> Iterator[Finding]:
    """Yield the mistakes that can be made at a node, where the contributions of all edges come together.

    Parameters
    ----------
    done : Pass
        With both passes complete.
    place : int
        The node.
    """
    node = done.graph.nodes[place]
    value = done.shown_values(used=True)[place]
    assert value is not None  # the pass is complete
    yield Finding(
        Mistake.VALUE, None, value,
        f"This is the value at {spoken(node)}. The gradient says how much the result changes when that value does.",
    )  # fmt: skip
    arrived = [c for c in done.contributions if c.parent == place]
    if len(arrived) == 1:
        yield from mistakes_along(done, arrived[0])
    if len(arrived) > 1:
        yield from _left_out(done, arrived)
        yield from _on_one_edge(done, arrived)
        yield from _on_all_edges(done, arrived)


def _left_out(done: Pass, arrived: list[Contribution]) -> Iterator[Finding]:
    """Contributions overwritten instead of added, or paths not seen."""
    graph, count = done.graph, len(arrived)
    name = spoken(graph.nodes[arrived[0].parent])
    for c in arrived:
        yield Finding(
            Mistake.OVERWROTE, c.edge, c.downstream,
            f"This is what arrives through {graph.nodes[c.node].symbol} alone: {count} paths meet at {name}, "
            "and what comes along them adds up.",
        )  # fmt: skip
    sizes = range(2, count) if count <= _MANY_PATHS else [count - 1]
    for size in sizes:
        for kept in combinations(arrived, size):
            left_out = ", ".join(graph.nodes[c.node].symbol for c in arrived if c not in kept)
            yield Finding(
                Mistake.MISSED_PATH, None, sum(c.downstream for c in kept),
                f"{count} paths meet at {name}, and what comes through {left_out} is missing in the sum.",
            )  # fmt: skip


def _on_one_edge(done: Pass, arrived: list[Contribution]) -> Iterator[Finding]:
    for c in arrived:
        others = sum(other.downstream for other in arrived if other is not c)
        through = done.graph.nodes[c.node].symbol
        for finding in mistakes_along(done, c):
            yield Finding(
                finding.mistake, c.edge, others + finding.number,
                f"The sum is right but for what comes through {through}. "
                + finding.sentence.replace("This is", "There it is", 1),
            )  # fmt: skip


def _on_all_edges(done: Pass, arrived: list[Contribution]) -> Iterator[Finding]:
    """The same mistake along each path."""
    yield Finding(
        Mistake.FORGOT_UPSTREAM, None, sum(c.local for c in arrived),
        "These are the local derivatives alone, added up: multiply each by the gradient from its upstream.",
    )  # fmt: skip
    yield Finding(
        Mistake.FORGOT_LOCAL, None, sum(c.upstream for c in arrived),
        "These are the gradients from upstream, added up: multiply each by its local derivative.",
    )  # fmt: skip
    yield Finding(Mistake.SIGN, None, -sum(c.downstream for c in arrived), "The sign is wrong along every path.")
