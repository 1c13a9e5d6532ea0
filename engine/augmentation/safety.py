"""Whether a change keeps the label of a digit: what is known of the shapes of digits."""

from __future__ import annotations

from dataclasses import dataclass

from engine.augmentation.changes import Augmentation

__all__ = ["Safety", "safety"]

# Left and right may be exchanged in these without making another sign, or none.
SYMMETRIC = (0, 1, 8)
# Upside down these are digits too, and most of them other ones.
UPSIDE_DOWN = {0: 0, 1: 1, 6: 9, 8: 8, 9: 6}
# Beyond these a change is a risk by itself: of our own judgement.
_TURN, _NOISE, _LOST, _MOVED, _SIZE = 45.0, 0.5, 0.3, 6.0, 0.4


@dataclass(frozen=True, slots=True)
class Safety:
    """What a change may do to the label of a digit.

    Attributes
    ----------
    change : str
        Key of the change.
    safe : bool
    why : str
        A sentence.
    """

    change: str
    safe: bool
    why: str


def safety(digit: int, by: Augmentation) -> tuple[Safety, ...]:
    """Return what there is to say of each change that is made to a digit, 0 to 9."""
    found = []
    for key in by.changes:
        safe, why = _WORDS[key](digit, getattr(by, key))
        found.append(Safety(key, safe, why))
    return tuple(found)


def _flip(digit: int, _: float) -> tuple[bool, str]:
    if digit in SYMMETRIC:
        return True, f"A mirrored {digit} is still a {digit}."
    return False, f"A mirrored {digit} is no {digit}: nobody writes it that way."


def _rotation(digit: int, limit: float) -> tuple[bool, str]:
    if digit == 0:
        return True, "A 0 is a 0 however it is turned, if it is round."
    if limit <= _TURN:
        return True, f"Turned by up to {limit:g}° it is still read as a {digit}."
    turned = UPSIDE_DOWN.get(digit)
    if limit > 135 and turned is not None and turned != digit:
        return False, f"Turned by 180° a {digit} is a {turned}."
    return False, f"Turned by up to {limit:g}° a {digit} lies on its side, or stands on its head."


def _noise(digit: int, limit: float) -> tuple[bool, str]:
    if limit <= _NOISE:
        return True, f"σ = {limit:g} of the pixel range leaves the strokes in sight."
    return False, f"σ = {limit:g} is about as large as the whole pixel range: the {digit} drowns."


def _crop(digit: int, limit: float) -> tuple[bool, str]:
    if limit <= _LOST:
        return True, "What is cut away is mostly margin."
    return False, f"Up to {limit:.0%} of the side is lost, and strokes of the {digit} with it."


def _translation(digit: int, limit: float) -> tuple[bool, str]:
    if limit <= _MOVED:
        return True, "A digit may stand anywhere as long as all of it is in the picture."
    return False, f"By {limit:g} pixels the {digit} leaves the picture in part."


def _scale(digit: int, limit: float) -> tuple[bool, str]:
    if limit <= _SIZE:
        return True, "A digit may be large or small."
    return False, f"Half as large again, the {digit} leaves the picture in part."


_WORDS = {
    "noise": _noise, "flip": _flip, "rotation": _rotation, "scale": _scale, "crop": _crop, "translation": _translation,
}  # fmt: skip
