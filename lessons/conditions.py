"""Conditions on the facts of a stage: ``test_accuracy >= 0.98``.

They are read, never run: a name, a comparison, and a number, a word or another fact's name.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from engine.checks import SpecError

__all__ = ["Condition", "Curve", "Fact", "condition", "holds"]

# Points of a curve; a point that is not a number ends one piece of it.
Curve = tuple[tuple[float, float], ...]
Fact = float | int | bool | str | Curve

_FORM = re.compile(r"^\s*([A-Za-z][\w.]*)\s*(<=|>=|!=|=|<|>)\s*([^\s=<>].*?)\s*(?:±\s*([0-9.eE+-]+))?\s*$")
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}  # fmt: skip
_WORDS = {"true": True, "false": False}
# Numbers that were computed in different ways are the same up to rounding.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition.

    Attributes
    ----------
    fact : str
    comparison : {"<", "<=", ">", ">=", "=", "!="}
    value : str
        A number, ``true``, ``false``, another fact's name, or a word; in quotes it is a word in any case.
    tolerance : float
        Of ``=`` and ``!=`` between numbers.
    """

    fact: str
    comparison: str
    value: str
    tolerance: float = ROUNDING

    def holds(self, facts: Mapping[str, Fact]) -> bool:
        """Whether it holds; never where there is no such fact, or where it cannot be compared."""
        if self.fact not in facts:
            return False
        left, right = facts[self.fact], self._right(facts)
        if isinstance(left, str) or isinstance(right, str):
            same = left == right
            return same if self.comparison == "=" else not same if self.comparison == "!=" else False
        if isinstance(left, tuple) or isinstance(right, tuple):
            return False
        if math.isnan(left) or math.isnan(right):
            return False
        if self.comparison in _COMPARISONS:
            return _COMPARISONS[self.comparison](left, right)
        same = left == right or abs(left - right) <= self.tolerance
        return same if self.comparison == "=" else not same

    def _right(self, facts: Mapping[str, Fact]) -> Fact:
        if self.value in _WORDS:
            return _WORDS[self.value]
        if self.value[0] in "'\"" and self.value[0] == self.value[-1]:
            return self.value[1:-1]
        try:
            return float(self.value)
        except ValueError:
            return facts.get(self.value, self.value)


def condition(text: str, name: str = "when") -> Condition:
    """Return the condition that a text is.

    Parameters
    ----------
    text : str
        ``w1 = 3.375 ± 0.001``.
    name : str
        What a SpecError is to name if it is none.
    """
    match = _FORM.match(text)
    if match is None:
        raise SpecError(name, f"{text!r} is no condition; write one like `test_accuracy >= 0.98` or `w = 3.4 ± 0.1`")
    fact, comparison, value, tolerance = match.groups()
    if tolerance is None:
        return Condition(fact, comparison, value)
    if comparison not in ("=", "!="):
        raise SpecError(name, f"{text!r}: ± goes with = or != only")
    try:
        apart = float(tolerance)
    except ValueError:
        raise SpecError(name, f"{text!r}: {tolerance!r} is no number") from None
    if apart < 0:
        raise SpecError(name, f"{text!r}: what follows ± is not less than 0")
    return Condition(fact, comparison, value, apart)


def holds(texts: Iterable[str], facts: Mapping[str, Fact]) -> bool:
    """Whether all conditions hold."""
    return all(condition(text).holds(facts) for text in texts)
