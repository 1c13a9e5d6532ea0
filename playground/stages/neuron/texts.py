"""What each part of the neuron page is, in a sentence: the words of the hover cards."""

from __future__ import annotations

CARDS = {
    "inputs": ("Inputs", "What the neuron looks at. In the plane you can also click a point."),
    "weights": ("Weights", "Each input is multiplied by its weight. Setting one by hand begins the learning anew."),
    "bias": ("Bias", "Added to the sum: a weight whose input is always 1. It moves the boundary without turning it."),
    "biased": ("Bias on or off", "Without a bias the boundary goes through the origin."),
    "activation": ("Activation", "What the sum is squashed by. The step answers 1 above 0, and 0 at exactly 0."),
    "task": ("Task", "A truth table of two inputs, or two groups of points, to be told apart."),
    "count": ("Inputs", "Two, as the plane has, or three: then the plane is a slice at the third input’s value."),
    "rate": ("Learning rate", "η in w ← w + η (t − a) x: how far one update goes."),
    "factor": ("All weights and the bias", "Twice all of them: the boundary stays, the answer gets steeper."),
    "terms": ("The neuron", "Products wᵢxᵢ are added one by one to the sum v, which the activation turns into a."),
    "code": ("The same in NumPy", "The line that the picture has come to is marked, with what it has made."),
    "plane": ("The plane of the inputs", "The color is the answer a at each place. Click: the neuron looks there."),
    "curve": ("The squash", "The activation, and where the sum of now lies on it."),
    "table": ("The examples", "Each row with its target and the neuron’s answer with the weights of now."),
    "share": ("Share", "A link to this neuron at this moment."),
}  # fmt: skip


def about_cards() -> dict[str, dict[str, str]]:
    """Return what `About` says of controls and views."""
    return {key: {"title": title, "text": text} for key, (title, text) in CARDS.items()}
