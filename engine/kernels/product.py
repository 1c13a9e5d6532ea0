"""The matrix product that dense layers and convolutions are made of, in vectors.

    C[r, n] = start[r, n] + sum over s of A[r, s] B[s, n]

A need not be a matrix. Where its element (r, s) lies is the sum of two numbers, one of the row and one of the term:
multiples of two strides, so that a matrix and its transpose are the same code, or entries of two small tables. With
the corners of the windows in one table and the steps within a window in the other, the windows of a picture are the
rows of A and nobody copies them out (the "indirect" product of Dukhan 2019, https://arxiv.org/abs/1907.02129, with
offsets for pointers). With the two exchanged it is the transpose of A.

A tile of C stays in registers while s runs: eight rows of one vector, or as many of two where C is that wide.
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils

from engine.kernels._jit import VECTOR_BYTES, jit
from engine.kernels.simd import Vec, declare, intrinsic, lane_mask, lanes, llvm_type, masked_store, splat, suffix

_INDEX = ir.IntType(64)


def _make_tile(height: int, width: int, chains: int = 1) -> Any:
    """Return an intrinsic that computes `height` rows of C in `width` vectors of columns.

    Where a tile is so small that one multiplication would wait for the last, it adds up in several `chains`, which
    take turns with the terms.

    The intrinsic's arguments: A, where it starts, its rows and the first row, its terms and how many there are; B,
    where it starts and the distance of its rows; the same of C, at the tile's first row; the same of the start, which
    lies in the same array as C and where an address of -1 means zero; the number of columns that count. Rows and
    terms are a stride or a table each.
    """

    @intrinsic
    def tile(
        typing: Any, a: Any, a_at: Any, rows: Any, row: Any, terms: Any, count: Any, b: Any, b_at: Any, b_pitch: Any,
        c: Any, c_at: Any, c_pitch: Any, start_at: Any, start_pitch: Any, columns: Any,
    ) -> Any:  # fmt: skip
        vec = Vec(a.dtype)

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            vt = llvm_type(vec)
            size = vec.dtype.bitwidth // 8
            # "muladd" is one instruction where the processor has one, and two where it has not.
            muladd = declare(builder.module, f"llvm.fmuladd.{suffix(vec)}", ir.FunctionType(vt, [vt] * 3))
            cells = [(q, v) for q in range(height) for v in range(width)]

            def data(k: int) -> Any:
                return context.make_array(signature.args[k])(context, builder, args[k]).data

            def offset(k: int, place: Any) -> Any:
                if isinstance(signature.args[k], types.Array):
                    return builder.sext(builder.load(builder.gep(data(k), [place])), _INDEX)
                return builder.mul(args[k], place)

            def vector_at(base: Any, at: Any, v: int) -> Any:
                place = builder.gep(base, [builder.add(at, _INDEX(v * vec.lanes))])
                return builder.bitcast(place, vt.as_pointer())

            def of_row(at: Any, pitch: Any, q: int) -> Any:
                return builder.add(at, builder.mul(pitch, _INDEX(q)))

            (a, b, c), zero = map(data, (0, 6, 9)), ir.Constant(vt, [0.0] * vec.lanes)
            a_at, row, count, b_at, b_pitch = (args[k] for k in (1, 3, 5, 7, 8))
            c_at, c_pitch, start_at, start_pitch, columns = args[10:]
            a_rows = [
                builder.gep(a, [builder.add(a_at, offset(2, builder.add(row, _INDEX(q))))]) for q in range(height)
            ]
            # Stack slots only on paper: LLVM keeps them in registers.
            sums = [{cell: cgutils.alloca_once(builder, vt) for cell in cells} for _ in range(chains)]
            for chain in sums:
                for cell in cells:
                    builder.store(zero, chain[cell])
            with builder.if_then(builder.icmp_signed(">=", start_at, _INDEX(0))):
                for q, v in cells:
                    first = builder.load(vector_at(c, of_row(start_at, start_pitch, q), v), align=size)
                    builder.store(first, sums[0][q, v])

            def add_term(s: Any, chain: dict[tuple[int, int], Any]) -> None:
                b_row = builder.add(b_at, builder.mul(s, b_pitch))
                b_vectors = [builder.load(vector_at(b, b_row, v), align=size) for v in range(width)]
                step = offset(4, s)
                for q in range(height):
                    factor = splat(builder, vt, builder.load(builder.gep(a_rows[q], [step])))
                    for v in range(width):
                        total = builder.call(muladd, [factor, b_vectors[v], builder.load(chain[q, v])])
                        builder.store(total, chain[q, v])

            whole = builder.sdiv(count, _INDEX(chains))
            with cgutils.for_range(builder, whole) as loop:
                for k, chain in enumerate(sums):
                    add_term(builder.add(builder.mul(loop.index, _INDEX(chains)), _INDEX(k)), chain)
            if chains > 1:
                with cgutils.for_range(builder, count, start=builder.mul(whole, _INDEX(chains))) as loop:
                    add_term(loop.index, sums[0])
            mask = lane_mask(builder, vec.lanes, builder.sub(columns, _INDEX((width - 1) * vec.lanes)))
            for q, v in cells:
                total = builder.load(sums[0][q, v])
                for chain in sums[1:]:
                    total = builder.fadd(total, builder.load(chain[q, v]))
                place = vector_at(c, of_row(c_at, c_pitch, q), v)
                if v < width - 1:
                    builder.store(total, place, align=size)
                else:
                    masked_store(builder, vec, total, place, mask)
            return context.get_dummy_value()

        index = types.intp
        places = [steps if isinstance(steps, types.Array) else index for steps in (rows, terms)]
        return types.void(a, index, places[0], index, places[1], index, b, index, index, c, *[index] * 5), generate

    return tile


# With 64 bytes come 32 registers, the other widths may have 16. More than eight rows of one vector were slower: each
# term then needs more addresses than there are registers for them.
_WIDE = 8 if VECTOR_BYTES == 64 else 6
_tall, _short, _pair, _single = (_make_tile(height, 1) for height in (8, 4, 2, 1))
_wide = _make_tile(_WIDE, 2)
_wide_single = _make_tile(1, 2, chains=4)


@jit
def product(
    a, a_at, rows, row_count, terms, term_count, b, b_at, b_pitch, c, c_at, c_pitch, start_at, start_pitch, columns
):
    """Write C = start + A B.

    Parameters
    ----------
    a, b, c : float arrays, one-dimensional
        The start lies in c. Behind the last element of b and of the start, one vector more may be read.
    a_at, b_at, c_at, start_at : int
        Where each begins; a start of -1 means zero.
    rows, terms : int, or int32 [row_count], [term_count]
        Element (r, s) of A is a[a_at + r · rows + s · terms], or a[a_at + rows[r] + terms[s]].
    row_count, term_count : int
    b_pitch, c_pitch, start_pitch : int
        From one row of B, C and the start to the next; a `start_pitch` of 0 gives each row the same start.
    columns : int
    """
    width = lanes(a)
    if start_at < 0:
        start_pitch = 0
    n = 0
    while columns - n >= 2 * width:
        from_ = start_at + n if start_at >= 0 else -1
        r = 0
        while r + _WIDE <= row_count:
            _wide(a, a_at, rows, r, terms, term_count, b, b_at + n, b_pitch, c, c_at + r * c_pitch + n, c_pitch,
                  from_ + r * start_pitch, start_pitch, 2 * width)  # fmt: skip
            r += _WIDE
        while r < row_count:
            _wide_single(a, a_at, rows, r, terms, term_count, b, b_at + n, b_pitch, c, c_at + r * c_pitch + n, c_pitch,
                         from_ + r * start_pitch, start_pitch, 2 * width)  # fmt: skip
            r += 1
        n += 2 * width
    while n < columns:
        from_ = start_at + n if start_at >= 0 else -1
        left = min(width, columns - n)
        r = 0
        while r + 8 <= row_count:
            _tall(a, a_at, rows, r, terms, term_count, b, b_at + n, b_pitch, c, c_at + r * c_pitch + n, c_pitch,
                  from_ + r * start_pitch, start_pitch, left)  # fmt: skip
            r += 8
        if r + 4 <= row_count:
            _short(a, a_at, rows, r, terms, term_count, b, b_at + n, b_pitch, c, c_at + r * c_pitch + n, c_pitch,
                   from_ + r * start_pitch, start_pitch, left)  # fmt: skip
            r += 4
        if r + 2 <= row_count:
            _pair(a, a_at, rows, r, terms, term_count, b, b_at + n, b_pitch, c, c_at + r * c_pitch + n, c_pitch,
                  from_ + r * start_pitch, start_pitch, left)  # fmt: skip
            r += 2
        if r < row_count:
            _single(a, a_at, rows, r, terms, term_count, b, b_at + n, b_pitch, c, c_at + r * c_pitch + n, c_pitch,
                    from_ + r * start_pitch, start_pitch, left)  # fmt: skip
        n += width
