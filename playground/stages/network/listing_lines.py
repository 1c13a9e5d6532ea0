"""A program as the listing shows it: formulas, code, and what of the diagram an operation works on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from engine import Op, Phase, Program
from engine.kernels import opcodes as oc
from playground.formulas import mathml

_PREVIEW = 6
# Whole stretches of memory have a letter only; a student reads what they are.
_PLAIN = {"w": "w, all weights and biases", "g": "g, all gradients"}


def shape_text(op: Op) -> str:
    """Return the shapes of what the operation writes: ``10 × 8``."""
    return ", ".join(" × ".join(str(n) for n in ref.shape) or "number" for ref in op.writes)


def lines(program: Program) -> list[dict[str, Any]]:
    """Return the operations as `Listing.lines`."""
    return [
        {
            "index": index,
            "phase": op.phase.value,
            "layer": op.layer,
            "name": op.name,
            "formula": mathml(op.tex),
            "code": op.code,
            "shape": shape_text(op),
        }
        for index, op in enumerate(program.ops)
    ]


def detail(
    program: Program, counter: int, values: Mapping[str, npt.NDArray[np.float64]]
) -> dict[str, Any]:
    """Return what to say of the next operation, with the values that the last one wrote."""
    op = program.ops[counter]
    return {
        "title": f"Next: {op.name}",
        "formula": mathml(op.tex, "block"),
        "code": op.code,
        "note": f"reads {', '.join(dict.fromkeys(ref.name for ref in op.uses)) or 'the data'}",
        "values": [
            {
                "name": _PLAIN.get(name, name),
                "shape": " × ".join(str(n) for n in array.shape) or "number",
                "text": preview(array),
            }
            for name, array in values.items()
        ],
    }


def preview(array: npt.NDArray[np.float64]) -> str:
    """Return the first numbers of an array."""
    flat = array.ravel()[:_PREVIEW]
    text = "  ".join(f"{value:.4g}".replace("-", "−") for value in flat)
    return text + ("  …" if array.size > _PREVIEW else "")


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
