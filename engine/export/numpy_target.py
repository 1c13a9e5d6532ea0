"""The script in plain NumPy: forward, backward and update written out, layer by layer."""

from __future__ import annotations

from engine.export.optimizer_lines import numpy_update
from engine.export.parts import (
    LayerParts,
    Parts,
    assemble,
    features_source,
    header,
    indented,
    main_source,
    number,
    weights_source,
)
from engine.export.rule_lines import numpy_rule_lines, take_rules

# name: what it returns for z, its backward pass from da to dz, a line about it, and the functions it calls.
_ACTIVATIONS: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "sigmoid": (
        "np.exp(-np.logaddexp(0, -z))",
        "da * sigmoid(z) * (1 - sigmoid(z))",
        "The logistic function 1 / (1 + exp(-z)), written so that it cannot overflow.",
        (),
    ),
    "tanh": ("np.tanh(z)", "da * (1 - np.tanh(z) ** 2)", "The hyperbolic tangent.", ()),
    "relu": ("np.maximum(0, z)", "da * (z > 0)", "The rectified linear unit.", ()),
    "gaussian": ("np.exp(-(z**2))", "da * np.exp(-(z**2)) * (-2 * z)", "A bump around 0.", ()),
    "step": (
        "np.where(z > 0, 1.0, 0.0)",
        "0 * da",
        "1 above 0, else 0: flat, so that no gradient passes.",
        (),
    ),
    "softmax": (
        "np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))",
        "softmax(z) * (da - (da * softmax(z)).sum(axis=1, keepdims=True))",
        "Positive numbers that add up to 1 in each row.",
        (),
    ),
    "elu": (
        "np.where(z > 0, z, np.expm1(np.minimum(z, 0)))",
        "da * np.where(z > 0, 1, np.exp(np.minimum(z, 0)))",
        "Exponential linear unit: z above 0, exp(z) - 1 below.",
        (),
    ),
    "leaky_relu": (
        "np.where(z > 0, z, 0.01 * z)",
        "da * np.where(z > 0, 1, 0.01)",
        "A ReLU that leaks: slope 0.01 below 0.",
        (),
    ),
    "selu": (
        "1.0507009873554805 * np.where(z > 0, z, 1.6732632423543772 * np.expm1(np.minimum(z, 0)))",
        "da * 1.0507009873554805 * np.where(z > 0, 1, 1.6732632423543772 * np.exp(np.minimum(z, 0)))",
        "A scaled ELU, which keeps mean 0 and variance 1 from layer to layer.",
        (),
    ),
    "swish": (
        "z * sigmoid(z)",
        "da * sigmoid(z) * (1 + z * (1 - sigmoid(z)))",
        "The product of z and its sigmoid; also called SiLU.",
        ("sigmoid",),
    ),
    "gelu": (
        "0.5 * z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)))",
        "da * (0.5 * (1 + t) + 0.5 * z * (1 - t**2) * np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * z**2))",
        "Gaussian error linear unit, in its usual form with tanh.",
        (),
    ),
    "softplus": ("np.logaddexp(0, z)", "da * sigmoid(z)", "A smooth ReLU: log(1 + exp(z)).", ("sigmoid",)),
    "sine": ("np.sin(z)", "da * np.cos(z)", "The sine.", ()),
}
_BEFORE_BACKWARD = {"gelu": "t = np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))"}

# name: the loss of a batch with outputs o, its gradient, and the functions it calls.
_LOSSES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "half_squared_error": ("0.5 * ((o - y) ** 2).sum() / len(y)", "(o - y) / len(y)", ()),
    "mean_squared_error": ("((o - y) ** 2).mean()", "2 * (o - y) / y.size", ()),
    "mean_absolute_error": ("np.abs(o - y).mean()", "np.sign(o - y) / y.size", ()),
    "binary_crossentropy": (
        "(np.logaddexp(0, o) - y * o).sum() / len(y)",
        "(sigmoid(o) - y) / len(y)",
        ("sigmoid",),
    ),
    "categorical_crossentropy": (
        "(np.logaddexp.reduce(o, axis=1) - (y * o).sum(axis=1)).mean()",
        "(softmax(o) - y) / len(y)",
        ("softmax",),
    ),
    "hinge": ("np.maximum(0, 1 - y * o).sum() / len(y)", "np.where(y * o < 1, -y, 0) / len(y)", ()),
    "exponential": ("np.exp(-y * o).sum() / len(y)", "-y * np.exp(-y * o) / len(y)", ()),
    "logistic": (
        "np.logaddexp(0, -y * o).sum() / (np.log(2) * len(y))",
        "-y * sigmoid(-y * o) / (np.log(2) * len(y))",
        ("sigmoid",),
    ),
}


def write(parts: Parts) -> str:
    """Return the script."""
    return assemble(
        [
            header(
                parts, "A trained network in plain NumPy.", "python network_numpy.py",
                "only NumPy (pip install numpy)", "import numpy as np",
            ),
            features_source(parts),
            weights_source(parts),
            *_activation_functions(parts),
            _forward(parts),
            _predict(parts),
            _loss_and_gradients(parts),
            _train(parts),
            main_source(parts),
        ]
    )  # fmt: skip


def _activation_functions(parts: Parts) -> list[str]:
    """Return the activations that the script uses, each with its backward pass where training needs it."""
    recorded = {layer.activation for layer in parts.layers} - {"identity"}
    needed = recorded | {parts.network.output_activation} - {"identity"} | set(_LOSSES[parts.loss][2])
    for name in recorded:
        needed |= set(_ACTIVATIONS[name][3])
    functions = []
    for name, (forward, backward, about, _) in _ACTIVATIONS.items():
        if name in needed:
            functions.append(f'def {name}(z):\n    """{about}"""\n    return {forward}')
        if name in recorded:
            lines = [
                f"def {name}_backward(z, da):",
                f'    """From the gradient with respect to a = {name}(z) to the one with respect to z."""',
                *([f"    {_BEFORE_BACKWARD[name]}"] if name in _BEFORE_BACKWARD else []),
                f"    return {backward}",
            ]
            functions.append("\n".join(lines))
    return functions


def _output(layer: LayerParts) -> str:
    """Return the name of a layer's output: z where nothing follows the sum."""
    plain = layer.activation == "identity" and not layer.dropout and not layer.skip
    return f"{'z' if plain else 'a'}{layer.number}"


def _input(parts: Parts, layer: LayerParts) -> str:
    return "x" if layer.number == 1 else _output(parts.layers[layer.number - 2])


def _forward_lines(parts: Parts, training: bool) -> list[str]:
    lines = []
    for layer in parts.layers:
        n, before = layer.number, _input(parts, layer)
        lines.append(f"z{n} = {before} @ W{n} + b{n}")
        value = f"z{n}" if layer.activation == "identity" else f"{layer.activation}(z{n})"
        if training and layer.dropout:
            keep = number(1 - layer.dropout)
            lines.append(f"keep{n} = (rng.random(z{n}.shape) < {keep}) / {keep}  # dropout")
            value += f" * keep{n}"
        if layer.skip:
            value += f" + {before}"
        if _output(layer) != f"z{n}":
            said = "  # the skip connection adds the layer's input" if layer.skip else ""
            lines.append(f"{_output(layer)} = {value}{said}")
    return lines


def _forward(parts: Parts) -> str:
    lines = [*_forward_lines(parts, training=False), f"return {_output(parts.layers[-1])}"]
    shapes = f"[N, {parts.outputs}] of the last layer for inputs x [N, {parts.network.inputs}]"
    return f'def forward(x):\n    """Return the output {shapes}."""\n{indented(lines)}'


def _predict(parts: Parts) -> str:
    last = parts.network.output_activation
    value = "forward(features(points))"
    lines = [f"return {value}"] if last == "identity" else [
        "# The last layer gives logits, on which the loss works; this makes them probabilities.",
        f"return {last}({value})",
    ]
    return (
        "def predict(points):\n"
        f'    """Return {parts.answer} [N, {parts.outputs}] for points [N, 2]."""\n' + indented(lines)
    )


def _loss_and_gradients(parts: Parts) -> str:
    """Return the function that does the forward and the backward pass of a batch."""
    loss, gradient, _ = _LOSSES[parts.loss]
    last = parts.layers[-1]
    lines = [
        "# Forward.",
        *_forward_lines(parts, training=True),
        f"o = {_output(last)}",
        f"# {_ascii(parts.network.loss.title)}.",
        f"loss = {loss}",
    ]
    for layer in parts.penalized:
        W, rate = f"W{layer.number}", number(layer.rate)
        l1 = layer.penalty == "l1"
        lines.append(f"loss += {rate} * np.abs({W}).sum()" if l1 else f"loss += 0.5 * {rate} * ({W}**2).sum()")
    lines += ["# Backward: dz, da, dW and db are the gradients of the loss.", f"d{_output(last)} = {gradient}"]
    for layer in reversed(parts.layers):
        n, out, before = layer.number, f"d{_output(layer)}", _input(parts, layer)
        kept = f"{out} * keep{n}" if layer.dropout else out
        dz = kept if layer.activation == "identity" else f"{layer.activation}_backward(z{n}, {kept})"
        if dz != f"dz{n}":
            lines.append(f"dz{n} = {dz}")
        penalty = ""
        if layer in parts.penalized:
            penalty = f" + {number(layer.rate)} * " + (f"np.sign(W{n})" if layer.penalty == "l1" else f"W{n}")
        lines += [f"dW{n} = {before}.T @ dz{n}{penalty}", f"db{n} = dz{n}.sum(axis=0)"]
        if n > 1:
            lines.append(f"d{before} = dz{n} @ W{n}.T" + (f" + {out}" if layer.skip else ""))
    names = ", ".join(f"dW{layer.number}, db{layer.number}" for layer in parts.layers)
    lines.append(f"return loss, [{names}]")
    arguments, about = ("x, y, rng", " Dropout draws from rng.") if parts.has_dropout else ("x, y", "")
    about = f"Return the loss of a batch and its gradients in the order of `parameters`.{about}"
    return f'def loss_and_gradients({arguments}):\n    """{about}"""\n{indented(lines)}'


def _ascii(title: str) -> str:
    return title.replace("½", "Half").replace("₂", "2")


def _train(parts: Parts) -> str:
    rules = take_rules(parts.network.optimizer)
    made = numpy_update(rules.plain)
    constants, update = [*made.settings.split("\n"), *rules.constants], made.update
    if rules.schedule is not None:
        constants = [line for line in constants if not line.startswith("LEARNING_RATE = ")]
        update = [line.replace("LEARNING_RATE", "rate") for line in update]
    settings = "\n".join(constants) + (f"\n\n\n{rules.rate_function}" if rules.schedule is not None else "")
    counted = ["updates = 0"] if rules.schedule is not None and rules.unit == "update" else []
    targets = f"y = np.asarray(targets, dtype=np.float64).reshape(len(x), {parts.outputs})"
    state = [targets, *made.state, *counted, "history = []"]
    names = ", ".join(f"W{layer.number}, b{layer.number}" for layer in parts.layers)
    batch = "x[batch], y[batch]" + (", rng" if parts.has_dropout else "")
    return f'''\
parameters = [{names}]
{settings}


def train(points, targets, epochs, batch_size=10, seed=0):
    """Train the network further and return the mean loss of every epoch.

    targets: {parts.targets}.
    """
    rng = np.random.default_rng(seed)
    x = features(points)
{indented(state)}
    for _ in range(epochs):
        order = rng.permutation(len(x))
        total = 0.0
        for start in range(0, len(x), batch_size):
            batch = order[start : start + batch_size]
            loss, gradients = loss_and_gradients({batch})
            total += loss * len(batch)
{indented([*numpy_rule_lines(rules), *update], 3)}
        history.append(total / len(x))
    return history'''
