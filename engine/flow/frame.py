"""What a gradient flow run hands to views: per layer the signal on its way up, and the gradient on its way down."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.arena import Array, Layout, Memory, Ref
from engine.experiment import Position
from engine.flow.spec import FlowSpec
from engine.flow.stack import LayerPlaces
from engine.inside.gradients import SIGMOID_LIMIT, TANH_LIMIT
from engine.program import Op

__all__ = ["FlowFrame", "LayerFlow"]


@dataclass(frozen=True, slots=True)
class LayerFlow:
    """What is known of one layer; None where it is not computed yet, or does not apply.

    Norms are roots of the sum of squares: of signals over examples and units.

    Attributes
    ----------
    number : int
        From 1, at the input.
    mean, rms : float or None
        Mean, and root of the mean square, of what the layer hands on (with its skip connection), over examples and
        units.
    saturated : float or None
        Share of the activation's outputs, over examples and units, beyond ±0.97 (tanh) or outside 0.03…0.97
        (sigmoid); None for other activations.
    dead : float or None
        Share of the units that give 0 for every example; None where the activation is not ReLU.
    slope : float or None
        Mean magnitude of the activation's slope at z, over examples and units.
    upstream : float or None
        Norm of the gradient with respect to what the layer hands on.
    delta : float or None
        Norm of the gradient with respect to z.
    gradient : float or None
        Norm of the gradient with respect to W, summed over the examples.
    factor : float or None
        `delta` over that of the layer above: what one layer multiplies the gradient by. The product of all factors
        is the `delta` of the first layer over that of the last. None for the last layer, and below a layer whose
        delta is 0.
    """

    number: int
    mean: float | None = None
    rms: float | None = None
    saturated: float | None = None
    dead: float | None = None
    slope: float | None = None
    upstream: float | None = None
    delta: float | None = None
    gradient: float | None = None
    factor: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FlowFrame:
    """A snapshot of a run.

    Attributes
    ----------
    position : Position
    spec : FlowSpec
    layers : tuple of LayerFlow
        The first one below.
    ratio : float or None
        Norm of dW of the first layer over that of the last: None until both are known, and where the latter is 0.
    last, next : Op or None
        The operation that made this frame, None at the very beginning, and the one that comes next, None at the end.
    memory : ndarray
        Read-only; what is not computed yet is nan.
    """

    position: Position
    spec: FlowSpec
    layers: tuple[LayerFlow, ...]
    ratio: float | None
    last: Op | None
    next: Op | None
    memory: Array
    refs: dict[str, Ref]
    layout: Layout

    def __getitem__(self, name: str) -> Array:
        """Return the values of the place of that name: ``a3`` [batch, width], ``dW3`` [width, width]."""
        if name not in self.refs:
            raise KeyError(f"there is no {name!r}; there are {', '.join(self.refs)}")
        ref = self.refs[name]
        start = self.layout.address(ref)
        return self.memory[start : start + ref.size].reshape(ref.shape)


def layer_flows(spec: FlowSpec, places: tuple[LayerPlaces, ...], memory: Memory, done: int) -> tuple[LayerFlow, ...]:
    """Return what is known of every layer after `done` operations."""
    flows: list[LayerFlow] = []
    above: float | None = None
    for at in reversed(places):
        delta = norm(memory.view(at.delta)) if done >= at.delta_from else None
        flows.append(
            LayerFlow(
                number=at.number,
                **(_signal(spec.activation, at, memory) if done >= at.output_from else {}),
                upstream=norm(memory.view(at.upstream)) if done >= at.upstream_from else None,
                delta=delta,
                gradient=norm(memory.view(at.gradient)) if done >= at.gradient_from else None,
                factor=quotient(delta, above),
            )
        )
        above = delta
    return tuple(reversed(flows))


def _signal(activation: str, at: LayerPlaces, memory: Memory) -> dict[str, float | None]:
    output, a = memory.view(at.output), memory.view(at.activation)
    saturated = dead = None
    if activation == "relu":
        dead = float(np.mean(~a.any(axis=0)))
    elif activation == "tanh":
        saturated = float(np.mean(np.abs(a) > TANH_LIMIT))
    elif activation == "sigmoid":
        saturated = float(np.mean(np.abs(a - 0.5) > 0.5 - SIGMOID_LIMIT))
    return {
        "mean": float(output.mean()),
        "rms": norm(output) / math.sqrt(output.size),
        "saturated": saturated,
        "dead": dead,
        "slope": float(np.abs(_slopes(at, memory)).mean()),
    }


def _slopes(at: LayerPlaces, memory: Memory) -> Array:
    """Return the activation's slopes at z [batch, width]: its backward operation, on an upstream gradient of ones."""
    ones = np.ones(at.delta.shape)
    if at.slope is None:
        return ones
    slopes = np.empty_like(ones)
    named = zip(at.slope.kind.reads, at.slope.reads, strict=True)
    # Far out an exponential overflows on its way to a slope of 0.
    with np.errstate(all="ignore"):
        at.slope.kind.line(*(ones if role == "da" else memory.view(ref) for role, ref in named), delta=slopes)
    return slopes


def norm(values: Array) -> float:
    """Return the root of the sum of squares."""
    flat = values.reshape(-1)
    return float(np.sqrt(flat @ flat))


def quotient(part: float | None, whole: float | None) -> float | None:
    """Return part over whole; None where one of them is not known, and over 0."""
    return None if part is None or not whole else part / whole
