"""Convolution on maps [batch, depth, height, width, channels]: forward, and the gradients.

    z[n, i, o] = b[o] + sum over taps u and channels c of x[n, i s + u d - p, c] w[u, c, o]

with stride s, dilation d and padding p along each axis of space; i and u stand for three whole numbers each. It is a
cross-correlation unless the taps are flipped (Goodfellow, Bengio and Courville, *Deep Learning*, section 9.1). `g` is
a row of `engine.kernels.conv_geometry`; fewer axes of space are axes of length 1. Input that no window reaches is
left out.

Each is a matrix product over the windows, which nobody copies out: see `engine.kernels.product`. With padding, a
few examples at a time are copied into frames of zeros.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import numpy as np

from engine.kernels._jit import jit
from engine.kernels.conv_geometry import CHANNELS, DILATION, FILTERS, FLIP, PADDING, POSITIONS, SPACE, STRIDE, TAPS
from engine.kernels.elementwise import put
from engine.kernels.product import product
from engine.kernels.simd import keep_first, lanes, like, load, store

# So many windows at least go into one product, from several examples where they have few.
_WINDOWS = 128
# So many windows' shares are held at a time, before they are added up to the gradient of the input.
_SHARES = 24
# What kernels may read behind their own work space: 64 bytes are 16 float32.
_SLACK = 16
# Numba compiles a kernel anew for each literal that it is called with, but not for NumPy's numbers.
_ZERO, _ONE, _NONE = np.int64(0), np.int64(1), np.int64(-1)
_NO, _YES = np.bool_(False), np.bool_(True)


@jit
def frame_of(g):
    """Return whether frames are needed, and their depth, height and width.

    They are what all windows cover; where that lies within the input, no frame is needed, and the input's are returned.
    """
    depth = (g[POSITIONS] - 1) * g[STRIDE] + (g[TAPS] - 1) * g[DILATION] + 1
    height = (g[POSITIONS + 1] - 1) * g[STRIDE + 1] + (g[TAPS + 1] - 1) * g[DILATION + 1] + 1
    width = (g[POSITIONS + 2] - 1) * g[STRIDE + 2] + (g[TAPS + 2] - 1) * g[DILATION + 2] + 1
    padded = g[PADDING] + g[PADDING + 1] + g[PADDING + 2] > 0
    if padded or depth > g[SPACE] or height > g[SPACE + 1] or width > g[SPACE + 2]:
        return True, depth, height, width
    return False, g[SPACE], g[SPACE + 1], g[SPACE + 2]


@jit
def window_tables(g, examples, depth, height, width):
    """Return where the windows of so many frames begin, and the steps within a window [taps times channels]: int32."""
    channels = g[CHANNELS]
    corners = np.empty(examples * g[POSITIONS] * g[POSITIONS + 1] * g[POSITIONS + 2], np.int32)
    steps = np.empty(g[TAPS] * g[TAPS + 1] * g[TAPS + 2] * channels, np.int32)
    k = 0
    for n in range(examples):
        for h in range(g[POSITIONS]):
            for i in range(g[POSITIONS + 1]):
                row = ((n * depth + h * g[STRIDE]) * height + i * g[STRIDE + 1]) * width * channels
                for j in range(g[POSITIONS + 2]):
                    corners[k] = row + j * g[STRIDE + 2] * channels
                    k += 1
    # Flipped, the windows are the same and the taps run backwards.
    taps = steps.size // channels
    for t in range(taps):
        tap = taps - 1 - t if g[FLIP] else t
        u, v = tap // g[TAPS + 2], tap % g[TAPS + 2]
        row = (u // g[TAPS + 1] * g[DILATION] * height + u % g[TAPS + 1] * g[DILATION + 1]) * width
        for c in range(channels):
            steps[t * channels + c] = (row + v * g[DILATION + 2]) * channels + c
    return corners, steps


@jit
def copy_between(memory, x, first, examples, frames, depth, height, width, g, out):
    """Copy examples of x into the frames, or with `out` back; what does not lie in a frame is left out."""
    channels = g[CHANNELS]
    count = max(0, min(g[SPACE + 2], width - g[PADDING + 2])) * channels
    for n in range(examples):
        for h in range(min(g[SPACE], depth - g[PADDING])):
            for i in range(min(g[SPACE + 1], height - g[PADDING + 1])):
                row = (((first + n) * g[SPACE] + h) * g[SPACE + 1] + i) * g[SPACE + 2]
                place = ((n * depth + h + g[PADDING]) * height + i + g[PADDING + 1]) * width + g[PADDING + 2]
                here, there = x + row * channels, place * channels
                for k in range(0, count, lanes(memory)):
                    if out:
                        put(memory, here + k, load(frames, there + k), count - k)
                    else:
                        put(frames, there + k, load(memory, here + k), count - k)


@jit
def product_of_windows(memory, x, factor, start, made, rows, g, transposed):
    """Write the product of the windows of x with a matrix.

    Parameters
    ----------
    memory : float [M]
    x : address of [B, *space, C]
    factor : address of w [*taps, C, O]; transposed, of delta [B, *positions, O]
    start : address of b [O], or -1 for zero; without meaning if transposed
    made : address of z [B, *positions, O]; transposed, of dw [*taps, C, O]
    rows : int, the batch B
    g : int64 [GEOMETRY_COLUMNS]
    transposed : bool
        Whether the windows are the columns: the gradient of the weights, not the forward pass.
    """
    framed, depth, height, width = frame_of(g)
    windows = g[POSITIONS] * g[POSITIONS + 1] * g[POSITIONS + 2]
    filters = g[FILTERS]
    together = max(1, min(rows, 1 + (_WINDOWS - 1) // windows))
    corners, steps = window_tables(g, together, depth, height, width)
    example = depth * height * width * g[CHANNELS]
    source = memory
    if framed:
        # The borders stay zero.
        source = np.zeros(together * example + _SLACK, memory.dtype)
    start_pitch = _ZERO
    for first in range(0, rows, together):
        examples = min(together, rows - first)
        there = corners[: examples * windows]
        at = _ZERO if framed else x + first * example
        if framed:
            copy_between(memory, x, first, examples, source, depth, height, width, g, _NO)
        this = first * windows * filters
        if transposed:
            lines, terms, matrix, result = steps, there, factor + this, made
            start, start_pitch = made if first > 0 else _NONE, filters
        else:
            lines, terms, matrix, result = there, steps, factor, made + this
        product(source, at, lines, lines.size, terms, terms.size, memory, matrix, filters, memory, result, filters,
                start, start_pitch, filters)  # fmt: skip


@jit
def convolution_bias_gradient(memory, delta, db, rows, filters):
    """Write db [O]: the sum of delta [rows, O], where each position of each example is a row."""
    for o in range(0, filters, lanes(memory)):
        zero = like(load(memory, delta + o), 0.0)
        # Four sums, so that one addition need not wait for the last.
        one, two, three, four = zero, zero, zero, zero
        r = 0
        while r + 4 <= rows:
            at = delta + r * filters + o
            one = one + load(memory, at)
            two = two + load(memory, at + filters)
            three = three + load(memory, at + 2 * filters)
            four = four + load(memory, at + 3 * filters)
            r += 4
        while r < rows:
            one = one + load(memory, delta + r * filters + o)
            r += 1
        put(memory, db + o, (one + two) + (three + four), filters - o)


@jit
def add_shares(shares, frames, corners, steps, run, apart):
    """Add each window's shares [len(corners), len(steps)] to its places; `run` of them lie side by side.

    A vector is read that was written just before takes long: windows that overlap are not taken one after the other
    but `apart`.
    """
    for first in range(apart):
        for r in range(first, corners.size, apart):
            for s in range(0, steps.size, run):
                place = corners[r] + steps[s]
                for k in range(0, run, lanes(shares)):
                    share = keep_first(load(shares, r * steps.size + s + k), run - k)
                    store(frames, place + k, load(frames, place + k) + share)


@jit
def convolution_input_gradient(memory, delta, w, dx, rows, g):
    """Write dx [B, *space, C] from delta [B, *positions, O] and w [*taps, C, O].

    Each element of delta hands a share to each input of its window; they are computed for a few windows at a time, by
    the product delta wᵀ, and added up in frames. It is also the forward pass of a transposed convolution.
    """
    _, depth, height, width = frame_of(g)
    windows = g[POSITIONS] * g[POSITIONS + 1] * g[POSITIONS + 2]
    filters, channels = g[FILTERS], g[CHANNELS]
    together = max(1, min(rows, 1 + (_SHARES - 1) // windows))
    corners, steps = window_tables(g, together, depth, height, width)
    example = depth * height * width * channels
    frames = np.empty(together * example + _SLACK, memory.dtype)
    side_by_side = g[DILATION + 2] == 1 and not g[FLIP]
    run = channels * (g[TAPS + 2] if side_by_side else 1)
    transposed = np.empty(steps.size * filters + _SLACK, memory.dtype)
    for s in range(steps.size):
        for o in range(filters):
            transposed[o * steps.size + s] = memory[w + s * filters + o]
    shares = np.empty(_SHARES * steps.size + _SLACK, memory.dtype)
    zero = like(load(memory, dx), 0.0)
    numbers = rows * g[SPACE] * g[SPACE + 1] * g[SPACE + 2] * channels
    for k in range(0, numbers, lanes(memory)):
        put(memory, dx + k, zero, numbers - k)
    for first in range(0, rows, together):
        examples = min(together, rows - first)
        for k in range(0, frames.size - _SLACK, lanes(memory)):
            store(frames, k, zero)
        for k in range(0, examples * windows, _SHARES):
            count = min(_SHARES, examples * windows - k)
            product(memory, delta + (first * windows + k) * filters, filters, count, _ONE, filters, transposed, _ZERO,
                    steps.size, shares, _ZERO, steps.size, _NONE, _ZERO, steps.size)  # fmt: skip
            add_shares(shares, frames, corners[k : k + count], steps, run, g[TAPS + 2])
        copy_between(memory, dx, first, examples, frames, depth, height, width, g, _YES)


@jit
def add_bias(memory, b, z, rows, filters):
    """z += b at each of the rows: the bias of a transposed convolution."""
    for r in range(rows):
        for o in range(0, filters, lanes(memory)):
            at = z + r * filters + o
            put(memory, at, load(memory, at) + load(memory, b + o), filters - o)


@jit
def copy_numbers(memory, source, target, count):
    """Copy `count` numbers: what flattening does."""
    for k in range(0, count, lanes(memory)):
        put(memory, target + k, load(memory, source + k), count - k)
