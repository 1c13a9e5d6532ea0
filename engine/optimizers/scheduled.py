"""A schedule for any optimizer: the rate of each update is computed first, as a line of the listing."""

from __future__ import annotations

from dataclasses import dataclass, fields

from engine.arena import Ref
from engine.ops import schedules, updates
from engine.optimizers.optimizer import Optimizer, learning_rate
from engine.program import Builder, OpKind
from engine.schedules import (
    Constant,
    Cosine,
    Exponential,
    InverseRoot,
    Schedule,
    StepDecay,
    TimeDecay,
    WarmUp,
)

__all__ = ["COUNT_PLACE", "SCHEDULE_PLACE", "UNITS", "Scheduled"]

# What a schedule counts.
UNITS = ("update", "epoch")
# Before the names of a schedule's settings in the memory: optimizers have a decay of their own, too.
SCHEDULE_PLACE = "schedule_"
# Where the updates are counted.
COUNT_PLACE = "updates"

_KINDS: dict[type[Schedule], OpKind] = {
    StepDecay: schedules.step_decay,
    Exponential: schedules.exponential_decay,
    InverseRoot: schedules.inverse_root_decay,
    TimeDecay: schedules.time_decay,
    Cosine: schedules.cosine_decay,
}
_TEX = {"factor": "f", "every": "k", "tau": r"\tau", "examples": "N", "decay": "d", "end": r"\eta_T", "steps": "T"}


@dataclass(frozen=True, slots=True)
class Scheduled:
    """Any optimizer, with the learning rate that a schedule gives for each update.

    The rate, the count of updates and what the schedule is counted in lie among what the optimizer remembers; the
    rate to begin with (``learning_rate``) and the schedule's own numbers may be changed while training. A constant
    schedule records nothing.

    Parameters
    ----------
    optimizer : Optimizer
        Its learning rate is the one to begin with.
    schedule : Schedule
        Of any rate: the optimizer's takes its place.
    unit : {"update", "epoch"}
        What the schedule counts. Counting epochs, the rate stays the same for all updates of an epoch.
    """

    optimizer: Optimizer
    schedule: Schedule
    unit: str = "update"

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError(f"a schedule counts by {' or '.join(UNITS)}, got {self.unit!r}")

    @property
    def learning_rate(self) -> float:
        """The rate to begin with."""
        return self.optimizer.learning_rate

    def record(self, build: Builder) -> None:
        """Record the lines of the rate, then those of the optimizer, then the one that counts."""
        if isinstance(self.schedule, Constant):
            self.optimizer.record(build)
            return
        eta = learning_rate(build, self.learning_rate, r"\eta_0")
        # The schedule's n is what it counts.
        count = build.state(COUNT_PLACE, (), "n" if self.unit == "update" else "i")
        step = self._record_step(build, count)
        build.rate = self._record_rate(build, eta, step)
        self.optimizer.record(build)
        build.rate = None
        build.record(updates.count_step, COUNT_PLACE, t=count)

    def _record_step(self, build: Builder, count: Ref) -> Ref:
        """Return the place of the schedule's step: the count of updates, or of whole epochs."""
        if self.unit == "update":
            return count
        epoch = build.state("epoch", (), "n")
        batches = build.hyper_parameter("batches", build.batches, "B")
        build.record(schedules.whole_epochs, "epoch", updates=count, batches=batches, epoch=epoch)
        return epoch

    def _record_rate(self, build: Builder, eta: Ref, step: Ref) -> Ref:
        schedule = self.schedule
        if not isinstance(schedule, WarmUp):
            rate = build.state("rate", (), r"\eta_n")
            self._record_family(build, schedule, eta, step, rate)
            return rate
        long = build.hyper_parameter("warm_up", schedule.steps, "W")
        if not isinstance(schedule.after, Constant):
            after = build.state("after", (), r"n^{\prime}")
            build.record(schedules.steps_after_warm_up, "after", step=step, steps=long, after=after)
            warm = build.state("warm_rate", (), r"\eta^{\prime}")
            self._record_family(build, schedule.after, eta, after, warm)
            eta = warm
        rate = build.state("rate", (), r"\eta_n")
        build.record(schedules.warm_up, "rate", eta=eta, step=step, steps=long, rate=rate)
        return rate

    def _record_family(self, build: Builder, schedule: Schedule, eta: Ref, step: Ref, rate: Ref) -> None:
        numbers = {
            setting.name: build.hyper_parameter(
                f"{SCHEDULE_PLACE}{setting.name}", getattr(schedule, setting.name), _TEX[setting.name]
            )
            for setting in fields(schedule)
            if setting.name != "start"
        }
        build.record(_KINDS[type(schedule)], rate.name, eta=eta, step=step, rate=rate, **numbers)
