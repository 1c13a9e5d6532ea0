"""What the gradient flow experiment is made from: a stack of alike layers, its weights, its noise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

import numpy as np

from engine.arena import Array
from engine.checks import SpecError, checked
from engine.initializers import INITIALIZERS, Initializer, Scaled
from engine.json_spec import JsonSpec
from engine.layers import Dense
from engine.spec import HIDDEN_ACTIVATIONS

__all__ = ["FLOW_INITIALIZERS", "FLOW_SETTINGS", "FlowSpec", "SpecError", "Times"]

FLOW_INITIALIZERS: dict[str, Callable[[], Initializer]] = {
    # N(0, 1/I) with I inputs: the variance that keeps the size of a sum of I unit inputs. LeCun, Bottou, Orr and
    # Müller, "Efficient BackProp", 1998, section 4.6.
    "lecun_normal": lambda: Scaled(1.0, "in", normal=True),
    **INITIALIZERS,
}


@dataclass(frozen=True, slots=True)
class Times:
    """The weights of another initializer, all multiplied by one factor."""

    initializer: Initializer
    factor: float

    def __call__(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Return the weights."""
        return self.factor * self.initializer(shape, rng)


def _setting(default: Any, title: str, **limits: Any) -> Any:
    """Declare a setting: what people call it, and its limits."""
    return field(default=default, metadata={"title": title, **limits})


@dataclass(frozen=True, slots=True)
class FlowSpec(JsonSpec):
    """Everything needed to build a `FlowRun` again. Frozen, validated, JSON there and back.

    The data are noise, not a task: `batch` examples whose inputs are drawn from N(0, 1), and as the gradient that
    arrives at the top one number from N(0, 1) for every output of every example. Weights, inputs and the gradient
    at the top have streams of their own, so that with the same seed two specs differ in nothing but what was
    changed between them: under another activation the weights and the noise are the same.

    Parameters
    ----------
    depth : int
        Dense layers, 2 to 20, all of the same width.
    width : int
        Units of each layer, and inputs, 4 to 64.
    activation : str
        Of every layer, the last one included.
    initializer : str
        A key of `FLOW_INITIALIZERS`; biases start at zero.
    scale : float
        A factor on all initial weights, 0.01 to 100.
    skip : bool
        Around every layer, the first one included.
    batch : int
        Examples of noise, 1 to 32.
    seed : int

    Raises
    ------
    SpecError
        If a value is not allowed; its ``field`` names the setting.
    """

    called: ClassVar[str] = "stack"

    depth: int = _setting(10, "Layers", low=2, high=20)
    width: int = _setting(32, "Width", low=4, high=64)
    activation: str = _setting("sigmoid", "Activation", choices=HIDDEN_ACTIVATIONS)
    initializer: str = _setting("lecun_normal", "Initializer", choices=tuple(FLOW_INITIALIZERS))
    scale: float = _setting(1.0, "Factor on the weights", low=0.01, high=100.0)
    skip: bool = _setting(False, "Skip connections")
    batch: int = _setting(8, "Examples of noise", low=1, high=32)
    seed: int = _setting(0, "Seed", low=0, high=2**31 - 1)

    def __post_init__(self) -> None:
        for setting in fields(self):
            value = checked(setting.name, setting.default, setting.metadata, getattr(self, setting.name))
            object.__setattr__(self, setting.name, value)

    def layers(self) -> tuple[Dense, ...]:
        """Return the layers, the first one below."""
        weights = Times(FLOW_INITIALIZERS[self.initializer](), self.scale)
        layer = Dense(self.width, self.activation, kernel_initializer=weights, skip=self.skip)
        return (layer,) * self.depth

    def to_dict(self) -> dict[str, Any]:
        """Return the spec as data that JSON can hold, with a version."""
        return {"version": self.version, **{name: getattr(self, name) for name in FLOW_SETTINGS}}


FLOW_SETTINGS = {setting.name: setting for setting in fields(FlowSpec)}
