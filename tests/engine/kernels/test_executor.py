"""The executor runs ranges: however they are cut, the result is the same to the bit."""

from __future__ import annotations

import numpy as np
import pytest

from engine.arena import Memory
from engine.backend import Data, NumpyBackend, compiled_backend
from engine.kernels import executor
from engine.layers import Dense
from engine.losses import get_loss
from engine.network import Network, dense_stack
from engine.optimizers import OPTIMIZERS, get_optimizer


def small_run(optimizer="adam", rows=4, examples=14):
    """A network with its program, its memory, its data and an order of the examples."""
    layers = (Dense(5, "tanh", regularizer="l2", regularization_rate=0.1), Dense(3, "relu"), Dense(2))
    network = Network(3, layers, get_loss("categorical_crossentropy"), get_optimizer(optimizer, 0.1))
    program = network.record(rows)
    memory = Memory(program.layout)
    rng = np.random.default_rng(5)
    network.initialize(program, memory, rng)
    data = Data(rng.normal(size=(examples, 3)), np.eye(2)[rng.integers(0, 2, examples)])
    return program, memory, data, rng.permutation(examples)


def test_operations_one_by_one_are_batches_at_once(backend):
    program, memory, data, order = small_run()
    other = Memory(program.layout)
    other.flat[:] = memory.flat
    losses = backend.run_batches(program, memory, data, order, 4, 0, 4)
    stepwise = []
    for first, rows in ((0, 4), (4, 4), (8, 4), (12, 2)):
        for k in range(len(program.ops)):
            backend.run_operations(program, other, data, order, first, rows, k, k + 1)
        stepwise.append(float(other.view(program.refs["loss"])))
    assert memory.flat.tobytes() == other.flat.tobytes()
    assert losses.tolist() == stepwise


def test_an_empty_range_changes_nothing(backend):
    program, memory, data, order = small_run()
    before = memory.flat.tobytes()
    backend.run_operations(program, memory, data, order, 0, 4, 3, 3)
    assert backend.run_batches(program, memory, data, order, 4, 2, 2).size == 0
    assert memory.flat.tobytes() == before


def dropping_run():
    """A network with dropout and skips, whose program counts its batches."""
    layers = dense_stack((5, 5, 5), ("gelu", "selu", "swish"), Dense(2), skip=True, dropout=0.3, dropout_seed=11)
    network = Network(3, layers, get_loss("categorical_crossentropy"), get_optimizer("adam", 0.01))
    program = network.record(4)
    memory = Memory(program.layout)
    rng = np.random.default_rng(6)
    network.initialize(program, memory, rng)
    data = Data(rng.normal(size=(14, 3)), np.eye(2)[rng.integers(0, 2, 14)])
    return program, memory, data, rng.permutation(14)


def test_dropout_and_skips_run_one_by_one_as_at_once(backend):
    program, memory, data, order = dropping_run()
    other = Memory(program.layout)
    other.flat[:] = memory.flat
    backend.run_batches(program, memory, data, order, 4, 0, 4)
    for first, rows in ((0, 4), (4, 4), (8, 4), (12, 2)):
        for k in range(len(program.ops)):
            backend.run_operations(program, other, data, order, first, rows, k, k + 1)
    assert memory.view(program.refs["draws"]) == 4
    assert memory.flat.tobytes() == other.flat.tobytes()


def test_both_engines_draw_the_same_masks_and_agree():
    program, memory, data, order = dropping_run()
    other = Memory(program.layout)
    other.flat[:] = memory.flat
    for _ in range(5):
        for batch in range(4):
            one = compiled_backend().run_batches(program, memory, data, order, 4, batch, batch + 1)
            two = NumpyBackend().run_batches(program, other, data, order, 4, batch, batch + 1)
            np.testing.assert_allclose(one, two, rtol=1e-11)
            for name in ("m1", "m2", "m3"):
                ours, theirs = (place.view(program.refs[name]) for place in (memory, other))
                assert ours.tobytes() == theirs.tobytes()
    np.testing.assert_allclose(
        memory.flat[: program.layout.scratch], other.flat[: program.layout.scratch], atol=1e-11
    )


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_both_engines_agree(optimizer):
    program, memory, data, order = small_run(optimizer)
    other = Memory(program.layout)
    other.flat[:] = memory.flat
    for _ in range(5):
        one = compiled_backend().run_batches(program, memory, data, order, 4, 0, 4)
        two = NumpyBackend().run_batches(program, other, data, order, 4, 0, 4)
        np.testing.assert_allclose(one, two, rtol=1e-11)
    np.testing.assert_allclose(
        memory.flat[: program.layout.scratch], other.flat[: program.layout.scratch], atol=1e-11
    )


def test_the_inputs_are_left_alone(backend):
    program, memory, data, order = small_run()
    copies = data.inputs.copy(), data.targets.copy(), order.copy()
    backend.run_batches(program, memory, data, order, 4, 0, 4)
    for now, then in zip((data.inputs, data.targets, order), copies, strict=True):
        assert (now == then).all()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("inputs", "targets"), [(1, 1), (7, 2), (8, 16), (35, 10), (784, 17)])
def test_a_batch_is_the_rows_of_the_order(inputs, targets, dtype, rng):
    x, y = rng.normal(size=(9, inputs)).astype(dtype), rng.normal(size=(9, targets)).astype(dtype)
    order = rng.permutation(9)
    memory = np.full(5 * (inputs + targets) + 20, np.nan, dtype)
    executor.take_batch(memory, 10, 15 + 5 * inputs, x, y, order, 4, 5)
    np.testing.assert_array_equal(memory[10 : 10 + 5 * inputs].reshape(5, -1), x[order[4:]])
    np.testing.assert_array_equal(memory[15 + 5 * inputs : -5].reshape(5, -1), y[order[4:]])
    for gap in (memory[:10], memory[10 + 5 * inputs : 15 + 5 * inputs], memory[-5:]):
        assert np.isnan(gap).all()
