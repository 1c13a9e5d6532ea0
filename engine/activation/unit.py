"""What becomes of a whole data set in one unit: the distribution of its sums and answers, and whether it is alive."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from engine.activation.functions import FLAT, evaluate, slope
from engine.activation.spec import REACH, ActivationSpec

__all__ = ["AXIS", "EXAMPLES", "UnitPass", "beside", "difference", "largest_slope", "through"]

Array = npt.NDArray[np.float64]

EXAMPLES = 500
# The places of the axis at which curves are compared: each hundredth is among them.
AXIS = np.linspace(-REACH, REACH, round(2 * REACH / 0.005) + 1)


@lru_cache(maxsize=1)
def _deviations() -> Array:
    """Return the same draws of a standard normal distribution each time, with mean 0 and deviation 1 [EXAMPLES]."""
    drawn = np.random.default_rng(11).standard_normal(EXAMPLES)
    made: Array = (drawn - drawn.mean()) / drawn.std()
    made.flags.writeable = False
    return made


@dataclass(frozen=True, slots=True, eq=False)
class UnitPass:
    """A data set in one unit.

    Attributes
    ----------
    z : ndarray [EXAMPLES]
        Inputs of the activation: the data set's values and the bias.
    a : ndarray [EXAMPLES]
        Its answers.
    slopes : ndarray [EXAMPLES]
        By which the gradient of each example is multiplied.
    """

    z: Array
    a: Array
    slopes: Array

    @property
    def mean_slope(self) -> float:
        """Mean size of the slopes: how much of a gradient passes on average."""
        return float(np.abs(self.slopes).mean())

    @property
    def flat_share(self) -> float:
        """Share of the examples at which the slope is nearly 0."""
        return float((np.abs(self.slopes) < FLAT).mean())

    @property
    def dead(self) -> bool:
        """Whether no example lets any gradient pass."""
        return not self.slopes.any()


def through(spec: ActivationSpec) -> UnitPass:
    """Return what becomes of the spec's data set."""
    z = spec.mean + spec.spread * _deviations() + spec.bias
    return UnitPass(z, evaluate(spec.function, z, spec.sigma), slope(spec.function, z, spec.sigma))


def largest_slope(spec: ActivationSpec) -> float:
    """Return the largest slope of the function on the axis, in size."""
    return float(np.abs(slope(spec.function, AXIS, spec.sigma)).max())


def beside(spec: ActivationSpec, at: Array) -> Array | None:
    """Return the other curve at some places; None where there is none, or more than one."""
    if spec.beside == "scaled":
        return spec.outer * evaluate("sigmoid", spec.inner * at) + spec.shift
    return None if spec.beside in ("none", "four") else evaluate(spec.beside, at, spec.sigma)


def difference(spec: ActivationSpec) -> float:
    """Return how far, at most, the other curve is from the function on the axis; NaN where there is no other one."""
    other = beside(spec, AXIS)
    if other is None:
        return float("nan")
    return float(np.abs(evaluate(spec.function, AXIS, spec.sigma) - other).max())
