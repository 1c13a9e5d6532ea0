"""A formula's gradient for calling thousands of times: `Expression.gradient`, with its tree walked once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.arena import Array
from engine.expression import OPERATIONS, Expression, Name, Number, Operation, OperationKind, operands_first

__all__ = ["Tape"]

# Their local derivatives are 1 and -1: nothing needs to be computed.
_MINUS = OPERATIONS["subtract"]
_SUMS = (OPERATIONS["add"], _MINUS)


@dataclass(frozen=True, slots=True)
class _Line:
    kind: OperationKind
    forward: Callable[..., Array]
    result: int
    arguments: tuple[int, ...]
    # Nobody asks for the slope along a number.
    sloped: tuple[tuple[int, int], ...]
    is_sum: bool


class Tape:
    """The operations of a formula in the order of its forward pass.

    Parameters
    ----------
    read : Expression
    names : sequence of str
        Whose derivatives are wanted, in this order; the formula has no others, but perhaps fewer.
    """

    def __init__(self, read: Expression, names: Sequence[str]) -> None:
        order = operands_first(read.root)
        place = {id(node): k for k, node in enumerate(order)}
        self._first: list[Array | None] = [
            np.asarray(node.value, dtype=np.float64) if isinstance(node, Number) else None for node in order
        ]
        self._uses = tuple(
            tuple(k for k, node in enumerate(order) if isinstance(node, Name) and node.name == name) for name in names
        )
        self._lines = tuple(
            _Line(
                node.kind, node.kind.forward, k, tuple(place[id(each)] for each in node.arguments),
                tuple((i, place[id(each)]) for i, each in enumerate(node.arguments) if not isinstance(each, Number)),
                node.kind in _SUMS,
            )
            for k, node in enumerate(order) if isinstance(node, Operation)
        )  # fmt: skip

    def gradient(self, *parameters: Array) -> tuple[Array, ...]:
        """Return the derivatives, the very numbers of `Expression.gradient`.

        Parameters
        ----------
        *parameters : ndarray
            One for each name, all of one shape.
        """
        values: list[Any] = list(self._first)
        for uses, parameter in zip(self._uses, parameters, strict=True):
            for k in uses:
                values[k] = parameter
        with np.errstate(all="ignore"):
            for line in self._lines:
                values[line.result] = line.forward(*[values[k] for k in line.arguments])
            adjoints = self._backward(values)
            slopes = tuple(np.zeros_like(parameter) for parameter in parameters)
            for uses, slope in zip(self._uses, slopes, strict=True):
                for k in reversed(uses):
                    slope += adjoints[k]
        return slopes

    def _backward(self, values: list[Any]) -> dict[int, Array]:
        """Return what arrives at each place: by it the result changes."""
        adjoints: dict[int, Array] = {len(values) - 1: np.ones(())}
        for line in reversed(self._lines):
            adjoint, result = adjoints[line.result], values[line.result]
            arguments = [values[k] for k in line.arguments]
            for index, k in line.sloped:
                if line.is_sum:
                    passed = -adjoint if line.kind is _MINUS and index else adjoint
                else:
                    local = line.kind.derivative(index, arguments, result)
                    passed = adjoint * local
                    if line.kind.selects:
                        passed = np.where(local == 0, 0.0, passed)
                adjoints[k] = adjoints[k] + passed if k in adjoints else passed
        return adjoints
