"""Schedules: worked numbers, PyTorch's and Keras' schedulers beside them, and what is refused."""

from __future__ import annotations

import importlib.util
import json
import math
from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest

from engine.checks import SpecError
from engine.schedules import (
    SCHEDULES,
    Constant,
    Cosine,
    Exponential,
    InverseRoot,
    Schedule,
    StepDecay,
    TimeDecay,
    WarmUp,
    schedule_from_dict,
    schedule_from_json,
)

EXAMPLES = [
    Constant(0.3), StepDecay(0.2, 0.3, 7), Exponential(0.1, 20), InverseRoot(2.0, 200), TimeDecay(0.01, 1e-3),
    Cosine(0.1, 0.01, 50), WarmUp(Cosine(0.2, 0.0, 30), 5),
]  # fmt: skip
every_schedule = pytest.mark.parametrize("schedule", EXAMPLES, ids=lambda schedule: schedule.name)


def test_all_are_here():
    assert {schedule.name for schedule in EXAMPLES} == set(SCHEDULES)


class TestWorkedNumbers:
    @pytest.mark.concept("C106")
    def test_exponential(self):
        rates = [Exponential(0.1, 20).rate(n) for n in (0, 10, 20, 40, 60)]
        assert rates == pytest.approx([0.1, 0.0316227766, 0.01, 0.001, 0.0001], rel=1e-9)

    @pytest.mark.concept("C096")
    def test_inverse_root(self):
        # The lecture counts updates from 1.
        rates = [InverseRoot(1.0, 200).rate(i - 1) for i in (1, 4, 25, 100)]
        assert rates == pytest.approx([0.005, 0.0025, 0.001, 0.0005], rel=1e-14)

    @pytest.mark.concept("C107")
    def test_keras_decay_halves_the_rate_in_a_million_updates(self):
        assert [TimeDecay(0.01, 1e-6).rate(n) for n in (0, 10**6)] == pytest.approx([0.01, 0.005], rel=1e-14)
        # In a short run nobody sees it.
        assert TimeDecay(0.01, 1e-6).rate(1000) == pytest.approx(0.01, rel=1e-3)

    def test_a_step_that_halves_every_ten_epochs(self):
        decay = StepDecay(0.1, 0.5, 10)
        assert decay.rate(35) == pytest.approx(0.0125)
        assert [decay.rate(n) for n in (9, 10, 19, 20)] == pytest.approx([0.1, 0.05, 0.05, 0.025])

    def test_cosine(self):
        cosine = Cosine(0.1, 0.02, 12)
        # cos 0, 60, 90 and 180 degrees.
        assert [cosine.rate(n) for n in (0, 4, 6, 12, 40)] == pytest.approx([0.1, 0.08, 0.06, 0.02, 0.02])

    def test_warm_up(self):
        warm = WarmUp(StepDecay(0.4, 0.5, 2), 4)
        assert warm.rates(9) == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.4, 0.4, 0.2, 0.2, 0.1])
        assert WarmUp(Constant(0.4), 1).rates(3) == pytest.approx([0.4, 0.4, 0.4])

    def test_constant(self):
        assert Constant(0.7).rates(4).tolist() == [0.7] * 4


@pytest.mark.peer
class TestPyTorch:
    @staticmethod
    def theirs(torch, start, make, count):
        parameter = torch.zeros(1, requires_grad=True)
        optimizer = torch.optim.SGD([parameter], lr=start)
        scheduler = make(torch.optim.lr_scheduler, optimizer)
        rates = []
        for _ in range(count):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        return rates

    def check(self, torch, schedule, start, make, count=100):
        theirs = self.theirs(torch, start, make, count)
        np.testing.assert_allclose(schedule.rates(count), theirs, rtol=1e-12, atol=1e-15)
        assert len(set(theirs)) > 1

    def test_step(self, torch):
        self.check(torch, StepDecay(0.2, 0.3, 7), 0.2, lambda s, o: s.StepLR(o, 7, 0.3))

    def test_exponential(self, torch):
        self.check(torch, Exponential(0.2, 30), 0.2, lambda s, o: s.ExponentialLR(o, 0.1 ** (1 / 30)))

    def test_cosine(self, torch):
        self.check(torch, Cosine(0.2, 0.01, 99), 0.2, lambda s, o: s.CosineAnnealingLR(o, 99, 0.01))

    def test_warm_up(self, torch):
        def make(s, o):
            first = s.LinearLR(o, start_factor=1 / 8, total_iters=7)
            return s.SequentialLR(o, [first, s.StepLR(o, 20, 0.5)], [8])

        self.check(torch, WarmUp(StepDecay(0.2, 0.5, 20), 8), 0.2, make)


@pytest.mark.peer
def test_keras(python):
    pytest.importorskip("torch")
    if importlib.util.find_spec("keras") is None:
        pytest.skip("keras is not installed: nothing was compared with Keras (pip install -e .[peers])")
    code = """
import json, warnings
warnings.simplefilter("ignore")
import keras
s = keras.optimizers.schedules
made = [
    s.ExponentialDecay(0.1, 20, 0.1),
    s.ExponentialDecay(0.2, 7, 0.3, staircase=True),
    s.InverseTimeDecay(0.01, 1, 0.05),
    s.CosineDecay(0.1, 50, alpha=0.1),
]
print(json.dumps([[float(schedule(n)) for n in range(80)] for schedule in made]))
"""
    theirs = json.loads(python(code, KERAS_BACKEND="torch").splitlines()[-1])
    ours = [Exponential(0.1, 20), StepDecay(0.2, 0.3, 7), TimeDecay(0.01, 0.05), Cosine(0.1, 0.01, 50)]
    for schedule, rates in zip(ours, theirs, strict=True):
        # Keras counts in 32 bits.
        np.testing.assert_allclose(schedule.rates(80), rates, rtol=2e-5, err_msg=schedule.name)


@every_schedule
def test_there_and_back_as_json(schedule):
    assert schedule_from_json(schedule.to_json()) == schedule
    assert schedule_from_dict(json.loads(schedule.to_json())) == schedule
    assert json.loads(schedule.to_json())["schedule"] == schedule.name
    with pytest.raises(FrozenInstanceError):
        setattr(schedule, fields(schedule)[0].name, 1.0)


@every_schedule
def test_rates_are_those_of_the_single_steps(schedule):
    rates = schedule.rates(70)
    assert rates.dtype == np.float64
    assert rates.tolist() == [schedule.rate(n) for n in range(70)]
    assert (rates >= 0).all()
    assert schedule.rates(0).shape == (0,)


@every_schedule
@pytest.mark.parametrize("step", [0, 1, 10**6, 10**15])
def test_a_rate_is_a_finite_number_however_late(schedule, step):
    assert math.isfinite(schedule.rate(step))


@pytest.mark.parametrize("name", SCHEDULES)
def test_what_is_left_out_takes_its_default(name):
    schedule = schedule_from_dict({"schedule": name})
    assert schedule == SCHEDULES[name]()
    assert schedule.title
    assert schedule.tex.startswith(r"\eta_")


@pytest.mark.parametrize(
    ("make", "field", "message"),
    [
        (lambda: Constant(0.0), "start", "Starting rate is a number from 0.000001 to 100, got 0"),
        (lambda: Constant(float("nan")), "start", "Starting rate is a number from 0.000001 to 100, got nan"),
        (lambda: Constant("fast"), "start", "got 'fast'"),
        (lambda: StepDecay(factor=1.5), "factor", "Factor is a number from 0.01 to 1, got 1.5"),
        (lambda: StepDecay(every=0), "every", "Steps between is a whole number from 1 to 1,000,000, got 0"),
        (lambda: StepDecay(every=2.5), "every", "a whole number from 1 to 1,000,000, got 2.5"),
        (lambda: Exponential(tau=0), "tau", "Steps to a tenth is a number from 0.1 to 1,000,000, got 0"),
        (lambda: InverseRoot(examples=0), "examples", "Examples is a whole number from 1 to 1,000,000, got 0"),
        (lambda: TimeDecay(decay=-1), "decay", "Decay is a number from 0 to 10, got -1"),
        (lambda: Cosine(end=-0.1), "end", "Last rate is a number from 0 to 100, got -0.1"),
        (lambda: WarmUp(steps=0), "steps", "Steps of warm-up is a whole number from 1 to 1,000,000, got 0"),
        (lambda: WarmUp(0.1), "after", "leads to another schedule, got float"),
        (lambda: WarmUp(WarmUp()), "after", "another kind of schedule"),
        (lambda: schedule_from_dict({}), "schedule", "unknown schedule 'None': choose one of constant, step"),
        (lambda: schedule_from_dict({"schedule": "cosin"}), "schedule", "did you mean cosine"),
        (lambda: schedule_from_dict({"schedule": ["step"]}), "schedule", "unknown schedule"),
        (lambda: schedule_from_dict({"schedule": "step", "evry": 2}), "evry", "did you mean every"),
        (lambda: schedule_from_dict({"schedule": "warm_up", "after": 3}), "after", "got int"),
        (lambda: schedule_from_json('{"schedule": "warm_up", "after": {"schedule": "no"}}'), "schedule", "'no'"),
        (lambda: schedule_from_json("[1]"), "", "a spec is a JSON object of settings, got list"),
    ],
)
def test_what_is_not_allowed_is_refused(make, field, message):
    with pytest.raises(SpecError, match=message.replace("[", r"\[")) as caught:
        make()
    assert caught.value.field == field


def test_a_warm_up_within_thousands_of_warm_ups_is_refused_at_once():
    text = '{"schedule": "warm_up", "after": ' * 5000 + '{"schedule": "constant"}' + "}" * 5000
    with pytest.raises(SpecError):
        schedule_from_json(text)


def test_steps_that_are_none():
    with pytest.raises(ValueError, match="steps are counted from 0, got -1"):
        Constant().rate(-1)
    for count in (-1, 100_001):
        with pytest.raises(ValueError, match=f"the number of steps is 0 to 100,000, got {count}"):
            Constant().rates(count)


def test_a_schedule_without_a_rule_cannot_be_made():
    with pytest.raises(TypeError):
        Schedule()
