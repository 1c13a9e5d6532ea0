"""What a layer is: a forward and a backward, side by side, that record instead of computing."""

from __future__ import annotations

from typing import ClassVar, Protocol

import numpy as np

from engine.arena import Array, Ref
from engine.layers.shapes import Shape
from engine.program import Builder


class MapLayer(Protocol):
    """A layer on maps [*space, channels]: convolution, pooling and what leads from maps to rows.

    It takes inputs as a shape, for how many numbers it makes and how many parameters it has depends on all of it.
    """

    prefix: ClassVar[str]

    @property
    def activation(self) -> str:
        """A key of `ACTIVATIONS`."""

    def output_shape(self, inputs: Shape, name: str = "") -> Shape:
        """Return the shape of what it hands on, without the batch; `name` is the layer's, for messages.

        Raises
        ------
        ValueError
            If it cannot work on such inputs: what was expected, and what would help.
        """

    def parameter_count(self, inputs: Shape) -> int:
        """Return the number of weights and biases."""

    def initial(self, inputs: Shape, rng: np.random.Generator) -> dict[str, Array]:
        """Return the first values of its parameters, by name."""

    def output_name(self, number: int) -> str:
        """Return the name of the place that layer `number` hands on."""

    def forward(self, build: Builder, number: int, x: Ref, training: bool = True) -> Ref:
        """Record the forward operations of layer `number` on input `x` [B, *space, C]; return its output."""

    def backward(self, build: Builder, number: int, x: Ref, dy: Ref, need_dx: bool) -> Ref | None:
        """Record the backward operations from `dy`, the output's gradient; return that of `x` if needed."""


class Layer(Protocol):
    """One layer of a network. It holds its settings only; places live in the builder that it records into."""

    units: int
    activation: str

    def initial(self, inputs: int, rng: np.random.Generator) -> dict[str, Array]:
        """Return the first values of its parameters, by name."""

    def forward(self, build: Builder, number: int, x: Ref, training: bool = True) -> Ref:
        """Record the forward operations of layer `number` on input `x` [B, I]; return its output.

        In evaluation (`training` False) nothing random is recorded.
        """

    def backward(self, build: Builder, number: int, x: Ref, dy: Ref, need_dx: bool) -> Ref | None:
        """Record the backward operations from `dy`, the output's gradient; return that of `x` if needed."""
