"""Which patch of the input a number of a map was made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.layers import Conv, ConvTranspose, LocalResponseNorm
from engine.layers.pooling import AveragePool, MaxPool
from engine.layers.shapes import Shape, written
from engine.map_network import Row

__all__ = ["Patch", "receptive_field"]


@dataclass(frozen=True, slots=True)
class Patch:
    """A box of the input, [*space].

    Attributes
    ----------
    first, last : tuple of int
        The first and the last place along each axis, both included; beyond the input lies padding.
    space : tuple of int
        The size of the input.
    """

    first: Shape
    last: Shape
    space: Shape

    @property
    def size(self) -> Shape:
        """How many places it spans along each axis, those on padding included: the receptive field."""
        return tuple(b - a + 1 for a, b in zip(self.first, self.last, strict=True))

    @property
    def inside(self) -> tuple[slice, ...]:
        """The part of it that lies on the input, as slices."""
        return tuple(
            slice(max(a, 0), max(min(b + 1, n), 0)) for a, b, n in zip(self.first, self.last, self.space, strict=True)
        )


def receptive_field(rows: Sequence[Row], number: int, place: Shape) -> Patch:
    """Return what a number of a map can depend on, by the windows alone.

    Parameters
    ----------
    rows : sequence of Row
        The ledger of the network.
    number : int
        The layer whose map it is, from 1.
    place : tuple of int
        Where in its output, with or without the channel.

    Raises
    ------
    ValueError
        If there is no such layer or no such place.
    """
    if not 1 <= number <= len(rows):
        raise ValueError(f"the network's layers are 1 to {len(rows)}, got {number}")
    shape, input_space = rows[number - 1].outputs, rows[0].inputs[:-1]
    axes = len(shape) - 1
    if len(place) not in (axes, axes + 1) or not all(0 <= k < n for k, n in zip(place, shape, strict=False)):
        raise ValueError(f"{rows[number - 1].name} makes {written(shape)}, there is no place {list(place)} in it")
    first, last = tuple(place[:axes]), tuple(place[:axes])
    for row in reversed(rows[:number]):
        space, layer = row.inputs[:-1], row.layer
        if isinstance(layer, LocalResponseNorm):
            continue
        if not isinstance(layer, Conv | ConvTranspose | MaxPool | AveragePool):
            # Whole maps or whole rows go in.
            first, last = (0,) * len(space), tuple(n - 1 for n in space)
            continue
        window = layer.window(row.inputs)
        sizes = tuple(zip(window.stride, window.extent, (a for a, _ in window.padding), strict=True))
        if isinstance(layer, ConvTranspose):
            first = tuple(-((extent - 1 - k - pad) // stride) for k, (stride, extent, pad) in _each(first, sizes))
            last = tuple((k + pad) // stride for k, (stride, _, pad) in _each(last, sizes))
        else:
            first = tuple(k * stride - pad for k, (stride, _, pad) in _each(first, sizes))
            last = tuple(k * stride - pad + extent - 1 for k, (stride, extent, pad) in _each(last, sizes))
    return Patch(first, last, input_space)


def _each(
    places: Shape, sizes: tuple[tuple[int, int, int], ...]
) -> zip[tuple[int, tuple[int, int, int]]]:
    return zip(places, sizes, strict=True)
