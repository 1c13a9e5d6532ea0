"""The dense layer: every neuron is connected to every input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine.arena import Array, Ref
from engine.initializers import Initializer, get_initializer
from engine.layers import dropout
from engine.layers.activation import get_activation, record_backward, record_forward
from engine.layers.shapes import Shape, written
from engine.ops import dense as ops
from engine.ops import penalties, skip
from engine.program import Builder, OpKind

MAX_UNITS = 4096

_PENALTIES: dict[str, tuple[OpKind, OpKind]] = {
    "l1": (penalties.l1_penalty, penalties.l1_penalty_gradient),
    "l2": (penalties.l2_penalty, penalties.l2_penalty_gradient),
}


@dataclass(frozen=True)
class Dense:
    """z = x W + b, then the activation, then dropout and the skip connection, if asked for.

    Parameters
    ----------
    units : int
        Neurons, 1 to 4096.
    activation : str
        A key of `ACTIVATIONS`; "linear" is the identity.
    inputs : int, optional
        Number of inputs; only the first layer of a `Sequential` needs it.
    kernel_initializer : str or Initializer
        Where the weights start; biases start at zero.
    regularizer : {"none", "l1", "l2"}
        The penalty on the weights.
    regularization_rate : float
        Its factor, 0 or more.
    dropout : float
        The share of outputs that is dropped while training, at least 0 and below 1 (Srivastava et al. 2014).
    dropout_seed : int
        Decides the masks, together with the number of the layer and the number of the batch.
    skip : bool
        Add the layer's inputs to its outputs (He et al. 2016); it needs as many units as inputs.
    """

    units: int
    activation: str = "identity"
    inputs: int | None = None
    kernel_initializer: str | Initializer = "glorot_uniform"
    regularizer: str = "none"
    regularization_rate: float = 0.0
    dropout: float = 0.0
    dropout_seed: int = 0
    skip: bool = False

    prefix: ClassVar[str] = "dense"

    def __post_init__(self) -> None:
        if not 1 <= self.units <= MAX_UNITS:
            raise ValueError(f"a dense layer has 1 to {MAX_UNITS} units, got {self.units}")
        if self.inputs is not None and self.inputs < 1:
            raise ValueError(f"a dense layer has at least 1 input, got {self.inputs}")
        if self.regularizer not in ("none", *_PENALTIES):
            raise ValueError(f"the regularizer is none, l1 or l2, got {self.regularizer!r}")
        if self.regularization_rate < 0:
            raise ValueError(f"the regularization rate is 0 or more, got {self.regularization_rate}")
        dropout.check_rate(self.dropout)
        dropout.check_seed(self.dropout_seed)
        object.__setattr__(self, "activation", get_activation(self.activation).name)
        if isinstance(self.kernel_initializer, str):
            get_initializer(self.kernel_initializer)

    def output_shape(self, inputs: Shape, name: str = "") -> Shape:
        """Return (units,) for inputs (I,); `name` is the layer's, for messages.

        Raises
        ------
        ValueError
            If the inputs are maps, or of another number than it expects.
        """
        where = name or self.prefix
        if len(inputs) != 1:
            raise ValueError(
                f"{where} expects a row of numbers, got maps of {written(inputs)}: "
                "put a Flatten or a GlobalPool before it"
            )
        if self.inputs is not None and self.inputs != inputs[0]:
            raise ValueError(
                f"{where} expects {self.inputs} inputs, got {inputs[0]}: make them equal, or leave the inputs out"
            )
        return (self.units,)

    def parameter_count(self, inputs: Shape) -> int:
        """Return the number of weights and biases for inputs (I,): O (I + 1)."""
        return self.units * (inputs[0] + 1)

    def initial(self, inputs: int, rng: np.random.Generator) -> dict[str, Array]:
        """Return the first weights and zero biases."""
        initializer = self.kernel_initializer
        if isinstance(initializer, str):
            initializer = get_initializer(initializer)
        return {"W": initializer((inputs, self.units), rng), "b": np.zeros(self.units)}

    def output_name(self, number: int, training: bool = False) -> str:
        """Return the name of the place that layer `number` hands on: ``s2``, ``h2`` (training only), ``a2``, ``z2``."""
        if self.skip:
            return f"s{number}"
        if self.dropout and training:
            return f"h{number}"
        return f"z{number}" if self.activation == "identity" else f"a{number}"

    def forward(self, build: Builder, number: int, x: Ref, training: bool = True) -> Ref:
        """Record z = x W + b, a = activation(z), and where asked for h = a ⊙ m (training only) and s = h + x."""
        W = build.parameter(f"W{number}", (x.shape[1], self.units), f"W_{{{number}}}")
        b = build.parameter(f"b{number}", (self.units,), f"b_{{{number}}}")
        z = build.signal(f"z{number}", self.units, f"z_{{{number}}}", gradient_tex=rf"\delta_{{{number}}}")
        build.record(ops.dense_forward, "z", x=x, W=W, b=b, z=z)
        y = record_forward(build, get_activation(self.activation), number, z)
        if self.dropout and training:
            y = dropout.record_forward(build, number, y, self.dropout, self.dropout_seed)
        if self.skip:
            s = build.signal(f"s{number}", self.units, f"s_{{{number}}}")
            build.record(skip.skip_forward, "s", branch=y, shortcut=x, s=s)
            y = s
        return y

    def penalty(self, build: Builder, number: int) -> None:
        """Record the penalty on the weights, if there is one."""
        if self.regularizer in _PENALTIES:
            rate = build.hyper_parameter("regularization_rate", self.regularization_rate, r"\lambda")
            place = build.scalar(f"R{number}", f"R_{{{number}}}")
            W = build.refs[f"W{number}"]
            build.record(_PENALTIES[self.regularizer][0], "penalty", W=W, rate=rate, penalty=place)

    def backward(self, build: Builder, number: int, x: Ref, dy: Ref, need_dx: bool) -> Ref | None:
        """Record delta, dW, db and, if asked for, dx with what comes back through the skip connection."""
        W = build.refs[f"W{number}"]
        da = dy
        if self.dropout:
            a = build.refs[f"z{number}" if self.activation == "identity" else f"a{number}"]
            da = dropout.record_backward(build, number, a, dy)
        delta = record_backward(build, get_activation(self.activation), number, da)
        dW, db = build.gradient(W), build.gradient(build.refs[f"b{number}"])
        build.record(ops.dense_weight_gradient, "dW", x=x, delta=delta, dW=dW)
        if self.regularizer in _PENALTIES:
            rate = build.refs["regularization_rate"]
            build.record(_PENALTIES[self.regularizer][1], "penalty_dW", W=W, rate=rate, dW=dW)
        build.record(ops.dense_bias_gradient, "db", delta=delta, db=db)
        if not need_dx:
            return None
        dx = build.gradient_signal(x)
        build.record(ops.dense_input_gradient, "dx", delta=delta, W=W, dx=dx)
        if self.skip:
            build.record(skip.skip_backward, "skip_dx", ds=dy, dshortcut=dx)
        return dx
