"""The dense layer's four operations: one forward, three backward.

Row convention: an example is a row, so W is [I, O] and z = x W + b. (Goodfellow, Bengio and Courville, *Deep
Learning*, section 6.5, gives the backward products.)
"""

from __future__ import annotations

from engine.arena import Array
from engine.kernels import opcodes as oc
from engine.program import op_kind


@op_kind(oc.DENSE_FORWARD, r"<z> = <x>\,<W> + <b>", size="W")
def dense_forward(x: Array, W: Array, b: Array, *, z: Array) -> None:
    """x [B, I], W [I, O], b [O], z [B, O]."""
    z[:] = x @ W + b


@op_kind(oc.DENSE_WEIGHT_GRADIENT, r"<dW> = <x>^{\top}\,<delta>", size="dW")
def dense_weight_gradient(x: Array, delta: Array, *, dW: Array) -> None:
    """x [B, I], delta [B, O], dW [I, O]."""
    dW[:] = x.T @ delta


@op_kind(oc.DENSE_BIAS_GRADIENT, r"<db> = \textstyle\sum_{\text{batch}} <delta>", size="db")
def dense_bias_gradient(delta: Array, *, db: Array) -> None:
    """delta [B, O], db [O]."""
    db[:] = delta.sum(axis=0)


@op_kind(oc.DENSE_INPUT_GRADIENT, r"<dx> = <delta>\,<W>^{\top}", size="W")
def dense_input_gradient(delta: Array, W: Array, *, dx: Array) -> None:
    """delta [B, O], W [I, O], dx [B, I]."""
    dx[:] = delta @ W.T
