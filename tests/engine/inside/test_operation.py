"""The operation that ran last: what it read, as it was before, and what it wrote; and the run that is not touched."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from engine.experiment import Position
from engine.inside.operation import deltas, operation_view
from engine.program import Phase
from engine.spec import TrainingSpec
from engine.training import TrainingRun

BASE = {"data": "moons", "samples": 46, "batch_size": 5, "hidden": (4, 4), "learning_rate": 0.05}
# 23 examples to train on: the fifth batch has 3.
BATCHES, LAST_ROWS = 5, 3
SPECS = {
    "adam": {},
    "sgd": {"optimizer": "sgd", "activation": "relu"},
    "momentum": {"optimizer": "momentum", "regularization": "l1"},
    "nesterov": {"optimizer": "nesterov", "activation": "identity", "skip": True},
    "dropout and skip": {"dropout": 0.4, "skip": True, "regularization": "l2", "hidden": (4, 4, 4)},
    "multi-class": {"data": "arms3", "samples": 60, "activation": "gelu"},
}


def make_run(backend=None, record=False, **settings):
    return TrainingRun(TrainingSpec(**{**BASE, **settings}), backend=backend, record=record)


def fingerprint(run):
    """All that looking may not change, to the last bit."""
    return (
        run.frame().memory.tobytes(),
        run.position,
        run.newest,
        [id(segment) for segment in run.history.line],
        [(s.start, s.end, list(s.steps), dict(s.edits), copy.deepcopy(s.records)) for s in run.history.segments],
        [state.tobytes() for segment in run.history.segments for state in segment.states],
        dict(run.loop.memory.layout.starts),
        id(run.program),
    )


def look(run):
    """The view, after seeing to it that looking changed nothing and called nobody."""
    calls = []
    before = fingerprint(run)
    with run.on_event(calls.append):
        view = operation_view(run)
        deltas(run)
    assert fingerprint(run) == before
    assert calls == []
    return view


def check_against_frames(view, before, after):
    """Compare with snapshots taken right before and right after the operation by whoever walked there."""
    for operand, ref in zip(view.reads, view.op.uses, strict=True):
        assert operand.name == ref.name
        assert operand.batch is ref.batched
        assert operand.values.dtype == np.float64
        # A frame at the end of a batch has the rows of that batch; one before its first operation those before.
        count = operand.values.size
        start = before.layout.address(ref)
        expected = before.memory[start : start + count].reshape(operand.values.shape)
        np.testing.assert_array_equal(operand.values, expected, err_msg=f"{view.op.name} reads {operand.name}")
    for operand, ref in zip(view.writes, view.op.writes, strict=True):
        assert operand.name == ref.name
        np.testing.assert_array_equal(operand.values, after[ref.name], err_msg=f"{view.op.name} writes {ref.name}")


@pytest.mark.parametrize("settings", SPECS.values(), ids=SPECS)
def test_every_operand_is_what_it_was(settings, backend):
    run = make_run(backend, **settings)
    names = set()
    run.step("batch", 3)
    # Through a small last batch and into the next epoch.
    for _ in range(3 * len(run.program.ops)):
        before, program, index = run.frame(), run.program, run.position.op
        run.step("op")
        view = look(run)
        names.add(view.op.kind.name)
        assert view.op is program.ops[index]
        assert view.index == index
        assert (view.code, view.tex) == (view.op.code, view.op.tex)
        np.testing.assert_array_equal(view.examples, run.loop.examples())
        if view.op.kind.data:
            assert [operand.name for operand in view.reads] == ["inputs", "targets"]
            inputs, targets = run.prepare(run.train)
            np.testing.assert_array_equal(view.reads[0].values, inputs)
            np.testing.assert_array_equal(view.reads[1].values, targets)
            np.testing.assert_array_equal(view.writes[0].values, inputs[view.examples])
        else:
            check_against_frames(view, before, run.frame())
    assert names == {op.kind.name for op in run.program.ops}


def test_nothing_has_run_at_the_very_beginning(backend):
    run = make_run(backend)
    assert look(run) is None
    assert deltas(run) == {}
    run.step("epoch")
    run.seek(Position())
    assert look(run) is None
    assert deltas(run) == {}


def test_at_the_end_of_a_batch_it_is_still_that_batch(backend):
    run = make_run(backend)
    run.step("batch", BATCHES)
    assert run.position == Position(1)
    view = look(run)
    assert view.index == len(run.program.ops) - 1
    assert view.lamp == "update"
    order = np.arange(len(run.train.inputs))
    run.backend.shuffle(order, run.first_spec.seed, 0)
    np.testing.assert_array_equal(view.examples, order[-LAST_ROWS:])
    run.step("op")
    np.testing.assert_array_equal(run["x"], run.prepare(run.train)[0][look(run).examples])


def test_the_four_lamps_follow_each_other(backend):
    run = make_run(backend, dropout=0.2, regularization="l2")
    lamps = []
    for op in run.program.ops:
        run.step("op")
        lamp = look(run).lamp
        lamps.append(lamp)
        expected = {Phase.LOSS: "forward"}.get(op.phase, op.phase.value)
        assert lamp == ("batch" if op.layer == "batch" else expected)
    assert list(dict.fromkeys(lamps)) == ["batch", "forward", "backward", "update"]
    # A lamp never goes on twice in a batch.
    assert lamps == sorted(lamps, key=["batch", "forward", "backward", "update"].index)


def test_the_formula_with_the_shapes(backend):
    run = make_run(backend, hidden=(4,), regularization="l2", optimizer="momentum")
    found = {}
    for _ in run.program.ops:
        run.step("op")
        found[look(run).op.name] = look(run).shapes
    assert found["batch.x"] == "x [5 × 2], y [5 × 1] = the batch's rows of inputs [23 × 2], targets [23 × 1]"
    assert found["dense1.z"] == "z1 [5 × 4] = x [5 × 2] · W1 [2 × 4] + b1 [4]"
    assert found["dense1.a"] == "a1 [5 × 4] = tanh(z1 [5 × 4])"
    assert found["dense2.dW"] == "dW2 [4 × 1] = a1ᵀ [4 × 5] · dz2 [5 × 1]"
    assert found["loss.dz2"] == "dz2 [5 × 1] = (σ(z2 [5 × 1]) − y [5 × 1])/5"
    assert found["dense1.delta"] == "dz1 [5 × 4] = da1 [5 × 4] ⊙ (1 − a1² [5 × 4])"
    assert found["dense1.penalty_dW"] == "dW1 [2 × 4] ← dW1 + regularization_rate·W1 [2 × 4]"
    assert found["optimizer.v"] == "v [17] ← momentum·v + g [17]"
    assert found["optimizer.w"] == "w [17] ← w − learning_rate·v [17]"


class TestHistory:
    """What was read is as it was, whatever was done to the run since and wherever it was in between."""

    def walk_and_check(self, run, steps):
        for _ in range(steps):
            before = run.frame()
            run.step("op")
            view = look(run)
            if not view.op.kind.data:
                check_against_frames(view, before, run.frame())

    @pytest.mark.parametrize("name", ["w", "W1"])
    def test_right_after_a_weight_was_set_by_hand(self, name, backend):
        run = make_run(backend)
        run.step("batch", 7)
        ops = [op.name for op in run.program.ops]
        # Right after dense1.z, which read W1, and right after the update, which wrote it.
        stop = ops.index("dense1.z") if name == "W1" else len(ops) - 1
        run.step("op", stop)
        before = run.frame()
        run.step("op")
        after, plain = run.frame(), look(run)
        for value in (2.0, -3.0):
            run.set_parameter("W1", (0, 0), value)
            view = look(run)
            assert run["W1"][0, 0] == value
            check_against_frames(view, before, after)
            for now, then in zip(view.reads + view.writes, plain.reads + plain.writes, strict=True):
                np.testing.assert_array_equal(now.values, then.values)
        # The next operations go on with what was set.
        self.walk_and_check(run, 2 * len(ops))

    def test_set_by_hand_within_a_batch_and_before_the_update(self, backend):
        run = make_run(backend)
        run.step("batch", 3)
        for op in (2, 3, 11):
            run.step("op", op)
            run.set_parameter("b1", (op % 4,), 0.25 * op)
            self.walk_and_check(run, 7)
        end = run.position
        run.seek(Position(0, 2, 0))
        run.seek(end)
        self.walk_and_check(run, 2 * len(run.program.ops))

    def test_the_learning_rate_that_was_read_is_the_old_one(self, backend):
        run = make_run(backend, optimizer="sgd")
        run.step("batch", 2)
        run.change(learning_rate=0.5)
        rates = {operand.role: operand.values for operand in look(run).reads}
        assert rates["eta"] == 0.05
        run.step("batch")
        assert {operand.role: operand.values for operand in look(run).reads}["eta"] == 0.5

    def test_another_penalty_between_two_batches(self, backend):
        run = make_run(backend)
        run.step("batch", 2)
        plain = look(run)
        for kind in ("l2", "l1", "none", "l2"):
            run.change(regularization=kind)
            view = look(run)
            # What ran last ran in the listing of then.
            assert view.index == plain.index
            assert view.op == plain.op
            for now, then in zip(view.reads + view.writes, plain.reads + plain.writes, strict=True):
                np.testing.assert_array_equal(now.values, then.values)
        self.walk_and_check(run, 3 * len(run.program.ops))
        run.step("batch")
        run.change(regularization="l1", regularization_rate=0.2)
        self.walk_and_check(run, 2 * len(run.program.ops))

    @pytest.mark.parametrize("record", [False, True])
    def test_on_branches_and_after_seeking(self, record, backend):
        run = make_run(backend, record=record, regularization="l2")
        run.step("epoch", 3)
        run.seek(Position(1, 2, 7))
        run.set_parameter("W2", (1, 0), 1.5)
        run.step("epoch", 2)
        run.seek(Position(1, 4, 3))
        run.change(learning_rate=0.3)
        run.step("batch", 4)
        ends = list(run.branches)
        assert len(ends) == 3
        for branch in (ends[0], ends[2], ends[1], ends[0]):
            run.stand_on(branch)
            last = len(run.program.ops) - 1
            for position in (Position(1, 2, 7), Position(1, 4, last), Position(1, 3, 0), branch.end):
                if position > branch.end:
                    continue
                run.seek(position)
                look(run)
                before = run.frame()
                run.step("op")
                view = look(run)
                if not view.op.kind.data:
                    check_against_frames(view, before, run.frame())

    def test_the_same_batch_on_another_branch(self, backend):
        run = make_run(backend)
        run.step("batch", 6)
        run.seek(run.loop.at(2))
        run.change(learning_rate=0.3)
        run.step("batch", 4)
        for branch in (run.branches[0], run.branches[1], run.branches[0]):
            run.stand_on(branch)
            assert run.position == run.loop.at(6)
            after, view = run.frame(), look(run)
            run.step_back("op")
            check_against_frames(view, run.frame(), after)

    def test_walking_back(self, backend):
        run = make_run(backend, dropout=0.3)
        run.step("batch", 4)
        frames = []
        for _ in range(2 * len(run.program.ops)):
            frames.append(run.frame())
            run.step("op")
        after = run.frame()
        while frames:
            before = frames.pop()
            view = look(run)
            if not view.op.kind.data:
                check_against_frames(view, before, after)
            run.step_back("op")
            after = run.frame()
            assert after.position == before.position

    def test_far_from_a_checkpoint(self, backend):
        run = make_run(backend)
        run.step("batch", 168)
        self.walk_and_check(run, len(run.program.ops))
        run.seek(Position(9, 3))
        self.walk_and_check(run, len(run.program.ops))

    def test_two_runs_do_not_mix(self, backend):
        runs = [make_run(backend, seed=seed) for seed in (1, 2)]
        for run in runs:
            run.step("batch", 4)
            run.step_back("op")
        for _ in range(2):
            for run in runs:
                self.walk_and_check(run, 9)

    def test_numbers_that_ran_away(self, backend):
        run = make_run(backend, data="plane", optimizer="sgd", learning_rate=10.0, activation="identity")
        run.step("epoch", 60)
        assert not np.isfinite(run.parameters).all()
        self.walk_and_check(run, len(run.program.ops))


class TestDeltas:
    @pytest.mark.parametrize("settings", SPECS.values(), ids=SPECS)
    def test_they_appear_as_backward_reaches_them_and_stay_to_the_end(self, settings, backend):
        run = make_run(backend, **settings)
        run.step("batch", 2)
        layers = len(run.network.layers)
        everything = {f"d{what}{k}" for what in "zW" for k in range(1, layers + 1)}
        assert set(deltas(run)) == everything  # the batch before
        seen = set()
        for op in run.program.ops:
            run.step("op")
            found = deltas(run)
            assert set(found) >= seen
            if op.phase in (Phase.FORWARD, Phase.LOSS):
                assert found == {}
            if op.kind.name == "dense_weight_gradient":
                assert set(found) - seen <= {op.writes[0].name, f"dz{op.layer.removeprefix('dense')}"}
                assert op.writes[0].name in found
            seen = set(found)
        assert seen == everything

    @pytest.mark.parametrize("settings", SPECS.values(), ids=SPECS)
    def test_delta_is_whole_as_soon_as_it_is_there(self, settings, backend):
        run = make_run(backend, **settings)
        run.step("batch", 2)
        first = {}
        for op in run.program.ops:
            run.step("op")
            for name, values in deltas(run).items():
                first.setdefault(name, values)
                if name.startswith("dz"):
                    np.testing.assert_array_equal(values, first[name], err_msg=f"{name} after {op.name}")
        # By the dense layer's own relation: what went into layer k, times δ, is dW; the sum of δ is db.
        for k in range(1, len(run.network.layers) + 1):
            np.testing.assert_allclose(run[f"db{k}"], first[f"dz{k}"].sum(axis=0), rtol=1e-12, atol=1e-15)
            x = run["x"] if k == 1 else run[run.network.training_output(k - 1)]
            expected = np.einsum("ri,ro->io", x, first[f"dz{k}"])
            np.testing.assert_allclose(first[f"dW{k}"], expected, rtol=1e-12, atol=1e-15)

    def test_they_stay_when_the_penalty_is_changed(self, backend):
        run = make_run(backend)
        run.step("batch", 2)
        before = deltas(run)
        run.change(regularization="l2")
        after = deltas(run)
        assert set(after) == set(before)
        for name, values in before.items():
            np.testing.assert_array_equal(after[name], values)

    def test_what_is_returned_does_not_change_with_the_run(self, backend):
        run = make_run(backend)
        run.step("batch")
        found = deltas(run)
        kept = {name: values.copy() for name, values in found.items()}
        run.step("batch", 3)
        for name, values in kept.items():
            np.testing.assert_array_equal(found[name], values)
