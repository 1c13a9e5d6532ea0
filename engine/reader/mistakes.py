"""What a reader says of the test digits: which it takes for which, and which it gets wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.arena import Array
from engine.backend import Indices
from engine.metrics import Counts

__all__ = ["UNANSWERED", "Judgement", "judged"]

# What is said of a digit where an output is not a number.
UNANSWERED = -1


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """What a reader said of n digits.

    Attributes
    ----------
    confusion : int [10, 10]
        Rows are the true digits, columns the answers; those without an answer are not among them.
    accuracy : float
        The share of right answers.
    wrong : int [m]
        The places of the digits that it got wrong, ascending.
    said : int [n]
        The answers; `UNANSWERED` where an output is not a number.
    scores : float [n, 10]
        What the last layer hands on: logits, or the scores of the support vector machines.
    probabilities : float [n, 10] or None
        Of a soft-max; None of support vector machines, which give none.
    """

    confusion: Counts
    accuracy: float
    wrong: Indices
    said: Indices
    scores: Array
    probabilities: Array | None


def judged(labels: npt.NDArray[np.uint8], scores: Array, probabilities: Array | None) -> Judgement:
    """Return what was said of digits with these labels [n] by these outputs [n, 10]."""
    said = np.where(np.isnan(scores).any(axis=1), UNANSWERED, scores.argmax(axis=1))
    true, answered = labels.astype(np.int64), said != UNANSWERED
    classes = scores.shape[1]
    cells = np.bincount(true[answered] * classes + said[answered], minlength=classes**2)
    return Judgement(
        cells.reshape(classes, classes), float((said == true).mean()), np.flatnonzero(said != true), said, scores,
        probabilities,
    )  # fmt: skip
