"""What stands between layers: masks of dropout, products with them, and sums of skip connections.

A mask is a function of (seed, step, place in the mask), as the order of the examples is one of (seed, epoch):
no generator has a state to store, and going back in time draws the same mask again.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import numpy as np

from engine.kernels._jit import jit
from engine.kernels.elementwise import put
from engine.kernels.shuffle import GOLDEN, mix
from engine.kernels.simd import lanes, load


@jit
def draw_mask(memory, seed, step, rate, mask, count):
    """mask = 1/(1 - rate) where a uniform number in [0, 1) is at least `rate`, else 0."""
    p = np.float64(memory[rate])
    kept = 1.0 / (1.0 - p)
    state = mix(mix(np.uint64(memory[seed]) + GOLDEN) + np.uint64(memory[step]) * GOLDEN)
    for i in range(count):
        state += GOLDEN
        # The high 53 bits are what a float64 holds exactly.
        uniform = np.float64(mix(state) >> np.uint64(11)) * 2.0**-53
        memory[mask + i] = kept * (uniform >= p)


@jit
def multiply(memory, a, b, out, count):
    """out = a b, number by number."""
    for i in range(0, count, lanes(memory)):
        put(memory, out + i, load(memory, a + i) * load(memory, b + i), count - i)


@jit
def add(memory, a, b, out, count):
    """out = a + b, number by number; `out` may be one of them."""
    for i in range(0, count, lanes(memory)):
        put(memory, out + i, load(memory, a + i) + load(memory, b + i), count - i)
