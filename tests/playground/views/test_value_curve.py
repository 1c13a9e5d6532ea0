"""The curve of one number over the steps."""

import numpy as np
import pytest

from playground.views.value_curve import ValueCurve


def test_values_marks_and_ranges() -> None:
    view = ValueCurve()
    curve = np.column_stack([np.arange(9), np.linspace(8, -2, 9)])
    view.draw(curve, 4, "Loss J")
    assert view._source.data["step"].tolist() == list(range(9))
    assert view._source.data["value"].tolist() == curve[:, 1].tolist()
    assert view._mark.location == 4
    assert view.figure.title.text == "Loss J"
    assert (view.figure.x_range.start, view.figure.x_range.end) == (0, 8)
    assert view.figure.y_range.start < -2
    assert view.figure.y_range.end > 8


def test_a_loss_is_measured_from_zero() -> None:
    view = ValueCurve()
    view.draw(np.array([[0.0, 2.0], [1.0, 0.32]]), 1, "Loss J")
    assert view.figure.y_range.start == 0
    assert view.figure.x_range.end == 5, "one step does not fill the figure"


@pytest.mark.parametrize("curve", [np.zeros((0, 2)), np.array([[0.0, np.nan]]), np.array([[0.0, 1.0], [1.0, np.inf]])])
def test_what_is_not_finite_is_left_out(curve: np.ndarray) -> None:
    view = ValueCurve()
    view.draw(curve, 0, "f")
    assert np.isfinite(view._source.data["value"]).all()
    assert len(view._source.data["value"]) == np.isfinite(curve[:, 1]).sum()
    assert view.figure.y_range.start < view.figure.y_range.end


def test_many_points_are_a_line_without_dots() -> None:
    view = ValueCurve()
    view.draw(np.column_stack([np.arange(200), np.ones(200)]), 0, "f")
    assert not view._dots.visible


def test_dark_changes_the_colours() -> None:
    view = ValueCurve()
    light = view._line.glyph.line_color
    view.set_dark(True)
    assert view._line.glyph.line_color != light
    assert view._mark.line_color == view._line.glyph.line_color
