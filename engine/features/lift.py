"""Points lifted to a third height z = x₁² + x₂², and a plane through them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arena import Array

__all__ = ["Plane", "heights"]


def heights(points: Array) -> Array:
    """Return z = x₁² + x₂² of points [N, 2]."""
    return np.asarray((points**2).sum(axis=1))


@dataclass(frozen=True, slots=True)
class Plane:
    """The plane z = height + tilt₁·x₁ + tilt₂·x₂; what lies above it is class 1.

    Attributes
    ----------
    height, tilt1, tilt2 : float
    """

    height: float
    tilt1: float = 0.0
    tilt2: float = 0.0

    def at(self, points: Array) -> Array:
        """Return the plane's z over points [N, 2]."""
        return np.asarray(self.height + points @ np.array([self.tilt1, self.tilt2]))

    def score(self, points: Array) -> Array:
        """Return how far lifted points [N, 2] lie above the plane."""
        return heights(points) - self.at(points)

    @property
    def circle(self) -> tuple[float, float, float] | None:
        """Middle and radius of the circle below the cut, where there is one.

        x₁² + x₂² = h + t₁x₁ + t₂x₂ is a circle around (t₁/2, t₂/2) with radius √(h + (t₁² + t₂²)/4).
        """
        squared = self.height + (self.tilt1**2 + self.tilt2**2) / 4
        return None if squared <= 0 else (self.tilt1 / 2, self.tilt2 / 2, float(np.sqrt(squared)))
