"""Two runs side by side: the picture of their difference, and how much of the plane differs."""

import numpy as np
import pytest

from engine.datasets import Dataset
from engine.datasets.dataset import Task
from playground.theme import class_palette, diverging_palette
from playground.views.difference import DifferenceView, difference_picture, share_that_differs
from playground.views.pictures import GRID, to_bytes

INPUTS = np.array([[-1.0, 2.0], [0.5, -0.25], [3.0, 1.0]])
TWO = Dataset("own", INPUTS, np.array([0.0, 1.0, 1.0]), Task.CLASSIFICATION, 2)
THREE = Dataset("own", INPUTS, np.array([0.0, 2.0, 1.0]), Task.CLASSIFICATION, 3)
REAL = Dataset("own", INPUTS, np.array([-1.0, 0.0, 0.25]), Task.REGRESSION, 0)


def plane(values) -> np.ndarray:
    """Return a picture whose columns have these values in turn."""
    return to_bytes(np.resize(np.asarray(values, np.float64), (GRID, GRID)))


def test_a_difference_is_the_difference_of_the_values(rng):
    pinned, now = rng.uniform(-1, 1, (2, GRID, GRID))
    picture = difference_picture(to_bytes(pinned), to_bytes(now), several=False)
    shown = (picture.astype(float) - 127.5) / 127.5
    expected = np.clip(now - pinned, -1, 1)
    # Each of the three roundings costs up to one step of 1/127.5.
    assert np.abs(shown - expected).max() <= 2 / 127.5


def test_two_equal_runs_have_no_difference():
    same = plane([-1.0, -0.3, 0.0, 0.8, 1.0])
    neutral = {diverging_palette(False)[value] for value in np.unique(difference_picture(same, same, False))}
    assert neutral == {diverging_palette(False)[128]}
    assert share_that_differs(same, same, Task.CLASSIFICATION, 2) == 0


def test_the_share_counts_answers_of_another_sign():
    pinned, now = plane([-1.0, -0.5, 0.5, 0.9]), plane([1.0, -0.9, 0.4, -0.1])
    assert share_that_differs(pinned, now, Task.CLASSIFICATION, 2) == 0.5


def test_the_share_counts_classes_and_not_how_sure_they_are():
    pinned = np.resize(np.array([0, 39, 40, 119], np.uint8), (GRID, GRID))
    now = np.resize(np.array([39, 0, 80, 80], np.uint8), (GRID, GRID))
    assert share_that_differs(pinned, now, Task.CLASSIFICATION, 3) == 0.25
    picture = difference_picture(pinned, now, several=True)
    assert (picture // 40 == now // 40).all()
    strong = picture % 40 > 20
    np.testing.assert_array_equal(strong, pinned // 40 != now // 40)


def test_real_numbers_differ_from_a_tenth_on():
    pinned, now = plane([0.0, 0.0, 0.5, -0.5]), plane([0.05, 0.2, 0.55, -0.55])
    assert share_that_differs(pinned, now, Task.REGRESSION, 0) == 0.25


@pytest.mark.parametrize(
    ("data", "words"),
    [(TWO, "answer differently on 50 %"), (THREE, "the class of now is another"), (REAL, "more than 0.1 on 50 %")],
)
def test_the_caption_says_what_was_computed(data, words):
    view = DifferenceView()
    view.set_data(data, 4.0)
    pinned = np.resize(np.array([10, 90], np.uint8), (GRID, GRID))
    now = np.resize(np.array([10, 200], np.uint8), (GRID, GRID))
    view.draw(pinned, now)
    assert words in view._caption.object
    assert "50 %" in view._caption.object


def test_a_small_share_is_not_rounded_away():
    view = DifferenceView()
    view.set_data(TWO, 4.0)
    pinned, now = np.zeros((GRID, GRID), np.uint8), np.zeros((GRID, GRID), np.uint8)
    now[0, :7] = 255
    view.draw(pinned, now)
    assert "0.1 %" in view._caption.object


def test_both_planes_have_points_extent_and_palette():
    view = DifferenceView()
    view.set_data(THREE, 4.0)
    view.set_dark(True)
    for plot, mapper in zip(view.figures, view._mappers, strict=True):
        assert (plot.x_range.start, plot.x_range.end, plot.y_range.start, plot.y_range.end) == (-4, 4, -4, 4)
        assert mapper.palette == class_palette(True)
    assert len(view._points.data["x"]) == 3


def test_the_pinned_picture_is_a_copy():
    view = DifferenceView()
    view.set_data(TWO, 4.0)
    pinned = np.zeros((GRID, GRID), np.uint8)
    view.draw(pinned, pinned)
    pinned[:] = 255
    assert view._images[0].data["image"][0].max() == 0
