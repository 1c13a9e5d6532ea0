"""A loss over one weight as it is drawn, and what is drawn on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.descent import Surface

Array = npt.NDArray[np.float64]

POINTS = 601
# A curve whose highest point is so many times further up than most of it goes is cut off: poles.
_POLE = 12.0
# How much further up than three quarters of the curve the view reaches at first.
_NEAR = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class CurveGround:
    """A curve as it is drawn.

    Attributes
    ----------
    key, title, name : str
        The surface's key and title, and what the weight is called.
    w, values : ndarray [n]
        Points from the left end of the view to the right end in equal steps, and J there; nan where it has no value.
    low, high : float
        Between which J is seen at most.
    near : float
        How far up the view reaches as long as nothing is higher: most of the curve, without the walls.
    minima : ndarray [k]
        The known minima, the lowest first.
    minimum_values : ndarray [k]
        J there.
    """

    key: str
    title: str
    name: str
    w: Array
    values: Array
    low: float
    high: float
    near: float
    minima: Array
    minimum_values: Array


@dataclass(frozen=True, slots=True, eq=False)
class CurvePicture:
    """What is drawn on a curve.

    Attributes
    ----------
    start : float
        Where the descent begins: where the handle is.
    w, value, slope : float
        Where it stands, J and J' there.
    step : float or None
        The next or the last step, an arrow from w to w + step; None for none.
    path, values : ndarray [n]
        Where it has been, and J there.
    closed : ndarray [m] or None
        Where the closed form says it is after 0, 1, … updates; None where there is none.
    basins : ndarray of int [k] or None
        Of starts in equal steps over the view, which minimum they lead to, as `engine.descent.Basins.reached`.
    basins_done : bool
        Whether all their updates are done.
    stable : str
        A sentence about stability, for a student; may be empty.
    jumps : sequence of int
        At which places of the path the point was set by hand: no line leads there.
    """

    start: float
    w: float
    value: float
    slope: float
    step: float | None
    path: Array
    values: Array
    closed: Array | None = None
    basins: npt.NDArray[np.int64] | None = None
    basins_done: bool = True
    stable: str = ""
    jumps: Sequence[int] = ()


def curve_ground(surface: Surface, points: int = POINTS) -> CurveGround:
    """Return what is drawn of a curve, a surface of one parameter.

    Parameters
    ----------
    surface : Surface
    points : int

    Raises
    ------
    ValueError
        If it has more parameters.
    """
    if surface.dimensions != 1:
        raise ValueError(f"a curve has one parameter, {surface.title} has {surface.dimensions}")
    w = np.linspace(*surface.extent[0], points)
    values = surface.value(w)
    values = np.where(np.isfinite(values), values, np.nan)
    minima = np.array([point[0] for point in surface.minima])
    low, near, high = _limits(values)
    return CurveGround(
        surface.key, surface.title, surface.names[0], w, values, low, high, near, minima, surface.value(minima)
    )


def _limits(values: Array) -> tuple[float, float, float]:
    """Return from where a curve is seen, up to where most of it is, and up to where at most.

    What towers above or hangs below most of it is cut off.
    """
    finite = values[np.isfinite(values)]
    if not len(finite):
        return 0.0, 1.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    tenth, three_quarters, nine_tenths = np.quantile(finite, [0.1, 0.75, 0.9])
    usual = float(nine_tenths - tenth)
    if high - low > _POLE * usual > 0:
        low, high = max(low, float(tenth) - usual), min(high, float(nine_tenths) + usual)
    if high <= low:
        return low - 0.5, low + 0.5, low + 0.5
    return low, min(high, low + _NEAR * float(three_quarters - low)) if three_quarters > low else high, high


def letter(minimum: int) -> str:
    """Return the letter of a minimum, by its place: A, B, …"""
    return chr(ord("A") + minimum) if minimum < 26 else str(minimum + 1)
