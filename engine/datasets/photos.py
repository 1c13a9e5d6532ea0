"""A square of two photographs each, to slide kernels over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.checks import unknown
from engine.datasets.shipped import shipped

__all__ = ["PHOTOS", "Photo", "photo_crop"]


@dataclass(frozen=True, slots=True)
class Photo:
    """A photograph.

    Attributes
    ----------
    title : str
    source : str
        Whose it is and under which licence, for a line below the picture.
    """

    title: str
    source: str


PHOTOS: dict[str, Photo] = {
    "china": Photo("A tower in Beijing", "Detail of a photograph by danielbuechele, CC BY 2.0"),
    "flower": Photo("A dahlia", "Detail of a photograph by vultilion, CC BY 2.0"),
}


def photo_crop(name: str) -> npt.NDArray[np.float64]:
    """Return a square of the photograph of that name, a key of `PHOTOS`.

    Returns
    -------
    float64 [64, 64, 3]
        Red, green and blue from 0 to 1.

    Raises
    ------
    ValueError
        If there is no such photograph.
    """
    if name not in PHOTOS:
        raise ValueError(unknown("photograph", name, list(PHOTOS)))
    return shipped("photos")[name] / 255
