"""Windows that slide over a signal, an image or a volume: what convolution and pooling share.

Everything is n-dimensional: an input is [B, *space, C], where space has one axis for each axis of the window. A
window has taps, K = the product of its sizes; at every position each tap reads one place of the input.

Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", arXiv:1603.07285, 2016.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from engine.arena import Array

Axes = tuple[int, ...]
Padding = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, init=False, repr=False)
class Window:
    """How a window slides, with one number for each axis of space.

    Attributes
    ----------
    size : tuple of int
        Taps.
    stride : tuple of int
        How far it moves from one position to the next.
    dilation : tuple of int
        How far apart its taps are; 1 is side by side.
    padding : tuple of (int, int)
        Places that are added to the input before and after.
    flip : bool
        Whether the last tap reads the first place: convolution in the mathematical sense. Without it, what is
        computed is the cross-correlation that deep learning calls convolution.
    """

    size: Axes
    stride: Axes
    dilation: Axes
    padding: Padding
    flip: bool

    def __init__(
        self,
        size: Axes,
        stride: Axes | None = None,
        dilation: Axes | None = None,
        padding: Padding | None = None,
        flip: bool = False,
    ) -> None:
        values = {
            "size": size,
            "stride": stride or (1,) * len(size),
            "dilation": dilation or (1,) * len(size),
            "padding": padding or ((0, 0),) * len(size),
            "flip": flip,
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)
        if not size or not len(size) == len(self.stride) == len(self.dilation) == len(self.padding):
            raise ValueError(f"a window has one size, stride, dilation and padding for each axis, got {self!r}")
        if min(*size, *self.stride, *self.dilation) < 1 or min(min(pair) for pair in self.padding) < 0:
            raise ValueError(f"sizes, strides and dilations are at least 1 and padding at least 0, got {self!r}")

    def __repr__(self) -> str:
        """Write only what is not usual: it stands in the listing."""
        usual = Window(self.size)
        parts = (
            f", {name}={getattr(self, name)!r}"
            for name in ("stride", "dilation", "padding", "flip")
            if getattr(self, name) != getattr(usual, name)
        )
        return f"Window({self.size}{''.join(parts)})"

    @property
    def tex(self) -> str:
        """The sign that formulas put between input and kernel."""
        return r"\ast" if self.flip else r"\star"

    @property
    def sign(self) -> str:
        """The same in plain text."""
        return "∗" if self.flip else "⋆"

    @property
    def taps(self) -> int:
        """How many places it reads, K."""
        return prod(self.size)

    @property
    def extent(self) -> Axes:
        """How many places it spans, the gaps of dilation included."""
        return tuple(d * (n - 1) + 1 for n, d in zip(self.size, self.dilation, strict=True))

    def positions(self, space: Axes) -> Axes:
        """Return how many positions it has on an input of this size: floor((N + P - F)/S) + 1, at least 0."""
        return tuple(
            max((n + before + after - extent) // stride + 1, 0)
            for n, (before, after), extent, stride in zip(
                space, self.padding, self.extent, self.stride, strict=True
            )
        )

    def place(self, position: Axes, tap: Axes) -> Axes:
        """Return which place of the input a tap reads; below 0 or beyond the end it is padding."""
        return tuple(
            i * stride + dilation * (n - 1 - u if self.flip else u) - before
            for i, u, n, stride, dilation, (before, _) in zip(
                position, tap, self.size, self.stride, self.dilation, self.padding, strict=True
            )
        )

    def each_tap(self) -> Iterator[Axes]:
        """Go through the taps in their order: the last axis runs fastest."""
        return product(*map(range, self.size))


def taps(x: Array, window: Window, fill: float = 0.0) -> Array:
    """Return what every tap reads at every position.

    Parameters
    ----------
    x : ndarray [B, *space, C]
    window : Window
    fill : float
        What stands in the padding.

    Returns
    -------
    ndarray [B, *positions, K, C]
    """
    axes = tuple(range(1, 1 + len(window.size)))
    if any(map(any, window.padding)):
        x = np.pad(x, ((0, 0), *window.padding, (0, 0)), constant_values=fill)
    seen = sliding_window_view(x, window.extent, axis=axes)
    moves = tuple(slice(None, None, stride) for stride in window.stride)
    steps = tuple(slice(None, None, -step if window.flip else step) for step in window.dilation)
    seen = np.moveaxis(seen[(slice(None), *moves, slice(None), *steps)], 1 + len(axes), -1)
    return seen.reshape(*seen.shape[: 1 + len(axes)], window.taps, x.shape[-1])


def add_taps(shares: Array, window: Window, shape: tuple[int, ...]) -> Array:
    """Return an array of this shape to whose places every tap has added its share: the transpose of `taps`.

    Parameters
    ----------
    shares : ndarray [B, *positions, K, C]
        K may be 1: then every tap gets the same.
    window : Window
    shape : tuple of int
        [B, *space, C] of the result. What falls on the padding is lost.
    """
    space, positions = shape[1:-1], shares.shape[1:-2]
    shares = np.broadcast_to(shares, (*shares.shape[:-2], window.taps, shape[-1]))
    ends = tuple(
        max(n + before + after, (count - 1) * stride + extent)
        for n, (before, after), count, stride, extent in zip(
            space, window.padding, positions, window.stride, window.extent, strict=True
        )
    )
    total = np.zeros((shape[0], *ends, shape[-1]), dtype=shares.dtype)
    unpadded = Window(window.size, window.stride, window.dilation, flip=window.flip)
    for k, tap in enumerate(window.each_tap()):
        first = unpadded.place((0,) * len(space), tap)
        read = tuple(
            slice(start, start + (count - 1) * stride + 1, stride)
            for start, count, stride in zip(first, positions, window.stride, strict=True)
        )
        total[(slice(None), *read)] += shares[..., k, :]
    inner = tuple(slice(before, before + n) for n, (before, _) in zip(space, window.padding, strict=True))
    return total[(slice(None), *inner)]


def patches(x: Array, window: Window) -> Array:
    """Return the window's contents at every position as rows [B, *positions, K·C], zeros in the padding."""
    seen = taps(x, window)
    return seen.reshape(*seen.shape[:-2], -1)


def add_patches(shares: Array, window: Window, shape: tuple[int, ...]) -> Array:
    """Return an array of this shape to which rows [B, *positions, K·C] were added back: the transpose of `patches`."""
    return add_taps(shares.reshape(*shares.shape[:-1], window.taps, shape[-1]), window, shape)


def flat(a: Array) -> Array:
    """Return [..., C] as a matrix [the rest, C]."""
    return a.reshape(-1, a.shape[-1])


def inside(window: Window, space: Axes) -> Array:
    """Return how many taps read the input, and not the padding, at every position: [*positions]."""
    return np.asarray(taps(np.ones((1, *space, 1)), window).sum(axis=(0, -2, -1)))
