"""The script in Keras 3: a Sequential, or a functional model where a skip connection needs one."""

from __future__ import annotations

from engine.export.optimizer_lines import keras_lines
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
from engine.export.rule_lines import keras_class, keras_rate_lines, take_rules
from engine.optimizers import SGD

_ACTIVATIONS = {
    "sigmoid": '"sigmoid"',
    "tanh": '"tanh"',
    "relu": '"relu"',
    "gaussian": "gaussian",
    "step": "step",
    "softmax": '"softmax"',
    "elu": '"elu"',
    "leaky_relu": "leaky_relu",
    "selu": '"selu"',
    "swish": '"silu"',
    "gelu": "gelu",
    "softplus": '"softplus"',
    "sine": "keras.ops.sin",
}
# Activations that Keras has no name for, or with other settings: what it returns, and a line about it.
_OWN = {
    "gaussian": ("keras.ops.exp(-(z**2))", "A bump around 0."),
    "step": ("keras.ops.relu(keras.ops.sign(z))", "1 above 0, else 0: flat, so that no gradient passes."),
    "leaky_relu": ("keras.ops.leaky_relu(z, negative_slope=0.01)", "A ReLU that leaks: slope 0.01 below 0."),
    "gelu": ("keras.ops.gelu(z, approximate=True)", "Gaussian error linear unit, in its usual form with tanh."),
}
# Losses as Keras names them where that is the same for any number of outputs, else the loss of every example.
_NAMED_LOSSES = {
    "mean_squared_error": "keras.losses.MeanSquaredError()",
    "mean_absolute_error": "keras.losses.MeanAbsoluteError()",
    "categorical_crossentropy": "keras.losses.CategoricalCrossentropy(from_logits=True)",
}
_ONE_OUTPUT_LOSSES = {
    "binary_crossentropy": "keras.losses.BinaryCrossentropy(from_logits=True)",
    "hinge": "keras.losses.Hinge()",
}
_OWN_LOSSES = {
    "half_squared_error": "0.5 * (outputs - y) ** 2",
    "binary_crossentropy": "keras.ops.softplus(outputs) - y * outputs",
    "hinge": "keras.ops.relu(1 - y * outputs)",
    "exponential": "keras.ops.exp(-y * outputs)",
    "logistic": "keras.ops.softplus(-y * outputs) / float(np.log(2))",
}


def write(parts: Parts) -> str:
    """Return the script."""
    return assemble(
        [
            header(
                parts, "A trained network in Keras 3.", "python network_keras.py",
                "NumPy, Keras and one of its backends (pip install numpy keras torch)",
                "import keras\nimport numpy as np\nfrom keras import layers\n\n"
                'keras.config.set_floatx("float64")  # 64-bit numbers, as in the app',
                "\nKeras runs on TensorFlow, JAX or PyTorch: KERAS_BACKEND=torch in the environment chooses one.\n"
                "The weights are kept in 64 bits. On PyTorch, Keras multiplies matrices in 32 bits (as of 3.15):\n"
                "answers then differ from the app's in the seventh digit. JAX needs JAX_ENABLE_X64=1 for 64 bits.\n",
            ),
            features_source(parts),
            weights_source(parts),
            *_own_activations(parts),
            f"{_functional(parts) if parts.has_skip else _sequential(parts)}\n{_load(parts)}",
            _predict(parts),
            _loss(parts),
            _train(parts),
            main_source(parts),
        ]
    )  # fmt: skip


def _own_activations(parts: Parts) -> list[str]:
    used = {layer.activation for layer in parts.layers}
    return [
        f'def {name}(z):\n    """{about}"""\n    return {source}'
        for name, (source, about) in _OWN.items()
        if name in used
    ]


def _dense(layer: LayerParts) -> str:
    settings = [str(layer.units)]
    if layer.activation != "identity":
        settings.append(f"activation={_ACTIVATIONS[layer.activation]}")
    if layer.penalty != "none" and layer.rate > 0:
        # Keras' L2 has no factor 1/2.
        rate = number(layer.rate if layer.penalty == "l1" else layer.rate / 2)
        settings.append(f"kernel_regularizer=keras.regularizers.{layer.penalty.upper()}({rate})")
    return f'layers.Dense({", ".join(settings)}, name="dense{layer.number}")'


def _sequential(parts: Parts) -> str:
    lines = [f"keras.Input(shape=({parts.network.inputs},)),"]
    for layer in parts.layers:
        lines.append(f"{_dense(layer)},")
        if layer.dropout:
            lines.append(f"layers.Dropout({number(layer.dropout)}),")
    return "model = keras.Sequential(\n    [\n" + indented(lines, 2) + "\n    ]\n)"


def _functional(parts: Parts) -> str:
    lines = [f"inputs = keras.Input(shape=({parts.network.inputs},))", "x = inputs"]
    for layer in parts.layers:
        name = "a" if layer.skip else "x"
        lines.append(f"{name} = {_dense(layer)}(x)")
        if layer.dropout:
            lines.append(f"{name} = layers.Dropout({number(layer.dropout)})({name})")
        if layer.skip:
            lines.append("x = layers.Add()([a, x])  # the skip connection adds the layer's input")
    return "\n".join([*lines, "model = keras.Model(inputs, x)"])


def _load(parts: Parts) -> str:
    return "\n".join(
        f'model.get_layer("dense{layer.number}").set_weights([W{layer.number}, b{layer.number}])'
        for layer in parts.layers
    )


def _predict(parts: Parts) -> str:
    last = parts.network.output_activation
    lines = ["outputs = model(features(points), training=False)"]
    if last != "identity":
        lines.append(f"outputs = keras.ops.{last}(outputs)  # from logits to probabilities")
    lines.append("return keras.ops.convert_to_numpy(outputs)")
    return (
        "def predict(points):\n"
        f'    """Return {parts.answer} [N, {parts.outputs}] for points [N, 2]."""\n' + indented(lines)
    )


def _loss(parts: Parts) -> str:
    if parts.loss in _NAMED_LOSSES:
        return f"loss_function = {_NAMED_LOSSES[parts.loss]}"
    if parts.loss in _ONE_OUTPUT_LOSSES and parts.outputs == 1:
        return f"loss_function = {_ONE_OUTPUT_LOSSES[parts.loss]}"
    return f'''\
def loss_function(y, outputs):
    """Return the loss of every example; Keras takes the mean of a batch."""
    return keras.ops.sum({_OWN_LOSSES[parts.loss]}, axis=-1)'''


def _train(parts: Parts) -> str:
    rules = take_rules(parts.network.optimizer)
    base, made = keras_lines(rules.plain, "Optimizer" if rules.changes_gradients else "")
    scheduled = keras_rate_lines(rules)
    if rules.schedule is not None and isinstance(rules.plain, SGD) and rules.plain.momentum:
        made.insert(0, "# In Keras the velocity keeps the rates of before: where the rate changes, steps differ.")
    lines = [*made, "model.compile(optimizer=optimizer, loss=loss_function)", *scheduled]
    fit = "x, y, batch_size=batch_size, epochs=epochs, verbose=0" + (", callbacks=callbacks" if scheduled else "")
    before = ["\n".join(rules.constants), rules.rate_function, keras_class(rules, base)]
    return "\n\n\n".join([*filter(None, before), ""]) + f'''\
def train(points, targets, epochs, batch_size=10, seed=0):
    """Train the network further and return the mean loss of every epoch.

    targets: {parts.targets}.
    """
    keras.utils.set_random_seed(seed)
    x = features(points)
    y = np.asarray(targets, dtype=np.float64).reshape(len(x), {parts.outputs})
{indented(lines)}
    return model.fit({fit}).history["loss"]'''
