"""What is to be seen where something is looked at more closely: tables of texts, and lines of a figure."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine.batches import (
    SLIDE_LINE,
    BatchesFrame,
    BatchesRun,
    accuracy,
    gradient,
    gradient_noise,
    log_zero,
    measured_noise,
    turned,
)
from playground.batches_link import LARGEST_FACTOR
from playground.stages.batches import presentation
from playground.stages.batches.presentation import cost_of, cost_text, signed
from playground.stages.batches.presets import Weights
from playground.views.figures import short
from playground.views.lane_marks import TITLES

if TYPE_CHECKING:
    from playground.stages.batches.session import BatchesSession

Array = npt.NDArray[np.float64]

GOAL = 70.0
_DRAWS = 400
# Measuring the noise of larger batches would take too long while a slider is dragged.
_MEASURED_UP_TO = 250
# In degrees from the line as it stands.
_ANGLES = np.linspace(-60, 60, 481)
_FACTORS = np.linspace(0, LARGEST_FACTOR, 101)
# Drawn with replacement even as many points as there are have noise; the batch lane itself has none.
_NOISY = {"batch": "As many as there are", "mini": "Mini-batch", "stochastic": "One point"}
_NONE: dict[str, Any] = {"title": "", "head": [], "rows": [], "strong": -1, "words": []}


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What is looked at more closely.

    Attributes
    ----------
    key : str
        As in `LOOKS`; empty for nothing.
    content : dict
        As `FactTable.content` wants it.
    lines : dict of str to (ndarray [n], ndarray [n])
        Lines of a figure, by what they are called.
    at : float
        Where on the figure's axis it stands.
    """

    key: str = ""
    content: dict[str, Any] = field(default_factory=lambda: _NONE)
    lines: dict[str, tuple[Array, Array]] = field(default_factory=dict)
    at: float = 0.0


class LookMaker:
    """Makes them of a run.

    Parameters
    ----------
    run : BatchesRun
    best : ndarray [3] or None
        The weights of the least cost on its points.
    """

    def __init__(self, run: BatchesRun, best: Array | None) -> None:
        self._run, self._best = run, best
        # What the last look was computed from, and what came of it: most frames change nothing of it.
        self._known: dict[str, tuple[Any, Any]] = {}

    def make(self, session: BatchesSession, frame: BatchesFrame, playing: bool) -> Look:
        """Return what is to be seen now."""
        makers: dict[str, Callable[[], Look]] = {
            "hand": lambda: self._hand(session, frame),
            "noise": lambda: self._noise(session, frame, playing),
            "errors": lambda: self._errors(session),
            "log0": lambda: self._log_zero(session),
            "names": lambda: self._names(frame),
        }
        return makers[session.look]() if session.look else Look()

    def _cached(self, name: str, key: Any, compute: Callable[[], Any]) -> Any:
        known = self._known.get(name)
        if known is None or known[0] != key:
            self._known[name] = known = (key, compute())
        return known[1]

    def _hand(self, session: BatchesSession, frame: BatchesFrame) -> Look:
        groups, spec, hand = self._run.groups, frame.spec, session.weights("hand")
        cost = cost_of(groups, hand, spec)
        lanes = sorted(frame.lanes.values(), key=lambda lane: lane.cost)
        rows = [
            ["By hand", cost_text(cost, spec), f"{float(accuracy(groups, hand)):.3f}", presentation.line_text(hand)],
            [
                f"{TITLES[lanes[0].key]}: the best lane", cost_text(lanes[0].cost, spec), f"{lanes[0].accuracy:.3f}",
                presentation.line_text(tuple(lanes[0].weights.tolist())),
            ],
        ]  # fmt: skip
        words = []
        if self._best is not None:
            best: Weights = tuple(self._best.tolist())
            least = cost_of(groups, best, spec)
            rows.append(
                ["Least possible", cost_text(least, spec), f"{float(accuracy(groups, best)):.3f}",
                 presentation.line_text(best)]
            )  # fmt: skip
        else:
            words.append(
                "A line tells these groups apart without an error: ever larger weights cost ever less, and no weights "
                "are the best."
            )
        z, p = session.answer
        x1, x2 = session.point
        words.append(
            f"At ({short(x1)}, {short(x2)}) {presentation.LINES[session.shaded]} has z = {signed(z)} "
            f"({presentation.side_text(z)}) and p = {p:.4f}."
        )
        words.append(self._goal(hand, cost, lanes[0].cost if frame.seen else None))
        return Look("hand", {
            "title": "The line by hand, and gradient descent's", "head": ["", "Cost", "Accuracy", "Line"],
            "rows": rows, "strong": 0, "words": words,
        })  # fmt: skip

    def _goal(self, hand: Weights, cost: float, other: float | None) -> str:
        spec = self._run.first_spec
        usual = (spec.mean, spec.variance, spec.per_class, spec.copies) == (4.0, 20.0, 100, 1)
        if usual and cost_of(self._run.groups, hand, spec.with_(cost="sum")) < GOAL:
            said = "Below 70: well set."
        elif usual:
            said = "Can you bring the summed cost below 70?"
        else:
            said = "Three numbers decide everything."
        found = "Let the lanes run to compare."
        if other is not None:
            found = "Gradient descent has found a better one." if other < cost else "No lane costs less yet."
        return f"{said} {found} Twice the weights draw the same line, but are surer of it."

    def _noise(self, session: BatchesSession, frame: BatchesFrame, playing: bool) -> Look:
        weights, groups = session.weights(session.shaded), self._run.groups
        sizes = [min(lane.batch_size, len(groups)) for lane in frame.lanes.values()]
        four = 4 * frame.lanes["mini"].batch_size
        names = [_NOISY[key] for key in frame.lanes]
        sizes.append(four)
        names.append("Four mini-batches")
        measured = ["…"] * len(sizes)
        if not playing:
            measured = self._cached("noise", (weights, tuple(sizes)), lambda: self._measure(weights, sizes))
        single = gradient_noise(groups, weights, 1)
        rows = [
            [name, f"{size:,}", short(single / math.sqrt(size)), told]
            for name, size, told in zip(names, sizes, measured, strict=True)
        ]
        mean = gradient(groups, weights) / len(groups)
        ten = groups.copied(10)
        apart = float(np.abs(gradient(ten, weights) / len(ten) - mean).max())
        words = [
            "The standard deviation of an averaged gradient, for points drawn with replacement, with the weights of "
            f"{presentation.LINES[session.shaded]}. It falls like 1/√B: four times the batch, half the noise. "
            "The batch lane takes all points and has none.",
            f"Copies carry no information: with each point ten times the averaged gradient is the same, "
            f"({', '.join(signed(float(value), 3) for value in mean)}), to within {short(apart)}; the summed one is "
            "ten times as long.",
        ]
        at = np.unique(np.round(np.geomspace(1, len(groups), 80)))
        return Look(
            "noise",
            {
                "title": "Noise of the gradient", "head": ["Batch", "B", "Noise", f"On {_DRAWS} random batches"],
                "rows": rows, "strong": 1, "words": words,
            },
            {"noise": (at, single / np.sqrt(at))}, float(sizes[1]),
        )  # fmt: skip

    def _measure(self, weights: Weights, sizes: list[int]) -> list[str]:
        rng = np.random.default_rng(0)
        return [
            short(measured_noise(self._run.groups, weights, size, _DRAWS, rng)) if size <= _MEASURED_UP_TO else "–"
            for size in sizes
        ]

    def _turnable(self, session: BatchesSession) -> Weights:
        """Return the shown line; while its weights are zero, the slide's."""
        weights = session.weights(session.shaded)
        return weights if math.hypot(weights[0], weights[1]) > 0 else SLIDE_LINE

    def _errors(self, session: BatchesSession) -> Look:
        weights, groups = self._turnable(session), self._run.groups
        angle = math.atan2(weights[1], weights[0])
        wrong, costs = self._cached("errors", weights, lambda: turned(groups, weights, angle + np.radians(_ANGLES)))
        here = len(_ANGLES) // 2
        rows = [
            ["Errors", f"{wrong[here]:.0f} of {len(groups)}", "0 almost everywhere"],
            ["Cross-entropy", signed(float(costs[here])), signed(self._slope(weights))],
        ]
        words = [
            "The line's normal (w₁, w₂) is turned, with its length and b as they are. Errors are counted, so their "
            "number only jumps, and its derivative says nothing. The cross-entropy changes with every degree: descent "
            "can follow it.",
        ]
        content = {
            "title": "Which cost? Errors against cross-entropy", "head": ["", "Here", "Change per degree"],
            "rows": rows, "strong": -1, "words": words,
        }  # fmt: skip
        return Look("errors", content, {"errors": (_ANGLES, wrong), "cross-entropy": (_ANGLES, costs)})

    def _slope(self, weights: Weights) -> float:
        """Return the derivative of the summed cost by the angle, per degree."""
        slope = gradient(self._run.groups, weights)
        return float(slope[0] * -weights[1] + slope[1] * weights[0]) * math.pi / 180

    def _log_zero(self, session: BatchesSession) -> Look:
        base, groups = self._turnable(session), self._run.groups
        weights = [session.factor * value for value in base]
        found = log_zero(groups, weights, session.precision)
        rows = [
            ["As written: −Σ (l log p + (1 − l) log(1 − p))", _shown(found.naive)],
            ["With 1e-10 added inside the logarithms", _shown(found.padded)],
            ["From the logits: Σ (log(1 + eᶻ) − l z)", _shown(found.stable)],
        ]
        words = [
            f"Largest |z|: {signed(found.largest)}. p is exactly 0 or 1 at {found.certain_right} points on the right "
            f"side and at {found.certain_wrong} on the wrong one.",
            self._verdict(found.naive),
        ]
        lines = self._cached("log0", (base, session.precision), lambda: self._over_factors(base, session.precision))
        content = {
            "title": "The same cost in three forms", "head": ["Form", "Cost"], "rows": rows, "strong": 2,
            "words": words,
        }  # fmt: skip
        return Look("log0", content, lines, session.factor)

    @staticmethod
    def _verdict(naive: float) -> str:
        if math.isnan(naive):
            return (
                "nan: at a point that is right for certain the formula computes 0 · log 0, which is not a number, "
                "though the point costs nothing."
            )
        if math.isinf(naive):
            return "inf: a point is wrong for certain, and −log 0 is infinite; its true cost is only |z|."
        return "Here all three agree. Make the weights larger: the line stays, p runs into 0 and 1."

    def _over_factors(self, base: Weights, precision: str) -> dict[str, tuple[Array, Array]]:
        found = [log_zero(self._run.groups, [k * value for value in base], precision) for k in _FACTORS]
        names = ("naive", "padded", "stable")
        return {name: (_FACTORS, np.array([getattr(each, name) for each in found])) for name in names}

    def _names(self, frame: BatchesFrame) -> Look:
        mini = frame.lanes["mini"]
        rows = [
            ["Batch gradient descent", "all points", f"{frame.lanes['batch'].updates_per_epoch:,}"],
            ["Mini-batch gradient descent", f"B = {mini.batch_size:,} points", f"{mini.updates_per_epoch:,}"],
            ["Stochastic gradient descent", "one point", f"{frame.lanes['stochastic'].updates_per_epoch:,}"],
        ]
        words = [
            "An epoch is one pass through all points. The names differ only in how many points an update sees.",
            "“Batch size 32” nearly always means the mini-batch: “batch gradient descent with batch size 32” "
            "contradicts itself unless there are 32 points. And “SGD” in everyday speech means mini-batches.",
            "Memory is not the only reason for mini-batches: the gradient of all points can be added up piece by "
            "piece. Data are redundant, an update costs less, and noise helps to explore.",
        ]
        head = ["Name", "An update sees", "Updates an epoch"]
        return Look("names", {"title": "Names", "head": head, "rows": rows, "strong": -1, "words": words})


def _shown(value: float) -> str:
    if math.isnan(value):
        return "nan"
    return "inf" if math.isinf(value) else signed(value)
