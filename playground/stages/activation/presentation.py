"""An activation in the words and numbers of the page."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.activation import (
    EXAMPLES,
    FLAT,
    FOUR,
    REACH,
    ActivationSpec,
    UnitPass,
    beside,
    evaluate,
    firing_rate,
    slope,
)
from engine.layers import ACTIVATIONS

__all__ = ["FORMULAS", "TITLES", "other_title", "plain", "readout", "report", "status", "summary", "title"]

FORMULAS = {
    "identity": "x", "sigmoid": "1/(1 + e⁻ˣ)", "tanh": "tanh x", "relu": "max(0, x)", "leaky_relu": "max(0.01 x, x)",
    "gaussian": "exp(−x²/σ²)", "step": "1 if x > 0, else 0",
}  # fmt: skip
TITLES = {name: ACTIVATIONS[name].title for name in FORMULAS} | {"step": "Step"}


def plain(value: float, digits: int = 4) -> str:
    """Return a number in at most so many digits, with a true minus sign and no minus zero."""
    return f"{value + 0.0:.{digits}g}".replace("-", "−")


def title(spec: ActivationSpec) -> str:
    """Return what the function is called, with its width if it has one."""
    name = TITLES[spec.function]
    return f"{name}, σ = {plain(spec.sigma)}" if spec.function == "gaussian" else name


def other_title(spec: ActivationSpec) -> str:
    """Return what the curve beside it is called."""
    if spec.beside != "scaled":
        return TITLES[spec.beside]
    sign = "−" if spec.shift < 0 else "+"
    return f"{plain(spec.outer)} · σ({plain(spec.inner)} x) {sign} {plain(abs(spec.shift))}"


def readout(spec: ActivationSpec, a: float, slanted: float, apart: float) -> dict[str, Any]:
    """Return `FactTable.content` of the input that is looked at."""
    rows = [[title(spec), plain(a), plain(slanted)]]
    words = []
    if spec.beside == "four":
        rows = [
            [TITLES[name], plain(float(evaluate(name, spec.x))), plain(float(slope(name, spec.x)))] for name in FOUR
        ]
    else:
        other = beside(spec, np.array([spec.x]))
        if other is not None:
            rows.append([other_title(spec), plain(float(other[0])), "–"])
            words.append(f"Largest difference of the two curves from −6 to 6: {plain(apart, 3)}.")
        if abs(slanted) < FLAT:
            words.append("Flat here: hardly any gradient gets back through it.")
    if spec.spikes:
        words.append(f"Under a constant current of {plain(spec.x)} the spiking neuron fires "
                     f"{firing_rate(spec.x):.0f} times a second.")  # fmt: skip
    return {"title": f"At x = {plain(spec.x)}", "head": ["", "φ(x)", "slope φ′(x)"], "rows": rows, "strong": -1,
            "words": words}  # fmt: skip


def report(spec: ActivationSpec, unit: UnitPass, revived: bool) -> dict[str, Any]:
    """Return `FactTable.content` of the data set in one unit."""
    rows = [
        ["flat: slope below 0.01", f"{100 * unit.flat_share:.0f} %"],
        ["mean slope", plain(unit.mean_slope, 3)],
        ["mean answer", plain(float(unit.a.mean()), 3)],
    ]
    if unit.dead:
        words = ["Dead: no input lets any gradient pass, so training cannot change this unit."]
    elif revived:
        words = ["Alive again, by its bias alone."]
    else:
        words = ["Alive: a gradient is multiplied by the mean slope, on average."]
    return {"title": f"{EXAMPLES} inputs through one unit", "head": [], "rows": rows, "strong": -1, "words": words}


def status(position: int, spec: ActivationSpec) -> dict[str, Any]:
    """Return `Transport.status`."""
    return {
        "step": position, "length": round(20 * REACH), "text": f"x = {plain(spec.x)}", "at_end": spec.x >= REACH,
        "can_back": spec.x > -REACH, "can_reset": spec.x > -REACH,
    }  # fmt: skip


def summary(spec: ActivationSpec, a: float, slanted: float, unit: UnitPass, playing: bool) -> str:
    """Return the picture in words; while it plays without numbers that would lag behind."""
    name = "Identity, sigmoid, tanh and ReLU" if spec.beside == "four" else title(spec)
    if playing:
        return f"{name}. The input moves along the axis."
    text = f"{name}."
    if spec.beside != "four":
        text += f" At x = {plain(spec.x)} the value is {plain(a)} and the slope {plain(slanted)}."
    flat = f"{100 * unit.flat_share:.0f} %"
    alive = "is dead" if unit.dead else "is alive"
    return f"{text} Of {EXAMPLES} inputs {flat} lie where {TITLES[spec.function]} is flat; the unit {alive}."
