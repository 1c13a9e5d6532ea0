"""One neuron in the words and numbers of the page."""

from __future__ import annotations

from typing import Any

from engine.layers import ACTIVATIONS
from engine.neuron import NeuronFrame, NeuronRun, best_score, code_lines
from playground.views.neuron_plane import Weights

__all__ = ["FUNCTIONS", "TITLES", "code", "plain", "status", "summary", "table", "terms", "told"]

FUNCTIONS = {"step": "1 if v > 0, else 0", "sigmoid": "1/(1 + e⁻ᵛ)", "tanh": "tanh v", "relu": "max(0, v)",
             "identity": "v"}  # fmt: skip
TITLES = {name: ACTIVATIONS[name].title for name in FUNCTIONS} | {"step": "Step"}
SHORT = {"step": "step", "sigmoid": "σ", "tanh": "tanh", "relu": "ReLU", "identity": "id"}
SUBSCRIPTS = "₁₂₃"


def plain(value: float, digits: int = 4) -> str:
    """Return a number in at most so many digits, with a true minus sign and no minus zero."""
    return f"{value + 0.0:.{digits}g}".replace("-", "−")


def signed(value: float) -> str:
    """Return a number with its sign before it."""
    return ("+ " if value >= 0 else "− ") + plain(abs(value))


def terms(frame: NeuronFrame) -> dict[str, Any]:
    """Return `NeuronTerms.frame`."""
    n, part, spec = len(frame.terms), frame.part, frame.spec
    partial = [0.0]
    for term in frame.terms:
        partial.append(partial[-1] + float(term))
    every = [*partial, frame.v, 0.0]
    low, high = min(every), max(every)
    size = (high - low) or 1.0

    def share(value: float) -> float:
        return round((value - low) / size, 4)

    changes = [0.0] * (n + 1) if frame.change is None else frame.change.tolist()
    rows = [
        {
            "input": f"x{SUBSCRIPTS[k]}", "value": plain(float(frame.inputs[k])), "weight": f"w{SUBSCRIPTS[k]}",
            "by": plain(spec.weights[k]), "term": plain(float(frame.terms[k])), "sign": _sign(spec.weights[k]),
            "termSign": _sign(float(frame.terms[k])), "from": share(partial[k]), "to": share(partial[k + 1]),
            "size": _thickness(spec.weights[k]), "state": _state(part, k + 1),
            "change": signed(changes[k]) if frame.change is not None else "",
        }
        for k in range(n)
    ]  # fmt: skip
    bias = None
    if spec.biased:
        bias = {
            "input": "1", "value": "1", "weight": "b", "by": plain(frame.bias), "term": plain(frame.bias),
            "sign": _sign(frame.bias), "termSign": _sign(frame.bias), "from": share(partial[-1]), "to": share(frame.v),
            "size": _thickness(frame.bias), "state": _state(part, n + 1),
            "change": signed(changes[-1]) if frame.change is not None else "",
        }  # fmt: skip
    return {
        "told": told(frame), "rows": rows, "bias": bias, "zero": share(0.0), "sum": plain(frame.partial),
        "sumTo": share(frame.v), "sumSign": _sign(frame.v), "sumState": _state(part, n + 1),
        "summing": part > 0, "phi": SHORT[spec.activation], "answer": plain(frame.a),
        "answerState": _state(part, n + 2), "updated": frame.change is not None,
    }  # fmt: skip


def _state(part: int, mine: int) -> str:
    return "now" if part == mine else "done" if part > mine else "ahead"


def _sign(value: float) -> str:
    return "negative" if value < 0 else "positive" if value > 0 else "zero"


def _thickness(weight: float) -> float:
    return round(1.5 + 5 * min(abs(weight), 4.0) / 4, 2)


def told(frame: NeuronFrame) -> str:
    """Say what has just been computed."""
    n, part, spec = len(frame.terms), frame.part, frame.spec
    if frame.change is not None:
        return _told_update(frame)
    if part == 0:
        return "The inputs stand ready; nothing is computed yet."
    if part <= n:
        k = part - 1
        sofar = "" if part == 1 else f" The sum so far is {plain(frame.partial)}."
        return (
            f"Term {part} of {n}: w{SUBSCRIPTS[k]}x{SUBSCRIPTS[k]} = {_factor(spec.weights[k])} × "
            f"{_factor(float(frame.inputs[k]))} = {plain(float(frame.terms[k]))}.{sofar}"
        )
    if part == n + 1:
        added = f" with the bias {plain(frame.bias)}" if spec.biased else ""
        return f"The sum{added}: v = {plain(frame.v)}."
    answer = f"The squash: a = φ({plain(frame.v)}) = {plain(frame.a)}."
    if frame.target is None:
        return answer
    verdict = "right" if (frame.a > 0.5) == (frame.target > 0.5) else "wrong"
    return f"{answer} The target is {plain(frame.target)}: {verdict}."


def _factor(value: float) -> str:
    return f"({plain(value)})" if value < 0 else plain(value)


def _told_update(frame: NeuronFrame) -> str:
    assert frame.change is not None
    if frame.row < 0:
        return f"Round {frame.updates:,} over all points: each weight has gone one step down the slope of the cost."
    if not frame.change.any():
        return f"Row {frame.row + 1}: the answer was the target, so nothing is changed."
    said = [
        f"w{SUBSCRIPTS[k]} {signed(float(change))}" for k, change in enumerate(frame.change[:-1].tolist())
    ] + ([f"b {signed(float(frame.change[-1]))}"] if frame.spec.biased else [])
    return f"Update after row {frame.row + 1}: {', '.join(said)}."


def code(frame: NeuronFrame) -> list[dict[str, str]]:
    """Return `CodeLines.lines`."""
    return [{"text": line.text, "state": line.state, "result": line.result} for line in code_lines(frame)]


def table(frame: NeuronFrame, other: Weights | None, difference: float) -> dict[str, Any]:
    """Return `FactTable.content`: the truth table, the comparison with logistic regression, or nothing."""
    data = frame.spec.data
    if other is not None:
        return _comparison(frame, other, difference)
    if not data.is_table:
        words = []
        if frame.spec.task == "groups":
            words = [f"{frame.right} of {len(data.targets)} points are on the right side. Choose the sigmoid to learn."]
        return {"title": data.title if words else "", "head": [], "rows": [], "strong": -1, "words": words}
    rows = [
        [
            f"{plain(x1)}, {plain(x2)}", plain(target), plain(float(answer), 3),
            "✓ right" if (answer > 0.5) == (target > 0.5) else "✗ wrong",
        ]
        for (x1, x2), target, answer in zip(
            data.inputs.tolist(), data.targets.tolist(), frame.answers.tolist(), strict=True
        )
    ]  # fmt: skip
    best = best_score(tuple(int(t) for t in data.targets))
    words = [f"{frame.right} of 4 rows are right."]
    if best < 4:
        words.append(f"No line gets more than {best} right.")
    if frame.settled:
        words.append("A whole pass without a change: the rule has come to rest.")
    if frame.cycle:
        words.append("After this pass the weights are where they were before it: a circle.")
    return {
        "title": data.title, "head": ["x₁, x₂", "target t", "answer a", ""], "rows": rows, "strong": frame.row,
        "words": [" ".join(words)],
    }  # fmt: skip


def _comparison(frame: NeuronFrame, other: Weights, difference: float) -> dict[str, Any]:
    mine = [*frame.spec.weights, frame.bias]
    total = len(frame.answers)
    return {
        "title": "Neuron and logistic regression", "head": ["", "w₁", "w₂", "b"],
        "rows": [
            ["this neuron", *(plain(each) for each in mine)],
            ["logistic regression (Newton)", *(plain(each) for each in other)],
        ],
        "strong": 0,
        "words": [
            f"Largest difference of their probabilities on the {total} points: {plain(difference, 3)}. The neuron has "
            f"{frame.right} of {total} on the right side."
        ],
    }  # fmt: skip


def status(run: NeuronRun, frame: NeuronFrame) -> dict[str, Any]:
    """Return `Transport.status`."""
    return {
        "step": run.index, "length": max(run.newest, 1), "text": where(run, frame), "at_end": run.index >= run.newest,
        "can_back": run.index > 0, "can_reset": run.index > 0 or run.newest > 0,
    }  # fmt: skip


def where(run: NeuronRun, frame: NeuronFrame) -> str:
    """Say which moment it is."""
    n = len(frame.terms)
    names = ["start", *(f"term {k + 1} of {n}" for k in range(n)), "sum", "answer"]
    if not frame.spec.learns:
        return names[frame.part].capitalize()
    if not frame.updates and not frame.part:
        return "Start"
    moment = f" · {names[frame.part]}" if frame.part else ""
    if run.rows == 1:
        return f"Round {frame.updates:,}{moment}"
    if frame.change is None:
        passes, row = divmod(frame.updates, run.rows)
        return f"Pass {passes + 1:,} · row {row + 1}{moment}"
    passes, row = divmod(frame.updates - 1, run.rows)
    return f"Pass {passes + 1:,} is done" if row + 1 == run.rows else f"Pass {passes + 1:,} · row {row + 1} · update"


def summary(frame: NeuronFrame, playing: bool) -> str:
    """Return the picture in words; while it plays without numbers that would lag behind."""
    spec = frame.spec
    text = f"A neuron of {len(spec.weights)} inputs with {TITLES[spec.activation].lower()}"
    text += ", with a bias." if spec.biased else ", without a bias."
    if playing:
        return f"{text} It is at work."
    inputs = ", ".join(plain(float(each)) for each in frame.inputs)
    weights = ", ".join(plain(each) for each in spec.weights)
    text += f" Inputs {inputs}; weights {weights}; bias {plain(frame.bias)}. {told(frame)}"
    if spec.data.is_table:
        text += f" {spec.data.title}: {frame.right} of 4 rows right."
    return text
