"""What the losses page can begin with, and which slides it shows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine import SpecError
from engine.checks import unknown
from engine.probability import softmax
from playground.stages.losses.quizzes import NAMES, TASKS
from playground.stages.sheets.presets import Preset, at_slide, by_key, slides_of

__all__ = ["LOOKS", "MOST_COUNT", "PRESETS", "SLIDES", "Begin", "slide_begin"]

LOOKS = ("regression", "margin", "formula", "likelihood", "product", "entropy", "notation", "tasks")
CONVENTIONS = ("signed", "binary")
MOST_TARGETS, MOST_SAMPLES, MOST_OUTCOMES = 12, 10, 6
MOST_COUNT = 1200
LARGEST_TARGET = 10.0


@dataclass(frozen=True, slots=True)
class Begin:
    """The whole state of the page.

    Attributes
    ----------
    look : str
        One of `LOOKS`.
    targets : tuple of float
        d, 1 to 12 of them, within ±10.
    output : float
        o, within ±10.
    kept : tuple of float
        Errors of another arrangement that is kept to compare with.
    margin : float
        m, within ±5.
    convention : {"signed", "binary"}
        Labels −1 and +1 with log₂, or 0 and 1 with ln.
    a : float
        The output of the one sample, 0 to 1.
    t : int
        Its target, 0 or 1.
    p : tuple of float
        The probability of label 1 of 1 to 10 samples.
    labels : tuple of int
        Their labels, 0 or 1; as many.
    at : int
        How many steps are done; -1 for all.
    factor : float
        What is multiplied with itself, 0.01 to 0.999.
    count : int
        How often, 1 to 1200.
    truth, model : tuple of float
        Heights of the bars of P and of Q, 2 to 6, as many.
    bits : bool
        Whether entropies are in bits.
    names, picks : tuple of int
        The answers to both quizzes, -1 where there is none.
    """

    look: str = "regression"
    targets: tuple[float, ...] = (0.1,) * 10
    output: float = 0.0
    kept: tuple[float, ...] = ()
    margin: float = 0.0
    convention: str = "signed"
    a: float = 0.9
    t: int = 1
    p: tuple[float, ...] = (0.7, 0.2, 0.9, 0.6, 0.4)
    labels: tuple[int, ...] = (1, 0, 1, 1, 0)
    at: int = -1
    factor: float = 0.5
    count: int = 200
    truth: tuple[float, ...] = (0.5, 0.5)
    model: tuple[float, ...] = (0.9, 0.1)
    bits: bool = True
    names: tuple[int, ...] = (-1,) * len(NAMES)
    picks: tuple[int, ...] = (-1,) * len(TASKS)

    def __post_init__(self) -> None:
        if self.look not in LOOKS:
            raise SpecError("look", unknown("look", self.look, LOOKS))
        if self.convention not in CONVENTIONS:
            raise SpecError("convention", unknown("convention", self.convention, CONVENTIONS))
        _several("targets", self.targets, range(1, MOST_TARGETS + 1), -LARGEST_TARGET, LARGEST_TARGET)
        _within("output", self.output, -LARGEST_TARGET, LARGEST_TARGET)
        _several("kept", self.kept, range(MOST_TARGETS + 1), -2 * LARGEST_TARGET, 2 * LARGEST_TARGET)
        _within("margin", self.margin, -5, 5)
        _within("a", self.a, 0, 1)
        _several("t", (self.t,), range(1, 2), 0, 1)
        # Both change in length together, one after the other: the shorter one counts.
        _several("p", self.p, range(1, MOST_SAMPLES + 1), 0, 1)
        _several("labels", self.labels, range(1, MOST_SAMPLES + 1), 0, 1)
        _within("factor", self.factor, 0.01, 0.999)
        _within("count", self.count, 1, MOST_COUNT)
        for name, heights in (("truth", self.truth), ("model", self.model)):
            _several(name, heights, range(2, MOST_OUTCOMES + 1), 0, 1)
            if not sum(heights) > 0:
                raise SpecError(name, "one bar at least must be higher than 0")
        _several("names", self.names, range(len(NAMES), len(NAMES) + 1), -1, 1)
        _several("picks", self.picks, range(len(TASKS), len(TASKS) + 1), -1, 4)

    @property
    def samples(self) -> int:
        """How many samples there are."""
        return min(len(self.p), len(self.labels))

    @property
    def outcomes(self) -> int:
        """How many outcomes both distributions have."""
        return min(len(self.truth), len(self.model))


def _within(name: str, value: Any, low: float, high: float) -> None:
    if not (isinstance(value, int | float) and math.isfinite(value) and low <= value <= high):
        raise SpecError(name, f"{name} is a number from {low:g} to {high:g}, got {value!r}")


def _several(name: str, values: Sequence[float], counts: range, low: float, high: float) -> None:
    if len(values) not in counts:
        how_many = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
        raise SpecError(name, f"{name} are {how_many} numbers, got {len(values)}")
    for value in values:
        _within(name, value, low, high)


_EIGHT = (0.9, 0.85, 0.95, 0.8, 0.9, 0.88, 0.92, 0.97)
PRESETS = by_key(
    Preset(
        "errors", "Errors",
        "Drag the targets. The error e = d − o can be added up as it is, without its sign, or squared.",
        Begin(), {"L2-05": {}},
    ),
    Preset(
        "outlier", "An outlier",
        "Σe² is least at the mean, Σ|e| at the median. One target far away pulls the mean and leaves the median alone.",
        Begin(targets=(1.0, 2.0, 2.0, 3.0, 9.0), output=2.0),
    ),
    Preset(
        "margin", "Margin losses",
        "The margin m = y·s is above 0 where the sign is right. Drag a dot along the curves.",
        Begin("margin"), {"L1-16": {}},
    ),
    Preset(
        "formula", "From likelihood to cost",
        "Step by step from “make the right label likely” to the cost J, and what it asks of the weights.",
        Begin("formula", at=0), {"L3-16": {}},
    ),
    Preset(
        "likelihood", "Samples",
        "One number a sample, p, describes both labels. The label decides which factor counts.",
        Begin("likelihood"), {"L4-68": {"at": 0}, "L4-69": {}},
    ),
    Preset(
        "gross", "Gross errors",
        "Eight good answers and a bad one: drag its p toward 0 and watch its share of the whole cost.",
        Begin("likelihood", p=(*_EIGHT, 0.5), labels=(1,) * 9), {"L4-72": {}},
    ),
    Preset(
        "product", "Product and sum",
        "The product of many probabilities falls below what a computer can hold. The sum of their logarithms does not.",
        Begin("product"), {"L4-70": {}},
    ),
    Preset(
        "entropy", "Entropy",
        "Two distributions with bars to drag: P is what happens, Q is what the model says.",
        Begin("entropy"), {"L4-71": {}},
    ),
    Preset(
        "one_hot", "One-hot target",
        "Where P is 1 for one class and 0 for all others, the cross-entropy is −log of what Q gives to that class.",
        Begin(
            "entropy", truth=(1.0, 0.0, 0.0), model=tuple(float(x) for x in softmax((2.0, 1.0, 0.1)).round(4)),
            bits=False,
        ),
        {"L2-18": {}},
    ),
    Preset(
        "notation", "Names of symbols",
        "The lectures do not agree on who wears the hat. Which symbol is the target, which the output?",
        Begin("notation"), {"L4-34": {}},
    ),
    Preset(
        "tasks", "Task and loss",
        "What is to be predicted decides which loss fits. Choose one for each task.",
        Begin("tasks"),
    ),
)  # fmt: skip
SLIDES = slides_of(PRESETS)


def slide_begin(slide: str) -> Begin:
    """Return where a visit begins that is to show a slide."""
    return at_slide(PRESETS, slide)
