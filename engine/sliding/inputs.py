"""Inputs to choose from: signals, small pictures, digits, photographs and a volume."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.arena import Array
from engine.checks import SpecError, unknown
from engine.datasets.digits import BRIGHTEST, load_digits
from engine.datasets.photos import photo_crop
from engine.sliding.fit import fitted, flat
from engine.sliding.kernels import kernel_array
from engine.sliding.spec import SlidingSpec

__all__ = ["INPUTS", "InputPreset", "array_spec", "input_array", "input_names", "input_spec", "shrunk"]

# Of a picture that is shown as shades: as MNIST.
SIDE = 28
# The kernel that a window begins with where the input has another number of axes than the one before.
FIRST_KERNEL = {1: "slide", 2: "vertical", 3: "blur"}
_A_THREE = 1500
_BULLETIN = {
    "letter": ("..........", "....##....", "...####...", "..##..##..", "..##..##..", "..######..", "..######..",
               "..##..##..", "..##..##..", ".........."),
    "corner": ("........", "........", "..######", "..######", "..##....", "..##....", "..##....", "..##...."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class InputPreset:
    """An input that can be chosen.

    Attributes
    ----------
    title, about : str
    axes, channels : int
    make : callable
        Returns it, [*space] or [*space, C].
    source : str
        A key of `DIGITS` or `PHOTOS` where it was taken from there.
    """

    title: str
    about: str
    axes: int
    channels: int
    make: Callable[[], Array]
    source: str = ""


def _numbers(*values: object) -> Callable[[], Array]:
    return lambda: np.array(values, dtype=np.float64)


def _drawn(name: str) -> Callable[[], Array]:
    return lambda: np.array([[float(cell == "#") for cell in row] for row in _BULLETIN[name]])


def _edge() -> Array:
    return np.repeat([[0.0, 1.0]], 8, axis=0).repeat(4, axis=1)


def _wave() -> Array:
    return np.asarray(np.round(np.sin(np.arange(16) * np.pi / 4), 2)) + 0.0


def _random() -> Array:
    return np.random.default_rng(0).integers(0, 10, (6, 6)).astype(np.float64)


def _patch() -> Array:
    """Return four squares: red, green, blue and white."""
    colours = np.array([[(1, 0, 0), (0, 1, 0)], [(0, 0, 1), (1, 1, 1)]], dtype=np.float64)
    return colours.repeat(3, axis=0).repeat(3, axis=1)


def _ball() -> Array:
    """Return a ball of ones in a cube of five, full in the middle slices."""
    away = np.arange(5) - 2
    return np.asarray(away[:, None, None] ** 2 + away[:, None] ** 2 + away**2 <= 4).astype(np.float64)


def _digit() -> Array:
    # Two decimals: the numbers stay readable.
    return np.asarray(np.round(load_digits("mnist").images[_A_THREE] / BRIGHTEST, 2))


def _framed_digit() -> Array:
    # 28 and a frame of 2 is 32, as in LeNet.
    return np.pad(_digit(), 2)


def _small_digit() -> Array:
    # Back to the shades of its file, 0 to 16.
    return np.asarray(np.round(load_digits("digits8").images[3] * (16 / BRIGHTEST)))


def _photo(name: str, grey: bool) -> Callable[[], Array]:
    def make() -> Array:
        picture = shrunk(photo_crop(name), SIDE, SIDE)
        return np.asarray(np.round(picture.mean(axis=-1) if grey else picture, 2))

    return make


INPUTS: dict[str, InputPreset] = {
    "slide": InputPreset(
        "The slide's signal", "(0, 0, 1, 2, 3, 0, 0): a rise and a sudden fall.", 1, 1, _numbers(0, 0, 1, 2, 3, 0, 0)
    ),
    "step": InputPreset("Step", "One jump, from 0 to 1.", 1, 1, _numbers(0, 0, 0, 0, 0, 1, 1, 1, 1, 1)),
    "pulse": InputPreset(
        "Pulse", "A single 1: the output is the kernel itself, in one direction or the other.", 1, 1,
        _numbers(0, 0, 0, 0, 1, 0, 0, 0, 0),
    ),
    "wave": InputPreset("Wave", "Two periods of a sine.", 1, 1, _wave),
    "edge": InputPreset("Edge", "Dark on the left, bright on the right.", 2, 1, _edge),
    "corner": InputPreset("Corner", "A bright corner: a vertical and a horizontal edge.", 2, 1, _drawn("corner")),
    "letter": InputPreset("Letter", "The letter A, of ten by ten pixels.", 2, 1, _drawn("letter")),
    "matrix": InputPreset(
        "The slide's matrix", "The four by four numbers of the slide on pooling.", 2, 1,
        _numbers((12, 20, 30, 0), (8, 12, 2, 0), (34, 70, 37, 4), (112, 100, 25, 12)),
    ),
    "random": InputPreset("Random numbers", "Six by six, from 0 to 9.", 2, 1, _random),
    "digit8": InputPreset("Small digit", "A 3 of eight by eight pixels, 0 to 16.", 2, 1, _small_digit, "digits8"),
    "digit": InputPreset("Digit", "A 3 of 28 by 28 pixels, 0 to 1.", 2, 1, _digit, "mnist"),
    "framed": InputPreset(
        "Digit in a frame", "The same 3, framed with zeros as LeNet reads it: 32 by 32.", 2, 1, _framed_digit, "mnist"
    ),
    "china": InputPreset("Tower, grey", "A photograph, 28 by 28.", 2, 1, _photo("china", grey=True), "china"),
    "flower": InputPreset("Dahlia, grey", "A photograph, 28 by 28.", 2, 1, _photo("flower", grey=True), "flower"),
    "patch": InputPreset(
        "Four colours", "Red, green, blue and white squares: three channels.", 2, 3, _patch
    ),
    "china_rgb": InputPreset(
        "Tower, in colour", "A photograph, 28 by 28, red, green and blue.", 2, 3, _photo("china", grey=False), "china"
    ),
    "flower_rgb": InputPreset(
        "Dahlia, in colour", "A photograph, 28 by 28, red, green and blue.", 2, 3, _photo("flower", grey=False),
        "flower",
    ),
    "ball": InputPreset("Ball in a cube", "A ball of ones: five slices of five by five.", 3, 1, _ball),
}  # fmt: skip


def input_names(axes: int) -> tuple[str, ...]:
    """Return the keys of the inputs with so many axes of space."""
    return tuple(name for name, preset in INPUTS.items() if preset.axes == axes)


def input_array(name: str) -> Array:
    """Return an input [*space, C].

    Raises
    ------
    SpecError
        If there is no such input.
    """
    if name not in INPUTS:
        raise SpecError("x", f"The input: {unknown('choice', name, list(INPUTS))}")
    preset = INPUTS[name]
    values = preset.make()
    return values if values.ndim == preset.axes + 1 else values[..., None]


def array_spec(spec: SlidingSpec, values: Array | Sequence[object]) -> SlidingSpec:
    """Return a spec with another input [*space, C]; the kernel stays, if there are as many axes as before.

    With another number of axes a kernel of its own comes in, and stride and dilation are 1.

    Raises
    ------
    SpecError
        If the input is too large, or the window does not fit on it.
    """
    x = np.asarray(values, dtype=np.float64)
    changes = {"space": x.shape[:-1], "channels": x.shape[-1], "x": flat(x)}
    axes = x.ndim - 1
    if axes != len(spec.space) and axes in FIRST_KERNEL:
        kernel = kernel_array(FIRST_KERNEL[axes], axes)
        copies = np.broadcast_to(kernel[..., None, None], (*kernel.shape, x.shape[-1], spec.filters))
        changes |= {"size": kernel.shape, "stride": 1, "dilation": 1, "w": flat(copies)}
    return fitted(spec, **changes)


def input_spec(spec: SlidingSpec, name: str) -> SlidingSpec:
    """Return a spec with an input from `INPUTS`, as `array_spec` does."""
    return array_spec(spec, input_array(name))


def shrunk(picture: Array, height: int, width: int) -> Array:
    """Return a picture [H, W, C] made smaller; each new pixel is the mean of the area that it covers.

    Raises
    ------
    ValueError
        If it would become larger.
    """
    if picture.ndim != 3 or not 1 <= height <= picture.shape[0] or not 1 <= width <= picture.shape[1]:
        raise ValueError(
            f"a picture [height, width, channels] is made smaller here, got {list(picture.shape)} for "
            f"{height} × {width}"
        )
    rows, columns = _overlap(picture.shape[0], height), _overlap(picture.shape[1], width)
    return np.asarray(np.einsum("hi,wj,ijc->hwc", rows, columns, picture, optimize=True))


def _overlap(old: int, new: int) -> Array:
    """Return which share of each new pixel each old one covers, [new, old]."""
    ends = np.arange(1, new + 1)[:, None] * old / new
    starts = ends - old / new
    at = np.arange(old)
    covered = np.minimum(ends, at + 1) - np.maximum(starts, at)
    return np.asarray(np.maximum(covered, 0) * new / old)
