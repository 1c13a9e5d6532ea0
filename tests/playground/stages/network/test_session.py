"""What can be done with a run: every wish a student has, and what becomes of the run."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine import Grain, Position, SpecError, TrainingRun, TrainingSpec
from engine.backend import default_backend, whole_state
from engine.capsule import CapsuleError, save_run
from engine.datasets.dataset import Task
from engine.datasets.own import Points
from engine.spec import OWN
from engine.stopping import StopRule
from playground.stages.network.session import HISTORY_BUDGET, TrainingSession

BACKEND = default_backend()
# Four batches in an epoch.
SMALL = {"hidden": (3,), "samples": 40, "batch_size": 5}
# Explodes within an epoch: exp of ever larger outputs.
EXPLODES = {"loss": "exponential", "optimizer": "sgd", "learning_rate": 10.0, "activation": "relu", "hidden": (4,)}


def test_the_scrubber_cannot_leave_what_was_reached(session) -> None:
    one = session()
    one.run.step(Grain.BATCH, 3)
    one.seek_step(10**9)
    assert one.run.position == Position(0, 3)
    one.seek_step(-5)
    assert one.run.position == Position()
    one.seek(Position(5))
    assert one.run.position == Position(0, 3)


def test_a_reset_keeps_the_newest_settings_and_the_start(session) -> None:
    one = session()
    start = one.run["W1"].copy()
    one.run.step(Grain.EPOCH)
    one.run.change(learning_rate=0.5)
    one.reset(BACKEND)
    assert one.run.spec.learning_rate == 0.5
    assert np.array_equal(one.run["W1"], start)


@pytest.mark.parametrize("speed", ["slow", "normal", "fast", "fastest"])
def test_every_speed_goes_on(session, speed: str) -> None:
    one = session()
    one.speed = speed
    before = one.run.position
    one.advance()
    assert one.run.position > before


def test_weights_to_begin_with() -> None:
    spec = TrainingSpec(hidden=(2,))
    weights = np.linspace(-1, 1, 9)
    one = TrainingSession(spec, BACKEND, weights)
    assert np.array_equal(one.run.parameters, weights)
    assert one.run.position == Position()
    one.run.step(Grain.EPOCH)
    one.edit("learning_rate", 0.1, BACKEND)
    one.reset(BACKEND)
    assert np.array_equal(one.run.parameters, weights), "a reset returns to them"
    one.run.step(Grain.EPOCH)
    one.draw(lambda points: points.without(0), BACKEND)
    one.reset(BACKEND)
    assert np.array_equal(one.run.parameters, weights)


@pytest.mark.parametrize(
    "leave",
    [
        lambda one: one.edit("seed", 3, BACKEND),
        lambda one: one.edit("hidden", (5,), BACKEND),
        lambda one: one.build(TrainingSpec(data="xor", hidden=(2,)), BACKEND),
        lambda one: one.build(TrainingSpec(data="xor", hidden=(7,)), BACKEND),
        lambda one: one.draw(lambda _: blobs(30, classes=3), BACKEND),
        lambda one: one.load(save_run(TrainingRun(TrainingSpec(data="xor", hidden=(4,)))), BACKEND),
    ],
    ids=["seed", "hidden", "same shape", "other shape", "drawn classes", "load"],
)
def test_another_network_does_not_return_to_them(leave) -> None:
    one = TrainingSession(TrainingSpec(hidden=(2,)), BACKEND, np.linspace(-1, 1, 9))
    leave(one)
    one.run.step(Grain.EPOCH)
    one.reset(BACKEND)
    assert np.array_equal(one.run.parameters, TrainingRun(one.run.spec).parameters)


def test_each_of_a_pair_returns_to_its_own_start() -> None:
    weights = np.linspace(-1, 1, 9)
    one = TrainingSession(TrainingSpec(hidden=(2,)), BACKEND, weights)
    one.pin()
    one.edit("hidden", (4,), BACKEND)
    one.swap()
    one.reset(BACKEND)
    assert np.array_equal(one.run.parameters, weights)
    one.swap()
    one.reset(BACKEND)
    assert np.array_equal(one.run.parameters, TrainingRun(TrainingSpec(hidden=(4,))).parameters)


# --- settings ------------------------------------------------------------------------------------------------


def test_quick_edits_add_up(session) -> None:
    one = session(hidden=(4,))
    for _ in range(3):
        one.edit("hidden", lambda spec: (spec.hidden[0] + 1,), BACKEND)
    one.edit("learning_rate", 0.3, BACKEND)
    one.edit("seed", lambda spec: spec.seed + 1, BACKEND)
    assert one.run.spec == TrainingSpec(hidden=(7,), learning_rate=0.3, seed=1)


def test_several_settings_change_at_once(session) -> None:
    """Neither alone is allowed: an input needs its formula, a formula in use cannot go."""
    one = session(**SMALL)
    both = {"formulas": ("x1*x2",), "inputs": lambda spec: (*spec.inputs, "own1")}
    one.edit_many(both, BACKEND)
    assert (one.run.spec.formulas, one.run.spec.inputs) == (("x1*x2",), ("x1", "x2", "own1"))
    with pytest.raises(SpecError, match="own1 needs a formula"):
        one.edit("formulas", (), BACKEND)
    assert one.run.spec.formulas == ("x1*x2",)
    one.edit_many({"formulas": (), "inputs": ("x1",)}, BACKEND)
    assert one.run.spec == TrainingSpec(**SMALL, inputs=("x1",))


def test_all_values_are_made_from_the_spec_before_any_change(session) -> None:
    one = session(hidden=(2, 5))
    one.edit_many({"hidden": lambda s: s.hidden[::-1], "samples": lambda s: 100 * s.hidden[0]}, BACKEND)
    assert (one.run.spec.hidden, one.run.spec.samples) == ((5, 2), 200)


def test_a_penalty_changes_the_same_run_on_the_fly(session) -> None:
    one = session(**SMALL)
    run = one.run
    run.step(Grain.EPOCH, 3)
    weights = run.parameters.copy()
    for changes in ({"regularization": "l2", "regularization_rate": 0.1}, {"regularization": "l1"}):
        one.edit_many(changes, BACKEND)
        assert one.run is run
        assert one.run.position == Position(3)
        assert np.array_equal(run.parameters, weights)
    assert (run.spec.regularization, run.spec.regularization_rate) == ("l1", 0.1)
    one.edit("batch_size", 10, BACKEND)
    assert one.run is not run
    assert one.run.position == Position()


def test_a_live_setting_beside_one_that_is_not_makes_a_new_run(session) -> None:
    one = session(**SMALL)
    one.run.step(Grain.EPOCH)
    one.edit_many({"learning_rate": 0.5, "seed": 3}, BACKEND)
    assert one.run.position == Position()
    assert one.run.spec == TrainingSpec(**SMALL, learning_rate=0.5, seed=3)


def test_data_that_does_not_suit_the_loss_takes_the_one_that_does(session) -> None:
    one = session(data="xor", loss="hinge")
    one.edit("data", "plane", BACKEND)
    assert one.run.spec.loss == "auto"
    assert one.notice == ("Hinge does not suit this data: the loss function is now the one that does, ½ squared error.")


def test_a_loss_that_does_not_suit_the_data_is_refused(session) -> None:
    one = session(data="blobs3")
    with pytest.raises(SpecError, match="Three blobs has 3"):
        one.edit("loss", "hinge", BACKEND)
    assert one.run.spec == TrainingSpec(data="blobs3")


# --- own points ----------------------------------------------------------------------------------------------


def blobs(count: int, task: Task = Task.CLASSIFICATION, classes: int = 2) -> Points:
    rng = np.random.default_rng(1)
    targets = np.arange(count) % max(classes, 2) * 1.0
    return Points(rng.uniform(-4, 4, (count, 2)), targets, task, classes)


def test_drawing_begins_with_the_points_that_are_there(session) -> None:
    one = session(data="circle", **SMALL)
    points = one.points
    assert len(points) == 40
    rows = {(*x, y) for x, y in zip(points.inputs.tolist(), points.targets, strict=True)}
    data = [
        (*x, y)
        for part in (one.run.train, one.run.test)
        for x, y in zip(part.inputs.tolist(), part.targets, strict=True)
    ]
    assert rows == set(data)


def test_a_drawn_point_is_trained_on_from_the_weights_of_now(session) -> None:
    one = session(data="circle", **SMALL)
    one.run.step(Grain.EPOCH, 5)
    state = whole_state(one.run.loop.memory).copy()
    one.draw(lambda points: points.with_point(1.5, -2.5, 1.0), BACKEND)
    spec = one.run.spec
    assert spec.data == OWN
    assert len(spec.points) == 41
    assert spec.points.inputs[-1].tolist() == [1.5, -2.5]
    # Parameters and the optimizer's state.
    assert np.array_equal(whole_state(one.run.loop.memory), state)
    assert one.run.position == Position()
    assert one.draft is None
    assert one.notice == ""
    one.draw(lambda points: points.without(0), BACKEND)
    assert len(one.run.spec.points) == 40
    assert np.array_equal(one.run.parameters, state[: one.run.network.parameters])


def test_a_reset_after_drawing_is_untrained_again(session) -> None:
    one = session(data="circle", **SMALL)
    start = one.run.parameters.copy()
    one.run.step(Grain.EPOCH, 5)
    one.draw(lambda points: points.moved(0, 0.0, 0.0), BACKEND)
    one.reset(BACKEND)
    assert len(one.run.spec.points) == 40
    assert np.array_equal(one.run.parameters, start)


def test_too_few_points_are_a_draft(session) -> None:
    one = session(data="circle", **SMALL)
    run = one.run
    one.draw(lambda points: Points.empty(2), BACKEND)
    assert one.run is run
    assert len(one.draft) == len(one.points) == 0
    assert one.notice == "The network still has the points of before: draw at least 10 points: there are 0."
    for count in range(9):
        one.draw(lambda points, x=count: points.with_point(x / 2, 1.0, 0.0), BACKEND)
        assert one.run is run
        assert len(one.draft) == count + 1
    one.draw(lambda points: points.with_point(0.0, -1.0, 0.0), BACKEND)
    assert "all points are of one class" in one.notice
    assert one.run is run
    one.draw(lambda points: points.with_point(0.0, -2.0, 1.0), BACKEND)
    assert one.run is not run
    assert one.draft is None
    assert len(one.run.spec.points) == 11


def test_a_reset_gives_the_draft_up(session) -> None:
    one = session(data="circle", **SMALL)
    one.draw(lambda points: Points.empty(2), BACKEND)
    one.reset(BACKEND)
    assert one.draft is None
    assert len(one.points) == 40


def test_points_of_another_kind_start_another_network(session) -> None:
    """Of three classes there are three outputs: no weights can be carried over."""
    one = session(data="circle", hidden=(3,), samples=40, loss="hinge")
    one.run.step(Grain.EPOCH, 2)
    one.draw(lambda _: blobs(30, classes=3), BACKEND)
    assert one.run.spec.loss == "auto"
    assert one.run.network.outputs == 3
    fresh = TrainingRun(one.run.spec)
    assert np.array_equal(one.run.parameters, fresh.parameters)
    one.draw(lambda _: blobs(30, Task.REGRESSION, 0), BACKEND)
    assert one.run.spec.resolved_loss.title == "½ squared error"


def test_a_loss_that_suits_is_kept(session) -> None:
    one = session(data="circle", loss="hinge", **SMALL)
    one.draw(lambda points: points.without(0), BACKEND)
    assert one.run.spec.loss == "hinge"


def test_a_point_that_cannot_be_is_refused_and_nothing_changes(session) -> None:
    one = session(data="circle", **SMALL)
    run = one.run
    with pytest.raises(ValueError, match="within -100 and 100"):
        one.draw(lambda points: points.with_point(math.inf, 0.0, 0.0), BACKEND)
    assert one.run is run
    assert one.draft is None


# --- weights by hand -----------------------------------------------------------------------------------------


@pytest.mark.concept("C051")
def test_a_weight_and_a_bias_are_set_where_the_diagram_says(session) -> None:
    one = session(hidden=(3, 2))
    before = {name: one.run[name].copy() for name in ("W1", "W2", "W3", "b1", "b2", "b3")}
    one.set_weight(1, 2, 1, 4.5)
    one.set_bias(1, 2, -0.5)
    one.set_bias(3, 0, 7.0)
    before["W2"][2, 1], before["b1"][2], before["b3"][0] = 4.5, -0.5, 7.0
    for name, expected in before.items():
        assert np.array_equal(one.run[name], expected), name


@pytest.mark.parametrize("value", [math.nan, math.inf, 1e7])
def test_a_weight_by_hand_stays_within_bounds(session, value: float) -> None:
    one = session(**SMALL)
    weights = one.run.parameters.copy()
    with pytest.raises(SpecError, match="within ±1,000,000"):
        one.set_weight(0, 0, 0, value)
    assert np.array_equal(one.run.parameters, weights)


@pytest.mark.parametrize("place", [(0, 5, 0), (0, 0, 5), (9, 0, 0), (-1, 0, 0), (0, -1, 0)])
def test_an_edge_that_is_not_there_cannot_be_set(session, place: tuple[int, int, int]) -> None:
    with pytest.raises(SpecError):
        session(**SMALL).set_weight(*place, 1.0)


def test_a_weight_set_in_the_past_starts_a_branch(session) -> None:
    one = session(**SMALL)
    one.run.step(Grain.EPOCH, 3)
    one.seek_step(2)
    one.set_bias(2, 0, 3.0)
    assert len(one.scene(False).branches) == 2
    assert one.run.newest == one.run.position


# --- pinned beside another -----------------------------------------------------------------------------------


def test_pinning_keeps_this_run_and_goes_on_with_its_twin(session) -> None:
    one = session(**SMALL)
    one.run.step(Grain.EPOCH, 3)
    run = one.run
    one.pin()
    assert one.pinned is run
    assert one.run is not run
    assert one.run.position == run.position
    assert np.array_equal(one.run.parameters, run.parameters)
    assert np.array_equal(one.run.curve(), run.curve())


def lockstep(one: TrainingSession) -> None:
    """Both stand at the same moment, and the pinned run is what it would be alone."""
    one.scene(False)
    assert one.pinned.position == one.run.position
    alone = TrainingRun(one.pinned.first_spec, budget=HISTORY_BUDGET)
    alone.seek(one.pinned.position)
    assert np.array_equal(alone.parameters, one.pinned.parameters)


def test_both_step_scrub_and_play_in_lockstep(session) -> None:
    one = session(**SMALL)
    one.pin()
    one.edit("learning_rate", 0.5, BACKEND)
    assert one.pinned.spec.learning_rate == 0.02, "a live change is made in one only"
    for grain in Grain:
        one.step(1, grain)
        lockstep(one)
    assert not np.array_equal(one.run.parameters, one.pinned.parameters)
    one.advance()
    one.speed = "fast"
    one.advance()
    lockstep(one)
    newest = one.run.position
    one.seek_step(1)
    lockstep(one)
    one.step(-1, Grain.OP)
    lockstep(one)
    one.seek_newest()
    assert one.run.position == newest
    lockstep(one)


def test_a_structural_change_returns_both_to_the_start(session) -> None:
    one = session(**SMALL)
    one.pin()
    one.run.step(Grain.EPOCH, 3)
    one.scene(False)
    pinned = one.pinned
    one.edit("activation", "relu", BACKEND)
    assert one.pinned is pinned
    assert one.run.position == pinned.position == Position()
    assert np.array_equal(one.run.parameters, pinned.parameters), "both begin at the same weights"
    one.run.step(Grain.EPOCH, 2)
    lockstep(one)
    one.reset(BACKEND)
    assert one.pinned.position == Position()


def test_unpinning_gives_the_pinned_run_up(session) -> None:
    one = session(**SMALL)
    one.pin()
    one.unpin()
    assert one.pinned is None
    assert one.scene(False).pinned is None


def test_the_runs_change_places(session) -> None:
    one = session(**SMALL)
    one.swap()
    assert one.pinned is None, "without a pinned run there is nothing to swap"
    one.pin()
    one.edit("activation", "relu", BACKEND)
    pinned, run = one.pinned, one.run
    one.run.step(Grain.EPOCH, 2)
    one.scene(False)
    one.swap()
    assert (one.pinned, one.run) == (run, pinned)
    scene = one.scene(False)
    assert scene.spec.activation == "tanh"
    assert scene.pinned.spec.activation == "relu"
    assert scene.train == pinned.scores()[0]
    assert scene.pinned.train == run.scores()[0]


# --- conditions to stop at -----------------------------------------------------------------------------------


def play(one: TrainingSession, frames: int) -> int:
    """Play until it stops by itself, at most so many frames; return how many it took."""
    one.stopped = ""
    one.start_playing()
    for frame in range(frames):
        one.advance()
        if one.stopped:
            return frame + 1
    return frames


@pytest.mark.parametrize(("speed", "frames"), [("normal", 7), ("fast", 2)])
def test_training_stops_at_the_epoch_asked_for(session, speed: str, frames: int) -> None:
    one = session(**SMALL)
    one.stop_rule, one.speed = StopRule(epochs=7), speed
    assert play(one, 50) == frames
    assert one.run.position == Position(7), "not at the end of the frame"
    assert one.stopped == "Stopped at epoch 7, as you asked."


def test_the_fastest_speed_stops_too(session) -> None:
    one = session(**SMALL)
    one.stop_rule, one.speed = StopRule(epochs=11), "fastest"
    play(one, 100)
    assert one.run.position == Position(11)


def test_slow_motion_looks_only_where_an_epoch_ends(session) -> None:
    one = session(**SMALL)
    one.stop_rule, one.speed, one.grain = StopRule(epochs=1), "slow", Grain.BATCH
    assert play(one, 50) == one.run.loop.batches
    assert one.run.position == Position(1)


def test_who_plays_on_is_not_stopped_by_the_same_reason_again(session) -> None:
    one = session(**SMALL)
    one.stop_rule = StopRule(epochs=3)
    play(one, 50)
    assert play(one, 20) == 20
    assert one.run.position == Position(23)


def test_who_plays_on_is_stopped_by_another_reason(session) -> None:
    one = session(**SMALL)
    one.stop_rule = StopRule(epochs=3)
    play(one, 50)
    losses = one.run.curve()[:, 1]
    assert losses[-1] < losses[0]
    one.stop_rule = StopRule(epochs=3, loss_below=0.9 * float(losses[-1]))
    play(one, 500)
    assert one.stopped.startswith("Stopped at epoch ")
    assert "the training loss is below" in one.stopped
    assert one.run.curve()[-1, 1] < 0.9 * losses[-1] <= one.run.curve()[-2, 1]


def test_a_reason_that_ceased_to_hold_stops_again(session) -> None:
    one = session(**SMALL)
    one.stop_rule = StopRule(epochs=3)
    play(one, 50)
    one.seek_step(0)
    assert play(one, 50) == 3
    one.reset(BACKEND)
    assert play(one, 50) == 3


def test_conditions_are_of_now_also_where_later_is_known(session) -> None:
    one = session(**SMALL)
    one.run.step(Grain.EPOCH, 20)
    one.seek(Position(5))
    one.stop_rule = StopRule(epochs=9)
    assert play(one, 50) == 4
    assert one.stopped == "Stopped at epoch 9, as you asked."


def test_a_reason_that_ceases_to_hold_while_playing_counts_anew(session) -> None:
    one = session(**SMALL)
    one.run.step(Grain.EPOCH, 40)
    one.stop_rule = StopRule(loss_below=1.5 * float(one.run.curve()[-1, 1]))
    assert play(one, 2) == 2
    bias = float(one.run["b2"][0])
    one.set_bias(2, 0, 50.0)
    one.advance()
    assert one.stopped == ""
    one.set_bias(2, 0, bias)
    one.advance()
    assert "the training loss is below" in one.stopped


def test_without_a_condition_nothing_stops(session) -> None:
    one = session(**SMALL)
    assert play(one, 30) == 30
    assert one.run.position == Position(30)


# --- numbers that are no longer numbers ----------------------------------------------------------------------


def test_a_run_that_explodes_while_playing_stops_just_before_it_does(session) -> None:
    one = session(**EXPLODES)
    one.scene(False)
    assert one.trouble is None
    while not one.stopped:
        one.advance()
        scene = one.scene(True)
    assert one.stopped == "trouble"
    assert one.trouble.what
    assert one.trouble.remedies
    assert one.run.position == scene.position == one.trouble.position < one.run.newest
    assert np.isfinite(one.run.parameters).all()
    # The listing shows what has just been computed, as while paused.
    assert scene.values


def test_trouble_is_said_once_and_gone_where_numbers_are_numbers(session) -> None:
    one = session(**EXPLODES)
    one.run.step(Grain.EPOCH, 3)
    broken = one.run.position
    one.scene(False)
    assert one.stopped == "trouble"
    assert one.run.position == broken, "who steps stays where the step led"
    one.stopped = ""
    one.scene(False)
    assert one.stopped == ""
    assert one.trouble is not None
    one.seek(Position())
    assert math.isfinite(one.scene(False).train.loss)
    assert one.trouble is None
    one.seek(broken)
    one.scene(False)
    assert one.stopped == "trouble"


def test_an_own_input_that_is_no_number_is_named_at_once(session) -> None:
    one = session(**SMALL)
    one.edit_many({"formulas": ("log(x1)",), "inputs": ("x1", "x2", "own1")}, BACKEND)
    points = np.concatenate([one.run.train.inputs, one.run.test.inputs])
    bad = int((points[:, 0] <= 0).sum())
    assert f"is not a finite number at {bad} of 40 points" in one.notice
    one.notice = ""
    one.edit("inputs", ("x1", "x2"), BACKEND)
    assert one.notice == "", "one that is off does no harm"


def test_the_diagnosed_operation_is_the_first_that_was_not_finite(session) -> None:
    one = session(**EXPLODES)
    one.run.step(Grain.EPOCH, 3)
    one.scene(False)
    at = one.trouble
    one.seek(at.position)
    assert np.isfinite(one.run.parameters).all()
    assert np.isfinite(one.run[at.place]).all()
    assert one.run.program.ops[at.position.op].name == at.op
    one.step(1, Grain.OP)
    assert not np.isfinite(one.run[at.place]).all()


def test_what_only_the_next_pass_will_overflow_does_not_hold_play_back(session) -> None:
    """The loss of these weights is infinite, but no operation has written it yet: there is nothing to explain."""
    one = session(hidden=(), loss="exponential", samples=40)
    one.set_bias(1, 0, 1e6)
    assert one.scene(False).train.loss == math.inf
    assert one.trouble is None
    assert one.stopped == ""
    one.advance()
    one.scene(True)
    assert one.stopped == "trouble"
    assert one.trouble is not None


def test_a_new_run_has_no_trouble(session) -> None:
    one = session(**EXPLODES)
    one.run.step(Grain.EPOCH, 3)
    one.scene(False)
    one.edit("learning_rate", 0.01, BACKEND)
    one.reset(BACKEND)
    one.scene(False)
    assert one.trouble is None


# --- files ---------------------------------------------------------------------------------------------------


def test_a_saved_run_is_gone_on_with(session) -> None:
    one = session(**SMALL, dropout=0.2)
    one.run.step(Grain.EPOCH, 4)
    one.edit("learning_rate", 0.3, BACKEND)
    one.run.step(Grain.EPOCH, 2)
    one.seek_step(3)
    one.set_weight(0, 0, 0, 1.0)
    one.run.step(Grain.OP, 5)
    text = save_run(one.run)
    other = session(data="xor")
    other.load(text, BACKEND)
    assert other.run.position == one.run.position
    assert other.run.spec == one.run.spec
    assert np.array_equal(other.run.parameters, one.run.parameters)
    mine, yours = one.scene(False), other.scene(False)
    assert (mine.train, mine.branches, mine.branch) == (yours.train, yours.branches, yours.branch)
    assert mine.boundary.tobytes() == yours.boundary.tobytes()
    for each in (one, other):
        each.stand_on(0)
        each.step(1, Grain.EPOCH)
    assert np.array_equal(one.run.parameters, other.run.parameters)


def test_loading_gives_the_pinned_run_up(session) -> None:
    one = session(**SMALL)
    one.pin()
    one.load(save_run(session(data="xor").run), BACKEND)
    assert one.pinned is None
    assert one.scene(False).pinned is None


def test_a_file_that_is_no_run_changes_nothing(session) -> None:
    one = session(**SMALL)
    one.pin()
    run, pinned = one.run, one.pinned
    with pytest.raises(CapsuleError):
        one.load("{}", BACKEND)
    assert (one.run, one.pinned) == (run, pinned)


def test_standing_on_a_branch_at_its_end_or_at_a_moment_of_it(session) -> None:
    one = session(**SMALL)
    one.run.step(Grain.EPOCH, 3)
    end = one.run.parameters.copy()
    one.seek_step(2)
    at_two = one.run.parameters.copy()
    one.edit("learning_rate", 0.5, BACKEND)
    one.run.step(Grain.EPOCH, 1)
    one.stand_on(0)
    assert one.run.position == Position(3)
    assert np.array_equal(one.run.parameters, end)
    one.stand_on(1, 2)
    assert one.run.loop.updates == 2
    assert one.run.spec.learning_rate == 0.5
    assert np.array_equal(one.run.parameters, at_two)
    one.stand_on(0, 10**6)
    assert one.run.position == Position(3)


def test_an_epoch_that_is_not_noted_is_stopped_at_all_the_same(session) -> None:
    """Beyond 1,000 epochs only every second is noted: 1,101 is not among them."""
    one = session(samples=20, hidden=(2,))
    one.run.step(Grain.EPOCH, 1099)
    one.stop_rule = StopRule(epochs=1101)
    one.start_playing()
    for _ in range(5):
        if not one.stopped:
            one.advance()
    assert one.run.position.epoch == 1101
    assert 1101 not in one.run.curve()[:, 0]
    assert "epoch 1,101" in one.stopped
