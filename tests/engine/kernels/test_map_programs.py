"""Recorded operations on maps: the compiled kernel of each against its NumPy line."""

from __future__ import annotations

import numpy as np
import pytest

from engine.arena import READ_SLACK
from engine.kernels import opcodes as oc
from engine.kernels.conv_executor import run_convolution
from engine.layers import AveragePool, Conv, ConvTranspose, Flatten, GlobalPool, LocalResponseNorm, MaxPool
from engine.window_table import geometry_table
from tests.engine.layers.stacks import Stack

STACKS = {
    "signal": ([Conv(5, 3, stride=2, padding=1), MaxPool(2, 1), Flatten()], (11, 3)),
    "picture": (
        [Conv(6, (3, 2), dilation=(1, 2), padding="same", flip=True), MaxPool((2, 3), padding="same"),
         Conv(17, 2), AveragePool(2, 1, 1), GlobalPool()], (7, 8, 2),
    ),
    "volume": (
        [Conv(4, 2), AveragePool(3, 2, 1, count_padding=True), LocalResponseNorm(3, 0.1), GlobalPool("max")],
        (4, 5, 4, 3),
    ),
    "up": ([ConvTranspose(3, (3, 2), stride=2, padding=(1, 0), output_padding=1, flip=True), Conv(2, 2)], (3, 4, 5)),
}  # fmt: skip
ON_MAPS = range(oc.CONV_FORWARD, oc.RESPONSE_NORM_BACKWARD + 1)


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-12), (np.float32, 1e-5)])
@pytest.mark.parametrize(("layers", "shape"), STACKS.values(), ids=STACKS)
def test_the_kernel_agrees_with_the_numpy_line(layers, shape, dtype, tolerance):
    stack = Stack(layers, shape, rows=3, dtype=dtype).run()
    program, flat = stack.program, stack.memory.flat
    geometry = geometry_table(program.ops)
    for k, op in enumerate(program.ops):
        if op.kind.opcode not in ON_MAPS:
            continue
        expected = [stack[ref.name].copy() for ref in op.writes]
        before = flat.copy()
        for ref in op.writes:
            stack[ref.name][:] = np.nan
        run_convolution(program.table[k], geometry[k], flat, 3)
        for ref, values in zip(op.writes, expected, strict=True):
            scale = max(1.0, float(np.abs(values).max()))
            np.testing.assert_allclose(stack[ref.name], values, rtol=tolerance, atol=tolerance * scale, err_msg=op.name)
            stack[ref.name][:] = values
        assert flat[:-READ_SLACK].tobytes() == before[:-READ_SLACK].tobytes(), op.name


def test_every_kind_on_maps_is_in_these_tests():
    seen = {op.kind.opcode for layers, shape in STACKS.values() for op in Stack(layers, shape).program.ops}
    assert seen >= set(ON_MAPS)
