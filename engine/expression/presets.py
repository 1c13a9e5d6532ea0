"""Graphs worth seeing: those of the lectures, and those that make one point each."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.experiment import Position
from engine.expression.spec import ExpressionSpec

__all__ = ["PRESETS", "Preset"]

_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Preset:
    """A graph to begin with.

    Attributes
    ----------
    key : str
        Its place in `PRESETS`.
    title : str
    sentence : str
        What there is to see.
    spec : ExpressionSpec
    slides : dict of str to Position
        Where the run stands on each slide that shows it.
    """

    key: str
    title: str
    sentence: str
    spec: ExpressionSpec
    slides: dict[str, Position] = field(default_factory=dict)


def _chain() -> ExpressionSpec:
    """Sigmoids one in another, each with a weight of its own."""
    text = "x"
    for layer in range(1, _DEPTH + 1):
        text = f"sigmoid(w{layer}*{text})"
    weights = {f"w{layer}": 1.0 for layer in range(1, _DEPTH + 1)}
    return ExpressionSpec(text, (("x", 1.0), *weights.items()), tuple(weights))


def _network() -> ExpressionSpec:
    """Two inputs, two hidden neurons, one output; small weights that are all different."""
    hidden = ("sigmoid(w1*x1 + w2*x2 + b1)", "sigmoid(w3*x1 + w4*x2 + b2)")
    values = {
        "x1": 0.5, "x2": -1.0,
        "w1": 0.4, "w2": -0.2, "b1": 0.1, "w3": -0.3, "w4": 0.6, "b2": -0.1,
        "v1": 0.7, "v2": -0.5, "c": 0.2,
    }  # fmt: skip
    parameters = tuple(name for name in values if name[0] in "wbvc")
    text = f"sigmoid(v1*{hidden[0]} + v2*{hidden[1]} + c)"
    return ExpressionSpec(text, tuple(values.items()), parameters, 1.0, 1.0)


PRESETS: dict[str, Preset] = {
    preset.key: preset
    for preset in (
        Preset(
            "xyz",
            "(x + y)·z",
            "Plus copies the gradient to both operands, times swaps their values.",
            ExpressionSpec("(x + y)*z", (("x", -2), ("y", 5), ("z", -4))),
            {
                # One state a slide: the leaves, both values, the 1 at the output, then one gradient after the other.
                f"L1-{20 + place}": Position(0, 0, op) if op < 7 else Position(1)
                for place, op in enumerate((0, 2, 3, 4, 5, 6, 7))
            },
        ),
        Preset(
            "two_path",
            "Two paths",
            "From each x two paths lead to the result: along a path derivatives multiply, and the paths add up.",
            ExpressionSpec("(x1 + x2)^2 + x1*x2", (("x1", 1), ("x2", 2))),
            {"L1-18": Position()},
        ),
        Preset(
            "line",
            "A linear neuron learns",
            "One step of gradient descent on half the squared error moves the output from 3 to 4.2; the target is 5.",
            ExpressionSpec(
                "w1*x1 + w2*x2 + b",
                (("w1", 1), ("x1", 1), ("w2", 1), ("x2", 2), ("b", 0)),
                ("w1", "w2", "b"),
                0.1,
                5,
            ),
            {"L1-16": Position(), "L1-17": Position(1)},
        ),
        Preset(
            "neuron",
            "A sigmoid neuron",
            "The weights' gradients are to each other as the inputs are: the slope of the sigmoid is common to all.",
            ExpressionSpec(
                "sigmoid(w1*x1 + w2*x2 + w3*x3)",
                (("w1", 0.1), ("x1", 1), ("w2", 0.2), ("x2", 2), ("w3", 0.3), ("x3", 3)),
                ("w1", "w2", "w3"),
            ),
        ),
        Preset(
            "network",
            "A 2-2-1 network with its loss",
            "All of back-propagation: each neuron's gradient is made of those that its output flows into.",
            _network(),
            {"L2-06": Position(), "L3-20": Position()},
        ),
        Preset(
            "fan_out",
            "One value used three times",
            "What comes back to x along its three uses adds up; overwriting instead would lose two of them.",
            ExpressionSpec("x*(x + y) + x", (("x", 3), ("y", 2))),
        ),
        Preset(
            "max",
            "Max chooses a path",
            "The larger operand gets the whole gradient, the other one none.",
            ExpressionSpec("2*(x*y + max(z, w))", (("x", 3), ("y", -4), ("z", 2), ("w", -1))),
        ),
        Preset(
            "vanishing",
            "A deep chain of sigmoids",
            "Each sigmoid multiplies the gradient by at most a quarter: little of it arrives at the first weight.",
            _chain(),
            {"L3-29": Position()},
        ),
    )
}
