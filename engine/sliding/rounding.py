"""Sums that are 0 but for rounding.

Numbers such as 0.1 or 1/3 are rounded before they are multiplied, and so is every sum of them: 0.3·(1/3) − 0.1 is
5.6e-17. What is smaller than its own rounding error may have been says nothing, not even by its sign, which would
decide whether ReLU lets a gradient through: it is taken for the 0 that it stands for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from engine.arena import Array
from engine.inside.positions import PoolSum, PositionSum, conv_position, pool_position
from engine.ops.window import Axes, Window

__all__ = ["pool_sum", "position_sum", "settle", "settled_sum"]

_Made = TypeVar("_Made", PoolSum, PositionSum)

_EPSILON = float(np.finfo(np.float64).eps)


def settle(values: Array, sizes: Array, terms: int) -> None:
    """Set sums to 0, in place, that are no larger than what rounding may have made of them.

    Parameters
    ----------
    values : ndarray
        Sums of at most `terms` numbers each, float64.
    sizes : ndarray
        The same sums of the numbers' absolute values. A single number is never set to 0.
    terms : int
        With the rounding of both factors of each product, a sum is off by less than terms + 2 times half an ulp of
        its size (Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 3.1).
    """
    values[np.abs(values) <= (terms + 2) * (_EPSILON / 2) * sizes] = 0.0


def settled_sum(terms: Iterable[float]) -> float:
    """Return the sum of some products; 0 where it is no larger than what rounding may have made of it."""
    numbers = list(terms)
    total = sum(numbers)
    bound = (len(numbers) + 2) * (_EPSILON / 2) * sum(map(abs, numbers))
    return 0.0 if abs(total) <= bound else float(total)


def position_sum(x: Array, W: Array, b: Array, window: Window, place: Axes) -> PositionSum:
    """Return how one number of a convolution's output is made, as `conv_position` does, but for rounding."""
    made = conv_position(x, W, b, window, place)
    return _settled(made, (*(product.value for product in made.products), made.bias))


def pool_sum(x: Array, window: Window, place: Axes, kind: str = "max", count_padding: bool = False) -> PoolSum:
    """Return how one number of a pooling layer's output is made, as `pool_position` does, but for rounding."""
    made = pool_position(x, window, place, kind, count_padding)
    return made if kind == "max" else _settled(made, made.values)


def _settled(made: _Made, terms: Sequence[float]) -> _Made:
    if settled_sum(terms) or not made.result:
        return made
    return replace(made, result=0.0, sentence=f"{made.sentence.rpartition(' = ')[0]} = 0")
