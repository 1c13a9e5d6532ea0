"""Values and notations of formulas, against Python's own arithmetic."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.expression import ExpressionError, parse
from tests.engine.expression.peers import SIGNS, UNARY, compute, compute_with_error, render

VALUES = {"x1": 0.75, "x2": -1.5, "w": 2.25}
NUMBERS = ["0", "1", "2", "3.", ".5", "0.25", "1e-3", "2.5E+1", "7"]
leaves = st.one_of(
    st.sampled_from(NUMBERS).map(lambda text: ("number", text)),
    st.sampled_from(sorted(VALUES)).map(lambda name: ("name", name)),
)


def grown(children):
    return st.one_of(
        st.tuples(st.sampled_from(UNARY), children),
        st.tuples(st.sampled_from(sorted(SIGNS)), children, children),
        st.tuples(st.sampled_from(["max", "min"]), children, children),
        st.tuples(st.sampled_from(["max", "min"]), children, children, children),
    )


trees = st.recursive(leaves, grown, max_leaves=12)


def computable(tree):
    """The peer's value and its error, if all steps have a value and the formula is well conditioned."""
    try:
        value, error = compute_with_error(tree, VALUES)
    except (ValueError, OverflowError, ZeroDivisionError):
        assume(False)
    assume(math.isfinite(value) and error <= 1e-9 * max(1.0, abs(value)))
    return value, error


def in_numpy(code, **names):
    """Run generated code, as an exported program does."""
    with np.errstate(all="ignore"):
        return eval(code, {"__builtins__": {}, "np": np}, {**names})


@given(trees)
def test_a_formula_has_the_value_of_pythons_arithmetic(tree):
    text = render(tree)
    assume(len(text) <= 300)
    value, error = computable(tree)
    assert float(parse(text).evaluate(VALUES)) == pytest.approx(value, abs=error, rel=0)


@given(
    st.lists(st.sampled_from(["x1", "w", "2", "0.5", "(x1 + w)", "(3 - w)"]), min_size=2, max_size=8),
    st.lists(st.sampled_from(["+", "-", "*", "/", "**", "+ -", "* -", "** -", "- +", "/ - -"]), min_size=7, max_size=7),
    st.sampled_from(["", "-", "+", "- -"]),
)
def test_signs_bind_as_in_python(operands, signs, first):
    text = first + operands[0] + "".join(f" {sign} {x}" for sign, x in zip(signs, operands[1:], strict=False))
    try:
        expected = eval(text, {"__builtins__": {}}, VALUES)
    except OverflowError:
        assume(False)
    assume(isinstance(expected, float | int) and abs(expected) < 1e200)
    assert float(parse(text).evaluate(VALUES)) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@given(trees)
def test_what_unicode_writes_parse_reads_back(tree):
    text = render(tree)
    assume(len(text) <= 300)
    expression = parse(text)
    written = expression.unicode()
    assume(len(written) <= 300)
    again = parse(written)
    assert again.unicode() == written
    assert again.names == expression.names
    # -(a b) comes back as (-a) b, which is the same number to the last bit.
    one, other = expression.evaluate(VALUES), again.evaluate(VALUES)
    assert np.array_equal(one, other, equal_nan=True)


@given(trees)
def test_the_code_for_programs_computes_the_same(tree):
    text = render(tree)
    assume(len(text) <= 300)
    value, error = computable(tree)
    expression = parse(text)
    points = {name: np.array([number, number]) for name, number in VALUES.items()}
    computed = np.broadcast_to(in_numpy(expression.python(), **points), (2,))
    assert computed == pytest.approx([value, value], abs=2 * error, rel=0)


@pytest.mark.parametrize(
    "text", ["9**9**9", "1/0", "-1/0", "(1/0)/(1/0)", "(-8)**(1/3)", "0**-1", "log(0)", "exp(999)"]
)
def test_code_of_numbers_alone_answers_as_evaluate_does(text):
    # Python's own floats raise an error for these, or turn complex.
    expression = parse(text)
    assert np.array_equal(in_numpy(expression.python()), expression.evaluate({}), equal_nan=True)
    assert not math.isfinite(expression.evaluate({}))


def test_the_code_of_the_deepest_formulas_compiles():
    deep = ["(" * 60 + "x" + ")" * 60, "sigmoid(" * 33 + "x" + ")" * 33, "-" * 60 + "x", "max(" + "x," * 140 + "x)"]
    for text in (*deep, "relu(max(x," * 20 + "x" + "))" * 20, "x" + "^(1" * 30 + ")" * 30, "+".join("x" * 100)):
        expression = parse(text)
        value = in_numpy(expression.python(), x=np.array([0.5]))
        assert value == pytest.approx(expression.evaluate({"x": np.array([0.5])}))
        assert expression.unicode()
        assert expression.tex()


@pytest.mark.parametrize(
    ("text", "unicode", "tex", "code"),
    [
        ("x1*x2", "x₁·x₂", "x_1 x_2", "x1 * x2"),
        ("x1^2 - 2*x2", "x₁² − 2·x₂", "x_1^2 - 2 x_2", "x1**2.0 - 2.0 * x2"),
        ("-x**2", "−x²", "-x^2", "-x**2.0"),
        ("(-x)**2", "(−x)²", "(-x)^2", "(-x)**2.0"),
        ("2**3**x", "2^3^x", "2^{3^x}", "2.0**3.0**x"),
        ("(2**3)**x", "(2³)^x", "(2^3)^x", "(np.float64(2.0)**3.0)**x"),
        ("a-(b-c)", "a − (b − c)", "a - (b - c)", "a - (b - c)"),
        ("a+(b+c)", "a + (b + c)", "a + b + c", "a + (b + c)"),
        ("a/(b*c)", "a/(b·c)", r"\frac{a}{b c}", "a / (b * c)"),
        ("(a+1)/2*b", "(a + 1)/2·b", r"\frac{a + 1}{2} b", "(a + 1.0) / 2.0 * b"),
        ("a*-b", "a·(−b)", r"a \cdot (-b)", "a * (-b)"),
        ("2*3*x", "2·3·x", r"2 \cdot 3 x", "2.0 * 3.0 * x"),
        ("sin(x)**2", "sin(x)²", r"(\sin(x))^2", "np.sin(x)**2.0"),
        ("sin(a/b)", "sin(a/b)", r"\sin\left(\frac{a}{b}\right)", "np.sin(a / b)"),
        ("exp(-x12)", "exp(−x₁₂)", "e^{-x_{12}}", "np.exp(-x12)"),
        ("sigmoid(a+b)*2", "sigmoid(a + b)·2", r"\sigma(a + b) \cdot 2", "1 / (1 + np.exp(-(a + b))) * 2.0"),
        ("1/sigmoid(a)", "1/sigmoid(a)", r"\frac{1}{\sigma(a)}", "1.0 / (1 / (1 + np.exp(-a)))"),
        ("square(a+b)", "square(a + b)", "(a + b)^2", "np.square(a + b)"),
        ("sqrt(abs(a))", "sqrt(abs(a))", r"\sqrt{\left|a\right|}", "np.sqrt(np.abs(a))"),
        (
            "max(a, b, 3)", "max(a, b, 3)", r"\max(a, b, 3)", "np.maximum(np.maximum(a, b), 3.0)",
        ),
        ("2*pi*e", "2·π·e", r"2 \pi e", "2.0 * np.pi * np.e"),
        ("1e20*width", "1e20·width", r"1 \cdot 10^{20} \mathrm{width}", "1e+20 * width"),
        ("w2_13*x", "w2_13·x", "w_{2,13} x", "w2_13 * x"),
        ("w_out1**x^.5", "w_out₁^x^0.5", r"\mathrm{w\_out1}^{x^{0.5}}", "w_out1**x**0.5"),
    ],
)  # fmt: skip
def test_the_three_notations(text, unicode, tex, code):
    expression = parse(text)
    assert expression.unicode() == unicode
    assert expression.tex() == tex
    assert expression.python() == code
    assert expression.python("numpy") == code.replace("np.", "numpy.")


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("x₁² − 2·x₂³", "x1**2 - 2*x2**3"),
        ("x₁×x₂÷2", "x1*x2/2"),
        ("x1^2^x2", "x1**2**x2"),
        ("2^x²", "2**(x**2)"),
        ("−x²", "-(x**2)"),
        ("x¹⁰", "x**10"),
        ("x²^3", "(x**2)**3"),
        ("1e−3·π", "0.001*pi"),
        ("+x\t- +1", "x - 1"),
    ],
)
def test_printed_signs_are_understood(written, plain):
    values = {"x": 1.25, "x1": 1.5, "x2": 0.5}
    assert parse(written).evaluate(values) == parse(plain).evaluate(values)
    assert set(parse(written).names) == set(parse(plain).names)


def test_constants_and_numbers():
    assert float(parse("pi").evaluate({})) == math.pi
    assert float(parse("e").evaluate({})) == math.e
    assert float(parse("1e-3 + .5 + 2.").evaluate({})) == 0.001 + 0.5 + 2.0
    assert float(parse("2*e").evaluate({})) == 2 * math.e


def test_a_result_is_new_and_has_the_shape_of_the_points():
    x = np.arange(6.0).reshape(2, 3)
    same = parse("x").evaluate({"x": x})
    same[:] = 99.0
    assert x[0, 1] == 1.0
    constant = parse("3").evaluate({"x": x})
    assert constant.shape == (2, 3)
    constant[0, 0] = 1.0  # writable, with memory for each point
    assert constant[0, 1] == 3.0
    outer = parse("x - y").evaluate({"x": x, "y": [[1], [2]]})
    assert outer.dtype == np.float64
    assert np.array_equal(outer, x - np.array([[1.0], [2.0]]))
    assert parse("x + 1").evaluate({"x": 2}).shape == ()


def test_what_has_no_real_value_is_nan_or_inf_without_a_warning():
    x = np.array([-1.0, 0.0, 1000.0])
    assert np.array_equal(parse("log(x)").evaluate({"x": x})[:2], [np.nan, -np.inf], equal_nan=True)
    assert np.array_equal(parse("exp(x)").evaluate({"x": x})[2:], [np.inf])
    assert np.array_equal(parse("1/x").evaluate({"x": x})[1:2], [np.inf])
    assert np.isnan(parse("x^0.5").evaluate({"x": x})[0])
    value, slopes = parse("log(x)/x").gradient({"x": x})
    assert np.isnan(value[0])
    assert not np.isfinite(slopes["x"][1])
    assert parse("sigmoid(x) + softplus(-x)").evaluate({"x": [-2000.0, 2000.0]}).tolist() == [2000.0, 1.0]


def test_values_that_do_not_fit_are_refused_with_the_reason():
    expression = parse("a + b")
    with pytest.raises(ValueError, match="no value for b: pass one for each of a, b"):
        expression.evaluate({"a": 1.0})
    with pytest.raises(ValueError, match=r"values .* got a \[2\], b \[3\]: pass one value a point"):
        expression.gradient({"a": np.zeros(2), "b": np.zeros(3)})
    with pytest.raises(ValueError, match="numpy is the name NumPy is imported by, got 'os;': pass 'np'"):
        expression.python("os;")
    with pytest.raises(ValueError, match="the formula has a variable np: import NumPy by another name"):
        parse("np + 1").python()


def test_the_reference_itself_knows_worked_numbers():
    tree = ("power", ("add", ("name", "x1"), ("number", "1")), ("number", "2"))
    assert render(tree) == "(x1 + 1) ** 2"
    assert compute(tree, {"x1": 2.0}) == 9.0
    assert issubclass(ExpressionError, ValueError)
