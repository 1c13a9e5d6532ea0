"""Every cell of every operation under a window: its terms, its sentence, and what it does not depend on."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.inside.arithmetic import cell_sum, share
from engine.inside.operation import Operand, OperationView
from engine.inside.window_formulas import WINDOW_FORMULAS
from engine.layers import ACTIVATIONS, AveragePool, Conv, ConvTranspose, Flatten, GlobalPool, LocalResponseNorm, MaxPool
from tests.engine.layers.stacks import Stack

STACKS = {
    "conv": ([Conv(2, (2, 3), stride=(1, 2), padding=1, flip=True)], (3, 4, 2)),
    "dilated": ([Conv(2, 2, dilation=2)], (5, 2)),
    "transposed": ([ConvTranspose(2, (2, 3), stride=2, padding=(0, 1))], (2, 3, 2)),
    "volume": ([Conv(1, 2), MaxPool((1, 2, 1), stride=1)], (3, 3, 2, 1)),
    "max": ([MaxPool(2, stride=1, padding="same")], (3, 3, 2)),
    "average": ([AveragePool(2, stride=2, padding="same")], (3, 3, 2)),
    "average, padding counts": ([AveragePool(3, stride=2, padding=1, count_padding=True)], (4, 3, 1)),
    "whole maps": ([GlobalPool()], (2, 3, 2)),
    "largest of maps": ([GlobalPool("max")], (2, 3, 2)),
    "flat": ([Flatten()], (2, 2, 3)),
    "response": ([LocalResponseNorm(3, 0.5, 0.75, 1.5)], (2, 2, 4)),
}
stacks = pytest.mark.parametrize(("layers", "shape"), STACKS.values(), ids=STACKS)


def views(layers, shape):
    """The views of all operations of a stack that has run on two examples."""
    stack = Stack(layers, shape).run()
    for index, op in enumerate(stack.program.ops):
        if op.kind.name in WINDOW_FORMULAS:
            operands = [
                Operand(ref.name, role, stack[ref.name].astype(float), ref.batched)
                for role, ref in zip(op.kind.reads + op.kind.writes, op.operands, strict=True)
            ]
            reads, writes = operands[: len(op.reads)], operands[len(op.reads) :]
            yield OperationView(
                op, index, op.code, op.tex, "", tuple(reads), tuple(writes), np.arange(2), op.phase.value
            )


def again(view, reads):
    """What the NumPy line makes of other numbers."""
    made = {operand.role: np.zeros_like(operand.values) for operand in view.writes}
    view.op.kind.line(*view.op.settings, *reads, **made)
    return made


def cells(view):
    for place in np.ndindex(view.writes[0].values.shape):
        yield place, cell_sum(view, 0, place)


def test_every_kind_is_in_these_tests():
    seen = {view.op.kind.name for layers, shape in STACKS.values() for view in views(layers, shape)}
    assert seen == set(WINDOW_FORMULAS)


@stacks
def test_the_terms_of_every_cell_add_up(layers, shape):
    for view in views(layers, shape):
        result = view.writes[0].values
        for place, cell in cells(view):
            where = f"{view.op.name} {place}"
            assert cell.place == place
            assert cell.result == result[place]
            for term in cell.terms:
                assert term.value == pytest.approx(term.sign * math.prod(f.value for f in term.factors), rel=1e-15)
            total = sum(term.value for term in cell.terms)
            if cell.function == "the largest":
                total = max(term.value for term in cell.terms)
            elif cell.function:
                assert cell.function.startswith("sum/")
                total /= int(cell.function.removeprefix("sum/"))
            assert cell.result == pytest.approx(total, rel=1e-12, abs=1e-13), where
            assert cell.sentence.startswith(f"{view.writes[0].name}[{', '.join(map(str, place))}] = "), where


@stacks
def test_plain_factors_are_the_operands_numbers(layers, shape):
    for view in views(layers, shape):
        if view.op.kind.name.startswith(("conv", "max", "global_max", "flatten", "response_scale")):
            for _, cell in cells(view):
                for term in cell.terms:
                    for factor in term.factors:
                        assert factor.value == view.reads[factor.operand].values[factor.place]


@stacks
def test_what_does_not_light_up_has_no_influence(layers, shape):
    rng = np.random.default_rng(5)
    for view in views(layers, shape):
        for place, cell in list(cells(view))[::5]:
            other = [rng.uniform(0.5, 2, operand.values.shape) for operand in view.reads]
            for operand, where in cell.reads:
                other[operand][where] = view.reads[operand].values[where]
            made = again(view, other)[view.writes[0].role]
            assert made[place] == pytest.approx(cell.result, rel=1e-13, abs=1e-15), f"{view.op.name} {place}"


@stacks
def test_the_shares_of_the_examples_add_up(layers, shape):
    for view in views(layers, shape):
        parts = [share(view, 0, example) for example in range(2)]
        if view.writes[0].batch:
            assert parts == [None, None]
            continue
        np.testing.assert_allclose(sum(parts), view.writes[0].values, rtol=1e-12, atol=1e-13)
        for place, cell in cells(view):
            for example, part in enumerate(parts):
                own = sum(term.value for term in cell.terms if term.example == example)
                assert own == pytest.approx(part[place], rel=1e-12, abs=1e-13)


def test_sentences_by_hand():
    stack = Stack([Conv(1, 2), MaxPool(2)], (3, 1), rows=1)
    stack["x"][0, :, 0], stack["W1"][:, 0, 0], stack["b1"][:] = [1, -2, 3], [4, 5], [-0.5]
    stack["upstream"][:] = 2
    stack.run()
    found = {}
    for index, op in enumerate(stack.program.ops):
        operands = [
            Operand(ref.name, role, stack[ref.name].copy(), ref.batched)
            for role, ref in zip(op.kind.reads + op.kind.writes, op.operands, strict=True)
        ]
        n = len(op.reads)
        view = OperationView(
            op, index, op.code, op.tex, "", tuple(operands[:n]), tuple(operands[n:]), np.arange(1), op.phase.value
        )
        found[op.name] = cell_sum(view, 0, (0,) * view.writes[0].values.ndim).sentence
    assert found == {
        "layer1.z": "z1[0, 0, 0] = 1·4 + (−2)·5 + (−0.5) = −6.5",
        "layer2.p": "p2[0, 0, 0] = max(−6.5, 6.5) = 6.5",
        "layer2.dx": "dz1[0, 0, 0] = 0 = 0",
        "layer1.dW": "dW1[0, 0, 0] = 1·0 + (−2)·2 = −4",
        "layer1.db": "db1[0] = 0 + 2 = 2",
        "layer1.dx": "dx[0, 0, 0] = 0·4 = 0",
    }


@pytest.mark.parametrize("activation", sorted(ACTIVATIONS.keys() - {"identity", "softmax"}))
def test_activations_of_maps_are_read_number_by_number(activation):
    stack = Stack([Conv(2, 2, activation)], (3, 2, 2)).run()
    for name in ("a1", "dz1"):
        op = next(op for op in stack.program.ops if op.writes[0].name == name)
        operands = [
            Operand(ref.name, role, stack[ref.name].astype(float), ref.batched)
            for role, ref in zip(op.kind.reads + op.kind.writes, op.operands, strict=True)
        ]
        reads, writes = operands[: len(op.reads)], operands[len(op.reads) :]
        view = OperationView(op, 0, op.code, op.tex, "", tuple(reads), tuple(writes), np.arange(2), op.phase.value)
        for place in np.ndindex(view.writes[0].values.shape):
            told = cell_sum(view, 0, place)
            assert told.sentence.startswith(f"{name}[{', '.join(map(str, place))}] = ")
            assert all(cells == place for k, cells in told.reads if view.reads[k].batch)
            if not told.function:
                assert math.isclose(sum(term.value for term in told.terms), told.result, rel_tol=1e-9, abs_tol=1e-12)
