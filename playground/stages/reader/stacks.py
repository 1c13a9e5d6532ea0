"""Stacks of windows, and how much of the input a number behind them can see."""

from __future__ import annotations

from dataclasses import dataclass

from engine.inside.receptive import receptive_field
from engine.layers import Conv, MaxPool
from engine.map_network import ledger

WINDOWS = {
    "none": "–", "conv3": "Convolution 3", "conv5": "Convolution 5", "conv7": "Convolution 7",
    "stride2": "Convolution 3, stride 2", "pool2": "Pooling 2", "pool3": "Pooling 3",
}  # fmt: skip
MOST = 5
_LAYERS = {
    "conv3": Conv(1, 3), "conv5": Conv(1, 5), "conv7": Conv(1, 7), "stride2": Conv(1, 3, stride=2), "pool2": MaxPool(2),
    "pool3": MaxPool(3),
}  # fmt: skip
# Wide enough for any stack of so many.
_SIDE = 1000


@dataclass(frozen=True, slots=True)
class Step:
    """One window of a stack.

    Attributes
    ----------
    key : str
        Of `WINDOWS`.
    taps : int
        How many numbers it reads.
    apart : int
        How many inputs lie between neighbours of what it reads.
    before, sees : int
        How many inputs a number sees that it reads, and one that it makes.
    """

    key: str
    taps: int
    apart: int
    before: int
    sees: int


def steps(stack: tuple[str, ...]) -> list[Step]:
    """Return the windows of a stack along one axis, with what each sees."""
    rows = ledger((_SIDE, 1), [_LAYERS[key] for key in stack])
    found: list[Step] = []
    apart, before = 1, 1
    for k, key in enumerate(stack, 1):
        window = _LAYERS[key].window(rows[k - 1].inputs)
        sees = receptive_field(rows, k, (0,)).size[0]
        found.append(Step(key, window.extent[0], apart, before, sees))
        apart, before = apart * window.stride[0], sees
    return found
