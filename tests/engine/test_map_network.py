"""Networks on maps: shapes and parameters of the lectures' nets, training, and the same training in PyTorch."""

from __future__ import annotations

import numpy as np
import pytest

from engine.arena import Arena, Memory
from engine.backend import Data, NumpyBackend, whole_state
from engine.experiment import Grain, Position
from engine.layers import AveragePool, Conv, ConvTranspose, Dense, Flatten, GlobalPool, LocalResponseNorm, MaxPool
from engine.loop import Loop
from engine.losses import get_loss
from engine.map_network import MapNetwork, ledger
from engine.metrics import Evaluator
from engine.optimizers import SGD, get_optimizer
from engine.program import Phase

LENET = (
    Conv(6, 5, "tanh"), AveragePool(2), Conv(16, 5, "tanh"), AveragePool(2), Flatten(), Dense(120, "tanh"),
    Dense(84, "tanh"), Dense(10, "softmax"),
)  # fmt: skip
SMALL = (
    Conv(3, 3, "relu", padding="same"), MaxPool(2), LocalResponseNorm(3, 0.1), Conv(4, 2, "tanh", stride=1, padding=1),
    AveragePool(2, padding=1), ConvTranspose(2, 2, "tanh", stride=2), Flatten(), Dense(5, "tanh"), Dense(3, "softmax"),
)  # fmt: skip


def started(layers, shape, inputs, targets, dtype=np.float64, batch=8, rate=0.1, optimizer=None, seed=3):
    network = MapNetwork(shape, layers, get_loss("categorical_crossentropy"), optimizer or SGD(rate))
    program = network.record(min(batch, len(inputs)), -(-len(inputs) // batch))
    data = Data(np.ascontiguousarray(inputs, dtype), np.ascontiguousarray(targets, dtype))
    loop = Loop(program, data, batch, 1, NumpyBackend())
    network.initialize(program, loop.memory, np.random.default_rng(seed))
    return network, loop


@pytest.mark.concept("C164")
def test_lenet_of_the_slides():
    rows = ledger((32, 32, 1), LENET)
    assert [row.name for row in rows] == [
        "conv1", "pool2", "conv3", "pool4", "flatten5", "dense6", "dense7", "dense8",
    ]  # fmt: skip
    assert [row.outputs for row in rows[:5]] == [(28, 28, 6), (14, 14, 6), (10, 10, 16), (5, 5, 16), (400,)]
    assert [row.parameters for row in rows if row.parameters] == [156, 2416, 48_120, 10_164, 850]
    network = MapNetwork((32, 32, 1), LENET, get_loss("categorical_crossentropy"), SGD(0.1))
    assert network.parameters == 61_706
    program = network.record(2)
    assert program.layout.sizes[Arena.PARAMETERS] == 61_706
    assert (network.inputs, network.outputs, network.output_activation) == (1024, 10, "softmax")


@pytest.mark.concept("C171")
def test_the_overview_net_of_the_slides():
    rows = ledger((28, 28, 1), (Conv(4, 5), MaxPool(2), Conv(6, 5), MaxPool(2), Flatten(), Dense(10)))
    assert [row.outputs[-1] for row in rows[:4]] == [4, 4, 6, 6]
    assert rows[2].parameters == 606


def test_a_convolutional_head_gives_a_map_of_scores_on_a_larger_image():
    head = (*LENET[:4], Conv(120, 5, "tanh"), Conv(84, 1, "tanh"), Conv(10, 1))
    assert ledger((32, 32, 1), head)[-1].outputs == (1, 1, 10)
    assert ledger((36, 36, 1), head)[-1].outputs == (2, 2, 10)
    assert sum(row.parameters for row in ledger((36, 36, 1), head)) == 61_706


def test_the_listing_goes_forward_and_back():
    layers = (Conv(2, 3, "relu"), MaxPool(2), Flatten(), Dense(3, "softmax"))
    network, loop = started(layers, (6, 6, 1), np.zeros((4, 36)), np.eye(3)[[0, 1, 2, 0]])
    assert [op.name for op in loop.program.ops][:-1] == [
        "batch.x", "conv1.z", "conv1.a", "pool2.p", "flatten3.f", "dense4.z", "loss.loss",
        "loss.dz4", "dense4.dW", "dense4.db", "dense4.dx", "flatten3.dx", "pool2.dx", "conv1.delta", "conv1.dW",
        "conv1.db",
    ]  # fmt: skip
    assert loop.program.ops[0].code == "x[:], y[:] = inputs[batch], targets[batch]"
    assert loop.program.ops[1].operands[0].shape == (4, 6, 6, 1)
    assert network.handed_on(1) == "a1"
    assert [network.handed_on(k) for k in (2, 3, 4)] == ["p2", "f3", "z4"]


def test_before_the_first_weights_no_gradient_is_computed():
    layers = (AveragePool(2), Flatten(), Dense(3, "softmax"))
    _, loop = started(layers, (4, 4, 1), np.zeros((2, 16)), np.eye(3)[:2])
    back = [op.name for op in loop.program.ops if op.phase is Phase.BACKWARD]
    assert back == ["loss.dz3", "dense3.dW", "dense3.db"]


def bars(rng, count):
    """Pictures 8 × 8 with a horizontal bar, a vertical bar or a diagonal one, somewhere, with noise."""
    images, classes = rng.normal(0, 0.2, (count, 8, 8)), rng.integers(0, 3, count)
    for image, kind in zip(images, classes, strict=True):
        row, column = rng.integers(1, 5, 2)
        for k in range(4):
            image[row + (k if kind else 0), column + (k if kind != 1 else 0)] += 1.5
    return images.reshape(count, -1), np.eye(3)[classes]


def test_it_learns_to_tell_bars_apart(rng):
    x, y = bars(rng, 300)
    layers = (Conv(6, 3, "relu", kernel_initializer="he_uniform"), GlobalPool("max"), Dense(3, "softmax"))
    network, loop = started(layers, (8, 8, 1), x, y, np.float32, 16, optimizer=get_optimizer("adam", 0.02))
    test_x, test_y = bars(np.random.default_rng(77), 200)
    evaluator = Evaluator(network, test_x.astype(np.float32), test_y.astype(np.float32), NumpyBackend())
    before = evaluator.score(whole_state(loop.memory)[: network.parameters])
    loop.run_to(Position(12))
    after = evaluator.score(whole_state(loop.memory)[: network.parameters])
    assert before.accuracy < 0.7
    assert after.accuracy >= 0.95
    np.testing.assert_allclose(evaluator.predictions().sum(axis=1), 1, rtol=1e-5)


def test_stepping_and_running_make_the_same_weights(rng):
    x, y = rng.normal(size=(20, 36)), np.eye(3)[rng.integers(0, 3, 20)]
    _, slow = started(SMALL, (6, 6, 1), x, y)
    _, fast = started(SMALL, (6, 6, 1), x, y)
    for _ in range(2 * 3 * len(slow.program.ops)):
        slow.run_to(slow.boundary(Grain.OP))
    fast.run_to(Position(2))
    assert slow.position == fast.position
    assert slow.memory.flat.tobytes() == fast.memory.flat.tobytes()


@pytest.mark.peer
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-12), (np.float32, 1e-5)])
def test_three_steps_in_pytorch(dtype, tolerance, torch, rng):
    F = torch.nn.functional
    x, y = rng.normal(size=(16, 64)), np.eye(3)[rng.integers(0, 3, 16)]
    _, loop = started(SMALL, (8, 8, 1), x, y, dtype)
    names = [f"{kind}{n}" for n in (1, 4, 6, 8, 9) for kind in "Wb"]
    ours = {name: torch.tensor(loop[name].copy(), requires_grad=True) for name in names}
    optimizer = torch.optim.SGD(ours.values(), lr=0.1)

    def forward(rows):
        # W is [*size, C, O], that of the transposed convolution [*size, O, C].
        a = F.conv2d(rows.reshape(-1, 1, 8, 8), ours["W1"].permute(3, 2, 0, 1), ours["b1"], padding=1).relu()
        a = F.local_response_norm(F.max_pool2d(a, 2), 3, 0.3, 0.75, 2.0)
        a = torch.tanh(F.conv2d(a, ours["W4"].permute(3, 2, 0, 1), ours["b4"], padding=1))
        a = F.avg_pool2d(a, 2, padding=1, count_include_pad=False)
        a = torch.tanh(F.conv_transpose2d(a, ours["W6"].permute(3, 2, 0, 1), ours["b6"], stride=2))
        a = a.permute(0, 2, 3, 1).reshape(len(rows), -1)
        return torch.tanh(a @ ours["W8"] + ours["b8"]) @ ours["W9"] + ours["b9"]

    start = loop["W1"].copy()
    for _ in range(3):
        loop.run_to(loop.boundary(Grain.BATCH))
        rows = loop.examples()
        loss = F.cross_entropy(forward(torch.tensor(loop.data.inputs[rows])), torch.tensor(loop.data.targets[rows]))
        optimizer.zero_grad()
        loss.backward()
        assert float(loop["loss"]) == pytest.approx(float(loss.detach()), rel=tolerance)
        for name in names:
            gradient = ours[name].grad.numpy()
            np.testing.assert_allclose(loop[f"d{name}"], gradient, rtol=tolerance, atol=tolerance, err_msg=name)
        optimizer.step()
    for name in names:
        np.testing.assert_allclose(
            loop[name], ours[name].detach().numpy(), rtol=tolerance, atol=tolerance, err_msg=name
        )
    assert np.abs(loop["W1"] - start).max() > 1e-4


def test_forward_alone_reads_the_same_parameters(rng):
    x, y = rng.normal(size=(5, 36)), np.eye(3)[rng.integers(0, 3, 5)]
    network, loop = started(SMALL, (6, 6, 1), x, y, batch=5)
    program = network.record_forward(5)
    memory = Memory(program.layout)
    for name, ref in program.refs.items():
        if ref.arena.value in ("parameters", "hyper-parameters"):
            memory.view(ref)[...] = loop[name]
    memory.view(program.refs["x"])[:] = loop.data.inputs
    NumpyBackend().run_operations(program, memory, loop.data, np.arange(5), 0, 5, 0, len(program.ops) - 1)
    loop.run_to(Position(0, 0, len(loop.program.ops) // 2))
    order = loop.examples()
    np.testing.assert_allclose(memory.view(program.refs["z9"])[order], loop["z9"], rtol=1e-12, atol=1e-14)


CE = get_loss("categorical_crossentropy")


@pytest.mark.parametrize(
    ("shape", "layers", "message"),
    [
        ((8, 8, 1), (), "at least one layer"),
        ((8, 8, 1), (Conv(2, 3), Dense(3)), "dense2 expects a row of numbers, got maps of 6 × 6 × 2: put a Flatten"),
        ((8, 8, 1), (Conv(2, 3),), "the last layer, conv1, hands on maps of 6 × 6 × 2, but the loss expects a row"),
        ((8, 8, 1), (Conv(2, 3), MaxPool(4), Conv(2, 3)), "the window of conv3 does not fit: along the height it is 3"),
        ((8, 8, 1), (Flatten(), Dense(3), Conv(2, 3)), "conv3 expects maps, such as 28 × 28 × 1, got 3 numbers"),
        ((8, 8, 1), (Flatten(), Dense(3, inputs=63)), "dense2 expects 63 inputs, got 64"),
        ((8, 8, 1), (Flatten(), Dense(3, skip=True), Dense(3)), "dense2 cannot add its 64 inputs to its 3 outputs"),
        ((8, 8, 1), (Flatten(), Dense(3, dropout=0.5)), "the output layer, dense2, cannot have dropout"),
        ((8, 8, 1), (Flatten(), Dense(3, "tanh")), "needs softmax or identity in the output layer, got tanh"),
        ((64, 64, 3), (Flatten(), Dense(512)), "6,291,968 parameters, at most 5,000,000"),
        ((8, 0, 1), (Flatten(), Dense(3)), "at least 1 number along each axis, got 8 × 0 × 1"),
        ((2, 1), (Conv(1, 1),) * 201, "at most 200 layers, got 201"),
    ],
)  # fmt: skip
def test_networks_that_cannot_be_are_explained(shape, layers, message):
    with pytest.raises(ValueError) as error:
        MapNetwork(shape, layers, CE, SGD(0.1))
    assert message in str(error.value)
