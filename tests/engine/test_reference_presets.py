"""The presets of TensorFlow Playground, computed a second time by formulas written out by hand.

Its page opens with a 2-4-2-1 tanh network, plain gradient descent with learning rate 0.03 in batches of 10, no
penalty, no noise, and half of 500 points for training; its loss is ½ (ŷ − y)². The output is a tanh for classes of
−1 and +1, and linear for regression; like ours, its loop takes the mean gradient of a batch. From the run come only
what is random there: the first weights, the points, and the order of an epoch's points.
"""

from __future__ import annotations

import numpy as np
import pytest

from engine.backend import NumpyBackend
from engine.datasets import feature_matrix
from engine.metrics import Evaluator
from engine.spec import TrainingSpec
from engine.training import TrainingRun

CLASSES = ("circle", "xor", "gauss", "spiral")
REAL = ("plane", "multi-gauss")
EPOCHS, RATE, BATCH = 100, 0.03, 10
NAMES = ("W1", "b1", "W2", "b2", "W3", "b3")
# The boundary: the output on a grid over the plane.
GRID = np.stack(np.meshgrid(*[np.linspace(-6, 6, 50)] * 2), axis=-1).reshape(-1, 2)


class ByHand:
    """The same network with every derivative written out, in the weights W1 … b3."""

    def __init__(self, weights, squashed):
        self.W1, self.b1, self.W2, self.b2, self.W3, self.b3 = (w.copy() for w in weights)
        self.squashed = squashed

    def forward(self, x):
        """Activations of the three layers, one row a point."""
        a1 = np.tanh(np.einsum("ni,ij->nj", x, self.W1) + self.b1)
        a2 = np.tanh(np.einsum("ni,ij->nj", a1, self.W2) + self.b2)
        z3 = np.einsum("ni,ij->nj", a2, self.W3) + self.b3
        return a1, a2, np.tanh(z3) if self.squashed else z3

    def output(self, x):
        return self.forward(x)[2][:, 0]

    def loss(self, x, y):
        return np.mean((self.output(x) - y) ** 2) / 2

    def step(self, x, y, rate):
        """One update by the mean gradient of ½ (ŷ − y)² over the batch."""
        a1, a2, a3 = self.forward(x)
        # ∂L/∂z3 = (ŷ − y) · tanh′(z3) with tanh′ = 1 − tanh², and on through the weights, point by point.
        d3 = (a3 - y[:, None]) * ((1 - a3**2) if self.squashed else 1)
        d2 = (d3[:, :1] * self.W3[:, 0]) * (1 - a2**2)
        d1 = np.einsum("nj,ij->ni", d2, self.W2) * (1 - a1**2)
        steps = [(np.einsum("ni,nj->nij", a, d).mean(axis=0), d.mean(axis=0)) for a, d in ((x, d1), (a1, d2), (a2, d3))]
        for number, (dW, db) in enumerate(steps, 1):
            setattr(self, f"W{number}", getattr(self, f"W{number}") - rate * dW)
            setattr(self, f"b{number}", getattr(self, f"b{number}") - rate * db)


def preset(data):
    return TrainingSpec(
        data=data, samples=500, train_share=0.5, noise=0.0, hidden=(4, 2), activation="tanh", optimizer="sgd",
        learning_rate=RATE, batch_size=BATCH, loss="half_squared_error", regularization="none",
    )  # fmt: skip


def points_of(dataset, signed):
    """Points [N, 2] and targets [N]: −1 and +1 for classes."""
    return dataset.inputs, 2.0 * dataset.targets - 1.0 if signed else dataset.targets


def order_of(epoch, count, seed):
    order = np.arange(count)
    NumpyBackend().shuffle(order, seed, epoch)
    return order


def by_hand(run, epochs):
    """Train by hand from where the run begins."""
    signed = run.spec.data in CLASSES
    network = ByHand([run[name] for name in NAMES], squashed=signed)
    x, y = points_of(run.train, signed)
    for epoch in range(epochs):
        order = order_of(epoch, len(x), run.spec.seed)
        for first in range(0, len(x), BATCH):
            chosen = order[first : first + BATCH]
            network.step(x[chosen], y[chosen], RATE)
    return network


def boundary(run):
    evaluator = Evaluator(run.network, feature_matrix(GRID, run.spec.features), None, run.backend)
    evaluator.run(run.parameters)
    return evaluator.predictions()[:, 0]


@pytest.mark.parametrize("data", CLASSES + REAL)
def test_a_preset_trains_as_by_hand(data, backend):
    run = TrainingRun(preset(data), backend=backend)
    signed = data in CLASSES
    assert [run[name].shape for name in NAMES] == [(2, 4), (4,), (4, 2), (2,), (2, 1), (1,)]
    assert run.network.layers[-1].activation == ("tanh" if signed else "identity")
    assert len(run.train) == len(run.test) == 250
    start = run.parameters.copy()
    network = by_hand(run, EPOCHS)
    before = run.scores()
    run.step("epoch", EPOCHS)
    assert (run.position.epoch, run.loop.updates) == (EPOCHS, 25 * EPOCHS)
    for score, dataset in zip(run.scores(), (run.train, run.test), strict=True):
        assert score.loss == pytest.approx(network.loss(*points_of(dataset, signed)), rel=0, abs=1e-9)
    np.testing.assert_allclose(boundary(run), network.output(GRID), rtol=0, atol=1e-9)
    for name in NAMES:
        np.testing.assert_allclose(run[name], getattr(network, name), rtol=0, atol=1e-9, err_msg=name)
    # A hundred epochs that change something: agreeing on the start would be no proof.
    assert np.abs(run.parameters - start).max() > 0.1
    assert run.scores()[0].loss < before[0].loss
    assert np.ptp(boundary(run)) > 0.1


@pytest.mark.parametrize("data", ["circle", "plane"])
def test_the_derivatives_by_hand_are_right(data):
    """The judge is judged: its steps against central differences of its own loss."""
    run = TrainingRun(preset(data), backend=NumpyBackend())
    signed = data in CLASSES
    x, y = points_of(run.train, signed)
    x, y = x[:BATCH], y[:BATCH]
    weights = [run[name].copy() for name in NAMES]
    after = ByHand(weights, signed)
    after.step(x, y, 1.0)
    for k, name in enumerate(NAMES):
        for place in np.ndindex(weights[k].shape):
            losses = []
            for shift in (1e-6, -1e-6):
                moved = [w.copy() for w in weights]
                moved[k][place] += shift
                losses.append(ByHand(moved, signed).loss(x, y))
            slope = (losses[0] - losses[1]) / 2e-6
            assert weights[k][place] - getattr(after, name)[place] == pytest.approx(slope, rel=1e-6, abs=1e-8)


def test_the_order_is_the_loops(backend):
    run = TrainingRun(preset("circle"), backend=backend)
    for epoch in range(3):
        order = order_of(epoch, 250, run.spec.seed)
        for batch in range(25):
            run.step("batch")
            assert (run.loop.examples() == order[batch * BATCH : (batch + 1) * BATCH]).all()
        assert run.position.epoch == epoch + 1
