"""How many positions a window has, written out with the numbers in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.layers.shapes import axis_name, per_axis
from engine.layers.sliding import Numbers, check_padding

__all__ = ["AxisSize", "axis_sizes"]


@dataclass(frozen=True, slots=True)
class AxisSize:
    """How many positions a window has along one axis.

    Attributes
    ----------
    axis : str
        ``width``.
    tex, text : str
        The formula with the numbers in it, and the result.
    result : int
        Positions; 0 where it does not fit.
    refusal : str or None
        Why it does not fit, and what would help.
    """

    axis: str
    tex: str
    text: str
    result: int
    refusal: str | None = None


def axis_sizes(
    space: Sequence[int], size: Numbers, stride: Numbers = 1, dilation: Numbers = 1, padding: str | Numbers = "valid"
) -> tuple[AxisSize, ...]:
    """Return the formula of the output's size along every axis, also where the window does not fit.

    Along an axis of N with size F, stride S, dilation D and padding P on both sides there are
    floor((N + 2P − D(F − 1) − 1)/S) + 1 positions; without dilation floor((N + 2P − F)/S) + 1.

    Parameters
    ----------
    space : sequence of int
    size, stride, dilation : int or tuple of int
        One for all axes, or one for each.
    padding : {"valid", "same"}, int or tuple of int
    """
    axes = len(space)
    check_padding(padding, "the window")
    each = [per_axis(value, axes, "setting", "the window") for value in (size, stride, dilation)]
    pads = None if isinstance(padding, str) else per_axis(padding, axes, "padding", "the window", least=0)
    return tuple(
        _axis(axis_name(axes, k), n, F, S, D, _both(n, F, S, D, padding) if pads is None else (pads[k], pads[k]))
        for k, (n, F, S, D) in enumerate(zip(space, *each, strict=True))
    )


def _both(n: int, F: int, S: int, D: int, padding: str | Numbers) -> tuple[int, int]:
    """Return the padding before and after."""
    total = max((-(-n // S) - 1) * S + D * (F - 1) + 1 - n, 0) if padding == "same" else 0
    return total // 2, total - total // 2


def _axis(axis: str, n: int, F: int, S: int, D: int, pad: tuple[int, int]) -> AxisSize:
    extent, padded = D * (F - 1) + 1, n + sum(pad)
    result = (padded - extent) // S + 1 if padded >= extent else 0
    # The padding can be one more after than before.
    twice = rf"2 \cdot {pad[0]}" if pad[0] == pad[1] else f"{pad[0]} + {pad[1]}"
    spread = rf"{D} \cdot ({F} - 1) - 1" if D > 1 else f"{F}"
    upper = f"{n} + {twice} - {spread}"
    tex = rf"\left\lfloor \frac{{{upper}}}{{{S}}} \right\rfloor + 1 = {result}"
    text = f"⌊({upper})/{S}⌋ + 1 = {result}".replace(r" \cdot ", "·").replace("-", "−")
    if result:
        return AxisSize(axis, tex, text, result)
    spread = "" if D == 1 else f" with its dilation of {D}"
    there = f"{n}" if padded == n else f"{padded} with padding"
    less = "a smaller size" if D == 1 else "a smaller size, less dilation"
    refusal = (
        f"The window does not fit: along the {axis} it spans {extent} numbers{spread}, but the input has only {there}; "
        f"choose {less} or more padding"
    )
    return AxisSize(axis, tex, text, 0, refusal)
