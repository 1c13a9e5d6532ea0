"""One neuron at work, term by term, and learning one example at a time; every moment can be returned to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.activation.functions import evaluate
from engine.checks import SpecError
from engine.experiment import Grain
from engine.neuron.spec import LARGEST_WEIGHT, NeuronSpec

__all__ = ["MAX_UPDATES", "NeuronFrame", "NeuronRun"]

Array = npt.NDArray[np.float64]

MAX_UPDATES = 20_000
# Sums in another order differ by less than this.
_SAME = 1e-9
# A round over the groups that moves no weight by more than this has found the bottom.
_STILL = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class NeuronFrame:
    """One moment.

    Attributes
    ----------
    spec : NeuronSpec
        With the weights of now.
    inputs : ndarray [n]
        What the neuron looks at.
    terms : ndarray [n]
        The contributions wᵢxᵢ.
    v, a : float
        Sum and answer.
    part : int
        How much of this is computed: so many terms; n + 1 for the sum with its bias; n + 2 for the answer. 0 where
        nothing is, or only the update of the example before.
    row : int
        The example that is looked at; −1 for inputs set by hand.
    target : float or None
        What that example is to be answered with.
    updates : int
        Examples of a table, or rounds over the groups, that the weights have been taught.
    change : ndarray [n + 1] or None
        What the update that was the very last thing added to weights and bias.
    answers : ndarray [N]
        To the task's examples, as the weights are now.
    right : int
        How many of them are on the right side: 1 or 0, or above and not above one half.
    settled : bool
        Whether a whole pass through a table, or a round over the groups, has just changed nothing.
    cycle : int
        After how many passes weights have come back to what they were; 0 if they have not.
    """

    spec: NeuronSpec
    inputs: Array
    terms: Array
    v: float
    a: float
    part: int
    row: int
    target: float | None
    updates: int
    change: Array | None
    answers: Array
    right: int
    settled: bool
    cycle: int

    @property
    def bias(self) -> float:
        """The bias as it counts: 0 where it is off."""
        return self.spec.bias if self.spec.biased else 0.0

    @property
    def partial(self) -> float:
        """The sum as far as it is computed."""
        if self.part > len(self.terms):
            return self.v
        return float(self.terms[: self.part].sum())

    @property
    def width(self) -> float:
        """How wide the strip is in which a sigmoid climbs from 0.1 to 0.9; 0 of a step, NaN where there is none."""
        if self.spec.activation == "step":
            return 0.0
        size = float(np.linalg.norm(self.spec.weights))
        if self.spec.activation != "sigmoid" or size == 0:
            return float("nan")
        return 2 * float(np.log(9.0)) / size


class NeuronRun:
    """A neuron with the way of its weights.

    The index counts moments: `parts` for each example, of which the last one is the update. Setting anything by hand
    makes a new beginning, at which all is computed.

    Parameters
    ----------
    spec : NeuronSpec
    index : int or None
        Where to stand; None where the neuron has just answered for the first time.
    """

    def __init__(self, spec: NeuronSpec, index: int | None = None) -> None:
        self.index = self.newest = 0
        self._begin(spec)
        self.seek(self._answered if index is None else index)
        self.newest = self.index

    def _begin(self, spec: NeuronSpec) -> None:
        self.spec = spec
        self._own = False
        self._weights = [spec.parameters()]
        self._cycles: dict[int, tuple[bool, int]] = {0: (False, 0)}
        self.index = self.newest = 0

    @property
    def parts(self) -> int:
        """How many moments an example has: a term each, the sum, the answer, the update."""
        return len(self.spec.weights) + 3

    @property
    def _answered(self) -> int:
        return len(self.spec.weights) + 2

    @property
    def end(self) -> int:
        """The last index."""
        return MAX_UPDATES * self.parts if self.spec.learns else self._answered

    @property
    def updates(self) -> int:
        """How often the weights have been taught."""
        return self.index // self.parts if self.spec.learns else 0

    @property
    def rows(self) -> int:
        """Updates of one pass: the rows of a table; a round over the groups is one."""
        data = self.spec.data
        return len(data.targets) if data.is_table else 1

    def seek(self, index: int) -> None:
        """Go to a moment; weights on the way there are computed if they have not been."""
        self._own = False
        self.index = min(max(0, index), self.end)
        self.newest = max(self.newest, self.index)
        while len(self._weights) <= self.updates:
            self._teach()

    def step(self, direction: int, grain: Grain) -> None:
        """Step forward (1) or back (−1): by a term (OP), an update (BATCH) or a pass (EPOCH).

        Where nothing is learned, the latter two go to the answer, or to the beginning.
        """
        if self._own:
            # By hand the neuron looks elsewhere; the way goes on where it was left.
            self.seek(self.updates * self.parts)
            if direction < 0:
                return
        if grain is Grain.OP:
            self.seek(self.index + direction)
            return
        if not self.spec.learns:
            self.seek(self.end if direction > 0 else 0)
            return
        size = self.parts * (self.rows if grain is Grain.EPOCH else 1)
        whole = self.index // size
        inside = self.index % size > 0
        self.seek(size * (whole + 1 if direction > 0 else whole if inside else whole - 1))

    def change(self, **settings: Any) -> None:
        """Set something by hand: a new beginning, with what the neuron looks at kept."""
        frame = self.frame()
        now = frame.spec.with_(**settings)
        table = now.data.is_table
        kept = now.task == frame.spec.task
        row = frame.row if kept and table else 0 if table else -1
        self._begin(now)
        self.index = self.newest = self._answered
        if table and kept and row != 0:
            self._look(frame.inputs)

    def look_at(self, inputs: Sequence[float]) -> None:
        """Have the neuron look at other inputs; weights, and the way they have gone, stay."""
        # Checked by the spec.
        self._look(np.array(self.spec.with_(inputs=tuple(inputs)).inputs))

    def _look(self, inputs: Array) -> None:
        self.spec = self.spec.with_(inputs=tuple(float(each) for each in inputs))
        self._own = True

    def resize(self, count: int) -> None:
        """Give the neuron two or three inputs."""
        self._begin(self.frame().spec.resized(count))
        self.index = self.newest = self._answered

    def multiply(self, factor: float) -> None:
        """Multiply all weights and the bias: the boundary stays, the answer gets steeper or flatter."""
        spec = self.frame().spec
        if not 0 < factor < float("inf"):
            raise SpecError("factor", f"a factor is more than 0, got {factor:g}")
        self.change(weights=tuple(factor * each for each in spec.weights), bias=factor * spec.bias)

    def _teach(self) -> None:
        """Compute the weights after one update more."""
        data, weights = self.spec.data, self._weights[-1]
        number = len(self._weights) - 1
        if data.is_table:
            row = number % self.rows
            picked = slice(row, row + 1)
        else:
            picked = slice(None)
        inputs, targets = data.inputs[picked], data.targets[picked]
        rows = np.column_stack([inputs, np.full(len(inputs), float(self.spec.biased))])
        errors = targets - evaluate(self.spec.activation, rows @ weights)
        taught = weights + self.spec.rate * (errors @ rows) / len(rows)
        # Who begins with the largest weights that can be set is kept there.
        self._weights.append(np.clip(taught, -LARGEST_WEIGHT, LARGEST_WEIGHT))
        if data.is_table and len(self._weights) % self.rows == 1:
            self._note_pass(len(self._weights) - 1)

    def _note_pass(self, updates: int) -> None:
        """Note whether a pass changed nothing, or led back to where a pass began earlier."""
        now = self._weights[updates]
        before = self._weights[updates - self.rows]
        settled = all(np.array_equal(before, each) for each in self._weights[updates - self.rows :])
        cycle = 0
        if not settled:
            # Whoever goes round in a circle has gone round it before long.
            for passes in range(1, min(updates // self.rows, 50) + 1):
                if np.abs(self._weights[updates - passes * self.rows] - now).max() < _SAME:
                    cycle = passes
                    break
        self._cycles[updates] = (settled, cycle)

    def frame(self) -> NeuronFrame:
        """Return what stands here."""
        parameters = self._weights[self.updates]
        n = len(parameters) - 1
        weights = tuple(float(each) for each in parameters[:-1])
        bias = float(parameters[-1]) if self.spec.biased else self.spec.bias
        data = self.spec.data
        part = n + 2 if self._own else self.index % self.parts
        row, change = -1, None
        inputs = np.array(self.spec.inputs)
        if data.is_table and not self._own:
            # After an update its example is still looked at.
            row = (self.updates - (part == 0 and self.updates > 0)) % self.rows
            inputs = data.inputs[row]
        if part == 0 and self.updates:
            change = parameters - self._weights[self.updates - 1]
        terms = parameters[:-1] * inputs
        v = float(terms.sum() + parameters[-1])
        found = evaluate(self.spec.activation, data.inputs @ parameters[:2] + parameters[-1])
        spec = _with_weights(self.spec, weights, bias)
        settled, cycle = self._cycles.get(self.updates, (False, 0)) if part == 0 else (False, 0)
        if change is not None and not data.is_table:
            settled = bool(np.abs(change).max() < _STILL)
        return NeuronFrame(
            spec, inputs, terms, v, float(evaluate(self.spec.activation, v)), part, row,
            float(data.targets[row]) if row >= 0 else None, self.updates, change, found,
            int(((found > 0.5) == (data.targets > 0.5)).sum()), settled, cycle,
        )  # fmt: skip

    def weights_trail(self) -> Array:
        """Return weights and bias at the start and after each update so far [updates + 1, n + 1]."""
        return np.array(self._weights[: self.updates + 1])


def _with_weights(spec: NeuronSpec, weights: tuple[float, ...], bias: float) -> NeuronSpec:
    if weights == spec.weights and bias == spec.bias:
        return spec
    return spec.with_(weights=weights, bias=bias)
