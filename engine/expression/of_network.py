"""A part of a network as a formula whose graph has the network's own numbers: a neuron, a layer, the whole net."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce

from engine.expression.limits import MADE
from engine.expression.one_example import OneExample
from engine.expression.operations import OPERATIONS
from engine.expression.parser import parse
from engine.expression.rendering import to_unicode
from engine.expression.spec import ExpressionSpec, SpecError
from engine.expression.tree import Name, Node, Operation, operands_first, replaced
from engine.layers import get_activation
from engine.losses import Targets
from engine.training import TrainingRun

__all__ = ["MOST_NODES", "NetworkPart", "layer_graph", "network_graph", "neuron_graph"]

# What can still be told apart on a screen.
MOST_NODES = 250
_SMALLER = "open one layer or one neuron instead"

# Each with the slope that the engine takes at its kink. Beyond 0 the exponential stands at 1 instead of overflowing.
_ACTIVATIONS = {
    "identity": "z",
    "sigmoid": "sigmoid(z)",
    "tanh": "tanh(z)",
    "relu": "relu(z)",
    "leaky_relu": "max(0.01*z, z)",
    "elu": "relu(z) + (exp(min(z, 0)) - 1)",
    "selu": "1.0507009873554805*(relu(z) + 1.6732632423543772*(exp(min(z, 0)) - 1))",
    "swish": "z*sigmoid(z)",
    "gelu": "0.5*z*(1 + tanh(sqrt(2/pi)*(z + 0.044715*z^3)))",
    "softplus": "softplus(z)",
    "sine": "sin(z)",
    "gaussian": "exp(-z^2)",
}
# Of one output z and its target y. The cross-entropy over several classes is made in `_loss`.
_LOSSES = {
    "half_squared_error": "(z - y)^2/2",
    "mean_squared_error": "(z - y)^2",
    "mean_absolute_error": "abs(z - y)",
    "binary_crossentropy": "softplus(z) - y*z",
    "hinge": "relu(1 - y*z)",
    "exponential": "exp(-y*z)",
    "logistic": "softplus(-y*z)/log(2)",
}


@dataclass(frozen=True, slots=True)
class NetworkPart:
    """A formula made of a network, and the network's own numbers to hold against those of its graph.

    Attributes
    ----------
    spec : ExpressionSpec
        Its parameters are the weights and biases; the learning rate is the run's.
    title : str
    values, gradients : dict of str to float
        What the network's listing computed for this example, by the symbol of a node of ``spec.graph()``. What only
        the formula has, such as a product of weight and input, is in neither.

    Notes
    -----
    The graph's own numbers are the same but for rounding, within 1e-14 of the larger of the number and 1: the
    compiled engine fuses products and sums and has an exponential of its own.
    """

    spec: ExpressionSpec
    title: str
    values: dict[str, float]
    gradients: dict[str, float]


def neuron_graph(run: TrainingRun, layer: int, unit: int, example: int) -> NetworkPart:
    """Return one neuron as a formula of its inputs x1, x2, …, its weights w1, w2, … and its bias b.

    The result is g · output, where g is the gradient of the loss by the neuron's output: so the gradients of weights
    and bias are those of the network's loss for this example. The neuron that is a network's only output ends in the
    loss itself, with its target y.

    The example is computed by the weights of now, without dropout and without the penalty on the weights. The run
    does not move.

    Parameters
    ----------
    run : TrainingRun
    layer : int
        From 1, as in W1.
    unit : int
        From 0: a column of W1.
    example : int
        A row of the training set, from 0.

    Raises
    ------
    SpecError
        If there is no such neuron or example, or its formula cannot be written, or has too many nodes to draw.
    """
    net = OneExample(run, example)
    net.check_layer(layer)
    units = net.network.layers[layer - 1].units
    if not 0 <= unit < units:
        raise SpecError("unit", f"layer {layer} has the neurons 0 to {units - 1}, got {unit}")
    part = _Part(net)
    inputs = part.inputs(layer)
    output = part.unit(layer, unit, inputs, [f"w{k}" for k in range(1, len(inputs) + 1)], "b")
    alone = units == 1
    root = part.loss([output]) if net.is_last(layer) and alone else part.weighted(layer, [unit], [output], ["g"])
    if alone:
        part.input_gradients(layer, inputs)
    return part.finished(root, f"Neuron {unit + 1} of layer {layer}", "this neuron", "choose fewer inputs")


def layer_graph(run: TrainingRun, layer: int, example: int) -> NetworkPart:
    """Return one layer as a formula of its inputs x1, x2, …; w12 is the weight from x1 to neuron 2, b2 its bias.

    The result is the sum of g · output over the neurons, where g1, g2, … are the gradients of the loss by their
    outputs; the last layer ends in the loss itself. Else as `neuron_graph`.
    """
    net = OneExample(run, example)
    net.check_layer(layer)
    part = _Part(net)
    inputs = part.inputs(layer)
    units = range(net.network.layers[layer - 1].units)
    outputs = [part.unit(layer, j, inputs, _weights("w", len(inputs), len(units), j), f"b{j + 1}") for j in units]
    if net.is_last(layer):
        root = part.loss(outputs)
    else:
        root = part.weighted(layer, units, outputs, [f"g{j + 1}" for j in units])
    part.input_gradients(layer, inputs)
    return part.finished(root, f"Layer {layer}", "this layer", "open one neuron instead")


def network_graph(run: TrainingRun, example: int) -> NetworkPart:
    """Return the whole network with its loss as a formula of the network's inputs x1, x2, ….

    w2_13 is the weight from neuron 1 to neuron 3 in layer 2, b2_3 that neuron's bias. Else as `neuron_graph`.
    """
    net = OneExample(run, example)
    part = _Part(net)
    outputs = part.inputs(1)
    for layer, dense in enumerate(net.network.layers, 1):
        inputs = outputs
        outputs = [
            part.unit(layer, j, inputs, _weights(f"w{layer}_", len(inputs), dense.units, j), f"b{layer}_{j + 1}")
            for j in range(dense.units)
        ]
    return part.finished(part.loss(outputs), "The whole network", "this network", _SMALLER)


def _weights(stem: str, inputs: int, units: int, unit: int) -> list[str]:
    """Return what to call the weights to one neuron: w12 is from the first input to the second neuron."""
    between = "_" if max(inputs, units) > 9 else ""
    return [f"{stem}{k}{between}{unit + 1}" for k in range(1, inputs + 1)]


@dataclass(slots=True)
class _Part:
    """A formula in the making: what its names begin with, and which of its nodes have numbers in the network."""

    net: OneExample
    start: dict[str, float] = field(default_factory=dict)
    parameters: list[str] = field(default_factory=list)
    values: list[tuple[Node, float]] = field(default_factory=list)
    gradients: list[tuple[Node, float]] = field(default_factory=list)

    def name(self, name: str, value: float) -> Node:
        self.start[name] = float(value)
        node = Name(name, 0)
        self.values.append((node, float(value)))
        return node

    def parameter(self, name: str, value: float, gradient: float) -> Node:
        node = self.name(name, value)
        self.parameters.append(name)
        self.gradients.append((node, float(gradient)))
        return node

    def inputs(self, layer: int) -> list[Node]:
        return [self.name(f"x{k}", value) for k, value in enumerate(self.net[self.net.handed_to(layer)], 1)]

    def input_gradients(self, layer: int, inputs: Sequence[Node]) -> None:
        """Note the gradients by a layer's inputs; the network's own inputs have none."""
        if layer > 1:
            gradients = self.net[f"d{self.net.handed_to(layer)}"]
            self.gradients += [(node, float(g)) for node, g in zip(inputs, gradients, strict=True)]

    def unit(self, layer: int, unit: int, inputs: Sequence[Node], weights: Sequence[str], bias: str) -> Node:
        """Write what one neuron hands on; the sum in the order of the NumPy line, input by input and then the bias."""
        net, dense = self.net, self.net.network.layers[layer - 1]
        W, dW = net[f"W{layer}"][:, unit], net[f"dW{layer}"][:, unit]
        terms = [
            _operation("multiply", self.parameter(name, w, dw), x)
            for name, w, dw, x in zip(weights, W, dW, inputs, strict=True)
        ]
        z = _sum([*terms, self.parameter(bias, net[f"b{layer}"][unit], net[f"db{layer}"][unit])])
        activation = net.activation(layer)
        if activation not in _ACTIVATIONS:
            can = ", ".join(_ACTIVATIONS)
            raise SpecError(
                "activation",
                f"layer {layer} has the activation {get_activation(activation).title}, which has no formula: choose "
                f"one of {can}",
            )
        output = _put(_ACTIVATIONS[activation], z=z)
        self._note(z, f"z{layer}", unit)
        if output is not z:
            self._note(output, f"a{layer}", unit)
        if dense.skip:
            output = _operation("add", output, inputs[unit])
            self._note(output, f"s{layer}", unit)
        return output

    def _note(self, node: Node, place: str, unit: int) -> None:
        self.values.append((node, float(self.net[place][unit])))
        if f"d{place}" in self.net:
            self.gradients.append((node, float(self.net[f"d{place}"][unit])))

    def weighted(self, layer: int, units: Sequence[int], outputs: Sequence[Node], names: Sequence[str]) -> Node:
        """Write the sum of the outputs, each times the gradient of the loss by it."""
        gradients = self.net[f"d{self.net.network.handed_on(layer)}"]
        return _sum(
            [
                _operation("multiply", self.name(name, gradients[unit]), output)
                for name, unit, output in zip(names, units, outputs, strict=True)
            ]
        )

    def loss(self, outputs: Sequence[Node]) -> Node:
        """Write the loss of the outputs."""
        loss, targets = self.net.network.loss, self.net["y"]
        if loss.targets is Targets.ONE_HOT:
            total = _sum([_put("exp(z)", z=output) for output in outputs])
            root = _put("log(total) - z", total=total, z=outputs[int(targets.argmax())])
        else:
            root = _put(_LOSSES[loss.name], z=outputs[0], y=self.name("y", targets[0]))
        self.values.append((root, float(self.net["loss"])))
        self.gradients.append((root, 1.0))
        return root

    def finished(self, root: Node, title: str, what: str, instead: str) -> NetworkPart:
        """Return the part, or refuse one that nobody could read."""
        count = len(operands_first(root))
        if count > MOST_NODES:
            raise SpecError(
                "text", f"{what} makes a graph of {count} nodes, at most {MOST_NODES} can be drawn: {instead}"
            )
        if _written(root) > MADE.nodes or len(text := to_unicode(root)) > MADE.characters:
            raise SpecError(
                "text",
                f"written out, the formula of {what} has more than {MADE.nodes} numbers, names and operations or "
                f"{MADE.characters:,} characters: {instead}",
            )
        spec = ExpressionSpec(
            text, tuple(self.start.items()), tuple(self.parameters), self.net.learning_rate, shared=True
        )
        symbols = {node.text: node.symbol for node in spec.graph().nodes}
        return NetworkPart(
            spec,
            title,
            {symbols[to_unicode(node)]: value for node, value in self.values},
            {symbols[to_unicode(node)]: gradient for node, gradient in self.gradients},
        )


def _written(root: Node) -> int:
    """Return how many nodes a formula has when each is written out at every one of its uses."""
    sizes: dict[int, int] = {}
    for node in operands_first(root):
        operands = node.arguments if isinstance(node, Operation) else ()
        sizes[id(node)] = 1 + sum(sizes[id(operand)] for operand in operands)
    return sizes[id(root)]


def _operation(kind: str, *operands: Node) -> Operation:
    return Operation(OPERATIONS[kind], operands, 0)


def _sum(terms: Sequence[Node]) -> Node:
    return reduce(lambda total, term: _operation("add", total, term), terms)


def _put(formula: str, **nodes: Node) -> Node:
    """Return a formula with nodes in the place of its names."""
    return replaced(parse(formula).root, nodes)
