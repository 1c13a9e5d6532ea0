"""One matrix product for all three products of a dense layer, in vectors.

    C[r, n] = start[r, n] + sum over s of A[r, s] B[s, n]

A is addressed by two strides, so that A and its transpose are the same code; B has whole rows, of which one
vector of columns is read at a time. A tile of up to eight rows of C stays in registers while s runs.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils

from engine.kernels._jit import jit
from engine.kernels.elementwise import put
from engine.kernels.simd import (
    Vec,
    declare,
    intrinsic,
    lane_mask,
    lanes,
    llvm_type,
    load,
    masked_store,
    splat,
    suffix,
)


def _make_tile(rows: int) -> Any:
    """Return an intrinsic that computes `rows` rows of C in one vector of columns.

    Its arguments: the memory; the addresses of A's first row, of B's first row and of C's first row at the
    first column; A's row stride and column stride; the row strides of B, C and of the start; the number of
    terms; the number of columns that count; the address of the start, or -1 to start from zero.
    """

    @intrinsic
    def tile(
        typing: Any, memory: Any, a: Any, b: Any, c: Any, a_row: Any, a_col: Any, b_row: Any, c_row: Any,
        start: Any, start_row: Any, terms: Any, columns: Any,
    ) -> Any:  # fmt: skip
        vec = Vec(memory.dtype)

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            vt = llvm_type(vec)
            size = vec.dtype.bitwidth // 8
            data = context.make_array(signature.args[0])(context, builder, args[0]).data
            a, b, c, a_row, a_col, b_row, c_row, start, start_row, terms, columns = args[1:]
            index = ir.IntType(64)
            fma = declare(builder.module, f"llvm.fma.{suffix(vec)}", ir.FunctionType(vt, [vt] * 3))
            mask = lane_mask(builder, vec.lanes, columns)

            def address(first: Any, stride: Any, row: int) -> Any:
                return builder.gep(data, [builder.add(first, builder.mul(stride, index(row)))])

            def vector(where: Any) -> Any:
                return builder.load(builder.bitcast(where, vt.as_pointer()), align=size)

            # `sums` are stack slots only on paper: LLVM keeps them in registers.
            sums = [cgutils.alloca_once(builder, vt) for _ in range(rows)]
            with builder.if_else(builder.icmp_signed("<", start, index(0))) as (from_zero, from_start):
                with from_zero:
                    for row in range(rows):
                        builder.store(ir.Constant(vt, [0.0] * vec.lanes), sums[row])
                with from_start:
                    for row in range(rows):
                        builder.store(vector(address(start, start_row, row)), sums[row])
            rows_of_a = [address(a, a_row, row) for row in range(rows)]
            rows_of_c = [address(c, c_row, row) for row in range(rows)]
            first_of_b = builder.gep(data, [b])
            with cgutils.for_range(builder, terms) as loop:
                b_vector = vector(builder.gep(first_of_b, [builder.mul(loop.index, b_row)]))
                offset = builder.mul(loop.index, a_col)
                for row in range(rows):
                    factor = splat(builder, vt, builder.load(builder.gep(rows_of_a[row], [offset])))
                    builder.store(builder.call(fma, [factor, b_vector, builder.load(sums[row])]), sums[row])
            for row in range(rows):
                masked_store(builder, vec, builder.load(sums[row]), rows_of_c[row], mask)
            return context.get_dummy_value()

        return types.void(memory, *[types.intp] * 11), generate

    return tile


_tile_8 = _make_tile(8)
_tile_4 = _make_tile(4)
_tile_2 = _make_tile(2)
_tile_1 = _make_tile(1)


@jit
def product(memory, a, a_row, a_col, b, b_row, c, c_row, start, start_row, rows, terms, columns):
    """Write C = start + A B; all places are addresses in `memory`, `start` = -1 means zero.

    A is [rows, terms] by the strides a_row and a_col, B is [terms, columns], C is [rows, columns].
    """
    width = lanes(memory)
    n = 0
    while n < columns:
        left = min(width, columns - n)
        from_ = start + n if start >= 0 else -1
        r = 0
        while r + 8 <= rows:
            _tile_8(memory, a + r * a_row, b + n, c + r * c_row + n, a_row, a_col, b_row, c_row,
                    from_ + r * start_row, start_row, terms, left)  # fmt: skip
            r += 8
        if r + 4 <= rows:
            _tile_4(memory, a + r * a_row, b + n, c + r * c_row + n, a_row, a_col, b_row, c_row,
                    from_ + r * start_row, start_row, terms, left)  # fmt: skip
            r += 4
        if r + 2 <= rows:
            _tile_2(memory, a + r * a_row, b + n, c + r * c_row + n, a_row, a_col, b_row, c_row,
                    from_ + r * start_row, start_row, terms, left)  # fmt: skip
            r += 2
        if r < rows:
            _tile_1(memory, a + r * a_row, b + n, c + r * c_row + n, a_row, a_col, b_row, c_row,
                    from_ + r * start_row, start_row, terms, left)  # fmt: skip
        n += width


@jit
def dense_forward(memory, x, w, b, z, rows, inputs, outputs):
    """z = x W + b: each row starts from the bias."""
    product(memory, x, inputs, 1, w, outputs, z, outputs, b, 0, rows, inputs, outputs)


@jit
def dense_weight_gradient(memory, x, delta, dw, rows, inputs, outputs):
    """dW = xᵀ delta: x read by columns."""
    product(memory, x, 1, inputs, delta, outputs, dw, outputs, -1, 0, inputs, rows, outputs)


@jit
def dense_bias_gradient(memory, delta, db, rows, outputs):
    """db = the sum of delta over the batch."""
    width = lanes(memory)
    for n in range(0, outputs, width):
        total = load(memory, delta + n)
        for r in range(1, rows):
            total = total + load(memory, delta + r * outputs + n)
        put(memory, db + n, total, outputs - n)


@jit
def dense_input_gradient(memory, delta, w, dx, scratch, rows, inputs, outputs):
    """dx = delta Wᵀ; W is transposed into the scratch space unless one of its sides is 1."""
    transposed = w
    if inputs > 1 and outputs > 1:
        transposed = scratch
        for i in range(inputs):
            for j in range(outputs):
                memory[scratch + j * inputs + i] = memory[w + i * outputs + j]
    product(memory, delta, outputs, 1, transposed, inputs, dx, inputs, -1, 0, rows, outputs, inputs)
