"""What can be said about descent without walking: curvature, stability, the closed form, and where minima are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.arena import Array
from engine.descent.surface import Surface

__all__ = ["Stability", "closed_form", "hessian", "search_minima", "stability", "two_cycle"]

# A difference of exact gradients is off by about h² from its bend and ε/h from rounding: both 1e-10 or so here.
_STEP = 1e-5
# Points of the grid on which minima are searched, by the number of dimensions.
_GRID = {1: 2001, 2: 121}
_NEWTON_STEPS = 20
# Of a search among many parameters, which begins far away.
_DESCENT_STEPS = 100
# A direction bends if it does by more than this share of the largest bend.
_FLAT = 1e-6
_MOST_MINIMA = 64
# Who returns after two steps to within this share of the distance between them goes back and forth.
_RETURN = 1e-6


@dataclass(frozen=True, slots=True)
class Stability:
    """Whether plain gradient descent comes to rest around a point.

    Attributes
    ----------
    curvature : float
        J'', or the largest eigenvalue of the Hessian.
    product : float
        Learning rate times curvature. A step multiplies the distance along that direction by 1 - product.
    limit : float
        The largest learning rate, 2 over the curvature; inf where no direction bends upwards.
    stable : bool
        Whether every direction bends upwards and the product is below 2.

    All numbers are nan where the slope does not change as numbers do: at a pole, say.
    """

    curvature: float
    product: float
    limit: float
    stable: bool


def hessian(surface: Surface, point: Sequence[float]) -> Array:
    """Return the second derivatives at a point [d, d], from central differences of the exact gradient.

    They are good to about nine digits; at a kink they mean nothing.
    """
    at = np.asarray(point, dtype=np.float64)
    return np.asarray(_hessians(surface, at[None])[0])


def stability(surface: Surface, point: Sequence[float], learning_rate: float) -> Stability:
    """Return what the curvature at a point, a minimum usually, allows plain gradient descent.

    With the learning rate η a step multiplies the distance to the minimum by 1 - ηJ'': it shrinks while ηJ'' < 2.
    """
    bends = hessian(surface, point)
    if not np.isfinite(bends).all():
        return Stability(float("nan"), float("nan"), float("nan"), False)
    values = np.linalg.eigvalsh(bends)
    largest = float(values[-1])
    product = learning_rate * largest
    upwards = values[0] > _FLAT * largest
    return Stability(largest, product, 2 / largest if largest > 0 else float("inf"), bool(upwards and product < 2))


def closed_form(surface: Surface, start: Sequence[float], learning_rate: float, steps: int) -> Array | None:
    """Return where plain gradient descent is after 0…steps updates [steps + 1, d], by formula.

    Where J is ½ Σ λ w² each parameter is w₀ (1 - ηλ)ⁿ; for other surfaces there is no such formula: None.
    """
    if surface.curvatures is None:
        return None
    factors = 1 - learning_rate * np.asarray(surface.curvatures)
    with np.errstate(over="ignore"):
        return np.asarray(np.asarray(start) * factors ** np.arange(steps + 1)[:, None])


def two_cycle(path: Array) -> tuple[Array, Array] | None:
    """Return the two points [d] between which the end of a path [n, d] jumps forever; None if it does not.

    A path that has come to rest has no such points.
    """
    if len(path) < 5 or not np.isfinite(path[-5:]).all():
        return None
    there, back = path[-1], path[-2]
    apart = float(np.abs(there - back).max())
    returns = float(np.abs(path[-4:-2] - path[-2:]).max())
    # At rest within rounding both are tiny, and their ratio means nothing.
    if apart <= 1e-9 * (1 + float(np.abs(there).max())) or returns > _RETURN * apart:
        return None
    low, high = sorted((there, back), key=tuple)
    return low.copy(), high.copy()


def search_minima(surface: Surface) -> tuple[tuple[float, ...], ...]:
    """Return the minima within the surface's extent, the lowest first, at most 64 of them.

    From every point of a grid that is lower than its neighbours Newton's method goes on; what does not arrive at a
    point without slope that bends upwards is dropped: kinks, edges, flat floors. What is narrower than a cell of
    the grid may be missed. Over more than two parameters there is no such grid, and only the minimum below the
    surface's start is searched.
    """
    if surface.dimensions > 2:
        return _below(surface)
    axes = [np.linspace(low, high, _GRID[surface.dimensions]) for low, high in surface.extent]
    coordinates = np.meshgrid(*axes, indexing="ij")
    values = surface.value(*coordinates)
    values = np.where(np.isfinite(values), values, np.inf)
    low: npt.NDArray[np.bool_] = np.isfinite(values)
    for axis in range(values.ndim):
        first, rest = _halves(axis, values.ndim)
        low[first] &= np.less_equal(values[first], values[rest])
        low[rest] &= np.less_equal(values[rest], values[first])
    points = np.stack([each[low] for each in coordinates], axis=-1)
    # A flat floor is low everywhere: its points are no minima, and there are many.
    order = np.argsort(values[low], kind="stable")[: 8 * _MOST_MINIMA]
    cells = np.array([axis[1] - axis[0] for axis in axes])
    return _polished(surface, points[order], cells)


def _below(surface: Surface) -> tuple[tuple[float, ...], ...]:
    """Return the minimum that Newton's method reaches from the surface's start, within the extent; or nothing.

    Where a direction bends downwards the step along it is turned round; one that leads upwards is halved.
    """
    at = np.array(surface.start, dtype=np.float64)
    value = float(surface.value(*at))
    for _ in range(_DESCENT_STEPS):
        bends, turned = np.linalg.eigh(np.asarray(_finite(hessian(surface, at.tolist())), dtype=np.float64))
        slope = turned.T @ np.array(surface.gradient(*at))
        size = np.maximum(np.abs(bends), _FLAT * np.abs(bends).max() + np.finfo(float).tiny)
        step = -turned @ (slope / size)
        share = 1.0
        while share > _FLAT and not float(surface.value(*(at + share * step))) <= value:
            share /= 2
        if share <= _FLAT:
            break
        at = at + share * step
        value = float(surface.value(*at))
    low, high = np.array(surface.extent).T
    if not _is_minimum(surface, at[None])[0] or not np.all((low < at) & (at < high)):
        return ()
    return (tuple((at + 0.0).tolist()),)


def _halves(axis: int, axes: int) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    """Return what selects all but the last, and all but the first, along an axis."""
    first, rest = [slice(None)] * axes, [slice(None)] * axes
    first[axis], rest[axis] = slice(None, -1), slice(1, None)
    return tuple(first), tuple(rest)


def _polished(surface: Surface, points: Array, cells: Array) -> tuple[tuple[float, ...], ...]:
    """Return where Newton's method takes points [n, d] within two cells of their start, each minimum once."""
    if len(points) == 0:
        return ()
    at = points.copy()
    with np.errstate(all="ignore"):
        for _ in range(_NEWTON_STEPS):
            slopes = np.stack(surface.gradient(*at.T), axis=-1)
            bends = _hessians(surface, at)
            solvable = np.isfinite(bends).all(axis=(1, 2)) & (np.abs(np.linalg.det(_finite(bends))) > 0)
            step = np.zeros_like(at)
            step[solvable] = np.linalg.solve(bends[solvable], slopes[solvable][..., None])[..., 0]
            at = at - step
        near: npt.NDArray[np.bool_] = np.all(np.abs(at - points) <= 2 * cells, axis=1)
        found = near & _is_minimum(surface, at)
    at = at[found]
    at = at[np.argsort(surface.value(*at.T), kind="stable")]
    kept = np.empty((0, surface.dimensions))
    for point in at:
        if len(kept) < _MOST_MINIMA and (np.abs(kept - point) > cells.min() / 2).any(axis=1).all():
            # Adding 0 makes minus zero an ordinary one.
            kept = np.vstack([kept, point + 0.0])
    return tuple(tuple(point) for point in kept.tolist())


def _is_minimum(surface: Surface, points: Array) -> npt.NDArray[np.bool_]:
    """Return for points [n, d] whether there is no slope left and every direction bends upwards."""
    bends = _hessians(surface, points)
    smallest = np.linalg.eigvalsh(_finite(bends))[:, 0]
    scale = np.abs(bends).max(axis=(1, 2))
    slopes = np.abs(np.stack(surface.gradient(*points.T), axis=-1)).max(axis=1)
    bent: npt.NDArray[np.bool_] = np.isfinite(scale) & (smallest > _FLAT * scale) & (slopes <= 1e-8 * scale)
    return bent


def _hessians(surface: Surface, points: Array) -> Array:
    """Return the second derivatives at points [n, d]: [n, d, d]."""
    bends = np.empty((*points.shape, surface.dimensions))
    with np.errstate(all="ignore"):
        for axis in range(surface.dimensions):
            bends[:, :, axis] = _bends_along(surface, points, axis)
        return np.asarray((bends + bends.swapaxes(1, 2)) / 2)


def _bends_along(surface: Surface, points: Array, axis: int) -> Array:
    """Return how the gradient changes along a parameter, at points [n, d]: [n, d]."""
    step = np.zeros_like(points)
    step[:, axis] = _STEP * np.maximum(1, np.abs(points[:, axis]))
    ahead, behind = points + step, points - step
    more, less = (np.stack(surface.gradient(*moved.T), axis=-1) for moved in (ahead, behind))
    return np.asarray((more - less) / (ahead - behind)[:, axis, None])


def _finite(matrices: Array) -> Array:
    return np.where(np.isfinite(matrices), matrices, 0.0)
