"""What the figures of the losses page show."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from engine.arena import Array
from engine.loss_curves import Residuals, absolute_curve, coin_product, squared_curve
from playground.stages.losses.presets import MOST_COUNT, Begin
from playground.views.residuals import ResidualPicture

__all__ = ["products", "residual_picture"]

_POINTS = 161
_LEAST_REACH = 2.0


def residual_picture(state: Begin, found: Residuals) -> ResidualPicture:
    """Return the targets, the output, and what each output would cost."""
    places = (state.output, *state.targets)
    # In whole numbers, so that the axis does not move with each target; with room to drag beyond the outermost.
    low = min(-_LEAST_REACH, math.floor(min(places)) - 1.0)
    high = max(_LEAST_REACH, math.ceil(max(places)) + 1.0)
    outputs = np.linspace(low, high, _POINTS)
    return ResidualPicture(
        state.targets, state.output, found.mean, found.median, outputs, absolute_curve(state.targets, outputs),
        squared_curve(state.targets, outputs), (low, high),
    )  # fmt: skip


@lru_cache(maxsize=4)
def products(factor: float) -> tuple[Array, Array, Array]:
    """Return the products of 0, 1, … equal factors in 32 and in 64 bits, and the sums of −ln of them."""
    costs = -math.log(factor) * np.arange(MOST_COUNT + 1)
    return coin_product(factor, MOST_COUNT, "float32"), coin_product(factor, MOST_COUNT, "float64"), costs
