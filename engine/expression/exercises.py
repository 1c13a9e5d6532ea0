"""Expressions to do by hand, at random: with friendly numbers, on three levels."""

from __future__ import annotations

import numpy as np

from engine.expression.parser import parse
from engine.expression.passes import complete_pass
from engine.expression.spec import ExpressionSpec

__all__ = ["LEVELS", "exercise"]

LEVELS = (1, 2, 3)
_NAMES = ("x", "y", "z")
# Different magnitudes, none of them 1: a wrong factor shall be seen.
_MAGNITUDES = {1: (2.0, 3.0, 4.0, 5.0), 2: (2.0, 3.0, 4.0, 5.0), 3: (0.5, 1.5, 2.0, 2.5)}
_FUNCTIONS = ("sigmoid", "tanh", "exp", "relu", "softplus")
_LARGEST = {1: 60.0, 2: 150.0, 3: 50.0}
_SMALLEST = 0.02


def exercise(level: int, rng: np.random.Generator) -> ExpressionSpec:
    """Make an expression to do by hand.

    Parameters
    ----------
    level : int
        1: three names, each used once, with + − ×. 2: one of them is used twice, and there are squares and
        quotients. 3: functions as well, and numbers with decimals.
    rng : numpy.random.Generator

    Returns
    -------
    ExpressionSpec
        Without parameters. All values and gradients are of moderate size; on levels 1 and 2 they have at most two
        decimals.
    """
    if level not in LEVELS:
        raise ValueError(f"level is one of {', '.join(map(str, LEVELS))}, got {level!r}")
    for _ in range(10_000):
        magnitudes = rng.permutation(_MAGNITUDES[level])[: len(_NAMES)] * rng.choice([-1, 1], len(_NAMES))
        values = dict(zip(_NAMES, magnitudes.tolist(), strict=True))
        expression = parse(parse(_formula(level, rng)).unicode())
        spec = ExpressionSpec(expression.text, tuple(values.items()))
        if _is_friendly(spec, level):
            return spec
    raise AssertionError("about one formula in three is friendly")


def _formula(level: int, rng: np.random.Generator) -> str:
    """Join names, at random and each at least once, until one formula is left."""
    parts = list(_NAMES)
    if level > 1:
        parts.append(str(rng.choice(_NAMES)))
    parts = [parts[place] for place in rng.permutation(len(parts))]
    if level == 2 and rng.random() < 0.5:
        place = rng.integers(len(parts))
        parts[place] = f"{parts[place]}^2"
    function = str(rng.choice(_FUNCTIONS)) if level == 3 else ""
    turn = int(rng.integers(1, len(parts)))
    signs = {1: ["+", "-", "*", "*"], 2: ["+", "-", "*", "*", "/"], 3: ["+", "-", "*", "max"]}[level]
    while len(parts) > 1:
        sign = str(rng.choice(signs))
        left, right = parts.pop(int(rng.integers(len(parts)))), parts.pop(int(rng.integers(len(parts))))
        joined = f"max({left}, {right})" if sign == "max" else f"({left}) {sign} ({right})"
        parts.append(f"{function}({joined})" if function and len(parts) + 1 == turn else f"({joined})")
    return parts[0]


def _is_friendly(spec: ExpressionSpec, level: int) -> bool:
    done = complete_pass(spec.graph(), spec.start)
    slopes = [done.gradients[place] for place in done.graph.leaves.values()]
    numbers = [abs(number) for number in (*done.values, *done.gradients) if number is not None]
    if max(numbers) > _LARGEST[level] or not any(slopes):
        return False
    if level < 3:
        return all(slopes) and all((4 * number).is_integer() for number in numbers)
    # At a tie of max, or at the kink of relu, there is no right answer.
    ties = any(
        (node.label == "max" and len({done.shown_values()[parent] for parent in node.parents}) == 1)
        or (node.label == "relu" and done.shown_values()[node.parents[0]] == 0)
        for node in done.graph.nodes
    )
    return not ties and all(number == 0 or number >= _SMALLEST for number in numbers)
