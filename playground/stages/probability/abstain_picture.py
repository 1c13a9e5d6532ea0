"""What the curves of the abstaining model show."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.arena import Array
from engine.probability import NoisyLabels, Reliability, answered, reliability
from playground.stages.probability.presets import Begin

__all__ = ["AbstainPicture", "abstain_picture"]

THRESHOLDS = np.linspace(0.5, 1.0, 101)


@dataclass(frozen=True, slots=True, eq=False)
class AbstainPicture:
    """Both figures.

    Attributes
    ----------
    thresholds, shares, accuracies : ndarray
        By threshold [T], the share that is answered and how much of it is right; nan where nothing is answered.
    threshold : float
        Where it stands.
    reliability : Reliability
    """

    thresholds: Array
    shares: Array
    accuracies: Array
    threshold: float
    reliability: Reliability


@lru_cache(maxsize=8)
def _curves(decisions: NoisyLabels, sharpness: float) -> tuple[Array, Array, Reliability]:
    pairs = np.array([answered(decisions, float(threshold), sharpness) for threshold in THRESHOLDS])
    return pairs[:, 0], pairs[:, 1], reliability(decisions, sharpness)


def abstain_picture(decisions: NoisyLabels, state: Begin) -> AbstainPicture:
    """Return what both figures show."""
    shares, accuracies, said = _curves(decisions, state.sharpness)
    return AbstainPicture(THRESHOLDS, shares, accuracies, state.threshold, said)
