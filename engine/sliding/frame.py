"""What a sliding window hands to views: all numbers, those that are not made yet left empty."""

from __future__ import annotations

from dataclasses import dataclass

from engine.arena import Array
from engine.experiment import Position
from engine.inside.positions import PoolSum, PositionSum, Share
from engine.ops.window import Axes, Window
from engine.program import Phase
from engine.sliding.spec import SlidingSpec

__all__ = ["Moment", "SlidingFrame", "Totals"]


@dataclass(frozen=True, slots=True)
class Moment:
    """What was done last: one number of the output made, or its gradient sent back.

    Attributes
    ----------
    phase : Phase
        FORWARD or BACKWARD.
    place : tuple of int
        Which number, [*positions, O].
    made : PositionSum or PoolSum
        How z was made there.
    z, y : float
        Before and behind ReLU; without it the same.
    upstream, delta : float
        The gradients of the loss with respect to y and to z there.
    shares : tuple of Share
        What goes back to the inputs and weights, in the order of the taps; the bias gets `delta`. Empty in the
        forward phase.
    """

    phase: Phase
    place: Axes
    made: PositionSum | PoolSum
    z: float
    y: float
    upstream: float
    delta: float
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Totals:
    """What all positions together make, [*positions, O], and send back; all read-only.

    Attributes
    ----------
    z, y : ndarray [*positions, O]
    upstream, delta : ndarray [*positions, O]
        The gradients of the loss with respect to y and to z.
    dx : ndarray [*space, C]
    dw, db : ndarray or None
        [*size, C, O] and [O]; None in pooling.
    """

    z: Array
    y: Array
    upstream: Array
    delta: Array
    dx: Array
    dw: Array | None
    db: Array | None


@dataclass(frozen=True, slots=True, eq=False)
class SlidingFrame:
    """A snapshot of a run. Arrays are read-only, float64.

    Attributes
    ----------
    position : Position
    spec : SlidingSpec
    window : Window
    positions : tuple of int
        How many there are along each axis.
    done, steps : int
        Numbers made and gradients sent back so far, and how many there are in both phases together.
    x : ndarray [*space, C]
    w, b : ndarray or None
        [*size, C, O] and [O]; None in pooling.
    z, y : ndarray [*positions, O]
        Before and behind ReLU; nan where not computed yet. In pooling O is C.
    upstream : ndarray [*positions, O]
        dL/dy.
    delta : ndarray [*positions, O]
        dL/dz; nan where it has not been sent back yet.
    phase : str
        "forward" or "backward", that of `current`; "done" when all has been sent back.
    current : Moment or None
        What was done last; None at the very beginning.
    dx, dw, db : ndarray
        What has come back so far; `dw` and `db` are None in pooling.
    totals : Totals
        What they will be in the end.
    """

    position: Position
    spec: SlidingSpec
    window: Window
    positions: Axes
    done: int
    steps: int
    x: Array
    w: Array | None
    b: Array | None
    z: Array
    y: Array
    upstream: Array
    delta: Array
    phase: str
    current: Moment | None
    dx: Array
    dw: Array | None
    db: Array | None
    totals: Totals

    def __getitem__(self, name: str) -> Array:
        """Return one of the arrays by its name: ``x``, ``w``, ``b``, ``z``, ``y``, ``dx``, ``dw``, ``db``, …"""
        names = ("x", "w", "b", "z", "y", "upstream", "delta", "dx", "dw", "db")
        arrays: dict[str, Array | None] = {key: getattr(self, key) for key in names}
        known = {key: values for key, values in arrays.items() if values is not None}
        if name not in known:
            raise KeyError(f"there is no {name!r}; there are {', '.join(known)}")
        return known[name]
