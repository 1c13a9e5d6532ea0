"""The six changes: noise, flip, rotation, scale, crop and translation, each by chance and within a limit."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import numpy as np

from engine.arena import Array
from engine.checks import SpecError

__all__ = ["CHANGES", "Augmentation", "Change", "varied"]


@dataclass(frozen=True, slots=True)
class Change:
    """One kind of change.

    Attributes
    ----------
    key, title : str
    unit : str
        Of its limit.
    most, step : float
        The largest limit, and the step of its slider.
    usual : float
        A limit that keeps the labels of digits; 0 where none does.
    """

    key: str
    title: str
    unit: str
    most: float
    step: float
    usual: float


CHANGES: dict[str, Change] = {
    change.key: change
    for change in (
        Change("noise", "Noise", "σ of the pixel range", 1.0, 0.05, 0.1),
        Change("flip", "Flip", "share of the pictures", 1.0, 0.5, 0.0),
        Change("rotation", "Rotation", "± degrees", 180.0, 5.0, 10.0),
        Change("scale", "Scale", "± share of the size", 0.5, 0.05, 0.1),
        Change("crop", "Crop", "share of the side", 0.5, 0.05, 0.1),
        Change("translation", "Translation", "± pixels", 8.0, 0.5, 2.0),
    )
}


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How far a picture may be changed; 0 is not at all.

    Attributes
    ----------
    noise : float
        Standard deviation σ of the noise that is added to each pixel, where pixels go from 0 to 1.
    flip : float
        Share of the pictures whose left and right are exchanged.
    rotation : float
        Degrees, evenly within ± this.
    scale : float
        The size is evenly within 1 ± this.
    crop : float
        A square window is cut out anywhere and blown up to the whole; up to this share of the side is lost.
    translation : float
        Pixels, evenly within ± this along both axes.

    Raises
    ------
    SpecError
        If a limit is not allowed.
    """

    noise: float = 0.0
    flip: float = 0.0
    rotation: float = 0.0
    scale: float = 0.0
    crop: float = 0.0
    translation: float = 0.0

    def __post_init__(self) -> None:
        for each in fields(self):
            change = CHANGES[each.name]
            try:
                value = float(getattr(self, each.name))
            except (TypeError, ValueError):
                value = math.nan
            if not 0 <= value <= change.most:
                wanted = f"a number from 0 to {change.most:g} ({change.unit})"
                raise SpecError(each.name, f"{change.title.lower()} is {wanted}")
            object.__setattr__(self, each.name, value)

    @property
    def changes(self) -> tuple[str, ...]:
        """Keys of the changes that are made."""
        return tuple(key for key in CHANGES if getattr(self, key))


def varied(images: Array, by: Augmentation, rng: np.random.Generator) -> Array:
    """Return each picture changed once, by chance.

    All moves together are one move, read once and bilinearly; what comes in from outside is 0. Noise comes last: its
    mean is 0, so that pixels may leave 0 to 1. For each picture the same numbers are drawn whatever the limits are:
    another limit of one change leaves the chances of the others as they were.

    Parameters
    ----------
    images : ndarray [N, S, S]
        From 0 to 1.
    by : Augmentation
    rng : numpy.random.Generator

    Returns
    -------
    ndarray [N, S, S]
    """
    count, side = len(images), images.shape[1]
    chance = rng.uniform(-1.0, 1.0, (8, count))
    noise = rng.standard_normal(images.shape) if by.noise else None
    flipped = np.where((chance[0] + 1) / 2 < by.flip, -1.0, 1.0)
    angle = np.radians(by.rotation * chance[1])
    window = 1 - by.crop * np.abs(chance[2])
    size = (1 + by.scale * chance[3]) / window
    # The window lies anywhere within the picture: its middle is off by up to half of what is lost.
    off = (1 - window) * (side / 2) * chance[4:6]
    # Where a pixel comes from: shift back, turn and scale back, flip back, and into the window.
    shift = by.translation * chance[6:8]
    places = np.arange(side) - (side - 1) / 2
    y = (places[None, :, None] - shift[0][:, None, None]) / size[:, None, None]
    x = (places[None, None, :] - shift[1][:, None, None]) / size[:, None, None]
    cosine, sine = (part[:, None, None] for part in (np.cos(angle), np.sin(angle)))
    rows = cosine * y + sine * x + off[0][:, None, None]
    columns = (cosine * x - sine * y) * flipped[:, None, None] + off[1][:, None, None]
    made = _read(images, rows + (side - 1) / 2, columns + (side - 1) / 2) if set(by.changes) - {"noise"} else images
    if noise is not None:
        made = made + by.noise * noise
    return np.asarray(made)


def _read(images: Array, rows: Array, columns: Array) -> Array:
    """Return pictures [N, S, S] read at places [N, S, S], each from the four pixels around it; 0 beyond the edge."""
    side = images.shape[1]
    around = np.pad(images, [(0, 0), (1, 1), (1, 1)])
    rows, columns = (np.clip(places + 1, 0, side + 1) for places in (rows, columns))
    top, left = (np.minimum(places.astype(int), side) for places in (rows, columns))
    down, right = rows - top, columns - left
    which = np.arange(len(images))[:, None, None]
    upper = around[which, top, left] * (1 - right) + around[which, top, left + 1] * right
    lower = around[which, top + 1, left] * (1 - right) + around[which, top + 1, left + 1] * right
    return np.asarray(upper * (1 - down) + lower * down)
