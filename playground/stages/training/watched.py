"""The digit that is watched while the network learns: one of the test part, a drawn one, or the first of the batch."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.datasets.digits import DIGITS, laid_out, load_digits
from engine.reader import ReaderRun
from engine.reader.drawing import SMALL_SIDE, centred, small_digit
from engine.reader.transforms import transformed

__all__ = ["SOURCES", "Watched"]

Picture = npt.NDArray[np.uint8]

SOURCES = {"test": "A test digit", "drawn": "Your drawing", "batch": "First digit of the batch"}
_BLANK = np.zeros((28, 28), np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """Which digit is watched, and how it is moved.

    Attributes
    ----------
    source : str
        A key of `SOURCES`.
    index : int
        Which digit of the test part.
    drawn : uint8 [28, 28]
    dx, dy : float
        Pixels to the right, and down.
    degrees : float
        Against the clock.
    factor : float
        Above 1 it grows.
    """

    source: str = "test"
    index: int = 0
    drawn: Picture = field(default_factory=lambda: _BLANK)
    dx: float = 0.0
    dy: float = 0.0
    degrees: float = 0.0
    factor: float = 1.0

    def with_(self, **changes: Any) -> Watched:
        """Return a copy with these changed."""
        return replace(self, **changes)

    @property
    def moved(self) -> bool:
        """Whether it is shifted, turned or scaled."""
        return (self.dx, self.dy, self.degrees, self.factor) != (0.0, 0.0, 0.0, 1.0)

    @property
    def blank(self) -> bool:
        """Whether it is the drawing, and nothing is drawn yet."""
        return self.source == "drawn" and not self.drawn.any()

    def image(self, run: ReaderRun) -> Picture:
        """Return the picture as a network of this run takes it, moved as it is to be: uint8 [H, W].

        Of a batch this is not asked: there the network's own memory holds it.
        """
        data = run.first_spec.data
        if self.source == "drawn":
            small = run.first_spec.shape[0] == SMALL_SIDE
            picture = small_digit(self.drawn) if small else centred(self.drawn)
        else:
            picture = load_digits(DIGITS[data].plain or data).images[run.parts.test[self.index]]
        if self.moved:
            picture = transformed(picture, self.dx, self.dy, self.degrees, self.factor)
        # Shuffled last: a digit is moved where people see it.
        return laid_out(data, picture)

    def truth(self, run: ReaderRun) -> int | None:
        """Return what it shows; None of a drawing, of which nobody has said."""
        return int(run.labels("test")[self.index]) if self.source == "test" else None

    def next(self, run: ReaderRun, step: int, only: int | None) -> Watched:
        """Return the next test digit, or the one before; of one class, if `only` says which."""
        labels = run.labels("test")
        places = np.arange(len(labels)) if only is None else np.flatnonzero(labels == only)
        behind = places[places > self.index] if step > 0 else places[places < self.index][::-1]
        around = places if step > 0 else places[::-1]
        return replace(self, source="test", index=int(behind[0] if len(behind) else around[0]))
