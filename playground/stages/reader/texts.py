"""What each part of the digit reader is, in a sentence: the words of the hover cards."""

from __future__ import annotations

PARTS = {
    "net": ("Network", "Trained beforehand on 4,000 of the 5,000 digits; it reads the others."),
    "group": ("Digits", "Which test digits Previous and Next lead through: all, one class, or those it reads wrong."),
    "centre": (
        "Centre drawings",
        "Scales a drawing to 20 × 20 pixels and puts its centre of mass in the middle, as the digits of the data set "
        "were prepared. Without it the network sees the drawing where it is.",
    ),
    "file": ("Own picture", "A PNG or JPEG of one digit, up to 4 MB; dark on light or light on dark."),
    "wall": (
        "Feature maps",
        "What each layer hands on, from the image to the answer. Blue is positive, orange negative. Pick a number to "
        "see which patch of the image it has seen, and how it was made.",
    ),
    "scores": ("What it reads", "What the last layer says to each digit."),
    "digit": ("Digit", "The digit whose probability, or score, is looked at."),
    "patch": ("Patch", "How large the square is that covers a part of the image."),
    "page": ("Page", "The digit lies in the middle of a larger page; the network slides over it."),
    "filter": ("Filter", "The filter whose favourite image is to be found."),
    "move": ("Move", "Moves the image before the network reads it."),
    "stack": ("Layers", "Windows one behind the other."),
    "share": ("Share", "A link that opens this page with its network, image, and what is looked at."),
}


def about_cards() -> dict[str, dict[str, str]]:
    """Return what `About` says of controls and views."""
    return {key: {"title": title, "text": text} for key, (title, text) in PARTS.items()}
