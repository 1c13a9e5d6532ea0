"""What a reader looks at: what counts in an image, what a filter likes best, and what a shift does to maps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.arena import Array
from engine.reader.reader import Reader
from engine.reader.signals import Signals
from engine.reader.transforms import shifted

__all__ = ["Equivariance", "Maximiser", "equivariance", "occlusion", "saliency"]

MAX_STEPS = 10_000


def occlusion(
    reader: Reader, image: npt.ArrayLike, digit: int, size: int = 7, stride: int = 1, fill: float = 0.0
) -> Array:
    """Return how probable a digit is when a square patch of the image is covered, for every place of the patch.

    Zeiler and Fergus, "Visualizing and understanding convolutional networks", ECCV 2014, section 4.2.

    Parameters
    ----------
    reader : Reader
    image : [H, W]
    digit : int
    size : int
        Side of the patch.
    stride : int
    fill : float
        The grey level that it covers with, 0 to 1.

    Returns
    -------
    ndarray [(H - size)//stride + 1, (W - size)//stride + 1]
        The patch's first place is [0, 0]. Scores where the reader has no probabilities.

    Raises
    ------
    ValueError
        If there is no such digit, or the patch does not fit.
    """
    _check_class(reader, digit)
    pixels = reader.pixels(np.asarray(image)[None])[0]
    height, width = pixels.shape[:2]
    if not 1 <= size <= min(height, width):
        raise ValueError(f"the patch has 1 to {min(height, width)} pixels a side, got {size}")
    if stride < 1:
        raise ValueError(f"the patch moves by at least 1 pixel, got {stride}")
    tops, lefts = range(0, height - size + 1, stride), range(0, width - size + 1, stride)
    result = np.empty((len(tops), len(lefts)), pixels.dtype)
    for row, top in enumerate(tops):
        covered = np.repeat(pixels[None], len(lefts), axis=0)
        for picture, left in zip(covered, lefts, strict=True):
            picture[top : top + size, left : left + size] = fill
        result[row] = reader.predict(covered)[:, digit]
    return result


def saliency(reader: Reader, image: npt.ArrayLike, digit: int) -> Array:
    """Return how much the score of a digit, before soft-max, grows with each pixel: its gradient, by the backward pass.

    Simonyan, Vedaldi and Zisserman, "Deep inside convolutional networks", ICLR workshop 2014, section 3.

    Parameters
    ----------
    reader : Reader
    image : [H, W]
    digit : int

    Returns
    -------
    ndarray [H, W]
        For grey levels 0 to 1; [H, W, C] for images of several channels.
    """
    _check_class(reader, digit)
    signals = reader.signals(raw=True, back=True)
    signals.forward(reader.pixels(np.asarray(image)[None]))
    upstream = np.zeros((1, reader.network.outputs), reader.parameters.dtype)
    upstream[0, digit] = 1
    return _as_image(signals.back(upstream)[0])


def _as_image(pixels: Array) -> Array:
    """Return a copy of [H, W, C], of one channel as [H, W]."""
    return np.array(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)


def _check_class(reader: Reader, digit: int) -> None:
    if not 0 <= digit < reader.network.outputs:
        raise ValueError(f"the digits are 0 to {reader.network.outputs - 1}, got {digit}")


class Maximiser:
    """Changes an image, step by step, until one filter answers as much as possible: gradient ascent on the pixels.

    A step goes along the gradient with a length that stays the same; then all pixels fade a little (an L2 penalty),
    and are kept within 0 to 1. (Erhan, Bengio, Courville and Vincent, "Visualizing higher-layer features of a deep
    network", University of Montreal, 2009; with the penalty of Simonyan, Vedaldi and Zisserman 2014.)

    Parameters
    ----------
    reader : Reader
    number : int
        The layer.
    channel : int
        Its filter, or its unit.
    seed : int
        Decides the grey noise that it begins with.
    place : tuple of int, optional
        Where in the map it shall answer: the image then shows what one number of the map likes best, which is clearer.
        Else all the map counts, by its mean.
    rate : float
        How far a step goes: the mean square of its changes is its square.
    decay : float
        What share of a pixel a step takes away.

    Attributes
    ----------
    image : ndarray [H, W]
        0 to 1; [H, W, C] for images of several channels.
    value : float
        What is maximised: the mean over the map with its activation, or the sum before the activation at `place`.
    steps : int
        Taken so far.

    Raises
    ------
    ValueError
        If there is no such layer, filter or place.
    """

    def __init__(
        self,
        reader: Reader,
        number: int,
        channel: int,
        seed: int = 0,
        *,
        place: tuple[int, ...] | None = None,
        rate: float = 0.03,
        decay: float = 0.01,
    ) -> None:
        if not 1 <= number <= len(reader.rows):
            raise ValueError(f"the network's layers are 1 to {len(reader.rows)}, got {number}")
        row = reader.rows[number - 1]
        if not 0 <= channel < row.outputs[-1]:
            raise ValueError(f"{row.name} has the filters 0 to {row.outputs[-1] - 1}, got {channel}")
        space = row.outputs[:-1]
        if place is not None and (
            len(place) != len(space) or not all(0 <= k < n for k, n in zip(place, space, strict=True))
        ):
            raise ValueError(f"the maps of {row.name} have {list(space)} places, there is no place {list(place)}")
        # A row has one number for each unit: there is no mean to take.
        alone = place is not None or not space
        self._sums = reader.signals(1, number, raw=True, back=True)
        self._signals = self._sums if alone else reader.signals(1, number, back=True)
        self._upstream = np.zeros((1, *row.outputs), reader.parameters.dtype)
        if alone:
            self._upstream[(0, *(place or ()), channel)] = 1
        else:
            self._upstream[..., channel] = channel_share(row.outputs)
        noise = np.random.default_rng(seed).uniform(0.4, 0.6, (1, *reader.shape))
        self._pixels = noise.astype(reader.parameters.dtype)
        self._rate, self._decay = rate, decay
        self.steps = 0
        self.value = self._answer()

    @property
    def image(self) -> Array:
        """What has become of the noise."""
        return _as_image(self._pixels[0])

    def _answer(self) -> float:
        return float((self._signals.forward(self._pixels) * self._upstream).sum())

    def _direction(self, signals: Signals) -> tuple[Array, float]:
        """Return the gradient with respect to the pixels, and its root mean square."""
        signals.forward(self._pixels)
        gradient = signals.back(self._upstream)
        return gradient, float(np.sqrt(np.mean(np.square(gradient))))

    def advance(self, steps: int = 1) -> None:
        """Take so many steps."""
        if not 0 <= steps <= MAX_STEPS:
            raise ValueError(f"0 to {MAX_STEPS:,} steps can be taken at once, got {steps}")
        for _ in range(steps):
            gradient, size = self._direction(self._signals)
            if size == 0:
                # No number of the map answers: the sums before the activation show the way.
                gradient, size = self._direction(self._sums)
            if size > 0:
                self._pixels += self._rate / size * gradient
            self._pixels *= 1 - self._decay
            np.clip(self._pixels, 0, 1, out=self._pixels)
        self.steps += steps
        self.value = self._answer()


def channel_share(shape: tuple[int, ...]) -> float:
    """Return what each number of a map [*space, C] counts in the mean of its channel."""
    return 1.0 / float(np.prod(shape[:-1]))


@dataclass(frozen=True, slots=True)
class Equivariance:
    """What a shift of the image does to the maps of a layer.

    Attributes
    ----------
    error : float or None
        The root mean square of the difference between the maps of the shifted image and the shifted maps, over that
        of the maps, where both see nothing but the image. 0 if shifting first or last is the same; None where no
        place is left to compare.
    step : tuple of float
        How far the maps are shifted, down and right, in their own places: the image's shift over the stride of all
        layers up to this one. Only whole numbers can be exact.
    compared : tuple of int
        How many places of the maps are compared, down and across.
    """

    error: float | None
    step: tuple[float, float]
    compared: tuple[int, int]


def equivariance(reader: Reader, number: int, image: npt.ArrayLike, dx: int, dy: int) -> Equivariance:
    """Return how far the maps of the shifted image are from the shifted maps of the image.

    Convolution is equivariant to shifts, and with a stride to shifts by whole strides; a border, padding, and
    everything after a dense layer ends it.

    Parameters
    ----------
    reader : Reader
    number : int
        A layer that makes maps.
    image : [H, W]
    dx, dy : int
        Whole pixels to the right, and down.

    Raises
    ------
    ValueError
        If the layer makes no maps of two axes.
    """
    maps = reader.maps(image)
    if not 1 <= number < len(maps) or len(maps[number].shape) != 3:
        made = ", ".join(str(each.number) for each in maps[1:] if len(each.shape) == 3)
        raise ValueError(f"only layers that make maps can be compared: choose one of {made or 'none'}, got {number}")
    pixels = reader.pixels(np.asarray(image)[None])[0]
    moved = reader.maps(shifted(pixels, dx, dy))[number].values.astype(np.float64)
    still = maps[number].values.astype(np.float64)
    places = [_axis(reader, number, axis, shift) for axis, shift in ((0, dy), (1, dx))]
    step = (places[0][0], places[1][0])
    rows, columns = places[0][1], places[1][1]
    compared = (len(rows), len(columns))
    if not len(rows) or not len(columns):
        return Equivariance(None, step, compared)
    there = moved[np.ix_(rows, columns)]
    # Between places of the map its numbers are interpolated, as the image's would be.
    expected = shifted(still, step[1], step[0])[np.ix_(rows, columns)]
    size = float(np.sqrt(np.mean(np.square(expected))))
    away = float(np.sqrt(np.mean(np.square(there - expected))))
    return Equivariance(away / size if size else (0.0 if away == 0 else float("inf")), step, compared)


def _axis(reader: Reader, number: int, axis: int, shift: int) -> tuple[float, list[int]]:
    """Return by how much maps move along an axis, and at which of its places both images are seen without border."""
    count, size = reader.rows[number - 1].outputs[axis], reader.shape[axis]
    place = [0] * (len(reader.shape) - 1)
    ends = []
    for k in range(count):
        place[axis] = k
        patch = reader.field(number, tuple(place)).input
        ends.append((patch.first[axis], patch.last[axis]))
    stride = ends[1][0] - ends[0][0] if count > 1 else size
    step = shift / stride
    inner = {k for k, (first, last) in enumerate(ends) if first >= 0 and last < size}
    kept = []
    for k in sorted(inner):
        first, last = ends[k]
        # What it sees of the shifted image came from inside of the image, and so did all that is interpolated.
        sources = {int(np.floor(k - step)), int(np.ceil(k - step))}
        if first - shift >= 0 and last - shift < size and sources <= inner:
            kept.append(k)
    return step, kept
