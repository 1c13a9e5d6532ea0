"""What the probability page can begin with, and which slides it shows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine import SpecError
from engine.batches import SLIDE_LINE
from engine.checks import unknown
from playground.stages.sheets.presets import Preset, at_slide, by_key, slides_of

__all__ = ["LOOKS", "MOST_CLASSES", "MOST_NOTED", "PRESETS", "SLIDES", "Begin", "slide_begin"]

LOOKS = ("softmax", "sigmoid", "line", "abstain")
LEAST_CLASSES, MOST_CLASSES = 2, 5
LARGEST_SCORE = 2000.0
MOST_NOTED = 10


@dataclass(frozen=True, slots=True)
class Begin:
    """The whole state of the page.

    Attributes
    ----------
    look : str
        One of `LOOKS`.
    scores : tuple of float
        Of 2 to 5 classes, within ±2000.
    temperature : float
        0.05 to 20.
    shifted : bool
        Whether the largest score is subtracted before anything else.
    target : int
        The true class, from 0.
    at : int
        How many terms are computed; -1 for all.
    score : float
        v, what goes into the sigmoid, within ±2000.
    noted : tuple of float
        Values of v that were compared.
    weights : tuple of float
        (w₁, w₂, b) of the line.
    factor : float
        On all three of them, 0.1 to 10.
    point : tuple of float
        The point that is asked about.
    threshold : float
        Of the confidence, 0.5 to 1.
    sharpness : float
        How sure the model is: 1 is as sure as it may be; 0.2 to 5.
    flip : float
        The share of labels that are flipped, 0.02 to 0.45.
    seed : int
        Of the labels.
    """

    look: str = "softmax"
    scores: tuple[float, ...] = (2.0, 1.0, 0.1)
    temperature: float = 1.0
    shifted: bool = True
    target: int = 0
    at: int = -1
    score: float = 1.0
    noted: tuple[float, ...] = ()
    weights: tuple[float, ...] = SLIDE_LINE
    factor: float = 1.0
    point: tuple[float, ...] = (1.0, 1.0)
    threshold: float = 0.5
    sharpness: float = 1.0
    flip: float = 0.2
    seed: int = 0

    def __post_init__(self) -> None:
        if self.look not in LOOKS:
            raise SpecError("look", unknown("look", self.look, LOOKS))
        _several("scores", self.scores, range(LEAST_CLASSES, MOST_CLASSES + 1), LARGEST_SCORE)
        _within("temperature", self.temperature, 0.05, 20)
        _within("target", self.target, 0, len(self.scores) - 1)
        _within("score", self.score, -LARGEST_SCORE, LARGEST_SCORE)
        _several("noted", self.noted, range(MOST_NOTED + 1), LARGEST_SCORE)
        _several("weights", self.weights, range(3, 4), 100)
        _within("factor", self.factor, 0.1, 10)
        _several("point", self.point, range(2, 3), 100)
        _within("threshold", self.threshold, 0.5, 1)
        _within("sharpness", self.sharpness, 0.2, 5)
        _within("flip", self.flip, 0.02, 0.45)
        _within("seed", self.seed, 0, 2**31 - 1)


def _within(name: str, value: Any, low: float, high: float) -> None:
    if not (isinstance(value, int | float) and math.isfinite(value) and low <= value <= high):
        raise SpecError(name, f"{name} is a number from {low:g} to {high:g}, got {value!r}")


def _several(name: str, values: Sequence[float], counts: range, most: float) -> None:
    if len(values) not in counts:
        how_many = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
        raise SpecError(name, f"{name} are {how_many} numbers, got {len(values)}")
    for value in values:
        _within(name, value, -most, most)


PRESETS = by_key(
    Preset(
        "softmax", "Soft-max",
        "e to the power of each score, their sum, and each one’s share of it. Only differences of scores matter.",
        Begin(), {"L2-17": {"at": 0}},
    ),
    Preset(
        "overflow", "Scores of 1000",
        "Computed as it is written, e¹⁰⁰⁰ is too large for the computer, and ∞/∞ is no number. Subtract the largest "
        "score first, and the same probabilities come out.",
        Begin(scores=(1002.0, 1001.0, 1000.1), shifted=False),
    ),
    Preset(
        "tie", "A tie",
        "Two classes with the same score share the first place. The decision has to say so.",
        Begin(scores=(1.5, 0.0, 1.5, -1.0)),
    ),
    Preset(
        "sigmoid", "Sigmoid",
        "Two classes, one score fixed at 0: soft-max of (v, 0) is the sigmoid of v.",
        Begin("sigmoid"), {"L3-15": {"score": 0.0}},
    ),
    Preset(
        "line", "A line",
        "Far from the line the probability is near 0 or 1, on it 0.5. Larger weights on the same line make the model "
        "surer.",
        Begin("line"), {"L4-66": {}},
    ),
    Preset(
        "abstain", "Not answering",
        "Synthetic labels of which 20 % are flipped: no model gets more than about 80 % of them right, unless it may "
        "say “I do not know”.",
        Begin("abstain"), {"L3-09": {}},
    ),
)  # fmt: skip
SLIDES = slides_of(PRESETS)


def slide_begin(slide: str) -> Begin:
    """Return where a visit begins that is to show a slide."""
    return at_slide(PRESETS, slide)
