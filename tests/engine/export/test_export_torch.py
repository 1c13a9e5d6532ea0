"""The PyTorch script: what it answers, and how it trains."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine.export.cases import ALL_CASES, CASES, DROPOUT_CASES, EPOCHS, POINTS, case

pytestmark = [pytest.mark.peer, pytest.mark.usefixtures("torch")]


@pytest.mark.parametrize("name", ALL_CASES)
def test_it_predicts_what_the_engine_predicts(name, run_script):
    chosen = ALL_CASES[name]
    answers = run_script(chosen.code("torch"))["predict"](POINTS)
    np.testing.assert_allclose(answers, chosen.predictions(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", CASES)
def test_it_trains_as_the_engine_trains(name, run_script):
    chosen = CASES[name]
    script = run_script(chosen.code("torch"))
    losses, answers = chosen.trained()
    history = script["train"](POINTS, chosen.targets, EPOCHS, batch_size=len(POINTS))
    # PyTorch keeps the product of NAdam's momenta in its default type, of 32 bits.
    loose = 100 if name.startswith("nadam") else 1
    # And to the norm that it clips by it adds a millionth.
    loose = 1e6 if name.startswith(("clipped by norm", "clipped both", "all rules")) else loose
    np.testing.assert_allclose(history, losses, rtol=1e-10 * loose)
    np.testing.assert_allclose(script["predict"](POINTS), answers, rtol=1e-9 * loose, atol=1e-9 * loose)


@pytest.mark.parametrize("name", ["loss binary_crossentropy", *DROPOUT_CASES])
def test_one_epoch_of_small_batches_lowers_the_loss(name, run_script):
    chosen = ALL_CASES[name]
    script = run_script(chosen.code("torch"))

    def loss():
        p = script["predict"](POINTS)
        return -np.log(np.where(chosen.targets == 1, p, 1 - p)).mean()

    before = loss()
    assert len(script["train"](POINTS, chosen.targets, 1)) == 1
    assert loss() < before
    # What was predicted came from the trained network, without dropout: the same twice.
    np.testing.assert_array_equal(script["predict"](POINTS), script["predict"](POINTS))


def test_dropout_keeps_its_share_and_scales_what_it_keeps(run_script, torch):
    chosen = case(((400, "identity"),), output="identity", loss="half_squared_error", dropout=0.25)
    model = run_script(chosen.code("torch"))["model"]
    with torch.no_grad():
        model.dense1.weight.zero_()
        model.dense1.bias.fill_(1)  # every neuron gives 1, before dropout
    torch.manual_seed(0)
    model.train()
    model(torch.ones(1, 2, dtype=torch.float64)).sum().backward()
    outputs = model.dense2.weight.grad[0].numpy()
    np.testing.assert_allclose(np.unique(outputs.round(12)), [0, 4 / 3])
    assert (outputs == 0).mean() == pytest.approx(0.25, abs=0.06)  # three standard deviations


def test_run_as_a_program_it_prints_some_predictions(run_script, capsys):
    run_script(CASES["loss categorical_crossentropy"].code("torch"), run_name="__main__")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "x1, x2 -> the probability of every class"
    for line in lines[1:]:
        assert sum(map(float, line.split("-> [")[1].rstrip("]").split())) == pytest.approx(1, abs=1e-6)
    assert len(lines) == 5
