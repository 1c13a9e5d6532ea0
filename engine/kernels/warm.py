"""Compile everything now: `python -m engine.kernels.warm`. Later processes find the kernels in the cache."""

from __future__ import annotations

import numpy as np

from engine.kernels import _jit

_MARK = "compiled"


def has_cache() -> bool:
    """Whether compiled kernels can be kept for other processes."""
    return _jit.CACHE_DIRECTORY is not None


def is_warm() -> bool:
    """Whether an earlier process has compiled these very kernels into the cache."""
    return _jit.CACHE_DIRECTORY is not None and (_jit.CACHE_DIRECTORY / _MARK).exists()


def compile_all() -> None:
    """Compile the executor for float64, and the shuffle."""
    from engine.kernels import executor, opcodes, shuffle

    order = np.arange(2)
    shuffle.shuffle(order, np.uint64(0), np.uint64(0))
    table = np.zeros((0, opcodes.TABLE_COLUMNS), dtype=np.int64)
    table.setflags(write=False)
    memory, data = np.zeros(32), np.zeros((2, 1))
    executor.run_operations(table, 0, 0, memory, data, data, order, 0, 2)
    executor.run_batches(table, memory, data, data, order, 2, 0, 1, 0, np.zeros(1))
    if _jit.CACHE_DIRECTORY is not None:
        (_jit.CACHE_DIRECTORY / _MARK).touch()


if __name__ == "__main__":
    compile_all()
