"""Activations forward and backward, a vector at a time. All places are addresses in one flat memory.

Backward kernels take the gradient of the loss with respect to the activation's output, `da`, and write the
one with respect to its input, `delta`. Where the derivative is a function of the output, the output is what
they read.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

from engine.kernels._jit import inline, jit
from engine.kernels.functions import exp, sigmoid, tanh
from engine.kernels.simd import (
    fma,
    horizontal_sum,
    keep_first,
    lanes,
    like,
    load,
    store,
    store_first,
    where_greater,
)


@inline
def put(memory, address, value, left):
    """Write a whole vector, or its first `left` numbers where fewer are left."""
    if left >= lanes(memory):
        store(memory, address, value)
    else:
        store_first(memory, address, value, left)


@jit
def sigmoid_forward(memory, z, a, count):
    """a = 1/(1 + exp(-z))."""
    for i in range(0, count, lanes(memory)):
        put(memory, a + i, sigmoid(load(memory, z + i)), count - i)


@jit
def sigmoid_backward(memory, a, da, delta, count):
    """delta = da a (1 - a)."""
    for i in range(0, count, lanes(memory)):
        y = load(memory, a + i)
        put(memory, delta + i, load(memory, da + i) * (y * (like(y, 1.0) - y)), count - i)


@jit
def tanh_forward(memory, z, a, count):
    """a = tanh z."""
    for i in range(0, count, lanes(memory)):
        put(memory, a + i, tanh(load(memory, z + i)), count - i)


@jit
def tanh_backward(memory, a, da, delta, count):
    """delta = da (1 - a²)."""
    for i in range(0, count, lanes(memory)):
        y = load(memory, a + i)
        slope = fma(like(y, 0.0) - y, y, like(y, 1.0))
        put(memory, delta + i, load(memory, da + i) * slope, count - i)


@jit
def relu_forward(memory, z, a, count):
    """a = max(0, z); NaN stays NaN."""
    for i in range(0, count, lanes(memory)):
        x = load(memory, z + i)
        zero = like(x, 0.0)
        put(memory, a + i, where_greater(zero, x, zero, x), count - i)


@jit
def relu_backward(memory, z, da, delta, count):
    """delta = da where z > 0, else 0; at z = 0 the slope counts as 0."""
    for i in range(0, count, lanes(memory)):
        x = load(memory, z + i)
        zero = like(x, 0.0)
        put(memory, delta + i, where_greater(x, zero, load(memory, da + i), zero), count - i)


@jit
def gaussian_forward(memory, z, sigma, a, count):
    """a = exp(-z²/sigma²)."""
    s = memory[sigma]
    for i in range(0, count, lanes(memory)):
        x = load(memory, z + i) / like(load(memory, z + i), s)
        put(memory, a + i, exp(like(x, 0.0) - x * x), count - i)


@jit
def gaussian_backward(memory, z, a, sigma, da, delta, count):
    """delta = da a (-2 z / sigma²)."""
    factor = -2.0 / (memory[sigma] * memory[sigma])
    for i in range(0, count, lanes(memory)):
        x = load(memory, z + i)
        slope = load(memory, a + i) * (x * like(x, factor))
        put(memory, delta + i, load(memory, da + i) * slope, count - i)


@jit
def step_forward(memory, z, a, count):
    """a = 1 where z > 0, else 0."""
    for i in range(0, count, lanes(memory)):
        x = load(memory, z + i)
        put(memory, a + i, where_greater(x, like(x, 0.0), like(x, 1.0), like(x, 0.0)), count - i)


@jit
def step_backward(memory, da, delta, count):
    """delta = 0 da: the step is flat almost everywhere, so nothing is learned through it; NaN stays NaN."""
    for i in range(0, count, lanes(memory)):
        x = load(memory, da + i)
        put(memory, delta + i, x * like(x, 0.0), count - i)


@jit
def softmax_forward(memory, z, a, rows, units):
    """a = exp(z - max z) / sum, row by row; the largest score is taken off so that exp cannot overflow."""
    width = lanes(memory)
    for r in range(rows):
        start = z + r * units
        out = a + r * units
        largest = memory[start]
        for j in range(1, units):
            largest = max(largest, memory[start + j])
        total = largest - largest  # zero of the memory's type, and NaN when the largest score is not finite
        for j in range(0, units, width):
            x = load(memory, start + j)
            e = exp(x - like(x, largest))
            put(memory, out + j, e, units - j)
            total += horizontal_sum(keep_first(e, units - j))
        for j in range(units):
            memory[out + j] /= total


@jit
def softmax_backward(memory, a, da, delta, rows, units):
    """delta_j = a_j (da_j - sum over k of da_k a_k), row by row."""
    for r in range(rows):
        start = r * units
        inner = memory[a + start] * memory[da + start]
        for j in range(1, units):
            inner += memory[a + start + j] * memory[da + start + j]
        for j in range(units):
            memory[delta + start + j] = memory[a + start + j] * (memory[da + start + j] - inner)
