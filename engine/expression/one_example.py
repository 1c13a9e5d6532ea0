"""A single example sent through a network and back, beside the run that trains it."""

from __future__ import annotations

import numpy as np

from engine.arena import Arena, Array, Memory
from engine.checks import SpecError
from engine.network import Network
from engine.program import Phase
from engine.training import TrainingRun

__all__ = ["OneExample"]


class OneExample:
    """The network of a run by its weights of now, after one pass forward and one back of a single example.

    It computes in a memory of its own, by the run's backend, without dropout and without the penalty on the weights.
    The run does not move.

    Parameters
    ----------
    run : TrainingRun
    example : int
        A row of the training set, from 0.

    Raises
    ------
    SpecError
        If there is no such example.
    """

    def __init__(self, run: TrainingRun, example: int) -> None:
        self.network: Network = run.spec.with_(dropout=0.0, regularization="none").network()
        self.learning_rate = run.spec.learning_rate
        examples = len(run.loop.data.inputs)
        if not 0 <= example < examples:
            raise SpecError("example", f"the training set has the examples 0 to {examples - 1}, got {example}")
        self._program = self.network.record(1)
        self._memory = Memory(self._program.layout)
        for name, value in self._program.hyper.items():
            self._memory.view(self._program.refs[name])[...] = value
        parameters = self._memory.arena(Arena.PARAMETERS)
        parameters[:] = run.parameters[: len(parameters)]
        stop = next(place for place, op in enumerate(self._program.ops) if op.phase is Phase.UPDATE)
        order = np.array([example], dtype=np.int64)
        run.backend.run_operations(self._program, self._memory, run.loop.data, order, 0, 1, 0, stop)

    def __getitem__(self, name: str) -> Array:
        """Return the place of that name, without the axis of the batch."""
        ref = self._program.refs[name]
        view = self._memory.view(ref)
        return view[0] if ref.batched else view

    def __contains__(self, name: str) -> bool:
        """Whether the listing has a place of that name."""
        return name in self._program.refs

    def check_layer(self, layer: int) -> None:
        """Raise a SpecError if there is no such layer; they count from 1."""
        layers = len(self.network.layers)
        if not 1 <= layer <= layers:
            raise SpecError("layer", f"the network has the layers 1 to {layers}, got {layer}")

    def is_last(self, layer: int) -> bool:
        """Whether the loss comes after this layer."""
        return layer == len(self.network.layers)

    def handed_to(self, layer: int) -> str:
        """Return the name of the place that a layer reads."""
        return "x" if layer == 1 else self.network.handed_on(layer - 1)

    def activation(self, layer: int) -> str:
        """Return the activation as recorded: what the loss contains already is left to it."""
        name = self.network.layers[layer - 1].activation
        return "identity" if self.is_last(layer) and self.network.output_activation != "identity" else name
