"""The features stage as lessons see it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from engine.checks import SpecError
from engine.features import SETS, TERMS, best_band, best_threshold, feature_set
from lessons.conditions import Fact
from playground.benches.bench import Bench, Command, Moments, Query
from playground.benches.driving import asked, driving, number, paced
from playground.features_link import FeaturesLink, from_query
from playground.server import kernels
from playground.stages.features.decisions import trace_of
from playground.stages.features.scene import COLUMNS
from playground.stages.features.session import FeaturesSession
from playground.stages.features.state import GUESSES, LIMITS, LOOKS, NET_LOOKS, PLACES, RULES

__all__ = ["BENCH"]

_MOVES = 12
_PLACES_SWEPT = 24
_SWEEP_SECONDS = 0.12
# Where the drawn function is told.
_AXIS = np.linspace(-3.5, 1, 46)
_WHOLE = ("trace", "units", "seed", "example", "epoch")


def _begin(query: Query) -> FeaturesSession:
    return FeaturesSession(_link(query), lambda: kernels().backend())


def _link(query: Query) -> FeaturesLink:
    return asked(from_query, query)


def _open(session: FeaturesSession, query: Query) -> None:
    session.go_to(_link(query))


@lru_cache
def _best(key: str) -> tuple[float, float]:
    """Return how good one threshold, and two, can be on a set."""
    found = feature_set(key)
    x = found.points[:, 0]
    return best_threshold(x, found.labels)[2], best_band(x, found.labels)[2]


def _facts(session: FeaturesSession) -> dict[str, Fact]:
    state, decisions = session.state, session.decisions
    line, circle = decisions.line, decisions.plane.circle
    found = decisions.set
    one, two = _best(state.data) if state.data in ("phone", "band") else (math.nan, math.nan)
    points = tuple((float(x), float(label)) for x, label in zip(found.points[::4, 0], found.labels[::4], strict=True))
    facts: dict[str, Fact] = {
        "look": state.look, "data": state.data, "examples": len(found.labels), "example": state.example,
        "accuracy": decisions.accuracy, "rule": state.rule, "low": state.low, "high": state.high,
        "best_threshold.accuracy": one, "best_band.accuracy": two,
        "seconds": state.seconds, "start": state.start, "amplitude": state.amplitude, "energy": decisions.energy,
        "log_energy": math.log(decisions.energy),
        "energy_ratio": decisions.energy / decisions.plain_energy, "samples": len(decisions.window),
        "trace": state.trace, "labeled": sum(map(bool, state.guesses)), "labeled_right": decisions.right_guesses,
        "zeros": len(decisions.drawn.zeros), "labels": points,
        "function": tuple(zip(_AXIS.tolist(), decisions.drawn.score(_AXIS).tolist(), strict=True)),
        "w1": state.w1, "w2": state.w2, "b": state.b, "angle": line.angle, "distance": line.distance,
        "appended": state.appended, "augmented_length": 3 if state.appended else 2,
        "forms_apart": float(np.abs(line.score(found.points) - line.score_of_appended(found.points)).max()),
        "y_at_zero_055": float(line.score(np.array([[0.0, 0.55]]))[0]),
        "y_at_one_zero": float(line.score(np.array([[1.0, 0.0]]))[0]),
        "terms": len(state.terms), "weights": len(state.terms) + 1,
        "height": state.height, "circle.radius": math.nan if circle is None else circle[2],
        "gamma": state.gamma, "units": state.units, "share": state.share, "epoch": state.epoch,
        "training_examples": len(decisions.parts[0][1]),
    }  # fmt: skip
    facts |= {f"term.{key}": key in state.terms for key in TERMS}
    nan = math.nan
    for key in COLUMNS:
        there = state.look == "three"
        facts |= {
            f"{key}.accuracy": decisions.tested(key) if there else nan,
            f"{key}.stored": decisions.stored(key) if there else nan,
        }
    facts["three.least"] = min(decisions.tested(key) for key in COLUMNS) if state.look == "three" else nan
    learned = decisions.learned
    facts["separability"] = nan if learned is None else learned.separability(found.points, found.labels)
    return facts


_NAMES = {
    "look": "which look it is: " + ", ".join(LOOKS),
    "data": "which examples: " + ", ".join(SETS),
    "examples": "how many there are",
    "example": "the one that is looked at, from 1; 0 for none",
    "accuracy": "the share of examples that the decision function of the look decides rightly",
    "rule": "how a threshold decides: " + ", ".join(RULES),
    "low": "the threshold, or the lower one",
    "high": "the upper threshold",
    "best_threshold.accuracy": "how good the best single threshold is on x1",
    "best_band.accuracy": "how good the best two thresholds are",
    "seconds": "length of the window", "start": "where it starts, in seconds",
    "amplitude": "what the moving part of the signal is multiplied by",
    "energy": "of the window", "log_energy": "its natural logarithm",
    "energy_ratio": "the energy over that of the window as it was recorded",
    "samples": "how many samples the window has",
    "trace": "which trace is labeled, from 1", "labeled": "how many have a label", "labeled_right": "how many rightly",
    "zeros": "how often the drawn function goes through zero",
    "function": "the drawn function, as a curve", "labels": "x1 and label of some examples, as points",
    "w1": "weight of x1", "w2": "weight of x2", "b": "bias", "angle": "direction of (w1, w2) in degrees",
    "distance": "how far the line is from the origin", "appended": "whether a 1 is appended to x",
    "augmented_length": "how many numbers x has, with the 1 if it is appended",
    "forms_apart": "by how much the two ways to write y differ at most, over all examples",
    "y_at_zero_055": "y at (0, 0.55)", "y_at_one_zero": "y at (1, 0)",
    "terms": "how many terms are ticked", "weights": "how many weights there are, the bias among them",
    "term.<key>": "whether a term is ticked: " + ", ".join(TERMS),
    "height": "of the plane", "circle.radius": "of the circle in which the plane cuts the bowl",
    "gamma": "width of the kernel", "units": "of the first hidden layer", "share": "of the examples that is trained on",
    "epoch": "how far the network is trained", "training_examples": "how many examples are trained on",
    "<column>.accuracy": "of engineered, kernel or learned, on examples that were not trained on",
    "<column>.stored": "how many numbers it keeps to decide with",
    "three.least": "the least of the three accuracies",
    "separability": "accuracy of the best line in the plane of the learned φ",
}  # fmt: skip


def _set(session: FeaturesSession, words: Sequence[str]) -> Moments | None:
    name, value = words[0], words[1]
    if name in ("w1", "w2", "b", "low", "high", "height", "start"):
        return _slide(session, name, number(value))
    if name in LIMITS:
        value = int(value) if name in _WHOLE else number(value)  # type: ignore[assignment]
        if session.run is not None and name == "epoch":
            session.seek_step(int(value))
        elif session.run is not None:
            session.begin_with(name, value, session.edits + 1)
        else:
            session.set(**{name: value})
    elif name == "data":
        session.begin_with(name, value, session.edits + 1)
    elif name in ("rule", "appended"):
        session.set(**{name: value == "true" if name == "appended" else value})
    else:
        known = ", ".join(["data", "rule", "appended", *LIMITS])
        raise SpecError("run", f"{name!r} is nothing that can be set; there are {known}")
    return None


def _slide(session: FeaturesSession, name: str, value: float) -> Moments:
    begin = float(getattr(session.state, name))
    places = iter(np.linspace(begin, value, _MOVES + 1)[1:].tolist())
    yield from paced(lambda: session.set(**{name: round(next(places), 6)}), _MOVES)


def _sweep(session: FeaturesSession, words: Sequence[str]) -> Moments:
    """Move a threshold over all of the values, from the left to the right."""
    if words[0] not in ("low", "high"):
        raise SpecError("run", "a threshold is low or high")
    x = session.decisions.set.points[:, 0]
    for place in np.linspace(float(x.min()), float(x.max()), _PLACES_SWEPT).tolist():
        session.set(**{words[0]: place})
        yield _SWEEP_SECONDS


def _draw(session: FeaturesSession, words: Sequence[str]) -> Moments:
    heights = [number(word) for word in words]
    if len(heights) != len(PLACES):
        raise SpecError("run", f"the function has {len(PLACES)} heights, got {len(heights)}")
    for place, height in enumerate(heights):
        session.move_point(place, height)
        yield 0.2


def _label(session: FeaturesSession, words: Sequence[str]) -> Moments:
    """Label traces from the first on: what they are."""
    for trace in range(1, int(words[0]) + 1):
        session.set(trace=trace)
        yield 0.2
        session.guess(trace_of(trace)[1])
        yield 0.1


def _guess(session: FeaturesSession, words: Sequence[str]) -> None:
    if words[0] not in GUESSES[1:]:
        raise SpecError("run", f"a trace is one of {', '.join(GUESSES[1:])}")
    session.guess(words[0])


def _tick(session: FeaturesSession, words: Sequence[str]) -> Moments:
    for term in words:
        session.toggle(term)
        yield 0.5


def _train(session: FeaturesSession, words: Sequence[str]) -> Moments:
    if session.state.look not in NET_LOOKS:
        raise SpecError("run", f"a network is trained in {', '.join(NET_LOOKS)}")
    count = int(words[0])
    return paced(lambda: session.step(1, session.grain), count)


def _command(usage: str, sentence: str, do: object) -> Command:
    return Command(usage, sentence, do)  # type: ignore[arg-type]


BENCH = Bench(
    stage="features",
    begin=_begin,
    open=_open,
    facts=_facts,
    names=_NAMES,
    commands={
        **driving({"op": "example", "epoch": "epoch"}),
        "set": _command("set NAME VALUE", "Sets " + ", ".join(["data", "rule", "appended", *LIMITS]) + ".", _set),
        "look": _command("look LOOK", "Goes to a look.", lambda session, words: session.choose_look(words[0])),
        "sweep": _command("sweep low", "Moves the threshold over all values.", _sweep),
        "draw": _command(f"draw {' '.join(['Y'] * len(PLACES))}", "Draws the decision function.", _draw),
        "label": _command("label COUNT", "Labels the first traces, all rightly.", _label),
        "guess": _command("guess ACTIVITY", "Labels the trace that is shown.", _guess),
        "tick": _command("tick TERM …", "Ticks terms of φ, or no longer.", _tick),
        "train": _command("train EPOCHS", "Trains the network before the student's eyes.", _train),
    },
    parts={
        "looks": "the choice of what to look at", "settings": "the controls", "badge": "that the data are synthetic",
        "numbers": "the numbers that stand large", "formula": "the decision function as a formula, with its numbers",
        "picture": "the first figure", "second": "the figure beside or beneath it", "three": "the three columns",
        "example": "the example that is looked at, computed", "table": "what a look counts",
        "summary": "the picture in words",
    },
)  # fmt: skip
