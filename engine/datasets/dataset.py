"""A data set of points in the plane with their targets, and its split into training and test parts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

__all__ = ["Dataset", "Split", "Task", "split"]

SMALLEST_TRAIN_SHARE = 0.1
LARGEST_TRAIN_SHARE = 0.9


class Task(StrEnum):
    """What is to be predicted: a class or a real number."""

    CLASSIFICATION = "classification"
    REGRESSION = "regression"


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """N points of the plane, each with one target.

    Parameters
    ----------
    name : str
        Key of the set, for instance ``"circle"``.
    inputs : ndarray of float64, shape [N, 2]
        The points, without unit; the sets of this package lie in about [-6, 6].
    targets : ndarray of float64, shape [N]
        Class index 0..C-1 for classification, any finite value for regression.
    task : Task
        Classification or regression.
    classes : int
        Number C of classes, at least 2; 0 for regression.

    Raises
    ------
    ValueError
        If a shape, a type, a value or the number of classes does not fit the above.

    Notes
    -----
    The arrays are kept as given, not copied. Equality is identity: comparing arrays element by element is
    the caller's decision.
    """

    name: str
    inputs: NDArray[np.float64]
    targets: NDArray[np.float64]
    task: Task
    classes: int

    def __post_init__(self) -> None:
        _check_arrays(self.inputs, self.targets)
        if self.task is Task.REGRESSION:
            if self.classes != 0:
                raise ValueError(f"classes is 0 for a regression set, got {self.classes}: pass classes=0")
        elif self.task is Task.CLASSIFICATION:
            _check_classes(self.targets, self.classes)
        else:
            raise ValueError(
                f"task is Task.CLASSIFICATION or Task.REGRESSION, got {self.task!r}: pass a member of Task"
            )

    def __len__(self) -> int:
        return len(self.targets)


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Training and test part of one data set.

    Parameters
    ----------
    train : Dataset
        What the network learns from.
    test : Dataset
        What the network never learns from.
    """

    train: Dataset
    test: Dataset


def split(dataset: Dataset, train_share: float, rng: np.random.Generator) -> Split:
    """Shuffle a data set and cut it into a training and a test part.

    The parts together hold every row exactly once. The classes are not balanced between the parts, so a
    small part may miss one.

    Parameters
    ----------
    dataset : Dataset
        The set of N rows; it is left as it is.
    train_share : float
        Share of the rows to train on, from 0.1 to 0.9. The number of rows is rounded and kept between 1 and
        N - 1, so that neither part is empty.
    rng : numpy.random.Generator
        Source of the shuffle.

    Returns
    -------
    Split
        Parts with copies of the rows, in shuffled order.

    Raises
    ------
    ValueError
        If the share is out of range or the set has fewer than two rows.
    """
    if not SMALLEST_TRAIN_SHARE <= train_share <= LARGEST_TRAIN_SHARE:
        raise ValueError(
            f"train_share is a share from {SMALLEST_TRAIN_SHARE} to {LARGEST_TRAIN_SHARE}, "
            f"got {train_share}: pass 0.5 to train on half of the points"
        )
    rows = len(dataset)
    if rows < 2:
        raise ValueError(
            f"a split needs at least 2 points, {dataset.name!r} has {rows}: make the set with more samples"
        )
    train_rows = min(max(round(train_share * rows), 1), rows - 1)
    order = rng.permutation(rows)
    return Split(train=_rows(dataset, order[:train_rows]), test=_rows(dataset, order[train_rows:]))


def _rows(dataset: Dataset, indices: NDArray[np.int64]) -> Dataset:
    return replace(dataset, inputs=dataset.inputs[indices], targets=dataset.targets[indices])


def _check_arrays(inputs: NDArray[np.float64], targets: NDArray[np.float64]) -> None:
    for label, array in (("inputs", inputs), ("targets", targets)):
        if not isinstance(array, np.ndarray) or array.dtype != np.float64:
            got = f"{array.dtype} array" if isinstance(array, np.ndarray) else type(array).__name__
            raise ValueError(
                f"{label} is a float64 array, got {got}: pass numpy.asarray({label}, dtype=numpy.float64)"
            )
    if inputs.ndim != 2 or inputs.shape[1] != 2 or inputs.shape[0] == 0:
        raise ValueError(
            f"inputs has shape [N, 2] with N at least 1, got {list(inputs.shape)}: pass one row a point"
        )
    if targets.shape != inputs.shape[:1]:
        raise ValueError(
            f"targets has shape [{len(inputs)}], one target a point, got {list(targets.shape)}: "
            "flatten the targets or drop the surplus"
        )
    for label, array in (("inputs", inputs), ("targets", targets)):
        bad = np.flatnonzero(~np.isfinite(array).reshape(len(array), -1).all(axis=1))
        if bad.size:
            raise ValueError(
                f"{label} is finite, got NaN or infinity in {bad.size} row(s), first in row {bad[0]}: "
                "remove or replace those rows"
            )


def _check_classes(targets: NDArray[np.float64], classes: int) -> None:
    if classes < 2:
        raise ValueError(
            f"classes is at least 2 for a classification set, got {classes}: count the distinct targets"
        )
    strange = targets[(targets != np.floor(targets)) | (targets < 0) | (targets >= classes)]
    if strange.size:
        raise ValueError(
            f"targets are class indices 0 to {classes - 1}, got {strange[0]:g}: number the classes from 0 "
            "and pass how many there are as classes"
        )
