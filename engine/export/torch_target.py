"""The script in PyTorch: a Sequential, or a Module where a skip connection needs one."""

from __future__ import annotations

from engine.export.optimizer_lines import torch_lines
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
from engine.export.rule_lines import by_hand, take_rules, torch_rule_lines

_MODULES = {
    "sigmoid": "nn.Sigmoid()",
    "tanh": "nn.Tanh()",
    "relu": "nn.ReLU()",
    "gaussian": "Gaussian()",
    "step": "Step()",
    "softmax": "nn.Softmax(dim=1)",
    "elu": "nn.ELU()",
    "leaky_relu": "nn.LeakyReLU(0.01)",
    "selu": "nn.SELU()",
    "swish": "nn.SiLU()",
    "gelu": 'nn.GELU(approximate="tanh")',
    "softplus": "nn.Softplus(threshold=40)",  # its default, 20, rounds what is above to the straight line
    "sine": "Sine()",
}
# Activations that PyTorch has no module for: what it returns, and a line about it.
_OWN = {
    "gaussian": ("torch.exp(-(z**2))", "A bump around 0."),
    "step": ("torch.clamp(torch.sign(z), min=0)", "1 above 0, else 0: flat, so that no gradient passes."),
    "sine": ("torch.sin(z)", "The sine."),
}
_LOSSES = {
    "half_squared_error": "0.5 * ((outputs - y) ** 2).sum() / len(y)",
    "mean_squared_error": "nn.functional.mse_loss(outputs, y)",
    "mean_absolute_error": "nn.functional.l1_loss(outputs, y)",
    "binary_crossentropy": 'nn.functional.binary_cross_entropy_with_logits(outputs, y, reduction="sum") / len(y)',
    "categorical_crossentropy": "nn.functional.cross_entropy(outputs, y)",
    "hinge": "torch.relu(1 - y * outputs).sum() / len(y)",
    "exponential": "torch.exp(-y * outputs).sum() / len(y)",
    "logistic": 'nn.functional.soft_margin_loss(outputs, y, reduction="sum") / (np.log(2) * len(y))',
}


def write(parts: Parts) -> str:
    """Return the script."""
    return assemble(
        [
            header(
                parts, "A trained network in PyTorch.", "python network_torch.py",
                "NumPy and PyTorch (pip install numpy torch)",
                ("" if parts.has_skip else "from collections import OrderedDict\n\n")
                + "import numpy as np\nimport torch\nfrom torch import nn",
            ),
            features_source(parts),
            weights_source(parts),
            *_own_modules(parts),
            f"{_module(parts) if parts.has_skip else _sequential(parts)}\n\n{_load(parts)}",
            _predict(parts),
            _loss(parts),
            _train(parts),
            main_source(parts),
        ]
    )  # fmt: skip


def _own_modules(parts: Parts) -> list[str]:
    used = {layer.activation for layer in parts.layers}
    return [
        f'class {name.capitalize()}(nn.Module):\n    """{about}"""\n\n'
        f'    def forward(self, z):\n        """Return the activation of z."""\n        return {source}'
        for name, (source, about) in _OWN.items()
        if name in used
    ]


def _layer_modules(layer: LayerParts) -> list[tuple[str, str]]:
    """Return the names of a layer's modules and how they are made."""
    modules = [(f"dense{layer.number}", f"nn.Linear({layer.inputs}, {layer.units})")]
    if layer.activation != "identity":
        modules.append((f"{layer.activation}{layer.number}", _MODULES[layer.activation]))
    if layer.dropout:
        modules.append((f"dropout{layer.number}", f"nn.Dropout({number(layer.dropout)})"))
    return modules


def _sequential(parts: Parts) -> str:
    modules = [module for layer in parts.layers for module in _layer_modules(layer)]
    lines = "\n".join(f'            ("{name}", {made}),' for name, made in modules)
    return f"""\
model = nn.Sequential(
    OrderedDict(
        [
{lines}
        ]
    )
).double()  # 64-bit numbers, as in the app"""


def _module(parts: Parts) -> str:
    made, used = [], []
    for layer in parts.layers:
        modules = _layer_modules(layer)
        made += [f"self.{name} = {source}" for name, source in modules]
        value = "x"
        for name, _ in modules:
            value = f"self.{name}({value})"
        used.append(f"x = {value} + x  # the skip connection" if layer.skip else f"x = {value}")
    return f'''\
class Network(nn.Module):
    """Dense layers; where there is a skip connection, a layer's input is added to its output."""

    def __init__(self):
        super().__init__()
{indented(made, 2)}

    def forward(self, x):
        """Return the outputs [N, {parts.outputs}] for inputs x [N, {parts.network.inputs}]."""
{indented(used, 2)}
        return x


model = Network().double()  # 64-bit numbers, as in the app'''


def _load(parts: Parts) -> str:
    lines = []
    for layer in parts.layers:
        n = layer.number
        lines += [
            f"model.dense{n}.weight.copy_(torch.from_numpy(W{n}.T))",
            f"model.dense{n}.bias.copy_(torch.from_numpy(b{n}))",
        ]
    about = "# PyTorch keeps a layer's weights as [units, inputs]: transposed."
    return f"{about}\nwith torch.no_grad():\n{indented(lines)}"


def _predict(parts: Parts) -> str:
    last = parts.network.output_activation
    lines = [
        "model.eval()  # no dropout",
        "with torch.no_grad():",
        "    outputs = model(torch.from_numpy(features(points)))",
    ]
    if last == "sigmoid":
        lines.append("    outputs = torch.sigmoid(outputs)  # from logits to probabilities")
    if last == "softmax":
        lines.append("    outputs = torch.softmax(outputs, dim=1)  # from logits to probabilities")
    lines.append("return outputs.numpy()")
    return (
        "def predict(points):\n"
        f'    """Return {parts.answer} [N, {parts.outputs}] for points [N, 2]."""\n' + indented(lines)
    )


def _loss(parts: Parts) -> str:
    loss = _LOSSES[parts.loss]
    if not parts.penalized:
        return f'def loss_function(outputs, y):\n    """Return the loss of a batch."""\n    return {loss}'
    lines = [f"loss = {loss}"]
    for layer in parts.penalized:
        weight, rate = f"model.dense{layer.number}.weight", number(layer.rate)
        lines.append(
            f"loss = loss + {rate} * {weight}.abs().sum()"
            if layer.penalty == "l1"
            else f"loss = loss + 0.5 * {rate} * ({weight} ** 2).sum()"
        )
    about = "Return the loss of a batch and the penalty on the weights."
    return f'def loss_function(outputs, y):\n    """{about}"""\n' + indented([*lines, "return loss"])


def _train(parts: Parts) -> str:
    rules = take_rules(parts.network.optimizer)
    coupled = 0.0 if rules.decoupled or by_hand(rules) else rules.decay
    # What a coupled decay of PyTorch's own is called stands in its arguments.
    constants = [line for line in rules.constants if not (coupled and line.startswith("DECAY"))]
    made = [*torch_lines(rules.plain, coupled), *(["updates = 0"] if rules.schedule and rules.unit == "update" else [])]
    between = "".join(f"            {line}\n" for line in torch_rule_lines(rules))
    before = ["\n".join(constants), rules.rate_function]
    return "\n\n\n".join([*filter(None, before), ""]) + f'''\
def train(points, targets, epochs, batch_size=10, seed=0):
    """Train the network further and return the mean loss of every epoch.

    targets: {parts.targets}.
    """
    torch.manual_seed(seed)
    x = torch.from_numpy(features(points))
    y = torch.from_numpy(np.asarray(targets, dtype=np.float64).reshape(len(x), {parts.outputs}))
{indented(made)}
    model.train()
    history = []
    for _ in range(epochs):
        order = torch.randperm(len(x))
        total = 0.0
        for batch in order.split(batch_size):
            loss = loss_function(model(x[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
{between}            optimizer.step()
            total += loss.item() * len(batch)
        history.append(total / len(x))
    return history'''
