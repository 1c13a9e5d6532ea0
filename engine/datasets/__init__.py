"""Synthetic data sets in the plane, their split, and the input features computed from them."""

from engine.datasets.dataset import Dataset, Split, Task, split
from engine.datasets.features import FEATURES, Feature, feature_matrix
from engine.datasets.plane import (
    make_arms,
    make_blobs,
    make_circle,
    make_gauss,
    make_moons,
    make_spiral,
    make_xor,
)
from engine.datasets.reference import (
    reference_circle,
    reference_sets,
    reference_spiral,
    reference_xor,
    two_gaussians,
)
from engine.datasets.registry import DATASETS, DatasetKind, make_dataset
from engine.datasets.regression import make_multi_gauss, make_plane

__all__ = [
    "DATASETS",
    "FEATURES",
    "Dataset",
    "DatasetKind",
    "Feature",
    "Split",
    "Task",
    "feature_matrix",
    "make_arms",
    "make_blobs",
    "make_circle",
    "make_dataset",
    "make_gauss",
    "make_moons",
    "make_multi_gauss",
    "make_plane",
    "make_spiral",
    "make_xor",
    "reference_circle",
    "reference_sets",
    "reference_spiral",
    "reference_xor",
    "split",
    "two_gaussians",
]
