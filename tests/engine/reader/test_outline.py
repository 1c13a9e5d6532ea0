"""Shapes and parameters of a net while it is put together, and why a layer is impossible."""

from __future__ import annotations

from itertools import pairwise
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.map_network import ledger
from engine.reader import PRESETS, layer, outline
from engine.reader.shapes import MAX_PARAMETERS, MAX_WORK, multiplications
from tests.engine.reader.test_layer_specs import layers

DIGIT = (28, 28, 1)


def told(*chosen, shape=DIGIT):
    return [(row.name, row.outputs, row.parameters) for row in outline(chosen, shape)]


@pytest.mark.concept("C171")
def test_the_lectures_net():
    rows = PRESETS["lecture"].spec.outline()
    assert [(row.name, row.outputs, row.parameters) for row in rows] == [
        ("conv1", (24, 24, 4), 104), ("pool2", (12, 12, 4), 0), ("conv3", (8, 8, 6), 606), ("pool4", (4, 4, 6), 0),
        ("flatten5", (96,), 0), ("dense6", (10,), 970),
    ]  # fmt: skip
    assert [row.place for row in rows] == [0, 1, 2, 3, None, None]
    assert [row.kind for row in rows][-2:] == ["flatten", "head"]
    assert rows[4].note == "Added by itself: the dense layer behind it takes a row of numbers."


def test_lenet():
    rows = PRESETS["lenet"].spec.outline()
    assert [row.outputs for row in rows[:5]] == [(28, 28, 6), (14, 14, 6), (10, 10, 16), (5, 5, 16), (400,)]
    assert [row.parameters for row in rows if row.parameters] == [156, 2416, 48_120, 10_164, 850]
    assert sum(row.parameters for row in rows) == 61_706
    assert all(row.place == k for k, row in enumerate(rows[:-1]))
    assert not any(row.note for row in rows)


def test_a_flatten_is_added_where_one_is_missing_and_only_there():
    conv, dense, flatten = layer("conv"), layer("dense"), layer("flatten")
    names = [[row.name for row in outline(chosen, DIGIT)] for chosen in (
        (), (conv,), (conv, dense), (conv, flatten, dense), (conv, layer("global_pool")), (dense, dense),
    )]  # fmt: skip
    assert names == [
        ["flatten1", "dense2"],
        ["conv1", "flatten2", "dense3"],
        ["conv1", "flatten2", "dense3", "dense4"],
        ["conv1", "flatten2", "dense3", "dense4"],
        ["conv1", "pool2", "dense3"],
        ["flatten1", "dense2", "dense3", "dense4"],
    ]


@pytest.mark.parametrize(
    ("chosen", "place", "message"),
    [
        (
            [layer("max_pool", size=8, stride=8), layer("conv"), layer("dense")], 1,
            "the window of conv2 does not fit: along the height it is 5 wide, but its input only 3; use a smaller "
            "size, more padding, or less pooling before it",
        ),
        (
            [layer("flatten"), layer("conv")], 1,
            "conv2 expects maps, such as 28 × 28 × 1, got 784 numbers in a row: put it before the first Flatten, "
            "GlobalPool or Dense layer",
        ),
        (
            [layer("conv", filters=64, size=3, padding="same"), layer("dense", units=16)], 1,
            "dense3 would bring the net to 803,472 parameters, at most 300,000 are trained here: put a pooling "
            "layer before it, or use fewer filters or neurons",
        ),
        (
            [layer("conv", filters=64), layer("conv", filters=64)], 1,
            "conv2 would bring the net to 41,881,600 multiplications for each digit, at most 10,000,000 are computed "
            "here: put a pooling layer before it, or use fewer filters, a smaller kernel or a larger stride",
        ),
    ],
)  # fmt: skip
def test_the_first_impossible_layer_says_why_and_what_helps(chosen, place, message):
    rows = outline(chosen, DIGIT)
    refused = [row for row in rows if row.refusal]
    assert [(row.place, row.refusal) for row in refused] == [(place, message)]
    behind = rows[rows.index(refused[0]) + 1 :]
    assert behind
    assert {(row.inputs, row.outputs, row.parameters) for row in behind} == {(None, None, None)}


@given(st.lists(layers(), max_size=12), st.sampled_from([DIGIT, (8, 8, 1)]))
def test_it_never_raises_and_what_it_does_not_refuse_is_a_network(drawn, shape):
    chosen = [each for each, _ in drawn]
    rows = outline(chosen, shape)
    assert [row.place for row in rows if row.place is not None] == list(range(len(chosen)))
    assert len([row for row in rows if row.refusal]) <= 1
    for before, after in pairwise(rows):
        assert after.inputs == (None if before.refusal else before.outputs)
    if not any(row.refusal for row in rows):
        assert rows[-1].outputs == (10,)
        assert sum(row.parameters for row in rows) <= MAX_PARAMETERS
        assert all(prod(row.outputs) > 0 for row in rows)


def test_multiplications_are_counted_as_on_paper():
    lenet = ledger(DIGIT, PRESETS["lenet"].spec.network().layers)
    convolutions = 28 * 28 * 6 * 25 + 10 * 10 * 16 * 25 * 6
    pools, flatten = 14 * 14 * 6 * 4 + 5 * 5 * 16 * 4, 400
    assert multiplications(lenet) == convolutions + pools + flatten + 400 * 120 + 120 * 84 + 84 * 10
    assert multiplications(lenet) < MAX_WORK
