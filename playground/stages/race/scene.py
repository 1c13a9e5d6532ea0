"""What the views of the race stage draw in one frame, and the making of it from a race."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine.backend import Backend
from engine.descent import DescentSpec, Race
from engine.history import Segment
from playground.stages.race import presentation
from playground.stages.race.compare import Twin, first_steps, parted
from playground.stages.race.field import title
from playground.views.loss_lines import LossSeries
from playground.views.plane_ground import Ground, ground_of
from playground.views.plane_picture import PlanePicture, Trail

if TYPE_CHECKING:
    from playground.stages.race.session import RaceSession

Array = npt.NDArray[np.float64]

# Lines of losses and trails are thinned by their views; more points than so many only cost time.
_MOST_POINTS = 400


@dataclass(frozen=True, slots=True)
class Prediction:
    """A question of a preset, and what was answered.

    Attributes
    ----------
    preset : str
    answer : int or None
        The choice that was taken; None while there is none.
    """

    preset: str
    answer: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RaceScene:
    """All that the views draw in one frame.

    Attributes
    ----------
    ground : Ground
        The surface; the same object as long as it is the same.
    picture : PlanePicture
    rows : list of dict
        As `RaceTable.rows` wants them.
    frame : dict
        As `RaceTable.frame` wants it.
    losses : tuple of LossSeries
    lowest : float
        Where the figure of losses ends, below what the plane shows; -inf where none of it lies below zero.
    status : dict
        As `Transport.status` wants it.
    summary : str
    spec : DescentSpec
        Of the first racer, with what all racers share as it holds now.
    preset : str
    question : dict
        As `StackQuestion.question` wants it.
    branches : list of int
        By branch: after how many updates it ends.
    branch : int
    segments : list of dict
        As `BranchTree.segments` wants them.
    """

    ground: Ground
    picture: PlanePicture
    rows: list[dict[str, Any]]
    frame: dict[str, Any]
    losses: tuple[LossSeries, ...]
    lowest: float
    status: dict[str, Any]
    summary: str
    spec: DescentSpec
    preset: str
    question: dict[str, Any]
    branches: list[int]
    branch: int
    segments: list[dict[str, Any]]


class SceneMaker:
    """Makes scenes of a race.

    Parameters
    ----------
    backend : Backend
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._twin = Twin(backend)
        self._sequence = 0
        self._ground: Ground | None = None
        self._ground_of: tuple[Any, ...] = ()
        self._line: list[Segment] = []
        self._known: Array = np.empty((0, 0, 0))

    def show(self, run: Race) -> None:
        """Make scenes of this race from now on."""
        self._line = []
        self._rows = presentation.rows(run.first_spec)

    def compare(self, race: Race) -> presentation.Comparison | None:
        """Return what the factor on the loss has done to a race; None without one."""
        if race.history.on(race.position).settings["loss_scale"] == 1:
            return None
        twin = self._twin.beside(race)
        return presentation.Comparison(parted(race, twin), first_steps(race, twin))

    def make(self, session: RaceSession, playing: bool) -> RaceScene:
        """Return what the views draw now."""
        race, out = session.shown, session.out
        self._sequence += 1
        racing = [key for key in race.keys if key not in out]
        lanes = [race.keys.index(key) for key in racing]
        paths = race.paths
        shown = list(race.surface.shown or (0, 1))
        comparison = self.compare(race)
        twin = None if comparison is None else self._twin.beside(race)
        table = race.table()
        run, history = session.run, session.run.history
        ground = self._shown_ground(race, paths[0, 0])
        others = () if twin is None else _trails(racing, twin.paths[:, lanes][..., shown], ", loss × 1")
        return RaceScene(
            ground=ground,
            picture=PlanePicture(
                start=(float(paths[0, 0, shown[0]]), float(paths[0, 0, shown[1]])),
                trails=_trails(racing, paths[:, lanes][..., shown]), others=others,
            ),
            rows=self._rows,
            frame=presentation.frame(race, table, out, self._sequence, comparison),
            losses=self._losses(race, racing, lanes, paths),
            lowest=_lowest(ground),
            status=presentation.status(run),
            summary=presentation.summary(race, table, out, playing),
            spec=presentation.shared(run),
            preset=session.preset,
            question=presentation.question(session.prediction, self._backend),
            branches=[leaf.end.epoch for leaf in run.branches],
            branch=run.branches.index(history.current),
            segments=presentation.tree_segments(run) if len(run.branches) > 1 and not playing else [],
        )  # fmt: skip

    def _shown_ground(self, race: Race, start: Array) -> Ground:
        surface = race.surface
        # Of many weights the picture is a cut through the start.
        fixed = () if surface.shown is None else tuple(np.delete(start, list(surface.shown)).tolist())
        key = (surface, fixed)
        if self._ground is None or key != self._ground_of:
            self._ground, self._ground_of = ground_of(surface.slice(start)), key
        return self._ground

    def _losses(self, race: Race, racing: list[str], lanes: list[int], paths: Array) -> tuple[LossSeries, ...]:
        """Return J along the way of those that race, as far as it is known on this line."""
        line = race.history.line
        same = len(line) == len(self._line) and all(a is b for a, b in zip(line, self._line, strict=True))
        if not same or len(paths) > len(self._known):
            self._line, self._known = list(line), paths
        known = self._known
        steps = np.unique(np.linspace(0, len(known) - 1, min(len(known), _MOST_POINTS)).astype(int))
        values = race.surface.value(*np.moveaxis(known[steps][:, lanes], -1, 0))
        return tuple(
            LossSeries(key, title(key), steps.astype(np.float64), values[:, place]) for place, key in enumerate(racing)
        )


def _lowest(ground: Ground) -> float:
    """Return a loss a little below all on a ground: on a saddle it falls without end for who has left the picture."""
    values = ground.values[np.isfinite(ground.values)]
    low, high = float(values.min(initial=0.0)), float(values.max(initial=0.0))
    return low - (high - low) / 4 if low < 0 else -np.inf


def _trails(racing: list[str], paths: Array, which: str = "") -> tuple[Trail, ...]:
    """Return the trails of the racers whose paths these are [updates + 1, racers, 2]; `which` ends their labels."""
    there = np.isfinite(paths[-1]).all(axis=-1)
    return tuple(
        Trail(key, title(key) + which, paths[:, place], not bool(there[place])) for place, key in enumerate(racing)
    )
