"""Receptive fields: the lectures' sizes, and what a change of the input can reach."""

from __future__ import annotations

import numpy as np
import pytest

from engine.inside.receptive import receptive_field
from engine.layers import AveragePool, Conv, ConvTranspose, Dense, Flatten, GlobalPool, LocalResponseNorm, MaxPool
from engine.map_network import ledger
from tests.engine.layers.stacks import Stack


def test_the_sizes_of_the_slides():
    # Conv 3, pool 2, conv 3: 3, then 4, then 8.
    rows = ledger((20, 1), (Conv(1, 3), MaxPool(2), Conv(1, 3)))
    assert [receptive_field(rows, k, (1,)).size for k in (1, 2, 3)] == [(3,), (4,), (8,)]
    # Two layers of 3 × 3 see 5 × 5, three see 7 × 7.
    rows = ledger((20, 20, 1), (Conv(1, 3),) * 3)
    assert [receptive_field(rows, k, (5, 5, 0)).size for k in (1, 2, 3)] == [(3, 3), (5, 5), (7, 7)]


def test_a_patch_by_hand():
    rows = ledger((8, 8, 1), (Conv(2, 3, padding=1), MaxPool(2)))
    patch = receptive_field(rows, 2, (0, 3))
    assert (patch.first, patch.last, patch.size) == ((-1, 5), (2, 8), (4, 4))
    assert patch.inside == (slice(0, 3), slice(5, 8))


STACKS = {
    "strided": ([Conv(2, 3, stride=2, padding=1), AveragePool(2, 1), Conv(1, 2)], (11, 10, 1)),
    "normed": ([Conv(3, (2, 3)), LocalResponseNorm(3, 0.5), AveragePool((2, 1))], (7, 6, 2)),
    "up": ([Conv(2, 3), ConvTranspose(1, 3, stride=2, padding=1), AveragePool(2, padding="same")], (9, 1)),
    "whole": ([Conv(2, 3), GlobalPool()], (5, 5, 1)),
    "flat": ([Conv(2, 3), Flatten()], (5, 1)),
}  # fmt: skip


@pytest.mark.parametrize(("layers", "shape"), STACKS.values(), ids=STACKS)
def test_it_is_what_a_number_depends_on(layers, shape):
    rows = ledger(shape, layers)
    stack = Stack(layers, shape, rows=1)
    for place in list(np.ndindex(rows[-1].outputs))[::3]:
        stack["upstream"][:] = 0
        stack["upstream"][0][place] = 1
        touched = np.abs(stack.run()["dx"][0]).max(axis=-1) > 0
        seen = np.zeros_like(touched)
        seen[receptive_field(rows, len(layers), place).inside] = True
        if isinstance(layers[-1], Flatten):
            # A row has no place of its own: all of the input is named, though less may count.
            assert seen.all()
        else:
            assert touched.tolist() == seen.tolist(), place


def test_a_dense_layer_sees_everything():
    rows = ledger((6, 6, 1), (Conv(2, 3), Flatten(), Dense(4)))
    assert receptive_field(rows, 3, (2,)).size == (6, 6)


@pytest.mark.parametrize(
    ("number", "place", "message"),
    [
        (0, (0, 0), "layers are 1 to 2, got 0"),
        (3, (0, 0), "layers are 1 to 2, got 3"),
        (1, (4, 0), r"conv1 makes 4 × 4 × 2, there is no place \[4, 0\] in it"),
        (1, (1,), r"there is no place \[1\]"),
    ],
)
def test_what_there_is_not_is_refused(number, place, message):
    rows = ledger((6, 6, 1), (Conv(2, 3), MaxPool(2)))
    with pytest.raises(ValueError, match=message):
        receptive_field(rows, number, place)
