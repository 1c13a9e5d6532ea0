"""Weight decay for any optimizer: coupled, in the gradient, or decoupled, beside it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.arena import Ref
from engine.ops import updates
from engine.optimizers.optimizer import Optimizer, at_least_zero, learning_rate, vectors
from engine.program import Builder

# Where the rate of the decay lies; AdamW's own is its ``weight_decay``, and both may be there.
DECAY_PLACE = "decay"


@dataclass(frozen=True, slots=True)
class Decayed:
    """Any optimizer, with a weight decay of all parameters, biases included, as in PyTorch.

    Coupled, lambda w is added to the gradient, as a penalty of lambda/2 times the sum of w² does: Krogh and Hertz,
    "A simple weight decay can improve generalization", NIPS 1991. Decoupled, eta lambda w is taken off the
    parameters: Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019. Under plain gradient
    descent the two are the same; where an optimizer divides by the size of the gradients, they are not.

    Parameters
    ----------
    optimizer : Optimizer
    rate : float
        Lambda, at least 0.
    decoupled : bool
    """

    optimizer: Optimizer
    rate: float = 0.01
    decoupled: bool = False

    @property
    def learning_rate(self) -> float:
        """That of the optimizer."""
        return self.optimizer.learning_rate

    def record(self, build: Builder) -> None:
        """Record the line of the decay, and then those of the optimizer."""
        w, g = vectors(build)
        rate = at_least_zero(build, DECAY_PLACE, self.rate, r"\lambda")
        if self.decoupled:
            record_decoupled(build, learning_rate(build, self.learning_rate), rate)
        else:
            build.record(updates.coupled_decay, "decay", w=w, rate=rate, g=g)
        self.optimizer.record(build)


def record_decoupled(build: Builder, eta: Ref, rate: Ref) -> None:
    """Record the line of a decoupled decay."""
    build.record(updates.decoupled_decay, "decay", eta=eta, rate=rate, w=vectors(build)[0])
