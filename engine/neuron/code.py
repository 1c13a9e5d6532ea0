"""The neuron as NumPy lines, and which of them the picture has come to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.neuron.run import NeuronFrame

__all__ = ["CodeLine", "code_lines"]

_ACTIVATIONS = {
    "step": "a = float(v > 0)", "sigmoid": "a = 1 / (1 + np.exp(-v))", "tanh": "a = np.tanh(v)",
    "relu": "a = max(0.0, v)", "identity": "a = v",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One line.

    Attributes
    ----------
    text : str
    state : {"done", "now", "ahead"}
    result : str
        The value that it has made, once it is done: ``v = 1.4``.
    """

    text: str
    state: str
    result: str = ""


def code_lines(frame: NeuronFrame) -> tuple[CodeLine, ...]:
    """Return the lines that compute, and where it is taught update, what the frame shows."""
    spec, part, n = frame.spec, frame.part, len(frame.terms)
    taught = frame.change is not None
    given = [
        "import numpy as np", f"x = np.array([{_list(frame.inputs)}])", f"w = np.array([{_list(_before(frame))}])"
    ]  # fmt: skip
    if spec.biased:
        given.append(f"b = {_bias_before(frame):.6g}")
    if frame.target is not None and spec.learns:
        given.append(f"t = {frame.target:.6g}")
    begun = part > 0 or taught
    # At the start the inputs are looked at.
    lines = [CodeLine(text, "now" if text.startswith("x =") and not begun else "done") for text in given]
    summed = part > n or taught
    answered = part > n + 1 or taught
    # What stood here before the update is not computed again.
    v = CodeLine(
        "v = w @ x + b" if spec.biased else "v = w @ x",
        "now" if 0 < part <= n + 1 else "done" if summed else "ahead",
        f"v = {_short(frame.v)}" if summed and not taught else "",
    )
    a = CodeLine(
        _ACTIVATIONS[spec.activation], "now" if part == n + 2 else "done" if answered else "ahead",
        f"a = {_short(frame.a)}" if answered and not taught else "",
    )  # fmt: skip
    lines += [v, a]
    if spec.learns and frame.spec.data.is_table:
        lines += _rule(frame, "now" if taught else "ahead")
    return tuple(lines)


def _rule(frame: NeuronFrame, state: str) -> list[CodeLine]:
    texts = [f"w = w + {frame.spec.rate:.6g} * (t - a) * x"]
    results = [f"w = {_list(frame.spec.weights)}"]
    if frame.spec.biased:
        texts.append(f"b = b + {frame.spec.rate:.6g} * (t - a)")
        results.append(f"b = {_short(frame.bias)}")
    return [
        CodeLine(text, state, result if state == "now" else "")
        for text, result in zip(texts, results, strict=True)
    ]


def _before(frame: NeuronFrame) -> list[float]:
    weights = list(frame.spec.weights)
    if frame.change is None:
        return weights
    return [weight - float(change) for weight, change in zip(weights, frame.change[:-1], strict=True)]


def _bias_before(frame: NeuronFrame) -> float:
    return frame.bias - (0.0 if frame.change is None else float(frame.change[-1]))


def _list(numbers: Iterable[float]) -> str:
    return ", ".join(f"{number + 0.0:.6g}" for number in numbers)


def _short(number: float) -> str:
    return f"{number + 0.0:.4g}"
