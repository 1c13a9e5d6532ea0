"""Networks with dropout and skip connections: what they record, and their gradients."""

from __future__ import annotations

import numpy as np
import pytest

from engine.arena import Arena, Memory
from engine.backend import Data, whole_state
from engine.experiment import Position
from engine.initializers import Constant
from engine.layers import Dense
from engine.loop import Loop
from engine.losses import get_loss
from engine.metrics import Evaluator
from engine.network import Network, dense_stack
from engine.optimizers import SGD, get_optimizer
from engine.program import Phase

ROWS = 6
NETWORKS = {
    "two layers, dropout": dense_stack((5,), "tanh", Dense(2), dropout=0.4, dropout_seed=3),
    "two hidden, skip": dense_stack((4, 4), "tanh", Dense(2), skip=True),
    "four layers, dropout": dense_stack((5, 4, 3), ("gelu", "sine", "swish"), Dense(2), dropout=0.3),
    "four layers, skip": dense_stack((4, 4, 4), ("softplus", "tanh", "gelu"), Dense(2), skip=True),
    "four layers, both": dense_stack((4, 4, 4), "swish", Dense(2), skip=True, dropout=0.5, dropout_seed=9),
    "identities, both": dense_stack((4, 4, 4), "identity", Dense(2), skip=True, dropout=0.5),
    "two rates": (
        Dense(5, "tanh", dropout=0.2), Dense(5, "sine", dropout=0.6, skip=True, dropout_seed=1), Dense(2, "tanh"),
    ),
}  # fmt: skip
networks = pytest.mark.parametrize("layers", NETWORKS.values(), ids=NETWORKS)


class Step:
    """A network of 3 inputs on one batch, with the counter of masks set back before each run."""

    def __init__(self, layers, backend, draws=0):
        self.network = Network(3, layers, get_loss("mse"), SGD(0.1))
        self.program = self.network.record(ROWS)
        self.memory, self.backend, self.draws = Memory(self.program.layout), backend, draws
        rng = np.random.default_rng(12)
        self.network.initialize(self.program, self.memory, rng)
        self.memory.arena(Arena.PARAMETERS)[:] = rng.normal(0, 0.8, self.network.parameters)
        self.data = Data(rng.normal(size=(ROWS, 3)), rng.normal(size=(ROWS, 2)))
        ends = {self.program.ops[a].phase: b for a, b in self.program.phases()}
        self.loss_stop, self.backward_stop = ends[Phase.LOSS], ends[Phase.BACKWARD]

    def __getitem__(self, name):
        return self.memory.view(self.program.refs[name])

    def run(self, stop):
        if "draws" in self.program.refs:
            self["draws"][...] = self.draws
        self.backend.run_operations(
            self.program, self.memory, self.data, np.arange(ROWS), 0, ROWS, 0, stop
        )

    def differences(self, h=1e-3):
        """Central differences of fourth order by all parameters."""
        parameters = self.memory.arena(Arena.PARAMETERS)
        slopes = np.empty(parameters.size)
        for k, here in enumerate(parameters.tolist()):
            losses = []
            for steps in (-2, -1, 1, 2):
                parameters[k] = here + steps * h
                self.run(self.loss_stop)
                losses.append(float(self["loss"]))
            parameters[k] = here
            slopes[k] = (losses[0] - 8 * losses[1] + 8 * losses[2] - losses[3]) / (12 * h)
        return slopes


@networks
def test_gradients_equal_central_differences(layers, backend):
    for draws in (0, 5):
        step = Step(layers, backend, draws)
        step.run(step.backward_stop)
        gradient = step.memory.arena(Arena.GRADIENTS).copy()
        assert np.abs(gradient).max() > 0.01
        np.testing.assert_allclose(gradient, step.differences(), rtol=1e-6, atol=1e-7 * np.abs(gradient).max())


@pytest.mark.peer
@networks
def test_gradients_equal_those_of_pytorch(layers, torch, backend):
    F = torch.nn.functional
    functions = {
        "tanh": torch.tanh, "sine": torch.sin, "swish": F.silu, "softplus": F.softplus, "identity": lambda z: z,
        "gelu": lambda z: F.gelu(z, approximate="tanh"),
    }  # fmt: skip
    step = Step(layers, backend, 8)
    step.run(step.backward_stop)
    names = [f"{kind}{n}" for n in range(1, len(layers) + 1) for kind in "Wb"]
    parameters = {name: torch.tensor(step[name].copy(), requires_grad=True) for name in names}
    x = torch.tensor(step.data.inputs)
    for n, layer in enumerate(layers, 1):
        y = functions[layer.activation](x @ parameters[f"W{n}"] + parameters[f"b{n}"])
        if layer.dropout:
            y = y * torch.tensor(step[f"m{n}"].copy())
        x = y + x if layer.skip else y
        np.testing.assert_allclose(
            step[step.network.training_output(n)], x.detach().numpy(), rtol=1e-12, atol=1e-13
        )
    loss = F.mse_loss(x, torch.tensor(step.data.targets))
    loss.backward()
    assert float(step["loss"]) == pytest.approx(float(loss.detach()), rel=1e-12)
    for name in names:
        expected = parameters[name].grad.numpy()
        np.testing.assert_allclose(step[f"d{name}"], expected, rtol=1e-12, atol=1e-13, err_msg=name)


def test_the_listing_shows_dropout_and_skip():
    layers = (Dense(2, "tanh"), Dense(2, "tanh", dropout=0.25, skip=True), Dense(1))
    program = Network(2, layers, get_loss("mse"), SGD(0.1)).record(4)
    lines = {(op.phase.value, op.name): op.code for op in program.ops}
    assert lines["forward", "batch.draws"] == "draws += 1"
    assert (
        lines["forward", "dense2.m"]
        == "m2[:] = (uniform(dropout_seed2, draws, m2.shape) >= dropout_rate) / (1 - dropout_rate)"
    )
    assert lines["forward", "dense2.h"] == "h2[:] = a2 * m2"
    assert lines["forward", "dense2.s"] == "s2[:] = h2 + a1"
    assert lines["backward", "dense2.da2"] == "da2[:] = ds2 * m2"
    assert lines["backward", "dense2.dx"] == "da1[:] = dz2 @ W2.T"
    assert lines["backward", "dense2.skip_dx"] == "da1 += ds2"
    names = [op.name for op in program.ops if op.layer == "dense2" and op.phase is Phase.BACKWARD]
    assert [name.split(".")[1] for name in names] == ["da2", "delta", "dW", "db", "dx", "skip_dx"]


def test_one_count_serves_all_layers_and_nothing_is_counted_without_dropout():
    program = Network(3, NETWORKS["four layers, dropout"], get_loss("mse"), SGD()).record(2)
    assert [op.name for op in program.ops if op.kind.name == "count_step"] == ["batch.draws"]
    assert program.refs["draws"].arena is Arena.STATE
    assert {name for name in program.hyper if "dropout" in name} == {
        "dropout_rate", "dropout_seed1", "dropout_seed2", "dropout_seed3",
    }  # fmt: skip
    assert "draws" not in Network(3, NETWORKS["two hidden, skip"], get_loss("mse"), SGD()).record(2).refs


def test_another_rate_has_a_place_of_its_own():
    program = Network(3, NETWORKS["two rates"], get_loss("mse"), SGD()).record(2)
    assert program.hyper["dropout_rate"] == 0.2
    assert program.hyper["dropout_rate2"] == 0.6


@networks
def test_masks_differ_from_batch_to_batch_and_from_layer_to_layer(layers, backend):
    dropping = [n for n, layer in enumerate(layers, 1) if layer.dropout]
    seen = []
    for draws in range(4):
        step = Step(layers, backend, draws)
        step.run(step.loss_stop)
        seen += [step[f"m{n}"].ravel() == 0 for n in dropping]
        again = Step(layers, backend, draws)
        again.run(again.loss_stop)
        assert all((step[f"m{n}"] == again[f"m{n}"]).all() for n in dropping)
    for k, one in enumerate(seen):
        assert not any(np.array_equal(one[:18], other[:18]) for other in seen[:k])


@networks
def test_evaluation_drops_nothing(layers, backend):
    step = Step(layers, backend)
    program = step.network.record_forward(ROWS)
    assert not any(op.kind.name in ("draw_mask", "dropout_forward", "count_step") for op in program.ops)
    assert not any("dropout" in name for name in program.hyper)
    evaluator = Evaluator(step.network, step.data.inputs, None, backend)
    evaluator.run(step.memory.arena(Arena.PARAMETERS))
    # The same formulas in NumPy.
    functions = {
        "identity": lambda z: z, "tanh": np.tanh, "sine": np.sin, "swish": lambda z: z / (1 + np.exp(-z)),
        "softplus": lambda z: np.log1p(np.exp(z)),
        "gelu": lambda z: z / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))),
    }  # fmt: skip
    x = step.data.inputs
    for n, layer in enumerate(layers, 1):
        y = functions[layer.activation](x @ step[f"W{n}"] + step[f"b{n}"])
        x = y + x if layer.skip else y
        np.testing.assert_allclose(evaluator[step.network.handed_on(n)], x, rtol=1e-12, atol=1e-13)


@networks
def test_a_checkpoint_replays_the_same_masks(layers, backend):
    rng = np.random.default_rng(1)
    data = Data(rng.normal(size=(15, 3)), rng.normal(size=(15, 2)))
    network = Network(3, layers, get_loss("mse"), get_optimizer("adam", 0.01))

    def loop():
        return Loop(network.record(ROWS), data, ROWS, 0, backend)

    first = loop()
    network.initialize(first.program, first.memory, rng)
    first.run_to(Position(2, 1))
    kept, hyper = whole_state(first.memory).copy(), first.memory.arena(Arena.HYPER).copy()
    first.run_to(Position(4))
    second = loop()
    whole_state(second.memory)[:] = kept
    second.memory.arena(Arena.HYPER)[:] = hyper
    second.set_down(7)
    second.run_to(Position(4))
    assert first.memory.flat.tobytes() == second.memory.flat.tobytes()


def test_the_mean_over_many_masks_is_the_evaluation(backend):
    # Of a linear network: its output is linear in the mask.
    layers = (Dense(4, dropout=0.5), Dense(2))
    step = Step(layers, backend)
    outputs = []
    for draws in range(2000):
        step.draws = draws
        step.run(step.loss_stop)
        outputs.append(step["z2"].copy())
    evaluator = Evaluator(step.network, step.data.inputs, None, backend)
    evaluator.run(step.memory.arena(Arena.PARAMETERS))
    error = np.std(outputs, axis=0) / np.sqrt(len(outputs))
    assert (np.abs(np.mean(outputs, axis=0) - evaluator["z2"]) < 5 * error + 1e-12).all()


def test_a_skip_hands_the_gradient_on_where_the_branch_gives_none(backend):
    # With weights of zero a block is the identity: forward s = x, backward dx = ds.
    zero = Constant(0.0)
    layers = (Dense(4, "tanh"), *(Dense(4, "tanh", kernel_initializer=zero, skip=True) for _ in range(20)), Dense(2))
    step = Step(layers, backend)
    for n in range(2, 22):
        step[f"W{n}"][:] = step[f"b{n}"][:] = 0
    step.run(step.backward_stop)
    assert (step["s21"] == step["a1"]).all()
    assert (step["da1"] == step["ds21"]).all()
    assert np.abs(step["da1"]).max() > 0.01
