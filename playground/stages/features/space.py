"""The lifted points and the plane through them, as a surface that can be turned."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from engine.arena import Array
from engine.features import heights
from playground.stages.features.decisions import Decisions
from playground.theme import NEUTRAL, mode, palette_bytes, ramp
from playground.views.lane_marks import SIDES
from playground.widgets.surface import pack_surface, pack_trails

_SIDE = 61
_WIRES = 7
# Places in the look-up table: the bowl below and above the plane, and the points of both classes.
_BELOW, _ABOVE, _CLASS = 0, 1, 2
_RING = 90


@dataclass(frozen=True, slots=True, eq=False)
class SpacePicture:
    """What the surface shows.

    Attributes
    ----------
    frame, trails : bytes
    ranges : tuple
    top : float
        The highest z.
    wires : int
        How many of the trails are wires of the plane; a further one is the cut.
    summary : str
    """

    frame: bytes
    trails: bytes
    ranges: tuple[tuple[float, float], tuple[float, float]]
    top: float
    wires: int
    summary: str


def space(decisions: Decisions) -> SpacePicture:
    """Return the lifted examples over the bowl z = x₁² + x₂², and the plane."""
    found, plane = decisions.set, decisions.plane
    low, high = np.array(found.extent).T
    top = float(1.05 * heights(found.points).max())
    axes = [np.linspace(a, b, _SIDE) for a, b in zip(low, high, strict=True)]
    places = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
    bowl = heights(places)
    above = (plane.score(places) > 0).astype(np.uint8)
    mesh = np.where(bowl <= top, bowl, np.nan).reshape(_SIDE, _SIDE)
    points = np.column_stack([
        (found.points - low) / (high - low), heights(found.points), _CLASS + found.labels,
    ])  # fmt: skip
    wires = _wires(low, high, plane.at, top)
    circle = plane.circle
    lines = list(wires)
    if circle is not None:
        angle = np.linspace(0, 2 * np.pi, _RING)
        around = np.column_stack([
            circle[0] + circle[2] * np.cos(angle), circle[1] + circle[2] * np.sin(angle),
        ])  # fmt: skip
        lines.append(_in_box(around, heights(around), low, high, top))
    said = "no circle"
    if circle is not None:
        said = f"a circle of radius {circle[2]:.2f} around ({circle[0]:.2f}, {circle[1]:.2f})".replace("-", "−")
    summary = f"The points lifted to z = x₁² + x₂². The plane cuts the bowl in {said}."
    return SpacePicture(
        pack_surface(mesh, above.reshape(_SIDE, _SIDE), points=points), pack_trails(lines), found.extent, top,
        len(wires), summary,
    )  # fmt: skip


def _wires(low: Array, high: Array, height: object, top: float) -> list[Array]:
    lines = []
    for along in (0, 1):
        for share in np.linspace(0, 1, _WIRES):
            ends = np.tile(low + share * (high - low), (12, 1))
            ends[:, along] = np.linspace(low[along], high[along], 12)
            lines.append(_in_box(ends, height(ends), low, high, top))  # type: ignore[operator]
    return lines


def _in_box(points: Array, z: Array, low: Array, high: Array, top: float) -> Array:
    return np.column_stack([(points - low) / (high - low), z / top])


@cache
def lut(dark: bool) -> bytes:
    """Return the look-up table of the surface's colours."""
    neutral = NEUTRAL[mode(dark)]
    pale = [ramp(neutral, side, 10)[3] for side in SIDES]
    return palette_bytes([*pale, *SIDES, *[neutral] * 252])
