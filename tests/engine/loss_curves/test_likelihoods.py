"""Likelihood and cross-entropy: one thing, written as a product and as a sum."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.batches import BatchesSpec, summed_cost
from engine.loss_curves import (
    coin_product,
    likelihood,
    logistic_gradient,
    natural_cost,
    sample_cost,
    sample_factor,
    underflow,
)
from engine.probability import sigmoid

SAMPLES = st.lists(st.tuples(st.floats(0.01, 0.99), st.sampled_from([0, 1])), min_size=1, max_size=10)


@pytest.mark.concept("C080")
def test_the_label_switches_a_factor_on() -> None:
    assert sample_factor(0.7, 1) == 0.7
    assert sample_factor(0.7, 0) == pytest.approx(0.3)
    assert sample_factor(0.2, 0) == pytest.approx(0.8)
    assert [sample_factor(p, label) for p, label in ((1.0, 1), (0.0, 0))] == [1, 1]


@pytest.mark.concept("C080")
@given(st.floats(0, 1))
def test_both_labels_together_are_certain(p: float) -> None:
    assert sample_factor(p, 0) + sample_factor(p, 1) == pytest.approx(1)


@pytest.mark.concept("C081")
@given(SAMPLES)
def test_the_cost_is_minus_the_log_of_the_product(samples: list[tuple[float, int]]) -> None:
    found = likelihood([p for p, _ in samples], [label for _, label in samples])
    expected = math.prod(p if label else 1 - p for p, label in samples)
    assert found.products[-1] == pytest.approx(expected)
    assert found.cost == pytest.approx(-math.log(expected))
    assert math.fsum(found.share(k) for k in range(len(samples))) == pytest.approx(1)


@pytest.mark.concept("C081")
def test_the_product_underflows_and_the_sum_does_not() -> None:
    # By exact arithmetic: the smallest numbers above 0 are 2⁻¹⁴⁹ and 2⁻¹⁰⁷⁴, and half of them rounds to 0.
    assert underflow(0.5, "float32", 2000) == 150
    assert underflow(0.5, "float64", 2000) == 1075
    assert underflow(0.5, "float64", 1000) is None
    assert coin_product(0.5, 200)[200] == 2.0**-200
    assert coin_product(0.5, 200, "float32")[200] == 0
    assert likelihood([0.5] * 2000, [1] * 2000).cost == pytest.approx(2000 * math.log(2))


@pytest.mark.concept("C082")
def test_zero_weights_cost_138_63_on_200_points() -> None:
    assert likelihood([0.5] * 200, [0] * 100 + [1] * 100).cost == pytest.approx(138.63, abs=5e-3)
    assert summed_cost(BatchesSpec().groups(), (0.0, 0.0, 0.0)) == pytest.approx(138.63, abs=5e-3)


@pytest.mark.concept("C082")
def test_costs_of_one_sample() -> None:
    golden = {(0.9, 1): 0.105, (0.9, 0): 2.303, (0.01, 1): 4.605, (1e-6, 1): 13.816, (0.5, 0): 0.693, (0.5, 1): 0.693}
    for (a, t), cost in golden.items():
        assert sample_cost(a, t) == pytest.approx(cost, abs=5e-4)


@pytest.mark.concept("C086")
def test_a_gross_error_owns_the_cost() -> None:
    assert sample_cost(1e-6, 1) == pytest.approx(13.8, abs=0.05)
    assert sample_cost(0.0, 1) == math.inf
    assert sample_cost(1.0, 1) == 0
    good = [0.9, 0.85, 0.95, 0.8, 0.9, 0.88, 0.92, 0.97]
    for p, owns in ((0.5, False), (0.4, True), (1e-6, True)):
        assert (likelihood([*good, p], [1] * 9).share(8) > 0.5) is owns


def test_shares_where_nothing_or_everything_costs() -> None:
    assert math.isnan(likelihood([1.0, 1.0], [1, 1]).share(0))
    endless = likelihood([0.0, 0.5], [1, 1])
    assert endless.cost == math.inf
    assert math.isnan(endless.share(0))
    assert endless.share(1) == 0


def test_the_gradient_of_a_sigmoid_unit() -> None:
    x, w = np.array([1.0, 2.0, 3.0]), np.array([0.1, 0.2, 0.3])
    a = sigmoid(float(w @ x))
    assert a == pytest.approx(0.8021839)
    assert logistic_gradient(0.8022, 0, x.tolist()) == pytest.approx((0.802, 1.604, 2.407), abs=5e-4)
    h = 1e-6
    steps = h * np.eye(3)
    for t in (0, 1):
        slopes = [
            (natural_cost(float((w + step) @ x), t) - natural_cost(float((w - step) @ x), t)) / (2 * h)
            for step in steps
        ]
        assert logistic_gradient(a, t, x.tolist()) == pytest.approx(slopes, abs=1e-8)


def test_a_label_for_each_sample() -> None:
    with pytest.raises(ValueError, match="2 and 1"):
        likelihood([0.5, 0.5], [1])
