"""Data sets in the plane, synthetic or a student's own, their split, and the input features computed from them."""

from engine.datasets.csv_download import to_csv
from engine.datasets.csv_table import Table, TableError, read_table
from engine.datasets.dataset import Dataset, Split, Task, split
from engine.datasets.features import FEATURES, Feature, feature_matrix
from engine.datasets.own import LINK_POINTS, Points
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
    "LINK_POINTS",
    "Dataset",
    "DatasetKind",
    "Feature",
    "Points",
    "Split",
    "Table",
    "TableError",
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
    "read_table",
    "reference_circle",
    "reference_sets",
    "reference_spiral",
    "reference_xor",
    "split",
    "to_csv",
    "two_gaussians",
]
