"""The parts of the network stage that an author may hide or have open, by the key that stands in a link."""

from __future__ import annotations

from engine.spec import SETTINGS

_SETTINGS = (
    "data", "noise", "samples", "train_share", "hidden", "activation", "dropout", "skip", "initializer",
    "learning_rate", "batch_size", "optimizer", "loss", "regularization", "regularization_rate", "schedule",
    "weight_decay", "clip_norm", "clip_value", "seed", "data_seed",
)  # fmt: skip

HIDEABLE: dict[str, str] = {
    "navigation": "Links to the other pages",
    "transport": "Transport bar",
    "numbers": "Numbers: epoch, loss, accuracy",
    "plane": "The plane with the points",
    "curves": "Curves of loss and accuracy",
    "diagram": "The network",
    "shape": "Adding and removing layers, neurons and inputs",
    "weights": "Setting weights by hand",
    "listing": "The listing of operations",
    "draw": "Drawing and uploading points",
    "inside": "Views of the inside",
    "compare": "Pinning and comparing",
    "as_graph": "Opening a part of the network as a graph",
    "fan": "What each optimizer would do",
    "clinic": "Failure clinic",
    "files": "Saving, loading and exporting",
    "share": "Sharing a link",
    "stop": "Stop conditions",
    "more": "More settings",
    **{name: SETTINGS[name].metadata["title"] for name in _SETTINGS},
}

# What a visitor, or a link, opens beside the stage and switches on under the plane.
VIEWS: dict[str, str] = {
    "stepping": "Step by step",
    "histograms": "Histograms",
    "gradients": "Gradients",
    "landscape": "Loss landscape",
    "confusion": "Confusion",
    "surface": "3-D surface",
    "test": "Test points",
    "discrete": "Discrete",
    "log": "Loss in powers of ten",
}
