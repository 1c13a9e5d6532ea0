"""Runs that really explode, and the operation in which they did."""

from __future__ import annotations

import numpy as np
import pytest

from engine.experiment import Position
from engine.inside import Cause, diagnose
from engine.optimizers import OPTIMIZERS
from engine.program import Phase
from engine.spec import TrainingSpec
from engine.training import TrainingRun

EXPLODING = {
    "weights": {"activation": "relu", "data": "multi-gauss", "loss": "half_squared_error"},
    "slowly": {
        "activation": "identity", "data": "multi-gauss", "loss": "half_squared_error", "hidden": (),
        "learning_rate": 2.2,
    },
    "exponential": {"activation": "relu", "data": "circle", "loss": "exponential"},
    "penalty": {"activation": "tanh", "data": "circle", "regularization": "l2", "regularization_rate": 3},
    "momentum": {"activation": "relu", "data": "multi-gauss", "loss": "mean_squared_error", "optimizer": "momentum"},
    "dropout": {"activation": "relu", "data": "multi-gauss", "loss": "half_squared_error", "dropout": 0.3},
}  # fmt: skip


def make_run(backend, **settings):
    given = {"learning_rate": 10, "optimizer": "sgd", "samples": 100, "batch_size": 20, **settings}
    return TrainingRun(TrainingSpec(**given), backend=backend)


def first_by_hand(backend, limit, **settings):
    """Walk a fresh run one operation at a time; return (position, operation, place) of the first that is not finite."""
    run = make_run(backend, **settings)
    while run.position < limit:
        at = run.position
        op = run.program.ops[at.op]
        run.step("op")
        for ref in op.writes:
            if not np.isfinite(run[ref.name]).all():
                return at, op.name, ref.name, bool(np.isinf(run[ref.name]).any())
    return None


def epochs_until_broken(run):
    for epoch in range(1, 200):
        run.step("epoch")
        if not np.isfinite(run.parameters).all():
            return epoch
    raise AssertionError("this run was meant to explode")


@pytest.mark.parametrize("name", EXPLODING)
def test_the_first_operation_is_found(name, backend):
    run = make_run(backend, **EXPLODING[name])
    epochs_until_broken(run)
    found = diagnose(run)
    by_hand = first_by_hand(backend, run.position, **EXPLODING[name])
    assert (found.position, found.op, found.place, found.infinite) == by_hand
    expected = {"exponential": Cause.EXPONENTIAL, "penalty": Cause.PENALTY}.get(name, Cause.WEIGHTS)
    assert found.cause is expected
    at = found.position
    assert f"{found.place} became infinite in epoch {at.epoch}, batch {at.batch + 1}, in" in found.what
    # Much later it is still the same one.
    run.step("epoch", 3000)
    assert diagnose(run) == found


def test_the_numbers_in_the_text_are_the_runs(backend):
    run = make_run(backend, **EXPLODING["weights"])
    start = np.abs(run.parameters).max()
    epochs_until_broken(run)
    found = diagnose(run)
    fresh = make_run(backend, **EXPLODING["weights"])
    fresh.seek(found.position)
    op = fresh.program.ops[found.position.op]
    assert (op.name, op.layer, op.phase) == (found.op, found.layer, found.phase)
    assert found.entered == max(np.abs(fresh[ref.name]).max() for ref in op.reads)
    assert f"was {start:.3g} at the start and is {np.abs(fresh.parameters).max():.3g} before" in found.why
    assert found.remedies[0] == "A learning rate ten times smaller: 1 instead of 10."
    assert any("tanh" in remedy for remedy in found.remedies)


def test_the_remedy_helps(backend):
    settings = EXPLODING["penalty"]
    run = make_run(backend, **settings)
    epochs_until_broken(run)
    assert "below 0.2," in diagnose(run).remedies[0]
    healthy = make_run(backend, **{**settings, "regularization_rate": 0.002})
    healthy.step("epoch", 200)
    assert diagnose(healthy) is None


def test_the_run_is_left_as_it_was(backend):
    run = make_run(backend, **EXPLODING["slowly"])
    epochs_until_broken(run)
    run.step("op", 3)
    called = []
    run.on_event(called.append)
    position, newest, branches = run.position, run.newest, len(run.branches)
    memory, checkpoints = run.loop.memory.flat.copy(), run.history.checkpoints
    assert diagnose(run) is not None
    assert (run.position, run.newest, len(run.branches)) == (position, newest, branches)
    assert run.history.checkpoints == checkpoints
    np.testing.assert_array_equal(run.loop.memory.flat, memory)
    assert called == []


def test_a_thinned_past_is_enough(backend):
    settings = {"optimizer": "sgd", "data": "multi-gauss", "samples": 100, "hidden": (), "batch_size": 100}
    start = make_run(backend, **settings)
    x, y = np.column_stack([start.loop.data.inputs, np.ones(50)]), start.loop.data.targets[:, 0]
    curvatures, directions = np.linalg.eigh(x.T @ x / 50)
    # Along the steepest direction each update multiplies the distance from the minimum by 1 - rate · curvature.
    run = TrainingRun(
        TrainingSpec(**settings, learning_rate=2.1 / curvatures[-1]), backend=backend, budget=3000
    )
    run.step("epoch", 10_000)
    distance = directions[:, -1] @ (start.parameters - np.linalg.lstsq(x, y)[0])
    headroom = np.log(np.finfo(float).max) - np.log(50 * curvatures[-1] * distance**2)
    found = diagnose(run)
    assert found.place == "loss"
    # The sum of squares overflows; an engine that halves before it adds gets a few updates further.
    assert 0 <= found.position.epoch - headroom / (2 * np.log(1.1)) <= 5
    fresh = TrainingRun(run.spec, backend=backend)
    fresh.seek(found.position)
    assert np.isfinite(fresh.loop.memory.flat).all()
    fresh.step("op")
    assert np.isinf(fresh["loss"])


def test_in_the_middle_of_a_batch(backend):
    run = make_run(backend, **EXPLODING["weights"])
    epochs_until_broken(run)
    first = diagnose(run)
    run.seek(first.position)
    assert diagnose(run) is None
    run.step("op")
    # The parameters are finite, but what the operation wrote is not.
    assert np.isfinite(run.parameters).all()
    assert diagnose(run) == first


def test_a_change_on_the_way_is_kept(backend):
    settings = {**EXPLODING["weights"], "learning_rate": 0.001}
    run = make_run(backend, **settings)
    run.step("epoch", 50)
    assert diagnose(run) is None
    run.change(learning_rate=10.0)
    epochs_until_broken(run)
    found = diagnose(run)
    assert found.position >= Position(50)
    assert "instead of 10" in found.remedies[0]
    assert run.spec.learning_rate == 10


def test_inputs_that_are_not_finite(backend):
    # An own formula without a value on half of the plane.
    run = make_run(backend, data="circle", inputs=("x1", "x2", "own1"), formulas=("sqrt(x1)",), learning_rate=0.1)
    run.step("epoch")
    found = diagnose(run)
    assert (found.op, found.place, found.phase, found.infinite) == ("batch.x", "x", Phase.FORWARD, False)
    assert found.position == Position()
    assert found.cause is Cause.INPUT
    assert found.why.endswith(f"this input: {run.spec.features[2].label}.")
    assert "not a number" in found.what
    assert "formula" in found.remedies[0]


# Adamax takes no square: with it nothing overflows here.
@pytest.mark.parametrize("optimizer", sorted({*OPTIMIZERS} - {"sgd", "momentum", "nesterov", "adamax"}))
def test_large_inputs_are_named(optimizer, backend):
    run = make_run(backend, data="circle", activation="relu", loss="hinge", optimizer=optimizer)
    run.loop.data.inputs[:] *= 1e300
    run.step("epoch")
    found = diagnose(run)
    assert found.cause is Cause.OVERFLOW
    assert any("Smaller inputs" in remedy for remedy in found.remedies)
    assert not any("optimizer Adam" in remedy for remedy in found.remedies)


def test_a_start_that_is_too_large_is_told_from_a_rate_that_is(backend):
    """Eight linear layers from He's initializer: signals double from layer to layer before anything is learnt."""
    spec = TrainingSpec(
        data="plane", hidden=(16,) * 8, activation="identity", initializer="he_normal", optimizer="sgd",
        learning_rate=0.01, seed=1,
    )  # fmt: skip
    run = TrainingRun(spec, backend=backend)
    x = run.prepare(run.train)[0]
    for number in range(1, 10):
        x = x @ run[f"W{number}"] + run[f"b{number}"]
    first = float(0.5 * ((x[:, 0] - run.train.targets) ** 2).mean())
    run.step("epoch", 3)
    found = diagnose(run)
    assert first > 100
    assert found.cause is Cause.START
    assert f"the loss was {first:.3g}" in found.why
    assert "Glorot" in found.remedies[0]


def test_a_healthy_run(backend):
    run = make_run(backend, data="circle", learning_rate=0.1)
    run.step("epoch", 20)
    assert diagnose(run) is None
