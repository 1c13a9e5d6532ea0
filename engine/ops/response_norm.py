"""Local response normalisation: a strong response quiets its neighbours among the channels.

Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional neural networks", NIPS 2012,
section 3.3: y = x / (k + alpha · sum of x² over n neighbouring channels)^beta. Alpha is not divided by n.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from engine.arena import Array
from engine.kernels import opcodes as oc
from engine.program import op_kind


def neighbours(a: Array, n: int) -> Array:
    """Return the sum over the n channels around each one, itself included; beyond the ends there is nothing."""
    padded = np.pad(a, [(0, 0)] * (a.ndim - 1) + [(n // 2, n // 2)])
    return np.asarray(sliding_window_view(padded, n, axis=-1).sum(axis=-1))


@op_kind(
    oc.RESPONSE_SCALE, r"<s> = <k> + <alpha> \textstyle\sum_{<n>\text{ neighbours}} <x>^2", size="x", settings=("n",)
)
def response_scale(n: int, x: Array, k: Array, alpha: Array, *, s: Array) -> None:
    """x and s [B, *space, C]."""
    s[:] = k + alpha * neighbours(x**2, n)


@op_kind(oc.RESPONSE_NORM_FORWARD, r"<y> = \frac{<x>}{<s>^{<beta>}}", size="x")
def response_norm_forward(x: Array, s: Array, beta: Array, *, y: Array) -> None:
    """All [B, *space, C]."""
    y[:] = x / s**beta


@op_kind(
    oc.RESPONSE_NORM_BACKWARD,
    r"<dx> = \frac{<dy>}{<s>^{<beta>}}"
    r" - 2\,<alpha>\,<beta>\,<x> \textstyle\sum_{<n>\text{ neighbours}} \frac{<dy> \odot <y>}{<s>}",
    size="x", settings=("n",),
)  # fmt: skip
def response_norm_backward(
    n: int, x: Array, s: Array, y: Array, dy: Array, alpha: Array, beta: Array, *, dx: Array
) -> None:
    """A number's own gradient, less what it took from its neighbours."""
    dx[:] = dy / s**beta - 2 * alpha * beta * x * neighbours(dy * y / s, n)
