"""The two regression sets: targets recomputed point by point."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.datasets import Dataset, Task, make_multi_gauss, make_plane

BUMPS = [(-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)]


def draw(make, noise=0.0, seed=0) -> Dataset:
    return make(1000, noise, np.random.default_rng(seed))


def bump_height(x1: float, x2: float) -> float:
    values = [sign * max(0.0, 1.0 - math.dist((x1, x2), (c1, c2)) / 2.0) for c1, c2, sign in BUMPS]
    return max(values, key=abs)


@pytest.mark.parametrize("make", [make_plane, make_multi_gauss])
def test_points_fill_the_square(make):
    made = draw(make)
    assert made.task is Task.REGRESSION
    assert made.classes == 0
    assert 5.95 < np.abs(made.inputs).max() <= 6.0
    assert np.histogram2d(*made.inputs.T, bins=4, range=[[-6, 6], [-6, 6]])[0].min() > 30


def test_clean_plane_is_a_tenth_of_the_sum():
    made = draw(make_plane)
    assert made.targets == pytest.approx((made.inputs[:, 0] + made.inputs[:, 1]) / 10.0)
    assert 1.0 < np.abs(made.targets).max() <= 1.2


def test_clean_bumps_match_the_height_computed_point_by_point():
    made = draw(make_multi_gauss)
    assert made.targets == pytest.approx([bump_height(*point) for point in made.inputs])
    assert made.targets.max() > 0.8
    assert made.targets.min() < -0.8
    # The six discs of radius 2 only just touch and stay inside the square of area 144.
    assert np.mean(made.targets != 0.0) == pytest.approx(24 * np.pi / 144, abs=0.07)


@pytest.mark.parametrize("make", [make_plane, make_multi_gauss])
def test_noise_blurs_targets_and_moves_no_point(make):
    clean, noisy = draw(make), draw(make, noise=0.25)
    assert np.array_equal(clean.inputs, noisy.inputs)
    assert np.mean(clean.targets != noisy.targets) > 0.4
    if make is make_plane:
        # The shift is at most 0.25 * 6 in each of two coordinates, a tenth of which reaches the target.
        blur = noisy.targets - clean.targets
        assert 0.25 < np.abs(blur).max() <= 0.3
        assert abs(blur.mean()) < 0.02
    else:
        assert np.abs(noisy.targets).max() <= 1.0
