"""The one matrix product behind all three products of a dense layer."""

from __future__ import annotations

import numpy as np
import pytest

from engine.arena import READ_SLACK
from engine.kernels.matmul import product


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("columns", [1, 2, 7, 8, 9, 16, 17, 33])
def test_every_tile_with_and_without_a_start(columns, dtype, rng):
    # 0 to 17 rows take the tiles of 8, 4, 2 and 1 rows in all combinations.
    for rows in range(18):
        for terms in (0, 1, 5):
            a, b, c = (
                rng.normal(size=(rows, terms)),
                rng.normal(size=(terms, columns)),
                rng.normal(size=columns),
            )
            for transposed in (False, True):
                for started in (False, True):
                    stored = a.T if transposed else a
                    parts = [np.ravel(part) for part in (stored, b, c, np.full(rows * columns, np.nan))]
                    places = np.cumsum([0, *(part.size for part in parts)])
                    memory = np.concatenate([*parts, np.full(READ_SLACK, np.nan)]).astype(dtype)
                    before = memory.copy()
                    row, column = (1, rows) if transposed else (terms, 1)
                    product(
                        memory, places[0], row, column, places[1], columns, places[3], columns,
                        places[2] if started else -1, 0, rows, terms, columns,
                    )  # fmt: skip
                    expected = before[: a.size].reshape(stored.shape).astype(float)
                    expected = (expected.T if transposed else expected) @ before[
                        places[1] : places[2]
                    ].reshape(terms, columns).astype(float) + (
                        before[places[2] : places[3]] if started else 0
                    )
                    got = memory[places[3] : places[4]].reshape(rows, columns)
                    np.testing.assert_allclose(
                        got, expected, rtol=0, atol=1e-14 if dtype is np.float64 else 5e-6
                    )
                    assert memory[: places[3]].tobytes() == before[: places[3]].tobytes()
                    assert np.isnan(memory[places[4] :]).all()


def test_each_row_may_have_its_own_start(rng):
    start, a, b = rng.normal(size=(5, 3)), rng.normal(size=(5, 2)), rng.normal(size=(2, 3))
    memory = np.concatenate([a.ravel(), b.ravel(), start.ravel(), np.zeros(15 + READ_SLACK)])
    product(memory, 0, 2, 1, 10, 3, 31, 3, 16, 3, 5, 2, 3)
    np.testing.assert_allclose(memory[31:46].reshape(5, 3), start + a @ b, rtol=1e-14)
