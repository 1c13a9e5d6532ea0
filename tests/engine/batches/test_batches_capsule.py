"""The three lanes saved and loaded, and files that are broken."""

from __future__ import annotations

import json

import pytest

from engine.batches import BatchesRun, BatchesSpec, load_batches, save_batches
from engine.capsule import CapsuleError
from engine.experiment import Position
from tests.engine.batches.test_batches_run import snapshot


def made() -> BatchesRun:
    """A run with three branches, changes and weights set by hand."""
    run = BatchesRun(BatchesSpec(mini_batch=30, per_class=50))
    run.step("epoch", 5)
    run.seek(Position(2, 40))
    run.change(learning_rate=0.01, cost="mean")
    run.step("epoch", 2)
    run.set_weights((1, -1, 0.5), "mini")
    run.step("epoch", 2)
    run.seek(Position(1, 7))
    run.set_weights((0.1, 0.2, 0.3))
    run.step("epoch", 3)
    run.step_back("op")
    return run


def test_saved_and_loaded_it_is_the_same_to_the_last_bit() -> None:
    run = made()
    loaded = load_batches(save_batches(run))
    assert snapshot(loaded) == snapshot(run)
    assert len(loaded.branches) == 3
    for one, other in zip(run.branches, loaded.branches, strict=True):
        run.stand_on(one)
        loaded.stand_on(other)
        assert snapshot(loaded) == snapshot(run)
        for position in (Position(2, 40), Position(1, 7), Position(1, 6)):
            run.seek(position)
            loaded.seek(position)
            assert snapshot(loaded) == snapshot(run)


def test_what_was_changed_at_the_very_start_is_there_again() -> None:
    run = BatchesRun(BatchesSpec())
    run.set_weights((0.5, 0.5, 0))
    run.change(cost="mean")
    run.step("epoch")
    assert snapshot(load_batches(save_batches(run))) == snapshot(run)


def broken(change) -> str:
    data = json.loads(save_batches(made()))
    change(data)
    return json.dumps(data)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "no experiment saved on this page"),
        ('{"format": "neural-playground-run"}', "no experiment saved on this page"),
        (broken(lambda data: data.update(version=7)), "format 7"),
        (broken(lambda data: data.pop("spec")), "'spec' is missing"),
        (broken(lambda data: data["spec"].update(copies=99)), "Copies"),
        (broken(lambda data: data.update(position=[900, 0])), "not within"),
        (broken(lambda data: data.update(position=[1, 100])), "not within"),
        (broken(lambda data: data.update(position=[1.5, 0])), "whole number"),
        (broken(lambda data: data.update(position=[400, 0])), "beyond the end"),
        (broken(lambda data: data.update(segments=[])), "1 to 1000 segments"),
        (broken(lambda data: data.update(leaves=[0])), "ends of its branches"),
        (broken(lambda data: data.update(current=77)), "damaged"),
        (broken(lambda data: data["segments"][1].update(parent=None)), "one root"),
        (broken(lambda data: data["segments"][1].update(parent=5)), "damaged"),
        (broken(lambda data: data["segments"][1].update(start=[490, 0])), "never been"),
        (broken(lambda data: data["segments"][0].update(start=[1, 0])), "begin at the start"),
        (broken(lambda data: data["segments"][1]["settings"].update(learning_rate=1e9)), "Learning rate"),
        (broken(lambda data: data["segments"][1].update(edits={"9": 0})), "that there is not"),
        (broken(lambda data: data["segments"][1].update(edits={"0": 1e9})), "number from"),
        (broken(lambda data: data["segments"][1].update(edits={"0": "x"})), "number from"),
        (" " * (2 * 2**20 + 1), "at most 2 MB"),
    ],
)
def test_a_broken_file_is_refused_with_a_reason(text, said) -> None:
    with pytest.raises(CapsuleError, match=said):
        load_batches(text)
