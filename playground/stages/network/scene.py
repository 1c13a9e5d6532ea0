"""What the views of the network stage draw in one frame, and the making of it from a run."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from engine import Position, TrainingRun, TrainingSpec
from engine.inside.replay import last_operation
from engine.metrics import Score
from playground.stages.network.inside_data import InsideData
from playground.stages.network.stepping_data import SteppingData, SteppingScene
from playground.views.diagram import pack_frame
from playground.views.pictures import THUMBNAIL, PlanePictures, plane_extent

# How many bytes of small pictures go with one frame; larger nets take turns, column by column.
PICTURE_BUDGET = 12_000
CURVE_POINTS = 150
# While playing the curve is sent at most every so many seconds: it is long and grows by a point.
CURVE_SECONDS = 0.4

Curve = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class PinnedScene:
    """The pinned run beside the other.

    Attributes
    ----------
    boundary : uint8 [100, 100]
        Over the same square as the other run's.
    curve : float32 [points, 5] or None
        None: as it was.
    rate : float
        The learning rate of the update that comes next.
    """

    train: Score
    test: Score
    boundary: Bytes
    curve: Curve | None
    spec: TrainingSpec
    epoch: int
    rate: float


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """All that the views draw in one frame.

    Attributes
    ----------
    diagram : bytes
        As `NetworkDiagram.frame` wants it.
    boundary : uint8 [100, 100]
        The neuron that is looked at, or the network's answer.
    answer : uint8 [100, 100]
        The network's answer.
    curve : float32 [points, 5] or None
        Epoch, train loss, train accuracy, test loss, test accuracy; at most `CURVE_POINTS` rows. None: as it was.
    batch : int [B]
        The examples of the batch that stands in the memory.
    ran : int
        Index of the operation that ran last; -1 at the very beginning, and where another listing has begun since.
    values : dict of str to ndarray
        What it wrote, by name.
    rate : float
        The learning rate of the update that comes next; within a batch, of this batch's.
    unanswered : float
        Share of the plane where the answer is not a number.
    inside : dict
        By view: what the open views of the inside draw; a view that is not there is as it was.
    stepping : SteppingScene or None
        The operation that ran last with its numbers, where the view of it is open and can be followed.
    """

    position: Position
    updates: int
    newest_updates: int
    at_newest: bool
    train: Score
    test: Score
    diagram: bytes
    boundary: Bytes
    answer: Bytes
    curve: Curve | None
    batch: npt.NDArray[np.int64]
    ran: int
    values: dict[str, npt.NDArray[np.float64]]
    spec: TrainingSpec
    rate: float
    branches: list[int]
    branch: int
    unanswered: float = 0.0
    pinned: PinnedScene | None = None
    inside: dict[str, Any] = field(default_factory=dict)
    stepping: SteppingScene | None = None


class SceneMaker:
    """Makes scenes of a run, and of one that is pinned beside it."""

    def __init__(self) -> None:
        self.hovered = self.chosen = ""
        self.inside = InsideData()
        self.stepping = SteppingData()
        self.pinned: TrainingRun | None = None
        self._pinned_pictures: PlanePictures | None = None
        self._sequence = 0
        self._curve_time = 0.0
        self._next_column = 0
        self._whole = True

    def show(self, run: TrainingRun) -> None:
        """Make scenes of this run from now on."""
        self.run = run
        self.extent = plane_extent(np.concatenate([run.train.inputs, run.test.inputs]))
        self.pictures = PlanePictures(run.network, run.first_spec, self.extent, run.backend)
        self.hovered = self.chosen = ""
        self._next_column = 0
        self._whole = True
        self._curve_time = 0.0
        self.inside.show(run)
        self.stepping.begin()
        if self.pinned is not None:
            self.show_pinned(self.pinned)

    def show_pinned(self, pinned: TrainingRun | None) -> None:
        """Show another run beside it, over the same square; None for none."""
        self.pinned = pinned
        self._curve_time = 0.0
        self._pinned_pictures = None
        if pinned is not None:
            self._pinned_pictures = PlanePictures(pinned.network, pinned.first_spec, self.extent, pinned.backend)

    @property
    def shown(self) -> str:
        """The neuron whose picture fills the big view; empty for the network's answer."""
        return self.hovered or self.chosen

    def unit_names(self) -> list[list[str]]:
        """Return the neurons' names, column by column, first all inputs there are, also those that are off."""
        columns = [[feature.key for feature in self.run.first_spec.offered_features]]
        for number, layer in enumerate(self.run.network.layers, 1):
            columns.append([f"dense{number}.{unit}" for unit in range(layer.units)])
        return columns

    def make(self, playing: bool, fast: bool | None = None) -> Scene:
        """Return what the views draw now.

        Parameters
        ----------
        playing : bool
        fast : bool, optional
            Whether it plays too fast for single operations to be followed; as `playing` unless given.
        """
        run, loop = self.run, self.run.loop
        fast = playing if fast is None else fast
        parameters = run.parameters
        self.pictures.update(parameters)
        train, test = run.scores()
        begun = run.position != Position()
        program, ran = last_operation(run) or (run.program, -1)
        if program is not run.program:
            ran = -1
        written = run.program.ops[ran].writes if ran >= 0 and not playing else ()
        newest = run.newest
        names, answer = self.unit_names(), self.pictures.answer()
        stepping = None if fast else self.stepping.make(run)
        with_curve = self._curve_is_due(playing)
        return Scene(
            position=run.position,
            updates=loop.updates,
            newest_updates=loop.updates_at(newest),
            at_newest=run.position >= newest,
            train=train,
            test=test,
            diagram=self._diagram(parameters, names, playing),
            boundary=self._boundary(names, answer),
            answer=answer,
            curve=_thinned(run.curve()) if with_curve else None,
            batch=loop.examples() if begun and not (playing and stepping is None) else np.zeros(0, np.int64),
            ran=ran,
            values={ref.name: run[ref.name].copy() for ref in written},
            spec=run.spec,
            rate=run.rate,
            branches=[leaf.end.epoch for leaf in run.branches],
            branch=run.branches.index(run.history.current),
            unanswered=self.pictures.unanswered(),
            pinned=self._pinned(with_curve),
            inside=self.inside.make(playing, (train, test), self.pictures),
            stepping=stepping,
        )

    def _pinned(self, with_curve: bool) -> PinnedScene | None:
        run, pictures = self.pinned, self._pinned_pictures
        if run is None or pictures is None:
            return None
        pictures.update(run.parameters)
        train, test = run.scores()
        past = None
        if with_curve:
            curve = run.curve()
            # Beyond this moment the pinned run may have been before; the comparison has not.
            past = _thinned(curve[curve[:, 0] <= max(run.position.epoch, self.run.newest.epoch)])
        return PinnedScene(train, test, pictures.answer(), past, run.spec, run.position.epoch, run.rate)

    def _boundary(self, columns: list[list[str]], answer: Bytes) -> Bytes:
        for column, names in enumerate(columns):
            if self.shown in names:
                return self.pictures.big(column, names.index(self.shown))
        return answer

    def _diagram(self, parameters: npt.NDArray[np.float64], names: list[list[str]], playing: bool) -> bytes:
        columns = self._columns_of_this_frame(names, playing)
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

    def _columns_of_this_frame(self, names: list[list[str]], playing: bool) -> range:
        """Which columns send pictures: all while paused, else as many as the budget carries, in turn."""
        sizes = [len(column) * THUMBNAIL**2 for column in names]
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

    def _curve_is_due(self, playing: bool) -> bool:
        now = time.monotonic()
        if playing and now < self._curve_time + CURVE_SECONDS:
            return False
        self._curve_time = now
        return True


def _thinned(curve: npt.NDArray[np.float64]) -> Curve:
    if len(curve) > CURVE_POINTS:
        keep = np.unique(np.linspace(0, len(curve) - 1, CURVE_POINTS).astype(int))
        curve = curve[keep]
    with np.errstate(over="ignore"):
        return curve.astype(np.float32)
