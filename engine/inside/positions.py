"""One position of a window, number by number: what goes into an output, and which share comes back to what it read.

Arrays are those of one example here: x [*space, C], W [*size, C, O], b [O], an output [*positions, O].
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.arena import Array
from engine.expression.explain import shown_number
from engine.ops.window import Axes, Window

__all__ = [
    "PoolSum", "PositionSum", "Product", "Share", "conv_position", "conv_shares", "pool_position", "pool_shares",
    "reading_positions", "seen_places",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Product:
    """One tap of the window in one channel.

    Attributes
    ----------
    place : tuple of int or None
        Which number of x it reads, [*space, C]; None on padding.
    weight_place : tuple of int
        Which weight it has, [*size, C, O].
    x, weight, value : float
        The two numbers and their product; on padding x is 0.
    """

    place: Axes | None
    weight_place: Axes
    x: float
    weight: float
    value: float


@dataclass(frozen=True, slots=True)
class PositionSum:
    """How one number of a convolution's output was made.

    Attributes
    ----------
    place : tuple of int
        Which one, [*positions, O].
    products : tuple of Product
        Tap by tap in the order of the weights; all channels of a tap one after the other.
    bias, result : float
        The products and the bias add up to the result.
    sentence : str
        All of it in numbers.
    """

    place: Axes
    products: tuple[Product, ...]
    bias: float
    result: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Share:
    """What comes back from one position to one tap in one channel.

    Attributes
    ----------
    place : tuple of int or None
        The number of x that gets `to_input`; None on padding, where it is lost.
    weight_place : tuple of int or None
        The weight that gets `to_weight`; None in pooling.
    to_input : float
        The output's gradient times the weight: a part of dL/dx.
    to_weight : float
        The output's gradient times x: a part of dL/dW.
    """

    place: Axes | None
    weight_place: Axes | None
    to_input: float
    to_weight: float


@dataclass(frozen=True, slots=True)
class PoolSum:
    """How one number of a pooling layer's output was made.

    Attributes
    ----------
    place : tuple of int
        Which one, [*positions, C].
    places : tuple of (tuple of int or None)
        What the taps read, in their order; None on padding.
    values : tuple of float
        What stands there. Zeros on padding, which a maximum leaves out.
    winner : int or None
        The tap with the largest number, of equal ones the first; None for a mean.
    divisor : int
        By how many the sum is divided; 1 for a maximum.
    result : float
    sentence : str
    """

    place: Axes
    places: tuple[Axes | None, ...]
    values: tuple[float, ...]
    winner: int | None
    divisor: int
    result: float
    sentence: str


def seen_places(window: Window, space: Axes, position: Axes) -> Iterator[tuple[Axes, Axes | None]]:
    """Go through the taps at one position: the tap, and the place that it reads or None on padding."""
    for tap in window.each_tap():
        place = window.place(position, tap)
        yield tap, place if all(0 <= k < n for k, n in zip(place, space, strict=True)) else None


def reading_positions(window: Window, space: Axes, place: Axes) -> Iterator[tuple[Axes, Axes]]:
    """Go through the positions that read one place of the input, each with the tap that does."""
    counts, start = window.positions(space), (0,) * len(space)
    for tap in window.each_tap():
        # The place is that of the first position, and then a whole number of strides.
        ways = [
            divmod(k - first, stride)
            for k, first, stride in zip(place, window.place(start, tap), window.stride, strict=True)
        ]
        if all(rest == 0 and 0 <= i < n for (i, rest), n in zip(ways, counts, strict=True)):
            yield tuple(i for i, _ in ways), tap


def conv_position(x: Array, W: Array, b: Array, window: Window, place: Axes) -> PositionSum:
    """Return how one number of a convolution's output is made.

    Parameters
    ----------
    x : ndarray [*space, C]
    W : ndarray [*size, C, O]
    b : ndarray [O]
    window : Window
    place : tuple of int
        Which number, [*positions, O], from 0.

    Raises
    ------
    ValueError
        If the output has no such number.
    """
    _check_place(place, (*window.positions(x.shape[:-1]), W.shape[-1]))
    position, o = place[:-1], place[-1]
    products = []
    for tap, seen in seen_places(window, x.shape[:-1], position):
        for c in range(x.shape[-1]):
            read, weight = 0.0 if seen is None else float(x[(*seen, c)]), float(W[(*tap, c, o)])
            products.append(
                Product(None if seen is None else (*seen, c), (*tap, c, o), read, weight, read * weight)
            )
    bias = float(b[o])
    result = sum(product.value for product in products) + bias
    added = " + ".join(f"{_factor(product.x)}·{_factor(product.weight)}" for product in products)
    # A bias of 0 would only lengthen the line.
    written = f"{added} + {_factor(bias)}" if bias else added
    return PositionSum(place, tuple(products), bias, result, f"{written} = {shown_number(result)}")


def conv_shares(x: Array, W: Array, window: Window, place: Axes, delta: float) -> tuple[Share, ...]:
    """Return what one number of a convolution's output sends back; its bias gets `delta` itself.

    Parameters
    ----------
    x, W, window, place
        As for `conv_position`.
    delta : float
        The gradient of the loss with respect to that number.

    Returns
    -------
    tuple of Share
        In the order of the products. Over all positions they add up to dL/dx and dL/dW.
    """
    made = conv_position(x, W, np.zeros(W.shape[-1]), window, place)
    return tuple(
        Share(product.place, product.weight_place, delta * product.weight, delta * product.x)
        for product in made.products
    )


def pool_position(
    x: Array, window: Window, place: Axes, kind: str = "max", count_padding: bool = False
) -> PoolSum:
    """Return how one number of a pooling layer's output is made.

    Parameters
    ----------
    x : ndarray [*space, C]
    window : Window
    place : tuple of int
        Which number, [*positions, C], from 0.
    kind : {"max", "average"}
    count_padding : bool
        Whether a mean divides by the taps on padding, too.

    Raises
    ------
    ValueError
        If the output has no such number, or the kind is another one.
    """
    if kind not in ("max", "average"):
        raise ValueError(f"pooling takes the max or the average, got {kind!r}")
    _check_place(place, (*window.positions(x.shape[:-1]), x.shape[-1]))
    c = place[-1]
    seen = [found for _, found in seen_places(window, x.shape[:-1], place[:-1])]
    places = tuple(None if found is None else (*found, c) for found in seen)
    values = tuple(0.0 if found is None else float(x[found]) for found in places)
    inner = [k for k, found in enumerate(places) if found is not None]
    if not inner:
        raise ValueError("this window lies on padding alone: there is nothing to pool")
    if kind == "max":
        winner = max(inner, key=lambda k: (values[k] != values[k], values[k]))
        result = values[winner]
        text = f"max({', '.join(shown_number(values[k]) for k in inner)}) = {shown_number(result)}"
        return PoolSum(place, places, values, winner, 1, result, text)
    counted = range(len(values)) if count_padding else inner
    divisor = len(counted)
    result = sum(values) / divisor
    text = f"({' + '.join(_factor(values[k]) for k in counted)})/{divisor} = {shown_number(result)}"
    return PoolSum(place, places, values, None, divisor, result, text)


def pool_shares(pooled: PoolSum, dy: float) -> tuple[Share, ...]:
    """Return what one number of a pooling layer's output sends back: all to the winner, or equal parts to all.

    Parameters
    ----------
    pooled : PoolSum
    dy : float
        The gradient of the loss with respect to that number.
    """
    return tuple(
        Share(place, None, dy / pooled.divisor if pooled.winner is None else dy * (k == pooled.winner), 0.0)
        for k, place in enumerate(pooled.places)
    )


def _check_place(place: Axes, shape: Sequence[int]) -> None:
    if len(place) != len(shape) or not all(0 <= k < n for k, n in zip(place, shape, strict=True)):
        raise ValueError(f"the output has the shape {list(shape)}, there is no number {list(place)} in it")


def _factor(value: float) -> str:
    number = shown_number(value)
    return f"({number})" if number.startswith("−") else number
