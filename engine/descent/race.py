"""Optimizers racing from one start, one update of them all at a time, and what each would do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.arena import Array
from engine.backend import Backend
from engine.checks import unknown
from engine.descent.frame import DescentFrame
from engine.descent.lockstep import Lockstep
from engine.descent.race_spec import RaceSpec
from engine.descent.spec import GROUND, SpecError
from engine.experiment import Position
from engine.history import DEFAULT_BUDGET

__all__ = ["Race", "RaceFrame", "Standing"]


@dataclass(frozen=True, slots=True)
class Standing:
    """One line of a race's table.

    Attributes
    ----------
    key, optimizer : str
    learning_rate : float
    arrived : int or None
        After how many updates it was first at the goal; None if it has not been there so far.
    place : int or None
        1 for who arrived first; who arrives after as many updates has the same place.
    minimum : int or None
        Which of the surface's minima it is at now, from 0; None between them.
    value : float
        J where it stands.
    distance : float
        From there to the nearest known minimum; inf where none is known.
    diverged : bool
        Whether its point is no number any more.
    """

    key: str
    optimizer: str
    learning_rate: float
    arrived: int | None
    place: int | None
    minimum: int | None
    value: float
    distance: float
    diverged: bool


@dataclass(frozen=True, slots=True, eq=False)
class RaceFrame:
    """A snapshot of a race.

    Attributes
    ----------
    position : Position
    racers : dict of str to DescentFrame
        By key.
    table : tuple of Standing
        In the order of the racers.
    """

    position: Position
    racers: dict[str, DescentFrame]
    table: tuple[Standing, ...]

    def __getitem__(self, name: str) -> Array:
        """Return the values of a racer's place: ``adam.m``; ``adam.w`` is its point."""
        key, _, place = name.partition(".")
        if key not in self.racers:
            raise KeyError(f"there is no racer {key!r}; there are {', '.join(self.racers)}")
        return self.racers[key][place]


class Race(Lockstep):
    """Several optimizers from one start; see `Lockstep` for stepping, seeking and branches.

    Parameters
    ----------
    spec : RaceSpec
    backend : Backend, optional
        The compiled engine unless another is given.
    budget : int
        Bytes for checkpoints.
    """

    def __init__(self, spec: RaceSpec, *, backend: Backend | None = None, budget: int = DEFAULT_BUDGET) -> None:
        super().__init__(spec.racers, spec.keys, backend=backend, budget=budget)
        self.first_spec = spec
        # By row of the path, whether each racer is at the goal.
        self._there = np.zeros(self._path.shape[:2], dtype=bool)

    @property
    def spec(self) -> RaceSpec:
        """The spec with what holds here; racers that were set elsewhere by hand begin where the first one does."""
        specs = [self._spec(lane) for lane in range(len(self.keys))]
        return RaceSpec(tuple(spec.with_(start=specs[0].start) for spec in specs))

    @property
    def paths(self) -> Array:
        """Where all have been, [updates + 1, racers, d]."""
        return self._path[: self.position.epoch + 1].copy()

    def frame(self) -> RaceFrame:
        """Return a snapshot of now."""
        racers = {key: self._frame(lane) for lane, key in enumerate(self.keys)}
        return RaceFrame(self.position, racers, self.table())

    def table(self) -> tuple[Standing, ...]:
        """Return how it stands, in the order of the racers."""
        arrivals = self.arrivals()
        points = self._lanes.points[:, 0]
        values = self.surface.value(*points.T.copy())
        distances, minima = self.surface.distance(points), self.surface.reached(points)
        known = sorted(step for step in arrivals.values() if step is not None)
        return tuple(
            Standing(
                key=key,
                optimizer=self._first[lane].optimizer,
                learning_rate=self._lanes.hyper(lane)["learning_rate"],
                arrived=(arrived := arrivals[key]),
                place=None if arrived is None else known.index(arrived) + 1,
                minimum=int(minima[lane]) if minima[lane] >= 0 else None,
                value=float(values[lane]),
                distance=float(distances[lane]),
                diverged=not bool(np.isfinite(points[lane]).all()),
            )
            for lane, key in enumerate(self.keys)
        )

    def arrivals(self) -> dict[str, int | None]:
        """Return by racer after how many updates it was first at the goal; None if it has not been there so far."""
        now = self.position.epoch + 1
        new = slice(min(self._written, now), now)
        self._there[new] = self.surface.arrived(self._path[new])
        self._written = max(self._written, now)
        there = self._there[:now]
        first = there.argmax(axis=0)
        return {key: int(first[lane]) if there[first[lane], lane] else None for lane, key in enumerate(self.keys)}

    def change(
        self,
        racer: str | None = None,
        *,
        learning_rate: float | None = None,
        settings: Mapping[str, float] | None = None,
        noise: float | None = None,
        loss_scale: float | None = None,
        **rules: Any,
    ) -> None:
        """Change from here on a racer's learning rate, settings or rules, or noise and factor on the loss for all.

        Parameters
        ----------
        racer : str, optional
            Its key.
        learning_rate : float, optional
        settings : mapping of str to float, optional
            Those of its optimizer that change.
        noise, loss_scale : float, optional
        **rules : Any
            As `DescentRun.change` takes them.

        Raises
        ------
        SpecError
            If there is no such racer, or a value is not allowed, or is fixed while a race is under way.
        """
        given: dict[str, Any] = {
            "learning_rate": learning_rate, "settings": settings, "noise": noise, "loss_scale": loss_scale,
        }  # fmt: skip
        changes = rules | {name: value for name, value in given.items() if value is not None}
        if racer is None and set(changes) - set(GROUND):
            raise SpecError("racers", f"say whose: a rate is of one racer, of {', '.join(self.keys)}")
        if racer is not None and racer not in self.keys:
            raise SpecError("racers", unknown("racer", racer, self.keys))
        self._change(0 if racer is None else self.keys.index(racer), changes)

    def set_start(self, start: Sequence[float] | float) -> None:
        """Begin at another point, as a branch of its own; what was run so far is kept."""
        self._set_start(start)
