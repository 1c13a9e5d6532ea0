"""The loss around the path: levels, picture, path, and the comparison with the true loss."""

from types import SimpleNamespace

import numpy as np
import pytest

from playground.views.landscape import LEVELS, PIXELS, LandscapeView, levels, spans_decades, surface_picture

U, V = np.linspace(-2.0, 4.0, 31), np.linspace(-1.0, 1.0, 21)


def bowl(scale: float = 1.0, least: float = 0.5) -> np.ndarray:
    return least + scale * (U[None, :] ** 2 + 4 * V[:, None] ** 2)


def landscape(loss: np.ndarray, **changes) -> SimpleNamespace:
    path = np.array([[3.0, 0.8], [2.0, 0.5], [0.5, 0.1], [0.0, 0.0]])
    on_path = 0.5 + path[:, 0] ** 2 + 4 * path[:, 1] ** 2
    values = {
        "axis_u": U, "axis_v": V, "loss": loss, "path": path, "explained": (0.61, 0.27),
        "path_loss_real": 1.1 * on_path, "path_loss_surface": on_path,
    }  # fmt: skip
    return SimpleNamespace(**{**values, **changes})


def test_levels_are_even_or_by_factors():
    even = levels(bowl(0.1))
    assert len(even) == LEVELS
    np.testing.assert_allclose(np.diff(even), even[1] - even[0])
    factors = levels(bowl(100.0))
    assert len(factors) == LEVELS
    np.testing.assert_allclose(factors[1:] / factors[:-1], factors[1] / factors[0])
    for between, loss in ((even, bowl(0.1)), (factors, bowl(100.0))):
        assert loss.min() < between[0] < between[-1] < loss.max()


@pytest.mark.parametrize("loss", [np.full((21, 31), np.nan), np.full((21, 31), 2.0)])
def test_a_flat_or_broken_surface_has_no_levels(loss):
    assert len(levels(loss)) == 0
    view = LandscapeView()
    view.draw(landscape(loss))
    assert view._contours.data["xs"] == []
    assert np.isfinite(view._image.data["image"][0]).all()


def test_the_picture_is_low_where_the_loss_is_low():
    picture = surface_picture(U, V, bowl(0.1))
    assert picture.shape == (PIXELS, PIXELS)
    row, column = np.argwhere(picture == picture.min()).mean(axis=0) + 0.5
    # The bowl's lowest point (0, 0) lies a third across and half way up.
    assert abs(column - PIXELS / 3) <= 1
    assert abs(row - PIXELS / 2) <= 1
    assert picture.max() > 240


def test_the_picture_is_the_loss_between_the_grid_points():
    loss = 3 * U[None, :] + 10 * V[:, None]
    picture = surface_picture(U, V, loss)
    at = (np.arange(PIXELS) + 0.5) / PIXELS
    u, v = -2 + 6 * at, -1 + 2 * at
    expected = 254 * (3 * u[None, :] + 10 * v[:, None] - loss.min()) / (loss.max() - loss.min())
    inner = slice(2, -2)
    assert np.abs(picture[inner, inner] - expected[inner, inner]).max() <= 0.5 + 1e-9 + 254 * 26 / 26 / PIXELS


def test_infinite_loss_is_the_highest():
    loss = bowl(0.1)
    loss[8:11, 8:11] = [[np.inf], [np.nan], [np.inf]]
    # Low ground, were it finite.
    row, column = round(9 / 20 * PIXELS), round(9 / 30 * PIXELS)
    assert surface_picture(U, V, bowl(0.1))[row, column] < 30
    assert surface_picture(U, V, loss)[row, column] == 254


def test_only_a_loss_of_decades_is_read_as_a_logarithm():
    assert spans_decades(bowl(100.0))
    assert not spans_decades(bowl(0.01))
    assert not spans_decades(bowl(100.0) - 1.0), "there is no logarithm of what is negative"


def test_contours_lie_on_their_levels():
    view = LandscapeView()
    loss = bowl(0.1)
    view.draw(landscape(loss))
    between = levels(loss)
    drawn = view._contours.data
    assert len(drawn["xs"]) == len(between)
    for level, xs, ys in zip(between, drawn["xs"], drawn["ys"], strict=True):
        values = 0.5 + 0.1 * (xs**2 + 4 * ys**2)
        # The grid's straight pieces lie a little off the true curve.
        np.testing.assert_allclose(values[np.isfinite(values)], level, atol=0.005)


def test_the_path_starts_at_the_square_and_now_is_at_its_end():
    view = LandscapeView()
    view.draw(landscape(bowl()))
    ends = view._ends.data
    assert list(zip(ends["u"], ends["v"], ends["marker"], strict=True)) == [(3.0, 0.8, "square"), (0, 0, "circle")]
    assert view.figures[0].xaxis.axis_label == "direction 1 (61 % of the path's variance)"
    view.draw(landscape(bowl(), explained=None))
    assert view.figures[0].yaxis.axis_label == "direction 2"


def test_the_slim_figure_compares_surface_and_truth():
    view = LandscapeView()
    drawn = landscape(bowl())
    view.draw(drawn)
    np.testing.assert_array_equal(view._losses.data["real"], drawn.path_loss_real)
    np.testing.assert_array_equal(view._losses.data["surface"], drawn.path_loss_surface)
    assert view.figures[1].y_range.end > drawn.path_loss_real.max()
    # Half of a mark, 6 pixels, has room beside both ends of 3 steps: on a phone the figure is some 300 pixels wide.
    span = view.figures[1].x_range
    for room in (0 - span.start, span.end - 3):
        assert 6 <= 300 * room / (span.end - span.start) < 20
    assert "Where the two lines part, the path leaves the plane that is shown." in view._caption.object


def test_the_dot_of_now_moves_alone():
    view = LandscapeView()
    view.draw_position(0.0, 0.0, 1.0, 1.0)
    view.draw(landscape(bowl()))
    before = view._image.data["image"][0]
    view.draw_position(1.9, 0.6, 4.25, 3.125)
    assert view._image.data["image"][0] is before
    assert (view._ends.data["u"][1], view._ends.data["v"][1]) == (1.9, 0.6)
    assert view._here.data == {"step": [1.0], "real": [4.25], "surface": [3.125]}
    assert "4.25" in view._caption.object
    assert "3.12" in view._caption.object


def test_the_view_follows_the_page():
    view = LandscapeView()
    view.draw(landscape(bowl()))
    view.set_dark(True)
    assert 'data-theme="dark"' in view._caption.object
