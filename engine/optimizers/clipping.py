"""Clipping: a gradient that is too large is made smaller before the optimizer sees it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.ops import updates
from engine.optimizers.optimizer import Optimizer, above_zero, vectors
from engine.optimizers.scheduled import Scheduled
from engine.program import Builder


@dataclass(frozen=True, slots=True)
class Clipped:
    """Any optimizer, with its gradients clipped first: by the norm of them all, or number by number, or both.

    Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", ICML 2013, algorithm 1:
    a gradient whose norm is above the limit is scaled to the limit, and keeps its direction. Keras'
    ``global_clipnorm`` is the same; PyTorch's ``clip_grad_norm_`` adds 1e-6 to the norm. Clipping number by number,
    which is older, may turn the direction. With both, the numbers are clipped first.

    Parameters
    ----------
    optimizer : Optimizer
    norm, value : float, optional
        The limits, above 0; at least one of them is given.
    """

    optimizer: Optimizer
    norm: float | None = None
    value: float | None = None

    def __post_init__(self) -> None:
        if self.norm is None and self.value is None:
            raise ValueError("clipping needs a limit: give norm, value, or both")

    @property
    def learning_rate(self) -> float:
        """That of the optimizer."""
        return self.optimizer.learning_rate

    def record(self, build: Builder) -> None:
        """Record a line for the numbers, or two for the norm, and then those of the optimizer."""
        _, g = vectors(build)
        if self.value is not None:
            limit = above_zero(build, "clip_value", self.value, r"g_{\max}")
            build.record(updates.clip_values, "clipped", limit=limit, g=g)
        if self.norm is not None:
            limit = above_zero(build, "clip_norm", self.norm, r"\theta")
            norm = build.scalar("norm", r"\lVert g \rVert")
            build.record(updates.gradient_norm, "norm", g=g, norm=norm)
            build.record(updates.clip_norm, "scaled", norm=norm, limit=limit, g=g)
        self.optimizer.record(build)


def clipping_of(optimizer: Optimizer) -> Clipped | None:
    """Return the clipping around an optimizer, perhaps within a schedule."""
    inside = optimizer.optimizer if isinstance(optimizer, Scheduled) else optimizer
    return inside if isinstance(inside, Clipped) else None


def unclipped(optimizer: Optimizer) -> Optimizer:
    """Return an optimizer without the clipping around it; a schedule stays."""
    clipping = clipping_of(optimizer)
    if clipping is None:
        return optimizer
    return replace(optimizer, optimizer=clipping.optimizer) if isinstance(optimizer, Scheduled) else clipping.optimizer
