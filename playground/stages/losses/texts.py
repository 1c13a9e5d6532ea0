"""What each part of the losses page is, in a sentence or two: the words of the hover cards."""

from __future__ import annotations

CARDS = {
    "output": ("Output o", "The one number that the model says for all targets."),
    "targets": ("Targets", "How many targets there are."),
    "samples": ("Samples", "How many samples there are."),
    "outcomes": ("Outcomes", "How many things can happen."),
    "keep": ("Keep these errors", "Their sums stand beside those of now, so that two arrangements can be compared."),
    "least": ("To the mean, to the median", "Moves the output to where Σe², or Σ|e|, is least."),
    "convention": (
        "Labels",
        "−1 and +1 with a logarithm to base 2, or 0 and 1 with the natural one: only a factor lies between them.",
    ),
    "factor": ("Probability p", "What each sample multiplies the product with."),
    "count": ("Samples n", "How many factors the product has."),
    "bits": ("In bits", "Logarithms to base 2 instead of natural ones."),
    "clear": ("Clear", "Takes all answers back."),
    "table": ("Table", "Numbers are dragged or typed, switches pressed. All else follows."),
    "meters": ("Meters", "What is measured of it now."),
    "residuals": (
        "Targets and costs",
        "Above, drag the targets up and down; the bars are the errors. Below, what each output would cost.",
    ),
    "curves": ("Losses of the margin", "Drag a dot sideways: all dots stand at the same margin."),
    "product": ("Product and sum", "The product on the left in powers of ten, the sum on the right."),
    "share": ("Share", "A link that opens just what stands here."),
}  # fmt: skip


def about_cards() -> dict[str, dict[str, str]]:
    """Return what `About` says of controls and views."""
    return {key: {"title": title, "text": text} for key, (title, text) in CARDS.items()}
