"""The skip connection: what went into a layer is added to what comes out.

He, Zhang, Ren and Sun, "Deep residual learning for image recognition", CVPR 2016.
"""

from __future__ import annotations

from engine.arena import Array
from engine.kernels import opcodes as oc
from engine.program import op_kind


@op_kind(oc.SKIP_FORWARD, r"<s> = <branch> + <shortcut>", size="branch")
def skip_forward(branch: Array, shortcut: Array, *, s: Array) -> None:
    """`branch` went through the layer, `shortcut` around it; both are [B, units]."""
    s[:] = branch + shortcut


@op_kind(oc.SKIP_BACKWARD, r"<dshortcut> \;\text{+=}\; <ds>", size="ds")
def skip_backward(ds: Array, *, dshortcut: Array) -> None:
    """A sum hands its gradient to both sides unchanged, so the shortcut never makes it smaller."""
    dshortcut += ds
