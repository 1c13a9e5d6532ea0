"""Adadelta: steps as large as earlier steps were, relative to the gradients."""

from __future__ import annotations

from dataclasses import dataclass

from engine.ops import updates
from engine.optimizers.optimizer import decay_rate, eps, learning_rate, vectors
from engine.program import Builder


@dataclass(frozen=True, slots=True)
class Adadelta:
    """RMSprop with the root mean square of its own past changes in the place of the learning rate.

    Zeiler, "ADADELTA: an adaptive learning rate method", arXiv:1212.5701, 2012, algorithm 1. Its learning rate is 1;
    another one multiplies the step, as in PyTorch and Keras. It starts slowly: the first changes are of the size of
    the root of epsilon.
    """

    learning_rate: float = 1.0
    rho: float = 0.9
    eps: float = 1e-6

    def record(self, build: Builder) -> None:
        """Record four lines: mean of squares, change, mean of squared changes, step."""
        w, g = vectors(build)
        eta, small = learning_rate(build, self.learning_rate), eps(build, self.eps)
        rho = decay_rate(build, "rho", self.rho, r"\rho")
        v, u = build.state("v", w.shape, "v"), build.state("u", w.shape, "u")
        change = build.state("change", w.shape, r"\Delta")
        build.record(updates.moving_average_of_squares, "v", g=g, beta=rho, v=v)
        build.record(updates.adadelta_change, "change", g=g, v=v, u=u, eps=small, change=change)
        build.record(updates.moving_average_of_squares, "u", g=change, beta=rho, v=u)
        build.record(updates.gradient_step, "w", g=change, eta=eta, w=w)
