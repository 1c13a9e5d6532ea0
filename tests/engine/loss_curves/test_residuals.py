"""Errors, and the three ways to add them up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.expression import parse
from engine.loss_curves import absolute_curve, residuals, squared_curve

TARGETS = st.lists(st.floats(-10, 10), min_size=1, max_size=12)


@pytest.mark.concept("C068")
def test_signed_errors_cancel() -> None:
    found = residuals((3.0, -3.0), 0.0)
    assert (found.signed, found.absolute, found.squared) == (0, 6, 18)


@pytest.mark.concept("C070")
def test_many_small_errors_against_a_large_one() -> None:
    small, large = residuals((0.1,) * 10, 0.0), residuals((1.0,) + (0.0,) * 9, 0.0)
    assert small.absolute == pytest.approx(large.absolute)
    assert small.squared == pytest.approx(0.1)
    assert large.squared == 1
    assert large.mean_squared == pytest.approx(0.1)
    assert large.root_mean_squared == pytest.approx(0.31623, abs=1e-5)


@given(TARGETS)
def test_the_mean_has_the_least_squares(targets: list[float]) -> None:
    outputs = np.linspace(-10, 10, 401)
    found = residuals(targets, 0.0)
    assert squared_curve(targets, np.array([found.mean]))[0] <= squared_curve(targets, outputs).min() + 1e-9


@pytest.mark.concept("C069")
@given(TARGETS)
def test_any_median_has_the_least_absolute_errors(targets: list[float]) -> None:
    outputs = np.linspace(-10, 10, 401)
    low, high = residuals(targets, 0.0).median
    for output in (low, high, (low + high) / 2):
        assert absolute_curve(targets, np.array([output]))[0] <= absolute_curve(targets, outputs).min() + 1e-9
    assert low <= np.median(targets) <= high


@pytest.mark.concept("C069")
def test_the_absolute_error_has_a_kink_at_a_target_and_the_square_has_none() -> None:
    h = 1e-6
    around = np.array([2 - h, 2.0, 2 + h])
    sizes, squares = absolute_curve((2.0,), around), squared_curve((2.0,), around)
    assert np.diff(sizes) / h == pytest.approx([-1, 1], abs=1e-6)
    assert np.diff(squares) / h == pytest.approx([0, 0], abs=1e-5)


def test_an_outlier_pulls_the_mean_alone() -> None:
    before, after = residuals((1.0, 2.0, 2.0, 3.0, 4.0), 0.0), residuals((1.0, 2.0, 2.0, 3.0, 9.0), 0.0)
    assert (before.mean, after.mean) == pytest.approx((2.4, 3.4))
    assert before.median == after.median == (2.0, 2.0)


def test_nothing_to_compare_with() -> None:
    with pytest.raises(ValueError, match="a target at least"):
        residuals((), 0.0)


@pytest.mark.concept("C071")
def test_half_the_squared_error_of_a_linear_unit_on_the_graph() -> None:
    """J = ½(y − f)² with f = wᵀx + b at x = (1, 2), w = (1, 1), b = 0, y = 5."""
    loss = parse("0.5*(y-(w1*x1+w2*x2+b))^2", ("y", "w1", "x1", "w2", "x2", "b"))
    values = {"y": 5.0, "w1": 1.0, "x1": 1.0, "w2": 1.0, "x2": 2.0, "b": 0.0}
    assert float(loss.evaluate(values)) == 2
    h = 1e-5
    slopes = [
        (float(loss.evaluate(values | {name: values[name] + h})) -
         float(loss.evaluate(values | {name: values[name] - h}))) / (2 * h)
        for name in ("w1", "w2", "b")
    ]  # fmt: skip
    assert slopes == pytest.approx([-2, -4, -2], abs=1e-8)
    # One step with η = 0.1, as the course goes on.
    after = values | {"w1": 1.2, "w2": 1.4, "b": 0.2}
    assert float(loss.evaluate(after)) == pytest.approx(0.32)
