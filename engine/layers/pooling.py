"""Pooling layers: maps become smaller, channel by channel, without a parameter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine.arena import Array, Ref
from engine.layers.shapes import Shape, check_numbers, checked, space_of
from engine.layers.sliding import Numbers, check_padding, check_reading, sliding_window
from engine.ops import pooling as ops
from engine.ops.window import Window
from engine.program import Builder


class WithoutParameters:
    """What layers without weights have in common."""

    activation = "identity"

    def parameter_count(self, inputs: Shape) -> int:
        """Return 0: there is nothing to learn."""
        return 0

    def initial(self, inputs: Shape, rng: np.random.Generator) -> dict[str, Array]:
        """Return no parameters."""
        return {}


@dataclass(frozen=True)
class _Pool(WithoutParameters):
    """A window that slides and gives one number for each channel.

    Parameters
    ----------
    size : int or tuple of int
        Along all axes of space, or along each.
    stride : int or tuple of int, optional
        Without it, as large as the size: windows side by side.
    padding : {"valid", "same"}, int or tuple of int
    """

    size: Numbers = 2
    stride: Numbers | None = None
    padding: str | Numbers = "valid"

    prefix: ClassVar[str] = "pool"

    def __post_init__(self) -> None:
        check_numbers(self.size, "size", self.prefix)
        if self.stride is not None:
            check_numbers(self.stride, "stride", self.prefix)
        check_padding(self.padding, self.prefix)

    def window(self, inputs: Shape, name: str = "") -> Window:
        """Return how the window slides on inputs [*space, C]; `name` is the layer's, for messages."""
        where = name or self.prefix
        stride = self.size if self.stride is None else self.stride
        window = sliding_window(inputs, where, size=self.size, stride=stride, padding=self.padding)
        check_reading(window, inputs[:-1], where)
        return window

    def output_shape(self, inputs: Shape, name: str = "") -> Shape:
        """Return the shape of what it hands on, without the batch.

        Raises
        ------
        ValueError
            If the inputs have another number of axes than its settings, or the window fits nowhere.
        """
        window = self.window(inputs, name)
        return checked((*window.positions(inputs[:-1]), inputs[-1]), name or self.prefix)

    def output_name(self, number: int) -> str:
        """Return the name of the place that layer `number` hands on: ``p2``."""
        return f"p{number}"

    def _made(self, build: Builder, number: int, x: Ref) -> tuple[Window, Ref]:
        shape = self.output_shape(x.shape[1:], f"{self.prefix}{number}")
        return self.window(x.shape[1:]), build.signal(f"p{number}", shape, f"p_{{{number}}}")


@dataclass(frozen=True)
class MaxPool(_Pool):
    """The largest number of each window; its gradient goes to the first place that holds it.

    Parameters
    ----------
    size : int or tuple of int
    stride : int or tuple of int, optional
        Without it, as large as the size.
    padding : {"valid", "same"}, int or tuple of int
        What stands there never is the largest.
    """

    def forward(self, build: Builder, number: int, x: Ref, training: bool = True) -> Ref:
        """Record y from x [B, *space, C]; return it."""
        window, y = self._made(build, number, x)
        build.record(ops.max_pool_forward, "p", (window,), x=x, y=y)
        return y

    def backward(self, build: Builder, number: int, x: Ref, dy: Ref, need_dx: bool) -> Ref | None:
        """Record dx, if asked for."""
        if not need_dx:
            return None
        dx, window = build.gradient_signal(x), self.window(x.shape[1:])
        build.record(ops.max_pool_backward, "dx", (window,), x=x, y=build.refs[f"p{number}"], dy=dy, dx=dx)
        return dx


@dataclass(frozen=True)
class AveragePool(_Pool):
    """The mean of each window; its gradient is shared equally.

    Parameters
    ----------
    size : int or tuple of int
    stride : int or tuple of int, optional
        Without it, as large as the size.
    padding : {"valid", "same"}, int or tuple of int
        Zeros.
    count_padding : bool
        Divide by all taps, those on padding included; else by those that read the input.
    """

    count_padding: bool = False

    def forward(self, build: Builder, number: int, x: Ref, training: bool = True) -> Ref:
        """Record y from x [B, *space, C]; return it."""
        window, y = self._made(build, number, x)
        build.record(ops.average_pool_forward, "p", (window, self.count_padding), x=x, y=y)
        return y

    def backward(self, build: Builder, number: int, x: Ref, dy: Ref, need_dx: bool) -> Ref | None:
        """Record dx, if asked for."""
        if not need_dx:
            return None
        dx, window = build.gradient_signal(x), self.window(x.shape[1:])
        build.record(ops.average_pool_backward, "dx", (window, self.count_padding), dy=dy, dx=dx)
        return dx


@dataclass(frozen=True)
class GlobalPool(WithoutParameters):
    """One number for each whole map: [*space, C] becomes [C], whatever the size of the maps.

    Parameters
    ----------
    kind : {"average", "max"}
    """

    kind: str = "average"

    prefix: ClassVar[str] = "pool"

    def __post_init__(self) -> None:
        if self.kind not in ("average", "max"):
            raise ValueError(f"global pooling takes the average or the max, got {self.kind!r}")

    def output_shape(self, inputs: Shape, name: str = "") -> Shape:
        """Return (C,)."""
        space_of(inputs, name or self.prefix)
        return inputs[-1:]

    def output_name(self, number: int) -> str:
        """Return the name of the place that layer `number` hands on: ``p2``."""
        return f"p{number}"

    def forward(self, build: Builder, number: int, x: Ref, training: bool = True) -> Ref:
        """Record y [B, C] from x [B, *space, C]; return it."""
        shape = self.output_shape(x.shape[1:], f"{self.prefix}{number}")
        y = build.signal(f"p{number}", shape, f"p_{{{number}}}")
        build.record(ops.global_max_forward if self.kind == "max" else ops.global_average_forward, "p", x=x, y=y)
        return y

    def backward(self, build: Builder, number: int, x: Ref, dy: Ref, need_dx: bool) -> Ref | None:
        """Record dx, if asked for."""
        if not need_dx:
            return None
        dx = build.gradient_signal(x)
        if self.kind == "max":
            build.record(ops.global_max_backward, "dx", x=x, y=build.refs[f"p{number}"], dy=dy, dx=dx)
        else:
            build.record(ops.global_average_backward, "dx", dy=dy, dx=dx)
        return dx
