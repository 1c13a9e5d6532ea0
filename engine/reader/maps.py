"""What the layers of a reader hand on, with what a student reads about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.arena import Array
from engine.inside.receptive import Patch
from engine.layers import (
    AveragePool,
    Conv,
    ConvTranspose,
    Dense,
    Flatten,
    GlobalPool,
    LocalResponseNorm,
    MapLayer,
    MaxPool,
    get_activation,
)
from engine.layers.shapes import written
from engine.map_network import Row

__all__ = ["Field", "LayerMaps", "kind_of", "title_of"]


@dataclass(frozen=True, slots=True, eq=False)
class LayerMaps:
    """What one layer hands on for one image.

    Attributes
    ----------
    number : int
        From 1; 0 is the image.
    name : str
        ``conv1``; the image is called ``input``.
    title : str
        For reading: ``Convolution 5 × 5, ReLU``.
    kind : str
        "input", "conv", "upconv", "max_pool", "average_pool", "global_pool", "response_norm", "flatten" or "dense".
    values : ndarray [*space, C] or [n]
        With the activation.
    parts : mapping of str to ndarray
        All that the layer writes by its place's name, in the order in which it is written: ``z1``, then ``a1``.
    """

    number: int
    name: str
    title: str
    kind: str
    values: Array
    parts: Mapping[str, Array]

    @property
    def shape(self) -> tuple[int, ...]:
        """[*space, C] or [n]."""
        return self.values.shape


@dataclass(frozen=True, slots=True)
class Field:
    """Where a number comes from.

    Attributes
    ----------
    input : Patch
        Its receptive field: the patch of the image that it can depend on.
    before : Patch
        The patch of what the layer before handed on; of a row, the places in the row.
    """

    input: Patch
    before: Patch


def kind_of(layer: MapLayer | Dense) -> str:
    """Return which kind of layer it is, in one word."""
    kinds = {
        Conv: "conv", ConvTranspose: "upconv", MaxPool: "max_pool", AveragePool: "average_pool",
        GlobalPool: "global_pool", LocalResponseNorm: "response_norm", Flatten: "flatten", Dense: "dense",
    }  # fmt: skip
    return next(kind for known, kind in kinds.items() if isinstance(layer, known))


def title_of(row: Row) -> str:
    """Return what a layer is called."""
    layer = row.layer
    if isinstance(layer, Conv | ConvTranspose):
        name = "Convolution" if isinstance(layer, Conv) else "Transposed convolution"
        name += f" {written(layer.window(row.inputs).size)}"
    elif isinstance(layer, MaxPool | AveragePool):
        name = "Max pooling" if isinstance(layer, MaxPool) else "Average pooling"
        name += f" {written(layer.window(row.inputs).size)}"
    elif isinstance(layer, GlobalPool):
        name = f"Global {layer.kind} pooling"
    else:
        name = {"response_norm": "Response normalisation", "flatten": "Flatten", "dense": "Dense"}[kind_of(layer)]
    activation = get_activation(layer.activation)
    return name if activation.name == "identity" else f"{name}, {activation.title}"
