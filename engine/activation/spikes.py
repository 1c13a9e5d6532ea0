"""A leaky integrate-and-fire neuron: an analogy to activations, no part of any network here.

The membrane leaks and is charged by a constant current, τ dV/dt = −V + I; when V reaches the threshold 1 the neuron
sends a spike, and V begins again at 0 (Gerstner, Kistler, Naud and Paninski, *Neuronal Dynamics*, section 1.3).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["DURATION", "TAU", "THRESHOLD", "SpikeTrain", "firing_rate", "spike_train"]

Array = npt.NDArray[np.float64]

# Milliseconds; the threshold has the current's unit.
TAU, DURATION = 10.0, 100.0
THRESHOLD = 1.0
_POINTS = 801


@dataclass(frozen=True, slots=True, eq=False)
class SpikeTrain:
    """What the neuron does under a constant current.

    Attributes
    ----------
    times : ndarray [N]
        In milliseconds.
    voltage : ndarray [N]
    spikes : ndarray [S]
        The times of the spikes.
    """

    times: Array
    voltage: Array
    spikes: Array


def _interval(current: float) -> float:
    """Return the time between two spikes in milliseconds; infinite where the threshold is never reached."""
    return TAU * math.log(current / (current - THRESHOLD)) if current > THRESHOLD else math.inf


def firing_rate(current: float) -> float:
    """Return the spikes a second under a constant current."""
    interval = _interval(current)
    return 1000.0 / interval


def spike_train(current: float) -> SpikeTrain:
    """Return the voltage and the spikes of `DURATION` milliseconds, by the exact solution between two spikes."""
    times = np.linspace(0.0, DURATION, _POINTS)
    interval = _interval(current)
    if math.isinf(interval):
        return SpikeTrain(times, current * -np.expm1(-times / TAU), np.zeros(0))
    since = np.mod(times, interval)
    spikes = interval * np.arange(1.0, math.floor(DURATION / interval) + 1.0)
    return SpikeTrain(times, current * -np.expm1(-since / TAU), spikes)
