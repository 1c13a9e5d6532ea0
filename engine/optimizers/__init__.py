"""Optimizers, one small file each. To add one: record its lines, and name it here."""

from collections.abc import Callable
from difflib import get_close_matches

from engine.optimizers.adam import Adam
from engine.optimizers.optimizer import Optimizer
from engine.optimizers.sgd import SGD

OPTIMIZERS: dict[str, Callable[[float], Optimizer]] = {
    "sgd": lambda rate: SGD(rate),
    "momentum": lambda rate: SGD(rate, momentum=0.9),
    "nesterov": lambda rate: SGD(rate, momentum=0.9, nesterov=True),
    "adam": lambda rate: Adam(rate),
}

__all__ = ["OPTIMIZERS", "SGD", "Adam", "Optimizer", "get_optimizer"]


def get_optimizer(name: str, learning_rate: float = 0.01) -> Optimizer:
    """Return the optimizer of that name with this learning rate and its usual other settings."""
    if name not in OPTIMIZERS:
        near = get_close_matches(name, OPTIMIZERS, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ValueError(f"unknown optimizer {name!r}: choose one of {', '.join(OPTIMIZERS)}{hint}")
    return OPTIMIZERS[name](learning_rate)
