"""All that a network in training makes of one digit, by its parameters of now."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np

from engine import Position
from engine.program import Phase
from engine.reader import ReaderRun
from engine.reader.maps import LayerMaps, kind_of, title_of
from engine.reader.reader import as_pixels, layer_maps
from engine.reader.signals import Signals
from playground.stages.training.watched import Watched

__all__ = ["Looker"]


class Looker:
    """Runs a digit forward beside the training, or looks into the memory of the training itself.

    Parameters
    ----------
    run : ReaderRun
    """

    def __init__(self, run: ReaderRun) -> None:
        self._run = run
        network = run.network
        self.rows = network.ledger
        dtype = run.parameters.dtype
        self._signals = Signals(network.shape, network.layers, 1, dtype, run.backend)

    @property
    def probabilities(self) -> bool:
        """Whether the answers are probabilities; else they are scores."""
        return self._run.network.layers[-1].activation == "softmax"

    def look(self, watched: Watched) -> tuple[tuple[LayerMaps, ...], int | None]:
        """Return the digit and what each layer makes of it, and how many of these are computed; None for all."""
        if watched.source == "batch":
            return self._in_the_batch()
        run, signals = self._run, self._signals
        signals.load(run.parameters)
        signals.forward(as_pixels(watched.image(run)[None], run.network.shape, run.parameters.dtype))
        return tuple(layer_maps(self.rows, signals.program.ops, signals)), None

    def truth(self, watched: Watched) -> int | None:
        """Return what the watched digit shows, if anybody has said."""
        if watched.source == "batch":
            return int(self._run.labels("train")[self._first_of_batch()])
        return watched.truth(self._run)

    def _first_of_batch(self) -> int:
        return int(self._run.loop.examples()[0])

    def _in_the_batch(self) -> tuple[tuple[LayerMaps, ...], int | None]:
        """Return the first digit of the batch that stands in the memory, as far as the forward pass has come."""
        run = self._run
        network, at = run.network, run.position
        digit = run.images("train")[self._first_of_batch()][..., None] / np.float32(255)
        found = [LayerMaps(0, "input", "Input", "input", digit.astype(run.parameters.dtype), {})]
        for number, row in enumerate(self.rows, 1):
            name = network.handed_on(number)
            values = run[name][0].copy()
            if number == len(self.rows):
                values = np.asarray(network.predict_from(values[None])[0])
            found.append(LayerMaps(number, row.name, title_of(row), kind_of(row.layer), values, {name: values}))
        if at == Position():
            return tuple(found), 1
        return tuple(found), None if at.op == 0 else self._computed(at.op)

    def _computed(self, op: int) -> int | None:
        """Return how many of the maps there are when operation `op` comes next; None behind the forward pass."""
        ops = self._run.program.ops
        last = {each.layer: place for place, each in enumerate(ops) if each.phase is Phase.FORWARD}
        ends = [last[row.name] for row in self.rows]
        return None if op - 1 > ends[-1] else 1 + bisect_right(ends, op - 1)
