"""Entropy of a distribution, cross-entropy against another one, and the gap between them; natural logarithms."""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["cross_entropy", "divergence", "entropy", "normalized"]


def normalized(heights: Sequence[float]) -> tuple[float, ...]:
    """Return heights of bars as probabilities.

    Raises
    ------
    ValueError
        If one is negative, or all are 0.
    """
    whole = math.fsum(heights)
    if min(heights) < 0 or not whole > 0 or not math.isfinite(whole):
        raise ValueError("the bars of a distribution are not negative, and one at least is more than 0")
    return tuple(height / whole for height in heights)


def entropy(p: Sequence[float]) -> float:
    """Return H(P) = −Σ P ln P in nats; an outcome of probability 0 adds nothing."""
    return -math.fsum(each * math.log(each) for each in p if each > 0) + 0.0


def cross_entropy(p: Sequence[float], q: Sequence[float]) -> float:
    """Return H(P, Q) = −Σ P ln Q in nats; inf where Q rules out what P has."""
    if any(a > 0 and b == 0 for a, b in zip(p, q, strict=True)):
        return math.inf
    return -math.fsum(a * math.log(b) for a, b in zip(p, q, strict=True) if a > 0) + 0.0


def divergence(p: Sequence[float], q: Sequence[float]) -> float:
    """Return KL(P‖Q) = Σ P ln(P / Q) in nats, at least 0, and 0 only for Q = P; inf as the cross-entropy is."""
    if any(a > 0 and b == 0 for a, b in zip(p, q, strict=True)):
        return math.inf
    return max(0.0, math.fsum(a * math.log(a / b) for a, b in zip(p, q, strict=True) if a > 0))
