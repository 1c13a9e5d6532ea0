"""The two engines that run a program: the compiled executor, and NumPy line by line.

Both take the same ranges of the same table. Their results differ in the last bits, so a run never changes its
engine underway: switching happens at a reset.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from engine.arena import Arena, Array, Memory
from engine.program import Program

Indices = npt.NDArray[np.int64]
_GOLDEN = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """What a run trains on: inputs [N, I] and targets [N, O], C-contiguous, in the memory's type."""

    inputs: Array
    targets: Array

    def __post_init__(self) -> None:
        for name in ("inputs", "targets"):
            if not getattr(self, name).flags.c_contiguous:
                raise ValueError(
                    f"the {name} of a run lie row behind row in memory, got a view that does not: "
                    f"pass np.ascontiguousarray({name})"
                )


class Backend(Protocol):
    """Runs ranges of a program."""

    name: str

    def run_operations(
        self,
        program: Program,
        memory: Memory,
        data: Data,
        order: Indices,
        first: int,
        rows: int,
        start: int,
        stop: int,
    ) -> None:
        """Run the operations start…stop-1 on the batch order[first:first+rows]."""

    def run_batches(
        self,
        program: Program,
        memory: Memory,
        data: Data,
        order: Indices,
        batch_size: int,
        start: int,
        stop: int,
    ) -> Array:
        """Run whole batches start…stop-1 of an epoch; return the loss of each, float64 [stop - start]."""

    def shuffle(self, order: Indices, seed: int, epoch: int) -> None:
        """Fill `order` [N] with the permutation that belongs to (seed, epoch)."""


class NumpyBackend:
    """Runs each operation's NumPy line: the reference, and the engine where the kernels are not ready."""

    name = "NumPy"

    def run_operations(
        self,
        program: Program,
        memory: Memory,
        data: Data,
        order: Indices,
        first: int,
        rows: int,
        start: int,
        stop: int,
    ) -> None:
        """Run the operations start…stop-1 on the batch order[first:first+rows]."""
        given = {"inputs": data.inputs, "targets": data.targets, "batch": order[first : first + rows]}
        # Overflow and NaN are lessons, not warnings: the page shows where they came from.
        with np.errstate(all="ignore"):
            for op in program.ops[start:stop]:
                reads = [memory.view(ref, rows) for ref in op.reads]
                named = zip(op.kind.writes, op.writes, strict=True)
                writes = {role: memory.view(ref, rows) for role, ref in named}
                op.kind.line(*(given[name] for name in op.kind.data), *op.settings, *reads, **writes)

    def run_batches(
        self,
        program: Program,
        memory: Memory,
        data: Data,
        order: Indices,
        batch_size: int,
        start: int,
        stop: int,
    ) -> Array:
        """Run whole batches start…stop-1 of an epoch; return the loss of each."""
        losses = np.empty(stop - start)
        for k in range(start, stop):
            first = k * batch_size
            rows = min(batch_size, order.size - first)
            self.run_operations(program, memory, data, order, first, rows, 0, len(program.ops))
            losses[k - start] = memory.view(program.refs["loss"])
        return losses

    def shuffle(self, order: Indices, seed: int, epoch: int) -> None:
        """Fill `order` with the permutation of (seed, epoch): the kernel's algorithm in Python."""

        def mix(x: int) -> int:
            x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
            x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _MASK
            return x ^ (x >> 31)

        order[:] = np.arange(order.size)
        state = mix((mix((seed + _GOLDEN) & _MASK) + epoch * _GOLDEN) & _MASK)
        for i in range(order.size - 1, 0, -1):
            state = (state + _GOLDEN) & _MASK
            j = ((mix(state) >> 32) * (i + 1)) >> 32
            order[i], order[j] = order[j], order[i]


class CompiledBackend:
    """Runs the table in Numba's executor; the first call loads the kernels, or compiles them."""

    name = "Numba"

    def __init__(self) -> None:
        from engine.kernels import conv_executor, executor, shuffle

        self._dense: Any = executor
        # For programs with windows; it is compiled, or loaded, when the first of them runs.
        self._maps: Any = conv_executor
        self._shuffle = shuffle.shuffle

    def run_operations(
        self,
        program: Program,
        memory: Memory,
        data: Data,
        order: Indices,
        first: int,
        rows: int,
        start: int,
        stop: int,
    ) -> None:
        """Run the operations start…stop-1 on the batch order[first:first+rows]."""
        batch = start, stop, memory.flat, data.inputs, data.targets, order, first, rows
        if program.geometry is None:
            self._dense.run_operations(program.table, *batch)
        else:
            self._maps.run_operations(program.table, program.geometry, *batch)

    def run_batches(
        self,
        program: Program,
        memory: Memory,
        data: Data,
        order: Indices,
        batch_size: int,
        start: int,
        stop: int,
    ) -> Array:
        """Run whole batches start…stop-1 of an epoch; return the loss of each."""
        losses = np.empty(stop - start)
        loss = memory.layout.address(program.refs["loss"])
        batches = memory.flat, data.inputs, data.targets, order, batch_size, start, stop, loss, losses
        if program.geometry is None:
            self._dense.run_batches(program.table, *batches)
        else:
            self._maps.run_batches(program.table, program.geometry, *batches)
        return losses

    def shuffle(self, order: Indices, seed: int, epoch: int) -> None:
        """Fill `order` with the permutation that belongs to (seed, epoch)."""
        self._shuffle(order, np.uint64(seed), np.uint64(epoch))


@lru_cache(maxsize=1)
def compiled_backend() -> CompiledBackend:
    """Return the one compiled engine of this process."""
    return CompiledBackend()


def default_backend() -> Backend:
    """Return the compiled engine where Numba is installed, else NumPy."""
    if importlib.util.find_spec("numba") is None:
        return NumpyBackend()
    return compiled_backend()


def ready_backend() -> Backend:
    """Return the compiled engine where its kernels are in the cache, else NumPy: nobody waits for a compiler."""
    if importlib.util.find_spec("numba") is None:
        return NumpyBackend()
    from engine.kernels.warm import is_warm

    return compiled_backend() if is_warm("dense") else NumpyBackend()


def whole_state(memory: Memory) -> Array:
    """Return a view of parameters and optimizer state, which lie side by side: what a checkpoint copies."""
    start = memory.layout.starts[Arena.PARAMETERS]
    stop = memory.layout.starts[Arena.STATE] + memory.layout.sizes[Arena.STATE]
    return memory.flat[start:stop]
