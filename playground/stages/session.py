"""One student's training run, and what the views need of it, without any widget.

All methods run in the stage's worker thread, one at a time; `scene` hands the views finished bytes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from engine import Grain, Position, SpecError, TrainingRun, TrainingSpec
from engine.backend import Backend
from engine.datasets import FEATURES
from engine.metrics import Score
from engine.spec import LIVE_SETTINGS
from playground.views.diagram import pack_frame
from playground.views.pictures import THUMBNAIL, PlanePictures, plane_extent

# Of the engine's 64 MiB a small server can spare one student this much; seeking still replays under a millisecond.
HISTORY_BUDGET = 2 * 2**20
# How many bytes of small pictures go with one frame; larger nets take turns, column by column.
PICTURE_BUDGET = 12_000
CURVE_POINTS = 150
# While playing the curve is sent at most every so many seconds: it is long and grows by a point.
CURVE_SECONDS = 0.4
# By the speed's key: epochs a frame, or for the last as many as fit into so many seconds.
EPOCHS_A_FRAME = {"normal": 1, "fast": 5}
FASTEST_SECONDS = 0.012
SLOW_MOTION_SECONDS = 0.35

# A value of a setting, or what makes it from the spec.
Edit = Any | Callable[[TrainingSpec], Any]


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """All that the views draw in one frame.

    Attributes
    ----------
    diagram : bytes
        As `NetworkDiagram.frame` wants it.
    boundary : uint8 [100, 100]
    curve : float32 [points, 5] or None
        Epoch, train loss, train accuracy, test loss, test accuracy; at most `CURVE_POINTS` rows. None: as it was.
    batch : int [B]
        The examples of the batch that stands in the memory.
    values : dict of str to ndarray
        What the operation that has just run wrote, by name.
    branches : list of int
        The epoch that each branch of history has reached.
    branch : int
        The one that the run is on.
    """

    position: Position
    updates: int
    newest_updates: int
    at_newest: bool
    train: Score
    test: Score
    diagram: bytes
    boundary: npt.NDArray[np.uint8]
    curve: npt.NDArray[np.float32] | None
    batch: npt.NDArray[np.int64]
    values: dict[str, npt.NDArray[np.float64]]
    spec: TrainingSpec
    branches: list[int]
    branch: int


class TrainingSession:
    """A run with its pictures.

    Parameters
    ----------
    spec : TrainingSpec
    backend : Backend
    """

    def __init__(self, spec: TrainingSpec, backend: Backend) -> None:
        self.grain = Grain.BATCH
        self.speed = "normal"
        self.hovered = self.pinned = self.notice = ""
        self._sequence = 0
        self._curve_time = 0.0
        self.build(spec, backend)

    def build(self, spec: TrainingSpec, backend: Backend) -> None:
        """Start anew from a spec."""
        self.run = TrainingRun(spec, budget=HISTORY_BUDGET, backend=backend, record=True)
        extent = plane_extent(np.concatenate([self.run.train.inputs, self.run.test.inputs]))
        self.pictures = PlanePictures(self.run.network, spec.inputs, extent, backend)
        self.hovered = self.pinned = ""
        self._next_column = 0
        self._whole = True

    def reset(self, backend: Backend) -> None:
        """Return to the start: same weights, same order of the examples; the settings that hold now stay."""
        self.build(self.run.spec, backend)

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
        spec = self.run.spec
        new = value(spec) if callable(value) else value
        if name in LIVE_SETTINGS:
            self.run.change(**{name: new})
            return
        try:
            changed = spec.with_(**{name: new})
        except SpecError as error:
            if error.field != "loss" or name == "loss":
                raise
            # Other data need not suit the loss that was chosen for the old.
            changed = replace(spec, **{name: new}, loss="auto")
            self.notice = (
                f"{spec.resolved_loss.title} does not suit this data: the loss function is now the one that does, "
                f"{changed.resolved_loss.title}."
            )
        self.build(changed, backend)

    def advance(self) -> float:
        """Go on by as much as the speed asks for in one frame; return the seconds to wait until the next."""
        if self.speed == "slow":
            self.run.step(self.grain)
            return SLOW_MOTION_SECONDS
        if self.speed in EPOCHS_A_FRAME:
            self.run.step(Grain.EPOCH, EPOCHS_A_FRAME[self.speed])
            return 0.0
        end = time.perf_counter() + FASTEST_SECONDS
        while time.perf_counter() < end:
            self.run.step(Grain.EPOCH, 5)
        return 0.0

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

    def seek_update(self, updates: int) -> None:
        """Go to the moment after so many batches, at most to the newest one."""
        newest = self.run.newest
        self.run.seek(min(self.run.loop.at(max(0, updates)), newest))

    def seek_newest(self) -> None:
        """Go to the newest moment."""
        self.run.seek(self.run.newest)

    def stand_on(self, branch: int) -> None:
        """Go to the newest moment of another branch."""
        self.run.stand_on(self.run.branches[branch])

    @property
    def shown(self) -> str:
        """The neuron whose picture fills the big view; empty for the network's answer."""
        return self.hovered or self.pinned

    def unit_names(self) -> list[list[str]]:
        """Return the neurons' names, column by column, first all inputs there are, also those that are off."""
        columns = [list(FEATURES)]
        for number, layer in enumerate(self.run.network.layers, 1):
            columns.append([f"dense{number}.{unit}" for unit in range(layer.units)])
        return columns

    def scene(self, playing: bool) -> Scene:
        """Return what the views draw now."""
        run, loop = self.run, self.run.loop
        parameters = run.parameters
        self.pictures.update(parameters)
        train, test = run.scores()
        op = (run.position.op or len(run.program.ops)) - 1
        begun = run.position != Position()
        written = run.program.ops[op].writes if begun and not playing else ()
        newest = run.newest
        return Scene(
            position=run.position,
            updates=loop.updates,
            newest_updates=loop.updates_at(newest),
            at_newest=run.position >= newest,
            train=train,
            test=test,
            diagram=self._diagram(parameters, playing),
            boundary=self._boundary(),
            curve=self._curve(playing),
            batch=loop.examples() if begun and not playing else np.zeros(0, np.int64),
            values={ref.name: run[ref.name].copy() for ref in written},
            spec=run.spec,
            branches=[leaf.end.epoch for leaf in run.branches],
            branch=run.branches.index(run.history.current),
        )

    def _boundary(self) -> npt.NDArray[np.uint8]:
        for column, names in enumerate(self.unit_names()):
            if self.shown in names:
                return self.pictures.big(column, names.index(self.shown))
        return self.pictures.answer()

    def _diagram(self, parameters: npt.NDArray[np.float64], playing: bool) -> bytes:
        columns = self._columns_of_this_frame(playing)
        names = self.unit_names()
        first = sum(len(column) for column in names[: columns.start])
        thumbnails = self.pictures.thumbnails(columns)
        weights, biases = [], []
        for number in range(1, len(names)):
            weights.append(self.run[f"W{number}"].ravel())
            biases.append(self.run[f"b{number}"])
        self._sequence += 1
        return pack_frame(
            self._sequence, np.concatenate(weights), np.concatenate(biases), thumbnails, first
        )

    def _columns_of_this_frame(self, playing: bool) -> range:
        """Which columns send pictures: all while paused, else as many as the budget carries, in turn."""
        sizes = [len(column) * THUMBNAIL**2 for column in self.unit_names()]
        if self._whole or not playing:
            self._whole = False
            return range(len(sizes))
        start = self._next_column if 1 <= self._next_column < len(sizes) else 1
        stop, spent = start + 1, sizes[start]
        while stop < len(sizes) and spent + sizes[stop] <= PICTURE_BUDGET:
            spent += sizes[stop]
            stop += 1
        self._next_column = stop
        return range(start, stop)

    def _curve(self, playing: bool) -> npt.NDArray[np.float32] | None:
        """Return the curve: while playing only now and then."""
        now = time.monotonic()
        if playing and now < self._curve_time + CURVE_SECONDS:
            return None
        self._curve_time = now
        curve = self.run.curve()
        if len(curve) > CURVE_POINTS:
            keep = np.unique(np.linspace(0, len(curve) - 1, CURVE_POINTS).astype(int))
            curve = curve[keep]
        with np.errstate(over="ignore"):
            return curve.astype(np.float32)
