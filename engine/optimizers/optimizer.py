"""What an optimizer is: a few operations over all parameters, with state and rates in the memory."""

from __future__ import annotations

import math
from typing import Protocol

from engine.arena import Arena, Ref
from engine.ops import updates
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


def learning_rate(build: Builder, value: float, tex: str = r"\eta") -> Ref:
    """Return the place of the learning rate: a number that may change while training, or what a schedule computes."""
    if not value > 0:
        raise ValueError(f"the learning rate is above 0, got {value}")
    return build.hyper_parameter("learning_rate", value, tex) if build.rate is None else build.rate


def decay_rate(build: Builder, name: str, value: float, tex: str) -> Ref:
    """Return the place of a factor that must lie in [0, 1)."""
    if not 0 <= value < 1:
        raise ValueError(f"{name} is at least 0 and below 1, got {value}")
    return build.hyper_parameter(name, value, tex)


def above_zero(build: Builder, name: str, value: float, tex: str) -> Ref:
    """Return the place of a finite number that must be above 0: a limit, or what keeps a divisor from being 0."""
    if not 0 < value < math.inf:
        raise ValueError(f"{name} is above 0 and finite, got {value}")
    return build.hyper_parameter(name, value, tex)


def eps(build: Builder, value: float) -> Ref:
    """Return the place of the small number that keeps a divisor from being 0."""
    return above_zero(build, "eps", value, r"\varepsilon")


def at_least_zero(build: Builder, name: str, value: float, tex: str) -> Ref:
    """Return the place of a finite number that may be 0: the rate of a weight decay, say."""
    if not 0 <= value < math.inf:
        raise ValueError(f"{name} is at least 0 and finite, got {value}")
    return build.hyper_parameter(name, value, tex)


def counter(build: Builder) -> Ref:
    """Return the place where the updates are counted."""
    return build.state("t", (), "t")


def moments(build: Builder, g: Ref, t: Ref, beta1: Ref, beta2: Ref) -> tuple[Ref, Ref]:
    """Record what Adam and its kin begin with, the count and two moving means; return the places of the means."""
    m, v = build.state("m", g.shape, "m"), build.state("v", g.shape, "v")
    build.record(updates.count_step, "t", t=t)
    build.record(updates.moving_average, "m", g=g, beta=beta1, m=m)
    build.record(updates.moving_average_of_squares, "v", g=g, beta=beta2, v=v)
    return m, v


def betas(build: Builder, beta1: float, beta2: float) -> tuple[Ref, Ref]:
    """Return the places of the two decay rates that Adam and its kin have."""
    return decay_rate(build, "beta1", beta1, r"\beta_1"), decay_rate(build, "beta2", beta2, r"\beta_2")
