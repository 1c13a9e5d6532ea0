"""Activations forward and backward, a vector at a time. All places are addresses in one flat memory.

Backward kernels take the gradient of the loss with respect to the activation's output, `da`, and write the
one with respect to its input, `delta`. Where the derivative is a function of the output, the output is what
they read.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import math

from engine.kernels._jit import inline, jit
from engine.kernels.functions import exp, expm1_below_zero, sigmoid, tanh
from engine.kernels.losses import softplus
from engine.kernels.simd import (
    fma,
    lanes,
    like,
    load,
    store,
    store_first,
    where_greater,
)

# Klambauer et al. 2017; the NumPy line spells the same numbers out.
SELU_SCALE = 1.0507009873554805
SELU_ALPHA = 1.6732632423543772
# The tanh form of GELU: tanh(sqrt(2/pi) (z + 0.044715 z³)).
GELU_FACTOR = 0.7978845608028654
GELU_CUBIC = 0.044715


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
def elu_forward(memory, z, a, count):
    """a = z where z > 0, else exp(z) - 1."""
    for i in range(0, count, lanes(memory)):
        x = load(memory, z + i)
        put(memory, a + i, where_greater(x, like(x, 0.0), x, expm1_below_zero(x)), count - i)


@jit
def elu_backward(memory, z, da, delta, count):
    """delta = da where z > 0, else da exp(z)."""
    for i in range(0, count, lanes(memory)):
        x = load(memory, z + i)
        zero = like(x, 0.0)
        slope = exp(where_greater(x, zero, zero, x))
        put(memory, delta + i, load(memory, da + i) * slope, count - i)


@jit
def leaky_relu(memory, z, value, out, count):
    """out = value where z > 0, else value/100: forward with value = z, backward with value = da."""
    for i in range(0, count, lanes(memory)):
        x = load(memory, z + i)
        y = load(memory, value + i)
        put(memory, out + i, where_greater(x, like(x, 0.0), y, y * like(x, 0.01)), count - i)


@jit
def selu_forward(memory, z, a, count):
    """a = scale z where z > 0, else scale alpha (exp(z) - 1)."""
    for i in range(0, count, lanes(memory)):
        x = load(memory, z + i)
        below = like(x, SELU_SCALE * SELU_ALPHA) * expm1_below_zero(x)
        put(memory, a + i, where_greater(x, like(x, 0.0), like(x, SELU_SCALE) * x, below), count - i)


@jit
def selu_backward(memory, z, da, delta, count):
    """delta = da scale where z > 0, else da scale alpha exp(z)."""
    for i in range(0, count, lanes(memory)):
        x = load(memory, z + i)
        zero = like(x, 0.0)
        below = like(x, SELU_SCALE * SELU_ALPHA) * exp(where_greater(x, zero, zero, x))
        slope = where_greater(x, zero, like(x, SELU_SCALE), below)
        put(memory, delta + i, load(memory, da + i) * slope, count - i)


@jit
def swish_forward(memory, z, a, count):
    """a = z sigmoid(z)."""
    for i in range(0, count, lanes(memory)):
        x = load(memory, z + i)
        put(memory, a + i, x * sigmoid(x), count - i)


@jit
def swish_backward(memory, z, a, da, delta, count):
    """delta = da (s + a (1 - s)) with s = sigmoid(z)."""
    for i in range(0, count, lanes(memory)):
        s = sigmoid(load(memory, z + i))
        slope = fma(load(memory, a + i), like(s, 1.0) - s, s)
        put(memory, delta + i, load(memory, da + i) * slope, count - i)


@inline
def gelu_tanh(x):
    """tanh(sqrt(2/pi) (x + 0.044715 x³))."""
    return tanh(like(x, GELU_FACTOR) * fma(like(x, GELU_CUBIC), x * x * x, x))


@jit
def gelu_forward(memory, z, a, count):
    """a = z/2 (1 + t)."""
    for i in range(0, count, lanes(memory)):
        x = load(memory, z + i)
        put(memory, a + i, like(x, 0.5) * x * (like(x, 1.0) + gelu_tanh(x)), count - i)


@jit
def gelu_backward(memory, z, da, delta, count):
    """delta = da/2 (1 + t + z (1 - t²) sqrt(2/pi) (1 + 3 · 0.044715 z²))."""
    for i in range(0, count, lanes(memory)):
        x = load(memory, z + i)
        one = like(x, 1.0)
        t = gelu_tanh(x)
        inner = like(x, GELU_FACTOR) * fma(like(x, 3.0 * GELU_CUBIC), x * x, one)
        slope = like(x, 0.5) * (one + t + x * (one - t * t) * inner)
        put(memory, delta + i, load(memory, da + i) * slope, count - i)


@jit
def softplus_forward(memory, z, a, count):
    """a = log(1 + exp(z)), without overflow."""
    for i in range(count):
        memory[a + i] = softplus(memory[z + i])


@jit
def softplus_backward(memory, z, da, delta, count):
    """delta = da sigmoid(z)."""
    for i in range(0, count, lanes(memory)):
        put(memory, delta + i, load(memory, da + i) * sigmoid(load(memory, z + i)), count - i)


@jit
def sine_forward(memory, z, a, count):
    """a = sin z."""
    for i in range(count):
        memory[a + i] = math.sin(memory[z + i])


@jit
def sine_backward(memory, z, da, delta, count):
    """delta = da cos z."""
    for i in range(count):
        memory[delta + i] = memory[da + i] * math.cos(memory[z + i])
