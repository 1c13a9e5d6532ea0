"""What the activation experiment is made from: a function, an input, another curve beside it, and many inputs."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from engine.activation.functions import FUNCTIONS
from engine.checks import checked
from engine.json_spec import JsonSpec

__all__ = ["ACTIVATION_SETTINGS", "BESIDE", "FOUR", "REACH", "ActivationSpec"]

# The axis goes so far from 0 either way.
REACH = 6.0
FOUR = ("identity", "sigmoid", "tanh", "relu")
# What may be drawn beside the function: nothing, a scaled and shifted sigmoid, four at once, or another one.
BESIDE = ("none", "scaled", "four", *FUNCTIONS)


def _setting(default: Any, title: str, **limits: Any) -> Any:
    """Declare a setting: what people call it, and its limits."""
    return field(default=default, metadata={"title": title, **limits})


@dataclass(frozen=True, slots=True)
class ActivationSpec(JsonSpec):
    """Everything that the activation page shows. Frozen, validated.

    Parameters
    ----------
    function : str
        One of `FUNCTIONS`.
    sigma : float
        Width of the Gaussian, 0.2 to 4.
    x : float
        The input that is looked at, −6 to 6.
    beside : str
        One of `BESIDE`.
    outer, inner, shift : float
        Of the scaled sigmoid: outer · σ(inner · x) + shift.
    flat : bool
        Whether stretches without a slope are marked.
    mean, spread : float
        Of the inputs of a whole data set.
    bias : float
        Added to each of them.
    spikes : bool
        Whether the spiking neuron is shown, for which x is the current.

    Raises
    ------
    SpecError
        If a value is not allowed; its ``field`` names the setting.
    """

    called: ClassVar[str] = "activation"

    function: str = _setting("sigmoid", "Function", choices=FUNCTIONS)
    sigma: float = _setting(1.0, "Width σ of the Gaussian", low=0.2, high=4.0)
    x: float = _setting(1.0, "Input x", low=-REACH, high=REACH)
    beside: str = _setting("none", "Beside it", choices=BESIDE)
    outer: float = _setting(1.0, "Factor on the outside", low=-4.0, high=4.0)
    inner: float = _setting(1.0, "Factor on x", low=-4.0, high=4.0)
    shift: float = _setting(0.0, "Shift", low=-4.0, high=4.0)
    flat: bool = _setting(True, "Mark what is flat")
    mean: float = _setting(0.0, "Mean of the inputs", low=-4.0, high=4.0)
    spread: float = _setting(1.5, "Spread of the inputs", low=0.1, high=4.0)
    bias: float = _setting(0.0, "Bias", low=-20.0, high=20.0)
    spikes: bool = _setting(False, "Spiking neuron")

    def __post_init__(self) -> None:
        for setting in fields(self):
            value = checked(setting.name, setting.default, setting.metadata, getattr(self, setting.name))
            object.__setattr__(self, setting.name, value)

    def to_dict(self) -> dict[str, Any]:
        """Return the spec as data that JSON can hold, with a version."""
        return {"version": self.version, **{name: getattr(self, name) for name in ACTIVATION_SETTINGS}}


ACTIVATION_SETTINGS = {setting.name: setting for setting in fields(ActivationSpec)}
