"""The trap of log(0): where the formula gives nan and inf, and the stable form the true cost."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.batches import SLIDE_LINE, gaussian_groups, log_zero, summed_cost
from engine.batches.data import Groups


@pytest.fixture
def groups() -> Groups:
    """The course's set."""
    return gaussian_groups(np.random.default_rng(0))


def one_point(label: float) -> Groups:
    return Groups(np.array([[1.0, 0.0]]), np.array([label]))


@pytest.mark.concept("C087")
def test_the_naive_form_is_nan_where_the_stable_one_is_finite(groups) -> None:
    tame = log_zero(groups, SLIDE_LINE)
    assert tame.naive == pytest.approx(tame.stable, abs=1e-9)
    assert (tame.certain_right, tame.certain_wrong) == (0, 0)
    scaled = [10 * value for value in SLIDE_LINE]
    wild = log_zero(groups, scaled)
    assert math.isnan(wild.naive)
    assert wild.certain_right > 0
    assert math.isfinite(wild.stable)
    # Point by point, each time by the exponential that cannot overflow.
    total = 0.0
    for (x1, x2), label in zip(groups.points, groups.labels, strict=True):
        z = scaled[0] * x1 + scaled[1] * x2 + scaled[2]
        z = -z if label else z
        total += math.log1p(math.exp(z)) if z < 0 else z + math.log1p(math.exp(-z))
    assert wild.stable == pytest.approx(total, rel=1e-12)
    assert wild.stable == pytest.approx(float(summed_cost(groups, scaled)), rel=1e-12)


def test_a_certain_right_answer_is_nan_and_a_wrong_one_is_inf() -> None:
    right, wrong = log_zero(one_point(1.0), (40, 0, 0)), log_zero(one_point(0.0), (40, 0, 0))
    assert math.isnan(right.naive)
    assert (right.certain_right, right.certain_wrong) == (1, 0)
    assert wrong.naive == math.inf
    assert (wrong.certain_right, wrong.certain_wrong) == (0, 1)
    # z > 0 on a point of label 0 costs softplus(z), which is z and very little more.
    assert wrong.stable == pytest.approx(40, abs=1e-12)
    assert right.stable == pytest.approx(math.exp(-40), rel=1e-9)


def test_from_which_logit_on_certainty_is_exact() -> None:
    for precision, tame, wild in (("float64", 36, 38), ("float32", 16, 18)):
        assert log_zero(one_point(1.0), (tame, 0, 0), precision).certain_right == 0
        assert math.isfinite(log_zero(one_point(1.0), (tame, 0, 0), precision).naive)
        assert math.isnan(log_zero(one_point(1.0), (wild, 0, 0), precision).naive)


def test_what_is_added_within_the_logarithm_hides_grave_errors() -> None:
    graves = log_zero(one_point(0.0), (500, 0, 0))
    assert graves.padded == pytest.approx(-math.log(1e-10), abs=1e-6)
    assert graves.stable == pytest.approx(500, abs=1e-9)
    assert graves.largest == 500
