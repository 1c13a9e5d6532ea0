"""Schedule, weight decay and clipping as settings: one form of each, limits, messages, JSON, and what is recorded."""

from __future__ import annotations

import json
import re
from dataclasses import fields

import pytest

from engine.descent import DescentSpec, RaceSpec
from engine.optimizers import SGD, Clipped, Decayed, Scheduled
from engine.rules import RULES, listing_key, places_of, rules_from_places, schedule_numbers
from engine.schedules import SCHEDULES, Constant, Cosine, Exponential, StepDecay, WarmUp
from engine.spec import SpecError, TrainingSpec

SPECS = [TrainingSpec, DescentSpec]
both = pytest.mark.parametrize("kind", SPECS, ids=lambda kind: kind.__name__)


@both
def test_unset_nothing_is_around_the_optimizer(kind):
    spec = kind(optimizer="sgd", learning_rate=0.1)
    assert spec.make_optimizer() == SGD(0.1)
    assert spec.make_schedule() == Constant(0.1)


@both
def test_the_order_is_schedule_clipping_decay_optimizer(kind):
    spec = kind(
        optimizer="sgd", learning_rate=0.2, schedule="step", schedule_settings={"factor": 0.3}, weight_decay=0.01,
        clip_norm=2.0, clip_value=1.0,
    )  # fmt: skip
    unit = "epoch" if kind is TrainingSpec else "update"
    expected = Scheduled(Clipped(Decayed(SGD(0.2), 0.01), 2.0, 1.0), StepDecay(0.2, 0.3, 10), unit)
    assert spec.make_optimizer() == expected
    assert spec.with_(decoupled=True).make_optimizer().optimizer.optimizer == Decayed(SGD(0.2), 0.01, True)
    assert spec.with_(clip_value=0).make_optimizer().optimizer.value is None


@both
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_schedule_with_every_number_there_and_back(kind, schedule):
    numbers = schedule_numbers(schedule)
    settings = {name: number.low + (1 if number.whole else 0.01) for name, number in numbers.items()}
    spec = kind(learning_rate=0.25, schedule=schedule, schedule_settings=settings, clip_norm=1.5, weight_decay=0.1)
    assert dict(spec.schedule_settings) == {n: v for n, v in settings.items() if v != numbers[n].usual}
    assert kind.from_json(spec.to_json()) == spec
    assert json.loads(spec.to_json())["schedule_settings"] == dict(spec.schedule_settings)
    made = spec.make_schedule()
    assert made.rate(10**6) <= 0.25
    if settings.pop("warm_up", 0):
        assert isinstance(made, WarmUp)
        made = made.after
    assert type(made) is SCHEDULES[schedule]
    assert {n: getattr(made, n) for n in settings} == settings


@both
def test_the_same_settings_have_one_form(kind):
    spec = kind(schedule="cosine", schedule_settings=(("steps", 7), ("end", 0.001)))
    for given in ({"end": 0.001, "steps": 7.0}, ["steps:7", "end: 0.001"], [["end", "0.001"], ["steps", 7]]):
        assert kind(schedule="cosine", schedule_settings=given) == spec
    assert spec.schedule_settings == (("end", 0.001), ("steps", 7))
    assert type(dict(spec.schedule_settings)["steps"]) is int
    assert kind(schedule="cosine", schedule_settings={"steps": 100, "warm_up": 0}).schedule_settings == ()
    assert hash(spec) == hash(kind(schedule="cosine", schedule_settings={"end": 0.001, "steps": 7}))


@both
def test_another_schedule_has_its_usual_settings(kind):
    spec = kind(learning_rate=0.1, schedule="step", schedule_settings={"every": 3})
    assert spec.with_(weight_decay=0.1).schedule_settings == (("every", 3),)
    assert spec.with_(schedule="cosine").make_schedule() == Cosine(0.1)
    other = spec.with_(schedule="exponential", schedule_settings={"tau": 5})
    assert other.make_schedule() == Exponential(0.1, 5.0)


def test_a_warm_up_before_any_schedule():
    spec = TrainingSpec(learning_rate=0.4, schedule="exponential", schedule_settings={"warm_up": 4})
    assert spec.make_schedule() == WarmUp(Exponential(0.4), 4)
    assert [spec.make_schedule().rate(n) for n in range(5)] == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.4])
    alone = TrainingSpec(learning_rate=0.4, schedule="warm_up", schedule_settings={"steps": 4})
    assert alone.make_schedule() == WarmUp(Constant(0.4), 4)
    assert schedule_numbers("constant") == {}
    assert "warm_up" not in schedule_numbers("warm_up")


@both
@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"schedule": "linear"}, "schedule", "Schedule: unknown choice 'linear': choose one of constant, step, "),
        (
            {"schedule": "step", "schedule_settings": {"factr": 1}}, "schedule_settings",
            "Step: unknown setting 'factr': choose one of factor, every, warm_up; did you mean factor?",
        ),
        (
            {"schedule": "step", "schedule_settings": {"factor": 2}}, "schedule_settings",
            "Step: Factor is a number from 0.01 to 1, got 2",
        ),
        (
            {"schedule": "step", "schedule_settings": {"every": 1.5}}, "schedule_settings",
            "Step: Steps between is a whole number from 1 to 1,000,000, got 1.5",
        ),
        (
            {"schedule": "cosine", "schedule_settings": {"warm_up": -1}}, "schedule_settings",
            "Cosine: Steps of warm-up is a whole number from 1 to 1,000,000, got -1",
        ),
        (
            {"schedule": "time", "schedule_settings": {"start": 1}}, "schedule_settings",
            "Time decay: unknown setting 'start': choose one of decay, warm_up",
        ),
        (
            {"schedule": "warm_up", "schedule_settings": {"after": {"schedule": "step"}}}, "schedule_settings",
            "Warm-up: unknown setting 'after': choose one of steps",
        ),
        (
            {"schedule_settings": {"every": 3}}, "schedule_settings",
            "Constant: it has none but the learning rate",
        ),
        (
            {"schedule_settings": "garbage"}, "schedule_settings",
            "Schedule settings: names with numbers, such as factor:0.5, got 'garbage'",
        ),
        ({"schedule_settings": 3}, "schedule_settings", "got '3'"),
        ({"weight_decay": -0.1}, "weight_decay", "Weight decay is a number from 0 to 10, got -0.1"),
        ({"decoupled": "perhaps"}, "decoupled", "Decoupled weight decay is on or off"),
        ({"clip_norm": -1}, "clip_norm", "Clipping by norm is a number from 0 to 1,000,000, got -1"),
        ({"clip_value": float("nan")}, "clip_value", "Clipping by value is a number from 0 to 1,000,000, got nan"),
    ],
)  # fmt: skip
def test_what_is_refused(kind, values, field, message):
    with pytest.raises(SpecError, match=re.escape(message)) as caught:
        kind(**values)
    assert caught.value.field == field


def test_only_a_spec_of_epochs_has_a_unit():
    assert {field.name for field in fields(TrainingSpec)} >= set(RULES)
    assert {field.name for field in fields(DescentSpec)} & set(RULES) == set(RULES) - {"schedule_unit"}
    with pytest.raises(SpecError, match=r"Schedule unit: unknown choice 'day': choose one of update, epoch"):
        TrainingSpec(schedule_unit="day")


def test_what_decides_which_lines_there_are():
    plain = TrainingSpec()
    same = [
        {"decoupled": True}, {"schedule_unit": "update"}, {"learning_rate": 1.0}, {"weight_decay": 0.0},
    ]  # fmt: skip
    other = [
        {"schedule": "step"}, {"weight_decay": 0.1}, {"clip_norm": 1.0}, {"clip_value": 1.0},
    ]  # fmt: skip
    assert all(listing_key(plain.with_(**change)) == listing_key(plain) for change in same)
    keys = {listing_key(plain.with_(**change)) for change in other} | {listing_key(plain)}
    assert len(keys) == 5
    full = plain.with_(schedule="step", weight_decay=0.1, clip_norm=1.0)
    assert listing_key(full) == listing_key(
        full.with_(schedule_settings={"every": 3}, weight_decay=3.0, clip_norm=2.0, learning_rate=0.3)
    )
    warm = full.with_(schedule_settings={"warm_up": 3})
    assert listing_key(full) != listing_key(warm) != listing_key(full.with_(decoupled=True))
    assert listing_key(full, "update") != listing_key(full, "epoch")


@both
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_the_settings_are_read_off_the_numbers_in_the_memory(kind, schedule):
    settings = {name: number.low + 1 for name, number in schedule_numbers(schedule).items() if number.high > 2}
    spec = kind(schedule=schedule, schedule_settings=settings, weight_decay=0.3, clip_norm=2.0, clip_value=3.0)
    found = rules_from_places(spec, places_of(spec.make_optimizer()))
    assert spec.with_(**found) == spec
    assert found["weight_decay"] == 0.3
    assert (found["clip_norm"], found["clip_value"]) == (2.0, 3.0)


def test_racers_may_differ_in_their_rules():
    base = DescentSpec("ravine", optimizer="sgd", learning_rate=0.1)
    race = RaceSpec((base, base.with_(schedule="step", clip_norm=1.0)))
    assert RaceSpec.from_json(race.to_json()) == race
    old = json.loads(RaceSpec((base, base)).to_json())
    for racer in old["racers"]:
        for name in RULES:
            racer.pop(name, None)
    assert RaceSpec.from_dict(old) == RaceSpec((base, base))


@both
def test_specs_from_before_the_rules_still_load(kind):
    values = {name: value for name, value in kind().to_dict().items() if name not in RULES}
    assert kind.from_dict(values) == kind()
