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


@op_kind(oc.CLIP_VALUES, r"<g> \leftarrow \min(\max(<g>, -<limit>), <limit>)", size="g")
def clip_values(limit: Array, *, g: Array) -> None:
    """Each number of the gradient, held within the limit."""
    g[:] = np.minimum(np.maximum(g, -limit), limit)


@op_kind(oc.GRADIENT_NORM, r"<norm> = \sqrt{\textstyle\sum <g>^2}", size="g")
def gradient_norm(g: Array, *, norm: Array) -> None:
    """The length of the whole gradient."""
    norm[...] = np.sqrt((g * g).sum())


@op_kind(oc.CLIP_NORM, r"<g> \leftarrow <g>\,\frac{<limit>}{\max(<norm>, <limit>)}", size="g")
def clip_norm(norm: Array, limit: Array, *, g: Array) -> None:
    """A gradient longer than the limit is made as long as the limit; its direction stays."""
    g *= limit / np.maximum(norm, limit)


@op_kind(oc.COUPLED_DECAY, r"<g> \leftarrow <g> + <rate>\,<w>", size="w")
def coupled_decay(w: Array, rate: Array, *, g: Array) -> None:
    """The gradient of a penalty of rate/2 times the sum of w², before the optimizer sees it."""
    g += rate * w


@op_kind(oc.DECOUPLED_DECAY, r"<w> \leftarrow <w> - <eta>\,<rate>\,<w>", size="w")
def decoupled_decay(eta: Array, rate: Array, *, w: Array) -> None:
    """Every parameter loses the same share of itself, past the optimizer."""
    w -= eta * rate * w


@op_kind(oc.SUM_OF_SQUARES, r"<s> \leftarrow <s> + <g>^2", size="s")
def sum_of_squares(g: Array, *, s: Array) -> None:
    """All squares so far: it never shrinks."""
    s += g**2


@op_kind(oc.ROOT_SCALED_STEP, r"<w> \leftarrow <w> - <eta>\,\frac{<g>}{\sqrt{<v>} + <eps>}", size="w")
def root_scaled_step(g: Array, v: Array, eta: Array, eps: Array, *, w: Array) -> None:
    """A step against the gradient, each parameter's divided by the size of its gradients."""
    w -= eta * g / (np.sqrt(v) + eps)


@op_kind(oc.ADADELTA_CHANGE, r"<change> = \sqrt{\frac{<u> + <eps>}{<v> + <eps>}}\,<g>", size="change")
def adadelta_change(g: Array, v: Array, u: Array, eps: Array, *, change: Array) -> None:
    """The gradient, times the size of the changes so far over the size of the gradients."""
    change[:] = np.sqrt((u + eps) / (v + eps)) * g


@op_kind(oc.RUNNING_MAXIMUM, r"<v_max> \leftarrow \max(<v_max>, <v>)", size="v_max")
def running_maximum(v: Array, *, v_max: Array) -> None:
    """The largest so far."""
    v_max[:] = np.maximum(v_max, v)


@op_kind(oc.DECAYED_MAXIMUM, r"<u> \leftarrow \max(<beta>\,<u>, |<g>| + <eps>)", size="u")
def decayed_maximum(g: Array, beta: Array, eps: Array, *, u: Array) -> None:
    """The largest size of the gradient so far, where what is past counts less and less."""
    u[:] = np.maximum(beta * u, np.abs(g) + eps)


@op_kind(oc.ADAMAX_STEP, r"<w> \leftarrow <w> - \frac{<eta>}{1 - <beta1>^{<t>}}\,\frac{<m>}{<u>}", size="w")
def adamax_step(m: Array, u: Array, t: Array, beta1: Array, eta: Array, *, w: Array) -> None:
    """The mean gradient, corrected for its start at zero, over the largest."""
    w -= eta / (1 - beta1**t) * m / u


@op_kind(oc.NEXT_MOMENTUM, r"<mu> = <beta1>\,\left(1 - \tfrac{1}{2}\,0.96^{<decay>(<t> + 1)}\right)", size="mu")
def next_momentum(t: Array, beta1: Array, decay: Array, *, mu: Array) -> None:
    """The momentum of the update after the t-th: it grows from about half of beta1 to beta1."""
    mu[...] = beta1 * (1 - 0.5 * 0.96 ** (decay * (t + 1)))


@op_kind(oc.MOMENTUM_CORRECTION, r"<c> \leftarrow 1 - <mu>\,(1 - <c>)", size="c")
def momentum_correction(mu: Array, *, c: Array) -> None:
    """1 less the product of all momenta so far: how far a mean has come from its start at zero."""
    c[...] = 1 - mu * (1 - c)


@op_kind(
    oc.NESTEROV_MEAN,
    r"<n> = \frac{1 - <mu>}{<c>}\,<g> + \frac{<mu_next>}{1 - <mu_next>\,(1 - <c>)}\,<m>",
    size="n",
)
def nesterov_mean(g: Array, m: Array, mu: Array, mu_next: Array, c: Array, *, n: Array) -> None:
    """The gradient of now and the mean that the next update will look back on, both corrected."""
    n[:] = (1 - mu) / c * g + mu_next / (1 - mu_next * (1 - c)) * m


@op_kind(
    oc.NADAM_STEP,
    r"<w> \leftarrow <w> - <eta>\,\frac{<n>}{\sqrt{<v> / (1 - <beta2>^{<t>})} + <eps>}",
    size="w",
)
def nadam_step(n: Array, v: Array, t: Array, beta2: Array, eta: Array, eps: Array, *, w: Array) -> None:
    """The look-ahead mean over the root of the mean square, corrected for its start at zero."""
    w -= eta * n / (np.sqrt(v / (1 - beta2**t)) + eps)
