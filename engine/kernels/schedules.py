"""Schedules: of single numbers one, such as the rate of the update that comes."""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import math

import numpy as np

from engine.kernels import opcodes as oc
from engine.kernels._jit import jit


@jit
def whole_quotient(count, size):
    """Return how many times `size` goes into `count`, both whole: a half more keeps clear of rounding; NaN stays."""
    quotient = (count + 0.5) / size
    return np.floor(quotient)


@jit
def schedule(code, a, b, c, d):
    """Return what one line of a schedule makes of its operands, in the order of its signature.

    Comparisons are false where a number is NaN; the branch taken then is the one that hands it on.
    """
    if code == oc.WHOLE_EPOCHS:
        return whole_quotient(a, b)
    if code == oc.STEP_DECAY:
        return a * c ** whole_quotient(b, d)
    if code == oc.EXPONENTIAL_DECAY:
        return a * 10.0 ** (-b / c)
    if code == oc.INVERSE_ROOT_DECAY:
        return a / (c * math.sqrt(b + 1.0))
    if code == oc.TIME_DECAY:
        return a / (1.0 + c * b)
    if code == oc.COSINE_DECAY:
        return c + (a - c) * (1.0 + math.cos(math.pi * (d if b > d else b) / d)) / 2.0
    if code == oc.STEPS_AFTER_WARM_UP:
        return 0.0 if a < b else a - b
    share = (b + 1.0) / c
    return a if share > 1.0 else a * share
