"""Soft-max and its cross-entropy, with fewer scores than a vector holds, as many, and more."""

from __future__ import annotations

import numpy as np
import pytest

from engine.arena import READ_SLACK
from engine.kernels import softmax

types = pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-14), (np.float32, 2e-6)])


def expected(z, y):
    """Probabilities, loss and gradient in float64, from the largest score downwards."""
    z = z.astype(float) - z.max(axis=1, keepdims=True).astype(float)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    loss = (np.log(np.exp(z).sum(axis=1)) - (y * z).sum(axis=1)).mean()
    return p, loss, (p - y) / len(z)


def ran(z, y):
    """The same by the kernels, between numbers that must neither count nor change."""
    rows, units = z.shape
    gap = np.full(READ_SLACK, 1e30, z.dtype)
    parts = [z.ravel(), gap, y.astype(z.dtype).ravel(), gap, np.zeros(z.size, z.dtype), gap]
    memory = np.concatenate(parts)
    at_y, out = z.size + READ_SLACK, 2 * (z.size + READ_SLACK)
    made = []
    for kernel in (softmax.softmax_forward, softmax.categorical_cross_entropy_gradient):
        places = (0, out) if kernel is softmax.softmax_forward else (0, at_y, out)
        kernel(memory, *places, rows, units)
        made.append(memory[out : out + z.size].reshape(z.shape).copy())
        assert (memory[out + z.size :] == gap).all()
    return made[0], softmax.categorical_cross_entropy(memory, 0, at_y, rows, units), made[1]


@types
@pytest.mark.parametrize("units", [1, 2, 8, 9, 10, 16, 17, 33, 40])
def test_probabilities_loss_and_gradient(units, dtype, tolerance, rng):
    z = (3 * rng.normal(size=(5, units))).astype(dtype)
    y = np.eye(units)[rng.integers(0, units, 5)]
    for got, wanted in zip(ran(z, y), expected(z, y), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=0, atol=tolerance * max(1, np.abs(wanted).max()))


@types
@pytest.mark.parametrize("units", [3, 17])
def test_scores_far_from_zero(units, dtype, tolerance, rng):
    z = np.array([1000.0, -1000.0, 5000.0])[:, None] + rng.integers(-3, 4, (3, units))
    y = np.eye(units)[[0, 1, 2]]
    for got, wanted in zip(ran(z.astype(dtype), y), expected(z, y), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=0, atol=3 * tolerance * max(1, np.abs(wanted).max()))


@pytest.mark.parametrize("units", [3, 17])
def test_a_score_that_is_not_a_number_is_seen_in_its_row_alone(units, rng):
    z, y = rng.normal(size=(3, units)), np.eye(units)[[0, 1, 2]]
    z[1, units - 1] = np.nan
    p, loss, d = ran(z, y)
    assert np.isnan(loss)
    for made in (p, d):
        assert np.isnan(made[1]).all()
        assert np.isfinite(made[[0, 2]]).all()
