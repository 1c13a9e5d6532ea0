"""Gradients against differences of values, and how good such a difference can be.

A central difference (f(x + h) − f(x − h)) / 2h is off by h² f'''/6 because the curve bends (truncation), and by
about ε |f| / h because values are rounded (round-off). The first falls with h, the second grows: over h the error
is a V, lowest near h = (3 ε |f| / |f'''|)^(1/3).

Source: Press et al., *Numerical Recipes*, 3rd ed., section 5.7.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.arena import Array
from engine.expression import Expression
from engine.expression.graph import Graph
from engine.expression.passes import complete_pass

__all__ = [
    "STEPS", "Difference", "DifferenceCurve", "central_difference", "central_gradient", "difference_at",
    "difference_curve", "expression_curve", "node_curve", "parameter_curve", "relative_error",
]  # fmt: skip

EPSILON = float(np.finfo(np.float64).eps)
# From 0.1 to 1e-15, four in a decade.
STEPS: Array = 10.0 ** -np.linspace(1, 15, 57)
DEFAULT_STEP = 1e-5
# Where truncation and round-off of a third difference are about equal.
_THIRD_STEP = EPSILON**0.2

Function = Callable[[float], float]


@dataclass(frozen=True, slots=True, eq=False)
class DifferenceCurve:
    """Central differences over the step h.

    Attributes
    ----------
    exact : float
        The derivative that the differences are held against.
    steps : ndarray [H]
        The h.
    estimates : ndarray [H]
        The central differences.
    errors : ndarray [H]
        How far they are from ``exact``.
    truncation : ndarray [H]
        What the bend of the curve makes in theory: h² |f'''| / 6.
    roundoff : ndarray [H]
        What rounding of values and of x ± h makes at most, if f itself is computed to the last place:
        ε (|f| + |x f'|) / h.
    """

    exact: float
    steps: Array
    estimates: Array
    errors: Array
    truncation: Array
    roundoff: Array

    @property
    def best_step(self) -> float:
        """The step of the smallest error among ``steps``; nan where no error is a number."""
        if np.isnan(self.errors).all():
            return float("nan")
        return float(self.steps[np.nanargmin(self.errors)])

    @property
    def predicted_step(self) -> float:
        """Where theory sees the lowest point; infinite where the curve does not bend."""
        bend, rounding = self.truncation[0] / self.steps[0] ** 2, self.roundoff[0] * self.steps[0]
        return float(np.cbrt(rounding / (2 * bend))) if bend > 0 else float("inf")


@dataclass(frozen=True, slots=True)
class Difference:
    """One central difference beside the gradient.

    Attributes
    ----------
    at, step : float
        x and h.
    above, below : float
        f(x + h) and f(x − h).
    quotient : float
        (f(x + h) − f(x − h)) / 2h.
    gradient : float
        The exact one.
    error : float
        How far the quotient is from it.
    """

    at: float
    step: float
    above: float
    below: float
    quotient: float
    gradient: float
    error: float


def central_difference(function: Function, at: float, step: float = DEFAULT_STEP) -> float:
    """Return (f(x + h) − f(x − h)) / 2h.

    Parameters
    ----------
    function : callable
        Takes a float and returns one.
    at : float
        x.
    step : float
        h, above 0.
    """
    if not step > 0:
        raise ValueError(f"a step is above 0, got {step}")
    with np.errstate(all="ignore"):
        return float((np.float64(function(at + step)) - np.float64(function(at - step))) / (2 * step))


def central_gradient(
    function: Callable[[Array], float],
    parameters: Array,
    step: float = DEFAULT_STEP,
    places: Sequence[int] | None = None,
) -> Array:
    """Return the central differences along some parameters, or along all.

    Parameters
    ----------
    function : callable
        Takes parameters [P], which it must not keep, and returns a float: the loss of a network.
    parameters : ndarray [P]
        They are not changed.
    step : float
        h.
    places : sequence of int, optional

    Returns
    -------
    ndarray [P], or as many as ``places``
    """
    chosen = range(len(parameters)) if places is None else places
    return np.array(
        [central_difference(_along(function, parameters, k), float(parameters[k]), step) for k in chosen],
        dtype=np.float64,
    )


def difference_curve(function: Function, at: float, exact: float, steps: Array = STEPS) -> DifferenceCurve:
    """Return central differences over the step, with the two lines that theory draws.

    Parameters
    ----------
    function : callable
        Takes a float and returns one.
    at : float
        x.
    exact : float
        The derivative to check.
    steps : ndarray [H]
        All above 0.
    """
    steps = np.array(steps, dtype=np.float64)
    if steps.ndim != 1 or not steps.size or not (steps > 0).all():
        raise ValueError("steps are one or more numbers above 0: pass those of STEPS")
    estimates = np.array([central_difference(function, at, float(h)) for h in steps])
    with np.errstate(all="ignore"):
        value = np.float64(function(at))
        rounding = EPSILON * (np.abs(value) + np.abs(np.float64(at) * exact))
        return DifferenceCurve(
            exact, steps, estimates, np.abs(estimates - exact),
            np.abs(_third_derivative(function, at)) * steps**2 / 6, rounding / steps,
        )  # fmt: skip


def expression_curve(
    expression: Expression, values: Mapping[str, float], name: str, steps: Array = STEPS
) -> DifferenceCurve:
    """Return the curve for one leaf of a formula, against its exact derivative.

    Raises
    ------
    ValueError
        If the formula has no such name, or a name has no value.
    """
    if name not in expression.names:
        raise ValueError(f"the formula has no name {name[:20]!r}, it has {', '.join(expression.names)}")
    exact = float(expression.gradient(values)[1][name])
    return difference_curve(
        lambda value: float(expression.evaluate({**values, name: value})), float(values[name]), exact, steps
    )


def node_curve(graph: Graph, leaves: Mapping[str, float], node: int, steps: Array = STEPS) -> DifferenceCurve:
    """Return the curve for any value on a graph, against the gradient that the backward pass brings there.

    The value of the node is set to x ± h, whatever its operands say, and all that depends on it is computed again.

    Parameters
    ----------
    graph : Graph
    leaves : mapping of str to float
        The values of the names.
    node : int
        A name or an operation, by its place in ``graph.nodes``.
    steps : ndarray [H]

    Raises
    ------
    ValueError
        If there is no such node, or no gradient goes to it.
    """
    return difference_curve(*_along_node(graph, leaves, node), steps)


def difference_at(graph: Graph, leaves: Mapping[str, float], node: int, h: float) -> Difference:
    """Return the central difference of one step for any value on a graph, as `node_curve` takes it."""
    function, at, gradient = _along_node(graph, leaves, node)
    quotient = central_difference(function, at, h)
    return Difference(at, h, function(at + h), function(at - h), quotient, gradient, abs(quotient - gradient))


def _along_node(graph: Graph, leaves: Mapping[str, float], node: int) -> tuple[Function, float, float]:
    """Return the result as a function of a node's value, that value, and the gradient there."""
    if not 0 <= node < len(graph.nodes):
        raise ValueError(f"the graph has the nodes 0 to {len(graph.nodes) - 1}, got {node}")
    done = complete_pass(graph, leaves)
    known, gradient = [np.array(value, dtype=np.float64) for value in done.shown_values()], done.gradients[node]
    if gradient is None:
        raise ValueError(f"no gradient goes to {graph.nodes[node].text}: take a node with a name in it")
    depends = {node}
    for later in graph.nodes:
        if depends.intersection(later.parents):
            depends.add(later.id)
    again = [graph.nodes[place] for place in sorted(depends - {node})]

    def function(value: float) -> float:
        values = list(known)
        values[node] = np.array(value, dtype=np.float64)
        with np.errstate(all="ignore"):
            for operation in again:
                assert operation.operation is not None  # only operations depend on another node
                result = operation.operation.forward(*(values[parent] for parent in operation.parents))
                values[operation.id] = np.array(result, dtype=np.float64)
        return float(values[graph.root])

    return function, float(known[node]), gradient


def parameter_curve(
    function: Callable[[Array], float], parameters: Array, place: int, exact: float, steps: Array = STEPS
) -> DifferenceCurve:
    """Return the curve for one parameter of a network, against the derivative that back-propagation found.

    Parameters
    ----------
    function : callable
        As for `central_gradient`.
    parameters : ndarray [P]
        They are not changed.
    place : int
        Which of them, from 0.
    exact : float
    steps : ndarray [H]
    """
    if not 0 <= place < len(parameters):
        raise ValueError(f"there are parameters 0 to {len(parameters) - 1}, got {place}")
    return difference_curve(_along(function, parameters, place), float(parameters[place]), exact, steps)


def relative_error(one: float, other: float) -> float:
    """Return |a − b| / max(|a|, |b|), 0 for two zeros."""
    largest = max(abs(one), abs(other))
    return abs(one - other) / largest if largest else 0.0


def _along(function: Callable[[Array], float], parameters: Array, place: int) -> Function:
    def along(value: float) -> float:
        moved = np.array(parameters, dtype=np.float64)
        moved[place] = value
        return float(function(moved))

    return along


def _third_derivative(function: Function, at: float) -> float:
    """Return f''' by a difference; good to a few digits, which is enough for a line in a picture."""
    h = _THIRD_STEP * max(1.0, abs(at))
    outer = np.float64(function(at + 2 * h)) - np.float64(function(at - 2 * h))
    inner = np.float64(function(at + h)) - np.float64(function(at - h))
    return float((outer - 2 * inner) / (2 * h**3))
