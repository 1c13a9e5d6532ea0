"""Random windows whose output size is to be predicted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.sliding import axis_sizes

# How many predictions make a round.
ROUND = 3
_CHOICES = 4


@dataclass(frozen=True, slots=True)
class Geometry:
    """A window on a square input, and outputs to choose from.

    Attributes
    ----------
    side, size, stride, padding, filters : int
    choices : tuple of int
        Widths of the output, from small to large.
    """

    side: int
    size: int
    stride: int
    padding: int
    filters: int
    choices: tuple[int, ...]

    @property
    def text(self) -> str:
        """The question."""
        filters = f"{self.filters} filters" if self.filters > 1 else "One filter"
        zeros = f"a padding of {self.padding}" if self.padding else "no padding"
        return (
            f"{filters} of {self.size} × {self.size} on {self.side} × {self.side} numbers, stride {self.stride}, "
            f"{zeros}. What comes out?"
        )

    @property
    def result(self) -> int:
        """The width of the output."""
        return axis_sizes((self.side,), self.size, self.stride, 1, self.padding)[0].result

    @property
    def why(self) -> str:
        """The formula with the numbers in it."""
        return axis_sizes((self.side,), self.size, self.stride, 1, self.padding)[0].text

    def shape(self, width: int) -> str:
        """Return an output of this width in words."""
        return f"{width} × {width} × {self.filters}"


def geometry(number: int) -> Geometry:
    """Return the window of a question, always the same for the same number."""
    rng = np.random.default_rng(number)
    while True:
        side, size = int(rng.integers(8, 65)), int(rng.choice([2, 3, 5, 7]))
        stride, padding = int(rng.integers(1, 4)), int(rng.integers(0, size // 2 + 1))
        filters = int(rng.choice([1, 4, 8, 16, 32]))
        right = axis_sizes((side,), size, stride, 1, padding)[0].result
        wrong = _mistakes(side, size, stride, padding) - {right}
        if right > 1 and len(wrong) >= _CHOICES - 1:
            taken = rng.choice(sorted(wrong), _CHOICES - 1, replace=False)
            choices = tuple(sorted({right, *map(int, taken)}))
            return Geometry(side, size, stride, padding, filters, choices)


def _mistakes(side: int, size: int, stride: int, padding: int) -> set[int]:
    """Return what comes of forgetting the one, the padding, half of it, the stride or the kernel."""
    span = side + 2 * padding - size
    found = {
        span // stride, span // stride + 2, (side - size) // stride + 1, (side + padding - size) // stride + 1,
        span + 1, side // stride, -(-(span + 1) // stride) + 1,
    }  # fmt: skip
    return {width for width in found if width > 0}
