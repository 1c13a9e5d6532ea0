"""Vectors as Numba values: a few LLVM vector operations that kernels are written in.

Numba's own loops vectorise only when LLVM can prove that arrays do not overlap, which it cannot for views
into one memory. Here the width is explicit, so it does not matter. A `Vec` holds `lanes(dtype)` numbers:
eight float64 or sixteen float32 with AVX-512, half of that with AVX2, a quarter with SSE2 and NEON.

Loads may read past the last element that counts, up to one vector: whoever allocates the memory leaves that
slack. Stores never write past it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import extending, types
from numba.core.datamodel import models
from numba.extending import overload, register_model

from engine.kernels._jit import VECTOR_BYTES, inline

# Numba's annotations count the typing context among the arguments; callers leave it out.
intrinsic: Any = extending.intrinsic

_I32 = ir.IntType(32)
_I64 = ir.IntType(64)
# NaN and infinity must survive, as in the scalar kernels.
FAST = ("reassoc", "contract", "nsz", "arcp")


class Vec(types.Type):
    """The Numba type of a vector register: `lanes` numbers of type `dtype`."""

    def __init__(self, dtype: Any) -> None:
        self.dtype = dtype
        self.lanes = VECTOR_BYTES * 8 // dtype.bitwidth
        super().__init__(name=f"Vec({dtype}, {self.lanes})")


def llvm_type(vec: Vec) -> Any:
    """Return the LLVM type of `vec`."""
    element = ir.FloatType() if vec.dtype == types.float32 else ir.DoubleType()
    return ir.VectorType(element, vec.lanes)


@register_model(Vec)
class _VecModel(models.PrimitiveModel):
    def __init__(self, manager: Any, fe_type: Vec) -> None:
        super().__init__(manager, fe_type, llvm_type(fe_type))


def suffix(vec: Vec) -> str:
    """Return how LLVM names this vector type in its intrinsics, for example ``v8f64``."""
    return f"v{vec.lanes}f{vec.dtype.bitwidth}"


def declare(module: Any, name: str, function_type: Any) -> Any:
    """Return the function `name` of `module`, declared if it is not there yet."""
    return module.globals.get(name) or ir.Function(module, function_type, name)


def splat(builder: Any, vector_type: Any, value: Any) -> Any:
    """Return a vector with `value` in each lane."""
    one = builder.insert_element(ir.Constant(vector_type, ir.Undefined), value, _I32(0))
    zeros = ir.Constant(ir.VectorType(_I32, vector_type.count), [0] * vector_type.count)
    return builder.shuffle_vector(one, one, zeros)


def lane_mask(builder: Any, lanes: int, count: Any) -> Any:
    """Return a mask whose first `count` lanes are on."""
    index_type = ir.VectorType(_I64, lanes)
    return builder.icmp_signed(
        "<", ir.Constant(index_type, list(range(lanes))), splat(builder, index_type, count)
    )


def pointer(context: Any, builder: Any, array_type: Any, array: Any, index: Any) -> Any:
    """Return the address of `array[index]`."""
    data = context.make_array(array_type)(context, builder, array).data
    return builder.gep(data, [index])


def masked_store(builder: Any, vec: Vec, value: Any, address: Any, mask: Any) -> None:
    """Write the lanes of `value` that `mask` allows."""
    vt = llvm_type(vec)
    mask_type = ir.VectorType(ir.IntType(1), vec.lanes)
    store = declare(
        builder.module,
        f"llvm.masked.store.{suffix(vec)}.p0",
        ir.FunctionType(ir.VoidType(), [vt, vt.as_pointer(), _I32, mask_type]),
    )
    size = vec.dtype.bitwidth // 8
    builder.call(store, [value, builder.bitcast(address, vt.as_pointer()), _I32(size), mask])


@intrinsic
def load(typing: Any, array: Any, index: Any) -> Any:
    """Read one vector from `array[index:]`."""
    vec = Vec(array.dtype)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        address = pointer(context, builder, signature.args[0], args[0], args[1])
        address = builder.bitcast(address, llvm_type(vec).as_pointer())
        return builder.load(address, align=vec.dtype.bitwidth // 8)

    return vec(array, types.intp), generate


@intrinsic
def store(typing: Any, array: Any, index: Any, value: Any) -> Any:
    """Write one whole vector to `array[index:]`."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        address = pointer(context, builder, signature.args[0], args[0], args[1])
        address = builder.bitcast(address, llvm_type(value).as_pointer())
        builder.store(args[2], address, align=value.dtype.bitwidth // 8)
        return context.get_dummy_value()

    return types.void(array, types.intp, value), generate


@intrinsic
def store_first(typing: Any, array: Any, index: Any, value: Any, count: Any) -> Any:
    """Write the first `count` lanes to `array[index:]`."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        address = pointer(context, builder, signature.args[0], args[0], args[1])
        masked_store(builder, value, args[2], address, lane_mask(builder, value.lanes, args[3]))
        return context.get_dummy_value()

    return types.void(array, types.intp, value, types.intp), generate


@intrinsic
def keep_first(typing: Any, value: Any, count: Any) -> Any:
    """Return `value` with zeros in all lanes but the first `count`."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        mask = lane_mask(builder, value.lanes, args[1])
        return builder.select(mask, args[0], ir.Constant(llvm_type(value), [0.0] * value.lanes))

    return value(value, types.intp), generate


@intrinsic
def first_or(typing: Any, value: Any, count: Any, rest: Any) -> Any:
    """Return `value` with the number `rest` in all lanes but the first `count`."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        number = context.cast(builder, args[2], signature.args[2], value.dtype)
        mask = lane_mask(builder, value.lanes, args[1])
        return builder.select(mask, args[0], splat(builder, llvm_type(value), number))

    return value(value, types.intp, rest), generate


@intrinsic
def broadcast(typing: Any, array: Any, index: Any) -> Any:
    """Return a vector with `array[index]` in each lane."""
    vec = Vec(array.dtype)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        address = pointer(context, builder, signature.args[0], args[0], args[1])
        return splat(builder, llvm_type(vec), builder.load(address))

    return vec(array, types.intp), generate


@intrinsic
def like(typing: Any, vector: Any, value: Any) -> Any:
    """Return a vector of the type of `vector` with the number `value` in each lane."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        number = context.cast(builder, args[1], signature.args[1], vector.dtype)
        return splat(builder, llvm_type(vector), number)

    return vector(vector, value), generate


@intrinsic
def lanes(typing: Any, array: Any) -> Any:
    """Return how many numbers of `array` fit a vector: a constant to the compiler."""
    count = Vec(array.dtype).lanes

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _I64(count)

    return types.intp(array), generate


def _arithmetic(symbol: Callable[..., Any], method: str) -> None:
    """Give two vectors the operator `symbol`, by LLVM's instruction `method`."""

    @intrinsic
    def instruction(typing: Any, x: Any, y: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            return getattr(builder, method)(args[0], args[1], flags=FAST)

        return x(x, y), generate

    @overload(symbol, inline="always")
    def operate(x, y):  # type: ignore[no-untyped-def]  # Numba compares the names with the implementation's
        if isinstance(x, Vec) and x == y:
            return lambda x, y: instruction(x, y)
        return None


_arithmetic(operator.add, "fadd")
_arithmetic(operator.sub, "fsub")
_arithmetic(operator.mul, "fmul")
_arithmetic(operator.truediv, "fdiv")


def _llvm_call(name: str, arity: int) -> Any:
    """Return an intrinsic that calls LLVM's function `name` on `arity` vectors."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        vt = llvm_type(signature.return_type)
        function_type = ir.FunctionType(vt, [vt] * arity)
        function = declare(builder.module, f"llvm.{name}.{suffix(signature.return_type)}", function_type)
        return builder.call(function, args)

    if arity == 1:
        return intrinsic(lambda typing, x: (x(x), generate))
    if arity == 2:
        return intrinsic(lambda typing, x, y: (x(x, y), generate))
    return intrinsic(lambda typing, x, y, z: (x(x, y, z), generate))


fma = _llvm_call("fma", 3)  # x*y + z, rounded once
absolute = _llvm_call("fabs", 1)
square_root = _llvm_call("sqrt", 1)
nearest = _llvm_call("rint", 1)  # to the nearest whole number, ties to even
copysign = _llvm_call("copysign", 2)


@intrinsic
def where_greater(typing: Any, x: Any, y: Any, yes: Any, no: Any) -> Any:
    """Lane by lane: `yes` where x > y, else `no` (also where either is NaN)."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.select(builder.fcmp_ordered(">", args[0], args[1]), args[2], args[3])

    return x(x, y, yes, no), generate


@intrinsic
def power_of_two(typing: Any, n: Any) -> Any:
    """Return 2**n for whole n, by writing n into the exponent bits; n must leave a normal number."""
    bits, bias, shift = (32, 127, 23) if n.dtype == types.float32 else (64, 1023, 52)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        integers = ir.VectorType(ir.IntType(bits), n.lanes)
        exponent = builder.add(builder.fptosi(args[0], integers), ir.Constant(integers, [bias] * n.lanes))
        shifted = builder.shl(exponent, ir.Constant(integers, [shift] * n.lanes))
        return builder.bitcast(shifted, llvm_type(n))

    return n(n), generate


@intrinsic
def horizontal_sum(typing: Any, x: Any) -> Any:
    """Return the sum of all lanes."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        vt = llvm_type(x)
        add = declare(
            builder.module,
            f"llvm.vector.reduce.fadd.{suffix(x)}",
            ir.FunctionType(vt.element, [vt.element, vt]),
        )
        return builder.call(add, [ir.Constant(vt.element, 0.0), args[0]], fastmath=("reassoc", "nsz"))

    return x.dtype(x), generate


@intrinsic
def horizontal_max(typing: Any, x: Any) -> Any:
    """Return the largest lane; where one is NaN, any lane."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        (value,), lanes = args, x.lanes
        while lanes > 1:
            lanes //= 2
            # The upper half beside the lower one; what stands behind does not matter.
            places = ir.Constant(ir.VectorType(_I32, x.lanes), [lanes + k if k < lanes else k for k in range(x.lanes)])
            other = builder.shuffle_vector(value, value, places)
            value = builder.select(builder.fcmp_ordered(">", other, value), other, value)
        return builder.extract_element(value, _I32(0))

    return x.dtype(x), generate


@inline
def clamp(x, low, high):  # type: ignore[no-untyped-def]
    """Lane by lane: x held between low and high; NaN stays NaN."""
    return where_greater(x, high, high, where_greater(low, x, low, x))
