"""The operation that has just run: its place in the training loop, its formula, and its matrices with their numbers."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import param
from numpy.typing import NDArray

from playground import theme
from playground.assets import module, stylesheets
from playground.widgets.component import Component


def pack_numbers(matrices: Sequence[NDArray[np.floating]]) -> bytes:
    """
    Pack matrices into the bytes of an `OperationPanel.numbers`: row by row, one matrix after the other.

    Parameters
    ----------
    matrices
        [rows, columns] each.

    Returns
    -------
    bytes
        Little-endian float32.
    """
    # A number that explodes becomes infinite on its way to the browser, and is shown as such.
    with np.errstate(over="ignore"):
        return b"".join(np.ascontiguousarray(matrix, dtype="<f4").tobytes() for matrix in matrices)


class OperationPanel(Component):
    """
    One operation, with everything that it read and wrote.

    Messages: `cell` with `write`, `row` and `column` (a negative row for none): a cell of a result is to be explained;
    `example` with `example`, a row of the batch or -1 for all; `lamp` with `lamp`: run to the end of that move.
    """

    operation = param.Dict(
        default={},
        doc="""
        What has just run; empty while nothing has. `name`, `phase`, `lamp` (batch, forward, backward or update),
        `formula` (MathML made by us and trusted), `shapes`, `code`; `layout` (product, outer or row);
        `matrices`, dicts of `name`, `written`, `note` (before, share or empty), `size` of the whole, `place` (top,
        left, right, read or result), `rows` and `columns`, names of `axes` or empty, `shape` of what is shown and
        `offset` of its numbers; `results`, the places of the results among them; `scalars`, dicts of `name` and
        `text`; `axes`, dicts of `unit`, `of` ("of dense1") and `labels`; `examples`, names of the rows of the
        `batch` that can be chosen, and the one `example` that is, or -1.""",
    )
    numbers = param.Bytes(default=b"", doc="The numbers of the matrices, as `pack_numbers` makes them.")
    cell = param.Dict(
        default={},
        doc="""
        How the chosen cell was made; empty for none. `matrix`, `row` and `column` say which it is; `sentence` is the
        sum, `value` the number; `lit` are the cells that went in: matrix, rows from and to, columns from and to.""",
    )
    running = param.Boolean(default=False, doc="Whether it runs too fast to be followed; the view then lies still.")
    lut = param.Bytes(default=theme.diverging_rgb(False), doc="Colours from −1 to +1, 256 × red, green, blue.")

    _esm = module("component", "canvas", "operation_lamps", "operation_matrix", "operation_layout", "operation")
    _stylesheets: ClassVar[list[str]] = stylesheets("operation")
