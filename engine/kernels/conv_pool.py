"""Maximum and average pooling on maps [batch, depth, height, width, channels], forward and backward.

`g` is a row of `engine.kernels.conv_geometry`; a pooling of whole maps is one window of their size. A vector holds
channels, side by side.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir

from engine.kernels._jit import jit
from engine.kernels.conv_geometry import CHANNELS, COUNT_PADDING, DILATION, PADDING, POSITIONS, SPACE, STRIDE, TAPS
from engine.kernels.elementwise import put
from engine.kernels.simd import declare, intrinsic, lanes, like, llvm_type, load, suffix


@intrinsic
def maximum(typing: Any, x: Any, y: Any) -> Any:
    """Lane by lane: the larger of the two; NaN if either is."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        vt = llvm_type(x)
        function = declare(builder.module, f"llvm.maximum.{suffix(x)}", ir.FunctionType(vt, [vt, vt]))
        return builder.call(function, args, fastmath=("nsz",))

    return x(x, y), generate


@intrinsic
def where_found(typing: Any, x: Any, wanted: Any, yes: Any, no: Any) -> Any:
    """Lane by lane: `yes` where x is what is wanted, or NaN; else `no`."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        same = builder.fcmp_ordered("==", args[0], args[1])
        nan = builder.fcmp_unordered("uno", args[0], args[0])
        return builder.select(builder.or_(same, nan), args[2], args[3])

    return x(x, wanted, yes, no), generate


@jit
def windows_of(g):
    """Return the places each window reads.

    Returns
    -------
    places : int32 [positions, taps]
        Where in an example the taps lie that fall on the input, in their order; what follows is without meaning.
    counts : int32 [positions]
        How many they are.
    """
    depth, height, width = g[SPACE], g[SPACE + 1], g[SPACE + 2]
    positions = g[POSITIONS] * g[POSITIONS + 1] * g[POSITIONS + 2]
    places = np.empty((positions, g[TAPS] * g[TAPS + 1] * g[TAPS + 2]), np.int32)
    counts = np.zeros(positions, np.int32)
    for p in range(positions):
        j, i = p % g[POSITIONS + 2], p // g[POSITIONS + 2]
        h, i = i // g[POSITIONS + 1], i % g[POSITIONS + 1]
        k = 0
        for a in range(g[TAPS]):
            plane = h * g[STRIDE] + a * g[DILATION] - g[PADDING]
            if 0 <= plane < depth:
                for u in range(g[TAPS + 1]):
                    row = i * g[STRIDE + 1] + u * g[DILATION + 1] - g[PADDING + 1]
                    if 0 <= row < height:
                        for v in range(g[TAPS + 2]):
                            column = j * g[STRIDE + 2] + v * g[DILATION + 2] - g[PADDING + 2]
                            if 0 <= column < width:
                                places[p, k] = ((plane * height + row) * width + column) * g[CHANNELS]
                                k += 1
        counts[p] = k
    return places, counts


@jit
def pool_forward(memory, x, y, rows, g, average):
    """Write y [B, *positions, C], the largest of each window of x [B, *space, C], or the average.

    NaN is larger than all numbers; padding never is the largest, and a window on padding alone makes minus infinity.
    """
    places, counts = windows_of(g)
    channels, example = g[CHANNELS], g[SPACE] * g[SPACE + 1] * g[SPACE + 2] * g[CHANNELS]
    for n in range(rows):
        for p in range(counts.size):
            count = places.shape[1] if g[COUNT_PADDING] else counts[p]
            for c in range(0, channels, lanes(memory)):
                here = x + n * example + c
                made = like(load(memory, x), 0.0 if average else -np.inf)
                if average:
                    for k in range(counts[p]):
                        made = made + load(memory, here + places[p, k])
                    made = made / like(made, count)
                else:
                    for k in range(counts[p]):
                        made = maximum(made, load(memory, here + places[p, k]))
                put(memory, y + (n * counts.size + p) * channels + c, made, channels - c)


@jit
def pool_backward(memory, x, y, dy, dx, rows, g, average):
    """Write dx [B, *space, C] from dy [B, *positions, C].

    Of each window the first place that is the largest takes all; with the average, of which neither x nor y is read,
    each takes an equal share.
    """
    places, counts = windows_of(g)
    channels, example = g[CHANNELS], g[SPACE] * g[SPACE + 1] * g[SPACE + 2] * g[CHANNELS]
    overlap = False
    for axis in range(3):
        overlap |= g[STRIDE + axis] < (g[TAPS + axis] - 1) * g[DILATION + axis] + 1 and g[POSITIONS + axis] > 1
    zero = like(load(memory, dx), 0.0)
    for k in range(0, rows * example, lanes(memory)):
        put(memory, dx + k, zero, rows * example - k)
    for n in range(rows):
        for p in range(counts.size):
            count = places.shape[1] if g[COUNT_PADDING] else counts[p]
            for c in range(0, channels, lanes(memory)):
                out = (n * counts.size + p) * channels + c
                rest = load(memory, dy + out)
                wanted = rest
                if average:
                    rest = rest / like(rest, count)
                else:
                    wanted = load(memory, y + out)
                for k in range(counts[p]):
                    at = n * example + places[p, k] + c
                    share = rest
                    if not average:
                        value = load(memory, x + at)
                        share = where_found(value, wanted, rest, zero)
                        rest = where_found(value, wanted, zero, rest)
                    # Reading what was just written in part takes long: only where it must be.
                    if overlap:
                        share = share + load(memory, dx + at)
                    put(memory, dx + at, share, channels - c)
