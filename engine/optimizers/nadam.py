"""NAdam: Adam with Nesterov's look-ahead."""

from __future__ import annotations

from dataclasses import dataclass

from engine.ops import updates
from engine.optimizers.optimizer import at_least_zero, betas, counter, eps, learning_rate, moments, vectors
from engine.program import Builder


@dataclass(frozen=True, slots=True)
class NAdam:
    """Adam whose mean already holds what the next update will remember of it.

    Dozat, "Incorporating Nesterov momentum into Adam", ICLR 2016 workshop, algorithm 2, with the growing momentum
    mu = beta1 (1 - 0.96^(psi t)/2) of the paper's experiments, as in PyTorch. There psi is 1/250; Keras has 1.
    """

    learning_rate: float = 0.002
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    momentum_decay: float = 0.004

    def record(self, build: Builder) -> None:
        """Record eight lines: this momentum, count, moments, the next momentum, correction, look-ahead, step."""
        w, g = vectors(build)
        eta = learning_rate(build, self.learning_rate)
        beta1, beta2 = betas(build, self.beta1, self.beta2)
        small = eps(build, self.eps)
        decay = at_least_zero(build, "momentum_decay", self.momentum_decay, r"\psi")
        t = counter(build)
        mu, mu_next = build.state("mu", (), r"\mu"), build.state("mu_next", (), r"\mu^{\prime}")
        # Before the count and after it: the momentum of this update and of the next.
        build.record(updates.next_momentum, "mu", t=t, beta1=beta1, decay=decay, mu=mu)
        m, v = moments(build, g, t, beta1, beta2)
        build.record(updates.next_momentum, "mu_next", t=t, beta1=beta1, decay=decay, mu=mu_next)
        c, n = build.state("c", (), "c"), build.state("n", w.shape, "n")
        build.record(updates.momentum_correction, "c", mu=mu, c=c)
        build.record(updates.nesterov_mean, "n", g=g, m=m, mu=mu, mu_next=mu_next, c=c, n=n)
        build.record(updates.nadam_step, "w", n=n, v=v, t=t, beta2=beta2, eta=eta, eps=small, w=w)
