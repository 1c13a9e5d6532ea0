"""The frame of a surface: its bytes are read in the browser by offsets alone."""

import struct

import numpy as np
import pytest

from playground.widgets.surface import MOST_PATH_POINTS, MOST_POINTS, MOST_SIDE, Surface, pack_surface, pack_trails


def grid(side):
    return np.zeros((side, side)), np.zeros((side, side), np.uint8)


@pytest.mark.parametrize("side", [2, 3])
def test_a_frame_holds_header_heights_colours_path_and_points(side):
    heights = np.arange(side**2, dtype=float).reshape(side, side)
    colors = np.arange(100, 100 + side**2, dtype=np.uint8).reshape(side, side)
    path, points = np.arange(6.0).reshape(2, 3), np.array([[0.5, 0.25, -1.0, 255.0]])
    frame = pack_surface(heights, colors, path, points)

    assert struct.unpack_from("<3I", frame) == (side, 2, 1)
    at = 12
    np.testing.assert_array_equal(np.frombuffer(frame, "<f4", side**2, at).reshape(side, side), heights)
    at += 4 * side**2
    np.testing.assert_array_equal(np.frombuffer(frame, np.uint8, side**2, at).reshape(side, side), colors)
    # Numbers of four bytes begin at a multiple of four, or the browser cannot read them.
    at += {2: 4, 3: 12}[side]
    np.testing.assert_array_equal(np.frombuffer(frame, "<f4", 6, at).reshape(2, 3), path)
    np.testing.assert_array_equal(np.frombuffer(frame, "<f4", 4, at + 24), points[0])
    assert len(frame) == at + 24 + 16


def test_path_and_points_may_be_left_out():
    assert struct.unpack_from("<3I", pack_surface(*grid(5))) == (5, 0, 0)


def test_holes_and_what_explodes_stay_what_they_are():
    heights, colors = grid(2)
    heights[:] = [[np.nan, 1e300], [-1e300, 0.5]]
    sent = np.frombuffer(pack_surface(heights, colors), "<f4", 4, 12)
    np.testing.assert_array_equal(sent, np.array([np.nan, np.inf, -np.inf, 0.5], np.float32))


def test_a_long_path_is_thinned_evenly_and_keeps_its_ends():
    path = np.zeros((10_000, 3))
    path[:, 0] = np.arange(10_000)
    frame = pack_surface(*grid(2), path)
    assert struct.unpack_from("<3I", frame) == (2, MOST_PATH_POINTS, 0)
    kept = np.frombuffer(frame, "<f4", offset=12 + 16 + 4).reshape(-1, 3)[:, 0]
    assert (kept[0], kept[-1]) == (0, 9999)
    gaps = np.diff(kept)
    assert gaps.min() >= 25
    assert gaps.max() <= 26


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (grid(1), "n from 2 to 61"),
        (grid(MOST_SIDE + 1), "n from 2 to 61"),
        ((np.zeros((3, 4)), np.zeros((3, 4), np.uint8)), r"got \[3, 4\]"),
        ((grid(3)[0], grid(4)[1]), r"got \[3, 3\] and \[4, 4\]"),
        ((*grid(2), np.zeros((5, 2))), r"path has shape \[n, 3\], got \[5, 2\]"),
        ((*grid(2), None, np.zeros((5, 3))), r"points has shape \[n, 4\], got \[5, 3\]"),
        ((*grid(2), None, np.zeros((MOST_POINTS + 1, 4))), "up to 1000 points, got 1001"),
    ],
)
def test_what_does_not_fit_is_said(arguments, message):
    with pytest.raises(ValueError, match=message):
        pack_surface(*arguments)


def test_frame_and_axes_reach_the_browser():
    surface = Surface()
    model = surface.get_root()
    frame = pack_surface(*grid(2))
    surface.push(frame=frame)
    surface.param.update(labels=("w₁", "w₂", "Loss"), z_range=(0.0, 2.0), summary="A valley.")
    assert model.data.frame == frame
    assert tuple(model.data.labels) == ("w₁", "w₂", "Loss")
    assert tuple(model.data.z_range) == (0.0, 2.0)
    assert model.data.summary == "A valley."


def test_trails_are_packed_as_shares_of_the_box_with_gaps():
    first = np.array([[0.0, 0.5, 1.0], [np.nan, 0.5, 0.5], [0.25, 1.2, 0.5], [1 + 1e-9, 0.0, -1e-9]])
    second = np.full((1, 3), 0.1)
    sent = pack_trails([first, second])
    assert struct.unpack_from("<3I", sent) == (2, 4, 1)
    places = np.frombuffer(sent, "<u2", offset=12).reshape(-1, 3)
    np.testing.assert_allclose(places[0] / 65534, first[0], atol=1e-5)
    assert (places[1:3] == 65535).all(), "what lies outside the box is a gap"
    assert places[3].tolist() == [65534, 0, 0], "rounding is not"
    np.testing.assert_allclose(places[4] / 65534, 0.1, atol=1e-5)
    assert pack_trails([]) == struct.pack("<I", 0)


@pytest.mark.parametrize(
    ("trails", "message"),
    [
        ([np.zeros((2, 2))], r"shape \[m, 3\], m up to 400, got \[2, 2\]"),
        ([np.zeros((401, 3))], r"got \[401, 3\]"),
        ([np.zeros((1, 3))] * 65, "up to 64 trails, got 65"),
    ],
)
def test_trails_that_do_not_fit_are_refused(trails, message):
    with pytest.raises(ValueError, match=message):
        pack_trails(trails)


def test_trails_and_their_looks_reach_the_browser_without_the_surface():
    surface = Surface(frame=pack_surface(*grid(2)))
    model = surface.get_root()
    trails, looks = pack_trails([np.zeros((3, 3))]), [{"color": "#112233", "dash": [3, 3]}]
    surface.push(trails=trails, looks=looks)
    assert model.data.trails == trails
    assert model.data.looks == looks
    surface.param.update(looks=[])
    assert model.data.looks == []
