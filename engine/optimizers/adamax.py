"""Adamax: Adam with the largest gradient in the place of the root mean square."""

from __future__ import annotations

from dataclasses import dataclass

from engine.ops import updates
from engine.optimizers.optimizer import betas, counter, eps, learning_rate, vectors
from engine.program import Builder


@dataclass(frozen=True, slots=True)
class Adamax:
    """A moving mean of the gradient over a maximum that fades.

    Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 2. The paper has no epsilon; it
    stands where PyTorch has it, beside the gradient's size, so that no divisor is 0.
    """

    learning_rate: float = 0.002
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

    def record(self, build: Builder) -> None:
        """Record four lines: count, first moment, fading maximum, step."""
        w, g = vectors(build)
        eta = learning_rate(build, self.learning_rate)
        beta1, beta2 = betas(build, self.beta1, self.beta2)
        small = eps(build, self.eps)
        t, m, u = counter(build), build.state("m", w.shape, "m"), build.state("u", w.shape, "u")
        build.record(updates.count_step, "t", t=t)
        build.record(updates.moving_average, "m", g=g, beta=beta1, m=m)
        build.record(updates.decayed_maximum, "u", g=g, beta=beta2, eps=small, u=u)
        build.record(updates.adamax_step, "w", m=m, u=u, t=t, beta1=beta1, eta=eta, w=w)
