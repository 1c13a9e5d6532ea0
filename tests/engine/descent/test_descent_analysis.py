"""One dimension: the two curves of the lecture, the closed form, stability, the cycle, and momentum's luck."""

from __future__ import annotations

import numpy as np
import pytest

from engine.descent import (
    SURFACES,
    DescentRun,
    DescentSpec,
    closed_form,
    hessian,
    own_surface,
    stability,
    two_cycle,
)
from engine.experiment import Position

GLOBAL, LOCAL = 0.81089, -2.45375


def path(updates=500, **settings):
    run = DescentRun(DescentSpec(steps=max(updates, 1), **{"surface": "khan", **settings}))
    run.seek(Position(updates))
    return run.frame().path


def settled(way, point, within):
    """After how many updates the path is within so much of the point for good; None if it is not."""
    away = np.flatnonzero(np.abs(way[:, 0] - point) > within)
    return None if away[-1] == len(way) - 1 else int(away[-1]) + 1


@pytest.mark.concept("C093")
def test_the_convex_curve():
    expected = [-4.5, -3.375, -2.53125, -1.8984375, -1.423828125, -1.06787109375]
    spec = DescentSpec(surface="convex", start=-4.5, learning_rate=0.5)
    run = DescentRun(spec)
    run.step("op")
    assert run["g"].tolist() == [-2.25]
    way = path(5, surface="convex", start=-4.5, learning_rate=0.5)
    assert way[:, 0].tolist() == expected
    assert closed_form(spec.landscape, spec.point, 0.5, 5)[:, 0].tolist() == expected


@pytest.mark.parametrize("key", [key for key, surface in SURFACES.items() if surface.curvatures])
def test_descent_is_its_closed_form(key):
    surface = SURFACES[key]
    way = path(200, surface=key)
    expected = closed_form(surface, surface.start, surface.rate("sgd"), 200)
    np.testing.assert_allclose(way, expected, rtol=1e-12, atol=1e-15)


def test_most_surfaces_have_no_closed_form():
    assert closed_form(SURFACES["khan"], (-3.3,), 0.1, 5) is None


def test_one_step_at_2_and_divergence_above_4():
    # On w²/4 the curvature is 1/2: 1 over it lands, 2 over it is the limit.
    assert path(1, surface="convex", learning_rate=2.0)[1].tolist() == [0.0]
    for rate, ends in ((3.95, True), (4.05, False)):
        assert stability(SURFACES["convex"], (0.0,), rate).stable is ends
        assert bool(abs(path(400, surface="convex", learning_rate=rate)[-1, 0]) < 1) is ends


@pytest.mark.concept("C094")
def test_the_first_steps_of_the_quartic():
    assert path(1, learning_rate=0.005)[1, 0] == pytest.approx(-3.2072741, abs=1e-9)
    assert path(1, learning_rate=0.1)[1, 0] == pytest.approx(-1.445482, abs=1e-9)


@pytest.mark.concept("C095")
def test_too_small_a_rate_is_trapped_and_too_large_a_rate_never_rests():
    small = path(learning_rate=0.005)
    assert small[-1, 0] == pytest.approx(LOCAL, abs=1e-5)
    assert settled(small, -2.45375421984, 1e-3) == 125
    assert two_cycle(small) is None
    large = path(learning_rate=0.1)
    slide = [-3.3, -1.4455, -1.409, -1.348, -1.241, -1.051, -0.705, -0.082, 0.806]
    assert large[:9, 0] == pytest.approx(slide, abs=6e-4)
    low, high = two_cycle(large)
    assert (float(low[0]), float(high[0])) == pytest.approx((0.39876, 1.05915), abs=5e-6)
    # Three behaviours: trapped, back and forth forever, and gone.
    gone = path(learning_rate=0.3)
    assert not np.isfinite(gone[-1]).all()
    assert two_cycle(gone) is None


def test_the_cycle_is_explained_by_the_curvature():
    at_global, at_local = (stability(SURFACES["khan"], (at,), 0.1) for at in (GLOBAL, LOCAL))
    assert at_global.product == pytest.approx(2.23, abs=5e-3)
    assert at_global.curvature == pytest.approx(22.322, abs=1e-3)
    assert not at_global.stable
    assert at_global.limit == pytest.approx(0.0896, abs=5e-5)
    assert at_local.stable
    assert at_local.product == pytest.approx(0.9226, abs=1e-4)
    assert not stability(SURFACES["khan"], (-1.49903,), 0.01).stable


@pytest.mark.concept("C101")
def test_curvature_tells_a_saddle_and_a_plateau():
    assert np.linalg.eigvalsh(hessian(SURFACES["saddle"], (0.3, 0.2))) == pytest.approx([-2, 2])
    assert not stability(SURFACES["saddle"], (0, 0), 0.01).stable
    flat = stability(SURFACES["plateau"], (-4.0, 4.0), 0.5)
    assert flat.curvature == pytest.approx(0, abs=1e-4)
    assert np.abs(SURFACES["plateau"].gradient(-4.0, 4.0)).max() < 1e-5
    assert stability(own_surface("x - y^2"), (1.0, 1.0), 0.1).limit == np.inf
    beale = stability(SURFACES["beale"], (3.0, 0.5), 0.01)
    # By hand at (3, 1/2), where all residuals are 0: twice the products of their slopes (y - 1, x), (y² - 1, 2xy), …
    slopes = np.array([[-0.5, 3.0], [-0.75, 3.0], [-0.875, 2.25]])
    assert beale.curvature == pytest.approx(np.linalg.eigvalsh(2 * slopes.T @ slopes)[-1], rel=1e-8)


def test_no_constant_rate_ends_in_the_global_minimum():
    for rate in np.arange(0.0015, 0.25, 0.0155):
        assert not abs(path(learning_rate=float(rate))[-1, 0] - GLOBAL) < 0.01


@pytest.mark.concept("C102")
def test_momentum_escapes_and_may_lose():
    for momentum, step in ((0.5, None), (0.7, None), (0.8, None), (0.85, None), (0.9, 123), (0.95, 197)):
        way = path(1500, optimizer="momentum", learning_rate=0.005, settings={"momentum": momentum})
        assert settled(way, 0.81089051719, 0.01) == step
        if step is None:
            assert way[-1, 0] == pytest.approx(LOCAL, abs=1e-5)
    # From the other side momentum rolls past the better valley.
    for start in (2.2, 2.3, 2.5):
        assert path(optimizer="momentum", start=start)[-1, 0] == pytest.approx(LOCAL, abs=1e-5)
        assert path(optimizer="sgd", start=start)[-1, 0] == pytest.approx(GLOBAL, abs=1e-5)


@pytest.mark.concept("C104")
def test_nesterov_stays_where_momentum_escapes():
    way = path(optimizer="nesterov", learning_rate=0.005)
    assert way[-1, 0] == pytest.approx(LOCAL, abs=1e-5)


def test_what_is_no_cycle():
    still = np.full((20, 2), 0.3)
    assert two_cycle(still) is None
    assert two_cycle(np.array([[0.0], [1.0]] * 2)) is None
    assert two_cycle(np.cumsum(np.ones((20, 1)), axis=0)) is None
    # A spiral that shrinks by a tenth at each turn.
    assert two_cycle(np.array([[(-0.9) ** k] for k in range(30)])) is None
    back_and_forth = np.array([[1.0, 2.0], [3.0, -1.0]] * 5)
    assert [point.tolist() for point in two_cycle(back_and_forth)] == [[1.0, 2.0], [3.0, -1.0]]
