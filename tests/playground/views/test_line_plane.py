"""The plane of the two groups, and the paths of the lanes."""

from __future__ import annotations

import numpy as np
import pytest

from engine.descent import SURFACES
from playground.views.angle_curve import AngleCurve
from playground.views.lane_marks import DASHES, SIDES, TITLES, color
from playground.views.lane_paths import LanePaths, PathPicture
from playground.views.line_plane import (
    MOST_RINGS,
    PIXELS,
    LinePicture,
    LinePlane,
    line_ends,
    line_handles,
    line_through,
    shading,
)
from playground.views.plane_ground import ground_of

LINE = (1.23, 1.0, -0.55)


def picture(**changes) -> LinePicture:
    points = np.array([[1.0, 2.0], [-3.0, -1.0], [0.5, -2.0]])
    values = {
        "points": points, "labels": np.array([1.0, 0.0, 0.0]), "reach": 5.0,
        "lines": {"batch": LINE, "mini": (0.0, 0.0, 0.0)}, "shaded": "batch", "rings": np.array([1]),
        "point": (1.0, 0.0),
    }  # fmt: skip
    return LinePicture(**{**values, **changes})


@pytest.mark.parametrize("weights", [LINE, (0.0, 2.0, 1.0), (-3.0, 0.0, 1.0), (1.0, 1.0, 0.0), (1.0, -1.0, 4.0)])
def test_a_line_ends_at_the_edges_of_the_view(weights) -> None:
    xs, ys = line_ends(weights, 5.0)
    for x, y in zip(xs, ys, strict=True):
        assert weights[0] * x + weights[1] * y + weights[2] == pytest.approx(0, abs=1e-9)
        assert max(abs(x), abs(y)) == pytest.approx(5.0)
    assert (xs[0], ys[0]) != (xs[1], ys[1])


@pytest.mark.parametrize("weights", [(0.0, 0.0, 0.0), (0.0, 0.0, 1.0), (1.0, 1.0, 100.0)])
def test_what_is_no_line_or_not_in_view_has_no_ends(weights) -> None:
    assert line_ends(weights, 5.0) == ([], [])


def test_shading_is_the_probability() -> None:
    shades = shading(LINE, 5.0)
    assert shades.shape == (PIXELS, PIXELS)
    for row, column in ((0, 0), (PIXELS // 2, PIXELS // 3), (PIXELS - 1, PIXELS - 1)):
        x, y = (5.0 * (2 * (k + 0.5) / PIXELS - 1) for k in (column, row))
        z = LINE[0] * x + LINE[1] * y + LINE[2]
        assert shades[row, column] == round(255 / (1 + np.exp(-z)))


def test_points_have_a_colour_and_a_shape_by_their_label() -> None:
    plane = LinePlane(lambda x, y: None, lambda k, x, y: None)
    plane.draw(picture())
    assert plane._points.data["color"] == [SIDES[1], SIDES[0], SIDES[0]]
    assert plane._points.data["marker"] == ["circle", "square", "square"]
    assert plane._rings.data["x"].tolist() == [-3.0]
    assert plane._asked.data == {"x": [1.0], "y": [0.0]}
    assert plane._weights.data["value"] == list(LINE)
    assert len(plane._lines.data["xs"][0]) == 2
    assert plane._lines.data["xs"][1] == []


def test_only_what_has_changed_is_sent() -> None:
    plane = LinePlane(lambda x, y: None, lambda k, x, y: None)
    first = picture()
    plane.draw(first)
    points, image, lines = plane._points.data, plane._image.data, plane._lines.data
    plane.draw(picture(points=first.points, rings=np.arange(2)))
    assert (plane._points.data, plane._image.data, plane._lines.data) == (points, image, lines)
    assert plane._points.data is points
    plane.draw(picture(points=first.points, reach=9.0))
    assert plane.figure.x_range.end == 9.0
    assert plane._lines.data["xs"] != lines["xs"]


def test_a_whole_batch_has_no_rings_and_the_legend_names_all() -> None:
    plane = LinePlane(lambda x, y: None, lambda k, x, y: None)
    many = np.zeros((MOST_RINGS + 1, 2))
    plane.draw(picture(points=many, labels=np.zeros(len(many)), rings=np.arange(len(many)), point=None))
    assert len(plane._rings.data["x"]) == 0
    for text in ("label 0", "label 1", "Batch, shaded by p", "Mini-batch"):
        assert text in plane.legend.object


def test_colours_and_dashes_tell_the_lines_apart() -> None:
    for dark in (False, True):
        assert len({color(key, dark) for key in TITLES}) == len(TITLES)
    assert len({tuple(dash) for dash in DASHES.values()}) == len(TITLES)


def test_paths_over_the_ground() -> None:
    view = LanePaths()
    ground = ground_of(SURFACES["bowl"], 21)
    paths = {"batch": np.array([[0.0, 0.0], [0.5, 0.5]]), "mini": np.random.default_rng(0).normal(0, 1, (3000, 2))}
    view.draw(PathPicture(ground, paths))
    assert view._paths.data["xs"][0].tolist() == [0.0, 0.5]
    assert 2 < len(view._paths.data["xs"][1]) <= 600
    assert view._heads.data["x"][1] == paths["mini"][-1, 0]
    image = view._image.data
    view.draw(PathPicture(ground, paths, (0.2, 0.1)))
    assert view._image.data is image
    assert view._by_hand.data == {"x": [0.2], "y": [0.1]}
    assert "by hand" in view._legend.object
    for dark in (True, False):
        view.set_dark(dark)
        assert view._paths.data["color"] == [color("batch", dark), color("mini", dark)]


def test_the_angle_curve_has_two_scales() -> None:
    view = AngleCurve()
    angles = np.linspace(-60, 60, 5)
    view.draw(angles, np.array([3.0, 2.0, 2.0, 2.0, 4.0]), np.array([100.0, 60.0, 50.0, 70.0, 200.0]))
    assert (view.figure.x_range.start, view.figure.x_range.end) == (-60.0, 60.0)
    assert view.figure.y_range.end == pytest.approx(4.32)
    assert view.figure.extra_y_ranges["cost"].end == pytest.approx(216)
    view.set_dark(True)
    assert 'data-theme="dark"' in view._legend.object


def test_a_line_is_dragged_by_one_of_two_handles() -> None:
    handles = line_handles(LINE, 5.0)
    for x, y in handles:
        assert 1.23 * x + y - 0.55 == pytest.approx(0, abs=1e-9)
        assert max(abs(x), abs(y)) < 5
    assert line_handles((0.0, 0.0, 1.0), 5.0) == ()
    moved = line_through(handles[0], (2.0, 3.0), LINE)
    for x, y in (handles[0], (2.0, 3.0)):
        assert moved[0] * x + moved[1] * y + moved[2] == pytest.approx(0, abs=1e-9)
    assert np.hypot(*moved[:2]) == pytest.approx(np.hypot(1.23, 1.0))
    assert moved[0] * 1.23 + moved[1] > 0
    # Nothing is turned, and nothing can be told.
    assert line_through(handles[0], handles[1], LINE) == pytest.approx(LINE)
    assert line_through((1.0, 1.0), (1.0, 1.0), LINE) == LINE


def test_handles_are_there_to_be_dragged_and_only_then() -> None:
    dragged: list[tuple[int, float, float]] = []
    plane = LinePlane(lambda x, y: None, lambda *message: dragged.append(message))
    plane.draw(picture())
    assert plane._editor.tool == "look"
    plane.draw(picture(handles=((1.0, 2.0), (3.0, 4.0))))
    assert plane._editor.tool == "move"
    assert plane._held.data["y"].tolist() == [2.0, 4.0]
    plane._editor._said.data = {"number": [1], "type": ["move"], "index": [1], "x": [0.5], "y": [-0.5]}
    assert dragged == [(1, 0.5, -0.5)]
