"""A surface of the student's own: a formula, its exact gradient, and the minima that a search finds."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache

import numpy as np

from engine.arena import Array
from engine.checks import SpecError
from engine.descent.analysis import hessian, search_minima
from engine.descent.surface import Surface
from engine.descent.tape import Tape
from engine.expression import Expression, ExpressionError, parse

__all__ = ["OWN", "PARAMETER_NAMES", "own_surface"]

OWN = "own"
PARAMETER_NAMES = {1: ("w",), 2: ("x", "y")}
# Of optimizers whose steps do not grow with the gradient.
_RATES = {"adagrad": 0.5, "rmsprop": 0.05, "adadelta": 1.0, "adam": 0.1}
_SMALLEST_RATE, _LARGEST_RATE = 1e-5, 0.5


@lru_cache(maxsize=64)
def own_surface(formula: str, dimensions: int = 2, reach: float = 5.0) -> Surface:
    """Return the surface of a formula.

    Parameters
    ----------
    formula : str
        Over x and y, or over w in one dimension; what `engine.expression.parse` reads of what is typed.
    dimensions : int
        1 or 2.
    reach : float
        The view goes from -reach to reach, and minima are searched there.

    Raises
    ------
    SpecError
        Of the field ``formula``, with the parser's message.
    """
    names = PARAMETER_NAMES[dimensions]
    try:
        read = parse(formula, names)
    except ExpressionError as error:
        raise SpecError("formula", f"the formula cannot be read: {error}") from None
    if not read.names:
        raise SpecError("formula", f"the formula is the same everywhere: write one with {' or '.join(names)} in it")
    surface = _surface(read, names, reach)
    surface = replace(surface, minima=search_minima(surface))
    return replace(surface, rates=_rates(surface))


def _rates(surface: Surface) -> dict[str, float]:
    """Return rates at which plain descent shrinks: half of one over the largest curvature at the start and the minima.

    Rounded down to 1, 2 or 5 times a power of ten, as people choose them.
    """
    bends = [np.abs(hessian(surface, at)).sum(axis=1).max() for at in (surface.start, *surface.minima)]
    largest = max((float(bend) for bend in bends if np.isfinite(bend)), default=0.0)
    rate = min(_LARGEST_RATE, max(_SMALLEST_RATE, 0.5 / largest)) if largest > 0 else _LARGEST_RATE
    power = 10.0 ** math.floor(math.log10(rate))
    sgd = max(step * power for step in (1, 2, 5) if step * power <= rate * (1 + 1e-9))
    return {**_RATES, "sgd": sgd, "momentum": sgd / 2, "nesterov": sgd / 2}


def _surface(read: Expression, names: tuple[str, ...], reach: float) -> Surface:
    def function(*parameters: Array) -> Array:
        return np.asarray(read.evaluate(dict(zip(names, parameters, strict=True))))

    return Surface(
        key=OWN,
        title="A formula of your own",
        about="What you have written; its minima are searched for.",
        tex=rf"J({', '.join(names)}) = {read.tex()}",
        names=names,
        extent=((-reach, reach),) * len(names),
        # Neither on an axis nor on a diagonal, where slopes often vanish.
        start=(-0.4 * reach, 0.3 * reach)[: len(names)],
        function=function,
        slopes=Tape(read, names).gradient,
        radius=reach / 100,
    )
