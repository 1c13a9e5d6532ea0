"""The windows of a program's operations as numbers, for the kernels: one row an operation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.kernels import opcodes as oc
from engine.kernels.conv_geometry import GEOMETRY_COLUMNS, geometry_row
from engine.ops.window import Window
from engine.program import Op

# Which operand has the places that a window reads, and which has its positions.
_ENDS: Final = {
    oc.CONV_FORWARD: ("x", "z"),
    oc.CONV_WEIGHT_GRADIENT: ("x", "delta"),
    oc.CONV_BIAS_GRADIENT: ("delta", "delta"),
    oc.CONV_INPUT_GRADIENT: ("dx", "delta"),
    oc.CONV_TRANSPOSE_FORWARD: ("z", "x"),
    oc.CONV_TRANSPOSE_WEIGHT_GRADIENT: ("delta", "x"),
    oc.CONV_TRANSPOSE_INPUT_GRADIENT: ("delta", "dx"),
    oc.MAX_POOL_FORWARD: ("x", "y"),
    oc.MAX_POOL_BACKWARD: ("x", "y"),
    oc.AVERAGE_POOL_FORWARD: ("x", "y"),
    oc.AVERAGE_POOL_BACKWARD: ("dx", "dy"),
    oc.GLOBAL_MAX_FORWARD: ("x", "x"),
    oc.GLOBAL_MAX_BACKWARD: ("x", "x"),
    oc.GLOBAL_AVERAGE_FORWARD: ("x", "x"),
    oc.GLOBAL_AVERAGE_BACKWARD: ("dx", "dx"),
    oc.RESPONSE_SCALE: ("x", "x"),
    oc.RESPONSE_NORM_FORWARD: ("x", "x"),
    oc.RESPONSE_NORM_BACKWARD: ("x", "x"),
}
_WHOLE: Final = (
    oc.GLOBAL_MAX_FORWARD, oc.GLOBAL_MAX_BACKWARD, oc.GLOBAL_AVERAGE_FORWARD, oc.GLOBAL_AVERAGE_BACKWARD,
)  # fmt: skip


def geometry_of(op: Op) -> npt.NDArray[np.int64]:
    """Return the geometry of one operation, int64 [GEOMETRY_COLUMNS]; zeros where it slides no window."""
    code = op.kind.opcode
    if code not in _ENDS:
        return np.zeros(GEOMETRY_COLUMNS, np.int64)
    shapes = dict(zip(op.kind.reads + op.kind.writes, (ref.shape for ref in op.operands), strict=True))
    read, positions = (shapes[role] for role in _ENDS[code])
    space, channels = read[1:-1], read[-1]
    if code in _WHOLE:
        return geometry_row(space, channels, space, channels, (1,) * len(space))
    settings = dict(zip(op.kind.settings, op.settings, strict=True))
    window = settings.get("window", Window((1,) * len(space)))
    if not isinstance(window, Window):
        raise TypeError(f"the window of {op.name} is a Window, got {window!r}")
    if "n" in settings:
        # Neighbouring channels stand in the last column of the taps.
        window = Window((*(1,) * (len(space) - 1), int(str(settings["n"]))))
    return geometry_row(
        space, channels, window.size, positions[-1], positions[1:-1], stride=window.stride, dilation=window.dilation,
        padding=tuple(before for before, _ in window.padding), flip=window.flip,
        count_padding=bool(settings.get("count_padding", False)),
    )  # fmt: skip


def geometry_table(ops: Sequence[Op]) -> npt.NDArray[np.int64]:
    """Return the geometry of all operations, int64 [len(ops), GEOMETRY_COLUMNS], read-only."""
    table = np.array([geometry_of(op) for op in ops], np.int64).reshape(len(ops), GEOMETRY_COLUMNS)
    table.setflags(write=False)
    return table
