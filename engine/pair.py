"""Two runs in lockstep: one is pinned, one thing is changed in the other, and both stand at the same moment."""

from __future__ import annotations

from dataclasses import fields

from engine.capsule import load_run, save_run
from engine.experiment import Position
from engine.spec import TrainingSpec
from engine.training import TrainingRun


def twin(run: TrainingRun, *, budget: int, record: bool = True) -> TrainingRun:
    """Return a copy of a run, past included, that lives a life of its own."""
    return load_run(save_run(run), budget=budget, backend=run.backend, record=record)


def matching(position: Position, run: TrainingRun, other: TrainingRun) -> Position:
    """Return the moment of `other` that belongs beside `position` of `run`.

    The same operation where both have the same batches and the same listing; else the beginning of the batch that is
    as far into the epoch.
    """
    batch = position.batch * other.loop.batches // run.loop.batches
    same = other.loop.batches == run.loop.batches and _listing(run) == _listing(other)
    return Position(position.epoch, batch, position.op if same else 0)


def _listing(run: TrainingRun) -> list[str]:
    return [op.name for op in run.program.ops]


def follow(pinned: TrainingRun, run: TrainingRun) -> None:
    """Bring the pinned run beside the other; where it has not been yet, it trains on."""
    target = matching(run.position, run, pinned)
    if target != pinned.position:
        pinned.seek(target)


def differences(one: TrainingSpec, other: TrainingSpec) -> list[tuple[str, object, object]]:
    """Return the settings in which two specs differ: title, value of the one, value of the other."""
    return [
        (str(setting.metadata["title"]), getattr(one, setting.name), getattr(other, setting.name))
        for setting in fields(TrainingSpec)
        if getattr(one, setting.name) != getattr(other, setting.name)
    ]
