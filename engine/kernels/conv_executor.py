"""The executor for networks on maps: the operations of convolution and pooling, and all that the other one knows.

It is apart from the executor of dense networks, which need not wait for it to be compiled.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

import numpy as np

from engine.kernels import conv, conv_norm, conv_pool, executor
from engine.kernels import opcodes as oc
from engine.kernels._jit import jit
from engine.kernels.conv_geometry import CHANNELS, FILTERS, POSITIONS, SPACE, TAPS

# NumPy's number: Numba compiles a kernel anew for each literal that it is called with.
_NONE = np.int64(-1)
(P0, P1, P2, P3, P4, P5, P6) = range(oc.OPERANDS, oc.OPERANDS + 7)


@jit
def run_convolution(o, g, memory, rows):
    """Run one operation on maps: `o` is its row of the table, `g` its geometry, int64 [GEOMETRY_COLUMNS].

    The geometry of a transposed convolution is that of the convolution it undoes: its space is that of z, its
    channels are those of z, its filters are those of x.
    """
    code = o[oc.OPCODE]
    space = rows * g[SPACE] * g[SPACE + 1] * g[SPACE + 2]
    positions = rows * g[POSITIONS] * g[POSITIONS + 1] * g[POSITIONS + 2]
    if code in (oc.CONV_FORWARD, oc.CONV_WEIGHT_GRADIENT, oc.CONV_TRANSPOSE_WEIGHT_GRADIENT,
                oc.CONV_TRANSPOSE_INPUT_GRADIENT):  # fmt: skip
        x, factor, start, made = o[P0], o[P1], _NONE, o[P2]
        if code == oc.CONV_FORWARD:
            start, made = o[P2], o[P3]
        elif code == oc.CONV_TRANSPOSE_WEIGHT_GRADIENT:
            x, factor = o[P1], o[P0]
        gradient = code in (oc.CONV_WEIGHT_GRADIENT, oc.CONV_TRANSPOSE_WEIGHT_GRADIENT)
        conv.product_of_windows(memory, x, factor, start, made, rows, g, gradient)
    elif code in (oc.CONV_INPUT_GRADIENT, oc.CONV_TRANSPOSE_FORWARD):
        made = o[P2] if code == oc.CONV_INPUT_GRADIENT else o[P3]
        conv.convolution_input_gradient(memory, o[P0], o[P1], made, rows, g)
        if code == oc.CONV_TRANSPOSE_FORWARD:
            conv.add_bias(memory, o[P2], made, space, g[CHANNELS])
    elif code == oc.CONV_BIAS_GRADIENT:
        conv.convolution_bias_gradient(memory, o[P0], o[P1], positions, g[FILTERS])
    elif code in (oc.MAX_POOL_FORWARD, oc.GLOBAL_MAX_FORWARD, oc.AVERAGE_POOL_FORWARD, oc.GLOBAL_AVERAGE_FORWARD):
        average = code in (oc.AVERAGE_POOL_FORWARD, oc.GLOBAL_AVERAGE_FORWARD)
        conv_pool.pool_forward(memory, o[P0], o[P1], rows, g, average)
    elif code in (oc.MAX_POOL_BACKWARD, oc.GLOBAL_MAX_BACKWARD, oc.AVERAGE_POOL_BACKWARD, oc.GLOBAL_AVERAGE_BACKWARD):
        average = code in (oc.AVERAGE_POOL_BACKWARD, oc.GLOBAL_AVERAGE_BACKWARD)
        dy, dx = (o[P0], o[P1]) if average else (o[P2], o[P3])
        conv_pool.pool_backward(memory, o[P0], o[P1], dy, dx, rows, g, average)
    elif code in (oc.FLATTEN_FORWARD, oc.FLATTEN_BACKWARD):
        conv.copy_numbers(memory, o[P0], o[P1], rows * o[oc.SIZE_0])
    elif code == oc.RESPONSE_SCALE:
        conv_norm.response_scale(memory, o[P0], o[P1], o[P2], o[P3], space, g[CHANNELS], g[TAPS + 2])
    elif code == oc.RESPONSE_NORM_FORWARD:
        conv_norm.response_norm_forward(memory, o[P0], o[P1], o[P2], o[P3], rows * o[oc.SIZE_0])
    elif code == oc.RESPONSE_NORM_BACKWARD:
        conv_norm.response_norm_backward(
            memory, o[P0], o[P1], o[P2], o[P3], o[P4], o[P5], o[P6], space, g[CHANNELS], g[TAPS + 2]
        )


@jit
def run(table, geometry, start, stop, memory, inputs, targets, order, first, last, batch_size, loss, batch_losses):
    """Run the operations start…stop-1 on each batch of the examples order[first:last].

    `geometry` is int64 [operations, GEOMETRY_COLUMNS]; the rows of operations that slide no window are not read. One
    function does for `run_operations` and `run_batches`: each would take its time to compile.
    """
    for batch in range(batch_losses.size):
        rows = min(batch_size, last - first)
        for k in range(start, stop):
            if table[k, oc.OPCODE] < oc.CONV_FORWARD:
                executor.run_operations(table, k, k + 1, memory, inputs, targets, order, first, rows)
            else:
                run_convolution(table[k], geometry[k], memory, rows)
        batch_losses[batch] = memory[loss]
        first += rows


def run_operations(table, geometry, start, stop, memory, inputs, targets, order, first, rows):
    """Run the operations start…stop-1 on the batch order[first:first+rows], as `executor.run_operations` does."""
    run(table, geometry, start, stop, memory, inputs, targets, order, first, first + rows, rows, 0, np.empty(1))


def run_batches(table, geometry, memory, inputs, targets, order, batch_size, start, stop, loss, batch_losses):
    """Run whole batches start…stop-1 of an epoch, as `executor.run_batches` does."""
    run(table, geometry, 0, len(table), memory, inputs, targets, order, start * batch_size, order.size, batch_size,
        loss, batch_losses)  # fmt: skip
