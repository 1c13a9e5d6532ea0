"""What each part of the gradient flow stage is, in a sentence: the words of the hover cards."""

from __future__ import annotations

CARDS = {
    "depth": ("Layers", "How many layers the gradient passes on its way down. Each multiplies it once more."),
    "width": ("Width", "How many units each layer has. Wider layers average more, so that the numbers vary less."),
    "activation": (
        "Activation",
        "Each layer multiplies the gradient by this slope: at most 1/4 for the sigmoid, 1 for tanh and ReLU.",
    ),
    "initializer": (
        "Initial weights",
        "The spread of the weights decides whether a layer makes signal and gradient larger or smaller.",
    ),
    "scale": ("Factor on the weights", "All weights times this number: small ones shrink the gradient, large ones "
              "make it grow or drive the units into saturation, where the slope is 0."),
    "skip": (
        "Skip connections",
        "Every layer adds its input to its output, s = φ(z) + x. The gradient has a way down around the layer.",
    ),
    "seed": ("New draw", "Other random weights and other noise of the same kind: the next seed."),
    "shown": (
        "Gradient of",
        "The gradient of the weights is what trains a layer. That of the sums, δ = ∂L/∂z, is what travels down; "
        "the gradient of the weights is δ times the layer’s input.",
    ),
    "pin": ("Pin and compare", "Keep this stack as it is, change one thing, and see both on the same axis."),
    "share": ("Share", "A link to this stack, and to the pinned one."),
    "presets": ("Stacks to compare", "The number is the share of the last layer’s gradient that reaches the first."),
    "stack": (
        "The stack",
        "A column is a layer: above, its activations on the way up; below, the norm of its gradient.",
    ),
}  # fmt: skip


def about_cards() -> dict[str, dict[str, str]]:
    """Return what `About` says of controls and views."""
    return {key: {"title": title, "text": text} for key, (title, text) in CARDS.items()}
