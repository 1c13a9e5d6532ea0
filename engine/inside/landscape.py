"""The loss around a point in the space of all parameters, on a plane through that point.

Li, Xu, Taylor, Studer and Goldstein, "Visualizing the loss landscape of neural nets", NeurIPS 2018.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from engine.arena import Arena, Array
from engine.backend import Backend
from engine.metrics import Evaluator
from engine.network import Network
from engine.program import Program

GRID = 31
MAX_GRID = 61
CHUNK_SECONDS = 0.005
# How far a plane of principal directions reaches beyond the path, and how narrow it may be, as shares of the path.
_MARGIN, _NARROWEST = 0.15, 0.25


class LandscapeError(ValueError):
    """There is no such plane; the message says why, for a student to read."""


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """A plane through a point in the space of parameters.

    Attributes
    ----------
    center, u, v : [P]
        A point of the plane is ``center + a u + b v``.
    low, high : (float, float)
        How far a view should reach along u and along v; the centre, (0, 0), lies within.
    explained : (float, float) or None
        For principal directions: the share of the path's variance along each.
    """

    center: Array
    u: Array
    v: Array
    low: tuple[float, float] = (-1.0, -1.0)
    high: tuple[float, float] = (1.0, 1.0)
    explained: tuple[float, float] | None = None

    def project(self, parameters: Array) -> tuple[float, float]:
        """Return the coordinates of the plane's point that is nearest to these parameters [P]; NaN for NaN."""
        if not np.isfinite(parameters).all():
            return float("nan"), float("nan")
        basis = np.stack([self.u, self.v], axis=1)
        # Random directions are not quite orthogonal: least squares, not two products.
        a, b = np.linalg.lstsq(basis, parameters - self.center, rcond=None)[0]
        return float(a), float(b)

    def point(self, a: float, b: float) -> Array:
        """Return the parameters [P] at these coordinates."""
        point: Array = self.center + a * self.u + b * self.v
        return point


@dataclass(frozen=True, slots=True, eq=False)
class Landscape:
    """The loss on a plane, without penalties.

    Attributes
    ----------
    plane : Plane
    axis_u, axis_v : [G]
        Ascending coordinates; 0 is among them.
    loss : [G, G]
        ``loss[i, j]`` at ``axis_v[i]``, ``axis_u[j]``; infinite or NaN where it overflows.
    path : [T, 2]
        The coordinates of the path's points, projected into the plane.
    path_loss_real : [T]
        The loss at the path's own parameters.
    path_loss_surface : [T]
        The loss at their projections: where the two differ, the plane does not tell of the path.
    """

    plane: Plane
    axis_u: Array
    axis_v: Array
    loss: Array
    path: Array
    path_loss_real: Array
    path_loss_surface: Array

    @property
    def center(self) -> Array:
        """The point that the plane goes through [P]."""
        return self.plane.center

    @property
    def u(self) -> Array:
        """The first direction [P]."""
        return self.plane.u

    @property
    def v(self) -> Array:
        """The second direction [P]."""
        return self.plane.v

    @property
    def explained(self) -> tuple[float, float] | None:
        """The share of the path's variance along each principal direction."""
        return self.plane.explained

    def project(self, parameters: Array) -> tuple[float, float]:
        """Return where parameters [P] lie in the plane, projected at right angles."""
        return self.plane.project(parameters)


def random_plane(program: Program, parameters: Array, seed: int) -> Plane:
    """Return a plane of two random directions, normalised by neuron (Li et al. 2018, section 4).

    A direction is drawn from a normal distribution; then the part that belongs to one neuron, its incoming weights
    and its bias together, is scaled to the length of the neuron's own weights and bias. One unit along the direction
    thus changes every neuron by as much as it is large. (Li et al. leave biases out: next to hundreds of weights they
    hardly count. In small networks they do, and so they move along with their neuron.)

    Parameters
    ----------
    program : Program
        Says where the parameters lie.
    parameters : [P]
        The centre.
    seed : int
    """
    _check_finite(parameters)
    rng = np.random.default_rng(seed)
    neurons = neuron_indices(program)
    directions = rng.normal(size=(2, len(parameters)))
    for direction in directions:
        for own in neurons:
            direction[own] *= np.linalg.norm(parameters[own]) / np.linalg.norm(direction[own])
    if not directions.any():
        raise LandscapeError(
            "All weights and biases are zero: directions scaled to their size have no length. Train for an epoch first."
        )
    return Plane(parameters.copy(), directions[0], directions[1])


def neuron_indices(program: Program) -> list[Array]:
    """Return for each neuron which parameters belong to it: its column of W and its bias."""
    neurons = []
    for name, ref in program.refs.items():
        if ref.arena is Arena.PARAMETERS and name.startswith("W"):
            W = ref.offset + np.arange(ref.size).reshape(ref.shape)
            b = program.refs[f"b{name[1:]}"].offset
            neurons += [np.append(W[:, unit], b + unit) for unit in range(ref.shape[1])]
    return neurons


def path_plane(parameters: Array, path: Sequence[Array]) -> Plane:
    """Return the plane through `parameters` along the two principal directions of a path (Li et al. 2018, section 7).

    Principal components of the differences to `parameters`, which belong to the path as its end. The directions have
    length 1, and the first coordinate of the path's start is not negative.

    Parameters
    ----------
    parameters : [P]
        The centre.
    path : sequence of [P]

    Raises
    ------
    LandscapeError
        When the path has fewer than 3 different points: they span no plane.
    """
    _check_finite(parameters)
    points = np.stack([*path, parameters])
    points = points[np.isfinite(points).all(axis=1)]
    different = len(np.unique(points, axis=0))
    if different < 3:
        raise LandscapeError(
            f"The path has {different} known point{'s' * (different != 1)} so far; its two main directions need at "
            "least 3. Train on, or choose random directions."
        )
    moves = points - parameters
    _, sizes, directions = np.linalg.svd(moves - moves.mean(axis=0), full_matrices=False)
    shares = sizes**2 / (sizes**2).sum()
    signs = np.where(directions[:2] @ moves[0] < 0, -1.0, 1.0)
    u, v = directions[:2] * signs[:, None]
    coordinates = moves @ np.stack([u, v], axis=1)
    low, high = _extent(coordinates)
    return Plane(parameters.copy(), u, v, low, high, (float(shares[0]), float(shares[1])))


def _extent(coordinates: Array) -> tuple[tuple[float, float], tuple[float, float]]:
    """How far a view reaches that shows the whole path [T, 2], the centre among it, with a margin."""
    low, high = coordinates.min(axis=0), coordinates.max(axis=0)
    longest = float((high - low).max())
    # A path along a line would give a plane without width.
    spare = np.maximum(_MARGIN * (high - low), (_NARROWEST * longest - (high - low)) / 2)
    low, high = low - spare, high + spare
    return (float(low[0]), float(low[1])), (float(high[0]), float(high[1]))


def _check_finite(parameters: Array) -> None:
    if not np.isfinite(parameters).all():
        raise LandscapeError("Some weights are infinite or not a number: there is no loss around them.")


def grid_axis(low: float, high: float, size: int) -> Array:
    """Return `size` evenly spaced coordinates that reach from `low` or below to `high` or above; one is exactly 0."""
    if -low == high and size % 2:
        before = size // 2
        step = (high - low) / (size - 1)
    else:
        # One step to spare, so that the grid can be shifted until it meets 0.
        step = (high - low) / (size - 2)
        before = int(np.ceil(-low / step))
    return (np.arange(size) - before) * step


class Survey:
    """Computes a landscape piece by piece, so that whoever asks for it can do other things in between.

    Parameters
    ----------
    network : Network
    inputs, targets : [N, I], [N, O]
        The training set, as the network takes it.
    plane : Plane
    backend : Backend
    path : sequence of [P]
        What to project into the plane; at most a few dozen points.
    size : int
        Points along each axis, 3 to 61.

    Examples
    --------
    >>> while not survey.work():  # 5 ms at a time
    ...     draw(survey.progress)
    >>> landscape = survey.landscape()
    """

    def __init__(
        self,
        network: Network,
        inputs: Array,
        targets: Array,
        plane: Plane,
        backend: Backend,
        path: Sequence[Array] = (),
        size: int = GRID,
    ) -> None:
        if not 3 <= size <= MAX_GRID:
            raise ValueError(f"a landscape has 3 to {MAX_GRID} points along each axis, got {size}")
        self.plane = plane
        self.axis_u = grid_axis(plane.low[0], plane.high[0], size)
        self.axis_v = grid_axis(plane.low[1], plane.high[1], size)
        self._evaluator = Evaluator(network, inputs, targets, backend)
        self._points = [point.copy() for point in path]
        self._path = np.array([plane.project(point) for point in self._points]).reshape(-1, 2)
        self._size = size
        # First the grid, then the path's own points, then their projections.
        self._losses = np.full(size**2 + 2 * len(self._points), np.nan)
        self._done = 0

    @property
    def progress(self) -> float:
        """The share that is done, 0 to 1."""
        return self._done / len(self._losses)

    def work(self, seconds: float = CHUNK_SECONDS) -> bool:
        """Compute for so long, at least one point; return whether all is done."""
        end = perf_counter() + seconds
        while self._done < len(self._losses):
            self._losses[self._done] = self._loss(self._parameters(self._done))
            self._done += 1
            if perf_counter() >= end:
                break
        return self._done == len(self._losses)

    def _loss(self, parameters: Array) -> float:
        self._evaluator.run(parameters)
        return float(self._evaluator["loss"])

    def _parameters(self, k: int) -> Array:
        if k < self._size**2:
            row, column = divmod(k, self._size)
            return self.plane.point(self.axis_u[column], self.axis_v[row])
        k -= self._size**2
        if k < len(self._points):
            return self._points[k]
        return self.plane.point(*self._path[k - len(self._points)])

    def landscape(self) -> Landscape:
        """Return the landscape; what is not yet computed is computed now."""
        while not self.work():
            pass
        grid, count = self._size**2, len(self._points)
        return Landscape(
            self.plane,
            self.axis_u,
            self.axis_v,
            self._losses[:grid].reshape(self._size, self._size),
            self._path,
            self._losses[grid : grid + count],
            self._losses[grid + count :],
        )
