"""Losses and their gradients, number by number: a batch of outputs is small beside the layers.

`y_hat` and `y` are addresses of [rows, units] outputs and targets. Each forward kernel returns the loss; each
gradient kernel writes dL/dy_hat to `d`. The stable forms are used: log(1 + e^x) never overflows and log 0
never occurs.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import math

from engine.kernels._jit import inline, jit

LN2 = math.log(2.0)


@inline
def softplus(x):
    """log(1 + e^x) without overflow."""
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


@inline
def logistic_function(x):
    """1/(1 + e^-x) without overflow."""
    e = math.exp(-abs(x))
    return (1.0 if x >= 0.0 else e) / (1.0 + e)


@jit
def half_squared_error(memory, y_hat, y, rows, units):
    """½ (y_hat - y)², summed over the outputs, averaged over the batch."""
    total = 0.0
    for i in range(rows * units):
        e = memory[y_hat + i] - memory[y + i]
        total += e * e
    return 0.5 * total / rows


@jit
def half_squared_error_gradient(memory, y_hat, y, d, rows, units):
    """(y_hat - y)/rows."""
    scale = 1.0 / rows
    for i in range(rows * units):
        memory[d + i] = (memory[y_hat + i] - memory[y + i]) * scale


@jit
def mean_squared_error(memory, y_hat, y, rows, units):
    """(y_hat - y)², averaged over the outputs and the batch."""
    return 2.0 * half_squared_error(memory, y_hat, y, rows, units) / units


@jit
def mean_squared_error_gradient(memory, y_hat, y, d, rows, units):
    """2 (y_hat - y)/(rows units)."""
    scale = 2.0 / (rows * units)
    for i in range(rows * units):
        memory[d + i] = (memory[y_hat + i] - memory[y + i]) * scale


@jit
def mean_absolute_error(memory, y_hat, y, rows, units):
    """|y_hat - y|, averaged over the outputs and the batch."""
    total = 0.0
    for i in range(rows * units):
        total += abs(memory[y_hat + i] - memory[y + i])
    return total / (rows * units)


@jit
def mean_absolute_error_gradient(memory, y_hat, y, d, rows, units):
    """sign(y_hat - y)/(rows units); 0 at the kink."""
    scale = 1.0 / (rows * units)
    for i in range(rows * units):
        e = memory[y_hat + i] - memory[y + i]
        memory[d + i] = e if math.isnan(e) else scale * ((e > 0.0) - (e < 0.0))


@jit
def binary_cross_entropy(memory, y_hat, y, rows, units):
    """softplus(z) - y z, summed over the outputs, averaged over the batch."""
    total = 0.0
    for i in range(rows * units):
        z = memory[y_hat + i]
        total += softplus(z) - memory[y + i] * z
    return total / rows


@jit
def binary_cross_entropy_gradient(memory, y_hat, y, d, rows, units):
    """(sigmoid(z) - y)/rows."""
    scale = 1.0 / rows
    for i in range(rows * units):
        memory[d + i] = (logistic_function(memory[y_hat + i]) - memory[y + i]) * scale


@jit
def hinge(memory, y_hat, y, rows, units):
    """max(0, 1 - y s) with y = ±1, summed over the outputs, averaged over the batch."""
    total = 0.0
    for i in range(rows * units):
        m = 1.0 - memory[y + i] * memory[y_hat + i]
        total += m if not m < 0.0 else 0.0  # NaN is kept
    return total / rows


@jit
def hinge_gradient(memory, y_hat, y, d, rows, units):
    """-y/rows where y s < 1, else 0."""
    for i in range(rows * units):
        margin = memory[y + i] * memory[y_hat + i]
        memory[d + i] = 0.0 if margin >= 1.0 else -memory[y + i] / rows


@jit
def exponential(memory, y_hat, y, rows, units):
    """exp(-y s) with y = ±1, summed over the outputs, averaged over the batch."""
    total = 0.0
    for i in range(rows * units):
        total += math.exp(-memory[y + i] * memory[y_hat + i])
    return total / rows


@jit
def exponential_gradient(memory, y_hat, y, d, rows, units):
    """-y exp(-y s)/rows."""
    for i in range(rows * units):
        memory[d + i] = -memory[y + i] * math.exp(-memory[y + i] * memory[y_hat + i]) / rows


@jit
def logistic(memory, y_hat, y, rows, units):
    """log2(1 + exp(-y s)) with y = ±1: 1 at s = 0, summed over the outputs, averaged over the batch."""
    total = 0.0
    for i in range(rows * units):
        total += softplus(-memory[y + i] * memory[y_hat + i])
    return total / (LN2 * rows)


@jit
def logistic_gradient(memory, y_hat, y, d, rows, units):
    """-y sigmoid(-y s)/(rows ln 2)."""
    for i in range(rows * units):
        s = memory[y + i] * memory[y_hat + i]
        memory[d + i] = -memory[y + i] * logistic_function(-s) / (LN2 * rows)
