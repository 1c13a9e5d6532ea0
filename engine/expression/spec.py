"""What a run over the graph of a formula is made from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from engine.checks import SpecError, checked, unknown
from engine.expression.expression import Expression
from engine.expression.graph import Graph
from engine.expression.limits import MADE, TYPED
from engine.expression.parser import parse
from engine.expression.tokens import ExpressionError, shortened
from engine.expression.tree import shared
from engine.json_spec import JsonSpec

__all__ = ["LARGEST_VALUE", "ExpressionSpec", "SpecError", "checked_rate", "checked_value"]

# What is set by hand stays within what can be drawn and computed with.
LARGEST_VALUE = 1e6
_VALUE = {"low": -LARGEST_VALUE, "high": LARGEST_VALUE}
_SHARED = {"title": "Equal parts of the formula as one node"}
_RATE = {"title": "Learning rate", "low": 1e-6, "high": 10.0}


@dataclass(frozen=True, slots=True)
class ExpressionSpec(JsonSpec):
    """Everything needed to build an `ExpressionRun` again. Frozen, validated, JSON there and back.

    Parameters
    ----------
    text : str
        The formula, as `engine.expression.parse` reads it, with at least one name in it. It may be as long as those
        that the program makes (`MADE`), for a link may carry one; what somebody types, `parse` it first.
    values : mapping of str to float, or pairs of both
        What each name of the formula begins with; kept as pairs, in the order of the names' first use.
    parameters : sequence of str
        The names that an update moves; the others are inputs.
    learning_rate : float
    target : float, optional
        Without one the run minimises the formula's value itself, with one half the squared distance to it.
    shared : bool
        Whether equal parts of the formula are one node of the graph, computed once and used often: the output of a
        neuron that several others read is written out at each of them, and is one number all the same.

    Raises
    ------
    SpecError
        If a value is not allowed; its ``field`` names the setting.
    """

    called: ClassVar[str] = "formula"

    text: str = "(x + y)*z"
    values: tuple[tuple[str, float], ...] = (("x", -2.0), ("y", 5.0), ("z", -4.0))
    parameters: tuple[str, ...] = ()
    learning_rate: float = 0.1
    target: float | None = None
    shared: bool = False

    def __post_init__(self) -> None:
        text, names = _checked_text(self.text)
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "values", _checked_values(self.values, names))
        object.__setattr__(self, "parameters", _checked_parameters(self.parameters, names))
        object.__setattr__(self, "learning_rate", checked_rate(self.learning_rate))
        if self.target is not None:
            object.__setattr__(self, "target", checked_value("target", "The target", self.target))
        object.__setattr__(self, "shared", checked("shared", False, _SHARED, self.shared))

    @property
    def start(self) -> dict[str, float]:
        """What each name begins with."""
        return dict(self.values)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names that no update moves."""
        return tuple(name for name, _ in self.values if name not in self.parameters)

    def expression(self) -> Expression:
        """Return the formula, read."""
        read = parse(self.text, limits=MADE)
        return replace(read, root=shared(read.root)) if self.shared else read

    def graph(self) -> Graph:
        """Return the graph, with the loss behind the formula where there is a target."""
        return Graph.of(self.expression(), self.start, self.target)

    def to_dict(self) -> dict[str, Any]:
        """Return the spec as data that JSON can hold, with a version."""
        return {
            "version": self.version,
            "text": self.text,
            "values": dict(self.values),
            "parameters": list(self.parameters),
            "learning_rate": self.learning_rate,
            "target": self.target,
            "shared": self.shared,
        }


def checked_value(setting: str, title: str, value: Any) -> float:
    """Return the value of a leaf as a float, or raise a SpecError: finite, at most a million either way."""
    # Adding 0 makes minus zero an ordinary one: 1/x shall not depend on a sign that nobody sees.
    return float(checked(setting, 0.0, {"title": title, **_VALUE}, value)) + 0.0


def checked_rate(value: Any) -> float:
    """Return a learning rate as a float, or raise a SpecError."""
    return float(checked("learning_rate", 0.1, _RATE, value))


def _checked_text(text: Any) -> tuple[str, tuple[str, ...]]:
    """Return the formula's text and its names, or raise a SpecError."""
    if not isinstance(text, str):
        raise SpecError("text", f"a formula is text such as (x + y)*z, got {type(text).__name__}")
    try:
        names = parse(text, limits=MADE).names
    except ExpressionError as error:
        raise SpecError("text", f"the formula cannot be read: {error}") from None
    if not names:
        raise SpecError("text", "the formula has no name to differentiate by: write one, such as x")
    return text.strip(), names


def _checked_values(values: Any, names: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    each = _listed(names)
    try:
        given = dict(values)
    except (TypeError, ValueError):
        raise SpecError("values", f"values: a number for each of {each}, got {str(values)[:40]}") from None
    strange = [str(name)[:20] for name in given if name not in names]
    if strange:
        raise SpecError("values", f"values: the formula has no name {strange[0]!r}, it has {each}")
    missing = [name for name in names if name not in given]
    if missing:
        raise SpecError("values", f"values: {missing[0]} has none; give a number for each of {each}")
    return tuple((name, checked_value("values", f"The value of {name}", given[name])) for name in names)


def _listed(names: tuple[str, ...]) -> str:
    """Name those that there are; of many, the first."""
    shown = ", ".join(shortened(name) for name in names[: TYPED.names])
    return shown if len(names) <= TYPED.names else f"{shown} and {len(names) - TYPED.names} more"


def _checked_parameters(parameters: Any, names: tuple[str, ...]) -> tuple[str, ...]:
    if isinstance(parameters, str) or not isinstance(parameters, (tuple, list)):
        raise SpecError("parameters", f"parameters: a list of names out of {_listed(names)}, got {parameters!r:.40}")
    for name in parameters:
        if name not in names:
            raise SpecError("parameters", f"parameters: {unknown('name', name, names)}")
    # One canonical order: the same parameters are the same spec.
    return tuple(name for name in names if name in parameters)
