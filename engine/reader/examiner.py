"""How good a reader is on many digits, a few at a time: all maps of a thousand would not fit into the cache."""

from __future__ import annotations

import numpy as np

from engine.arena import Arena, Array, Memory
from engine.backend import Backend, Data, Indices
from engine.map_network import MapNetwork
from engine.metrics import Score, accuracy
from engine.network import output_name

__all__ = ["Examiner"]

# Of LeNet-5 so many take 3 MB.
_PIECE = 50


class Examiner:
    """Runs a network forward over fixed examples, piece by piece, with whatever parameters it is given.

    Parameters
    ----------
    network : MapNetwork
    data : Data
        Inputs [N, I] and targets [N, O]; their type is that of all numbers.
    backend : Backend
    """

    def __init__(self, network: MapNetwork, data: Data, backend: Backend) -> None:
        self._network = network
        self._data = data
        self._backend = backend
        self._program = network.record_forward(min(_PIECE, len(data.inputs)))
        self._memory = Memory(self._program.layout, data.inputs.dtype)
        for name, value in self._program.hyper.items():
            self._memory.view(self._program.refs[name])[...] = value
        self._order: Indices = np.zeros(1, dtype=np.int64)

    def __len__(self) -> int:
        return len(self._data.inputs)

    def outputs(self, parameters: Array) -> Array:
        """Return what the last layer hands on, [N, O]: logits or scores."""
        return self._run(parameters)[0]

    def score(self, parameters: Array) -> Score:
        """Return loss and accuracy for these parameters [P]."""
        outputs, loss = self._run(parameters)
        return Score(loss, accuracy(self._network, outputs, self._data.targets))

    def _run(self, parameters: Array) -> tuple[Array, float]:
        program, memory, data = self._program, self._memory, self._data
        memory.arena(Arena.PARAMETERS)[:] = parameters
        x, y = program.refs["x"], program.refs["y"]
        output, loss = program.refs[output_name(self._network)], memory.view(program.refs["loss"])
        outputs, total = np.empty_like(data.targets), 0.0
        for first in range(0, len(self), program.rows):
            piece = slice(first, min(first + program.rows, len(self)))
            rows = piece.stop - first
            memory.view(x, rows)[:] = data.inputs[piece]
            memory.view(y, rows)[:] = data.targets[piece]
            self._backend.run_operations(program, memory, data, self._order, 0, rows, 0, len(program.ops))
            outputs[piece] = memory.view(output, rows)
            total += float(loss) * rows
        return outputs, total / len(self)
