"""Races: the curriculum's arrivals, lockstep as single descents, the table, changes, and the time it takes."""

from __future__ import annotations

import time

import numpy as np
import pytest

from engine.backend import compiled_backend
from engine.checks import SpecError
from engine.descent import SURFACES, DescentRun, DescentSpec, Race, RaceSpec
from engine.experiment import Grain, Position
from engine.optimizers import OPTIMIZERS

# Learning rate, other settings, after how many updates it arrives (None: not within the updates in the last column).
ROWS = {
    "saddle": {
        "sgd": (0.01, {}, None, 200),
        "momentum": (0.01, {}, 65, 200),
        "adagrad": (0.1, {}, 6, 200),
        "rmsprop": (0.01, {}, 29, 200),
        # The curriculum's number is that of a memory of 1/(1 - 0.95) updates; with the usual 0.9 it is 24.
        "adadelta": (1.0, {"rho": 0.95}, 21, 200),
        "adam": (0.01, {}, 44, 200),
    },
    "beale": {
        "sgd": (0.01, {}, 689, 2000),
        "momentum": (0.005, {}, 40, 2000),
        "nesterov": (0.005, {}, 44, 2000),
        "adagrad": (0.5, {}, 642, 2000),
        "rmsprop": (0.01, {}, 355, 2000),
        "adadelta": (1.0, {}, None, 2000),
        "adam": (0.1, {}, 318, 2000),
    },
    "ravine": {
        "sgd": (0.1, {}, None, 300),
        "momentum": (0.1, {}, 64, 300),
        "nesterov": (0.1, {}, 70, 300),
        "adagrad": (1.0, {}, 154, 300),
        "rmsprop": (0.1, {}, 128, 300),
        "adadelta": (1.0, {}, None, 300),
        "adam": (0.3, {}, 86, 300),
    },
}
GOLDEN = [
    # A row whose optimizer is not there yet is run as soon as it is.
    pytest.param(surface, name, *row, id=f"{surface}-{name}",
                 marks=pytest.mark.skipif(name not in OPTIMIZERS, reason=f"there is no {name} yet"))
    for surface, rows in ROWS.items()
    for name, row in rows.items()
]  # fmt: skip


@pytest.mark.concept("C119")
@pytest.mark.parametrize(("surface", "name", "rate", "settings", "expected", "updates"), GOLDEN)
def test_the_curriculums_arrivals(surface, name, rate, settings, expected, updates):
    spec = DescentSpec(surface, optimizer=name, learning_rate=rate, settings=settings, steps=updates)
    race = Race(RaceSpec((spec,)))
    race.seek(Position(updates))
    arrived = race.arrivals()[name]
    if name == "nesterov":
        # The curriculum's number is the ball's. What races is the look-ahead, as PyTorch's parameters are, and that is
        # there one update earlier.
        assert arrived == pytest.approx(expected, rel=0.1)
        alone = DescentRun(spec)
        balls = []
        for _ in range(expected):
            alone.step("epoch")
            balls.append(alone.frame().ball)
        assert SURFACES[surface].arrived(np.array(balls)).tolist() == [False] * (expected - 1) + [True]
    else:
        assert arrived == expected


@pytest.mark.parametrize("surface", ROWS)
def test_the_surfaces_own_rates_are_the_curriculums(surface):
    for name, (rate, _, _, _) in ROWS[surface].items():
        assert SURFACES[surface].rates[name] == rate
    starts = {"saddle": (1.0, 0.001), "beale": (1.0, 1.5), "ravine": (-10.0, 1.0)}
    assert SURFACES[surface].start == starts[surface]


@pytest.mark.parametrize("surface", [*SURFACES, "own"])
def test_lockstep_is_each_racer_on_its_own(surface, backend):
    formula = {"formula": "(1.5 - x + x*y)^2 + sin(3*x)*exp(-y^2)"} if surface == "own" else {}
    spec = RaceSpec.of(DescentSpec(surface, noise=0.05, seed=9, steps=120, **formula))
    race = Race(spec, backend=backend)
    race.step("epoch", 120)
    frame = race.frame()
    for racer in spec.racers:
        alone = DescentRun(racer, backend=backend)
        alone.step("epoch", 120)
        one, two = frame.racers[racer.optimizer], alone.frame()
        for name in ("point", "gradient", "step", "path"):
            np.testing.assert_array_equal(getattr(one, name), getattr(two, name), err_msg=racer.optimizer)
        assert list(one.states) == list(two.states)
        for name, values in two.states.items():
            np.testing.assert_array_equal(one.states[name], values)
            np.testing.assert_array_equal(frame[f"{racer.optimizer}.{name}"], values)
        assert one.hyper == two.hyper
        assert (one.ball is None) == (two.ball is None)
        assert one.spec == two.spec
        assert (one.last.op.kind, one.next) == (two.last.op.kind, two.next) if two.next else one.next is None
    with pytest.raises(KeyError, match="there is no racer 'x'"):
        frame["x.w"]


def test_seeking_there_and_back_is_bit_identical():
    race = Race(RaceSpec.of(DescentSpec("himmelblau", noise=1.0, steps=400)))
    states = {}
    for epoch in range(401):
        states[epoch] = (race.paths.tobytes(), race.table())
        race.step("epoch")
    for epoch in (400, 250, 251, 0, 100, 99, 399):
        race.seek(Position(epoch))
        assert (race.paths.tobytes(), race.table()) == states[epoch]
    race.seek(Position(3))
    race.step_back("epoch")
    assert race.position == Position(2)
    assert race.grains == (Grain.EPOCH,)
    with pytest.raises(ValueError, match="one of epoch, got 'op'"):
        race.step("op")
    with pytest.raises(ValueError, match="an operation from 0 to 0"):
        race.seek(Position(1, 0, 1))


def test_the_table():
    race = Race(RaceSpec.of(DescentSpec("beale", steps=800), {"sgd": 0.01, "momentum": 0.005, "adam": 0.1}))
    assert [row.arrived for row in race.table()] == [None, None, None]
    race.seek(Position(400))
    sgd, momentum, adam = race.table()
    assert (momentum.arrived, momentum.place, momentum.minimum, momentum.learning_rate) == (40, 1, 0, 0.005)
    assert (adam.arrived, adam.place) == (318, 2)
    assert (sgd.arrived, sgd.place, sgd.minimum, sgd.diverged) == (None, None, None, False)
    assert sgd.distance == pytest.approx(float(np.hypot(*(race.frame().racers["sgd"].point - [3, 0.5]))))
    assert sgd.value == pytest.approx(float(SURFACES["beale"].value(*race.frame().racers["sgd"].point)))
    race.seek(Position(39))
    assert [row.place for row in race.table()] == [None] * 3
    twins = Race(RaceSpec((DescentSpec("bowl"), DescentSpec("bowl"), DescentSpec("bowl", learning_rate=0.05))))
    twins.seek(Position(200))
    assert [(row.key, row.place) for row in twins.table()] == [("sgd", 1), ("sgd_2", 1), ("sgd_3", 3)]
    wild = Race(RaceSpec.of(DescentSpec("beale"), {"sgd": 100.0, "adam": 0.1}))
    wild.seek(Position(300))
    assert [row.diverged for row in wild.table()] == [True, False]
    assert wild.table()[0].minimum is None


def test_arrivals_are_those_of_the_path_on_every_branch():
    race = Race(RaceSpec.of(DescentSpec("himmelblau", noise=3.0, steps=300), ("sgd", "adam", "momentum")))

    def check():
        there = SURFACES["himmelblau"].arrived(race.paths)
        expected = [int(np.argmax(there[:, k])) if there[:, k].any() else None for k in range(3)]
        assert list(race.arrivals().values()) == expected

    rng = np.random.default_rng(1)
    for move in range(80):
        if move % 10 == 9:
            race.change("adam", learning_rate=float(rng.uniform(0.01, 1.0)))
        elif move % 10 == 8:
            race.stand_on(race.branches[rng.integers(len(race.branches))])
        elif move % 10 == 7:
            race.set_start(rng.uniform(-4, 4, size=2).tolist())
        elif move % 2:
            race.seek(Position(int(rng.integers(race.newest.epoch + 1))))
        else:
            race.step("epoch", int(rng.integers(1, 60)))
        if rng.integers(3):
            check()
    assert len(race.branches) > 8
    race.set_start((3, 2))
    assert set(race.arrivals().values()) == {0}
    race.set_start((0, 0))
    check()
    race.reset()
    check()


def test_one_racers_rate_changes_on_the_way():
    spec = RaceSpec.of(DescentSpec("beale", steps=300), {"sgd": 0.01, "adam": 0.1})
    race, plain = Race(spec), Race(spec)
    race.step("epoch", 150)
    race.change("adam", learning_rate=0.02, settings={"beta1": 0.5})
    race.step("epoch", 100)
    plain.step("epoch", 250)
    np.testing.assert_array_equal(race.paths[:, 0], plain.paths[:, 0])
    assert np.array_equal(race.paths[:151, 1], plain.paths[:151, 1])
    assert not np.array_equal(race.paths[151, 1], plain.paths[151, 1])
    assert race.spec.racers[1].settings == (("beta1", 0.5),)
    alone = DescentRun(spec.racers[1])
    alone.step("epoch", 150)
    alone.change(learning_rate=0.02, settings={"beta1": 0.5})
    alone.step("epoch", 100)
    np.testing.assert_array_equal(race.paths[:, 1], alone.frame().path)
    race.change(noise=0.5)
    assert {racer.noise for racer in race.spec.racers} == {0.5}
    for wrong, message in (
        ({"learning_rate": 1.0}, "say whose: a rate is of one racer, of sgd, adam"),
        ({"racer": "adm", "learning_rate": 1.0}, "unknown racer 'adm': .*did you mean adam"),
        ({"racer": "adam", "learning_rate": 0.0}, "Learning rate is a number from"),
    ):
        with pytest.raises(SpecError, match=message):
            race.change(**wrong)


def test_all_start_where_the_start_is_dragged():
    race = Race(RaceSpec.of(DescentSpec("himmelblau"), ("sgd", "adam", "momentum")))
    race.step("epoch", 50)
    race.set_start((-3, 3))
    assert race.paths.tolist() == [[[-3.0, 3.0]] * 3]
    race.step("epoch", 50)
    fresh = Race(race.spec)
    fresh.step("epoch", 50)
    np.testing.assert_array_equal(race.paths, fresh.paths)
    assert len(race.branches) == 2
    with pytest.raises(SpecError, match="The start, x, is a number from -5 to 5, got 6"):
        race.set_start((6, 0))


def test_hooks_hear_every_update():
    race = Race(RaceSpec.of(DescentSpec("bowl", steps=20)))
    heard = []
    race.on_event(lambda event: heard.append(event.position.epoch))
    race.step("epoch", 7)
    assert heard == list(range(1, 8))
    quiet = Race(race.spec)
    quiet.step("epoch", 7)
    np.testing.assert_array_equal(race.paths, quiet.paths)


@pytest.mark.parametrize(
    "spec",
    [
        *(DescentSpec(key) for key, surface in SURFACES.items() if surface.dimensions == 2),
        DescentSpec("own", "(1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2"),
    ],
    ids=lambda spec: spec.surface,
)
def test_eleven_optimizers_run_500_updates_in_50_ms(spec):
    names = [list(OPTIMIZERS)[k % len(OPTIMIZERS)] for k in range(11)]
    race = Race(RaceSpec(tuple(spec.with_(optimizer=name) for name in names)), backend=compiled_backend())
    race.step("epoch", 500)
    times = []
    for _ in range(5):
        race.reset()
        # Of this process: others may have the machine's time.
        start = time.process_time()
        race.step("epoch", 500)
        times.append(time.process_time() - start)
    assert race.position == Position(500)
    assert min(times) < 0.05
