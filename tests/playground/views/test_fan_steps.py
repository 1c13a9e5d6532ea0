"""The fan of all next steps: true angles, and lengths in powers of ten."""

from __future__ import annotations

import math

import numpy as np
import pytest

from playground.optimizer_marks import MARKERS, color
from playground.views.fan_steps import FanSteps, Step


def heads(view):
    data = view._heads.data
    return np.column_stack([data["x"], data["y"]])


def test_angles_are_true_and_lengths_count_by_powers_of_ten() -> None:
    view = FanSteps()
    view.draw([Step("sgd", 0.001, 0.0), Step("adam", 0.1, 60.0), Step("nadam", 0.01, 90.0)])
    found = heads(view)
    np.testing.assert_allclose(np.degrees(np.arctan2(found[:, 1], found[:, 0])), [0, 60, 90])
    radii = np.hypot(*found.T)
    np.testing.assert_allclose(np.diff(radii[[0, 2, 1]]), [1, 1])
    # Each stands on the ring of its own length.
    rings = dict(zip(view._ring_names.data["text"], view._ring_names.data["x"], strict=True))
    np.testing.assert_allclose(radii, [rings["0.001"], rings["0.1"], rings["0.01"]])
    for xs, ys, radius in zip(view._rings.data["x"], view._rings.data["y"], rings.values(), strict=True):
        np.testing.assert_allclose(np.hypot(xs, ys), radius)


@pytest.mark.parametrize("uphill", [False, True])
def test_the_figure_has_the_shape_of_what_it_shows(uphill: bool) -> None:
    view = FanSteps()
    view.draw([Step("sgd", 0.001, 0.0), Step("adam", 2.0, 135.0 if uphill else 45.0)])
    x, y = view.figure.x_range, view.figure.y_range
    assert view.figure.aspect_ratio == pytest.approx((x.end - x.start) / (y.end - y.start))
    assert x.start < heads(view)[1, 0]
    assert y.end > heads(view)[1, 1]
    assert ("180°: uphill" in view._rays.data["text"]) == uphill


def test_each_has_its_colour_and_its_marker_in_both_modes() -> None:
    view = FanSteps()
    for dark in (False, True):
        view.set_dark(dark)
        view.draw([Step(key, 0.1, 10.0) for key in MARKERS])
        assert view._heads.data["color"] == [color(key, dark) for key in MARKERS]
        assert view._heads.data["marker"] == list(MARKERS.values())


def test_what_is_no_number_is_left_out() -> None:
    view = FanSteps()
    view.draw([Step("sgd", math.nan, 0.0), Step("adam", 0.0, math.nan), Step("nadam", 0.1, 5.0)])
    assert view._heads.data["title"] == ["NAdam"]
    view.draw([])
    assert view._heads.data["title"] == []
    assert view.figure.x_range.end > view.figure.x_range.start
