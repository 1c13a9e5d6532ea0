"""Two runs in lockstep."""

from __future__ import annotations

import numpy as np
import pytest

from engine.experiment import Grain, Position
from engine.history import DEFAULT_BUDGET
from engine.pair import differences, follow, matching, twin
from engine.spec import TrainingSpec
from engine.training import TrainingRun

SPEC = TrainingSpec(data="moons", samples=60, batch_size=5, hidden=(3, 3))


def test_a_twin_is_the_same_and_lives_alone():
    run = TrainingRun(SPEC, record=True)
    run.step("epoch", 5)
    run.step("op", 4)
    other = twin(run, budget=DEFAULT_BUDGET)
    assert other.position == run.position
    assert other.frame().memory.tobytes() == run.frame().memory.tobytes()
    before = run.parameters.copy()
    other.change(learning_rate=1.0)
    other.step("epoch")
    assert np.array_equal(run.parameters, before)
    assert run.spec == SPEC


@pytest.mark.parametrize("grain", list(Grain))
def test_both_take_the_same_batches_from_the_same_start(grain):
    """One thing is changed; the examples of every batch and the first weights stay the same."""
    pinned, run = TrainingRun(SPEC), TrainingRun(SPEC.with_(learning_rate=0.1))
    assert np.array_equal(pinned.parameters, run.parameters)
    for _ in range(9):
        run.step(grain)
        follow(pinned, run)
        assert pinned.position == run.position
        assert np.array_equal(pinned.loop.examples(), run.loop.examples())
        assert np.array_equal(pinned["x"], run["x"])
    run.seek(Position(0, 3, 2))
    follow(pinned, run)
    assert pinned.position == Position(0, 3, 2)


def test_the_pinned_run_is_what_it_would_be_alone():
    pinned, alone, run = TrainingRun(SPEC), TrainingRun(SPEC), TrainingRun(SPEC.with_(activation="relu"))
    for _ in range(4):
        run.step("epoch")
        follow(pinned, run)
    alone.step("epoch", 4)
    assert np.array_equal(pinned.parameters, alone.parameters)


def test_other_batches_meet_at_the_same_share_of_an_epoch():
    run, other = TrainingRun(SPEC), TrainingRun(SPEC.with_(batch_size=10))  # 6 and 3 batches
    assert [matching(Position(2, k), run, other).batch for k in range(6)] == [0, 0, 1, 1, 2, 2]
    assert [matching(Position(2, k), other, run).batch for k in range(3)] == [0, 2, 4]
    assert matching(Position(2, 1, 3), run, other) == Position(2, 0, 0)


def test_another_listing_stands_at_the_batch():
    run, other = TrainingRun(SPEC), TrainingRun(SPEC.with_(optimizer="sgd"))
    assert matching(Position(1, 2, 7), run, other) == Position(1, 2)


def test_what_differs():
    assert differences(SPEC, SPEC) == []
    assert differences(SPEC, SPEC.with_(learning_rate=0.1, hidden=(4,))) == [
        ("Hidden layers", (3, 3), (4,)),
        ("Learning rate", 0.02, 0.1),
    ]
