"""Checks shared by every function that draws a data set."""

from __future__ import annotations

import numbers

import numpy as np

__all__ = [
    "MAX_NOISE",
    "MAX_SAMPLES",
    "MIN_SAMPLES",
    "check_classes",
    "check_draw",
    "check_generator",
    "is_whole",
]

MIN_SAMPLES = 10
MAX_SAMPLES = 5000
MAX_NOISE = 0.5
FEWEST_CLASSES = 3
MOST_CLASSES = 6


def check_generator(rng: object) -> None:
    """Refuse anything but a generator: a bare seed would make every set drawn from it start alike.

    Parameters
    ----------
    rng : object
        What the caller passed as generator.

    Raises
    ------
    TypeError
        If it is not a ``numpy.random.Generator``.
    """
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"rng is a numpy.random.Generator, got {type(rng).__name__}: pass numpy.random.default_rng(seed)"
        )


def check_draw(samples: object, noise: object, rng: object) -> None:
    """Check the three arguments that every set of the plane takes.

    Parameters
    ----------
    samples : object
        Number of points, a whole number from 10 to 5000.
    noise : object
        Share of noise, from 0 to 0.5.
    rng : object
        A ``numpy.random.Generator``.

    Raises
    ------
    TypeError
        If ``rng`` is not a generator.
    ValueError
        If ``samples`` or ``noise`` is out of range or not a number.
    """
    check_generator(rng)
    if not is_whole(samples, MIN_SAMPLES, MAX_SAMPLES):
        raise ValueError(
            f"samples is a whole number from {MIN_SAMPLES} to {MAX_SAMPLES}, got {samples!r}: "
            "pass 200 for a set that is quick to learn"
        )
    if not isinstance(noise, numbers.Real) or not 0 <= float(noise) <= MAX_NOISE:
        raise ValueError(
            f"noise is a share from 0 to {MAX_NOISE}, got {noise!r}: pass 0.1 for a tenth of the range"
        )


def check_classes(classes: object) -> None:
    """Check the number of classes of a set with several.

    Parameters
    ----------
    classes : object
        A whole number from 3 to 6.

    Raises
    ------
    ValueError
        If it is anything else.
    """
    if not is_whole(classes, FEWEST_CLASSES, MOST_CLASSES):
        raise ValueError(
            f"classes is a whole number from {FEWEST_CLASSES} to {MOST_CLASSES}, got {classes!r}: "
            "for two classes use gauss or spiral"
        )


def is_whole(value: object, low: int, high: int) -> bool:
    """Tell whether a value is an integer (Python's or NumPy's) within both bounds.

    Parameters
    ----------
    value : object
        What the caller passed as a count.
    low, high : int
        The bounds, included.

    Returns
    -------
    bool
        False for anything that is not an integer; True and False do not count as integers.
    """
    # True and False are integers to Python, but nobody means them as a count.
    return isinstance(value, numbers.Integral) and not isinstance(value, bool) and low <= int(value) <= high
