"""What is drawn over the ground of a descent: trails, arrows, basins; and how a long trail becomes a short line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Extent = tuple[tuple[float, float], tuple[float, float]]
ArrowKind = Literal["gradient", "momentum", "look_ahead", "step", "fan"]

MOST_POINTS = 400
# Up to so many trails are solid lines, and their steps can be told from each other.
FEW = 2
# A longer trail keeps a point where it enters another cell of the ground; first so many cells along an axis.
_CELLS = (600, 300, 150, 75)
# So many half widths of the ground from its middle a line is drawn at most: beyond that, browsers draw it wrong.
_FAR = 20.0
_LARGEST = 1e300


@dataclass(frozen=True, slots=True, eq=False)
class Trail:
    """Where an optimizer went.

    Attributes
    ----------
    key : str
        The optimizer's, or a racer's such as ``adam_2``.
    label : str
        What a legend calls it.
    points : float64 ndarray [n, 2]
        From the start to where it stands.
    gone : bool
        It has diverged.
    """

    key: str
    label: str
    points: Array
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Arrow:
    """From a point of the plane to another one.

    Attributes
    ----------
    kind : str
        gradient, momentum, look_ahead, step, or fan: what one optimizer would do.
    tail, head : tuple of float
    label : str
        What a legend calls it.
    key : str
        Of a fan's arrow, its optimizer.
    """

    kind: ArrowKind
    tail: tuple[float, float]
    head: tuple[float, float]
    label: str
    key: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class BasinPicture:
    """Where each start leads.

    Attributes
    ----------
    reached : int ndarray [y, x]
        As `engine.descent.Basins.reached`.
    done : bool
        Whether all updates are done.
    """

    reached: npt.NDArray[np.int64]
    done: bool


@dataclass(frozen=True, slots=True, eq=False)
class PlanePicture:
    """One moment of a descent, or of a race.

    Attributes
    ----------
    start : tuple of float
    trails : tuple of Trail
    arrows : tuple of Arrow
    basins : BasinPicture or None
    jumps : ndarray [k, 2] or None
        Where the point was put by hand.
    others : tuple of Trail
        Drawn pale: another branch, the true training.
    """

    start: tuple[float, float]
    trails: tuple[Trail, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    basins: BasinPicture | None = None
    jumps: Array | None = None
    others: tuple[Trail, ...] = ()


def middle(extent: Extent) -> tuple[Array, Array]:
    """Return the middle of a ground and its half widths."""
    low, high = np.array(extent, dtype=np.float64).T
    return (low + high) / 2, (high - low) / 2


def within(points: Array, extent: Extent) -> npt.NDArray[np.bool_]:
    """Return for points [..., 2] whether they lie on the ground; nan does not."""
    low, high = np.array(extent, dtype=np.float64).T
    return np.asarray(((points >= low) & (points <= high)).all(axis=-1))


def drawable(points: Array, extent: Extent) -> Array:
    """Return a path [n, 2] up to where it stops being numbers, its farthest points pulled towards the middle."""
    broken = ~np.isfinite(points).all(axis=1)
    if broken.any():
        points = points[: int(broken.argmax())]
    centre, half = middle(extent)
    with np.errstate(over="ignore"):
        apart = np.abs((points - centre) / half).max(axis=1, initial=0.0)
    if not (apart > _FAR).any():
        return points
    shrink = np.where(apart > _FAR, _FAR / np.maximum(apart, _FAR), 1.0)
    return np.asarray(centre + (points - centre) * shrink[:, None])


def thinned(points: Array, extent: Extent) -> Array:
    """Return at most 400 points of a path [n, 2] that make the same line.

    A point stays where the path enters another cell of the ground, the cells growing until the points are few enough.
    So a path that goes on keeps the points it had, and a zigzag keeps its corners. Of one that jumps to and fro for
    ever, pairs of neighbours are kept, evenly chosen; the first point always is.
    """
    if len(points) <= MOST_POINTS:
        return points
    low, high = np.array(extent, dtype=np.float64).T
    for cells in _CELLS:
        at = np.floor((points - low) / (high - low) * cells)
        kept = np.concatenate([[True], (at[1:] != at[:-1]).any(axis=1)])
        if kept.sum() <= MOST_POINTS:
            return points[kept]
    pairs = np.linspace(0, len(points) - 2, MOST_POINTS // 2).round().astype(int)
    return points[np.stack([pairs, pairs + 1], axis=1).ravel()]


def head(points: Array, extent: Extent) -> tuple[float, float, bool]:
    """Return where the head of a path [n ≥ 1, 2] is drawn, and whether the path has left the ground.

    Outside it, the head stands at the edge, where the path was seen last.
    """
    last = points[-1]
    inside = within(points, extent)
    if inside[-1]:
        return float(last[0]), float(last[1]), False
    centre, _ = middle(extent)
    seen = int(np.flatnonzero(inside)[-1]) if inside.any() else -1
    x, y = cut(points[seen] if seen >= 0 else centre, points[seen + 1] if seen >= 0 else last, extent)
    return x, y, True


def cut(tail: npt.ArrayLike, end: npt.ArrayLike, extent: Extent) -> tuple[float, float]:
    """Return the end of a straight line that begins on the ground, at the edge of the ground at the farthest."""
    tail, end = np.asarray(tail, dtype=np.float64), np.clip(np.asarray(end, dtype=np.float64), -_LARGEST, _LARGEST)
    low, high = np.array(extent, dtype=np.float64).T
    way = end - tail
    with np.errstate(all="ignore"):
        shares = np.where(way > 0, (high - tail) / way, np.where(way < 0, (low - tail) / way, np.inf))
    share = min(1.0, float(shares.min()))
    x, y = np.clip(tail + share * way, low, high)
    return float(x), float(y)
