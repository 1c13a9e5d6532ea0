"""Schedules, weight decay and clipping in whole training runs: live changes, seeking, branches, files."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.backend import whole_state
from engine.capsule import CapsuleError, load_run, save_run
from engine.experiment import Grain, Position
from engine.inside.operation import operation_view
from engine.layers import Dense
from engine.optimizers import SGD, Scheduled
from engine.pair import twin
from engine.rules import RULES, schedule_numbers
from engine.schedules import SCHEDULES, StepDecay
from engine.sequential import Sequential
from engine.spec import LIVE_SETTINGS, SpecError, TrainingSpec
from engine.training import TrainingRun

# 11 training points in batches of 4: three batches an epoch.
SPEC = TrainingSpec(data="moons", samples=22, batch_size=4, hidden=(3,), learning_rate=0.03)
SHORT = {name: {"every": 2, "tau": 6, "steps": 5, "decay": 0.4, "examples": 3, "end": 0.002} for name in SCHEDULES}
SETTINGS = {
    name: {key: value for key, value in SHORT[name].items() if key in schedule_numbers(name)} for name in SCHEDULES
}
RULED = {
    **{
        f"{name}, {unit}": SPEC.with_(schedule=name, schedule_settings=SETTINGS[name], schedule_unit=unit)
        for name in SCHEDULES if name != "constant" for unit in ("update", "epoch")
    },
    "warm cosine": SPEC.with_(
        schedule="cosine", schedule_settings={"warm_up": 4, "steps": 9, "end": 0.01}, schedule_unit="update"
    ),
    "coupled": SPEC.with_(weight_decay=0.1),
    "decoupled": SPEC.with_(weight_decay=0.1, decoupled=True, optimizer="sgd"),
    "clipped": SPEC.with_(clip_norm=0.2, clip_value=0.1, optimizer="nesterov"),
    "all": SPEC.with_(
        schedule="exponential", schedule_settings={"tau": 9}, schedule_unit="update", weight_decay=0.05,
        decoupled=True, clip_norm=0.3, regularization="l1", optimizer="nadam",
    ),
}  # fmt: skip
ruled = pytest.mark.parametrize("spec", RULED.values(), ids=RULED)


def state(run):
    """Everything that a view could draw."""
    return run.frame().memory.tobytes()


def parameters(run):
    return run.parameters.copy()


class TestStepping:
    @ruled
    def test_all_grains_come_to_the_same_and_every_moment_again(self, spec, backend):
        plain = TrainingRun(spec, backend=backend)
        plain.step("epoch", 5)
        run = TrainingRun(spec, backend=backend)
        seen = {}
        while run.position < Position(5):
            seen[run.position] = state(run)
            run.step("op")
        assert state(run) == state(plain)
        for moment in [*list(seen)[::-7], *list(seen)[::11]]:
            run.seek(moment)
            assert state(run) == seen[moment], moment
        while run.position > Position():
            run.step_back(Grain.OP)
            assert state(run) == seen[run.position], run.position

    @pytest.mark.parametrize("name", [name for name in RULED if "epoch" in name or "update" in name])
    def test_the_rate_is_the_one_that_the_next_update_is_made_with(self, name, backend):
        spec = RULED[name]
        run, schedule = TrainingRun(spec, backend=backend), spec.make_schedule()
        for update in range(30):
            told = run.frame().rate
            assert told == schedule.rate(update // 3 if spec.schedule_unit == "epoch" else update)
            run.step("op", 12)
            assert run.position.op == 12
            assert run.rate == told
            run.step("batch")
            assert float(run["rate"]) == pytest.approx(told, rel=1e-13)
        assert run.frame()["rate"] == run["rate"]

    def test_without_a_schedule_it_is_the_learning_rate(self):
        run = TrainingRun(SPEC)
        run.step("epoch", 3)
        assert run.rate == run.frame().rate == 0.03
        assert "rate" not in run.program.refs

    def test_what_the_lines_read_can_be_replayed(self, backend):
        run = TrainingRun(RULED["all"], backend=backend)
        run.step("epoch")
        run.change(schedule="step", schedule_settings={"every": 2, "warm_up": 3})
        run.step("batch")
        names = set()
        for _ in range(2 * len(run.program.ops)):
            run.step("op")
            view = operation_view(run)
            names.add(view.op.name)
            if view.op.name == "optimizer.updates":
                assert float(view.reads[0].values) == float(view.writes[0].values) - 1 == run.loop.updates - 1
            if view.op.name == "optimizer.rate":
                reads = {operand.role: float(operand.values) for operand in view.reads}
                assert float(view.writes[0].values) == reads["eta"] * min((reads["step"] + 1) / 3, 1)
        assert {"optimizer.updates", "optimizer.after", "optimizer.warm_rate", "optimizer.rate"} <= names


class TestLive:
    @pytest.mark.parametrize("change", RULED, ids=str)
    def test_it_is_what_a_run_under_it_computes_from_there(self, change, backend):
        run = TrainingRun(SPEC.with_(optimizer=RULED[change].optimizer), backend=backend)
        run.step("epoch", 3)
        run.step("batch")
        rules = {name: getattr(RULED[change], name) for name in LIVE_SETTINGS}
        plain = whole_state(run.loop.memory).copy()
        values = {name: run[name].copy() for name, ref in run.program.refs.items() if ref.arena.name == "STATE"}
        run.change(**rules)
        assert run.spec == SPEC.with_(optimizer=RULED[change].optimizer, **rules)
        other = TrainingRun(run.spec, backend=backend)
        other.loop.set_down(run.loop.updates)
        other.parameters[:] = plain[: len(other.parameters)]
        for name, value in values.items():
            other[name][...] = value
        other.loop.count_updates()
        for each in (run, other):
            each.loop.run_to(each.loop.at(each.loop.updates + 11))
        assert np.array_equal(run.parameters, other.parameters)
        assert not np.array_equal(run.parameters, plain[: len(other.parameters)])

    @pytest.mark.parametrize(
        "change",
        [{"schedule_settings": {"tau": 2}}, {"weight_decay": 2.0}, {"clip_norm": 0.01}, {"learning_rate": 0.5}],
        ids=str,
    )
    def test_a_number_changes_within_a_batch_without_another_listing(self, change, backend):
        run = TrainingRun(RULED["all"], backend=backend)
        run.step("epoch")
        run.step("op", 5)
        program, here = run.program, run.position
        run.change(**change)
        assert run.program is program
        assert run.position == here
        run.step("epoch", 2)
        other = TrainingRun(RULED["all"], backend=backend)
        other.step("epoch", 3)
        assert not np.array_equal(run.parameters, other.parameters)

    def test_there_and_back_and_every_moment_again(self, backend):
        run = TrainingRun(SPEC, backend=backend)
        seen = {}
        for name in ("coupled", "step, epoch", "warm cosine", "clipped", "all", "time, update", "coupled"):
            for _ in range(31):
                seen[run.position] = state(run)
                run.step("op")
            run.change(**{key: getattr(RULED[name], key) for key in RULES})
        run.step("epoch", 60)
        seen[run.position] = state(run)
        changes = [segment.start for segment in run.history.line]
        assert len(run.branches) == 1
        assert all(change.op == 0 for change in changes)
        moments = [moment for moment in seen if moment not in changes]
        for moment in moments[::-1] + moments[::5]:
            run.seek(moment)
            assert state(run) == seen[moment], moment

    def test_a_checkpoint_at_the_change_serves_listings_with_states_of_other_sizes(self, backend):
        run = TrainingRun(SPEC, backend=backend)
        run.step("batch", 100)
        run.change(schedule="exponential", schedule_settings={"tau": 200})
        run.step("batch", 100)
        run.change(schedule="constant")
        run.step("batch", 100)
        sizes = {len(state) for segment in run.history.segments for state in segment.states}
        assert len(sizes) == 2
        after = parameters(run)
        for moment in (99, 100, 101, 102, 103, 199, 200, 201, 202, 250, 300):
            run.seek(Position())
            run.seek(run.loop.at(moment))
            run.seek(run.loop.at(max(0, moment - 1)))
            run.seek(run.loop.at(moment))
        assert np.array_equal(run.parameters, after)

    def test_a_schedule_counts_from_the_start_of_the_run(self):
        run = TrainingRun(SPEC)
        run.step("epoch", 40)
        run.change(schedule="exponential", schedule_settings={"tau": 20})
        assert run.rate == pytest.approx(0.03 * 10**-2, rel=1e-14)
        run.step("batch")
        assert float(run["rate"]) == pytest.approx(0.03 * 10**-2, rel=1e-14)

    def test_from_within_a_batch_another_listing_waits_for_the_batch_to_end(self):
        for change in ({"schedule": "step"}, {"weight_decay": 0.1}, {"clip_norm": 1.0}, {"clip_value": 1.0}):
            run = TrainingRun(SPEC)
            run.step("op", 5)
            run.change(**change)
            assert run.position == Position(0, 1), change

    def test_stepping_back_over_the_change_ends_in_the_old_listing(self, backend):
        run = TrainingRun(SPEC, backend=backend)
        plain = len(run.program.ops)
        run.step("batch", 2)
        run.change(schedule="cosine", clip_norm=1.0)
        assert len(run.program.ops) == plain + 5  # epoch, rate, count; norm, scaled
        run.step_back(Grain.OP)
        assert run.position == Position(0, 1, plain - 1)
        assert len(run.program.ops) == plain
        run.step(Grain.OP)
        assert len(run.program.ops) == plain + 5

    def test_a_change_in_the_past_forks_and_the_future_survives(self, backend):
        run = TrainingRun(RULED["step, epoch"], backend=backend)
        run.step("epoch", 10)
        future = state(run)
        run.seek(Position(4, 1))
        run.change(schedule="cosine", weight_decay=0.1)
        run.step("epoch", 3)
        other = state(run)
        first, second = run.branches
        run.stand_on(first)
        assert (run.position, state(run), run.spec) == (Position(10), future, RULED["step, epoch"])
        run.stand_on(second)
        assert (run.position, state(run), run.spec.schedule) == (Position(7), other, "cosine")

    def test_what_nothing_is_computed_with_makes_no_branch(self):
        run = TrainingRun(SPEC)
        run.step("epoch", 2)
        run.seek(Position(1))
        run.change(decoupled=True, schedule_unit="update")
        assert len(run.history.segments) == 1
        assert (run.spec.decoupled, run.spec.schedule_unit) == (True, "update")
        run.change(weight_decay=0.1)
        assert len(run.branches) == 2
        assert [op.kind.name for op in run.program.ops if "decay" in op.kind.name] == ["decoupled_decay"]

    def test_the_decay_of_adamw_stays_its_own(self, backend):
        run = TrainingRun(SPEC.with_(optimizer="adamw"), backend=backend)
        for change in ({"learning_rate": 0.01}, {"weight_decay": 0.5}, {"weight_decay": 0.0}):
            run.change(**change)
            run.step("epoch")
            assert float(run["weight_decay"]) == 0.01
        assert "decay" not in run.program.refs

    def test_what_is_refused_changes_nothing(self):
        run = TrainingRun(SPEC)
        run.step("epoch")
        for change in ({"schedule": "step", "schedule_settings": {"factor": 7}}, {"clip_norm": -1.0}):
            with pytest.raises(SpecError):
                run.change(**change)
        assert run.spec == SPEC
        assert len(run.history.segments) == 1


@given(st.data())
def test_any_sequence_of_changes_can_be_walked_again(data):
    run = TrainingRun(SPEC)
    for _ in range(data.draw(st.integers(1, 8))):
        match data.draw(st.sampled_from(["step", "back", "rules", "rules", "rate"])):
            case "step":
                run.step(data.draw(st.sampled_from(list(Grain))), data.draw(st.integers(1, 3)))
            case "back":
                run.step_back(data.draw(st.sampled_from(list(Grain))))
            case "rate":
                run.change(learning_rate=data.draw(st.sampled_from([0.001, 0.03, 0.2])))
            case "rules":
                spec = RULED[data.draw(st.sampled_from(list(RULED)))]
                names = data.draw(st.sampled_from([RULES, RULES[:3], RULES[3:], ("clip_norm",), ("weight_decay",)]))
                run.change(**{name: getattr(spec, name) for name in names})
    here, saved = run.position, parameters(run)
    run.seek(Position())
    run.seek(here)
    assert np.array_equal(run.parameters, saved)
    again = load_run(save_run(run), backend=run.backend)
    assert (again.position, again.spec) == (here, run.spec)
    assert np.array_equal(again.parameters, saved)


class TestFilesAndStarts:
    def changed(self, backend=None):
        run = TrainingRun(RULED["all"], backend=backend)
        run.step("batch", 150)
        run.change(schedule="constant", clip_norm=0.0)
        run.step("batch", 120)
        run.seek(Position(20))
        run.change(schedule="step", schedule_settings={"every": 4}, schedule_unit="epoch", clip_value=0.2)
        run.step("batch", 130)
        return run

    def test_saved_and_loaded_it_is_the_same_run(self, backend):
        run = self.changed(backend)
        again = load_run(save_run(run), backend=backend)
        assert (again.spec, again.position, state(again)) == (run.spec, run.position, state(run))
        for branch, other in zip(run.branches, again.branches, strict=True):
            run.stand_on(branch)
            again.stand_on(other)
            assert (again.spec, state(again)) == (run.spec, state(run))

    def test_a_copy_lives_a_life_of_its_own(self):
        run = self.changed()
        copy = twin(run, budget=2**21)
        run.step("epoch", 2)
        copy.step("epoch", 2)
        assert np.array_equal(copy.parameters, run.parameters)

    def test_a_file_from_before_the_rules_loads(self, backend):
        run = TrainingRun(SPEC, backend=backend)
        run.step("epoch", 40)
        run.change(learning_rate=0.1)
        run.step("epoch", 4)
        old = json.loads(save_run(run))
        for name in RULES:
            del old["spec"][name]
            for segment in old["segments"]:
                del segment["settings"][name]
        again = load_run(json.dumps(old), backend=backend)
        assert (again.spec, state(again)) == (run.spec, state(run))

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("schedule", "linear"), ("schedule", 3), ("schedule_settings", {"factor": 9}), ("schedule_settings", 4),
            ("schedule_settings", {"factor": [1]}), ("clip_norm", -1), ("weight_decay", None), ("decoupled", "x"),
        ],
    )  # fmt: skip
    def test_a_file_with_strange_rules_is_refused(self, name, value):
        data = json.loads(save_run(self.changed()))
        data["segments"][-1]["settings"][name] = value
        with pytest.raises(CapsuleError, match="the saved run"):
            load_run(json.dumps(data))

    def test_a_checkpoint_of_another_size_is_refused(self):
        data = json.loads(save_run(self.changed()))
        data["segments"][1]["states"] = data["segments"][0]["states"]
        with pytest.raises(CapsuleError, match="the saved run is damaged"):
            load_run(json.dumps(data))

    def test_with_the_state_of_another_run_the_count_begins_anew(self, backend):
        spec = RULED["exponential, update"]
        run = TrainingRun(spec, backend=backend)
        run.step("epoch", 5)
        again = TrainingRun(spec, backend=backend, start=whole_state(run.loop.memory).copy())
        assert float(again["updates"]) == 0
        assert again.rate == spec.learning_rate
        assert np.array_equal(again["m"], run["m"])
        again.step("epoch")
        first = state(again)
        again.seek(Position())
        again.step("epoch")
        assert state(again) == first


def test_a_schedule_in_a_notebook_goes_on_from_fit_to_fit(backend, rng):
    x = rng.normal(size=(25, 2))
    model = Sequential([Dense(3, "tanh", inputs=2), Dense(1, "sigmoid")], backend=backend)
    model.compile(Scheduled(SGD(0.4), StepDecay(factor=0.5, every=1), "epoch"), "binary_crossentropy")
    rates = []
    for _ in range(4):
        model.fit(x, x[:, 0] > 0, epochs=1, batch_size=10)
        rates.append(float(model["rate"]))
    assert rates == [0.4, 0.2, 0.1, 0.05]
    assert float(model["updates"]) == 12
    assert model.program.hyper["batches"] == 3
