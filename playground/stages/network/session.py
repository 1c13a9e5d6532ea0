"""One student's training run, and what can be done with it, without any widget.

All methods run in the stage's worker thread, one at a time; `scene` hands the views finished bytes.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from engine import Grain, Position, SpecError, TrainingRun, TrainingSpec
from engine.backend import Backend, whole_state
from engine.capsule import load_run
from engine.datasets.own import Points
from engine.inside.diagnosis import Diagnosis, diagnose
from engine.inside.operation import lamp_of
from engine.pair import follow, twin
from engine.spec import LIVE_SETTINGS, OWN
from engine.stopping import StopRule
from playground.link import Link
from playground.stages.network.inside_data import VIEWS as INSIDE
from playground.stages.network.scene import Scene, SceneMaker

# Of the engine's 64 MiB a small server can spare one student this much; seeking still replays under a millisecond.
HISTORY_BUDGET = 2 * 2**20
# By the speed's key: epochs a frame, or for the last as many as fit into so many seconds.
EPOCHS_A_FRAME = {"normal": 1, "fast": 5}
FASTEST_SECONDS = 0.012
SLOW_MOTION_SECONDS = 0.35

# A value of a setting, or what makes it from the spec.
Edit = Any | Callable[[TrainingSpec], Any]
State = npt.NDArray[np.float64]


class TrainingSession:
    """A run with its pictures.

    Parameters
    ----------
    spec : TrainingSpec
    backend : Backend
    start : [P], optional
        Parameters to begin with, such as a link carries.

    Attributes
    ----------
    views : tuple of str
        Keys of `VIEWS`: what the last link that was opened has open.
    visits : int
        How many links have been opened in place.
    """

    def __init__(self, spec: TrainingSpec, backend: Backend, start: State | None = None) -> None:
        self.scenes = SceneMaker()
        self.pinned: TrainingRun | None = None
        self.views: tuple[str, ...] = ()
        self.visits = 0
        self._stand_fresh()
        self._start_with(spec, backend, start)

    def _stand_fresh(self) -> None:
        """Let all that was chosen besides the run be as it is for who has just come."""
        self.grain = Grain.BATCH
        self.speed = "normal"
        self.stop_rule = StopRule()
        # Said once, with the next picture, a paragraph a line; `stopped` also ends playing.
        self.notice = self.stopped = ""
        self.trouble: Diagnosis | None = None
        # Points that are too few yet to train on.
        self.draft: Points | None = None
        self._shown_points: Points | None = None
        self._held_reasons: set[str] = set()
        self._pinned_given: State | None = None

    def _start_with(self, spec: TrainingSpec, backend: Backend, start: State | None) -> None:
        # Where Reset returns to: the weights of a link, as long as the network is the link's.
        self._given = start
        self._begin(spec, backend, start)

    def go_to(self, link: Link, backend: Backend) -> None:
        """Go on with what a link asks for, as if the page had just been opened with it."""
        self.unpin()
        self._stand_fresh()
        self.look_at(link.views)
        self._start_with(link.spec, backend, link.weights)

    def look_at(self, views: Sequence[str]) -> None:
        """Have just these of `VIEWS` open; the page follows with its switches."""
        self.visits += 1
        self.views = tuple(views)
        self.scenes.stepping.open = "stepping" in views
        if self.scenes.stepping.open:
            self.grain = Grain.OP
        for view in INSIDE:
            self.scenes.inside.toggle(view, view in views)

    def build(self, spec: TrainingSpec, backend: Backend) -> None:
        """Start anew from a spec; a pinned run returns to its start too."""
        self._given = None
        self._begin(spec, backend, None)

    def _begin(self, spec: TrainingSpec, backend: Backend, start: State | None) -> None:
        self._take(TrainingRun(spec, budget=HISTORY_BUDGET, backend=backend, record=True, start=start))
        self.notice = _not_finite(self.run) or self.notice
        if self.pinned is not None:
            self.pinned.seek(Position())

    def _take(self, run: TrainingRun) -> None:
        self.run = run
        self.draft = self.trouble = self._shown_points = None
        self.scenes.show(run)

    def load(self, text: str, backend: Backend) -> None:
        """Go on with the run of a saved file."""
        run = load_run(text, budget=HISTORY_BUDGET, backend=backend, record=True)
        self.unpin()
        self._given = None
        self._take(run)

    def reset(self, backend: Backend) -> None:
        """Return to the start: same weights, same order of the examples; the settings that hold now stay."""
        self._begin(self.run.spec, backend, self._given)

    def edit(self, name: str, value: Edit, backend: Backend) -> None:
        """Change one setting: at once where it may change while training, else by a new run.

        Parameters
        ----------
        name : str
        value : Any or callable
            The new value, or what makes it from the spec: edits that follow each other quickly must not all start
            from the spec that was shown when the first of them was made.
        backend : Backend
            What a new run runs on.
        """
        self.edit_many({name: value}, backend)

    def edit_many(self, values: Mapping[str, Edit], backend: Backend) -> None:
        """Change several settings at once, as `edit` changes one."""
        spec = self.run.spec
        new = {name: value(spec) if callable(value) else value for name, value in values.items()}
        if all(name in LIVE_SETTINGS for name in new):
            self.run.change(**new)
            return
        try:
            changed = spec.with_(**new)
        except SpecError as error:
            if error.field != "loss" or "loss" in new:
                raise
            # Other data need not suit the loss that was chosen for the old.
            changed = replace(spec, **new, loss="auto")
            self.notice = (
                f"{spec.resolved_loss.title} does not suit this data: the loss function is now the one that does, "
                f"{changed.resolved_loss.title}."
            )
        self.build(changed, backend)

    @property
    def points(self) -> Points:
        """The points that drawing goes on from: the draft, the own points, or those of the data set that is shown."""
        if self.draft is not None:
            return self.draft
        spec = self.run.spec
        if spec.data == OWN and spec.points is not None:
            return spec.points
        if self._shown_points is not None:
            return self._shown_points
        train, test = self.run.train, self.run.test
        together = replace(
            train,
            inputs=np.concatenate([train.inputs, test.inputs]),
            targets=np.concatenate([train.targets, test.targets]),
        )
        self._shown_points = Points.from_dataset(together)
        return self._shown_points

    def draw(self, edit: Callable[[Points], Points], backend: Backend) -> None:
        """Change the points by hand. Training goes on from the weights of now, on the new points."""
        try:
            points = edit(self.points)
        except ValueError as error:
            raise SpecError("points", str(error)) from error
        problem = points.problem()
        if problem:
            self.draft = points
            self.notice = f"The network still has the points of before: {problem}."
            return
        spec = self.run.spec
        changed = spec.with_(data=OWN, points=points, loss=_suitable(spec, points))
        carried = self._carried(changed)
        if carried is None:
            self._given = None
        self._begin(changed, backend, carried)

    def _carried(self, spec: TrainingSpec) -> State | None:
        """Return the state to go on from under another spec, if its network has the same shape."""
        old, new = self.run.network, spec.network()
        if [layer.units for layer in old.layers] != [layer.units for layer in new.layers] or old.inputs != new.inputs:
            return None
        return whole_state(self.run.loop.memory).copy()

    def set_weight(self, group: int, source: int, target: int, value: float) -> None:
        """Set the weight of an edge by hand."""
        self.run.set_parameter(f"W{group + 1}", (source, target), value)

    def set_bias(self, column: int, unit: int, value: float) -> None:
        """Set the bias of a neuron by hand; column 1 is the first hidden layer."""
        self.run.set_parameter(f"b{column}", (unit,), value)

    def pin(self) -> None:
        """Keep this run beside the other from now on: whatever is changed next is changed in the other only."""
        self.pinned, self._pinned_given = self.run, self._given
        self._take(twin(self.run, budget=HISTORY_BUDGET))
        self.scenes.show_pinned(self.pinned)

    def unpin(self) -> None:
        """Give the pinned run up."""
        self.pinned = None
        self.scenes.show_pinned(None)

    def swap(self) -> None:
        """Let the pinned run and the other change places."""
        if self.pinned is not None:
            pinned, self.pinned = self.pinned, self.run
            self._given, self._pinned_given = self._pinned_given, self._given
            self._take(pinned)
            self.scenes.show_pinned(self.pinned)

    def start_playing(self) -> None:
        """Conditions to stop at that hold already do not stop a student who plays on."""
        self._held_reasons = set(self._reasons())
        # Numbers that are none do.
        self.trouble = None

    def advance(self) -> float:
        """Go on by as much as the speed asks for in one frame; return the seconds to wait until the next."""
        if self.speed == "slow":
            self.run.step(self.grain)
            self._look_for_a_stop()
            return SLOW_MOTION_SECONDS
        if self.speed in EPOCHS_A_FRAME:
            self._run_epochs(EPOCHS_A_FRAME[self.speed])
            return 0.0
        end = time.perf_counter() + FASTEST_SECONDS
        while time.perf_counter() < end and not self.stopped:
            self._run_epochs(5)
        return 0.0

    def _run_epochs(self, count: int) -> None:
        if not self.stop_rule.asks:
            self.run.step(Grain.EPOCH, count)
            return
        for _ in range(count):
            self.run.step(Grain.EPOCH)
            self._look_for_a_stop()
            if self.stopped:
                return

    def _look_for_a_stop(self) -> None:
        if not self.stop_rule.asks or self.run.position != Position(self.run.position.epoch):
            return
        reasons = self._reasons()
        self._held_reasons &= set(reasons)
        new = [text for key, text in reasons.items() if key not in self._held_reasons]
        if new:
            self.stopped = new[0]

    def _reasons(self) -> dict[str, str]:
        """Return which conditions to stop at hold now, whatever the run knows of later."""
        curve, epoch = self.run.curve(), self.run.position.epoch
        train, test = self.run.scores()
        # Of long runs not every epoch is noted; this one counts in any case.
        now = np.array([[epoch, *train, *test]])
        return self.stop_rule.reasons(np.concatenate([curve[curve[:, 0] < epoch], now]))

    def step(self, direction: int, grain: Grain) -> None:
        """Step forward (1) or back (-1)."""
        if direction > 0:
            self.run.step(grain)
        else:
            self.run.step_back(grain)

    def run_to(self, op: int) -> None:
        """Run to just before operation `op` of this batch, or back to it."""
        at = self.run.position
        self.run.seek(Position(at.epoch, at.batch, op))

    def run_to_end_of(self, lamp: str) -> None:
        """Run to the end of one of the loop's four moves in this batch, or back to it."""
        ops = self.run.program.ops
        end = 1 + max(k for k, op in enumerate(ops) if lamp_of(op) == lamp)
        loop = self.run.loop
        self.run.seek(loop.at(loop.updates, end) if end < len(ops) else loop.at(loop.updates + 1))

    def seek_step(self, updates: int) -> None:
        """Go to the moment after so many batches, at most to the newest one."""
        newest = self.run.newest
        self.run.seek(min(self.run.loop.at(max(0, updates)), newest))

    def seek(self, position: Position) -> None:
        """Go to a moment that has been."""
        self.run.seek(min(position, self.run.newest))

    def seek_newest(self) -> None:
        """Go to the newest moment."""
        self.run.seek(self.run.newest)

    def stand_on(self, branch: int, updates: int | None = None) -> None:
        """Go to another branch: to its newest moment, or to one after so many batches."""
        self.run.stand_on(self.run.branches[branch])
        if updates is not None:
            self.seek_step(updates)

    def scene(self, playing: bool) -> Scene:
        """Return what the views draw now."""
        if self.pinned is not None:
            follow(self.pinned, self.run)
        # In slow motion every step can be followed.
        scene = self.scenes.make(playing, fast=playing and self.speed != "slow")
        finite = math.isfinite(scene.train.loss) and bool(np.isfinite(self.run.parameters).all())
        if finite:
            self.trouble = None
        elif self.trouble is None:
            # None while only the next forward pass will overflow: playing on, it does, and then is explained.
            self.trouble = diagnose(self.run)
            if self.trouble is not None:
                self.stopped = "trouble"
                if playing:
                    # Back to just before the operation, to see it happen.
                    self.run.seek(self.trouble.position)
                    return self.scenes.make(False)
        return scene


def _not_finite(run: TrainingRun) -> str:
    """Say which own input is no number at some of the points; empty where all are fine."""
    points = np.concatenate([run.train.inputs, run.test.inputs])
    for feature in run.first_spec.features:
        bad = int((~np.isfinite(feature.compute(points))).sum())
        if bad:
            return (
                f"The input {feature.label} is not a finite number at {bad:,} of {len(points):,} points, so the loss "
                "is not a number either and nothing can be learnt. Switch it off, or change it: log(abs(x1) + 1) is "
                "finite everywhere."
            )
    return ""


def _suitable(spec: TrainingSpec, points: Points) -> str:
    """Return the loss to go on with: the present one, or "auto" where it does not suit the points."""
    try:
        spec.with_(data=OWN, points=points)
    except SpecError as error:
        if error.field == "loss":
            return "auto"
        raise
    return spec.loss
