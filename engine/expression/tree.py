"""The tree that a formula is: numbers and names as leaves, operations above them."""

from __future__ import annotations

from dataclasses import dataclass

from engine.expression.operations import OperationKind

__all__ = ["Name", "Node", "Number", "Operation", "operands_first"]


@dataclass(frozen=True, slots=True)
class Number:
    """A constant.

    Parameters
    ----------
    value : float
    position : int
        Index of its first character in the text, from 0.
    constant : str
        Key in `CONSTANTS` if it was written by name ("pi", "e"), else empty.
    """

    value: float
    position: int
    constant: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """A variable: its name in ASCII ("x1"), and the index of its first character in the text."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation and what it is applied to.

    Parameters
    ----------
    kind : OperationKind
    arguments : tuple of Node
        In the order of the kind's own formula.
    position : int
        Index of the sign, or of the function's first letter, in the text.
    """

    kind: OperationKind
    arguments: tuple[Node, ...]
    position: int


Node = Number | Name | Operation


def operands_first(root: Node) -> list[Node]:
    """Return all nodes of a tree, each once and after its arguments: the order of a forward pass.

    Parameters
    ----------
    root : Node

    Returns
    -------
    list of Node
        The last is ``root``. Reversed it is an order for a backward pass.
    """
    order: list[Node] = []
    seen: set[int] = set()
    # Without recursion: a tree may be deeper than the stack that is left.
    waiting = [(root, False)]
    while waiting:
        node, ready = waiting.pop()
        if id(node) in seen:
            continue
        if ready or not isinstance(node, Operation):
            seen.add(id(node))
            order.append(node)
        else:
            waiting.append((node, True))
            waiting.extend((argument, False) for argument in reversed(node.arguments))
    return order
