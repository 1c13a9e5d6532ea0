"""Central differences: their errors over the step, against what theory says and against exact derivatives."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.expression import parse
from engine.expression.exercises import LEVELS, exercise
from engine.expression.spec import ExpressionSpec
from engine.gradcheck import (
    STEPS,
    central_difference,
    central_gradient,
    difference_at,
    difference_curve,
    expression_curve,
    node_curve,
    parameter_curve,
    relative_error,
)
from tests.engine.expression.peers import torch_functions


def test_a_central_difference_is_its_formula():
    assert central_difference(lambda x: x**3, 2.0, 0.5) == (2.5**3 - 1.5**3) / 1.0
    assert central_difference(math.sin, 0.3) == pytest.approx(math.cos(0.3), rel=1e-9)
    with pytest.raises(ValueError, match="a step is above 0, got 0"):
        central_difference(math.sin, 0.3, 0)


@pytest.mark.parametrize(
    ("function", "at", "first", "third"),
    [
        (math.exp, 1.0, math.e, math.e),
        (math.sin, 0.5, math.cos(0.5), -math.cos(0.5)),
        (lambda x: x**5, 3.0, 405.0, 540.0),
        (math.tanh, -0.4, 1 - math.tanh(-0.4) ** 2, -2 * (1 - math.tanh(0.4) ** 2) * (1 - 3 * math.tanh(0.4) ** 2)),
    ],
)
def test_the_errors_make_a_v_between_the_lines_of_theory(function, at, first, third):
    curve = difference_curve(function, at, first)
    assert curve.steps[0] == pytest.approx(0.1)
    assert curve.steps[-1] == pytest.approx(1e-15)
    assert curve.estimates[0] == (function(at + curve.steps[0]) - function(at - curve.steps[0])) / (2 * curve.steps[0])
    assert np.array_equal(curve.errors, np.abs(curve.estimates - first))
    assert curve.truncation == pytest.approx(abs(third) * STEPS**2 / 6, rel=1e-4)
    assert curve.roundoff == pytest.approx(2.0**-52 * (abs(function(at)) + abs(at * first)) / STEPS)
    # On the right arm the bend is all there is, on the left rounding is its bound; a library function may be off by
    # a little more than the last place.
    bent = (STEPS <= 1e-2) & (STEPS >= 2e-4)
    assert curve.errors[bent] == pytest.approx(curve.truncation[bent], rel=1e-2)
    assert (curve.errors <= 2 * curve.roundoff + 1.1 * curve.truncation).all()
    assert curve.errors[STEPS < 1e-12].max() > 1e-5 * abs(first)
    # The valley lies where theory says, within a decade, and is as deep as theory says.
    predicted = (3 * 2.0**-52 * (abs(function(at)) + abs(at * first)) / abs(third)) ** (1 / 3)
    assert curve.predicted_step == pytest.approx(predicted, rel=1e-4)
    assert abs(math.log10(curve.best_step / predicted)) < 1
    assert curve.errors.min() < 1e-9 * abs(first)


def test_the_curve_of_a_leaf():
    expression = parse("sin(x)*y^2")
    curve = expression_curve(expression, {"x": 0.5, "y": 3.0}, "x")
    assert curve.exact == pytest.approx(9 * math.cos(0.5), rel=1e-15)
    assert curve.errors.min() < 1e-9
    assert curve.truncation[0] == pytest.approx(9 * math.cos(0.5) * 0.01 / 6, rel=1e-4)
    along_y = expression_curve(expression, {"x": 0.5, "y": 3.0}, "y", np.array([1e-3, 1e-4]))
    # A parabola has no third derivative: only rounding is left.
    assert along_y.errors.max() < 1e-10
    with pytest.raises(ValueError, match="the formula has no name 'z', it has x, y"):
        expression_curve(expression, {"x": 0.5, "y": 3.0}, "z")


def test_the_curve_of_a_network_parameter(rng):
    inputs, targets = rng.normal(size=(20, 3)), rng.normal(size=20)
    parameters = rng.normal(size=4)

    def loss(p):
        return float(0.5 * np.mean((np.tanh(inputs @ p[:3] + p[3]) - targets) ** 2))

    out = np.tanh(inputs @ parameters[:3] + parameters[3])
    delta = (out - targets) * (1 - out**2) / 20
    gradient = np.append(inputs.T @ delta, delta.sum())
    before = parameters.copy()
    assert central_gradient(loss, parameters) == pytest.approx(gradient, rel=1e-8, abs=1e-10)
    assert central_gradient(loss, parameters, places=[2]) == pytest.approx(gradient[2:3], rel=1e-8)
    for place in range(4):
        curve = parameter_curve(loss, parameters, place, gradient[place])
        assert curve.errors.min() < 1e-10
        wrong = parameter_curve(loss, parameters, place, 1.01 * gradient[place])
        trusted = (STEPS < 1e-3) & (STEPS > 1e-8)
        assert wrong.errors[trusted] == pytest.approx(0.01 * abs(gradient[place]), rel=0.05)
    assert np.array_equal(parameters, before)
    with pytest.raises(ValueError, match="there are parameters 0 to 3, got 4"):
        parameter_curve(loss, parameters, 4, 0.0)


def test_a_straight_line_has_no_bend():
    curve = difference_curve(lambda x: 2 * x, 0.0, 2.0)
    assert (curve.predicted_step, curve.errors.max(), curve.truncation.max()) == (math.inf, 0.0, 0.0)


def test_where_there_is_no_value_the_curve_says_so():
    curve = expression_curve(parse("log(x)"), {"x": -1.0}, "x")
    assert np.isnan(curve.errors).all()
    assert math.isnan(curve.best_step)
    kink = expression_curve(parse("relu(x)"), {"x": 0.0}, "x")
    assert kink.estimates == pytest.approx(0.5)


@pytest.mark.parametrize("steps", [[], [0.1, 0.0], [-1e-3], [[1e-3]]])
def test_steps_are_above_zero(steps):
    with pytest.raises(ValueError, match="steps are one or more numbers above 0"):
        difference_curve(math.sin, 0.0, 1.0, np.array(steps))


def test_relative_error():
    assert relative_error(1.0, 1.1) == pytest.approx(0.1 / 1.1)
    assert relative_error(-2.0, 2.0) == 2.0
    assert relative_error(0.0, 0.0) == 0.0


def test_the_curve_of_a_leaf_on_a_graph_is_that_of_the_formula():
    spec = ExpressionSpec("sin(x)*y^2 + exp(x*y)/(1 + x)", {"x": 0.5, "y": 1.5})
    graph = spec.graph()
    for name, place in graph.leaves.items():
        on_graph = node_curve(graph, spec.start, place)
        of_formula = expression_curve(spec.expression(), spec.start, name)
        assert np.array_equal(on_graph.estimates, of_formula.estimates)
        assert on_graph.exact == pytest.approx(of_formula.exact, rel=1e-15)
        assert on_graph.truncation == pytest.approx(of_formula.truncation, rel=1e-12)
    # With a target the derivatives are of half the squared distance.
    with_target = spec.with_(target=2.0)
    graph = with_target.graph()
    peer = expression_curve(parse(f"({spec.text} - 2)^2/2"), spec.start, "x", np.array([1e-3]))
    assert node_curve(graph, spec.start, graph.leaves["x"], np.array([1e-3])).estimates == pytest.approx(
        peer.estimates, rel=1e-10
    )


def test_the_curve_of_any_value_in_between_has_pytorchs_gradient(torch):
    rng = np.random.default_rng(8)
    operations = 0
    for k in range(60):
        spec = exercise(LEVELS[k % 3], rng)
        graph, values = spec.graph(), []
        for node in graph.nodes:
            if node.operation is None:
                number = spec.start.get(node.symbol, node.value)
                values.append(torch.tensor(number, dtype=torch.float64, requires_grad=node.varies))
            else:
                values.append(torch_functions(torch)[node.operation.name](*(values[place] for place in node.parents)))
                values[-1].retain_grad()
        values[-1].backward()
        for node in graph.nodes:
            if not node.varies:
                continue
            curve = node_curve(graph, spec.start, node.id, np.array([1e-2, 1e-5]))
            gradient = float(values[node.id].grad)
            assert curve.exact == pytest.approx(gradient, rel=1e-12, abs=1e-14)
            # Wherever no kink is within the step; the exercises stay away from kinks by more than that.
            assert curve.errors[1] < 1e-6 * max(1.0, abs(gradient))
            operations += node.operation is not None
    assert operations > 150


def test_a_value_that_is_set_leaves_its_operands_as_they_are():
    spec = ExpressionSpec("(x*y + x)*x", {"x": 2.0, "y": 3.0})
    graph = spec.graph()
    product = next(node.id for node in graph.nodes if node.text == "x·y")
    # As a function of q = x·y the result is (q + 2)·2: at 6 ± 0.5 it is 17 and 15.
    found = difference_at(graph, spec.start, product, 0.5)
    assert (found.at, found.step, found.above, found.below) == (6.0, 0.5, 17.0, 15.0)
    assert (found.quotient, found.gradient, found.error) == (2.0, 2.0, 0.0)
    # As a function of x it is 4x² here: a parabola has no error but rounding.
    leaf = difference_at(graph, spec.start, graph.leaves["x"], 0.25)
    assert (leaf.above, leaf.below, leaf.quotient, leaf.gradient) == (4 * 2.25**2, 4 * 1.75**2, 16.0, 16.0)
    root = difference_at(graph, spec.start, graph.root, 1e-3)
    assert (root.gradient, root.at) == (1.0, 16.0)
    assert root.error < 1e-12


def test_one_difference_is_a_point_of_the_curve():
    spec = ExpressionSpec("exp(x)*sin(x)", {"x": 0.7})
    graph = spec.graph()
    for node in range(len(graph.nodes)):
        curve = node_curve(graph, spec.start, node)
        for step, estimate, error in zip(curve.steps, curve.estimates, curve.errors, strict=True):
            found = difference_at(graph, spec.start, node, float(step))
            assert (found.quotient, found.error, found.gradient) == (estimate, error, curve.exact)
    at = difference_at(graph, spec.start, 0, 0.1)
    assert at.above == pytest.approx(math.exp(0.8) * math.sin(0.8), rel=1e-15)
    assert at.below == pytest.approx(math.exp(0.6) * math.sin(0.6), rel=1e-15)


def test_a_node_without_a_gradient_is_refused():
    spec = ExpressionSpec("2*x", {"x": 3})
    graph = spec.graph()
    with pytest.raises(ValueError, match="no gradient goes to 2: take a node with a name in it"):
        node_curve(graph, spec.start, 0)
    for node in (-1, 3):
        with pytest.raises(ValueError, match=f"the graph has the nodes 0 to 2, got {node}"):
            difference_at(graph, spec.start, node, 1e-3)
    with pytest.raises(ValueError, match="a step is above 0, got 0"):
        difference_at(graph, spec.start, 1, 0.0)
