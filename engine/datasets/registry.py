"""Every data set by its key, with the words a student reads about it."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.datasets import plane, reference, regression
from engine.datasets.dataset import Dataset, Task

__all__ = ["DATASETS", "DatasetKind", "Maker", "make_dataset"]

Maker = Callable[[int, float, np.random.Generator], Dataset]


@dataclass(frozen=True, slots=True)
class DatasetKind:
    """What is known of a data set before it is drawn.

    Parameters
    ----------
    key : str
        Name in `DATASETS` and of the sets that ``make`` draws.
    title : str
        Short name for a menu.
    task : Task
        Classification or regression.
    classes : int
        Number of classes; 0 for regression.
    sentence : str
        One plain sentence for the student; says that the data are synthetic.
    make : callable
        ``make(samples, noise, rng)`` draws the set.
    fixed : bool
        Whether ``make`` ignores ``samples`` and ``noise`` because both belong to the set's definition.
    """

    key: str
    title: str
    task: Task
    classes: int
    sentence: str
    make: Maker
    fixed: bool = False


def make_dataset(key: str, samples: int, noise: float, rng: np.random.Generator) -> Dataset:
    """Draw a data set by its key.

    Parameters
    ----------
    key : str
        A key of `DATASETS`.
    samples : int
        Number N of points, from 10 to 5000. Ignored, and not checked, by the four fixed sets
        (``reference-circle``, ``reference-xor``, ``reference-spiral``, ``two-gaussians``), which have 200.
    noise : float
        From 0 to 0.5. Ignored, and not checked, by the fixed sets.
    rng : numpy.random.Generator
        Source of the draw. ``default_rng(0)`` gives a fixed set as the golden numbers know it: for
        ``reference-xor`` the circle that precedes it is drawn and thrown away.

    Returns
    -------
    Dataset
        Inputs [N, 2], targets [N].

    Raises
    ------
    TypeError, ValueError
        If there is no such key (the message names the nearest and all), or if another argument is out of
        range.
    """
    if key not in DATASETS:
        near = difflib.get_close_matches(str(key), DATASETS, n=1, cutoff=0.0)[0]
        raise ValueError(f"no data set {key!r}: did you mean {near!r}? There are {', '.join(DATASETS)}")
    return DATASETS[key].make(samples, noise, rng)


def _reference(key: str, samples: int, noise: float, rng: np.random.Generator) -> Dataset:
    return reference.reference_sets(rng)[key]


def _two_gaussians(samples: int, noise: float, rng: np.random.Generator) -> Dataset:
    return reference.two_gaussians(rng)


def _several(key: str, title: str, classes: int, sentence: str, make: Callable[..., Dataset]) -> DatasetKind:
    return DatasetKind(key, title, Task.CLASSIFICATION, classes, sentence, partial(make, classes=classes))


def _two(key: str, title: str, sentence: str, make: Maker, fixed: bool = False) -> DatasetKind:
    return DatasetKind(key, title, Task.CLASSIFICATION, 2, sentence, make, fixed)


def _real(key: str, title: str, sentence: str, make: Maker) -> DatasetKind:
    return DatasetKind(key, title, Task.REGRESSION, 0, sentence, make)


_WORDS = {3: "Three", 4: "Four", 5: "Five", 6: "Six"}

_KINDS = (
    _two(
        "circle",
        "Circle",
        "A disc inside a ring, which no straight line can part; synthetic points.",
        plane.make_circle,
    ),
    _two(
        "xor",
        "XOR",
        "Four quadrants, opposite ones alike, which a single neuron cannot part; synthetic points.",
        plane.make_xor,
    ),
    _two(
        "gauss",
        "Two Gaussians",
        "Two round clouds that one straight line parts well as long as the noise is low; synthetic points.",
        plane.make_gauss,
    ),
    _two(
        "spiral",
        "Spiral",
        "Two arms wound around each other, the hardest of the two-class sets; synthetic points.",
        plane.make_spiral,
    ),
    _two(
        "moons",
        "Moons",
        "Two half circles that reach into each other, so that the border has to bend; synthetic points.",
        plane.make_moons,
    ),
    *(
        _several(
            f"blobs{classes}",
            f"{_WORDS[classes]} blobs",
            classes,
            f"{_WORDS[classes]} round clouds, one a class, placed evenly on a circle; synthetic points.",
            plane.make_blobs,
        )
        for classes in (3, 4, 5, 6)
    ),
    *(
        _several(
            f"arms{classes}",
            f"Spiral with {_WORDS[classes].lower()} arms",
            classes,
            f"{_WORDS[classes]} spiral arms, one a class, winding out of a common centre; synthetic points.",
            plane.make_arms,
        )
        for classes in (3, 4, 5)
    ),
    _real(
        "plane",
        "Plane",
        "A value that rises evenly from the lower left to the upper right; synthetic points.",
        regression.make_plane,
    ),
    _real(
        "multi-gauss",
        "Six bumps",
        "A surface with three hills and three hollows in turn and flat ground between; synthetic points.",
        regression.make_multi_gauss,
    ),
    _two(
        "reference-circle",
        "Reference circle",
        "The disc and ring on which the course's figures were measured, always 200 synthetic points.",
        partial(_reference, "reference-circle"),
        fixed=True,
    ),
    _two(
        "reference-xor",
        "Reference XOR",
        "The XOR set on which the course's figures were measured, always 200 synthetic points.",
        partial(_reference, "reference-xor"),
        fixed=True,
    ),
    _two(
        "reference-spiral",
        "Reference spiral",
        "The two-arm spiral on which the course's figures were measured, always 200 synthetic points.",
        partial(_reference, "reference-spiral"),
        fixed=True,
    ),
    _two(
        "two-gaussians",
        "Two overlapping groups",
        "Two groups that overlap so much that nobody can label more than 89.7 % of new points correctly on "
        "average, always 200 synthetic points.",
        _two_gaussians,
        fixed=True,
    ),
)

DATASETS: dict[str, DatasetKind] = {kind.key: kind for kind in _KINDS}
