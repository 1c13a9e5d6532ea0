"""What descents and races are made from: canonical values, limits, messages, JSON."""

from __future__ import annotations

import json

import pytest

from engine.checks import SpecError
from engine.descent import MAX_RACERS, MAX_STEPS, SURFACES, DescentSpec, RaceSpec
from engine.descent.spec import optimizer_settings
from engine.optimizers import OPTIMIZERS, SGD, Adam

OWN = {"surface": "own", "formula": "x^2 + 3*y^2"}
SPECS = [
    DescentSpec(),
    DescentSpec("khan", start=2.3, optimizer="momentum", settings={"momentum": 0.85}),
    DescentSpec(**OWN, reach=3.0, start=(1, -2.5), noise=0.5, loss_scale=100, seed=7, steps=2000),
    DescentSpec("own", "w^4 - w", 1, optimizer="adam", settings={"beta2": 0.99, "eps": 1e-6}, learning_rate=0.02),
]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.surface)
def test_json_there_and_back(spec):
    assert DescentSpec.from_json(spec.to_json()) == spec
    assert json.loads(spec.to_json())["version"] == 1
    assert hash(DescentSpec.from_json(spec.to_json())) == hash(spec)


def test_what_is_left_open_is_the_surfaces_own():
    spec = DescentSpec("beale", optimizer="momentum")
    assert spec.start == (1.0, 1.5)
    assert spec.learning_rate == SURFACES["beale"].rates["momentum"]
    assert DescentSpec("khan", dimensions=2, formula="x") == DescentSpec("khan")
    assert DescentSpec("khan").dimensions == 1


def test_settings_reach_the_optimizer_and_usual_ones_are_not_told():
    spec = DescentSpec(optimizer="adam", learning_rate=0.3, settings={"beta1": 0.8, "beta2": 0.999})
    assert spec.make_optimizer() == Adam(0.3, beta1=0.8)
    assert spec.settings == (("beta1", 0.8),)
    assert DescentSpec(optimizer="sgd", settings={"momentum": 0.5, "nesterov": "true"}).make_optimizer() == SGD(
        0.1, 0.5, True
    )
    assert optimizer_settings("sgd") == {"momentum": 0.0, "nesterov": False}


def test_changes_leave_open_what_no_longer_fits():
    spec = DescentSpec("beale", start=(2, 2), optimizer="momentum", settings={"momentum": 0.5}, learning_rate=0.03)
    other = spec.with_(surface="saddle")
    assert (other.start, other.learning_rate, other.settings) == ((1.0, 0.001), 0.01, spec.settings)
    other = spec.with_(optimizer="adam")
    assert (other.start, other.learning_rate, other.settings) == (spec.start, 0.1, ())
    assert spec.with_(optimizer="momentum", surface="beale") == spec
    assert spec.with_(surface="saddle", learning_rate=0.5, start=(0.1, 0.1)).learning_rate == 0.5
    assert spec.with_(noise=1.0).start == (2.0, 2.0)
    own = DescentSpec(**OWN, start=(4, 4))
    assert own.with_(reach=1.0).start == (-0.4, 0.3)
    assert own.with_(dimensions=1, formula="w^2").start == (-2.0,)


@pytest.mark.parametrize(
    ("settings", "field", "message"),
    [
        ({"surface": "beal"}, "surface", "Surface: unknown choice 'beal': .*did you mean beale"),
        ({"surface": "own"}, "formula", "the formula cannot be read"),
        ({"surface": "own", "formula": 3}, "formula", "a formula is text such as .*, got int"),
        ({"surface": "own", "formula": "x + y", "dimensions": 1}, "formula", "cannot be read"),
        ({**OWN, "dimensions": 3}, "dimensions", "Dimensions is a whole number from 1 to 2, got 3"),
        ({**OWN, "reach": 0}, "reach", "Reach of the view is a number from 0.1 to 100, got 0"),
        ({"start": (1,)}, "start", "the start on Ravine is a number for each of x, y, got"),
        ({"start": "1, 2"}, "start", "the start on Ravine is a number for each of x, y"),
        ({"start": 3.0}, "start", "a number for each of x, y, got 3"),
        ({"start": (1, 2.5)}, "start", "The start, y, is a number from -2 to 2, got 2.5"),
        ({"start": (float("nan"), 0)}, "start", "The start, x, is a number from -12 to 6, got nan"),
        ({"optimizer": "adm"}, "optimizer", "unknown choice 'adm': .*did you mean adam"),
        ({"learning_rate": 0}, "learning_rate", "Learning rate is a number from 0.000001 to 100, got 0"),
        ({"optimizer": "adam", "settings": {"beta3": 0.5}}, "settings", "adam: unknown setting 'beta3': .*beta1"),
        ({"optimizer": "adam", "settings": {"learning_rate": 1}}, "settings", "unknown setting 'learning_rate'"),
        ({"optimizer": "adam", "settings": {"beta1": 1.0}}, "settings", "adam: beta1 is at least 0 and below 1, got 1"),
        ({"optimizer": "adam", "settings": {"beta1": "a"}}, "settings", "beta1 is a number from 0 to 1,000,000"),
        ({"optimizer": "nesterov", "settings": {"momentum": 0}}, "settings", "nesterov: .*needs a momentum above 0"),
        ({"settings": 3}, "settings", "settings: a number for each name, got 3"),
        ({"noise": -1}, "noise", "Noise on the gradient is a number from 0 to 100"),
        ({"loss_scale": 0}, "loss_scale", "Factor on the loss is a number from 0.0001 to 10,000"),
        ({"seed": 0.5}, "seed", "Seed is a whole number"),
        ({"steps": 5001}, "steps", "Updates at most is a whole number from 1 to 5,000, got 5001"),
        ({"colour": 1}, "colour", "unknown setting 'colour': choose one of surface, .*"),
        ({"version": 2}, "", "this descent has version 2, this program reads version 1"),
    ],
)
def test_what_is_not_allowed_is_said(settings, field, message):
    with pytest.raises(SpecError, match=message) as raised:
        DescentSpec.from_dict(settings)
    assert raised.value.field == field


def test_races_there_and_back():
    race = RaceSpec.of(DescentSpec("beale", noise=0.1), {"sgd": 0.01, "adam": 0.1})
    assert RaceSpec.from_json(race.to_json()) == race
    assert race.keys == ("sgd", "adam")
    assert RaceSpec.of(DescentSpec("beale")).keys == tuple(OPTIMIZERS)
    assert [racer.learning_rate for racer in RaceSpec.of(DescentSpec("saddle"), ("adagrad" if "adagrad" in OPTIMIZERS
            else "adam", "sgd")).racers][1] == 0.01  # fmt: skip
    twice = RaceSpec((*race.racers, race.racers[1].with_(learning_rate=0.2), race.racers[1]))
    assert twice.keys == ("sgd", "adam", "adam_2", "adam_3")
    assert RaceSpec.from_json(twice.to_json()) == twice
    moved = race.with_(surface="bowl")
    assert [racer.learning_rate for racer in moved.racers] == [0.1, 0.3]
    assert {racer.start for racer in moved.racers} == {(-4.0, 3.0)}


@pytest.mark.parametrize(
    ("make", "field", "message"),
    [
        (lambda: RaceSpec(()), "racers", f"a race has 1 to {MAX_RACERS} racers, got 0"),
        (lambda: RaceSpec((DescentSpec(),) * 17), "racers", "got 17"),
        (lambda: RaceSpec((DescentSpec(), DescentSpec(noise=1))), "noise", "have the same noise: they differ in noise"),
        (lambda: RaceSpec.from_dict({"racers": "sgd"}), "racers", "a list of optimizers with their settings, got sgd"),
        (lambda: RaceSpec.from_dict({}), "racers", "got None"),
        (lambda: RaceSpec.from_dict({"racers": [{}] * 1000}), "racers", "got 1000"),
        (lambda: RaceSpec.from_dict({"racers": [{"optimizer": "x"}]}), "optimizer", "unknown choice 'x'"),
        (lambda: RaceSpec.from_dict({"version": 9, "racers": [{}]}), "", "this race has version 9"),
        (lambda: RaceSpec.from_json("[]"), "", "a spec is a JSON object of settings, got list"),
    ],
)
def test_races_that_cannot_be_run(make, field, message):
    with pytest.raises(SpecError, match=message) as raised:
        make()
    assert raised.value.field == field


def test_limits_hold_for_the_largest():
    assert DescentSpec(steps=MAX_STEPS).steps == MAX_STEPS


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_has_a_spec_and_its_numbers_are_its_fields(name):
    from engine.descent.lanes import recorded

    spec = DescentSpec("beale", optimizer=name)
    assert spec.make_optimizer().learning_rate == spec.learning_rate
    hyper = recorded((("", spec.make_optimizer()),), 2).hyper
    # What a slider changes on the way is found again in the spec.
    assert set(hyper) - {"learning_rate"} <= set(optimizer_settings(name))
