"""What is descended: a curve over one weight, or a surface over two or more, with its exact gradient."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike

from engine.arena import Array

__all__ = ["Surface"]

# Most of the newer optimizers take steps of the size of Adam's.
_KIN = "adam"


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """A loss J over one or two parameters, or over all those of a network, and what is known of it.

    Parameters
    ----------
    key : str
    title, about : str
        A name, and a sentence for a student.
    tex : str
        The formula of J.
    names : tuple of str
        The parameters: ``("w",)``, ``("x", "y")``, or a network's weights and biases.
    extent : tuple of (float, float)
        For each parameter from where to where a view reaches; a start lies within.
    start : tuple of float
        A good place to begin.
    function : callable
        J of arrays of one shape, one for each parameter.
    slopes : callable
        Of the same arrays, the partial derivatives, one array for each parameter.
    minima : tuple of tuple of float
        The minima that are known, the lowest first.
    radius : float
        Who is so near to a minimum has arrived.
    escape : float or None
        Of a saddle, which has no minimum: who is so far from its ridge, |y| > escape, has left it.
    rates : mapping of str to float
        Learning rates that suit, by optimizer; `rate` asks for one.
    curvatures : tuple of float or None
        Where J is ½ Σ λ w², the λ; there descent has a closed form.
    shown : tuple of int or None
        Which two parameters a view shows where there are more, by their places; None where there are not.
    """

    key: str
    title: str
    about: str
    tex: str
    names: tuple[str, ...]
    extent: tuple[tuple[float, float], ...]
    start: tuple[float, ...]
    function: Callable[..., Array]
    slopes: Callable[..., tuple[Array, ...]]
    minima: tuple[tuple[float, ...], ...] = ()
    radius: float = 0.05
    escape: float | None = None
    rates: Mapping[str, float] = field(default_factory=dict)
    curvatures: tuple[float, ...] | None = None
    shown: tuple[int, int] | None = None

    @property
    def dimensions(self) -> int:
        """How many parameters there are."""
        return len(self.names)

    def value(self, *parameters: ArrayLike) -> Array:
        """Compute J at one point or at many.

        Parameters
        ----------
        *parameters : array or float
            One for each of `names`; they broadcast.

        Returns
        -------
        ndarray of float64
            Overflow gives inf, and what has no real value nan, without a warning.
        """
        arrays = self._arrays(parameters)
        with np.errstate(all="ignore"):
            return np.asarray(self.function(*arrays))

    def gradient(self, *parameters: ArrayLike) -> tuple[Array, ...]:
        """Compute the partial derivatives at one point or at many: an array for each parameter, as `value`."""
        arrays = self._arrays(parameters)
        with np.errstate(all="ignore"):
            return tuple(np.asarray(slope) for slope in self.slopes(*arrays))

    def rate(self, optimizer: str) -> float:
        """Return a learning rate that suits this optimizer here."""
        return self.rates.get(optimizer, self.rates[_KIN])

    def slice(self, point: Sequence[float]) -> Surface:
        """Return the surface over the two parameters that are shown, through a point of as many numbers as there are.

        The others stay where the point has them. Its minima are not known. A surface of one or two parameters is its
        own slice.
        """
        if self.shown is None:
            return self
        shown = list(self.shown)
        fixed = np.array(point, dtype=np.float64)
        if fixed.shape != (self.dimensions,):
            raise ValueError(f"{self.title} is cut through a point of {self.dimensions} numbers, got {fixed.shape}")

        def whole(parameters: tuple[Array, ...]) -> list[Array]:
            arrays = [np.full(parameters[0].shape, value) for value in fixed]
            for place, array in zip(shown, parameters, strict=True):
                arrays[place] = array
            return arrays

        def function(*parameters: Array) -> Array:
            return self.function(*whole(parameters))

        def slopes(*parameters: Array) -> tuple[Array, ...]:
            every = self.slopes(*whole(parameters))
            return tuple(every[place] for place in shown)

        return replace(
            self,
            names=tuple(self.names[place] for place in shown),
            extent=tuple(self.extent[place] for place in shown),
            start=tuple(fixed[shown].tolist()),
            function=function,
            slopes=slopes,
            minima=(),
            shown=None,
        )

    def distance(self, points: Array) -> Array:
        """Return how far it is from points [..., d] to the nearest known minimum [...]; inf where none is known."""
        return np.asarray(self._distances(points).min(axis=-1, initial=np.inf))

    def reached(self, points: Array) -> Array:
        """Return for points [..., d] the minimum within `radius`, by its place in `minima`, int [...]; -1 for none."""
        distances = self._distances(points)
        if not self.minima:
            return np.full(distances.shape[:-1], -1)
        # What is no number any more is near to none: nan <= radius is False.
        return np.where(distances.min(axis=-1) <= self.radius, distances.argmin(axis=-1), -1)

    def arrived(self, points: Array) -> Array:
        """Return for points [..., d] whether they are at a minimum, or have left the saddle, bool [...]."""
        if self.escape is not None:
            return np.asarray(np.abs(points[..., -1]) > self.escape)
        return np.asarray(self.reached(points) >= 0)

    @property
    def goal(self) -> str:
        """What counts as having arrived, for a student; empty where nothing does."""
        if self.escape is not None:
            return f"|{self.names[-1]}| above {self.escape:g}"
        return f"within {self.radius:g} of a minimum" if self.minima else ""

    def _distances(self, points: Array) -> Array:
        minima = np.reshape(np.asarray(self.minima, dtype=np.float64), (-1, self.dimensions))
        with np.errstate(all="ignore"):
            return np.asarray(np.sqrt(((points[..., None, :] - minima) ** 2).sum(axis=-1)))

    def _arrays(self, parameters: tuple[ArrayLike, ...]) -> list[Array]:
        if len(parameters) != self.dimensions:
            raise ValueError(
                f"{self.title} has the parameters {', '.join(self.names)}, got {len(parameters)}: pass one array each"
            )
        arrays: list[Array] = [np.asarray(values, dtype=np.float64) for values in parameters]
        if len({array.shape for array in arrays}) > 1:
            return list(np.broadcast_arrays(*arrays))
        return arrays
