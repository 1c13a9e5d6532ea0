"""Adam: a moving mean of the gradient over the root of a moving mean of its square."""

from __future__ import annotations

from dataclasses import dataclass

from engine.ops import updates
from engine.optimizers.optimizer import decay_rate, learning_rate, vectors
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
        if not self.eps > 0:
            raise ValueError(f"eps is above 0, got {self.eps}")
        w, g = vectors(build)
        eta = learning_rate(build, self.learning_rate)
        beta1 = decay_rate(build, "beta1", self.beta1, r"\beta_1")
        beta2 = decay_rate(build, "beta2", self.beta2, r"\beta_2")
        eps = build.hyper_parameter("eps", self.eps, r"\varepsilon")
        t, m, v = build.state("t", (), "t"), build.state("m", w.shape, "m"), build.state("v", w.shape, "v")
        build.record(updates.count_step, "t", t=t)
        build.record(updates.moving_average, "m", g=g, beta=beta1, m=m)
        build.record(updates.moving_average_of_squares, "v", g=g, beta=beta2, v=v)
        build.record(
            updates.adam_step, "w", m=m, v=v, t=t, beta1=beta1, beta2=beta2, eta=eta, eps=eps, w=w
        )
