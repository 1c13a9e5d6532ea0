"""The rules of a sliding window in symbols, with its stride, its dilation and its padding in them."""

from __future__ import annotations

from engine.ops.window import Window
from engine.sliding import SlidingSpec

__all__ = ["back_tex", "forward_tex"]

# What counts positions and taps, by the number of axes.
_POSITIONS = {1: "i", 2: "ij", 3: "ijk"}
_TAPS = {1: "m", 2: "mn", 3: "lmn"}


def forward_tex(spec: SlidingSpec, window: Window) -> list[str]:
    """Return the rule of the forward pass in symbols, with the stride, the dilation and the padding in it.

    With flip it is the convolution of mathematics, x at i − m; without it the cross-correlation, x at i + m. Places
    count from 0.
    """
    axes = len(spec.space)
    places, taps, read = _POSITIONS[axes], _TAPS[axes], _indices(window, axes)
    if spec.pools:
        several = ["c"] if spec.channels > 1 else []
        y, x = f"y_{{{_below(places, *several)}}}", f"x_{{{', '.join([read, *several])}}}"
        if spec.operation == "max":
            return [rf"{y} = \max_{{{_below(taps)}}} \; {x}"]
        return [rf"{y} = \frac{{1}}{{N}} \sum_{{{_below(taps)}}} {x}"]
    c = ["c"] if spec.channels > 1 else []
    o = ["o"] if spec.filters > 1 else []
    sums = "".join(rf"\sum_{{{m}=0}}^{{{n - 1}}} " for m, n in zip(taps, window.size, strict=True))
    if c:
        sums += r"\sum_{c} "
    left = "z" if spec.relu else "y"
    bias = "b_{o}" if o else "b"
    rule = (
        f"{left}_{{{_below(places, *o)}}} = {sums} x_{{{', '.join([read, *c])}}} \\, "
        f"w_{{{_below(taps, *c, *o)}}} + {bias}"
    )
    if spec.relu:
        return [rule, rf"y_{{{_below(places, *o)}}} = \max(0, z_{{{_below(places, *o)}}})"]
    return [rule]


def back_tex(spec: SlidingSpec, window: Window) -> list[str]:
    """Return the rules of the backward pass in symbols: what one number of the output adds to dL/dx and dL/dw."""
    axes = len(spec.space)
    places, taps, read = _POSITIONS[axes], _TAPS[axes], _indices(window, axes)
    c = ["c"] if spec.channels > 1 else []
    o = ["o"] if spec.filters > 1 and not spec.pools else c if spec.pools else []
    x = rf"\frac{{\partial L}}{{\partial x_{{{', '.join([read, *c])}}}}}"
    made = "z" if spec.relu and not spec.pools else "y"
    arrives = rf"\frac{{\partial L}}{{\partial {made}_{{{_below(places, *o)}}}}}"
    if spec.operation == "max":
        return [rf"{x} \text{{ += }} {arrives} \;\text{{ for the largest, 0 for the others}}"]
    if spec.operation == "average":
        return [rf"{x} \text{{ += }} \frac{{1}}{{N}} \, {arrives}"]
    w = f"w_{{{_below(taps, *c, *o)}}}"
    return [
        rf"{x} \text{{ += }} {arrives} \, {w}",
        rf"\frac{{\partial L}}{{\partial {w}}} \text{{ += }} {arrives} \, x_{{{', '.join([read, *c])}}}",
    ]


def _indices(window: Window, axes: int) -> str:
    """Return which place of x a tap reads, as indices: ``2i+m, 2j+n``."""
    written = []
    for k, (i, m) in enumerate(zip(_POSITIONS[axes], _TAPS[axes], strict=True)):
        stride, dilation, pad = window.stride[k], window.dilation[k], window.padding[k][0]
        first = i if stride == 1 else f"{stride}{i}"
        step = m if dilation == 1 else f"{dilation}{m}"
        offset = (window.size[k] - 1) * dilation * window.flip - pad
        rest = "" if not offset else f"{offset:+d}"
        written.append(f"{first}{'-' if window.flip else '+'}{step}{rest}")
    return ", ".join(written)


def _below(letters: str, *more: str) -> str:
    return ",".join([*letters, *more])
