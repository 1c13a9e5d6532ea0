"""Whether the settings of a sliding window are allowed, one by one."""

from __future__ import annotations

from math import isfinite, prod
from typing import Any

from engine.checks import SpecError, checked
from engine.layers.shapes import axis_name, written
from engine.ops.window import Axes
from engine.sliding.limits import (
    LARGEST_DILATION,
    LARGEST_KERNEL,
    LARGEST_NUMBER,
    LARGEST_PADDING,
    LARGEST_SIDE,
    LARGEST_STRIDE,
    MOST_CHANNELS,
    MOST_FILTERS,
    OPERATIONS,
)

__all__ = [
    "TITLES", "checked_axes", "checked_count", "checked_numbers", "checked_operation", "checked_padding",
    "checked_space", "checked_switch",
]  # fmt: skip

Numbers = tuple[float, ...]
TITLES = {
    "operation": "The operation",
    "space": "The input's size",
    "channels": "The number of channels",
    "x": "The input",
    "size": "The size",
    "filters": "The number of filters",
    "w": "The kernel",
    "b": "The biases",
    "stride": "The stride",
    "dilation": "The dilation",
    "padding": "The padding",
    "flip": "Flip the kernel",
    "relu": "ReLU behind it",
    "count_padding": "Padding counts",
    "upstream": "The gradient that arrives",
}


def checked_operation(value: Any) -> str:
    """Return the operation."""
    return str(checked("operation", "", {"title": TITLES["operation"], "choices": OPERATIONS}, value))


def checked_count(name: str, value: Any) -> int:
    """Return the number of channels or filters."""
    most = {"channels": MOST_CHANNELS, "filters": MOST_FILTERS}[name]
    return int(checked(name, 1, {"title": TITLES[name], "low": 1, "high": most}, value))


def checked_switch(name: str, value: Any) -> bool:
    """Return what is on or off."""
    return bool(checked(name, False, {"title": TITLES[name]}, value))


def checked_space(value: Any) -> Axes:
    """Return the size of the input along its one to three axes."""
    if not isinstance(value, (tuple, list)) or not 1 <= len(value) <= len(LARGEST_SIDE):
        raise SpecError("space", f"{TITLES['space']}: 1 to 3 whole numbers, one for each axis, got {str(value)[:40]}")
    axes, limits = len(value), {"low": 1, "high": LARGEST_SIDE[len(value)]}
    titles = [f"The {axis_name(axes, axis)} of the input" for axis in range(axes)]
    return tuple(checked("space", 1, {"title": title, **limits}, n) for title, n in zip(titles, value, strict=True))


def checked_axes(name: str, value: Any, axes: int) -> int | Axes:
    """Return one whole number, or one for each axis; where all are the same, the one."""
    most = {"size": LARGEST_KERNEL[axes], "stride": LARGEST_STRIDE, "dilation": LARGEST_DILATION}[name]
    numbers = list(value) if isinstance(value, (tuple, list)) else [value]
    if len(numbers) not in (1, axes):
        raise SpecError(
            name, f"{TITLES[name]}: one whole number for all axes or one for each of {axes}, got {len(numbers)}"
        )
    found = tuple(checked(name, 1, {"title": TITLES[name], "low": 1, "high": most}, number) for number in numbers)
    return found[0] if len(set(found)) == 1 else found


def checked_padding(value: Any) -> str | int:
    """Return "valid", "same" or a whole number."""
    if value in ("valid", "same"):
        return str(value)
    try:
        return int(checked("padding", 0, {"title": TITLES["padding"], "low": 0, "high": LARGEST_PADDING}, value))
    except SpecError:
        raise SpecError(
            "padding",
            f'{TITLES["padding"]} is "valid", "same" or a whole number from 0 to {LARGEST_PADDING}, '
            f"got {str(value)[:40]!r}",
        ) from None


def checked_numbers(name: str, value: Any, shape: Axes) -> Numbers:
    """Return as many floats as an array of this shape has, within the limits."""
    title, count = TITLES[name], prod(shape)
    if not isinstance(value, (tuple, list)) or len(value) != count:
        got = f"{len(value)}" if isinstance(value, (tuple, list)) else repr(value)[:40]
        raise SpecError(name, f"{title} expects {count} numbers ({written(shape)}), got {got}")
    return tuple(_checked_number(name, title, number) for number in value)


def _checked_number(name: str, title: str, value: Any) -> float:
    if type(value) is float and isfinite(value) and abs(value) <= LARGEST_NUMBER:
        # Nearly all of them; adding 0 makes minus zero an ordinary one.
        return value + 0.0
    limits = {"title": f"Each number of {title[0].lower()}{title[1:]}", "low": -LARGEST_NUMBER, "high": LARGEST_NUMBER}
    return float(checked(name, 0.0, limits, value)) + 0.0
