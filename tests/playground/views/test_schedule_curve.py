"""The rate over the updates: as it is or in powers of ten, with the one of now."""

import numpy as np

from playground.views.schedule_curve import ScheduleCurve


def test_a_rate_holds_for_the_whole_of_its_update():
    view = ScheduleCurve()
    view.draw(np.array([0.4, 0.4, 0.2]), 1, "Learning rate")
    np.testing.assert_array_equal(view._source.data["step"], [0, 1, 2, 3])
    np.testing.assert_array_equal(view._source.data["rate"], [0.4, 0.4, 0.2, 0.2])
    assert (view._now.data["step"][0], view._now.data["rate"][0]) == (1, 0.4)
    assert view.figure.title.text == "Learning rate: 0.4"
    assert (view.figure.x_range.start, view.figure.x_range.end) == (0, 3)
    assert view.figure.y_range.start == 0
    assert view.figure.y_range.end > 0.4


def test_rates_over_decades_are_drawn_in_powers_of_ten():
    view = ScheduleCurve()
    view.draw(0.1 * 10 ** -(np.arange(61) / 20), 20, "Learning rate")
    assert view._source.data["rate"][0] == -1
    np.testing.assert_allclose(view._source.data["rate"][60], -4)
    np.testing.assert_allclose(view._now.data["rate"], [-2])
    assert -2 in view.figure.yaxis[0].ticker.ticks
    powers = view.figure.yaxis[0].formatter
    assert view.figure.y_range.start < -4 < -1 < view.figure.y_range.end
    assert view.figure.title.text == "Learning rate: 0.01"
    view.draw(np.array([0.1, 0.0]), 1, "Learning rate")
    np.testing.assert_array_equal(view._source.data["rate"], [0.1, 0.0, 0.0])
    assert view.figure.yaxis[0].formatter is not powers


def test_after_the_last_rate_none_is_marked():
    view = ScheduleCurve()
    view.draw(np.array([0.4, 0.2]), 2, "Learning rate")
    assert len(view._now.data["step"]) == 0
    assert view.figure.title.text == "Learning rate"
    view.draw(np.zeros(0), 0, "Learning rate")
    assert len(view._now.data["step"]) == 0
    assert view.figure.y_range.start < view.figure.y_range.end


def test_dark_changes_the_colours():
    view = ScheduleCurve()
    light = view._line.glyph.line_color
    view.set_dark(True)
    assert view._line.glyph.line_color != light
