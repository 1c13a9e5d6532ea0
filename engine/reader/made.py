"""How a number that a reader's layer hands on was made, whatever kind of layer it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arena import Array
from engine.expression.explain import shown_number
from engine.inside.positions import PoolSum, PositionSum, conv_position, pool_position
from engine.layers import (
    AveragePool,
    Conv,
    Dense,
    Flatten,
    GlobalPool,
    LocalResponseNorm,
    MaxPool,
    get_activation,
)
from engine.layers.shapes import Shape
from engine.map_network import Row

__all__ = ["Copied", "DenseSum", "GlobalSum", "Made", "NormSum", "made_by"]

# Of a longer sum the middle is left out when it is read.
_FIRST, _LAST = 4, 2


@dataclass(frozen=True, slots=True, eq=False)
class DenseSum:
    """How one number of a dense layer was made.

    Attributes
    ----------
    unit : int
    x, weights, products : ndarray [I]
        What goes in, the unit's weights, and one times the other.
    bias, result : float
        The products and the bias add up to the result.
    sentence : str
    """

    unit: int
    x: Array
    weights: Array
    products: Array
    bias: float
    result: float
    sentence: str


@dataclass(frozen=True, slots=True)
class GlobalSum:
    """How a whole map became one number.

    Attributes
    ----------
    channel : int
    count : int
        Numbers in the map.
    winner : tuple of int or None
        Where the largest stands, of equal ones the first; None for a mean.
    result : float
    sentence : str
    """

    channel: int
    count: int
    winner: Shape | None
    result: float
    sentence: str


@dataclass(frozen=True, slots=True)
class NormSum:
    """How a number was divided by what its neighbours among the channels gave.

    Attributes
    ----------
    place : tuple of int
    x : float
        What goes in.
    channels : tuple of int
        The neighbours, itself included.
    squares : float
        The sum of their squares.
    scale : float
        k + alpha · squares; the result is x / scale^beta.
    result : float
    sentence : str
    """

    place: Shape
    x: float
    channels: tuple[int, ...]
    squares: float
    scale: float
    result: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Copied:
    """A number that was only moved.

    Attributes
    ----------
    place : tuple of int
        Where it stood in the maps before.
    result : float
    sentence : str
    """

    place: Shape
    result: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Made:
    """How one number that a layer hands on was made.

    Attributes
    ----------
    number : int
        The layer's, from 1.
    name : str
    place : tuple of int
    sum : PositionSum, PoolSum, DenseSum, GlobalSum, NormSum or Copied
        Before the activation.
    activation : str
        A key of `ACTIVATIONS`.
    value : float
        What is handed on.
    sentence : str
        What the activation does to the sum, in numbers; empty for the identity.
    """

    number: int
    name: str
    place: Shape
    sum: PositionSum | PoolSum | DenseSum | GlobalSum | NormSum | Copied
    activation: str
    value: float
    sentence: str


def made_by(row: Row, number: int, place: Shape, x: Array, values: Array, W: Array | None, b: Array | None) -> Made:
    """Return how one number was made.

    Parameters
    ----------
    row : Row
        The layer, of any kind but a transposed convolution.
    number : int
        The layer's.
    place : tuple of int
        Which number of what it hands on.
    x, values : ndarray
        What it read and what it hands on, of one example.
    W, b : ndarray or None
        Its parameters; None where it has none.

    Raises
    ------
    ValueError
        If there is no such place, or the layer is a transposed convolution.
    """
    shape = row.outputs
    if len(place) != len(shape) or not all(0 <= k < n for k, n in zip(place, shape, strict=True)):
        raise ValueError(f"{row.name} hands on {list(shape)} numbers, there is no number {list(place)} among them")
    layer, made = row.layer, _sum(row, place, x, W, b)
    value = float(values[place])
    activation = get_activation(layer.activation)
    sentence = ""
    if activation.name == "softmax":
        sentence = (
            f"e^{_bracketed(made.result)} divided by the sum of e^z over all {shape[0]} scores = {shown_number(value)}"
        )
    elif activation.name != "identity":
        sentence = f"{activation.title}({shown_number(made.result)}) = {shown_number(value)}"
    return Made(number, row.name, place, made, activation.name, value, sentence)


def _sum(
    row: Row, place: Shape, x: Array, W: Array | None, b: Array | None
) -> PositionSum | PoolSum | DenseSum | GlobalSum | NormSum | Copied:
    layer = row.layer
    if isinstance(layer, Conv) and W is not None and b is not None:
        return conv_position(x, W, b, layer.window(row.inputs), place)
    if isinstance(layer, Dense) and W is not None and b is not None:
        return _dense(x, W, b, place[0])
    if isinstance(layer, MaxPool):
        return pool_position(x, layer.window(row.inputs), place)
    if isinstance(layer, AveragePool):
        return pool_position(x, layer.window(row.inputs), place, "average", layer.count_padding)
    if isinstance(layer, GlobalPool):
        return _whole(x, layer.kind, place[0])
    if isinstance(layer, LocalResponseNorm):
        return _normed(x, layer, place)
    if isinstance(layer, Flatten):
        before = tuple(int(k) for k in np.unravel_index(place[0], x.shape))
        value = float(x[before])
        return Copied(before, value, f"moved from {list(before)} of the maps before: {shown_number(value)}")
    raise ValueError(f"{row.name} is of a kind that is not explained number by number: choose another layer")


def _dense(x: Array, W: Array, b: Array, unit: int) -> DenseSum:
    inputs, weights = x.astype(np.float64), W[:, unit].astype(np.float64)
    products, bias = inputs * weights, float(b[unit])
    result = float(products.sum() + bias)
    terms = [f"{_bracketed(float(a))}·{_bracketed(float(w))}" for a, w in zip(inputs, weights, strict=True)]
    left_out = len(terms) - _FIRST - _LAST
    if left_out > 1:
        terms = [*terms[:_FIRST], f"… {left_out} more …", *terms[-_LAST:]]
    sentence = f"{' + '.join(terms)} + {_bracketed(bias)} = {shown_number(result)}"
    return DenseSum(unit, inputs, weights, products, bias, result, sentence)


def _whole(x: Array, kind: str, channel: int) -> GlobalSum:
    numbers = x[..., channel].astype(np.float64)
    if kind == "average":
        result = float(numbers.mean())
        sentence = f"the mean of {numbers.size} numbers = {shown_number(result)}"
        return GlobalSum(channel, numbers.size, None, result, sentence)
    winner = tuple(int(k) for k in np.unravel_index(int(numbers.argmax()), numbers.shape))
    result = float(numbers[winner])
    sentence = f"the largest of {numbers.size} numbers, at {list(winner)} = {shown_number(result)}"
    return GlobalSum(channel, numbers.size, winner, result, sentence)


def _normed(x: Array, layer: LocalResponseNorm, place: Shape) -> NormSum:
    half, c = layer.neighbours // 2, place[-1]
    channels = tuple(range(max(0, c - half), min(x.shape[-1], c + half + 1)))
    squares = float(sum(float(x[(*place[:-1], k)]) ** 2 for k in channels))
    scale = layer.k + layer.alpha * squares
    own = float(x[place])
    result = own / scale**layer.beta
    sentence = (
        f"{shown_number(own)}/({layer.k:g} + {layer.alpha:g}·{shown_number(squares)})^{layer.beta:g} "
        f"= {shown_number(result)}"
    )
    return NormSum(place, own, channels, squares, scale, result, sentence)


def _bracketed(value: float) -> str:
    text = shown_number(value)
    return f"({text})" if text.startswith("−") else text
