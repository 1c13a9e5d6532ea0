"""Which digits a reader is trained on and which it is judged on, and both as its network takes them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from engine.arena import Array
from engine.backend import Data, Indices
from engine.datasets.digits import BRIGHTEST, load_digits
from engine.losses import one_against_all

__all__ = ["CLASSES", "Parts", "as_inputs", "parts", "prepared"]

CLASSES = 10
_PARTS_STREAM = 6


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Places in the set of digits, read-only.

    Attributes
    ----------
    train, test : int [n]
        Mixed; any first stretch has all classes in equal shares.
    """

    train: Indices
    test: Indices


@lru_cache(maxsize=16)
def parts(data: str, test_share: float) -> Parts:
    """Return how a set of digits is parted.

    It is the same for every run: digits that one net was trained on are no test for another. A larger test part
    has the smaller one in it.

    Parameters
    ----------
    data : str
        A key of `DIGITS`.
    test_share : float
    """
    labels = load_digits(data).labels
    mixed = np.random.default_rng([0, _PARTS_STREAM]).permutation(len(labels))
    # The first of each class, then the second of each, …: by its rank in its class over how many there are.
    rank = np.empty(len(labels))
    for digit in range(CLASSES):
        places = np.flatnonzero(labels[mixed] == digit)
        rank[places] = (np.arange(len(places)) + 0.5) / len(places)
    order = mixed[np.argsort(rank, kind="stable")]
    count = round(len(order) * test_share)
    found = Parts(order[count:], order[:count])
    for part in (found.train, found.test):
        part.setflags(write=False)
    return found


def as_inputs(images: npt.NDArray[np.uint8], dtype: npt.DTypeLike = np.float32) -> Array:
    """Return pictures [N, H, W] of 0 to 255 as rows [N, H·W] of 0 to 1."""
    return np.ascontiguousarray((images / np.float64(BRIGHTEST)).reshape(len(images), -1), dtype=dtype)


@lru_cache(maxsize=8)
def prepared(data: str, test_share: float, part: str, signed: bool, dtype: str = "float32") -> Data:
    """Return digits as a network takes them; all runs share the arrays, which nobody writes to.

    They are not marked read-only: for such the kernels would be compiled once more.

    Parameters
    ----------
    data : str
        A key of `DIGITS`.
    test_share : float
    part : {"train", "test"}
    signed : bool
        Whether the targets are −1 and +1, as a support vector machine takes them, or 0 and 1.
    dtype : str

    Returns
    -------
    Data
        Pixels [N, H·W] from 0 to 1 and targets [N, 10].
    """
    digits, places = load_digits(data), getattr(parts(data, test_share), part)
    labels = digits.labels[places].astype(np.float64)
    targets = one_against_all(labels, CLASSES) if signed else np.eye(CLASSES)[labels.astype(int)]
    return Data(as_inputs(digits.images[places], dtype), np.ascontiguousarray(targets, dtype=dtype))
