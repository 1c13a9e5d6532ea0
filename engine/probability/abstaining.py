"""Labels that are wrong now and then, a model that knows how sure it may be, and the choice not to answer.

All of it is synthetic. Papers are accepted or rejected by reviewers who err: near the border almost as often as a coin,
far from it hardly ever. A model that knows the true probability of each label is still wrong wherever the label is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arena import Array

__all__ = ["NoisyLabels", "Reliability", "answered", "noisy_labels", "reliability", "steepness"]

_HALVINGS = 60


@dataclass(frozen=True, slots=True, eq=False)
class NoisyLabels:
    """Synthetic decisions.

    Attributes
    ----------
    logits : ndarray
        z [N]: the label is 1 with probability σ(z). Read-only.
    labels : ndarray
        What the reviewers said [N], 0 or 1. Read-only.
    """

    logits: Array
    labels: Array

    def __post_init__(self) -> None:
        for array in (self.logits, self.labels):
            array.setflags(write=False)

    def __len__(self) -> int:
        """Return how many decisions there are."""
        return len(self.logits)

    @property
    def flipped(self) -> float:
        """The share of labels that are not the likelier one."""
        return float(np.mean((self.logits > 0) != (self.labels > 0)))


@dataclass(frozen=True, slots=True, eq=False)
class Reliability:
    """What a model says against what happens, by groups of like answers.

    Attributes
    ----------
    said : ndarray
        Mean probability of label 1 in each group that is not empty [G].
    seen : ndarray
        Share of label 1 in it [G].
    counts : ndarray
        Decisions in it [G].
    """

    said: Array
    seen: Array
    counts: Array

    @property
    def gap(self) -> float:
        """The mean of |said − seen| over all decisions: 0 where the model is calibrated."""
        return float((self.counts * np.abs(self.said - self.seen)).sum() / self.counts.sum())


def _sigmoid(z: Array) -> Array:
    return np.asarray(np.exp(-np.logaddexp(0, -z)))


def _places(count: int) -> Array:
    """Return N places from 0 to 1, each in the middle of its N-th part."""
    return np.asarray((np.arange(count) + 0.5) / count)


def steepness(flip: float, count: int) -> float:
    """Return the a with which labels of logits ±a·u², u evenly from 0 to 1, are flipped with the mean probability.

    Parameters
    ----------
    flip : float
        Above 0 and below 0.5.
    count : int
        How many places u has.
    """
    if not 0 < flip < 0.5:
        raise ValueError(f"labels are flipped with a share above 0 and below 0.5, got {flip}")
    squares = _places(count) ** 2
    low, high = 0.0, 1.0
    while _sigmoid(-high * squares).mean() > flip:
        high *= 2
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _sigmoid(-middle * squares).mean() > flip else (low, middle)
    return (low + high) / 2


def noisy_labels(rng: np.random.Generator, count: int = 2000, flip: float = 0.2) -> NoisyLabels:
    """Draw decisions whose labels are flipped with a given mean probability.

    Parameters
    ----------
    rng : numpy.random.Generator
    count : int
        Even; half of the papers are worth accepting.
    flip : float
        Above 0 and below 0.5.
    """
    half = count // 2
    sizes = steepness(flip, half) * _places(half) ** 2
    logits = np.concatenate([-sizes[::-1], sizes])
    return NoisyLabels(logits, (rng.random(2 * half) < _sigmoid(logits)).astype(np.float64))


def _said(decisions: NoisyLabels, sharpness: float) -> Array:
    return _sigmoid(sharpness * decisions.logits)


def answered(decisions: NoisyLabels, threshold: float, sharpness: float = 1.0) -> tuple[float, float]:
    """Let a model answer where its confidence, the larger of p and 1 − p, reaches a threshold.

    Parameters
    ----------
    decisions : NoisyLabels
    threshold : float
        0.5 to 1; with 0.5 all are answered.
    sharpness : float
        On the logits: with 1 the model says the true probability, with more it is surer than it may be.

    Returns
    -------
    share, accuracy : float
        Of the decisions that are answered, and of the answers that agree with the label; nan where there is none.
    """
    p = _said(decisions, sharpness)
    given = np.maximum(p, 1 - p) >= threshold
    if not given.any():
        return 0.0, float("nan")
    right = (decisions.logits > 0) == (decisions.labels > 0)
    return float(given.mean()), float(right[given].mean())


def reliability(decisions: NoisyLabels, sharpness: float = 1.0, groups: int = 10) -> Reliability:
    """Compare what a model says with what happens, in equal steps of p from 0 to 1."""
    p = _said(decisions, sharpness)
    which = np.minimum((p * groups).astype(int), groups - 1)
    counts = np.bincount(which, minlength=groups).astype(np.float64)
    there = counts > 0
    said, seen = (np.bincount(which, weights=each, minlength=groups)[there] for each in (p, decisions.labels))
    return Reliability(said / counts[there], seen / counts[there], counts[there])
