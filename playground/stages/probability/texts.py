"""What each part of the probability page is, in a sentence or two: the words of the hover cards."""

from __future__ import annotations

CARDS = {
    "table": (
        "Scores and probabilities",
        "Drag a score or type one. Each power of e is positive, so each class gets a share, never quite 0 or 1.",
    ),
    "temperature": (
        "Temperature",
        "All scores are divided by T. Above 1 the probabilities come nearer to each other, below 1 the largest takes "
        "nearly all.",
    ),
    "shifted": (
        "Subtract the largest score",
        "The same number off every score changes no probability, and keeps every power at 1 or below.",
    ),
    "classes": ("Classes", "How many scores there are."),
    "add": ("Add to all scores", "The same constant on every score. Watch what the probabilities do."),
    "note": ("Note this value", "Keeps v with both results in the table."),
    "w1": ("w₁", "How much x₁ counts."),
    "w2": ("w₂", "How much x₂ counts."),
    "b": ("b", "The score at (0, 0)."),
    "factor": (
        "Factor",
        "Multiplies w₁, w₂ and b alike. The line stays where it is, the probability rises more steeply across it.",
    ),
    "point": ("Point", "Two numbers with a comma, or click into the plane."),
    "plane": ("The plane", "Shaded by p. Drag the line by its two handles, or click to ask about a point."),
    "threshold": ("Confidence", "The larger of p and 1 − p. Below the threshold the model gives no answer."),
    "sharpness": (
        "Certainty of the model",
        "A factor on its logits: 1 is calibrated, more is overconfident, less is too modest. The labels stay the same.",
    ),
    "flip": ("Flipped labels", "The mean share of synthetic labels that are not the likelier one."),
    "seed": ("Draw other labels", "The next seed: the same reviewers, other coin flips."),
    "curves": (
        "Curves",
        "Above, what is gained by answering less; the dotted lines are at 0.95 and 0.5. Below, groups of like answers: "
        "on the diagonal what is said happens as often as it is said.",
    ),
    "share": ("Share", "A link that opens just what stands here."),
}  # fmt: skip


def about_cards() -> dict[str, dict[str, str]]:
    """Return what `About` says of controls and views."""
    return {key: {"title": title, "text": text} for key, (title, text) in CARDS.items()}
