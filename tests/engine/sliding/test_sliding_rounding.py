"""What is 0 but for rounding, against sums of fractions."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from engine.sliding import END, SlidingRun, SlidingSpec, fitted, input_spec, kernel_spec, pool_sum, position_sum
from engine.sliding.fit import flat
from engine.sliding.rounding import settle, settled_sum

# 0.1·3 − 0.3·1 and its like: 0, but not in floating point.
NOISE = 3 * 0.1 - 0.3


def signal(**changes):
    return SlidingSpec(space=(3,), x=(0.1, 0.2, 0.3), size=3, w=(1, 1, -1), b=(0,), **changes)


def test_a_sum_that_is_nothing_but_rounding_is_0():
    assert NOISE != 0
    assert settled_sum([0.1, 0.2, -0.3]) == settled_sum([0.1, 0.1, 0.1, -0.3]) == 0.0
    assert settled_sum([]) == 0.0
    # What is small, but more than rounding, stays.
    assert settled_sum([1.0, -1.0, 1e-14]) == pytest.approx(1e-14, rel=0.1)
    assert settled_sum([1e-300]) == 1e-300
    assert settled_sum([-1e-20, 0.0]) == -1e-20


def test_no_sum_of_decimals_is_settled_that_is_not_0():
    rng = np.random.default_rng(4)
    zeros = 0
    for _ in range(2000):
        tenths = rng.integers(-9, 10, 9)
        exact = sum(Fraction(int(k), 30) for k in tenths)
        found = settled_sum(k / 10 * (1 / 3) for k in tenths)
        assert (found == 0) == (exact == 0)
        assert found == pytest.approx(float(exact), abs=1e-15)
        zeros += exact == 0
    assert zeros > 20


def test_arrays_are_settled_as_sums_are():
    terms = np.array([[0.1, 0.2, -0.3], [1.0, -1.0, 1e-14], [1e-300, 0, 0]])
    values = terms.sum(axis=1)
    settle(values, np.abs(terms).sum(axis=1), 3)
    assert values.tolist() == [settled_sum(row) for row in terms.tolist()]


def test_relu_stops_a_gradient_where_the_sum_is_0():
    assert sum((0.1, 0.2, -0.3)) > 0
    run = SlidingRun(signal(relu=True))
    run.seek(END)
    frame = run.frame()
    assert (frame.z.item(), frame.y.item(), frame.delta.item()) == (0, 0, 0)
    assert not frame.dx.any()
    assert not frame.dw.any()
    assert frame.current.made.result == 0
    assert frame.current.made.sentence == "0.1·1 + 0.2·1 + 0.3·(−1) = 0"


def test_a_mean_of_0_is_0():
    spec = SlidingSpec(operation="average", space=(3,), x=(0.1, 0.2, -0.3), size=3)
    run = SlidingRun(spec)
    run.step("op")
    frame = run.frame()
    assert (frame.y.item(), frame.current.made.result) == (0, 0)
    assert frame.current.made.sentence == "(0.1 + 0.2 + (−0.3))/3 = 0"
    assert pool_sum(frame.x, frame.window, (0, 0), "max").result == 0.2


def test_gradients_that_cancel_are_0():
    # The middle of the input gets 0.3 − 0.1 − 0.2, each weight the sum of the gradients, the bias too.
    spec = SlidingSpec(
        space=(5,), x=(1, 1, 1, 1, 1), size=3, w=(1, 1, 1), b=(0,), upstream=(0.1, 0.2, -0.3),
    )  # fmt: skip
    run = SlidingRun(spec)
    run.seek(END)
    frame = run.frame()
    assert frame.dx[2, 0] == 0
    assert not frame.dw.any()
    assert not frame.db.any()
    np.testing.assert_allclose(frame.dx[:, 0], [0.1, 0.3, 0, -0.1, -0.3], atol=1e-15)


@pytest.mark.parametrize("name", ["china_rgb", "flower_rgb", "china", "flower", "digit", "patch"])
@pytest.mark.parametrize("kernel", ["sobel_x", "laplacian", "random"])
def test_photographs_have_no_noise(name, kernel):
    # All numbers are hundredths times tenths: what is not 0 is a thousandth at least.
    spec = fitted(kernel_spec(input_spec(SlidingSpec(), name), kernel), padding="same")
    run = SlidingRun(spec)
    run.seek(END)
    frame = run.frame()
    for values in (frame.y, frame.dx, frame.dw):
        sizes = np.abs(values[values != 0])
        assert sizes.min() > 9e-4
    x, w = np.rint(frame.x * 100).astype(int), np.rint(frame.w * 10).astype(int)
    padded = np.pad(x, ((1, 1), (1, 1), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(0, 1))
    exact = np.einsum("ijcmn,mnco->ijo", windows, w)
    np.testing.assert_array_equal(frame.y == 0, exact == 0)
    np.testing.assert_allclose(frame.y, exact / 1000, atol=1e-12)


def test_a_position_is_what_the_run_makes():
    spec = kernel_spec(input_spec(SlidingSpec(), "flower"), "laplacian")
    frame = SlidingRun(spec).frame()
    places = [tuple(map(int, place)) for place in np.argwhere(frame.totals.y == 0)]
    assert places
    for place in places:
        assert position_sum(frame.x, frame.w, frame.b, frame.window, place).result == 0


def test_thirds_of_a_colour_picture_are_0_in_each_channel():
    third = np.array([-1, 0, 1]) / 3
    spec = SlidingSpec(
        space=(3,), channels=2, x=(0.1, 0.7, 0.5, 0.5, 0.1, 0.7), size=3, w=flat(np.repeat(third, 2)), b=(0,),
    )  # fmt: skip
    run = SlidingRun(spec)
    run.step("op")
    products = run.frame().current.made.products
    assert [settled_sum(product.value for product in products[c::2]) for c in range(2)] == [0, 0]
