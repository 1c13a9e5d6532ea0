"""The curves: linear and in powers of ten, alone and with a second run."""

import numpy as np
import pytest
from bokeh.models import HoverTool

from playground.views.curves import LOG_FLOOR, CurvesView, log_loss

CURVE = np.array([[0, 1.0, 0.5, 2.0, 0.4], [10, 0.01, 0.9, 0.1, 0.8]], np.float32)
OTHER = np.array([[0, 5.0, 0.5, 5.0, 0.4], [60, 4.0, 0.6, 4.5, 0.5]], np.float32)


def shown(view: CurvesView, column: str) -> np.ndarray:
    """Return what a line of the loss goes through."""
    glyph = view._lines[column].glyph
    return view._source.data[glyph.y]


def test_the_loss_is_shown_as_it_is_or_as_its_logarithm():
    view = CurvesView()
    view.draw(CURVE, 3.0)
    np.testing.assert_array_equal(shown(view, "train_loss"), [1.0, np.float32(0.01)])
    view.set_log(True)
    np.testing.assert_allclose(10.0 ** shown(view, "train_loss"), [1.0, 0.01], rtol=1e-5)
    np.testing.assert_allclose(10.0 ** shown(view, "test_loss"), [2.0, 0.1], rtol=1e-5)
    axis = view.figures[0].yaxis
    assert list(axis.ticker.ticks) == [-2, -1, 0, 1]
    powers = axis.formatter
    view.set_log(False)
    np.testing.assert_array_equal(shown(view, "train_loss"), [1.0, np.float32(0.01)])
    assert axis.formatter is not powers
    assert view.figures[0].y_range.start == 0


def test_a_logarithm_copes_with_nothing_and_with_too_much():
    logs = log_loss(np.array([0.0, np.nan, np.inf, 100.0, 1e-30]))
    np.testing.assert_allclose(logs, [np.log10(LOG_FLOOR), np.nan, np.nan, 2.0, np.log10(LOG_FLOOR)])


@pytest.mark.parametrize("losses", [[0.0, 0.0], [np.nan, np.nan], [1.0, 1.0], [1e-30, 1e30], [0.3, 0.4]])
def test_the_logarithmic_axis_holds_every_loss_and_few_labels(losses):
    view = CurvesView()
    view.set_log(True)
    curve = CURVE.copy()
    curve[:, 1] = curve[:, 3] = losses
    view.draw(curve, 0.0)
    axis = view.figures[0].y_range
    assert axis.start < axis.end
    values = shown(view, "train_loss")
    finite = values[np.isfinite(values)]
    assert ((finite >= axis.start) & (finite <= axis.end)).all()
    assert 2 <= len(view.figures[0].yaxis.ticker.ticks) <= 5


def test_a_second_run_is_drawn_and_taken_away():
    view = CurvesView()
    view.draw(CURVE, 3.0)
    assert "pinned" not in view._legend.object
    view.draw(CURVE, 3.0, OTHER)
    np.testing.assert_array_equal(view._pinned.data["train_shown"], [5.0, 4.0])
    assert "pinned" in view._legend.object
    assert view.figures[0].x_range.end == 60, "both runs fit"
    assert view.figures[0].y_range.end >= 5.0
    pinned, own = view._pinned_lines["train_loss"].glyph, view._lines["train_loss"].glyph
    assert pinned.line_width < own.line_width
    assert pinned.line_alpha < own.line_alpha
    view.draw(CURVE, 3.0)
    assert len(view._pinned.data["epoch"]) == 0
    assert view.figures[0].x_range.end == 10
    assert "pinned" not in view._legend.object


def test_both_figures_tell_all_values():
    view = CurvesView()
    view.set_score_title("R²")
    for plot in view.figures:
        fields = [field for _, field in plot.select_one(HoverTool).tooltips]
        assert [field.split("{")[0] for field in fields] == [
            "@epoch", "@train_loss", "@test_loss", "@train_score", "@test_score"
        ]  # fmt: skip
        assert plot.select_one(HoverTool).tooltips[3][0] == "training R²"


def test_sources_hold_copies():
    """What is drawn must not change with the caller's array."""
    view = CurvesView()
    curve = CURVE.copy()
    view.draw(curve, 0.0)
    curve[:] = 7
    assert view._source.data["train_score"][1] == np.float32(0.9)
    assert shown(view, "train_loss")[1] == np.float32(0.01)


@pytest.mark.concept("C148")
def test_the_smallest_test_loss_is_marked_once_it_has_turned():
    view = CurvesView()
    falling = np.array([[0, 1.0, 0.5, 0.9, 0.4], [5, 0.8, 0.6, 0.7, 0.5], [10, 0.6, 0.7, 0.6, 0.6]], np.float32)
    view.draw(falling, 10.0)
    assert len(view._valley.data["epoch"]) == 0
    assert "smallest test loss" not in view._legend.object
    turned = np.concatenate([falling, np.array([[15, 0.4, 0.8, np.nan, 0.6], [20, 0.2, 0.9, 0.8, 0.5]], np.float32)])
    view.draw(turned, 0.0)
    assert (view._valley.data["epoch"][0], view._valley.data["loss"][0]) == (10.0, np.float32(0.6))
    assert "smallest test loss" in view._legend.object
    view.set_log(True)
    assert view._valley.data["loss"][0] == pytest.approx(np.log10(0.6))
    view.draw(falling[:1], 0.0)
    assert len(view._valley.data["epoch"]) == 0
