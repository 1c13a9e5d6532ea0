"""The vocabulary of which optimizers are made: one line each, over whole vectors [P].

`w` are the parameters, `g` their gradients; `eta` is the learning rate.
"""

from __future__ import annotations

import numpy as np

from engine.arena import Array
from engine.kernels import opcodes as oc
from engine.program import op_kind


@op_kind(oc.GRADIENT_STEP, r"<w> \leftarrow <w> - <eta>\,<g>", size="w")
def gradient_step(g: Array, eta: Array, *, w: Array) -> None:
    """A step against g."""
    w -= eta * g


@op_kind(oc.VELOCITY, r"<v> \leftarrow <mu>\,<v> + <g>", size="v")
def velocity(g: Array, mu: Array, *, v: Array) -> None:
    """The old velocity, slowed down by mu, plus the gradient."""
    v[:] = mu * v + g


@op_kind(oc.NESTEROV_STEP, r"<w> \leftarrow <w> - <eta>\,(<g> + <mu>\,<v>)", size="w")
def nesterov_step(g: Array, v: Array, mu: Array, eta: Array, *, w: Array) -> None:
    """A step against the gradient and the velocity that is still to come."""
    w -= eta * (g + mu * v)


@op_kind(oc.COUNT_STEP, r"<t> \leftarrow <t> + 1", size="t")
def count_step(*, t: Array) -> None:
    """Counts the updates."""
    t += 1


@op_kind(oc.MOVING_AVERAGE, r"<m> \leftarrow <beta>\,<m> + (1 - <beta>)\,<g>", size="m")
def moving_average(g: Array, beta: Array, *, m: Array) -> None:
    """A running mean with memory 1/(1 - beta)."""
    m[:] = beta * m + (1 - beta) * g


@op_kind(oc.MOVING_AVERAGE_OF_SQUARES, r"<v> \leftarrow <beta>\,<v> + (1 - <beta>)\,<g>^2", size="v")
def moving_average_of_squares(g: Array, beta: Array, *, v: Array) -> None:
    """A running mean of squares with memory 1/(1 - beta)."""
    v[:] = beta * v + (1 - beta) * g**2


@op_kind(
    oc.ADAM_STEP,
    r"<w> \leftarrow <w> - <eta>\,\frac{<m> / (1 - <beta1>^{<t>})}"
    r"{\sqrt{<v> / (1 - <beta2>^{<t>})} + <eps>}",
    size="w",
)
def adam_step(
    m: Array, v: Array, t: Array, beta1: Array, beta2: Array, eta: Array, eps: Array, *, w: Array
) -> None:
    """The mean gradient over the root of the mean square, both corrected for their start at zero."""
    w -= eta * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
