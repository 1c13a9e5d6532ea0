"""The basin map that grows while somebody watches: some updates of all starts at a time."""

from __future__ import annotations

from time import perf_counter

from engine.descent import Basins, DescentSpec, Surface
from playground.views.plane_picture import BasinPicture

# After so many updates a start that has reached nothing counts as leading nowhere.
UPDATES = 500
# Two weights of a network cost a pass for each start; a picture of these takes a few seconds.
_NETWORK_POINTS = 31
# Slow at first, where much happens, then ever faster: the whole takes about two seconds to watch.
_GROWTH = 1 / 8
# A slice holds the next frame up by no more.
_SLICE_SECONDS = 0.03


class GrowingBasins:
    """Basins of the descent that is shown, computed again when its optimizer or its ground changes.

    Attributes
    ----------
    all_at_once : bool
        Whether there is nobody to watch them grow.
    """

    all_at_once = False

    def __init__(self) -> None:
        self._of: DescentSpec | None = None
        self._basins: Basins | None = None
        self._picture: BasinPicture | None = None

    def show(self, spec: DescentSpec, surface: Surface) -> BasinPicture:
        """Return the picture of now of this spec's basins; the same object as long as nothing has grown.

        Raises
        ------
        SpecError
            If no minimum of the surface is known.
        """
        # Where it starts is of no matter.
        of = spec.with_(start=surface.start, steps=UPDATES)
        if self._basins is None or of != self._of:
            self._basins = Basins(of, _NETWORK_POINTS if of.surface == "network" else None)
            self._of, self._picture = of, None
        if self._picture is None:
            self._picture = BasinPicture(self._basins.reached, self._basins.done)
        return self._picture

    def grow(self) -> None:
        """Go on by a slice."""
        basins = self._basins
        if basins is None or basins.done:
            return
        stop = UPDATES if self.all_at_once else basins.updates + 1 + int(basins.updates * _GROWTH)
        end = perf_counter() + (float("inf") if self.all_at_once else _SLICE_SECONDS)
        while not basins.done and basins.updates < stop and perf_counter() < end:
            # One update of all.
            basins.advance(0.0)
        self._picture = None

    @property
    def growing(self) -> bool:
        """Whether there is more to come."""
        return self._basins is not None and not self._basins.done

    def hide(self) -> None:
        """Forget them."""
        self._of = self._basins = self._picture = None
