"""What the export's targets share: the network taken apart, and its pieces as source text."""

from __future__ import annotations

import ast
import math
import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.arena import Array
from engine.datasets.features import Feature
from engine.losses import Targets
from engine.network import Network

LINE = 100  # characters
MAX_PARAMETERS = 100_000
_MAX_COMMENT = 4000

_FEATURE_SOURCE = {
    "x1": "x1",
    "x2": "x2",
    "x1_squared": "x1**2",
    "x2_squared": "x2**2",
    "x1_x2": "x1 * x2",
    "sin_x1": "np.sin(x1)",
    "sin_x2": "np.sin(x2)",
}


@dataclass(frozen=True, slots=True)
class LayerParts:
    """One dense layer, as it is written into a script.

    Attributes
    ----------
    number : int
        From 1.
    inputs, units : int
    activation : str
        As recorded: the identity where the loss contains the output's activation.
    dropout : float
        The share of outputs that training drops; 0 is none.
    skip : bool
        Whether the layer's input is added to its output.
    penalty : {"none", "l1", "l2"}
    rate : float
        The penalty's factor.
    W : [inputs, units]
    b : [units]
    """

    number: int
    inputs: int
    units: int
    activation: str
    dropout: float
    skip: bool
    penalty: str
    rate: float
    W: Array
    b: Array


@dataclass(frozen=True, slots=True)
class Parts:
    """A trained network taken apart, with what the script says about it.

    Attributes
    ----------
    network : Network
    layers : tuple of LayerParts
    features : tuple of str
        The source line of each input.
    spec_comment : str
        Text for a comment, not yet made safe.
    """

    network: Network
    layers: tuple[LayerParts, ...]
    features: tuple[str, ...]
    spec_comment: str

    @property
    def loss(self) -> str:
        """The loss's name."""
        return self.network.loss.name

    @property
    def outputs(self) -> int:
        """The number of outputs."""
        return self.network.outputs

    @property
    def has_dropout(self) -> bool:
        """Whether any layer drops outputs while it trains."""
        return any(layer.dropout > 0 for layer in self.layers)

    @property
    def has_skip(self) -> bool:
        """Whether any layer adds its input to its output."""
        return any(layer.skip for layer in self.layers)

    @property
    def penalized(self) -> tuple[LayerParts, ...]:
        """The layers with a penalty that is not zero."""
        return tuple(layer for layer in self.layers if layer.penalty != "none" and layer.rate > 0)

    @property
    def answer(self) -> str:
        """What `predict` returns, in words."""
        if self.network.output_activation == "sigmoid":
            return "the probability of class 1"
        if self.network.output_activation == "softmax":
            return "the probability of every class"
        if self.network.loss.targets is Targets.SIGNED:
            return "the output: above 0 means class +1, below 0 class -1"
        return "the value that the network gives"

    @property
    def targets(self) -> str:
        """What targets `train` wants, in words."""
        rows = f"[N, {self.outputs}]"
        return {
            Targets.REAL: f"{rows}, real numbers (two classes are -1 and +1)",
            Targets.BINARY: f"{rows}, 0 or 1",
            Targets.SIGNED: f"{rows}, -1 or +1",
            Targets.ONE_HOT: f"{rows}, 1 in the column of the class and 0 elsewhere",
        }[self.network.loss.targets]


def take_apart(
    network: Network, parameters: Array, features: Sequence[Feature], spec_comment: str = ""
) -> Parts:
    """Check that network, parameters [P] and features belong together, and take them apart.

    Raises
    ------
    ValueError
        If the parameters or features do not fit the network, if a feature is neither one of `FEATURES` nor a
        formula, or if the network is too large for a readable script.
    """
    if network.parameters > MAX_PARAMETERS:
        raise ValueError(
            f"the network has {network.parameters:,} parameters, a script holds at most {MAX_PARAMETERS:,}: "
            "export a smaller network"
        )
    if np.shape(parameters) != (network.parameters,):
        raise ValueError(
            f"the network has {network.parameters} parameters, got an array of shape {list(np.shape(parameters))}: "
            "pass the vector of all weights and biases"
        )
    if len(features) != network.inputs:
        raise ValueError(
            f"the network has {network.inputs} inputs, got {len(features)} features: pass one feature an input"
        )
    recorded = list(network.layers)
    if network.output_activation != "identity":  # the loss works on logits, and `predict` applies it
        recorded[-1] = replace(recorded[-1], activation="identity")
    layers, start, inputs = [], 0, network.inputs
    for index, layer in enumerate(recorded, 1):
        middle = start + inputs * layer.units
        layers.append(
            LayerParts(
                number=index,
                inputs=inputs,
                units=layer.units,
                activation=layer.activation,
                dropout=layer.dropout,
                skip=layer.skip,
                penalty=layer.regularizer,
                rate=layer.regularization_rate,
                W=parameters[start:middle].reshape(inputs, layer.units),
                b=parameters[middle : middle + layer.units],
            )
        )
        start, inputs = middle + layer.units, layer.units
    return Parts(network, tuple(layers), tuple(_feature_source(f) for f in features), spec_comment)


def _feature_source(feature: Feature) -> str:
    """Return the NumPy expression of a feature in x1 and x2; an own formula's is made of its tree, not of its text."""
    source = feature.python or _FEATURE_SOURCE.get(feature.key)
    if source is None:
        raise ValueError(f"{feature.label} cannot be written as code: it is neither a known input nor a formula")
    return source


def number(value: float) -> str:
    """Return a number as source text that gives the same float64 again."""
    if math.isfinite(value):
        return repr(float(value))
    return "np.nan" if math.isnan(value) else ("np.inf" if value > 0 else "-np.inf")


def array_source(name: str, values: Array) -> str:
    """Return the assignment of a vector or a matrix: each of its rows on one line where it fits."""
    if values.ndim == 1:
        return f"{name} = np.array({_row([number(v) for v in values], len(name) + 12, '')})"
    # A blank before what has no sign brings the decimal points of a column under each other.
    cells = [[f"{'' if number(v)[0] == '-' else ' '}{number(v)}" for v in row] for row in values]
    width = max(len(cell) for row in cells for cell in row)
    rows = [f"    {_row(row, 4, '    ', width)}," for row in cells]
    return "\n".join([f"{name} = np.array([", *rows, "])"])


def _row(cells: Sequence[str], before: int, indent: str, width: int = 0) -> str:
    """Return a list of numbers in columns of `width`, wrapped where it cannot follow `before` characters."""
    padded = [f"{cell},".ljust(width + 1) for cell in cells]
    line = f"[{' '.join(padded).rstrip(' ,')}]"
    if before + len(line) <= LINE:
        return line
    inner = indent + "    "
    a_line = max(1, (LINE - len(inner)) // (max(map(len, padded)) + 1))
    lines = [inner + " ".join(padded[k : k + a_line]).rstrip() for k in range(0, len(cells), a_line)]
    return "\n".join(["[", *lines, f"{indent}]"])


def comment(text: str) -> str:
    """Return foreign text as comment lines: no character of it can end a line or hide what follows."""
    # Space of any kind becomes one blank; what does not print (also marks that turn the writing's direction) goes.
    clean = "".join(c for c in " ".join(text.split()) if c.isprintable())[:_MAX_COMMENT]
    return textwrap.fill(
        clean, LINE, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False
    )


def indented(lines: Iterable[str], levels: int = 1) -> str:
    """Return lines, indented; empty ones stay empty."""
    return "\n".join(" " * 4 * levels + line if line else "" for line in lines)


def header(parts: Parts, title: str, run: str, needs: str, imports: str, notes: str = "") -> str:
    """Return the script's docstring, the comment on the settings, and the imports."""
    widths = " - ".join(str(w) for w in (parts.network.inputs, *(layer.units for layer in parts.layers)))
    text = f'''\
"""{title}

Neural Playground wrote this file. It needs {needs}:

    {run}

features(points)                the network's inputs, computed from the coordinates x1 and x2
predict(points)                 the network's answers
train(points, targets, epochs)  more training, with the settings of the app

Neurons in each layer, inputs first: {widths}.
{notes}"""'''
    said = comment(parts.spec_comment)
    return "\n\n".join([text, *([f"# Settings of the run:\n{said}"] if said else []), imports])


def features_source(parts: Parts) -> str:
    """Return the function that computes the inputs."""
    names = {name for source in parts.features for name in re.findall(r"\bx[12]\b", source)}
    lines = [
        "def features(points):",
        f'    """Return the {len(parts.features)} inputs of the network for points [N, 2]: one row a point."""',
        "    points = np.asarray(points, dtype=np.float64).reshape(-1, 2)",
        *(f"    {name} = points[:, {int(name[1]) - 1}]" for name in sorted(names)),
        f"    inputs = np.empty((len(points), {len(parts.features)}))",
    ]
    columns = [f"inputs[:, {column}] = {source}" for column, source in enumerate(parts.features)]
    if set(parts.features) <= set(_FEATURE_SOURCE.values()):
        lines.append(indented(columns))
    else:
        lines.append('    with np.errstate(all="ignore"):  # where a formula has no value it gives nan')
        lines.append(indented(columns, 2))
    lines.append("    return inputs")
    return "\n".join(lines)


def weights_source(parts: Parts) -> str:
    """Return the weights and biases as arrays."""
    lines = [
        "# What training found. W [inputs, units] are the weights of a layer, b [units] its biases;",
        "# the digits give the same 64-bit numbers again.",
    ]
    for layer in parts.layers:
        lines += [array_source(f"W{layer.number}", layer.W), array_source(f"b{layer.number}", layer.b)]
    return "\n".join(lines)


def main_source(parts: Parts) -> str:
    """Return what the script does when it is run."""
    return f'''\
if __name__ == "__main__":
    some_points = np.array([[0.0, 0.0], [1.0, 2.0], [-2.0, 1.0], [3.0, -3.0]])
    print("x1, x2 -> {parts.answer}")
    for point, answer in zip(some_points, predict(some_points), strict=True):
        print(point, "->", answer)'''


def assemble(sections: Iterable[str]) -> str:
    """Return the whole script: sections with two empty lines between them.

    Raises
    ------
    SyntaxError
        Never, unless this package has a defect: what is handed out has been parsed.
    """
    text = "\n\n\n".join(section.strip("\n") for section in sections if section) + "\n"
    ast.parse(text)
    return text
