"""What the digit training page can begin with, and which slides it shows."""

from __future__ import annotations

from dataclasses import dataclass

from engine.reader import PRESETS as NETS
from engine.reader import ReaderSpec, layer

__all__ = ["PRESETS", "SLIDES", "Preset", "preset_of"]


@dataclass(frozen=True, slots=True)
class Preset:
    """A network to begin with.

    Attributes
    ----------
    key, title, sentence : str
    spec : ReaderSpec
    slides : tuple of str
        The slides that it shows.
    """

    key: str
    title: str
    sentence: str
    spec: ReaderSpec
    slides: tuple[str, ...] = ()


_DEEP = ReaderSpec(
    layers=(
        layer("conv", filters=8, size=3, padding="same"), layer("max_pool"),
        layer("conv", filters=12, size=3, padding="same"), layer("max_pool"),
        layer("conv", filters=16, size=3), layer("dense", units=32),
    ),
)  # fmt: skip

PRESETS: dict[str, Preset] = {
    preset.key: preset
    for preset in (
        Preset(
            "lecture", "The lecture’s net",
            "4 maps, pooling, 6 maps, pooling, dense. The second convolution has 6·(4·25 + 1) = 606 parameters. Press "
            "Play: filters grow out of noise while the test accuracy climbs. Guessing would get 10\N{NO-BREAK SPACE}%.",
            NETS["lecture"].spec, ("L1-36",),
        ),
        Preset(
            "lenet", "LeNet-5",
            "LeCun’s net of 1998: 61,706 parameters, 48,120 of them in the first dense layer, which is the same as a "
            "convolution with 120 filters of 5 × 5 × 16.",
            NETS["lenet"].spec, ("L1-42", "L1-43"),
        ),
        Preset(
            "hierarchy", "Three convolutions",
            "Each convolution sees the maps of the one before. The first learns edges and strokes, the later ones what "
            "they make together.",
            _DEEP, ("L3-27",),
        ),
        Preset(
            "svm", "Hinge head",
            "The same net with ten linear support vector machines in place of the soft-max: the head can be replaced. "
            "Its answers are scores, not probabilities.",
            NETS["svm"].spec, ("L3-34",),
        ),
        Preset(
            "dense", "No convolution",
            "One hidden layer on the bare pixels, for comparison: fifteen times the parameters of the lecture’s net. "
            "Then move the digit by two pixels and look at the answers of both.",
            NETS["dense"].spec,
        ),
        Preset(
            "shuffled", "Shuffled pixels",
            "The lecture’s net on digits whose pixels have changed places, all in the same way. Nothing is lost, but "
            "neighbours are no longer neighbours.",
            NETS["lecture"].spec.with_(data="shuffled"), ("L1-35",),
        ),
        Preset(
            "small8", "Small digits",
            "8 × 8 pixels, one convolution, one pooling: an epoch takes no time, and every number can be looked at.",
            NETS["small8"].spec,
        ),
    )
}  # fmt: skip
# By slide, the preset that it shows.
SLIDES: dict[str, Preset] = {slide: preset for preset in PRESETS.values() for slide in preset.slides}


def preset_of(spec: ReaderSpec) -> str:
    """Return the key of the preset that this is; empty for none."""
    return next((key for key, preset in PRESETS.items() if preset.spec == spec), "")
