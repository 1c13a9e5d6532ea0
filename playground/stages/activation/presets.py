"""What the activation page can begin with, and which slides it shows."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.activation import ActivationSpec

__all__ = ["PRESETS", "SLIDES", "Preset"]


@dataclass(frozen=True, slots=True)
class Preset:
    """Something to begin with.

    Attributes
    ----------
    key, title, sentence : str
    spec : ActivationSpec
    slides : tuple of str
        The slides that it shows.
    """

    key: str
    title: str
    sentence: str
    spec: ActivationSpec
    slides: tuple[str, ...] = field(default_factory=tuple)


PRESETS: dict[str, Preset] = {
    preset.key: preset
    for preset in (
        Preset(
            "sigmoid", "Sigmoid",
            "Between 0 and 1; its slope is 0.25 at 0 and fades on both sides. Where it is flat no gradient passes.",
            ActivationSpec(), ("L1-40",),
        ),
        Preset(
            "tanh", "Tanh", "Between −1 and 1, with a slope of 1 at 0; it is flat sooner than the sigmoid.",
            ActivationSpec(function="tanh"),
        ),
        Preset(
            "relu", "ReLU", "Slope 1 or 0: what is positive passes unchanged, what is negative is cut off.",
            ActivationSpec(function="relu"), ("L1-41",),
        ),
        Preset(
            "gaussian", "Gaussian", "A bump, e^(−x²/σ²): it answers to inputs near 0 and to no others.",
            ActivationSpec(function="gaussian"),
        ),
        Preset(
            "step", "Step", "0 or 1, and flat everywhere: nothing before it can learn by gradients.",
            ActivationSpec(function="step"),
        ),
        Preset(
            "four", "Four together", "Identity, sigmoid, tanh and ReLU on the same axes, and below them their slopes.",
            ActivationSpec(beside="four", flat=False), ("L2-04",),
        ),
        Preset(
            "scaled", "Tanh from a sigmoid", "Stretch and shift a sigmoid until it lies on tanh everywhere.",
            ActivationSpec(function="tanh", beside="scaled", flat=False),
        ),
        Preset(
            "spikes", "A spiking neuron",
            "An analogy: a leaky membrane, charged by a current x, sends a spike at each threshold. Below it, none.",
            ActivationSpec(function="relu", x=2.0, spikes=True),
        ),
    )
}  # fmt: skip
# By slide, the preset that it shows.
SLIDES: dict[str, Preset] = {slide: preset for preset in PRESETS.values() for slide in preset.slides}
