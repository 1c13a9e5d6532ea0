"""Losses: worked numbers, and what happens where a logarithm of zero lurks."""

from __future__ import annotations

import numpy as np
import pytest

from engine.arena import Memory
from engine.backend import Data
from engine.losses import LOSSES, get_loss
from engine.program import Builder


def loss_and_gradient(name, y_hat, y, backend):
    """The loss and its gradient [B, O] for outputs and targets [B, O]."""
    y_hat, y = (np.atleast_2d(np.asarray(values, float)) for values in (y_hat, y))
    build, loss = Builder(len(y)), get_loss(name)
    a, b = build.signal("y_hat", y.shape[1], "a"), build.signal("y", y.shape[1], "y")
    loss.record_forward(build, a, b)
    d = loss.record_gradient(build, a, b)
    program = build.build()
    memory = Memory(program.layout)
    memory.view(a)[:], memory.view(b)[:] = y_hat, y
    nothing = Data(np.zeros((1, 1)), np.zeros((1, 1)))
    backend.run_operations(program, memory, nothing, np.zeros(1, np.int64), 0, len(y), 0, 2)
    return float(memory.view(program.refs["loss"])), memory.view(d).copy()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        pytest.param("hinge", (3, 1, 0), marks=pytest.mark.concept("C073")),
        pytest.param("exponential", (7.3891, 1, 0.1353), marks=pytest.mark.concept("C074")),
        pytest.param("logistic", (3.0685, 1, 0.1831), marks=pytest.mark.concept("C075")),
    ],
)
def test_losses_at_margins(name, values, backend):
    # The margin is target times output: both signs of the target pay alike.
    for margin, expected in zip((-2, 0, 2), values, strict=True):
        for y in (-1, 1):
            assert loss_and_gradient(name, y * margin, y, backend)[0] == pytest.approx(expected, abs=5e-5)


def test_the_logistic_loss_in_nats_is_the_binary_cross_entropy(backend):
    for score in (-2, 0, 0.3, 2):
        bits, gradient = loss_and_gradient("logistic", score, 1, backend)
        nats, in_nats = loss_and_gradient("binary_crossentropy", score, 1, backend)
        assert bits * np.log(2) == pytest.approx(nats, rel=1e-14)
        assert gradient * np.log(2) == pytest.approx(in_nats, rel=1e-13)
    assert loss_and_gradient("binary_crossentropy", -2, 1, backend)[0] == pytest.approx(2.1269, abs=5e-5)


@pytest.mark.concept("C083")
def test_categorical_cross_entropy(backend):
    loss, gradient = loss_and_gradient("categorical_crossentropy", [2, 1, 0.1], [1, 0, 0], backend)
    assert loss == pytest.approx(0.4170, abs=5e-5)
    assert gradient[0] == pytest.approx([0.6590 - 1, 0.2424, 0.0986], abs=5e-5)


@pytest.mark.concept("C086")
@pytest.mark.parametrize(("probability", "cost"), [(0.01, 4.605), (1e-6, 13.816)])
def test_gross_errors_cost_minus_ln_p(probability, cost, backend):
    logit = np.log(probability / (1 - probability))
    assert loss_and_gradient("binary_crossentropy", logit, 1, backend)[0] == pytest.approx(cost, abs=5e-4)
    assert loss_and_gradient("categorical_crossentropy", [logit, 0], [1, 0], backend)[0] == pytest.approx(
        cost, abs=5e-4
    )


@pytest.mark.concept("C087")
def test_where_the_naive_form_takes_log_0_the_loss_is_finite(backend):
    logit = -800.0
    with np.errstate(all="ignore"):
        p = 1 / (1 + np.exp(-logit))
        naive = -(0 * np.log(p) + (1 - 0) * np.log(1 - p))
    assert np.isnan(naive)  # 0 log 0
    for y, expected in ((1, 800.0), (0, 0.0)):
        loss, gradient = loss_and_gradient("binary_crossentropy", logit, y, backend)
        assert loss == pytest.approx(expected, abs=1e-300)
        assert gradient[0, 0] == pytest.approx(0.0 - y, abs=1e-300)
    loss, gradient = loss_and_gradient("categorical_crossentropy", [-800, 900], [1, 0], backend)
    assert loss == pytest.approx(1700, rel=1e-15)
    assert gradient[0] == pytest.approx([-1, 1], rel=1e-15)


@pytest.mark.concept("C070")
def test_squares_punish_large_errors_more(backend):
    # An error ten times as large costs a hundred times as much.
    small, large = (loss_and_gradient("mse", e, 0, backend)[0] for e in (0.1, 1.0))
    assert (small, large) == pytest.approx((0.01, 1.0), rel=1e-14)


@pytest.mark.concept("C069")
def test_absolute_errors_lead_to_the_median(backend):
    values = np.array([[1.0], [2.0], [3.0], [4.0], [100.0]])
    grid = np.linspace(0, 110, 1101)
    costs = [loss_and_gradient("mae", np.full((5, 1), c), values, backend)[0] for c in grid]
    assert grid[np.argmin(costs)] == pytest.approx(np.median(values))
    squares = [loss_and_gradient("mse", np.full((5, 1), c), values, backend)[0] for c in grid]
    assert grid[np.argmin(squares)] == pytest.approx(values.mean())
    # The kink: the slope jumps from -1/5 to 1/5 at each value.
    slopes = [loss_and_gradient("mae", 3 + e, 3, backend)[1][0, 0] for e in (-1e-9, 0, 1e-9)]
    assert slopes == [-1, 0, 1]


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_is_averaged_over_the_batch(name, backend, rng):
    y_hat = rng.normal(size=(7, 3))
    y = np.eye(3)[rng.integers(0, 3, 7)]
    together, gradient = loss_and_gradient(name, y_hat, y, backend)
    single = [loss_and_gradient(name, y_hat[k], y[k], backend) for k in range(7)]
    assert together == pytest.approx(np.mean([loss for loss, _ in single]), rel=1e-13)
    np.testing.assert_allclose(7 * gradient, np.concatenate([g for _, g in single]), rtol=1e-12)


@pytest.mark.parametrize(("alias", "name"), [("mse", "mean_squared_error"), ("mae", "mean_absolute_error")])
def test_aliases(alias, name):
    assert get_loss(alias) is LOSSES[name]


def test_unknown_names_suggest_the_nearest():
    with pytest.raises(ValueError, match=r"unknown loss 'hing': choose one of .*; did you mean hinge"):
        get_loss("hing")
