"""What each part of the network stage is, in a sentence: the words of the hover cards."""

from __future__ import annotations

from engine.datasets.features import Feature
from engine.layers import ACTIVATIONS
from engine.spec import SETTINGS as FIELDS
from playground.formulas import mathml
from playground.stages.rules import RULE_PARTS

SETTINGS = {
    "noise": "How far the points are shaken off their places. Much noise makes the classes overlap.",
    "samples": "How many points there are, for training and for the test together.",
    "train_share": "The share of the points that the network learns from. It never learns from the others.",
    "hidden": "How many neurons each hidden layer has, from left to right. The diagram changes it too.",
    "activation": (
        "The function f that bends each hidden neuron's sum, a = f(Σ wᵢxᵢ + b). Without it all layers were "
        "one."
    ),
    "dropout": (
        "The share p of hidden neurons silenced at random in a step: h = a m / (1 − p), m is 0 or 1. Never in "
        "a test."
    ),
    "skip": "A hidden layer adds its input to its output where both are equally wide: s = f(z) + x.",
    "initializer": "Where the weights start. The spread decides how large signals are in deep networks.",
    "learning_rate": "η: how far one update goes. Gradient descent: w ← w − η ∂L/∂w. May change while training.",
    "batch_size": "How many points B share one update, with the mean of their gradients: ∂L/∂w = 1/B Σ ∂Lᵢ/∂w.",
    "optimizer": (
        "The rule that turns gradients into updates. Adadelta is made for a learning rate of 1, most others need far "
        "less."
    ),
    "loss": "What is minimised: one number for how wrong the answers are.",
    "regularization": (
        "A penalty on large weights: L1, λ Σ|w|, draws small ones to 0; L2, λ/2 Σw², shrinks all. Changes "
        "live."
    ),
    "regularization_rate": "λ: how much the penalty counts beside the loss on the data. May change while training.",
    "seed": "Decides the first weights and the order of the points. The same seed is the same start.",
    "data_seed": "Decides where the points fall. The same seed draws the same points.",
    "loss_below": "Training stops when the training loss is below this number.",
    "epochs": "Training stops at this epoch.",
    "patience": "Early stopping: training stops when the test loss found no new minimum for so many epochs.",
}
NUMBERS = {
    "epoch": "How often the network has seen every training point.",
    "loss": "Mean loss over all training points, without the penalty.",
    "test_loss": "Mean loss over the points that the network never learns from.",
    "Accuracy": "The share of training points that are answered rightly.",
    "Test accuracy": "The share of test points that are answered rightly.",
    "R²": "1 − Σ(ŷ − y)² / Σ(y − ȳ)²: 1 is perfect, 0 is no better than the mean of the targets.",
    "Test R²": "The same on the test points.",
    "rate": "The learning rate that the schedule gives to the update that comes next.",
}


PARTS = {
    "compare": ("Pin and compare", "Keep this run as it is, change one thing, and see both side by side in lockstep."),
    "as_graph": (
        "As a graph",
        "One neuron, one layer or the whole of a small network as a formula, with its numbers: go through its "
        "back-propagation node by node.",
    ),
    "fan": (
        "All optimizers",
        "The next step of every optimizer from this very moment, on copies, with all numbers that it is made of.",
    ),
    "clinic": ("Failure clinic", "Networks that go wrong, each with what to look at, and why."),
    "files": ("Save and export", "The whole run as a file, the network as code that runs, data and pictures."),
    "share": ("Share", "A link to this experiment. You can hide what your students need not see."),
    "step_by_step": (
        "Step by step",
        "Shows each operation just after it has run: its formula, its matrices, and how every number was computed.",
    ),
    "histograms": ("Histograms", "How activations, weights and gradients of each layer are spread, over the epochs."),
    "new_data": ("New data", "Draws other points from the same distribution: the next data seed."),
    "new_start": ("New start", "Other first weights and another order of the points: the next seed."),
    "plane": (
        "The plane",
        "The color at each place is the answer ŷ that the network gives for a point there; the dots are the data.",
    ),
    "curves": ("Curves", "Loss and accuracy after each epoch. Training and test part where the network over-fits."),
    "test": ("Test points", "Shows the points that the network never learns from, as diamonds."),
    "discrete": ("Discrete", "Rounds every answer to a class: no shades of how sure the network is."),
    "draw": ("Draw", "Add, move and erase points on the plane. Training goes on from the weights of now."),
    "log": ("Loss in powers of ten", "A logarithmic axis: small losses can be told apart."),
    **RULE_PARTS,
}


def about_cards() -> dict[str, dict[str, str]]:
    """Return what `About` says of controls and views."""
    settings = {key: {"title": _title(key), "text": text} for key, text in SETTINGS.items()}
    return settings | {key: {"title": title, "text": text} for key, (title, text) in PARTS.items()}


def _title(key: str) -> str:
    return FIELDS[key].metadata["title"] if key in FIELDS else "Stop condition"


def diagram_cards(
    features: tuple[Feature, ...], activations: tuple[str, ...], output: str, optimizer: str, ruled: bool = False
) -> dict[str, dict[str, str]]:
    """Return the hover cards of a network's parts, as `NetworkDiagram.cards` has them.

    Parameters
    ----------
    features : tuple of Feature
        All inputs that are shown.
    activations : tuple of str
        Of the hidden layers.
    output : str
        The output layer's activation.
    optimizer : str
    ruled : bool
        Whether weights decay or gradients are clipped.
    """
    plain = optimizer == "sgd" and not ruled
    cards = {
        f"input:{feature.key}": {
            "title": f"Input {feature.label}", "text": feature.sentence, "formula": mathml(feature.tex),
        }
        for feature in features
    }  # fmt: skip
    for column, name in enumerate(activations, 1):
        activation = ACTIVATIONS[name]
        cards[f"hidden:{column}"] = {
            "title": f"Neuron of layer {column}",
            "text": f"It adds up what comes in, each times its weight, and its bias. {activation.sentence}",
            "formula": mathml(rf"a = f\left(\textstyle\sum_i w_i x_i + b\right),\quad {activation.tex}"),
        }
    cards["output"] = {
        "title": "Output",
        "text": "The network's answer. " + _OUTPUTS.get(output, "The sum itself is the answer."),
        "formula": mathml(rf"\hat{{y}} = f(z),\quad {ACTIVATIONS[output].tex}"),
    }
    cards["edge"] = {
        "title": "Weight",
        "text": "What passes is multiplied by it. Blue is positive, orange negative, thick is large. Click to set it."
        + ("" if plain else " How the optimizer makes a step of its gradient stands in the listing."),
        "formula": mathml(
            r"w \leftarrow w - \eta\,\frac{\partial L}{\partial w}" if plain else
            r"\frac{\partial L}{\partial w}"
        ),
    }
    cards["bias"] = {
        "title": "Bias",
        "text": "It is added to the neuron's sum: it moves the border where the neuron turns on.",
        "formula": mathml(r"z = \textstyle\sum_i w_i x_i + b"),
    }
    cards["skip"] = {
        "title": "Skip connection",
        "text": "The layer's input is added to its output. The gradient has a way around the layer.",
        "formula": mathml(r"s = f(z) + x"),
    }
    return cards


_OUTPUTS = {
    "sigmoid": "The sigmoid makes a probability of it: of the blue class.",
    "softmax": "Soft-max makes probabilities of the scores: one for each class, together 1.",
    "tanh": "Tanh squeezes it between −1, orange, and 1, blue.",
}
