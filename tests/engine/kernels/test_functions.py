"""Vector exp, e^x - 1 (as in ELU), tanh and sigmoid against extended precision, in units in the last place."""

from __future__ import annotations

import numpy as np
import pytest
from numba import njit

from engine.arena import READ_SLACK
from engine.kernels import elementwise
from engine.kernels.functions import exp
from engine.kernels.simd import lanes, load, store

types = pytest.mark.parametrize("dtype", [np.float64, np.float32])


@njit(error_model="numpy")
def exp_of(memory, count):
    """Replace memory[:count] by e to its power; count is a multiple of the vector's width."""
    for i in range(0, count, lanes(memory)):
        store(memory, i, exp(load(memory, i)))


def apply(function, x):
    """The function of all x, by its kernel."""
    count = x.size
    memory = np.zeros(2 * count + READ_SLACK, x.dtype)
    memory[:count] = x
    if function == "exp":
        exp_of(memory, count)
        return memory[:count]
    getattr(elementwise, f"{function}_forward")(memory, 0, count, count)
    return memory[count : 2 * count]


def exact(function, x):
    """The same in extended precision (64 bits of mantissa on x86; float32 needs less)."""
    x = x.astype(np.longdouble)
    if function == "exp":
        return np.exp(x)
    if function == "elu":
        return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))
    return np.tanh(x) if function == "tanh" else 1 / (1 + np.exp(-x))


def ulps(got, expected):
    """The error in units in the last place of the expected number."""
    spacing = np.spacing(np.abs(expected).astype(got.dtype)).astype(np.longdouble)
    return float((np.abs(got.astype(np.longdouble) - expected) / spacing).max())


def whole_range(dtype, reach, count=1 << 17):
    """Arguments of both signs, evenly and by magnitude, from the tiny to `reach`."""
    rng = np.random.default_rng(1)
    smallest = np.log10(float(np.finfo(dtype).tiny)) + 1
    by_size = 10 ** rng.uniform(smallest, np.log10(reach), count)
    by_size *= rng.choice([-1, 1], count)
    return np.concatenate([rng.uniform(-reach, reach, count), by_size]).astype(dtype)


@pytest.mark.skipif(np.finfo(np.longdouble).nmant < 60, reason="this machine has no extended precision")
@types
@pytest.mark.parametrize(("function", "bound"), [("exp", 1.1), ("tanh", 2.5), ("sigmoid", 2.5), ("elu", 2.0)])
def test_the_error_is_a_few_units_in_the_last_place(function, bound, dtype):
    # Results below the smallest normal number may become 0: stay above it.
    reach = 708.0 if dtype is np.float64 else 87.0
    x = whole_range(dtype, 30.0 if function == "tanh" else reach)
    assert ulps(apply(function, x), exact(function, x)) <= bound


@types
def test_beyond_the_range_there_is_infinity_zero_or_one(dtype):
    x = np.array([-np.inf, -1e4, 1e4, np.inf] * 4, dtype)
    assert apply("exp", x)[:4].tolist() == [0, 0, np.inf, np.inf]
    assert apply("tanh", x)[:4].tolist() == [-1, -1, 1, 1]
    assert apply("sigmoid", x)[:4].tolist() == [0, 0, 1, 1]


@types
@pytest.mark.parametrize(("function", "at_zero"), [("exp", 1.0), ("tanh", 0.0), ("sigmoid", 0.5), ("elu", 0.0)])
def test_zero_and_nan(function, at_zero, dtype):
    x = np.zeros(16, dtype)
    x[3] = np.nan
    got = apply(function, x)
    assert np.isnan(got[3])
    assert (np.delete(got, 3) == at_zero).all()


@types
def test_tanh_is_odd_to_the_bit(dtype):
    x = whole_range(dtype, 30.0, 1 << 12)
    assert (apply("tanh", -x) == -apply("tanh", x)).all()
