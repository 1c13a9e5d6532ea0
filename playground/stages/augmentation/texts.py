"""What each part of the augmentation page is, in a sentence: the words of the hover cards."""

from __future__ import annotations

CARDS = {
    "digit": ("Digit", "Which class of digit is changed; the pictures are of MNIST."),
    "which": ("Which picture", "One of the ten training pictures of this class."),
    "noise": ("Noise", "A normal number with mean 0 and this standard deviation is added to every pixel. Pixels go "
              "from 0 to 1, so σ is in units of their range."),
    "flip": ("Flip", "The share of the pictures whose left and right change places."),
    "rotation": ("Rotation", "Each picture is turned by an angle that is drawn evenly within these limits."),
    "scale": ("Scale", "Each picture is made larger or smaller by up to this share."),
    "crop": ("Crop", "A window is cut out anywhere and blown up; up to this share of the side is lost."),
    "translation": ("Translation", "Each picture is moved by up to so many pixels in both directions."),
    "usual": ("Usual changes", "Limits that keep the labels of digits: little of everything, and no flip."),
    "side": ("Side", "Of square pictures in which every pixel is black or white."),
    "labeled": ("Labels", "How many labeled pictures there are, as a power of ten: 6 is a million."),
    "share_link": ("Share", "A link to what stands here."),
}  # fmt: skip


def about_cards() -> dict[str, dict[str, str]]:
    """Return what `About` says of controls and views."""
    return {key: {"title": title, "text": text} for key, (title, text) in CARDS.items()}
