"""What each part of the graph stage is, in a sentence: the words of the hover cards."""

from __future__ import annotations

PARTS = {
    "target": (
        "Target",
        "With a target t the graph goes on to half the squared error, (f − t)²/2. Empty: the formula itself is made "
        "small.",
    ),
    "learning_rate": (
        "Learning rate",
        "η: how far one update goes, w ← w − η ∂/∂w. It counts from here on, also in the middle of a training.",
    ),
    "practice": ("You do it", "You are asked for the derivatives, one after the other; a wrong answer is explained."),
    "check": (
        "Check by differences",
        "Compares a gradient with (f(x + h) − f(x − h))/2h. Choose the node on the graph.",
    ),
    "share": ("Share", "A link that opens this graph with its values, where it stands."),
    "curve": ("Curve", "The value of the result at each step of gradient descent; the dotted line is where you are."),
}


def about_cards() -> dict[str, dict[str, str]]:
    """Return what `About` says of controls and views."""
    return {key: {"title": title, "text": text} for key, (title, text) in PARTS.items()}
