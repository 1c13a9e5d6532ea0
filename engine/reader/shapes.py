"""What each layer of a digit reader makes of what comes before it, and why it cannot where it cannot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod

from engine.layers import Conv, Dense, Flatten, MapLayer
from engine.layers.pooling import AveragePool, MaxPool
from engine.layers.shapes import Shape
from engine.map_network import Row
from engine.reader.digit_data import CLASSES
from engine.reader.layer_specs import LayerSpec, made

__all__ = ["MAX_PARAMETERS", "MAX_WORK", "OutlineRow", "Placed", "multiplications", "outline", "placed"]

# With the largest optimizer state, a dozen checkpoints still fit into the history.
MAX_PARAMETERS = 300_000
# Multiplications for one digit on its way forward: a batch of 32 then takes about a tenth of a second.
MAX_WORK = 10_000_000
HEAD = "head"
ADDED = "Added by itself: the dense layer behind it takes a row of numbers."


@dataclass(frozen=True, slots=True)
class Placed:
    """A layer of the network, and which of the spec's layers it is: None for what was added, and for the head."""

    layer: MapLayer | Dense
    kind: str
    place: int | None


@dataclass(frozen=True, slots=True)
class OutlineRow:
    """One line of the outline of a net.

    Attributes
    ----------
    name : str
        ``conv1``: as the network calls it.
    kind : str
        A key of `LAYER_KINDS`, or "head" for the output layer.
    inputs, outputs : tuple of int or None
        Shapes without the batch; None from the first impossible layer on.
    parameters : int or None
        Weights and biases.
    refusal : str or None
        Of the first impossible layer: what is wrong, what was expected, and what would help.
    place : int or None
        Which of the spec's layers it is; None for the head and for what was added by itself.
    note : str
        What is to be said of it, if anything.
    """

    name: str
    kind: str
    inputs: Shape | None
    outputs: Shape | None
    parameters: int | None
    refusal: str | None = None
    place: int | None = None
    note: str = ""


def placed(
    layers: Sequence[LayerSpec], shape: Shape, output: Dense, initializer: str = "glorot_uniform", seed: int = 0
) -> tuple[Placed, ...]:
    """Return the layers of the network: those of the spec, a Flatten where it is missing, and the output layer.

    Parameters
    ----------
    layers : sequence of LayerSpec
    shape : tuple of int
        Of one digit, [H, W, C].
    output : Dense
    initializer : str
    seed : int
        Of dropout.
    """
    found: list[Placed] = []
    flat = len(shape) == 1
    for place, spec in enumerate(layers):
        if spec.kind == "dense" and not flat:
            found.append(Placed(Flatten(), "flatten", None))
        flat = flat or spec.kind in ("dense", "flatten", "global_pool")
        found.append(Placed(made(spec, initializer, seed), spec.kind, place))
    if not flat:
        found.append(Placed(Flatten(), "flatten", None))
    return (*found, Placed(output, HEAD, None))


def outline(layers: Sequence[LayerSpec], shape: Shape) -> tuple[OutlineRow, ...]:
    """Return a line for each layer of the net that these make, the output layer included; it never raises.

    The first impossible layer has a refusal; of those behind it nothing is known.

    Parameters
    ----------
    layers : sequence of LayerSpec
        Without the output layer.
    shape : tuple of int
        Of one digit, [H, W, C].
    """
    rows: list[OutlineRow] = []
    inputs: Shape | None = shape
    parameters = work = 0
    for number, each in enumerate(placed(layers, shape, Dense(CLASSES)), 1):
        name = f"{each.layer.prefix}{number}"
        note = ADDED if each.kind == "flatten" and each.place is None else ""
        if inputs is None:
            rows.append(OutlineRow(name, each.kind, None, None, None, None, each.place, note))
            continue
        try:
            outputs = each.layer.output_shape(inputs, name)
        except ValueError as error:
            rows.append(OutlineRow(name, each.kind, inputs, None, None, str(error), each.place, note))
            inputs = None
            continue
        row = Row(name, each.layer, inputs, outputs, each.layer.parameter_count(inputs))
        parameters, work = parameters + row.parameters, work + multiplications([row])
        refusal = _too_large(name, parameters, work)
        rows.append(OutlineRow(
            name, each.kind, inputs, outputs, row.parameters, refusal, each.place, note
        ))  # fmt: skip
        inputs = None if refusal else outputs
    return tuple(rows)


def multiplications(rows: Iterable[Row]) -> int:
    """Return how many multiplications one digit costs on its way forward through these layers, about."""
    total = 0
    for row in rows:
        layer = row.layer
        if isinstance(layer, Conv):
            total += prod(row.outputs[:-1]) * layer.weights(row.inputs)
        elif isinstance(layer, Dense):
            total += row.inputs[0] * layer.units
        elif isinstance(layer, MaxPool | AveragePool):
            total += prod(row.outputs) * layer.window(row.inputs).taps
        else:
            total += prod(row.inputs)
    return total


def _too_large(name: str, parameters: int, work: int) -> str | None:
    if parameters > MAX_PARAMETERS:
        return (
            f"{name} would bring the net to {parameters:,} parameters, at most {MAX_PARAMETERS:,} are trained here: "
            "put a pooling layer before it, or use fewer filters or neurons"
        )
    if work > MAX_WORK:
        return (
            f"{name} would bring the net to {work:,} multiplications for each digit, at most {MAX_WORK:,} are "
            "computed here: put a pooling layer before it, or use fewer filters, a smaller kernel or a larger stride"
        )
    return None
