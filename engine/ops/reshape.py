"""Flatten: the maps of an image, place by place, as one row for a dense layer."""

from __future__ import annotations

from engine.arena import Array
from engine.kernels import opcodes as oc
from engine.program import op_kind


@op_kind(oc.FLATTEN_FORWARD, r"<y> = \mathrm{flat}(<x>)", size="x")
def flatten_forward(x: Array, *, y: Array) -> None:
    """x [B, *space, C], y [B, all]; channels run fastest."""
    y[:] = x.reshape(y.shape)


@op_kind(oc.FLATTEN_BACKWARD, r"<dx> = \mathrm{unflat}(<dy>)", size="dy")
def flatten_backward(dy: Array, *, dx: Array) -> None:
    """Every gradient goes back to the place that its number came from."""
    dx[:] = dy.reshape(dx.shape)
