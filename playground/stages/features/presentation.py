"""Decisions in the numbers and words of the page."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.features import ACTIVITIES, RATE, TERMS, energy, feature_map, recording
from playground.stages.features.decisions import Decisions, trace_of
from playground.stages.features.state import LOOKS, NET_LOOKS, State

if TYPE_CHECKING:
    from playground.stages.features.session import FeaturesSession

SYNTHETIC = "Synthetic – no real user data"
_EMPTY: dict[str, Any] = {}
_COLUMN_TITLES = {"engineered": "Engineered φ", "kernel": "Kernel machine", "learned": "Learned φ"}


def short(value: float, digits: int = 2) -> str:
    """Return a number with so many digits behind the point, and a true minus sign; a dash where there is none."""
    if math.isnan(value):
        return "–"
    # What rounds to zero has no sign.
    return f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "−")


def phi_axes(state: State) -> tuple[str, str]:
    """Return what the two terms of φ are called."""
    first, second = (f"φ{index} = {TERMS[key].title}" for index, key in zip("₁₂", state.terms, strict=True))
    return first, second


def function_text(decisions: Decisions) -> str:
    """Return the decision function of now with its numbers."""
    state = decisions.state
    match state.look:
        case "threshold":
            return {
                "above": f"y = x₁ − ({short(state.low)})",
                "below": f"y = {short(state.low)} − x₁",
                "between": f"y = min(x₁ − ({short(state.low)}), {short(state.high)} − x₁)",
            }[state.rule]
        case "line":
            return f"y = {short(state.w1)} x₁ {_signed(state.w2)} x₂ {_signed(state.b)}"
        case "terms":
            fit = decisions.terms_fit
            pairs = zip(fit.terms, fit.weights, strict=True)
            parts = " ".join(f"{_signed(weight)} {TERMS[key].title}" for key, weight in pairs)
            return f"y = {parts} {_signed(fit.bias)}".replace("= + ", "= ").replace("= − ", "= −")
        case "lift":
            tilted = state.tilt1 or state.tilt2
            tilt = f" − ({short(state.tilt1)} x₁ {_signed(state.tilt2)} x₂)" if tilted else ""
            return f"y = x₁² + x₂² − {short(state.height)}{tilt}"
    return ""


def _signed(value: float) -> str:
    return f"{'−' if value < 0 else '+'} {abs(value):.2f}"


def formula(decisions: Decisions) -> str:
    """Return the formula of the look, as TeX."""
    state = decisions.state
    return {
        "signals": r"E = \frac{1}{N}\sum_{n=1}^{N} \lVert a_n - \bar{a} \rVert^2, \quad x_1 = \ln E",
        "threshold": r"y(x_1) > 0 \Rightarrow \text{driving}",
        "function": r"y(x_1) > 0 \Rightarrow \text{driving}",
        "line": (
            r"y = \mathbf{x}^T\mathbf{w}, \quad \mathbf{x} = (x_1, x_2, 1), \quad \mathbf{w} = (w_1, w_2, b)"
            if state.appended else r"y = x_1w_1 + x_2w_2 + b"
        ),
        "terms": r"y = \phi(\mathbf{x})^T\mathbf{w} + b, \quad \phi(\mathbf{x}) = (" + ", ".join(
            TERMS[key].tex for key in state.terms
        ) + ")",
        "three": r"y = \phi(\mathbf{x})^T\mathbf{w} + b",
        "lift": r"\phi(\mathbf{x}) = (x_1, x_2, x_1^2 + x_2^2)",
        "learned": r"y = \phi(\mathbf{x};\theta)^T\mathbf{w} + b",
    }.get(state.look, "")  # fmt: skip


def status(session: FeaturesSession) -> dict[str, Any]:
    """Return where the page stands as `Transport.status`."""
    state, at, length = session.state, session.at, session.length
    if session.run is not None:
        text = f"Epoch {at}"
        end = at >= session.run.newest.epoch
    else:
        what = {"signals": "Window", "label": "Trace"}.get(state.look, "Example")
        number = at + 1 if state.look in ("signals", "label") else at
        of = length + (state.look in ("signals", "label"))
        text = f"{what} {number} of {of}" if number else f"No {what.lower()} chosen"
        end = at >= length
    return {"step": at, "length": length, "text": text, "at_end": end, "can_back": at > 0, "can_reset": True}


def numbers(decisions: Decisions) -> list[tuple[str, str, str, str]]:
    """Return the numbers that stand large: key, label, a sentence, and the text."""
    state = decisions.state
    share = ("accuracy", "Accuracy", "The share of examples that are decided rightly.")
    match state.look:
        case "label":
            named = sum(map(bool, state.guesses))
            return [
                ("named", "Labeled", "How many of the ten traces you have named.", f"{named} of 10"),
                ("right", "Right", "How many of them are what you said.", str(decisions.right_guesses)),
            ]
        case "signals":
            value = decisions.energy
            return [
                ("energy", "Energy E", "The mean of ‖a − mean‖² over the window, in (m/s²)².", short(value, 3)),
                ("x1", "x₁ = ln E", "Energies span factors of a hundred; their logarithm is the feature.",
                 short(math.log(value))),
            ]  # fmt: skip
        case "three":
            return [
                (key, title, "Accuracy on the examples that none of the three was trained on.",
                 short(decisions.tested(key), 3))
                for key, title in _COLUMN_TITLES.items()
            ]  # fmt: skip
        case "line":
            line = decisions.line
            return [
                (*share, short(decisions.accuracy, 3)),
                ("angle", "Direction of w", "The angle of (w₁, w₂), across the line.", f"{short(line.angle, 1)}°"),
                ("distance", "Distance from 0", "How far the line is from the origin: |b| / ‖w‖.",
                 short(line.distance)),
            ]  # fmt: skip
        case "learned":
            assert decisions.learned is not None
            found = decisions.set
            parted = decisions.learned.separability(found.points, found.labels)
            return [
                (*share, short(decisions.accuracy, 3)),
                ("separable", "Best line in φ", "How many examples the best line of logistic regression in the plane "
                 "of φ decides rightly.", short(parted, 3)),
            ]  # fmt: skip
    found_share = (*share, short(decisions.accuracy, 3))
    if state.look == "terms":
        return [found_share, ("terms", "Weights", "One for each term, and b.", str(len(state.terms) + 1))]
    return [found_share]


def example(decisions: Decisions) -> dict[str, Any]:
    """Return the example that is looked at as `FactTable.content`; empty for none."""
    state, found = decisions.state, decisions.set
    if state.look in ("label", "signals", *NET_LOOKS) or not state.example:
        return _EMPTY
    row = state.example - 1
    x1, x2 = found.points[row]
    label, kind = int(found.labels[row]), found.kinds[row]
    assert decisions.scores is not None
    y = float(decisions.scores[row])
    decided = int(y > 0)
    verdict = (
        f"y = {short(y)} is {'above' if y > 0 else 'not above'} 0: it is called {found.names[decided]}. "
        f"{'Right' if decided == label else 'Wrong'}: it is {kind}."
    )
    head, rows = _parts(decisions, float(x1), float(x2), y)
    return {
        "title": f"Example {state.example}: {kind}", "head": head, "rows": rows, "strong": len(rows) - 1,
        "words": [verdict],
    }  # fmt: skip


def _parts(decisions: Decisions, x1: float, x2: float, y: float) -> tuple[list[str], list[list[str]]]:
    state = decisions.state
    if state.look in ("threshold", "function"):
        return ["", "value"], [["x₁", short(x1)], ["y(x₁)", short(y)]]
    if state.look == "lift":
        return ["", "value"], [
            ["z = x₁² + x₂²", short(x1**2 + x2**2)],
            ["the plane there", short(float(decisions.plane.at(np.array([[x1, x2]]))[0]))], ["y", short(y)],
        ]  # fmt: skip
    if state.look == "line":
        pairs = [("x₁", x1, state.w1), ("x₂", x2, state.w2)]
        constant = state.b
    else:
        values = feature_map(np.array([[x1, x2]]), state.terms)[0]
        fit = decisions.terms_fit
        pairs = [(TERMS[key].title, float(v), w) for key, v, w in zip(state.terms, values, fit.weights, strict=True)]
        constant = fit.bias
    rows = [[name, short(value), short(weight), short(value * weight)] for name, value, weight in pairs]
    rows.append(["1" if state.appended else "b", "1" if state.appended else "", short(constant), short(constant)])
    rows.append(["sum y", "", "", short(y)])
    return ["", "value", "weight", "product"], rows


def table(decisions: Decisions) -> dict[str, Any]:
    """Return the table of a look as `FactTable.content`; empty for none."""
    state = decisions.state
    match state.look:
        case "label":
            return _labels(state)
        case "signals":
            return _windows(decisions)
        case "three":
            return _columns(decisions)
    return _EMPTY


def _labels(state: State) -> dict[str, Any]:
    rows = []
    for place, guess in enumerate(state.guesses, 1):
        signal, kind = trace_of(place)
        if guess:
            rows.append([str(place), guess, kind, "right" if guess == kind else "wrong", short(energy(signal))])
    return {
        "title": "Your labels", "head": ["trace", "you said", "it is", "", "energy"], "rows": rows, "strong": -1,
        "words": [] if rows else ["Look at the trace and say what it is: its energy is shown afterwards."],
    }  # fmt: skip


def _windows(decisions: Decisions) -> dict[str, Any]:
    state, window = decisions.state, decisions.window
    first = round(state.start * RATE)
    activities = recording().activity[first : first + len(window)]
    names = [ACTIVITIES[k] for k in dict.fromkeys(activities.tolist())]
    means, moving = window.mean(axis=0), window.var(axis=0)
    rows = [
        [f"axis {name}", short(float(mean), 2), short(float(variance), 3)]
        for name, mean, variance in zip("xyz", means, moving, strict=True)
    ]
    rows.append(["sum: E", "", short(float(moving.sum()), 3)])
    return {
        "title": f"The window from {state.start:g} s to {state.start + state.seconds:g} s: {' and '.join(names)}",
        "head": ["", "mean, m/s²", "mean of (a − mean)²"], "rows": rows, "strong": len(rows) - 1,
        "words": [f"{len(window)} samples of 3 axes become one number. Gravity is in the means, and leaves with them."],
    }  # fmt: skip


def _columns(decisions: Decisions) -> dict[str, Any]:
    (points, _), (others, _) = decisions.parts
    rows = [
        [title, short(decisions.trained(key), 3), short(decisions.tested(key), 3), str(decisions.stored(key))]
        for key, title in _COLUMN_TITLES.items()
    ]
    return {
        "title": f"The same {len(points)} training examples", "rows": rows, "strong": -1,
        "head": ["", "training accuracy", f"accuracy on {len(others)} others", "numbers kept"],
        "words": [
            "Engineered terms cost your thought, a kernel keeps every training example, a network has to be trained."
        ],
    }  # fmt: skip


def summary(decisions: Decisions, playing: bool) -> str:
    """Return the picture in words."""
    state, found = decisions.state, decisions.set
    title = LOOKS[state.look]
    if state.look == "label":
        return f"{SYNTHETIC}. Trace {state.trace} of 10 shows the three axes of an accelerometer."
    if state.look == "signals":
        return (
            f"{SYNTHETIC}. The window has the energy {short(decisions.energy, 3)}, so x₁ = "
            f"{short(math.log(decisions.energy))}."
        )
    opening = f"{SYNTHETIC}. " if state.data in ("phone", "band") else ""
    if state.look == "three":
        said = ", ".join(f"{name} {short(decisions.tested(key), 3)}" for key, name in _COLUMN_TITLES.items())
        return f"{opening}{found.title}, accuracy on examples that were not trained on: {said}."
    wrong = round((1 - decisions.accuracy) * len(found.labels))
    text = f"{opening}{title} on {found.title.lower()}: {wrong} of {len(found.labels)} examples are decided wrongly."
    said = function_text(decisions)
    if state.look == "learned" and playing:
        return f"{opening}The network trains."
    return f"{text} {said}." if said else text
