"""A program as the listing shows it: formulas, code, and the values that an operation wrote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from engine import Op, Program
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
