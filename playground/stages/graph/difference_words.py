"""What a curve of central differences shows at one step, in words and digits; all of it is read off the numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from engine.expression.explain import at_kink, shown_number, spoken
from engine.expression.graph import Graph
from engine.expression.passes import complete_pass
from engine.gradcheck import EPSILON, DifferenceCurve

# An error so many times above what theory allows has another cause.
_FAR = 30.0
# Truncation and rounding are of one size while neither is so many times the other.
_ALIKE = 3.0
# Where neither truncation nor rounding has a say: what is left there does not go away.
_MIDDLE = (1e-7, 1e-2)


def step_text(step: float) -> str:
    """Write a step or an error shortly, with a power of ten: 1e−5, 5.6e−3."""
    if step == 0 or not math.isfinite(step):
        return digits(step)
    mantissa, exponent = f"{step:.1e}".split("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent)}".replace("-", "−")


def digits(value: float) -> str:
    """Write a number with all the digits that tell it from its neighbours."""
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else shown_number(value).replace("inf", "∞")
    return repr(value).removesuffix(".0").replace("e-0", "e-").replace("-", "−")


def common(one: str, other: str) -> int:
    """Return how many characters two numbers share from the left; none if their powers of ten differ."""
    if one.partition("e")[2] != other.partition("e")[2] or one.find(".") != other.find("."):
        return 0
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def without_noise(curve: DifferenceCurve) -> DifferenceCurve:
    """Return the curve with no truncation where the bend that it stands for is itself only rounding."""
    bend = float(curve.truncation[-1] / curve.steps[-1] ** 2) * 6
    rounding = float(curve.roundoff[-1] * curve.steps[-1])
    # The bend was taken by differences at this step: the third of ε is what rounding makes of nothing there.
    if bend > 8 * rounding / EPSILON**0.6:
        return curve
    return replace(curve, truncation=np.zeros_like(curve.truncation))


def describe(curve: DifferenceCurve, place: int) -> str:
    """Say what makes the error at one step, and where it is smallest.

    Parameters
    ----------
    curve : DifferenceCurve
        Its steps go upwards.
    place : int
        Index of the step.
    """
    step, error = float(curve.steps[place]), float(curve.errors[place])
    if not math.isfinite(curve.exact):
        return "Back-propagation gives no finite number here: there is nothing to compare."
    finite = np.isfinite(curve.errors)
    if not math.isfinite(error):
        known = curve.steps[finite]
        advice = f"Take h = {step_text(known.max())} or less." if len(known) else "No h gives a difference here."
        return f"At h = {step_text(step)} the value on one side is not a finite number. {advice}"
    if not curve.errors[finite].any():
        return "At every h the difference and back-propagation agree to the last digit."
    if error == 0:
        count = int((curve.errors == 0).sum())
        often = "at no other h of the scale they do" if count == 1 else f"so they do at {count} of {len(finite)} steps"
        return f"At this h the difference and back-propagation agree to the last digit; {often}."
    if _is_stuck(curve):
        return (
            f"The error does not shrink with h: it stays at about {shown_number(_middle(curve))}. The value has a kink "
            "here, where there is no derivative; back-propagation takes one side's slope, the difference the mean of "
            "both."
        )
    cause, best = _cause(curve, place), _best(curve)
    if step == best:
        return f"{cause} No other h of the scale has a smaller error."
    return f"{cause} The smallest error, {step_text(float(np.nanmin(curve.errors)))}, is at h = {step_text(best)}."


def kinks(graph: Graph, leaves: Mapping[str, float], node: int) -> list[str]:
    """Say where a derivative does not exist, though the difference may agree with what is taken for it.

    Parameters
    ----------
    graph : Graph
    leaves : mapping of str to float
    node : int
        What the gradient is by.

    Returns
    -------
    list of str
        A sentence for the first operation that depends on the node and stands at a kink; empty without one.
    """
    values = complete_pass(graph, leaves).shown_values()
    concerned = {node}
    for place, other in enumerate(graph.nodes):
        if concerned & set(other.parents):
            concerned.add(place)
            if at_kink(other, values) and other.operation is not None:
                return [f"{spoken(other)} stands at a kink, where there is no derivative. {other.operation.kink}"]
    return []


def _cause(curve: DifferenceCurve, place: int) -> str:
    step, error, best = float(curve.steps[place]), float(curve.errors[place]), _best(curve)
    truncation, rounding = (float(np.nan_to_num(line[place])) for line in (curve.truncation, curve.roundoff))
    beyond = error > _FAR * (truncation + rounding)
    if beyond and step > best:
        return (
            f"The error, {step_text(error)}, is far above both lines: from x − h to x + h the value has a kink, or "
            "bends in another way than at x."
        )
    if (beyond and step < best) or rounding > _ALIKE * truncation:
        return (
            f"{_left(curve)} rounding dominates: each value is off by its last digit, and 2h = {step_text(2 * step)} "
            "divides that, so a smaller h makes a larger error."
        )
    fall = _fall(curve, place)
    if truncation > _ALIKE * rounding and fall > _ALIKE:
        return (
            f"Right of h = {step_text(curve.predicted_step)} truncation dominates: the value bends between x − h and "
            f"x + h; at a tenth of this h the error is {shown_number(float(f'{fall:.2g}'))} times smaller."
        )
    return "Truncation and rounding are of about one size here."


def _best(curve: DifferenceCurve) -> float:
    """Return the step of the smallest error; of several the largest, from which nothing is gained by going on."""
    return float(curve.steps[np.flatnonzero(curve.errors == np.nanmin(curve.errors))[-1]])


def _left(curve: DifferenceCurve) -> str:
    """Say where rounding rules: left of the lowest point, or everywhere if the value hardly bends."""
    if (np.nan_to_num(curve.roundoff) > np.nan_to_num(curve.truncation)).all():
        return "The value hardly bends, so at every h"
    return f"Left of h = {step_text(curve.predicted_step)}"


def _fall(curve: DifferenceCurve, place: int) -> float:
    """Return how many times smaller the error is at a tenth of the step, as measured; 0 if it is not known."""
    tenth = int(np.argmin(np.abs(np.log10(curve.steps) - (math.log10(curve.steps[place]) - 1))))
    nearer = float(curve.errors[tenth])
    return float(curve.errors[place]) / nearer if tenth != place and nearer > 0 else 0.0


def _middle(curve: DifferenceCurve) -> float:
    return float(np.median(curve.errors[(curve.steps >= _MIDDLE[0]) & (curve.steps <= _MIDDLE[1])]))


def _is_stuck(curve: DifferenceCurve) -> bool:
    """Whether the error stays where it should fall: neither truncation nor rounding leaves a flat line."""
    chosen = (curve.steps >= _MIDDLE[0]) & (curve.steps <= _MIDDLE[1])
    errors = curve.errors[chosen]
    theory = np.nan_to_num(curve.truncation)[chosen] + np.nan_to_num(curve.roundoff)[chosen]
    if not len(errors) or not np.isfinite(errors).all():
        return False
    flat = errors.max() <= _ALIKE * errors.min()
    return bool(flat and errors.min() > EPSILON**0.5 and (errors > _FAR * theory).all())
