"""AdamW: Adam, and beside it a decay of the weights that the gradients' size does not scale."""

from __future__ import annotations

from dataclasses import dataclass

from engine.optimizers.adam import Adam
from engine.optimizers.optimizer import at_least_zero, learning_rate
from engine.optimizers.weight_decay import record_decoupled
from engine.program import Builder


@dataclass(frozen=True, slots=True)
class AdamW:
    """Adam with decoupled weight decay, of all parameters, biases included, as in PyTorch.

    Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019, algorithm 2. Their schedule multiplier
    is the learning rate here: the decay of a step is eta lambda w. This decay is AdamW's own setting; `Decayed` around
    it adds another one beside it.
    """

    learning_rate: float = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    weight_decay: float = 0.01

    def record(self, build: Builder) -> None:
        """Record five lines: the decay, and those of Adam."""
        rate = at_least_zero(build, "weight_decay", self.weight_decay, r"\lambda")
        record_decoupled(build, learning_rate(build, self.learning_rate), rate)
        Adam(self.learning_rate, self.beta1, self.beta2, self.eps).record(build)
