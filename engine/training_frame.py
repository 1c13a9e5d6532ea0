"""A snapshot of a training run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arena import Arena, Array, Layout, Ref
from engine.experiment import Position


@dataclass(frozen=True, slots=True, eq=False)
class TrainingFrame:
    """A snapshot of a run: where it stands, and a copy of the whole memory.

    Attributes
    ----------
    position : Position
    updates : int
        Finished batches since the start.
    rows : int
        Examples in the batch whose values stand in the memory.
    memory : ndarray
        Read-only.
    rate : float
        The learning rate of the update that comes next, by the schedule; within a batch, of this batch's.
    """

    position: Position
    updates: int
    rows: int
    memory: Array
    refs: dict[str, Ref]
    layout: Layout
    rate: float

    def __getitem__(self, name: str) -> Array:
        """Return the values of the place of that name, batched ones with as many rows as the batch has."""
        if name not in self.refs:
            raise KeyError(f"there is no {name!r}; there are {', '.join(self.refs)}")
        ref = self.refs[name]
        shape = (self.rows, *ref.shape[1:]) if ref.batched else ref.shape
        start = self.layout.address(ref)
        return self.memory[start : start + int(np.prod(shape))].reshape(shape)

    @property
    def parameters(self) -> Array:
        """All weights and biases [P]."""
        start = self.layout.starts[Arena.PARAMETERS]
        return self.memory[start : start + self.layout.sizes[Arena.PARAMETERS]]
