"""A digit reader in training as a file: settings, weights, optimizer state, position, and the whole tree of history.

The digits are not in it: they are shipped.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.arena import Array
from engine.backend import Backend
from engine.capsule import CHECKPOINTS_A_SEGMENT, CapsuleError, Form, load_as, save_as
from engine.history import DEFAULT_BUDGET
from engine.reader.run import ReaderRun
from engine.reader.spec import ReaderSpec

__all__ = ["FORMAT", "MAX_BYTES", "CapsuleError", "load_reader", "save_reader"]

FORMAT = "neural-playground-reader"
# The first checkpoint, the last one and a start, each of the largest network and optimizer, fit.
MAX_BYTES = 24 * 2**20
# For the checkpoints between; one of LeNet-5 with Adam takes 1 MB.
_BETWEEN = 6 * 2**20
# Some minutes: a checkpoint is large, so they lie farther apart than those of a small network.
_MOST_WORK = 1e12


def save_reader(run: ReaderRun) -> str:
    """Return the text of a file from which `load_reader` makes this run again, at this very moment."""
    return save_as(_form(DEFAULT_BUDGET, None, False), run)


def load_reader(
    text: str, *, budget: int = DEFAULT_BUDGET, backend: Backend | None = None, record: bool = False
) -> ReaderRun:
    """Return the run that `save_reader` wrote.

    Raises
    ------
    CapsuleError
        If it is not such a file.
    """
    return load_as(_form(budget, backend, record), text)


def _form(budget: int, backend: Backend | None, record: bool) -> Form[ReaderRun]:
    def begin(spec: Mapping[str, Any], start: Array | None) -> ReaderRun:
        return ReaderRun(ReaderSpec.from_dict(spec), budget=budget, backend=backend, record=record, start=start)

    return Form(FORMAT, "<f4", begin, _checkpoints, MAX_BYTES, _MOST_WORK)


def _checkpoints(run: ReaderRun) -> int:
    """Return how many checkpoints of each segment fit, written as text."""
    segments = run.history.segments
    largest = max(state.nbytes for segment in segments for state in segment.states) * 4 // 3
    return min(CHECKPOINTS_A_SEGMENT, _BETWEEN // (largest * len(segments)))
