"""Everything that can be set on the augmentation page, with its limits, and which slides it shows."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from engine.augmentation import CHANGES, Augmentation
from engine.checks import SpecError, unknown

__all__ = ["LIMITS", "LOOKS", "SLIDES", "State"]

LOOKS = {"variants": "Variants of a picture", "effect": "What it is worth", "space": "How many pictures there are"}
# Of whole numbers: lowest and highest.
LIMITS = {"digit": (0, 9), "which": (0, 9), "draw": (0, 999), "side": (1, 12), "labeled": (0, 12)}


@dataclass(frozen=True, slots=True)
class State:
    """What stands on the page.

    Attributes
    ----------
    look : str
        A key of `LOOKS`.
    changes : Augmentation
        How far pictures are changed.
    digit, which : int
        Which class of digit is shown, and which of its ten pictures.
    draw : int
        Which draw of variants.
    side : int
        Of the pictures that are counted, in pixels.
    labeled : int
        Of the labels that there are, as a power of ten.
    """

    look: str = "variants"
    changes: Augmentation = Augmentation()  # noqa: RUF009 (it is frozen)
    digit: int = 6
    which: int = 0
    draw: int = 0
    side: int = 10
    labeled: int = 6

    def __post_init__(self) -> None:
        if self.look not in LOOKS:
            raise SpecError("look", unknown("look", self.look, list(LOOKS)))
        for name, (low, high) in LIMITS.items():
            value = getattr(self, name)
            try:
                number = float(value)
            except (TypeError, ValueError):
                number = math.nan
            if not low <= number <= high or number != int(number):
                raise SpecError(name, f"{name} is a whole number from {low} to {high}, got {value}")
            object.__setattr__(self, name, int(number))

    def with_(self, **values: Any) -> State:
        """Return a copy with other values; limits of changes go by their own names."""
        limits = {name: values.pop(name) for name in CHANGES if name in values}
        changes = replace(self.changes, **limits) if limits else self.changes
        return replace(self, changes=changes, **values)


# By slide, what stands there.
SLIDES: dict[str, State] = {
    "L2-28": State(changes=Augmentation(noise=0.1), digit=5),
    "L2-29": State(changes=Augmentation(rotation=10, scale=0.1, translation=2)),
    "L3-43": State(look="space"),
}
