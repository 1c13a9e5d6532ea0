"""Histograms whose bins can be merged two by two without an error, so that they can be shown over time.

A histogram over time needs one set of bins for all its rows, but nobody knows beforehand how far the values will
reach. Here the bins of a wider histogram are exact unions of those of a narrower one: whatever is counted now can
be counted again in wider bins later, and gives what the wider bins would have counted in the first place.

* **Linear** bins, for activations and weights: 24 bins of width 2^k, from -12·2^k to 12·2^k. All edges are exact.
* **Logarithmic** bins, for gradients, whose size falls by orders of magnitude while a network learns: on each side
  of zero one bin below 2^-20 (a millionth), then eleven, each a factor 2^s wide with s = 1, 2, 4, …: up to 4 at s = 2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from math import floor, frexp, log2
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from engine.arena import Array

BINS = 24
MAX_ROWS = 120
_HALF = BINS // 2
# The narrowest and the widest linear bins: widths 2^-10 and 2^1019; the last few floats beyond join the outer bins.
_LEAST, _MOST = -10, 1019
# Logarithmic bins begin at 2^_SMALLEST; what is smaller counts as zero, on its side of it.
_SMALLEST = -20

Counts = npt.NDArray[np.int64]


class Scale(StrEnum):
    """How bins are spaced."""

    LINEAR = "linear"
    LOGARITHMIC = "logarithmic"


_PLACES = np.arange(BINS)
_MAGNITUDES = np.where(_PLACES < _HALF, _HALF - 1 - _PLACES, _PLACES - _HALF)
_MERGED = np.where(_PLACES < _HALF, _HALF - 1 - (_MAGNITUDES + 1) // 2, _HALF + (_MAGNITUDES + 1) // 2)
# By scale: the bin of the next wider histogram that a bin becomes part of, as a matrix [24, 24].
_WIDER = {
    Scale.LINEAR: np.eye(BINS, dtype=np.int64)[(_PLACES - _HALF) // 2 + _HALF],
    Scale.LOGARITHMIC: np.eye(BINS, dtype=np.int64)[_MERGED],
}


@dataclass(frozen=True)
class Histogram:
    """How many values lie in each of 24 bins.

    Attributes
    ----------
    scale : Scale
    level : int
        How wide: linear bins are 2^level wide, logarithmic ones span a factor 2^(2^level). One level more merges
        pairs of bins.
    counts : int [24]
        Linear bins contain their lower edge, logarithmic ones the edge nearer to zero.
    not_finite : int
        How many values were infinite or not a number; they are in no bin.
    """

    scale: Scale
    level: int
    counts: Counts
    not_finite: int = 0

    @cached_property
    def edges(self) -> Array:
        """The edges of the bins, ascending [25]."""
        return bin_edges(self.scale, self.level)

    def at_level(self, level: int) -> Histogram:
        """Return the same counts in wider bins."""
        if level < self.level:
            raise ValueError(f"bins can be merged, not split: this histogram has level {self.level}, asked for {level}")
        return Histogram(self.scale, level, _widened(self.counts, self.scale, level - self.level), self.not_finite)


def _widened(counts: Counts, scale: Scale, levels: int) -> Counts:
    """Merge the bins of counts [..., 24] so many times."""
    for _ in range(levels):
        counts = counts @ _WIDER[scale]
    return counts


def bin_edges(scale: Scale, level: int) -> Array:
    """Return the edges [25] of bins of that width."""
    if scale is Scale.LINEAR:
        return np.ldexp(np.arange(-_HALF, _HALF + 1, dtype=np.float64), level)
    exponents = _SMALLEST + np.arange(_HALF) * 2**level
    # Beyond the largest float there is nothing to count.
    side = np.where(exponents > 1023, np.finfo(np.float64).max, np.ldexp(1.0, np.minimum(exponents, 1023)))
    return np.concatenate([-side[::-1], [0.0], side])


def histogram(values: Array, scale: Scale) -> Histogram:
    """Count values of any shape in the narrowest bins that hold them all."""
    flat = values.reshape(-1)
    magnitude = float(np.abs(flat).max(initial=0.0))
    not_finite = 0
    if not np.isfinite(magnitude):
        finite = np.isfinite(flat)
        not_finite = int(flat.size - finite.sum())
        flat = flat[finite]
        magnitude = float(np.abs(flat).max(initial=0.0))
    level, places = (_linear if scale is Scale.LINEAR else _logarithmic)(flat, magnitude)
    return Histogram(scale, level, np.bincount(places, minlength=BINS), not_finite)


def _linear(values: Array, magnitude: float) -> tuple[int, Counts]:
    # frexp gives the power of two just above: 12 bins of that width on each side hold the largest value.
    level = min(max(frexp(magnitude / _HALF)[1], _LEAST), _MOST) if magnitude else _LEAST
    places = np.floor(values * 2.0**-level).astype(np.int64)
    # Next to huge values tiny ones round to zero here; the sign still tells their side.
    np.minimum(places, -1, out=places, where=values < 0)
    places += _HALF
    return level, places.clip(0, BINS - 1) if level == _MOST else places


def _logarithmic(values: Array, magnitude: float) -> tuple[int, Counts]:
    octaves = frexp(magnitude)[1] - 1 - _SMALLEST if magnitude else 0
    level = max(0, octaves // (_HALF - 1)).bit_length()
    # |value| is in [2^(e-1), 2^e); zero gets the exponent of something below the first bin.
    exponents = np.where(values == 0, _SMALLEST, np.frexp(values)[1]).astype(np.int64)
    bins = np.maximum(0, 1 + ((exponents - 1 - _SMALLEST) >> level))
    return level, np.where(values < 0, _HALF - 1 - bins, _HALF + bins)


class Rows(NamedTuple):
    """A histogram over time.

    Attributes
    ----------
    epochs : float [T], ascending
    counts : int [T, 24]
    edges : float [25]
    not_finite : int [T]
    """

    epochs: Array
    counts: Counts
    edges: Array
    not_finite: Counts


class HistogramTrack:
    """A histogram over the epochs: at most 120 rows, evenly spaced, all in the same bins.

    A row stands for a stretch of epochs, the first that was noted in it; when the newest epoch has doubled, every
    second row goes. The newest row is always kept.
    """

    def __init__(self, scale: Scale) -> None:
        self.scale = scale
        self._epochs: list[float] = []
        self._histograms: list[Histogram] = []
        self._stride = 0.0

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self._epochs)

    def add(self, epoch: float, histogram: Histogram) -> None:
        """Add a row; rows at that epoch or later go, since they tell of another time."""
        if histogram.scale is not self.scale:
            raise ValueError(f"this track holds {self.scale.value} histograms, got a {histogram.scale.value} one")
        self.cut(epoch)
        stride = _stride(epoch)
        if stride != self._stride:
            self._stride = stride
            self._thin()
        elif len(self) > 1 and self._bucket(-1) == self._bucket(-2):
            # The last row was there only as the newest one.
            del self._epochs[-1], self._histograms[-1]
        self._epochs.append(epoch)
        self._histograms.append(histogram)

    def cut(self, epoch: float) -> None:
        """Drop the rows at `epoch` and later: the run went back."""
        while self._epochs and self._epochs[-1] >= epoch:
            del self._epochs[-1], self._histograms[-1]

    def _bucket(self, k: int) -> int:
        return int(self._epochs[k] // self._stride)

    def _thin(self) -> None:
        keep = [k for k in range(len(self)) if k == 0 or self._bucket(k) != self._bucket(k - 1)]
        self._epochs = [self._epochs[k] for k in keep]
        self._histograms = [self._histograms[k] for k in keep]

    def rows(self) -> Rows:
        """Return all rows, in the narrowest bins that hold them all."""
        level = max((row.level for row in self._histograms), default=0)
        counts = np.zeros((len(self), BINS), dtype=np.int64)
        levels = np.array([row.level for row in self._histograms], dtype=np.int64)
        for own in set(levels.tolist()):
            chosen = np.flatnonzero(levels == own)
            stacked = np.stack([self._histograms[k].counts for k in chosen])
            counts[chosen] = _widened(stacked, self.scale, level - own)
        not_finite = np.array([row.not_finite for row in self._histograms], dtype=np.int64)
        return Rows(np.array(self._epochs), counts, bin_edges(self.scale, level), not_finite)


def _stride(epoch: float) -> float:
    """The power of two that cuts the epochs so far into fewer stretches than there are rows, leaving one free."""
    return 0.0 if epoch <= 0 else float(2.0 ** (floor(log2(epoch / (MAX_ROWS - 1))) + 1))


def even_times(times: Iterable[float], most: int) -> list[int]:
    """Return which of some ascending times to keep: at most so many, the first and last, evenly spread over time."""
    every = np.array(list(times), dtype=np.float64)
    if len(every) <= most:
        return list(range(len(every)))
    wanted = np.linspace(every[0], every[-1], most)
    after = np.searchsorted(every, wanted).clip(1, len(every) - 1)
    nearest = np.where(wanted - every[after - 1] <= every[after] - wanted, after - 1, after)
    return [int(k) for k in np.unique(nearest)]
