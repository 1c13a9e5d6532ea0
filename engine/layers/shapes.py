"""Shapes of what layers hand on: (features,), or one, two or three axes of space and then the channels."""

from __future__ import annotations

from collections.abc import Sequence

Shape = tuple[int, ...]

MAX_AXES = 3
# Of space, along one axis; of what one example makes in one layer; of channels.
MAX_SIDE = 1024
MAX_NUMBERS = 4_000_000
MAX_CHANNELS = 4096
_AXES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}


def written(shape: Sequence[int]) -> str:
    """Return a shape for reading: 28 × 28 × 1."""
    return " × ".join(map(str, shape))


def axis_name(axes: int, axis: int) -> str:
    """Return what an axis of space is called where there are so many."""
    return _AXES[axes][axis]


def space_of(inputs: Shape, where: str) -> Shape:
    """Return the axes of space of [*space, channels].

    Raises
    ------
    ValueError
        If there are none, or more than three.
    """
    if len(inputs) < 2:
        raise ValueError(
            f"{where} expects maps, such as 28 × 28 × 1, got {written(inputs)} numbers in a row: "
            "put it before the first Flatten, GlobalPool or Dense layer"
        )
    if len(inputs) > MAX_AXES + 1:
        raise ValueError(
            f"{where} expects 1 to {MAX_AXES} axes of space and the channels, got {written(inputs)}: "
            "leave axes out, or join some of them"
        )
    return inputs[:-1]


def per_axis(value: int | Sequence[int], axes: int, what: str, where: str, least: int = 1) -> Shape:
    """Return one whole number for each axis of space.

    Raises
    ------
    ValueError
        If there are too many or too few, or one is below `least` or above 1024.
    """
    numbers = (value,) * axes if isinstance(value, int) else tuple(value)
    if len(numbers) != axes:
        raise ValueError(
            f"{where} has {len(numbers)} numbers for its {what}, but its input has {axes} axes of space: "
            f"give {axes} numbers, or one for all"
        )
    check_numbers(numbers, what, where, least)
    return numbers


def check_numbers(value: int | Sequence[int], what: str, where: str, least: int = 1) -> None:
    """Raise a ValueError unless all are whole numbers from `least` to 1024, three of them at most."""
    numbers = (value,) if isinstance(value, int) else tuple(value)
    if not 1 <= len(numbers) <= MAX_AXES:
        raise ValueError(f"{where} takes 1 to {MAX_AXES} numbers for its {what}, got {len(numbers)}")
    for number in numbers:
        if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= MAX_SIDE:
            raise ValueError(f"the {what} of {where} is a whole number from {least} to {MAX_SIDE}, got {number!r}")


def check_channels(number: int, what: str, where: str) -> None:
    """Raise a ValueError unless it is a number of channels that can be computed with."""
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= MAX_CHANNELS:
        raise ValueError(f"{where} has 1 to {MAX_CHANNELS} {what}, got {number!r}")


def checked(shape: Shape, where: str) -> Shape:
    """Return a shape, or raise a ValueError if it is too large to be computed."""
    total = 1
    for n in shape:
        total *= n
    if max(shape[:-1], default=0) > MAX_SIDE or total > MAX_NUMBERS:
        raise ValueError(
            f"{where} would make {written(shape)} numbers for each example; at most {MAX_SIDE} along an axis and "
            f"{MAX_NUMBERS:,} in all are allowed: use a smaller input, fewer filters or a larger stride"
        )
    return shape
