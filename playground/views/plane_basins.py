"""How basins of attraction look: colours that repeat as far apart as can be, and a letter for each minimum."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.descent import DIVERGED
from playground.theme import CLASS_COLORS, INK, SURFACE, mode
from playground.views.plane_picture import Array

# Places in `basin_colors` behind those of the minima.
NOWHERE_PLACE, DIVERGED_PLACE, BORDER = range(len(CLASS_COLORS), len(CLASS_COLORS) + 3)


def letter(place: int) -> str:
    """Return what a minimum is called by its place: A, B, …, Z, A2."""
    turn, at = divmod(int(place), 26)
    return chr(ord("A") + at) + (str(turn + 1) if turn else "")


def basin_colors(dark: bool) -> list[str]:
    """Return the colours of basins: six for minima, then of no minimum, of divergence, and of borders."""
    name = mode(dark)
    return [*CLASS_COLORS, INK[name]["muted"], INK[name]["ink"], SURFACE[name]["surface"]]


def minimum_places(minima: Array) -> npt.NDArray[np.uint8]:
    """Return for minima [k, 2] their places in `basin_colors`: of more than six, far ones share a colour."""
    places: list[int] = []
    for k, minimum in enumerate(minima):
        apart = np.hypot(*(minima[:k] - minimum).T)
        # As far as possible from the nearest one of the same colour; not at all far from what is not there.
        room = [
            min((float(apart[j]) for j in range(k) if places[j] == place), default=np.inf)
            for place in range(len(CLASS_COLORS))
        ]
        places.append(int(np.argmax(room)))
    return np.array(places, np.uint8)


def basin_places(reached: npt.NDArray[np.int64], minima: Array) -> npt.NDArray[np.uint8]:
    """Return the places in `basin_colors` of what each start reaches [...], as `engine.descent.Basins.reached`."""
    table = np.append(minimum_places(minima), NOWHERE_PLACE).astype(np.uint8)
    places = table[np.where(reached >= 0, reached, -1)]
    places[reached == DIVERGED] = DIVERGED_PLACE
    return places
