"""The order in which an epoch takes the examples: a permutation that is a function of (seed, epoch).

Counter-based, so that no generator state has to be stored: to know the order of epoch 5,000 nobody walks
through the 4,999 before it. The mixing function is SplitMix64's (Steele, Lea and Flood, "Fast splittable
pseudorandom number generators", OOPSLA 2014); the shuffle is Fisher and Yates's (Knuth, TAOCP 2, algorithm
3.4.2 P).
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import numpy as np

from engine.kernels._jit import inline, jit

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)


@inline
def mix(x):
    """Return 64 well-mixed bits for each x."""
    x = (x ^ (x >> np.uint64(30))) * _M1
    x = (x ^ (x >> np.uint64(27))) * _M2
    return x ^ (x >> np.uint64(31))


@jit
def shuffle(order, seed, epoch):
    """Fill `order` with the permutation of 0…n-1 that belongs to (seed, epoch)."""
    n = order.size
    for i in range(n):
        order[i] = i
    state = mix(mix(seed + GOLDEN) + epoch * GOLDEN)
    for i in range(n - 1, 0, -1):
        state += GOLDEN
        # The high 32 bits scaled to 0…i; the bias is below n/2³² and the same on every machine.
        j = np.int64(((mix(state) >> np.uint64(32)) * np.uint64(i + 1)) >> np.uint64(32))
        order[i], order[j] = order[j], order[i]
