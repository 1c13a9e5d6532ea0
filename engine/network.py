"""A network: layers in a row, a loss, an optimizer; together they record one training step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from engine.arena import Array, Memory
from engine.layers import Dense
from engine.losses import Loss
from engine.ops.batch import take_batch
from engine.optimizers import Optimizer
from engine.program import Builder, Phase, Program

MAX_PARAMETERS = 5_000_000


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
            width = layer.units
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

    def record(self, rows: int) -> Program:
        """Record one whole training step for batches of up to `rows` examples."""
        build = Builder(rows)
        layers = self._recorded_layers()
        x = build.signal("x", self.inputs, "x")
        y = build.signal("y", self.outputs, "y")
        with build.recording(Phase.FORWARD, "batch"):
            build.record(take_batch, "x", x=x, y=y)
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
        """Record only the forward pass, for `rows` examples: the parameters lie where `record` puts them."""
        build = Builder(rows)
        x = build.signal("x", self.inputs, "x")
        for number, layer in enumerate(self._recorded_layers(), 1):
            with build.recording(Phase.FORWARD, f"dense{number}"):
                x = layer.forward(build, number, x)
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
        if self.output_activation == "sigmoid":
            return np.asarray(np.exp(-np.logaddexp(0, -output)))
        if self.output_activation == "softmax":
            return np.asarray(np.exp(output - np.logaddexp.reduce(output, axis=1, keepdims=True)))
        return output


def output_name(network: Network) -> str:
    """Return the name of the place that holds the recorded output: ``z3`` or ``a3``."""
    number = len(network.layers)
    return f"z{number}" if network._recorded_layers()[-1].activation == "identity" else f"a{number}"


def dense_stack(
    widths: Sequence[int], activation: str, output: Dense, **settings: object
) -> tuple[Dense, ...]:
    """Return hidden layers of these widths and then the output layer."""
    return (*(Dense(units, activation, **settings) for units in widths), output)  # type: ignore[arg-type]
