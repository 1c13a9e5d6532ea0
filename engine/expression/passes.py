"""One step over a graph, instruction by instruction: forward, backward along the edges, and the update."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.expression.graph import Edge, Graph, NodeKind
from engine.expression.operations import Array
from engine.program import Phase

__all__ = ["Contribution", "Instruction", "Pass", "Update", "complete_pass", "listing", "local_derivative"]


@dataclass(frozen=True, slots=True)
class Instruction:
    """One line of a step's listing.

    Attributes
    ----------
    phase : Phase
        LOSS for the nodes that compare with a target; the gradient of the result itself, which is 1, is BACKWARD.
    node : int
        What is computed forward, where the gradient comes from, or the parameter that is moved.
    edge : Edge or None
        Along which a gradient goes; only in the backward pass, and not for its beginning.
    """

    phase: Phase
    node: int
    edge: Edge | None = None


@dataclass(frozen=True, slots=True)
class Contribution:
    """What came back along one edge: upstream · local = downstream, and before + downstream = after.

    Attributes
    ----------
    node, parent, argument : int
        The edge.
    local : float
        The derivative of the operation with respect to this operand.
    upstream : float
        The gradient at the operation.
    downstream : float
        What arrives at the operand.
    before, after : float
        The operand's gradient; where paths meet, they add up.
    """

    node: int
    parent: int
    argument: int
    local: float
    upstream: float
    downstream: float
    before: float
    after: float

    @property
    def edge(self) -> Edge:
        """Where it came along."""
        return Edge(self.node, self.parent, self.argument)


@dataclass(frozen=True, slots=True)
class Update:
    """One parameter moved: after = before − learning_rate · gradient."""

    node: int
    gradient: float
    learning_rate: float
    before: float
    after: float


def listing(graph: Graph, parameters: Sequence[str] = ()) -> tuple[Instruction, ...]:
    """Return the instructions of one step, in order.

    Forward each operation after its operands; back from the result, each edge after all that leave its operation's
    value, the last operand first; then the parameters.
    """
    operations = [node for node in graph.nodes if node.kind is NodeKind.OPERATION]
    return (
        *(Instruction(Phase.LOSS if node.loss else Phase.FORWARD, node.id) for node in operations),
        Instruction(Phase.BACKWARD, graph.root),
        *(Instruction(Phase.BACKWARD, edge.node, edge) for edge in graph.backward()),
        *(Instruction(Phase.UPDATE, graph.leaves[name]) for name in parameters),
    )


def local_derivative(graph: Graph, edge: Edge, values: Sequence[float | None]) -> float:
    """Return the derivative of an operation with respect to one operand, at values that a forward pass left."""
    node = graph.nodes[edge.node]
    assert node.operation is not None  # an edge leads to an operation
    operands = [_array(values[parent]) for parent in node.parents]
    with np.errstate(all="ignore"):
        return float(node.operation.derivative(edge.argument, operands, _array(values[node.id])))


class Pass:
    """The numbers on a graph during one step.

    Parameters
    ----------
    graph : Graph
    leaves : mapping of str to float
        The values of the names now.

    Attributes
    ----------
    leaves : dict of str to float
        The values of the names now; updates change them.
    used : dict of str to float
        Those that the step was begun with.
    values : list of float or None
        By node, of the numbers and of the operations that have been computed. A name's value is in `leaves`.
    locals : list of float or None
        By edge: the local derivative, known as soon as the operation has been computed.
    gradients : list of float or None
        By node, as far as contributions have arrived.
    contributions : list of Contribution
    updates : list of Update
    """

    def __init__(self, graph: Graph, leaves: Mapping[str, float]) -> None:
        self.graph = graph
        self.leaves = dict(leaves)
        self.edge_places = {edge: place for place, edge in enumerate(graph.edges)}
        self.begin()

    def begin(self) -> None:
        """Forget the last step."""
        graph = self.graph
        self.used = dict(self.leaves)
        numbers = [node.value if node.kind is NodeKind.NUMBER else None for node in graph.nodes]
        self.values: list[float | None] = numbers
        # The same with the names' values: what operations compute with.
        self._operands = self.shown_values(used=True)
        self.locals: list[float | None] = [None] * len(graph.edges)
        self.gradients: list[float | None] = [None] * len(graph.nodes)
        self.contributions: list[Contribution] = []
        self.updates: list[Update] = []

    def copy(self) -> Pass:
        """Return a pass with the same numbers that goes its own way."""
        twin = Pass(self.graph, self.leaves)
        twin.used, twin._operands = dict(self.used), list(self._operands)
        twin.values, twin.locals, twin.gradients = list(self.values), list(self.locals), list(self.gradients)
        twin.contributions, twin.updates = list(self.contributions), list(self.updates)
        return twin

    def shown_values(self, used: bool = False) -> list[float | None]:
        """Return all values by node: those of names as they are now, or as the step used them."""
        values = list(self.values)
        for name, place in self.graph.leaves.items():
            values[place] = (self.used if used else self.leaves)[name]
        return values

    def local(self, edge: Edge) -> float:
        """Return the local derivative of an edge, also of one to a number, which no gradient goes along."""
        return local_derivative(self.graph, edge, self._operands)

    def run(self, instruction: Instruction, learning_rate: float) -> None:
        """Carry out one instruction; those before it in the listing have been."""
        if instruction.phase is Phase.UPDATE:
            self._update(instruction.node, learning_rate)
        elif instruction.edge is not None:
            self._backward(instruction.edge)
        elif instruction.phase is Phase.BACKWARD:
            self.gradients[instruction.node] = 1.0
        else:
            self._forward(instruction.node)

    def _forward(self, place: int) -> None:
        node, values = self.graph.nodes[place], self._operands
        assert node.operation is not None  # leaves have no instruction
        operands = [_array(values[parent]) for parent in node.parents]
        with np.errstate(all="ignore"):
            result = float(node.operation.forward(*operands))
            for argument, parent in enumerate(node.parents):
                if self.graph.nodes[parent].varies:
                    local = float(node.operation.derivative(argument, operands, _array(result)))
                    self.locals[self.edge_places[Edge(place, parent, argument)]] = local
        self.values[place] = values[place] = result

    def _backward(self, edge: Edge) -> None:
        upstream, local = self.gradients[edge.node], self.locals[self.edge_places[edge]]
        operation = self.graph.nodes[edge.node].operation
        assert upstream is not None  # the listing's order sees to it
        assert local is not None
        assert operation is not None
        # Of sqrt(relu(x)) below 0 the slope is 0, not infinity times 0.
        downstream = 0.0 if operation.selects and local == 0 else upstream * local
        before = self.gradients[edge.parent] or 0.0
        after = before + downstream
        self.gradients[edge.parent] = after
        self.contributions.append(
            Contribution(edge.node, edge.parent, edge.argument, local, upstream, downstream, before, after)
        )

    def _update(self, place: int, learning_rate: float) -> None:
        name, gradient = self.graph.nodes[place].symbol, self.gradients[place]
        assert gradient is not None  # each name is in the formula, so a gradient has come to it
        before = self.leaves[name]
        after = before - learning_rate * gradient
        self.leaves[name] = after
        self.updates.append(Update(place, gradient, learning_rate, before, after))


def complete_pass(graph: Graph, leaves: Mapping[str, float]) -> Pass:
    """Return the numbers after a pass forward and a pass back, without an update."""
    done = Pass(graph, leaves)
    for instruction in listing(graph):
        done.run(instruction, 0.0)
    return done


def _array(value: float | None) -> Array:
    """Operations take arrays, and the same kind always, so that the same numbers give the same bits."""
    assert value is not None  # an operand is computed before it is used
    return np.array(value, dtype=np.float64)
