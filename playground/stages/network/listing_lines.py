"""The listing of a network of points, and what of its diagram an operation works on."""

from __future__ import annotations

from typing import Any

from engine import Phase, Program
from engine.kernels import opcodes as oc
from playground.stages.listing_lines import detail, lines, preview

__all__ = ["active", "detail", "lines", "preview"]


def active(program: Program, ran: int, layers: int) -> dict[str, Any]:
    """Return what of the diagram operation `ran` has worked on, as `NetworkDiagram.active`; nothing for -1."""
    if ran < 0:
        return {"columns": [], "edges": [], "phase": ""}
    op = program.ops[ran]
    if op.phase is Phase.UPDATE:
        return {"columns": [], "edges": list(range(layers)), "phase": op.phase.value}
    if not op.layer.startswith("dense"):
        column = 0 if op.phase is Phase.FORWARD else layers
        return {"columns": [column], "edges": [], "phase": op.phase.value}
    place = int(op.layer.removeprefix("dense"))
    columns, edges = {
        oc.DENSE_FORWARD: ([place], [place - 1]),
        oc.DENSE_WEIGHT_GRADIENT: ([], [place - 1]),
        oc.DENSE_INPUT_GRADIENT: ([place - 1], [place - 1]),
    }.get(op.kind.opcode, ([place], []))
    if op.phase is Phase.LOSS or op.kind.opcode in (oc.L1_PENALTY_GRADIENT, oc.L2_PENALTY_GRADIENT):
        columns, edges = [], [place - 1]
    return {"columns": columns, "edges": edges, "phase": op.phase.value}
