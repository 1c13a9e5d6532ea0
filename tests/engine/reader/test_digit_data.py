"""Which digits are trained on and which are judged on."""

from __future__ import annotations

import numpy as np
import pytest

from engine.datasets.digits import DIGITS, load_digits
from engine.reader.digit_data import as_inputs, parts, prepared


@pytest.mark.parametrize("data", DIGITS)
@pytest.mark.parametrize("share", [0.1, 0.2, 0.5])
def test_each_digit_is_in_one_part(data, share):
    found, count = parts(data, share), DIGITS[data].count
    assert sorted([*found.train.tolist(), *found.test.tolist()]) == list(range(count))
    assert len(found.test) == round(count * share)


@pytest.mark.parametrize("data", DIGITS)
def test_any_first_stretch_has_all_classes_alike(data):
    found, labels = parts(data, 0.2), load_digits(data).labels
    for part in (found.train, found.test):
        for count in (100, 333, len(part)):
            counts = np.bincount(labels[part[:count]], minlength=10)
            assert counts.max() - counts.min() <= max(2, 0.05 * count / 10 + 1)


def test_a_larger_test_part_has_the_smaller_in_it():
    small, large = parts("mnist", 0.1).test, parts("mnist", 0.3).test
    assert np.array_equal(large[: len(small)], small)


def test_parts_cannot_be_spoilt():
    with pytest.raises(ValueError, match="read-only"):
        parts("mnist", 0.2).test[0] = 0


def test_inputs_are_the_pixels_row_by_row():
    images = load_digits("mnist").images[[7, 4321]]
    rows = as_inputs(images)
    assert rows.dtype == np.float32
    assert rows.flags.c_contiguous
    assert rows.shape == (2, 784)
    assert np.array_equal(np.round(rows * 255).astype(np.uint8).reshape(2, 28, 28), images)


@pytest.mark.parametrize("signed", [False, True])
def test_targets_tell_the_class(signed):
    data, places = prepared("digits8", 0.2, "test", signed, "float64"), parts("digits8", 0.2).test
    labels = load_digits("digits8").labels[places]
    assert data.inputs.shape == (359, 64)
    assert data.targets.dtype == np.float64
    assert np.array_equal(data.targets.argmax(axis=1), labels)
    assert np.array_equal(np.sort(data.targets, axis=1), [[-1.0 if signed else 0.0] * 9 + [1.0]] * 359)
