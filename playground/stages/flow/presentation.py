"""A stack in the numbers and words of the page."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np

from engine.flow import END, FlowFrame, FlowSpec, LayerFlow
from engine.inside.health import GRADIENT_RATIO, LARGE_GRADIENT
from engine.layers import ACTIVATIONS
from engine.program import Phase
from playground.stages.flow.measure import factor, gradient, ratio
from playground.stages.flow.session import FlowScene

# The axis spans so many powers of ten at least: gradients that are alike must look alike.
_LEAST_DECADES = 6
_MOST_TICKS = 8
# What units do where their slope is nearly 0.
_FLAT = {"sigmoid": "saturated", "tanh": "saturated", "relu": "dead"}
NAMES = {"weights": "∂L/∂W", "sums": "∂L/∂z"}
_OF = {"weights": "the weights’ gradient ‖∂L/∂W‖", "sums": "the gradient of the sums ‖δ‖ = ‖∂L/∂z‖"}


def number(value: float | None) -> str:
    """Return a number in two digits, as 0.45, 46 and 3.2e−6; a dash where there is none."""
    if value is None:
        return "–"
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    size = abs(value)
    if size == 0:
        return "0"
    if size >= 999.5 or size < 0.00995:
        return typeset(f"{value:.1e}")
    digits = 0 if size >= 9.95 else 1 if size >= 0.995 else 2 if size >= 0.0995 else 3
    return typeset(f"{value:.{digits}f}")


def typeset(text: str) -> str:
    """Return a text with its numbers as the page writes them: 4.7e−5 for 4.7e-05."""
    text = re.sub(r"(\d)e\+?(-?)0*(\d+)", r"\1e\2\3", text)
    return re.sub(r"(?<![\w.])-(?=\d)|(?<=e)-(?=\d)", "−", text)


def title(spec: FlowSpec) -> str:
    """Return a stack in a few words."""
    words = [f"{spec.depth} layers", ACTIVATIONS[spec.activation].title]
    if spec.skip:
        words.append("skips")
    if spec.scale != 1:
        words.append(f"weights × {number(spec.scale)}")
    return ", ".join(words)


def status(scene: FlowScene) -> dict[str, Any]:
    """Return where the pass stands as `Transport.status`."""
    return {
        "step": scene.step, "length": scene.steps, "text": _where(scene.frame),
        "at_end": scene.frame.position == END, "can_back": scene.frame.last is not None,
    }  # fmt: skip


def _where(frame: FlowFrame) -> str:
    if frame.last is None:
        return "The noise waits at the bottom"
    if frame.last.layer == "batch":
        return "The noise has come in"
    number, depth = current(frame), len(frame.layers)
    if frame.position == END:
        return f"Backward · layer 1 of {depth} · the pass is done"
    return f"{frame.last.phase.value.capitalize()} · layer {number} of {depth}"


def current(frame: FlowFrame) -> int:
    """Return the number of the layer that ran last; 0 before the first."""
    name = frame.last.layer if frame.last is not None else "batch"
    return 0 if name == "batch" else int(name.removeprefix("dense"))


def reached(frame: FlowFrame, shown: str) -> int:
    """Return the number of the lowest layer that the gradient has reached; 0 while it has reached none."""
    known = [layer.number for layer in frame.layers if gradient(layer, shown) is not None]
    return min(known, default=0)


def stack_frame(scene: FlowScene) -> dict[str, Any]:
    """Return what `StackView.frame` draws."""
    frame, shown = scene.frame, scene.shown
    axis = Axis([scene.complete, *([scene.pinned] if scene.pinned is not None else [])], shown)
    pinned = [] if scene.pinned is None else scene.pinned.layers
    return {
        "current": current(frame),
        "phase": frame.last.phase.value if frame.last is not None else "",
        "skip": frame.spec.skip,
        "units": frame.spec.width,
        "examples": frame.spec.batch,
        "layers": [_layer(layer, frame, axis, shown) for layer in frame.layers],
        "pinned": [{"share": axis.share(gradient(layer, shown)), "text": number(gradient(layer, shown))}
                   for layer in pinned],
        "ticks": axis.ticks(),
        "quantity": NAMES[shown],
        "flat_name": _FLAT.get(frame.spec.activation, ""),
        "note": f"Input: {_examples(frame.spec)} of synthetic noise.",
        "results": results(scene),
    }  # fmt: skip


def _layer(layer: LayerFlow, frame: FlowFrame, axis: Axis, shown: str) -> dict[str, Any]:
    value = gradient(layer, shown)
    times = factor(frame.layers, layer.number, shown)
    flat = layer.saturated if layer.saturated is not None else layer.dead
    return {
        "number": layer.number,
        "known": layer.rms is not None,
        "rms": number(layer.rms) if layer.rms is not None else "",
        "slope": number(layer.slope) if layer.slope is not None else "",
        "flat": f"{flat:.0%}" if flat is not None else "",
        "share": axis.share(value),
        "gradient": number(value) if value is not None else "",
        "factor": f"×{number(times)}" if times is not None else "",
        "forward": _forward_label(layer),
        "backward": _backward_label(layer, value, times, shown),
    }


def _forward_label(layer: LayerFlow) -> str:
    if layer.rms is None:
        return f"Layer {layer.number}, forward: not computed yet. Run to here"
    return (
        f"Layer {layer.number}, forward: root mean square {number(layer.rms)}, mean slope {number(layer.slope)}. "
        "Go to here"
    )


def _backward_label(layer: LayerFlow, value: float | None, times: float | None, shown: str) -> str:
    if value is None:
        return f"Layer {layer.number}, backward: not computed yet. Run to here"
    change = f", {number(times)} times that of layer {layer.number + 1}" if times is not None else ""
    return f"Layer {layer.number}, backward: norm of {NAMES[shown]} {number(value)}{change}. Go to here"


class Axis:
    """A logarithmic axis with room for all layers of some stacks.

    Parameters
    ----------
    frames : list of FlowFrame
        After the whole pass, so that nothing moves while one steps through it.
    shown : {"weights", "sums"}
    """

    def __init__(self, frames: list[FlowFrame], shown: str) -> None:
        values = [gradient(layer, shown) for frame in frames for layer in frame.layers]
        powers = [math.log10(value) for value in values if value and math.isfinite(value)] or [0.0]
        self._high = math.ceil(max(powers))
        # Half a power beneath, for the shortest bar to be seen.
        self._low = min(math.floor(min(powers) - 0.5), self._high - _LEAST_DECADES)

    def share(self, value: float | None) -> float | None:
        """Return how far up the axis a value stands, 0 to 1; None for none, 0 for what is beneath any power."""
        if value is None:
            return None
        if not value:
            return 0.0
        if not math.isfinite(value):
            return 1.0
        return round((math.log10(value) - self._low) / (self._high - self._low), 4)

    def ticks(self) -> list[dict[str, Any]]:
        """Return some powers of ten: `share`, and the `power`."""
        step = math.ceil((self._high - self._low) / _MOST_TICKS)
        span = self._high - self._low
        return [{"share": (power - self._low) / span, "power": str(power).replace("-", "−")}
                for power in range(self._low, self._high + 1) if power % step == 0]  # fmt: skip


def results(scene: FlowScene) -> list[dict[str, str]]:
    """Return the large numbers: of this stack, and of the pinned one."""
    found = [{"title": title(scene.frame.spec), **_result(scene.frame, scene.shown)}]
    if scene.pinned is not None:
        found[0]["title"] = f"Now: {found[0]['title']}"
        found.append({"title": f"Pinned: {title(scene.pinned.spec)}", **_result(scene.pinned, scene.shown)})
    return found


def _result(frame: FlowFrame, shown: str) -> dict[str, str]:
    depth, lowest = len(frame.layers), reached(frame, shown)
    if not lowest:
        return {"ratio": "–", "verdict": "", "sentence": "No gradient yet: the signal is on its way up."}
    if lowest > 1:
        return {
            "ratio": number(ratio(frame.layers, shown, lowest)), "verdict": "",
            "sentence": f"So far: layer {lowest} against layer {depth}, the last one.",
        }  # fmt: skip
    share = ratio(frame.layers, shown)
    return {"ratio": number(share), "verdict": verdict(share), "sentence": _sentence(frame, shown, share)}


def verdict(share: float | None) -> str:
    """Return in a word what has become of the gradient, by its share that has reached the first layer."""
    if share is None:
        return "lost"
    if share < GRADIENT_RATIO:
        return "vanishes"
    if share > 1 / GRADIENT_RATIO:
        return "explodes"
    return "arrives"


_VERDICTS = {"vanishes": "It vanishes.", "explodes": "It explodes.", "arrives": "It arrives.", "lost": ""}


def _sentence(frame: FlowFrame, shown: str, share: float | None) -> str:
    if share is None:
        return "The last layer’s gradient is 0: there is nothing to compare with."
    gets = f"The first layer gets {_times(share)} the last layer’s gradient."
    largest = max(gradient(layer, shown) or 0.0 for layer in frame.layers)
    if share <= 1 / GRADIENT_RATIO and share >= GRADIENT_RATIO and largest > LARGE_GRADIENT:
        return f"{gets} All of them are huge: up to {number(largest)}. It explodes."
    return f"{gets} {_VERDICTS[verdict(share)]}"


def _times(share: float) -> str:
    if 0.95 <= share < 1.05:
        return "about as much as"
    return f"{number(share)} of" if share < 1 else f"{number(share)} times"


def tiles(frame: FlowFrame) -> bytes:
    """Return the activations of all layers as colours: [depth, examples, width], −1 to 1 as 0 to 255.

    What lies beyond ±1 has the colour of the end; a layer that is not computed yet has that of 0.
    """
    known = [f"a{layer.number}" if f"a{layer.number}" in frame.refs else f"z{layer.number}" for layer in frame.layers]
    values = np.stack([frame[name] for name in known])
    return np.rint(np.clip(np.nan_to_num(values, nan=0.0), -1, 1) * 127.5 + 127.5).astype(np.uint8).tobytes()


def noise(spec: FlowSpec) -> str:
    """Say what goes in."""
    return (
        f"Its input is synthetic noise, {_examples(spec)} drawn from N(0, 1): there is no task, and nothing is trained."
    )


def _examples(spec: FlowSpec) -> str:
    return "1 example" if spec.batch == 1 else f"{spec.batch} examples"


def summary(scene: FlowScene) -> str:
    """Return the picture in words."""
    frame, spec = scene.frame, scene.frame.spec
    lines = [f"A stack of {spec.depth} layers of {spec.width} units, {title(spec).split(', ', 1)[1]}. {noise(spec)}"]
    lowest = reached(frame, scene.shown)
    if lowest:
        lines.append(
            f"The bars show {_OF[scene.shown]}, layer by layer: {number(gradient(frame.layers[-1], scene.shown))} at "
            f"layer {spec.depth}, {number(gradient(frame.layers[lowest - 1], scene.shown))} at layer {lowest}."
        )
    lines += [_result(frame, scene.shown)["sentence"]]
    if scene.pinned is not None:
        lines.append(f"Pinned, {title(scene.pinned.spec)}: {_result(scene.pinned, scene.shown)['sentence']}")
    return " ".join(lines)


def backward(frame: FlowFrame) -> bool:
    """Whether the gradient is on its way down."""
    return frame.last is not None and frame.last.phase is Phase.BACKWARD
