"""The file to download, and that reading it gives the same points again."""

from __future__ import annotations

import csv
import io
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.datasets import DATASETS, Points, Task, make_dataset, read_table, to_csv


def read_back(text: str, title: str = "Own points", as_classes: bool | None = None) -> Points:
    table = read_table(text.encode(), title)
    return table.points(*table.suggested(), as_classes=as_classes)


def test_the_format():
    points = Points([[0.1 + 0.2, -2], [1e-7, 3]], [0, 1], Task.CLASSIFICATION, 2)
    assert to_csv(points) == "x1,x2,label\n0.30000000000000004,-2.0,0\n1e-07,3.0,1\n"
    assert to_csv(points, ["train", "test"]) == (
        "x1,x2,label,split\n0.30000000000000004,-2.0,0,train\n1e-07,3.0,1,test\n"
    )
    real = Points([[1, 2]], [0.5], Task.REGRESSION, 0)
    assert to_csv(real, np.array(["test"])) == "x1,x2,target,split\n1.0,2.0,0.5,test\n"


@pytest.mark.parametrize("split", [["train"], ["train", "valid"], ["train", "test", "test"]])
def test_a_split_that_does_not_fit_is_refused(split):
    points = Points([[0, 0], [1, 1]], [0, 1], Task.CLASSIFICATION, 2)
    with pytest.raises(ValueError, match="one word a point, 'train' or 'test': 2 points"):
        to_csv(points, split)


@pytest.mark.parametrize("key", DATASETS)
@pytest.mark.parametrize("noise", [0.0, 0.5])
def test_every_data_set_of_the_stage_comes_back_to_the_last_bit(key, noise):
    made = make_dataset(key, 120, noise, np.random.default_rng(7))
    split = ["train"] * 60 + ["test"] * (len(made) - 60)
    for text in (to_csv(made), to_csv(made, split)):
        again = read_back(text).dataset()
        assert (again.task, again.classes) == (made.task, made.classes)
        assert again.inputs.tobytes() == made.inputs.tobytes()
        assert again.targets.tobytes() == made.targets.tobytes()


def test_ten_points_of_six_classes_and_whole_numbers_as_targets_come_back():
    few = Points.from_dataset(make_dataset("blobs6", 10, 0.0, np.random.default_rng(0)))
    assert read_back(to_csv(few)) == few
    whole = Points(np.eye(4, 2) * 3, [-1, 0, 1, 1], Task.REGRESSION, 0)
    assert read_back(to_csv(whole)) == whole


def test_points_from_a_file_are_written_as_the_file_had_them():
    text = 'height,"girth, cm",kind\n151.3,4.5,oak\n188.9,17.1,birch\n160.25,0.1,"oak, red"\n'
    points = read_back(text)
    assert points.inputs.tolist()[0] == pytest.approx([-5.0, -2.41176], abs=1e-4)
    assert to_csv(points) == text
    assert read_back(to_csv(points)) == points


@given(
    st.integers(2, 40), st.integers(0, 2**32 - 1), st.integers(-6, 8), st.integers(-6, 8), st.booleans(),
    st.sampled_from([1, 2, 4, 17]),
)  # fmt: skip
def test_points_from_any_file_come_back_to_the_last_bit(count, seed, place, width, as_classes, digits):
    rng = np.random.default_rng(seed)
    values = rng.normal(10.0**place, 10.0**width, (count, 2))
    values[:, 0] *= -3.0
    targets = [f"kind {k}" for k in np.arange(count) % 3] if as_classes else rng.normal(5, 9, count).tolist()
    rows = zip(values.tolist(), targets, strict=True)
    text = "a,b,c\n" + "".join(f"{x:.{digits}g},{y:.{digits}g},{target}\n" for (x, y), target in rows)
    points = read_back(text, as_classes=as_classes)
    assert read_back(to_csv(points), as_classes=as_classes) == points
    if digits < 15:
        # What people write is what they get back.
        wrote = [[float(cell) for cell in line.split(",")[:2]] for line in text.splitlines()[1:]]
        again = [[float(cell) for cell in line.split(",")[:2]] for line in to_csv(points).splitlines()[1:]]
        span = np.ptp(np.array(wrote), axis=0)
        if (span > 1e-6 * np.abs(wrote).max(axis=0)).all() and place == width:
            assert again == wrote


@given(
    st.lists(st.text(alphabet="'=+-@,;\"ab1 \t", max_size=6), min_size=2, max_size=6),
    st.lists(st.sampled_from(["=1+1", "'", "@x", "-a", "b,c", 'q"', "x"]), min_size=2, max_size=2, unique=True),
)
def test_names_that_a_spreadsheet_would_run_are_marked_and_come_back(labels, columns):
    names = sorted({" ".join(label.split()) for label in labels} - {""})
    if len(names) < 2 or any(name.strip("'").strip("+-.0123456789") == "" for name in names):
        return
    targets = np.arange(12) % len(names)
    points = Points(
        np.random.default_rng(0).uniform(-6, 6, (12, 2)), targets, Task.CLASSIFICATION, len(names), tuple(names),
        tuple(columns), target_column="=kind",
    )  # fmt: skip
    text = to_csv(points)
    assert "'=kind" in text.splitlines()[0]
    for row in csv.reader(io.StringIO(text)):
        for cell in row:
            assert cell[0] not in "=+-@" or re.fullmatch(r"-?[0-9.]+", cell)
    table = read_table(text.encode(), "Own points")
    assert table.points(*table.columns) == points


def test_an_empty_drawing_is_a_header():
    assert to_csv(Points.empty()) == "x1,x2,label\n"
