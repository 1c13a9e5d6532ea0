"""A network on maps: convolution, pooling and dense layers in a row; together they record one training step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from engine.arena import Array, Memory, Ref
from engine.layers import Dense, MapLayer
from engine.layers.dropout import record_count
from engine.layers.shapes import Shape, written
from engine.losses import Loss
from engine.network import MAX_PARAMETERS, predictions
from engine.ops.batch import take_batch
from engine.optimizers import Optimizer
from engine.program import Builder, Phase, Program

__all__ = ["MapNetwork", "Row", "ledger"]

MAX_LAYERS = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the ledger of shapes.

    Attributes
    ----------
    name : str
        ``conv1``: the kind of layer and its number.
    layer : MapLayer or Dense
    inputs, outputs : tuple of int
        Shapes without the batch.
    parameters : int
        Weights and biases.
    """

    name: str
    layer: MapLayer | Dense
    inputs: Shape
    outputs: Shape
    parameters: int


def ledger(shape: Shape, layers: Sequence[MapLayer | Dense]) -> tuple[Row, ...]:
    """Return what each layer makes of what comes before it.

    Parameters
    ----------
    shape : tuple of int
        Of one example: [*space, C], or (I,).
    layers : sequence of MapLayer or Dense

    Raises
    ------
    ValueError
        If a layer cannot work on what it gets: which one, what it expects, and what would help.
    """
    if not shape or min(shape) < 1:
        raise ValueError(f"an example has at least 1 number along each axis, got {written(shape) or 'no axis'}")
    if len(layers) > MAX_LAYERS:
        raise ValueError(f"a network has at most {MAX_LAYERS} layers, got {len(layers)}")
    rows = []
    for number, layer in enumerate(layers, 1):
        name = f"{layer.prefix}{number}"
        outputs = layer.output_shape(shape, name)
        rows.append(Row(name, layer, shape, outputs, layer.parameter_count(shape)))
        shape = outputs
    return tuple(rows)


@dataclass(frozen=True)
class MapNetwork:
    """Layers in a row on examples [*space, C], with what trains them.

    A data set's inputs are rows [N, I], as everywhere: place by place, channels fastest.

    Parameters
    ----------
    shape : tuple of int
        Of one example: 28 × 28 × 1.
    layers : sequence of MapLayer or Dense
        The last one hands on a row. Where its activation is the one that the loss contains already, the loss works on
        the logits.
    loss : Loss
    optimizer : Optimizer
    """

    shape: Shape
    layers: tuple[MapLayer | Dense, ...]
    loss: Loss
    optimizer: Optimizer

    def __post_init__(self) -> None:
        if not self.layers:
            raise ValueError("a network has at least one layer: add a Conv or a Dense")
        rows = self.ledger
        if len(rows[-1].outputs) != 1:
            raise ValueError(
                f"the last layer, {rows[-1].name}, hands on maps of {written(rows[-1].outputs)}, but the loss "
                "expects a row of numbers: add a flattening and a dense layer, or global pooling"
            )
        for row in rows:
            if isinstance(row.layer, Dense):
                self._check_dense(row, last=row is rows[-1])
        if self.parameters > MAX_PARAMETERS:
            raise ValueError(
                f"the network has {self.parameters:,} parameters, at most {MAX_PARAMETERS:,} are allowed"
            )
        fused, last = self.loss.fused_activation, self.layers[-1].activation
        if fused and last not in ("identity", fused):
            raise ValueError(
                f"{self.loss.title} needs {fused} or identity in the output layer, got {last}: "
                "its output is a probability"
            )

    def _check_dense(self, row: Row, last: bool) -> None:
        assert isinstance(row.layer, Dense)
        if last and (row.layer.dropout or row.layer.skip):
            raise ValueError(f"the output layer, {row.name}, cannot have dropout or a skip connection")
        if row.layer.skip and (row.inputs != row.outputs or row.name == "dense1"):
            raise ValueError(
                f"{row.name} cannot add its {row.inputs[0]} inputs to its {row.outputs[0]} outputs: a skip connection "
                "needs as many units as inputs, and a layer before it"
            )

    @property
    def ledger(self) -> tuple[Row, ...]:
        """What each layer makes of what comes before it."""
        return ledger(self.shape, self.layers)

    @property
    def inputs(self) -> int:
        """Numbers in one example, I."""
        return prod(self.shape)

    @property
    def outputs(self) -> int:
        """Number of outputs O."""
        return self.ledger[-1].outputs[0]

    @property
    def parameters(self) -> int:
        """Number of weights and biases P."""
        return sum(row.parameters for row in self.ledger)

    @property
    def output_activation(self) -> str:
        """What turns the recorded output into a prediction: the loss's own activation, or the identity."""
        last = self.layers[-1].activation
        return last if last == self.loss.fused_activation else "identity"

    def _recorded_layers(self) -> tuple[MapLayer | Dense, ...]:
        """The layers with the fused output activation left to the loss."""
        last = self.layers[-1]
        if self.output_activation == "identity" or not isinstance(last, Dense):
            return self.layers
        return (*self.layers[:-1], replace(last, activation="identity"))

    def handed_on(self, number: int) -> str:
        """Return the name of the place that layer `number`, from 1, hands on in a program of `record_forward`."""
        if not 1 <= number <= len(self.layers):
            raise ValueError(f"the network's layers are 1 to {len(self.layers)}, got {number}")
        return self._recorded_layers()[number - 1].output_name(number)

    def _record_layers(self, build: Builder, x: Ref, training: bool) -> list[Ref]:
        """Record the forward pass; return what each layer reads, and last the output."""
        # The rows of the data set, seen as maps: the same numbers at the same places.
        handed = [replace(x, shape=(x.shape[0], *self.shape))]
        for number, layer in enumerate(self._recorded_layers(), 1):
            with build.recording(Phase.FORWARD, f"{layer.prefix}{number}"):
                handed.append(layer.forward(build, number, handed[-1], training=training))
        return handed

    def record(self, rows: int, batches: int = 1) -> Program:
        """Record one whole training step for batches of up to `rows` examples, `batches` of them in an epoch."""
        build, layers = Builder(rows, batches), self._recorded_layers()
        x, y = build.signal("x", self.inputs, "x"), build.signal("y", self.outputs, "y")
        with build.recording(Phase.FORWARD, "batch"):
            build.record(take_batch, "x", x=x, y=y)
            if any(isinstance(layer, Dense) and layer.dropout for layer in layers):
                record_count(build)
        *handed, output = self._record_layers(build, x, training=True)
        self.loss.record_forward(build, output, y)
        for number, layer in enumerate(layers, 1):
            if isinstance(layer, Dense):
                with build.recording(Phase.LOSS, f"dense{number}"):
                    layer.penalty(build, number)
        gradient = self.loss.record_gradient(build, output, y)
        # Before the first weights there is nothing that a gradient could change.
        first = min((k for k, row in enumerate(self.ledger, 1) if row.parameters), default=len(layers) + 1)
        for number in range(len(layers), first - 1, -1):
            layer = layers[number - 1]
            with build.recording(Phase.BACKWARD, f"{layer.prefix}{number}"):
                dx = layer.backward(build, number, handed[number - 1], gradient, number > first)
                gradient = dx if dx is not None else gradient
        with build.recording(Phase.UPDATE, "optimizer"):
            self.optimizer.record(build)
        return build.build()

    def record_forward(self, rows: int) -> Program:
        """Record only the forward pass, for `rows` examples, without dropout.

        The parameters lie where `record` puts them.
        """
        build = Builder(rows)
        *_, output = self._record_layers(build, build.signal("x", self.inputs, "x"), training=False)
        self.loss.record_forward(build, output, build.signal("y", self.outputs, "y"))
        return build.build()

    def initialize(self, program: Program, memory: Memory, rng: np.random.Generator) -> None:
        """Write the first parameters and the hyper-parameters into the memory."""
        for number, row in enumerate(self.ledger, 1):
            layer = row.layer
            values = layer.initial(row.inputs[0], rng) if isinstance(layer, Dense) else layer.initial(row.inputs, rng)
            for name, first in values.items():
                memory.view(program.refs[f"{name}{number}"])[:] = first
        for name, value in program.hyper.items():
            memory.view(program.refs[name])[...] = value

    def predict_from(self, output: Array) -> Array:
        """Turn recorded outputs [N, O] into predictions: probabilities where the loss works on logits."""
        return predictions(output, self.output_activation)
