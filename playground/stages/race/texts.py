"""What each part of the race stage is, in a sentence: the words of the hover cards."""

from __future__ import annotations

from playground.stages.ground_chooser import GROUND_PARTS

PARTS = {
    **GROUND_PARTS,
    "plane": (
        "The race from above",
        "Each line is the way of one optimizer, its mark where it stands. Click, drag the ring or use the arrow keys "
        "to have all start elsewhere.",
    ),
    "space": ("The race in space", "The same ways on the surface, as high as the loss is."),
    "losses": ("Loss curves", "J along each way; the dotted line is where the race stands."),
    "noise": (
        "Noise on the slope",
        "Standard deviation of what is added to each partial derivative, the same for all; it counts from here on.",
    ),
    "seed": ("Seed", "Another seed draws other noise; the race is run again up to where it stands."),
    "factor": (
        "Factor on the loss",
        "Multiplies the loss, and so all slopes, from the start. The table then says whose path stays the same.",
    ),
    "steps": ("Updates", "After so many the race ends; it is run again up to where it stands."),
    "share": ("Share", "A link that opens this race where it stands."),
    "files": ("Save and load", "The whole race as a file: racers, rates, all branches, and where it stands."),
}


def about_cards() -> dict[str, dict[str, str]]:
    """Return what `About` says of controls and views."""
    return {key: {"title": title, "text": text} for key, (title, text) in PARTS.items()}
