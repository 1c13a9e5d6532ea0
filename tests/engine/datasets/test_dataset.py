"""The container, its checks, and the split into training and test part."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.datasets import Dataset, Task, make_circle, split


def numbered(rows: int) -> Dataset:
    """A set whose rows carry their own number, so that a split can be traced."""
    number = np.arange(rows, dtype=np.float64)
    return Dataset("numbered", np.column_stack([number, -number]), number, Task.REGRESSION, 0)


def test_a_set_holds_what_it_was_given_and_knows_its_length():
    inputs, targets = np.zeros((3, 2)), np.array([0.0, 1.0, 2.0])
    made = Dataset("three", inputs, targets, Task.CLASSIFICATION, 3)
    assert made.inputs is inputs
    assert made.targets is targets
    assert len(made) == 3


def test_a_set_is_frozen():
    with pytest.raises(FrozenInstanceError):
        numbered(3).name = "other"


@pytest.mark.parametrize(
    ("inputs", "targets", "task", "classes", "message"),
    [
        (
            [[0.0, 0.0]],
            np.zeros(1),
            Task.REGRESSION,
            0,
            r"inputs is a float64 array, got list: pass numpy\.as",
        ),
        (
            np.zeros((1, 2)),
            np.zeros(1, np.int64),
            Task.REGRESSION,
            0,
            "targets is a float64 array, got int64 arr",
        ),
        (
            np.zeros((1, 3)),
            np.zeros(1),
            Task.REGRESSION,
            0,
            r"inputs has shape \[N, 2\].*got \[1, 3\]: pass one",
        ),
        (np.zeros(2), np.zeros(2), Task.REGRESSION, 0, r"inputs has shape \[N, 2\].*got \[2\]"),
        (np.zeros((0, 2)), np.zeros(0), Task.REGRESSION, 0, r"N at least 1, got \[0, 2\]"),
        (
            np.zeros((4, 2)),
            np.zeros((4, 1)),
            Task.REGRESSION,
            0,
            r"targets has shape \[4\].*got \[4, 1\]: flatten",
        ),
        (np.zeros((4, 2)), np.zeros(3), Task.REGRESSION, 0, r"targets has shape \[4\].*got \[3\]"),
        (
            np.array([[0.0, 0.0], [np.nan, 0.0]]),
            np.zeros(2),
            Task.REGRESSION,
            0,
            r"inputs is finite.*in row 1: rem",
        ),
        (
            np.zeros((2, 2)),
            np.array([np.inf, 0.0]),
            Task.REGRESSION,
            0,
            r"targets is finite.*1 row\(s\).*in row 0",
        ),
        (np.zeros((2, 2)), np.zeros(2), Task.REGRESSION, 2, "classes is 0 for a regression set, got 2: pass"),
        (np.zeros((2, 2)), np.zeros(2), Task.CLASSIFICATION, 1, "classes is at least 2.*got 1: count"),
        (np.zeros((2, 2)), np.array([0.0, 2.0]), Task.CLASSIFICATION, 2, "indices 0 to 1, got 2: number"),
        (np.zeros((2, 2)), np.array([-1.0, 1.0]), Task.CLASSIFICATION, 2, "indices 0 to 1, got -1"),
        (np.zeros((2, 2)), np.array([0.5, 1.0]), Task.CLASSIFICATION, 2, "indices 0 to 1, got 0.5"),
        (
            np.zeros((2, 2)),
            np.zeros(2),
            "regression",
            0,
            "task is Task.CLASSIFICATION or .*got 'regression': pass",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_the_reason(inputs, targets, task, classes, message):
    with pytest.raises(ValueError, match=message):
        Dataset("bad", inputs, targets, task, classes)


@given(rows=st.integers(2, 300), share=st.floats(0.1, 0.9), seed=st.integers(0, 2**32 - 1))
def test_the_parts_are_disjoint_not_empty_and_cover_all(rows, share, seed):
    parts = split(numbered(rows), share, np.random.default_rng(seed))
    assert len(parts.train) >= 1
    assert len(parts.test) >= 1
    # Disjoint and complete at once: together every number occurs, and occurs once.
    together = np.concatenate([parts.train.targets, parts.test.targets])
    assert np.array_equal(np.sort(together), np.arange(rows))


def test_the_rows_stay_with_their_targets_and_are_shuffled():
    parts = split(numbered(200), 0.5, np.random.default_rng(0))
    for part in (parts.train, parts.test):
        assert np.array_equal(part.inputs, np.column_stack([part.targets, -part.targets]))
        assert (np.diff(part.targets) < 0).any()
    assert parts.train.targets.max() > 150
    assert parts.test.targets.min() < 50


@pytest.mark.parametrize(
    ("rows", "share", "train_rows"), [(200, 0.5, 100), (200, 0.1, 20), (10, 0.9, 9), (2, 0.9, 1), (3, 0.1, 1)]
)
def test_the_share_is_rounded_to_rows(rows, share, train_rows):
    parts = split(numbered(rows), share, np.random.default_rng(0))
    assert (len(parts.train), len(parts.test)) == (train_rows, rows - train_rows)


def test_the_parts_keep_name_task_and_classes_and_leave_the_whole_alone():
    whole = make_circle(50, 0.1, np.random.default_rng(3))
    before = whole.inputs.copy()
    parts = split(whole, 0.6, np.random.default_rng(0))
    for part in (parts.train, parts.test):
        assert (part.name, part.task, part.classes) == ("circle", Task.CLASSIFICATION, 2)
        assert part.inputs.dtype == np.float64
        part.inputs[:] = 99.0
    assert np.array_equal(whole.inputs, before)


def test_the_seed_decides_the_split():
    whole = numbered(60)
    first, again, other = (split(whole, 0.5, np.random.default_rng(seed)).train.targets for seed in (1, 1, 2))
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


@pytest.mark.parametrize("share", [0.0, 0.09, 0.91, 1.0, 50, float("nan")])
def test_a_share_out_of_range_is_refused(share):
    with pytest.raises(ValueError, match=rf"train_share is a share from 0\.1 to 0\.9, got {share}: pass"):
        split(numbered(10), share, np.random.default_rng(0))


def test_one_point_cannot_be_split():
    with pytest.raises(ValueError, match="needs at least 2 points, 'numbered' has 1: make"):
        split(numbered(1), 0.5, np.random.default_rng(0))
