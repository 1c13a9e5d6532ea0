"""The one matrix product behind dense layers and convolution, by strides and by tables."""

from __future__ import annotations

import numpy as np
import pytest

from engine.arena import READ_SLACK
from engine.kernels.product import product


@pytest.mark.parametrize("places", ["strides", "transposed", "tables"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("columns", [1, 4, 5, 8, 13, 16, 17, 31, 32, 39, 64])
def test_every_tile_with_and_without_a_start(columns, dtype, places, rng):
    # 0 to 21 rows take all tiles in all combinations.
    for count in range(22):
        for terms in (0, 1, 2, 5):
            a = rng.normal(size=403).astype(dtype)
            if places == "tables":
                # Scattered places, of which some are read more than once.
                rows = rng.integers(0, 200, count).astype(np.int32)
                steps = rng.integers(0, 200, terms).astype(np.int32)
                where = rows[:, None] + steps
            else:
                rows, steps = (terms, 1) if places == "strides" else (1, count)
                where = np.arange(count)[:, None] * rows + np.arange(terms) * steps
            b = np.full(terms * (columns + 3) + READ_SLACK, np.nan, dtype)
            matrix = b[: terms * (columns + 3)].reshape(terms, columns + 3)[:, :columns]
            matrix[:] = rng.normal(size=matrix.shape)
            expected = a.astype(float)[3 + where] @ matrix.astype(float)
            for start_pitch in (None, 0, columns):
                c = np.full(2 + (count + 1) * (columns + 2) + count * columns + columns + READ_SLACK, np.nan, dtype)
                start_at = 2 + (count + 1) * (columns + 2)
                c[start_at : c.size - READ_SLACK] = rng.normal(size=count * columns + columns)
                before = c.copy()
                start = 0.0
                if start_pitch is not None:
                    at = start_at + np.arange(count)[:, None] * start_pitch + np.arange(columns)
                    start = c[at].astype(float)
                product(
                    a, 3, rows, count, steps, terms, b, 0, columns + 3, c, 2, columns + 2,
                    -1 if start_pitch is None else start_at, start_pitch or 0, columns,
                )  # fmt: skip
                made = 2 + np.arange(count)[:, None] * (columns + 2) + np.arange(columns)
                tolerance = 1e-14 if dtype is np.float64 else 5e-6
                np.testing.assert_allclose(c[made], expected + start, rtol=0, atol=tolerance)
                c[made] = before[made]
                assert c.tobytes() == before.tobytes()


def test_a_transpose_is_the_tables_exchanged(rng):
    a, b = rng.normal(size=(5, 7)), rng.normal(size=5 * 3 + READ_SLACK)
    c = np.zeros(7 * 3 + READ_SLACK)
    by_row, by_column = np.arange(5, dtype=np.int32) * np.int32(7), np.arange(7, dtype=np.int32)
    product(a.ravel(), 0, by_column, 7, by_row, 5, b, 0, 3, c, 0, 3, -1, 0, 3)
    np.testing.assert_allclose(c[:21].reshape(7, 3), a.T @ b[:15].reshape(5, 3), rtol=1e-14)
