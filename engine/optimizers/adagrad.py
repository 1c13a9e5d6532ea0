"""Adagrad: every parameter's step divided by the root of all its squared gradients so far."""

from __future__ import annotations

from dataclasses import dataclass

from engine.ops import updates
from engine.optimizers.optimizer import eps, learning_rate, vectors
from engine.program import Builder


@dataclass(frozen=True, slots=True)
class Adagrad:
    """A step of its own size for each parameter; what had large gradients, or many, goes slower from then on.

    Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning and stochastic optimization", Journal
    of Machine Learning Research 12, 2011, the diagonal form. The sum starts at 0 and epsilon stands outside the root,
    as in PyTorch; Keras starts at 0.1 and has it inside.
    """

    learning_rate: float = 0.01
    eps: float = 1e-10

    def record(self, build: Builder) -> None:
        """Record two lines: sum of squares, step."""
        w, g = vectors(build)
        eta, small = learning_rate(build, self.learning_rate), eps(build, self.eps)
        s = build.state("s", w.shape, "s")
        build.record(updates.sum_of_squares, "s", g=g, s=s)
        build.record(updates.root_scaled_step, "w", g=g, v=s, eta=eta, eps=small, w=w)
