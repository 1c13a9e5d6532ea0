"""A network for notebooks: it reads like Keras and can be stopped anywhere.

>>> from engine import SGD, Dense, Sequential
>>> model = Sequential([Dense(64, activation="relu", inputs=100), Dense(10, activation="softmax")])
>>> model.compile(loss="categorical_crossentropy", optimizer=SGD(learning_rate=0.01), metrics=["accuracy"])
>>> model.parameters
7114
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from engine.arena import Array
from engine.backend import Backend, Data, default_backend, whole_state
from engine.experiment import Grain, Handle, Hook, Position
from engine.layers import Dense, Dropout
from engine.loop import Loop
from engine.losses import Targets, get_loss
from engine.metrics import Evaluator, Score
from engine.network import Network
from engine.optimizers import Optimizer, get_optimizer
from engine.program import Op, Phase, Program

MAX_EPOCHS = 100_000


class Epoch(NamedTuple):
    """What `fit` notes after an epoch; the validation's score is None where there is no validation data."""

    epoch: int
    train: Score
    validation: Score | None


class Sequential:
    """Layers in a row.

    Parameters
    ----------
    layers : iterable of Dense and Dropout
        The first one says how many inputs there are: ``Dense(8, inputs=2)``. A `Dropout` belongs to the `Dense`
        before it.
    seed : int
        Decides the first weights, the order of the examples, and the masks of dropout.
    backend : Backend, optional
        The compiled engine unless another is given.
    """

    def __init__(
        self, layers: Iterable[Dense | Dropout] = (), *, seed: int = 0, backend: Backend | None = None
    ) -> None:
        self.layers: list[Dense] = []
        self.seed = seed
        self.metrics: tuple[str, ...] = ()
        self._backend = backend
        self._network: Network | None = None
        self._loop: Loop | None = None
        for layer in layers:
            self.add(layer)

    def add(self, layer: Dense | Dropout) -> None:
        """Append a layer; the network must be compiled again afterwards."""
        if isinstance(layer, Dropout):
            self._drop(layer)
        else:
            self.layers.append(layer)
        self._network = self._loop = None

    def _drop(self, layer: Dropout) -> None:
        """Set dropout on the last dense layer."""
        if not self.layers:
            raise ValueError("Dropout drops outputs of the layer before it: put a Dense first")
        last = self.layers[-1]
        if last.dropout:
            raise ValueError(f"dense{len(self.layers)} has dropout already, of rate {last.dropout}: leave one out")
        seed = self.seed if layer.seed is None else layer.seed
        self.layers[-1] = replace(last, dropout=layer.rate, dropout_seed=seed)

    def compile(
        self, optimizer: str | Optimizer = "sgd", loss: str = "mean_squared_error", metrics: Iterable[str] = ()
    ) -> None:
        """Choose what is minimised and how; the weights start anew.

        Parameters
        ----------
        optimizer : str or Optimizer
        loss : str
            A key of `engine.losses.LOSSES`.
        metrics : iterable of str
            "accuracy" is what there is.
        """
        if not self.layers or self.layers[0].inputs is None:
            raise ValueError("the first layer says how many inputs there are: Dense(8, inputs=2)")
        for metric in metrics:
            if metric != "accuracy":
                raise ValueError(f"unknown metric {metric!r}: choose accuracy")
        chosen = get_optimizer(optimizer) if isinstance(optimizer, str) else optimizer
        self._network = Network(self.layers[0].inputs, tuple(self.layers), get_loss(loss), chosen)
        self.metrics = tuple(metrics)
        self._loop = None

    @property
    def network(self) -> Network:
        """The compiled network."""
        if self._network is None:
            raise RuntimeError("compile the network first: model.compile(optimizer, loss)")
        return self._network

    @property
    def loop(self) -> Loop:
        """The training loop that stands on the data."""
        if self._loop is None:
            raise RuntimeError("there is no data yet: model.begin(x, y, batch_size) or model.fit(x, y)")
        return self._loop

    @property
    def parameters(self) -> int:
        """Number of weights and biases."""
        return self.network.parameters

    def summary(self) -> str:
        """Return a table of the layers with their shapes and numbers of parameters."""
        lines, width = [f"{'layer':<10}{'activation':<12}{'output':<14}{'parameters':>12}"], self.network.inputs
        for number, layer in enumerate(self.layers, 1):
            count = width * layer.units + layer.units
            shape = f"(batch, {layer.units})"
            lines.append(f"{f'dense{number}':<10}{layer.activation:<12}{shape:<14}{count:>12,}")
            if layer.dropout:
                lines.append(f"{f'dropout{number}':<10}{layer.dropout:<12g}{shape:<14}{0:>12}")
            width = layer.units
        return "\n".join([*lines, f"{'total':<36}{self.parameters:>12,}"])

    def begin(self, x: npt.ArrayLike, y: npt.ArrayLike, batch_size: int = 32) -> None:
        """Stand at the first operation of the first batch of this data; weights and optimizer state stay.

        Parameters
        ----------
        x : [N, I]
        y : [N, O], or [N] for one output; class numbers [N] where the loss wants one column a class
        batch_size : int
        """
        if batch_size < 1:
            raise ValueError(f"the batch size is at least 1, got {batch_size}")
        data = Data(*self._prepare(x, y))
        rows = min(batch_size, len(data.inputs))
        program = self.network.record(rows, -(-len(data.inputs) // rows))
        backend = self._backend or default_backend()
        loop = Loop(program, data, batch_size, self.seed, backend)
        loop.owner = self
        self.network.initialize(program, loop.memory, np.random.default_rng(self.seed))
        if self._loop is not None:
            whole_state(loop.memory)[:] = whole_state(self._loop.memory)
        self._loop = loop

    def _prepare(self, x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Array, Array]:
        return self._inputs(x), self._targets(np.asarray(y, dtype=np.float64))

    def _inputs(self, x: npt.ArrayLike) -> Array:
        inputs = np.ascontiguousarray(x, dtype=np.float64)
        if inputs.ndim != 2 or inputs.shape[1] != self.network.inputs:
            raise ValueError(f"dense1 expects inputs of shape (N, {self.network.inputs}), got {inputs.shape}")
        return inputs

    def _targets(self, targets: Array) -> Array:
        outputs = self.network.outputs
        if targets.ndim == 1 and self.network.loss.targets is Targets.ONE_HOT:
            if not np.isin(targets, np.arange(outputs)).all():
                raise ValueError(f"class numbers are 0 to {outputs - 1} for {outputs} outputs")
            targets = np.eye(outputs)[targets.astype(int)]
        if targets.ndim == 1:
            targets = targets.reshape(-1, 1)
        if targets.ndim != 2 or targets.shape[1] != outputs:
            raise ValueError(f"the network has {outputs} outputs, but the targets have shape {targets.shape}")
        allowed = {Targets.BINARY: (0.0, 1.0), Targets.SIGNED: (-1.0, 1.0)}.get(self.network.loss.targets)
        if allowed and not np.isin(targets, allowed).all():
            raise ValueError(f"{self.network.loss.title} wants targets that are {self.network.loss.targets.value}")
        return np.ascontiguousarray(targets)

    def step(self, grain: Grain | str = Grain.BATCH) -> Op:
        """Run to the next boundary of `grain` ("op", "layer", "phase", "batch", "epoch"); return the last operation."""
        target = self.loop.boundary(Grain(grain))
        self.loop.run_to(target)
        return self.loop.program.ops[target.op - 1]

    def on_event(self, hook: Hook, phase: Phase | str | None = None, grain: Grain | str = Grain.OP) -> Handle:
        """Call `hook` after every step of `grain`, or only of those in `phase`."""
        return self.loop.on_event(hook, None if phase is None else Phase(phase), Grain(grain))

    def __getitem__(self, name: str) -> Array:
        """Return a view of a place: ``model["W1"]``, ``model["dW1"]``, ``model["a1"]``."""
        return self.loop[name]

    @property
    def position(self) -> Position:
        """Which operation comes next."""
        return self.loop.position

    @property
    def program(self) -> Program:
        """The listing of one training step."""
        return self.loop.program

    def listing(self) -> str:
        """Return the operations of one training step, a line each, with an arrow at the one that comes next."""
        at = self.loop.position.op
        return "\n".join(
            f"{'→' if number == at else ' '} {number:>3}  {op.phase.value:<9}{op.name:<18}{op.code}"
            for number, op in enumerate(self.program.ops)
        )

    def fit(
        self,
        x: npt.ArrayLike,
        y: npt.ArrayLike,
        epochs: int = 1,
        batch_size: int = 32,
        validation_data: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
    ) -> list[Epoch]:
        """Train for so many epochs; return loss and accuracy on all training data after each."""
        if not 1 <= epochs <= MAX_EPOCHS:
            raise ValueError(f"the number of epochs is 1 to {MAX_EPOCHS:,}, got {epochs}")
        self.begin(x, y, batch_size)
        train = self._evaluator(x, y)
        validation = self._evaluator(*validation_data) if validation_data is not None else None
        history = []
        for epoch in range(1, epochs + 1):
            self.step(Grain.EPOCH)
            score = validation.score(self._vector) if validation is not None else None
            history.append(Epoch(epoch, train.score(self._vector), score))
        return history

    @property
    def _vector(self) -> Array:
        """All parameters [P]."""
        return whole_state(self.loop.memory)[: self.parameters]

    def _evaluator(self, x: npt.ArrayLike, y: npt.ArrayLike) -> Evaluator:
        return Evaluator(self.network, *self._prepare(x, y), self._backend or default_backend())

    def evaluate(self, x: npt.ArrayLike, y: npt.ArrayLike) -> Score:
        """Return loss and accuracy (R² for real targets) on this data."""
        return self._evaluator(x, y).score(self._vector)

    def predict(self, x: npt.ArrayLike) -> Array:
        """Return the network's answers [N, O]: probabilities where the loss is a cross-entropy."""
        evaluator = Evaluator(self.network, self._inputs(x), None, self._backend or default_backend())
        evaluator.run(self._vector)
        return evaluator.predictions().copy()
