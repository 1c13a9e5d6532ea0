"""Losses and their gradients.

`y_hat` [B, O] is what the network gives (logits for the cross-entropies), `y` [B, O] the targets, `loss` one
number, `d` [B, O] the gradient of the loss with respect to `y_hat`. A loss is averaged over the batch.
"""

from __future__ import annotations

import numpy as np

from engine.arena import Array
from engine.kernels import opcodes as oc
from engine.program import op_kind

_MEAN = r"\frac{1}{B}\sum"


@op_kind(oc.HALF_SQUARED_ERROR, rf"<loss> = {_MEAN} \tfrac12 (<y_hat> - <y>)^2", size="y_hat")
def half_squared_error(y_hat: Array, y: Array, *, loss: Array) -> None:
    """½ (y_hat - y)²."""
    loss[...] = 0.5 * ((y_hat - y) ** 2).sum() / len(y)


@op_kind(oc.HALF_SQUARED_ERROR_GRADIENT, r"<d> = \frac{1}{B} (<y_hat> - <y>)", size="y_hat")
def half_squared_error_gradient(y_hat: Array, y: Array, *, d: Array) -> None:
    """The error itself."""
    d[:] = (y_hat - y) / len(y)


@op_kind(oc.MEAN_SQUARED_ERROR, r"<loss> = \frac{1}{B\,O}\sum (<y_hat> - <y>)^2", size="y_hat")
def mean_squared_error(y_hat: Array, y: Array, *, loss: Array) -> None:
    """Averaged over the outputs too."""
    loss[...] = ((y_hat - y) ** 2).mean()


@op_kind(oc.MEAN_SQUARED_ERROR_GRADIENT, r"<d> = \frac{2}{B\,O} (<y_hat> - <y>)", size="y_hat")
def mean_squared_error_gradient(y_hat: Array, y: Array, *, d: Array) -> None:
    """Twice the error."""
    d[:] = 2 * (y_hat - y) / y.size


@op_kind(oc.MEAN_ABSOLUTE_ERROR, r"<loss> = \frac{1}{B\,O}\sum |<y_hat> - <y>|", size="y_hat")
def mean_absolute_error(y_hat: Array, y: Array, *, loss: Array) -> None:
    """Large errors count no more than in proportion."""
    loss[...] = np.abs(y_hat - y).mean()


@op_kind(oc.MEAN_ABSOLUTE_ERROR_GRADIENT, r"<d> = \frac{1}{B\,O}\,\mathrm{sign}(<y_hat> - <y>)", size="y_hat")
def mean_absolute_error_gradient(y_hat: Array, y: Array, *, d: Array) -> None:
    """A subgradient: 0 at the kink."""
    d[:] = np.sign(y_hat - y) / y.size


@op_kind(
    oc.BINARY_CROSS_ENTROPY,
    rf"<loss> = {_MEAN} \left[\log(1 + e^{{<y_hat>}}) - <y> <y_hat>\right]",
    size="y_hat",
)
def binary_cross_entropy(y_hat: Array, y: Array, *, loss: Array) -> None:
    """From logits; targets are 0 and 1. Equal to -y log p - (1-y) log(1-p) with p = sigmoid(y_hat)."""
    loss[...] = (np.logaddexp(0, y_hat) - y * y_hat).sum() / len(y)


@op_kind(oc.BINARY_CROSS_ENTROPY_GRADIENT, r"<d> = \frac{1}{B} (\sigma(<y_hat>) - <y>)", size="y_hat")
def binary_cross_entropy_gradient(y_hat: Array, y: Array, *, d: Array) -> None:
    """Probability minus target."""
    d[:] = (np.exp(-np.logaddexp(0, -y_hat)) - y) / len(y)


@op_kind(
    oc.CATEGORICAL_CROSS_ENTROPY,
    rf"<loss> = {_MEAN} \left[\log \textstyle\sum_k e^{{{{<y_hat>}}_k}} - {{<y>}}^{{\top}} <y_hat>\right]",
    size="y_hat",
)
def categorical_cross_entropy(y_hat: Array, y: Array, *, loss: Array) -> None:
    """From logits; each row of targets is one-hot (or sums to 1)."""
    loss[...] = (np.logaddexp.reduce(y_hat, axis=1) - (y * y_hat).sum(axis=1)).sum() / len(y)


@op_kind(
    oc.CATEGORICAL_CROSS_ENTROPY_GRADIENT,
    r"<d> = \frac{1}{B} (\mathrm{softmax}(<y_hat>) - <y>)",
    size="y_hat",
)
def categorical_cross_entropy_gradient(y_hat: Array, y: Array, *, d: Array) -> None:
    """Probabilities minus targets."""
    d[:] = (np.exp(y_hat - np.logaddexp.reduce(y_hat, axis=1, keepdims=True)) - y) / len(y)


@op_kind(oc.HINGE, rf"<loss> = {_MEAN} \max(0, 1 - <y> <y_hat>)", size="y_hat")
def hinge(y_hat: Array, y: Array, *, loss: Array) -> None:
    """Targets are -1 and +1; nothing to pay beyond the margin 1."""
    loss[...] = np.maximum(0, 1 - y * y_hat).sum() / len(y)


@op_kind(oc.HINGE_GRADIENT, r"<d> = -\frac{1}{B}\, <y>\,[<y> <y_hat> \lt 1]", size="y_hat")
def hinge_gradient(y_hat: Array, y: Array, *, d: Array) -> None:
    """A subgradient: 0 at the kink."""
    d[:] = np.where(y * y_hat >= 1, 0, -y / len(y))


@op_kind(oc.EXPONENTIAL, rf"<loss> = {_MEAN} e^{{-<y> <y_hat>}}", size="y_hat")
def exponential(y_hat: Array, y: Array, *, loss: Array) -> None:
    """Targets are -1 and +1."""
    loss[...] = np.exp(-y * y_hat).sum() / len(y)


@op_kind(oc.EXPONENTIAL_GRADIENT, r"<d> = -\frac{1}{B}\, <y>\, e^{-<y> <y_hat>}", size="y_hat")
def exponential_gradient(y_hat: Array, y: Array, *, d: Array) -> None:
    """Grows as fast as the loss."""
    d[:] = -y * np.exp(-y * y_hat) / len(y)


@op_kind(oc.LOGISTIC, rf"<loss> = {_MEAN} \log_2(1 + e^{{-<y> <y_hat>}})", size="y_hat")
def logistic(y_hat: Array, y: Array, *, loss: Array) -> None:
    """Targets are -1 and +1; base 2, so that the loss is 1 where the output is 0."""
    loss[...] = np.logaddexp(0, -y * y_hat).sum() / (np.log(2) * len(y))


@op_kind(oc.LOGISTIC_GRADIENT, r"<d> = -\frac{1}{B \ln 2}\, <y>\, \sigma(-<y> <y_hat>)", size="y_hat")
def logistic_gradient(y_hat: Array, y: Array, *, d: Array) -> None:
    """At most 1/ln 2 in size."""
    d[:] = -y * np.exp(-np.logaddexp(0, y * y_hat)) / (np.log(2) * len(y))
