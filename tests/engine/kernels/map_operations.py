"""What the tests of the kernels for maps share: operands in one memory, and one operation run by its opcode."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from engine.arena import READ_SLACK
from engine.kernels import opcodes as oc
from engine.kernels.conv_executor import run_convolution
from engine.kernels.conv_geometry import geometry_row


def run(code, geometry, rows, *operands):
    """Run one operation on the operands, of which the last is a shape: return what was made there.

    The memory is NaN around the operands, and nothing but the last may change.
    """
    *reads, shape = operands
    dtype = reads[0].dtype
    made = np.full(shape, np.nan, dtype)
    pieces, places, end = [], [], 0
    for part in (*reads, made):
        pieces += [part.ravel(), np.full(READ_SLACK, np.nan, dtype)]
        places.append(end)
        end += part.size + READ_SLACK
    memory = np.concatenate(pieces)
    before = memory.copy()
    row = np.zeros(oc.TABLE_COLUMNS, np.int64)
    row[oc.OPCODE] = code
    row[oc.OPERANDS : oc.OPERANDS + len(places)] = places
    row[oc.SIZE_0] = reads[0].size // rows
    for table in (row, geometry):
        table.setflags(write=False)
    run_convolution(row, geometry, memory, rows)
    result = memory[places[-1] : places[-1] + made.size].reshape(shape).copy()
    memory[places[-1] : places[-1] + made.size] = np.nan
    np.testing.assert_array_equal(memory, before)
    return result


def assert_near(got, expected, dtype):
    """1e-5 in float32 and 1e-12 in float64, of the largest number where that is above 1."""
    bound = 1e-12 if dtype is np.float64 else 1e-5
    scale = max(1.0, float(np.abs(expected).max()))
    assert np.abs(got - expected).max() <= bound * scale


@st.composite
def windows(draw, dilated=True, overhang=True):
    """Draw a window on one, two or three axes: rows, geometry's arguments, and how much padding stands behind.

    `overhang` allows padding as wide as the window's reach, `dilated` taps that are apart.
    """
    axes = draw(st.integers(1, 3))

    def numbers(low, high):
        return tuple(draw(st.integers(low, high)) for _ in range(axes))

    size = numbers(1, 4 if axes < 3 else 3)
    stride = numbers(1, 3)
    dilation = numbers(1, 2) if dilated else (1,) * axes
    reach = [(n - 1) * d + 1 for n, d in zip(size, dilation, strict=True)]
    widest = [r - 1 if overhang else n // 2 for r, n in zip(reach, size, strict=True)]
    before, behind = (tuple(draw(st.integers(0, w)) for w in widest) for _ in range(2))
    space = tuple(
        draw(st.integers(max(1, r - b - e), max(1, r - b - e) + 6))
        for r, b, e in zip(reach, before, behind, strict=True)
    )
    positions = tuple(
        (n + b + e - r) // s + 1 for n, b, e, r, s in zip(space, before, behind, reach, stride, strict=True)
    )
    return {
        "rows": draw(st.integers(1, 5)), "space": space, "size": size, "positions": positions, "stride": stride,
        "dilation": dilation, "before": before, "behind": behind, "channels": draw(st.integers(1, 19)),
        "filters": draw(st.integers(1, 35)), "flip": draw(st.booleans()), "seed": draw(st.integers(0, 99)),
    }  # fmt: skip


def row_of(w, **changes):
    """Return the geometry of a drawn window."""
    arguments = {
        "stride": w["stride"], "dilation": w["dilation"], "padding": w["before"], "flip": w["flip"], **changes,
    }  # fmt: skip
    return geometry_row(w["space"], w["channels"], w["size"], w["filters"], w["positions"], **arguments)


def channels_first(torch, array):
    """Return [B, *space, C] as a PyTorch tensor [B, C, *space] in float64."""
    return torch.tensor(np.moveaxis(array, -1, 1).astype(float).copy())


def channels_last(tensor):
    """The way back."""
    return np.moveaxis(tensor.detach().numpy(), 1, -1)


def padded(torch, x, w, value=0.0):
    """Return x [B, C, *space] with the window's padding on all sides."""
    sides = [n for pair in zip(reversed(w["before"]), reversed(w["behind"]), strict=True) for n in pair]
    return torch.nn.functional.pad(x, sides, value=value)
