"""Named views into one flat memory.

All parameters of a network lie one behind the other in one stretch of memory, all gradients in another, and
so on. An optimizer is then a few operations over whole stretches, a checkpoint is a copy, a slider that
changes the learning rate writes one cell, and looking at a matrix is taking a view.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import prod

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating]

# Vector kernels may read (never write) one vector past an operand: 16 float32 are the widest.
READ_SLACK = 16


class Arena(StrEnum):
    """The stretches of the memory, in the order in which they lie."""

    HYPER = "hyper-parameters"
    PARAMETERS = "parameters"
    STATE = "optimizer state"
    GRADIENTS = "gradients"
    SIGNALS = "signals"


@dataclass(frozen=True, slots=True)
class Ref:
    """A named place in an arena.

    Attributes
    ----------
    arena : Arena
    name : str
        A Python identifier: ``W1``; it stands in the listing's NumPy lines.
    offset : int
        Where it starts within its arena, in numbers (not bytes).
    shape : tuple of int
        A batched place has the largest number of rows first: ``(10, 8)`` for batches of up to 10.
    tex : str
        How formulas write it.
    batched : bool
        Whether the first axis runs over the examples of a batch.
    """

    arena: Arena
    name: str
    offset: int
    shape: tuple[int, ...]
    tex: str
    batched: bool = False

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return prod(self.shape)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each arena starts in the flat memory, and how long the memory is, in numbers."""

    starts: dict[Arena, int]
    sizes: dict[Arena, int]
    scratch: int
    total: int

    @classmethod
    def of(cls, sizes: dict[Arena, int], scratch: int) -> Layout:
        """Lay the arenas out one behind the other, then the scratch space and the slack for vector reads."""
        starts: dict[Arena, int] = {}
        end = 0
        for arena in Arena:
            starts[arena] = end
            # A multiple of eight float64 keeps each arena at the start of a cache line.
            end += -(-sizes[arena] // 8) * 8
        return cls(starts=starts, sizes=dict(sizes), scratch=end, total=end + scratch + READ_SLACK)

    def address(self, ref: Ref) -> int:
        """Where `ref` starts in the flat memory."""
        return self.starts[ref.arena] + ref.offset


class Memory:
    """The flat memory of one program, with views by reference."""

    def __init__(self, layout: Layout, dtype: npt.DTypeLike = np.float64) -> None:
        self.layout = layout
        self.flat: Array = np.zeros(layout.total, dtype=dtype)

    def arena(self, arena: Arena) -> Array:
        """Return a view of a whole arena, one-dimensional."""
        start = self.layout.starts[arena]
        return self.flat[start : start + self.layout.sizes[arena]]

    def view(self, ref: Ref, rows: int | None = None) -> Array:
        """Return a view of `ref` in its shape; of a batched one only the first `rows` rows, if given."""
        start = self.layout.address(ref)
        shape = ref.shape
        if ref.batched and rows is not None:
            if not 0 <= rows <= shape[0]:
                raise ValueError(f"{ref.name} holds batches of up to {shape[0]} rows, got {rows}")
            shape = (rows, *shape[1:])
        return self.flat[start : start + prod(shape)].reshape(shape)
