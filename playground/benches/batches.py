"""The batches stage as lessons see it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from engine import SpecError
from engine.backend import ready_backend
from engine.batches import (
    BATCHES_SETTINGS,
    LANES,
    SLIDE_LINE,
    BatchesSpec,
    Groups,
    accuracy,
    best_accuracy,
    best_fit,
    gradient,
    gradient_noise,
    log_zero,
    measured_noise,
    summed_cost,
)
from engine.checks import unknown
from lessons.conditions import Fact
from playground.batches_link import BatchesLink, from_query
from playground.benches.bench import Bench, Command, Moments, Query
from playground.benches.driving import asked, driving, number
from playground.stages.batches.presets import LINES, LOOKS, PRESETS, Weights
from playground.stages.batches.session import BatchesSession
from playground.views.lane_marks import SIDE_NAMES

__all__ = ["BENCH"]

_TARGET = 60
_MOVES = 12
_DRAWS = 400
# z of a point on the line, and two lines whose numbers are rounded to two digits.
_SAME = 1e-9
_ROUNDED = 1e-5


def _begin(query: Query) -> BatchesSession:
    return BatchesSession(_link(query), ready_backend)


def _link(query: Query) -> BatchesLink:
    return asked(from_query, query)


def _open(session: BatchesSession, query: Query) -> None:
    session.open_link(_link(query))


@lru_cache(maxsize=8)
def _of_points(mean: float, variance: float, per_class: int, seed: int) -> tuple[Groups, float | None]:
    """Return the points of a spec, each once, and the least summed cost on them."""
    groups = BatchesSpec(mean=mean, variance=variance, per_class=per_class, seed=seed).groups()
    best = best_fit(groups)
    return groups, None if best is None else float(summed_cost(groups, best))


@lru_cache(maxsize=2)
def _noise_ratio(spec: BatchesSpec, weights: Weights) -> float:
    """Return the measured noise of 25 points over that of four times as many; nan where there is none."""
    groups, rng = _points(spec)[0], np.random.default_rng(0)
    few, many = (measured_noise(groups, weights, size, _DRAWS, rng) for size in (25, 100))
    return few / many if many else math.nan


def _points(spec: BatchesSpec) -> tuple[Groups, float | None]:
    return _of_points(spec.mean, spec.variance, spec.per_class, spec.seed)


def _facts(session: BatchesSession) -> dict[str, Fact]:
    frame = session.run.frame()
    spec = frame.spec
    groups, least = _points(spec)
    # From the summed cost of the points, each once, to the cost as it is shown.
    share = spec.copies if spec.cost == "sum" else 1 / len(groups)
    least = math.nan if least is None else least * share
    ceiling = best_accuracy(spec.mean, spec.variance)
    hand = session.weights("hand")
    facts: dict[str, Fact] = {
        "epoch": frame.position.epoch,
        "seen": frame.seen,
        "points": spec.samples,
        "rate": spec.learning_rate,
        "decay": spec.decay,
        "cost_form": spec.cost,
        "mini_batch": spec.mini_batch,
        "group_mean": spec.mean,
        "group_variance": spec.variance,
        "copies": spec.copies,
        "ceiling": ceiling,
        "least_cost": least,
        "look": session.look,
        "shown": session.shaded,
        "hand.w1": hand[0],
        "hand.w2": hand[1],
        "hand.b": hand[2],
        "hand.cost": float(summed_cost(groups, hand)) * share,
        "hand.accuracy": float(accuracy(groups, hand)),
        "hand.errors": _errors(groups, hand),
        "hand.same_line": _draws_slide_line(hand),
    }
    for key, rows in session.run.trail().items():
        lane = frame.lanes[key]
        w1, w2, b = lane.weights.tolist()
        seen, costs = rows[:, 0], rows[:, 4] * (1.0 if spec.cost == "sum" else 1 / spec.samples)
        below = seen[costs < _TARGET * share]
        facts |= {
            f"{key}.w1": w1,
            f"{key}.w2": w2,
            f"{key}.b": b,
            f"{key}.cost": lane.cost,
            f"{key}.above_least": lane.cost - least,
            f"{key}.accuracy": lane.accuracy,
            f"{key}.expected_accuracy": lane.expected_accuracy,
            f"{key}.below_ceiling": ceiling - lane.expected_accuracy,
            f"{key}.batch_size": lane.batch_size,
            f"{key}.updates": lane.updates,
            f"{key}.updates_per_epoch": lane.updates_per_epoch,
            f"{key}.below_{_TARGET}_at": float(below[0]) if below.size else math.nan,
            f"{key}.curve": tuple(zip(seen.tolist(), costs.tolist(), strict=True)),
        }
    return facts | _asked_about(session) | _gradients(session, groups, spec) | _forms(session, groups)


def _errors(groups: Groups, weights: Weights) -> int:
    return round((1 - float(accuracy(groups, weights))) * len(groups))


def _draws_slide_line(weights: Weights) -> bool:
    """Whether weights draw the slide's line without being the slide's."""
    if weights == SLIDE_LINE or not any(weights):
        return False
    together = sum(a * b for a, b in zip(weights, SLIDE_LINE, strict=True))
    return math.isclose(abs(together), math.hypot(*weights) * math.hypot(*SLIDE_LINE), rel_tol=_ROUNDED)


def _asked_about(session: BatchesSession) -> dict[str, Fact]:
    z, p = session.answer
    x1, x2 = session.point
    return {"x1": x1, "x2": x2, "z": z, "p": p, "side": "line" if abs(z) < _SAME else SIDE_NAMES[int(z > 0)]}


def _gradients(session: BatchesSession, groups: Groups, spec: BatchesSpec) -> dict[str, Fact]:
    weights = session.weights(session.shaded)
    one = gradient_noise(groups, weights, 1)
    once, copied = gradient(groups, weights), gradient(groups.copied(spec.copies), weights)
    return {
        "noise": one / math.sqrt(spec.mini_batch),
        # It takes a moment, and nobody looks at it elsewhere.
        "noise_ratio": _noise_ratio(spec, weights) if session.look == "noise" else math.nan,
        "gradient.sum": float(np.linalg.norm(copied)),
        "gradient.mean": float(np.linalg.norm(copied) / spec.samples),
        "copies_apart": float(np.abs(copied / spec.samples - once / len(groups)).max()),
    }


def _forms(session: BatchesSession, groups: Groups) -> dict[str, Fact]:
    weights = session.weights(session.shaded)
    base = weights if any(weights[:2]) else SLIDE_LINE
    w1, w2, b = (session.factor * value for value in base)
    found = log_zero(groups, (w1, w2, b), session.precision)
    # In a condition the words nan and inf would be numbers.
    written = "undefined" if math.isnan(found.naive) else "infinite" if math.isinf(found.naive) else "number"
    return {
        "factor": session.factor,
        "precision": session.precision,
        "written": written,
        "written.cost": found.naive,
        "logits.cost": found.stable,
        "forms_apart": abs(found.naive - found.stable),
    }


def _set(session: BatchesSession, words: Sequence[str]) -> None:
    name, value = words
    if name not in BATCHES_SETTINGS:
        raise SpecError("run", unknown("setting", name, list(BATCHES_SETTINGS)))
    session.edit(name, value.split(",") if name == "start" else value, session.edits)


def _hand(session: BatchesSession, words: Sequence[str]) -> Moments:
    goal = [number(word) for word in words]
    if len(goal) != 3:
        raise SpecError("run", f"a line has three numbers, got {len(goal)}")
    # Counting errors has the line too, and is not left for it.
    if session.look != "errors":
        session.look_at("hand")
    start = session.weights("hand")
    for k in range(1, _MOVES + 1):
        w1, w2, b = (a + (z - a) * k / _MOVES for a, z in zip(start, goal, strict=True))
        session.set_hand((w1, w2, b), session.tool_edits)
        yield 0.05
    session.set_hand((goal[0], goal[1], goal[2]), session.tool_edits)


def _ask(session: BatchesSession, words: Sequence[str]) -> None:
    session.ask(number(words[0]), number(words[1]))


def _known(words: Sequence[str], what: str, known: Sequence[str]) -> str:
    if words[0] not in known:
        raise SpecError("run", unknown(what, words[0], list(known)))
    return words[0]


_LANE_NAMES = {
    "w1": "weight w₁",
    "w2": "weight w₂",
    "b": "bias",
    "cost": "cost on all points, summed or averaged as set",
    "above_least": "how much that is above the least possible",
    "accuracy": "share of the points on the right side",
    "expected_accuracy": "share of all points of the groups, in closed form",
    "below_ceiling": "how much that is below the ceiling",
    "batch_size": "points an update sees",
    "updates": "updates since the start",
    "updates_per_epoch": "updates an epoch",
    f"below_{_TARGET}_at": f"points seen when the summed cost was first below {_TARGET}; nan while it never was",
    "curve": "cost over the points seen",
}
BENCH = Bench(
    stage="batches",
    begin=_begin,
    open=_open,
    facts=_facts,
    names={
        "epoch": "epochs done",
        "seen": "points seen by each lane since the start",
        "points": "points in the data, copies included",
        "rate": "learning rate now",
        "decay": "epochs to a tenth of the rate; 0 for a constant one",
        "cost_form": "sum or mean",
        "mini_batch": "points in a mini-batch",
        "group_mean": "m of the groups around ±(m, m)",
        "group_variance": "v of the groups",
        "copies": "how often each point is in the data",
        "ceiling": "the accuracy that no classifier is expected to beat",
        "least_cost": "least possible cost on these points; nan where a line separates them",
        "look": "what is looked at more closely: hand, noise, errors, log0, names; empty for nothing",
        "shown": "whose line is shaded: batch, mini, stochastic, hand",
        "hand.w1": "w₁ of the line set by hand",
        "hand.w2": "w₂ of it",
        "hand.b": "b of it",
        "hand.cost": "its cost, summed or averaged as set",
        "hand.accuracy": "its accuracy on the points",
        "hand.errors": "points on its wrong side",
        "hand.same_line": "whether it is the slide's line written with other weights",
        "x1": "x₁ of the point that is asked about",
        "x2": "x₂ of it",
        "z": "z of the shaded line there",
        "p": "p of the shaded line there",
        "side": "green (z > 0), blue (z < 0) or line",
        "noise": "standard deviation of a mini-batch's averaged gradient, drawn with replacement, for the shaded line",
        "noise_ratio": "that of 25 points over that of 100, measured; nan where noise is not looked at",
        "gradient.sum": "length of the gradient of the summed cost of all points, copies included, for the shaded line",
        "gradient.mean": "length of the averaged one",
        "copies_apart": "largest difference between the averaged gradient with copies and without",
        "factor": "factor on the weights, where log(0) is looked at",
        "precision": "float32 or float64: of the cost as it is written",
        "written": "what the formula as written gives: number, undefined (nan) or infinite",
        "written.cost": "that number",
        "logits.cost": "the summed cost from the logits",
        "forms_apart": "difference of these two",
    }
    | {f"{lane}.{key}": f"{lane} lane: {text}" for lane in LANES for key, text in _LANE_NAMES.items()},
    commands=driving({"op": "point", "batch": "mini-batch", "epoch": "epoch"})
    | {
        "set": Command("set NAME VALUE", f"Changes a setting: {', '.join(BATCHES_SETTINGS)}.", _set),
        "choose": Command(
            "choose PRESET", f"Opens an example: {', '.join(PRESETS)}.",
            lambda session, words: session.open_preset(_known(words, "example", tuple(PRESETS))),
        ),
        "look": Command(
            "look KEY", f"Looks closer: {', '.join(LOOKS)}.",
            lambda session, words: session.look_at(_known(words, "look", tuple(LOOKS))),
        ),
        "shade": Command(
            "shade LINE", f"Shades the probabilities of a line: {', '.join(LINES)}.",
            lambda session, words: session.shade(_known(words, "line", LINES)),
        ),
        "hand": Command("hand W1 W2 B", "Moves the line that is set by hand.", _hand),
        "ask": Command("ask X1 X2", "Asks about a point.", _ask),
        "factor": Command(
            "factor NUMBER", "Multiplies the weights, where log(0) is looked at.",
            lambda session, words: session.set_factor(number(words[0]), session.tool_edits),
        ),
        "precision": Command(
            "precision WORD", "Computes the cost as written in float32 or float64.",
            lambda session, words: session.set_precision(words[0]),
        ),
        "start": Command(
            "start", "Sets all lanes on the line that is set by hand.",
            lambda session, words: session.start_from_hand(),
        ),
    },
    parts={
        "presets": "the examples",
        "settings": "rate, cost, mini-batch size, the groups; Share, Save and load",
        "plane": "the points with the lines",
        "table": "the lanes in numbers",
        "costs": "cost over the points seen",
        "paths": "the way of the weights over the cost",
        "closer": "what is looked at more closely: by hand, noise, counting errors, log(0), names",
        "summary": "the picture in words",
        "about": "the explanations",
        "transport": "play, step, scrub",
    },
)  # fmt: skip
