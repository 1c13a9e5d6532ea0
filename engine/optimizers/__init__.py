"""Optimizers, one small file each. To add one: record its lines, and name it here."""

from collections.abc import Callable
from difflib import get_close_matches

from engine.optimizers.adadelta import Adadelta
from engine.optimizers.adagrad import Adagrad
from engine.optimizers.adam import Adam
from engine.optimizers.adamax import Adamax
from engine.optimizers.adamw import AdamW
from engine.optimizers.amsgrad import AMSGrad
from engine.optimizers.clipping import Clipped
from engine.optimizers.nadam import NAdam
from engine.optimizers.optimizer import Optimizer
from engine.optimizers.rmsprop import RMSprop
from engine.optimizers.scheduled import Scheduled
from engine.optimizers.sgd import SGD
from engine.optimizers.weight_decay import Decayed

OPTIMIZERS: dict[str, Callable[[float], Optimizer]] = {
    "sgd": lambda rate: SGD(rate),
    "momentum": lambda rate: SGD(rate, momentum=0.9),
    "nesterov": lambda rate: SGD(rate, momentum=0.9, nesterov=True),
    "adagrad": lambda rate: Adagrad(rate),
    "adadelta": lambda rate: Adadelta(rate),
    "rmsprop": lambda rate: RMSprop(rate),
    "adam": lambda rate: Adam(rate),
    "adamw": lambda rate: AdamW(rate),
    "adamax": lambda rate: Adamax(rate),
    "nadam": lambda rate: NAdam(rate),
    "amsgrad": lambda rate: AMSGrad(rate),
}

__all__ = [
    "OPTIMIZERS",
    "SGD",
    "AMSGrad",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Clipped",
    "Decayed",
    "NAdam",
    "Optimizer",
    "RMSprop",
    "Scheduled",
    "get_optimizer",
]


def get_optimizer(name: str, learning_rate: float = 0.01) -> Optimizer:
    """Return the optimizer of that name with this learning rate and its usual other settings."""
    if name not in OPTIMIZERS:
        near = get_close_matches(name, OPTIMIZERS, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ValueError(f"unknown optimizer {name!r}: choose one of {', '.join(OPTIMIZERS)}{hint}")
    return OPTIMIZERS[name](learning_rate)
