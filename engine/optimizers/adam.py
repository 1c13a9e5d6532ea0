"""Adam: a moving mean of the gradient over the root of a moving mean of its square."""

from __future__ import annotations

from dataclasses import dataclass

from engine.ops import updates
from engine.optimizers.optimizer import betas, counter, eps, learning_rate, moments, vectors
from engine.program import Builder


@dataclass(frozen=True, slots=True)
class Adam:
    """Adam with bias correction.

    Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1.
    """

    learning_rate: float = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

    def record(self, build: Builder) -> None:
        """Record four lines: count, first moment, second moment, step."""
        w, g = vectors(build)
        eta = learning_rate(build, self.learning_rate)
        beta1, beta2 = betas(build, self.beta1, self.beta2)
        small = eps(build, self.eps)
        t = counter(build)
        m, v = moments(build, g, t, beta1, beta2)
        build.record(updates.adam_step, "w", m=m, v=v, t=t, beta1=beta1, beta2=beta2, eta=eta, eps=small, w=w)
