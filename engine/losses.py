"""Losses by name: their operations, and what targets they expect."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

import numpy as np

from engine.arena import Array, Ref
from engine.ops import losses as ops
from engine.program import Builder, OpKind, Phase


class Targets(StrEnum):
    """How a loss wants its targets."""

    REAL = "real numbers"
    BINARY = "0 or 1"
    SIGNED = "-1 or +1"
    ONE_HOT = "one column a class"


@dataclass(frozen=True, slots=True)
class Loss:
    """A named loss.

    Attributes
    ----------
    forward, gradient : OpKind
    targets : Targets
    fused_activation : str
        The output activation that the loss contains already ("sigmoid", "softmax"): it works on logits.
    """

    name: str
    title: str
    forward: OpKind
    gradient: OpKind
    targets: Targets
    fused_activation: str = ""

    def record_forward(self, build: Builder, y_hat: Ref, y: Ref) -> None:
        """Record the loss."""
        with build.recording(Phase.LOSS, "loss"):
            build.record(self.forward, "loss", y_hat=y_hat, y=y, loss=build.scalar("loss", "L"))

    def record_gradient(self, build: Builder, y_hat: Ref, y: Ref) -> Ref:
        """Record its gradient with respect to the network's output; return the gradient's place [B, O]."""
        with build.recording(Phase.BACKWARD, "loss"):
            d = build.gradient_signal(y_hat)
            build.record(self.gradient, f"d{y_hat.name}", y_hat=y_hat, y=y, d=d)
        return d


LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (
        Loss(
            "half_squared_error", "½ squared error", ops.half_squared_error,
            ops.half_squared_error_gradient, Targets.REAL,
        ),
        Loss(
            "mean_squared_error", "Mean squared error", ops.mean_squared_error,
            ops.mean_squared_error_gradient, Targets.REAL,
        ),
        Loss(
            "mean_absolute_error", "Mean absolute error", ops.mean_absolute_error,
            ops.mean_absolute_error_gradient, Targets.REAL,
        ),
        Loss(
            "binary_crossentropy", "Binary cross-entropy", ops.binary_cross_entropy,
            ops.binary_cross_entropy_gradient, Targets.BINARY, "sigmoid",
        ),
        Loss(
            "categorical_crossentropy", "Categorical cross-entropy", ops.categorical_cross_entropy,
            ops.categorical_cross_entropy_gradient, Targets.ONE_HOT, "softmax",
        ),
        Loss("hinge", "Hinge", ops.hinge, ops.hinge_gradient, Targets.SIGNED),
        Loss("exponential", "Exponential", ops.exponential, ops.exponential_gradient, Targets.SIGNED),
        Loss("logistic", "Logistic (log₂)", ops.logistic, ops.logistic_gradient, Targets.SIGNED),
    )
}  # fmt: skip
_ALIASES = {"mse": "mean_squared_error", "mae": "mean_absolute_error"}


def get_loss(name: str) -> Loss:
    """Return the loss of that name; "mse" and "mae" are understood."""
    key = _ALIASES.get(name, name)
    if key not in LOSSES:
        near = get_close_matches(key, LOSSES, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ValueError(f"unknown loss {name!r}: choose one of {', '.join(LOSSES)}{hint}")
    return LOSSES[key]


def one_against_all(labels: Array, classes: int) -> Array:
    """Return class labels 0…C-1 [N] as targets [N, C]: +1 in the column of the class, -1 in all others."""
    return np.asarray(2.0 * np.eye(classes)[labels.astype(int)] - 1.0)


def encode_classes(labels: Array, classes: int, loss: Loss) -> Array:
    """Return class labels 0…C-1 [N] as the targets [N, O] that `loss` expects.

    O is the number of classes for one-hot targets and for the squared errors of three or more classes; two
    classes otherwise share one output: 0 and 1 for the binary cross-entropy, -1 and +1 for all others.
    """
    if loss.targets is Targets.ONE_HOT:
        return np.asarray(np.eye(classes)[labels.astype(int)])
    if classes > 2:
        raise ValueError(
            f"{loss.title} tells two classes apart, this data has {classes}: choose categorical cross-entropy"
        )
    column = labels.reshape(-1, 1).astype(float)
    return column if loss.targets is Targets.BINARY else 2.0 * column - 1.0
