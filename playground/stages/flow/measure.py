"""Gradients of a stack as the stage compares them: of the weights, or of the sums z."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine.backend import Backend
from engine.flow import END, FlowFrame, FlowRun, FlowSpec, LayerFlow


def measured(spec: FlowSpec, backend: Backend) -> FlowFrame:
    """Return a stack after its whole pass."""
    run = FlowRun(spec, backend=backend)
    run.seek(END)
    return run.frame()


def gradient(layer: LayerFlow, shown: str) -> float | None:
    """Return the norm that a layer's bar stands for; None where it is not computed yet."""
    return layer.gradient if shown == "weights" else layer.delta


def factor(layers: Sequence[LayerFlow], number: int, shown: str) -> float | None:
    """Return a layer's gradient over that of the layer above; None where there is none, or it is 0."""
    if number >= len(layers):
        return None
    return _quotient(gradient(layers[number - 1], shown), gradient(layers[number], shown))


def ratio(layers: Sequence[LayerFlow], shown: str, number: int = 1) -> float | None:
    """Return a layer's gradient, the first one's if no other is asked for, over that of the last layer."""
    return _quotient(gradient(layers[number - 1], shown), gradient(layers[-1], shown))


def _quotient(part: float | None, whole: float | None) -> float | None:
    return None if part is None or not whole or not math.isfinite(part) else part / whole
