"""The arrows of an update: gradient, momentum, look-ahead and step; and the fan of all optimizers' steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from engine.descent import DescentFrame, Outlook, Surface, fan
from playground.optimizer_marks import TITLES
from playground.views.plane_picture import Arrow

Array = npt.NDArray[np.float64]

# A gradient that is drawn for its direction is at most so long, as a share of the view.
_LONGEST = 0.28
# A fan whose longest step is shorter than this share of the view is magnified.
_FAN = 0.25
# Who hardly moves gets an arrow of this share, and it is said.
_STUB = 0.012
# Of these the step is made of the gradient and the velocity: both are drawn to scale.
_WITH_VELOCITY = ("momentum", "nesterov")


def next_step(frame: DescentFrame) -> Outlook:
    """Return what the descent's own optimizer does next; the frame is one of a finished update."""
    # Its memory is copied whole: it need not be led along the path.
    alone = replace(frame, path=frame.path[-1:])
    return fan(alone, {frame.spec.optimizer: frame.spec.rate})[0]


def arrows(
    begun: DescentFrame, following: Outlook | None, surface: Surface, views: Sequence[str], fanned: Sequence[Outlook]
) -> tuple[Arrow, ...]:
    """Return the arrows of the update that comes next, or that has begun.

    Parameters
    ----------
    begun : DescentFrame
        Where the update began.
    following : Outlook or None
        What it does.
    surface : Surface
    views : sequence of str
        Which of ``gradient``, ``momentum`` and ``step`` are wanted.
    fanned : sequence of Outlook
        What every optimizer would do; empty for no fan.
    """
    # Where J has no value, its derivatives may still be numbers: of nothing.
    if following is None or not np.isfinite(begun.point).all() or np.isnan(begun.value):
        return ()
    shown = list(surface.shown or range(surface.dimensions))
    point = begun.point[shown]
    with np.errstate(all="ignore"):
        slopes = begun.spec.loss_scale * np.array([float(slope) for slope in surface.gradient(*begun.point)])[shown]
    rate = _rate(following)
    found = []
    if "gradient" in views:
        found.append(_gradient(begun, point, slopes, rate, surface, shown))
    if "momentum" in views and begun.position.epoch:
        found += _momentum(begun, point, shown, rate)
    if "step" in views:
        found.append(_arrow("step", point, following.point[shown], "The next step"))
    if fanned:
        found += _fan(point, fanned, surface, shown)
    return tuple(found)


def fan_factor(fanned: Sequence[Outlook], surface: Surface) -> float:
    """Return how many times as long as they are the steps of a fan are drawn: 1, 2, 5, 10, …"""
    shown = list(surface.shown or range(surface.dimensions))
    longest = max((_share(outlook.step[shown], surface, shown) for outlook in fanned), default=0.0)
    if not np.isfinite(longest) or longest <= 0 or longest >= _FAN:
        return 1.0
    factor = _FAN / longest
    power = 10.0 ** np.floor(np.log10(factor))
    return float(max(step * power for step in (1, 2, 5) if step * power <= factor))


def _fan(point: Array, fanned: Sequence[Outlook], surface: Surface, shown: list[int]) -> list[Arrow]:
    factor, found = fan_factor(fanned, surface), []
    for outlook in fanned:
        step, label = factor * outlook.step[shown], TITLES[outlook.optimizer]
        share = _share(step, surface, shown)
        if 0 < share < _STUB:
            step, label = step * _STUB / share, f"{label}, hardly moves"
        found.append(_arrow("fan", point, point + step, label, outlook.optimizer))
    return found


def _share(step: Array, surface: Surface, shown: list[int]) -> float:
    """Return how long a step is, as a share of the view."""
    widths = np.array([surface.extent[axis][1] - surface.extent[axis][0] for axis in shown])
    with np.errstate(invalid="ignore"):
        return float(np.abs(step / widths).max())


def _rate(following: Outlook) -> float:
    """Return the rate that the update has, as its schedule gives it."""
    rates = [part.values for part in following.parts if part.role == "rate"]
    return float(rates[-1]) if rates else following.learning_rate


def _gradient(
    begun: DescentFrame, point: Array, slopes: Array, rate: float, surface: Surface, shown: list[int]
) -> Arrow:
    if begun.spec.optimizer in _WITH_VELOCITY:
        return _arrow("gradient", point, point - rate * slopes, "−η∇J")
    share = _share(slopes, surface, shown)
    shorter = _LONGEST / share if share > _LONGEST else 1.0
    return _arrow("gradient", point, point - shorter * slopes, "−∇J" if shorter == 1 else "−∇J, shortened")


def _momentum(begun: DescentFrame, point: Array, shown: list[int], rate: float) -> list[Arrow]:
    if begun.look_ahead is not None and begun.ball is not None:
        return [_arrow("look_ahead", begun.ball[shown], begun.look_ahead[shown], "Velocity, to the look-ahead")]
    velocity = begun.states.get("v")
    if begun.spec.optimizer not in _WITH_VELOCITY or velocity is None:
        return []
    return [_arrow("momentum", point, point - rate * begun.hyper["momentum"] * velocity[shown], "−ηmv, from momentum")]


def _arrow(kind: str, tail: Array, head: Array, label: str, key: str = "") -> Arrow:
    return Arrow(kind, _pair(tail), _pair(head), label, key)  # type: ignore[arg-type]


def _pair(point: Array) -> tuple[float, float]:
    return float(point[0]), float(point[1])
