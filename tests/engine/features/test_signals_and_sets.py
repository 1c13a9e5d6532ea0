"""Synthetic phone signals: what is drawn, and the number that a window becomes."""

from __future__ import annotations

import numpy as np
import pytest

from engine.features import (
    ACTIVITIES,
    RATE,
    SETS,
    WINDOW_SECONDS,
    energy,
    feature_set,
    phone_windows,
    recording,
    window_signal,
)


@pytest.mark.concept("C038")
def test_twice_the_amplitude_is_four_times_the_energy(rng: np.random.Generator) -> None:
    signal = rng.normal((0.0, 1.0, 9.81), size=(100, 3))
    stronger = signal.mean(axis=0) + 2 * (signal - signal.mean(axis=0))
    assert energy(stronger) == pytest.approx(4 * energy(signal))
    # Whatever is constant takes no part.
    assert energy(signal + np.array([3.0, -2.0, 100.0])) == pytest.approx(energy(signal))


def test_energy_is_the_mean_of_the_squared_distance_from_the_mean() -> None:
    signal = np.zeros((4, 3))
    signal[:, 2] = [10.0, 13.0, 10.0, 13.0]
    assert energy(signal) == pytest.approx(2.25)
    x, y = np.array([1.0, 2.0, 6.0]), np.array([0.0, 0.0, 3.0])
    by_hand = sum((a - 3) ** 2 + (b - 1) ** 2 for a, b in zip(x, y, strict=True)) / 3
    assert energy(np.column_stack([x, y, np.zeros(3)])) == pytest.approx(by_hand)


@pytest.mark.concept("C036")
def test_log_energies_are_those_of_the_curriculum() -> None:
    windows = phone_windows()
    expected = {"still": (-2.2, 0.5), "driving": (-1.0, 0.45), "walking": (0.6, 0.4)}
    for name, (mean, spread) in expected.items():
        values = windows.accelerometer[windows.activity == ACTIVITIES.index(name)]
        assert len(values) == 200
        assert values.mean() == pytest.approx(mean, abs=4 * spread / np.sqrt(200))
        assert values.std() == pytest.approx(spread, rel=0.2)


@pytest.mark.concept("C037")
def test_a_window_has_three_axes_gravity_and_the_wanted_energy(rng: np.random.Generator) -> None:
    for name in ACTIVITIES:
        signal = window_signal(name, 0.7, rng)
        assert signal.shape == (RATE * WINDOW_SECONDS, 3)
        assert energy(signal) == pytest.approx(0.7)
        assert np.linalg.norm(signal.mean(axis=0)) == pytest.approx(9.81, abs=0.05)


def test_the_recording_is_made_of_windows_with_drawn_energies() -> None:
    minute, windows = recording(), phone_windows()
    assert minute.signal.shape == (60 * RATE, 3)
    size = RATE * WINDOW_SECONDS
    for start in range(0, len(minute.signal), size):
        kind = set(minute.activity[start : start + size].tolist())
        assert len(kind) == 1
        drawn = windows.accelerometer[windows.activity == kind.pop()]
        found = np.log(energy(minute.signal[start : start + size]))
        assert np.abs(drawn - found).min() < 1e-9


def test_the_sets_have_two_features_and_two_classes() -> None:
    for key in SETS:
        found = feature_set(key)
        assert found.points.shape == (len(found.labels), 2)
        assert set(found.labels.tolist()) == {0.0, 1.0}
        assert len(found.kinds) == len(found.labels)
        low, high = np.array(found.extent).T
        assert ((found.points > low) & (found.points < high)).all()
    band = feature_set("band")
    assert {kind for kind, label in zip(band.kinds, band.labels, strict=True) if label} == {"driving"}
    assert {kind for kind, label in zip(band.kinds, band.labels, strict=True) if not label} == {"still", "walking"}
