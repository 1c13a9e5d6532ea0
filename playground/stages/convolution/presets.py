"""What the convolution page can begin with, and which slides it shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import prod

import numpy as np

from engine.sliding import SlidingSpec
from engine.sliding.fit import fitted
from engine.sliding.inputs import input_array, input_names, input_spec
from engine.sliding.kernels import kernel_array, kernel_names, kernel_spec
from engine.sliding.presets import lecture_spec
from playground.stages.convolution.counts import Layers

__all__ = [
    "LOOKS", "PRESETS", "SLIDES", "Begin", "Preset", "in_front", "input_name", "kernel_name", "preset_of",
    "slide_begin",
]  # fmt: skip

# What can be looked at more closely.
LOOKS = {"counts": "Weights to learn", "picture": "The whole picture", "sizes": "Predict sizes"}


@dataclass(frozen=True, slots=True)
class Begin:
    """Where a visit begins.

    Attributes
    ----------
    spec : SlidingSpec
    done : int
        Steps that have been made: numbers of the output, and then gradients sent back.
    channel, filter : int
        Which ones are in front.
    look : str
        A key of `LOOKS`; empty for none.
    layers : Layers
        Those whose weights are counted.
    """

    spec: SlidingSpec
    done: int = 0
    channel: int = 0
    filter: int = 0
    look: str = ""
    layers: Layers = Layers()  # noqa: RUF009 (layers are frozen)


@dataclass(frozen=True, slots=True)
class Preset:
    """Something to begin with.

    Attributes
    ----------
    key, title, sentence : str
    make : callable
        Returns where it begins; inputs are read only when they are wanted.
    slide : str
        The slide that it shows; empty for none.
    question : str
        A key of `QUESTIONS` that is asked first; empty for none.
    tasks : tuple of str
        Keys of what there is to try.
    """

    key: str
    title: str
    sentence: str
    make: Callable[[], Begin]
    slide: str = ""
    question: str = ""
    tasks: tuple[str, ...] = ()

    @property
    def begin(self) -> Begin:
        """Where it begins."""
        return _made(self.key)


@cache
def _made(key: str) -> Begin:
    return PRESETS[key].make()


def _edges() -> Begin:
    # At the left leg of the A, where there is something to add up.
    return Begin(kernel_spec(input_spec(SlidingSpec(), "letter"), "vertical"), done=18)


def _design() -> Begin:
    return Begin(kernel_spec(input_spec(SlidingSpec(), "edge"), "identity"), done=36)


def _photo() -> Begin:
    spec = kernel_spec(fitted(input_spec(SlidingSpec(), "china"), padding="same"), "sobel_x")
    return Begin(spec, prod(spec.output_shape), look="picture")


def _volume() -> Begin:
    return Begin(kernel_spec(input_spec(SlidingSpec(), "ball"), "depth"), done=1)


def _backward() -> Begin:
    spec = kernel_spec(fitted(input_spec(SlidingSpec(), "random"), stride=2), "sobel_y")
    return Begin(spec, prod(spec.output_shape) + 1)


PRESETS: dict[str, Preset] = {
    preset.key: preset
    for preset in (
        Preset(
            "edges", "Edges",
            "Press Play: one small kernel of nine weights looks at every place of the letter, and answers where it "
            "becomes brighter or darker to the right.",
            _edges,
        ),
        Preset(
            "window", "5 × 5",
            "A filter of 25 weights on 32 × 32 numbers, as on slide L1-37: a small set of weights, used everywhere.",
            lambda: Begin(lecture_spec("L1-37")), "L1-37", "valid", ("halve",),
        ),
        Preset(
            "padding", "Padding",
            "Zeros around the input let the window stand at its border.",
            lambda: Begin(lecture_spec("L1-38")), "L1-38", "padded", ("halve",),
        ),
        Preset(
            "filters", "4 filters",
            "Four filters look for different things; the window moves two places at a time.",
            lambda: Begin(lecture_spec("L2-13")), "L2-13", "filters", ("halve",),
        ),
        Preset(
            "signal", "1-D, ReLU",
            "x = (0, 0, 1, 2, 3, 0, 0) and w = (1, 0, −1), flipped as in mathematics. Take the flip away and see the "
            "signs change.",
            lambda: Begin(lecture_spec("L3-35")), "L3-35", "relu",
        ),
        Preset(
            "design", "Own kernel",
            "Double-click the kernel's numbers, or press Enter on them, and write others: the output follows.",
            _design, tasks=("edge",),
        ),
        Preset(
            "max", "Max pooling",
            "The largest number of each block: was it there? Going back, the whole gradient goes to the winner.",
            lambda: Begin(lecture_spec("L1-39")), "L1-39", "shifted", ("one",),
        ),
        Preset(
            "average", "Average pooling",
            "The mean of each block: how much was there? Going back, each number of it gets the same share.",
            lambda: Begin(lecture_spec("L1-39-average")), question="average", tasks=("one",),
        ),
        Preset(
            "pooled", "Pooled digit",
            "Pooling makes a map smaller and keeps what is strong in it.",
            lambda: Begin(lecture_spec("L2-15")), "L2-15", "pooling",
        ),
        Preset(
            "weights", "Weights",
            "One kernel reads all three colors at once, with the same weights everywhere in the picture.",
            lambda: Begin(lecture_spec("L3-33"), look="counts"), "L3-33", "weights",
        ),
        Preset(
            "photo", "Photo",
            "Try the kernels on a photograph; below, the same kernel on all of it. Your own picture can be used, too.",
            _photo,
        ),
        Preset(
            "volume", "3-D",
            "A volume is nothing new: the window has a third direction to go, and the kernel 27 weights.",
            _volume, "L1-76",
        ),
        Preset(
            "backward", "Backward",
            "Step on: each number of the output sends its gradient back. An input gets the gradient times the weight "
            "that saw it, a weight the gradient times the input that it saw.",
            _backward,
        ),
    )
}  # fmt: skip
# By slide, the preset that it shows.
SLIDES: dict[str, Preset] = {preset.slide: preset for preset in PRESETS.values() if preset.slide}


def slide_begin(slide: str) -> Begin:
    """Return where a visit begins that is to show a slide."""
    return SLIDES[slide].begin


def in_front(spec: SlidingSpec, done: int) -> tuple[int, int]:
    """Return the channel and the filter that the last of so many steps belongs to."""
    maps = spec.output_shape[-1]
    last = max(done - 1, 0) % maps
    return (last, 0) if spec.pools else (0, last)


def input_name(spec: SlidingSpec) -> str:
    """Return the key of the input that a spec has; empty for numbers of its own."""
    return _input_name(spec.space, spec.channels, spec.x)


@cache
def _inputs(axes: int) -> dict[str, tuple[tuple[int, ...], tuple[float, ...]]]:
    arrays = {name: input_array(name) for name in input_names(axes)}
    return {name: (values.shape, tuple(values.ravel().tolist())) for name, values in arrays.items()}


def _input_name(space: tuple[int, ...], channels: int, x: tuple[float, ...]) -> str:
    known = _inputs(len(space)).items()
    return next((name for name, found in known if found == ((*space, channels), x)), "")


def kernel_name(spec: SlidingSpec, filter: int) -> str:
    """Return the key of the kernel that a filter has in all channels; empty for numbers of its own."""
    if not spec.w:
        return ""
    w, axes = spec.arrays()["W"][..., filter], len(spec.space)
    for name in kernel_names(axes):
        made = [
            kernel_array(name, axes, spec.sizes, filter * spec.channels + channel) for channel in range(spec.channels)
        ]
        if made[0].shape == spec.sizes and np.array_equal(np.stack(made, axis=-1), w):
            return name
    return ""


def preset_of(begin: Begin) -> str:
    """Return the key of the preset that this is, wherever in it one stands; empty for none."""
    return next((key for key, preset in PRESETS.items() if preset.begin.spec == begin.spec), "")
