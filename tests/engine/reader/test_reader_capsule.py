"""A digit reader saved to a file and loaded again."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pytest

from engine.capsule import save_run
from engine.experiment import Position
from engine.reader import PRESETS, CapsuleError, ReaderRun, ReaderSpec, layer, load_reader, save_reader
from engine.reader.capsule import MAX_BYTES
from engine.spec import TrainingSpec
from engine.training import TrainingRun

SPEC = PRESETS["small8"].spec.with_(batch_size=100, learning_rate=0.01)


def lived():
    """A run with a past: a branch, another rule, a weight set by hand, in mid-batch."""
    run = ReaderRun(SPEC, record=True)
    run.step("epoch", 8)
    run.change(weight_decay=0.01)
    run.step("epoch", 2)
    run.seek(Position(5, 3, 2))
    run.set_parameter("W1", (1, 0, 0, 3), -0.4)
    run.change(schedule="cosine")
    run.step("epoch", 3)
    run.step("op", 7)
    return run


@cache
def good():
    return json.loads(save_reader(lived()))


def damaged(path, value):
    """The file with one thing changed."""
    data = json.loads(json.dumps(good()))
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return json.dumps(data)


def test_all_comes_back():
    run = lived()
    again = load_reader(save_reader(run), record=True)
    assert again.position == run.position
    assert again.spec == run.spec
    assert again.first_spec == run.first_spec
    assert again.parameters.dtype == np.float32
    assert again.frame().memory.tobytes() == run.frame().memory.tobytes()
    assert np.array_equal(again.curve(), run.curve())
    assert [leaf.end for leaf in again.branches] == [leaf.end for leaf in run.branches]
    for each in (run, again):
        each.step("epoch", 2)
    assert again.parameters.tobytes() == run.parameters.tobytes()


def test_the_past_and_the_other_branch_can_be_visited():
    run = lived()
    again = load_reader(save_reader(run))
    for moment in (Position(), Position(3, 2, 5), Position(5, 3, 2), Position(6)):
        run.seek(moment)
        again.seek(moment)
        assert again.parameters.tobytes() == run.parameters.tobytes(), moment
    for branch in (0, 1):
        run.stand_on(run.branches[branch])
        again.stand_on(again.branches[branch])
        assert again.parameters.tobytes() == run.parameters.tobytes()
        assert again.spec == run.spec


def test_a_run_with_another_start():
    first = ReaderRun(SPEC)
    first.step("epoch")
    run = ReaderRun(SPEC, start=first.parameters.copy())
    run.step("epoch")
    again = load_reader(save_reader(run))
    assert again.parameters.tobytes() == run.parameters.tobytes()


def test_the_file_of_a_large_net_stays_small_and_keeps_the_moment():
    # The state of the largest optimizer, more checkpoints than the file may have, and two branches.
    layers = (layer("dense", units=512), layer("dense", units=480))
    spec = ReaderSpec(data="digits8", layers=layers, optimizer="amsgrad")
    assert spec.parameters > 0.9 * 300_000
    run = ReaderRun(spec.with_(batch_size=8))
    run.step("batch", 90)
    run.seek(run.loop.at(30))
    run.change(learning_rate=0.001)
    run.step("batch", 52)
    text = save_reader(run)
    assert len(text) < MAX_BYTES
    again = load_reader(text)
    assert again.parameters.tobytes() == run.parameters.tobytes()
    again.step_back("batch")
    run.step_back("batch")
    assert again.parameters.tobytes() == run.parameters.tobytes()


def test_more_checkpoints_travel_where_they_are_small():
    # Every 25th update of eight epochs of 15 batches, or the first thereafter at which the run made a halt.
    assert len(good()["segments"][0]["steps"]) == 5
    run = ReaderRun(PRESETS["lenet"].spec)
    run.step("batch", 300)
    data = json.loads(save_reader(run))
    assert 5 <= len(data["segments"][0]["steps"]) <= 8


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not JSON"),
        ("{}", "no saved run of Neural Playground"),
        (save_run(TrainingRun(TrainingSpec())), "saved on another page of Neural Playground"),
        (damaged(["version"], 99), "format 99, this program reads format 1"),
        (damaged(["spec", "layers"], [["conv", {"size": 11}]]), "not allowed: the window of conv1 does not fit"),
        (damaged(["spec", "data"], "mnist"), "damaged"),
        (damaged(["start"], "AAAA"), "damaged"),
        (damaged(["segments", 0, "steps", 1], 0), "not in order"),
        (damaged(["segments", 0, "end"], [10**9, 0, 0]), "too far apart"),
        (damaged(["segments", 0, "states"], "AAAA"), "damaged"),
        (damaged(["segments", 1, "settings", "weight_decay"], -1), "not allowed: Weight decay"),
        (damaged(["segments", 1, "settings", "learning_rate"], None), "not allowed"),
        (damaged(["segments", 2, "edits"], {"9999": 1.0}), "sets a weight by hand"),
        (damaged(["position"], [0, 0, 99]), "damaged"),
        (damaged(["leaves"], []), "ends of its branches"),
    ],
)
def test_what_is_no_saved_reader(text, message):
    with pytest.raises(CapsuleError, match=message):
        load_reader(text)


def test_a_file_that_is_too_large_is_not_read():
    with pytest.raises(CapsuleError, match="at most 24 MB"):
        load_reader(" " * (MAX_BYTES + 1))
