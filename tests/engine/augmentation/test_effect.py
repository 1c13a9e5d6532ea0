"""What training with changed pictures is worth: measured, and the same again."""

from __future__ import annotations

import numpy as np
import pytest

from engine.augmentation import SEEDS, Augmentation, comparison, training_digits
from engine.augmentation.effect import TEST_DIGITS
from engine.backend import default_backend
from engine.reader.digit_data import parts


def measured(**limits: float):
    return list(comparison(Augmentation(**limits), default_backend()))


def test_a_hundred_digits_ten_of_each_other_ones_for_each_seed() -> None:
    seen: set[bytes] = set()
    for seed in SEEDS:
        images, labels = training_digits(seed)
        assert images.shape == (100, 28, 28)
        assert np.bincount(labels).tolist() == [10] * 10
        assert images.min() == 0
        assert images.max() == 1
        seen |= {image.tobytes() for image in images}
    assert len(seen) == 100 * len(SEEDS)
    assert len(set(parts("mnist", 0.2).train) & set(parts("mnist", 0.2).test[:TEST_DIGITS])) == 0


@pytest.mark.concept("C151")
def test_small_moves_are_worth_more_than_three_points() -> None:
    told = measured(rotation=10, scale=0.1, translation=2)
    last = told[-1]
    assert last.done == 1
    assert [trial.seed for trial in last.trials] == list(SEEDS)
    assert last.gain >= 3
    assert all(trial.changed > trial.plain for trial in last.trials)
    assert last.gain == pytest.approx(100 * np.mean([trial.changed - trial.plain for trial in last.trials]))
    assert last.loss_change < 0
    # What is told on the way only grows.
    shares = [each.done for each in told]
    assert shares == sorted(shares)
    assert np.isnan(told[0].gain)


def test_false_labels_cost_accuracy() -> None:
    assert measured(flip=0.5)[-1].gain < -1
    assert measured(rotation=180)[-1].gain < -10


def test_without_changes_both_networks_are_the_same_and_so_are_two_measurements() -> None:
    one, other = measured()[-1], measured()[-1]
    assert one == other
    assert one.gain == 0
    assert one.loss_change == 0


@pytest.mark.concept("C156")
def test_noise_scaled_to_the_data_lowers_the_test_loss() -> None:
    assert measured(noise=0.3)[-1].loss_change < 0


def test_the_plain_network_agrees_with_one_in_numpy() -> None:
    """Adam, soft-max and ReLU written out: the same accuracy up to the last bits."""
    from engine.augmentation import effect

    images, labels = training_digits(0)
    model = effect._begun(0, default_backend())
    weights = {name: model[name].copy() for name in ("W1", "b1", "W2", "b2")}
    for _ in effect._trained(model, 0, None):
        pass
    moments = {name: (np.zeros_like(value), np.zeros_like(value)) for name, value in weights.items()}
    x_all, count = images.reshape(100, -1), 0
    backend, order = default_backend(), np.arange(100)
    for epoch in range(effect.EPOCHS):
        order = np.arange(100)
        backend.shuffle(order, 0, epoch)
        for first in range(0, 100, effect.BATCH):
            rows = order[first : first + effect.BATCH]
            x, y = x_all[rows], np.eye(10)[labels[rows]]
            hidden = np.maximum(x @ weights["W1"] + weights["b1"], 0)
            z = hidden @ weights["W2"] + weights["b2"]
            p = np.exp(z - z.max(axis=1, keepdims=True))
            dz = (p / p.sum(axis=1, keepdims=True) - y) / len(rows)
            dh = (dz @ weights["W2"].T) * (hidden > 0)
            gradients = {"W2": hidden.T @ dz, "b2": dz.sum(axis=0), "W1": x.T @ dh, "b1": dh.sum(axis=0)}
            count += 1
            for name, gradient in gradients.items():
                m, v = moments[name]
                m[...] = 0.9 * m + 0.1 * gradient
                v[...] = 0.999 * v + 0.001 * gradient**2
                step = effect.LEARNING_RATE * (m / (1 - 0.9**count)) / (np.sqrt(v / (1 - 0.999**count)) + 1e-8)
                weights[name] -= step
    for name, value in weights.items():
        assert model[name] == pytest.approx(value, abs=1e-3), name
