"""The products of a dense layer, forward and back."""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import numpy as np

from engine.kernels._jit import jit
from engine.kernels.elementwise import put
from engine.kernels.product import product
from engine.kernels.simd import fma, horizontal_sum, keep_first, lanes, like, load

# Numba compiles a kernel anew for each literal that it is called with, but not for NumPy's numbers.
_NONE, _ZERO, _ONE = np.int64(-1), np.int64(0), np.int64(1)
# Up to so many examples, W is not worth transposing.
_FEW_ROWS = 8


@jit
def dense_forward(memory, x, w, b, z, rows, inputs, outputs):
    """z = x W + b: each row starts from the bias."""
    product(memory, x, inputs, rows, _ONE, inputs, memory, w, outputs, memory, z, outputs, b, _ZERO, outputs)


@jit
def dense_weight_gradient(memory, x, delta, dw, rows, inputs, outputs):
    """dW = xᵀ delta: x read by columns."""
    product(memory, x, _ONE, inputs, inputs, rows, memory, delta, outputs, memory, dw, outputs, _NONE, _ZERO, outputs)


@jit
def dense_bias_gradient(memory, delta, db, rows, outputs):
    """db = the sum of delta over the batch."""
    width = lanes(memory)
    for n in range(0, outputs, width):
        total = load(memory, delta + n)
        for r in range(1, rows):
            total = total + load(memory, delta + r * outputs + n)
        put(memory, db + n, total, outputs - n)


@jit
def dots_of_rows(memory, delta, w, dx, rows, inputs, outputs):
    """dx = delta Wᵀ as scalar products of rows: for few examples, where W is hardly used again."""
    width = lanes(memory)
    zero = like(load(memory, w), 0.0)
    whole = outputs // width * width
    for r in range(rows):
        last = keep_first(load(memory, delta + r * outputs + whole), outputs - whole)
        for i in range(inputs):
            at = w + i * outputs
            total = zero
            for j in range(0, whole, width):
                total = fma(load(memory, at + j), load(memory, delta + r * outputs + j), total)
            if whole < outputs:
                total = fma(keep_first(load(memory, at + whole), outputs - whole), last, total)
            memory[dx + r * inputs + i] = horizontal_sum(total)


@jit
def dense_input_gradient(memory, delta, w, dx, scratch, rows, inputs, outputs):
    """dx = delta Wᵀ; for many examples W is transposed into the scratch space unless one of its sides is 1."""
    if rows <= _FEW_ROWS:
        dots_of_rows(memory, delta, w, dx, rows, inputs, outputs)
        return
    transposed = w
    if inputs > 1 and outputs > 1:
        transposed = scratch
        # Blocks of columns, so that what is read lies side by side and what is written stays near.
        for first in range(0, outputs, 16):
            for i in range(inputs):
                for j in range(first, min(first + 16, outputs)):
                    memory[scratch + j * inputs + i] = memory[w + i * outputs + j]
    product(memory, delta, outputs, rows, _ONE, outputs, memory, transposed, inputs, memory, dx, inputs, _NONE, _ZERO,
            inputs)  # fmt: skip
