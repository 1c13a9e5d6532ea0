"""What has just happened in the stack: the formula, the numbers in it, and the product that they are part of."""

from __future__ import annotations

import math
from typing import Any

from engine.flow import FlowFrame, LayerFlow, explain
from engine.layers import ACTIVATIONS
from playground.formulas import mathml
from playground.stages.flow.measure import factor, ratio
from playground.stages.flow.presentation import NAMES, backward, current, number, reached, typeset
from playground.stages.flow.session import FlowScene

_LARGEST_SLOPE = {"sigmoid": (0.25, "0.25"), "tanh": (1.0, "1"), "relu": (1.0, "1")}


def words(scene: FlowScene) -> dict[str, Any]:
    """Return what `StackWords.words` shows."""
    frame = scene.frame
    at = current(frame)
    if not at:
        return {"title": "The start", "sentence": typeset(explain(frame)), "formula": "", "lines": []}
    down = backward(frame)
    title = f"Layer {at}, {'backward' if down else 'forward'}"
    formula, lines = (_backward if down else _forward)(frame, at)
    return {
        "title": title, "phase": "backward" if down else "forward", "sentence": typeset(explain(frame)),
        "formula": mathml(formula, "block"), "lines": [*lines, *products(scene)],
    }  # fmt: skip


def _forward(frame: FlowFrame, at: int) -> tuple[str, list[dict[str, str]]]:
    below = "x" if at == 1 else f"s^{{({at - 1})}}" if frame.spec.skip else f"a^{{({at - 1})}}"
    computed = rf"\varphi\left(W^{{({at})}}\,{below} + b^{{({at})}}\right)"
    tex = rf"s^{{({at})}} = {computed} + {below}" if frame.spec.skip else rf"a^{{({at})}} = {computed}"
    layer = frame.layers[at - 1]
    if layer.slope is None:
        return tex, []
    text = f"φ′(z) is {number(layer.slope)} on average: the gradient will be multiplied by it on its way back."
    return tex, [{"name": "Slope", "text": text}]


def _backward(frame: FlowFrame, at: int) -> tuple[str, list[dict[str, str]]]:
    layer, skip = frame.layers[at - 1], frame.spec.skip
    slope = rf"\varphi′\left(z^{{({at})}}\right)"
    handed = "s" if skip else "a"
    if at == len(frame.layers):
        top = rf"\partial L / \partial {handed}^{{({at})}}"
        return rf"\delta^{{({at})}} = {top} \odot {slope}", [_numbers_at_the_top(layer)]
    above = frame.layers[at]
    arriving = rf"W^{{({at + 1})\top}}\,\delta^{{({at + 1})}}"
    if skip:
        arriving += rf" + \partial L / \partial s^{{({at + 1})}}"
    return rf"\delta^{{({at})}} = \left({arriving}\right) \odot {slope}", _numbers(layer, above, skip)


def _numbers_at_the_top(layer: LayerFlow) -> dict[str, str]:
    text = f"‖δ‖ = {number(layer.upstream)} × {_share(layer.delta, layer.upstream)} (slopes) = {number(layer.delta)}"
    return {"name": "Numbers", "text": text}


def _numbers(layer: LayerFlow, above: LayerFlow, skip: bool) -> list[dict[str, str]]:
    slopes = f"{_share(layer.delta, layer.upstream)} (slopes)"
    if not skip:
        weights = f"{_share(layer.upstream, above.delta)} (weights)"
        text = f"‖δ‖ = {number(above.delta)} × {weights} × {slopes} = {number(layer.delta)}"
        return [{"name": "Numbers", "text": text}]
    return [
        {
            "name": "Skip",
            "text": f"+x keeps a 1 in the product: ‖∂L/∂s‖ = {number(above.upstream)} comes down as it is, and with "
            f"what came through the layer it is {number(layer.upstream)}.",
        },
        {"name": "Numbers", "text": f"‖δ‖ = {number(layer.upstream)} × {slopes} = {number(layer.delta)}"},
    ]


def _share(part: float | None, whole: float | None) -> str:
    return number(part / whole) if part is not None and whole else "–"


def products(scene: FlowScene) -> list[dict[str, str]]:
    """Return the factors of all layers that the gradient has passed, written out as one product."""
    frame, shown = scene.frame, scene.shown
    depth, lowest = len(frame.layers), reached(frame, shown)
    if not 0 < lowest < depth:
        return []
    layers = frame.layers[lowest - 1 : depth - 1]
    factors = [factor(frame.layers, layer.number, shown) for layer in layers]
    lines = []
    if None not in factors:
        text = f"{' × '.join(number(each) for each in factors)} = {number(ratio(frame.layers, shown, lowest))}"
        lines.append({"name": f"Product of the factors, {NAMES[shown]}", "text": text})
    if not frame.spec.skip and frame.spec.activation != "identity":
        lines.append(_slopes(frame, layers))
    return lines


def _slopes(frame: FlowFrame, layers: tuple[LayerFlow, ...]) -> dict[str, str]:
    known = [layer.slope for layer in layers if layer.slope is not None]
    text = f"{' × '.join(number(each) for each in known)} = {number(math.prod(known))}"
    if frame.spec.activation in _LARGEST_SLOPE:
        most, written = _LARGEST_SLOPE[frame.spec.activation]
        text += f"; no slope of this activation is above {written}"
        if most < 1:
            text += f", and {written} to the {len(known)} is {number(most ** len(known))}"
    return {"name": "Product of the mean slopes alone", "text": f"{text}."}


def choices() -> list[tuple[float, str]]:
    """Return what may be predicted: the share, and how it is written."""
    return [(1.0, "About 1"), (0.1, "About 0.1"), (1e-3, "About 1e−3"), (1e-6, "About 1e−6")]


def question(scene: FlowScene) -> dict[str, Any]:
    """Return what `StackQuestion.question` asks, or says of the answer; empty for nothing."""
    if scene.question is None:
        return {}
    asked: dict[str, Any] = {
        "title": "Before you look",
        "text": f"{scene.frame.spec.depth} layers, each with a sigmoid. What share of the last layer’s gradient "
        "reaches the first?",
        "choices": [text for _, text in choices()],
        "answer": -1, "right": -1, "verdict": "",
    }  # fmt: skip
    if scene.question.answer is not None:
        asked |= _answered(scene.complete, scene.shown, scene.question.answer)
    return asked


def nearest(share: float) -> int:
    """Return the choice that is nearest to the share, in powers of ten."""
    return min(range(len(choices())), key=lambda k: abs(math.log10(choices()[k][0]) - math.log10(share)))


def _answered(frame: FlowFrame, shown: str, answer: int) -> dict[str, Any]:
    share = ratio(frame.layers, shown)
    assert share  # the opening stack loses much of its gradient, not all
    right, steps = nearest(share), len(frame.layers) - 1
    slopes = [layer.slope or 0.0 for layer in frame.layers[:-1]]
    opening = "Right" if answer == right else "Not this time"
    name = ACTIVATIONS[frame.spec.activation].title.lower()
    return {
        "title": "Your prediction", "answer": answer, "right": right,
        "verdict": f"{opening}: it is {number(share)}. On its way down the gradient is multiplied {steps} times by a "
        f"layer’s slopes, {number(sum(slopes) / steps)} on average, and the slope of a {name} is never above 0.25: "
        f"0.25 to the {steps} is {number(0.25**steps)}. These weights do not make up for it.",
    }  # fmt: skip
