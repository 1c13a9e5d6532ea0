"""Surfaces: values and gradients against formulas written down again and central differences; minima."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from engine.descent import SURFACES, hessian, search_minima
from engine.optimizers import OPTIMIZERS
from tests.engine.descent.formulas import FORMULAS

EACH = pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)


def anywhere(surface, rng, shape=(50,)):
    return [rng.uniform(low, high, size=shape) for low, high in surface.extent]


def test_all_surfaces_are_checked():
    assert set(SURFACES) == set(FORMULAS)
    assert {surface.key for surface in SURFACES.values()} == set(SURFACES)


@EACH
def test_values_are_those_of_the_formula(surface, rng):
    parameters = anywhere(surface, rng, (4, 5))
    value = surface.value(*parameters)
    assert value.shape == (4, 5)
    np.testing.assert_allclose(value, FORMULAS[surface.key](np, *parameters), rtol=1e-12, atol=1e-12)
    single = [float(parameter[1, 2]) for parameter in parameters]
    assert float(surface.value(*single)) == pytest.approx(float(value[1, 2]), rel=1e-15)


@EACH
def test_gradients_are_those_of_central_differences(surface, rng):
    parameters = anywhere(surface, rng)
    h = 1e-5
    gradient = surface.gradient(*parameters)
    assert len(gradient) == surface.dimensions
    for axis, slope in enumerate(gradient):
        moved = [[each + sign * h * (k == axis) for k, each in enumerate(parameters)] for sign in (1, -1)]
        ahead, behind = (FORMULAS[surface.key](np, *point) for point in moved)
        size = 1 + np.abs(ahead) + np.abs(slope)
        assert np.abs(slope - (ahead - behind) / (2 * h)).max() < 1e-6 * size.max()
        np.testing.assert_array_less(np.abs(slope - (ahead - behind) / (2 * h)), 2e-6 * size)


@EACH
def test_known_minima_are_where_the_slope_is_0_and_the_surface_bends_upwards(surface):
    for point in surface.minima:
        bends = hessian(surface, point)
        assert np.linalg.eigvalsh(bends)[0] > 0
        assert np.abs(surface.gradient(*point)).max() < 1e-12 * np.abs(bends).max()
        assert all(low < each < high for each, (low, high) in zip(point, surface.extent, strict=True))
    values = [float(surface.value(*point)) for point in surface.minima]
    assert all(lower <= higher + 1e-12 for lower, higher in pairwise(values))


@EACH
def test_a_search_finds_the_known_minima_and_no_others(surface):
    def ordered(minima):
        return np.array(sorted(tuple(np.round(point, 6)) for point in minima))

    found, known = ordered(search_minima(surface)), ordered(surface.minima)
    assert found.shape == known.shape
    np.testing.assert_allclose(found, known, atol=2e-6)


@EACH
def test_what_is_told_of_a_surface(surface):
    assert surface.title
    assert surface.about.endswith(".")
    assert surface.tex.startswith(f"J({', '.join(surface.names)}) = ")
    assert all(low < each < high for each, (low, high) in zip(surface.start, surface.extent, strict=True))
    for name in OPTIMIZERS:
        assert 1e-6 <= surface.rate(name) <= 100
    assert not surface.arrived(np.array(surface.start))
    assert surface.goal


@EACH
def test_the_closed_forms_curvatures_are_second_derivatives(surface):
    if surface.curvatures is not None:
        np.testing.assert_allclose(hessian(surface, surface.start), np.diag(surface.curvatures), atol=1e-8)
        # No term besides the squares.
        assert float(surface.value(*[0.0] * surface.dimensions)) == 0


@pytest.mark.concept("C094")
def test_our_quartic_has_the_lectures_slope_and_says_that_it_is_ours():
    khan = SURFACES["khan"]
    assert float(khan.gradient(-3.3)[0]) == pytest.approx(-18.54518, abs=1e-9)
    assert "of our own" in khan.about
    assert khan.minima[0] == pytest.approx((0.81089,), abs=1e-5)
    assert khan.minima[1] == pytest.approx((-2.45375,), abs=1e-5)
    values = [float(khan.value(w)) for w in (-3.3, -2.45375, -1.49903, 0.81089)]
    assert values == pytest.approx([13.11103, 6.90512, 8.10174, -4.72594], abs=1e-5)
    bends = [float(hessian(khan, (w,))[0, 0]) for w in (-2.45375, -1.49903, 0.81089)]
    assert bends == pytest.approx([9.226, -6.528, 22.322], abs=1e-3)


def test_who_has_arrived():
    himmelblau, saddle = SURFACES["himmelblau"], SURFACES["saddle"]
    points = np.array([[3.0, 2.0], [3.04, 2.0], [3.06, 2.0], [-2.8, 3.13], [np.nan, 0.0], [np.inf, 1.0]])
    assert himmelblau.reached(points).tolist() == [0, 0, -1, 1, -1, -1]
    assert himmelblau.arrived(points).tolist() == [True, True, False, True, False, False]
    assert himmelblau.distance(points[1]) == pytest.approx(0.04)
    ridge = np.array([[0.0, 0.5], [1.0, -0.51], [0.0, 0.6], [np.nan, np.nan]])
    assert saddle.arrived(ridge).tolist() == [False, True, True, False]
    assert saddle.reached(ridge).tolist() == [-1] * 4
    assert saddle.distance(ridge).tolist() == [np.inf] * 4
    assert (himmelblau.goal, saddle.goal) == ("within 0.05 of a minimum", "|y| above 0.5")


def test_overflow_is_no_warning_and_shapes_broadcast():
    beale = SURFACES["beale"]
    assert np.isinf(beale.value(1e200, 1e200))
    assert np.isnan(np.concatenate([np.atleast_1d(each) for each in beale.gradient(np.inf, 1.0)])).any()
    assert beale.value(np.zeros((3, 1)), np.zeros(4)).shape == (3, 4)
    assert [each.shape for each in SURFACES["bowl"].gradient(np.zeros((3, 1)), np.ones(4))] == [(3, 4), (3, 4)]
    with pytest.raises(ValueError, match="has the parameters x, y, got 1: pass one array each"):
        beale.value(1.0)
