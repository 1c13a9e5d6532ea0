"""The V of the check: what is drawn of a curve of differences."""

import math

import numpy as np
import pytest

from engine.gradcheck import DifferenceCurve, difference_curve
from playground.views.difference_curve import DifferenceCurveView

STEPS = np.array([1e-8, 1e-6, 1e-4, 1e-2])


def curve(errors, truncation=None, roundoff=None):
    errors = np.array(errors, float)
    return DifferenceCurve(
        1.0, STEPS, 1.0 + errors, errors,
        np.full(4, 1e-9) if truncation is None else np.array(truncation),
        np.full(4, 1e-9) if roundoff is None else np.array(roundoff),
    )  # fmt: skip


def test_points_are_logarithms_of_both():
    view = DifferenceCurveView()
    view.draw(curve([1e-5, 1e-9, 1e-7, 1e-3]), 2)
    points = view._points.data
    np.testing.assert_allclose(10.0 ** points["x"], STEPS)
    np.testing.assert_allclose(10.0 ** points["y"], [1e-5, 1e-9, 1e-7, 1e-3])
    # Exactly the numbers go to the box beside the pointer.
    np.testing.assert_array_equal(points["error"], [1e-5, 1e-9, 1e-7, 1e-3])
    assert (view._now.data["x"][0], view._now.data["y"][0]) == pytest.approx((-4, -7))
    assert (view._best.data["x"][0], view._best.data["y"][0]) == pytest.approx((-6, -9))
    assert view._mark.location == pytest.approx(-4)
    start, end = view.figure.y_range.start, view.figure.y_range.end
    assert start < -9 < -3 < end


def test_an_error_of_zero_lies_below_all_others_and_is_told():
    view = DifferenceCurveView()
    view.draw(curve([1e-5, 0.0, 1e-7, 1e-3]), 1)
    assert len(view._points.data["x"]) == 3
    np.testing.assert_allclose(view._zeros.data["x"], [-6])
    assert view._zeros.data["y"][0] < min(view._points.data["y"])
    assert view.figure.y_range.start < view._zeros.data["y"][0]
    assert view._now.data["y"][0] == view._zeros.data["y"][0] == view._best.data["y"][0]
    assert view.figure.yaxis[0].major_label_overrides[int(view._zeros.data["y"][0])] == "0"
    assert "One step has an error of exactly 0" in view._legend.object
    view.draw(curve([1e-5, 1e-6, 1e-7, 1e-3]), 1)
    assert "exactly 0" not in view._legend.object
    assert "below the axis" not in view._legend.object
    assert "0" not in view.figure.yaxis[0].major_label_overrides.values()


def test_only_zeros_and_nothing_at_all_can_be_drawn():
    view = DifferenceCurveView()
    view.draw(curve([0.0] * 4), 0)
    assert len(view._zeros.data["x"]) == 4
    view.draw(curve([math.nan] * 4), 0)
    assert len(view._points.data["x"]) == len(view._zeros.data["x"]) == len(view._best.data["x"]) == 0
    assert math.isnan(view._now.data["y"][0])
    assert "4 steps have no difference" in view._legend.object


def test_theory_is_two_lines_of_their_own_slopes():
    drawn = difference_curve(math.exp, 0.5, math.exp(0.5), STEPS)
    view = DifferenceCurveView()
    view.draw(drawn, 0)
    theory = view._theory.data
    slope = {name: np.diff(theory[name]) / np.diff(theory["x"]) for name in ("truncation", "roundoff")}
    np.testing.assert_allclose(slope["truncation"], 2, rtol=1e-9)
    np.testing.assert_allclose(slope["roundoff"], -1, rtol=1e-9)
    # h²·e^x/6 at h = 0.01; the bend is itself measured, to a few digits.
    assert 10 ** theory["truncation"][-1] == pytest.approx(1e-4 * math.exp(0.5) / 6, rel=1e-2)
    view.draw(curve([1e-5] * 4, truncation=[0.0] * 4, roundoff=[math.nan] * 4), 0)
    assert np.isnan(view._theory.data["truncation"]).all()
    assert np.isnan(view._theory.data["roundoff"]).all()


def test_colours_follow_the_page():
    view = DifferenceCurveView()
    light = view._dots.glyph.fill_color, view._ring.glyph.line_color, view._legend.object
    view.set_dark(True)
    dark = view._dots.glyph.fill_color, view._ring.glyph.line_color, view._legend.object
    assert all(one != other for one, other in zip(light, dark, strict=True))
    assert 'data-theme="dark"' in dark[2]
