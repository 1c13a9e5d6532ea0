"""Every case of the clinic goes wrong as it says, and its remedy helps."""

from __future__ import annotations

import numpy as np
import pytest

from engine.backend import compiled_backend
from engine.datasets.dataset import Task
from engine.inside import Cause, Inside, diagnose, health
from engine.spec import SETTINGS
from engine.training import TrainingRun
from lessons.clinic import CASES, VIEWS

EPOCHS = 300
CURED_EPOCHS = 100
LN2 = np.log(2)


def begun(key, backend, cured=False, record=False):
    case = CASES[key]
    return TrainingRun(case.spec.with_(**case.cure) if cured else case.spec, backend=backend, record=record)


def trained(key, backend, cured=False):
    run = begun(key, backend, cured)
    run.step("epoch", CURED_EPOCHS if cured else EPOCHS)
    return run


def hidden_outputs(run):
    """What the hidden layers give on the training set, layer by layer: computed here, from the weights alone."""
    functions = {
        "relu": lambda z: np.maximum(z, 0),
        "tanh": np.tanh,
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "identity": lambda z: z,
        "step": lambda z: 1.0 * (z > 0),
    }
    a, outputs = run.prepare(run.train)[0], []
    for number, activation in enumerate(run.spec.resolved_activations, 1):
        a = functions[activation](a @ run[f"W{number}"] + run[f"b{number}"])
        outputs.append(a)
    return outputs


def gradient_norms(run):
    """The length of dW in each layer over the whole training set, by the chain rule written out here."""
    x, y = run.prepare(run.train)
    slopes = {"tanh": lambda a: 1 - a**2, "sigmoid": lambda a: a * (1 - a), "identity": np.ones_like}
    inputs = [x, *hidden_outputs(run)]
    last = len(inputs)
    z = inputs[-1] @ run[f"W{last}"] + run[f"b{last}"]
    classes = run.network.loss.name == "binary_crossentropy"
    assert classes or run.network.loss.name == "half_squared_error"
    delta = ((1 / (1 + np.exp(-z)) if classes else z) - y) / len(y)
    norms = []
    for number in range(last, 0, -1):
        norms.append(np.linalg.norm(inputs[number - 1].T @ delta))
        if number > 1:
            slope = slopes[run.spec.resolved_activations[number - 2]]
            delta = delta @ run[f"W{number}"].T * slope(inputs[number - 1])
    return norms[::-1]


def warnings_of(run):
    measures = Inside(run.network, *run.prepare(run.train), run.backend).measure(run.parameters)
    return health(measures, run.spec, run.scores())


class TestTexts:
    @pytest.mark.parametrize("case", CASES.values(), ids=CASES)
    def test_a_case_is_complete(self, case):
        assert CASES[case.key] is case
        assert case.key == case.key.lower()
        assert case.view in VIEWS
        assert 2 <= len(case.look) <= 3
        for text in (case.symptom, *case.look, case.cause, case.remedy):
            assert text.endswith(".")
            assert "!" not in text
            assert "  " not in text
            assert len(text) < 280
        assert case.title[0].isupper()
        assert not case.title.endswith(".")

    @pytest.mark.parametrize("case", CASES.values(), ids=CASES)
    def test_a_remedy_is_a_setting_and_changes_something(self, case):
        cured = case.spec.with_(**case.cure)
        changed = [name for name in SETTINGS if getattr(cured, name) != getattr(case.spec, name)]
        assert changed == list(case.cure)
        assert all(SETTINGS[name].metadata["title"].lower() in case.remedy.lower() for name in changed)

    def test_titles_differ(self):
        assert len({case.title for case in CASES.values()}) == len(CASES) == 10


@pytest.mark.parametrize("key", CASES)
def test_the_remedy_makes_it_learn(key, backend):
    run = trained(key, backend, cured=True)
    train, test = run.scores()
    assert np.isfinite([train.loss, test.loss]).all()
    # Accuracy, or R² on the plane.
    assert train.accuracy >= 0.95
    assert test.accuracy >= 0.9


@pytest.mark.parametrize("key", [key for key, case in CASES.items() if case.spec.kind.task is Task.CLASSIFICATION])
def test_without_it_does_not(key):
    _, test = trained(key, compiled_backend()).scores()
    assert test.accuracy <= 0.75


@pytest.mark.concept("C126")
def test_weights_of_zero_stay_zero(backend):
    run = trained("zero-start", backend)
    for name in ("W1", "b1", "W2"):
        assert (run[name] == 0).all()
    assert run["b2"] != 0
    for score in run.scores():
        assert score.loss == pytest.approx(LN2, abs=1e-3)
        assert score.accuracy == 0.5
    assert gradient_norms(run) == [0, 0]


@pytest.mark.concept("C126")
def test_weights_that_start_alike_stay_alike(backend, rng):
    run = begun("same-start", backend)
    start = run["W1"].copy()
    assert run["W1"].shape == (2, 4)
    for epochs in (1, 9, 290):
        run.step("epoch", epochs)
        assert (run["W1"] == run["W1"][:, :1]).all()
        assert (run["b1"] == run["b1"][0]).all()
        assert (run["W2"] == run["W2"][0]).all()
    # It does learn, and yet draws a straight line only: the answer rises or falls all along one direction.
    assert np.abs(run["W1"] - start).max() > 0.1
    points = rng.uniform(-6, 6, (500, 2))
    along = points @ run["W1"][:, 0]
    z = np.tanh(points @ run["W1"] + run["b1"]) @ run["W2"]
    steps = np.diff(z[np.argsort(along), 0])
    assert (steps >= -1e-12).all() or (steps <= 1e-12).all()
    assert run.scores()[0].accuracy <= 0.7
    assert any("all 4 units have the same weights and biases" in sign for sign in warnings_of(run))
    assert len(np.unique(trained("same-start", backend, cured=True)["W1"][0])) == 4


@pytest.mark.concept("C056")
def test_relus_die(backend):
    run = begun("dead-relus", backend)

    def dead():
        return [float((outputs == 0).all(axis=0).mean()) for outputs in hidden_outputs(run)]

    assert sum(dead()) / 2 < 0.1
    run.step("epoch", 20)
    assert dead()[0] >= 0.5
    assert dead()[1] == 1
    weights = {name: run[name].copy() for name in ("W1", "b1", "W2", "b2", "W3")}
    run.step("epoch", 280)
    # They never come back: no gradient reaches them. Their pictures are blank, not on the training points alone.
    plane = np.stack(np.meshgrid(*[np.linspace(-6, 6, 60)] * 2), axis=-1).reshape(-1, 2)
    a1 = np.maximum(plane @ run["W1"] + run["b1"], 0)
    assert (a1 @ run["W2"] + run["b2"] <= 0).all()
    for name, before in weights.items():
        assert (run[name] == before).all()
    assert any("8 of 8 ReLU units give 0 for every example" in sign for sign in warnings_of(run))
    assert [score.accuracy for score in run.scores()] == [0.5, 0.5]
    cured = hidden_outputs(trained("dead-relus", backend, cured=True))
    assert all((outputs == 0).all(axis=0).mean() <= 0.25 for outputs in cured)


def test_a_large_learning_rate_makes_the_loss_infinite(backend):
    run = begun("learning-rate", backend)
    losses = []
    while np.isfinite(run.scores()[0].loss):
        losses.append(run.scores()[0].loss)
        run.step("epoch")
    assert 20 < len(losses) <= 50
    assert (np.diff(losses) > 0).all()
    digits = np.diff(np.log10(losses[2:]))
    assert digits.mean() == pytest.approx(8, abs=0.5)
    # The numbers in the texts: the curvature of the half squared error is the mean of the squared inputs.
    x = run.prepare(run.train)[0]
    curvatures = np.linalg.eigvalsh(x.T @ x / len(x))
    assert curvatures == pytest.approx([12, 12], abs=0.5)
    assert 1 - CASES["learning-rate"].spec.learning_rate * 12 == pytest.approx(-2.6)
    run.step("epoch", 20)
    assert diagnose(run).cause is Cause.WEIGHTS


@pytest.mark.parametrize(("rate", "bounded"), [(0.15, True), (0.19, False)])
def test_how_large_it_may_be(rate, bounded, backend):
    # All points in one batch, where the theory holds to the letter.
    spec = CASES["learning-rate"].spec.with_(learning_rate=rate, batch_size=250)
    run = TrainingRun(spec, backend=backend)
    before = run.scores()[0].loss
    run.step("epoch", EPOCHS)
    assert (run.scores()[0].loss < before) is bounded


def test_the_gradient_vanishes(backend):
    run = begun("vanishing-gradient", backend)
    first = run["W1"].copy()
    for epochs in (0, 20, 30, 250):
        run.step("epoch", epochs)
        norms = gradient_norms(run)
        assert len(norms) == 9
        assert norms[-1] / norms[0] >= 1000
        measured = Inside(run.network, *run.prepare(run.train), run.backend).measure(run.parameters)
        np.testing.assert_allclose([layer.gradient_norm for layer in measured.layers], norms, rtol=1e-6)
    assert run.position.epoch == EPOCHS
    assert np.abs(run["W1"] - first).max() < 1e-3
    for score in run.scores():
        assert score.loss == pytest.approx(LN2, abs=1e-3)
    cured = gradient_norms(begun("vanishing-gradient", backend, cured=True))
    assert cured[-1] / cured[0] < 10


def test_the_start_explodes(backend):
    run = begun("exploding-start", backend)
    norms = gradient_norms(run)
    assert len(norms) == 9
    assert min(norms) > 1000
    assert run.scores()[0].loss > 1000
    squares = [float((outputs**2).mean()) for outputs in hidden_outputs(run)]
    assert squares[-1] > 50 * squares[0]
    healthy = begun("exploding-start", backend, cured=True)
    squares = [float((outputs**2).mean()) for outputs in hidden_outputs(healthy)]
    assert 1 / 5 < squares[-1] / squares[0] < 5
    assert np.abs(run.train.targets).max() <= 1.2
    run.step("epoch")
    assert not np.isfinite(run.scores()[0].loss)
    assert diagnose(run).position.epoch == 0


@pytest.mark.concept("C147")
def test_a_large_network_overfits_few_points(backend):
    run = begun("overfitting", backend, record=True)
    assert len(run.train) == 20
    assert run.network.parameters == 337
    run.step("epoch", EPOCHS)
    train, test = run.scores()
    assert train.loss < 0.01
    assert train.accuracy == 1
    assert test.accuracy == pytest.approx(0.7, abs=0.05)
    assert train.accuracy - test.accuracy >= 0.25
    epochs, test_losses = run.curve()[:, 0], run.curve()[:, 3]
    lowest = int(test_losses.argmin())
    assert 15 <= epochs[lowest] <= 45
    assert test_losses[lowest] < test_losses[0] - 0.1
    assert test_losses[-1] > 2 * test_losses[lowest]
    # With points enough both sets are answered alike.
    cured = trained("overfitting", backend, cured=True)
    assert len(cured.train) == 500
    train, test = cured.scores()
    assert train.accuracy - test.accuracy < 0.05


@pytest.mark.concept("C146")
def test_a_single_neuron_underfits(backend):
    run = begun("underfitting", backend, record=True)
    run.step("epoch", EPOCHS)
    curve = run.curve()
    # Both curves stay high, and close together.
    assert (curve[:, [1, 3]] > 0.65).all()
    assert curve[10:, [1, 3]] == pytest.approx(LN2, abs=0.06)
    assert np.abs(curve[10:, 1] - curve[10:, 3]).max() < 0.05
    assert (curve[10:, [2, 4]] <= 0.7).all()
    # Half of the points belong to either class: who guesses is right as often.
    assert (curve[10:, [2, 4]].mean(axis=0) < 0.5).all()
    # No straight line does much better: the best of many, tried one by one.
    inputs, labels = run.train.inputs, run.train.targets
    best = 0.0
    for angle in np.linspace(0, np.pi, 90, endpoint=False):
        along = inputs @ [np.cos(angle), np.sin(angle)]
        right = ((along[:, None] > along) == labels[:, None]).mean(axis=0)
        best = max(best, right.max(), 1 - right.min())
    assert best < 0.8


def test_a_step_passes_no_gradient(backend):
    run = begun("step-activation", backend)
    start = {name: run[name].copy() for name in ("W1", "b1", "W2")}
    before = run.scores()[0].loss
    run.step("epoch", EPOCHS)
    assert (run["W1"] == start["W1"]).all()
    assert (run["b1"] == start["b1"]).all()
    assert not (run["W2"] == start["W2"]).any()
    assert LN2 - 0.05 < run.scores()[0].loss < before
    assert run.scores()[0].accuracy <= 0.7


def test_a_strong_penalty_takes_the_weights_away(backend):
    run = begun("strong-penalty", backend)
    assert min(np.abs(run[name]).max() for name in ("W1", "W2")) > 0.5
    for epochs in (10, 290):
        run.step("epoch", epochs)
        assert max(np.abs(run[name]).max() for name in ("W1", "W2")) < 0.01
        for score in run.scores():
            assert score.loss == pytest.approx(LN2, abs=2e-3)
    spec = run.spec
    assert (spec.learning_rate, spec.regularization_rate) == (0.1, 1.0)
    cured = trained("strong-penalty", backend, cured=True)
    assert min(np.abs(cured[name]).max() for name in ("W1", "W2")) > 0.5
