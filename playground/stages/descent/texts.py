"""What each part of the descent stage is, in a sentence: the words of the hover cards."""

from __future__ import annotations

from playground.stages.ground_chooser import GROUND_PARTS
from playground.stages.rules import RULE_PARTS

PARTS = {
    "preset": ("Example", "A descent to begin with, many of them from a slide of the lecture."),
    **GROUND_PARTS,
    "optimizer": (
        "Optimizer", "What it makes of the gradient. Another one goes from the same start; the old path stays, pale.",
    ),
    "learning_rate": (
        "Learning rate", "η: how far an update goes. It counts from here on, also in the middle of a descent.",
    ),
    "momentum": ("Momentum", "m: the share of the last step that is taken again. 0 is plain descent; 0.9 is usual."),
    "rho": ("Memory", "ρ: the share of the old mean that each update keeps. It looks back about 1/(1 − ρ) updates."),
    "beta1": ("Memory of directions", "β₁: how much of the old mean of gradients each update keeps."),
    "beta2": ("Memory of sizes", "β₂: how much of the old mean of squared gradients each update keeps."),
    "eps": ("Epsilon", "Keeps from dividing by 0."),
    "weight_decay": ("AdamW's decay", "Each weight loses the share ηλ of itself at every update."),
    "momentum_decay": ("Momentum decay", "ψ: how fast NAdam's momentum grows to β₁."),
    "start": (
        "Start", "Where it begins. You can also click on the figure, drag the ring, or use the arrow keys on it.",
    ),
    "noise": (
        "Noise on the gradient",
        "The standard deviation of what is added to each partial derivative: as if it came from mini-batches.",
    ),
    "loss_scale": (
        "Factor on the loss", "Multiplies the loss, and so the gradient. Whose steps stay the same is scale-free.",
    ),
    "seed": ("Seed", "Another seed, another noise. The same seed gives the same again."),
    "views": ("What is shown", "Arrows of the update that comes next, and what is computed beside the path."),
    "view_basins": (
        "Basins", "The color of a start says to which minimum it leads with these settings. They grow as you watch.",
    ),
    "view_closed": ("Closed form", "Here the path has a formula: w₀(1 − ηλ)ⁿ. The rings are computed by it."),
    "view_truth": ("True training", "Where the training of all weights takes these two, with the same optimizer."),
    "view_fan": ("Every optimizer's step", "What each of the eleven would do next from here, led along the same path."),
    "share": ("Share", "A link that opens this descent where it stands."),
    "files": ("Save and load", "The whole descent as a file: settings, all branches, and where it stands."),
    **RULE_PARTS,
}
# AdamW's own and the one that is put around any optimizer are two controls with one name.
PARTS["weight_decay"] = (
    "Weight decay",
    "Pulls every weight towards 0, the more the larger it is. AdamW has one of its own beside it.",
)


def about_cards() -> dict[str, dict[str, str]]:
    """Return what `About` says of controls and views."""
    return {key: {"title": title, "text": text} for key, (title, text) in PARTS.items()}
