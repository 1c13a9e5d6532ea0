"""Basins of attraction: which minimum each start leads to."""

from __future__ import annotations

from time import perf_counter

import numpy as np

from engine.arena import Array
from engine.backend import Backend, Indices, default_backend
from engine.descent.lanes import Lanes
from engine.descent.spec import DescentSpec, SpecError

__all__ = ["DIVERGED", "MAX_POINTS", "NOWHERE", "Basins", "basins"]

# What `Basins.reached` says of a start that leads to no minimum.
NOWHERE = -1
DIVERGED = -2
MAX_POINTS = {1: 2001, 2: 121}
_POINTS = {1: 401, 2: 61}


class Basins:
    """One descent from every point of a grid over the surface, all at once.

    Where a surface has more parameters than views show, the grid is over the two that are shown, and the others begin
    where the spec's start has them.

    Parameters
    ----------
    spec : DescentSpec
        The optimizer, its rates and the number of updates; its start is of no matter in one and two dimensions. Noise
        is the same for all.
    points : int, optional
        Of the grid along each axis, 2 to 2001 in one dimension and to 121 in two.
    backend : Backend, optional
        The compiled engine unless another is given.

    Attributes
    ----------
    axes : tuple of ndarray [points]
        The grid's coordinates, for each parameter that is shown.
    updates : int
        How many are done.

    Raises
    ------
    SpecError
        If no minimum of the surface is known, or the grid is too large.
    """

    def __init__(self, spec: DescentSpec, points: int | None = None, *, backend: Backend | None = None) -> None:
        surface = spec.landscape
        shown = surface.shown or tuple(range(surface.dimensions))
        most = MAX_POINTS[len(shown)]
        count = _POINTS[len(shown)] if points is None else points
        if not surface.minima:
            raise SpecError("surface", f"{surface.title} has no known minimum, so there is no basin to show")
        if not 2 <= count <= most:
            raise SpecError("points", f"a grid has 2 to {most:,} points along each axis, got {count}")
        self.spec = spec
        self.surface = surface
        self.axes = tuple(np.linspace(*surface.extent[place], count) for place in shown)
        grid = np.empty((*(count,) * len(shown), surface.dimensions))
        grid[:] = spec.point
        grid[..., shown] = np.stack(np.meshgrid(*self.axes), axis=-1)
        self._shape = grid.shape[:-1]
        self._lanes = Lanes(
            surface, [("", spec.make_optimizer())], backend or default_backend(), spec.seed,
            copies=count ** len(shown),
        )  # fmt: skip
        self._lanes.noise, self._lanes.loss_scale = spec.noise, spec.loss_scale
        self._lanes.points[0] = grid.reshape(-1, surface.dimensions)
        self.updates = 0

    @property
    def done(self) -> bool:
        """Whether all updates are done."""
        return self.updates == self.spec.steps

    @property
    def points(self) -> Array:
        """Where the descents stand now: [points, 1] in one dimension, [points of y, points of x, d] in more."""
        return np.asarray(self._lanes.points[0].reshape(*self._shape, self.surface.dimensions).copy())

    @property
    def reached(self) -> Indices:
        """At which minimum the descents are now, by its place in the surface's minima: [points] or [y, x].

        `NOWHERE` between minima, `DIVERGED` beyond all numbers.
        """
        points = self._lanes.points[0]
        at = np.where(np.isfinite(points).all(axis=-1), self.surface.reached(points), DIVERGED)
        return at.reshape(self._shape)

    def advance(self, seconds: float) -> bool:
        """Go on for about so long; return whether all is done."""
        stop = perf_counter() + seconds
        while not self.done:
            self._lanes.update(self.updates, 1)
            self.updates += 1
            if perf_counter() >= stop:
                break
        return self.done


def basins(spec: DescentSpec, points: int | None = None, *, backend: Backend | None = None) -> Basins:
    """Return the finished basins; see `Basins`."""
    found = Basins(spec, points, backend=backend)
    found.advance(float("inf"))
    return found
