"""Convolution and transposed convolution in one, two or three dimensions: forward and three operations back.

Layout [B, *space, channels]; W is [*size, C, O]: for each tap a matrix from the C channels of the input to the O
filters. At every position the window's contents are one row, so a convolution is a dense layer that all positions
share. (Goodfellow, Bengio and Courville, *Deep Learning*, sections 9.1 and 9.5.)

A transposed convolution is the way back of a convolution, used forward: its W is [*size, O, C], that of the
convolution that leads from its output to its input.
"""

from __future__ import annotations

from engine.arena import Array
from engine.kernels import opcodes as oc
from engine.ops.window import Window, add_patches, flat, patches
from engine.program import op_kind


@op_kind(oc.CONV_FORWARD, r"<z> = <x> <window> <W> + <b>", size="W", settings=("window",))
def conv_forward(window: Window, x: Array, W: Array, b: Array, *, z: Array) -> None:
    """x [B, *space, C], W [*size, C, O], b [O], z [B, *positions, O]."""
    z[:] = patches(x, window) @ flat(W) + b


@op_kind(
    oc.CONV_WEIGHT_GRADIENT, r"<dW> = \textstyle\sum_{\text{positions}} \mathrm{patch}(<x>)^{\top}\,<delta>", size="dW",
    settings=("window",),
)  # fmt: skip
def conv_weight_gradient(window: Window, x: Array, delta: Array, *, dW: Array) -> None:
    """x [B, *space, C], delta [B, *positions, O], dW [*size, C, O]: a weight is used at every position."""
    dW[:] = (flat(patches(x, window)).T @ flat(delta)).reshape(dW.shape)


@op_kind(oc.CONV_BIAS_GRADIENT, r"<db> = \textstyle\sum_{\text{batch, positions}} <delta>", size="delta")
def conv_bias_gradient(delta: Array, *, db: Array) -> None:
    """delta [B, *positions, O], db [O]."""
    db[:] = flat(delta).sum(axis=0)


@op_kind(
    oc.CONV_INPUT_GRADIENT, r"<dx> = <delta> <window>^{\top} <W>", size="W", settings=("window",)
)
def conv_input_gradient(window: Window, delta: Array, W: Array, *, dx: Array) -> None:
    """delta [B, *positions, O], W [*size, C, O], dx [B, *space, C]: a place adds up all positions that read it."""
    dx[:] = add_patches(delta @ flat(W).T, window, dx.shape)


@op_kind(oc.CONV_TRANSPOSE_FORWARD, r"<z> = <x> <window>^{\top} <W> + <b>", size="W", settings=("window",))
def conv_transpose_forward(window: Window, x: Array, W: Array, b: Array, *, z: Array) -> None:
    """x [B, *positions, C], W [*size, O, C], b [O], z [B, *space, O]: every number of x stamps the kernel into z."""
    z[:] = add_patches(x @ flat(W).T, window, z.shape) + b


@op_kind(
    oc.CONV_TRANSPOSE_WEIGHT_GRADIENT,
    r"<dW> = \textstyle\sum_{\text{positions}} \mathrm{patch}(<delta>)^{\top}\,<x>", size="dW", settings=("window",),
)  # fmt: skip
def conv_transpose_weight_gradient(window: Window, x: Array, delta: Array, *, dW: Array) -> None:
    """x [B, *positions, C], delta [B, *space, O], dW [*size, O, C]."""
    dW[:] = (flat(patches(delta, window)).T @ flat(x)).reshape(dW.shape)


@op_kind(oc.CONV_TRANSPOSE_INPUT_GRADIENT, r"<dx> = <delta> <window> <W>", size="W", settings=("window",))
def conv_transpose_input_gradient(window: Window, delta: Array, W: Array, *, dx: Array) -> None:
    """delta [B, *space, O], W [*size, O, C], dx [B, *positions, C]."""
    dx[:] = patches(delta, window) @ flat(W)
