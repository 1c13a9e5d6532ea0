"""The operation that has just run, as the view beside the diagram shows it: its matrices, and how a cell was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine import Position, TrainingRun
from engine.expression.explain import shown_number
from engine.inside.arithmetic import CellSum, cell_sum, share
from engine.inside.operation import Operand, OperationView, deltas, operation_view
from engine.kernels import opcodes as oc
from playground.formulas import mathml
from playground.stages.network.stepping_tables import MOST_ROWS, Table, axis, place, table
from playground.views.diagram import pack_gradients
from playground.views.operation import pack_numbers

LAMPS = ("batch", "forward", "backward", "update")
_GRADIENTS = "δ = ∂L/∂z, {}. Arrows: ∂L/∂W over the whole batch, thick is large in its layer; blue +, orange −."
_LAYOUTS = {
    oc.DENSE_FORWARD: "product",
    oc.DENSE_INPUT_GRADIENT: "product",
    oc.DENSE_WEIGHT_GRADIENT: "outer",
    oc.DENSE_BIAS_GRADIENT: "outer",
}


@dataclass(frozen=True, slots=True, eq=False)
class SteppingScene:
    """What stepping through a batch draws.

    Attributes
    ----------
    operation : dict
        As `OperationPanel.operation` wants it; empty while nothing has run.
    numbers : bytes
        As `OperationPanel.numbers` wants it.
    cell : dict
        As `OperationPanel.cell` wants it.
    gradients : bytes
        As `NetworkDiagram.gradients` wants it.
    gradients_text : str
        As `NetworkDiagram.gradients_text` wants it.
    example : int or None
        The one example that is looked at, as a row of the training set.
    """

    operation: dict[str, Any]
    numbers: bytes
    cell: dict[str, Any]
    gradients: bytes
    gradients_text: str
    example: int | None


class SteppingData:
    """Makes scenes of the operation that has just run, while the view is open.

    Attributes
    ----------
    open : bool
    example : int
        The row of the batch that is looked at alone; -1 for the whole batch.
    """

    def __init__(self) -> None:
        self.open = False
        self.example = -1
        # Which result's cell is explained, and of which moment: of the next one it is another number.
        self._cell: tuple[int, int, int] | None = None
        self._chosen_at: tuple[Position, int] | None = None

    def begin(self) -> None:
        """Forget what was looked at in another run."""
        self.example = -1
        self._cell = self._chosen_at = None

    def choose(self, run: TrainingRun, write: int, row: int, column: int) -> None:
        """Explain a cell of what the operation wrote; a negative row for none."""
        self._cell = (write, row, column) if row >= 0 else None
        self._chosen_at = (run.position, self.example)

    def make(self, run: TrainingRun) -> SteppingScene | None:
        """Return what is drawn now; None while closed."""
        if not self.open:
            return None
        view = operation_view(run)
        if view is None:
            return SteppingScene({}, b"", {}, b"", "", None)
        if self.example >= len(view.examples):
            self.example = -1
        example = None if self.example < 0 else int(view.examples[self.example])
        matrices, scalars, writes = self._tables(view, run)
        return SteppingScene(
            operation=self._described(view, run, matrices, scalars, writes),
            numbers=pack_numbers([matrix.values for matrix in matrices]),
            cell=self._explained(view, run, matrices, writes),
            gradients=self._gradients(run),
            gradients_text=_GRADIENTS.format("mean of the batch" if example is None else f"of example {example}"),
            example=example,
        )

    def _tables(
        self, view: OperationView, run: TrainingRun
    ) -> tuple[list[Table], list[tuple[int, Operand]], list[int]]:
        """Return what is shown as tables and as single numbers, and where among the tables the results begin."""
        scalars = [(k, operand) for k, operand in enumerate(view.reads) if operand.values.ndim == 0]
        # What a batch is taken from is the whole data set.
        reads = [] if view.op.kind.data else [operand for operand in view.reads if operand.values.ndim]
        matrices = [table(operand, run, self.example) for operand in reads]
        writes = [len(matrices) + k for k in range(len(view.writes))]
        for k, operand in enumerate(view.writes):
            part = None if self.example < 0 else share(view, k, self.example)
            shown = table(operand, run, self.example)
            if part is not None:
                shown = Table(operand, np.atleast_2d(part), shown.rows, shown.columns, shared=True)
            matrices.append(shown)
        return matrices, scalars, writes

    def _described(
        self, view: OperationView, run: TrainingRun, matrices: list[Table], scalars: list[tuple[int, Operand]],
        writes: list[int],
    ) -> dict[str, Any]:  # fmt: skip
        op = view.op
        used = {name for matrix in matrices for name in (matrix.rows, matrix.columns) if name}
        written = {operand.name for operand in view.writes}
        layout = _LAYOUTS.get(op.kind.opcode, "row")
        tables, offset = [], 0
        for k, matrix in enumerate(matrices):
            result = k in writes
            name = matrix.operand.name
            tables.append({
                "name": name,
                "written": result,
                # What an operation overwrites stands there twice.
                "note": "share" if matrix.shared else "before" if not result and name in written else "",
                "size": " × ".join(map(str, matrix.operand.values.shape)) or "a number",
                "place": place(layout, matrix, result),
                "rows": matrix.rows, "columns": matrix.columns, "shape": list(matrix.values.shape), "offset": offset,
            })  # fmt: skip
            offset += matrix.values.size
        return {
            "name": op.name,
            "phase": op.phase.value,
            "lamp": view.lamp,
            "formula": mathml(view.tex, "block"),
            "shapes": view.shapes,
            "code": view.code,
            "layout": layout,
            "matrices": tables,
            "results": writes,
            "scalars": [{"name": operand.name, "text": shown_number(float(operand.values))} for _, operand in scalars],
            "axes": {name: axis(name, view, run, self.example) for name in sorted(used)},
            "examples": [int(example) for example in view.examples[:MOST_ROWS]],
            "batch": len(view.examples),
            "example": self.example,
        }

    def _explained(
        self, view: OperationView, run: TrainingRun, matrices: list[Table], writes: list[int]
    ) -> dict[str, Any]:
        """Return how the chosen cell was made; empty if none is chosen, or it was of another moment."""
        if self._cell is None or self._chosen_at != (run.position, self.example):
            return {}
        write, row, column = self._cell
        if not 0 <= write < len(writes):
            return {}
        chosen = matrices[writes[write]]
        rows, columns = chosen.values.shape
        if not (row < rows and 0 <= column < columns):
            return {}
        made = cell_sum(view, write, chosen.place(row, column))
        sentence, value = made.sentence, made.result
        if chosen.shared:
            value = float(chosen.values[row, column])
            sentence = self._shared(view, chosen.operand.name, made, value)
        lit = []
        for read, cells in made.reads:
            for k, matrix in enumerate(matrices):
                span = matrix.span(cells) if matrix.operand is view.reads[read] else None
                if span is not None:
                    lit.append([k, *span])
        return {
            "matrix": writes[write], "row": row, "column": column, "sentence": sentence,
            "value": shown_number(value), "lit": lit,
        }  # fmt: skip

    def _shared(self, view: OperationView, name: str, made: CellSum, value: float) -> str:
        """Return in numbers what one example adds to a cell of a sum over the batch."""
        place = f"[{', '.join(map(str, made.place))}]" if made.place else ""
        # A term of one factor is the share itself.
        terms = [term.factors for term in made.terms if term.example == self.example and len(term.factors) > 1]
        products = ["·".join(_bracketed(factor.value) for factor in factors) for factors in terms]
        share_of = " = ".join([" + ".join(products), shown_number(value)] if products else [shown_number(value)])
        return (
            f"Share of example {view.examples[self.example]} in {name}{place}: {share_of}. "
            f"All {len(view.examples)} shares add up to {shown_number(made.result)}."
        )

    def _gradients(self, run: TrainingRun) -> bytes:
        """Return δ of every neuron and the gradient of every weight, as far as backward has come."""
        found = deltas(run)
        weights, units = [], []
        for number, layer in enumerate(run.network.layers, 1):
            shape = run[f"W{number}"].shape
            weights.append(found.get(f"dW{number}", np.full(shape, np.nan)).ravel())
            delta = found.get(f"dz{number}")
            if delta is None:
                units.append(np.full(layer.units, np.nan))
            else:
                units.append(delta.mean(axis=0) if self.example < 0 else delta[self.example])
        return pack_gradients(weights, units)


def _bracketed(value: float) -> str:
    text = shown_number(value)
    return f"({text})" if text.startswith("−") else text
