"""Local response normalisation on maps: each place by itself, across its channels (Krizhevsky et al. 2012)."""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

from engine.kernels._jit import inline, jit


@inline
def neighbours(c, channels, n):
    """Return the first of the n channels around channel c, and the one after the last, cut to those there are."""
    return max(c - n // 2, 0), min(c + n // 2 + 1, channels)


@jit
def response_scale(memory, x, k, alpha, s, places, channels, n):
    """s = k + alpha times the sum of x² over n neighbouring channels."""
    for place in range(places):
        at = place * channels
        for c in range(channels):
            first, stop = neighbours(c, channels, n)
            total = 0.0
            for j in range(first, stop):
                total += memory[x + at + j] * memory[x + at + j]
            memory[s + at + c] = memory[k] + memory[alpha] * total


@jit
def response_norm_forward(memory, x, s, beta, y, count):
    """y = x / s^beta."""
    for i in range(count):
        memory[y + i] = memory[x + i] / memory[s + i] ** memory[beta]


@jit
def response_norm_backward(memory, x, s, y, dy, alpha, beta, dx, places, channels, n):
    """dx = dy / s^beta - 2 alpha beta x times the sum of dy y / s over n neighbouring channels."""
    factor = 2.0 * memory[alpha] * memory[beta]
    for place in range(places):
        at = place * channels
        for c in range(channels):
            first, stop = neighbours(c, channels, n)
            total = 0.0
            for j in range(at + first, at + stop):
                total += memory[dy + j] * memory[y + j] / memory[s + j]
            i = at + c
            own = memory[dy + i] / memory[s + i] ** memory[beta]
            memory[dx + i] = own - factor * memory[x + i] * total
