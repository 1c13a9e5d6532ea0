"""Parts of a network as formulas: their graphs have the network's numbers, whatever engine computed those."""

from __future__ import annotations

import numpy as np
import pytest

from engine.expression import MADE, parse
from engine.expression.of_network import MOST_NODES, layer_graph, network_graph, neuron_graph
from engine.expression.passes import complete_pass
from engine.expression.run import ExpressionRun
from engine.expression.spec import ExpressionSpec, SpecError
from engine.gradcheck import central_gradient
from engine.metrics import Evaluator
from engine.spec import HIDDEN_ACTIVATIONS, TrainingSpec
from engine.training import TrainingRun

SMALL = TrainingSpec(data="xor", samples=30, hidden=(2,), batch_size=5, learning_rate=0.05)
# Of the largest number or of 1. Either side rounds each of its steps; the kernels fuse some and have an exponential
# of their own.
AGREE = 1e-14
LOSSES = {
    "xor": ("auto", "hinge", "exponential", "logistic", "half_squared_error", "mean_absolute_error"),
    "blobs3": ("auto",),
    "plane": ("auto", "mean_squared_error"),
}
# 0.5*z*(1 + tanh(sqrt(2/pi)*(z + 0.044715*z^3))): six numbers, and the operations × × + tanh × sqrt ÷ + × ^.
GELU = 6 + 10
# Those that use z once: where it is written out several times, a second hidden layer makes the formula too long.
ONCE = ("identity", "sigmoid", "tanh", "relu", "softplus", "sine", "gaussian")


def begun(spec, backend, batches=3, ops=5):
    """A run that stands in the middle of a batch."""
    run = TrainingRun(spec, backend=backend)
    run.step("batch", batches)
    run.step("op", ops)
    return run


def compared(part):
    """The graph's numbers beside the network's, by symbol: values, then gradients."""
    graph = part.spec.graph()
    done = complete_pass(graph, part.spec.start)
    places = {node.symbol: node.id for node in graph.nodes}
    values = done.shown_values()
    pairs = {symbol: (values[places[symbol]], number) for symbol, number in part.values.items()}
    slopes = {symbol: (done.gradients[places[symbol]], number) for symbol, number in part.gradients.items()}
    return pairs, slopes


def assert_same(part):
    for pairs in compared(part):
        for symbol, (own, networks) in pairs.items():
            assert abs(own - networks) <= AGREE * max(1.0, abs(networks)), (part.spec, symbol, own, networks)
    # Every weight and bias has its gradient, every name its value.
    assert set(part.spec.parameters) <= set(part.gradients)
    assert set(part.spec.start) <= set(part.values)


def parts(run, example):
    for number, layer in enumerate(run.network.layers, 1):
        yield layer_graph(run, number, example)
        for unit in range(layer.units):
            yield neuron_graph(run, number, unit, example)


@pytest.mark.parametrize("activation", [name for name in HIDDEN_ACTIVATIONS if name != "step"])
def test_neurons_layers_and_networks_have_the_networks_numbers(activation, backend):
    count = 0
    for seed, (data, losses) in enumerate(LOSSES.items()):
        for skip, loss in enumerate(losses):
            spec = SMALL.with_(
                data=data, loss=loss, hidden=(3, 3), activation=activation, skip=bool(skip % 2), seed=seed,
                inputs=("x1", "x2", "x1_x2"),
            )  # fmt: skip
            run = begun(spec, backend)
            for part in parts(run, 11):
                assert_same(part)
                count += 1
            hidden = (2, 2) if activation in ONCE else (2,)
            assert_same(network_graph(begun(spec.with_(hidden=hidden, inputs=("x1", "x2")), backend), 4))
    assert count > 80


def test_over_many_nets_nearly_all_numbers_are_the_same_to_the_last_bit(backend, rng):
    same, total = 0, 0
    for seed in range(40):
        hidden = tuple(int(units) for units in rng.integers(1, 6, rng.integers(1, 4)))
        spec = SMALL.with_(hidden=hidden, activation=("tanh", "relu", "sigmoid", "identity")[seed % 4], seed=seed)
        for part in parts(begun(spec, backend), int(rng.integers(0, 15))):
            assert_same(part)
            for pairs in compared(part):
                total += len(pairs)
                same += sum(own == networks for own, networks in pairs.values())
    assert total > 3000
    # NumPy's line is the formula's own order; the kernel fuses products and sums.
    assert same / total > (0.9 if backend.name == "NumPy" else 0.7)


def test_the_gradients_are_those_of_the_loss_of_the_example(backend):
    for data, hidden in (("xor", (2,)), ("blobs3", (2,)), ("plane", (2, 1))):
        run = begun(SMALL.with_(data=data, hidden=hidden), backend)
        part = network_graph(run, 3)
        rows = [array[3:4] for array in run.prepare(run.train)]
        evaluator = Evaluator(run.network, *rows, backend)

        def loss(parameters, evaluator=evaluator):
            return evaluator.score(parameters).loss

        parameters = run.parameters[: run.network.parameters].copy()
        expected = central_gradient(loss, parameters)
        found = []
        for number, layer in enumerate(run.network.layers, 1):
            width = run["x"].shape[1] if number == 1 else run.network.layers[number - 2].units
            found += [
                part.gradients[f"w{number}_{i}{j}"] for i in range(1, width + 1) for j in range(1, layer.units + 1)
            ]
            found += [part.gradients[f"b{number}_{j}"] for j in range(1, layer.units + 1)]
        assert found == pytest.approx(expected, rel=1e-7, abs=1e-9)
        root = part.spec.graph().nodes[-1].symbol
        assert part.values[root] == pytest.approx(loss(parameters), rel=1e-14)


def test_the_run_does_not_move_and_penalty_and_dropout_stay_out(backend):
    plain = begun(SMALL, backend)
    other = TrainingRun(
        SMALL.with_(dropout=0.5, regularization="l2", regularization_rate=0.3), backend=backend,
        start=plain.parameters.copy(),
    )  # fmt: skip
    other.step("op", 4)
    memory, position = other.loop.memory.flat.copy(), other.position
    assert np.array_equal(other.parameters, plain.parameters)
    for example in range(3):
        assert list(parts(other, example)) == list(parts(plain, example))
        assert network_graph(other, example) == network_graph(plain, example)
    assert np.array_equal(other.loop.memory.flat, memory)
    assert (other.position, other.newest) == (position, position)


def test_the_formulas():
    run = TrainingRun(SMALL)
    neuron = neuron_graph(run, 1, 1, 0)
    assert (neuron.spec.text, neuron.title) == ("g·tanh(w₁·x₁ + w₂·x₂ + b)", "Neuron 2 of layer 1")
    assert neuron.spec.parameters == ("w1", "w2", "b")
    assert neuron.spec.learning_rate == 0.05
    assert neuron.spec.start["w2"] == run["W1"][1, 1]
    assert neuron.spec.start["x1"] == run.loop.data.inputs[0, 0]
    assert neuron_graph(run, 2, 0, 0).spec.text == "softplus(w₁·x₁ + w₂·x₂ + b) − y·(w₁·x₁ + w₂·x₂ + b)"
    layer = layer_graph(run, 1, 0)
    assert layer.spec.text == "g₁·tanh(w₁₁·x₁ + w₂₁·x₂ + b₁) + g₂·tanh(w₁₂·x₁ + w₂₂·x₂ + b₂)"
    assert layer.spec.start["w21"] == run["W1"][1, 0]
    network = network_graph(run, 0)
    assert network.title == "The whole network"
    assert r"w_{1,11} x_1 + w_{1,21} x_2 + b_{1,1}" in network.spec.expression().tex()
    three = TrainingRun(SMALL.with_(data="blobs3", hidden=(11,)))
    wide = layer_graph(three, 2, 0).spec
    assert "w1_1·x₁ + w2_1·x₂" in wide.text
    assert wide.text.startswith("log(exp(w1_1·x₁")
    assert wide.expression().tex().count("x_{11}") == 4  # three classes, and the right one again


def test_the_output_of_a_neuron_is_one_node_however_many_read_it():
    run = TrainingRun(SMALL.with_(hidden=(2, 2), activation="relu"))
    graph = network_graph(run, 0).spec.graph()
    # Leaves: 2 inputs, 15 parameters, y. Operations: 2 + 2 + 1 a hidden neuron, 4 at the output, 3 of the loss.
    assert len(graph.nodes) == 18 + 4 * 5 + 4 + 3
    outputs = [node for node in graph.nodes if node.label == "relu"]
    assert len(outputs) == 4
    assert sorted(len(node.children) for node in outputs) == [1, 1, 2, 2]
    written = ExpressionSpec(graph.nodes[-1].text, network_graph(run, 0).spec.values)
    assert len([node for node in written.graph().nodes if node.label == "relu"]) > 4


def test_a_step_on_the_graph_is_the_networks_step_of_gradient_descent(backend):
    spec = SMALL.with_(optimizer="sgd", batch_size=1, learning_rate=0.3)
    run = TrainingRun(spec, backend=backend)
    run.step("batch", 2)
    run.step("op", 1)
    example = int(run.loop.examples()[0])
    graph = ExpressionRun(network_graph(run, example).spec)
    graph.step("epoch")
    run.step("batch")
    for number, (inputs, units) in enumerate(((2, 2), (2, 1)), 1):
        for i in range(inputs):
            for j in range(units):
                moved = graph.leaves[f"w{number}_{i + 1}{j + 1}"]
                assert moved == pytest.approx(run[f"W{number}"][i, j], rel=1e-14, abs=1e-15)
        for j in range(units):
            assert graph.leaves[f"b{number}_{j + 1}"] == pytest.approx(run[f"b{number}"][j], rel=1e-14, abs=1e-15)


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "elu", "selu"])
def test_at_a_kink_the_graph_takes_the_engines_slope(activation, backend):
    run = TrainingRun(SMALL.with_(activation=activation), backend=backend)
    run["W1"][:] = 0
    run["b1"][:] = 0
    for example in range(4):
        part = layer_graph(run, 1, example)
        assert_same(part)
        delta = [part.gradients[f"b{unit}"] for unit in (1, 2)]
        slope = {"relu": 0.0, "leaky_relu": 0.01, "elu": 1.0, "selu": 1.0507009873554805 * 1.6732632423543772}
        assert delta == pytest.approx([slope[activation] * part.values[f"g{unit}"] for unit in (1, 2)], rel=1e-14)


def test_what_no_formula_can_be_made_of_is_said():
    run = TrainingRun(SMALL.with_(hidden=(3,), activation="step"))
    for make in (lambda: neuron_graph(run, 1, 0, 0), lambda: layer_graph(run, 1, 0), lambda: network_graph(run, 0)):
        with pytest.raises(SpecError, match=r"layer 1 has the activation Step .* no formula: choose one of identity"):
            make()
    assert_same(neuron_graph(run, 2, 0, 0))
    with pytest.raises(SpecError, match="the network has the layers 1 to 2, got 3"):
        layer_graph(run, 3, 0)
    with pytest.raises(SpecError, match="the network has the layers 1 to 2, got 0"):
        neuron_graph(run, 0, 0, 0)
    with pytest.raises(SpecError, match="layer 1 has the neurons 0 to 2, got 3"):
        neuron_graph(run, 1, 3, 0)
    with pytest.raises(SpecError, match="the training set has the examples 0 to 14, got 15"):
        layer_graph(run, 1, 15)
    run["W2"][0, 0] = np.nan
    with pytest.raises(SpecError, match=r"The value of w1 is a number from -1,000,000"):
        neuron_graph(run, 2, 0, 0)


def test_what_is_too_large_to_draw_is_refused_and_its_neurons_are_not():
    run = TrainingRun(SMALL.with_(hidden=(16, 16), activation="gelu", inputs=("x1", "x2", "x1_x2")))
    # 16 inputs, a weight, a product and a sum for each pair, a bias and the 13 nodes of gelu less z, g and its product
    # for each neuron, and the sum of those.
    count = 16 + 16 * (16 * 3 + 1 + GELU + 2) + 15
    reason = f"^this layer makes a graph of {count} nodes, at most 250 can be drawn: open one neuron instead$"
    with pytest.raises(SpecError, match=reason):
        layer_graph(run, 2, 0)
    with pytest.raises(SpecError, match=r"^this network makes a graph of \d{4} nodes, .*: open one layer"):
        network_graph(run, 0)
    deep = TrainingRun(SMALL.with_(hidden=(2, 2, 2, 2, 2)))
    reason = r"^written out, the formula of this network has more than 600 .*: open one layer"
    with pytest.raises(SpecError, match=reason):
        network_graph(deep, 0)
    for unit in range(16):
        part = neuron_graph(run, 2, unit, 0)
        assert_same(part)
        assert len(part.spec.graph().nodes) <= MOST_NODES
        assert len(parse(part.spec.text, limits=MADE).text) <= 4000
