"""Penalties and optimizer updates over whole vectors. All places are addresses in one flat memory."""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import math

from engine.kernels._jit import jit
from engine.kernels.elementwise import put
from engine.kernels.simd import fma, lanes, like, load, square_root


@jit
def l1_penalty(memory, w, rate, count):
    """Return rate * sum |w|."""
    total = 0.0
    for i in range(count):
        total += abs(memory[w + i])
    return memory[rate] * total


@jit
def l1_penalty_gradient(memory, w, rate, dw, count):
    """Add rate * sign(w) to dw; nothing where w is 0, NaN where it is NaN."""
    for i in range(count):
        x = memory[w + i]
        memory[dw + i] += x if math.isnan(x) else memory[rate] * ((x > 0.0) - (x < 0.0))


@jit
def l2_penalty(memory, w, rate, count):
    """Return rate/2 * sum w²."""
    total = 0.0
    for i in range(count):
        total += memory[w + i] * memory[w + i]
    return 0.5 * memory[rate] * total


@jit
def l2_penalty_gradient(memory, w, rate, dw, count):
    """Add rate * w to dw."""
    for i in range(0, count, lanes(memory)):
        g = load(memory, dw + i)
        put(memory, dw + i, fma(like(g, memory[rate]), load(memory, w + i), g), count - i)


@jit
def gradient_step(memory, g, eta, w, count):
    """w -= eta g."""
    for i in range(0, count, lanes(memory)):
        x = load(memory, w + i)
        put(memory, w + i, fma(like(x, -memory[eta]), load(memory, g + i), x), count - i)


@jit
def velocity(memory, g, mu, v, count):
    """v = mu v + g."""
    for i in range(0, count, lanes(memory)):
        x = load(memory, v + i)
        put(memory, v + i, fma(like(x, memory[mu]), x, load(memory, g + i)), count - i)


@jit
def nesterov_step(memory, g, v, mu, eta, w, count):
    """w -= eta (g + mu v)."""
    for i in range(0, count, lanes(memory)):
        x = load(memory, w + i)
        ahead = fma(like(x, memory[mu]), load(memory, v + i), load(memory, g + i))
        put(memory, w + i, fma(like(x, -memory[eta]), ahead, x), count - i)


@jit
def moving_average(memory, g, beta, m, count):
    """m = beta m + (1 - beta) g."""
    for i in range(0, count, lanes(memory)):
        x = load(memory, m + i)
        new = like(x, 1.0 - memory[beta]) * load(memory, g + i)
        put(memory, m + i, fma(like(x, memory[beta]), x, new), count - i)


@jit
def moving_average_of_squares(memory, g, beta, v, count):
    """v = beta v + (1 - beta) g²."""
    for i in range(0, count, lanes(memory)):
        x = load(memory, v + i)
        y = load(memory, g + i)
        new = like(x, 1.0 - memory[beta]) * (y * y)
        put(memory, v + i, fma(like(x, memory[beta]), x, new), count - i)


@jit
def adam_step(memory, m, v, t, beta1, beta2, eta, eps, w, count):
    """w -= eta m̂/(√v̂ + eps), with m̂ and v̂ divided by 1 - beta^t."""
    step = memory[eta] / (1.0 - memory[beta1] ** memory[t])
    root = (1.0 - memory[beta2] ** memory[t]) ** -0.5
    for i in range(0, count, lanes(memory)):
        x = load(memory, w + i)
        divisor = fma(square_root(load(memory, v + i)), like(x, root), like(x, memory[eps]))
        put(memory, w + i, x - like(x, step) * load(memory, m + i) / divisor, count - i)
