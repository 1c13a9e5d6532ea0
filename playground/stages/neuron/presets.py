"""What the neuron page can begin with, and which slides it shows."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.neuron import NeuronSpec

__all__ = ["PRESETS", "SLIDES", "Begin", "Preset"]


@dataclass(frozen=True, slots=True)
class Begin:
    """Where a visit begins.

    Attributes
    ----------
    spec : NeuronSpec
    index : int or None
        Which moment, as `NeuronRun` counts them; None where the neuron has just answered.
    """

    spec: NeuronSpec = NeuronSpec()  # noqa: RUF009 (a spec is frozen)
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Preset:
    """Something to begin with.

    Attributes
    ----------
    key, title, sentence : str
    begin : Begin
    slides : tuple of str
        The slides that it shows.
    """

    key: str
    title: str
    sentence: str
    begin: Begin
    slides: tuple[str, ...] = field(default_factory=tuple)


def _table(task: str, weights: tuple[float, float], bias: float, index: int | None = None) -> Begin:
    return Begin(NeuronSpec((0.0, 0.0), weights, bias, activation="step", task=task), index)


PRESETS: dict[str, Preset] = {
    preset.key: preset
    for preset in (
        Preset(
            "numpy", "Three inputs",
            "x = (1, 2, 3) and w = (0.1, 0.2, 0.3), without a bias: step through the terms, the sum and the sigmoid, "
            "and follow the code.",
            Begin(NeuronSpec(biased=False), 0), ("L3-13",),
        ),
        Preset(
            "compare", "A comparison",
            "Weights 1 and −1: the sum is the difference of the inputs. Where they are equal it is 0.",
            Begin(NeuronSpec((2.0, 2.0), (1.0, -1.0), 0.0, activation="step")), ("L2-02",),
        ),
        Preset(
            "and", "AND", "Set w₁, w₂ and b so that all four rows are right, or let the perceptron rule do it.",
            _table("and", (1.0, 1.0), 0.0), ("L1-11",),
        ),
        Preset("or", "OR", "One input that is 1 is enough.", _table("or", (0.0, 0.0), 0.0, 0)),
        Preset("nand", "NAND", "AND turned around: negative weights and a positive bias.",
               _table("nand", (0.0, 0.0), 0.0, 0)),
        Preset(
            "xor", "XOR",
            "One line cannot part these corners: three of four rows at best, and the rule goes round in a circle.",
            _table("xor", (0.0, 0.0), 0.0, 0),
        ),
        Preset(
            "steep", "Steeper and steeper",
            "Twice the weights and the bias: the boundary stays where it is, and the sigmoid comes nearer to a step.",
            Begin(NeuronSpec((0.5, 0.5), (2.0, 1.0), -1.0)), ("L4-31",),
        ),
        Preset(
            "logistic", "Logistic regression",
            "A sigmoid neuron that learns two groups ends at the very weights of logistic regression.",
            Begin(NeuronSpec((1.0, 0.5), (0.0, 0.0), 0.0, task="groups"), 0), ("L4-36",),
        ),
    )
}  # fmt: skip
# By slide, the preset that it shows.
SLIDES: dict[str, Preset] = {slide: preset for preset in PRESETS.values() for slide in preset.slides}
