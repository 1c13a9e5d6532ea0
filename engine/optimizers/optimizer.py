"""What an optimizer is: a few operations over all parameters, with state and rates in the memory."""

from __future__ import annotations

from typing import Protocol

from engine.arena import Arena, Ref
from engine.program import Builder


class Optimizer(Protocol):
    """Settings of an optimizer, and how it records its update. It holds no state: that lies in the memory."""

    @property
    def learning_rate(self) -> float:
        """The size of a step."""

    def record(self, build: Builder) -> None:
        """Record one update of all parameters; called last, when all of them are allocated."""


def vectors(build: Builder) -> tuple[Ref, Ref]:
    """Return all parameters and all gradients, each as one vector [P]."""
    return build.whole(Arena.PARAMETERS), build.whole(Arena.GRADIENTS)


def learning_rate(build: Builder, value: float) -> Ref:
    """Return the place of the learning rate, a number that may change while training."""
    if not value > 0:
        raise ValueError(f"the learning rate is above 0, got {value}")
    return build.hyper_parameter("learning_rate", value, r"\eta")


def decay_rate(build: Builder, name: str, value: float, tex: str) -> Ref:
    """Return the place of a factor that must lie in [0, 1)."""
    if not 0 <= value < 1:
        raise ValueError(f"{name} is at least 0 and below 1, got {value}")
    return build.hyper_parameter(name, value, tex)
