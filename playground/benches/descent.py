"""The descent stage as lessons see it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from engine import Grain, Position, SpecError
from engine.backend import NumpyBackend
from engine.checks import unknown
from engine.descent import DESCENT_SETTINGS, MAX_STEPS, DescentFrame, Surface, hessian, stability, two_cycle
from engine.rules import schedule_numbers
from lessons.conditions import Curve, Fact
from playground.benches.bench import Bench, Command, Moments, Query
from playground.benches.driving import asked, driving, number, paced, whole
from playground.descent_link import DescentLink, from_query
from playground.stages.descent.facts import at_rest, closed_path
from playground.stages.descent.presets import PRESETS, VIEWS
from playground.stages.descent.session import DescentSession
from playground.stages.descent.tries import SETTLED, Try
from playground.views.curve_ground import letter

__all__ = ["BENCH"]

Array = npt.NDArray[np.float64]

# A curve that is drawn beside a sketch has about so many points.
_MOST_POINTS = 400
# How near is near: the distances that lessons ask about.
_NEAR = (0.01, 0.001)
# Who bends by less than this share is level.
_LEVEL = 1e-3
_GRAINS = {"op": "line", "epoch": "update"}
_SPEC_NUMBERS = ("learning_rate", "noise", "loss_scale", "weight_decay", "clip_norm", "clip_value", "seed")
_OPTIMIZER_NUMBERS = ("momentum", "rho", "beta1", "beta2", "eps")


def _begin(query: Query) -> DescentSession:
    return DescentSession(_link(query), NumpyBackend())


def _link(query: Query) -> DescentLink:
    return asked(from_query, query)


def _open(session: DescentSession, query: Query) -> None:
    session.go_to(_link(query))


def _facts(session: DescentSession) -> dict[str, Fact]:
    run = session.run
    frame, surface = run.frame(), run.surface
    spec = frame.spec
    return {
        "surface": spec.surface,
        "network": spec.network,
        "optimizer": spec.optimizer,
        "schedule": spec.schedule,
        "epoch": frame.position.epoch,
        "op": frame.position.op,
        "changed": any(segment.start != Position() for segment in run.history.line),
        "start_rate": spec.rate,
        "rate": frame.rate,
        "weight_decay": spec.weight_decay,
        "noise": spec.noise,
        # Not by its name, which is that of an optimizer as well.
        "m": frame.hyper.get("momentum", 0.0),
        **{name: value for name, value in frame.hyper.items() if name != "momentum"},
        **_place(frame, surface),
        **_update(frame, surface),
        **_ending(frame, surface),
        **_minima(frame, surface),
        **_bends(surface, tuple(frame.point.tolist())),
        **_curves(session, frame, surface),
        **_tried(session.tries, surface),
        "basins": _basins(session, surface),
    }  # fmt: skip


def _shown(surface: Surface) -> list[int]:
    return list(surface.shown or range(surface.dimensions))


def _pair(values: Array, surface: Surface) -> tuple[float, float]:
    """Return the numbers of the two parameters that are shown; nan for the second where there is one only."""
    first, *more = (float(values[axis]) for axis in _shown(surface))
    return first, more[0] if more else math.nan


def _place(frame: DescentFrame, surface: Surface) -> dict[str, Fact]:
    point = frame.point
    w1, w2 = _pair(point, surface)
    start1, start2 = _pair(frame.path[0], surface)
    slopes = _slopes(surface, point)
    slope1, slope2 = _pair(slopes, surface)
    named = {f"at.{name}": float(value) for name, value in zip(surface.names, point, strict=True) if name.isalnum()}
    return {
        "w": w1, "w1": w1, "w2": w2, **named,
        "start": start1, "start1": start1, "start2": start2,
        "loss": frame.value,
        "start_loss": _value(surface, frame.path[0]),
        "slope": slope1, "slope1": slope1, "slope2": slope2,
        "gradient_norm": float(np.linalg.norm(slopes)),
        "downhill": math.degrees(math.atan2(-slope2, -slope1)) if np.any(slopes) else math.nan,
    }  # fmt: skip


def _value(surface: Surface, point: Array) -> float:
    with np.errstate(all="ignore"):
        return float(surface.value(*point))


def _slopes(surface: Surface, point: Array) -> Array:
    if not np.isfinite(point).all():
        return np.full(surface.dimensions, np.nan)
    with np.errstate(all="ignore"):
        return np.array([float(slope) for slope in surface.gradient(*point)])


def _update(frame: DescentFrame, surface: Surface) -> dict[str, Fact]:
    step1, step2 = _pair(frame.step, surface)
    rate1, rate2 = _pair(frame.rates, surface)
    remembered = {}
    for name, values in frame.states.items():
        if values.ndim:
            remembered[f"state.{name}1"], remembered[f"state.{name}2"] = _pair(values, surface)
        else:
            remembered[f"state.{name}"] = float(values)
    return {
        "moved": step1, "moved1": step1, "moved2": step2,
        "step_length": float(np.linalg.norm(frame.step)),
        "effective_rate": rate1, "effective_rate1": rate1, "effective_rate2": rate2,
        **remembered,
    }  # fmt: skip


def _ending(frame: DescentFrame, surface: Surface) -> dict[str, Fact]:
    path = frame.path
    cycle = two_cycle(path)
    low, high = (math.nan, math.nan) if cycle is None else (float(end[_shown(surface)[0]]) for end in cycle)
    return {
        "at_rest": at_rest(frame),
        "diverged": frame.diverged,
        "cycle": cycle is not None,
        "cycle_low": low,
        "cycle_high": high,
        "falls": frame.value < _value(surface, path[0]),
    }


def _since(away: npt.NDArray[np.bool_]) -> float:
    """Return after how many updates it was no longer away, for good so far; nan where it is."""
    if away[-1]:
        return math.nan
    return float(np.flatnonzero(away)[-1] + 1) if away.any() else 0.0


def _first(there: npt.NDArray[np.bool_]) -> float:
    return float(there.argmax()) if there.any() else math.nan


def _minima(frame: DescentFrame, surface: Surface) -> dict[str, Fact]:
    path, rate = frame.path, frame.rate * frame.spec.loss_scale
    distances = surface.distance(path)
    reached = surface.reached(path[-SETTLED:])
    stays = len(path) > SETTLED and reached[0] >= 0 and bool((reached == reached[0]).all())
    now = int(surface.reached(frame.point))
    found: dict[str, Fact] = {
        "distance": float(surface.distance(frame.point)),
        "arrived": bool(surface.arrived(frame.point)),
        "arrived_at": _first(surface.arrived(path)),
        "arrived_since": _since(~surface.arrived(path)),
        "at_minimum": letter(now) if now >= 0 else "",
        "settled": letter(int(reached[0])) if stays else "",
        **{f"near_{near:g}_since": _since(~(distances <= near)) for near in _NEAR},
    }
    for place, minimum in enumerate(surface.minima):
        here = _curvature_at(surface, minimum)
        found |= {
            f"minimum.{letter(place)}": float(minimum[_shown(surface)[0]]),
            f"distance.{letter(place)}": float(np.linalg.norm(frame.point - np.array(minimum))),
            f"curvature.{letter(place)}": here,
            f"product.{letter(place)}": rate * here,
        }
    return found


@lru_cache(maxsize=128)
def _curvature_at(surface: Surface, minimum: tuple[float, ...]) -> float:
    """Return the largest curvature at a minimum."""
    return stability(surface, minimum, 1.0).curvature


@lru_cache(maxsize=64)
def _bends(surface: Surface, point: tuple[float, ...]) -> dict[str, Fact]:
    nothing: dict[str, Fact] = {"curvature": math.nan, "least_curvature": math.nan, "kind": ""}
    if not np.isfinite(point).all():
        return nothing
    bends = hessian(surface, point)
    if not np.isfinite(bends).all():
        return nothing
    values = np.linalg.eigvalsh(bends)
    low, high = float(values[0]), float(values[-1])
    level = _LEVEL * max(1.0, abs(low), abs(high))
    if low < -level:
        kind = "saddle" if high > level else "hill"
    else:
        kind = "bowl" if low > level else "valley" if high > level else "plateau"
    return {"curvature": high, "least_curvature": low, "kind": kind}


def _thinned(rows: Iterable[Sequence[float]], count: int) -> Curve:
    rows = list(rows)
    stride = max(1, math.ceil(count / _MOST_POINTS))
    kept = [*rows[:-1:stride], rows[-1]]
    return tuple((float(x), float(y)) for x, y in kept)


def _curves(session: DescentSession, frame: DescentFrame, surface: Surface) -> dict[str, Fact]:
    path, shown = frame.path, _shown(surface)
    count = len(path)
    (losses,) = session.losses
    closed = closed_path(frame, surface)
    curves: dict[str, Fact] = {
        "path": _thinned(enumerate(path[:, shown[0]].tolist()), count),
        "losses": _thinned(zip(losses.steps.tolist(), losses.values.tolist(), strict=True), count),
        "rates": _rates(frame),
        "trail": _thinned(path[:, shown].tolist(), count) if len(shown) == 2 else (),
    }
    gap = math.nan if closed is None else float(np.abs(closed - path).max())
    return {**curves, "closed_gap": gap}


def _rates(frame: DescentFrame) -> Curve:
    schedule, count = frame.spec.make_schedule(), frame.position.epoch + 1
    stride = max(1, math.ceil(count / _MOST_POINTS))
    return tuple((float(n), schedule.rate(n)) for n in range(0, count, stride))


def _tried(tries: Iterable[Try], surface: Surface) -> dict[str, Fact]:
    found = list(tries)
    facts: dict[str, Fact] = {
        "tries": len(found),
        "tried.cycle": any(each.cycle for each in found),
        "minima_found": len({each.settled for each in found if each.settled}),
        "falling_rate": _most(each.spec.rate for each in found if each.rise < 0),
        "rising_rate": -_most(-each.spec.rate for each in found if not each.rise <= 0),
        "momentum_lost": _lost(found, surface),
    }
    rising, falling = facts["rising_rate"], facts["falling_rate"]
    assert isinstance(rising, float)
    assert isinstance(falling, float)
    facts["bracket"] = rising - falling
    for place in range(len(surface.minima)):
        there = [each for each in found if each.settled == letter(place)]
        momenta = [_momentum(each) for each in there]
        facts |= {
            f"tried.{letter(place)}": bool(there),
            f"starts.{letter(place)}": len({each.spec.start for each in there}),
            f"least_momentum.{letter(place)}": -_most(-m for m in momenta),
            f"most_momentum.{letter(place)}": _most(momenta),
        }
    return facts


def _most(values: Iterable[float]) -> float:
    return max(values, default=math.nan)


def _momentum(tried: Try) -> float:
    return float(tried.spec.plain_optimizer().momentum) if tried.spec.optimizer in ("momentum", "nesterov") else 0.0


def _lost(tries: Sequence[Try], surface: Surface) -> bool:
    """Whether from one start plain descent settled at a lower minimum than momentum did."""
    depth = {letter(place): _value(surface, np.array(at)) for place, at in enumerate(surface.minima)}
    ends: dict[bool, dict[Any, list[float]]] = {True: {}, False: {}}
    for each in tries:
        if each.settled:
            ends[_momentum(each) > 0].setdefault(each.spec.start, []).append(depth[each.settled])
    return any(min(ends[False][start]) < max(ends[True][start]) for start in ends[True].keys() & ends[False].keys())


def _basins(session: DescentSession, surface: Surface) -> float:
    """Return to how many minima the starts of the map lead; nan while it is not shown or still grows."""
    if "basins" not in session.views or not surface.minima:
        return math.nan
    shown = session.basins.show(session.run.spec, surface)
    return float(len(np.unique(shown.reached[shown.reached >= 0]))) if shown.done else math.nan


def _heard(session: DescentSession) -> None:
    """Raise what the session was asked for and refused."""
    if session.refused:
        error = session.refused.pop()
        session.refused.clear()
        raise error


def _set(session: DescentSession, words: Sequence[str]) -> None:
    name, value = words
    spec = session.run.spec
    change: dict[str, Any]
    if name in _SPEC_NUMBERS:
        change = {name: number(value)}
    elif name in schedule_numbers(spec.schedule):
        change = {"schedule_settings": {**dict(spec.schedule_settings), name: number(value)}}
    elif name == "schedule":
        change = {"schedule": value, "schedule_settings": {}}
    elif name in _OPTIMIZER_NUMBERS:
        change = {"settings": {name: number(value)}}
    elif name in DESCENT_SETTINGS:
        change = {name: value}
    else:
        known = (*_SPEC_NUMBERS, *schedule_numbers(spec.schedule), *_OPTIMIZER_NUMBERS, *DESCENT_SETTINGS)
        raise SpecError("run", unknown("setting", name, known))
    session.change(change)
    _heard(session)


def _optimizer(session: DescentSession, words: Sequence[str]) -> None:
    session.choose_optimizer(words[0])
    _heard(session)


def _start(session: DescentSession, words: Sequence[str]) -> None:
    session.set_start([number(word) for word in words])
    _heard(session)


def _choose(session: DescentSession, words: Sequence[str]) -> None:
    if words[0] not in PRESETS:
        raise SpecError("run", unknown("example", words[0], list(PRESETS)))
    session.open_preset(words[0])


def _go(session: DescentSession, words: Sequence[str]) -> None:
    session.seek_step(whole(words[0], MAX_STEPS) * len(session.run.instructions))


def _home(session: DescentSession, words: Sequence[str]) -> None:
    session.seek_step(0)


def _view(on: bool) -> Callable[[DescentSession, Sequence[str]], None]:
    def show(session: DescentSession, words: Sequence[str]) -> None:
        if words[0] not in VIEWS:
            raise SpecError("run", unknown("view", words[0], list(VIEWS)))
        session.show(words[0], on)

    return show


def _grow(session: DescentSession, words: Sequence[str]) -> Moments:
    session.show("basins", True)
    session.scene(False)
    while session.growing:
        session.grow()
        yield 0.0


def _again(session: DescentSession, words: Sequence[str]) -> Moments:
    """Return to the start with the settings of now, and walk."""
    session.reset()
    yield from paced(lambda: session.step(1, Grain.EPOCH), whole(words[0], MAX_STEPS))


_MINIMUM = {
    "minimum": "where the minimum with this letter in the figure lies, its first coordinate",
    "distance": "how far it is from there",
    "curvature": "J″ there; the largest eigenvalue of the Hessian over more than one weight",
    "product": "the rate of now times that curvature",
    "tried": "whether a descent tried since the step opened has settled there",
    "starts": "from how many starts",
    "least_momentum": "the smallest momentum of those; plain descent has 0; nan for none",
    "most_momentum": "the largest momentum of those",
}
BENCH = Bench(
    stage="descent",
    begin=_begin,
    open=_open,
    facts=_facts,
    names={
        "surface": "what is descended",
        "network": "which network's loss it is",
        "optimizer": "sgd, momentum, nesterov, adagrad, …",
        "schedule": "of the learning rate: constant, step, exponential, …",
        "epoch": "updates done",
        "op": "lines of the next update done",
        "changed": "whether something was changed after the start, on this branch",
        "start_rate": "the learning rate that is set",
        "rate": "the learning rate of the next update, by the schedule",
        "weight_decay": "λ",
        "noise": "σ of the noise on the gradient",
        "m": "the momentum; 0 for plain descent",
        "learning_rate": "as start_rate",
        "rho": "of the optimizer, where it has one; so are beta1, beta2 and eps",
        "w": "the weight, or the first one that is shown",
        "w1": "the first weight that is shown",
        "w2": "the second one; nan where there is one only",
        "at.<name>": "a weight or a bias by its name, such as at.b",
        "start": "where it began: w; start1 and start2 over two weights",
        "loss": "J where it stands",
        "start_loss": "J where it began",
        "slope": "J′ where it stands; slope1 and slope2 over two weights",
        "gradient_norm": "the length of the gradient where it stands",
        "downhill": "where −∇J points over two weights, in degrees from −180 to 180: 0 to the right, 90 up",
        "moved": "by how much the last update changed w; moved1 and moved2 over two weights; nan before the first",
        "step_length": "how far the last update went",
        "effective_rate": "step over gradient in the last update; effective_rate1 and effective_rate2 over two weights",
        "state.<name>1": "what the optimizer remembers of the first weight: state.v1, state.s1; of the second state.v2",
        "at_rest": "whether the last update moved nothing",
        "diverged": "whether the point is no number any more",
        "cycle": "whether it jumps between two points forever",
        "cycle_low": "the lower of these points",
        "cycle_high": "the higher one",
        "falls": "whether J is below that of the start",
        "distance": "to the nearest known minimum",
        "arrived": "whether it is within the surface's radius of one, or has left the saddle",
        "arrived_at": "after how many updates it was so first",
        "arrived_since": "since which update it has been so",
        "at_minimum": "the letter of the minimum where it is; empty between them",
        "settled": f"the letter of the minimum where it has been for {SETTLED} updates; empty for none",
        "near_0.01_since": "since which update it has been within 0.01 of a minimum",
        "near_0.001_since": "since which update it has been within 0.001 of a minimum",
        "curvature": "J″ where it stands, or the largest eigenvalue of the Hessian",
        "least_curvature": "the smallest eigenvalue",
        "kind": "how it bends where it stands: bowl, valley, plateau, saddle, hill",
        "path": "w over updates",
        "losses": "J over updates",
        "rates": "the learning rate over updates",
        "trail": "the path over the two weights that are shown",
        "closed_gap": "how far the path is from the closed form at most; nan where there is none",
        "tries": "descents tried since the step opened, each unchanged on its way",
        "tried.cycle": "whether one of them jumps to and fro forever",
        "minima_found": "at how many minima they have settled",
        "falling_rate": "the largest rate at which J fell below that of the start",
        "rising_rate": "the smallest rate at which J rose above it",
        "bracket": "rising_rate − falling_rate",
        "momentum_lost": "whether from one start plain descent settled lower than momentum",
        "basins": "to how many minima the starts of the map of basins lead; nan until it has grown",
        **{f"{name}.A": text for name, text in _MINIMUM.items()},
    },
    commands=driving(_GRAINS)
    | {
        "again": Command("again COUNT", "Returns to the start with the settings of now, and walks.", _again),
        "home": Command("home", "Goes back to the start of this branch.", _home),
        "go": Command("go UPDATE", "Goes to the moment after so many updates, at most to the newest.", _go),
        "set": Command(
            "set NAME VALUE",
            f"Changes from here on {', '.join(_SPEC_NUMBERS)}, a number of the optimizer "
            f"({', '.join(_OPTIMIZER_NUMBERS)}), the schedule, or a number of it (tau, factor, every, …).",
            _set,
        ),
        "optimizer": Command("optimizer KEY", "Goes from the same start with another optimizer.", _optimizer),
        "start": Command("start W1 W2", "Begins at another point; one number over one weight.", _start),
        "choose": Command("choose EXAMPLE", f"Opens an example: {', '.join(PRESETS)}.", _choose),
        "show": Command("show VIEW", f"Shows something beside the path: {', '.join(VIEWS)}.", _view(True)),
        "hide": Command("hide VIEW", "Shows it no longer.", _view(False)),
        "grow": Command("grow", "Shows the map of basins and has it grow to its end.", _grow),
    },
    parts={
        "figure": "the curve or the surface with the path, and what is shown beside it",
        "side": "all controls beside the figure; ground, settings, listing, rules, noise and tools are parts of it",
        "ground": "what is descended: the choice of a surface, a formula, a network",
        "settings": "example, optimizer, learning rate, momentum, start",
        "listing": "the lines of an update with their numbers",
        "rules": "schedule, weight decay, clipping",
        "noise": "noise, factor on the loss, and numbers that are seldom changed",
        "tools": "Share, Save and load, among the settings",
        "told": "the loss over the updates, and what there is to say of this moment",
        "fan": "what every optimizer would do next",
        "summary": "the picture in words",
        "about": "the explanations",
        "transport": "play, step, scrub",
    },
)  # fmt: skip
