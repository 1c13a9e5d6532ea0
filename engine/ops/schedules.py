"""The vocabulary of schedules: one line each, over single numbers.

`eta` is the rate to begin with, `step` the step that the schedule has come to, from 0: an update or an epoch.
"""

from __future__ import annotations

import numpy as np

from engine.arena import Array
from engine.kernels import opcodes as oc
from engine.program import op_kind


@op_kind(oc.WHOLE_EPOCHS, r"<epoch> = \left\lfloor \frac{<updates>}{<batches>} \right\rfloor", size="epoch")
def whole_epochs(updates: Array, batches: Array, *, epoch: Array) -> None:
    """How many epochs are finished, of so many batches each."""
    epoch[...] = np.floor(updates / batches)


@op_kind(oc.STEP_DECAY, r"<rate> = <eta>\,<factor>^{\lfloor <step> / <every> \rfloor}", size="rate")
def step_decay(eta: Array, step: Array, factor: Array, every: Array, *, rate: Array) -> None:
    """The rate is multiplied by the factor every so many steps."""
    rate[...] = eta * factor ** np.floor(step / every)


@op_kind(oc.EXPONENTIAL_DECAY, r"<rate> = <eta> \cdot 10^{-<step> / <tau>}", size="rate")
def exponential_decay(eta: Array, step: Array, tau: Array, *, rate: Array) -> None:
    """A tenth after tau steps."""
    rate[...] = eta * 10 ** (-step / tau)


@op_kind(oc.INVERSE_ROOT_DECAY, r"<rate> = \frac{<eta>}{<examples>\,\sqrt{<step> + 1}}", size="rate")
def inverse_root_decay(eta: Array, step: Array, examples: Array, *, rate: Array) -> None:
    """The rate over the number of examples and the root of the step's number."""
    rate[...] = eta / (examples * np.sqrt(step + 1))


@op_kind(oc.TIME_DECAY, r"<rate> = \frac{<eta>}{1 + <decay>\,<step>}", size="rate")
def time_decay(eta: Array, step: Array, decay: Array, *, rate: Array) -> None:
    """The rate over 1 plus a decay for every step."""
    rate[...] = eta / (1 + decay * step)


@op_kind(
    oc.COSINE_DECAY,
    r"<rate> = <end> + \frac{<eta> - <end>}{2}\left(1 + \cos\frac{\pi \min(<step>, <steps>)}{<steps>}\right)",
    size="rate",
)
def cosine_decay(eta: Array, step: Array, end: Array, steps: Array, *, rate: Array) -> None:
    """Half a wave of the cosine down to the last rate, which stays."""
    rate[...] = end + (eta - end) * (1 + np.cos(np.pi * np.minimum(step, steps) / steps)) / 2


@op_kind(oc.STEPS_AFTER_WARM_UP, r"<after> = \max(<step> - <steps>, 0)", size="after")
def steps_after_warm_up(step: Array, steps: Array, *, after: Array) -> None:
    """The step of the schedule that follows the warm-up."""
    after[...] = np.maximum(step - steps, 0)


@op_kind(oc.WARM_UP, r"<rate> = <eta>\,\min\left(\frac{<step> + 1}{<steps>}, 1\right)", size="rate")
def warm_up(eta: Array, step: Array, steps: Array, *, rate: Array) -> None:
    """Equal stairs up to the rate."""
    rate[...] = eta * np.minimum((step + 1) / steps, 1)
