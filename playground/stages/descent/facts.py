"""What there is to say of where a descent stands: arrived, at rest, to and fro; stability; the closed form."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from engine.descent import DescentFrame, Surface, closed_form, hessian, stability, two_cycle
from playground.views.curve_ground import letter
from playground.views.optimizer_state import number

Array = npt.NDArray[np.float64]

# Of so many minima at most, the nearest ones, stability is told.
_MOST_MINIMA = 2
# Whoever moves by less than this share of where it stands is at rest.
_REST = 1e-12
# A slope that is so small a share of the surface's usual one is hardly any.
_SLOW = 0.03
# Walked and computed by formula, rounding aside.
_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Fact:
    """A sentence or two about one thing.

    Attributes
    ----------
    key, title, text : str
    """

    key: str
    title: str
    text: str


def at_rest(frame: DescentFrame) -> bool:
    """Return whether the last update moved nothing."""
    if frame.position.op or np.isnan(frame.step).all():
        return False
    return bool((np.abs(frame.step) <= _REST * (1 + np.abs(frame.point))).all())


# How it has ended: one of these at most holds.
VERDICTS = ("diverged", "nothing", "cycle", "arrived", "rest")


def facts(frame: DescentFrame, surface: Surface, usual_slope: float, closed: Array | None) -> tuple[Fact, ...]:
    """Return what there is to say of a moment.

    Parameters
    ----------
    frame : DescentFrame
    surface : Surface
    usual_slope : float
        How steep the surface is over all: its height over its width.
    closed : ndarray [n + 1, d] or None
        Where the closed form says it is.
    """
    said = [
        _standing(frame, surface, usual_slope),
        *_stability(frame, surface),
        _curvature(frame, surface),
        _closed(frame, surface, closed),
        _textbook(frame, surface),
    ]
    return tuple(fact for fact in said if fact is not None)


def place(point: Sequence[float]) -> str:
    """Return a point in words: (3, 0.5), or a single number."""
    numbers = [number(float(value), 4) for value in point]
    return numbers[0] if len(numbers) == 1 else f"({', '.join(numbers)})"


def _standing(frame: DescentFrame, surface: Surface, usual_slope: float) -> Fact | None:
    n = frame.position.epoch
    if frame.diverged:
        return Fact(
            "diverged", "Diverged",
            "The numbers have grown beyond all bounds: each step overshot by more than the one before. Step back to "
            "see it happen, or Reset and try a smaller learning rate.",
        )  # fmt: skip
    if math.isnan(frame.value):
        names = ", ".join(surface.names)
        return Fact(
            "nothing", "No loss here",
            f"J has no value at {names} = {place(frame.point)}, so there is nothing to descend. Choose a start on the "
            "colored ground, or another formula.",
        )  # fmt: skip
    cycle = two_cycle(frame.path)
    if cycle is not None:
        low, high = (place_exactly(each) for each in cycle)
        return Fact("cycle", "To and fro", f"It jumps between {low} and {high} forever, and never comes to rest.")
    here = surface.arrived(frame.point)
    if here:
        arrived = surface.arrived(frame.path)
        # The last update before which it was not there.
        since = int(np.flatnonzero(~arrived)[-1]) + 1 if not arrived.all() else 0
        return Fact("arrived", "Arrived", f"{_goal(frame, surface)} since update {since:,}.")
    slopes = np.array(surface.gradient(*frame.point), dtype=np.float64)
    steepness = float(np.linalg.norm(slopes))
    if at_rest(frame):
        moved = "No update moves it any more, and no known minimum is near."
        return Fact("rest", "At rest", f"{moved} {_kind(frame, surface)}")
    if n and steepness < _SLOW * usual_slope:
        return Fact(
            "slow", "Slow is not arrived",
            f"There is hardly any slope here, ‖∇J‖ = {number(steepness, 3)}, and no known minimum is near. "
            f"{_kind(frame, surface)}",
        )  # fmt: skip
    return None


def place_exactly(point: Sequence[float]) -> str:
    """Return a point in five decimals."""
    numbers = [f"{float(value):.5f}".replace("-", "−") for value in point]
    return numbers[0] if len(numbers) == 1 else f"({', '.join(numbers)})"


def _goal(frame: DescentFrame, surface: Surface) -> str:
    if surface.escape is not None:
        return f"It has left the saddle, {surface.goal},"
    reached = int(surface.reached(frame.point))
    return f"Within {surface.radius:g} of the minimum {letter(reached)} at {place(surface.minima[reached])}"


def _bends(frame: DescentFrame, surface: Surface) -> Array | None:
    if not np.isfinite(frame.point).all():
        return None
    bends = hessian(surface, frame.point)
    if not np.isfinite(bends).all():
        return None
    values = np.linalg.eigvalsh(bends)
    # What is left of rounding says nothing.
    return np.where(np.abs(values) < 1e-9 * np.abs(values).max(), 0.0, values)


def _kind(frame: DescentFrame, surface: Surface) -> str:
    """Say what kind of place it is, by how the surface bends."""
    values = _bends(frame, surface)
    if values is None:
        return ""
    small = 1e-3 * max(1.0, float(np.abs(values).max()))
    if values.min() < -small and values.max() > small:
        return "It bends upwards one way and downwards another: a saddle."
    if values.min() > small:
        return "It bends upwards every way, as at a minimum."
    if values.max() < -small:
        return "It bends downwards every way, as on a hill."
    if values.max() > small:
        return "It bends upwards one way and is level along another: a valley."
    return "It hardly bends: a plateau."


def _curvature(frame: DescentFrame, surface: Surface) -> Fact | None:
    values = _bends(frame, surface)
    if values is None:
        return None
    if surface.dimensions == 1:
        return Fact("curvature", "Curvature here", f"J″({surface.names[0]}) = {number(float(values[0]), 4)}.")
    shown = ", ".join(number(float(value), 4) for value in (values if len(values) < 4 else values[[0, -1]]))
    which = "" if len(values) < 4 else "smallest and largest "
    told = f"The {which}eigenvalues of the Hessian are {shown}: above 0 it bends upwards that way."
    return Fact("curvature", "Curvature here", told)


@lru_cache(maxsize=128)
def _stable_at(surface: Surface, minimum: tuple[float, ...], rate: float) -> tuple[float, float, bool]:
    found = stability(surface, minimum, rate)
    return found.curvature, found.product, found.stable


def _stability(frame: DescentFrame, surface: Surface) -> tuple[Fact, ...]:
    if not surface.minima or not np.isfinite(frame.point).all():
        return ()
    rate = frame.rate * frame.spec.loss_scale
    apart = np.linalg.norm(np.array(surface.minima) - frame.point, axis=1)
    said = []
    for which in np.argsort(apart, kind="stable")[:_MOST_MINIMA]:
        minimum = surface.minima[int(which)]
        curvature, product, stable = _stable_at(surface, minimum, rate)
        if math.isnan(product):
            continue
        sign, end = ("<", "it can rest there") if stable else (">", "it is thrown out again")
        said.append(
            f"At {letter(int(which))}, {place(minimum)}: ηJ″ = {number(rate, 3)} · {number(curvature, 4)} = "
            f"{number(product, 4)} {sign} 2, {end}."
        )
    if not said:
        return ()
    name = "the largest curvature" if surface.dimensions > 1 else "the curvature"
    plain = "" if frame.spec.optimizer == "sgd" and not dict(frame.spec.settings) else " This holds for plain descent."
    said.append(f"Here J″ is {name} at the minimum.{plain}")
    return (Fact("stability", "Stability", " ".join(said)),)


def _closed(frame: DescentFrame, surface: Surface, closed: Array | None) -> Fact | None:
    if closed is None or surface.curvatures is None:
        return None
    n = frame.position.epoch
    rate = frame.rate * frame.spec.loss_scale
    parts = [
        f"{name} = {number(float(start), 5)} · ({number(1 - rate * curvature, 5)})ⁿ"
        for name, start, curvature in zip(surface.names, closed[0], surface.curvatures, strict=True)
    ]
    with np.errstate(all="ignore"):
        same = np.allclose(closed[n], frame.path[-1], rtol=_SAME, atol=_SAME)
    verdict = "the very point that was walked to" if same else "not where it stands: something was changed on the way"
    return Fact(
        "closed", "Closed form", f"{'; '.join(parts)}. At n = {n:,} that is {place_exactly(closed[n])}, {verdict}."
    )


def closed_path(frame: DescentFrame, surface: Surface) -> Array | None:
    """Return where the closed form says it is after 0…n updates [n + 1, d]; None where there is no such formula."""
    spec = frame.spec
    plain = spec.optimizer == "sgd" and not dict(spec.settings) and spec.schedule == "constant" and not spec.noise
    ruled = spec.weight_decay or spec.clip_norm or spec.clip_value
    if not plain or ruled or surface.curvatures is None:
        return None
    return closed_form(surface, frame.path[0].tolist(), spec.rate * spec.loss_scale, frame.position.epoch)


def _textbook(frame: DescentFrame, surface: Surface) -> Fact | None:
    """Compare the textbook's momentum, Δw = ηg + mΔw, with the velocity that the listing keeps."""
    n = frame.position.epoch
    if frame.spec.optimizer != "momentum" or frame.spec.schedule != "constant" or frame.position.op or not n:
        return None
    if not np.isfinite(frame.step).all():
        return None
    eta, m = frame.hyper["learning_rate"], frame.hyper["momentum"]
    axis = 0 if surface.shown is None else surface.shown[0]
    name = surface.names[axis]
    gradient, step = float(frame.gradient[axis]), float(-frame.step[axis])
    before = float(frame.path[-3][axis] - frame.path[-2][axis]) if n > 1 else 0.0
    textbook, velocity = eta * gradient + m * before, float(frame.states["v"][axis])
    same = math.isclose(textbook, step, rel_tol=1e-6, abs_tol=1e-12)
    end = "the same step" if same else "not the same: the rate changed, and only the textbook's Δ remembers the old one"
    terms = f"{number(eta, 4)} · {number(gradient, 4)} + {number(m, 3)} · {number(before, 4)}"
    return Fact(
        "textbook", "Momentum, written twice",
        f"Textbook: Δ{name} = ηg + mΔ{name} = {terms} = {number(textbook, 5)}. As in PyTorch: v = "
        f"{number(velocity, 5)}, ηv = {number(eta * velocity, 5)}: {end}.",
    )  # fmt: skip
