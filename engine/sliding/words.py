"""How large the output is and how many numbers are learned, written out with the numbers in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from engine.layers import Conv
from engine.layers.shapes import Shape
from engine.sliding.sizes import AxisSize, axis_sizes
from engine.sliding.spec import SlidingSpec

__all__ = ["LayerCount", "Parameters", "compared", "parameter_words", "size_words"]


def size_words(spec: SlidingSpec) -> tuple[AxisSize, ...]:
    """Return the formula of the output's size along every axis, with the numbers of a spec."""
    return axis_sizes(spec.space, spec.size, spec.stride, 1 if spec.pools else spec.dilation, spec.padding)


@dataclass(frozen=True, slots=True)
class LayerCount:
    """What a layer learns.

    Attributes
    ----------
    weights, biases : int
    outputs : int
        Numbers that it makes of one example.
    sum : str
        How the weights are counted: ``5·5·3·10 = 750``.
    """

    weights: int
    biases: int
    outputs: int
    sum: str

    @property
    def parameters(self) -> int:
        """Weights and biases."""
        return self.weights + self.biases


@dataclass(frozen=True, slots=True)
class Parameters:
    """A kernel's parameters, and those of a dense layer beside it.

    Attributes
    ----------
    kernel, dense : LayerCount
    ratio : float
        Weights of the dense layer for each weight of the kernel; 0 where there is no kernel.
    text : str
    """

    kernel: LayerCount
    dense: LayerCount
    ratio: float
    text: str


def compared(shape: Shape, conv: Conv, units: int | None = None) -> Parameters:
    """Return what a convolution and a dense layer learn on the same inputs.

    Parameters
    ----------
    shape : tuple of int
        Of the inputs, [*space, C].
    conv : Conv
    units : int, optional
        Of the dense layer; unless given, as many as the convolution has outputs.
    """
    outputs, weights = conv.output_shape(shape), conv.weights(shape)
    size = conv.window(shape).size
    made = prod(outputs)
    kernel = LayerCount(
        weights, conv.parameter_count(shape) - weights, made,
        f"{_product((*size, shape[-1], conv.filters))} = {weights:,}",
    )  # fmt: skip
    return _parameters(kernel, shape, made if units is None else units)


def _parameters(kernel: LayerCount, shape: Shape, units: int) -> Parameters:
    inputs = prod(shape)
    weights = inputs * units
    dense = LayerCount(weights, units, units, f"{_product((*shape, units))} = {weights:,}")
    beside = f"a dense layer to {_counted(units, 'output')} has {weights:,}"
    if not kernel.weights:
        return Parameters(kernel, dense, 0.0, f"Pooling has no weights: it learns nothing; {beside}.")
    ratio = dense.weights / kernel.weights
    times = f"{ratio:,.1f}" if ratio >= 1 else f"{ratio:.2g}"
    text = (
        f"The kernel has {_counted(kernel.weights, 'weight')}, used at every position, and makes "
        f"{_counted(kernel.outputs, 'number')}; {beside}, {times} times as many."
    )
    return Parameters(kernel, dense, ratio, text)


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" + "s" * (count != 1)


def _product(numbers: Sequence[int]) -> str:
    return "·".join(map(str, numbers))


def parameter_words(spec: SlidingSpec) -> Parameters:
    """Return the parameters of a spec's kernel, and those of a dense layer with the same outputs."""
    layer = spec.layer
    if isinstance(layer, Conv):
        return compared(spec.shape, layer)
    made = prod(spec.output_shape)
    return _parameters(LayerCount(0, 0, made, "0"), spec.shape, made)
