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


@op_kind(
    oc.ELU_FORWARD,
    r"<a> = \begin{cases} <z> & <z> > 0 \\ e^{<z>} - 1 & <z> \le 0 \end{cases}",
    size="z",
)
def elu_forward(z: Array, *, a: Array) -> None:
    """Exponential linear unit with alpha = 1 (Clevert, Unterthiner and Hochreiter, ICLR 2016)."""
    a[:] = np.where(z > 0, z, np.expm1(np.minimum(z, 0)))


@op_kind(oc.ELU_BACKWARD, r"<delta> = <da> \odot e^{\min(0, <z>)}", size="z")
def elu_backward(z: Array, da: Array, *, delta: Array) -> None:
    """The slope is 1 above zero, else e^z: both meet at the seam."""
    delta[:] = da * np.exp(np.minimum(z, 0))


@op_kind(oc.LEAKY_RELU_FORWARD, r"<a> = \max(0.01\,<z>, <z>)", size="z")
def leaky_relu_forward(z: Array, *, a: Array) -> None:
    """Slope 0.01 below zero (Maas, Hannun and Ng, ICML workshop 2013)."""
    a[:] = np.where(z > 0, z, 0.01 * z)


@op_kind(
    oc.LEAKY_RELU_BACKWARD,
    r"<delta> = <da> \odot \begin{cases} 1 & <z> > 0 \\ 0.01 & <z> \le 0 \end{cases}",
    size="z",
)
def leaky_relu_backward(z: Array, da: Array, *, delta: Array) -> None:
    """The slope is 1 above zero, else 0.01; the kink itself counts as 0.01."""
    delta[:] = np.where(z > 0, da, 0.01 * da)


@op_kind(
    oc.SELU_FORWARD,
    r"<a> = 1.0507 \begin{cases} <z> & <z> > 0 \\ 1.6733\,(e^{<z>} - 1) & <z> \le 0 \end{cases}",
    size="z",
)
def selu_forward(z: Array, *, a: Array) -> None:
    """Scaled ELU; the two constants are those of Klambauer et al., NeurIPS 2017."""
    a[:] = 1.0507009873554805 * np.where(z > 0, z, 1.6732632423543772 * np.expm1(np.minimum(z, 0)))


@op_kind(
    oc.SELU_BACKWARD,
    r"<delta> = 1.0507\,<da> \odot \begin{cases} 1 & <z> > 0 \\ 1.6733\,e^{<z>} & <z> \le 0 \end{cases}",
    size="z",
)
def selu_backward(z: Array, da: Array, *, delta: Array) -> None:
    """The slope jumps at zero from 1.758 to 1.051."""
    delta[:] = 1.0507009873554805 * da * np.where(z > 0, 1, 1.6732632423543772 * np.exp(np.minimum(z, 0)))


@op_kind(oc.SWISH_FORWARD, r"<a> = <z> \odot \sigma(<z>) = \frac{<z>}{1 + e^{-<z>}}", size="z")
def swish_forward(z: Array, *, a: Array) -> None:
    """z times its sigmoid, also called SiLU (Ramachandran, Zoph and Le, 2017)."""
    a[:] = z / (1 + np.exp(-z))


@op_kind(
    oc.SWISH_BACKWARD,
    r"<delta> = <da> \odot \left(\sigma(<z>) + <a> \odot (1 - \sigma(<z>))\right)",
    size="z",
)
def swish_backward(z: Array, a: Array, da: Array, *, delta: Array) -> None:
    """The slope is the sigmoid, and what the sigmoid's own slope adds."""
    sigmoid = 1 / (1 + np.exp(-z))
    delta[:] = da * (sigmoid + a * (1 - sigmoid))


@op_kind(
    oc.GELU_FORWARD,
    r"<a> = \tfrac12 <z> \odot \left(1 + \tanh\left(\sqrt{2/\pi}\,(<z> + 0.044715\,<z>^3)\right)\right)",
    size="z",
)
def gelu_forward(z: Array, *, a: Array) -> None:
    """Gaussian error linear unit in its tanh form (Hendrycks and Gimpel, 2016); the exact one needs erf."""
    a[:] = 0.5 * z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)))


@op_kind(
    oc.GELU_BACKWARD,
    r"<delta> = \tfrac12 <da> \odot \left(1 + t + \sqrt{2/\pi}\,<z> \odot (1 - t^2)"
    r" \odot (1 + 0.134145\,<z>^2)\right),\quad t = \tanh\left(\sqrt{2/\pi}\,(<z> + 0.044715\,<z>^3)\right)",
    size="z",
)
def gelu_backward(z: Array, da: Array, *, delta: Array) -> None:
    """By the product rule; t is the tanh of the forward pass."""
    t = np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))
    delta[:] = 0.5 * da * (1 + t + np.sqrt(2 / np.pi) * z * (1 - t**2) * (1 + 0.134145 * z**2))


@op_kind(oc.SOFTPLUS_FORWARD, r"<a> = \log(1 + e^{<z>})", size="z")
def softplus_forward(z: Array, *, a: Array) -> None:
    """A smooth ReLU (Dugas et al., NeurIPS 2000); log(e^0 + e^z) in a form that cannot overflow."""
    a[:] = np.logaddexp(0, z)


@op_kind(oc.SOFTPLUS_BACKWARD, r"<delta> = <da> \odot \sigma(<z>)", size="z")
def softplus_backward(z: Array, da: Array, *, delta: Array) -> None:
    """The slope is the sigmoid."""
    delta[:] = da / (1 + np.exp(-z))


@op_kind(oc.SINE_FORWARD, r"<a> = \sin <z>", size="z")
def sine_forward(z: Array, *, a: Array) -> None:
    """Periodic (Sitzmann et al., NeurIPS 2020)."""
    a[:] = np.sin(z)


@op_kind(oc.SINE_BACKWARD, r"<delta> = <da> \odot \cos <z>", size="z")
def sine_backward(z: Array, da: Array, *, delta: Array) -> None:
    """The slope is the cosine: between -1 and 1 forever."""
    delta[:] = da * np.cos(z)
