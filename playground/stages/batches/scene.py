"""What the views of the batches page draw in one frame, and the making of it from a run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine.batches import BatchesRun, BatchesSpec, best_accuracy, best_fit, summed_cost
from engine.descent import Surface
from playground.stages.batches import presentation
from playground.stages.batches.looks import Look, LookMaker
from playground.views.lane_marks import HAND
from playground.views.lane_paths import PathPicture
from playground.views.line_plane import LinePicture, line_handles
from playground.views.plane_ground import Ground, ground_of

if TYPE_CHECKING:
    from playground.stages.batches.session import BatchesSession

Array = npt.NDArray[np.float64]

# The cost is computed on so many points along an axis: it is smooth.
_GROUND_POINTS = 61


@dataclass(frozen=True, slots=True, eq=False)
class BatchesScene:
    """All that the views draw in one frame.

    Attributes
    ----------
    plane : LinePicture
    paths : PathPicture
    costs : dict of str to ndarray [2, n]
        By lane and, if there is one, for the line by hand: points seen, and cost.
    rows : list of dict
        Of the table, without colours.
    seen, cost_title : str
    points_seen : int
    chosen : str
        Whose probabilities are shown.
    status : dict
        As `Transport.status` wants it.
    summary, preset : str
    spec : BatchesSpec
        The spec that holds now.
    ceiling : float
        The accuracy that no classifier beats on these groups.
    edits, tool_edits : int
        How much had been asked for by the settings, and by the sliders of what is looked at, when it was made.
    look : Look
        What is looked at more closely.
    hand : tuple or None
    point : tuple of float
    factor : float
    precision : str
    branches : list of str
        By branch, where it ends.
    branch : int
    segments : list of dict
        As `BranchTree.segments` wants them.
    """

    plane: LinePicture
    paths: PathPicture
    costs: dict[str, Array]
    rows: list[dict[str, str]]
    seen: str
    points_seen: int
    cost_title: str
    chosen: str
    status: dict[str, Any]
    summary: str
    preset: str
    spec: BatchesSpec
    ceiling: float
    edits: int
    tool_edits: int
    look: Look
    hand: tuple[float, float, float] | None
    point: tuple[float, float]
    factor: float
    precision: str
    branches: list[str]
    branch: int
    segments: list[dict[str, Any]]


class SceneMaker:
    """Makes scenes of a run."""

    def __init__(self) -> None:
        self._ground: Ground | None = None

    def show(self, run: BatchesRun) -> None:
        """Make scenes of this run from now on."""
        self.run = run
        self.best = best_fit(run.groups)
        self._ground = None
        self._looks = LookMaker(run, self.best)
        self.reach = float(math.ceil(1.04 * np.abs(run.groups.points).max()))

    def make(self, session: BatchesSession, playing: bool) -> BatchesScene:
        """Return what the views draw now."""
        run, frame, history = self.run, self.run.frame(), self.run.history
        spec, groups, trail = frame.spec, run.groups, run.trail()
        lines = {key: session.weights(key) for key in frame.lanes}
        hand = session.hand
        if hand is not None:
            lines[HAND] = hand
        slide = session.slide
        share = 1.0 if spec.cost == "sum" else 1 / spec.samples
        costs = {key: np.stack([rows[:, 0], share * rows[:, 4]]) for key, rows in trail.items()}
        if hand is not None:
            last = max(float(run.seen), 5.0)
            costs[HAND] = np.array([[0.0, last], [presentation.cost_of(groups, hand, spec)] * 2])
        rings = frame.lanes[session.shaded].examples if session.shaded != HAND else np.zeros(0, dtype=np.int64)
        several = len(run.branches) > 1
        return BatchesScene(
            plane=LinePicture(
                groups.points, groups.labels, self.reach, lines, session.shaded, np.unique(rings % len(groups)),
                session.point if session.look == HAND else None,
                line_handles(hand, self.reach) if session.look == HAND and hand is not None else (),
            ),
            paths=PathPicture(
                self._ground_under(trail), {key: rows[:, 1:3] for key, rows in trail.items()},
                None if hand is None else hand[:2],
            ),
            costs=costs,
            rows=presentation.table_rows(frame, hand, groups),
            seen=presentation.seen_text(frame),
            points_seen=run.seen,
            cost_title=presentation.SUM if spec.cost == "sum" else presentation.MEAN,
            chosen=session.shaded,
            status=presentation.status(run, slide),
            summary=presentation.summary(frame, slide, hand, groups, playing),
            preset=session.preset,
            spec=spec,
            ceiling=best_accuracy(spec.mean, spec.variance),
            edits=session.edits,
            tool_edits=session.tool_edits,
            look=self._looks.make(session, frame, playing),
            hand=hand,
            point=session.point,
            factor=session.factor,
            precision=session.precision,
            branches=[presentation.moment_text(run, leaf.end) for leaf in run.branches],
            branch=run.branches.index(history.current),
            segments=presentation.tree_segments(run) if several and not playing else [],
        )  # fmt: skip

    def _ground_under(self, trail: dict[str, Array]) -> Ground:
        """Return the cost over w₁ and w₂ around the paths; the same object as long as they stay on it."""
        places = [rows[:, 1:3] for rows in trail.values()]
        if self.best is not None:
            places.append(self.best[None, :2])
        found = np.concatenate([*places, np.zeros((1, 2))])
        low, high = found.min(), found.max()
        ground = self._ground
        if ground is not None:
            left, right = ground.extent[0]
            if left <= low and high <= right and high - low > 0.2 * (right - left):
                return ground
        self._ground = ground_of(self._surface(*_rounded(float(low), float(high))), _GROUND_POINTS)
        return self._ground

    def _surface(self, low: float, high: float) -> Surface:
        groups = self.run.groups
        bias = float(self.best[2]) if self.best is not None else 0.0

        def cost(w1: Array, w2: Array) -> Array:
            weights = np.stack([w1, w2, np.full_like(w1, bias)], axis=-1)
            # Row by row: all at once would be a large array of logits.
            rows = [summed_cost(groups, row) for row in weights]
            return np.stack(rows)

        minima = () if self.best is None else ((float(self.best[0]), float(self.best[1])),)
        return Surface(
            "groups", "Cost", "", "", ("w₁", "w₂"), ((low, high), (low, high)), (0.0, 0.0), cost,
            lambda w1, w2: (w1, w2), minima,
        )  # fmt: skip


def _rounded(low: float, high: float) -> tuple[float, float]:
    """Return a span around another one that changes seldom while that one grows."""
    step = 2.0 ** math.ceil(math.log2(max(high - low, 0.1) / 4))
    return step * (math.floor(low / step) - 0.5), step * (math.ceil(high / step) + 0.5)
