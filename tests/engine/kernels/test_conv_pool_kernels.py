"""Pooling's kernels against PyTorch over random shapes, ties and NaN against the rule."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from engine.kernels import opcodes as oc
from engine.kernels.conv_geometry import geometry_row
from tests.engine.kernels.map_operations import (
    assert_near,
    channels_first,
    channels_last,
    padded,
    row_of,
    run,
    windows,
)

types = pytest.mark.parametrize("dtype", [np.float64, np.float32])
NAN = np.nan


@pytest.mark.peer
@types
@given(w=windows(overhang=False))
def test_maximum_agrees_with_pytorch(torch, dtype, w):
    rng = np.random.default_rng(w["seed"])
    w["filters"] = w["channels"]
    made = (w["rows"], *w["positions"], w["channels"])
    # Whole numbers: there are ties, and of those PyTorch too takes the first.
    x = rng.integers(-3, 4, size=(w["rows"], *w["space"], w["channels"])).astype(dtype)
    dy = rng.normal(size=made).astype(dtype)
    theirs = channels_first(torch, x).requires_grad_()
    pool = getattr(torch.nn.functional, f"max_pool{len(w['size'])}d")
    y = pool(padded(torch, theirs, w, -np.inf), w["size"], w["stride"], dilation=w["dilation"])
    y.backward(channels_first(torch, dy))
    g = row_of(w, flip=False)
    ours = run(oc.MAX_POOL_FORWARD, g, w["rows"], x, made)
    assert (ours == channels_last(y)).all()
    assert_near(run(oc.MAX_POOL_BACKWARD, g, w["rows"], x, ours, dy, x.shape), channels_last(theirs.grad), dtype)


@pytest.mark.peer
@types
@pytest.mark.parametrize("count_padding", [True, False])
@given(w=windows(dilated=False, overhang=False))
def test_average_agrees_with_pytorch(torch, dtype, count_padding, w):
    rng = np.random.default_rng(w["seed"])
    made = (w["rows"], *w["positions"], w["channels"])
    x = rng.normal(size=(w["rows"], *w["space"], w["channels"])).astype(dtype)
    dy = rng.normal(size=made).astype(dtype)
    theirs = channels_first(torch, x).requires_grad_()
    pool = getattr(torch.nn.functional, f"avg_pool{len(w['size'])}d")
    y = pool(padded(torch, theirs, w), w["size"], w["stride"])
    if not count_padding:
        y = y / pool(padded(torch, torch.ones_like(theirs), w), w["size"], w["stride"])
    y.backward(channels_first(torch, dy))
    g = row_of(w, count_padding=count_padding, flip=False)
    assert_near(run(oc.AVERAGE_POOL_FORWARD, g, w["rows"], x, made), channels_last(y), dtype)
    assert_near(run(oc.AVERAGE_POOL_BACKWARD, g, w["rows"], dy, x.shape), channels_last(theirs.grad), dtype)


def test_the_first_of_equal_ones_takes_all():
    x = np.array([[1.0, 3, 3], [3, 2, 2], [0, 2, 2]]).reshape(1, 3, 3, 1)
    g = geometry_row((3, 3), 1, (2, 2), 1, (2, 2))
    y = run(oc.MAX_POOL_FORWARD, g, 1, x, (1, 2, 2, 1))
    assert y.ravel().tolist() == [3, 3, 3, 2]
    dy = np.array([1.0, 10, 100, 1000]).reshape(y.shape)
    dx = run(oc.MAX_POOL_BACKWARD, g, 1, x, y, dy, x.shape)
    assert dx.reshape(3, 3).tolist() == [[0, 11, 0], [100, 1000, 0], [0, 0, 0]]


@types
def test_nan_is_larger_than_all_and_takes_the_gradient(dtype):
    for place in range(4):
        x = np.array([1, np.inf, -1, 5], dtype).reshape(1, 2, 2, 1)
        x.flat[place] = NAN
        g = geometry_row((2, 2), 1, (2, 2), 1, (1, 1))
        for forward, backward in (
            (oc.MAX_POOL_FORWARD, oc.MAX_POOL_BACKWARD),
            (oc.GLOBAL_MAX_FORWARD, oc.GLOBAL_MAX_BACKWARD),
        ):
            y = run(forward, g, 1, x, (1, 1, 1, 1))
            assert np.isnan(y).all()
            dx = run(backward, g, 1, x, y, np.full_like(y, 7), x.shape)
            assert dx.ravel().tolist() == [7.0 * (k == place) for k in range(4)]


def test_padding_never_is_the_largest():
    x = np.array([-3.0, -2]).reshape(1, 2, 1)
    g = geometry_row((2,), 1, (2,), 1, (3,), padding=(1,))
    assert run(oc.MAX_POOL_FORWARD, g, 1, x, (1, 3, 1)).ravel().tolist() == [-3, -2, -2]


def test_pooling_of_whole_maps(rng):
    x = rng.normal(size=(4, 5, 6, 33))
    g = geometry_row((5, 6), 33, (5, 6), 33, (1, 1))
    np.testing.assert_allclose(run(oc.GLOBAL_AVERAGE_FORWARD, g, 4, x, (4, 33)), x.mean(axis=(1, 2)), atol=1e-15)
    assert (run(oc.GLOBAL_MAX_FORWARD, g, 4, x, (4, 33)) == x.max(axis=(1, 2))).all()
    dy = rng.normal(size=(4, 33))
    dx = run(oc.GLOBAL_AVERAGE_BACKWARD, g, 4, dy, x.shape)
    np.testing.assert_allclose(dx, np.broadcast_to(dy[:, None, None] / 30, x.shape), atol=1e-16)
