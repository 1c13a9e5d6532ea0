"""What the views of the digit training page draw in one frame, and the making of it from a run."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine import Position
from engine.inside.replay import last_operation
from engine.metrics import Score
from engine.reader import Judgement, ReaderRun, ReaderSpec
from engine.reader.maps import LayerMaps
from engine.reader.reader import field_of
from playground.stages.training import presentation
from playground.stages.training.looking import Looker
from playground.stages.training.net_cards import net_content
from playground.stages.training.tasks import tasks
from playground.stages.training.watched import Watched
from playground.views.maps import DIGITS, MOST_NUMBERS, Box, maps_content, score_content

if TYPE_CHECKING:
    from playground.stages.training.session import DigitSession

Curve = npt.NDArray[np.float32]

CURVE_POINTS = 150
# While playing the whole test part is asked again at most every so many seconds: it costs as much as some updates.
JUDGE_SECONDS = 0.5
# And at most this share of the time goes into it.
_JUDGE_SHARE = 0.15
# Bytes of maps a second while playing, at most: thirty frames of LeNet-5.
_WALL_BYTES = 400_000
# As many digits that were got wrong are shown.
MOST_WRONG = 18


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """How good the parameters of one moment are.

    Attributes
    ----------
    train, test : Score
    judgement : Judgement
        Of all test digits.
    """

    train: Score
    test: Score
    judgement: Judgement


@dataclass(frozen=True, slots=True, eq=False)
class TrainingScene:
    """All that the views draw in one frame.

    Attributes
    ----------
    status : dict
        As `Transport.status` wants it.
    numbers : dict of str to str
        As `Readout.values` wants them.
    net : dict
        As `NetBuilder.content` wants it.
    wall : dict or None
        As `MapWall.content` wants it; None: as it was.
    scores : dict
        As `ScoreBars.content` wants it.
    measured : Measured or None
        None while the slow engine would take too long for it.
    wrong : dict
        As `DigitWall.content` wants it; empty without a judgement.
    curve : float32 [T, 5] or None
        Epoch, train loss, train accuracy, test loss, test accuracy. None: as it was.
    tasks : list of dict
        As `TaskList.tasks` wants them.
    ran : int
        Index of the operation that ran last; -1 at the very beginning, and where another listing has begun since.
    values : dict of str to ndarray
        What it wrote, by name.
    """

    status: dict[str, Any]
    position: Position
    updates: int
    numbers: dict[str, str]
    spec: ReaderSpec
    preset: str
    net: dict[str, Any]
    watched: Watched
    watched_words: str
    wall: dict[str, Any] | None
    scores: dict[str, Any]
    measured: Measured | None
    wrong: dict[str, Any]
    curve: Curve | None
    ran: int
    values: dict[str, npt.NDArray[np.floating]]
    summary: str
    tasks: list[dict[str, Any]]
    edits: int
    branches: list[str]
    branch: int
    segments: list[dict[str, Any]]


class SceneMaker:
    """Makes scenes of a run."""

    def __init__(self) -> None:
        self._times: dict[str, float] = {}

    def show(self, run: ReaderRun, measures: bool) -> None:
        """Make scenes of this run from now on.

        Parameters
        ----------
        run : ReaderRun
        measures : bool
            Whether there is an engine that asks a thousand digits in no time.
        """
        self.run = run
        self.looker = Looker(run)
        self.picked: tuple[int, tuple[int, ...]] | None = None
        self.shown_maps: tuple[LayerMaps, ...] = ()
        self._measures = measures
        self._measured: Measured | None = None
        self._measured_for = np.zeros(0)
        self._cost = 0.0
        self._wall_bytes = 0
        self._times = {}

    def make(self, session: DigitSession, playing: bool) -> TrainingScene:
        """Return what the views draw now."""
        run, loop, watched = self.run, self.run.loop, session.watched
        measured = self._measure(playing)
        curve = _thinned(run.curve()) if self._due("curve", playing, 0.5) else None
        maps, done = self.looker.look(watched)
        self._forget_what_is_gone(maps)
        wall = None
        if self._due("wall", playing, self._wall_bytes / _WALL_BYTES):
            wall = self._wall(maps, done)
            self._wall_bytes = len(wall["pixels"])
        several = len(run.branches) > 1
        program, ran = last_operation(run) or (run.program, -1)
        ran = ran if program is run.program else -1
        written = run.program.ops[ran].writes if ran >= 0 and not playing else ()
        truth = self.looker.truth(watched)
        return TrainingScene(
            status=presentation.status(run),
            position=run.position,
            updates=loop.updates,
            numbers=presentation.numbers(run, measured, curve),
            spec=run.spec,
            preset=session.preset,
            net=net_content(session.draft, run.first_spec.shape, run.first_spec.head, session.draft_runs),
            watched=watched,
            watched_words=presentation.watched_words(watched, truth),
            wall=wall,
            scores=self._scores(maps, done, truth, watched.blank),
            measured=measured,
            wrong={} if measured is None else self._wrong(measured.judgement, watched),
            curve=curve,
            ran=ran,
            values={ref.name: run[ref.name].copy() for ref in written},
            summary=presentation.summary(run, measured, playing),
            tasks=self._tasks(session, maps),
            edits=session.edits,
            branches=[presentation.moment_text(run, leaf.end) for leaf in run.branches],
            branch=run.branches.index(run.history.current),
            segments=presentation.tree_segments(run) if several and not playing else [],
        )

    def _tasks(self, session: DigitSession, maps: tuple[LayerMaps, ...]) -> list[dict[str, Any]]:
        spec = self.run.spec
        if self._measured is not None and self.run.loop.updates:
            session.records.note(spec, self._measured.judgement.accuracy)
        picked = None if self.picked is None else maps[self.picked[0]]
        return tasks(session.chosen, spec, session.records, picked)

    def _due(self, what: str, playing: bool, seconds: float) -> bool:
        now = time.monotonic()
        if playing and now < self._times.get(what, 0.0) + seconds:
            return False
        self._times[what] = now
        return True

    def _measure(self, playing: bool) -> Measured | None:
        """Ask all test digits, unless that was just done or the parameters are those of the last time."""
        run = self.run
        if not self._measures or np.array_equal(run.parameters, self._measured_for):
            return self._measured
        if self._due("measure", playing, max(JUDGE_SECONDS, self._cost / _JUDGE_SHARE)):
            begun = time.perf_counter()
            train, test = run.scores()
            self._measured = Measured(train, test, run.judge())
            self._measured_for = run.parameters.copy()
            self._cost = time.perf_counter() - begun
        return self._measured

    def _forget_what_is_gone(self, maps: tuple[LayerMaps, ...]) -> None:
        if self.picked is None:
            return
        number, place = self.picked
        shape = maps[number].shape if number < len(maps) else ()
        if len(place) != len(shape) or any(k >= n for k, n in zip(place, shape, strict=True)):
            self.picked = None

    def _wall(self, maps: tuple[LayerMaps, ...], done: int | None) -> dict[str, Any]:
        # A row of the same numbers as the maps before it would only take their room.
        shown = self.shown_maps = fitting(tuple(layer for layer in maps if layer.kind != "flatten"))
        if done is not None:
            done = sum(layer.number < done for layer in shown)
        picked = self.picked
        if picked is not None and not any(
            layer.number == picked[0] and picked[1][-1] < layer.shape[-1] for layer in shown
        ):
            picked = None
        filters = {
            number: self.run[f"W{number}"] for number, layer in enumerate(maps) if layer.kind == "conv"
        }  # fmt: skip
        return maps_content(shown, picked, self._boxes(picked), filters=filters, done=done)

    def _boxes(self, picked: tuple[int, tuple[int, ...]] | None) -> list[Box]:
        """Return where the number that is picked comes from: on the digit, and on the maps before it."""
        if picked is None or picked[0] == 0:
            return []
        number, place = picked
        seen = field_of(self.looker.rows, number, place)
        boxes = [Box(0, seen.input.first, seen.input.last)]
        if number > 1 and len(seen.before.first) == 2:
            boxes.append(Box(number - 1, seen.before.first, seen.before.last))
        return boxes

    def _scores(self, maps: tuple[LayerMaps, ...], done: int | None, truth: int | None, blank: bool) -> dict[str, Any]:
        ready = done is None or done >= len(maps)
        answers = maps[-1].values if ready else np.zeros(0, np.float32)
        probabilities = self.looker.probabilities
        verdict = presentation.verdict(answers, truth, probabilities, blank)
        return score_content(answers, truth, probabilities=probabilities, verdict=verdict, classes=DIGITS)

    def _wrong(self, judgement: Judgement, watched: Watched) -> dict[str, Any]:
        run = self.run
        places = judgement.wrong[:MOST_WRONG]
        images, labels = run.images("test")[places], run.labels("test")[places]
        items = [
            presentation.wrong_item(int(place), int(judgement.said[place]), int(label))
            for place, label in zip(places, labels, strict=True)
        ]
        count, total = len(judgement.wrong), len(judgement.said)
        return {
            "title": f"Got wrong: {count:,} of {total:,}", "items": items, "side": list(run.first_spec.shape[:2]),
            "pixels": images.tobytes(), "chosen": str(watched.index) if watched.source == "test" else "",
            "text": presentation.wrong_text(count, total),
        }  # fmt: skip


def fitting(maps: tuple[LayerMaps, ...]) -> tuple[LayerMaps, ...]:
    """Return as much of the layers as a wall shows: of wide layers the first maps only, all cut alike."""
    most = max(layer.shape[-1] for layer in maps)
    while sum(layer.values[..., :most].size for layer in maps) > MOST_NUMBERS:
        most -= 1
    return tuple(
        layer if layer.shape[-1] <= most else replace(
            layer, values=layer.values[..., :most], title=f"{layer.title}, {most} of {layer.shape[-1]}"
        )
        for layer in maps
    )  # fmt: skip


def _thinned(curve: npt.NDArray[np.floating]) -> Curve:
    if len(curve) > CURVE_POINTS:
        curve = curve[np.unique(np.linspace(0, len(curve) - 1, CURVE_POINTS).astype(int))]
    with np.errstate(over="ignore"):
        return curve.astype(np.float32)
