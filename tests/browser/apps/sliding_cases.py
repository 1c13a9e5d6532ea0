"""Windows of all kinds, by name."""

from __future__ import annotations

from math import prod

import numpy as np

from engine.sliding import SlidingSpec

POOL = (12, 20, 30, 0, 8, 12, 2, 0, 34, 70, 37, 4, 112, 100, 25, 12)


def random(shape: tuple[int, ...], seed: int = 0) -> tuple[float, ...]:
    """Return whole numbers from −3 to 3, and some between."""
    return tuple(float(k) for k in np.random.default_rng(seed).integers(-6, 7, prod(shape)) / 2)


def disc(n: int) -> tuple[float, ...]:
    """Return a bright ring, as of a digit."""
    y, x = np.mgrid[:n, :n] - (n - 1) / 2
    r = np.hypot(x, y)
    return tuple(np.round(np.exp(-((r - n / 3.4) ** 2) / (n / 9)), 3).ravel())


EDGE = tuple(float(column >= 4) * 9 for _ in range(7) for column in range(7))
SOBEL = (-1.0, 0.0, 1.0, -2.0, 0.0, 2.0, -1.0, 0.0, 1.0)
CASES = {
    "slide": SlidingSpec(),
    "flip": SlidingSpec(flip=True, relu=True),
    "long": SlidingSpec(space=(32,), x=random((32,)), size=3, w=(0.25, 0.5, 0.25), stride=2, dilation=2, padding=2),
    "stereo": SlidingSpec(
        space=(12,), channels=2, x=random((12, 2)), filters=2, w=random((3, 2, 2), 1), b=(0, 1), padding=1
    ),
    "edge": SlidingSpec(space=(7, 7), x=EDGE, w=SOBEL),
    "padded": SlidingSpec(space=(6, 6), x=random((6, 6)), w=SOBEL, padding=1, stride=2, relu=True, b=(0.5,)),
    "dilated": SlidingSpec(space=(9, 9), x=random((9, 9)), w=SOBEL, dilation=2, flip=True),
    "digit": SlidingSpec(space=(28, 28), x=disc(28), w=SOBEL, padding=1),
    "big": SlidingSpec(space=(28, 28), x=disc(28), size=11, w=random((11, 11)), padding="same"),
    "rgb": SlidingSpec(
        space=(6, 6), channels=3, x=random((6, 6, 3)), filters=4, w=random((3, 3, 3, 4), 1), b=(0.5, 0, -1, 2)
    ),
    "max": SlidingSpec("max", space=(4, 4), x=POOL, size=2, stride=2, w=(), b=()),
    "average": SlidingSpec("average", space=(4, 4), x=POOL, size=2, stride=2, w=(), b=()),
    "padmax": SlidingSpec("max", space=(5, 5), x=random((5, 5)), size=3, stride=2, padding=1, w=(), b=()),
    "volume": SlidingSpec(space=(4, 5, 5), x=random((4, 5, 5)), size=2, w=random((2, 2, 2), 2)),
    "cube": SlidingSpec(space=(6, 6, 6), x=random((6, 6, 6)), size=3, w=random((3, 3, 3), 2), padding=1),
    "decimals": SlidingSpec(space=(7, 7), x=tuple(np.round(np.sin(np.arange(49)) * 3, 4)), w=(1 / 9,) * 9),
}  # fmt: skip
