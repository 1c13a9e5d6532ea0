"""Flatten: from maps to the row of numbers that a dense layer takes."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import ClassVar

from engine.arena import Ref
from engine.layers.pooling import WithoutParameters
from engine.layers.shapes import Shape, space_of
from engine.ops import reshape as ops
from engine.program import Builder


@dataclass(frozen=True)
class Flatten(WithoutParameters):
    """[*space, C] becomes one row, place by place; channels run fastest."""

    prefix: ClassVar[str] = "flatten"

    def output_shape(self, inputs: Shape, name: str = "") -> Shape:
        """Return how many numbers there are, as a shape of one axis."""
        space_of(inputs, name or self.prefix)
        return (prod(inputs),)

    def output_name(self, number: int) -> str:
        """Return the name of the place that layer `number` hands on: ``f2``."""
        return f"f{number}"

    def forward(self, build: Builder, number: int, x: Ref, training: bool = True) -> Ref:
        """Record y [B, all] from x [B, *space, C]; return it."""
        shape = self.output_shape(x.shape[1:], f"{self.prefix}{number}")
        y = build.signal(f"f{number}", shape, f"f_{{{number}}}")
        build.record(ops.flatten_forward, "f", x=x, y=y)
        return y

    def backward(self, build: Builder, number: int, x: Ref, dy: Ref, need_dx: bool) -> Ref | None:
        """Record dx, if asked for."""
        if not need_dx:
            return None
        dx = build.gradient_signal(x)
        build.record(ops.flatten_backward, "dx", dy=dy, dx=dx)
        return dx
