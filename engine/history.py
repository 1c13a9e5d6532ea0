"""Checkpoints within a byte budget, and the tree of what was done.

A **segment** is a stretch of history under one setting of the hyper-parameters. A change, of a setting or of a
weight by hand, starts a new segment that keeps its parent; a change made in the past makes the tree fork. The
**line** is the path from the root to the segment that the run is on: what one walks along when seeking.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from engine.arena import Array
from engine.experiment import Position

DEFAULT_BUDGET = 64 * 2**20
# A checkpoint costs more bytes than time: replaying a hundred steps of a small network takes 0.1 ms.
SPACING = 100
# What a checkpoint weighs beyond its numbers: the array object and its place in the lists.
_OVERHEAD = 160


@dataclass(eq=False)
class Segment:
    """A stretch of history under one setting of the hyper-parameters.

    Attributes
    ----------
    settings : dict
        What may change while training, by name: the hyper-parameters' values and the kind of penalty.
    start : Position
        Where it leaves its parent.
    end : Position
        The furthest moment reached on it.
    parent : Segment or None
    steps : list of int
        After how many updates its checkpoints stand, ascending.
    states : list of ndarray
        Their parameters and optimizer states.
    records : dict of int to tuple
        By epoch, or by another count that the run keeps: what it noted there (losses and scores).
    edits : dict of int to float
        Parameters set by hand where it starts: the place among all parameters, and the value.
    """

    settings: dict[str, Any]
    start: Position
    end: Position
    parent: Segment | None = None
    steps: list[int] = field(default_factory=list)
    states: list[Array] = field(default_factory=list)
    records: dict[int, tuple[float, ...]] = field(default_factory=dict)
    edits: dict[int, float] = field(default_factory=dict)

    def line(self) -> list[Segment]:
        """Return the path from the root to here."""
        path: list[Segment] = []
        segment: Segment | None = self
        while segment is not None:
            path.append(segment)
            segment = segment.parent
        return path[::-1]


class History:
    """The tree of segments with their checkpoints.

    Parameters
    ----------
    settings : dict
        The root's, by name.
    state : ndarray
        The very first state; it is never dropped.
    batches : int
        Batches in an epoch.
    budget : int
        Bytes that all checkpoints together may take.
    spacing : int
        Updates between two checkpoints, as long as they fit.
    """

    def __init__(
        self, settings: dict[str, Any], state: Array, batches: int, budget: int = DEFAULT_BUDGET,
        spacing: int = SPACING,
    ) -> None:  # fmt: skip
        least = 4 * (state.nbytes + _OVERHEAD)
        if budget < least:
            raise ValueError(f"a history of this network needs at least {least:,} bytes, got {budget:,}")
        self.batches = batches
        self.budget = budget
        self.spacing = spacing
        self.bytes = 0
        root = Segment(dict(settings), Position(), Position())
        self.segments = [root]
        self.leaves = [root]
        self.line = [root]
        self._keep(root, 0, state)

    @property
    def current(self) -> Segment:
        """The leaf that the run is on."""
        return self.line[-1]

    @property
    def checkpoints(self) -> int:
        """How many checkpoints are kept."""
        return sum(len(segment.steps) for segment in self.segments)

    def on(self, position: Position) -> Segment:
        """Return the segment of the line under whose settings the operation at `position` runs."""
        return next(segment for segment in reversed(self.line) if segment.start <= position)

    def next_change(self, position: Position) -> Position | None:
        """Return where the line's next segment starts, if one starts after `position`."""
        return next((segment.start for segment in self.line if segment.start > position), None)

    def starting(self, position: Position) -> list[Segment]:
        """Return the line's segments that start exactly at `position`, in the order in which they follow."""
        return [segment for segment in self.line if segment.start == position]

    def due(self, updates: int) -> bool:
        """Whether a checkpoint after so many updates is worth keeping."""
        return updates >= self.before(updates)[0] + self.spacing

    def keep(self, updates: int, state: Array) -> None:
        """Keep a copy of `state` after so many updates, and thin the tree where the budget is spent."""
        self._keep(self.current, updates, state)
        while self.bytes > self.budget:
            self._thin()

    def _keep(self, segment: Segment, updates: int, state: Array) -> None:
        segment.steps.append(updates)
        segment.states.append(state.copy())
        self.bytes += state.nbytes + _OVERHEAD

    def _thin(self) -> None:
        """Drop about every second checkpoint of each segment's older half: the past grows sparser with age.

        They go where they stand closest, so that no stretch of the past is left without. Where halves are too
        short to thin, every second one of the whole segment goes; the root's first state stays.
        """
        before = self.bytes
        for segment in self.segments:
            steps, half = segment.steps, len(segment.steps) // 2
            if half > 1:
                # Twice the mean gap: at least one pair of neighbouring gaps is no wider.
                widest = 2 * (steps[half] - steps[0]) / (half - 1)
                for k in range(half - 1, 0, -1):
                    if steps[k + 1] - steps[k - 1] <= widest:
                        self._drop(segment, k)
        if self.bytes < before:
            return
        for segment in self.segments:
            for k in range(1 if segment.parent is None else 0, len(segment.steps), 2)[::-1]:
                self._drop(segment, k)

    def _drop(self, segment: Segment, k: int) -> None:
        self.bytes -= segment.states[k].nbytes + _OVERHEAD
        del segment.steps[k], segment.states[k]

    def before(self, updates: int) -> tuple[int, Array]:
        """Return the line's last checkpoint at or before so many updates: (its updates, its state)."""
        steps, state, _ = self.checkpoint(updates)
        return steps, state

    def checkpoint(self, updates: int) -> tuple[int, Array, Segment]:
        """Return what `before` returns, and the segment that the checkpoint is of: its listing laid the state out."""
        for place in range(len(self.line) - 1, -1, -1):
            segment = self.line[place]
            limit = updates
            if place + 1 < len(self.line):
                # Beyond the next segment's start this one tells of another branch.
                following = self.line[place + 1].start
                limit = min(limit, following.epoch * self.batches + following.batch)
            found = bisect_right(segment.steps, limit) - 1
            if found >= 0:
                return segment.steps[found], segment.states[found], segment
        raise AssertionError("the root's first state is always there")

    def change(
        self, position: Position, settings: dict[str, Any], edits: dict[int, float] | None = None
    ) -> Segment:
        """Start a segment at `position` under new settings, or with parameters set by hand, and stand on it.

        A change at the newest moment goes on from there; a change in the past forks, and the old future
        stays.
        """
        old = self.current
        parent = self.on(position)
        continues = parent is old and position >= old.end
        replaces = continues and parent.start == position and parent.parent is not None and not parent.steps
        segment = Segment(
            dict(settings), position, position, parent=parent.parent if replaces else parent,
            edits=(parent.edits if replaces else {}) | (edits or {}),
        )  # fmt: skip
        if replaces:
            self.segments.remove(parent)
        if continues:
            self.leaves[self.leaves.index(old)] = segment
        else:
            self.leaves.append(segment)
        self.segments.append(segment)
        self.line = segment.line()
        return segment

    def stand_on(self, leaf: Segment) -> None:
        """Make the path to `leaf` the line."""
        if leaf not in self.leaves:
            raise ValueError("this branch does not belong to this history")
        self.line = leaf.line()

    def adopt(self, segments: list[Segment], leaves: list[Segment], leaf: Segment) -> None:
        """Take over a whole tree, root first, such as a file tells of, and stand on `leaf`."""
        self.segments, self.leaves = list(segments), list(leaves)
        self.line = leaf.line()
        self.bytes = sum(state.nbytes + _OVERHEAD for segment in segments for state in segment.states)
        while self.bytes > self.budget:
            self._thin()

    def reached(self, position: Position) -> None:
        """Note that the run has come as far as `position`."""
        if position > self.current.end:
            self.current.end = position

    def records(self, at: Callable[[int], Position] = Position) -> dict[int, tuple[float, ...]]:
        """Return by epoch what was noted along the line; where branches part, only this line's notes.

        `at` tells the position of a note, where notes have other numbers than that of their epoch.
        """
        noted: dict[int, tuple[float, ...]] = {}
        for place, segment in enumerate(self.line):
            stop = self.line[place + 1].start if place + 1 < len(self.line) else None
            noted.update(
                (number, record)
                for number, record in segment.records.items()
                if stop is None or at(number) <= stop
            )
        return noted
