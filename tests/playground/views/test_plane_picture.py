"""How a trail becomes a line: few points, nothing beyond the screen, and a head that stays in sight."""

import numpy as np
import pytest

from playground.views.plane_picture import MOST_POINTS, cut, drawable, head, thinned, within

EXTENT = ((-2.0, 2.0), (0.0, 10.0))


def spiral(count: int, turns: float = 3) -> np.ndarray:
    t = np.linspace(0, 1, count)
    return np.stack([1.8 * t * np.cos(2 * np.pi * turns * t), 5 + 4.5 * t * np.sin(2 * np.pi * turns * t)], axis=1)


def test_a_short_path_is_kept_as_it_is():
    points = spiral(MOST_POINTS)
    assert thinned(points, EXTENT) is points


def test_a_long_path_keeps_its_shape_in_few_points():
    points = spiral(5001)
    kept = thinned(points, EXTENT)
    assert 100 < len(kept) <= MOST_POINTS
    # Every point lies within a small part of the plane's width of a kept one.
    gaps = np.abs((points[:, None] - kept[None]) / [4, 10]).max(axis=2).min(axis=1)
    assert gaps.max() < 0.03


def test_a_path_that_goes_on_keeps_the_points_it_had():
    points = spiral(3000)
    shorter = thinned(points[:2500], EXTENT)
    longer = thinned(points[:2520], EXTENT)
    np.testing.assert_array_equal(longer[: len(shorter)], shorter)


@pytest.mark.parametrize("period", [2, 3])
def test_a_zigzag_keeps_its_corners(period):
    """Every second point of a zigzag would be a straight line."""
    points = np.zeros((5000, 2))
    points[:, 0] = np.linspace(-1.5, 1.5, 5000)
    points[:, 1] = 5 + 3 * (np.arange(5000) % period == 0)
    kept = thinned(points, EXTENT)
    assert len(kept) <= MOST_POINTS
    assert set(kept[:, 1]) == {5, 8}
    assert np.mean(kept[1:, 1] != kept[:-1, 1]) > 0.3
    np.testing.assert_array_equal(kept[0], points[0])


def test_a_path_ends_where_it_is_no_number_and_comes_near_from_afar():
    points = np.array([[0.0, 5.0], [1.0, 6.0], [1e200, 5.0], [-1e308, 1e308], [np.nan, 0.0], [1.0, 1.0]])
    line = drawable(points, EXTENT)
    np.testing.assert_array_equal(line[:2], points[:2])
    assert len(line) == 4
    assert np.abs(line).max() <= 105, "20 half widths of 5 from 5"
    assert line[2, 0] == pytest.approx(40), "20 half widths of 2"
    assert line[2, 1] == 5
    np.testing.assert_array_equal(drawable(np.array([[np.inf, 0.0]]), EXTENT), np.zeros((0, 2)))


def test_the_head_stands_where_the_path_is_or_was_seen_last():
    assert head(np.array([[0.0, 5.0], [1.0, 6.0]]), EXTENT) == (1, 6, False)
    # It leaves through the right edge, half way between x = 1 and x = 3.
    assert head(np.array([[1.0, 4.0], [3.0, 6.0], [9.0, 9.0]]), EXTENT) == (2, 5, True)
    # It comes back: then it is seen.
    assert head(np.array([[1.0, 4.0], [3.0, 6.0], [0.0, 1.0]]), EXTENT) == (0, 1, False)
    # It never was on the ground: on the way from the middle.
    assert head(np.array([[4.0, 5.0]]), EXTENT) == (2, 5, True)


def test_a_line_is_cut_at_the_edge():
    assert cut((0, 5), (1, 6), EXTENT) == (1, 6)
    assert cut((0, 5), (0, 25), EXTENT) == (0, 10)
    assert cut((0, 5), (-8, 9), EXTENT) == (-2, 6)
    assert cut((0, 5), (np.inf, 5), EXTENT) == (2, 5)
    assert cut((0, 5), (0, 5), EXTENT) == (0, 5)


def test_nan_is_not_on_the_ground():
    assert within(np.array([[0.0, 0.0], [2.1, 5.0], [np.nan, 5.0]]), EXTENT).tolist() == [True, False, False]
