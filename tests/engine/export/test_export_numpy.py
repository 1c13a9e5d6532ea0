"""The NumPy script: what it answers, how it trains, and its gradients against central differences."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from engine.schedules import schedule_from_dict
from tests.engine.export.cases import ALL_CASES, CASES, DROPOUT_CASES, EPOCHS, POINTS, SCHEDULES, case, ruled


@pytest.mark.parametrize("name", ALL_CASES)
def test_it_predicts_what_the_engine_predicts(name, run_script):
    chosen = ALL_CASES[name]
    answers = run_script(chosen.code("numpy"))["predict"](POINTS)
    assert answers.shape == (len(POINTS), chosen.network.outputs)
    np.testing.assert_allclose(answers, chosen.predictions(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", CASES)
def test_it_trains_as_the_engine_trains(name, run_script):
    chosen = CASES[name]
    script = run_script(chosen.code("numpy"))
    losses, answers = chosen.trained()
    history = script["train"](POINTS, chosen.targets, EPOCHS, batch_size=len(POINTS))
    np.testing.assert_allclose(history, losses, rtol=1e-10)
    np.testing.assert_allclose(script["predict"](POINTS), answers, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", ["loss binary_crossentropy", *DROPOUT_CASES])
def test_one_epoch_of_small_batches_lowers_the_loss(name, run_script):
    chosen = ALL_CASES[name]
    script = run_script(chosen.code("numpy"))

    def loss():
        p = script["predict"](POINTS)
        return -np.log(np.where(chosen.targets == 1, p, 1 - p)).mean()

    before, weights = loss(), [w.copy() for w in script["parameters"]]
    assert len(script["train"](POINTS, chosen.targets, 1)) == 1
    assert loss() < before
    assert all(not np.array_equal(w, old) for w, old in zip(script["parameters"], weights, strict=True))


@pytest.mark.parametrize("name", ["dropout", "dropout and skip", "skip", "hidden gelu", "hidden softmax"])
def test_gradients_are_central_differences(name, run_script):
    chosen = ALL_CASES[name]
    script = run_script(chosen.code("numpy"))
    x, y = script["features"](POINTS), chosen.targets

    def loss_and_gradients():
        # The same generator anew: the same neurons are dropped.
        extra = (np.random.default_rng(3),) if name in DROPOUT_CASES else ()
        return script["loss_and_gradients"](x, y, *extra)

    _, gradients = loss_and_gradients()
    for w, g in zip(script["parameters"], gradients, strict=True):
        for place in list(np.ndindex(w.shape))[::7]:
            kept, h = w[place], 1e-6
            w[place] = kept + h
            above = loss_and_gradients()[0]
            w[place] = kept - h
            below = loss_and_gradients()[0]
            w[place] = kept
            assert g[place] == pytest.approx((above - below) / (2 * h), rel=1e-5, abs=1e-8)


def test_dropout_keeps_its_share_and_scales_what_it_keeps(run_script):
    chosen = case(((400, "identity"),), output="identity", loss="half_squared_error", dropout=0.25)
    script = run_script(chosen.code("numpy"))
    script["W1"][:], script["b1"][:] = 0, 1  # every neuron gives 1, before dropout
    _, (_, _, dW2, db2) = script["loss_and_gradients"](np.ones((1, 2)), np.zeros((1, 1)), np.random.default_rng(0))
    outputs = (dW2 / db2)[:, 0]
    np.testing.assert_allclose(np.unique(outputs.round(12)), [0, 4 / 3])
    assert (outputs == 0).mean() == pytest.approx(0.25, abs=0.06)  # three standard deviations


def test_the_script_stands_alone(tmp_path):
    chosen = CASES["all features"]
    path = tmp_path / "network.py"
    path.write_text(chosen.code("numpy"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", str(path)], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    lines = done.stdout.splitlines()
    assert lines[0] == "x1, x2 -> the probability of class 1"
    assert len(lines) == 5
    assert all(0 < float(line.split("-> [")[1].rstrip("]")) < 1 for line in lines[1:])


@pytest.mark.parametrize(("unit", "steps"), [("epoch", [0] * 5 + [1] * 5), ("update", list(range(10)))])
def test_a_schedule_counts_epochs_or_updates(unit, steps, run_script):
    chosen = case(around=ruled(SCHEDULES[1], unit=unit))
    train = run_script(chosen.code("numpy"))["train"]
    asked, rate = [], train.__globals__["learning_rate"]
    train.__globals__["learning_rate"] = lambda step: asked.append(step) or rate(step)
    train(POINTS, chosen.targets, 2)  # five batches of 10
    assert asked == steps


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda schedule: schedule.name)
def test_the_rate_of_every_step_is_the_schedules(schedule, run_script):
    chosen = case(around=ruled(schedule))
    script = run_script(chosen.code("numpy"))
    if schedule.name == "constant":
        assert script["LEARNING_RATE"] == 0.05
        return
    # The script begins with the optimizer's rate.
    values = schedule.to_dict()
    values.get("after", values)["start"] = 0.05
    expected = schedule_from_dict(values).rates(30)
    np.testing.assert_allclose([script["learning_rate"](step) for step in range(30)], expected, rtol=1e-14)
