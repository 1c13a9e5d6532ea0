"""Digit readers to begin with, by the slide that shows them."""

from __future__ import annotations

from dataclasses import dataclass

from engine.reader.layer_specs import layer
from engine.reader.spec import ReaderSpec

__all__ = ["PRESETS", "ReaderPreset"]


@dataclass(frozen=True, slots=True)
class ReaderPreset:
    """A net to begin with.

    Attributes
    ----------
    title : str
    about : str
        In a sentence or two.
    spec : ReaderSpec
    """

    title: str
    about: str
    spec: ReaderSpec


_LECTURE = ReaderSpec()

PRESETS: dict[str, ReaderPreset] = {
    "lecture": ReaderPreset(
        "The lecture's net",
        "Two convolutions with 4 and 6 filters, each with a max pooling behind it, and a dense layer. The second "
        "convolution has 606 parameters.",
        _LECTURE,
    ),
    "lenet": ReaderPreset(
        "LeNet-5",
        "LeCun's reader of 1998: two convolutions with average pooling and three dense layers, 61,706 parameters. "
        "The padding makes room for digits at the border, which were 32 × 32 pixels then.",
        ReaderSpec(
            layers=(
                layer("conv", filters=6, padding="same", activation="tanh"), layer("average_pool"),
                layer("conv", filters=16, activation="tanh"), layer("average_pool"), layer("flatten"),
                layer("dense", units=120, activation="tanh"), layer("dense", units=84, activation="tanh"),
            ),
            learning_rate=0.002,
        ),
    ),
    "small8": ReaderPreset(
        "Small digits",
        "One convolution and one pooling on digits of 8 × 8 pixels: quick, and every number can be looked at.",
        ReaderSpec(
            data="digits8", layers=(layer("conv", filters=8, size=3), layer("max_pool")), learning_rate=0.02,
        ),
    ),
    "dense": ReaderPreset(
        "No convolution",
        "One hidden layer on the bare pixels, for comparison: more parameters than the lecture's net, and nothing "
        "known of neighbouring pixels.",
        ReaderSpec(layers=(layer("flatten"), layer("dense", units=32)), learning_rate=0.003),
    ),
    "svm": ReaderPreset(
        "With a support vector machine",
        "The lecture's net with another head: ten linear support vector machines in place of the soft-max.",
        _LECTURE.with_(head="hinge", learning_rate=0.008),
    ),
}  # fmt: skip
