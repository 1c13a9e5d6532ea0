"""The training and the test set of a spec."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.datasets import Dataset, Split, split
from engine.spec import OWN, TrainingSpec

# From one seed come independent streams of random numbers, one a purpose.
_DATA_STREAM = 1


def make_data(spec: TrainingSpec) -> tuple[Dataset, Dataset]:
    """Return the training and the test set of a spec."""
    rng = np.random.default_rng([spec.data_seed, _DATA_STREAM])
    if spec.data == OWN:
        parts = split_in_order(spec.dataset(rng), spec.train_share, float(rng.random()))
    else:
        parts = split(spec.dataset(rng), spec.train_share, rng)
    return parts.train, parts.test


def split_in_order(dataset: Dataset, train_share: float, offset: float) -> Split:
    """Cut a data set so that a row's part depends on its number only: another point moves none of the others.

    Row i trains where the fractional part of `offset` + i·φ is below the share; these fractions are spread evenly
    whatever stretch of rows one looks at (φ is the golden ratio).
    """
    golden = (np.sqrt(5) - 1) / 2
    train = (offset + golden * np.arange(len(dataset))) % 1.0 < train_share
    if train.all() or not train.any():
        train[-1] = not train[-1]
    parts = (
        replace(dataset, inputs=dataset.inputs[rows], targets=dataset.targets[rows]) for rows in (train, ~train)
    )
    return Split(*parts)
