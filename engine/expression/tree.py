"""The tree that a formula is: numbers and names as leaves, operations above them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.expression.operations import OperationKind

__all__ = ["Name", "Node", "Number", "Operation", "operands_first", "replaced", "shared"]


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


def shared(root: Node) -> Node:
    """Return the same formula with equal operations as one node, used more than once.

    Numbers stay apart: each is written where it is needed.
    """
    kept: dict[object, Node] = {}
    # By identity: what stands for the node, and what tells it from all that is not equal to it.
    stands: dict[int, tuple[Node, object]] = {}
    for node in operands_first(root):
        if isinstance(node, Number):
            stands[id(node)] = node, (node.value, node.constant)
        elif isinstance(node, Name):
            stands[id(node)] = kept.setdefault(node.name, node), node.name
        else:
            arguments, marks = zip(*(stands[id(argument)] for argument in node.arguments), strict=True)
            same = kept.setdefault((node.kind.name, *marks), Operation(node.kind, arguments, node.position))
            # The node itself from here on: what is made of long formulas is told apart as fast as of short ones.
            stands[id(node)] = same, id(same)
    return stands[id(root)][0]


def replaced(root: Node, names: Mapping[str, Node]) -> Node:
    """Return a formula with other formulas in the place of some of its names."""
    stands: dict[int, Node] = {}
    for node in operands_first(root):
        if isinstance(node, Operation):
            arguments = tuple(stands[id(argument)] for argument in node.arguments)
            stands[id(node)] = Operation(node.kind, arguments, node.position)
        else:
            stands[id(node)] = names.get(node.name, node) if isinstance(node, Name) else node
    return stands[id(root)]
