"""Penalties on the size of the weights (never of the biases), and what they add to the gradients."""

from __future__ import annotations

import numpy as np

from engine.arena import Array
from engine.kernels import opcodes as oc
from engine.program import op_kind


@op_kind(oc.L1_PENALTY, r"<penalty> = <rate> \textstyle\sum |<W>|", size="W")
def l1_penalty(W: Array, rate: Array, *, penalty: Array) -> None:
    """Pulls small weights to exactly zero."""
    penalty[...] = rate * np.abs(W).sum()


@op_kind(oc.L1_PENALTY_GRADIENT, r"<dW> \;\text{+=}\; <rate>\,\mathrm{sign}(<W>)", size="W")
def l1_penalty_gradient(W: Array, rate: Array, *, dW: Array) -> None:
    """A subgradient: 0 where the weight is 0."""
    dW += rate * np.sign(W)


@op_kind(oc.L2_PENALTY, r"<penalty> = \tfrac12 <rate> \textstyle\sum <W>^2", size="W")
def l2_penalty(W: Array, rate: Array, *, penalty: Array) -> None:
    """Pulls large weights down."""
    penalty[...] = 0.5 * rate * (W**2).sum()


@op_kind(oc.L2_PENALTY_GRADIENT, r"<dW> \;\text{+=}\; <rate>\,<W>", size="W")
def l2_penalty_gradient(W: Array, rate: Array, *, dW: Array) -> None:
    """In proportion to the weight."""
    dW += rate * W
