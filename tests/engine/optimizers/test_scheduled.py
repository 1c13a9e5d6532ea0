"""A schedule as recorded lines: the rates that it makes against worked numbers and the schedule itself."""

from __future__ import annotations

import numpy as np
import pytest

from engine.arena import Arena, Memory
from engine.backend import Data
from engine.optimizers import OPTIMIZERS, SGD, AdamW, Clipped, Decayed, Scheduled, get_optimizer
from engine.optimizers.scheduled import UNITS
from engine.program import Builder, Phase
from engine.schedules import (
    SCHEDULES,
    Constant,
    Cosine,
    Exponential,
    InverseRoot,
    StepDecay,
    TimeDecay,
    WarmUp,
)

EXAMPLES = [
    StepDecay(0.2, 0.3, 7), Exponential(0.1, 20), InverseRoot(2.0, 200), TimeDecay(0.01, 0.3), Cosine(0.1, 0.01, 50),
    WarmUp(Constant(0.3), 12), WarmUp(Cosine(0.2, 0.02, 30), 5), WarmUp(StepDecay(0.2, 0.9, 3), 49),
]  # fmt: skip


class Steps:
    """Updates of two parameters, of which only the gradient of the first is 1."""

    def __init__(self, optimizer, backend, batches=1):
        build = Builder(1, batches)
        build.parameter("W1", (2,), "W")
        with build.recording(Phase.UPDATE, "optimizer"):
            optimizer.record(build)
        self.program, self.backend = build.build(), backend
        self.memory = Memory(self.program.layout)
        for name, value in self.program.hyper.items():
            self[name][...] = value

    def __getitem__(self, name):
        return self.memory.view(self.program.refs[name])

    def step(self):
        self.memory.arena(Arena.GRADIENTS)[:] = [1.0, 0.0]
        nothing = Data(np.zeros((1, 1)), np.zeros((1, 1)))
        self.backend.run_operations(
            self.program, self.memory, nothing, np.zeros(1, np.int64), 0, 1, 0, len(self.program.ops)
        )


def sgd_under(schedule):
    rate = schedule.after.start if isinstance(schedule, WarmUp) else schedule.start
    return SGD(rate)


def test_all_families_are_here():
    assert {type(schedule) for schedule in EXAMPLES} | {Constant} == set(SCHEDULES.values())


@pytest.mark.parametrize("batches", [1, 7])
@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("schedule", EXAMPLES, ids=lambda schedule: schedule.name)
def test_each_update_is_made_with_the_rate_of_the_schedule(schedule, unit, batches, backend):
    steps = Steps(Scheduled(sgd_under(schedule), schedule, unit), backend, batches)
    for update in range(200):
        steps["W1"][0] = 0.0  # so that the step is the rate to the last bit
        steps.step()
        expected = schedule.rate(update // batches if unit == "epoch" else update)
        assert float(steps["rate"]) == pytest.approx(expected, rel=1e-13), update
        assert steps["W1"][0] == -steps["rate"]
        assert steps["W1"][1] == 0
        assert float(steps["updates"]) == update + 1


@pytest.mark.concept("C106")
def test_the_worked_rates_of_the_exponential_schedule(backend):
    steps = Steps(Scheduled(SGD(0.1), Exponential(0.1, 20)), backend)
    rates = []
    for _ in range(61):
        steps.step()
        rates.append(float(steps["rate"]))
    assert [rates[n] for n in (0, 10, 20, 40, 60)] == pytest.approx([0.1, 0.0316227766, 0.01, 0.001, 0.0001], rel=1e-9)


def test_the_worked_rates_of_one_over_the_root(backend):
    steps = Steps(Scheduled(SGD(1.0), InverseRoot(1.0, 200)), backend)
    rates = []
    for _ in range(100):
        steps.step()
        rates.append(float(steps["rate"]))
    assert [rates[i - 1] for i in (1, 4, 25, 100)] == pytest.approx([0.005, 0.0025, 0.001, 0.0005], rel=1e-13)


def test_whole_epochs_are_counted_without_rounding(backend):
    # 3/49·49 and the like come out just below a whole number where reciprocals are multiplied.
    for batches in (3, 7, 49, 98, 103, 1000):
        steps = Steps(Scheduled(SGD(1.0), TimeDecay(1.0, 1.0), "epoch"), backend, batches)
        for epoch in (1, 2, 3, 5, 41, 10_000, 999_999):
            for updates, expected in ((epoch * batches - 1, epoch - 1), (epoch * batches, epoch)):
                steps["updates"][...] = updates
                steps.step()
                assert float(steps["epoch"]) == expected, (batches, updates)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_constant_schedule_records_nothing(name):
    plain, around = Builder(1), Builder(1)
    for build, optimizer in (
        (plain, get_optimizer(name)), (around, Scheduled(get_optimizer(name), Constant(0.5), "epoch")),
    ):  # fmt: skip
        build.parameter("W1", (2,), "W")
        optimizer.record(build)
    assert around.build().ops == plain.build().ops
    assert around.refs == plain.refs
    assert around.hyper == plain.hyper


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_line_with_a_rate_takes_the_scheduled_one(name):
    build = Builder(1)
    build.parameter("W1", (2,), "W")
    around = Decayed(get_optimizer(name), 0.1, decoupled=True)
    Scheduled(Clipped(around, 1.0), TimeDecay(0.1)).record(build)
    ops = build.build().ops
    # Only the schedule's own line reads the rate to begin with.
    assert [op.name for op in ops if build.refs["learning_rate"] in op.reads] == ["input.rate"]
    assert sum(build.refs["rate"] in op.reads for op in ops) == (3 if name == "adamw" else 2)
    assert ops[-1].kind.name == "count_step"


def test_the_decay_of_adamw_and_one_around_it_are_two(backend):
    steps = Steps(Decayed(AdamW(0.1, weight_decay=0.5), 0.25, decoupled=True), backend)
    assert {name: steps.program.hyper[name] for name in ("weight_decay", "decay")} == {
        "weight_decay": 0.5, "decay": 0.25,
    }  # fmt: skip
    steps["W1"][:] = 1.0
    steps.step()
    # Without a gradient Adam does not move: what is left are both decays.
    assert steps["W1"][1] == pytest.approx((1 - 0.1 * 0.25) * (1 - 0.1 * 0.5), rel=1e-14)


def test_a_unit_that_is_none_is_refused():
    with pytest.raises(ValueError, match="a schedule counts by update or epoch, got 'day'"):
        Scheduled(SGD(0.1), Exponential(), "day")
    with pytest.raises(ValueError, match="an epoch has at least 1 batch, got 0"):
        Builder(1, 0)
