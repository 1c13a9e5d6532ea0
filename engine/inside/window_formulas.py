"""How convolution, pooling, flattening and response normalisation are read number by number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import gcd
from typing import Any

import numpy as np

from engine.arena import Array
from engine.expression.explain import shown_number
from engine.inside.positions import reading_positions, seen_places
from engine.ops.pooling import counts
from engine.ops.window import Axes, Window

__all__ = ["WINDOW_FORMULAS", "Cell", "Maker", "Part"]

Place = tuple[int, ...]
# The role of an operand, where in it, and the number if it is not the one that stands there.
Named = tuple[str, Place] | tuple[str, Place, float]
# Of a longer list of numbers the middle is left out when it is read.
_FIRST, _LAST = 4, 2


@dataclass(frozen=True, slots=True)
class Part:
    """One term: a product of numbers, added or taken off.

    Attributes
    ----------
    factors : tuple of (str, tuple of int) or (str, tuple of int, float)
    sign : int
    example : int or None
        Which row of the batch it belongs to, where the sum runs over the batch.
    """

    factors: tuple[Named, ...]
    sign: int = 1
    example: int | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """How one cell of a result is made.

    Attributes
    ----------
    parts : tuple of Part
    around : str
        How the sum is written: ``(<sum>)/4``, or in full where it is no sum.
    function : str
        What is done to the sum; empty if nothing is.
    also : tuple of (str, tuple of int)
        What is read besides.
    """

    parts: tuple[Part, ...]
    around: str = "<sum>"
    function: str = ""
    also: tuple[tuple[str, Place], ...] = ()

    def cells(self) -> dict[str, tuple[slice | int, ...]]:
        """Return, for each operand, the smallest grid with all that is read of it."""
        read: dict[str, list[Place]] = {}
        for named in (*(factor for part in self.parts for factor in part.factors), *self.also):
            read.setdefault(named[0], []).append(named[1])
        return {
            role: tuple(_covering(set(axis)) for axis in zip(*places, strict=True)) for role, places in read.items()
        }


def _covering(places: set[int]) -> slice | int:
    if len(places) == 1:
        return places.pop()
    first, *others = sorted(places)
    step = gcd(*(place - first for place in others))
    return slice(first, others[-1] + 1, step)


Settings = Sequence[Any]
Maker = Callable[[Settings, Mapping[str, Array], tuple[int, ...], Place], Cell]


def _gathered(read: str, bias: bool) -> Maker:
    """A number on the small side, from the window's contents."""

    def cell(settings: Settings, operands: Mapping[str, Array], shape: tuple[int, ...], place: Place) -> Cell:
        window: Window = settings[0]
        r, position, o = place[0], place[1:-1], place[-1]
        x = operands[read]
        parts = [
            Part(((read, (r, *found, c)), ("W", (*tap, c, o))))
            for tap, found in seen_places(window, x.shape[1:-1], position)
            if found is not None
            for c in range(x.shape[-1])
        ]
        return Cell((*parts, *([Part((("b", (o,)),))] if bias else [])))

    return cell


def _scattered(sent: str, bias: bool) -> Maker:
    """A number on the large side, from all positions that read it."""

    def cell(settings: Settings, operands: Mapping[str, Array], shape: tuple[int, ...], place: Place) -> Cell:
        window: Window = settings[0]
        r, at, c = place[0], place[1:-1], place[-1]
        parts = [
            Part(((sent, (r, *position, o)), ("W", (*tap, c, o))))
            for position, tap in reading_positions(window, shape[1:-1], at)
            for o in range(operands[sent].shape[-1])
        ]
        return Cell((*parts, *([Part((("b", (c,)),))] if bias else [])))

    return cell


def _of_weight(read: str, other: str) -> Maker:
    """A weight's gradient from all positions of all examples: W joins `read`, under the window, with `other`."""

    def cell(settings: Settings, operands: Mapping[str, Array], shape: tuple[int, ...], place: Place) -> Cell:
        window: Window = settings[0]
        tap, c, o = place[:-2], place[-2], place[-1]
        space = operands[read].shape[1:-1]
        parts = []
        for r in range(len(operands[read])):
            for position in np.ndindex(*operands[other].shape[1:-1]):
                found = window.place(position, tap)
                if _inside(found, space):
                    factors = {read: (r, *found, c), other: (r, *position, o)}
                    # In the order in which the line names them.
                    parts.append(Part((("x", factors["x"]), ("delta", factors["delta"])), example=r))
        return Cell(tuple(parts))

    return cell


def _bias(settings: Settings, operands: Mapping[str, Array], shape: tuple[int, ...], place: Place) -> Cell:
    delta = operands["delta"]
    return Cell(tuple(Part((("delta", (*at, *place)),), example=at[0]) for at in np.ndindex(*delta.shape[:-1])))


def _inside(place: Axes, space: Axes) -> bool:
    return all(0 <= k < n for k, n in zip(place, space, strict=True))


def _places(settings: Settings, shape: tuple[int, ...], place: Place) -> list[Place]:
    """Return what the window reads of x [B, *space, C] for one number of the output; without a window all of a map."""
    if not settings:
        return [(place[0], *at, place[-1]) for at in np.ndindex(*shape[1:-1])]
    found = seen_places(settings[0], shape[1:-1], place[1:-1])
    return [(place[0], *at, place[-1]) for _, at in found if at is not None]


def _positions(settings: Settings, shape: tuple[int, ...], place: Place) -> Iterator[Place]:
    """Go through the numbers of the output that read one place of x [B, *space, C]."""
    if not settings:
        yield place[0], place[-1]
        return
    for position, _ in reading_positions(settings[0], shape[1:-1], place[1:-1]):
        yield place[0], *position, place[-1]


def _largest(settings: Settings, operands: Mapping[str, Array], shape: tuple[int, ...], place: Place) -> Cell:
    x = operands["x"]
    places = _places(settings, x.shape, place)
    numbers = [shown_number(float(x[at])) for at in places]
    if len(numbers) > _FIRST + _LAST + 1:
        numbers[_FIRST:-_LAST] = [f"… {len(numbers) - _FIRST - _LAST} more …"]
    return Cell(tuple(Part((("x", at),)) for at in places), f"max({', '.join(numbers)})", "the largest")


def _to_the_winner(settings: Settings, operands: Mapping[str, Array], shape: tuple[int, ...], place: Place) -> Cell:
    x, y = operands["x"], operands["y"]
    parts, also = [], []
    for output in _positions(settings, shape, place):
        places = _places(settings, shape, output)
        also += [("y", output), *(("x", at) for at in places)]
        # What is not a number wins over all numbers.
        won = next(at for at in places if x[at] == y[output] or np.isnan(x[at]))
        if won == place:
            parts.append(Part((("dy", output),)))
        else:
            also.append(("dy", output))
    return Cell(tuple(parts), also=tuple(also))


def _count(settings: Settings, shape: tuple[int, ...], output: Place) -> int:
    if not settings:
        return int(np.prod(shape[1:-1]))
    return int(counts(shape, *settings)[(*output[1:-1], 0)])


def _mean(settings: Settings, operands: Mapping[str, Array], shape: tuple[int, ...], place: Place) -> Cell:
    read = operands["x"].shape
    count = _count(settings, read, place)
    parts = tuple(Part((("x", at),)) for at in _places(settings[:1], read, place))
    return Cell(parts, f"(<sum>)/{count}", f"sum/{count}")


def _equal_shares(settings: Settings, operands: Mapping[str, Array], shape: tuple[int, ...], place: Place) -> Cell:
    return Cell(
        tuple(
            Part((("dy", output), ("dy", output, 1 / _count(settings, shape, output))))
            for output in _positions(settings[:1], shape, place)
        )
    )


def _reshaped(role: str) -> Maker:
    def cell(settings: Settings, operands: Mapping[str, Array], shape: tuple[int, ...], place: Place) -> Cell:
        number = int(np.ravel_multi_index(place, shape))
        at = tuple(int(k) for k in np.unravel_index(number, operands[role].shape))
        return Cell((Part(((role, at),)),))

    return cell


def _neighbours(n: int, place: Place, channels: int) -> list[Place]:
    c = place[-1]
    return [(*place[:-1], k) for k in range(max(c - n // 2, 0), min(c + n // 2 + 1, channels))]


def _scale(settings: Settings, operands: Mapping[str, Array], shape: tuple[int, ...], place: Place) -> Cell:
    near = _neighbours(settings[0], place, shape[-1])
    return Cell((Part((("k", ()),)), *(Part((("alpha", ()), ("x", at), ("x", at))) for at in near)))


def _normed(settings: Settings, operands: Mapping[str, Array], shape: tuple[int, ...], place: Place) -> Cell:
    share = float(operands["s"][place] ** -operands["beta"])
    return Cell((Part((("x", place), ("s", place, share))),), also=(("beta", ()),))


def _normed_back(settings: Settings, operands: Mapping[str, Array], shape: tuple[int, ...], place: Place) -> Cell:
    s, beta = operands["s"], float(operands["beta"])
    twice = 2 * float(operands["alpha"]) * beta
    own = Part((("dy", place), ("s", place, float(s[place]) ** -beta)))
    near = _neighbours(settings[0], place, shape[-1])
    taken = (
        Part((("alpha", (), twice), ("x", place), ("dy", at), ("y", at), ("s", at, 1 / float(s[at]))), sign=-1)
        for at in near
    )
    return Cell((own, *taken), also=(("beta", ()),))


# In plain text, and how each cell of the result is made.
WINDOW_FORMULAS: dict[str, tuple[str, Maker]] = {
    "conv_forward": ("<z> = <x> <window> <W> + <b>", _gathered("x", True)),
    "conv_weight_gradient": (
        "<dW> = sum over the positions of the window of <x>, times <delta>", _of_weight("x", "delta")
    ),
    "conv_bias_gradient": ("<db> = sum over the batch and the positions of <delta>", _bias),
    "conv_input_gradient": (
        "<dx> = sum over the positions that read it of <delta> · <W>", _scattered("delta", False)
    ),
    "conv_transpose_forward": (
        "<z> = sum of the kernels that <x> stamps, <x> · <W>, + <b>", _scattered("x", True)
    ),
    "conv_transpose_weight_gradient": (
        "<dW> = sum over the positions of <x>, times the window of <delta>", _of_weight("delta", "x")
    ),
    "conv_transpose_input_gradient": ("<dx> = <delta> <window> <W>", _gathered("delta", False)),
    "max_pool_forward": ("<y> = the largest of each window of <x>", _largest),
    "max_pool_backward": ("<dx> = <dy> where <x> is the first that is <y>, else 0", _to_the_winner),
    "average_pool_forward": ("<y> = the mean of each window of <x>", _mean),
    "average_pool_backward": ("<dx> = sum over the windows of <dy>/count", _equal_shares),
    "global_max_forward": ("<y> = the largest of each map of <x>", _largest),
    "global_max_backward": ("<dx> = <dy> where <x> is the first that is <y>, else 0", _to_the_winner),
    "global_average_forward": ("<y> = the mean of each map of <x>", _mean),
    "global_average_backward": ("<dx> = <dy>/count", _equal_shares),
    "flatten_forward": ("<y> = <x> in one row", _reshaped("x")),
    "flatten_backward": ("<dx> = <dy> in its old places", _reshaped("dy")),
    "response_scale": ("<s> = <k> + <alpha> · sum over the neighbours of <x>²", _scale),
    "response_norm_forward": ("<y> = <x>/<s>^<beta>", _normed),
    "response_norm_backward": (
        "<dx> = <dy>/<s>^<beta> − 2·<alpha>·<beta>·<x> ⊙ (sum over the neighbours of <dy> ⊙ <y>/<s>)", _normed_back
    ),
}
