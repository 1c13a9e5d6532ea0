"""How many pictures there are of a size, and how few of them anybody has labeled."""

from __future__ import annotations

import math
from fractions import Fraction

__all__ = ["images_of_side", "log10_images", "share_labeled"]


def images_of_side(side: int) -> int:
    """Return how many black-and-white pictures of side × side pixels there are: 2^(side²), exactly."""
    return 1 << side * side


def log10_images(side: int) -> float:
    """Return the decimal logarithm of that."""
    return side * side * math.log10(2)


def share_labeled(side: int, labeled: int) -> float:
    """Return which share of all pictures so many labels are; at most 1."""
    return min(1.0, float(Fraction(labeled, images_of_side(side))))
