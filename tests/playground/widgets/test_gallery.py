"""The gallery, as far as it is Python: its points are read in the browser by offsets alone."""

import numpy as np
import pytest

from playground import theme
from playground.widgets.gallery import DataGallery, pack_points


def unpack(data):
    rows = np.frombuffer(data, np.uint8).reshape(-1, 3)
    return rows[:, :2].view(np.int8), rows[:, 2]


def test_the_outermost_coordinate_comes_to_the_edge_and_the_origin_to_the_middle():
    places, classes = unpack(pack_points(np.array([[0.0, 0.0], [-6.0, 3.0], [1.5, -6.0]]), np.array([0.0, 2.0, 5.0])))
    # 127 / 6 = 21.17 a unit: 3 → 63.5, which rounds to the even 64; 1.5 → 31.75.
    assert places.tolist() == [[0, 0], [-127, 64], [32, -127]]
    assert classes.tolist() == [0, 2, 5]


def test_shapes_do_not_depend_on_the_unit(rng):
    inputs, targets = rng.normal(size=(50, 2)), np.zeros(50)
    assert pack_points(inputs, targets) == pack_points(1024 * inputs, targets)


def test_real_targets_span_the_table_from_minus_one_to_one():
    inputs = np.ones((5, 2))
    _, indices = unpack(pack_points(inputs, np.array([-3.0, -1.0, 0.0, 1.0, 3.0]), real=True))
    assert indices.tolist() == [0, 0, 127, 255, 255]


def test_points_that_all_lie_at_the_origin_are_packed():
    assert pack_points(np.zeros((2, 2)), np.zeros(2)) == bytes(6)


def test_no_points_are_no_bytes():
    assert pack_points(np.zeros((0, 2)), np.zeros(0)) == b""


@pytest.mark.parametrize(
    ("inputs", "targets", "message"),
    [
        (np.zeros((3, 3)), np.zeros(3), r"inputs \[N, 2\] and targets \[N\], got \[3, 3\] and \[3\]"),
        (np.zeros((3, 2)), np.zeros(2), r"got \[3, 2\] and \[2\]"),
        (np.full((3, 2), np.nan), np.zeros(3), "finite"),
    ],
)
def test_what_does_not_fit_is_said(inputs, targets, message):
    with pytest.raises(ValueError, match=message):
        pack_points(inputs, targets)


def test_items_with_bytes_reach_the_browser():
    gallery = DataGallery()
    model = gallery.get_root()
    items = [{"key": "a", "title": "A", "sentence": "", "group": "", "points": b"\x01\x02\x03"}]
    gallery.param.update(items=items, value="a")
    assert (model.data.items, model.data.value) == (items, "a")
    assert model.data.colors == theme.CLASS_COLORS
