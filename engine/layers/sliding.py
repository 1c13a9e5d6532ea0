"""Where a window slides: padding resolved, and shapes that are impossible explained."""

from __future__ import annotations

from math import prod

import numpy as np

from engine.layers.shapes import Shape, axis_name, check_numbers, per_axis, space_of
from engine.ops.window import Axes, Window, inside

Numbers = int | tuple[int, ...]
_WORDS = ("valid", "same")
# What all taps read at all positions, for one example.
MAX_READ = 50_000_000


def check_padding(padding: str | Numbers, where: str) -> None:
    """Raise a ValueError unless it is "valid", "same", or one whole number of 0 or more for all axes or for each."""
    if isinstance(padding, str):
        if padding not in _WORDS:
            raise ValueError(f'the padding of {where} is "valid", "same" or a whole number, got {padding!r}')
    else:
        check_numbers(padding, "padding", where, least=0)


def sliding_window(
    inputs: Shape, where: str, *, size: Numbers, stride: Numbers = 1, dilation: Numbers = 1,
    padding: str | Numbers = "valid", flip: bool = False,
) -> Window:  # fmt: skip
    """Return the window of a layer on inputs [*space, C].

    Parameters
    ----------
    inputs : tuple of int
    where : str
        The layer's name, for messages.
    size, stride, dilation : int or tuple of int
        One for all axes of space, or one for each.
    padding : {"valid", "same"}, int or tuple of int
        "valid": none. "same": so much that there are ceil(N / stride) positions; where it cannot be the same on both
        sides, one more after. A number: so much on both sides.
    flip : bool

    Raises
    ------
    ValueError
        If the window fits nowhere, with what would help.
    """
    space = space_of(inputs, where)
    axes = len(space)
    sizes = per_axis(size, axes, "size", where)
    strides = per_axis(stride, axes, "stride", where)
    dilations = per_axis(dilation, axes, "dilation", where)
    check_padding(padding, where)
    plain = Window(sizes, strides, dilations)
    if padding == "same":
        pads = tuple(
            _halves(max((-(-n // s) - 1) * s + extent - n, 0))
            for n, s, extent in zip(space, strides, plain.extent, strict=True)
        )
    elif isinstance(padding, str):
        pads = plain.padding
    else:
        pads = tuple((p, p) for p in per_axis(padding, axes, "padding", where, least=0))
    window = Window(sizes, strides, dilations, pads, flip)
    check_work(window, inputs, where)
    for axis, (count, n, (before, after), extent) in enumerate(
        zip(window.positions(space), space, pads, window.extent, strict=True)
    ):
        if count < 1:
            name = axis_name(axes, axis)
            spread = f", {extent} with its dilation of {dilations[axis]}" if dilations[axis] > 1 else ""
            padded = f", {n + before + after} with padding" if before + after else ""
            raise ValueError(
                f"the window of {where} does not fit: along the {name} it is {sizes[axis]} wide{spread}, "
                f"but its input only {n}{padded}; use a smaller size, more padding, or less pooling before it"
            )
    return window


def check_work(window: Window, inputs: Shape, where: str) -> None:
    """Raise a ValueError if a window on inputs [*space, C] is too much work."""
    read = prod(window.positions(inputs[:-1])) * window.taps * inputs[-1]
    if read > MAX_READ:
        raise ValueError(
            f"{where} would read {read:,} numbers for each example, at most {MAX_READ:,} are allowed: "
            "use a smaller size, or a larger stride"
        )


def check_reading(window: Window, space: Axes, where: str) -> None:
    """Raise a ValueError if the window somewhere reads nothing but padding: there is nothing to take from it."""
    if (np.asarray(inside(window, space)) == 0).any():
        raise ValueError(
            f"a window of {where} would lie on padding alone: use less padding, at most half the size"
        )


def transposed_window(
    inputs: Shape, where: str, *, size: Numbers, stride: Numbers, dilation: Numbers, padding: str | Numbers,
    output_padding: Numbers, flip: bool,
) -> tuple[Window, Axes]:  # fmt: skip
    """Return the window that leads from the output of a transposed convolution back to its input, and that output.

    The output is (N − 1)·stride + F − 2·padding + output padding long; with "same" it is N·stride.
    """
    space = space_of(inputs, where)
    axes = len(space)
    strides = per_axis(stride, axes, "stride", where)
    plain = Window(per_axis(size, axes, "size", where), strides, per_axis(dilation, axes, "dilation", where))
    more = per_axis(output_padding, axes, "output padding", where, least=0)
    check_padding(padding, where)
    if padding == "same":
        if any(more):
            raise ValueError(f'{where} has the padding "same", which fixes its output: leave the output padding 0')
        pads = tuple(_halves(max(extent - s, 0)) for s, extent in zip(strides, plain.extent, strict=True))
        made = tuple(n * s for n, s in zip(space, strides, strict=True))
    else:
        both = (0,) * axes if isinstance(padding, str) else per_axis(padding, axes, "padding", where, least=0)
        pads = tuple((p, p) for p in both)
        made = tuple(
            (n - 1) * s + extent - 2 * p + extra
            for n, s, extent, p, extra in zip(space, strides, plain.extent, both, more, strict=True)
        )
    for axis, (n, s, extra) in enumerate(zip(made, strides, more, strict=True)):
        name = axis_name(axes, axis)
        if n < 1:
            raise ValueError(f"{where} would make nothing along the {name}: use less padding or a larger size")
        if extra >= s:
            raise ValueError(
                f"the output padding of {where} is below its stride, got {extra} and {s} along the {name}: "
                "a larger one would be a row that no input reaches"
            )
    window = Window(plain.size, strides, plain.dilation, pads, flip)
    check_work(window, (*made, inputs[-1]), where)
    return window, made


def _halves(total: int) -> tuple[int, int]:
    return total // 2, total - total // 2

