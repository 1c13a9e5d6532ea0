"""Numbers that follow when sizes change: what still fits stays where it was."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from engine.arena import Array
from engine.checks import SpecError, unknown
from engine.ops.window import Axes
from engine.sliding.checks import checked_axes, checked_count, checked_space
from engine.sliding.spec import SLIDING_SETTINGS, SlidingSpec

__all__ = ["fitted", "flat"]


def flat(values: Array | Sequence[float]) -> tuple[float, ...]:
    """Return numbers as a spec keeps them."""
    return tuple(np.asarray(values, dtype=np.float64).ravel().tolist())


def fitted(spec: SlidingSpec, **changes: Any) -> SlidingSpec:
    """Return a copy with these settings changed, and with all numbers that are not given made to fit.

    An input is cut off at its end or goes on with zeros. A kernel keeps its middle and is cut or framed with zeros.
    New channels and filters begin as copies of those that there are; where there is no kernel, one that takes the
    mean of each channel comes in. An upstream gradient for another output is
    dropped.

    Raises
    ------
    SpecError
        If a setting is not allowed, the window fits nowhere, or there is another number of axes without numbers for
        it.
    """
    for name in changes:
        if name not in SLIDING_SETTINGS:
            raise SpecError(name, unknown("setting", name, list(SLIDING_SETTINGS)))
    space = checked_space(changes.get("space", spec.space))
    axes = len(space)
    if axes != len(spec.space):
        missing = next((name for name in ("x", "w") if name not in changes), None)
        if missing:
            what = {"x": "an input", "w": "a kernel"}[missing]
            raise SpecError(missing, f"With {axes} axes of space there has to be {what} of its own: choose one")
        # What was set axis by axis was set for other axes.
        for name in ("size", "stride", "dilation"):
            changes.setdefault(name, _first(getattr(spec, name)))
    channels = checked_count("channels", changes.get("channels", spec.channels))
    filters = checked_count("filters", changes.get("filters", spec.filters))
    size = checked_axes("size", changes.get("size", spec.size), axes)
    sizes = size if isinstance(size, tuple) else (size,) * axes
    old = spec.arrays()
    numbers: dict[str, Any] = {}
    if "x" not in changes:
        numbers["x"] = flat(_cycled(_placed(old["x"], space, middle=False), (-1,), (channels,)))
    if "w" not in changes:
        # Behind pooling without a kernel: one that takes the mean, too.
        W = old["W"] if spec.w else np.full(spec.kernel_shape, 1 / prod(spec.sizes))
        numbers["w"] = flat(_cycled(_placed(W, sizes, middle=True), (-2, -1), (channels, filters)))
    if "b" not in changes:
        numbers["b"] = flat(_cycled(old["b"] if spec.b else np.zeros(1), (-1,), (filters,)))
    if "upstream" not in changes:
        numbers["upstream"] = ()
    made = spec.with_(**{**numbers, **changes})
    if "upstream" in changes or not spec.upstream or made.output_shape != spec.output_shape:
        return made
    return made.with_(upstream=spec.upstream)


def _first(value: int | Axes) -> int:
    return value if isinstance(value, int) else value[0]


def _placed(values: Array, space: Axes, middle: bool) -> Array:
    """Return values [*old space, …] in an array [*space, …] of zeros, at its beginning or around its middle."""
    made = np.zeros((*space, *values.shape[len(space) :]))
    to, start = [], []
    for new, old in zip(space, values.shape, strict=False):
        # Towards 0 both ways, so that growing and shrinking undo each other.
        shift = int((new - old) / 2) if middle else 0
        to.append(slice(max(shift, 0), max(shift, 0) + min(new, old)))
        start.append(slice(max(-shift, 0), max(-shift, 0) + min(new, old)))
    made[tuple(to)] = values[tuple(start)]
    return made


def _cycled(values: Array, axes: Sequence[int], counts: Sequence[int]) -> Array:
    """Return so many along these axes: the first ones, and then copies of all."""
    for axis, count in zip(axes, counts, strict=True):
        values = np.take(values, np.arange(count) % values.shape[axis], axis=axis)
    return values
