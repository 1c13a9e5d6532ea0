"""Compile now: `python -m engine.kernels.warm` all families, or those that it is given by name.

The kernels compile in families, each with its own executor and only when it is needed: no page waits for kernels that
it does not use. Later processes find them in the cache.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Final

import numpy as np

from engine.kernels import _jit


def _compile_dense() -> None:
    """Compile the executor of dense networks for float64, and the shuffle."""
    from engine.kernels import executor, opcodes, shuffle

    order = np.arange(2)
    shuffle.shuffle(order, np.uint64(0), np.uint64(0))
    table = np.zeros((0, opcodes.TABLE_COLUMNS), dtype=np.int64)
    table.setflags(write=False)
    memory, data = np.zeros(32), np.zeros((2, 1))
    executor.run_operations(table, 0, 0, memory, data, data, order, 0, 2)
    executor.run_batches(table, memory, data, data, order, 2, 0, 1, 0, np.zeros(1))


def _compile_maps() -> None:
    """Compile the executor of networks on maps for float32, and the shuffle."""
    from engine.kernels import conv_executor, opcodes, shuffle
    from engine.kernels.conv_geometry import GEOMETRY_COLUMNS

    order = np.arange(2)
    shuffle.shuffle(order, np.uint64(0), np.uint64(0))
    table = np.zeros((0, opcodes.TABLE_COLUMNS), dtype=np.int64)
    geometry = np.zeros((0, GEOMETRY_COLUMNS), dtype=np.int64)
    for numbers in (table, geometry):
        numbers.setflags(write=False)
    memory, data = np.zeros(32, np.float32), np.zeros((2, 1), np.float32)
    conv_executor.run_operations(table, geometry, 0, 0, memory, data, data, order, 0, 2)


FAMILIES: Final[dict[str, Callable[[], None]]] = {"dense": _compile_dense, "maps": _compile_maps}


def has_cache() -> bool:
    """Whether compiled kernels can be kept for other processes."""
    return _jit.CACHE_DIRECTORY is not None


def is_warm(family: str) -> bool:
    """Whether an earlier process has compiled this family's very kernels into the cache."""
    return _jit.CACHE_DIRECTORY is not None and (_jit.CACHE_DIRECTORY / f"compiled-{family}").exists()


def compile_family(family: str) -> None:
    """Compile one of `FAMILIES`, or load it from the cache."""
    FAMILIES[family]()
    if _jit.CACHE_DIRECTORY is not None:
        (_jit.CACHE_DIRECTORY / f"compiled-{family}").touch()


if __name__ == "__main__":
    for name in sys.argv[1:] or FAMILIES:
        if name not in FAMILIES:
            sys.exit(f"the families of kernels are {' and '.join(FAMILIES)}, got {name!r}")
        compile_family(name)
