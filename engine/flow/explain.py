"""What has just happened in a stack, in a plain sentence with the numbers."""

from __future__ import annotations

from engine.flow.frame import FlowFrame, LayerFlow
from engine.flow.run import END
from engine.layers import get_activation
from engine.program import Phase

__all__ = ["explain"]


def explain(frame: FlowFrame) -> str:
    """Return a sentence or two about the layer that the last operation belongs to."""
    if frame.last is None:
        return (
            f"{frame.spec.depth} layers of {frame.spec.width} units wait for noise: {_examples(frame)}, every input "
            "drawn from N(0, 1)."
        )
    if frame.last.layer == "batch":
        return f"The noise has come in at the bottom: {_examples(frame)} with {frame.spec.width} inputs each."
    layer = frame.layers[int(frame.last.layer.removeprefix("dense")) - 1]
    if frame.last.phase is Phase.FORWARD:
        return _forward(layer)
    return _backward(frame, layer) + (_summary(frame) if frame.position == END else "")


def _examples(frame: FlowFrame) -> str:
    return "1 example" if frame.spec.batch == 1 else f"{frame.spec.batch} examples"


def _forward(layer: LayerFlow) -> str:
    if layer.mean is None or layer.rms is None:
        return f"Layer {layer.number} is being computed."
    text = f"Layer {layer.number} hands on values of mean {layer.mean:.3g} and root mean square {layer.rms:.3g}."
    if layer.saturated:
        text += f" {layer.saturated:.0%} of its activations are saturated."
    if layer.dead:
        text += f" {layer.dead:.0%} of its units give 0 for every example."
    return text


def _backward(frame: FlowFrame, layer: LayerFlow) -> str:
    assert layer.upstream is not None  # the layer above ran before
    assert layer.delta is not None  # the first operation of a layer's way back makes it
    slope = _slope(frame, layer)
    if layer.number == len(frame.layers):
        return (
            f"Layer {layer.number}: the gradient at the top ({layer.upstream:.3g}) times {slope} leaves "
            f"{layer.delta:.3g}."
        )
    above = frame.layers[layer.number]
    assert above.delta is not None
    text = f"Layer {layer.number}: the gradient of layer {above.number} ({above.delta:.3g}) times the weights"
    if frame.spec.skip:
        text += f", plus what the skip connection hands down unchanged ({above.upstream:.3g}), times {slope}"
    else:
        text += f" and {slope}"
    factor = f", a factor of {layer.factor:.3g}" if layer.factor is not None else ""
    return f"{text} leaves {layer.delta:.3g}{factor}."


def _slope(frame: FlowFrame, layer: LayerFlow) -> str:
    name = frame.spec.activation
    if name == "identity":
        return "the slope of the identity, 1,"
    # "Step (cannot learn)" is a step, and within a sentence ReLU keeps its capitals while Sigmoid does not.
    words = get_activation(name).title.split(" (")[0].split()
    title = " ".join(word if word[1:] != word[1:].lower() else word.lower() for word in words)
    return f"the slope of the {title} ({layer.slope:.3g} on average)"


def _summary(frame: FlowFrame) -> str:
    first, last = frame.layers[0].gradient, frame.layers[-1].gradient
    times = f": first over last is {frame.ratio:.3g}" if frame.ratio is not None else ""
    return (
        f" The weights of layer 1 have a gradient of {first:.3g}, those of layer {len(frame.layers)} one of "
        f"{last:.3g}{times}."
    )
