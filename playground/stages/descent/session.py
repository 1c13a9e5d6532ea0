"""One student's descent, and what can be done with it, without any widget.

All methods run in the stage's worker thread, one at a time; `scene` hands the views what they draw.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from engine import Grain, Position, SpecError
from engine.backend import Backend
from engine.capsule import CapsuleError
from engine.descent import MAX_STEPS, DescentRun, DescentSpec
from engine.descent.capsule import load_descent
from playground.descent_link import DescentLink
from playground.stages.descent.changes import LIVE, completed, merged, written_out
from playground.stages.descent.facts import at_rest
from playground.stages.descent.presets import PRESETS, VIEWS, preset_of
from playground.stages.descent.scene import DescentScene, SceneMaker
from playground.stages.descent.tries import Tries
from playground.views.loss_lines import LossSeries

# A few numbers a checkpoint: so much holds the longest run there is.
HISTORY_BUDGET = 4 * 2**20
# By the speed's key: what a frame does, and how many seconds it stays.
PACES = {"slow": (Grain.OP, 0.8), "normal": (Grain.EPOCH, 0.22), "fast": (Grain.EPOCH, 0.0)}
FASTEST_SECONDS = 0.006
_LAST_UPDATE = f"This is update {MAX_STEPS:,}, the last one that a descent here goes. Reset begins again."
_DIVERGED = (
    "The numbers have grown beyond all bounds: each step went too far. Step back to see it happen, or Reset and try a "
    "smaller learning rate."
)


class DescentSession:
    """A descent with what is shown of it.

    Parameters
    ----------
    link : DescentLink
        What to begin with, and where to stand.
    backend : Backend, optional
        The compiled engine unless another is given.
    """

    def __init__(self, link: DescentLink, backend: Backend | None = None) -> None:
        # What was asked for and not allowed, by setting.
        self.refused: list[SpecError] = []
        # What was tried since it was begun.
        self.tries = Tries()
        self._backend = backend
        self._scenes = SceneMaker()
        self._dragged: DescentRun | None = None
        self.go_to(link)

    def go_to(self, link: DescentLink) -> None:
        """Begin with what a link asks for, whatever was done here before."""
        self.grain = Grain.EPOCH
        self.speed = "normal"
        self.views = set(link.views)
        # Said once, with the next picture, a paragraph a line; `stopped` also ends playing.
        self.notice = self.stopped = ""
        # Whether whoever draws is to forget what was typed.
        self.begun = True
        self.refused.clear()
        self.tries.clear()
        self.open(link.spec)
        self.main.seek(link.position)

    @property
    def run(self) -> DescentRun:
        """What is shown: while the start is dragged, the descent from where it is now."""
        return self._dragged or self.main

    @property
    def slides(self) -> tuple[str, ...]:
        """The slides that show just this."""
        preset = PRESETS.get(self.preset)
        if preset is None or len(self.run.history.line) > 1:
            return ()
        return tuple(name for name, at in preset.slides.items() if at == self.run.position)

    @property
    def preset(self) -> str:
        """Key of what it was begun with; empty for no preset."""
        return preset_of(self.main.first_spec)

    @property
    def growing(self) -> bool:
        """Whether something is computed beside the descent, and there is more to come."""
        return "basins" in self.views and self._scenes.basins.growing

    @property
    def losses(self) -> tuple[LossSeries, ...]:
        """J along the path; what is known is not computed again."""
        return self._scenes.losses(self.run.frame(), self.run.surface)

    @property
    def basins(self) -> Any:
        """The basins that grow beside the descent."""
        return self._scenes.basins

    def _make(self, spec: DescentSpec) -> DescentRun:
        return DescentRun(spec, backend=self._backend, budget=HISTORY_BUDGET)

    def _take(self, run: DescentRun) -> None:
        self._dragged = None
        self.main = run

    def open(self, spec: DescentSpec) -> None:
        """Begin another descent."""
        self._scenes.forget_trails()
        self._take(self._make(spec.with_(steps=MAX_STEPS)))

    def open_preset(self, key: str) -> None:
        """Begin with one of `PRESETS`, with what it wants to be shown."""
        preset = PRESETS[key]
        self.open(preset.spec)
        self.views = set(preset.views)

    def choose_ground(self, changes: dict[str, Any]) -> None:
        """Descend something else, with the same optimizer and the rate that suits it there."""
        now = self.run.spec
        try:
            spec = now.with_(**changes)
        except SpecError as error:
            self.refused.append(error)
            return
        if spec != now:
            self.open(spec)

    def choose_optimizer(self, optimizer: str) -> None:
        """Go from the same start with another optimizer; where the last one went stays to be seen."""
        now = self.run.spec
        if optimizer != now.optimizer:
            self._scenes.keep_trail(self.run)
            self._take(self._make(now.with_(optimizer=optimizer)))

    def change(self, changes: dict[str, Any]) -> None:
        """Change settings from here on; where that cannot be on the way, the descent begins anew with them."""
        try:
            self._change(changes)
        except SpecError as error:
            self.refused.append(error)

    def _change(self, changes: dict[str, Any]) -> None:
        self._let_go()
        run = self.main
        changes = completed(run.spec, changes)
        new = run.spec.with_(**merged(run.spec, changes))
        if run.position == Position() and len(run.history.segments) == 1 and run.newest == Position():
            # Nothing has been walked: the beginning itself is changed.
            self._take(self._make(new))
            return
        try:
            if not set(changes) <= set(LIVE):
                raise SpecError("", "not on the way")
            run.change(**changes)
        except SpecError:
            # Allowed, as the spec has said, but not on the way.
            self._scenes.keep_trail(run)
            self._take(self._make(new))
            self.notice = "With this setting the descent begins anew, from the same start."

    def set_start(self, point: Sequence[float]) -> None:
        """Begin at another point, as a branch; after a drag at the same update, after a click at the first."""
        epoch = self._dragged.position.epoch if self._dragged is not None else 0
        run, now = self.main, self.run.spec
        self._dragged = None
        try:
            now.with_(start=tuple(point))
        except SpecError as error:
            self.refused.append(error)
            return
        if run.newest == Position() and len(run.history.segments) == 1:
            self._take(self._make(now.with_(start=tuple(point))))
            self.main.seek(Position(epoch))
            return
        self._scenes.keep_trail(run)
        run.set_start(tuple(point))
        # What was changed on the way holds here from the beginning.
        changes = {name: written_out(now, name) for name in LIVE if getattr(now, name) != getattr(run.spec, name)}
        if changes:
            run.change(**changes)
        run.seek(Position(epoch))
        self.tries.note(run)

    def _let_go(self) -> None:
        """Take a start that was dragged and never dropped: the pointer has left the page."""
        if self._dragged is not None:
            self.set_start(self._dragged.spec.point)

    def drag_start(self, point: Sequence[float]) -> None:
        """Show the descent from another start, as far as this one has come, until the start is let go."""
        run = self.run
        try:
            spec = run.spec.with_(start=tuple(point))
        except SpecError:
            # Beyond the edge: the last point within it stays.
            return
        dragged = self._make(spec)
        dragged.seek(Position(run.position.epoch))
        self._dragged = dragged

    def show(self, view: str, on: bool) -> None:
        """Show something beside the path, or no longer."""
        if view in VIEWS:
            (self.views.add if on else self.views.discard)(view)

    def reset(self) -> None:
        """Return to the start with the settings of now; what was done since is forgotten."""
        self._scenes.forget_trails()
        self._take(self._make(self.run.spec))

    def step(self, direction: int, grain: Grain) -> None:
        """Step forward (1) or back (-1)."""
        self._let_go()
        if direction < 0:
            self.run.step_back(grain)
        elif self.run.position == self.run.end:
            self.notice = _LAST_UPDATE
        else:
            self.run.step(grain)
        self.tries.note(self.run)

    def run_to(self, line: int) -> None:
        """Go to where a line of this update is the next one."""
        at = self.run.position
        epoch = at.epoch if at != self.run.end else at.epoch - 1
        self.run.seek(Position(epoch, 0, min(max(0, line), len(self.run.instructions) - 1)))

    def start_playing(self) -> None:
        """Play from the start where nothing more comes."""
        self._let_go()
        if self._ended():
            self.run.seek(Position())

    def advance(self) -> float:
        """Go on by as much as the speed asks for in one frame; return the seconds to wait until the next."""
        if self.growing:
            self.grow()
        grain, pause = PACES.get(self.speed, (Grain.EPOCH, 0.0))
        end = time.perf_counter() + (FASTEST_SECONDS if self.speed not in PACES else 0.0)
        while not self.stopped:
            self.run.step(grain)
            self.stopped = self._ended()
            if time.perf_counter() >= end:
                break
        self.tries.note(self.run)
        return pause

    def _ended(self) -> str:
        """Return why there is no point in going on; empty if there is."""
        run = self.run
        if run.position == run.end:
            return _LAST_UPDATE
        if run.position.op:
            return ""
        frame = run.frame()
        if frame.diverged:
            return _DIVERGED
        return "rest" if at_rest(frame) and not frame.spec.noise and not _remembers(frame.states) else ""

    def grow(self) -> None:
        """Compute some more of what is computed beside the descent."""
        self._scenes.basins.grow()

    def seek_step(self, index: int) -> None:
        """Go to the moment after so many lines, at most to the newest one."""
        self._let_go()
        length = len(self.run.instructions)
        self.run.seek(min(Position(max(0, index) // length, 0, max(0, index) % length), self.run.newest))
        self.tries.note(self.run)

    def seek_newest(self) -> None:
        """Go to the newest moment."""
        self._let_go()
        self.run.seek(self.run.newest)

    def stand_on(self, branch: int, index: int | None = None) -> None:
        """Go to another branch: to its newest moment, or to one after so many lines."""
        self._let_go()
        self.main.stand_on(self.main.branches[branch])
        if index is not None:
            self.seek_step(index)

    def load(self, text: str) -> None:
        """Take over the descent that a file tells of.

        Raises
        ------
        CapsuleError
            If it tells of none.
        """
        run = load_descent(text, budget=HISTORY_BUDGET, backend=self._backend)
        if not isinstance(run, DescentRun):
            raise CapsuleError("this is a saved race: load it on the page of the race")
        self._scenes.forget_trails()
        self._take(run)

    def scene(self, playing: bool) -> DescentScene:
        """Return what the views draw now."""
        return self._scenes.make(self, playing)


def _remembers(states: dict[str, Any]) -> bool:
    """Whether a velocity is left that moves it on."""
    velocities = [values for name, values in states.items() if name in ("v", "m") and values.ndim]
    return any(bool(np.abs(values).max() > 1e-9) for values in velocities)
