"""The input features and the matrix made of them."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from engine.datasets import FEATURES, feature_matrix, make_circle
from engine.datasets.features import formula_feature
from engine.expression import ExpressionError

EXPECTED = {
    "x1": ("x₁", lambda a, b: a),
    "x2": ("x₂", lambda a, b: b),
    "x1_squared": ("x₁²", lambda a, b: a * a),
    "x2_squared": ("x₂²", lambda a, b: b * b),
    "x1_x2": ("x₁x₂", lambda a, b: a * b),
    "sin_x1": ("sin(x₁)", lambda a, b: math.sin(a)),
    "sin_x2": ("sin(x₂)", lambda a, b: math.sin(b)),
}
POINTS = np.array([[0.0, 0.0], [1.0, -2.0], [-3.5, 0.25], [6.0, 6.0]])


def test_there_are_these_seven():
    assert list(FEATURES) == list(EXPECTED)
    for key, feature in FEATURES.items():
        assert feature.key == key
        assert feature.label == EXPECTED[key][0]
    assert FEATURES["x1_squared"].tex == "x_1^2"
    assert FEATURES["sin_x2"].tex == r"\sin(x_2)"


@pytest.mark.parametrize("key", EXPECTED)
def test_a_feature_is_its_formula(key):
    values = FEATURES[key].compute(POINTS)
    assert values.shape == (4,)
    assert values == pytest.approx([EXPECTED[key][1](*point) for point in POINTS.tolist()], abs=1e-15)


def test_the_matrix_has_the_columns_in_the_order_asked_for():
    matrix = feature_matrix(POINTS, ["sin_x1", "x2", "x1_x2"])
    assert matrix.shape == (4, 3)
    assert matrix.dtype == np.float64
    assert matrix.flags.c_contiguous
    assert matrix[1] == pytest.approx([math.sin(1.0), -2.0, -2.0])


def test_the_matrix_is_a_copy():
    points = POINTS.copy()
    feature_matrix(points, ("x1", "x2"))[:] = 99.0
    assert np.array_equal(points, POINTS)


def test_squares_make_the_circle_linear():
    made = make_circle(200, 0.0, np.random.default_rng(0))
    squares = feature_matrix(made.inputs, ["x1_squared", "x2_squared"])
    assert np.array_equal(squares.sum(axis=1) < 9.0, made.targets == 1.0)


@pytest.mark.parametrize(
    ("inputs", "keys", "message"),
    [
        (
            POINTS,
            ["x1", "x1_squard"],
            "no feature 'x1_squard': did you mean 'x1_squared'. There are x1, x2, .*sin_x2",
        ),
        (POINTS, [], "keys names at least one feature, got none: pass"),
        (POINTS, "x1", r"keys is a sequence of feature keys, got the string 'x1': pass \['x1'\]"),
        (POINTS, ["x1", "x2", "x1"], "keys names each feature once, got 'x1' again: drop"),
        (POINTS.T, ["x1"], r"inputs has shape \[N, 2\], got \[2, 4\]: pass one row"),
        (POINTS[0], ["x1"], r"inputs has shape \[N, 2\], got \[2\]: pass one row"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_reason(inputs, keys, message):
    with pytest.raises(ValueError, match=message):
        feature_matrix(inputs, keys)


def test_every_feature_says_in_one_sentence_what_it_is_good_for():
    for feature in (*FEATURES.values(), formula_feature("own", "x1")):
        assert re.fullmatch(r"[A-Z][^.!]*\.", feature.sentence)
    assert FEATURES["x1_squared"].sentence == "The square lets one neuron draw a circle when both squares are on."


def test_a_formula_becomes_a_feature():
    feature = formula_feature("own1", "x₁^2*x2 - sin(pi*x1)/2")
    assert feature.key == "own1"
    assert feature.label == "x₁²·x₂ − sin(π·x₁)/2"
    assert feature.tex == r"x_1^2 x_2 - \frac{\sin(\pi x_1)}{2}"
    assert feature.sentence == "Your own formula."
    values = feature.compute(POINTS)
    assert values.shape == (4,)
    assert values == pytest.approx([a * a * b - math.sin(math.pi * a) / 2 for a, b in POINTS.tolist()], abs=1e-13)


@pytest.mark.parametrize("text", ["x1", "3", "x2 + 0"])
def test_a_formula_returns_an_array_of_its_own(text):
    points = POINTS.copy()
    values = formula_feature("own", text).compute(points)
    assert values.shape == (4,)
    values[:] = 99.0
    assert np.array_equal(points, POINTS)


def test_formulas_and_keys_stand_side_by_side():
    own = formula_feature("own", "x1*x2")
    matrix = feature_matrix(POINTS, ["x2", own, FEATURES["x1"], "x1_x2"])
    assert matrix.flags.c_contiguous
    assert np.array_equal(matrix[:, 0], POINTS[:, 1])
    assert np.array_equal(matrix[:, 1], matrix[:, 3])
    assert np.array_equal(matrix[:, 2], POINTS[:, 0])


def test_the_built_in_labels_are_formulas_too():
    for feature in FEATURES.values():
        own = formula_feature("own", feature.label.replace("₁x", "₁·x"))
        assert own.compute(POINTS) == pytest.approx(feature.compute(POINTS), abs=1e-15)
        assert own.tex == feature.tex


def test_a_formula_that_has_no_value_somewhere_says_so_by_nan():
    values = formula_feature("own", "sqrt(x2)").compute(POINTS)
    assert np.array_equal(np.isnan(values), POINTS[:, 1] < 0)


@pytest.mark.parametrize(
    ("key", "text", "message"),
    [
        ("own", "x1 + y", "unknown name y at character 6: here you can use x1 and x2"),
        ("own", "", "the formula is empty"),
        ("x1", "x1 + x2", "key is a name of the formula's own, got 'x1': pass one such as 'own1'"),
        ("", "x1", "key is a name of the formula's own, got ''"),
    ],
)
def test_a_formula_that_does_not_fit_is_refused(key, text, message):
    with pytest.raises(ValueError, match=message) as caught:
        formula_feature(key, text)
    assert isinstance(caught.value, ExpressionError) == (key == "own")


def test_a_formula_stands_in_a_matrix_once():
    own = formula_feature("own", "x1")
    with pytest.raises(ValueError, match="names each feature once, got 'own' again"):
        feature_matrix(POINTS, [own, "x1", formula_feature("own", "x2")])
