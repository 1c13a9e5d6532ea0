"""Pooling: one number for each window and channel, without parameters.

The largest one (Zhou and Chellappa, "Computation of optical flow using a neural network", ICNN 1988) or the mean
(LeCun et al., "Gradient-based learning applied to document recognition", Proc. IEEE 86, 1998). Over whole maps:
Lin, Chen and Yan, "Network in network", ICLR 2014.
"""

from __future__ import annotations

from math import prod

import numpy as np

from engine.arena import Array
from engine.kernels import opcodes as oc
from engine.ops.window import Window, add_taps, inside, taps
from engine.program import op_kind


def winners(seen: Array, y: Array) -> Array:
    """Return which tap of `seen` [..., K, C] is the first that holds the maximum `y` [..., C]: True or False for each.

    What is not a number wins over all numbers.
    """
    holds = (seen == y[..., None, :]) | np.isnan(seen)
    return np.asarray(np.arange(seen.shape[-2])[:, None] == holds.argmax(axis=-2)[..., None, :])


def counts(shape: tuple[int, ...], window: Window, count_padding: bool) -> Array:
    """Return by how many the sum of a window is divided, on an input of shape [B, *space, C]: [*positions, 1]."""
    reading = inside(window, shape[1:-1])[..., None]
    return np.full_like(reading, window.taps) if count_padding else reading


def spread(dy: Array, shape: tuple[int, ...]) -> Array:
    """Return `dy` [B, C] at every place of [B, *space, C]."""
    return np.broadcast_to(dy.reshape(shape[0], *(1,) * (len(shape) - 2), shape[-1]), shape)


@op_kind(oc.MAX_POOL_FORWARD, r"<y> = \max_{\text{window}} <x>", size="x", settings=("window",))
def max_pool_forward(window: Window, x: Array, *, y: Array) -> None:
    """x [B, *space, C], y [B, *positions, C]; padding never is the largest."""
    y[:] = taps(x, window, -np.inf).max(axis=-2)


@op_kind(
    oc.MAX_POOL_BACKWARD, r"<dx> = \textstyle\sum_{\text{windows}} <dy>\,[<x> \text{ is the first } <y>]", size="x",
    settings=("window",),
)  # fmt: skip
def max_pool_backward(window: Window, x: Array, y: Array, dy: Array, *, dx: Array) -> None:
    """Only the winner of a window gets its gradient; of equal ones the first."""
    dx[:] = add_taps(np.where(winners(taps(x, window, -np.inf), y), dy[..., None, :], 0), window, dx.shape)


@op_kind(
    oc.AVERAGE_POOL_FORWARD, r"<y> = \mathrm{mean}_{\text{window}}\,<x>", size="x", settings=("window", "count_padding")
)
def average_pool_forward(window: Window, count_padding: bool, x: Array, *, y: Array) -> None:
    """x [B, *space, C], y [B, *positions, C]; zeros in the padding count or do not."""
    y[:] = taps(x, window).sum(axis=-2) / counts(x.shape, window, count_padding)


@op_kind(
    oc.AVERAGE_POOL_BACKWARD, r"<dx> = \textstyle\sum_{\text{windows}} \frac{<dy>}{\text{count}}", size="dy",
    settings=("window", "count_padding"),
)  # fmt: skip
def average_pool_backward(window: Window, count_padding: bool, dy: Array, *, dx: Array) -> None:
    """Every place of a window gets an equal share of its gradient."""
    dx[:] = add_taps((dy / counts(dx.shape, window, count_padding))[..., None, :], window, dx.shape)


@op_kind(oc.GLOBAL_MAX_FORWARD, r"<y> = \max_{\text{positions}} <x>", size="x")
def global_max_forward(x: Array, *, y: Array) -> None:
    """x [B, *space, C], y [B, C]: the largest number of each map."""
    y[:] = x.reshape(len(x), -1, x.shape[-1]).max(axis=1)


@op_kind(oc.GLOBAL_MAX_BACKWARD, r"<dx> = <dy>\,[<x> \text{ is the first } <y>]", size="x")
def global_max_backward(x: Array, y: Array, dy: Array, *, dx: Array) -> None:
    """Only the winner of a map gets its gradient; of equal ones the first."""
    dx[:] = np.where(winners(x.reshape(len(x), -1, x.shape[-1]), y), dy[:, None], 0).reshape(dx.shape)


@op_kind(oc.GLOBAL_AVERAGE_FORWARD, r"<y> = \mathrm{mean}_{\text{positions}}\,<x>", size="x")
def global_average_forward(x: Array, *, y: Array) -> None:
    """x [B, *space, C], y [B, C]: the mean of each map."""
    y[:] = x.reshape(len(x), -1, x.shape[-1]).mean(axis=1)


@op_kind(oc.GLOBAL_AVERAGE_BACKWARD, r"<dx> = \frac{<dy>}{\text{positions}}", size="dx")
def global_average_backward(dy: Array, *, dx: Array) -> None:
    """Every place of a map gets an equal share of its gradient."""
    dx[:] = spread(dy, dx.shape) / prod(dx.shape[1:-1])
