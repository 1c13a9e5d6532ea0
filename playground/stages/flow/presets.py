"""Stacks that show one thing each, by a key; what they lead to is computed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from engine.backend import Backend
from engine.flow import FlowSpec, LayerFlow
from playground.stages.flow.measure import measured, ratio


@dataclass(frozen=True, slots=True)
class Preset:
    """A stack with a name.

    Attributes
    ----------
    title : str
    spec : FlowSpec
    shown : {"weights", "sums"}
        Which gradient shows best what this stack is for.
    """

    title: str
    spec: FlowSpec
    shown: str = "weights"


OPENING = FlowSpec()
_DEEP = FlowSpec(depth=20)
PRESETS = {
    "sigmoid": Preset("Sigmoid, 10 layers", OPENING),
    "tanh": Preset("Tanh", OPENING.with_(activation="tanh")),
    "relu": Preset("ReLU, He start", OPENING.with_(activation="relu", initializer="he_normal")),
    "skips": Preset("Sigmoid with skips", OPENING.with_(skip=True)),
    "deep": Preset("Sigmoid, 20 layers", _DEEP),
    "deep_skips": Preset("20 layers with skips", _DEEP.with_(skip=True)),
    # Forward the signal grows as the gradient does backward, so that the products of both, the gradients of the
    # weights, are all alike, and huge. The gradient of the sums tells of the way down alone.
    "explode": Preset("ReLU, weights × 100", OPENING.with_(activation="relu", scale=100.0), "sums"),
}


def preset_of(spec: FlowSpec, shown: str) -> str:
    """Return the key of the preset that is on the stage; empty for none."""
    return next((key for key, preset in PRESETS.items() if (preset.spec, preset.shown) == (spec, shown)), "")


@lru_cache(maxsize=4)
def preset_ratios(backend: Backend) -> dict[str, float | None]:
    """Return how much of the last layer's gradient the first layer gets, by the key of the preset."""
    return {key: ratio(_layers(preset.spec, backend), preset.shown) for key, preset in PRESETS.items()}


def _layers(spec: FlowSpec, backend: Backend) -> tuple[LayerFlow, ...]:
    return measured(spec, backend).layers
