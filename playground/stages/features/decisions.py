"""What the settings of the features page decide: scores of the examples, and how good they are."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from engine import TrainingRun
from engine.arena import Array
from engine.features import (
    ACTIVITIES,
    RATE,
    WINDOW_SECONDS,
    Drawn,
    FeatureSet,
    KernelMachine,
    LearnedMap,
    Line,
    LinearInTerms,
    Plane,
    accuracy,
    energy,
    feature_map,
    feature_set,
    fitted,
    phone_windows,
    recording,
    sides_of_band,
    window_signal,
)
from engine.features.signals import GRAVITY
from playground.stages.features.state import LABELLED, PLACES, State

__all__ = ["Decisions", "trace_of"]

_TRACE_STREAM = 7
# What stays the same while none of these changes, by what it is.
_SHARED = {
    "terms_fit": ("data", "terms", "share", "look"),
    "kernel": ("data", "gamma", "share", "look"),
    "parts": ("data", "share", "look", "seed"),
}  # fmt: skip


def trace_of(number: int) -> tuple[Array, str]:
    """Return the moving part [N, 3] of one of the traces that are labelled by eye, from 1, and what it is."""
    return _TRACES[number - 1]


def _traces() -> list[tuple[Array, str]]:
    rng = np.random.default_rng([0, _TRACE_STREAM])
    windows = phone_windows()
    # Three of each and one more, in an order that tells nothing.
    kinds = rng.permutation([0, 0, 0, 1, 1, 1, 1, 2, 2, 2])[:LABELLED]
    found = []
    for kind in kinds:
        index = rng.choice(np.flatnonzero(windows.activity == kind))
        name = ACTIVITIES[kind]
        wanted = float(np.exp(windows.accelerometer[index]))
        found.append((window_signal(name, wanted, rng, 2 * WINDOW_SECONDS) - np.array(GRAVITY), name))
    return found


_TRACES = _traces()


class Decisions:
    """All that follows from a state; each part is computed when it is first asked for.

    Parameters
    ----------
    state : State
    learned : LearnedMap or None
        The network of now, in the looks that have one.
    run : TrainingRun or None
        Its training.
    """

    def __init__(self, state: State, learned: LearnedMap | None, run: TrainingRun | None) -> None:
        self.state, self.learned, self.run = state, learned, run
        self.set: FeatureSet = feature_set(state.data)

    def take_from(self, other: Decisions) -> None:
        """Keep what another state has computed and what is the same here."""
        for name, settings in _SHARED.items():
            if name in other.__dict__ and all(
                getattr(other.state, each) == getattr(self.state, each) for each in settings
            ):
                self.__dict__[name] = other.__dict__[name]

    @cached_property
    def window(self) -> Array:
        """The window of the recording [N, 3], its moving part times the amplitude."""
        state = self.state
        first = round(state.start * RATE)
        part = recording().signal[first : first + round(state.seconds * RATE)]
        return np.array(GRAVITY) + state.amplitude * (part - np.array(GRAVITY))

    @cached_property
    def energy(self) -> float:
        """The window's energy."""
        return energy(self.window)

    @property
    def plain_energy(self) -> float:
        """The energy of the same window as it was recorded."""
        first = round(self.state.start * RATE)
        return energy(recording().signal[first : first + len(self.window)])

    @cached_property
    def drawn(self) -> Drawn:
        """The function that was drawn."""
        return Drawn(PLACES, self.state.values)

    @cached_property
    def line(self) -> Line:
        """The line that was set."""
        return Line(self.state.w1, self.state.w2, self.state.b)

    @cached_property
    def plane(self) -> Plane:
        """The plane through the lifted points."""
        return Plane(self.state.height, self.state.tilt1, self.state.tilt2)

    @cached_property
    def parts(self) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
        """Points and labels that are trained on, and those that are kept for the test."""
        if self.run is None or self.learned is None:
            both = self.set.points, self.set.labels
            return both, both
        learned = self.learned
        train, test = (
            (part.inputs * learned.spread + learned.middle, part.targets) for part in (self.run.train, self.run.test)
        )
        return train, test

    @cached_property
    def terms_fit(self) -> LinearInTerms:
        """Logistic regression in the terms that are ticked."""
        return fitted(*self.parts[0], self.state.terms)

    @cached_property
    def kernel(self) -> KernelMachine:
        """The kernel machine."""
        return KernelMachine.fitted(*self.parts[0], self.state.gamma)

    def score(self, points: Array) -> Array | None:
        """Return y at points [N, 2] by the decision function of the look; None where it has none."""
        state, x = self.state, points[:, 0]
        match state.look:
            case "threshold":
                if state.rule == "between":
                    return sides_of_band(x, state.low, state.high)
                return x - state.low if state.rule == "above" else state.low - x
            case "function":
                return self.drawn.score(x)
            case "line":
                return self.line.score(points)
            case "terms":
                return self.terms_fit.score(points)
            case "lift":
                return self.plane.score(points)
            case "learned" if self.learned is not None:
                return self.learned.score(points)
        return None

    @cached_property
    def scores(self) -> Array | None:
        """The score of every example."""
        return self.score(self.set.points)

    @cached_property
    def accuracy(self) -> float:
        """The share of examples that are decided rightly; nan where nothing is decided."""
        return float("nan") if self.scores is None else accuracy(self.scores, self.set.labels)

    @property
    def columns(self) -> dict[str, Any]:
        """The three decision functions that are compared, by key."""
        return {"engineered": self.terms_fit, "kernel": self.kernel, "learned": self.learned}

    def tested(self, key: str) -> float:
        """Return the accuracy of one of `columns` on the points that none was trained on."""
        points, labels = self.parts[1]
        return accuracy(self.columns[key].score(points), labels)

    def trained(self, key: str) -> float:
        """Return its accuracy on the points that it was trained on."""
        points, labels = self.parts[0]
        return accuracy(self.columns[key].score(points), labels)

    def stored(self, key: str) -> int:
        """Return how many numbers one of `columns` keeps to decide with."""
        if key == "engineered":
            return len(self.state.terms) + 1
        return int(self.columns[key].stored)

    @cached_property
    def phi(self) -> Array | None:
        """Where the examples lie in the plane of φ [N, 2]: two terms, or the last hidden layer; None for no plane."""
        if self.state.look == "learned" and self.learned is not None:
            return self.learned.features(self.set.points)
        if self.state.look == "terms" and len(self.state.terms) == 2:
            return feature_map(self.set.points, self.state.terms)
        return None

    @cached_property
    def phi_line(self) -> Line | None:
        """The decision function in the plane of φ, where it is a line."""
        if self.state.look == "learned" and self.learned is not None:
            return Line(*map(float, self.learned.weights), self.learned.bias)
        if self.state.look == "terms" and len(self.state.terms) == 2:
            return Line(*self.terms_fit.weights, self.terms_fit.bias)
        return None

    @cached_property
    def right_guesses(self) -> int:
        """How many traces were called what they are."""
        return sum(
            guess == trace_of(place)[1] for place, guess in enumerate(self.state.guesses, 1) if guess
        )  # fmt: skip
