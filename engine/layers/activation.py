"""Activations by name: which operations record them forward and backward."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from engine.arena import Ref
from engine.ops import activations as ops
from engine.program import Builder, OpKind


@dataclass(frozen=True, slots=True)
class Activation:
    """A named activation: its two kinds of operation, and what a student reads about it.

    Attributes
    ----------
    forward, backward : OpKind or None
        None for the identity, which records nothing.
    formula : str
        In Unicode.
    """

    name: str
    title: str
    forward: OpKind | None
    backward: OpKind | None
    formula: str


ACTIVATIONS: dict[str, Activation] = {
    a.name: a
    for a in (
        Activation("identity", "Identity", None, None, "a = z"),
        Activation("sigmoid", "Sigmoid", ops.sigmoid_forward, ops.sigmoid_backward, "a = 1/(1 + e⁻ᶻ)"),
        Activation("tanh", "Tanh", ops.tanh_forward, ops.tanh_backward, "a = tanh z"),
        Activation("relu", "ReLU", ops.relu_forward, ops.relu_backward, "a = max(0, z)"),
        Activation("gaussian", "Gaussian", ops.gaussian_forward, ops.gaussian_backward, "a = exp(−z²/σ²)"),
        Activation(
            "step", "Step (cannot learn)", ops.step_forward, ops.step_backward, "a = 1 if z > 0 else 0"
        ),
        Activation("softmax", "Soft-max", ops.softmax_forward, ops.softmax_backward, "a = eᶻ / Σ eᶻ"),
    )
}
GAUSSIAN_SIGMA = 1.0


def get_activation(name: str | None) -> Activation:
    """Return the activation of that name; None and "linear" mean the identity, as in Keras."""
    key = "identity" if name in (None, "linear") else str(name)
    if key not in ACTIVATIONS:
        near = get_close_matches(key, ACTIVATIONS, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ValueError(f"unknown activation {name!r}: choose one of {', '.join(ACTIVATIONS)}{hint}")
    return ACTIVATIONS[key]


def record_forward(build: Builder, activation: Activation, number: int, z: Ref) -> Ref:
    """Record a = activation(z) [B, units]; return a."""
    if activation.forward is None:
        return z
    a = build.signal(f"a{number}", z.shape[1], f"a_{{{number}}}")
    extra = {}
    if "sigma" in activation.forward.reads:
        extra["sigma"] = build.hyper_parameter("sigma", GAUSSIAN_SIGMA, r"\sigma")
    build.record(activation.forward, "a", z=z, a=a, **extra)
    return a


def record_backward(build: Builder, activation: Activation, number: int, da: Ref) -> Ref:
    """Record the gradient of the loss with respect to z [B, units] from that with respect to a; return it."""
    if activation.backward is None:
        return da
    z, a = build.refs[f"z{number}"], build.refs[f"a{number}"]
    delta = build.gradient_signal(z)
    have = {"z": z, "a": a, "da": da, "delta": delta, "sigma": build.refs.get("sigma")}
    roles = activation.backward.reads + activation.backward.writes
    operands = {role: have[role] for role in roles}
    build.record(activation.backward, "delta", **operands)  # type: ignore[arg-type]
    return delta
