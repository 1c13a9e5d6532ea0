"""A formula of one's own as a surface: gradients, messages, minima, rates."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.checks import SpecError
from engine.descent import SURFACES, DescentRun, DescentSpec, own_surface, stability
from engine.descent.tape import Tape
from engine.experiment import Position
from engine.expression import operands_first, parse
from engine.expression.tree import shared

FORMULAS = [
    "x^2 + 3*y^2",
    "(1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2",
    "sin(3*x)*exp(-y^2/4) + 0.1*sqrt(1 + x^2)",
    "max(x, y, -x)/2 + relu(y)^2 - log(2 + x*x)",
    "abs(x) + 2*pi*y/(1 + square(y))",
    "-x^3 + x*x*x",
    "y",
    "sigmoid(x)*softplus(-y) - tan(x/9)*tanh(y)",
    "sqrt(relu(x))",
    "x^y",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_gradients_are_the_expressions_own_and_central_differences(text, rng):
    surface, read = own_surface(text), parse(text, ("x", "y"))
    x, y = rng.uniform(-2, 2, size=(2, 40))
    gradient = surface.gradient(x, y)
    value, expected = read.gradient({"x": x, "y": y})
    np.testing.assert_array_equal(surface.value(x, y), value)
    for name, slope, point in zip("xy", gradient, (x, y), strict=True):
        assert slope.shape == x.shape
        np.testing.assert_array_equal(slope, expected.get(name, np.zeros_like(point)))
    h = 1e-6
    for axis, slope in enumerate(gradient):
        ahead = surface.value(x + h * (axis == 0), y + h * (axis == 1))
        behind = surface.value(x - h * (axis == 0), y - h * (axis == 1))
        known = np.isfinite(ahead - behind)
        difference = (ahead - behind) / (2 * h)
        np.testing.assert_allclose(slope[known], difference[known], rtol=1e-5, atol=1e-5)


def test_a_tape_adds_what_comes_back_on_several_ways(rng):
    read = parse("sin(x*y)^2 + x*y*exp(-sin(x*y)) - (x*y)/2", ("x", "y"))
    joined = replace(read, root=shared(read.root))
    assert len(operands_first(joined.root)) < len(operands_first(read.root))
    x, y = rng.uniform(-2, 2, size=(2, 30))
    _, expected = read.gradient({"x": x, "y": y})
    for slope, name in zip(Tape(joined, ("x", "y")).gradient(x, y), "xy", strict=True):
        np.testing.assert_allclose(slope, expected[name], rtol=1e-11, atol=1e-12)


def test_a_tape_gives_new_arrays_each_time():
    tape = Tape(parse("x*y"), ("x", "y"))
    x, y = np.array([2.0, 3.0]), np.array([5.0, 7.0])
    first = tape.gradient(x, y)
    first[0][:] = 0
    assert [slope.tolist() for slope in tape.gradient(x, y)] == [[5.0, 7.0], [2.0, 3.0]]
    assert (x.tolist(), y.tolist()) == ([2.0, 3.0], [5.0, 7.0])


def test_over_one_weight():
    surface = own_surface("w^4 - w^2", 1, 2.0)
    assert surface.names == ("w",)
    assert surface.extent == ((-2.0, 2.0),)
    np.testing.assert_allclose(sorted(surface.minima), [(-(0.5**0.5),), (0.5**0.5,)], atol=1e-12)
    run = DescentRun(DescentSpec(surface="own", formula="w^4 - w^2", dimensions=1, reach=2))
    run.seek(Position(200))
    assert abs(float(run.frame().point[0])) == pytest.approx(0.5**0.5, abs=0.02)


def test_minima_are_found():
    himmelblau = own_surface("(x^2 + y - 11)^2 + (x + y^2 - 7)^2")
    known = np.array(SURFACES["himmelblau"].minima)
    for point in himmelblau.minima:
        assert np.abs(known - point).max(axis=1).min() < 1e-9
    assert len(himmelblau.minima) == 4
    # No minimum, a floor that is flat, and one beyond the view.
    for text in ("x - y", "x*y", "x^2", "exp(x) + y", "(x - 9)^2 + y^2", "relu(x) + relu(y)"):
        assert own_surface(text).minima == ()
    np.testing.assert_allclose(own_surface("(x - 9)^2 + y^2", reach=10.0).minima, [(9.0, 0.0)], atol=1e-9)


@pytest.mark.parametrize("text", [FORMULAS[0], FORMULAS[1], "sin(x)*cos(y)", "1000*(x^2 + y^2)", "1e-9*x^2 + 1e-9*y^2"])
def test_its_rate_is_stable_at_its_minima(text):
    surface = own_surface(text)
    assert surface.minima
    for point in surface.minima:
        assert stability(surface, point, surface.rate("sgd")).stable


PIECES = st.recursive(
    st.sampled_from(["x", "y", "0", "1", "2", "0.5", "1000", "1e300", "pi"]),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from("+-*/^"), inner, inner).map(lambda each: f"({each[1]}){each[0]}({each[2]})"),
        st.tuples(st.sampled_from(["exp", "log", "sqrt", "abs", "tan", "relu", "sigmoid", "tanh"]), inner).map(
            lambda each: f"{each[0]}({each[1]})"
        ),
    ),
    max_leaves=8,
)


@given(PIECES)
@settings(max_examples=150)
def test_whatever_is_written_can_be_descended_or_is_refused_with_a_message(text):
    try:
        parse(text, ("x", "y"))
    except ValueError:
        with pytest.raises(SpecError, match="the formula cannot be read"):
            DescentSpec("own", text)
        return
    if not {"x", "y"} & set(text.replace("exp", "")):
        with pytest.raises(SpecError, match="the same everywhere"):
            DescentSpec("own", text)
        return
    spec = DescentSpec("own", text, optimizer="adam", steps=5)
    surface = spec.landscape
    for point in surface.minima:
        assert stability(surface, point, 1e-9).stable
        assert np.isfinite(surface.value(*point))
    assert 1e-6 <= surface.rate("sgd") <= 1
    stability(surface, (0.0, 0.0), 0.1)
    run = DescentRun(spec)
    run.step("epoch", 5)
    assert run.frame().path.shape == (6, 2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x +", "the formula cannot be read: .*"),
        ("x + z", "the formula cannot be read: .*z.*"),
        ("import os", "the formula cannot be read"),
        ("3 + 4", "the formula is the same everywhere: write one with x or y in it"),
        ("", "the formula cannot be read"),
        ("x" * 400, "the formula cannot be read"),
        ("(" * 80 + "x" + ")" * 80, "the formula cannot be read"),
    ],
)
def test_bad_formulas_get_the_parsers_message_at_once(text, message):
    start = time.perf_counter()
    with pytest.raises(SpecError, match=message) as raised:
        DescentSpec(surface="own", formula=text)
    assert raised.value.field == "formula"
    assert time.perf_counter() - start < 0.05


def test_the_message_is_the_parsers_own():
    with pytest.raises(SpecError) as raised:
        own_surface("x + sine(y)")
    with pytest.raises(ValueError) as parsers:
        parse("x + sine(y)", ("x", "y"))
    assert str(parsers.value) in str(raised.value)
