"""The graph of a formula: leaves, the operations on them, and the edges that gradients travel back along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.expression.expression import Expression
from engine.expression.operations import OPERATIONS, OperationKind
from engine.expression.rendering import each_tex, each_unicode
from engine.expression.tree import Name, Node, Number, Operation, operands_first

__all__ = ["Edge", "Graph", "GraphNode", "NodeKind", "with_target"]

# What the values in between are called, after the lectures' f = q z with q = x + y.
_SYMBOLS = "qrsuvpghkmn"
_OUTPUTS = "fFy"
_LOSSES = "JLE"


class NodeKind(StrEnum):
    """What a node of a graph is."""

    NAME = "name"
    NUMBER = "number"
    OPERATION = "operation"


@dataclass(frozen=True, slots=True)
class Edge:
    """One use of a value: forward it carries the value of ``parent`` to ``node``, back the gradient the other way.

    Attributes
    ----------
    node : int
        The operation.
    parent : int
        Its operand.
    argument : int
        Which of its operands, from 0: of x·x there are two edges between the same nodes.
    """

    node: int
    parent: int
    argument: int


@dataclass(frozen=True, slots=True)
class GraphNode:
    """One node.

    Attributes
    ----------
    id : int
        Its place in `Graph.nodes`.
    kind : NodeKind
    label : str
        What to write on it: a name, a number, or the sign of an operation.
    symbol : str
        What its value is called, in ASCII: a name by itself, an operation by a letter that the formula has not.
    text, tex : str
        The part of the formula that ends here, in Unicode and in LaTeX.
    parents : tuple of int
        The operands in their order; one may be there twice.
    children : tuple of int
        The operations that use it, each once, in forward order.
    operation : OperationKind or None
        None for leaves.
    value : float or None
        What a leaf begins with; None for operations.
    varies : bool
        Whether a name is in it: no gradient is sent to what is made of numbers only.
    loss : bool
        Whether it is there to compare the formula with its target.
    """

    id: int
    kind: NodeKind
    label: str
    symbol: str
    text: str
    tex: str
    parents: tuple[int, ...]
    children: tuple[int, ...]
    operation: OperationKind | None = field(repr=False)
    value: float | None
    varies: bool
    loss: bool


@dataclass(frozen=True, slots=True)
class Graph:
    """A formula as a graph. Each name is one leaf, however often it is used; each number is a leaf of its own.

    An operation is a node as often as it is written, unless the tree has it once and uses it often (`tree.shared`).

    Attributes
    ----------
    nodes : tuple of GraphNode
        In forward order: the leaves as they first occur, then each operation after its operands; the last is the
        result, of which the derivatives are taken.
    edges : tuple of Edge
        By operation in forward order, then by operand.
    leaves : dict of str to int
        The nodes of the names.
    output : int
        The node of the formula itself: the last one, unless a target was set.
    """

    nodes: tuple[GraphNode, ...]
    edges: tuple[Edge, ...]
    leaves: dict[str, int]
    output: int

    @property
    def root(self) -> int:
        """The node that the derivatives are of."""
        return len(self.nodes) - 1

    @classmethod
    def of(cls, expression: Expression, values: Mapping[str, float], target: float | None = None) -> Graph:
        """Make the graph of a formula.

        Parameters
        ----------
        expression : Expression
        values : mapping of str to float
            What each of its names begins with.
        target : float, optional
            With one the graph goes on to half the squared distance from it.

        Raises
        ------
        ValueError
            If a name has no value.
        """
        missing = [name for name in expression.names if name not in values]
        if missing:
            raise ValueError(f"no value for {', '.join(missing)}: pass one for each of {', '.join(expression.names)}")
        output = expression.root
        root = output if target is None else with_target(output, target)
        # A name that occurs twice is two nodes of the tree and one of the graph.
        unique = list({_key(node): node for node in operands_first(root)}.values())
        operations = [node for node in unique if isinstance(node, Operation)]
        trees = [*(node for node in unique if not isinstance(node, Operation)), *operations]
        ids = {_key(tree): place for place, tree in enumerate(trees)}
        symbols = _symbols(expression.names, root, output, operations)
        own = {id(node) for node in operands_first(output)}
        parents = [tuple(ids[_key(operand)] for operand in _operands(tree)) for tree in trees]
        children: list[list[int]] = [[] for _ in trees]
        for place, operands in enumerate(parents):
            for parent in dict.fromkeys(operands):
                children[parent].append(place)
        texts, texs = each_unicode(root), each_tex(root)
        varies: list[bool] = []
        nodes = []
        for place, tree in enumerate(trees):
            varies.append(isinstance(tree, Name) or any(varies[parent] for parent in parents[place]))
            nodes.append(
                GraphNode(
                    id=place,
                    kind=_kind(tree),
                    label=tree.kind.symbol if isinstance(tree, Operation) else texts[id(tree)],
                    symbol=_symbol(tree, symbols, texts),
                    text=texts[id(tree)],
                    tex=texs[id(tree)],
                    parents=parents[place],
                    children=tuple(children[place]),
                    operation=tree.kind if isinstance(tree, Operation) else None,
                    value=_start(tree, values),
                    varies=varies[place],
                    loss=id(tree) not in own,
                )
            )
        return cls(
            tuple(nodes),
            tuple(Edge(node.id, parent, k) for node in nodes for k, parent in enumerate(node.parents)),
            {name: ids[name] for name in expression.names},
            ids[_key(output)],
        )

    def into(self, node: int) -> tuple[Edge, ...]:
        """Return the edges along which gradients arrive at a node, in the order in which a backward pass goes.

        From the result backwards, and from the last operand to the first: as the lectures do.
        """
        return tuple(edge for edge in self.backward() if edge.parent == node)

    def backward(self) -> Iterator[Edge]:
        """Yield the edges in the order of a backward pass, without those to what is made of numbers only."""
        return (edge for edge in reversed(self.edges) if self.nodes[edge.parent].varies)


def with_target(root: Node, target: float) -> Node:
    """Return the tree of half the squared distance between a tree's value and a number: (f − t)²/2."""
    place = 0  # these nodes stand nowhere in the text
    distance = Operation(OPERATIONS["subtract"], (root, Number(float(target), place)), place)
    squared = Operation(OPERATIONS["square"], (distance,), place)
    return Operation(OPERATIONS["divide"], (squared, Number(2.0, place)), place)


def _key(node: Node) -> object:
    """What makes two nodes of a tree the same node of the graph."""
    return node.name if isinstance(node, Name) else id(node)


def _operands(tree: Node) -> tuple[Node, ...]:
    return tree.arguments if isinstance(tree, Operation) else ()


def _kind(tree: Node) -> NodeKind:
    if isinstance(tree, Operation):
        return NodeKind.OPERATION
    return NodeKind.NAME if isinstance(tree, Name) else NodeKind.NUMBER


def _symbol(tree: Node, symbols: dict[int, str], texts: dict[int, str]) -> str:
    if isinstance(tree, Operation):
        return symbols[id(tree)]
    return tree.name if isinstance(tree, Name) else texts[id(tree)]


def _start(tree: Node, values: Mapping[str, float]) -> float | None:
    if isinstance(tree, Operation):
        return None
    return tree.value if isinstance(tree, Number) else float(values[tree.name])


def _symbols(names: tuple[str, ...], root: Node, output: Node, operations: list[Operation]) -> dict[int, str]:
    """Return what to call the operations' values, by identity: no name of the formula."""
    taken = set(names)

    def free(letters: str) -> str:
        numbered = (f"{letters[0]}{k}" for k in range(1, len(operations) + len(taken) + 1))
        symbol: str = next(candidate for candidate in (*letters, *numbered) if candidate not in taken)
        taken.add(symbol)
        return symbol

    symbols = {}
    if root is not output:
        symbols[id(root)] = free(_LOSSES)
    if isinstance(output, Operation):
        symbols[id(output)] = free(_OUTPUTS)
    for operation in operations:
        if id(operation) not in symbols:
            symbols[id(operation)] = free(_SYMBOLS)
    return symbols
