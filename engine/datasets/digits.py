"""Handwritten digits: 5,000 of MNIST at 28 × 28, the same with their pixels shuffled, and 1,797 small ones at 8 × 8."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.checks import unknown
from engine.datasets.shipped import shipped

__all__ = ["BRIGHTEST", "DIGITS", "Digits", "DigitsKind", "laid_out", "load_digits"]

# Of a pixel; a digit is bright on dark.
BRIGHTEST = 255
_SHUFFLE_STREAM = 8


@dataclass(frozen=True, slots=True)
class DigitsKind:
    """What is known of a set of digits before it is read.

    Attributes
    ----------
    title : str
    source : str
        Whose they are and under which licence, for a line below the picture.
    size : tuple of int
        Height and width of a digit.
    count : int
        How many there are.
    top : int
        The brightest value in its file.
    plain : str
        Where the pixels of every digit have changed places, all in the same way, the key of the set in which they
        stand where they belong; else empty. Nothing is lost by it, but neighbours are no longer neighbours.
    """

    title: str
    source: str
    size: tuple[int, int]
    count: int
    file: str
    top: int
    plain: str = ""


DIGITS: dict[str, DigitsKind] = {
    "mnist": DigitsKind(
        "MNIST digits, 28 × 28",
        "5,000 digits of MNIST (LeCun, Cortes and Burges), 500 of each class, CC BY-SA 3.0",
        (28, 28), 5000, "mnist5k", BRIGHTEST,
    ),
    "shuffled": DigitsKind(
        "MNIST, pixels shuffled",
        "5,000 digits of MNIST (LeCun, Cortes and Burges), CC BY-SA 3.0, their pixels shuffled here, all in one way",
        (28, 28), 5000, "mnist5k", BRIGHTEST, "mnist",
    ),
    "digits8": DigitsKind(
        "Small digits, 8 × 8",
        "1,797 digits of Optical Recognition of Handwritten Digits (Alpaydin and Kaynak, UCI), CC BY 4.0",
        (8, 8), 1797, "digits8", 16,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Digits:
    """Pictures of digits and what they show.

    Attributes
    ----------
    images : uint8 [N, H, W]
        From 0, the ground, to 255, the brightest stroke. Read-only.
    labels : uint8 [N]
        0 to 9. Read-only.
    title : str
    source : str
        Whose they are and under which licence.
    """

    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.uint8]
    title: str
    source: str

    def __len__(self) -> int:
        return len(self.labels)


def laid_out(name: str, images: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return pictures [..., H, W] with their pixels where a set of digits has them.

    Only a shuffled set has them elsewhere: by one permutation, the same for all pictures and forever.
    """
    kind = DIGITS[name]
    if not kind.plain:
        return images
    order = np.random.default_rng([0, _SHUFFLE_STREAM]).permutation(prod(kind.size))
    return np.ascontiguousarray(images.reshape(*images.shape[:-2], -1)[..., order].reshape(images.shape))


@cache
def load_digits(name: str) -> Digits:
    """Return a set of digits: "mnist", "shuffled" or "digits8".

    The small ones have 17 shades, which are spread over 0 to 255 and rounded.

    Raises
    ------
    ValueError
        If there is no such set.
    """
    if name not in DIGITS:
        raise ValueError(unknown("set of digits", name, list(DIGITS)))
    kind = DIGITS[name]
    arrays = shipped(kind.file)
    images = arrays["images"]
    if kind.top != BRIGHTEST:
        images = np.round(images * (BRIGHTEST / kind.top)).astype(np.uint8)
    images = laid_out(name, images)
    images.setflags(write=False)
    return Digits(images, arrays["labels"], kind.title, kind.source)
