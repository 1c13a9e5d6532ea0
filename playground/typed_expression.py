"""What somebody types as an expression: read within the limits, or refused at a character, and given values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.expression import Expression, ExpressionError, parse
from engine.expression.spec import LARGEST_VALUE

# What new names begin with, the first choice that gives a finite result; none of it 0, and no two next to each other
# the same: which gradient belongs to which name can be told.
_STARTS = ((1.0, 2.0, -1.0, 3.0, -2.0, 0.5), (1.0, 2.0, 3.0, 1.5, 2.5, 0.5), (3.0, 2.0, 1.0, 0.5))


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a text is no expression.

    Attributes
    ----------
    message : str
        A sentence.
    position : int or None
        Index of the character that it speaks of, from 0; None where it speaks of the whole.
    """

    message: str
    position: int | None


def read_typed(text: str) -> Expression | Refusal:
    """Read what was typed: at most 300 characters, 200 nodes and 12 names, one of them at least."""
    try:
        read = parse(text)
    except ExpressionError as error:
        return Refusal(f"This cannot be read: {error}.", error.position)
    if not read.names:
        return Refusal("There is no name to differentiate by: write one, such as x.", None)
    return read


def start_values(expression: Expression, kept: Mapping[str, float]) -> dict[str, float]:
    """Return what each name of an expression begins with.

    Parameters
    ----------
    expression : Expression
    kept : mapping of str to float
        Values that names have already; those that are not allowed as a beginning are not kept.
    """
    old = {
        name: value
        for name, value in kept.items()
        if name in expression.names and np.isfinite(value) and abs(value) <= LARGEST_VALUE
    }
    new = [name for name in expression.names if name not in old]
    choices = []
    for starts in _STARTS:
        given = {name: starts[place % len(starts)] for place, name in enumerate(new)} | old
        values = {name: given[name] for name in expression.names}
        if np.isfinite(expression.evaluate(values)):
            return values
        choices.append(values)
    return choices[0]
