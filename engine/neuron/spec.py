"""What one neuron is made from: inputs, weights, a bias that can be switched off, an activation, and a task."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from engine.checks import SpecError, checked
from engine.json_spec import JsonSpec
from engine.neuron.tasks import TASKS, Task

__all__ = ["LARGEST_INPUT", "LARGEST_WEIGHT", "LEARNING", "NEURON_ACTIVATIONS", "NEURON_SETTINGS", "NeuronSpec"]

Array = npt.NDArray[np.float64]

NEURON_ACTIVATIONS = ("step", "sigmoid", "tanh", "relu", "identity")
# With these the rule w ← w + η (t − a) x is the perceptron's, or gradient descent on the cross-entropy.
LEARNING = ("step", "sigmoid")
LARGEST_WEIGHT, LARGEST_INPUT = 200.0, 10.0
INPUTS = (2, 3)


def _setting(default: Any, title: str, **limits: Any) -> Any:
    """Declare a setting: what people call it, and its limits."""
    return field(default=default, metadata={"title": title, **limits})


@dataclass(frozen=True, slots=True)
class NeuronSpec(JsonSpec):
    """Everything needed to build a `NeuronRun` again. Frozen, validated.

    Parameters
    ----------
    inputs : tuple of float
        Two or three, −10 to 10.
    weights : tuple of float
        As many, −200 to 200.
    bias : float
    biased : bool
        Whether there is a bias; without one the boundary goes through the origin.
    activation : str
        One of `NEURON_ACTIVATIONS`.
    task : str
        A key of `TASKS`; those but ``none`` have two inputs.
    rate : float
        Learning rate, 0.01 to 10.

    Raises
    ------
    SpecError
        If a value is not allowed; its ``field`` names the setting.
    """

    called: ClassVar[str] = "neuron"

    inputs: tuple[float, ...] = _setting((1.0, 2.0, 3.0), "Inputs", most=LARGEST_INPUT)
    weights: tuple[float, ...] = _setting((0.1, 0.2, 0.3), "Weights", most=LARGEST_WEIGHT)
    bias: float = _setting(0.0, "Bias", low=-LARGEST_WEIGHT, high=LARGEST_WEIGHT)
    biased: bool = _setting(True, "Bias on")
    activation: str = _setting("sigmoid", "Activation", choices=NEURON_ACTIVATIONS)
    task: str = _setting("none", "Task", choices=tuple(TASKS))
    rate: float = _setting(1.0, "Learning rate", low=0.01, high=10.0)

    def __post_init__(self) -> None:
        for setting in fields(self):
            value, limits = getattr(self, setting.name), setting.metadata
            if isinstance(setting.default, tuple):
                value = _numbers(setting.name, value, limits["title"], limits["most"])
            else:
                value = checked(setting.name, setting.default, limits, value)
            object.__setattr__(self, setting.name, value)
        if len(self.inputs) != len(self.weights):
            raise SpecError(
                "weights", f"each input has a weight: {len(self.inputs)} inputs, {len(self.weights)} weights"
            )
        if self.task != "none" and len(self.inputs) != 2:
            raise SpecError("task", f"the task {self.task!r} has two inputs; this neuron has {len(self.inputs)}")

    @property
    def data(self) -> Task:
        """The task's examples."""
        return TASKS[self.task]

    @property
    def learns(self) -> bool:
        """Whether there is something to learn from, and a rule to learn by."""
        return self.activation in (LEARNING if self.data.is_table else ("sigmoid",)) and self.task != "none"

    def parameters(self) -> Array:
        """Return the weights and the bias [n + 1]; the bias is 0 where it is switched off."""
        return np.array([*self.weights, self.bias if self.biased else 0.0])

    def resized(self, count: int) -> NeuronSpec:
        """Return the spec with so many inputs: new ones are 1 with weight 0; a task needs two."""
        if count not in INPUTS:
            raise SpecError("inputs", f"a neuron here has {INPUTS[0]} or {INPUTS[-1]} inputs, got {count}")
        changes: dict[str, Any] = {
            "inputs": (*self.inputs, 1.0)[:count], "weights": (*self.weights, 0.0)[:count]
        }  # fmt: skip
        if count != 2:
            changes["task"] = "none"
        return self.with_(**changes)

    def to_dict(self) -> dict[str, Any]:
        """Return the spec as data that JSON can hold, with a version."""
        values = {name: getattr(self, name) for name in NEURON_SETTINGS}
        return {"version": self.version, **{k: list(v) if isinstance(v, tuple) else v for k, v in values.items()}}


NEURON_SETTINGS = {setting.name: setting for setting in fields(NeuronSpec)}


def _numbers(name: str, values: Iterable[Any], title: str, most: float) -> tuple[float, ...]:
    allowed = f"{title}: {INPUTS[0]} or {INPUTS[-1]} numbers from {-most:g} to {most:g}, such as 1, 2"
    got = list(values) if isinstance(values, Sequence) and not isinstance(values, str) else []
    if len(got) not in INPUTS:
        raise SpecError(name, f"{allowed}; got {str(values)[:40]!r}")
    try:
        numbers = tuple(float(each) for each in got)
    except (TypeError, ValueError, OverflowError):
        raise SpecError(name, f"{allowed}; got {str(values)[:40]!r}") from None
    if not all(-most <= each <= most for each in numbers):
        raise SpecError(name, f"{allowed}; got {str(values)[:40]!r}")
    return tuple(each + 0.0 for each in numbers)
