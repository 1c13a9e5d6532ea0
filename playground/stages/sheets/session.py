"""One student's small stage without any widget: a record that is changed, and a computation that is stepped through.

All methods run in the stage's worker thread, one at a time; `scene` hands the views what they draw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Generic, TypeVar

from engine import Grain, SpecError
from playground.sheet_link import SheetLink
from playground.stages.sheets.presets import Preset

__all__ = ["SheetSession"]

BeginOf = TypeVar("BeginOf")
SceneOf = TypeVar("SceneOf")
# Seconds a step while playing, by the key of the speed.
SPEEDS = {"slow": 1.0, "normal": 0.5, "fast": 0.15}


class SheetSession(Generic[BeginOf, SceneOf]):
    """The state, and where the computation of it stands.

    The state is a frozen dataclass that checks itself, with `look`, what is looked at, and `at`, how many steps of the
    computation are done, or -1 for all of them.

    Parameters
    ----------
    link : SheetLink
    presets : mapping of str to Preset
    """

    def __init__(self, link: SheetLink[BeginOf], presets: Mapping[str, Preset[BeginOf]]) -> None:
        self.grain = Grain.OP
        self.speed = "normal"
        self.notice = ""
        self.stopped = False
        # Counts what was asked for by sliders: one that a hand is on must not be moved by an older answer.
        self.edits = 0
        self.presets = presets
        self.go_to(link)

    def go_to(self, link: SheetLink[BeginOf]) -> None:
        """Put on the stage what an address asks for."""
        self.state: Any = link.begin
        self.notice = ""
        self.stopped = False
        # A state that is no preset's is one of the first preset with this look that was changed.
        looks = (key for key, each in self.presets.items() if _any(each.begin).look == self.state.look)
        self._from = self._same() or next(looks)

    def open_preset(self, key: str) -> None:
        """Begin with one of the presets."""
        self.go_to(SheetLink(self.presets[key].begin))

    @property
    def preset(self) -> str:
        """Key of the preset that stands here or, where it was changed, of the one that it was changed from."""
        return self._same() or self._from

    def _same(self) -> str:
        """Return the key of the preset that stands here, wherever its computation stands; empty for none."""
        state = self.state
        same = (key for key, each in self.presets.items() if replace(_any(each.begin), at=state.at) == state)
        return next(same, "")

    def edit(self, name: str, value: Any, edits: int | None = None) -> None:
        """Change an attribute of the state.

        Parameters
        ----------
        name : str
        value : object
        edits : int, optional
            How much the sliders have asked for by now.

        Raises
        ------
        SpecError
            If there is no such attribute, or the value is not allowed.
        """
        if edits is not None:
            self.edits = edits
        if not hasattr(self.state, name):
            raise SpecError(name, f"there is no setting {name!r}")
        self.state = replace(self.state, **{name: value})

    def edit_part(self, name: str, index: int, value: Any) -> None:
        """Change one of several numbers of the state."""
        values = list(getattr(self.state, name))
        if not 0 <= index < len(values):
            raise SpecError(name, f"there are {len(values)}, counted from 0; got {index}")
        values[index] = value
        self.edit(name, tuple(values))

    @property
    def stops(self) -> tuple[int, ...]:
        """For each step of the computation, the number of its phase; empty where there is nothing to step through."""
        return ()

    @property
    def at(self) -> int:
        """How many steps are done."""
        length = len(self.stops)
        return length if self.state.at < 0 else min(self.state.at, length)

    def step(self, direction: int, grain: Grain) -> None:
        """Step forward (1) or back (-1) by a step, or to the end or the beginning of a phase."""
        stops, at = self.stops, self.at
        beyond = at + direction
        if grain is not Grain.OP:
            # All steps of the same phase as the one that comes next in this direction.
            while 0 < beyond < len(stops) and stops[beyond - 1] == stops[beyond]:
                beyond += direction
        self.seek_step(beyond)

    def seek_step(self, step: int) -> None:
        """Go to the moment after so many steps."""
        self.state = replace(self.state, at=max(0, min(step, len(self.stops))))

    def reset(self) -> None:
        """Return to the beginning of the computation."""
        self.seek_step(0)

    def seek_newest(self) -> None:
        """Go to its end."""
        self.seek_step(len(self.stops))

    def start_playing(self) -> None:
        """Playing at the end begins at the start."""
        self.stopped = False
        if self.at >= len(self.stops):
            self.seek_step(0)

    def advance(self) -> float:
        """Step on; return the seconds to wait until the next."""
        self.step(1, self.grain)
        self.stopped = self.at >= len(self.stops)
        return SPEEDS[self.speed]

    def scene(self, playing: bool) -> SceneOf:
        """Return what the views draw now."""
        raise NotImplementedError


def _any(begin: object) -> Any:
    return begin
