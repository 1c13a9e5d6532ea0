"""The arrows of an update against the formulas of the optimizers."""

from __future__ import annotations

import numpy as np
import pytest

from engine.descent import DescentRun, DescentSpec, fan
from playground.stages.descent.arrows import arrows, fan_factor, next_step
from playground.views.plane_picture import Arrow

VIEWS = ("gradient", "momentum", "step")


def drawn(spec: DescentSpec, updates: int, views: tuple[str, ...] = VIEWS) -> tuple[dict[str, Arrow], DescentRun]:
    run = DescentRun(spec)
    run.step("epoch", updates)
    frame = run.frame()
    found = arrows(frame, next_step(frame), run.surface, views, ())
    return {arrow.kind: arrow for arrow in found}, run


def slope(point) -> np.ndarray:
    """The gradient of the ravine 0.02x² + 2y²."""
    return np.array([0.04 * point[0], 4 * point[1]])


@pytest.mark.concept("C092")
def test_the_gradient_arrow_goes_down_and_the_step_is_its_share() -> None:
    found, _ = drawn(DescentSpec("bowl", learning_rate=0.25), 1)
    point = 0.75 * np.array([-4.0, 3.0])
    np.testing.assert_allclose(found["gradient"].tail, point)
    down = np.array(found["gradient"].head) - point
    # On the bowl it points at the middle, and stands upright on the contour, a circle around it.
    np.testing.assert_allclose(down / np.linalg.norm(down), -point / np.linalg.norm(point))
    assert np.dot(down, [point[1], -point[0]]) == pytest.approx(0)
    np.testing.assert_allclose(np.array(found["step"].head) - point, -0.25 * point)
    assert set(found) == {"gradient", "step"}


def test_a_gradient_that_is_too_long_is_shortened_and_says_so() -> None:
    found, _ = drawn(DescentSpec("rosenbrock"), 0)
    length = np.abs(np.subtract(found["gradient"].head, found["gradient"].tail)) / 4
    assert length.max() == pytest.approx(0.28)
    assert "shortened" in found["gradient"].label
    gentle, _ = drawn(DescentSpec("bowl", start=(0.5, 0.5)), 0)
    np.testing.assert_allclose(gentle["gradient"].head, [0, 0])
    assert "shortened" not in gentle["gradient"].label


@pytest.mark.concept("C103")
def test_momentums_step_is_the_sum_of_its_two_arrows() -> None:
    found, run = drawn(DescentSpec("ravine", optimizer="momentum", learning_rate=0.1), 5)
    point, velocity = run.frame().point, run.frame().states["v"]
    np.testing.assert_allclose(np.subtract(found["gradient"].head, point), -0.1 * slope(point))
    np.testing.assert_allclose(np.subtract(found["momentum"].head, point), -0.1 * 0.9 * velocity)
    together = np.add(found["gradient"].head, found["momentum"].head) - 2 * point
    np.testing.assert_allclose(np.subtract(found["step"].head, point), together)
    run.step("epoch")
    np.testing.assert_allclose(run.frame().point, found["step"].head)


@pytest.mark.concept("C104")
def test_nesterov_measures_the_slope_where_the_velocity_leads() -> None:
    found, _ = drawn(DescentSpec("ravine", optimizer="nesterov", learning_rate=0.1), 5)
    # In the textbook's variables: the ball x, its last change d, the look-ahead x + md.
    x, change = np.array([-10.0, 1.0]), np.zeros(2)
    for _ in range(5):
        change = 0.9 * change - 0.1 * slope(x + 0.9 * change)
        x = x + change
    np.testing.assert_allclose(found["look_ahead"].tail, x, rtol=1e-9)
    np.testing.assert_allclose(found["look_ahead"].head, x + 0.9 * change, rtol=1e-9)
    np.testing.assert_allclose(found["gradient"].tail, x + 0.9 * change, rtol=1e-9)
    np.testing.assert_allclose(found["gradient"].head, x + 0.9 * change - 0.1 * slope(x + 0.9 * change), rtol=1e-9)
    assert "momentum" not in found


@pytest.mark.parametrize(
    "changes",
    [
        {"optimizer": "adam"}, {"optimizer": "adagrad"}, {"optimizer": "nadam"},
        {"schedule": "exponential", "schedule_settings": {"tau": 3.0}}, {"weight_decay": 0.5}, {"clip_norm": 0.1},
        {"noise": 2.0, "seed": 4}, {"loss_scale": 3.0},
    ],
)  # fmt: skip
def test_the_next_step_is_the_one_that_is_taken(changes) -> None:
    found, run = drawn(DescentSpec("ravine").with_(**changes), 7)
    run.step("epoch")
    np.testing.assert_allclose(run.frame().point, found["step"].head, rtol=1e-12)


def test_only_what_is_wanted_is_drawn_and_nothing_from_beyond_all_numbers() -> None:
    assert set(drawn(DescentSpec("ravine"), 3, ("step",))[0]) == {"step"}
    run = DescentRun(DescentSpec("rosenbrock", learning_rate=1.0))
    run.step("epoch", 30)
    assert arrows(run.frame(), None, run.surface, VIEWS, ()) == ()


def test_of_all_weights_of_a_network_the_two_are_drawn() -> None:
    found, run = drawn(DescentSpec("network", network="linreg", free=True, weights=(2, 0)), 1)
    run.step("epoch")
    np.testing.assert_allclose(run.frame().point[[2, 0]], found["step"].head, rtol=1e-12)


@pytest.mark.parametrize(("surface", "updates"), [("ravine", 6), ("himmelblau", 10), ("egg_box", 3), ("saddle", 40)])
def test_a_fan_is_magnified_until_it_is_seen_and_each_optimizer_has_an_arrow(surface: str, updates: int) -> None:
    run = DescentRun(DescentSpec(surface))
    run.step("epoch", updates)
    outlooks = fan(run.frame())
    found = arrows(run.frame(), next_step(run.frame()), run.surface, (), outlooks)
    widths = np.array([high - low for low, high in run.surface.extent])
    shares = {arrow.key: float((np.abs(np.subtract(arrow.head, arrow.tail)) / widths).max()) for arrow in found}
    factor = fan_factor(outlooks, run.surface)
    true = {outlook.optimizer: float((np.abs(outlook.step) / widths).max()) for outlook in outlooks}
    assert len(shares) == 11
    assert 0.1 <= max(shares.values()) <= 0.25 or factor == 1
    for arrow in found:
        small = "hardly moves" in arrow.label
        assert shares[arrow.key] == pytest.approx(0.012 if small else factor * true[arrow.key])
        assert small == (factor * true[arrow.key] < 0.012)
