"""How good a network is on a whole data set: its loss, and its accuracy or R²."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from engine.arena import Arena, Array, Memory
from engine.backend import Backend, Data
from engine.losses import Targets
from engine.network import Trainable, output_name

Counts = npt.NDArray[np.int64]


class Score(NamedTuple):
    """Loss without penalties, and the share of right answers (classes) or R² (real targets)."""

    loss: float
    accuracy: float


class Confusion(NamedTuple):
    """Which classes were taken for which.

    Attributes
    ----------
    counts : int [C, C]
        Rows are the true classes, columns the answers.
    unanswered : int
        Examples whose output is not a number; they are not among the counts.
    """

    counts: Counts
    unanswered: int


class Evaluator:
    """Runs a network forward on fixed examples, again and again, with whatever parameters it is given.

    Parameters
    ----------
    network : Network or MapNetwork
    inputs : [N, I]
    targets : [N, O], optional
        Needed for `score`.
    backend : Backend
    """

    def __init__(self, network: Trainable, inputs: Array, targets: Array | None, backend: Backend) -> None:
        self.network = network
        self.program = network.record_forward(len(inputs))
        self.memory = Memory(self.program.layout, inputs.dtype)
        self.memory.view(self.program.refs["x"])[:] = inputs
        if targets is not None:
            self.memory.view(self.program.refs["y"])[:] = targets
        for name, value in self.program.hyper.items():
            self.memory.view(self.program.refs[name])[...] = value
        self._backend = backend
        self._data = Data(inputs[:1], np.zeros((1, network.outputs), inputs.dtype))
        self._order = np.zeros(1, dtype=np.int64)
        # The loss is the last operation; pictures do not need it.
        self._operations = len(self.program.ops) - (targets is None)
        self._rows = len(inputs)

    def run(self, parameters: Array) -> None:
        """Compute all signals for these parameters [P]."""
        self.memory.arena(Arena.PARAMETERS)[:] = parameters
        self._backend.run_operations(
            self.program, self.memory, self._data, self._order, 0, self._rows, 0, self._operations
        )

    def __getitem__(self, name: str) -> Array:
        """Return a view of a signal [N, units] of the last run."""
        return self.memory.view(self.program.refs[name])

    def predictions(self) -> Array:
        """Return the answers [N, O] of the last run: probabilities where the loss works on logits."""
        return self.network.predict_from(self[output_name(self.network)])

    def score(self, parameters: Array) -> Score:
        """Return loss and accuracy (or R²) for these parameters [P]."""
        self.run(parameters)
        output, y = self[output_name(self.network)], self["y"]
        return Score(float(self["loss"]), accuracy(self.network, output, y))

    def confusion(self, parameters: Array) -> Confusion:
        """Count which classes are taken for which, for these parameters [P]."""
        self.run(parameters)
        return confusion(self.network, self[output_name(self.network)], self["y"])


def accuracy(network: Trainable, output: Array, y: Array) -> float:
    """Share of right answers, or R² where the targets are real numbers. NaN is never a right answer.

    Parameters
    ----------
    output : [N, O], as recorded (logits where the loss takes logits)
    y : [N, O], as the loss expects them
    """
    targets = network.loss.targets
    if has_columns(network, y):
        right = (output.argmax(axis=1) == y.argmax(axis=1)) & ~np.isnan(output).any(axis=1)
        return float(right.mean())
    if targets in (Targets.BINARY, Targets.SIGNED) or is_signed(y):
        # Targets are 0 and 1, or -1 and +1.
        right = ((output > 0) == (y > 0)) & ~np.isnan(output)
        return float(right.mean())
    spread = float(((y - y.mean(axis=0)) ** 2).sum())
    with np.errstate(all="ignore"):
        return 1.0 - float(((output - y) ** 2).sum()) / spread if spread > 0 else float("nan")


def confusion(network: Trainable, output: Array, y: Array) -> Confusion:
    """Count for each true class which classes were answered; one output tells two classes apart, by its sign.

    Parameters
    ----------
    output : [N, O], as recorded (logits where the loss takes logits)
    y : [N, O], as the loss expects them
    """
    targets = network.loss.targets
    if has_columns(network, y):
        true, answered = y.argmax(axis=1), output.argmax(axis=1)
    elif targets in (Targets.BINARY, Targets.SIGNED) or is_signed(y):
        true, answered = (y[:, 0] > 0).astype(np.int64), (output[:, 0] > 0).astype(np.int64)
    else:
        raise ValueError("there are no classes to confuse: the targets are real numbers")
    known = ~np.isnan(output).any(axis=1)
    classes = max(2, y.shape[1])
    cells = np.bincount(true[known] * classes + answered[known], minlength=classes**2)
    return Confusion(cells.reshape(classes, classes), int(len(y) - known.sum()))


def has_columns(network: Trainable, y: Array) -> bool:
    """Whether each class has a column of its own, and the largest output is the answer."""
    return network.loss.targets is Targets.ONE_HOT or (network.loss.targets is Targets.SIGNED and y.shape[1] > 1)


def is_signed(y: Array) -> bool:
    """Whether all targets are -1 or +1: classes under an error of real numbers."""
    return bool((np.abs(y) == 1).all())
