"""The ground of a descent as it is drawn, computed again only where it is another one."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from engine.descent import DescentFrame, Surface
from playground.views.curve_ground import CurveGround, curve_ground
from playground.views.plane_ground import Ground, ground_of

# A pass of a network for each point of the grid: a coarser one does.
_NETWORK_POINTS = 61
# Where all weights of a network move, the surface over two of them moves too: while playing at most so often.
_GROUND_SECONDS = 0.6


class Grounds:
    """Keeps the last one."""

    def __init__(self) -> None:
        self._ground: tuple[Any, Ground | CurveGround] | None = None
        self._time = 0.0

    def of(self, frame: DescentFrame, surface: Surface, playing: bool) -> Ground | CurveGround:
        """Return the ground of now; the same object as long as it is the same."""
        spec = frame.spec
        key: tuple[Any, ...] = (
            spec.surface, spec.formula, spec.dimensions, spec.reach, spec.network, spec.weights, spec.free, spec.trained
        )  # fmt: skip
        moves = surface.shown is not None and bool(np.isfinite(frame.point).all())
        if moves:
            key = (*key, tuple(frame.point.tolist()))
        if self._ground is not None:
            known, ground = self._ground
            soon = playing and time.monotonic() < self._time + _GROUND_SECONDS
            if known == key or (moves and soon and known[: len(key) - 1] == key[:-1]):
                return ground
        self._time = time.monotonic()
        if surface.dimensions == 1:
            made: Ground | CurveGround = curve_ground(surface)
        else:
            at = frame.point if moves else spec.point
            options = {"points": _NETWORK_POINTS} if spec.surface == "network" else {}
            made = ground_of(surface.slice(at.tolist() if isinstance(at, np.ndarray) else at), **options)
        self._ground = key, made
        return made
