"""AMSGrad: Adam whose divisor never shrinks."""

from __future__ import annotations

from dataclasses import dataclass

from engine.ops import updates
from engine.optimizers.optimizer import betas, counter, eps, learning_rate, moments, vectors
from engine.program import Builder


@dataclass(frozen=True, slots=True)
class AMSGrad:
    """Adam that divides by the largest mean square so far, so that no step grows because gradients were small lately.

    Reddi, Kale and Kumar, "On the convergence of Adam and beyond", ICLR 2018, algorithm 2; with the bias correction
    of Adam, as in PyTorch.
    """

    learning_rate: float = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

    def record(self, build: Builder) -> None:
        """Record five lines: count, first moment, second moment, its largest, step."""
        w, g = vectors(build)
        eta = learning_rate(build, self.learning_rate)
        beta1, beta2 = betas(build, self.beta1, self.beta2)
        small = eps(build, self.eps)
        t = counter(build)
        m, v = moments(build, g, t, beta1, beta2)
        v_max = build.state("v_max", w.shape, r"v_{\max}")
        build.record(updates.running_maximum, "v_max", v=v, v_max=v_max)
        build.record(updates.adam_step, "w", m=m, v=v_max, t=t, beta1=beta1, beta2=beta2, eta=eta, eps=small, w=w)
