"""Decision functions of one feature, of two, and of mapped ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.backend import NumpyBackend
from engine.features import (
    TERMS,
    Drawn,
    KernelMachine,
    Line,
    Plane,
    accuracy,
    best_band,
    best_threshold,
    decide,
    feature_map,
    feature_set,
    fitted,
    heights,
    learned_map,
    learned_spec,
    sides_of_band,
)
from engine.training import TrainingRun

weights = st.floats(-5, 5)


def x1(key: str):
    found = feature_set(key)
    return found.points[:, 0], found.labels


def test_the_golden_numbers_of_the_drive_row() -> None:
    still_or_driving, band = x1("phone"), x1("band")
    threshold, side, score = best_threshold(*still_or_driving)
    assert (side, score) == (1, pytest.approx(0.905))
    assert score == pytest.approx(np.mean((still_or_driving[0] > threshold) == still_or_driving[1]))
    assert best_threshold(*band)[2] == pytest.approx(0.73)
    low, high, score = best_band(*band)
    assert score == pytest.approx(0.9175)
    assert score == pytest.approx(np.mean(((band[0] > low) & (band[0] < high)) == band[1]))


def test_the_best_threshold_and_band_are_found_by_trying_all(rng: np.random.Generator) -> None:
    x, labels = rng.normal(size=30), rng.integers(0, 2, 30).astype(float)
    cuts = [-9, *np.sort(x) + 1e-9]
    one = max(max(np.mean((x > t) == labels), np.mean((x < t) == labels)) for t in cuts)
    two = max(np.mean(((x > a) & (x < b)) == labels) for a in cuts for b in [*cuts, 9])
    assert best_threshold(x, labels)[2] == pytest.approx(one)
    assert best_band(x, labels)[2] == pytest.approx(two)


@pytest.mark.concept("C039")
def test_a_drawn_function_decides_by_its_sign() -> None:
    drawn = Drawn((-1.0, 0.0, 2.0), (-2.0, 2.0, -2.0))
    # Beyond its outer points it is constant; zero is class 0 by convention.
    x = np.array([-5.0, -0.75, -0.5, -0.25, 0.5, 1.0, 1.5, 9.0])
    assert drawn.score(x).tolist() == [-2.0, -1.0, 0.0, 1.0, 1.0, 0.0, -1.0, -2.0]
    assert decide(drawn.score(x)).tolist() == [False, False, False, True, True, False, False, False]
    assert drawn.zeros == pytest.approx((-0.5, 1.0))
    assert accuracy(drawn.score(np.array([0.0, -9.0])), np.array([1.0, 1.0])) == 0.5


def test_a_band_is_above_zero_between_its_thresholds() -> None:
    assert sides_of_band(np.array([0.0, 1.0, 1.5, 2.0, 3.0]), 1.0, 2.0).tolist() == [-1.0, 0.0, 0.5, 0.0, -1.0]


@pytest.mark.concept("C123")
def test_the_line_of_the_slide() -> None:
    line = Line(1.23, 1.0, -0.55)
    points = np.array([[0, 0], [1, 1], [-1, 1], [4, 4], [-4, -4], [1, 0], [0, 0.55], [0.55 / 1.23, 0]])
    assert line.score(points) == pytest.approx([-0.55, 1.68, -0.78, 8.37, -9.47, 0.68, 0.0, 0.0])
    assert line.distance == pytest.approx(0.55 / 1.5853, abs=1e-4)


@pytest.mark.concept("C040")
@given(weights, weights, weights)
def test_b_shifts_the_line_and_w_turns_it(w1: float, w2: float, b: float) -> None:
    line = Line(w1, w2, b)
    if np.hypot(w1, w2) < 1e-3:
        return
    across = np.array([np.cos(np.radians(line.angle)), np.sin(np.radians(line.angle))])
    along = np.array([-across[1], across[0]])
    # The point of the line next to the origin, and others along it, are decided by nothing.
    foot = -b / np.hypot(w1, w2) * across
    assert np.hypot(*foot) == pytest.approx(line.distance, abs=1e-6)
    assert line.score(foot + np.outer([-2.0, 0.0, 3.0], along)) == pytest.approx(0.0, abs=1e-6)
    assert Line(w1, w2, 2 * b).angle == line.angle
    assert Line(w1, w2, 2 * b).distance == pytest.approx(2 * line.distance)


@pytest.mark.concept("C041")
@given(weights, weights, weights)
def test_an_appended_one_makes_the_bias_a_weight(w1: float, w2: float, b: float) -> None:
    points = np.random.default_rng(1).normal(size=(50, 2))
    by_hand = [w1 * p + w2 * q + 1 * b for p, q in points]
    line = Line(w1, w2, b)
    assert line.score_of_appended(points) == pytest.approx(by_hand)
    assert line.score(points) == pytest.approx(by_hand)


@pytest.mark.concept("C042")
def test_squares_solve_the_ring_and_the_product_solves_xor() -> None:
    ring, xor = feature_set("ring"), feature_set("xor")
    assert accuracy(fitted(ring.points, ring.labels, ("x1", "x2")).score(ring.points), ring.labels) < 0.6
    assert accuracy(fitted(ring.points, ring.labels, ("x1^2", "x2^2")).score(ring.points), ring.labels) >= 0.97
    assert accuracy(fitted(xor.points, xor.labels, ("x1", "x2")).score(xor.points), xor.labels) < 0.6
    assert accuracy(fitted(xor.points, xor.labels, ("x1x2",)).score(xor.points), xor.labels) >= 0.97


def test_terms_are_what_they_are_called() -> None:
    a, b = 3.0, -2.0
    expected = [a, b, a * a, b * b, a * b, a**3, b**3, a * a * b, a * b * b]
    assert feature_map(np.array([[a, b]]), list(TERMS))[0].tolist() == expected
    assert feature_map(np.array([[a, b]]), ()).shape == (1, 0)


@pytest.mark.concept("C043")
def test_the_function_is_linear_in_phi() -> None:
    ring = feature_set("ring")
    fit = fitted(ring.points, ring.labels, ("x1^2", "x2^2"))
    phi = ring.points**2
    assert fit.score(ring.points) == pytest.approx(phi @ np.array(fit.weights) + fit.bias)
    # The boundary of the plane of x, x₁² w₁ + x₂² w₂ + b = 0, lies on the line of the plane of φ.
    angle = np.linspace(0, 2 * np.pi, 30)
    w1, w2 = fit.weights
    curve = np.column_stack([np.sqrt(-fit.bias / w1) * np.cos(angle), np.sqrt(-fit.bias / w2) * np.sin(angle)])
    assert fit.score(curve) == pytest.approx(0.0, abs=1e-9)
    assert (curve**2) @ np.array(fit.weights) == pytest.approx(-fit.bias)


def test_logistic_regression_is_at_its_minimum() -> None:
    found = feature_set("phone")
    fit = fitted(found.points, found.labels, ("x1", "x2"))
    spread = found.points.std(axis=0)

    def cost(w, b):
        z = found.points @ w + b
        return float(np.mean(np.logaddexp(0, z) - found.labels * z) + 0.5e-3 * ((w * spread) ** 2).sum())

    at, best = np.array(fit.weights), cost(np.array(fit.weights), fit.bias)
    for step in (1e-3, -1e-3):
        assert cost(at + np.array([step, 0]), fit.bias) > best
        assert cost(at + np.array([0, step]), fit.bias) > best
        assert cost(at, fit.bias + step) > best


@pytest.mark.concept("C044")
def test_a_kernel_machine_keeps_every_point_and_solves_its_equations(rng: np.random.Generator) -> None:
    points, labels = rng.normal(size=(25, 2)), rng.integers(0, 2, 25).astype(float)
    machine = KernelMachine.fitted(points, labels, 0.7)
    kernel = np.array([[np.exp(-0.7 * np.sum((p - q) ** 2)) for q in points] for p in points])
    assert (kernel + 0.1 * np.eye(25)) @ machine.weights == pytest.approx(2 * labels - 1)
    new = rng.normal(size=(4, 2))
    for x, y in zip(new, machine.score(new), strict=True):
        bells = [np.exp(-0.7 * np.sum((x - p) ** 2)) for p in points]
        assert y == pytest.approx(sum(a * bell for a, bell in zip(machine.weights, bells, strict=True)))
    assert machine.stored == 75
    ring = feature_set("ring")
    assert accuracy(KernelMachine.fitted(ring.points, ring.labels, 1.0).score(ring.points), ring.labels) >= 0.95


def test_a_plane_above_is_a_circle_below() -> None:
    plane = Plane(2.0, 0.6, -0.4)
    middle_x, middle_y, radius = plane.circle
    angle = np.linspace(0, 2 * np.pi, 40)
    around = np.column_stack([middle_x + radius * np.cos(angle), middle_y + radius * np.sin(angle)])
    assert plane.score(around) == pytest.approx(0.0, abs=1e-9)
    assert heights(np.array([[1.0, 2.0]])).tolist() == [5.0]
    assert Plane(-1.0).circle is None
    ring = feature_set("ring")
    assert accuracy(Plane(1.5).score(ring.points), ring.labels) == 1.0


@pytest.mark.concept("C045")
def test_training_straightens_the_plane_of_the_last_layer(torch) -> None:
    found = feature_set("ring")
    run = TrainingRun(learned_spec("ring", 4, 0), backend=NumpyBackend())
    assert learned_map(run, "ring").separability(found.points, found.labels) < 0.7
    run.step("epoch", 40)
    learned = learned_map(run, "ring")
    assert learned.separability(found.points, found.labels) >= 0.98
    assert learned.stored == run.network.parameters
    # The same network, computed by PyTorch from the same weights.
    x = torch.tensor((found.points - learned.middle) / learned.spread)
    for k in (1, 2):
        x = torch.tanh(x @ torch.tensor(run[f"W{k}"].copy()) + torch.tensor(run[f"b{k}"].copy()))
    assert learned.features(found.points) == pytest.approx(x.numpy())
    y = x @ torch.tensor(run["W3"].copy()) + torch.tensor(run["b3"].copy())
    assert learned.score(found.points) == pytest.approx(y.numpy()[:, 0])
