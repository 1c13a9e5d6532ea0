"""Dropout: a random mask, the product with it, and the same product on the way back.

Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, "Dropout: a simple way to prevent neural networks
from overfitting", JMLR 15, 2014. Inverted: what is kept is divided by 1 - rate while training, so that the mean
stays, and nothing has to be changed in evaluation.
"""

from __future__ import annotations

from math import prod

import numpy as np
import numpy.typing as npt

from engine.arena import Array
from engine.kernels import opcodes as oc
from engine.program import op_kind

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_M1, _M2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
Bits = npt.NDArray[np.uint64]


def _mix(x: Bits) -> Bits:
    x = (x ^ (x >> np.uint64(30))) * _M1
    x = (x ^ (x >> np.uint64(27))) * _M2
    return x ^ (x >> np.uint64(31))


def _whole(x: npt.ArrayLike) -> Bits:
    # One number as an array of one: arrays wrap around at 2⁶⁴ in silence, single numbers warn.
    return np.asarray(x).astype(np.uint64).reshape(1)


def _key(seed: npt.ArrayLike, step: npt.ArrayLike) -> Bits:
    return _mix(_mix(_whole(seed) + _GOLDEN) + _whole(step) * _GOLDEN)


def uniform(seed: npt.ArrayLike, step: npt.ArrayLike, shape: tuple[int, ...]) -> Array:
    """Return numbers in [0, 1) that are a function of (seed, step) and of their place, bit for bit.

    SplitMix64 as a counter-based generator (Steele, Lea and Flood, "Fast splittable pseudorandom number
    generators", OOPSLA 2014): number i of a stream is its mixing function of key + i · golden, so no generator
    keeps a state.

    Parameters
    ----------
    seed, step : whole numbers of 0 or more
    shape : tuple of int
    """
    places = np.arange(1, prod(shape) + 1, dtype=np.uint64).reshape(shape)
    return (_mix(_key(seed, step) + places * _GOLDEN) >> np.uint64(11)) * 2.0**-53


def layer_seed(seed: int, number: int) -> int:
    """Return the seed of layer `number`: below 2²⁴, so that a float32 memory holds it exactly."""
    return int((_key(seed, number) >> np.uint64(40))[0])


@op_kind(
    oc.DRAW_MASK,
    r"<mask> = \frac{[u \ge <rate>]}{1 - <rate>},\quad u \sim \mathrm{uniform}(<seed>, <step>)",
    size="mask",
)
def draw_mask(seed: Array, step: Array, rate: Array, *, mask: Array) -> None:
    """Each number is 0 with probability `rate`, else 1/(1 - rate): its mean is 1."""
    mask[:] = (uniform(seed, step, mask.shape) >= rate) / (1 - rate)


@op_kind(oc.DROPOUT_FORWARD, r"<h> = <a> \odot <mask>", size="a")
def dropout_forward(a: Array, mask: Array, *, h: Array) -> None:
    """A dropped neuron hands on 0."""
    h[:] = a * mask


@op_kind(oc.DROPOUT_BACKWARD, r"<da> = <dh> \odot <mask>", size="dh")
def dropout_backward(dh: Array, mask: Array, *, da: Array) -> None:
    """No gradient reaches a dropped neuron."""
    da[:] = dh * mask
