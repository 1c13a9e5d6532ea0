"""What the batches page can begin with, and which slides it shows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from engine import Position
from engine.batches import LANES, SLIDE_LINE, BatchesSpec

__all__ = ["LINES", "LOOKS", "PRESETS", "SLIDES", "Begin", "Preset", "Weights", "slide_begin"]

Weights = tuple[float, float, float]
# Whose probabilities the plane can show.
LINES = (*LANES, "hand")
# What can be looked at more closely.
LOOKS = {
    "hand": "By hand",
    "noise": "Noise",
    "errors": "Counting errors",
    "log0": "log(0)",
    "names": "Names",
}


@dataclass(frozen=True, slots=True)
class Begin:
    """Where a visit begins.

    Attributes
    ----------
    spec : BatchesSpec
    position : Position
    look : str
        A key of `LOOKS`; empty for none.
    hand : tuple of float or None
        (w₁, w₂, b) of the line that is set by hand; None for no such line.
    point : tuple of float
        The point that is asked about.
    shaded : str
        One of `LINES`.
    factor : float
        On the weights, where log(0) is looked at.
    """

    spec: BatchesSpec = BatchesSpec()  # noqa: RUF009 (a spec is frozen)
    position: Position = Position()  # noqa: RUF009
    look: str = ""
    hand: Weights | None = None
    point: tuple[float, float] = (1.0, 0.0)
    shaded: str = "mini"
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Preset:
    """Something to begin with.

    Attributes
    ----------
    key, title, sentence : str
    begin : Begin
    slides : dict of str to dict
        By slide, what it shows differently.
    """

    key: str
    title: str
    sentence: str
    begin: Begin
    slides: dict[str, dict[str, Any]] = field(default_factory=dict)


_HAND = Begin(look="hand", hand=SLIDE_LINE, shaded="hand")
PRESETS: dict[str, Preset] = {
    preset.key: preset
    for preset in (
        Preset(
            "lanes", "Three lanes",
            "Press Play: all lanes see the same points, but update once an epoch (batch), 5 times (mini-batch) or 200 "
            "times (stochastic). Zero weights cost 200·ln 2 = 138.63.",
            Begin(),
            {
                "L2-19": {"position": Position(1)}, "L3-18": {}, "L4-73": {}, "L4-76": {}, "L4-86": {},
                "L4-88": {"position": Position(0, 40)},
            },
        ),
        Preset(
            "hundred", "100 epochs",
            "Nearly all of the gain is in the first epoch; the bias is slow. This cost is convex: with a suitable rate "
            "gradient descent reaches its one minimum.",
            Begin(position=Position(100)), {"L4-87": {}},
        ),
        Preset(
            "line", "The slide's line",
            "x₂ + 1.23 x₁ − 0.55 = 0. Green where z > 0, blue where z < 0; the sign decides, the size says how far, "
            "and p = 1/(1 + e⁻ᶻ) how sure.",
            _HAND,
            {
                "L4-63": {"point": (0.0, 0.55)}, "L4-64": {}, "L4-66": {"point": (1.0, 1.0)}, "L4-74": {"look": "log0"},
                "L4-75": {},
            },
        ),
        Preset(
            "by_hand", "By hand",
            "Move the line with three sliders: bring the cost below 70, then see what gradient descent does.",
            replace(_HAND, hand=(1.0, -0.5, 1.0)), {"L4-60": {}, "L4-61": {}, "L4-62": {}},
        ),
        Preset(
            "overshoot", "Ten times the rate",
            "With η = 0.01 and the summed cost the first batch step goes to W ≈ (3.9, 3.7) and costs 299: more than "
            "before it. Small steps, taken often, bear the same rate.",
            Begin(BatchesSpec(learning_rate=0.01), Position(1), shaded="batch"),
        ),
        Preset(
            "mean", "Mean cost",
            "Averaged over its batch, a gradient no longer grows with it. The batch step is now 200 times smaller: to "
            "take the same one, η must be 0.2. Sum or mean changes what a learning rate means.",
            Begin(BatchesSpec(cost="mean"), Position(5), shaded="batch"),
        ),
        Preset(
            "copies", "Ten copies",
            "Each point is in the data ten times. The averaged gradient is the same, so the batch lane pays ten times "
            "as much for each of its steps; the stochastic lane makes ten times as many.",
            Begin(BatchesSpec(copies=10, cost="mean", learning_rate=0.02), Position(1), look="noise", shaded="batch"),
            {"L4-89": {}},
        ),
        Preset(
            "noise", "Noise",
            "The gradient of a mini-batch is a guess at that of all points; its noise falls like 1/√B. Four times the "
            "batch, half the noise.",
            Begin(position=Position(1), look="noise"), {"L2-20": {}},
        ),
        Preset(
            "errors", "Counting errors",
            "Over the angle of the line the number of errors is a staircase: its derivative is 0 almost everywhere. "
            "The cross-entropy is smooth.",
            replace(_HAND, look="errors"), {"L4-65": {}},
        ),
        Preset(
            "log0", "log(0)",
            "Large weights round p to exactly 0 or 1. Then the formula as it is written gives nan or inf; from the "
            "logits the cost is right.",
            replace(_HAND, look="log0", factor=8.0), {"L4-72": {"factor": 3.0}, "L4-92": {}},
        ),
        Preset(
            "names", "Names",
            "Batch, mini-batch and stochastic differ only in B. In everyday speech SGD means mini-batches, and “batch "
            "size” the size of a mini-batch.",
            Begin(position=Position(1), look="names"), {"L4-90": {}, "L4-91": {}},
        ),
    )
}  # fmt: skip
# By slide, the preset that it shows.
SLIDES: dict[str, Preset] = {slide: preset for preset in PRESETS.values() for slide in preset.slides}


def slide_begin(slide: str) -> Begin:
    """Return where a visit begins that is to show a slide."""
    preset = SLIDES[slide]
    return replace(preset.begin, **preset.slides[slide])
