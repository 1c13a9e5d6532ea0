"""The curve of a score along the way."""

import numpy as np

from playground.views.score_curve import ScoreCurve


def test_a_curve_stands_where_its_numbers_are():
    view = ScoreCurve()
    x, y = np.linspace(-3, 3, 7), np.linspace(0, 1, 7)
    view.draw(x, y, 2.0, "Probability of 7", "shift")
    source = view._source.data
    assert np.array_equal(source["x"], x.astype(np.float32))
    assert np.array_equal(source["y"], y.astype(np.float32))
    assert (view.figure.x_range.start, view.figure.x_range.end) == (-3, 3)
    assert view.figure.y_range.start < 0 < 1 < view.figure.y_range.end < 1.1
    assert (view._mark.location, view.figure.title.text, view.figure.xaxis[0].axis_label) == (
        2.0, "Probability of 7", "shift",
    )  # fmt: skip


def test_scores_have_an_axis_of_their_own():
    view = ScoreCurve()
    view.draw(np.arange(3.0), np.array([-8.0, 2.0, 4.0]), 0.0, "", "", probabilities=False)
    assert view.figure.y_range.start < -8
    assert view.figure.y_range.end > 4


def test_new_numbers_are_sent_though_the_old_array_was_changed_in_place():
    view, y = ScoreCurve(), np.zeros(3)
    view.draw(np.arange(3.0), y, 0.0, "", "")
    before = view._source.data["y"]
    y[:] = 1
    view.draw(np.arange(3.0), y, 0.0, "", "")
    assert not np.array_equal(before, view._source.data["y"])


def test_it_follows_the_page():
    view = ScoreCurve()
    light = view._line.glyph.line_color
    view.set_dark(True)
    assert view._line.glyph.line_color != light
