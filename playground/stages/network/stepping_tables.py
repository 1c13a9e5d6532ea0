"""Operands of an operation as tables with names at their rows and columns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from engine import TrainingRun
from engine.arena import Arena
from engine.inside.operation import Operand, OperationView

# Of larger batches the first rows are sent; what is computed runs over all.
MOST_ROWS = 100
_OF_A_LAYER = re.compile(r"d?[a-zA-Z](\d+)$")


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """An operand as a table.

    Attributes
    ----------
    operand : Operand
    values : [rows, columns]
        The numbers shown.
    rows, columns : str
        The axes, as `axis` has them; empty where there is none.
    first : int
        The operand's row that stands on top.
    shared : bool
        Whether the numbers are what one example adds to a sum over the batch.
    """

    operand: Operand
    values: npt.NDArray[np.floating]
    rows: str
    columns: str
    first: int = 0
    shared: bool = False

    def place(self, row: int, column: int) -> tuple[int, ...]:
        """Return which cell of the operand stands at a row and a column of the table."""
        dimensions = self.operand.values.ndim
        if dimensions == 2:
            return row + self.first, column
        return ((row,) if self.rows == "parameters" else (column,))[:dimensions]

    def span(self, cells: tuple[slice | int, ...]) -> list[int] | None:
        """Return the rows and columns of the table that hold these cells, each from and to; None for none."""
        rows, columns = (range(n) for n in self.values.shape)
        if len(cells) == 2:
            taken = [_taken(cells[0], rows, self.first), _taken(cells[1], columns)]
        elif len(cells) == 1:
            one = self.rows == "parameters"
            taken = [_taken(cells[0], rows) if one else rows, columns if one else _taken(cells[0], columns)]
        else:
            taken = [rows, columns]
        return [n for part in taken for n in (part.start, part.stop)] if all(len(part) for part in taken) else None


def _taken(cell: slice | int, shown: range, first: int = 0) -> range:
    if isinstance(cell, slice):
        return shown
    return shown[max(0, cell - first) : max(0, cell - first + 1)]


def table(operand: Operand, run: TrainingRun, example: int) -> Table:
    """Return an operand as a table: of a batch its first rows, or the one of an example that is not -1."""
    values, name = operand.values, operand.name
    if values.ndim == 0:
        return Table(operand, values.reshape(1, 1), "", "")
    found = _OF_A_LAYER.match(name)
    layer = int(found[1]) if found else 0
    if operand.batch:
        first, last = (0, MOST_ROWS) if example < 0 else (example, example + 1)
        columns = "0" if name in ("x", "dx") else "target" if name == "y" else str(layer)
        return Table(operand, values[first:last], "batch", columns, first)
    if values.ndim == 2:
        return Table(operand, values, str(layer - 1), str(layer))
    # All parameters are a column; the biases of a layer are a row, as they are added to rows.
    if found is None:
        return Table(operand, values.reshape(-1, 1), "parameters", "")
    return Table(operand, values.reshape(1, -1), "", str(layer))


def axis(name: str, view: OperationView, run: TrainingRun, example: int) -> dict[str, Any]:
    """Return the names along an axis: `unit`, what it is `of`, and `labels`."""
    last = len(run.network.layers)
    if name == "batch":
        shown = view.examples[:MOST_ROWS] if example < 0 else view.examples[example : example + 1]
        return {"unit": "example", "of": "", "labels": [str(index) for index in shown]}
    if name == "parameters":
        return {"unit": "", "of": "", "labels": _parameter_names(run)}
    if name == "target" and run.network.outputs == 1:
        return {"unit": "target", "of": "", "labels": ["y"]}
    column = last if name == "target" else int(name)
    unit = "input" if column == 0 else "neuron" if column < last else "class" if run.network.outputs > 1 else "output"
    of = f"of dense{column}" if unit == "neuron" else ""
    return {"unit": unit, "of": of, "labels": _column_names(run, column)}


def place(layout: str, shown: Table, result: bool) -> str:
    """Return where a table stands: what is like the weights on top, what has a row an example beneath."""
    if layout == "row":
        return "result" if result else "read"
    if not shown.operand.batch:
        return "top"
    # What has the columns of what stands on top stands under it.
    under = result if layout == "product" else shown.operand.role == "delta"
    return "right" if under else "left"


def _column_names(run: TrainingRun, column: int) -> list[str]:
    if column == 0:
        return [feature.label for feature in run.first_spec.features]
    units = run.network.layers[column - 1].units
    if column < len(run.network.layers):
        return [str(unit + 1) for unit in range(units)]
    # Classes are counted from 0, as in the diagram.
    return ["ŷ"] if units == 1 else [str(unit) for unit in range(units)]


def _parameter_names(run: TrainingRun) -> list[str]:
    """Return what each of all parameters is, in the order in which they lie."""
    places = [ref for ref in run.program.refs.values() if ref.arena is Arena.PARAMETERS and ref.name != "w"]
    names: list[str] = []
    for ref in sorted(places, key=lambda ref: ref.offset):
        number = int(ref.name[1:])
        sources, targets = _column_names(run, number - 1), _column_names(run, number)
        if len(ref.shape) == 2:
            names += [f"{ref.name} {source}→{target}" for source in sources for target in targets]
        else:
            names += [f"{ref.name} {target}" for target in targets]
    return names
