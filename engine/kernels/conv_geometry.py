"""The numbers by which the kernels of convolution and pooling know a window: one row of whole numbers an operation.

They stand apart from both sides, as the opcodes do: who records operations writes rows, the kernels read them, and
writing one never imports Numba.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

# The input, its channels; the window's taps, the filters; how many positions the window takes. Three axes each:
# depth, height, width.
SPACE: Final = 0
CHANNELS: Final = 3
TAPS: Final = 4
FILTERS: Final = 7
POSITIONS: Final = 8
# How the window moves: strides, dilations, and the padding in front of the input.
STRIDE: Final = 11
DILATION: Final = 14
PADDING: Final = 17
# Whether the taps run backwards, and whether an average counts the padding.
FLIP: Final = 20
COUNT_PADDING: Final = 21
GEOMETRY_COLUMNS: Final = 22

Axes = tuple[int, ...]


def geometry_row(
    space: Axes, channels: int, size: Axes, filters: int, positions: Axes, *, stride: Axes | None = None,
    dilation: Axes | None = None, padding: Axes | None = None, flip: bool = False, count_padding: bool = False,
) -> npt.NDArray[np.int64]:  # fmt: skip
    """Return the row of a window on one, two or three axes of space.

    Parameters
    ----------
    space : tuple of int
        The input, without batch and channels.
    channels : int
        C; a pooling's filters are its channels.
    size : tuple of int
    filters : int
        O.
    positions : tuple of int
        The output, without batch and channels.
    stride, dilation : tuple of int
        One along each axis unless given.
    padding : tuple of int
        What stands in front of the input along each axis: none unless given. What stands behind it follows from the
        positions.
    flip, count_padding : bool

    Returns
    -------
    int64 [GEOMETRY_COLUMNS]

    Raises
    ------
    ValueError
        If one of the tuples has another length than `space`, or there are no one, two or three axes.
    """
    axes = len(space)
    if not 1 <= axes <= 3:
        raise ValueError(f"a window slides along one, two or three axes, got {axes}")
    ones, zeros = (1,) * axes, (0,) * axes
    row = np.zeros(GEOMETRY_COLUMNS, np.int64)
    for column, values, missing in (
        (SPACE, space, 1), (TAPS, size, 1), (POSITIONS, positions, 1), (STRIDE, stride or ones, 1),
        (DILATION, dilation or ones, 1), (PADDING, padding or zeros, 0),
    ):  # fmt: skip
        if len(values) != axes:
            raise ValueError(f"{axes} axes of space need {axes} numbers each, got {values}")
        row[column : column + 3] = (*(missing,) * (3 - axes), *values)
    row[CHANNELS], row[FILTERS] = channels, filters
    row[FLIP], row[COUNT_PADDING] = flip, count_padding
    return row
