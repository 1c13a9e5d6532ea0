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
    sentence : str
        What it does, and where it saturates or dies.
    tex : str
        The formula in TeX.
    """

    name: str
    title: str
    forward: OpKind | None
    backward: OpKind | None
    formula: str
    sentence: str
    tex: str


ACTIVATIONS: dict[str, Activation] = {
    a.name: a
    for a in (
        Activation(
            "identity", "Identity", None, None, "a = z",
            "Hands z on unchanged: layers of nothing else can only draw straight lines.",
            "a = z",
        ),
        Activation(
            "sigmoid", "Sigmoid", ops.sigmoid_forward, ops.sigmoid_backward, "a = 1/(1 + e⁻ᶻ)",
            "Squeezes z into 0 to 1; it saturates on both sides, and its slope is never more than 1/4.",
            r"a = \frac{1}{1 + e^{-z}}",
        ),
        Activation(
            "tanh", "Tanh", ops.tanh_forward, ops.tanh_backward, "a = tanh z",
            "Squeezes z into −1 to 1 around a middle of 0; it saturates on both sides.",
            r"a = \tanh z",
        ),
        Activation(
            "relu", "ReLU", ops.relu_forward, ops.relu_backward, "a = max(0, z)",
            "Passes what is positive and cuts off the rest; a neuron whose z is negative for every example is dead, "
            "for no gradient reaches it.",
            r"a = \max(0, z)",
        ),
        Activation(
            "leaky_relu", "Leaky ReLU", ops.leaky_relu_forward, ops.leaky_relu_backward, "a = max(0.01 z, z)",
            "A ReLU with slope 0.01 below zero: a little gradient always passes, so no neuron dies.",
            r"a = \max(0.01\,z, z)",
        ),
        Activation(
            "elu", "ELU", ops.elu_forward, ops.elu_backward, "a = z if z > 0 else eᶻ − 1",
            "Like ReLU above zero; below, it bends smoothly and saturates at −1.",
            r"a = \begin{cases} z & z > 0 \\ e^z - 1 & z \le 0 \end{cases}",
        ),
        Activation(
            "selu", "SELU", ops.selu_forward, ops.selu_backward,
            "a = 1.0507 z if z > 0 else 1.7581 (eᶻ − 1)",
            "A scaled ELU: with Lecun's initial weights, deep layers keep mean 0 and variance 1; "
            "it saturates at −1.758.",
            r"a = \begin{cases} 1.0507\,z & z > 0 \\ 1.7581\,(e^z - 1) & z \le 0 \end{cases}",
        ),
        Activation(
            "swish", "Swish", ops.swish_forward, ops.swish_backward, "a = z/(1 + e⁻ᶻ)",
            "z times its sigmoid: a smooth ReLU that dips to −0.28 near z = −1.28 and fades to 0 far below.",
            r"a = z\,\sigma(z) = \frac{z}{1 + e^{-z}}",
        ),
        Activation(
            "gelu", "GELU (tanh form)", ops.gelu_forward, ops.gelu_backward,
            "a = z/2 · (1 + tanh(√(2/π) (z + 0.044715 z³)))",
            "Close to z times the normal distribution's share below z: a smooth ReLU that dips to −0.17 and "
            "fades to 0 far below.",
            r"a = \frac{z}{2} \left(1 + \tanh\left(\sqrt{2/\pi}\,(z + 0.044715\,z^3)\right)\right)",
        ),
        Activation(
            "softplus", "Softplus", ops.softplus_forward, ops.softplus_backward, "a = log(1 + eᶻ)",
            "A ReLU with a rounded corner: always positive, and its slope, the sigmoid, fades far below zero.",
            r"a = \log(1 + e^z)",
        ),
        Activation(
            "sine", "Sine", ops.sine_forward, ops.sine_backward, "a = sin z",
            "A wave: it never saturates, but many different z give the same a.",
            r"a = \sin z",
        ),
        Activation(
            "gaussian", "Gaussian", ops.gaussian_forward, ops.gaussian_backward, "a = exp(−z²/σ²)",
            "A bump: large only where z is near 0; far away on both sides output and slope fade to 0.",
            r"a = e^{-z^2/\sigma^2}",
        ),
        Activation(
            "step", "Step (cannot learn)", ops.step_forward, ops.step_backward, "a = 1 if z > 0 else 0",
            "Answers 1 or 0; it is flat on both sides, so no gradient passes and the layers before it cannot learn.",
            r"a = \begin{cases} 1 & z > 0 \\ 0 & z \le 0 \end{cases}",
        ),
        Activation(
            "softmax", "Soft-max", ops.softmax_forward, ops.softmax_backward, "a = eᶻ / Σ eᶻ",
            "Turns the scores of a whole layer into probabilities that sum to 1; it saturates where one score is far "
            "above the others.",
            r"a = \frac{e^z}{\sum e^z}",
        ),
    )
}  # fmt: skip
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
    """Record a = activation(z), in the shape of z; return a."""
    if activation.forward is None:
        return z
    a = build.signal(f"a{number}", z.shape[1:], f"a_{{{number}}}")
    extra = {}
    if "sigma" in activation.forward.reads:
        extra["sigma"] = build.hyper_parameter("sigma", GAUSSIAN_SIGMA, r"\sigma")
    build.record(activation.forward, "a", z=z, a=a, **extra)
    return a


def record_backward(build: Builder, activation: Activation, number: int, da: Ref) -> Ref:
    """Record the gradient of the loss with respect to z from that with respect to a; return it."""
    if activation.backward is None:
        return da
    z, a = build.refs[f"z{number}"], build.refs[f"a{number}"]
    delta = build.gradient_signal(z)
    have = {"z": z, "a": a, "da": da, "delta": delta, "sigma": build.refs.get("sigma")}
    roles = activation.backward.reads + activation.backward.writes
    operands = {role: have[role] for role in roles}
    build.record(activation.backward, "delta", **operands)  # type: ignore[arg-type]
    return delta
