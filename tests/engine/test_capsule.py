"""A run saved to a file and loaded again."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.capsule import CapsuleError, load_run, save_run
from engine.experiment import Grain, Position
from engine.spec import TrainingSpec
from engine.training import TrainingRun

SPEC = TrainingSpec(data="moons", samples=60, batch_size=4, hidden=(3, 3), learning_rate=0.03)


def lived(backend=None) -> TrainingRun:
    """A run with a past: a branch, another penalty, a weight set by hand, in mid-batch."""
    run = TrainingRun(SPEC, backend=backend, record=True)
    run.step("epoch", 40)
    run.change(regularization="l2")
    run.step("epoch", 10)
    run.seek(Position(20, 3, 2))
    run.set_parameter("W1", (1, 0), -0.4)
    run.change(learning_rate=0.1)
    run.step("epoch", 15)
    run.step("op", 7)
    return run


def test_all_comes_back(backend):
    run = lived(backend)
    again = load_run(save_run(run), backend=backend, record=True)
    assert again.position == run.position
    assert again.spec == run.spec
    assert again.frame().memory.tobytes() == run.frame().memory.tobytes()
    assert np.array_equal(again.curve(), run.curve())
    assert [leaf.end for leaf in again.branches] == [leaf.end for leaf in run.branches]
    assert again.newest == run.newest


def test_it_goes_on_as_the_original_would(backend):
    run = lived(backend)
    again = load_run(save_run(run), backend=backend)
    for each in (run, again):
        each.step("epoch", 3)
    assert np.array_equal(again.parameters, run.parameters)


def test_the_past_and_the_other_branch_can_be_visited(backend):
    run = lived(backend)
    again = load_run(save_run(run), backend=backend)
    for moment in (Position(), Position(7, 2, 5), Position(20, 3, 2), Position(21)):
        run.seek(moment)
        again.seek(moment)
        assert np.array_equal(again.parameters, run.parameters), moment
    for branch in (0, 1):
        run.stand_on(run.branches[branch])
        again.stand_on(again.branches[branch])
        assert np.array_equal(again.parameters, run.parameters)
        assert again.spec == run.spec


def test_a_branch_out_of_the_first_stretch_comes_back():
    """The old future stays an end of the tree although another branch leaves it."""
    run = TrainingRun(SPEC)
    run.step("epoch", 4)
    run.seek(Position(2))
    run.change(learning_rate=0.3)
    run.step("epoch", 3)
    again = load_run(save_run(run))
    assert [leaf.end for leaf in again.branches] == [Position(4), Position(5)]
    for branch in (0, 1):
        run.stand_on(run.branches[branch])
        again.stand_on(again.branches[branch])
        assert np.array_equal(again.parameters, run.parameters)


def test_a_run_with_another_start():
    first = TrainingRun(SPEC)
    first.step("epoch", 3)
    run = TrainingRun(SPEC, start=first.parameters.copy())
    run.step("epoch", 2)
    again = load_run(save_run(run))
    assert np.array_equal(again.parameters, run.parameters)
    again.seek(Position())
    assert np.array_equal(again.parameters, first.parameters)


def test_a_long_run_is_a_small_file():
    run = TrainingRun(SPEC)
    run.step("epoch", 5000)
    text = save_run(run)
    assert len(text) < 200_000
    assert np.array_equal(load_run(text).parameters, run.parameters)


GOOD = json.loads(save_run(lived()))


def damaged(path, value):
    """The file with one thing changed."""
    data = json.loads(json.dumps(GOOD))
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return json.dumps(data)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not JSON"),
        ("\x89PNG", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("{}", "no saved run of Neural Playground"),
        ("[1]", "no saved run"),
        ('{"format": "neural-playground-reader"}', "saved on another page of Neural Playground: open it there"),
        (damaged(["version"], 99), "format 99, this program reads format 1"),
        (damaged(["spec", "learning_rate"], -1), "setting that is not allowed: Learning rate"),
        (damaged(["spec"], {"version": 77}), "version 77"),
        (damaged(["start"], "AAAA"), "damaged"),
        (damaged(["start"], "!"), "numbers are garbled"),
        (damaged(["segments"], []), "1 to 1000 segments"),
        (damaged(["segments", 0, "steps"], [0, 5]), "damaged"),
        (damaged(["segments", 0, "steps", 1], 0), "not in order"),
        (damaged(["segments", 0, "steps", 0], 1), "first checkpoint"),
        (damaged(["segments", 0, "end"], [10**9, 0, 0]), "too far apart"),
        (damaged(["segments", 0, "states"], ""), "damaged"),
        (damaged(["segments", 1, "parent"], 99), "damaged"),
        (damaged(["segments", 1, "parent"], None), "one root"),
        (damaged(["segments", 1, "start"], [10**8, 0, 0]), "never been"),
        (damaged(["segments", 1, "settings", "learning_rate"], 1e9), "not allowed"),
        (damaged(["segments", 2, "edits"], {"9999": 1.0}), "sets a weight by hand"),
        (damaged(["segments", 2, "edits"], {"0": float("nan")}), "sets a weight by hand"),
        (damaged(["segments", 0, "records"], [[0, 1]]), "two losses"),
        (damaged(["position"], [0, 0, 99]), "damaged"),
        (damaged(["position"], [10**8, 0, 0]), "beyond the end"),
        (damaged(["position"], [-1, 0, 0]), "whole number"),
        (damaged(["position"], [0.5, 0, 0]), "whole number"),
        (damaged(["position"], 3), "damaged"),
        (damaged(["leaves"], []), "ends of its branches"),
        (damaged(["current"], 0), "ends of its branches"),
    ],
)
def test_what_is_no_saved_run(text, message):
    with pytest.raises(CapsuleError, match=message):
        load_run(text)


def test_a_file_that_is_too_large_is_not_read():
    with pytest.raises(CapsuleError, match="at most 16 MB"):
        load_run(" " * (16 * 2**20 + 1))


def paths(value, path=()):
    """All places in the file."""
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value[:4]):
            yield from paths(inner, (*path, index))


PLACES = [path for path in paths(GOOD) if path]
junk = st.none() | st.booleans() | st.integers(-5, 5) | st.just(10**30) | st.floats() | st.text(max_size=5)


several = st.lists(junk, max_size=2) | st.dictionaries(st.text(max_size=3), junk, max_size=2)


@given(st.sampled_from(PLACES), junk | several)
def test_any_damage_is_a_clear_refusal_or_a_run(path, value):
    try:
        run = load_run(damaged(path, value))
    except CapsuleError as error:
        refusal = str(error)
    else:
        run.step(Grain.BATCH)
        refusal = ""
    assert len(refusal) < 800
