"""Kernels to choose from: those of image processing, and small ones for a signal and a volume."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

import numpy as np

from engine.arena import Array
from engine.checks import SpecError, unknown
from engine.ops.window import Axes
from engine.sliding.fit import fitted, flat
from engine.sliding.spec import SlidingSpec

__all__ = ["KERNELS", "KernelPreset", "kernel_array", "kernel_names", "kernel_spec"]

# What stands in place of a size that a preset cannot have.
SIDE = 3


@dataclass(frozen=True, slots=True)
class KernelPreset:
    """A kernel that can be chosen.

    Attributes
    ----------
    title, about : str
        Its name, and what it does as a cross-correlation.
    axes : tuple of int
        For how many axes of space there is one.
    make : callable
        Returns it, [*size], from a size and a generator.
    any_size : bool
        Whether there is one of every size; else all are 3 wide.
    """

    title: str
    about: str
    axes: tuple[int, ...]
    make: Callable[[Axes, np.random.Generator], Array]
    any_size: bool = False


def _identity(size: Axes, rng: np.random.Generator) -> Array:
    values = np.zeros(size)
    values[tuple((n - 1) // 2 for n in size)] = 1
    return values


def _blur(size: Axes, rng: np.random.Generator) -> Array:
    return np.full(size, 1 / prod(size))


def _random(size: Axes, rng: np.random.Generator) -> Array:
    # One decimal: the products stay short enough to be checked by hand.
    return np.asarray(np.round(rng.uniform(-1, 1, size), 1)) + 0.0


def _laplacian(size: Axes, rng: np.random.Generator) -> Array:
    """Add up the second differences along all axes."""
    values = np.zeros(size)
    middle = tuple(n // 2 for n in size)
    values[middle] = -2 * len(size)
    for axis in range(len(size)):
        for side in (-1, 1):
            values[(*middle[:axis], middle[axis] + side, *middle[axis + 1 :])] = 1
    return values


def _sharpen(size: Axes, rng: np.random.Generator) -> Array:
    return _identity(size, rng) - _laplacian(size, rng)


def _difference(axis: int) -> Callable[[Axes, np.random.Generator], Array]:
    """Return what makes −1, 0, 1 along one axis, alike along the others."""

    def make(size: Axes, rng: np.random.Generator) -> Array:
        shape = tuple(size[axis] if k == axis % len(size) else 1 for k in range(len(size)))
        return np.broadcast_to(np.array([-1.0, 0.0, 1.0]).reshape(shape), size).copy()

    return make


def _numbers(*values: object) -> Callable[[Axes, np.random.Generator], Array]:
    fixed = np.array(values, dtype=np.float64)
    return lambda size, rng: fixed.copy()


KERNELS: dict[str, KernelPreset] = {
    "slide": KernelPreset(
        "The slide's (1, 0, −1)", "The number before minus the number after: the slope, downwards.", (1,),
        _numbers(1, 0, -1),
    ),
    "identity": KernelPreset("Identity", "Changes nothing: only the middle counts.", (1, 2, 3), _identity, True),
    "blur": KernelPreset("Blur", "The mean of what the window sees: edges become soft.", (1, 2, 3), _blur, True),
    "smooth": KernelPreset(
        "Smoothing", "A mean in which the middle counts most: noise becomes smaller.", (1,), _numbers(0.25, 0.5, 0.25)
    ),
    "sharpen": KernelPreset(
        "Sharpen", "The middle, plus what distinguishes it from its neighbours: edges become harder.", (1, 2, 3),
        _sharpen,
    ),
    "difference": KernelPreset(
        "Difference (−1, 0, 1)", "The number after minus the number before: the slope.", (1,), _difference(0)
    ),
    "vertical": KernelPreset(
        "Vertical edges", "Right minus left: 0 where all is alike, large where it becomes brighter to the right.", (2,),
        _difference(1),
    ),
    "horizontal": KernelPreset(
        "Horizontal edges", "Below minus above: 0 where all is alike, large where it becomes brighter downwards.", (2,),
        _difference(0),
    ),
    "sobel_x": KernelPreset(
        "Sobel, vertical edges", "Right minus left with the middle row counted twice: less noise than the plain one.",
        (2,), _numbers((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
    ),
    "sobel_y": KernelPreset(
        "Sobel, horizontal edges", "Below minus above with the middle column counted twice.", (2,),
        _numbers((-1, -2, -1), (0, 0, 0), (1, 2, 1)),
    ),
    "laplacian": KernelPreset(
        "Laplacian", "The neighbours minus the middle: 0 on even slopes, large at edges, lines and points.", (1, 2, 3),
        _laplacian,
    ),
    "emboss": KernelPreset(
        "Emboss", "Light from the upper left: edges look raised.", (2,), _numbers((-2, -1, 0), (-1, 1, 1), (0, 1, 2))
    ),
    "depth": KernelPreset(
        "Edges in depth", "Behind minus in front: large where it becomes brighter from slice to slice.", (3,),
        _difference(0),
    ),
    "random": KernelPreset(
        "Random", "Numbers from −1 to 1, as a filter is before it has learned anything.", (1, 2, 3), _random, True
    ),
}  # fmt: skip


def kernel_names(axes: int) -> tuple[str, ...]:
    """Return the keys of the kernels that there are for so many axes of space."""
    return tuple(name for name, preset in KERNELS.items() if axes in preset.axes)


def kernel_array(name: str, axes: int, size: Axes | None = None, seed: int = 0) -> Array:
    """Return a kernel [*size]; where it comes in one size only, or has no middle, it is 3 wide.

    Raises
    ------
    SpecError
        If there is no such kernel for so many axes.
    """
    if name not in kernel_names(axes):
        raise SpecError("w", f"The kernel: {unknown('choice', name, kernel_names(axes))}")
    preset, sizes = KERNELS[name], size or (SIDE,) * axes
    if not preset.any_size or (name == "identity" and any(n % 2 == 0 for n in sizes)):
        sizes = (SIDE,) * axes
    return preset.make(sizes, np.random.default_rng(seed))


def kernel_spec(spec: SlidingSpec, name: str, filter: int | None = None, seed: int = 0) -> SlidingSpec:
    """Return a spec with a kernel from `KERNELS`, the same in each channel.

    Random kernels differ from channel to channel and from filter to filter.

    Parameters
    ----------
    spec : SlidingSpec
    name : str
    filter : int, optional
        Which filter gets it, from 0; all of them unless given. The others follow a change of size.
    seed : int
        For random numbers.

    Raises
    ------
    SpecError
        If there is no such kernel or filter, or it fits nowhere.
    """
    if filter is not None and not 0 <= filter < spec.filters:
        raise SpecError("filters", f"The filters are 0 to {spec.filters - 1}, got {filter}")
    axes = len(spec.space)
    size = kernel_array(name, axes, spec.sizes, seed).shape
    wide = fitted(spec, size=size)
    w = wide.arrays()["W"]
    for o in range(spec.filters) if filter is None else (filter,):
        for c in range(spec.channels):
            w[..., c, o] = kernel_array(name, axes, size, seed + o * spec.channels + c)
    return wide.with_(w=flat(w))
