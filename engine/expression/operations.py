"""Every operation a formula may contain, each declared once: its value, its local derivatives, its notations."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import reduce

import numpy as np
from numpy.typing import NDArray

__all__ = ["CONSTANTS", "OPERATIONS", "Array", "Constant", "Notation", "OperationKind", "Precedence"]

Array = NDArray[np.float64]
Derivative = Callable[[int, Sequence[Array], Array], Array]


class Precedence(IntEnum):
    """How tightly a notation holds together; the higher, the tighter. As in Python, -x ** 2 is -(x ** 2)."""

    ANY = 0
    SUM = 1
    PRODUCT = 2
    MINUS = 3
    POWER = 4
    ATOM = 5


@dataclass(frozen=True, slots=True)
class Notation:
    """How an operation is written.

    Parameters
    ----------
    template : str
        ``<0>`` and ``<1>`` stand for the arguments, ``<*>`` for all of them with commas, ``<np>`` for NumPy.
    precedence : Precedence
        Of the whole.
    places : tuple of Precedence
        The least that each argument must have to stand there without brackets; `Precedence.ANY` where it is
        enclosed anyway, which also goes for arguments that are not listed.
    guarded : bool
        For Python only: that its own floats raise an error where NumPy's answer inf or nan.
    """

    template: str
    precedence: Precedence = Precedence.ATOM
    places: tuple[Precedence, ...] = ()
    guarded: bool = False


@dataclass(frozen=True, slots=True)
class Constant:
    """A number with a name of its own: its value, and how it is written."""

    value: float
    text: str
    tex: str
    python: str


@dataclass(frozen=True, slots=True)
class OperationKind:
    """One kind of operation.

    Parameters
    ----------
    name : str
        Key in `OPERATIONS`; for functions what the user writes ("exp").
    symbol : str
        What to write on its node in a picture of the graph: "+", "exp".
    arity : int
        How many arguments it takes; at least so many if ``variadic``.
    forward : callable
        Takes the arguments, arrays that broadcast, and returns the result.
    derivative : callable
        Takes the index of an argument, all arguments and the result; returns the local derivative of the
        result with respect to that argument, pointwise, in a shape that broadcasts to the result's.
    text, tex, python : Notation
        In Unicode (which `parse` reads), LaTeX and NumPy code.
    kink : str
        Where the derivative does not exist, and what is taken there; empty if it always does.
    selects : bool
        Whether a slope of 0 means that the argument is cut off: not even an infinite gradient passes then.
    """

    name: str
    symbol: str
    arity: int
    forward: Callable[..., Array] = field(repr=False)
    derivative: Derivative = field(repr=False)
    text: Notation = field(repr=False)
    tex: Notation = field(repr=False)
    python: Notation = field(repr=False)
    variadic: bool = False
    kink: str = ""
    selects: bool = False

    @property
    def precedence(self) -> Precedence:
        """How tightly it binds in a formula."""
        return self.text.precedence

    @property
    def is_function(self) -> bool:
        """Whether it is written as a name with brackets."""
        return self.text.template == f"{self.name}(<*>)"


def _sigmoid(a: Array) -> Array:
    """The exponential of minus the magnitude cannot overflow."""
    small = np.exp(-np.abs(a))
    return np.where(a >= 0, 1.0, small) / (1.0 + small)


def _power_derivative(index: int, arguments: Sequence[Array], result: Array) -> Array:
    base, exponent = arguments
    if index == 0:
        # 0 · 0⁻¹ would be nan: a power of 0 is the constant 1.
        return np.where(exponent == 0, 0.0, exponent * np.power(base, exponent - 1.0))
    # 0 · log 0 would be nan: 0 to any power above 0 is 0.
    return np.where((base == 0) & (exponent >= 0), 0.0, result * np.log(base))


def _divide_derivative(index: int, arguments: Sequence[Array], result: Array) -> Array:
    return 1.0 / arguments[1] if index == 0 else -result / arguments[1]


def _extreme_derivative(index: int, arguments: Sequence[Array], result: Array) -> Array:
    wins = np.equal(arguments[index], result)
    for earlier in arguments[:index]:
        if not wins.any():
            break  # of hundreds of arguments all but one lose at once
        wins = wins & ~np.equal(earlier, result)
    return wins.astype(np.float64)


def _infix(
    name: str,
    symbol: str,
    forward: Callable[..., Array],
    derivative: Derivative,
    text: str,
    tex: Notation,
    places: tuple[Precedence, Precedence],
    python: str,
    guarded: bool = False,
) -> OperationKind:
    """Two arguments with a sign between them; how tightly it binds is how tightly its left place does."""
    precedence = Precedence.POWER if places[0] is Precedence.ATOM else places[0]
    return OperationKind(
        name, symbol, 2, forward, derivative,
        Notation(text, precedence, places), tex, Notation(python, precedence, places, guarded),
    )  # fmt: skip


def _function(
    name: str,
    forward: Callable[..., Array],
    slope: Callable[[Array, Array], Array],
    tex: Notation | None = None,
    python: Notation | None = None,
    kink: str = "",
    selects: bool = False,
) -> OperationKind:
    """One argument; `slope` gets it and the result."""
    return OperationKind(
        name, name, 1, forward, lambda _, arguments, result: slope(arguments[0], result),
        Notation(f"{name}(<*>)"),
        # As the base of a power sin(x) is put in brackets: sin(x)² can be read in two ways.
        tex or Notation(rf"\{name}(<*>)", Precedence.POWER),
        python or Notation(f"<np>.{name}(<0>)"),
        kink=kink,
        selects=selects,
    )  # fmt: skip


def _extreme(name: str, ufunc: np.ufunc) -> OperationKind:
    return OperationKind(
        name, name, 2, lambda *arguments: reduce(ufunc, arguments), _extreme_derivative,
        Notation(f"{name}(<*>)"),
        Notation(rf"\{name}(<*>)", Precedence.POWER),
        Notation(f"<np>.{ufunc.__name__}(<0>, <1>)"),
        variadic=True,
        kink="Where several arguments are equal, the first of them gets the slope 1 and the others 0.",
        selects=True,
    )  # fmt: skip


_ANY, _SUM, _PRODUCT, _POWER, _ATOM = (
    Precedence.ANY, Precedence.SUM, Precedence.PRODUCT, Precedence.POWER, Precedence.ATOM,
)  # fmt: skip
_MINUS_PLACES = (_PRODUCT,)

OPERATIONS: dict[str, OperationKind] = {
    kind.name: kind
    for kind in (
        _infix(
            "add", "+", np.add, lambda index, arguments, result: np.ones_like(result),
            "<0> + <1>", Notation("<0> + <1>", _SUM, (_SUM, _SUM)), (_SUM, _PRODUCT), "<0> + <1>",
        ),
        _infix(
            "subtract", "−", np.subtract,
            lambda index, arguments, result: np.full_like(result, -1.0 if index else 1.0),
            "<0> − <1>", Notation("<0> - <1>", _SUM, (_SUM, _PRODUCT)), (_SUM, _PRODUCT), "<0> - <1>",
        ),
        _infix(
            "multiply", "×", np.multiply, lambda index, arguments, result: arguments[1 - index],
            "<0>·<1>", Notation(r"<0> \cdot <1>", _PRODUCT, (_PRODUCT, _PRODUCT)), (_PRODUCT, _POWER),
            "<0> * <1>",
        ),
        _infix(
            "divide", "÷", np.divide, _divide_derivative,
            "<0>/<1>", Notation(r"\frac{<0>}{<1>}", _PRODUCT), (_PRODUCT, _POWER), "<0> / <1>", guarded=True,
        ),
        _infix(
            "power", "^", np.power, _power_derivative,
            "<0>^<1>", Notation("<0>^{<1>}", _POWER, (_ATOM, _ANY)), (_ATOM, _POWER), "<0>**<1>", guarded=True,
        ),
        # In a formula a minus binds tighter than a product; written out, -(a·b) needs no brackets either way.
        OperationKind(
            "negate", "−", 1, np.negative, lambda index, arguments, result: np.full_like(result, -1.0),
            Notation("−<0>", _PRODUCT, _MINUS_PLACES), Notation("-<0>", _PRODUCT, _MINUS_PLACES),
            Notation("-<0>", _PRODUCT, _MINUS_PLACES),
        ),
        _function("exp", np.exp, lambda a, result: result, Notation("e^{<0>}", _POWER)),
        _function("log", np.log, lambda a, result: 1.0 / a),
        _function("sin", np.sin, lambda a, result: np.cos(a)),
        _function("cos", np.cos, lambda a, result: -np.sin(a)),
        _function("tan", np.tan, lambda a, result: 1.0 + result * result),
        _function("tanh", np.tanh, lambda a, result: 1.0 - result * result),
        _function(
            "sigmoid", _sigmoid, lambda a, result: result * (1.0 - result),
            Notation(r"\sigma(<*>)", _POWER),
            Notation("1 / (1 + <np>.exp(-<0>))", _PRODUCT, (_POWER,)),
        ),
        _function(
            "relu", lambda a: np.maximum(0.0, a), lambda a, result: np.where(a > 0, 1.0, 0.0),
            Notation(r"\mathrm{relu}(<*>)", _POWER), Notation("<np>.maximum(0.0, <0>)"),
            kink="At 0 the slope counts as 0.", selects=True,
        ),
        _extreme("max", np.maximum),
        _extreme("min", np.minimum),
        _function(
            "abs", np.abs, lambda a, result: np.sign(a), Notation(r"\left|<0>\right|"),
            kink="At 0 the slope counts as 0.",
        ),
        _function("sqrt", np.sqrt, lambda a, result: 0.5 / result, Notation(r"\sqrt{<0>}")),
        _function("square", np.square, lambda a, result: 2.0 * a, Notation("<0>^2", _POWER, (_ATOM,))),
        _function(
            "softplus", lambda a: np.logaddexp(0.0, a), lambda a, result: _sigmoid(a),
            Notation(r"\mathrm{softplus}(<*>)", _POWER), Notation("<np>.logaddexp(0.0, <0>)"),
        ),
    )
}  # fmt: skip

CONSTANTS: dict[str, Constant] = {
    "pi": Constant(math.pi, "π", r"\pi", "<np>.pi"),
    "e": Constant(math.e, "e", "e", "<np>.e"),
}
