"""The parameters of kernels and of a dense layer on the same picture."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from engine.layers import Conv
from engine.sliding import Parameters, compared

# The slide's own ten kernels of 5 × 5 × 3 have 760 parameters; with 7 × 7 it takes a thought.
MOST_FOR_TASK, LEAST_MAPS, LEAST_FIELD = 1000, 10, 7


@dataclass(frozen=True, slots=True)
class Layers:
    """The two layers that are compared. The slide's numbers are the usual ones.

    Attributes
    ----------
    side, channels : int
        Of the picture.
    kernels, size : int
        How many kernels, and how wide.
    units : int
        Neurons of the dense layer.
    """

    side: int = 64
    channels: int = 3
    kernels: int = 10
    size: int = 5
    units: int = 512

    def compared(self) -> Parameters:
        """Count the parameters of both."""
        return compared((self.side, self.side, self.channels), Conv(self.kernels, self.size), self.units)


# By setting: title, smallest and largest value, and how far a step goes.
SPANS = {
    "side": ("Picture, height and width", 16, 128, 8),
    "channels": ("Channels", 1, 8, 1),
    "kernels": ("Kernels", 1, 64, 1),
    "size": ("Kernel size", 1, 11, 1),
    "units": ("Neurons of the dense layer", 16, 1024, 16),
}  # fmt: skip


def bars(layers: Layers) -> dict[str, Any]:
    """Return the counts as `CountBars.content`."""
    found = layers.compared()
    decades = math.ceil(math.log10(max(found.dense.parameters, found.kernel.parameters, 10)))
    named = {f"{layers.kernels} kernels": found.kernel, f"Dense layer, {layers.units} neurons": found.dense}
    rows = [
        {
            "name": name, "count": f"{count.weights:,}",
            "sum": f"{count.sum.split(' = ')[0]}, and {count.biases:,} biases",
            "length": math.log10(count.weights) / decades,
        }
        for name, count in named.items()
    ]  # fmt: skip
    ticks = [[k / decades, f"{10**k:,}"] for k in range(0, decades + 1, 2 if decades > 5 else 1)]
    words = [
        f"The dense layer has {found.ratio:,.1f} times as many weights. The kernels still make more numbers: "
        f"{found.kernel.outputs:,} against {found.dense.outputs:,}."
        if found.kernel.outputs > found.dense.outputs
        else f"The dense layer has {found.ratio:,.1f} times as many weights.",
        "The weights of a kernel are shared by all its positions: a larger picture needs no more of them.",
    ]
    return {"title": "Weights to learn", "rows": rows, "ticks": ticks, "words": words}


def task(layers: Layers) -> dict[str, Any]:
    """Return what there is to reach, as an entry of `TaskList.tasks`."""
    found = layers.compared().kernel.parameters
    done = found < MOST_FOR_TASK and layers.kernels >= LEAST_MAPS and layers.size >= LEAST_FIELD
    return {
        "text": f"Let at least {LEAST_MAPS} kernels see {LEAST_FIELD} × {LEAST_FIELD} pixels or more, with fewer than "
                f"{MOST_FOR_TASK:,} parameters, biases included.",
        "done": done,
        "seen": f"{found:,} parameters, {layers.kernels} kernels, {layers.size} × {layers.size} pixels.",
    }  # fmt: skip
