"""Schedules: what the learning rate is at each step, as a function of the step alone."""

from __future__ import annotations

import json
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

import numpy as np

from engine.arena import Array
from engine.checks import SpecError, checked, json_object, unknown

__all__ = [
    "SCHEDULES",
    "Constant",
    "Cosine",
    "Exponential",
    "InverseRoot",
    "Schedule",
    "SpecError",
    "StepDecay",
    "TimeDecay",
    "WarmUp",
    "schedule_from_dict",
    "schedule_from_json",
]

MAX_STEPS = 1_000_000
# The largest of any optimizer on any ground.
MAX_RATE = 100.0
# As many as `rates` returns at once: enough for any plot.
MAX_RATES = 100_000


def _setting(default: Any, title: str, **limits: Any) -> Any:
    """Declare a setting: what people call it, and its limits."""
    return field(default=default, metadata={"title": title, **limits})


def _start(default: float = 0.1) -> Any:
    return _setting(default, "Starting rate", low=1e-6, high=MAX_RATE)


@dataclass(frozen=True, slots=True)
class Schedule(ABC):
    """A learning rate for every step.

    A step is what the schedule is counted in: an update, or an epoch. Step 0 is the first.

    Attributes
    ----------
    name : str
        Its key in `SCHEDULES`.
    title : str
    tex : str
        The rate at step n.

    Raises
    ------
    SpecError
        If a setting is not allowed; its ``field`` names the setting.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    tex: ClassVar[str]

    def __post_init__(self) -> None:
        for setting in fields(self):
            value = checked(setting.name, setting.default, setting.metadata, getattr(self, setting.name))
            object.__setattr__(self, setting.name, value)

    def rate(self, step: int) -> float:
        """Return the learning rate at a step, from 0."""
        if step < 0:
            raise ValueError(f"steps are counted from 0, got {step}")
        return self._rate(step)

    @abstractmethod
    def _rate(self, step: int) -> float:
        """Return the learning rate at a step that is at least 0."""

    def rates(self, count: int) -> Array:
        """Return the learning rates of the first steps, float64 [count]; at most 100,000."""
        if not 0 <= count <= MAX_RATES:
            raise ValueError(f"the number of steps is 0 to {MAX_RATES:,}, got {count}")
        return np.array([self._rate(step) for step in range(count)], dtype=np.float64)

    def to_dict(self) -> dict[str, Any]:
        """Return the schedule as data that JSON can hold: its name and its settings."""
        return {"schedule": self.name, **{setting.name: getattr(self, setting.name) for setting in fields(self)}}

    def to_json(self) -> str:
        """Return the schedule as JSON."""
        return json.dumps(self.to_dict())


@dataclass(frozen=True, slots=True)
class Constant(Schedule):
    """The same rate at every step."""

    start: float = _start()

    name = "constant"
    title = "Constant"
    tex = r"\eta_n = \eta_0"

    def _rate(self, step: int) -> float:
        return self.start


@dataclass(frozen=True, slots=True)
class StepDecay(Schedule):
    """The rate is multiplied by a factor every so many steps, and stays in between."""

    start: float = _start()
    factor: float = _setting(0.5, "Factor", low=0.01, high=1.0)
    every: int = _setting(10, "Steps between", low=1, high=MAX_STEPS)

    name = "step"
    title = "Step"
    tex = r"\eta_n = \eta_0\,f^{\lfloor n/k \rfloor}"

    def _rate(self, step: int) -> float:
        return self.start * self.factor ** (step // self.every)


@dataclass(frozen=True, slots=True)
class Exponential(Schedule):
    """The rate falls to a tenth in tau steps.

    Senior, Heigold, Ranzato and Yang, "An empirical study of learning rates in deep neural networks for speech
    recognition", ICASSP 2013, section 3.1.
    """

    start: float = _start()
    tau: float = _setting(20.0, "Steps to a tenth", low=0.1, high=float(MAX_STEPS))

    name = "exponential"
    title = "Exponential"
    tex = r"\eta_n = \eta_0 \cdot 10^{-n/\tau}"

    def _rate(self, step: int) -> float:
        return self.start * 10 ** (-step / self.tau)


@dataclass(frozen=True, slots=True)
class InverseRoot(Schedule):
    """A step that shrinks with the root of its number i = n + 1, over the number of examples N.

    The steps shrink so slowly that their sum is infinite, as convergence needs: Zinkevich, "Online convex
    programming and generalized infinitesimal gradient ascent", ICML 2003, theorem 1.
    """

    start: float = _setting(1.0, "Starting rate times examples", low=1e-6, high=1000.0)
    examples: int = _setting(1, "Examples", low=1, high=1_000_000)

    name = "inverse_root"
    title = "1/√i"
    tex = r"\eta_i = \frac{\eta_0}{N\,\sqrt{i}},\quad i = n + 1"

    def _rate(self, step: int) -> float:
        return self.start / (self.examples * math.sqrt(step + 1))


@dataclass(frozen=True, slots=True)
class TimeDecay(Schedule):
    """The rate over 1 plus a decay for every step: what Keras' optimizers called ``decay``."""

    start: float = _start(0.01)
    decay: float = _setting(1e-6, "Decay", low=0.0, high=10.0)

    name = "time"
    title = "Time decay"
    tex = r"\eta_n = \frac{\eta_0}{1 + d\,n}"

    def _rate(self, step: int) -> float:
        return self.start / (1 + self.decay * step)


@dataclass(frozen=True, slots=True)
class Cosine(Schedule):
    """Half a wave of the cosine, from the first rate down to the last one, which then stays.

    Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017, equation 5, without
    restarts.
    """

    start: float = _start()
    end: float = _setting(0.0, "Last rate", low=0.0, high=MAX_RATE)
    steps: int = _setting(100, "Steps", low=1, high=MAX_STEPS)

    name = "cosine"
    title = "Cosine"
    tex = r"\eta_n = \eta_T + \frac{\eta_0 - \eta_T}{2}\left(1 + \cos\frac{\pi \min(n, T)}{T}\right)"

    def _rate(self, step: int) -> float:
        share = (1 + math.cos(math.pi * min(step, self.steps) / self.steps)) / 2
        return self.end + (self.start - self.end) * share


@dataclass(frozen=True, slots=True)
class WarmUp(Schedule):
    """Equal stairs up to the first rate of another schedule, which follows from its own first step on.

    Goyal et al., "Accurate, large minibatch SGD: training ImageNet in 1 hour", 2017, section 2.2: gradual warm-up.
    """

    after: Schedule = Constant()
    steps: int = _setting(10, "Steps of warm-up", low=1, high=MAX_STEPS)

    name = "warm_up"
    title = "Warm-up"
    tex = r"\eta_n = \frac{n + 1}{T}\,\eta^{\prime}_0 \;\; (n < T), \quad \eta_n = \eta^{\prime}_{n - T} \;\; (n \ge T)"

    def __post_init__(self) -> None:
        after: Any = self.after
        if isinstance(after, Mapping):
            object.__setattr__(self, "after", schedule_from_dict(after))
        elif not isinstance(after, Schedule):
            raise SpecError("after", f"a warm-up leads to another schedule, got {type(after).__name__}")
        if isinstance(self.after, WarmUp):
            raise SpecError("after", "a warm-up leads to another kind of schedule: choose one that is no warm-up")
        steps = next(setting for setting in fields(self) if setting.name == "steps")
        object.__setattr__(self, "steps", checked("steps", steps.default, steps.metadata, self.steps))

    def _rate(self, step: int) -> float:
        if step < self.steps:
            return self.after.rate(0) * (step + 1) / self.steps
        return self.after.rate(step - self.steps)

    def to_dict(self) -> dict[str, Any]:
        """Return the schedule as data that JSON can hold; what follows the warm-up stands in it."""
        return {"schedule": self.name, "after": self.after.to_dict(), "steps": self.steps}


SCHEDULES: dict[str, type[Schedule]] = {
    kind.name: kind for kind in (Constant, StepDecay, Exponential, InverseRoot, TimeDecay, Cosine, WarmUp)
}


def schedule_from_dict(values: Mapping[str, Any]) -> Schedule:
    """Return the schedule that `to_dict` wrote; settings that are left out take their defaults.

    Raises
    ------
    SpecError
        If there is no such schedule, if it has no such setting, or if a value is not allowed.
    """
    settings = dict(values)
    name = settings.pop("schedule", None)
    if not isinstance(name, str) or name not in SCHEDULES:
        raise SpecError("schedule", unknown("schedule", name, list(SCHEDULES)))
    kind = SCHEDULES[name]
    known = [setting.name for setting in fields(kind)]
    for key in settings:
        if key not in known:
            raise SpecError(str(key), unknown("setting", key, known))
    after = settings.get("after")
    # Before it is read: brackets within brackets would be read one by one.
    if isinstance(after, Mapping) and after.get("schedule") == WarmUp.name:
        raise SpecError("after", "a warm-up leads to another kind of schedule: choose one that is no warm-up")
    return kind(**settings)


def schedule_from_json(text: str) -> Schedule:
    """Return the schedule that `to_json` wrote; settings that are left out take their defaults."""
    return schedule_from_dict(json_object(text))
