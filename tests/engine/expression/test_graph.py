"""The graph of a formula: its nodes, their order, what is shared, and the way back."""

from __future__ import annotations

import numpy as np
import pytest

from engine.expression import OPERATIONS, Expression, Operation, parse
from engine.expression.graph import Edge, Graph, NodeKind
from engine.expression.passes import complete_pass, listing
from engine.expression.spec import ExpressionSpec
from engine.program import Phase
from tests.engine.expression.peers import random_tree, render


def graph_of(text, target=None):
    expression = parse(text)
    return Graph.of(expression, dict.fromkeys(expression.names, 2.0), target)


def test_the_graph_of_the_lectures_example():
    graph = Graph.of(parse("(x+y)*z"), {"x": -2, "y": 5, "z": -4})
    assert [(n.symbol, n.label, n.kind, n.parents, n.children, n.value, n.text) for n in graph.nodes] == [
        ("x", "x", NodeKind.NAME, (), (3,), -2.0, "x"),
        ("y", "y", NodeKind.NAME, (), (3,), 5.0, "y"),
        ("z", "z", NodeKind.NAME, (), (4,), -4.0, "z"),
        ("q", "+", NodeKind.OPERATION, (0, 1), (4,), None, "x + y"),
        ("f", "×", NodeKind.OPERATION, (3, 2), (), None, "(x + y)·z"),
    ]
    assert graph.edges == (Edge(3, 0, 0), Edge(3, 1, 1), Edge(4, 3, 0), Edge(4, 2, 1))
    assert (graph.root, graph.output, graph.leaves) == (4, 4, {"x": 0, "y": 1, "z": 2})
    # As on the slides: z before q, y before x.
    assert [(e.node, e.parent) for e in graph.backward()] == [(4, 2), (4, 3), (3, 1), (3, 0)]


def test_a_name_is_one_leaf_and_each_number_one_of_its_own():
    graph = graph_of("x*x + 2*x + 2")
    assert [n.label for n in graph.nodes[:3]] == ["x", "2", "2"]
    assert graph.edges[:2] == (Edge(3, 0, 0), Edge(3, 0, 1))
    assert graph.nodes[0].children == (3, 4)
    assert graph.into(0) == (Edge(4, 0, 1), Edge(3, 0, 1), Edge(3, 0, 0))


def test_an_operation_that_two_others_share_is_one_node():
    square = parse("x**2").root
    shared = Expression("", Operation(OPERATIONS["multiply"], (square, square), 0), ("x",))
    graph = Graph.of(shared, {"x": 3.0})
    assert len(graph.nodes) == 4
    assert complete_pass(graph, {"x": 3.0}).gradients[0] == 108.0


def test_no_gradient_goes_to_what_is_made_of_numbers_only():
    graph = graph_of("x^(1 + 1)*exp(2)")
    varying = {n.text for n in graph.nodes if n.varies}
    assert varying == {"x", "x^(1 + 1)", "x^(1 + 1)·exp(2)"}
    assert {(graph.nodes[e.node].label, graph.nodes[e.parent].label) for e in graph.backward()} == {
        ("×", "^"), ("^", "x"),
    }  # fmt: skip
    # The logarithm of a base below 0 does not exist, and nobody asks for it.
    assert complete_pass(graph, {"x": -3.0}).gradients[0] == pytest.approx(-6 * np.exp(2))


def test_a_target_adds_half_the_squared_distance():
    graph = Graph.of(parse("w*x"), {"w": 3, "x": 2}, target=-1)
    assert [(n.label, n.loss) for n in graph.nodes] == [
        ("w", False), ("x", False), ("-1", True), ("2", True),
        ("×", False), ("−", True), ("square", True), ("÷", True),
    ]  # fmt: skip
    assert (graph.nodes[graph.output].symbol, graph.nodes[graph.root].symbol) == ("f", "J")
    done = complete_pass(graph, {"w": 3, "x": 2})
    assert (done.values[graph.output], done.values[graph.root]) == (6.0, 24.5)
    assert [i.phase for i in listing(graph)][:4] == [Phase.FORWARD, Phase.LOSS, Phase.LOSS, Phase.LOSS]


def test_a_formula_of_one_leaf_is_a_graph_too():
    done = complete_pass(Graph.of(parse("x"), {"x": 4.0}), {"x": 4.0})
    assert done.gradients == [1.0]
    compared = complete_pass(Graph.of(parse("x"), {"x": 4.0}, 1.0), {"x": 4.0})
    assert compared.gradients[0] == 3.0
    assert not compared.graph.nodes[0].loss


def test_symbols_are_free_names():
    graph = graph_of("f + q*r + q1*J + e", target=1.0)
    symbols = [n.symbol for n in graph.nodes if n.kind is NodeKind.OPERATION]
    names = {"f", "q", "r", "q1", "J", "e", "pi"}
    assert len(set(symbols)) == len(symbols)
    assert not names & set(symbols)
    many = graph_of(" + ".join(["x"] * 40))
    assert len({n.symbol for n in many.nodes if n.operation}) == 39


def test_every_node_stands_after_its_operands_and_leaves_come_first():
    rng = np.random.default_rng(3)
    for _ in range(200):
        graph = graph_of(render(random_tree(rng, 4)))
        kinds = [n.kind is NodeKind.OPERATION for n in graph.nodes]
        assert kinds == sorted(kinds)
        for node in graph.nodes:
            assert all(parent < node.id for parent in node.parents)
            assert node.children == tuple(n.id for n in graph.nodes if node.id in n.parents)
        assert len(graph.edges) == sum(len(n.parents) for n in graph.nodes)
        order = [e for i in listing(graph) if (e := i.edge)]
        for place, edge in enumerate(order):
            # All that leaves an operation's value has come back before its gradient is sent on.
            assert all(other.parent != edge.node for other in order[place:])


def test_a_name_without_a_value_is_named():
    with pytest.raises(ValueError, match="no value for y: pass one for each of x, y"):
        Graph.of(parse("x + y"), {"x": 1.0})


def test_equal_parts_of_a_formula_can_be_one_node():
    text, values = "sigmoid(a*x)*(1 - sigmoid(a*x)) + sigmoid(a*y) + 2*x/2", {"a": 0.7, "x": -1.3, "y": 2.0}
    apart, joined = ExpressionSpec(text, values), ExpressionSpec(text, values, shared=True)
    graph = joined.graph()
    assert [node.text for node in apart.graph().nodes].count("sigmoid(a·x)") == 2
    assert [node.text for node in graph.nodes].count("sigmoid(a·x)") == 1
    output = next(node for node in graph.nodes if node.text == "sigmoid(a·x)")
    assert sorted(graph.nodes[child].text for child in output.children) == [
        "1 − sigmoid(a·x)", "sigmoid(a·x)·(1 − sigmoid(a·x))",
    ]  # fmt: skip
    # Numbers stay where they are written, and what is not equal stays apart.
    assert [node.text for node in graph.nodes].count("2") == 2
    assert [node.text for node in graph.nodes].count("sigmoid(a·y)") == 1
    assert len(apart.graph().nodes) - len(graph.nodes) == 2
    # The same function, by either way of computing it.
    assert graph.nodes[-1].text == apart.graph().nodes[-1].text
    assert joined.expression().evaluate(values) == apart.expression().evaluate(values)
    expected = apart.expression().gradient(values)[1]
    for name, slope in joined.expression().gradient(values)[1].items():
        assert float(slope) == pytest.approx(float(expected[name]), rel=1e-14)
        for made in (apart.graph(), graph):
            gradient = complete_pass(made, values).gradients[made.leaves[name]]
            assert gradient == pytest.approx(float(expected[name]), rel=1e-14)
    assert ExpressionSpec.from_json(joined.to_json()) == joined
    assert joined != apart


def test_an_operation_of_equal_operands_has_two_edges_to_one_node():
    graph = ExpressionSpec("tanh(x)*tanh(x)", {"x": 0.5}, shared=True).graph()
    assert [node.text for node in graph.nodes] == ["x", "tanh(x)", "tanh(x)·tanh(x)"]
    assert graph.into(1) == (Edge(2, 1, 1), Edge(2, 1, 0))
    assert graph.nodes[1].children == (2,)
