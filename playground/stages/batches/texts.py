"""What each part of the batches page is, in a sentence: the words of the hover cards."""

from __future__ import annotations

PARTS = {
    "learning_rate": (
        "Learning rate",
        "η of all lanes. It counts from here on; in the past it starts a branch.",
    ),
    "cost": (
        "Cost",
        "Summed over the points of a batch, as in the lecture, or averaged. The update of a sum is as many times "
        "longer as there are points in the batch.",
    ),
    "mini_batch": ("Mini-batch size", "B: how many points an update of the middle lane sees. The lanes run again."),
    "decay": (
        "Learning-rate decay",
        "η₀ · 10^(−n/τ): in so many epochs the rate falls to a tenth; 0 keeps it as it is.",
    ),
    "mean": ("Mean", "The groups lie around (−m, −m) and (m, m). Nearer groups overlap more."),
    "variance": ("Variance", "How wide the groups are: N(±(m, m), v I)."),
    "per_class": ("Points of each group", "How many points are drawn of each group."),
    "copies": ("Copies", "How many times each point is in the data: copies tell nothing new."),
    "seed": ("Draw other points", "Other points of the same two groups."),
    "plane": (
        "The plane",
        "Squares have label 0, circles label 1. A lane's line is where z = 0. Point at a place to read z and p; click "
        "to ask about it. Rings mark what the shaded lane saw last. Your own line has two handles to drag.",
    ),
    "costs": ("Cost over the points seen", "The cost on all points, after as many points seen by each lane."),
    "paths": (
        "The way of the weights",
        "Where w₁ and w₂ have been, over the cost with the bias of the best line. Fewer points an update, more noise.",
    ),
    "share": ("Share", "A link that opens this page with its settings, where it stands."),
    "files": ("Save and load", "A file with settings, weights set by hand, position and all branches."),
    "start": ("All lanes from here", "Puts the weights of all lanes on your line; they are trained on from there."),
    "point": ("Point", "x₁ and x₂ of a point; its z and p are told beside."),
    "factor": ("Factor", "Multiplies the weights of the shaded line: the line stays, z grows."),
    "precision": ("Precision", "Single numbers round p to 1 from z = 17 on, double ones from z = 37 on."),
}


def about_cards() -> dict[str, dict[str, str]]:
    """Return what `About` says of controls and views."""
    return {key: {"title": title, "text": text} for key, (title, text) in PARTS.items()}
