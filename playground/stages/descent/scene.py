"""What the views of the descent stage draw in one frame, and the making of it from a run."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine import SpecError
from engine.descent import DescentFrame, DescentRun, DescentSpec, Outlook, Surface, fan
from engine.descent.real_loss import weight_names
from engine.descent.true_path import true_path
from playground.optimizer_marks import TITLES
from playground.stages.descent import presentation
from playground.stages.descent.arrows import arrows, fan_factor, next_step
from playground.stages.descent.basins import GrowingBasins
from playground.stages.descent.facts import Fact, closed_path, facts
from playground.stages.descent.grounds import Grounds
from playground.views.curve_ground import CurveGround, CurvePicture
from playground.views.loss_lines import LossSeries
from playground.views.optimizer_state import state_content
from playground.views.plane_ground import Ground
from playground.views.plane_picture import PlanePicture, Trail
from playground.widgets.fan_table import fan_content

if TYPE_CHECKING:
    from playground.stages.descent.session import DescentSession

Array = npt.NDArray[np.float64]

# While playing, the fan opens anew at most so often.
_FAN_SECONDS = 0.4
# Of older descents so many stay to be seen.
_MOST_OTHERS = 4


@dataclass(frozen=True, slots=True, eq=False)
class DescentScene:
    """All that the views draw in one frame.

    Attributes
    ----------
    ground : Ground or CurveGround
        The same object as long as the ground is the same.
    picture : PlanePicture or CurvePicture
    state : dict
        As `OptimizerState.content` wants it.
    facts : tuple of Fact
    fan : dict
        As `FanTable.content` wants it; empty for none.
    losses : tuple of LossSeries
    at : int
        The update that the losses are marked at.
    status : dict
        As `Transport.status` wants it.
    summary : str
    spec : DescentSpec
        What holds now.
    surface : Surface
    views : frozenset of str
        What is shown.
    offered : frozenset of str
        What can be shown here.
    preset : str
    branches : list of int
        By branch: after how many updates it ends.
    branch : int
    segments : list of dict
        As `BranchTree.segments` wants them.
    growing : bool
        Whether there is more to come by itself.
    """

    ground: Ground | CurveGround
    picture: PlanePicture | CurvePicture
    state: dict[str, Any]
    facts: tuple[Fact, ...]
    fan: dict[str, Any]
    losses: tuple[LossSeries, ...]
    at: int
    status: dict[str, Any]
    summary: str
    spec: DescentSpec
    surface: Surface
    views: frozenset[str]
    offered: frozenset[str]
    preset: str
    branches: list[int]
    branch: int
    segments: list[dict[str, Any]]
    growing: bool


class SceneMaker:
    """Makes scenes of a run, and keeps what is dear or must stay the same object."""

    def __init__(self) -> None:
        self.basins = GrowingBasins()
        self._grounds = Grounds()
        self._fan_time = 0.0
        # Where other optimizers and other starts led, as long as the ground stays.
        self._others: tuple[Trail, ...] = ()
        self._begun: tuple[Any, DescentFrame, Outlook] | None = None
        self._fan: tuple[Outlook, ...] = ()
        self._fan_of: Any = None
        # The path that J is known along, and J.
        self._known: tuple[Array, Array] = np.zeros((0, 0)), np.zeros(0)
        self._known_of: Surface | None = None

    def forget_trails(self) -> None:
        """Show no older descents any more."""
        self._others = ()

    def keep_trail(self, run: DescentRun) -> None:
        """Have where a run went stay to be seen, pale."""
        frame = run.frame()
        if frame.position.epoch and run.surface.dimensions > 1:
            title = TITLES[frame.spec.optimizer]
            points = _shown(frame, run.surface)
            kept = Trail(frame.spec.optimizer, f"{title}, before", points, frame.diverged)
            self._others = (*self._others, kept)[-_MOST_OTHERS:]

    def make(self, session: DescentSession, playing: bool) -> DescentScene:
        """Return what the views draw now."""
        run, views = session.run, frozenset(session.views)
        frame, surface = run.frame(), run.surface
        spec = frame.spec
        ground = self._grounds.of(frame, surface, playing)
        offered = _offered(spec, surface)
        begun, following = self._update(run, frame)
        closed = closed_path(frame, surface) if "closed" in views & offered else None
        said = facts(frame, surface, _usual_slope(ground), closed)
        fanned = self._fan_of_now(run, frame, playing) if "fan" in views & offered else ()
        if fanned and surface.dimensions > 1:
            said = (*said, _magnified(fan_factor(fanned, surface)))
        picture: PlanePicture | CurvePicture
        if isinstance(ground, CurveGround):
            picture = self._curve(frame, surface, following, views & offered, closed)
        else:
            picture = self._plane(frame, surface, begun, following, views & offered, fanned)
        history = run.history
        several = len(run.branches) > 1
        return DescentScene(
            ground=ground,
            picture=picture,
            state=state_content(frame, surface),
            facts=said,
            fan=_fan_table(fanned, frame, surface),
            losses=self.losses(frame, surface),
            at=frame.position.epoch,
            status=presentation.status(run, said, session.slides),
            summary=presentation.summary(frame, surface, said, session.slides, playing=playing),
            spec=spec,
            surface=surface,
            views=views,
            offered=offered,
            preset=session.preset,
            branches=[leaf.end.epoch for leaf in run.branches],
            branch=run.branches.index(history.current),
            segments=presentation.tree_segments(run) if several and not playing else [],
            growing=session.growing,
        )

    def _update(self, run: DescentRun, frame: DescentFrame) -> tuple[DescentFrame, Outlook | None]:
        """Return where the update of now began, and what it does."""
        at = run.position
        key = (id(run), id(run.history.on(at)), at.epoch, frame.spec, tuple(frame.path[-1].tolist()))
        if self._begun is not None and self._begun[0] == key:
            return self._begun[1], self._begun[2]
        begun = frame
        if at.op:
            # What an optimizer remembered at the beginning is known there only.
            run.seek(type(at)(at.epoch))
            begun = run.frame()
            run.seek(at)
        if begun.diverged:
            return begun, None
        self._begun = key, begun, next_step(begun)
        return begun, self._begun[2]

    def _fan_of_now(self, run: DescentRun, frame: DescentFrame, playing: bool) -> tuple[Outlook, ...]:
        """Return what every optimizer would do; within an update, what they would have done at its beginning."""
        at = run.position
        key = (id(run), id(run.history.on(at)), at.epoch, frame.spec)
        if at.op or key == self._fan_of or (playing and time.monotonic() < self._fan_time + _FAN_SECONDS):
            return self._fan
        self._fan_of, self._fan_time = key, time.monotonic()
        self._fan = () if frame.diverged else fan(frame)
        return self._fan

    def _curve(
        self, frame: DescentFrame, surface: Surface, following: Outlook | None, views: frozenset[str],
        closed: Array | None,
    ) -> CurvePicture:  # fmt: skip
        path = frame.path[:, 0].copy()
        at = frame.path[-1] if frame.position.op else frame.point
        basins = self._basins(frame, surface) if "basins" in views else None
        step = float(following.step[0]) if following is not None and "step" in views else None
        with np.errstate(all="ignore"):
            return CurvePicture(
                start=float(path[0]), w=float(at[0]), value=float(surface.value(at[0])),
                slope=float(surface.gradient(at[0])[0]), step=step, path=path, values=surface.value(path),
                closed=None if closed is None else closed[:, 0], basins=None if basins is None else basins.reached,
                basins_done=basins is None or basins.done,
                jumps=frame.jumps,
            )  # fmt: skip

    def _plane(
        self, frame: DescentFrame, surface: Surface, begun: DescentFrame, following: Outlook | None,
        views: frozenset[str], fanned: tuple[Outlook, ...],
    ) -> PlanePicture:  # fmt: skip
        spec = frame.spec
        points = _shown(frame, surface)
        others = self._others
        if "truth" in views:
            walked = _true_path(spec)[: frame.position.epoch + 1, :2]
            others = (*others, Trail(spec.optimizer, "Training of all weights", walked))
        return PlanePicture(
            start=(float(points[0, 0]), float(points[0, 1])),
            trails=(Trail(spec.optimizer, TITLES[spec.optimizer], points, frame.diverged),),
            arrows=arrows(begun, following, surface, tuple(views), fanned),
            basins=self._basins(frame, surface) if "basins" in views else None,
            jumps=points[list(frame.jumps)] if frame.jumps else None,
            others=others,
        )

    def losses(self, frame: DescentFrame, surface: Surface) -> tuple[LossSeries, ...]:
        """Return J along the path; of a network each value is a pass, so what is known is not computed again."""
        known, values = self._known
        same = min(len(known), len(frame.path))
        if known.shape[1:] != frame.path.shape[1:] or surface is not self._known_of:
            same = 0
        elif not np.array_equal(known[:same], frame.path[:same], equal_nan=True):
            # Up to the first point that is another one.
            same = int((known[:same] != frame.path[:same]).any(axis=1).argmax())
        with np.errstate(all="ignore"):
            values = np.concatenate([values[:same], surface.value(*frame.path[same:].T.copy())])
        self._known, self._known_of = (frame.path, values), surface
        key = frame.spec.optimizer
        return (LossSeries(key, TITLES[key], np.arange(len(values), dtype=np.float64), values),)

    def _basins(self, frame: DescentFrame, surface: Surface) -> Any:
        try:
            return self.basins.show(frame.spec, surface)
        except SpecError:
            return None


def _offered(spec: DescentSpec, surface: Surface) -> frozenset[str]:
    """Return which views mean something here."""
    offered = {"step"}
    if surface.dimensions > 1:
        offered |= {"gradient", "fan", "space"}
        if spec.optimizer in ("momentum", "nesterov"):
            offered.add("momentum")
    else:
        offered.add("fan")
    if surface.minima and surface.shown is None:
        offered.add("basins")
    if surface.curvatures is not None and spec.optimizer == "sgd":
        offered.add("closed")
    # A network of two weights is trained along its own descent.
    if spec.surface == "network" and not spec.free and len(weight_names(spec.network)) > 2:
        offered.add("truth")
    return frozenset(offered)


def _shown(frame: DescentFrame, surface: Surface) -> Array:
    """Return the path over the two parameters that are shown [n + 1, 2]."""
    return frame.path[:, list(surface.shown or (0, 1))]


def _usual_slope(ground: Ground | CurveGround) -> float:
    if isinstance(ground, CurveGround):
        return (ground.high - ground.low) / float(ground.w[-1] - ground.w[0])
    return (ground.scale.high - ground.scale.low) / max(high - low for low, high in ground.extent)


def _magnified(factor: float) -> Fact:
    """Say how long the steps of a fan are drawn."""
    drawn = "as long as they are" if factor == 1 else f"{factor:,g} times as long as they are"
    text = f"The marks show what each would do next from here; their steps are drawn {drawn}."
    return Fact("fan", "All optimizers", text)


def _fan_table(fanned: tuple[Outlook, ...], frame: DescentFrame, surface: Surface) -> dict[str, Any]:
    if not fanned:
        return {}
    note = "The others were led along the same path: what they remember is of its gradients, with their usual rates."
    return fan_content(fanned, surface.names, own=frame.spec.optimizer, chosen=surface.shown, note=note)


@lru_cache(maxsize=32)
def _true_path(spec: DescentSpec) -> Array:
    return true_path(spec)
