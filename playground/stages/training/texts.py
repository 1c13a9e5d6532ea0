"""What each part of the digit training page is, in a sentence: the words of the hover cards."""

from __future__ import annotations

from playground.stages.rules import RULE_PARTS

NUMBERS = {
    "test_score": (
        "The share of the test digits that are read rightly. The network never learns from them. Guessing would get "
        "about 10\N{NO-BREAK SPACE}%."
    ),
    "wrong": "How many of the test digits it takes for another digit.",
    "test_loss": "Mean loss over the test digits.",
    "score": "The share of the first 1,000 training digits that are read rightly.",
    "loss": "Mean loss over the first 1,000 training digits.",
    "epoch": "How often the network has seen every training digit.",
}

PARTS = {
    "data": ("Digits", "What is learnt from: 5,000 digits of MNIST at 28 × 28 pixels, or 1,797 small ones at 8 × 8."),
    "head": (
        "Head",
        "What the last layer is trained with: soft-max makes probabilities; support vector machines ask for a margin.",
    ),
    "learning_rate": (
        "Learning rate",
        "η: how far one update goes. It may change while training; in the past this starts a branch.",
    ),
    "batch_size": ("Batch size", "How many digits share one update, with the mean of their gradients."),
    "optimizer": ("Optimizer", "The rule that turns gradients into updates."),
    "initializer": ("Initializer", "Where the weights start: filters begin as noise of this spread."),
    "seed": ("Seed", "Decides the first weights and the order of the digits. The same seed is the same start."),
    "new_start": ("New start", "Other first weights and another order of the digits: the next seed."),
    "net": (
        "The network",
        "Press a card to change its layer, a plus to add one. Another shape is another network: it starts anew.",
    ),
    "wall": (
        "Feature maps and filters",
        "What each layer makes of the watched digit, by the weights of this moment. Under a convolution lie its "
        "filters, a slice for each map that it reads. Blue is positive, orange negative.",
    ),
    "watched": ("The watched digit", "A digit that the network never learns from, your own, or one of the batch."),
    "only": ("Which digits", "Goes through all test digits, or through those of one class."),
    "move": (
        "Move it",
        "Shift, turn or scale the digit. Maps of a convolution move along; the dense layers behind them were never "
        "shown moved digits, and there it ends.",
    ),
    "curves": (
        "Curves",
        "Loss and accuracy, several times an epoch at first. Training and test part where it over-fits.",
    ),
    "confusion": (
        "Confusion matrix",
        "Rows are the true digits, columns the answers, over all test digits. Right answers lie on the diagonal.",
    ),
    "listing": (
        "Listing",
        "Every operation of one update, with its formula and its NumPy line. Click one to run to it.",
    ),
    "log": ("Loss in powers of ten", "A logarithmic axis: small losses can be told apart."),
    "share": ("Share", "A link that opens this page with this network and these settings, untrained."),
    "files": ("Save and load", "A file with the network, its training, position and all branches."),
    **RULE_PARTS,
}


def about_cards() -> dict[str, dict[str, str]]:
    """Return what `About` says of controls and views."""
    return {key: {"title": title, "text": text} for key, (title, text) in PARTS.items()}
