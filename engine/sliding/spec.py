"""What one window that slides over one input is made from: the numbers, the kernel, the way it moves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import prod
from typing import Any, ClassVar

import numpy as np

from engine.arena import Array
from engine.checks import SpecError, unknown
from engine.json_spec import JsonSpec
from engine.layers import AveragePool, Conv, MaxPool
from engine.layers.shapes import written
from engine.ops.window import Axes, Window
from engine.sliding.checks import (
    TITLES,
    checked_axes,
    checked_count,
    checked_numbers,
    checked_operation,
    checked_padding,
    checked_space,
    checked_switch,
)
from engine.sliding.limits import MOST_OUTPUTS
from engine.sliding.sizes import axis_sizes

__all__ = ["SLIDING_SETTINGS", "SlidingSpec", "SpecError"]

Numbers = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class SlidingSpec(JsonSpec):
    """Everything needed to build a `SlidingRun` again. Frozen, validated, JSON there and back.

    All numbers lie flat, the last axis fastest. What pooling does not use (kernel, biases, dilation, flip, ReLU) may
    be kept for a return to convolution; its kernel and its biases may also be left out, as ().

    Parameters
    ----------
    operation : {"convolution", "max", "average"}
        The last two are pooling.
    space : tuple of int
        One to three axes: up to 32 numbers along one or two, up to 6 along three.
    channels : int
        C, 1 to 3.
    x : tuple of float
        The input, [*space, C].
    size : int or tuple of int
        Taps along all axes, or along each: at most 9 in one dimension, 11 in two, 5 in three.
    filters : int
        O, 1 to 4; pooling gives one map for each channel.
    w : tuple of float
        [*size, C, O].
    b : tuple of float
        [O].
    stride, dilation : int or tuple of int
        1 to 8, and 1 to 4.
    padding : {"valid", "same"} or int
        None; as much as keeps the size at stride 1; or so much on every side, 0 to 8.
    flip : bool
        The convolution of mathematics, which flips the kernel; else the cross-correlation of deep learning.
    relu : bool
        Whether the output is ReLU(z): an activation map.
    count_padding : bool
        Whether average pooling divides by all taps, those on padding included.
    upstream : tuple of float
        The gradient of a loss with respect to the output, [*positions, O], as it arrives in the backward pass; () for
        ones, the gradient of the output's sum.

    Raises
    ------
    SpecError
        If a value is not allowed, or the window fits nowhere; its ``field`` names the setting.
    """

    called: ClassVar[str] = "window"

    operation: str = "convolution"
    space: Axes = (7,)
    channels: int = 1
    x: Numbers = (0.0, 0.0, 1.0, 2.0, 3.0, 0.0, 0.0)
    size: int | Axes = 3
    filters: int = 1
    w: Numbers = (1.0, 0.0, -1.0)
    b: Numbers = (0.0,)
    stride: int | Axes = 1
    dilation: int | Axes = 1
    padding: str | int = "valid"
    flip: bool = False
    relu: bool = False
    count_padding: bool = False
    upstream: Numbers = ()

    def __post_init__(self) -> None:
        def keep(name: str, value: Any) -> None:
            object.__setattr__(self, name, value)

        keep("operation", checked_operation(self.operation))
        keep("space", checked_space(self.space))
        for name in ("channels", "filters"):
            keep(name, checked_count(name, getattr(self, name)))
        for name in ("size", "stride", "dilation"):
            keep(name, checked_axes(name, getattr(self, name), len(self.space)))
        keep("padding", checked_padding(self.padding))
        for name in ("flip", "relu", "count_padding"):
            keep(name, checked_switch(name, getattr(self, name)))
        # Before the numbers: where the window fits nowhere, how many there should be is of no matter.
        outputs = self.output_shape
        keep("x", checked_numbers("x", self.x, self.shape))
        for name, shape in (("w", self.kernel_shape), ("b", (self.filters,))):
            empty = self.pools and getattr(self, name) in ((), [])
            keep(name, () if empty else checked_numbers(name, getattr(self, name), shape))
        if self.upstream not in ((), []):
            keep("upstream", checked_numbers("upstream", self.upstream, outputs))
        else:
            keep("upstream", ())

    @property
    def pools(self) -> bool:
        """Whether it is pooling."""
        return self.operation != "convolution"

    @property
    def shape(self) -> Axes:
        """Of the input, [*space, C]."""
        return (*self.space, self.channels)

    @property
    def sizes(self) -> Axes:
        """Taps along each axis."""
        return self.size if isinstance(self.size, tuple) else (self.size,) * len(self.space)

    @property
    def kernel_shape(self) -> Axes:
        """Of the kernel, [*size, C, O]."""
        return (*self.sizes, self.channels, self.filters)

    @property
    def layer(self) -> Conv | MaxPool | AveragePool:
        """The layer that it is in a network."""
        if self.operation == "convolution":
            return Conv(
                self.filters, self.size, "relu" if self.relu else "identity", self.stride, self.padding,
                self.dilation, self.flip,
            )  # fmt: skip
        if self.operation == "max":
            return MaxPool(self.size, self.stride, self.padding)
        return AveragePool(self.size, self.stride, self.padding, self.count_padding)

    @property
    def window(self) -> Window:
        """How the window slides."""
        return self.layer.window(self.shape)

    @property
    def output_shape(self) -> Axes:
        """Of the output, [*positions, O]; in pooling O is the number of channels.

        Raises
        ------
        SpecError
            If the window fits nowhere.
        """
        try:
            shape = self.layer.output_shape(self.shape, "the pooling" if self.pools else "the kernel")
        except ValueError as error:
            refusal = self._refusal()
            raise SpecError("size" if refusal else "padding", refusal or _sentence(str(error))) from None
        if prod(shape) > MOST_OUTPUTS:
            raise SpecError(
                "padding",
                f"The output would have {prod(shape):,} numbers ({written(shape)}), at most {MOST_OUTPUTS:,} are "
                "allowed: choose less padding, fewer filters or a larger stride",
            )
        return shape

    def _refusal(self) -> str | None:
        """Return why the window fits nowhere, and what would help; None where it does."""
        dilation = 1 if self.pools else self.dilation
        each = axis_sizes(self.space, self.size, self.stride, dilation, self.padding)
        return next((axis.refusal for axis in each if axis.refusal), None)

    def arrays(self) -> dict[str, Array]:
        """Return the numbers in their shapes, float64: x and upstream, and W and b where there are such."""
        upstream = np.array(self.upstream) if self.upstream else np.ones(prod(self.output_shape))
        found = {"x": np.array(self.x).reshape(self.shape), "upstream": upstream.reshape(self.output_shape)}
        if self.w:
            found["W"] = np.array(self.w).reshape(self.kernel_shape)
        if self.b:
            found["b"] = np.array(self.b)
        return found

    def with_number(self, name: str, place: Sequence[int], value: Any) -> SlidingSpec:
        """Return a copy with one number changed: of ``x``, ``w``, ``b`` or ``upstream``, at a place of its shape.

        Raises
        ------
        SpecError
            If there is no such place, or the value is no number that may stand there.
        """
        shapes = {"x": self.shape, "w": self.kernel_shape, "b": (self.filters,), "upstream": self.output_shape}
        if name not in shapes:
            raise SpecError(name, unknown("array", name, list(shapes)))
        shape = shapes[name]
        if len(place) != len(shape) or not all(0 <= k < n for k, n in zip(place, shape, strict=True)):
            raise SpecError(name, f"{TITLES[name]} is {written(shape)}, there is no place {list(place)} in it")
        values = list(getattr(self, name) or (np.ones(prod(shape)) if name == "upstream" else np.zeros(prod(shape))))
        values[int(np.ravel_multi_index(tuple(place), shape))] = value
        return self.with_(**{name: tuple(values)})

    def to_dict(self) -> dict[str, Any]:
        """Return the spec as data that JSON can hold, with a version."""
        return {"version": self.version, **{name: _short(getattr(self, name)) for name in SLIDING_SETTINGS}}

    def to_json(self) -> str:
        """Return the spec as JSON, with a version."""
        return json.dumps(self.to_dict(), separators=(",", ":"))


SLIDING_SETTINGS = {setting.name: setting for setting in fields(SlidingSpec)}


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _short(value: Any) -> Any:
    """Return tuples as lists, and whole numbers without a point."""
    if isinstance(value, tuple):
        return [_short(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
