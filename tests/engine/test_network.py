"""Networks: gradients against central differences, worked numbers of the curriculum, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from engine.arena import Arena, Memory
from engine.backend import Data, NumpyBackend, compiled_backend
from engine.initializers import Constant
from engine.layers import ACTIVATIONS, Dense
from engine.losses import LOSSES, Targets, get_loss
from engine.metrics import Evaluator
from engine.network import Network, dense_stack, output_name
from engine.optimizers import SGD, Adam
from engine.program import Phase

ROWS = 4
SMOOTH = [name for name in ACTIVATIONS if name != "step"]


def targets_for(loss, outputs, rng):
    """Random targets [ROWS, outputs] as the loss expects them."""
    if loss.targets is Targets.ONE_HOT:
        return np.eye(outputs)[rng.integers(0, outputs, ROWS)]
    if loss.targets is Targets.BINARY:
        return rng.integers(0, 2, (ROWS, outputs)).astype(float)
    if loss.targets is Targets.SIGNED:
        return rng.choice([-1.0, 1.0], (ROWS, outputs))
    return rng.normal(size=(ROWS, outputs))


class Step:
    """One training step of a network on one batch, of which ranges can be run."""

    def __init__(self, network, x, y, backend):
        self.program = network.record(len(x))
        self.memory = Memory(self.program.layout)
        self.data, self.order, self.backend = Data(x, y), np.arange(len(x)), backend
        for name, value in self.program.hyper.items():
            self[name][...] = value
        phases = {self.program.ops[a].phase: (a, b) for a, b in self.program.phases()}
        self.loss_stop, self.backward_stop = phases[Phase.LOSS][1], phases[Phase.BACKWARD][1]

    def __getitem__(self, name):
        return self.memory.view(self.program.refs[name], len(self.order))

    @property
    def parameters(self):
        return self.memory.arena(Arena.PARAMETERS)

    def run(self, stop):
        self.backend.run_operations(
            self.program, self.memory, self.data, self.order, 0, len(self.order), 0, stop
        )

    def total_loss(self):
        """The loss with all penalties."""
        self.run(self.loss_stop)
        return sum(float(self[name]) for name in self.program.refs if name == "loss" or name[0] == "R")

    def gradient(self):
        self.run(self.backward_stop)
        return self.memory.arena(Arena.GRADIENTS).copy()

    def differences(self, h=1e-3):
        """Central differences of fourth order: the error falls with h⁴."""
        slopes = np.empty(self.parameters.size)
        for k in range(slopes.size):
            here = self.parameters[k]
            losses = []
            for steps in (-2, -1, 1, 2):
                self.parameters[k] = here + steps * h
                losses.append(self.total_loss())
            self.parameters[k] = here
            slopes[k] = (losses[0] - 8 * losses[1] + 8 * losses[2] - losses[3]) / (12 * h)
        return slopes

    def near_a_kink(self, network):
        """Whether a step of the differences could cross the kink of an activation, a loss or a penalty."""
        self.run(self.loss_stop)
        kinks = [
            np.abs(self[f"z{n}"]).min()
            for n, layer in enumerate(network.layers, 1)
            if layer.activation in ("relu", "leaky_relu", "elu", "selu")
        ]
        output, y = self[output_name(network)], self["y"]
        edges = {
            "mean_absolute_error": np.abs(output - y).min(),
            "hinge": np.abs(1 - output * y).min(),
        }
        return min([*kinks, edges.get(network.loss.name, 1.0), np.abs(self.parameters).min()]) < 0.02


@pytest.mark.parametrize("penalty", ["none", "l1", "l2"])
@pytest.mark.parametrize("activation", SMOOTH)
@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_gradients_equal_central_differences(loss, activation, penalty, backend):
    outputs = 3 if loss.targets is Targets.ONE_HOT else 2
    settings = {"regularizer": penalty, "regularization_rate": 0.3 if penalty != "none" else 0.0}
    output = Dense(outputs, loss.fused_activation or activation, **settings)
    network = Network(2, dense_stack((3, 2), activation, output, **settings), loss, SGD(0.1))
    for seed in range(1000):
        rng = np.random.default_rng(seed)
        step = Step(network, rng.normal(size=(ROWS, 2)), targets_for(loss, outputs, rng), backend)
        step.parameters[:] = rng.normal(0, 1.0, step.parameters.size)
        gradient = step.gradient()
        if not step.near_a_kink(network) and np.abs(gradient).max() > 0.01:
            break
    else:
        pytest.fail("every seed is near a kink")
    differences = step.differences()
    # 1e-12 is the rounding of the loss divided by h.
    np.testing.assert_allclose(gradient, differences, rtol=1e-6, atol=1e-6 * np.abs(gradient).max())


@pytest.mark.concept("C133")
def test_each_neurons_delta_equals_a_finite_difference(backend, rng):
    # Of one example: shifting a neuron's bias is shifting its z.
    network = Network(2, (Dense(3, "tanh"), Dense(2, "sigmoid")), get_loss("mse"), SGD(0.1))
    step = Step(network, rng.normal(size=(1, 2)), rng.normal(size=(1, 2)), backend)
    step.parameters[:] = rng.normal(size=step.parameters.size)
    step.gradient()
    deltas = {name: step[f"dz{name}"][0].copy() for name in (1, 2)}
    slopes = step.differences()
    for number, delta in deltas.items():
        start = step.program.refs[f"b{number}"].offset
        np.testing.assert_allclose(delta, slopes[start : start + delta.size], rtol=1e-8, atol=1e-11)


def test_nothing_is_learned_through_a_step(backend, rng):
    network = Network(2, (Dense(3, "step"), Dense(1)), get_loss("mse"), SGD(0.1))
    step = Step(network, rng.normal(size=(ROWS, 2)), rng.normal(size=(ROWS, 1)), backend)
    step.parameters[:] = rng.normal(size=step.parameters.size)
    step.gradient()
    assert (step["dW1"] == 0).all()
    assert (step["db1"] == 0).all()
    assert (step["dW2"] != 0).any()


def evaluate(layers, x, backend, loss="mse", parameters=None):
    """A forward pass: all signals by name."""
    x = np.atleast_2d(np.asarray(x, float))
    network = Network(x.shape[1], tuple(layers), get_loss(loss), SGD(0.1))
    evaluator = Evaluator(network, x, None, backend)
    if parameters is None:
        program = network.record(1)
        memory = Memory(program.layout)
        network.initialize(program, memory, np.random.default_rng(0))
        parameters = memory.arena(Arena.PARAMETERS)
    evaluator.run(np.asarray(parameters, float))
    return evaluator


@pytest.mark.concept("C061")
def test_the_lectures_3_5_2_network(backend):
    # V1 = W x without bias, all weights .1, x = (1, 2, 3): sigmoid in both layers.
    layers = (
        Dense(5, "sigmoid", kernel_initializer=Constant(0.1)),
        Dense(2, "sigmoid", kernel_initializer=Constant(0.1)),
    )
    got = evaluate(layers, (1, 2, 3), backend)
    assert got["a1"] == pytest.approx(np.full((1, 5), 0.64566), abs=5e-6)
    assert got["a2"] == pytest.approx(np.full((1, 2), 0.58001), abs=5e-6)


@pytest.mark.concept("C050")
@pytest.mark.parametrize(
    ("weights", "v", "a"), [((0.1, 0.2, 0.3), 1.4, 0.8021839), ((1, 1, 1), 6, 0.9975274)]
)
def test_one_neuron(weights, v, a, backend):
    got = evaluate((Dense(1, "sigmoid"),), (1, 2, 3), backend, parameters=[*weights, 0])
    assert got["z1"] == pytest.approx(v, rel=1e-15)
    assert got["a1"] == pytest.approx(a, abs=5e-8)


@pytest.mark.concept("C041")
def test_a_bias_is_the_weight_of_a_constant_1(backend, rng):
    x, w, b = rng.normal(size=(50, 2)), rng.normal(size=2), rng.normal()
    with_bias = evaluate((Dense(1),), x, backend, parameters=[*w, b])["z1"]
    as_weight = evaluate((Dense(1),), np.column_stack([x, np.ones(50)]), backend, parameters=[*w, b, 0])["z1"]
    np.testing.assert_allclose(with_bias, as_weight, rtol=1e-14, atol=1e-15)


def test_the_slides_line(backend):
    x = [(0, 0), (1, 1), (-1, 1), (4, 4), (-4, -4)]
    got = evaluate(
        (Dense(1, "sigmoid"),), x, backend, loss="binary_crossentropy", parameters=[1.23, 1, -0.55]
    )
    assert got["z1"][:, 0] == pytest.approx([-0.55, 1.68, -0.78, 8.37, -9.47], rel=1e-14)
    assert got.predictions()[:3, 0] == pytest.approx([0.365864, 0.842905, 0.314320], abs=5e-7)


@pytest.mark.concept("C071")
@pytest.mark.concept("C091")
def test_one_step_of_linear_regression(backend):
    network = Network(2, (Dense(1),), get_loss("half_squared_error"), SGD(0.1))
    step = Step(network, np.array([[1.0, 2.0]]), np.array([[5.0]]), backend)
    step.parameters[:] = [1, 1, 0]
    step.run(len(step.program.ops))
    assert step["z1"] == pytest.approx(3, rel=1e-15)
    assert step["loss"] == pytest.approx(2, rel=1e-15)
    assert step["dW1"][:, 0] == pytest.approx([-2, -4], rel=1e-15)
    assert step["db1"] == pytest.approx(-2, rel=1e-15)
    assert step.parameters == pytest.approx([1.2, 1.4, 0.2], rel=1e-12)
    step.run(step.loss_stop)
    assert step["z1"] == pytest.approx(4.2, rel=1e-12)
    assert step["loss"] == pytest.approx(0.32, rel=1e-12)


@pytest.mark.concept("C062")
def test_a_dense_layers_weights_are_inputs_by_neurons():
    network = Network(4, (Dense(7, "relu"), Dense(3)), get_loss("mse"), SGD(0.1))
    refs = network.record(5).refs
    assert (refs["W1"].shape, refs["b1"].shape) == ((4, 7), (7,))
    assert (refs["W2"].shape, refs["b2"].shape) == ((7, 3), (3,))
    assert network.parameters == 4 * 7 + 7 + 7 * 3 + 3


@pytest.mark.parametrize(
    ("inputs", "widths", "parameters"),
    [(100, (64, 10), 7114), (20, (64, 10), 1994), (2, (8, 8, 1), 105)],
)
def test_parameters_are_counted(inputs, widths, parameters):
    network = Network(inputs, tuple(Dense(width) for width in widths), get_loss("mse"), SGD(0.1))
    assert network.parameters == parameters
    assert network.record(1).layout.sizes[Arena.PARAMETERS] == parameters


@pytest.mark.concept("C126")
@pytest.mark.parametrize("value", [0.0, 0.5])
def test_equal_weights_stay_equal_for_ever(value, backend, rng):
    hidden = Dense(4, "tanh", kernel_initializer=Constant(value))
    network = Network(2, (hidden, Dense(1, kernel_initializer=Constant(value))), get_loss("mse"), Adam(0.05))
    step = Step(network, rng.normal(size=(20, 2)), rng.normal(size=(20, 1)), backend)
    network.initialize(step.program, step.memory, rng)
    for _ in range(50):
        step.run(len(step.program.ops))
    W1, W2 = step["W1"], step["W2"]
    assert (W1[:, :1] == W1).all()
    assert (W2[:1] == W2).all()
    if value == 0:
        # Worse still: with zeros nothing but the output's bias moves.
        assert (W1 == 0).all()
        assert (W2 == 0).all()
    else:
        assert not np.allclose(W1, value)
    # The way out: random weights drift apart.
    network.initialize(step.program, step.memory, rng)
    step["W1"][:] = rng.normal(size=(2, 4))
    step["W2"][:] = rng.normal(size=(4, 1))
    step.run(len(step.program.ops))
    assert np.unique(step["W1"][0]).size == 4


@pytest.mark.concept("C138")
def test_permuted_neurons_give_the_same_loss(backend, rng):
    network = Network(2, (Dense(5, "tanh"), Dense(1)), get_loss("mse"), SGD(0.1))
    step = Step(network, rng.normal(size=(20, 2)), rng.normal(size=(20, 1)), backend)
    network.initialize(step.program, step.memory, rng)
    step["b1"][:] = rng.normal(size=5)
    before, order = step.total_loss(), [3, 1, 4, 0, 2]
    for name, index in (("W1", np.s_[:, order]), ("b1", np.s_[order]), ("W2", np.s_[order, :])):
        step[name][:] = step[name][index].copy()
    assert step.total_loss() == pytest.approx(before, rel=1e-14)


def test_the_listing_makes_the_four_moves_in_order():
    program = Network(2, (Dense(3, "tanh"), Dense(1)), get_loss("mse"), Adam(0.1)).record(4)
    assert [program.ops[start].phase for start, _ in program.phases()] == list(Phase)


def test_layer_ranges_part_the_listing():
    program = Network(2, (Dense(3, "tanh"), Dense(2, "relu")), get_loss("mse"), Adam(0.1)).record(4)
    named = [(program.ops[a].layer, program.ops[a].phase, b - a) for a, b in program.groups()]
    assert named == [
        ("batch", "forward", 1), ("dense1", "forward", 2), ("dense2", "forward", 2), ("loss", "loss", 1),
        ("loss", "backward", 1), ("dense2", "backward", 4), ("dense1", "backward", 3),
        ("optimizer", "update", 4),
    ]  # fmt: skip
    stops = [b for _, b in program.groups()]
    assert [a for a, _ in program.groups()] == [0, *stops[:-1]]
    assert stops[-1] == len(program.ops)


def test_the_fused_output_is_the_same_mathematics(backend, rng):
    x, parameters = rng.normal(size=(6, 2)), rng.normal(size=9)
    fused = evaluate((Dense(3, "softmax"),), x, backend, "categorical_crossentropy", parameters)
    plain = evaluate((Dense(3, "softmax"),), x, backend, "mse", parameters)
    assert output_name(fused.network) == "z1"
    assert output_name(plain.network) == "a1"
    np.testing.assert_allclose(fused.predictions(), plain["a1"], rtol=1e-13)
    np.testing.assert_allclose(fused.predictions().sum(axis=1), 1, rtol=1e-14)


def test_the_forward_program_has_its_parameters_where_the_whole_one_has():
    network = Network(2, (Dense(3, "gaussian"), Dense(1, regularizer="l2")), get_loss("mse"), Adam(0.1))
    whole, forward = network.record(4), network.record_forward(100)
    for name in ("W1", "b1", "W2", "b2"):
        assert whole.refs[name].offset == forward.refs[name].offset


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Network(0, (Dense(1),), get_loss("mse"), SGD()), "at least 1 input, got 0"),
        (lambda: Network(2, (), get_loss("mse"), SGD()), "at least one layer"),
        (
            lambda: Network(2, (Dense(3), Dense(1, inputs=4)), get_loss("mse"), SGD()),
            "dense2 expects 4 inputs, but dense1 gives 3",
        ),
        (
            lambda: Network(2, (Dense(1, inputs=3),), get_loss("mse"), SGD()),
            "dense1 expects 3 inputs, but the network's inputs give 2",
        ),
        (
            lambda: Network(4096, (Dense(4096),), get_loss("mse"), SGD()),
            "16,781,312 parameters, at most 5,000,000",
        ),
        (
            lambda: Network(2, (Dense(1, "tanh"),), get_loss("binary_crossentropy"), SGD()),
            "needs sigmoid or identity in the output layer, got tanh",
        ),
        (
            lambda: Network(
                2,
                (
                    Dense(2, regularizer="l1", regularization_rate=0.1),
                    Dense(1, regularizer="l1", regularization_rate=0.2),
                ),
                get_loss("mse"), SGD(),
            ).record(1),
            "regularization_rate is recorded twice, as 0.1 and as 0.2",
        ),
    ],
)  # fmt: skip
def test_what_cannot_work_is_refused_with_the_reason(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ((Dense(2, skip=True), Dense(1)), "dense1 cannot have a skip connection"),
        ((Dense(3), Dense(4, skip=True), Dense(1)), "dense2 cannot add its 3 inputs to its 4 outputs"),
        ((Dense(3), Dense(3, skip=True)), "the output layer, dense2, cannot have a skip connection"),
        ((Dense(3), Dense(1, dropout=0.5)), "the output layer, dense2, cannot have dropout"),
    ],
)
def test_skip_and_dropout_only_where_they_can_be(layers, message):
    with pytest.raises(ValueError, match=message):
        Network(2, layers, get_loss("mse"), SGD())


def test_what_each_layer_hands_on():
    layers = (
        Dense(3, "tanh"),
        Dense(3, "tanh", skip=True, dropout=0.5),
        Dense(3, "tanh", dropout=0.5),
        Dense(3),
        Dense(1, "sigmoid"),
    )
    network = Network(2, layers, get_loss("binary_crossentropy"), SGD())
    assert [network.handed_on(n) for n in range(1, 6)] == ["a1", "s2", "a3", "z4", "z5"]
    assert [network.training_output(n) for n in range(1, 6)] == ["a1", "s2", "h3", "z4", "z5"]
    assert output_name(network) == "z5"
    whole, forward = network.record(2), network.record_forward(2)
    # What a layer hands on is what the next one multiplies by its weights.
    for program, name in ((whole, network.training_output), (forward, network.handed_on)):
        read = {op.layer: op.reads[0].name for op in program.ops if op.kind.name == "dense_forward"}
        assert read == {"dense1": "x", **{f"dense{n + 1}": name(n) for n in range(1, 5)}}
    for number in (0, 6):
        with pytest.raises(ValueError, match=f"layers are 1 to 5, got {number}"):
            network.handed_on(number)


def test_a_stack_puts_skips_where_the_widths_are_equal():
    stack = dense_stack((4, 4, 3, 3), ("tanh", "relu", "elu", "sine"), Dense(1), skip=True, dropout=0.2, dropout_seed=7)
    assert [layer.skip for layer in stack] == [False, True, False, True, False]
    assert [layer.activation for layer in stack] == ["tanh", "relu", "elu", "sine", "identity"]
    assert [layer.dropout for layer in stack] == [0.2, 0.2, 0.2, 0.2, 0]
    assert {layer.dropout_seed for layer in stack[:-1]} == {7}
    assert dense_stack((4, 4), "tanh", Dense(1)) == (Dense(4, "tanh"), Dense(4, "tanh"), Dense(1))
    with pytest.raises(ValueError, match="2 hidden layers need as many activations, got 1"):
        dense_stack((4, 4), ["tanh"], Dense(1))


def test_float32_networks_run_too(rng):
    network = Network(3, (Dense(9, "tanh"), Dense(2)), get_loss("mse"), Adam(0.01))
    program = network.record(5)
    x, y = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    single, double = Memory(program.layout, np.float32), Memory(program.layout)
    network.initialize(program, double, rng)
    single.flat[:] = double.flat
    order = np.arange(5)
    for _ in range(20):
        compiled_backend().run_batches(
            program, single, Data(x.astype(np.float32), y.astype(np.float32)), order, 5, 0, 1
        )
        NumpyBackend().run_batches(program, double, Data(x, y), order, 5, 0, 1)
    assert single.flat.dtype == np.float32
    np.testing.assert_allclose(single.arena(Arena.PARAMETERS), double.arena(Arena.PARAMETERS), atol=1e-4)
