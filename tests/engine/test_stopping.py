"""Stop conditions."""

from __future__ import annotations

import numpy as np
import pytest

from engine.stopping import StopRule, best_test


def curve(test_losses, train_losses=None):
    count = len(test_losses)
    rows = np.zeros((count, 5))
    rows[:, 0] = np.arange(count)
    rows[:, 3] = test_losses
    rows[:, 1] = np.ones(count) if train_losses is None else train_losses
    return rows


def test_no_condition_never_stops():
    assert not StopRule().asks
    assert StopRule().reasons(curve([1, 2, 3])) == {}


def test_loss_below():
    rule = StopRule(loss_below=0.5)
    assert rule.reasons(curve([1, 1], [1.0, 0.5])) == {}
    assert "below 0.5" in rule.reasons(curve([1, 1], [1.0, 0.49]))["loss_below"]


def test_epochs():
    assert StopRule(epochs=3).reasons(curve([1, 1, 1])) == {}
    assert "epoch 3" in StopRule(epochs=3).reasons(curve([1, 1, 1, 1]))["epochs"]


@pytest.mark.concept("C189")
def test_early_stopping_waits_as_long_as_it_has_patience():
    losses = [1.0, 0.5, 0.4, 0.45, 0.41, 0.42]
    for count in range(1, len(losses) + 1):
        held = StopRule(patience=3).reasons(curve(losses[:count]))
        assert bool(held) == (count == 6), count
    assert "lowest, 0.4, at epoch 2" in StopRule(patience=3).reasons(curve(losses))["patience"]


def test_a_new_minimum_gives_new_patience():
    assert StopRule(patience=2).reasons(curve([1.0, 1.1, 0.9, 1.0])) == {}


def test_nan_is_never_the_best():
    assert best_test(curve([np.nan, 0.5, np.nan, 0.6])) == (1, 0.5)
    assert best_test(curve([np.nan, np.nan]))[0] == 0


@pytest.mark.parametrize(
    "wrong", [{"loss_below": 0}, {"loss_below": float("nan")}, {"epochs": 0}, {"patience": 0}, {"epochs": 10**7}]
)
def test_conditions_that_make_no_sense(wrong):
    with pytest.raises(ValueError, match="to stop"):
        StopRule(**wrong)
