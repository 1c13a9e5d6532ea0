"""Where weights start. An initializer fills a matrix from a generator that is passed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from math import prod, sqrt
from typing import Protocol

import numpy as np

from engine.arena import Array


class Initializer(Protocol):
    """Makes the first weights [I, O] of a layer with I inputs and O outputs; of a convolution [*size, C, O]."""

    def __call__(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Return the weights."""


@dataclass(frozen=True, slots=True)
class Constant:
    """Every weight the same. All neurons of a layer then stay alike forever: the symmetry trap."""

    value: float = 0.0

    def __call__(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Return the weights."""
        return np.full(shape, self.value)


@dataclass(frozen=True, slots=True)
class Uniform:
    """Uniform between `low` and `high`."""

    low: float = -0.05
    high: float = 0.05

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            raise ValueError(f"uniform needs low <= high, got low {self.low} and high {self.high}")

    def __call__(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Return the weights."""
        return rng.uniform(self.low, self.high, shape)


@dataclass(frozen=True, slots=True)
class Scaled:
    """Variance scaled to the layer's width, so that signals neither fade nor blow up from layer to layer.

    Attributes
    ----------
    gain : float
        The variance is `gain` over the fan.
    fan : str
        "in": the number of inputs; "average": the mean of inputs and outputs.
    normal : bool
        Normal, or uniform with the same variance.
    """

    gain: float
    fan: str
    normal: bool

    def __call__(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Return the weights."""
        # A convolution's weights are [*size, C, O]: each of its outputs sees every channel at every tap.
        taps, inputs, outputs = prod(shape[:-2]), shape[-2], shape[-1]
        fan = taps * (inputs if self.fan == "in" else (inputs + outputs) / 2)
        deviation = sqrt(self.gain / fan)
        if self.normal:
            return rng.normal(0.0, deviation, shape)
        return rng.uniform(-sqrt(3.0) * deviation, sqrt(3.0) * deviation, shape)


INITIALIZERS: dict[str, Callable[[], Initializer]] = {
    "zeros": lambda: Constant(0.0),
    "constant": lambda: Constant(0.5),
    "uniform": Uniform,
    # Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS
    # 2010.
    "glorot_uniform": lambda: Scaled(1.0, "average", normal=False),
    "glorot_normal": lambda: Scaled(1.0, "average", normal=True),
    # He, Zhang, Ren and Sun, "Delving deep into rectifiers", ICCV 2015.
    "he_uniform": lambda: Scaled(2.0, "in", normal=False),
    "he_normal": lambda: Scaled(2.0, "in", normal=True),
}


def get_initializer(name: str) -> Initializer:
    """Return the initializer of that name."""
    if name not in INITIALIZERS:
        near = get_close_matches(name, INITIALIZERS, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ValueError(f"unknown initializer {name!r}: choose one of {', '.join(INITIALIZERS)}{hint}")
    return INITIALIZERS[name]()
