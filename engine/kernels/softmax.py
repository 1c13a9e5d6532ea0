"""Soft-max and the cross-entropy that contains it: [rows, units] row by row, a vector of scores at a time.

The largest score is taken off each, so that no exponential overflows and log 0 never occurs.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import math

from engine.kernels._jit import jit
from engine.kernels.elementwise import put
from engine.kernels.functions import exp
from engine.kernels.simd import first_or, horizontal_max, horizontal_sum, keep_first, lanes, like, load, where_greater


@jit
def largest_of(memory, z, units):
    """Return the largest of `units` scores; where one is NaN, any of them."""
    found = first_or(load(memory, z), units, -math.inf)
    for j in range(lanes(memory), units, lanes(memory)):
        x = first_or(load(memory, z + j), units - j, -math.inf)
        found = where_greater(x, found, x, found)
    return horizontal_max(found)


@jit
def exponentials(memory, z, out, units):
    """Write exp(z - the largest z) at `out`; return their sum."""
    largest = largest_of(memory, z, units)
    total = largest - largest  # zero of the memory's type, and NaN when the largest score is not finite
    for j in range(0, units, lanes(memory)):
        x = load(memory, z + j)
        e = exp(x - like(x, largest))
        put(memory, out + j, e, units - j)
        total += horizontal_sum(keep_first(e, units - j))
    return total


@jit
def softmax_forward(memory, z, a, rows, units):
    """a = exp(z) / sum, row by row."""
    for r in range(rows):
        out = a + r * units
        total = exponentials(memory, z + r * units, out, units)
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


@jit
def categorical_cross_entropy(memory, y_hat, y, rows, units):
    """log(sum e^z) - sum y z per row, averaged over the batch."""
    total = 0.0
    for r in range(rows):
        z, largest = y_hat + r * units, largest_of(memory, y_hat + r * units, units)
        summed = like(load(memory, z), 0.0)
        inner = summed
        for j in range(0, units, lanes(memory)):
            x = load(memory, z + j) - like(summed, largest)
            summed = summed + keep_first(exp(x), units - j)
            # y sums to 1, so taking the largest score off here is taking it off once.
            inner = inner + keep_first(x * load(memory, y + r * units + j), units - j)
        total += math.log(horizontal_sum(summed)) - horizontal_sum(inner)
    return total / rows


@jit
def categorical_cross_entropy_gradient(memory, y_hat, y, d, rows, units):
    """(softmax(z) - y)/rows."""
    for r in range(rows):
        z, row = y_hat + r * units, r * units
        if units <= lanes(memory):
            # The whole row stays in one register.
            x = load(memory, z)
            e = keep_first(exp(x - like(x, largest_of(memory, z, units))), units)
            p = e / like(e, horizontal_sum(e))
            put(memory, d + row, (p - load(memory, y + row)) / like(x, rows), units)
        else:
            total = exponentials(memory, z, d + row, units)
            for j in range(0, units, lanes(memory)):
                e = load(memory, d + row + j)
                p = e / like(e, total)
                put(memory, d + row + j, (p - load(memory, y + row + j)) / like(e, rows), units - j)
