"""The stepping grammar that every experiment speaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from engine.arena import Array
from engine.program import Op, Phase


class Grain(StrEnum):
    """What one step may mean, from the smallest to the largest."""

    OP = "op"
    LAYER = "layer"
    PHASE = "phase"
    BATCH = "batch"
    EPOCH = "epoch"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Where the program counter stands: the operation that comes next.

    Attributes
    ----------
    epoch, batch, op : int
        All from 0. `op` is below the number of operations: after the last one stands the next batch's first.
    """

    epoch: int = 0
    batch: int = 0
    op: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """What a hook receives after a step of its grain.

    Attributes
    ----------
    grain : Grain
    op : Op or None
        The operation that has just run; None for grains above LAYER.
    phase : Phase
        The phase that it belongs to, or that has just ended.
    position : Position
        What comes next.
    experiment : Any
        The experiment itself; `experiment["W1"]` is a view of a place.
    """

    grain: Grain
    op: Op | None
    phase: Phase
    position: Position
    experiment: Any


Hook = Callable[[Event], None]


class Handle:
    """Takes a hook off again."""

    def __init__(self, remove: Callable[[], None]) -> None:
        self.remove = remove

    def __enter__(self) -> Handle:
        """Return the handle: the hook lives as long as the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Take the hook off."""
        self.remove()


class Frame(Protocol):
    """An immutable snapshot of what views may draw."""

    @property
    def position(self) -> Position:
        """What comes next."""

    def __getitem__(self, name: str) -> Array:
        """Return the values of the place of that name."""


class Experiment(Protocol):
    """A small deterministic machine that can be stepped, seen and rewound."""

    @property
    def position(self) -> Position:
        """What comes next."""

    @property
    def grains(self) -> tuple[Grain, ...]:
        """What one step may mean here."""

    def step(self, grain: Grain) -> None:
        """Run to the next boundary of `grain`."""

    def step_back(self, grain: Grain) -> None:
        """Return to the last boundary of `grain`."""

    def seek(self, position: Position) -> None:
        """Go there, back or forward; all is bit-identical to having walked there."""

    def frame(self) -> Frame:
        """Return a snapshot of now."""

    def on_event(self, hook: Hook, phase: Phase | None = None, grain: Grain = Grain.OP) -> Handle:
        """Call `hook` after every step of `grain`, or only of those in `phase`."""
