"""Loss lines: the two kinds of axes, and what tells the lines apart."""

import time

import numpy as np

from playground import optimizer_marks
from playground.views.loss_lines import LossLines, LossSeries


def series(key, values, **looks):
    values = np.array(values, float)
    return LossSeries(key, looks.pop("label", key), np.arange(len(values), dtype=float), values, **looks)


def test_a_loss_that_stays_is_drawn_as_it_is():
    view = LossLines()
    view.draw((series("sgd", [4.0, 3.0, 2.0]), series("adam", [4.0, 1.0, 0.5])), 1)
    np.testing.assert_array_equal(view._lines.data["ys"][1], [4.0, 1.0, 0.5])
    assert view.figure.title.text == "Loss J"
    assert view.figure.y_range.start == 0
    assert view.figure.y_range.end > 4
    # Where each is at the mark.
    assert view._heads.data["x"] == [1.0, 1.0]
    assert view._heads.data["y"] == [3.0, 1.0]
    assert view._heads.data["marker"] == [optimizer_marks.MARKERS["sgd"], optimizer_marks.MARKERS["adam"]]
    assert view._mark.location == 1


def test_a_loss_over_decades_is_drawn_in_powers_of_ten_and_stays_so():
    view = LossLines()
    long = series("sgd", 10.0 ** -np.arange(6))
    view.draw((long,), 5)
    np.testing.assert_allclose(view._lines.data["ys"][0], -np.arange(6.0), atol=1e-6)
    assert view.figure.title.text == "Loss J (powers of ten)"
    assert view._scale.data["on"] == [True]
    assert {0, -4} <= set(view.figure.yaxis[0].ticker.ticks)
    # Bokeh keeps labels of single ticks for good, so none is given: 0 would be labelled 1 on the next axis.
    assert not view.figure.yaxis[0].major_label_overrides
    powers = view.figure.yaxis[0].formatter
    assert view.figure.y_range.start < -5
    # Scrubbed back to its beginning it is the same picture, only shorter.
    view.draw((series("sgd", [1.0, 0.9]),), 1)
    assert view.figure.title.text == "Loss J (powers of ten)"
    # Another race begins anew.
    view.draw((series("sgd", [2.0, 1.9]),), 1)
    assert view.figure.title.text == "Loss J"
    assert view.figure.yaxis[0].formatter is not powers
    np.testing.assert_allclose(view._lines.data["ys"][0], [2.0, 1.9], rtol=1e-6)


def test_a_loss_of_zero_leaves_the_figure_and_its_marker_stays_at_the_edge():
    view = LossLines()
    view.draw((series("sgd", [1.0, 1e-3, 0.0]), series("adam", [1.0, 0.5, 1e-2])), 2)
    low = view.figure.y_range.start
    # Ten powers of ten are seen.
    assert -10.2 < low <= -10
    assert view._lines.data["ys"][0][2] < low
    assert view._heads.data["y"] == [low, -2.0]


def test_what_is_below_zero_has_no_powers():
    view = LossLines()
    view.draw((series("sgd", [1.0, 1e-3, 0.0]),), 2)
    view.draw((series("sgd", [1.0, 1e-3, -5.0]),), 2)
    assert view.figure.title.text == "Loss J"
    assert view.figure.y_range.start < -5
    assert view._heads.data["y"] == [-5.0]


def test_who_diverges_leaves_the_figure_and_the_others_stay_readable():
    view = LossLines()
    view.draw((series("sgd", [-1.0, -1e6, -np.inf, np.nan]), series("adam", [-1.0, -2.0, -3.0, -3.5])), 3)
    assert -10 < view.figure.y_range.start < -3.5
    assert np.isnan(view._lines.data["ys"][0][2:]).all()
    # It has no marker where it is no number.
    assert len(view._heads.data["x"]) == 1


def test_where_losses_fall_without_end_the_figure_ends_and_the_others_stay_readable():
    view = LossLines()
    away, stuck = series("adam", [1.0, 0.01, -2.0, -5e6]), series("sgd", [1.0, 0.5, 0.3, 0.2])
    view.draw((away, stuck), 3, lowest=-3.0)
    assert view.figure.title.text == "Loss J"
    assert -3.5 < view.figure.y_range.start < -3
    assert view._lines.data["ys"][0][3] < view.figure.y_range.start
    # The marker of who has left stays at the edge.
    assert view._heads.data["y"] == [view.figure.y_range.start, 0.2]
    # No powers of ten on the way there, which could not go on below zero.
    view.draw((series("adam", [1.0, 0.01]), series("sgd", [1.0, 0.5])), 1, lowest=-3.0)
    assert view.figure.title.text == "Loss J"


def test_who_diverges_beside_losses_below_zero_does_not_press_the_others_flat():
    view = LossLines()
    view.draw((series("sgd", [15.0, 1e4, 1e7]), series("adam", [15.0, 3.0, -0.5])), 2, lowest=-2.0)
    assert view.figure.y_range.end < 20


def test_lines_are_told_apart_by_colour_dash_and_name():
    view = LossLines()
    own = series("batch", [1.0, 0.9], label="Batch <b>", color="#123456", dash="dashed")
    view.draw((series("adam", [1.0, 0.8], label="Adam"), own, series("lane", [1.0, 0.95], dash=[3, 5])), 1)
    lines = view._lines.data
    assert lines["color"][:2] == [optimizer_marks.color("adam", False), "#123456"]
    assert lines["dash"][0] == optimizer_marks.DASHES["adam"]
    assert lines["dash"][1] != lines["dash"][0]
    assert lines["dash"][2] == [3, 5]
    assert lines["label"] == ["Adam", "Batch <b>", "lane"]
    assert "Batch &lt;b&gt;" in view._legend.object
    assert "<b>" not in view._legend.object
    view.set_dark(True)
    assert view._lines.data["color"][0] == optimizer_marks.color("adam", True)
    assert 'data-theme="dark"' in view._legend.object


def test_a_second_racer_of_one_kind_has_a_hollow_marker():
    view = LossLines()
    view.draw((series("adam", [1.0, 0.8]), series("adam_2", [1.0, 0.7])), 1)
    color, heads = optimizer_marks.color("adam", False), view._heads.data
    assert (heads["fill"][0], heads["line"][1]) == (color, color)
    assert color not in (heads["line"][0], heads["fill"][1])
    assert heads["marker"][0] == heads["marker"][1]


def test_nothing_and_a_single_loss_can_be_drawn():
    view = LossLines()
    view.draw((), 0)
    assert view._lines.data["xs"] == []
    view.draw((series("sgd", [0.0]), series("adam", [])), 0, "samples seen")
    assert view.figure.xaxis[0].axis_label == "samples seen"
    assert view.figure.y_range.start < view.figure.y_range.end
    assert view._heads.data["y"] == [0.0]


def test_a_long_race_is_sent_thinned_and_drawn_quickly():
    view = LossLines()
    race = tuple(series(key, 10.0 ** -(np.arange(5001) / 500 % 5)) for key in optimizer_marks.TITLES)
    times = []
    for at in range(5):
        begun = time.process_time()
        view.draw(race, at)
        times.append(time.process_time() - begun)
    assert max(len(xs) for xs in view._lines.data["xs"]) <= 400
    assert min(times) < 0.06
