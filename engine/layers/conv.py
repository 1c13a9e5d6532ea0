"""The convolutional layers: a few weights, used at every position, in one, two or three dimensions.

How many dimensions there are is a matter of the input: [length, C], [height, width, C] or [depth, height, width, C].
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np

from engine.arena import Array, Ref
from engine.initializers import Initializer, get_initializer
from engine.layers.activation import get_activation, record_backward, record_forward
from engine.layers.shapes import Shape, check_channels, check_numbers, checked, per_axis, space_of
from engine.layers.sliding import Numbers, check_padding, sliding_window, transposed_window
from engine.ops import conv as ops
from engine.ops.window import Axes, Window
from engine.program import Builder, OpKind


@dataclass(frozen=True, slots=True)
class _Kinds:
    """The operations that a layer records, and whether its weights have the channels of its output first."""

    forward: OpKind
    weights: OpKind
    inputs: OpKind
    swapped: bool = False


@dataclass(frozen=True)
class _Filters:
    """What convolution and transposed convolution have in common: their settings and their weights.

    Parameters
    ----------
    filters : int
        Channels of the output O, 1 to 4096.
    size : int or tuple of int
        Taps along all axes of space, or along each.
    activation : str
        A key of `ACTIVATIONS`, but not soft-max.
    stride, dilation : int or tuple of int
    padding : {"valid", "same"}, int or tuple of int
        None; so much that the output is as large as the input, but for the stride; or a number for both sides.
    flip : bool
        Flip the kernel: the convolution of mathematics. Otherwise the cross-correlation that deep learning uses.
    kernel_initializer : str or Initializer
        Where the weights start; biases start at zero.
    """

    filters: int
    size: Numbers
    activation: str = "identity"
    stride: Numbers = 1
    padding: str | Numbers = "valid"
    dilation: Numbers = 1
    flip: bool = False
    kernel_initializer: str | Initializer = "glorot_uniform"

    prefix: ClassVar[str]
    kinds: ClassVar[_Kinds]

    def __post_init__(self) -> None:
        where = self.prefix
        check_channels(self.filters, "filters", where)
        for what in ("size", "stride", "dilation"):
            check_numbers(getattr(self, what), what, where)
        check_padding(self.padding, where)
        object.__setattr__(self, "activation", get_activation(self.activation).name)
        if self.activation == "softmax":
            raise ValueError(
                f"{where} cannot have the activation softmax, which would run over all positions: "
                "use it in a Dense layer at the end"
            )
        if isinstance(self.kernel_initializer, str):
            get_initializer(self.kernel_initializer)

    def _size(self, inputs: Shape, where: str) -> Axes:
        return per_axis(self.size, len(space_of(inputs, where)), "size", where)

    def weights(self, inputs: Shape) -> int:
        """Return the number of weights, without biases, on inputs [*space, C]: 750 for ten 5 × 5 filters on RGB."""
        return prod(self._size(inputs, self.prefix)) * inputs[-1] * self.filters

    def parameter_count(self, inputs: Shape) -> int:
        """Return the number of weights and biases on inputs [*space, C]: O (K·C + 1) for K taps."""
        return self.weights(inputs) + self.filters

    def window(self, inputs: Shape, name: str = "") -> Window:
        """Return how the window slides on inputs [*space, C], or of a transposed convolution on its output.

        `name` is the layer's, for messages.
        """
        return self._geometry(inputs, name or self.prefix)[0]

    def output_shape(self, inputs: Shape, name: str = "") -> Shape:
        """Return the shape of what it hands on, without the batch.

        Raises
        ------
        ValueError
            If the inputs have another number of axes than its settings, or the window fits nowhere.
        """
        where = name or self.prefix
        return checked((*self._geometry(inputs, where)[1], self.filters), where)

    def _geometry(self, inputs: Shape, where: str) -> tuple[Window, Axes]:
        """Return the window, and the axes of space of the output."""
        raise NotImplementedError

    def initial(self, inputs: Shape, rng: np.random.Generator) -> dict[str, Array]:
        """Return the first weights and zero biases."""
        initializer = self.kernel_initializer
        if isinstance(initializer, str):
            initializer = get_initializer(initializer)
        drawn = initializer((*self._size(inputs, self.prefix), inputs[-1], self.filters), rng)
        return {"W": self._laid(drawn), "b": np.zeros(self.filters)}

    def _laid(self, weights: Array) -> Array:
        """Return weights [*size, C, O] as this layer keeps them."""
        return weights

    def output_name(self, number: int) -> str:
        """Return the name of the place that layer `number` hands on: ``a2`` or ``z2``."""
        return f"z{number}" if self.activation == "identity" else f"a{number}"

    def forward(self, build: Builder, number: int, x: Ref, training: bool = True) -> Ref:
        """Record z and a = activation(z) from x [B, *space, C]; return a."""
        window, space = self._geometry(x.shape[1:], f"{self.prefix}{number}")
        inner = (x.shape[-1], self.filters)
        weights = (*window.size, *(inner[::-1] if self.kinds.swapped else inner))
        W = build.parameter(f"W{number}", weights, f"W_{{{number}}}")
        b = build.parameter(f"b{number}", (self.filters,), f"b_{{{number}}}")
        z = build.signal(
            f"z{number}", (*space, self.filters), f"z_{{{number}}}", gradient_tex=rf"\delta_{{{number}}}"
        )
        build.record(self.kinds.forward, "z", (window,), x=x, W=W, b=b, z=z)
        return record_forward(build, get_activation(self.activation), number, z)

    def backward(self, build: Builder, number: int, x: Ref, dy: Ref, need_dx: bool) -> Ref | None:
        """Record delta, dW, db and, if asked for, dx."""
        window = self.window(x.shape[1:], f"{self.prefix}{number}")
        W, b = build.refs[f"W{number}"], build.refs[f"b{number}"]
        delta = record_backward(build, get_activation(self.activation), number, dy)
        build.record(self.kinds.weights, "dW", (window,), x=x, delta=delta, dW=build.gradient(W))
        build.record(ops.conv_bias_gradient, "db", delta=delta, db=build.gradient(b))
        if not need_dx:
            return None
        dx = build.gradient_signal(x)
        build.record(self.kinds.inputs, "dx", (window,), delta=delta, W=W, dx=dx)
        return dx


@dataclass(frozen=True)
class Conv(_Filters):
    """Convolution: z = x ⋆ W + b, then the activation; W is [*size, C, O].

    Every position of the output is floor((N + 2P − F)/S) + 1 along an axis of N, with F the size, S the stride and P
    the padding. The parameters are those that all filters have, in this order: filters, size, activation, stride,
    padding, dilation, flip, kernel_initializer.
    """

    prefix: ClassVar[str] = "conv"
    kinds: ClassVar[_Kinds] = _Kinds(ops.conv_forward, ops.conv_weight_gradient, ops.conv_input_gradient)

    def _geometry(self, inputs: Shape, where: str) -> tuple[Window, Axes]:
        window = sliding_window(
            inputs, where, size=self.size, stride=self.stride, dilation=self.dilation, padding=self.padding,
            flip=self.flip,
        )  # fmt: skip
        return window, window.positions(inputs[:-1])


@dataclass(frozen=True)
class ConvTranspose(_Filters):
    """Transposed convolution: every number of x stamps its kernel into z, so maps grow; W is [*size, O, C].

    The output is (N − 1)·S + F − 2P + output padding along an axis, with "same" N·S. (Zeiler, Krishnan, Taylor and
    Fergus, "Deconvolutional networks", CVPR 2010.)

    Parameters
    ----------
    output_padding : int or tuple of int
        Places that are added at the end, fewer than the stride: they tell apart the inputs of a convolution that
        lead to the same output.
    """

    output_padding: Numbers = 0

    prefix: ClassVar[str] = "upconv"
    kinds: ClassVar[_Kinds] = _Kinds(
        ops.conv_transpose_forward, ops.conv_transpose_weight_gradient, ops.conv_transpose_input_gradient, swapped=True
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        check_numbers(self.output_padding, "output padding", self.prefix, least=0)

    def _laid(self, weights: Array) -> Array:
        return np.ascontiguousarray(weights.swapaxes(-1, -2))

    def _geometry(self, inputs: Shape, where: str) -> tuple[Window, Axes]:
        return transposed_window(
            inputs, where, size=self.size, stride=self.stride, dilation=self.dilation, padding=self.padding,
            output_padding=self.output_padding, flip=self.flip,
        )  # fmt: skip
