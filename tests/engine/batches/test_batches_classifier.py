"""The linear classifier of the two groups: golden numbers, gradients by differences, accuracy in closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.batches import (
    SLIDE_LINE,
    accuracy,
    best_accuracy,
    best_fit,
    best_line,
    expected_accuracy,
    gaussian_groups,
    gradient,
    gradient_noise,
    logits,
    mean_cost,
    measured_noise,
    probabilities,
    summed_cost,
    turned,
)
from engine.batches.data import Groups
from engine.datasets.reference import two_gaussians


@pytest.fixture
def groups() -> Groups:
    """The course's set."""
    return gaussian_groups(np.random.default_rng(0))


def test_the_course_set_is_the_reference_set(groups) -> None:
    reference = two_gaussians(np.random.default_rng(0))
    assert (groups.points == reference.inputs).all()
    assert (groups.labels == reference.targets).all()
    assert len(groups) == 200
    with pytest.raises(ValueError, match="read-only"):
        groups.points[0] = 0


def test_mean_and_variance_are_those_of_the_groups() -> None:
    many = gaussian_groups(np.random.default_rng(1), 20_000, 2.5, 9.0)
    for label, sign in ((0, -1), (1, 1)):
        points = many.points[many.labels == label]
        assert points.mean(axis=0) == pytest.approx([sign * 2.5] * 2, abs=0.1)
        assert points.var(axis=0) == pytest.approx([9.0] * 2, rel=0.05)


@pytest.mark.concept("C123")
def test_the_line_of_the_slide() -> None:
    points = [(0, 0), (1, 1), (-1, 1), (4, 4), (-4, -4), (1, 0), (0, 0.55)]
    z = logits(points, SLIDE_LINE)
    assert z == pytest.approx([-0.55, 1.68, -0.78, 8.37, -9.47, 0.68, 0.0], abs=1e-12)
    # Green, z > 0, or blue.
    assert (z[:6] > 0).tolist() == [False, True, False, True, False, True]
    p = probabilities(points, SLIDE_LINE)
    assert p[:3] == pytest.approx([0.365864, 0.842905, 0.314320], abs=1e-6)
    assert p[3] == pytest.approx(0.99977, abs=1e-5)
    # The intercepts.
    w1, w2, b = SLIDE_LINE
    assert (-b / w2, -b / w1) == pytest.approx((0.55, 0.4472), abs=1e-4)


def test_twice_the_weights_draw_the_same_line_and_a_factor_sets_the_confidence() -> None:
    point = [(1.0, 1.0)]
    assert probabilities(point, 1.753 * np.array(SLIDE_LINE)) == pytest.approx([0.95], abs=1e-4)
    on_it = [(x, 0.55 - 1.23 * x) for x in (-3.0, 0.0, 2.0)]
    assert probabilities(on_it, 7 * np.array(SLIDE_LINE)) == pytest.approx([0.5] * 3, abs=1e-12)


@pytest.mark.concept("C082")
def test_cross_entropy_at_zero_weights_and_of_the_slide_line(groups) -> None:
    assert summed_cost(groups, (0, 0, 0)) == pytest.approx(200 * math.log(2), abs=1e-9)
    assert summed_cost(groups, (0, 0, 0)) == pytest.approx(138.63, abs=0.005)
    assert summed_cost(groups, SLIDE_LINE) == pytest.approx(97.19, abs=0.005)
    assert accuracy(groups, SLIDE_LINE) == 0.875
    # The formula as it is written, point by point.
    total = 0.0
    for (x1, x2), label in zip(groups.points, groups.labels, strict=True):
        p = 1 / (1 + math.exp(-(1.23 * x1 + x2 - 0.55)))
        total -= math.log(p) if label else math.log(1 - p)
    assert summed_cost(groups, SLIDE_LINE) == pytest.approx(total, abs=1e-9)
    assert mean_cost(groups, SLIDE_LINE) == pytest.approx(total / 200, abs=1e-12)


def test_gradient_is_that_of_central_differences(groups, rng) -> None:
    for weights in rng.normal(0, 1, (5, 3)):
        h = 1e-5
        for k, slope in enumerate(gradient(groups, weights)):
            step = h * np.eye(3)[k]
            difference = (summed_cost(groups, weights + step) - summed_cost(groups, weights - step)) / (2 * h)
            assert slope == pytest.approx(float(difference), rel=1e-7, abs=1e-6)


def test_many_weights_at_once_are_one_after_the_other(groups, rng) -> None:
    many = rng.normal(0, 1, (2, 4, 3))
    for function in (summed_cost, mean_cost, accuracy):
        alone = [[float(function(groups, weights)) for weights in row] for row in many]
        assert function(groups, many) == pytest.approx(np.array(alone), rel=1e-12)
    alone = [[gradient(groups, weights) for weights in row] for row in many]
    assert gradient(groups, many) == pytest.approx(np.array(alone), rel=1e-10, abs=1e-10)


@pytest.mark.concept("C122")
def test_no_line_beats_the_overlap() -> None:
    assert best_accuracy(4, 20) == pytest.approx(0.897048, abs=1e-6)
    assert best_line(4, 20) == pytest.approx((0.4, 0.4, 0))
    assert expected_accuracy(best_line(4, 20), 4, 20) == pytest.approx(0.897048, abs=1e-6)
    assert expected_accuracy(SLIDE_LINE, 4, 20) == pytest.approx(0.895163, abs=1e-6)
    directions = np.linspace(0, 2 * math.pi, 60)
    others = [(math.cos(a), math.sin(a), b) for a in directions for b in (-3.0, 0.0, 1.5)]
    assert max(expected_accuracy(each, 4, 20) for each in others) <= best_accuracy(4, 20)
    assert best_accuracy(0, 20) == 0.5
    assert expected_accuracy((0, 0, 1), 4, 20) == 0.5


def test_the_closed_form_is_what_a_large_sample_gives() -> None:
    many = gaussian_groups(np.random.default_rng(3), 200_000, 3.0, 30.0)
    for weights in ((1.0, 0.2, 0.7), (-0.3, 0.9, -2.0)):
        sampled = float(accuracy(many, weights))
        assert expected_accuracy(weights, 3.0, 30.0) == pytest.approx(sampled, abs=0.002)


def test_best_fit_has_no_slope_and_costs_least(groups, rng) -> None:
    weights = best_fit(groups)
    assert weights is not None
    assert np.abs(gradient(groups, weights)).max() < 1e-7
    assert summed_cost(groups, weights) == pytest.approx(56.555, abs=0.001)
    around = weights + rng.normal(0, 0.05, (50, 3))
    assert (summed_cost(groups, around) > summed_cost(groups, weights)).all()


def test_separable_groups_have_no_best_weights() -> None:
    apart = gaussian_groups(np.random.default_rng(0), 50, 20.0, 0.1)
    assert best_fit(apart) is None


def test_errors_over_the_angle_are_a_staircase_and_the_cost_is_smooth(groups) -> None:
    angles = np.linspace(0, 2 * math.pi, 721)
    errors, costs = turned(groups, SLIDE_LINE, angles)
    assert (errors == np.round(errors)).all()
    assert (np.diff(errors) == 0).mean() > 0.4
    assert (np.diff(costs) != 0).all()
    start = math.atan2(1.0, 1.23)
    errors, costs = turned(groups, SLIDE_LINE, np.array([start]))
    assert (errors[0], costs[0]) == (25, pytest.approx(97.19, abs=0.005))


def test_noise_of_a_mini_batch_halves_when_it_is_four_times_as_large(groups) -> None:
    weights = (0.2, 0.1, 0.0)
    for batch_size in (1, 10, 40):
        exact = gradient_noise(groups, weights, batch_size)
        measured = measured_noise(groups, weights, batch_size, 4000, np.random.default_rng(batch_size))
        assert measured == pytest.approx(exact, rel=0.05)
    pair = [measured_noise(groups, weights, size, 2000, np.random.default_rng(size)) for size in (10, 40)]
    assert pair[0] / pair[1] == pytest.approx(2, abs=0.3)
    # By hand: the variances of (p - l) x₁, (p - l) x₂ and (p - l).
    error = probabilities(groups.points, weights) - groups.labels
    parts = [np.var(error * groups.points[:, 0]), np.var(error * groups.points[:, 1]), np.var(error)]
    assert gradient_noise(groups, weights, 7) == pytest.approx(math.sqrt(sum(parts) / 7), rel=1e-12)


@pytest.mark.concept("C113")
def test_copies_carry_no_information(groups) -> None:
    ten = groups.copied(10)
    weights = (0.3, -0.2, 0.1)
    assert len(ten) == 2000
    assert summed_cost(ten, weights) == pytest.approx(10 * summed_cost(groups, weights), rel=1e-12)
    assert gradient(ten, weights) == pytest.approx(10 * gradient(groups, weights), rel=1e-9)
    assert gradient(ten, weights) / 2000 == pytest.approx(gradient(groups, weights) / 200, abs=1e-9)
    assert gradient_noise(ten, weights, 40) == pytest.approx(gradient_noise(groups, weights, 40), rel=1e-9)
