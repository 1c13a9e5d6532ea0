"""Activations, forward and backward side by side.

A backward operation gets `da`, the gradient of the loss with respect to the activation's output, and makes
`delta`, the gradient with respect to its input. Shapes are [B, units] throughout.
"""

from __future__ import annotations

import numpy as np

from engine.arena import Array
from engine.kernels import opcodes as oc
from engine.program import op_kind


@op_kind(oc.SIGMOID_FORWARD, r"<a> = \sigma(<z>) = \frac{1}{1 + e^{-<z>}}", size="z")
def sigmoid_forward(z: Array, *, a: Array) -> None:
    """The logistic function; exp of minus the magnitude cannot overflow."""
    a[:] = np.where(z >= 0, 1, np.exp(-np.abs(z))) / (1 + np.exp(-np.abs(z)))


@op_kind(oc.SIGMOID_BACKWARD, r"<delta> = <da> \odot <a> \odot (1 - <a>)", size="a")
def sigmoid_backward(a: Array, da: Array, *, delta: Array) -> None:
    """The slope is a (1 - a), at most 1/4."""
    delta[:] = da * a * (1 - a)


@op_kind(oc.TANH_FORWARD, r"<a> = \tanh <z>", size="z")
def tanh_forward(z: Array, *, a: Array) -> None:
    """The hyperbolic tangent."""
    a[:] = np.tanh(z)


@op_kind(oc.TANH_BACKWARD, r"<delta> = <da> \odot (1 - <a>^2)", size="a")
def tanh_backward(a: Array, da: Array, *, delta: Array) -> None:
    """The slope is 1 - a², at most 1."""
    delta[:] = da * (1 - a**2)


@op_kind(oc.RELU_FORWARD, r"<a> = \max(0, <z>)", size="z")
def relu_forward(z: Array, *, a: Array) -> None:
    """The rectified linear unit."""
    a[:] = np.maximum(0, z)


@op_kind(oc.RELU_BACKWARD, r"<delta> = <da> \odot [<z> > 0]", size="z")
def relu_backward(z: Array, da: Array, *, delta: Array) -> None:
    """The slope is 1 above zero, else 0; the kink itself counts as 0."""
    delta[:] = np.where(z > 0, da, 0)


@op_kind(oc.GAUSSIAN_FORWARD, r"<a> = e^{-<z>^2 / <sigma>^2}", size="z")
def gaussian_forward(z: Array, sigma: Array, *, a: Array) -> None:
    """A bump of width sigma; the density's form would divide by 2 sigma²."""
    a[:] = np.exp(-(z**2) / sigma**2)


@op_kind(oc.GAUSSIAN_BACKWARD, r"<delta> = <da> \odot <a> \odot \frac{-2<z>}{<sigma>^2}", size="z")
def gaussian_backward(z: Array, a: Array, sigma: Array, da: Array, *, delta: Array) -> None:
    """The slope is -2 z a / sigma²."""
    delta[:] = da * a * (-2 * z / sigma**2)


@op_kind(oc.STEP_FORWARD, r"<a> = [<z> > 0]", size="z")
def step_forward(z: Array, *, a: Array) -> None:
    """1 above zero, else 0."""
    a[:] = z > 0


@op_kind(oc.STEP_BACKWARD, r"<delta> = 0", size="da")
def step_backward(da: Array, *, delta: Array) -> None:
    """The step is flat almost everywhere: no gradient passes."""
    delta[:] = 0 * da


@op_kind(oc.SOFTMAX_FORWARD, r"<a> = \frac{e^{<z>}}{\sum e^{<z>}}", size="z")
def softmax_forward(z: Array, *, a: Array) -> None:
    """Row by row; taking off the row's maximum changes nothing and cannot overflow."""
    a[:] = np.exp(z - z.max(axis=1, keepdims=True))
    a /= a.sum(axis=1, keepdims=True)


@op_kind(
    oc.SOFTMAX_BACKWARD, r"<delta> = <a> \odot \left(<da> - \textstyle\sum <da> \odot <a>\right)", size="a"
)
def softmax_backward(a: Array, da: Array, *, delta: Array) -> None:
    """The Jacobian of soft-max times da, row by row."""
    delta[:] = a * (da - (da * a).sum(axis=1, keepdims=True))
