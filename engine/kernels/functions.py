"""Exponential, e^x - 1, tanh and sigmoid of vectors.

Numba's wheels carry no vector maths library, so these are polynomials of our own. With x = n ln 2 + r and |r|
<= ln(2)/2, e^x = 2^n e^r and e^r - 1 is its Taylor polynomial, cut where the next term is below the rounding:
degree 13 in float64, 7 in float32. (Muller, *Elementary Functions*, 3rd ed., ch. 4 and 11.)
"""

# mypy: disable-error-code="no-untyped-def"
from __future__ import annotations

from numba import types
from numba.extending import overload

from engine.kernels._jit import inline, jit
from engine.kernels.simd import (
    absolute,
    clamp,
    copysign,
    fma,
    like,
    nearest,
    power_of_two,
    where_greater,
)

LOG2_E = 1.4426950408889634
# ln 2 in two parts: the first has few bits, so that n times it is exact.
LN2_HIGH = 0.693145751953125
LN2_LOW = 1.4286068203094172e-06


def expm1_of_remainder(r):
    """Return e^r - 1 for |r| <= ln(2)/2, by Taylor's polynomial in the precision of `r`."""
    raise NotImplementedError("for compiled kernels only")


@overload(expm1_of_remainder, inline="always")
def _expm1_of_remainder(r):
    if r.dtype == types.float32:

        def single(r):
            p = like(r, 1.0 / 5040.0)
            p = fma(p, r, like(r, 1.0 / 720.0))
            p = fma(p, r, like(r, 1.0 / 120.0))
            p = fma(p, r, like(r, 1.0 / 24.0))
            p = fma(p, r, like(r, 1.0 / 6.0))
            p = fma(p, r, like(r, 0.5))
            return fma(p * r, r, r)

        return single

    def double(r):
        # Even and odd powers apart: two short chains of fma instead of a long one.
        s = r * r
        even = like(r, 1.0 / 479001600.0)
        odd = like(r, 1.0 / 6227020800.0)
        even = fma(even, s, like(r, 1.0 / 3628800.0))
        odd = fma(odd, s, like(r, 1.0 / 39916800.0))
        even = fma(even, s, like(r, 1.0 / 40320.0))
        odd = fma(odd, s, like(r, 1.0 / 362880.0))
        even = fma(even, s, like(r, 1.0 / 720.0))
        odd = fma(odd, s, like(r, 1.0 / 5040.0))
        even = fma(even, s, like(r, 1.0 / 24.0))
        odd = fma(odd, s, like(r, 1.0 / 120.0))
        even = fma(even, s, like(r, 0.5))
        odd = fma(odd, s, like(r, 1.0 / 6.0))
        return fma(fma(odd, r, even), s, r)

    return double


def largest_exponent(x):
    """Return the largest n with 2**n finite in the precision of `x`."""
    raise NotImplementedError("for compiled kernels only")


@overload(largest_exponent, inline="always")
def _largest_exponent(x):
    value = 127.0 if x.dtype == types.float32 else 1023.0
    return lambda x: value


@inline
def expm1_parts(x):
    """Return (2^n, e^r - 1) with e^x = 2^n (1 + (e^r - 1)); x is within the range of finite results."""
    n = nearest(x * like(x, LOG2_E))
    r = fma(n, like(x, -LN2_LOW), fma(n, like(x, -LN2_HIGH), x))
    return power_of_two(n), expm1_of_remainder(r)


@jit
def exp(x):
    """e^x; infinity and zero beyond 2^±1023 (float32: 2^±127), NaN for NaN."""
    high = like(x, largest_exponent(x) * 0.6931471805599453)
    low = like(x, -largest_exponent(x) * 0.6931471805599453)
    scale, p = expm1_parts(clamp(x, low, high))
    y = where_greater(x, high, like(x, float("inf")), fma(scale, p, scale))
    return where_greater(low, x, like(x, 0.0), y)


@jit
def expm1_below_zero(x):
    """e^x - 1 for x <= 0, without losing digits near 0; 0 for x > 0, NaN for NaN."""
    # Below -50 the result is -1 in float64 already.
    scale, p = expm1_parts(clamp(x, like(x, -50.0), like(x, 0.0)))
    return fma(scale, p, scale - like(x, 1.0))


@jit
def tanh(x):
    """tanh x = e/(e + 2) with e = exp(2|x|) - 1, which loses no digits near 0; the sign comes back last."""
    # Beyond 20 the result is 1 in float64 already; NaN passes through the clamp.
    a = clamp(absolute(x), like(x, 0.0), like(x, 20.0))
    scale, p = expm1_parts(a + a)
    e = fma(scale, p, scale - like(x, 1.0))
    return copysign(e / (e + like(x, 2.0)), x)


@jit
def sigmoid(x):
    """1/(1 + exp(-x))."""
    one = like(x, 1.0)
    return one / (one + exp(like(x, 0.0) - x))
