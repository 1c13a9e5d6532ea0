"""What a layer is: a forward and a backward, side by side, that record instead of computing."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from engine.arena import Array, Ref
from engine.program import Builder


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
