"""A student's own points: editing, checks, and their ways into a state and a link."""

from __future__ import annotations

import base64
import json
import struct
import time
import zlib
from contextlib import suppress
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.datasets import LINK_POINTS, Points, Task, make_dataset
from engine.datasets.scaling import from_plane, to_plane

SIX = Points(
    [[0, 0], [1, 2], [-3, 4], [5, -6], [1, 2], [0.5, 0.25]],
    [0, 1, 2, 1, 0, 2],
    Task.CLASSIFICATION,
    3,
    ("birch", "maple", "oak"),
    ("height", "girth"),
    ((170.0, 0.25), (0.0, 1.0)),
    "Trees",
    "kind",
)
REAL = Points([[0, 1], [2, 3]], [0.5, -1], Task.REGRESSION, 0, target_scale=(40.0, 0.1), target_column="price")


def drawn(count: int, classes: int = 2, seed: int = 0) -> Points:
    rng = np.random.default_rng(seed)
    inputs = rng.uniform(-100, 100, (count, 2))
    if classes:
        return Points(inputs, rng.integers(0, classes, count), Task.CLASSIFICATION, classes)
    return Points(inputs, rng.uniform(-1, 1, count), Task.REGRESSION, 0)


def test_what_is_drawn_first_is_nothing():
    for classes in (2, 6):
        points = Points.empty(classes)
        assert (len(points), points.task, points.classes) == (0, Task.CLASSIFICATION, classes)
        assert points.class_names == tuple("012345"[:classes])
        assert (points.columns, points.target_column) == (("x1", "x2"), "label")
    points = Points.empty(0)
    assert (points.task, points.class_names, points.target_column) == (Task.REGRESSION, (), "target")
    with pytest.raises(ValueError, match="inputs has shape"):
        points.dataset()


def test_points_are_frozen_copied_and_read_only():
    inputs = np.zeros((2, 2))
    points = Points(inputs, np.zeros(2), Task.CLASSIFICATION, 2)
    inputs[:] = 9.0
    assert points.inputs.tolist() == [[0.0, 0.0], [0.0, 0.0]]
    with pytest.raises(ValueError, match="read-only"):
        points.inputs[0] = 1.0
    with pytest.raises(FrozenInstanceError):
        points.title = "other"


@pytest.mark.parametrize(
    "change",
    [
        {"inputs": SIX.inputs + np.eye(6, 2) * 1e-12},
        {"targets": [0, 1, 2, 1, 0, 1]},
        {"class_names": ("birch", "maple", "pine")},
        {"columns": ("height", "width")},
        {"scales": ((170.0, 0.25), (1.0, 1.0))},
        {"title": "Bushes"},
        {"target_column": "species"},
        {"classes": 4, "class_names": ("a", "b", "c", "d")},
    ],
)
def test_equal_means_equal_in_everything(change):
    same = replace(SIX)
    assert same == SIX
    assert same is not SIX
    assert hash(same) == hash(SIX)
    other = replace(SIX, **change)
    assert other != SIX
    assert hash(other) != hash(SIX)
    assert SIX != "points"


def test_the_two_zeros_are_one():
    assert replace(SIX, inputs=-SIX.inputs * 0.0) == replace(SIX, inputs=SIX.inputs * 0.0)


def test_a_point_is_added_moved_and_removed():
    points = Points.empty(2).with_point(1, 2, 0).with_point(3, 4, 1)
    assert (points.inputs.tolist(), points.targets.tolist()) == ([[1.0, 2.0], [3.0, 4.0]], [0.0, 1.0])
    moved = points.moved(0, -1, 0.5)
    assert (moved.inputs.tolist(), moved.targets.tolist()) == ([[-1.0, 0.5], [3.0, 4.0]], [0.0, 1.0])
    rest = points.without(0)
    assert (rest.inputs.tolist(), rest.targets.tolist()) == ([[3.0, 4.0]], [1.0])
    assert len(points) == 2
    assert SIX.moved(1, 0, 0).class_names == SIX.class_names


@pytest.mark.parametrize("index", [-1, 6, 1.0, None, True])
def test_only_points_that_are_there_are_moved_or_removed(index):
    for change in (lambda: SIX.moved(index, 0, 0), lambda: SIX.without(index)):
        with pytest.raises(ValueError, match=f"there is no point {index}: 6 points are counted from 0"):
            change()


@pytest.mark.parametrize(
    ("point", "message"),
    [
        ((100.1, 0, 0), "coordinates lie within -100 and 100, got 100.1"),
        ((0, float("nan"), 0), "coordinates lie within -100 and 100, got nan"),
        ((0, 0, 3), "targets are class indices 0 to 2, got 3"),
        ((0, 0, 0.5), "targets are class indices 0 to 2, got 0.5"),
        ((0, 0, -1), "got -1"),
        ((0, 0, float("inf")), "targets lie within -100 and 100, got inf"),
    ],
)
def test_a_point_that_does_not_fit_is_refused(point, message):
    with pytest.raises(ValueError, match=message):
        SIX.with_point(*point)


def test_five_thousand_points_are_the_most():
    full = drawn(5000)
    with pytest.raises(ValueError, match="at most 5000 points, got 5001: remove some"):
        full.with_point(0, 0, 0)
    assert full.problem() is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"task": "classification"}, "task is Task.CLASSIFICATION or"),
        ({"classes": 1, "class_names": ("a",)}, "classes is a whole number from 2 to 6, got 1"),
        ({"classes": 7, "class_names": tuple("abcdefg")}, "from 2 to 6, got 7"),
        ({"class_names": ("a", "b")}, "3 classes have as many different names, got 'a, b'"),
        ({"class_names": ("a", "b", "a")}, "different names"),
        ({"class_names": ("a", "b", "c" * 41)}, "of 1 to 40 characters"),
        ({"class_names": ("a", "b", "c\n")}, "a name is printable text"),
        ({"columns": ("a", " ")}, "a name is printable text"),
        ({"columns": ("a",)}, "columns names the two coordinates, got 1"),
        ({"title": "t" * 81}, "of 1 to 80 characters"),
        ({"inputs": [[0, 0]]}, r"shape \[N, 2\] and targets \[N\], got \[1, 2\] and \[6\]"),
        ({"inputs": [0] * 6}, r"got \[6\] and \[6\]"),
        ({"scales": ((0.0, 1.0),)}, "one scale a coordinate, got 1"),
        ({"scales": ((0.0, 1.0), (0.0, 0.0))}, "a factor above 0"),
        ({"scales": ((0.0, 1.0), (float("nan"), 1.0))}, "both finite"),
        ({"target_scale": (0.0, 2.0)}, "only targets that are numbers have a scale"),
        ({"task": Task.REGRESSION}, "have no classes, got 3: pass 0"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_reason(change, message):
    with pytest.raises(ValueError, match=message):
        replace(SIX, **change)


def test_the_problem_names_what_is_missing():
    three = Points(np.zeros((3, 2)), [0, 1, 0], Task.CLASSIFICATION, 2)
    assert three.problem() == "draw at least 10 points: there are 3"
    assert three.without(0).without(0).problem() == "draw at least 10 points: there is 1"
    alike = Points(np.zeros((10, 2)), np.ones(10), Task.CLASSIFICATION, 2, ("red", "blue"))
    assert alike.problem() == "all points are of one class: draw some of another class than blue"
    assert alike.with_point(0, 0, 0).problem() is None
    level = Points(np.zeros((10, 2)), np.full(10, -0.5), Task.REGRESSION, 0)
    assert level.problem() == "all points have the target −0.5: give some another"
    assert level.with_point(0, 0, 0).problem() is None


def test_the_nearest_point_is_found_within_a_distance():
    assert SIX.nearest(0.9, 2.0, 0.2) == 4  # 1 and 4 share a place, 4 is on top
    assert SIX.nearest(-3.0, 4.5, 0.5) == 2
    assert SIX.nearest(-3.0, 4.5, 0.49) is None
    assert Points.empty().nearest(0, 0, 1000) is None


def test_the_data_set_is_named_own_and_may_be_written_to():
    made = SIX.dataset()
    assert (made.name, made.task, made.classes) == ("own", Task.CLASSIFICATION, 3)
    assert np.array_equal(made.inputs, SIX.inputs)
    assert np.array_equal(made.targets, SIX.targets)
    made.inputs[:] = 0.0
    assert SIX.inputs[1, 0] == 1.0


def test_a_data_set_becomes_points_and_stays_the_same():
    made = make_dataset("blobs3", 50, 0.1, np.random.default_rng(0))
    points = Points.from_dataset(made, "Three blobs")
    assert points.title == "Three blobs"
    assert np.array_equal(points.dataset().inputs, made.inputs)
    assert np.array_equal(points.dataset().targets, made.targets)


def test_the_notes_say_what_was_done_to_the_numbers():
    assert Points.empty().notes() == []
    # v is drawn at (v - 170) / 4, so -3 is 158 and 5 is 190.
    assert SIX.notes() == ["height runs from 158 to 190 and is drawn from −3 to 5."]
    # v is learned as (v - 40) / 10.
    assert REAL.notes() == ["price runs from 30 to 45 and is learned as a number from −1 to 0.5."]
    flat = replace(REAL, inputs=np.zeros((2, 2)), scales=((-1e6, 1.0), (0.0, 1.0)), target_scale=(0.0, 1.0))
    assert flat.notes() == ["x1 is −1000000 everywhere and is drawn at 0."]


@pytest.mark.parametrize("points", [SIX, REAL, Points.empty(), Points.empty(0), drawn(5000), drawn(40, 0)])
def test_json_keeps_everything(points):
    text = json.dumps(points.to_json(), allow_nan=False)
    again = Points.from_json(json.loads(text))
    assert again == points
    assert from_plane(again.inputs[:, 0], again.scales[0]).tolist() == pytest.approx(
        (points.inputs[:, 0] / points.scales[0][1] + points.scales[0][0]).tolist()
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 2}, "points of version 1 are read, got '2'"),
        ({"version": True}, "points of version 1 are read"),
        ({"extra": 1}, "have the unknown entry 'extra'"),
        ({"task": "clustering"}, "task is one of classification, regression, got 'clustering'"),
        ({"task": ["x"]}, "task is one of"),
        ({"classes": 3.0}, "classes is a whole number, got float"),
        ({"classes": True}, "classes is a whole number, got bool"),
        ({"classes": 10**9}, "from 2 to 6"),
        ({"class_names": ["a"] * 7}, "class_names has at most 6 entries, got 7"),
        ({"class_names": [1, 2, 3]}, "class_names is text, got int"),
        ({"class_names": "abc"}, "class_names is a list, got str"),
        ({"columns": ["a"]}, "columns names the two"),
        ({"title": None}, "title is text, got NoneType"),
        ({"title": "x" * 10**6}, "of 1 to 80 characters, got '" + "x" * 80 + "'$"),
        ({"inputs": {}}, "inputs is a list, got dict"),
        ({"inputs": [[0, 0]] * 5001}, "inputs has at most 5000 entries, got 5001"),
        ({"inputs": [[0, 0]]}, "shape"),
        ({"inputs": [[0, 0, 0]] * 6}, "inputs has at most 2 entries, got 3"),
        ({"inputs": [[0]] * 6}, "inputs holds pairs of numbers, got 1"),
        ({"inputs": [["0", "0"]] * 6}, "inputs holds numbers, got str"),
        ({"inputs": [[10**400, 0]] * 6}, "inputs holds a number that is too large"),
        ({"targets": [True] * 6}, "targets holds numbers, got bool"),
        ({"targets": [float("nan")] * 6}, "targets lie within"),
        ({"targets": [7] * 6}, "targets are class indices 0 to 2, got 7"),
        ({"scales": [[0, 1]] * 3}, "scales has at most 2"),
        ({"target_scale": [0]}, "target_scale holds pairs"),
    ],
)
def test_json_that_does_not_fit_is_refused_with_the_reason(change, message):
    with pytest.raises(ValueError, match=message):
        Points.from_json({**SIX.to_json(), **change})


@pytest.mark.parametrize("key", SIX.to_json())
def test_json_that_lacks_something_is_refused(key):
    values = SIX.to_json()
    del values[key]
    with pytest.raises(ValueError, match=f"the points lack '{key}'"):
        Points.from_json(values)


@pytest.mark.parametrize("values", [None, [], "points", 3])
def test_json_of_another_kind_is_refused(values):
    with pytest.raises(ValueError, match="points are a JSON object, got"):
        Points.from_json(values)


@given(count=st.integers(0, LINK_POINTS), classes=st.sampled_from([0, 2, 3, 6]), seed=st.integers(0, 2**32 - 1))
def test_a_link_keeps_places_to_a_six_hundredth(count, classes, seed):
    points = drawn(count, classes, seed)
    text = points.to_text()
    assert text.isascii()
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    again = Points.from_text(text)
    assert (again.task, again.classes, len(again)) == (points.task, classes, count)
    assert np.abs(again.inputs - points.inputs).max(initial=0) <= 1 / 600 + 1e-12
    assert np.array_equal(again.targets, points.targets.astype(np.float32 if classes == 0 else np.float64))
    assert Points.from_text(again.to_text()) == again


def test_a_link_holds_two_hundred_points_at_the_most():
    assert LINK_POINTS == 200
    assert len(drawn(200, 6).to_text()) < 1500
    with pytest.raises(ValueError, match="at most 200 points, there are 201: download"):
        drawn(201).to_text()


def link(body: bytes, version: str = "a") -> str:
    return version + base64.urlsafe_b64encode(zlib.compress(body)).rstrip(b"=").decode()


HEAD = struct.pack("<BBH", 0, 2, 1)


def test_the_format_of_a_link_is_the_documented_one():
    points = Points.from_text(link(HEAD + struct.pack("<hhB", 300, -30000, 1)))
    assert (points.inputs.tolist(), points.targets.tolist()) == ([[1.0, -100.0]], [1.0])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "begin with the letter 'a'"),
        (None, "begin with the letter 'a'"),
        (link(HEAD, "b"), "another version"),
        ("a", "does not unpack to at most 200 points"),
        ("a%20", "altered: copy the whole link"),
        ("aAAAAA", "altered"),
        ("a" * 5000, "at most 3208 characters, got 5000"),
        ("aé", "altered"),
        (SIX.to_text()[:-6], "whole link"),
        (SIX.to_text() + "AAAA", "whole link"),
        (link(b""), "cut off"),
        (link(HEAD), "cut off: it promises 1"),
        (link(HEAD + bytes(6)), "it promises 1"),
        (link(struct.pack("<BBH", 2, 2, 0)), "no points that can be read"),
        (link(struct.pack("<BBH", 0, 2, 201) + bytes(1005)), "at most 200 fit"),
        (link(struct.pack("<BBH", 0, 9, 0)), "classes is a whole number from 2 to 6, got 9"),
        (link(struct.pack("<BBH", 1, 2, 0)), "have no classes, got 2"),
        (link(HEAD + struct.pack("<hhB", 0, 0, 2)), "class indices 0 to 1, got 2"),
        (link(HEAD + struct.pack("<hhB", 30001, 0, 0)), "coordinates lie within"),
        (link(struct.pack("<BBHhhf", 1, 0, 1, 0, 0, float("nan"))), "targets lie within -100 and 100, got nan"),
    ],
)
def test_a_link_that_is_none_is_refused_with_the_reason(text, message):
    with pytest.raises(ValueError, match=message):
        Points.from_text(text)


def test_a_link_is_not_unpacked_beyond_what_points_need():
    class Counting:
        """The decompressor of zlib, noting how much came out of it."""

        def __init__(self):
            self.inner = zlib_decompressobj()

        def decompress(self, data, most):
            out = self.inner.decompress(data, most)
            sizes.append(len(out))
            return out

        def __getattr__(self, name):
            return getattr(self.inner, name)

    sizes = []
    zlib_decompressobj = zlib.decompressobj
    bomb = link(bytes(1_500_000))
    assert len(bomb) < 3208
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engine.datasets.own_codec.zlib.decompressobj", Counting)
        with pytest.raises(ValueError, match="does not unpack to at most 200 points"):
            Points.from_text(bomb)
    assert sizes == [1605]


@given(st.one_of(st.text(), st.text("abcXYZ019-_").map("a".__add__), st.binary(max_size=300).map(link)))
def test_any_text_gives_points_or_a_value_error(text):
    start = time.perf_counter()
    with suppress(ValueError):
        assert Points.from_text(text).classes <= 6
    assert time.perf_counter() - start < 1.0


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=4),
        max_leaves=8,
    ),
    st.sampled_from(sorted(SIX.to_json())),
)
def test_any_json_gives_points_or_a_value_error(value, key):
    values = SIX.to_json() | {key: value}
    with suppress(ValueError):
        assert len(Points.from_json(values)) == 6


def test_places_of_a_file_are_the_numbers_of_its_scale():
    assert from_plane(SIX.inputs[:, 0], SIX.scales[0]).tolist() == [170.0, 174.0, 158.0, 190.0, 174.0, 172.0]
    assert to_plane(np.array([158.0]), SIX.scales[0]).tolist() == [-3.0]
