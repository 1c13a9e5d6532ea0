"""Descents and races saved to a file and loaded again."""

from __future__ import annotations

import json
from contextlib import suppress
from time import process_time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.capsule import CapsuleError
from engine.descent import DescentRun, DescentSpec, Race, RaceSpec, capsule, load_descent, save_descent
from engine.experiment import Position

BEALE = DescentSpec("beale", optimizer="momentum", noise=0.05, seed=3, steps=900)
NETWORK = DescentSpec("network", network="xor", weights=(0, 6), free=True, optimizer="adam", steps=300)


def lived(spec: DescentSpec, backend=None, away=(0.5, -0.25)) -> DescentRun:
    """A descent with a past: other rates, a point set by hand, two more branches, in the middle of an update."""
    run = DescentRun(spec, backend=backend)
    run.step("epoch", 120)
    run.change(learning_rate=0.004)
    run.step("epoch", 10)
    run.step("op")
    run.set_point(away)
    run.step("epoch", 50)
    run.seek(Position(60, 0, 1))
    run.change(noise=0.2, loss_scale=10)
    run.step("epoch", 40)
    run.set_start(away)
    run.step("epoch", 7)
    run.step("op", 2)
    return run


def scheduled(backend=None) -> DescentRun:
    """A descent under a schedule whose numbers change on the way, with decay and clipping."""
    spec = DescentSpec(
        "himmelblau", optimizer="adam", learning_rate=0.2, schedule="exponential", schedule_settings={"tau": 100},
        weight_decay=0.01, clip_norm=5.0, steps=400,
    )  # fmt: skip
    run = DescentRun(spec, backend=backend)
    run.step("epoch", 130)
    run.change(schedule_settings={"tau": 50}, clip_norm=2.0)
    run.step("epoch", 60)
    run.seek(Position(30, 0, 3))
    run.change(weight_decay=0.2)
    run.step("epoch", 12)
    run.step("op", 2)
    # Goes on within an update.
    run.change(weight_decay=0.3)
    run.step("epoch", 5)
    run.step("op", 4)
    return run


def raced(backend=None) -> Race:
    race = Race(RaceSpec.of(DescentSpec("himmelblau", steps=400), ("sgd", "adam", "rmsprop")), backend=backend)
    race.step("epoch", 200)
    race.seek(Position(50))
    race.change("adam", learning_rate=0.02, settings={"beta1": 0.5})
    race.step("epoch", 100)
    race.set_start((2.0, -1.0))
    race.step("epoch", 30)
    race.seek(Position(12))
    return race


MADE = {"beale": lambda backend: lived(BEALE, backend), "network": lambda backend: lived(NETWORK, backend),
        "own": lambda backend: lived(DescentSpec("own", "x^2 + sin(3*y)", steps=300), backend),
        "line": lambda backend: lived(DescentSpec("khan", optimizer="nesterov", steps=200), backend, (1.5,)),
        "race": raced, "schedule": scheduled}  # fmt: skip


def seen(run: DescentRun | Race):
    """All that a view could draw now, as text and bytes."""
    frame = run.frame()
    lanes = frame.racers.values() if isinstance(run, Race) else (frame,)
    arrays = [
        each for lane in lanes
        for each in (lane.point, lane.gradient, lane.step, lane.path, *lane.states.values())
    ]  # fmt: skip
    told = [(lane.spec, lane.hyper, lane.jumps, lane.value, lane.last, lane.next) for lane in lanes]
    return run.position, told, [each.tobytes() for each in arrays], getattr(run, "table", str)()


@pytest.mark.parametrize("kind", MADE)
def test_all_comes_back_bit_by_bit(kind, backend):
    run = MADE[kind](backend)
    again = load_descent(save_descent(run), backend=backend)
    assert type(again) is type(run)
    assert again.first_spec == run.first_spec
    assert repr(seen(again)) == repr(seen(run))
    assert (again.newest, again.end) == (run.newest, run.end)
    assert [leaf.end for leaf in again.branches] == [leaf.end for leaf in run.branches]
    assert again.branches.index(again.history.current) == run.branches.index(run.history.current)


@pytest.mark.parametrize("kind", MADE)
def test_every_branch_can_be_visited_and_goes_on_as_the_original_would(kind, backend):
    run = MADE[kind](backend)
    again = load_descent(save_descent(run), backend=backend)
    for number in range(len(run.branches)):
        for each in (run, again):
            each.stand_on(each.branches[number])
        assert repr(seen(again)) == repr(seen(run))
        for moment in (Position(3), run.newest, Position()):
            for each in (run, again):
                each.seek(moment)
            assert repr(seen(again)) == repr(seen(run)), moment
    for each in (run, again):
        each.seek(each.newest)
        each.step("epoch", 25)
    assert repr(seen(again)) == repr(seen(run))
    assert save_descent(again) == save_descent(run)


def test_far_behind_a_change_it_is_the_same():
    run = DescentRun(BEALE)
    run.step("epoch", 120)
    run.change(learning_rate=0.002)
    run.step("epoch", 20)
    run.set_point((2.0, 0.2))
    run.step("epoch", 400)
    again = load_descent(save_descent(run))
    for epoch in (520, 350, 130, 261, 90):
        for each in (run, again):
            each.seek(Position(epoch))
        assert repr(seen(again)) == repr(seen(run)), epoch


@pytest.mark.parametrize("number", range(4))
def test_it_stands_on_the_branch_that_it_stood_on(number):
    run = lived(BEALE)
    run.stand_on(run.branches[number])
    again = load_descent(save_descent(run))
    assert again.branches.index(again.history.current) == number
    assert repr(seen(again)) == repr(seen(run))


def test_a_loaded_run_has_checkpoints_like_one_that_was_walked():
    run = DescentRun(BEALE)
    run.seek(Position(900))
    assert load_descent(save_descent(run)).history.checkpoints == run.history.checkpoints == 10


def test_a_new_run_is_a_small_file():
    text = save_descent(DescentRun(DescentSpec()))
    assert len(text) < 1000
    assert load_descent(text).spec == DescentSpec()


def test_a_file_of_today_without_newer_settings_is_read():
    data = json.loads(save_descent(DescentRun(BEALE)))
    data["spec"] = {"version": 1, "surface": "beale", "optimizer": "adam"}
    assert load_descent(json.dumps(data)).spec == DescentSpec("beale", optimizer="adam")


NUMBERS = st.floats(-1.0, 1.0)
DEEDS = st.one_of(
    st.tuples(st.just("epoch"), st.integers(1, 130)),
    st.tuples(st.just("op"), st.integers(1, 5)),
    st.tuples(st.just("seek"), st.integers(0, 400), st.integers(0, 2)),
    st.tuples(st.just("rate"), st.floats(1e-4, 0.01)),
    st.tuples(st.just("point"), NUMBERS, NUMBERS),
    st.tuples(st.just("start"), NUMBERS, NUMBERS),
    st.tuples(st.just("branch"), st.integers(0, 9)),
)


@given(st.lists(DEEDS, min_size=1, max_size=12))
def test_whatever_was_done_comes_back(deeds):
    run = DescentRun(BEALE)
    for name, *numbers in deeds:
        if name in ("epoch", "op"):
            run.step(name, numbers[0])
        elif name == "seek":
            run.seek(min(Position(numbers[0], 0, numbers[1]), run.newest))
        elif name == "rate":
            run.change(learning_rate=numbers[0])
        elif name == "branch":
            run.stand_on(run.branches[numbers[0] % len(run.branches)])
        else:
            getattr(run, f"set_{name}")(numbers)
    again = load_descent(save_descent(run))
    assert repr(seen(again)) == repr(seen(run))
    for number in range(len(run.branches)):
        for each in (run, again):
            each.stand_on(each.branches[number])
            each.seek(Position(each.newest.epoch // 2))
        assert repr(seen(again)) == repr(seen(run))


GOOD = json.loads(save_descent(lived(BEALE)))
GOOD_RACE = json.loads(save_descent(raced()))


def damaged(path, value, good=GOOD):
    """The file with one thing changed."""
    data = json.loads(json.dumps(good))
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return json.dumps(data)


def test_the_damaged_files_below_are_damaged_where_they_say():
    assert [len(segment["edits"]) for segment in GOOD["segments"]] == [0, 0, 2, 0, 2]
    assert GOOD["segments"][3]["changes"] == {"noise": 0.2, "loss_scale": 10.0}
    assert (GOOD["leaves"], GOOD["current"], GOOD["position"]) == ([1, 2, 3, 4], 4, [7, 2])
    assert load_descent(damaged(["position"], [7, 1])).position == Position(7, 0, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not JSON"),
        ("\x89PNG", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("{}", "no saved descent of Neural Playground"),
        ("[1]", "no saved descent"),
        (" " * (capsule.MAX_BYTES + 1), "at most 8 MB, this file is larger"),
        (damaged(["format"], "neural-playground-run"), "no saved descent of Neural Playground"),
        (damaged(["version"], 99), "format 99, this program reads format 1"),
        (damaged(["kind"], "walk"), "a descent or a race, not 'walk'"),
        (damaged(["kind"], "race"), "not allowed: racers: a list of optimizers"),
        (damaged(["spec", "learning_rate"], -1), "setting that is not allowed: Learning rate"),
        (damaged(["spec"], {"version": 77}), "version 77"),
        (damaged(["spec"], 3), "damaged"),
        (damaged(["segments"], []), "1 to 1,000 segments"),
        (damaged(["segments"], [{}] * 1001), "1 to 1,000 segments"),
        (damaged(["segments", 0, "end"], [901, 0]), "beyond its 900 updates"),
        (damaged(["segments", 0, "end"], [20, 9]), "beyond its 900 updates of 2 lines"),
        (damaged(["segments", 0, "start"], [1, 0]), "does not begin with its settings"),
        (damaged(["segments", 0, "changes"], {"noise": 1.0}), "does not begin with its settings"),
        (damaged(["segments", 1, "parent"], 99), "damaged"),
        (damaged(["segments", 1, "parent"], 1), "damaged"),
        (damaged(["segments", 1, "parent"], None), "one root"),
        (damaged(["segments", 1, "parent"], -1), "whole number"),
        (damaged(["segments", 1, "start"], [121, 0]), "never been"),
        (damaged(["segments", 2, "end"], [0, 0]), "never been"),
        (damaged(["segments", 1, "changes", "learning_rate"], 1e9), "not allowed: Learning rate"),
        (damaged(["segments", 1, "changes", "learning_rate"], float("nan")), "a setting is changed"),
        (damaged(["segments", 1, "changes", "learning_rate"], "a"), "a setting is changed"),
        (damaged(["segments", 1, "changes", "learning_rate"], True), "a setting is changed"),
        (damaged(["segments", 1, "changes", "momentum"], 1.5), "not allowed: momentum: momentum is"),
        (damaged(["segments", 3, "changes", "loss_scale"], 0), "not allowed: Factor on the loss"),
        (damaged(["segments", 1, "changes", "colour"], 1.0), "changes 'colour', which there is not"),
        (damaged(["segments", 2, "edits"], {"2": 1.0}), "a parameter by hand that there is not"),
        (damaged(["segments", 2, "edits"], {"0": 5.0}), "The point, x, is a number from"),
        (damaged(["segments", 2, "edits"], {"0": float("nan")}), "The point, x, is a number from"),
        (damaged(["segments", 2, "edits"], 3), "damaged"),
        (damaged(["position"], [8, 1]), "beyond the end"),
        (damaged(["position"], [-1, 0]), "whole number"),
        (damaged(["position"], [0.5, 0]), "whole number"),
        (damaged(["position"], 3), "damaged"),
        (damaged(["leaves"], []), "ends of its branches"),
        (damaged(["leaves"], [1, 2, 3, 3, 4]), "ends of its branches"),
        (damaged(["leaves"], [1, 3, 4]), "ends of its branches"),
        (damaged(["current"], 0), "ends of its branches"),
        (damaged(["position"], [3, 1], GOOD_RACE), "beyond its 400 updates of 0 lines"),
        (damaged(["segments", 1, "changes", "learning_rate_adam"], 0, GOOD_RACE), "not allowed: Learning rate"),
    ],
)  # fmt: skip
def test_what_is_no_saved_descent(text, message):
    with pytest.raises(CapsuleError, match=message):
        load_descent(text)


@given(st.data())
def test_no_damage_is_worse_than_a_message(data):
    good = data.draw(st.sampled_from((GOOD, GOOD_RACE)))
    changed = json.loads(json.dumps(good))
    place = changed
    while True:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], (dict, list)) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    plain = st.none() | st.booleans() | st.integers(-2, 10**9) | st.floats() | st.text(max_size=5)
    place[key] = data.draw(plain | st.just([]) | st.just({}))
    with suppress(CapsuleError):
        load_descent(json.dumps(changed))


def test_a_history_that_is_too_long_is_not_saved(monkeypatch):
    run = DescentRun(DescentSpec(steps=100))
    run.seek(Position(100))
    monkeypatch.setattr(capsule, "MOST_UPDATES", 99)
    with pytest.raises(CapsuleError, match=r"99 updates on all branches together, this history has 0 and 100: begin"):
        save_descent(run)
    monkeypatch.setattr(capsule, "MOST_UPDATES", 100)
    text = save_descent(run)
    monkeypatch.setattr(capsule, "MAX_SEGMENTS", 1)
    run.set_point((1.0, 1.0))
    with pytest.raises(CapsuleError, match=r"at most 1 changes .*has 1 and 100"):
        save_descent(run)
    monkeypatch.setattr(capsule, "MOST_UPDATES", 99)
    with pytest.raises(CapsuleError, match="99 updates"):
        load_descent(text)


def test_many_points_set_by_hand_come_back_in_time():
    """Who drags the point for a minute makes hundreds of changes."""
    run = DescentRun(DescentSpec("beale", steps=2000))
    rng = np.random.default_rng(0)
    for _ in range(900):
        run.step("epoch", 2)
        run.set_point(rng.uniform(-1, 1, size=2).tolist())
    text = save_descent(run)
    start = process_time()
    again = load_descent(text)
    assert process_time() - start < 6
    assert repr(seen(again)) == repr(seen(run))
