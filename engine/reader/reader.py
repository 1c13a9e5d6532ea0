"""A trained network that reads images: its answers, all that it makes of an image on the way, and where it is from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from engine.arena import Array
from engine.backend import Backend, default_backend
from engine.inside.receptive import Patch, receptive_field
from engine.layers import ConvTranspose, Dense, Flatten
from engine.layers.shapes import Shape, written
from engine.map_network import MapNetwork, Row
from engine.program import Op
from engine.reader.made import Made, made_by
from engine.reader.maps import Field, LayerMaps, kind_of, title_of
from engine.reader.signals import Signals

__all__ = ["Reader", "as_pixels"]

# Images that are read at once.
_CHUNK = 64


def as_pixels(images: npt.ArrayLike, shape: Shape, dtype: npt.DTypeLike = np.float32) -> Array:
    """Return images as networks read them, [N, *shape].

    Parameters
    ----------
    images : [N, H, W] or [N, H, W, C]
        Whole numbers are grey levels 0 to 255 and are divided by 255; real numbers are taken as they are, 0 to 1.
    shape : tuple of int
        Of one example, [H, W, C].
    dtype : data type

    Raises
    ------
    ValueError
        If the images have another size.
    """
    given = np.asarray(images)
    pixels = given / 255 if given.dtype.kind in "iu" else given
    if pixels.ndim == len(shape) and shape[-1] == 1:
        pixels = pixels[..., None]
    if pixels.ndim != len(shape) + 1 or pixels.shape[1:] != shape:
        raise ValueError(
            f"the network reads images of {written(shape)}, got an array of {written(given.shape)}: "
            f"pass [N, {', '.join(map(str, shape[:-1]))}]"
        )
    return np.ascontiguousarray(pixels, dtype)


class Reader:
    """A network with its parameters. It has a memory of its own: one thread at a time uses it.

    Parameters
    ----------
    network : MapNetwork
        On images [H, W, C]; without skip connections.
    parameters : ndarray [P]
        In the order of its program; float32 or float64 is what is computed in.
    backend : Backend, optional
        The compiled engine unless another is given.

    Raises
    ------
    ValueError
        If there are more or fewer parameters than the network has, or it has skip connections.
    """

    def __init__(self, network: MapNetwork, parameters: Array, *, backend: Backend | None = None) -> None:
        if any(isinstance(layer, Dense) and layer.skip for layer in network.layers):
            raise ValueError("a reader has no skip connections: leave skip out of its dense layers")
        self.network = network
        self.rows: tuple[Row, ...] = network.ledger
        self.backend = backend or default_backend()
        self._passes: dict[tuple[int, int, bool, bool], Signals] = {}
        self.take(parameters)

    def take(self, parameters: Array) -> None:
        """Go on with other parameters [P] of the same network, as training has made them by now."""
        if parameters.shape != (self.network.parameters,):
            raise ValueError(
                f"the network has {self.network.parameters:,} parameters, got an array of {written(parameters.shape)}"
            )
        self.parameters = parameters.copy()
        self.parameters.setflags(write=False)
        for signals in self._passes.values():
            signals.load(self.parameters)

    @property
    def shape(self) -> Shape:
        """Of one image, [H, W, C]."""
        return self.network.shape

    @property
    def probabilities(self) -> bool:
        """Whether the answers are probabilities; they are scores where the network ends without soft-max."""
        return self.network.layers[-1].activation == "softmax"

    def signals(self, rows: int = 1, number: int | None = None, *, raw: bool = False, back: bool = False) -> Signals:
        """Return passes through the layers up to `number`, all unless given, with the parameters in place.

        Parameters
        ----------
        rows : int
        number : int, optional
        raw : bool
            Leave out the activation of the last of them.
        back : bool
            With the way back to the image.
        """
        number = len(self.rows) if number is None else number
        key = (rows, number, raw, back)
        if key not in self._passes:
            layers = list(self.network.layers[:number])
            if raw and layers[-1].activation != "identity":
                layers[-1] = replace(layers[-1], activation="identity")  # type: ignore[type-var]
            made = Signals(self.shape, layers, rows, self.parameters.dtype, self.backend, back)
            made.load(self.parameters)
            self._passes[key] = made
        return self._passes[key]

    def pixels(self, images: npt.ArrayLike) -> Array:
        """Return images as `as_pixels` makes them for this network, [N, *shape]."""
        return as_pixels(images, self.shape, self.parameters.dtype)

    def predict(self, images: npt.ArrayLike) -> Array:
        """Return the answers [N, O] to images [N, H, W]: probabilities, or scores of a network without soft-max."""
        return self._read(images, raw=False)

    def logits(self, images: npt.ArrayLike) -> Array:
        """Return the scores [N, O] that soft-max turns into probabilities."""
        return self._read(images, raw=True)

    def _read(self, images: npt.ArrayLike, raw: bool) -> Array:
        pixels = self.pixels(images)
        answers = np.empty((len(pixels), self.network.outputs), self.parameters.dtype)
        # One image is read without the memory that many need.
        signals = self.signals(1 if len(pixels) == 1 else _CHUNK, raw=raw)
        for start in range(0, len(pixels), _CHUNK):
            chunk = slice(start, start + _CHUNK)
            answers[chunk] = signals.forward(pixels[chunk])
        return answers

    def maps(self, image: npt.ArrayLike) -> tuple[LayerMaps, ...]:
        """Return the image [H, W] and then what each layer hands on; the last are the answers.

        The arrays are read-only copies.
        """
        signals = self.signals()
        signals.forward(self.pixels(np.asarray(image)[None]))
        return tuple(layer_maps(self.rows, signals.program.ops, signals))

    def weights(self, number: int) -> tuple[Array, Array]:
        """Return the weights and biases of layer `number` as the layer keeps them, read-only."""
        row = self._row(number)
        if not row.parameters:
            raise ValueError(f"{row.name} has no parameters: it learns nothing")
        refs = (self.signals().program.refs[f"{name}{number}"] for name in "Wb")
        W, b = (self.parameters[ref.offset : ref.offset + ref.size].reshape(ref.shape) for ref in refs)
        return W, b

    def filters(self, number: int) -> Array:
        """Return the filters of layer `number` [*size, C, O]; of a dense layer its weights [I, O].

        Raises
        ------
        ValueError
            If the layer has none.
        """
        W, _ = self.weights(number)
        return np.swapaxes(W, -1, -2) if isinstance(self._row(number).layer, ConvTranspose) else W

    def explain(self, image: npt.ArrayLike, number: int, place: Shape) -> Made:
        """Return how one number that layer `number` hands on for an image [H, W] was made.

        Raises
        ------
        ValueError
            If there is no such layer or no such number.
        """
        row, maps = self._row(number), self.maps(image)
        W, b = self.weights(number) if row.parameters else (None, None)
        return made_by(row, number, place, maps[number - 1].values, maps[number].values, W, b)

    def field(self, number: int, place: Shape) -> Field:
        """Return where a number that layer `number` hands on comes from.

        Raises
        ------
        ValueError
            If there is no such layer or no such place.
        """
        return field_of(self.rows, number, place)

    def _row(self, number: int) -> Row:
        if not 1 <= number <= len(self.rows):
            raise ValueError(f"the network's layers are 1 to {len(self.rows)}, got {number}")
        return self.rows[number - 1]


def field_of(rows: tuple[Row, ...], number: int, place: Shape) -> Field:
    """Return where a number that layer `number` hands on comes from, in a network of this ledger."""
    patch = receptive_field(rows, number, place)
    row = rows[number - 1]
    if len(row.inputs) == 1:
        return Field(patch, Patch((0,), (row.inputs[0] - 1,), row.inputs))
    before = receptive_field((row,), 1, place)
    if isinstance(row.layer, Flatten) and len(place) == 1:
        # What is in the row has been at one place of the maps.
        moved = tuple(int(k) for k in np.unravel_index(place[0], row.inputs))
        before = Patch(moved[:-1], moved[:-1], row.inputs[:-1])
        patch = receptive_field(rows, number - 1, moved) if number > 1 else before
    return Field(patch, before)


class _Places(Protocol):
    def __getitem__(self, name: str) -> Array: ...


def layer_maps(rows: tuple[Row, ...], ops: tuple[Op, ...], signals: _Places) -> Iterator[LayerMaps]:
    """Go through the image and what each layer wrote, as far as these operations of a forward pass have come."""
    image = _copy(signals["x"][0])
    yield LayerMaps(0, "input", "Input", "input", image, {"x": image})
    for number, row in enumerate(rows, 1):
        places = [ref.name for op in ops if op.layer == row.name for ref in op.writes]
        if not places:
            return
        parts = {name: _copy(signals[name][0]) for name in places}
        yield LayerMaps(number, row.name, title_of(row), kind_of(row.layer), parts[places[-1]], parts)


def _copy(values: Array) -> Array:
    kept = values.copy()
    kept.setflags(write=False)
    return kept
