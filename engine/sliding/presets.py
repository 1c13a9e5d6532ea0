"""What the slides of the lecture show, ready to be stepped through, and what is to be said about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.checks import SpecError, unknown
from engine.layers import Conv
from engine.sliding.fit import fitted, flat
from engine.sliding.inputs import input_spec
from engine.sliding.kernels import kernel_array, kernel_spec
from engine.sliding.spec import SlidingSpec
from engine.sliding.words import Parameters, compared

__all__ = ["LECTURE", "LECTURE_COUNTS", "Lecture", "lecture_spec", "slide_notes"]


@dataclass(frozen=True, slots=True)
class Lecture:
    """What a slide shows.

    Attributes
    ----------
    slide, title, about : str
    make : callable
    """

    slide: str
    title: str
    about: str
    make: Callable[[], SlidingSpec]


def _definition() -> SlidingSpec:
    return kernel_spec(fitted(input_spec(SlidingSpec(), "framed"), size=5), "blur")


def _properties() -> SlidingSpec:
    return _definition().with_(padding=2)


def _filters() -> SlidingSpec:
    """Return four maps of a digit: one for each of four kernels."""
    spec = fitted(input_spec(SlidingSpec(), "digit"), filters=4, stride=2)
    for number, name in enumerate(("vertical", "horizontal", "laplacian", "blur")):
        spec = kernel_spec(spec, name, number)
    return spec


def _pooled(operation: str, name: str) -> SlidingSpec:
    spec = fitted(input_spec(SlidingSpec(), name), size=2, stride=2, operation=operation)
    # For a return to convolution: what average pooling is, too.
    return kernel_spec(spec, "blur")


def _colours() -> SlidingSpec:
    """Return a photograph under a kernel of 5 × 5 × 3 that looks for edges in its grey."""
    spec = fitted(input_spec(SlidingSpec(), "flower_rgb"), size=5)
    edge = kernel_array("sobel_x", 2) / 3
    return spec.with_(w=flat(np.pad(edge, 1)[..., None, None].repeat(3, axis=-2)))


LECTURE: dict[str, Lecture] = {
    "L1-37": Lecture(
        "L1-37", "A 5 × 5 filter on 32 × 32", "32 − 5 + 1 = 28: the map is 28 × 28, for each filter.", _definition
    ),
    "L1-38": Lecture(
        "L1-38", "Padding keeps the size", "With padding 2 a 5 × 5 filter turns 32 × 32 into 32 × 32.", _properties
    ),
    "L1-39": Lecture(
        "L1-39", "Max pooling", "The largest number of each 2 × 2 block.", lambda: _pooled("max", "matrix")
    ),
    "L1-39-average": Lecture(
        "L1-39", "Average pooling", "The mean of each 2 × 2 block.", lambda: _pooled("average", "matrix")
    ),
    "L2-13": Lecture(
        "L2-13", "As many maps as filters", "Four 3 × 3 filters, stride 2: 28 × 28 becomes 13 × 13 × 4.", _filters
    ),
    "L2-15": Lecture(
        "L2-15", "Pooling a digit", "8 × 8 becomes 4 × 4, without a parameter.", lambda: _pooled("max", "digit8")
    ),
    "L3-33": Lecture(
        "L3-33", "A 5 × 5 × 3 kernel on a picture", "75 weights, used at every position of a colour picture.", _colours
    ),
    "L3-35": Lecture(
        "L3-35", "Convolution and ReLU of a signal", "x = (0, 0, 1, 2, 3, 0, 0) and w = (1, 0, −1), flipped.",
        lambda: SlidingSpec(flip=True, relu=True),
    ),
}  # fmt: skip

# What the slides count: as many dense outputs as the maps have numbers, or as the slide says.
LECTURE_COUNTS: dict[str, Callable[[], Parameters]] = {
    # C2 of the overview: six maps over four, 5 × 5 each.
    "L1-36": lambda: compared((12, 12, 4), Conv(6, 5)),
    "L1-37": lambda: compared((32, 32, 1), Conv(6, 5)),
    "L2-13": lambda: compared((28, 28, 1), Conv(8, 3, stride=2)),
    "L3-33": lambda: compared((64, 64, 3), Conv(10, 5), units=512),
}


def lecture_spec(key: str) -> SlidingSpec:
    """Return what a slide shows.

    Raises
    ------
    SpecError
        If there is nothing for such a key of `LECTURE`.
    """
    if key not in LECTURE:
        raise SpecError("", f"The slide: {unknown('choice', key, list(LECTURE))}")
    return LECTURE[key].make()


_FLIPPED = (
    "In mathematics, convolution flips the kernel: it sums K(m, n)·I(i − m, j − n). Written with I(i + m, j + n) and "
    "K(−m, −n), as in the slides' second form, m runs from −(k₁ − 1) to 0, and n alike. Deep-learning libraries leave "
    "the flip out and compute the cross-correlation, the sum of K(m, n)·I(i + m, j + n). As the kernel is learned, it "
    "makes no difference: the learned numbers just stand the other way round. Here cross-correlation is the default, "
    "and “Flip the kernel” shows the other."
)
_MOVED = (
    "Convolution is translation-equivariant: if the picture moves, the map moves with it (at stride 1, away from the "
    "border). Pooling forgives small shifts. Neither of them makes a network indifferent to size: a digit twice as "
    "large gives different maps."
)
slide_notes: dict[str, str] = {
    "L1-37": _FLIPPED,
    "L2-13": _FLIPPED,
    "L1-38": f"The slide says location invariance. {_MOVED}",
    "L1-39": (
        "The slide prints 20 as the mean of the last block. It is (37 + 4 + 25 + 12)/4 = 19.5; the slide rounds. "
        f"It also says scale invariance. {_MOVED}"
    ),
    "L3-33": (
        "The slide leaves the biases out: 512 more in the dense layer, 10 more in the convolution. And the two layers "
        "do not do the same work: the dense one makes 512 numbers, the ten kernels 60 × 60 × 10 = 36,000."
    ),
    "L3-35": (
        "The slide says convolution instead of dot products. A convolution is a dot product, at every position, and "
        f"always with the same weights. {_FLIPPED}"
    ),
}
