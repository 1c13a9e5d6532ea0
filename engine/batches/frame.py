"""Snapshots of the three lanes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.arena import Array
from engine.backend import Indices
from engine.batches.spec import BatchesSpec
from engine.experiment import Event, Position

if TYPE_CHECKING:
    from engine.batches.run import BatchesRun

__all__ = ["BatchesEvent", "BatchesFrame", "LaneFrame"]


@dataclass(frozen=True, slots=True, eq=False)
class LaneFrame:
    """Where one lane stands.

    Attributes
    ----------
    key : str
        One of `LANES`.
    batch_size, updates_per_epoch : int
    updates : int
        Made since the start.
    weights : ndarray
        (w₁, w₂, b) [3], read-only.
    cost : float
        Of all points, summed or averaged as the spec says.
    accuracy : float
        On these points.
    expected_accuracy : float
        On all points that could be drawn from the groups.
    examples : ndarray of int
        Which points its last update saw; none before the first one.
    """

    key: str
    batch_size: int
    updates_per_epoch: int
    updates: int
    weights: Array
    cost: float
    accuracy: float
    expected_accuracy: float
    examples: Indices


@dataclass(frozen=True, slots=True, eq=False)
class BatchesFrame:
    """Where all lanes stand, after the same number of points seen.

    Attributes
    ----------
    position : Position
        `epoch`, and in `batch` the points seen of it.
    seen : int
        Points seen since the start, by each lane.
    spec : BatchesSpec
        With what holds now.
    lanes : dict of str to LaneFrame
    """

    position: Position
    seen: int
    spec: BatchesSpec
    lanes: dict[str, LaneFrame]

    def __getitem__(self, name: str) -> Array:
        """Return the weights of a lane."""
        if name not in self.lanes:
            raise KeyError(f"there is no lane {name!r}; there are {', '.join(self.lanes)}")
        return self.lanes[name].weights


@dataclass(frozen=True, slots=True)
class BatchesEvent(Event):
    """What a hook receives; the operation is none, and the phase is the update."""

    experiment: BatchesRun
