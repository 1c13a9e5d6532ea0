"""What each part of the features page is, in a sentence: the words of the hover cards."""

from __future__ import annotations

CARDS = {
    "start": ("Where the window starts", "The window slides over a minute of signal; only what is in it is counted."),
    "seconds": ("Window length", "How many seconds become one number. Short windows are quick and noisy."),
    "amplitude": ("Amplitude", "The moving part of the signal times this number; gravity stays. Twice the amplitude is "
                  "four times the energy."),
    "data": ("Examples", "Windows of synthetic phone signals, or sets of points that no straight line parts."),
    "rule": ("Decision rule", "On which side of a threshold, or between which two, driving is decided."),
    "low": ("Threshold", "Where the decision changes. On a feature x₁ the decision function is y = x₁ − threshold."),
    "high": ("Upper threshold", "The end of the band in which driving is decided."),
    "values": ("Drawn function", "Straight pieces between seven points. Its sign decides, its size does not."),
    "w1": ("Weight of x₁", "Together with w₂ it turns the line."),
    "w2": ("Weight of x₂", "Together with w₁ it turns the line."),
    "b": ("Bias", "Shifts the line without turning it."),
    "appended": ("Append 1", "With a 1 appended to x, b is one more weight, and y is one product xᵀw."),
    "terms": ("Terms of φ", "Each ticked term is a feature of its own. The weights are fitted by logistic regression "
              "to all examples that are trained on."),
    "gamma": ("Kernel γ", "exp(−γ‖x − xᵢ‖²) around each training point: a large γ makes narrow bells."),
    "units": ("Hidden units", "Of the first hidden layer. The second has two, so that it can be drawn as a plane."),
    "share": ("Training share", "How many of the examples are trained on; the others test."),
    "seed": ("Seed", "Other first weights of the network."),
    "height": ("Height of the plane", "What lies above the plane is decided to be of class 1."),
    "tilt1": ("Tilt", "A tilted plane still cuts the bowl in a circle: it moves."),
    "tilt2": ("Tilt", "A tilted plane still cuts the bowl in a circle: it moves."),
    "share_link": ("Share", "A link to what stands here."),
}  # fmt: skip


def about_cards() -> dict[str, dict[str, str]]:
    """Return what `About` says of controls and views."""
    return {key: {"title": title, "text": text} for key, (title, text) in CARDS.items()}
