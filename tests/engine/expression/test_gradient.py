"""Derivatives of formulas, against differences of values and against PyTorch."""

from __future__ import annotations

import numpy as np
import pytest

from engine.expression import OPERATIONS, Expression, Operation, parse
from tests.engine.expression.peers import EXTENDED, compute, random_tree, render, torch_functions

WIDE = np.longdouble
# Beyond kinks and poles, inside the domain of each.
INSIDE = {"log": (0.2, 4.0), "sqrt": (0.2, 4.0), "tan": (-1.2, 1.2), "divide": (0.5, 3.0), "power": (0.2, 3.0)}
STEP = 1e-3


def differences(function, at, step):
    """Central differences of sixth order."""
    weights = {1: 3 / WIDE(4), 2: -3 / WIDE(20), 3: 1 / WIDE(60)}
    return sum(weight * (function(at + k * step) - function(at - k * step)) for k, weight in weights.items()) / step


@pytest.mark.parametrize("kind", OPERATIONS.values(), ids=OPERATIONS)
def test_a_local_derivative_is_what_differences_say(kind, rng):
    count = 3 if kind.variadic else kind.arity
    low, high = INSIDE.get(kind.name, (-3.0, 3.0))
    arguments = rng.uniform(low, high, (count, 200))
    # Differences across a kink say nothing: keep the points that are farther from one than the step reaches.
    gaps = [np.abs(a - b) for i, a in enumerate(arguments) for b in arguments[:i]] if kind.kink else []
    clear = np.min([*gaps, np.abs(arguments).min(axis=0)], axis=0) > 0.01
    arguments = arguments[:, clear]
    assert arguments.shape[1] > 150
    result = kind.forward(*arguments)
    for index in range(count):

        def along(value, index=index):
            return EXTENDED[kind.name](*(value if i == index else a.astype(WIDE) for i, a in enumerate(arguments)))

        expected = differences(along, arguments[index].astype(WIDE), STEP)
        local = np.broadcast_to(kind.derivative(index, list(arguments), result), result.shape)
        assert local == pytest.approx(expected.astype(float), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "slopes"),
    [
        ("relu(x)", {"x": 0.0}),
        ("abs(x)", {"x": 0.0}),
        ("max(x, y)", {"x": 1.0, "y": 0.0}),
        ("min(x, y)", {"x": 1.0, "y": 0.0}),
        ("max(y, x, z)", {"x": 0.0, "y": 1.0, "z": 0.0}),
        ("max(x, x)", {"x": 1.0}),
        ("x**2", {"x": 0.0}),
        ("x**1", {"x": 1.0}),
        ("x**0", {"x": 0.0}),
        ("x**(y+2)", {"x": 0.0, "y": 0.0}),
        ("(x - 2)**3", {"x": 12.0}),
        ("sqrt(relu(x - 1))", {"x": 0.0}),
        ("sqrt(max(x - 1, 0))", {"x": 0.0}),
        ("min(log(x), x)", {"x": float("inf")}),
    ],
)
def test_at_kinks_and_at_zero_the_declared_slope_is_taken(text, slopes):
    _, derivatives = parse(text).gradient(dict.fromkeys("xyz", 0.0))
    assert {name: float(slope) for name, slope in derivatives.items()} == slopes


def test_every_kink_is_declared():
    assert {kind.name for kind in OPERATIONS.values() if kind.kink} == {"relu", "abs", "max", "min"}
    assert OPERATIONS["relu"].kink == "At 0 the slope counts as 0."


def test_the_worked_examples_of_the_lectures():
    value, slopes = parse("(x+y)*z").gradient({"x": -2, "y": 5, "z": -4})
    assert (float(value), {name: float(s) for name, s in slopes.items()}) == (-12.0, {"x": -4.0, "y": -4.0, "z": 3.0})
    # Two paths from x1 meet: 6 along one, 2 along the other.
    value, slopes = parse("(x1+x2)^2 + x1*x2").gradient({"x1": 1, "x2": 2})
    assert (float(value), float(slopes["x1"]), float(slopes["x2"])) == (11.0, 8.0, 7.0)


def well_conditioned(count):
    """Random formulas with points, their values and their derivatives by differences that two steps agree on."""
    rng = np.random.default_rng(7)
    found = []
    while len(found) < count:
        tree = random_tree(rng, 4)
        text = render(tree)
        if len(text) > 300 or not parse(text).names:
            continue
        values = {name: float(rng.uniform(-2, 2)) for name in parse(text).names}
        wide = {name: WIDE(value) for name, value in values.items()}
        slopes, good = {}, True
        with np.errstate(all="ignore"):
            value = compute(tree, wide, EXTENDED, WIDE)
            for name in values:

                def along(x, name=name, tree=tree, wide=wide):
                    return compute(tree, {**wide, name: x}, EXTENDED, WIDE)

                near, nearer = (differences(along, wide[name], WIDE(step)) for step in (2e-4, 1e-4))
                slopes[name] = float(near)
                good &= bool(np.isfinite(near) and abs(near - nearer) <= 1e-11 * abs(near))
        if good and np.isfinite(value) and abs(value) < 1e6 and max(map(abs, slopes.values())) < 1e6:
            found.append((tree, text, values, slopes))
    return found


@pytest.fixture(scope="module")
def formulas():
    return well_conditioned(300)


@pytest.mark.skipif(np.finfo(WIDE).eps > 1e-18, reason="no extended precision: differences lose too many digits")
def test_gradients_are_what_differences_say(formulas):
    for _, text, values, slopes in formulas:
        _, derivatives = parse(text).gradient(values)
        for name, slope in slopes.items():
            assert float(derivatives[name]) == pytest.approx(slope, rel=1e-9, abs=1e-13), (text, name)


def test_the_random_formulas_use_every_operation(formulas):
    used = {kind for kind in OPERATIONS if any(f"'{kind}'" in str(tree) for tree, *_ in formulas)}
    assert used == set(OPERATIONS)
    assert sum(len(values) > 1 for _, _, values, _ in formulas) > 100
    assert sum(any(slopes.values()) for *_, slopes in formulas) > 250


@pytest.mark.peer
def test_gradients_are_those_of_pytorch(formulas, torch):
    functions = torch_functions(torch)

    def number(text):
        return torch.tensor(float(text), dtype=torch.float64)

    for tree, text, values, _ in formulas:
        leaves = {name: torch.tensor(x, dtype=torch.float64, requires_grad=True) for name, x in values.items()}
        result = compute(tree, leaves, functions, number)
        result.backward()
        value, derivatives = parse(text).gradient(values)
        assert float(value) == pytest.approx(result.item(), rel=1e-9, abs=1e-13), text
        for name, leaf in leaves.items():
            assert float(derivatives[name]) == pytest.approx(leaf.grad.item(), rel=1e-9, abs=1e-13), (text, name)


def test_many_points_at_once_are_each_as_if_alone(rng):
    expression = parse("sin(x*y)^2 + max(x, y, 0.5)/sqrt(x^2 + 1) - x^softplus(y)")
    x, y = rng.uniform(0.1, 3, (2, 50))
    value, slopes = expression.gradient({"x": x, "y": y})
    assert value.shape == slopes["x"].shape == slopes["y"].shape == (50,)
    assert np.array_equal(value, expression.evaluate({"x": x, "y": y}))
    for i in range(50):
        one, alone = expression.gradient({"x": x[i], "y": y[i]})
        assert float(one) == pytest.approx(value[i], rel=1e-12)
        assert {k: float(v) for k, v in alone.items()} == pytest.approx({k: v[i] for k, v in slopes.items()}, rel=1e-12)


def test_derivatives_have_the_shape_of_the_value_and_are_new():
    grid = np.linspace(-1, 1, 4)
    value, slopes = parse("2*x + 1").gradient({"x": grid[:, None], "y": grid[None, :]})
    assert value.shape == slopes["x"].shape == (4, 4)
    assert set(slopes) == {"x"}
    slopes["x"][0, 0] = 9.0
    assert slopes["x"][0, 1] == 2.0


def test_a_node_that_is_used_twice_gets_the_sum_of_both_paths():
    square = parse("x**2").root
    shared = Expression("", Operation(OPERATIONS["multiply"], (square, square), 0), ("x",))
    value, slopes = shared.gradient({"x": 3.0})
    assert (float(value), float(slopes["x"])) == (81.0, 108.0)
