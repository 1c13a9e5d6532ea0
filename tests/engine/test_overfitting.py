"""Under-fitting, over-fitting and their cures, on the twenty noisy points of the course's lesson."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from engine import TrainingRun, TrainingSpec

POINTS = TrainingSpec(
    data="moons", samples=200, noise=0.5, train_share=0.1, hidden=(16, 16), batch_size=10, learning_rate=0.002,
    data_seed=1,
)  # fmt: skip
EPOCHS = 400


@cache
def trained(spec: TrainingSpec) -> TrainingRun:
    run = TrainingRun(spec, record=True)
    run.step("epoch", EPOCHS)
    return run


def gap(spec: TrainingSpec) -> float:
    """Training accuracy minus test accuracy, counted here."""
    run = trained(spec)
    scores = []
    for part in (run.train, run.test):
        values = part.inputs
        for k in range(1, len(spec.hidden) + 1):
            values = np.tanh(values @ run[f"W{k}"] + run[f"b{k}"])
        logit = values @ run[f"W{len(spec.hidden) + 1}"] + run[f"b{len(spec.hidden) + 1}"]
        scores.append(np.mean((logit[:, 0] > 0) == part.targets))
    return float(scores[0] - scores[1])


@pytest.mark.concept("C146")
def test_one_neuron_underfits_a_ring_however_long_it_trains() -> None:
    small = TrainingSpec(data="circle", hidden=(1,))
    train, test = trained(small).scores()
    assert train.accuracy < 0.85
    assert test.accuracy < 0.85
    assert abs(gap(small)) < 0.1
    # Both losses stay high: the last hundred epochs bring hardly anything.
    curve = trained(small).curve()
    assert curve[-1, [1, 3]].min() > 0.4
    assert curve[-100, 1] - curve[-1, 1] < 0.02
    assert trained(small.with_(hidden=(4,))).scores()[1].accuracy >= 0.95


@pytest.mark.concept("C147")
def test_twenty_noisy_points_are_learned_by_heart() -> None:
    run = trained(POINTS)
    assert len(run.train.inputs) == 20
    assert run.scores()[0].accuracy >= 0.95
    assert gap(POINTS) >= 0.25
    # It is no accident of the first weights.
    assert np.mean([gap(POINTS.with_(seed=seed)) for seed in (1, 2, 3)]) >= 0.2


@pytest.mark.concept("C148")
def test_the_test_loss_turns_long_before_the_training_loss_and_there_the_gap_is_small() -> None:
    curve = trained(POINTS).curve()
    best = int(np.argmin(curve[:, 3]))
    assert 10 < curve[best, 0] < 60
    assert curve[-1, 3] > 2 * curve[best, 3]
    assert curve[-1, 1] < curve[best, 1]
    assert curve[best, 2] - curve[best, 4] <= 0.08
    # Where it is stopped matters little: within 10 % of that epoch the loss is the smallest within 1 %.
    near = np.abs(curve[:, 0] - curve[best, 0]) <= 0.1 * curve[best, 0]
    assert curve[near, 3].max() < 1.01 * curve[best, 3]


@pytest.mark.concept("C150")
def test_more_points_shrink_the_gap() -> None:
    gaps = [gap(POINTS.with_(train_share=share)) for share in (0.1, 0.2, 0.9)]
    assert gaps[0] >= 0.25
    assert gaps[1] < gaps[0] - 0.1
    assert gaps[2] <= 0.08


@pytest.mark.concept("C152")
def test_the_penalty_closes_the_gap_and_too_much_of_it_underfits() -> None:
    penalized = POINTS.with_(regularization="l2", regularization_rate=0.03)
    assert gap(penalized) <= 0.08
    assert trained(penalized).scores()[1].accuracy > trained(POINTS).scores()[1].accuracy
    size = {
        rate: np.abs(trained(POINTS.with_(regularization="l2", regularization_rate=rate)).parameters).mean()
        for rate in (0.01, 0.1)
    }
    assert size[0.1] < size[0.01] < np.abs(trained(POINTS).parameters).mean()
    heavy = POINTS.with_(regularization="l2", regularization_rate=0.3)
    assert trained(heavy).scores()[0].accuracy < 0.75


def test_dropout_closes_the_gap_too() -> None:
    assert gap(POINTS.with_(dropout=0.5)) <= 0.08
