"""What there is to try on this page; whether it is done is computed from what stands there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from engine.arena import Array
from engine.sliding import END, SlidingRun, SlidingSpec, SpecError, size_words
from engine.sliding.fit import fitted
from engine.sliding.inputs import input_array
from playground.views.figures import short

_CLOSE = 1e-6


def output(spec: SlidingSpec) -> Array:
    """Return the whole output of a spec, [*positions, O]."""
    run = SlidingRun(spec)
    run.seek(END)
    return run["y"]


def tasks(keys: tuple[str, ...], spec: SlidingSpec) -> list[dict[str, Any]]:
    """Return tasks by their keys as `TaskList.tasks`, as they stand with this spec."""
    return [TASKS[key](spec) for key in keys]


def _edge(spec: SlidingSpec) -> dict[str, Any]:
    text = (
        "Write a 3 × 3 kernel that answers 0 where all is alike, and more than 0 where it becomes brighter to the "
        "right."
    )
    if spec.pools or spec.sizes != (3, 3) or spec.channels != 1:
        return {"text": text, "done": False, "seen": "It takes a convolution with a 3 × 3 kernel and one channel."}
    even, rising = (
        output(_plain(spec, np.broadcast_to(row, (5, 6)))) for row in (np.ones(6), np.array([0.0, 0, 0, 1, 1, 1]))
    )
    flat, best = float(even.flat[0]), float(rising[..., 0].max())
    done = bool(np.abs(even).max() < _CLOSE < best)
    other = float(np.abs(output(_plain(spec, np.repeat([[0.0], [1.0]], 3, axis=0) * np.ones(6)))).max())
    seen = f"An area of ones gives {short(flat)}, an edge from 0 to 1 at most {short(best)}."
    if done and other > _CLOSE:
        seen += f" It also answers to horizontal edges, with {short(other)}."
    return {"text": text, "done": done, "seen": seen}


def _plain(spec: SlidingSpec, x: Array) -> SlidingSpec:
    """Return the first filter of a spec on another input, one step at a time, without bias and ReLU."""
    first = spec.arrays()["W"][..., :1]
    return SlidingSpec(
        space=x.shape, x=tuple(x.ravel().tolist()), size=spec.size, w=tuple(first.ravel().tolist()), flip=spec.flip
    )


def _halve(spec: SlidingSpec) -> dict[str, Any]:
    sizes = [axis.result for axis in size_words(spec)]
    done = spec.space == (28, 28) and spec.sizes == (3, 3) and spec.stride == 2 and sizes == [14, 14]
    seen = f"{' × '.join(map(str, spec.space))} becomes {' × '.join(map(str, sizes))}."
    if spec.space != (28, 28):
        seen += " The digit has 28 × 28."
    return {"text": "Make 14 × 14 of 28 × 28 with a 3 × 3 window and stride 2.", "done": done, "seen": seen}


def _one(spec: SlidingSpec) -> dict[str, Any]:
    text = "Change one number of the slide's matrix so that no maximum changes, but one average by exactly 1."
    slide = input_array("matrix")
    if spec.shape != slide.shape:
        return {"text": text, "done": False, "seen": "It takes the slide's matrix as the input."}
    try:
        blocks = fitted(spec, size=2, stride=2, padding="valid")
    except SpecError as error:
        return {"text": text, "done": False, "seen": str(error)}
    before = blocks.with_(x=tuple(slide.ravel().tolist()))
    largest, mean = (
        output(blocks.with_(operation=kind)) - output(before.with_(operation=kind)) for kind in ("max", "average")
    )
    changed = int((spec.arrays()["x"] != slide).sum())
    moved = np.abs(mean[np.abs(mean) > _CLOSE])
    done = changed == 1 and not np.any(largest) and moved.size == 1 and bool(abs(moved[0] - 1) < _CLOSE)
    if not changed:
        seen = "Nothing is changed yet."
    else:
        seen = (
            f"{changed} {'number is' if changed == 1 else 'numbers are'} changed; the maxima change by at most "
            f"{short(float(np.abs(largest).max()))}, the averages by at most {short(float(np.abs(mean).max()))}."
        )
    return {"text": text, "done": done, "seen": seen}


TASKS: dict[str, Callable[[SlidingSpec], dict[str, Any]]] = {"edge": _edge, "halve": _halve, "one": _one}
