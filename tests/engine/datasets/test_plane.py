"""The classification sets of the plane: where the points lie and how they are labelled."""

from __future__ import annotations

import numpy as np
import pytest

from engine.datasets import (
    Dataset,
    make_arms,
    make_blobs,
    make_circle,
    make_gauss,
    make_moons,
    make_spiral,
    make_xor,
)


def draw(make, samples=1000, noise=0.0, seed=0, **more) -> Dataset:
    return make(samples, noise, np.random.default_rng(seed), **more)


def counts(made: Dataset) -> list[int]:
    return np.bincount(made.targets.astype(int), minlength=made.classes).tolist()


def best_line_accuracy(made: Dataset) -> float:
    """Best share right of any straight border, by trying 180 directions and every threshold."""
    wanted = 2.0 * made.targets - 1.0
    best = 0.0
    for angle in np.linspace(0.0, 2.0 * np.pi, 180, endpoint=False):
        along = made.inputs @ np.array([np.cos(angle), np.sin(angle)])
        # With k points above the threshold: right are the 1s above and the 0s below.
        gain = np.concatenate([[0.0], np.cumsum(wanted[np.argsort(-along)])])
        best = max(best, (gain.max() + (wanted < 0).sum()) / len(made))
    return best


def nearest_accuracy(made: Dataset) -> float:
    """Share of points whose nearest other point has the same label."""
    gaps = np.linalg.norm(made.inputs[:, None] - made.inputs[None], axis=2)
    np.fill_diagonal(gaps, np.inf)
    return float(np.mean(made.targets == made.targets[gaps.argmin(axis=1)]))


# Circle


def test_clean_circle_is_a_disc_an_empty_gap_and_a_ring():
    made = draw(make_circle)
    radius = np.linalg.norm(made.inputs, axis=1)
    inner, outer = radius[made.targets == 1], radius[made.targets == 0]
    assert counts(made) == [500, 500]
    assert 2.4 < inner.max() <= 2.5
    assert 3.5 <= outer.min() < 3.6
    assert 4.9 < outer.max() <= 5.0
    # Radii, not areas, are uniform: the mean is the middle of the interval. Four standard errors either side.
    assert inner.mean() == pytest.approx(1.25, abs=4 * 2.5 / np.sqrt(12 * 500))
    assert outer.mean() == pytest.approx(4.25, abs=4 * 1.5 / np.sqrt(12 * 500))
    assert np.all(np.abs(made.inputs.mean(axis=0)) < 0.5)


def test_circle_noise_flips_labels_and_moves_no_point():
    clean, noisy = draw(make_circle), draw(make_circle, noise=0.3)
    assert np.array_equal(clean.inputs, noisy.inputs)
    flipped = clean.targets != noisy.targets
    assert 0.05 < flipped.mean() < 0.4
    # A shift has at most length 0.3 * 5 * sqrt(2): further than that from the border no label can change.
    assert np.abs(np.linalg.norm(noisy.inputs[flipped], axis=1) - 2.5).max() <= 1.5 * np.sqrt(2.0)


def test_small_circle_noise_cannot_cross_the_gap():
    clean, noisy = draw(make_circle), draw(make_circle, noise=0.1)
    outside = clean.targets == 0
    assert np.array_equal(clean.targets[outside], noisy.targets[outside])
    assert (clean.targets != noisy.targets).any()


def test_no_line_parts_the_circle():
    assert best_line_accuracy(draw(make_circle)) < 0.8
    assert nearest_accuracy(draw(make_circle)) > 0.98


# XOR


def test_clean_xor_labels_the_quadrants_and_keeps_off_the_axes():
    made = draw(make_xor)
    signs_agree = np.sign(made.inputs[:, 0]) == np.sign(made.inputs[:, 1])
    assert np.array_equal(made.targets == 1, signs_agree)
    assert 0.3 <= np.abs(made.inputs).min() < 0.35
    assert 5.25 < np.abs(made.inputs).max() <= 5.3
    quadrants = np.bincount(2 * (made.inputs[:, 0] > 0) + (made.inputs[:, 1] > 0))
    assert quadrants.min() > 200


def test_xor_noise_flips_labels_near_the_axes_and_moves_no_point():
    clean, noisy = draw(make_xor), draw(make_xor, noise=0.4)
    assert np.array_equal(clean.inputs, noisy.inputs)
    flipped = clean.targets != noisy.targets
    assert 0.1 < flipped.mean() < 0.5
    assert np.abs(noisy.inputs[flipped]).min(axis=1).max() <= 2.0


def test_no_line_parts_xor():
    assert best_line_accuracy(draw(make_xor)) < 0.85
    assert nearest_accuracy(draw(make_xor)) > 0.97


# Gaussians


@pytest.mark.parametrize(("noise", "variance"), [(0.0, 0.5), (0.25, 2.25), (0.5, 4.0)])
def test_gauss_centres_and_variances(noise, variance):
    made = draw(make_gauss, samples=5000, noise=noise)
    assert counts(made) == [2500, 2500]
    for label, centre in ((1, 2.0), (0, -2.0)):
        cloud = made.inputs[made.targets == label]
        assert cloud.mean(axis=0) == pytest.approx([centre, centre], abs=5 * np.sqrt(variance / 2500))
        assert cloud.var(axis=0) == pytest.approx([variance, variance], rel=5 * np.sqrt(2 / 2500))
        assert abs(np.corrcoef(cloud.T)[0, 1]) < 5 / np.sqrt(2500)


def test_a_line_parts_clean_gaussians_but_not_noisy_ones():
    assert best_line_accuracy(draw(make_gauss)) > 0.99
    assert 0.88 < best_line_accuracy(draw(make_gauss, noise=0.5)) < 0.96  # the ceiling is Phi(sqrt 2) = 0.921


# Spiral


def test_clean_spiral_lies_on_its_curve():
    made = draw(make_spiral, samples=200)
    assert made.targets.tolist() == [1.0] * 100 + [0.0] * 100
    for row in (0, 1, 37, 99):
        angle = 1.75 * row / 100 * 2 * np.pi
        on_arm = [row / 20 * np.sin(angle), row / 20 * np.cos(angle)]
        assert made.inputs[row] == pytest.approx(on_arm, abs=1e-12)
        assert made.inputs[100 + row] == pytest.approx([-on_arm[0], -on_arm[1]], abs=1e-12)


def test_clean_spiral_needs_no_randomness_and_noise_is_bounded():
    clean, other = draw(make_spiral, seed=0), draw(make_spiral, seed=1)
    assert np.array_equal(clean.inputs, other.inputs)
    shift = np.abs(draw(make_spiral, noise=0.5).inputs - clean.inputs)
    assert 0.45 < shift.max() <= 0.5


def test_no_line_parts_the_spiral():
    made = draw(make_spiral, samples=200)
    assert best_line_accuracy(made) < 0.75
    assert nearest_accuracy(made) > 0.95


# Moons


def test_clean_moons_lie_on_two_half_circles():
    made = draw(make_moons)
    assert counts(made) == [500, 500]
    upper, lower = made.inputs[made.targets == 1], made.inputs[made.targets == 0]
    assert np.linalg.norm(upper - [-1.2, -0.6], axis=1) == pytest.approx(2.4)
    assert np.linalg.norm(lower - [1.2, 0.6], axis=1) == pytest.approx(2.4)
    assert upper[:, 1].min() >= -0.6
    assert lower[:, 1].max() <= 0.6


def test_moons_need_a_bent_border_and_run_into_each_other():
    assert best_line_accuracy(draw(make_moons)) < 0.95
    assert nearest_accuracy(draw(make_moons)) == 1.0
    assert nearest_accuracy(draw(make_moons, noise=0.5)) < 0.85


# Blobs and arms


@pytest.mark.parametrize("classes", [3, 4, 5, 6])
def test_tight_blobs_surround_their_centres(classes):
    made = draw(make_blobs, samples=1200, classes=classes)
    assert made.classes == classes
    assert counts(made) == [1200 // classes] * classes
    for label in range(classes):
        cloud = made.inputs[made.targets == label]
        angle = 2 * np.pi * label / classes
        centre = [3 * np.sin(angle), 3 * np.cos(angle)]
        assert cloud.mean(axis=0) == pytest.approx(centre, abs=5 * 0.4 / np.sqrt(len(cloud)))
        assert cloud.std(axis=0) == pytest.approx([0.4, 0.4], rel=0.25)
    assert nearest_accuracy(made) > 0.99


@pytest.mark.parametrize("classes", [3, 4, 5, 6])
def test_clean_arms_wind_out_of_the_centre_and_share_no_point(classes):
    made = draw(make_arms, samples=600, classes=classes)
    assert counts(made) == [600 // classes] * classes
    assert len(np.unique(made.inputs.round(9), axis=0)) == 600
    turn = 2 * np.pi / classes
    back = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    for label in range(classes):
        arm = made.inputs[made.targets == label]
        assert np.linalg.norm(arm, axis=1) == pytest.approx(5 * np.arange(1, len(arm) + 1) / len(arm))
        # Each arm is the one before it, turned by one share of the full circle.
        following = made.inputs[made.targets == (label + 1) % classes]
        assert following == pytest.approx(arm @ back.T)


@pytest.mark.parametrize("make", [make_blobs, make_arms])
@pytest.mark.parametrize("classes", [3, 6])
def test_noise_makes_several_classes_overlap(make, classes):
    clean = nearest_accuracy(draw(make, classes=classes))
    noisy = nearest_accuracy(draw(make, noise=0.5, classes=classes))
    assert clean > 0.97
    assert noisy < 0.8


@pytest.mark.parametrize("classes", [2, 7, 3.0, True, "3"])
@pytest.mark.parametrize("make", [make_blobs, make_arms])
def test_a_number_of_classes_out_of_range_is_refused(make, classes):
    with pytest.raises(ValueError, match=rf"classes is a whole number from 3 to 6, got {classes!r}: for two"):
        draw(make, classes=classes)
