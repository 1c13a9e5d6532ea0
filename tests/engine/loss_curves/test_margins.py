"""Losses of the margin: the golden table, slopes by differences, and the identity of the two logistic losses."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.loss_curves import MARGIN_LOSSES, margin_of, natural_cost
from engine.probability import sigmoid

# Golden row `loss`.
GOLDEN = {
    0.0: {"hinge": 1, "exponential": 1, "logistic": 1, "natural": 0.6931},
    -2.0: {"hinge": 3, "exponential": 7.3891, "logistic": 3.0685, "natural": 2.1269},
    2.0: {"hinge": 0, "exponential": 0.1353, "logistic": 0.1831, "natural": 0.1269},
}


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("hinge", marks=pytest.mark.concept("C073")),
        pytest.param("exponential", marks=pytest.mark.concept("C074")),
        pytest.param("logistic", marks=pytest.mark.concept("C075")),
        "natural",
    ],
)
def test_the_golden_table(key: str) -> None:
    for margin, values in GOLDEN.items():
        assert float(MARGIN_LOSSES[key].value(margin)) == pytest.approx(values[key], abs=5e-5)


@pytest.mark.concept("C072")
def test_the_number_of_errors_is_a_staircase() -> None:
    zero_one = MARGIN_LOSSES["zero_one"]
    assert zero_one.value([-3, -1e-9, 0, 1e-9, 3]).tolist() == [1, 1, 1, 0, 0]
    assert zero_one.slope([-3, -1e-9, 1e-9, 3]).tolist() == [0, 0, 0, 0]


@given(st.sampled_from(list(MARGIN_LOSSES)), st.floats(-5, 5))
def test_slopes_against_differences(key: str, margin: float) -> None:
    loss, h = MARGIN_LOSSES[key], 1e-6
    # Not across a jump or a kink.
    if min(abs(margin), abs(margin - 1)) < 1e-3:
        return
    slope = (float(loss.value(margin + h)) - float(loss.value(margin - h))) / (2 * h)
    assert float(loss.slope(margin)) == pytest.approx(slope, rel=1e-5, abs=1e-6)


def test_the_hinge_stops_caring_at_one_and_the_others_do_not() -> None:
    slopes = {key: float(loss.slope(1.5)) for key, loss in MARGIN_LOSSES.items()}
    assert slopes["hinge"] == slopes["zero_one"] == 0
    assert max(slopes["exponential"], slopes["logistic"], slopes["natural"]) < 0
    assert float(MARGIN_LOSSES["hinge"].value(0.5)) == 0.5
    assert float(MARGIN_LOSSES["logistic"].value(0.5)) == pytest.approx(0.684, abs=5e-4)


@given(st.floats(-30, 30), st.sampled_from([0, 1]))
def test_both_conventions_are_one_loss_but_for_a_factor(score: float, target: int) -> None:
    margin = margin_of(score, target)
    assert margin == (2 * target - 1) * score
    a = sigmoid(score)
    written = -target * math.log(a) - (1 - target) * math.log(sigmoid(-score))
    assert natural_cost(score, target) == pytest.approx(written, rel=1e-9, abs=1e-12)
    assert natural_cost(score, target) == pytest.approx(float(MARGIN_LOSSES["natural"].value(margin)), abs=1e-12)
    assert natural_cost(score, target) == pytest.approx(
        math.log(2) * float(MARGIN_LOSSES["logistic"].value(margin)), abs=1e-12
    )


def test_far_out_nothing_overflows() -> None:
    assert float(MARGIN_LOSSES["logistic"].value(-2000.0)) == pytest.approx(2000 / math.log(2))
    assert np.isfinite(natural_cost(-2000.0, 1))
