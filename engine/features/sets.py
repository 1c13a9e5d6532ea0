"""The sets of points that decisions are made on: windows of a phone, and reference sets in the plane."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from engine.arena import Array
from engine.datasets import reference_circle, reference_xor, two_gaussians
from engine.features.signals import phone_windows

__all__ = ["SETS", "FeatureSet", "feature_set"]


@dataclass(frozen=True, slots=True, eq=False)
class FeatureSet:
    """Examples with two features.

    Attributes
    ----------
    key, title : str
    names : tuple of str
        What the two classes are, 0 and 1.
    axes : tuple of str
        What the two features are.
    points : ndarray [N, 2]
    labels : ndarray [N]
        0 or 1.
    kinds : tuple of str
        What each example is, as it is told beside it.
    middle : tuple of float
        The middle of the view.
    reach : float
        The view goes so far from the middle either way.
    """

    key: str
    title: str
    names: tuple[str, str]
    axes: tuple[str, str]
    points: Array
    labels: Array
    kinds: tuple[str, ...]
    middle: tuple[float, float]
    reach: float

    @property
    def extent(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """From where to where the view goes along both axes."""
        (x, y), reach = self.middle, self.reach
        return (x - reach, x + reach), (y - reach, y + reach)


SETS = {
    "phone": "Still or driving",
    "band": "Driving in the middle",
    "ring": "Ring around a disc",
    "xor": "XOR",
    "gauss": "Two Gaussians",
}
_ENERGIES = ("x₁ = ln E of the accelerometer", "x₂ = ln E of the gyroscope")
_NAMES = {
    "ring": (("disc", "ring"), 2.6), "xor": (("signs differ", "signs agree"), 1.2), "gauss": (("blue", "green"), 18.0),
}  # fmt: skip
# In the golden draw of the curriculum: so many still, driving and walking.
_BAND = (100, 150, 150)


@cache
def feature_set(key: str) -> FeatureSet:
    """Return one of `SETS`; always the same points."""
    if key in ("phone", "band"):
        return _of_phone(key)
    rng = np.random.default_rng(0)
    if key == "gauss":
        dataset = two_gaussians(rng)
    else:
        ring, xor = reference_circle(rng), reference_xor(rng)
        dataset = ring if key == "ring" else xor
    names, reach = _NAMES[key]
    kinds = tuple(names[int(label)] for label in dataset.targets)
    return FeatureSet(key, SETS[key], names, ("x₁", "x₂"), dataset.inputs, dataset.targets, kinds, (0.0, 0.0), reach)


def _of_phone(key: str) -> FeatureSet:
    windows = phone_windows()
    still, driving, walking = (np.flatnonzero(windows.activity == k) for k in range(3))
    if key == "phone":
        rows, names = np.concatenate([still, driving]), ("still", "driving")
    else:
        parts = zip((still, driving, walking), _BAND, strict=True)
        rows, names = np.concatenate([part[:count] for part, count in parts]), ("not driving", "driving")
    points = np.column_stack([windows.accelerometer, windows.gyroscope])[rows]
    activity = windows.activity[rows]
    kinds = tuple(("still", "driving", "walking")[k] for k in activity)
    middle = (-1.6, -3.7) if key == "phone" else (-1.0, -3.0)
    return FeatureSet(
        key, SETS[key], names, _ENERGIES, points, (activity == 1).astype(np.float64), kinds, middle,
        2.9 if key == "phone" else 3.4,
    )  # fmt: skip
