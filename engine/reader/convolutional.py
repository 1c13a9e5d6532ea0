"""A reader whose dense layers are convolutions: the same numbers, on images of any size."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from engine.arena import Array
from engine.layers import Conv, Dense, Flatten, MapLayer
from engine.layers.shapes import Shape
from engine.map_network import Row, ledger
from engine.network import predictions
from engine.reader.maps import Field
from engine.reader.reader import Reader, as_pixels, field_of
from engine.reader.signals import Signals

__all__ = ["ConvReader", "as_convolution"]

MAX_SIDE = 128


class ConvReader:
    """A network of convolutions and pooling alone, which makes a map of scores.

    Its parameters are those of the reader that it was made from, number by number: a dense layer's weights [h·w·C, O]
    are a kernel's [h, w, C, O].

    Parameters
    ----------
    reader : Reader
    layers : sequence of MapLayer

    Attributes
    ----------
    layers : tuple of MapLayer
    shape : tuple of int
        Of the image that gives a map of 1 × 1.
    """

    def __init__(self, reader: Reader, layers: Sequence[MapLayer]) -> None:
        self.layers: tuple[MapLayer | Dense, ...] = tuple(layers)
        self.shape = reader.shape
        self._reader = reader
        self._passes: dict[Shape, Signals] = {}

    def rows(self, shape: Shape | None = None) -> tuple[Row, ...]:
        """Return the ledger on an image of this shape [H, W, C], or of the usual one."""
        return ledger(shape or self.shape, self.layers)

    def scores(self, images: npt.ArrayLike) -> Array:
        """Return the scores [N, O] of images [N, H, W] of the usual size: those of `Reader.logits`."""
        pixels = as_pixels(images, self.shape, self._reader.parameters.dtype)
        # Each run overwrites what the last one left.
        return np.stack([self._run(image)[0, 0].copy() for image in pixels])

    def predict(self, images: npt.ArrayLike) -> Array:
        """Return the answers [N, O] to images of the usual size: those of `Reader.predict`."""
        scores = self.scores(images)
        return predictions(scores, "softmax") if self._reader.probabilities else scores

    def score_map(self, image: npt.ArrayLike) -> Array:
        """Return the scores [h, w, O] of an image [H, W] that is as large as the usual one, or larger.

        Raises
        ------
        ValueError
            If the image is smaller, or has a side of more than 128 pixels.
        """
        given = np.asarray(image)
        shape = (*given.shape[:2], self.shape[-1])
        if any(not least <= n <= MAX_SIDE for n, least in zip(shape, self.shape[:-1], strict=False)):
            raise ValueError(
                f"an image for a map of scores has {self.shape[0]} × {self.shape[1]} to {MAX_SIDE} × {MAX_SIDE} "
                f"pixels, got {' × '.join(map(str, given.shape))}"
            )
        return self._run(as_pixels(given[None], shape, self._reader.parameters.dtype)[0]).copy()

    def field(self, place: Shape, shape: Shape) -> Field:
        """Return from which patch of an image of this shape [H, W, C] the scores at a place [row, column] come."""
        return field_of(self.rows(shape), len(self.layers), place)

    def _run(self, pixels: Array) -> Array:
        shape = pixels.shape
        if shape not in self._passes:
            # One larger size at a time is kept.
            self._passes = {known: made for known, made in self._passes.items() if known == self.shape}
            self._passes[shape] = Signals(shape, self.layers, 1, pixels.dtype, self._reader.backend)
        # The reader may have taken others since.
        self._passes[shape].load(self._reader.parameters)
        scores: Array = self._passes[shape].forward(pixels[None])[0]
        return scores


def as_convolution(reader: Reader) -> ConvReader:
    """Return a reader with its dense layers replaced by convolutions.

    The first one after the maps becomes a kernel as large as the maps, each further one a kernel of 1 × 1. The
    soft-max at the end is left out: it would run over all places. (Long, Shelhamer and Darrell, "Fully convolutional
    networks for semantic segmentation", CVPR 2015, section 3.1.)

    Parameters
    ----------
    reader : Reader
        Whose maps go through a Flatten into dense layers.

    Raises
    ------
    ValueError
        If there is no Flatten before its dense layers.
    """
    layers: list[MapLayer] = []
    size: Shape | None = None
    for row in reader.rows:
        layer = row.layer
        if isinstance(layer, Flatten):
            size = row.inputs[:-1]
        elif isinstance(layer, Dense):
            if size is None:
                raise ValueError(
                    f"{row.name} has no Flatten before it: only dense layers on whole maps become convolutions; "
                    "global pooling makes a network work on any size already"
                )
            activation = "identity" if layer.activation == "softmax" else layer.activation
            layers.append(Conv(layer.units, size, activation))
            size = (1,) * len(size)
        else:
            layers.append(layer)
    return ConvReader(reader, layers)
