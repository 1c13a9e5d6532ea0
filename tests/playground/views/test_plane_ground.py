"""The ground of a descent: how high it is drawn, its picture and its contours."""

from dataclasses import replace

import numpy as np
import pytest

from engine.descent import SURFACES
from playground.views.plane_ground import HOLE, LEVELS, PIXELS, Scale, between, ground_of, ground_palette

PLANES = [surface for surface in SURFACES.values() if surface.dimensions == 2]


def test_an_even_scale_is_straight():
    scale = Scale.of(np.array([2.0, 4.0, 6.0, np.nan, np.inf]))
    assert (scale.low, scale.high, scale.knee) == (2, 6, 0)
    np.testing.assert_allclose(scale.heights(np.array([2, 3, 6, np.inf, -np.inf])), [0, 0.25, 1, 1, 0])
    assert np.isnan(scale.heights(np.array(np.nan)))
    assert scale.loss(0.25) == 3


def test_a_tall_wall_is_seen_by_its_logarithm():
    values = np.append(np.linspace(0, 10, 1000), 1e6)
    scale = Scale.of(values)
    assert scale.knee > 0
    heights = scale.heights(np.array([0.0, 1.0, 10.0, 1e6]))
    assert (heights[0], heights[-1]) == (0, 1)
    assert heights[2] > 0.1, "what is on the floor can be told apart"
    # ln(1 + J / knee) over what it is at the top.
    logarithms = np.log(1 + np.array([0, 1, 10, 1e6]) / scale.knee)
    np.testing.assert_allclose(heights, logarithms / logarithms[-1])
    for height in (0.0, 0.3, 1.0):
        assert scale.heights(np.array(scale.loss(height))) == pytest.approx(height)


@pytest.mark.parametrize("values", [np.full(4, np.nan), np.full(4, 3.0), np.array([-1.7e308, 0.0, 1.7e308, np.inf])])
def test_what_is_flat_broken_or_immense_still_has_heights(values):
    heights = Scale.of(values).heights(values)
    known = heights[~np.isnan(values)]
    assert ((known >= 0) & (known <= 1)).all()


@pytest.mark.parametrize("surface", PLANES, ids=lambda surface: surface.key)
def test_contours_lie_on_their_heights_and_the_picture_is_the_height(surface):
    ground = ground_of(surface)
    (left, right), (bottom, top) = surface.extent
    assert len(ground.lines) >= LEVELS - 2
    for xs, ys in ground.lines:
        on = np.isfinite(xs)
        there = ground.scale.heights(surface.value(xs[on].astype(float), ys[on].astype(float)))
        # Straight pieces across a cell; the valleys of the logarithm are narrower than a few cells.
        level = (np.floor(np.median(there) * LEVELS) + 0.5) / LEVELS
        assert np.quantile(np.abs(there - level), 0.9) < 0.35 / LEVELS
        assert ((xs[on] >= left) & (xs[on] <= right) & (ys[on] >= bottom) & (ys[on] <= top)).all()
    row, column = PIXELS // 3, PIXELS // 5
    x = left + (column + 0.5) / PIXELS * (right - left)
    y = bottom + (row + 0.5) / PIXELS * (top - bottom)
    assert ground.picture[row, column] / 254 == pytest.approx(
        float(ground.scale.heights(surface.value(x, y))), abs=0.03
    )


def test_the_valley_of_rosenbrock_is_seen_beside_its_walls():
    ground = ground_of(SURFACES["rosenbrock"])
    x = np.linspace(-1.2, 1.6, 50)
    floor, slope = ground.heights_at(np.stack([x, x**2], 1)), ground.heights_at(np.stack([x, x**2 - 0.5], 1))
    assert (slope - floor).min() > 0.2


def test_the_deepest_point_between_grid_points_is_the_lowest():
    surface = SURFACES["beale"]
    ground = ground_of(surface)
    assert ground.scale.low == float(surface.value(3.0, 0.5)) == 0
    np.testing.assert_array_equal(ground.minima, [[3.0, 0.5]])


def test_where_there_is_no_loss_there_is_a_hole():
    surface = replace(SURFACES["bowl"], function=lambda x, y: np.log(x) + y**2, minima=())
    ground = ground_of(surface)
    assert (ground.picture[:, : PIXELS // 2 - 2] == HOLE).all()
    assert (ground.picture[:, PIXELS // 2 + 4 :] != HOLE).all()
    assert ground.minima.shape == (0, 2)
    assert np.isnan(ground.heights_at(np.array([[-1.0, 0.0], [7.0, 0.0]]))).all(), "a hole, and beyond the ground"


def test_a_curve_is_no_ground():
    with pytest.raises(ValueError, match="1 parameters, a plane shows two: pass a slice"):
        ground_of(next(surface for surface in SURFACES.values() if surface.dimensions == 1))


def test_between_grid_points_it_is_bilinear():
    rows, columns = np.mgrid[0:4, 0:6]
    x, y = np.array([0.0, 0.37, 1.0, 1.2]), np.array([1.0, 0.81, 0.0, 0.5])
    expected = 2 + 3 * (5 * x) - 4 * (3 * y) + (5 * x) * (3 * y)
    found = between(2.0 + 3 * columns - 4 * rows + columns * rows, x, y)
    np.testing.assert_allclose(found[:3], expected[:3])
    assert np.isnan(found[3])


@pytest.mark.parametrize("dark", [False, True])
def test_the_palette_leaves_room_for_the_trails(dark):
    palette = ground_palette(dark)
    assert len(palette) == 256
    assert len(set(palette)) > 60
