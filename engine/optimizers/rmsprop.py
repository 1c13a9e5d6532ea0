"""RMSprop: every parameter's step divided by the root of a moving mean of its squared gradients."""

from __future__ import annotations

from dataclasses import dataclass

from engine.ops import updates
from engine.optimizers.optimizer import decay_rate, eps, learning_rate, vectors
from engine.program import Builder


@dataclass(frozen=True, slots=True)
class RMSprop:
    """Adagrad that forgets: the mean of squares has a memory of 1/(1 - rho) updates.

    Tieleman and Hinton, "Lecture 6.5: rmsprop", Coursera, Neural networks for machine learning, 2012, with their
    rho of 0.9 (PyTorch's default is 0.99). Epsilon stands outside the root, as in PyTorch; Keras has it inside.
    """

    learning_rate: float = 0.001
    rho: float = 0.9
    eps: float = 1e-8

    def record(self, build: Builder) -> None:
        """Record two lines: mean of squares, step."""
        w, g = vectors(build)
        eta, small = learning_rate(build, self.learning_rate), eps(build, self.eps)
        rho = decay_rate(build, "rho", self.rho, r"\rho")
        v = build.state("v", w.shape, "v")
        build.record(updates.moving_average_of_squares, "v", g=g, beta=rho, v=v)
        build.record(updates.root_scaled_step, "w", g=g, v=v, eta=eta, eps=small, w=w)
