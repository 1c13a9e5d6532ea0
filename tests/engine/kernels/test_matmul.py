"""The products of a dense layer, of few examples and of many."""

from __future__ import annotations

import numpy as np
import pytest

from engine.arena import READ_SLACK
from engine.kernels import matmul


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("inputs", "outputs"), [(1, 1), (1, 7), (7, 1), (2, 8), (17, 16), (33, 35), (40, 3)])
@pytest.mark.parametrize("rows", [1, 2, 8, 9, 10, 32])
def test_forward_and_gradients(rows, inputs, outputs, dtype, rng):
    x, w = rng.normal(size=(rows, inputs)), rng.normal(size=(inputs, outputs))
    b, delta = rng.normal(size=outputs), rng.normal(size=(rows, outputs))
    x, w, b, delta = (part.astype(dtype) for part in (x, w, b, delta))
    made = {"z": (rows, outputs), "dw": (inputs, outputs), "db": (outputs,), "dx": (rows, inputs), "scratch": w.shape}
    parts, places, end = [], {}, 0
    for name, part in {"x": x, "w": w, "b": b, "delta": delta, **made}.items():
        values = np.full(part, np.nan, dtype) if isinstance(part, tuple) else part
        # NaN around each: what is read beyond its end must not count, and nothing may be written there.
        parts += [values.ravel(), np.full(READ_SLACK, np.nan, dtype)]
        places[name], end = end, end + values.size + READ_SLACK
    memory = np.concatenate(parts)
    before, p = memory.copy(), places
    matmul.dense_forward(memory, p["x"], p["w"], p["b"], p["z"], rows, inputs, outputs)
    matmul.dense_weight_gradient(memory, p["x"], p["delta"], p["dw"], rows, inputs, outputs)
    matmul.dense_bias_gradient(memory, p["delta"], p["db"], rows, outputs)
    matmul.dense_input_gradient(memory, p["delta"], p["w"], p["dx"], p["scratch"], rows, inputs, outputs)
    x, w, b, delta = (part.astype(float) for part in (x, w, b, delta))
    expected = {"z": x @ w + b, "dw": x.T @ delta, "db": delta.sum(axis=0), "dx": delta @ w.T}
    for name, shape in made.items():
        cells = slice(p[name], p[name] + int(np.prod(shape)))
        if name in expected:
            tolerance = 1e-13 if dtype is np.float64 else 2e-5
            np.testing.assert_allclose(memory[cells].reshape(shape), expected[name], rtol=0, atol=tolerance)
        memory[cells] = np.nan
    np.testing.assert_array_equal(memory, before)
