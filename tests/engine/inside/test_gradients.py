"""Measures of a whole network: gradients, norms, dead and saturated units; and the run's past."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.experiment import Position
from engine.inside import Inside, Quantity, Tracks, sample_past
from engine.layers import Dense
from engine.losses import get_loss
from engine.metrics import Evaluator
from engine.network import Network
from engine.optimizers import SGD
from engine.spec import TrainingSpec
from engine.training import TrainingRun


def make_run(backend, epochs=3, **settings):
    run = TrainingRun(TrainingSpec(**{"samples": 90, "data": "moons", "hidden": (5, 4), **settings}), backend=backend)
    run.step("epoch", epochs)
    return run


def inside(run):
    return Inside(run.network, *run.prepare(run.train), run.backend)


def network(layers, loss="mse"):
    return Network(2, tuple(layers), get_loss(loss), SGD(0.1))


@pytest.mark.peer
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "identity"])
def test_gradients_are_pytorchs(activation, torch, backend):
    run = make_run(backend, activation=activation, regularization="l2", regularization_rate=0.5, dropout=0.4)
    view = inside(run)
    measures = view.measure(run.parameters)
    functions = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": torch.relu, "identity": lambda z: z}
    x, y = (torch.tensor(part) for part in run.prepare(run.train))
    W = [torch.tensor(run[f"W{n}"].copy(), requires_grad=True) for n in (1, 2, 3)]
    b = [torch.tensor(run[f"b{n}"].copy(), requires_grad=True) for n in (1, 2, 3)]
    handed_on, logits = [], []
    for n in range(3):
        z = x @ W[n] + b[n]
        z.retain_grad()
        logits.append(z)
        x = z if n == 2 else functions[activation](z)
        handed_on.append(x)
    # Neither the penalty nor dropout is part of it.
    loss = torch.nn.functional.binary_cross_entropy_with_logits(x, y)
    loss.backward()
    assert measures.loss == pytest.approx(float(loss.detach()), rel=1e-12)
    for n, layer in enumerate(measures.layers):
        dW, values = W[n].grad.numpy(), handed_on[n].detach().numpy()
        np.testing.assert_allclose(view[f"dW{n + 1}"], dW, rtol=1e-11, atol=1e-15)
        assert layer.gradient_norm == pytest.approx(np.linalg.norm(dW), rel=1e-11)
        assert layer.weight_norm == pytest.approx(np.linalg.norm(W[n].detach().numpy()), rel=1e-13)
        assert layer.delta == pytest.approx(float(logits[n].grad.abs().mean()), rel=1e-11)
        for quantity, expected in (
            (Quantity.ACTIVATIONS, values), (Quantity.WEIGHTS, W[n].detach().numpy()), (Quantity.GRADIENTS, dW),
        ):  # fmt: skip
            counted = layer.histograms[quantity]
            np.testing.assert_array_equal(counted.counts, np.histogram(expected, counted.edges)[0], str(quantity))


@pytest.mark.parametrize("skip", [False, True])
def test_gradients_are_central_differences(skip, backend):
    run = make_run(backend, hidden=(4, 4, 4), skip=skip, regularization="l1", regularization_rate=1.0)
    view = inside(run)
    view.measure(run.parameters)
    evaluator = Evaluator(run.network, *run.prepare(run.train), backend)
    for name in ("W1", "W2", "W4"):
        ref = run.program.refs[name]
        for k in range(ref.size):
            losses = []
            for step in (1e-5, -1e-5):
                moved = run.parameters.copy()
                moved[ref.offset + k] += step
                losses.append(evaluator.score(moved).loss)
            slope = (losses[0] - losses[1]) / 2e-5
            assert view[f"d{name}"].reshape(-1)[k] == pytest.approx(slope, rel=1e-6, abs=1e-9)


def test_what_a_layer_hands_on_includes_its_skip_connection(backend):
    run = make_run(backend, hidden=(4, 4), skip=True)
    view = inside(run)
    layer = view.measure(run.parameters).layers[1]
    x = run.prepare(run.train)[0]
    a1 = np.tanh(x @ run["W1"] + run["b1"])
    counted = layer.histograms[Quantity.ACTIVATIONS]
    s2 = np.tanh(a1 @ run["W2"] + run["b2"]) + a1
    np.testing.assert_array_equal(counted.counts, np.histogram(s2, counted.edges)[0])


def test_measuring_changes_nothing(backend):
    run = make_run(backend)
    before, view = run.loop.memory.flat.copy(), inside(run)
    parameters = run.parameters.copy()
    first, second = view.measure(parameters), view.measure(parameters)
    np.testing.assert_array_equal(run.loop.memory.flat, before)
    np.testing.assert_array_equal(parameters, run.parameters)
    assert [layer.gradient_norm for layer in first.layers] == [layer.gradient_norm for layer in second.layers]


def test_dead_units(backend):
    net = network([Dense(4, "relu"), Dense(1)])
    x = np.array([[1.0, 0], [0, 1], [2, 3]])
    # Units 1 and 3 are below zero for all three examples; unit 2 is above it for one.
    W1 = np.array([[1.0, -1, 1, -1], [1, -1, -1, -2]])
    parameters = np.concatenate([W1.ravel(), [0, 0, 0, 0.5], [1, 1, 1, 1, 0]])
    layer, output = Inside(net, x, np.zeros((3, 1)), backend).measure(parameters).layers
    assert (layer.dead, layer.saturated) == (0.5, None)
    assert (output.dead, output.saturated) == (None, None)


@pytest.mark.parametrize(
    ("activation", "z", "share"),
    [("tanh", [2.0, 2.2, -2.2, 0], 0.5), ("sigmoid", [3.4, 3.6, -3.4, -3.6], 0.5), ("tanh", [0, 1, 1, 0], 0.0)],
)
def test_saturated_outputs(activation, z, share, backend):
    # tanh 2.0 = 0.964, tanh 2.2 = 0.976; sigmoid 3.4 = 0.968, sigmoid 3.6 = 0.973.
    net = network([Dense(1, activation), Dense(1)])
    x = np.array([[value, 0.0] for value in z])
    layer = Inside(net, x, np.zeros((4, 1)), backend).measure(np.array([1.0, 0, 0, 1, 0])).layers[0]
    assert (layer.saturated, layer.dead) == (share, None)


def test_units_that_are_alike(backend, rng):
    net, x = network([Dense(3, "tanh"), Dense(1)]), rng.normal(size=(9, 2))
    view = Inside(net, x, x[:, :1].copy(), backend)
    parameters = np.concatenate([[1.0, 1, 1, -2, -2, -2], [5, 5, 5], [1, 2, 3], [0]])
    layer, output = view.measure(parameters).layers
    assert layer.alike
    assert not output.alike  # one unit is no likeness
    for changed in (1, 8):
        other = parameters.copy()
        other[changed] += 1e-9
        assert not view.measure(other).layers[0].alike


def test_large_sets_are_cut(backend, rng):
    net = network([Dense(3, "tanh"), Dense(1)])
    x, y = rng.normal(size=(1500, 2)), rng.normal(size=(1500, 1))
    parameters = rng.normal(size=net.parameters)
    measures = Inside(net, x, y, backend).measure(parameters)
    assert (measures.rows, measures.examples) == (1000, 1500)
    assert measures.layers[0].histograms[Quantity.ACTIVATIONS].counts.sum() == 3000
    assert measures.loss == pytest.approx(Evaluator(net, x[:1000], y[:1000], backend).score(parameters).loss)


def test_no_example(backend):
    with pytest.raises(ValueError, match="no example"):
        Inside(network([Dense(1)]), np.zeros((0, 2)), np.zeros((0, 1)), backend)


def test_numbers_that_are_not_finite_are_measured_too(backend):
    run = make_run(backend)
    parameters = run.parameters.copy()
    parameters[0] = np.inf
    layer = inside(run).measure(parameters).layers[0]
    assert layer.histograms[Quantity.WEIGHTS].not_finite == 1
    assert layer.weight_norm == np.inf


def test_tracks_hold_every_layer(backend):
    run = make_run(backend)
    view, tracks = inside(run), Tracks(["dense1", "dense2", "dense3"])
    for epoch in (0, 1, 2):
        tracks.add(epoch, view.measure(run.parameters + epoch))
    rows = tracks["dense2", Quantity.WEIGHTS].rows()
    for epoch, counts in zip((0, 1, 2), rows.counts, strict=True):
        np.testing.assert_array_equal(counts, np.histogram(run["W2"] + epoch, rows.edges)[0])
    tracks.cut(1)
    assert len(tracks["dense3", Quantity.GRADIENTS]) == 1


def test_the_past_is_what_the_run_was(backend):
    run = make_run(backend, 0, batch_size=10)  # 45 training points: 5 batches an epoch
    run.step("epoch", 200)
    past = sample_past(run, most=7)
    assert len(past) == 7
    assert past[0][0] == 0
    assert past[-1][0] == 200
    assert np.diff([epoch for epoch, _ in past]).max() <= 60
    fresh = make_run(backend, 0, batch_size=10)
    for epoch, parameters in past:
        fresh.seek(fresh.loop.at(round(epoch * 5)))
        np.testing.assert_array_equal(fresh.parameters, parameters)


def test_the_past_is_that_of_this_line_up_to_now(backend):
    run = make_run(backend, 0, batch_size=10)
    run.step("epoch", 100)
    run.seek(Position(30, 2))
    old = run.branches[0]
    run.change(learning_rate=0.001)
    run.step("epoch", 70)
    branch = sample_past(run)
    assert 80 < branch[-1][0] <= 100
    run.seek(Position(45))
    assert sample_past(run)[-1][0] <= 45
    for epoch, parameters in branch:
        run.seek(run.loop.at(round(epoch * 5)))
        np.testing.assert_array_equal(run.parameters, parameters)
    run.stand_on(old)
    past = sample_past(run)
    assert past[-1][0] == 100
    np.testing.assert_array_equal(past[-1][1], run.parameters)
    common = [epoch for epoch, _ in branch if epoch <= 30.4]
    assert [epoch for epoch, _ in past][: len(common)] == common


def test_the_past_is_a_copy(backend):
    run = make_run(backend, 5)
    sample_past(run)[0][1][:] = 7
    run.seek(Position())
    assert not (run.parameters == 7).any()
    with pytest.raises(ValueError, match="at least 2, got 1"):
        sample_past(run, most=1)


def test_dropout_in_the_network_does_not_matter(backend):
    run = make_run(backend, dropout=0.5)
    dry = replace(run.network, layers=tuple(replace(layer, dropout=0.0) for layer in run.network.layers))
    data = run.prepare(run.train)
    a, b = (Inside(net, *data, backend).measure(run.parameters) for net in (run.network, dry))
    assert [layer.gradient_norm for layer in a.layers] == [layer.gradient_norm for layer in b.layers]
