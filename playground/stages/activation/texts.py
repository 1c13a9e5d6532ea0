"""What each part of the activation page is, in a sentence: the words of the hover cards."""

from __future__ import annotations

CARDS = {
    "function": ("Function", "The activation that is looked at: what it makes of a number, and its slope there."),
    "sigma": ("Width", "σ of exp(−x²/σ²). The usual bell curve of statistics has 2σ² there."),
    "x": ("Input", "Where on the axis you look; the transport bar moves it, too."),
    "beside": ("Beside it", "Another curve on the same axes, to compare: a scaled sigmoid, or four functions at once."),
    "scaled": ("Scaled sigmoid", "Factor · σ(factor · x) + shift: three numbers that stretch and move a sigmoid."),
    "flat": ("Mark what is flat", "Shades where the slope is below 0.01: a gradient that comes through is lost there."),
    "data": ("Inputs of the unit", "How the 500 values lie that the unit gets. The draw is the same each time."),
    "bias": ("Bias", "Added to each input of the unit. It moves the whole histogram."),
    "spikes": ("Spiking neuron", "An analogy to real neurons. No network here is made of these."),
    "curve": ("The function", "The dot is at the input x; the short line through it has the slope there."),
    "slopes": ("The slope", "What a gradient is multiplied by on its way back through the function."),
    "histograms": ("Many inputs", "On one side what goes into the unit, on the other what comes out."),
    "readout": ("At the input", "The value and the slope at the dot."),
    "report": ("The unit", "How much of a gradient passes for the whole data set."),
    "share": ("Share", "A link to what stands here."),
}  # fmt: skip


def about_cards() -> dict[str, dict[str, str]]:
    """Return what `About` says of controls and views."""
    return {key: {"title": title, "text": text} for key, (title, text) in CARDS.items()}
