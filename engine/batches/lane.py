"""One lane: the linear classifier trained on batches of one size."""

from __future__ import annotations

from engine.arena import Arena, Array
from engine.backend import Backend, Data, Indices, whole_state
from engine.batches.spec import BatchesSpec
from engine.layers import Dense
from engine.loop import Loop
from engine.losses import LOSSES
from engine.network import Network
from engine.optimizers import SGD

__all__ = ["Lane"]


class Lane:
    """A network of one neuron on its own clock, which others' lanes share: the points seen so far.

    It is the very program of the network page: a dense layer with one sigmoid unit, the binary cross-entropy from
    logits, averaged over the batch, and gradient descent. A summed cost is the averaged one times the points in the
    batch, so its update is made by multiplying the rate by them.

    Parameters
    ----------
    key : str
        One of `LANES`.
    spec : BatchesSpec
    data : Data
        Points [N, 2] and labels [N, 1], copies included.
    backend : Backend
    """

    def __init__(self, key: str, spec: BatchesSpec, data: Data, backend: Backend) -> None:
        self.key = key
        self.batch_size = spec.batch_size(key)
        layer = Dense(1, "sigmoid", kernel_initializer="zeros")
        network = Network(2, (layer,), LOSSES["binary_crossentropy"], SGD(spec.learning_rate))
        program = network.record(self.batch_size)
        self.loop = Loop(program, data, self.batch_size, spec.order, backend)
        self._rate = self.loop.memory.view(program.refs["learning_rate"])
        self.weights[:] = spec.start

    @property
    def weights(self) -> Array:
        """(w₁, w₂, b), as a view of now."""
        return self.loop.memory.arena(Arena.PARAMETERS)

    @property
    def state(self) -> Array:
        """All that an update depends on, as a view of now."""
        return whole_state(self.loop.memory)

    @property
    def updates(self) -> int:
        """How many updates were made since the start."""
        return self.loop.updates

    def examples(self) -> Indices:
        """Return which points the last update saw."""
        return self.loop.examples() if self.updates else self.loop.examples()[:0]

    def updates_at(self, seen: int) -> int:
        """Return how many updates are made when so many points have been seen: a batch must be whole."""
        epoch, rest = divmod(seen, len(self.loop.data.inputs))
        return epoch * self.loop.batches + rest // self.batch_size

    def set_down(self, seen: int, state: Array) -> None:
        """Stand where so many points have been seen, with this state."""
        self.state[:] = state
        self.loop.set_down(self.updates_at(seen))

    def run_to(self, seen: int, spec: BatchesSpec) -> None:
        """Make all updates whose batches are whole once so many points have been seen."""
        target, whole = self.updates_at(seen), len(self.loop.data.inputs) // self.batch_size
        while self.updates < target:
            at = self.loop.position
            first = at.epoch * self.loop.batches
            # The last batch of an epoch may be smaller, and with it the factor between sum and mean.
            full = at.batch < whole
            stop = min(target, first + (whole if full else self.loop.batches))
            rows = self.batch_size if full else len(self.loop.data.inputs) - whole * self.batch_size
            self._rate[...] = spec.rate(at.epoch) * (rows if spec.cost == "sum" else 1)
            self.loop.run_to(self.loop.at(stop), quiet=True)
