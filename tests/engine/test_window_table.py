"""Whole networks on maps: the compiled executor with its table of windows against the NumPy lines."""

from __future__ import annotations

import numpy as np
import pytest

from engine.arena import Memory
from engine.backend import Data, NumpyBackend, compiled_backend
from engine.kernels import conv_geometry as cg
from engine.layers import AveragePool, Conv, ConvTranspose, Dense, Flatten, GlobalPool, LocalResponseNorm, MaxPool
from engine.losses import get_loss
from engine.map_network import MapNetwork
from engine.network import Network
from engine.optimizers import get_optimizer
from engine.window_table import geometry_table

NETS = {
    "two axes": ((9, 8, 3), (
        Conv(6, 3, "relu", padding="same", dilation=2), MaxPool(2, stride=1), LocalResponseNorm(3, 0.1),
        Conv(17, (2, 3), "tanh", stride=(1, 2), padding=(1, 0), flip=True), AveragePool(2, padding=1),
        ConvTranspose(5, 3, "tanh", stride=2, padding=1, output_padding=1), MaxPool(2), Flatten(), Dense(3),
    )),
    "one axis": ((20, 2), (Conv(4, 5, "tanh", stride=2), ConvTranspose(3, 2), GlobalPool("max"), Dense(3))),
    "three axes": ((5, 4, 6, 1), (Conv(3, 2, "relu", padding="same"), GlobalPool("average"), Dense(3))),
}  # fmt: skip


def recorded(name, dtype, rows=4, examples=10):
    shape, layers = NETS[name]
    network = MapNetwork(shape, layers, get_loss("categorical_crossentropy"), get_optimizer("adam", 0.01))
    program = network.record(rows)
    memory = Memory(program.layout, dtype)
    rng = np.random.default_rng(8)
    network.initialize(program, memory, rng)
    inputs = rng.normal(size=(examples, int(np.prod(shape)))).astype(dtype)
    data = Data(inputs, np.eye(3, dtype=dtype)[rng.integers(0, 3, examples)])
    return program, memory, data, rng.permutation(examples)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", NETS)
def test_each_operation_does_what_its_line_says(name, dtype):
    program, memory, data, order = recorded(name, dtype)
    other = Memory(program.layout, dtype)
    tolerance = 1e-12 if dtype is np.float64 else 1e-5
    for first, rows in ((0, 4), (4, 4), (8, 2)):
        for k, op in enumerate(program.ops):
            # Each from the same state: differences do not add up, and no activation is near its corner by chance.
            other.flat[:] = memory.flat
            NumpyBackend().run_operations(program, memory, data, order, first, rows, k, k + 1)
            compiled_backend().run_operations(program, other, data, order, first, rows, k, k + 1)
            for ref in op.writes:
                expected = memory.view(ref, rows)
                scale = max(1.0, float(np.abs(expected).max()))
                np.testing.assert_allclose(
                    other.view(ref, rows), expected, rtol=0, atol=tolerance * scale, err_msg=op.name
                )


def test_batches_at_once_are_operations_one_by_one(backend):
    program, memory, data, order = recorded("two axes", np.float32)
    other = Memory(program.layout, np.float32)
    other.flat[:] = memory.flat
    losses = backend.run_batches(program, memory, data, order, 4, 0, 3)
    stepwise = []
    for first, rows in ((0, 4), (4, 4), (8, 2)):
        for k in range(len(program.ops)):
            backend.run_operations(program, other, data, order, first, rows, k, k + 1)
        stepwise.append(float(other.view(program.refs["loss"])))
    assert memory.flat.tobytes() == other.flat.tobytes()
    assert losses.tolist() == stepwise


def test_an_empty_range_changes_nothing(backend):
    program, memory, data, order = recorded("one axis", np.float32)
    before = memory.flat.tobytes()
    backend.run_operations(program, memory, data, order, 0, 4, 3, 3)
    assert backend.run_batches(program, memory, data, order, 4, 2, 2).size == 0
    assert memory.flat.tobytes() == before


def test_more_rows_may_run_than_an_order_has(backend):
    # Where no batch is taken from the data, nobody needs an order.
    program, memory, data, order = recorded("one axis", np.float32)
    backend.run_operations(program, memory, data, order, 0, 4, 0, 2)
    expected = memory.view(program.refs["z1"]).copy()
    memory.view(program.refs["z1"])[:] = np.nan
    backend.run_operations(program, memory, data, np.zeros(1, np.int64), 0, 4, 1, 2)
    np.testing.assert_array_equal(memory.view(program.refs["z1"]), expected)


def test_a_program_knows_its_windows_once():
    program, *_ = recorded("one axis", np.float32)
    assert program.geometry is program.geometry
    np.testing.assert_array_equal(program.geometry, geometry_table(program.ops))
    network = Network(3, (Dense(2),), get_loss("mse"), get_optimizer("sgd", 0.1))
    assert network.record(4).geometry is None


def test_an_operation_without_a_window_has_an_empty_row():
    program, *_ = recorded("one axis", np.float64)
    table = program.geometry
    assert table.shape == (len(program.ops), cg.GEOMETRY_COLUMNS)
    assert not table.flags.writeable
    rows = dict(zip((op.name for op in program.ops), table, strict=True))
    assert not rows["dense4.z"].any()
    assert rows["conv1.z"].tolist() == [1, 1, 20, 2, 1, 1, 5, 4, 1, 1, 8, 1, 1, 2, 1, 1, 1, 0, 0, 0, 0, 0]
