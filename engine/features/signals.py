"""Synthetic signals of a phone's motion sensors, and the one number that is made of a window of them.

The log-energies of the accelerometer are normal, as the curriculum's section C states them; the gyroscope's and the
shapes of the waves are ours. Everything is drawn: nothing here was ever measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from engine.arena import Array

__all__ = [
    "ACTIVITIES", "RATE", "WINDOW_SECONDS", "PhoneWindows", "Recording", "energy", "phone_windows", "recording",
    "window_signal",
]  # fmt: skip

# Samples a second, and seconds of the windows that energies were drawn for.
RATE = 25
WINDOW_SECONDS = 4
# In the order in which they are drawn.
ACTIVITIES = ("still", "driving", "walking")
PER_ACTIVITY = 200
# Mean and standard deviation of ln(energy): accelerometer in (m/s²)², gyroscope in (rad/s)².
ACCELEROMETER = {"still": (-2.2, 0.5), "driving": (-1.0, 0.45), "walking": (0.6, 0.4)}
GYROSCOPE = {"still": (-4.6, 0.6), "driving": (-2.8, 0.6), "walking": (-1.2, 0.5)}
GRAVITY = (0.6, 1.2, 9.72)
# A recording: so many windows of each activity, in turn.
RECORDED = ("still", "walking", "driving")
WINDOWS_EACH = 5
# Driving is a slow sway with a fine tremble on it; walking, steps with their overtone; rest is noise alone.
_WAVES: dict[str, tuple[tuple[float, float], ...]] = {
    "still": (),
    "driving": ((0.35, 0.8), (0.8, 0.5)),
    "walking": ((1.9, 1.0), (3.8, 0.45)),
}
_NOISE = {"still": 1.0, "driving": 0.55, "walking": 0.2}
_SHARES = {"still": (1.0, 1.0, 1.0), "driving": (0.8, 1.0, 0.7), "walking": (0.5, 0.6, 1.2)}


@dataclass(frozen=True, slots=True, eq=False)
class PhoneWindows:
    """Windows of synthetic signals, each already one number a sensor.

    Attributes
    ----------
    accelerometer, gyroscope : ndarray [N]
        The natural logarithm of each window's energy.
    activity : ndarray of int [N]
        Index in `ACTIVITIES`.
    """

    accelerometer: Array
    gyroscope: Array
    activity: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """A minute of an accelerometer: the activities of `RECORDED` one after the other.

    Attributes
    ----------
    signal : ndarray [N, 3]
        m/s², gravity included.
    activity : ndarray of int [N]
        Index in `ACTIVITIES`.
    """

    signal: Array
    activity: npt.NDArray[np.int64]


@cache
def phone_windows(seed: int = 0) -> PhoneWindows:
    """Draw the windows: 200 of each activity; seed 0 gives those of the curriculum's golden numbers."""
    rng = np.random.default_rng(seed)
    parts = [
        np.concatenate([rng.normal(*table[name], PER_ACTIVITY) for name in ACTIVITIES])
        for table in (ACCELEROMETER, GYROSCOPE)
    ]
    return PhoneWindows(parts[0], parts[1], np.repeat(np.arange(len(ACTIVITIES)), PER_ACTIVITY))


def energy(signal: Array) -> float:
    """Return the energy of a window: the mean of ‖a − mean‖² over its samples [N, 3].

    Gravity and every other constant is in the mean, and so takes no part.
    """
    moving = signal - signal.mean(axis=0)
    return float((moving**2).sum(axis=1).mean())


def window_signal(activity: str, wanted: float, rng: np.random.Generator, seconds: float = WINDOW_SECONDS) -> Array:
    """Draw a window of the accelerometer [N, 3] whose energy is the wanted one.

    Parameters
    ----------
    activity : str
        One of `ACTIVITIES`.
    wanted : float
        Its energy, in (m/s²)².
    rng : numpy.random.Generator
    seconds : float
    """
    count = round(seconds * RATE)
    times = np.arange(count) / RATE
    signal = _NOISE[activity] * rng.standard_normal((count, 3))
    for frequency, size in _WAVES[activity]:
        phases = rng.uniform(0, 2 * np.pi, 3)
        signal += size * np.sin(2 * np.pi * frequency * times[:, None] + phases)
    signal *= np.array(_SHARES[activity])
    signal -= signal.mean(axis=0)
    signal *= np.sqrt(wanted / energy(signal))
    return np.asarray(signal + np.array(GRAVITY))


@cache
def recording(seed: int = 0) -> Recording:
    """Draw a minute: five windows at rest, five walking, five driving; their energies are those of `phone_windows`."""
    rng = np.random.default_rng([seed, 1])
    windows = phone_windows(seed)
    signals, activities = [], []
    for name in RECORDED:
        which = ACTIVITIES.index(name)
        chosen = rng.choice(np.flatnonzero(windows.activity == which), WINDOWS_EACH, replace=False)
        for index in chosen:
            signals.append(window_signal(name, float(np.exp(windows.accelerometer[index])), rng))
            activities += [which] * len(signals[-1])
    return Recording(np.concatenate(signals), np.array(activities))
