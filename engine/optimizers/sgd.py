"""Stochastic gradient descent, plain, with momentum, and with Nesterov's look-ahead."""

from __future__ import annotations

from dataclasses import dataclass

from engine.ops import updates
from engine.optimizers.optimizer import decay_rate, learning_rate, vectors
from engine.program import Builder


@dataclass(frozen=True, slots=True)
class SGD:
    """A step against the gradient; with momentum, against a velocity that remembers earlier gradients.

    Plain: Robbins and Monro, "A stochastic approximation method", Annals of Mathematical Statistics 22, 1951.
    Momentum: Polyak, "Some methods of speeding up the convergence of iteration methods", 1964. Look-ahead: Nesterov,
    "A method of solving a convex programming problem with convergence rate O(1/k²)", 1983, in the form of Sutskever,
    Martens, Dahl and Hinton, "On the importance of initialization and momentum in deep learning", ICML 2013, and in
    the variables of PyTorch: v = mu v + g, then w -= eta v, or w -= eta (g + mu v).

    Textbooks also write the step itself as what is remembered: dw = eta g + mu dw, then w -= dw. As long as eta stays
    the same this is the same path, with dw = eta v. Where eta changes, a step that is remembered keeps the old eta,
    and a velocity takes the new one.
    """

    learning_rate: float = 0.01
    momentum: float = 0.0
    nesterov: bool = False

    def __post_init__(self) -> None:
        if self.nesterov and not self.momentum > 0:
            raise ValueError(f"Nesterov's look-ahead needs a momentum above 0, got {self.momentum}")

    def record(self, build: Builder) -> None:
        """Record one or two lines."""
        w, g = vectors(build)
        eta = learning_rate(build, self.learning_rate)
        if self.momentum == 0:
            build.record(updates.gradient_step, "w", g=g, eta=eta, w=w)
            return
        mu = decay_rate(build, "momentum", self.momentum, r"\mu")
        v = build.state("v", w.shape, "v")
        build.record(updates.velocity, "v", g=g, mu=mu, v=v)
        if self.nesterov:
            build.record(updates.nesterov_step, "w", g=g, v=v, mu=mu, eta=eta, w=w)
        else:
            build.record(updates.gradient_step, "w", g=v, eta=eta, w=w)
