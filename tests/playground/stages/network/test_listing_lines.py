"""The listing as the page shows it."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from engine import TrainingRun, TrainingSpec
from engine.program import KINDS
from playground.formulas import mathml
from playground.stages.network import listing_lines


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_formula_is_well_formed_mathml(kind) -> None:
    tex = kind.tex
    for role in kind.reads + kind.writes + kind.settings:
        tex = tex.replace(f"<{role}>", "q_{1}")
    assert "<" not in tex, "every role in the formula is an operand"
    root = ET.fromstring(mathml(tex))
    assert root.tag.endswith("math")
    text = "".join(root.itertext())
    assert "\\" not in text, f"not understood: {text}"


def test_lines_mirror_the_program() -> None:
    program = TrainingRun(TrainingSpec(hidden=(3,), regularization="l2")).program
    lines = listing_lines.lines(program)
    assert [line["name"] for line in lines] == [op.name for op in program.ops]
    assert [line["index"] for line in lines] == list(range(len(lines)))
    dw = next(line for line in lines if line["name"] == "dense1.dW")
    assert dw["code"] == "dW1[:] = x.T @ dz1"
    assert dw["shape"] == "2 × 3"


def test_what_lights_up_is_what_the_operation_that_has_run_worked_on() -> None:
    run = TrainingRun(TrainingSpec(hidden=(3, 4)))
    names = [op.name for op in run.program.ops]

    def lit(name: str) -> dict:
        return listing_lines.active(run.program, names.index(name), 3)

    assert lit("batch.x") == {"columns": [0], "edges": [], "phase": "forward"}
    assert lit("dense2.z") == {"columns": [2], "edges": [1], "phase": "forward"}
    assert lit("dense2.a") == {"columns": [2], "edges": [], "phase": "forward"}
    assert lit("loss.loss") == {"columns": [3], "edges": [], "phase": "loss"}
    assert lit("dense3.dx") == {"columns": [2], "edges": [2], "phase": "backward"}
    assert lit("dense2.dW") == {"columns": [], "edges": [1], "phase": "backward"}
    assert lit("optimizer.w") == {"columns": [], "edges": [0, 1, 2], "phase": "update"}
    assert listing_lines.active(run.program, -1, 3) == {"columns": [], "edges": [], "phase": ""}


def test_the_detail_previews_numbers() -> None:
    program = TrainingRun(TrainingSpec(hidden=(3,))).program
    detail = listing_lines.detail(program, 2, {"z1": np.array([[-0.5, 2.0, 1 / 3]])})
    assert detail["values"] == [{"name": "z1", "shape": "1 × 3", "text": "−0.5  2  0.3333"}]
    assert listing_lines.preview(np.arange(10.0)).endswith("…")


def test_what_an_operation_reads_includes_what_it_updates() -> None:
    program = TrainingRun(TrainingSpec(regularization="l2")).program
    notes = {op.name: listing_lines.detail(program, k, {})["note"] for k, op in enumerate(program.ops)}
    assert notes["batch.x"] == "reads the data"
    assert notes["optimizer.t"] == "reads t"
    assert notes["optimizer.m"] == "reads g, beta1, m"
    assert notes["dense1.penalty_dW"] == "reads W1, regularization_rate, dW1"
    assert notes["dense1.dW"] == "reads x, dz1"
    shapes = {line["name"]: line["shape"] for line in listing_lines.lines(program)}
    assert shapes["batch.x"] == "20 × 2, 20 × 1"


RICH = TrainingSpec(
    hidden=(4, 4, 2), skip=True, dropout=0.2, activations=("relu",), regularization="l1", data="blobs3",
    formulas=("x1*x2",), inputs=("x1", "own1"),
)  # fmt: skip


def test_every_operation_of_a_rich_network_lights_something_that_is_there() -> None:
    program = TrainingRun(RICH).program
    assert {op.name for op in program.ops} >= {"dense1.h", "dense2.s", "dense2.skip_dx", "dense1.penalty"}
    for ran, op in enumerate(program.ops):
        lit = listing_lines.active(program, ran, 4)
        assert lit["columns"] or lit["edges"], op.name
        assert all(0 <= column <= 4 for column in lit["columns"]), op.name
        assert all(0 <= group <= 3 for group in lit["edges"]), op.name
        assert lit["phase"] == op.phase.value


def test_another_penalty_is_another_listing() -> None:
    run = TrainingRun(TrainingSpec(hidden=(3,)))
    before = [line["name"] for line in listing_lines.lines(run.program)]
    run.change(regularization="l2")
    after = [line["name"] for line in listing_lines.lines(run.program)]
    added = [name for name in after if name not in before]
    assert added
    assert all("penalty" in name for name in added)
    assert [name for name in after if name in before] == before
