"""Taking a batch: the first operation of every step."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.arena import Array
from engine.kernels import opcodes as oc
from engine.program import op_kind


@op_kind(
    oc.TAKE_BATCH,
    r"<x>, <y> \leftarrow \text{the next examples}",
    size="x",
    data=("inputs", "targets", "batch"),
)
def take_batch(inputs: Array, targets: Array, batch: npt.NDArray[np.int64], *, x: Array, y: Array) -> None:
    """inputs [N, I], targets [N, O]; batch [B] are the examples' indices; x [B, I], y [B, O]."""
    x[:], y[:] = inputs[batch], targets[batch]
