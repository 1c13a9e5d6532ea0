"""The ground of a descent over two parameters: its colours, its contours and its minima, for the plane and in space."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from bokeh.plotting.contour import contour_data

from engine.descent import Surface
from playground.theme import INK, NEUTRAL, SURFACE, mode, ramp

Array = npt.NDArray[np.float64]

POINTS = 121
PIXELS = 240
LEVELS = 14
# Entry of the picture where J has no value; the others run from the lowest, 0, to the highest.
HOLE = 255
# Where half of the ground lies within this share of the whole height, tall walls would hide everything: it is seen by
# the logarithm, which begins at the height that this share of the ground lies beneath.
TALL = 0.2
_FLOOR_SHARE = 0.03
_LARGEST = 1e300


@dataclass(frozen=True, slots=True)
class Scale:
    """How high a loss is drawn: from 0, the lowest on the ground, to 1.

    Attributes
    ----------
    low, high : float
        The losses that are drawn at 0 and 1.
    knee : float
        So far above the lowest the scale turns from even to logarithmic; 0 for an even scale.
    """

    low: float
    high: float
    knee: float = 0.0

    @classmethod
    def of(cls, values: Array) -> Scale:
        """Return the scale that suits losses [...]; what is not finite takes no part."""
        finite = values[np.isfinite(values)].clip(-_LARGEST, _LARGEST)
        if not len(finite):
            return cls(0.0, 1.0)
        low, high = float(finite.min()), float(finite.max())
        height = high / 2 - low / 2
        above = finite / 2 - low / 2
        if not height or np.median(above) > TALL * height:
            return cls(low, high)
        return cls(low, high, 2 * max(float(np.quantile(above, _FLOOR_SHARE)), 1e-12 * height))

    def heights(self, values: Array) -> Array:
        """Return how high losses [...] are drawn: from 0 to 1, nan where there is no loss, and what explodes at 1."""
        with np.errstate(all="ignore"):
            above = np.clip(values, self.low, self.high) - self.low
            if self.knee:
                return np.asarray(np.log1p(above / self.knee) / np.log1p((self.high - self.low) / self.knee))
            return np.asarray(above / ((self.high - self.low) or 1.0))

    def loss(self, height: float) -> float:
        """Return the loss that is drawn at a height from 0 to 1."""
        if self.knee:
            return self.low + self.knee * float(np.expm1(height * np.log1p((self.high - self.low) / self.knee)))
        return self.low + height * (self.high - self.low)


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What a descent walks on, ready to be drawn.

    Attributes
    ----------
    key, title : str
        Of the surface.
    names : tuple of str
        The two parameters.
    extent : tuple of (float, float)
        For each of them from where to where.
    values : ndarray [m, n]
        J; row i at the i-th of m even places of the second parameter, column j likewise of the first.
    heights : ndarray [m, n]
        How high J is drawn, from 0 to 1; nan where it has no value.
    scale : Scale
        What the heights mean.
    lines : tuple of (ndarray, ndarray)
        Contours, one for each level: the coordinates, pieces of one level separated by nan.
    minima : ndarray [k, 2]
        Those that are known, the lowest first.
    picture : uint8 ndarray [PIXELS, PIXELS]
        The heights times 254, lowest row first; `HOLE` where J has no value.
    """

    key: str
    title: str
    names: tuple[str, str]
    extent: tuple[tuple[float, float], tuple[float, float]]
    values: Array
    heights: Array
    scale: Scale
    lines: tuple[tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]], ...]
    minima: Array
    picture: npt.NDArray[np.uint8]

    def heights_at(self, points: Array) -> Array:
        """Return how high the ground is drawn at points [k, 2], between grid points interpolated [k]; nan beyond it."""
        return between(self.heights, *(
            (points[:, axis] - low) / (high - low) for axis, (low, high) in enumerate(self.extent)
        ))  # fmt: skip


def ground_of(surface: Surface, points: int = POINTS) -> Ground:
    """Compute what is drawn of a surface over two parameters.

    Parameters
    ----------
    surface : Surface
        Of more parameters pass a slice.
    points : int
        Of the grid along each axis.

    Raises
    ------
    ValueError
        If the surface has not two parameters.
    """
    if surface.dimensions != 2:
        raise ValueError(f"{surface.title} has {surface.dimensions} parameters, a plane shows two: pass a slice of it")
    axes = [np.linspace(low, high, points) for low, high in surface.extent]
    values = surface.value(*np.meshgrid(*axes)).astype(np.float64)
    minima = np.reshape(np.asarray(surface.minima, dtype=np.float64), (-1, 2))
    # The deepest point may lie between the points of the grid.
    scale = Scale.of(np.append(values, surface.value(*minima.T) if len(minima) else []))
    heights = scale.heights(values)
    middles = (np.arange(PIXELS) + 0.5) / PIXELS
    smooth = between(heights, *np.meshgrid(middles, middles))
    picture = np.where(np.isnan(smooth), HOLE, np.round(254 * np.nan_to_num(smooth))).astype(np.uint8)
    return Ground(
        surface.key, surface.title, (surface.names[0], surface.names[1]), (surface.extent[0], surface.extent[1]),
        values, heights, scale, _contours(axes, heights), minima, picture,
    )  # fmt: skip


def _contours(
    axes: list[Array], heights: Array
) -> tuple[tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]], ...]:
    """Return the lines of even heights; a level without any line is left out."""
    levels = (np.arange(LEVELS) + 0.5) / LEVELS
    found = contour_data(*axes, np.ma.masked_invalid(heights), levels, want_fill=False, want_line=True).line_data
    pairs = zip(found.xs, found.ys, strict=True)
    return tuple((np.asarray(xs, np.float32), np.asarray(ys, np.float32)) for xs, ys in pairs if len(xs))


def between(grid: Array, x: Array, y: Array) -> Array:
    """Return the values of a grid [m, n] at shares of its width and height [...]; nan outside it."""
    rows, columns = grid.shape
    with np.errstate(invalid="ignore"):
        outside = ~((x >= 0) & (x <= 1) & (y >= 0) & (y <= 1))
        u, v = np.where(outside, 0, x) * (columns - 1), np.where(outside, 0, y) * (rows - 1)
    j, i = np.minimum(u.astype(int), columns - 2), np.minimum(v.astype(int), rows - 2)
    u, v = u - j, v - i
    low = grid[i, j] * (1 - u) + grid[i, j + 1] * u
    high = grid[i + 1, j] * (1 - u) + grid[i + 1, j + 1] * u
    return np.where(outside, np.nan, low * (1 - v) + high * v)


@cache
def _palette(dark: bool) -> tuple[str, ...]:
    name = mode(dark)
    # The deep colours are left to what lies on the ground.
    steps = 560 if dark else 440
    return (*ramp(NEUTRAL[name], INK[name]["primary"], steps)[:255], SURFACE[name]["raised"])


def ground_palette(dark: bool) -> list[str]:
    """Give the 256 colours of a ground's picture: 255 that grow with the height, and the one of a hole."""
    return list(_palette(dark))
