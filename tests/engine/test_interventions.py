"""What is changed by hand in a run: a weight, the penalty; and runs that begin with other weights."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.backend import whole_state
from engine.experiment import Grain, Position
from engine.spec import SpecError, TrainingSpec
from engine.training import TrainingRun

SPEC = TrainingSpec(data="moons", samples=22, batch_size=4, hidden=(3,), learning_rate=0.03)


def state(run):
    return run.frame().memory.tobytes()


def parameters(run):
    return run.parameters.copy()


class TestSetParameter:
    def test_only_that_number_changes(self, backend):
        run = TrainingRun(SPEC, backend=backend)
        run.step("batch", 4)
        before = parameters(run)
        run.set_parameter("W1", (1, 2), 0.75)
        assert run["W1"][1, 2] == 0.75
        run["W1"][1, 2] = before[5]  # row 1 of three columns, column 2
        assert np.array_equal(run.parameters, before)

    def test_training_goes_on_from_the_new_weight(self, backend):
        run, plain = (TrainingRun(SPEC, backend=backend) for _ in range(2))
        run.step("batch", 5)
        run.set_parameter("b2", (0,), -1.5)
        run.step("batch", 5)
        plain.step("batch", 5)
        plain["b2"][0] = -1.5
        plain.loop.run_to(plain.loop.at(10))
        assert np.array_equal(run.parameters, plain.parameters)

    @pytest.mark.parametrize("op", [0, 3, 9])
    def test_every_moment_before_and_after_can_be_visited_again(self, op, backend):
        run = TrainingRun(SPEC, backend=backend)
        run.step("batch", 4)
        run.step("op", op) if op else None
        run.set_parameter("W1", (0, 0), 2.0)
        run.set_parameter("W1", (0, 1), -2.0)
        edited = run.position
        states = {}
        for _ in range(40):
            states[run.position] = state(run)
            run.step("op")
        for position in [edited, *sorted(states)[::7]]:
            run.seek(Position())
            run.seek(position)
            assert state(run) == states[position], position
        run.seek(run.loop.at(4))
        run.seek(edited)
        assert run["W1"][0, :2].tolist() == [2.0, -2.0]

    def test_at_the_very_start(self, backend):
        run = TrainingRun(SPEC, backend=backend)
        run.set_parameter("b1", (2,), 0.5)
        run.step("epoch", 2)
        run.seek(Position())
        assert run["b1"].tolist() == [0, 0, 0.5]

    def test_in_the_past_it_is_a_branch_and_the_old_future_stays(self, backend):
        run = TrainingRun(SPEC, backend=backend)
        run.step("epoch", 4)
        old = parameters(run)
        run.seek(Position(2))
        run.set_parameter("W2", (1, 0), 3.0)
        run.step("epoch", 2)
        assert len(run.branches) == 2
        assert not np.array_equal(run.parameters, old)
        new = parameters(run)
        run.stand_on(run.branches[0])
        assert np.array_equal(run.parameters, old)
        run.stand_on(run.branches[1])
        assert np.array_equal(run.parameters, new)

    def test_dragging_leaves_one_segment(self, backend):
        run = TrainingRun(SPEC, backend=backend)
        run.step("epoch")
        for value in np.linspace(0, 1, 50):
            run.set_parameter("W1", (0, 0), value)
            run.set_parameter("W1", (1, 0), -value)
        assert len(run.history.segments) == 2
        assert run["W1"][:, 0].tolist() == [1.0, -1.0]

    @pytest.mark.parametrize(
        ("name", "index", "value", "message"),
        [
            ("W9", (0, 0), 1.0, "'W9' is no weight and no bias"),
            ("loss", (), 1.0, "is no weight"),
            ("dW1", (0, 0), 1.0, "is no weight"),
            ("learning_rate", (), 1.0, "is no weight"),
            ("W1", (0, 3), 1.0, r"W1 has the shape \[2, 3\], there is no place \[0, 3\]"),
            ("W1", (-1, 0), 1.0, "no place"),
            ("W1", (0,), 1.0, "no place"),
            ("W1", (0, 0), float("nan"), "within ±1,000,000, got nan"),
            ("W1", (0, 0), 1e7, "within ±1,000,000"),
        ],
    )
    def test_what_cannot_be_set(self, name, index, value, message):
        run = TrainingRun(SPEC)
        before = state(run)
        with pytest.raises(SpecError, match=message):
            run.set_parameter(name, index, value)
        assert state(run) == before
        assert len(run.history.segments) == 1


class TestPenaltyOnTheFly:
    def test_it_is_what_a_run_with_that_penalty_computes_from_there(self, backend):
        run = TrainingRun(SPEC, backend=backend)
        run.step("epoch", 3)
        here = whole_state(run.loop.memory).copy()
        run.change(regularization="l2", regularization_rate=0.1)
        assert run.spec == SPEC.with_(regularization="l2", regularization_rate=0.1)
        other = TrainingRun(run.spec, backend=backend)
        other.loop.set_down(run.loop.updates)
        whole_state(other.loop.memory)[:] = here
        for each in (run, other):
            each.loop.run_to(each.loop.at(each.loop.updates + 7))
        assert np.array_equal(run.parameters, other.parameters)

    def test_there_and_back_and_every_moment_again(self, backend):
        run = TrainingRun(SPEC, backend=backend)
        seen = {}
        for kind in ("l1", "none", "l2"):
            for _ in range(30):
                seen[run.position] = state(run)
                run.step("op")
            run.change(regularization=kind)
        changes = [segment.start for segment in run.history.line]
        assert all(change.op == 0 for change in changes)
        moments = [moment for moment in seen if moment not in changes]
        for moment in moments[::-1] + moments[::5]:
            run.seek(moment)
            assert state(run) == seen[moment], moment

    def test_stepping_back_over_the_change_ends_in_the_old_listing(self, backend):
        run = TrainingRun(SPEC, backend=backend)
        plain = len(run.program.ops)
        run.step("batch", 2)
        run.change(regularization="l1")
        assert len(run.program.ops) == plain + 4  # a penalty and its gradient for each of two layers
        run.step_back(Grain.OP)
        assert run.position == Position(0, 1, plain - 1)
        assert len(run.program.ops) == plain
        run.step(Grain.OP)
        assert len(run.program.ops) == plain + 4

    def test_from_within_a_batch_it_waits_for_the_batch_to_end(self):
        run = TrainingRun(SPEC)
        run.step("op", 5)
        run.change(regularization="l2")
        assert run.position == Position(0, 1)

    def test_a_checkpoint_at_the_change_serves_both_listings(self, backend):
        run = TrainingRun(SPEC, backend=backend)
        run.step("batch", 100)
        run.change(regularization="l2")
        run.step("batch", 150)
        after = parameters(run)
        for moment in (99, 100, 101, 102, 103, 200, 250):
            run.seek(Position())
            run.seek(run.loop.at(moment))
        assert np.array_equal(run.parameters, after)


class TestOtherStarts:
    def test_parameters_only(self, backend):
        run = TrainingRun(SPEC, backend=backend)
        run.step("epoch", 5)
        again = TrainingRun(SPEC, backend=backend, start=parameters(run))
        assert np.array_equal(again.parameters, run.parameters)
        assert again.position == Position()
        again.step("epoch", 3)
        again.seek(Position())
        assert np.array_equal(again.parameters, run.parameters)

    def test_with_the_optimizers_state_the_training_is_continued(self, backend):
        spec = SPEC.with_(batch_size=500)  # one batch of all: the order of the examples is the sum's only
        run = TrainingRun(spec, backend=backend)
        run.step("epoch", 5)
        again = TrainingRun(spec, backend=backend, start=whole_state(run.loop.memory).copy())
        again.step("epoch", 5)
        run.step("epoch", 5)
        assert np.allclose(again.parameters, run.parameters, rtol=1e-9, atol=1e-12)

    @pytest.mark.parametrize("shape", [(3,), (14,), (13, 1)])
    def test_of_another_size_is_refused(self, shape):
        with pytest.raises(ValueError, match="this network starts from 13 parameters, or from"):
            TrainingRun(SPEC, start=np.zeros(shape))


@given(st.data())
def test_any_sequence_of_interventions_can_be_walked_again(data):
    """Steps, jumps back, changes and hand-set weights in any order: the line replays to the same bits."""
    run = TrainingRun(SPEC)
    for _ in range(data.draw(st.integers(1, 8))):
        match data.draw(st.sampled_from(["step", "back", "rate", "kind", "weight"])):
            case "step":
                run.step(data.draw(st.sampled_from(list(Grain))), data.draw(st.integers(1, 3)))
            case "back":
                run.step_back(data.draw(st.sampled_from(list(Grain))))
            case "rate":
                run.change(learning_rate=data.draw(st.sampled_from([0.001, 0.03, 0.2])))
            case "kind":
                run.change(regularization=data.draw(st.sampled_from(["none", "l1", "l2"])))
            case "weight":
                run.set_parameter("W2", (data.draw(st.integers(0, 2)), 0), data.draw(st.sampled_from([-1.0, 0.5])))
    here, saved = run.position, parameters(run)
    run.seek(Position())
    run.seek(here)
    assert np.array_equal(run.parameters, saved)
