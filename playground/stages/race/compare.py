"""Who notices a factor on the loss: the same race with the loss as it is runs beside it, in lockstep."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.backend import Backend
from engine.descent import Race, optimizer_settings
from engine.history import Segment

Array = npt.NDArray[np.float64]

# Who is never further from its path than so much of the view's diagonal keeps it.
NEAR = 0.01


def parted(race: Race, plain: Race) -> Array:
    """Return how far the paths of each racer have come apart at most, in diagonals of the view; inf if one diverged.

    Parameters
    ----------
    race, plain : Race
        Of the same racers, at the same position.

    Returns
    -------
    ndarray [racers]
    """
    # Weights that no view shows have limits of another kind.
    low, high = np.array([race.surface.extent[place] for place in race.surface.shown or (0, 1)]).T
    with np.errstate(all="ignore"):
        apart = np.linalg.norm(race.paths - plain.paths, axis=2).max(axis=0) / np.linalg.norm(high - low)
    return np.where(np.isfinite(apart), apart, np.inf)


def keeps(apart: float) -> bool:
    """Whether who is so far from its path at most has kept it."""
    return apart <= NEAR


def first_steps(race: Race, plain: Race) -> Array:
    """Return how many times as long as without the factor each racer's first step is [racers]; nan before it."""
    if race.position.epoch == 0:
        return np.full(len(race.keys), np.nan)
    first, other = (np.linalg.norm(each.paths[1] - each.paths[0], axis=1) for each in (race, plain))
    with np.errstate(all="ignore"):
        return np.asarray(first / other)


class Twin:
    """Keeps beside a race the same one with the loss as it is.

    Parameters
    ----------
    backend : Backend
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._race: Race | None = None
        self._twin: Race | None = None
        self._line: list[Segment] = []

    def beside(self, race: Race) -> Race:
        """Return the twin at the race's position, after all changes that were made on the way there but the factor."""
        line = race.history.line
        same = len(line) == len(self._line) and all(a is b for a, b in zip(line, self._line, strict=True))
        if self._twin is None or race is not self._race or not same:
            self._race, self._line = race, list(line)
            self._twin = _replayed(race, self._backend)
        self._twin.seek(race.position)
        return self._twin


def _replayed(race: Race, backend: Backend) -> Race:
    """Return the race with the loss as it is, with all changes on the line that is stood on."""
    twin = Race(race.first_spec.with_(loss_scale=1.0), backend=backend)
    size = race.surface.dimensions
    before = race.history.line[0].settings
    for segment in race.history.line[1:]:
        twin.seek(segment.start)
        if segment.edits:
            # All start where the first one does.
            twin.set_start([segment.edits[axis] for axis in range(size)])
        for key, racer in zip(race.keys, race.first_spec.racers, strict=True):
            names = ("learning_rate", *optimizer_settings(racer.optimizer))
            new = {
                name: segment.settings[f"{name}_{key}"]
                for name in names
                if segment.settings.get(f"{name}_{key}") != before.get(f"{name}_{key}")
            }
            rate = new.pop("learning_rate", None)
            if rate is not None or new:
                twin.change(key, learning_rate=rate, settings=new or None)
        if segment.settings["noise"] != before["noise"]:
            twin.change(noise=segment.settings["noise"])
        before = segment.settings
    return twin
