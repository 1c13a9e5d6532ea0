"""Penalties and optimizer updates over whole vectors. All places are addresses in one flat memory."""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import math

from engine.kernels._jit import inline, jit
from engine.kernels.elementwise import put
from engine.kernels.simd import (
    absolute,
    fma,
    horizontal_sum,
    keep_first,
    lanes,
    like,
    load,
    square_root,
    where_greater,
)


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


@inline
def larger(x, y):
    """Lane by lane the larger one; NaN where either is NaN. Where neither is greater they are equal, or NaN."""
    half = like(x, 0.5)
    return where_greater(x, y, x, where_greater(y, x, y, half * x + half * y))


@jit
def clip_values(memory, limit, g, count):
    """g = g, held between -limit and limit."""
    for i in range(0, count, lanes(memory)):
        x = load(memory, g + i)
        top = like(x, memory[limit])
        minus = like(x, -1.0)
        put(memory, g + i, minus * larger(minus * larger(x, minus * top), minus * top), count - i)


@jit
def gradient_norm(memory, g, count):
    """Return the root of the sum of g²."""
    total = 0.0
    for i in range(0, count, lanes(memory)):
        x = keep_first(load(memory, g + i), count - i)
        total += horizontal_sum(x * x)
    return math.sqrt(total)


@jit
def clip_norm(memory, norm, limit, g, count):
    """g = g limit/max(norm, limit)."""
    # Where either is NaN nothing is smaller: it goes on.
    scale = memory[limit] / (memory[limit] if memory[norm] < memory[limit] else memory[norm])
    for i in range(0, count, lanes(memory)):
        x = load(memory, g + i)
        put(memory, g + i, like(x, scale) * x, count - i)


@jit
def decoupled_decay(memory, eta, rate, w, count):
    """w -= eta rate w."""
    for i in range(0, count, lanes(memory)):
        x = load(memory, w + i)
        put(memory, w + i, fma(like(x, -memory[eta] * memory[rate]), x, x), count - i)


@jit
def sum_of_squares(memory, g, s, count):
    """s += g²."""
    for i in range(0, count, lanes(memory)):
        x = load(memory, g + i)
        put(memory, s + i, fma(x, x, load(memory, s + i)), count - i)


@jit
def root_scaled_step(memory, g, v, eta, eps, w, count):
    """w -= eta g/(√v + eps)."""
    for i in range(0, count, lanes(memory)):
        x = load(memory, w + i)
        divisor = square_root(load(memory, v + i)) + like(x, memory[eps])
        put(memory, w + i, x - like(x, memory[eta]) * load(memory, g + i) / divisor, count - i)


@jit
def adadelta_change(memory, g, v, u, eps, change, count):
    """change = √((u + eps)/(v + eps)) g."""
    for i in range(0, count, lanes(memory)):
        x = load(memory, g + i)
        small = like(x, memory[eps])
        ratio = (load(memory, u + i) + small) / (load(memory, v + i) + small)
        put(memory, change + i, square_root(ratio) * x, count - i)


@jit
def running_maximum(memory, v, v_max, count):
    """v_max = max(v_max, v)."""
    for i in range(0, count, lanes(memory)):
        put(memory, v_max + i, larger(load(memory, v_max + i), load(memory, v + i)), count - i)


@jit
def decayed_maximum(memory, g, beta, eps, u, count):
    """u = max(beta u, |g| + eps)."""
    for i in range(0, count, lanes(memory)):
        x = load(memory, u + i)
        size = absolute(load(memory, g + i)) + like(x, memory[eps])
        put(memory, u + i, larger(like(x, memory[beta]) * x, size), count - i)


@jit
def adamax_step(memory, m, u, t, beta1, eta, w, count):
    """w -= eta/(1 - beta1^t) m/u."""
    step = memory[eta] / (1.0 - memory[beta1] ** memory[t])
    for i in range(0, count, lanes(memory)):
        x = load(memory, w + i)
        put(memory, w + i, x - like(x, step) * load(memory, m + i) / load(memory, u + i), count - i)


@jit
def next_momentum(memory, t, beta1, decay):
    """Return beta1 (1 - ½ 0.96^(decay (t + 1)))."""
    return memory[beta1] * (1.0 - 0.5 * 0.96 ** (memory[decay] * (memory[t] + 1.0)))


@jit
def nesterov_mean(memory, g, m, mu, mu_next, c, n, count):
    """n = (1 - mu)/c g + mu_next/(1 - mu_next (1 - c)) m."""
    now = (1.0 - memory[mu]) / memory[c]
    ahead = memory[mu_next] / (1.0 - memory[mu_next] * (1.0 - memory[c]))
    for i in range(0, count, lanes(memory)):
        x = load(memory, g + i)
        put(memory, n + i, fma(like(x, now), x, like(x, ahead) * load(memory, m + i)), count - i)


@jit
def nadam_step(memory, n, v, t, beta2, eta, eps, w, count):
    """w -= eta n/(√v̂ + eps), with v̂ = v/(1 - beta2^t)."""
    root = (1.0 - memory[beta2] ** memory[t]) ** -0.5
    for i in range(0, count, lanes(memory)):
        x = load(memory, w + i)
        divisor = fma(square_root(load(memory, v + i)), like(x, root), like(x, memory[eps]))
        put(memory, w + i, x - like(x, memory[eta]) * load(memory, n + i) / divisor, count - i)
