"""Warning signs in networks that really have them."""

from __future__ import annotations

import numpy as np
import pytest

from engine.inside import Inside, health
from engine.metrics import Score
from engine.spec import TrainingSpec
from engine.training import TrainingRun


def signs(backend, change=None, scores=None, epochs=0, **settings):
    spec = TrainingSpec(**{"data": "circle", "samples": 100, "hidden": (8, 8), **settings})
    run = TrainingRun(spec, backend=backend)
    run.step("epoch", epochs)
    if change:
        change(run)
    view = Inside(run.network, *run.prepare(run.train), backend)
    return health(view.measure(run.parameters), run.spec, scores)


def test_a_healthy_network_has_none(backend):
    assert signs(backend, epochs=20, scores=(Score(0.1, 0.98), Score(0.12, 0.95))) == []


def test_dead_units(backend):
    def kill(run):
        run["b2"][:6] = -100

    found = signs(backend, kill, activation="relu")
    assert len(found) == 1
    assert found[0].startswith("dense2: 6 of 8 ReLU units give 0 for every example.")

    def kill_one(run):
        run["W2"][:], run["b2"][:] = 0.5, 1.0
        run["b2"][0] = -1000

    assert not any("dead" in sign for sign in signs(backend, kill_one, activation="relu"))


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_saturated_units(backend, activation):
    def enlarge(run):
        run["W1"][:] *= 1000

    found = signs(backend, enlarge, activation=activation)
    assert found[0].startswith("dense1: ")
    assert f"lie where {activation} is nearly flat" in found[0]


@pytest.mark.parametrize("initializer", ["zeros", "constant"])
def test_units_that_are_alike(backend, initializer):
    # They stay alike however long they train: all get the same gradient.
    for epochs in (0, 10):
        found = signs(backend, epochs=epochs, initializer=initializer)
        assert [sign.split(":")[0] for sign in found if "same weights and biases" in sign] == ["dense1", "dense2"]


def test_three_outputs_may_begin_alike(backend):
    found = signs(backend, data="blobs3", hidden=(4,), initializer="zeros")
    assert [sign.split(":")[0] for sign in found if "same weights" in sign] == ["dense1"]


def test_vanishing_gradients(backend):
    # Eight layers of slopes of at most a quarter.
    found = signs(backend, activation="sigmoid", hidden=(8,) * 8)
    assert len(found) == 1
    assert found[0].startswith("The gradient vanishes: its length is ")
    assert "at most ¼" in found[0]
    assert not any("vanishes" in sign for sign in signs(backend, activation="sigmoid", hidden=(8,)))


def test_exploding_gradients(backend):
    def enlarge(run):
        for n in range(1, 10):
            run[f"W{n}"][:] *= 6

    found = signs(backend, enlarge, activation="relu", hidden=(8,) * 8, learning_rate=0.5)
    assert any("It explodes" in sign and "0.05" in sign for sign in found)


def test_gradients_that_are_not_finite(backend):
    def break_it(run):
        run["W2"][0, 0] = np.nan

    found = signs(backend, break_it)
    assert any("the gradient is not finite" in sign for sign in found)


def test_gradients_that_grow_on_their_way_back(backend):
    def enlarge(run):
        # The last layer gets tiny inputs, and hands large gradients back.
        run["W1"][:] *= 1e-3
        run["W2"][:] *= 1e-3
        run["W3"][:] *= 1e3

    found = signs(backend, enlarge, activation="identity")
    assert len(found) == 1
    assert found[0].startswith("The gradient grows on its way back")


def test_a_gap_between_training_and_test(backend):
    found = signs(backend, scores=(Score(0.01, 1.0), Score(0.9, 0.7)))
    assert found == [
        "The network does much better on the training set (1.00) than on the test set (0.70): it overfits. "
        "Try more points, fewer units, or regularization."
    ]
    assert signs(backend, scores=(Score(0.01, float("nan")), Score(0.9, 0.7))) == []
