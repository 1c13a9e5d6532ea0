"""One student's activation, and what can be done with it, without any widget.

All methods run in the stage's worker thread, one at a time; `scene` hands the views what they draw.
"""

from __future__ import annotations

from typing import Any

from engine import Grain
from engine.activation import REACH, ActivationSpec, UnitPass, through
from playground.activation_link import ActivationLink
from playground.stages.activation.presets import PRESETS
from playground.stages.activation.scene import ActivationScene, make_scene

# A step moves the input by so much.
STEPS = {Grain.OP: 0.1, Grain.BATCH: 1.0}
# By the speed's key: what a frame does, and how many seconds it stays.
PACES = {"slow": (Grain.OP, 0.15), "normal": (Grain.OP, 0.05)}
_TENTHS = 10


class ActivationSession:
    """A function, an input that moves along the axis, and a data set.

    Parameters
    ----------
    link : ActivationLink
        What to begin with.
    """

    def __init__(self, link: ActivationLink) -> None:
        self.grain = Grain.OP
        self.speed = "slow"
        # `notice` is said once, with the next picture; `stopped` ends playing.
        self.notice, self.stopped = "", False
        # Counts what was asked for by sliders: one that a hand is on must not be moved by an older answer.
        self.edits = 0
        self.go_to(link)

    def go_to(self, link: ActivationLink) -> None:
        """Go on with what an address says."""
        self._open(link.spec)

    def _open(self, spec: ActivationSpec) -> None:
        self.notice, self.stopped = "", False
        self.spec = spec
        self.unit: UnitPass = through(spec)
        # The settings under which the unit died before somebody's eyes, and whether its bias has revived it.
        self._died: ActivationSpec | None = None
        self.revived = False

    def choose(self, key: str) -> None:
        """Begin with one of `PRESETS`."""
        self._open(PRESETS[key].spec)

    def edit(self, name: str, value: Any, edits: int) -> None:
        """Change a setting."""
        self.edits = edits
        was_dead = self.unit.dead
        self.spec = self.spec.with_(**{name: value})
        self.unit = through(self.spec)
        if self.unit.dead and not was_dead:
            self._died, self.revived = self.spec, False
        if self._died is not None and was_dead and not self.unit.dead:
            self.revived = _of_unit(self.spec) == _of_unit(self._died)

    @property
    def killed(self) -> bool:
        """Whether the unit has died since this experiment was opened."""
        return self._died is not None

    @property
    def position(self) -> int:
        """Where the input stands, in tenths from the left end of the axis."""
        return round((self.spec.x + REACH) * _TENTHS)

    def _move(self, x: float) -> None:
        self.spec = self.spec.with_(x=min(max(round(x, 2) + 0.0, -REACH), REACH))

    def step(self, direction: int, grain: Grain) -> None:
        """Move the input: to the next tenth (OP), or to the next whole number."""
        size = STEPS.get(grain, 1.0)
        places = self.spec.x / size
        # From between two places to the next one on that side.
        near = round(places)
        if abs(places - near) < 1e-9:
            self._move(size * (near + direction))
        else:
            self._move(size * (near if (near > places) == (direction > 0) else near + direction))

    def advance(self) -> float:
        """Move the input on by one frame's worth; return the seconds to wait until the next."""
        grain, pause = PACES[self.speed]
        if self.spec.x >= REACH:
            self.stopped = True
        else:
            self.step(1, grain)
        return pause

    def seek_step(self, index: int) -> None:
        """Put the input on a tenth."""
        self._move(index / _TENTHS - REACH)

    def seek_newest(self) -> None:
        """Put the input on the right end of the axis."""
        self._move(REACH)

    def reset(self) -> None:
        """Put the input on the left end of the axis."""
        self._move(-REACH)

    def scene(self, playing: bool) -> ActivationScene:
        """Return what the views draw now."""
        return make_scene(self, playing)


def _of_unit(spec: ActivationSpec) -> tuple[object, ...]:
    """Return what a unit is made of, without its bias."""
    return spec.function, spec.sigma, spec.mean, spec.spread
