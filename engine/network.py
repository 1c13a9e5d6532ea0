"""A network: layers in a row, a loss, an optimizer; together they record one training step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Protocol

import numpy as np

from engine.arena import Array, Memory
from engine.layers import Dense
from engine.layers.dropout import record_count
from engine.losses import Loss
from engine.ops.batch import take_batch
from engine.optimizers import Optimizer
from engine.program import Builder, Phase, Program

MAX_PARAMETERS = 5_000_000


class Trainable(Protocol):
    """A network, of rows or of maps, with what trains it."""

    @property
    def layers(self) -> Sequence[object]:
        """From the first to the output layer."""

    @property
    def loss(self) -> Loss:
        """What it is trained to make small."""

    @property
    def outputs(self) -> int:
        """Number of outputs O."""

    @property
    def parameters(self) -> int:
        """Number of weights and biases P."""

    def handed_on(self, number: int) -> str:
        """Return the name of the place that layer `number` hands on in a program of `record_forward`."""

    def record(self, rows: int, batches: int = 1) -> Program:
        """Record one whole training step for batches of up to `rows` examples, `batches` of them in an epoch."""

    def record_forward(self, rows: int) -> Program:
        """Record only the forward pass, for `rows` examples."""

    def initialize(self, program: Program, memory: Memory, rng: np.random.Generator) -> None:
        """Write the first parameters and the hyper-parameters into the memory."""

    def predict_from(self, output: Array) -> Array:
        """Turn recorded outputs [N, O] into predictions."""


@dataclass(frozen=True)
class Network:
    """Dense layers in a row, with what trains them.

    Parameters
    ----------
    inputs : int
        Number of input features I.
    layers : sequence of Dense
        The last one is the output layer. Where its activation is the one that the loss contains already
        (soft-max in the categorical cross-entropy, sigmoid in the binary), the loss works on the logits: the
        same mathematics, without overflow, and `predict` applies the activation.
    loss : Loss
    optimizer : Optimizer
    """

    inputs: int
    layers: tuple[Dense, ...]
    loss: Loss
    optimizer: Optimizer

    def __post_init__(self) -> None:
        if self.inputs < 1:
            raise ValueError(f"a network has at least 1 input, got {self.inputs}")
        if not self.layers:
            raise ValueError("a network has at least one layer: add a Dense")
        width = self.inputs
        for number, layer in enumerate(self.layers, 1):
            if layer.inputs is not None and layer.inputs != width:
                before = "the network's inputs give" if number == 1 else f"dense{number - 1} gives"
                raise ValueError(
                    f"dense{number} expects {layer.inputs} inputs, but {before} {width}: "
                    "make them equal, or leave the inputs of inner layers out"
                )
            if layer.skip and number == 1:
                raise ValueError(
                    "dense1 cannot have a skip connection: the gradient of the network's inputs is not computed; "
                    "use skip from the second layer on"
                )
            if layer.skip and layer.units != width:
                raise ValueError(
                    f"dense{number} cannot add its {width} inputs to its {layer.units} outputs: "
                    f"a skip connection needs {width} units, or no skip"
                )
            width = layer.units
        for what, used in (("dropout", self.layers[-1].dropout), ("a skip connection", self.layers[-1].skip)):
            if used:
                raise ValueError(
                    f"the output layer, dense{len(self.layers)}, cannot have {what}: use it in hidden layers"
                )
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

    @property
    def outputs(self) -> int:
        """Number of outputs O."""
        return self.layers[-1].units

    @property
    def parameters(self) -> int:
        """Number of weights and biases P."""
        widths = [self.inputs, *(layer.units for layer in self.layers)]
        return sum(i * o + o for i, o in pairwise(widths))

    @property
    def output_activation(self) -> str:
        """What turns the recorded output into a prediction: the loss's own activation, or the identity."""
        last = self.layers[-1].activation
        return last if last == self.loss.fused_activation else "identity"

    def _recorded_layers(self) -> tuple[Dense, ...]:
        """The layers with the fused output activation left to the loss."""
        if self.output_activation == "identity":
            return self.layers
        return (*self.layers[:-1], replace(self.layers[-1], activation="identity"))

    def handed_on(self, number: int) -> str:
        """Return the name of the place that layer `number`, from 1, hands on in a program of `record_forward`.

        ``s2`` with a skip connection, else ``a2``, or ``z2`` where the activation is the identity or left to the loss.
        """
        return self._recorded(number).output_name(number)

    def training_output(self, number: int) -> str:
        """Return the same for a program of `record`, where dropout hands ``h2`` on."""
        return self._recorded(number).output_name(number, training=True)

    def _recorded(self, number: int) -> Dense:
        if not 1 <= number <= len(self.layers):
            raise ValueError(f"the network's layers are 1 to {len(self.layers)}, got {number}")
        return self._recorded_layers()[number - 1]

    def record(self, rows: int, batches: int = 1) -> Program:
        """Record one whole training step for batches of up to `rows` examples, `batches` of them in an epoch."""
        build = Builder(rows, batches)
        layers = self._recorded_layers()
        x = build.signal("x", self.inputs, "x")
        y = build.signal("y", self.outputs, "y")
        with build.recording(Phase.FORWARD, "batch"):
            build.record(take_batch, "x", x=x, y=y)
            if any(layer.dropout for layer in layers):
                record_count(build)
        inputs = []
        for number, layer in enumerate(layers, 1):
            inputs.append(x)
            with build.recording(Phase.FORWARD, f"dense{number}"):
                x = layer.forward(build, number, x)
        self.loss.record_forward(build, x, y)
        for number, layer in enumerate(layers, 1):
            with build.recording(Phase.LOSS, f"dense{number}"):
                layer.penalty(build, number)
        gradient = self.loss.record_gradient(build, x, y)
        for number in range(len(layers), 0, -1):
            with build.recording(Phase.BACKWARD, f"dense{number}"):
                dx = layers[number - 1].backward(build, number, inputs[number - 1], gradient, number > 1)
                gradient = dx if dx is not None else gradient
        with build.recording(Phase.UPDATE, "optimizer"):
            self.optimizer.record(build)
        return build.build()

    def record_forward(self, rows: int) -> Program:
        """Record only the forward pass, for `rows` examples, without dropout.

        The parameters lie where `record` puts them.
        """
        build = Builder(rows)
        x = build.signal("x", self.inputs, "x")
        for number, layer in enumerate(self._recorded_layers(), 1):
            with build.recording(Phase.FORWARD, f"dense{number}"):
                x = layer.forward(build, number, x, training=False)
        self.loss.record_forward(build, x, build.signal("y", self.outputs, "y"))
        return build.build()

    def initialize(self, program: Program, memory: Memory, rng: np.random.Generator) -> None:
        """Write the first parameters and the hyper-parameters into the memory."""
        width = self.inputs
        for number, layer in enumerate(self.layers, 1):
            for name, values in layer.initial(width, rng).items():
                memory.view(program.refs[f"{name}{number}"])[:] = values
            width = layer.units
        for name, value in program.hyper.items():
            memory.view(program.refs[name])[...] = value

    def predict_from(self, output: Array) -> Array:
        """Turn recorded outputs [N, O] into predictions: probabilities where the loss works on logits."""
        return predictions(output, self.output_activation)


def predictions(output: Array, activation: str) -> Array:
    """Turn outputs [N, O] into predictions by the activation that the loss contains: sigmoid, softmax or identity."""
    # Of an exploded network the outputs are infinite or no numbers: a lesson, not a warning.
    with np.errstate(all="ignore"):
        if activation == "sigmoid":
            return np.asarray(np.exp(-np.logaddexp(0, -output)))
        if activation == "softmax":
            return np.asarray(np.exp(output - np.logaddexp.reduce(output, axis=1, keepdims=True)))
    return output


def output_name(network: Trainable) -> str:
    """Return the name of the place that holds the recorded output: ``z3`` or ``a3``."""
    return network.handed_on(len(network.layers))


def dense_stack(
    widths: Sequence[int],
    activation: str | Sequence[str],
    output: Dense,
    *,
    skip: bool = False,
    dropout: float = 0.0,
    dropout_seed: int = 0,
    **settings: Any,
) -> tuple[Dense, ...]:
    """Return hidden layers of these widths and then the output layer.

    Parameters
    ----------
    widths : sequence of int
    activation : str or sequence of str
        Of all hidden layers, or of each.
    output : Dense
    skip : bool
        Put a skip connection around each hidden layer after the first that is as wide as the one before.
    dropout : float
        The share of each hidden layer's outputs that is dropped while training.
    dropout_seed : int
    **settings
        Other settings of the hidden layers.
    """
    names = [activation] * len(widths) if isinstance(activation, str) else list(activation)
    if len(names) != len(widths):
        raise ValueError(f"{len(widths)} hidden layers need as many activations, got {len(names)}")
    hidden = (
        Dense(
            units, name, dropout=dropout, dropout_seed=dropout_seed,
            skip=skip and number > 0 and units == widths[number - 1], **settings,
        )
        for number, (units, name) in enumerate(zip(widths, names, strict=True))
    )  # fmt: skip
    return (*hidden, output)
