"""The three lanes as an experiment: golden rows, an independent descent, stepping back, branches, hooks."""

from __future__ import annotations

import numpy as np
import pytest

from engine.backend import NumpyBackend
from engine.batches import LANES, BatchesRun, BatchesSpec, best_accuracy, best_fit, summed_cost
from engine.checks import SpecError
from engine.experiment import Grain, Position
from engine.program import Phase


def snapshot(run: BatchesRun) -> object:
    """All that a view could draw, as bytes: equal only if bit-identical."""
    frame = run.frame()
    lanes = [
        (lane.updates, lane.cost, lane.accuracy, lane.expected_accuracy, lane.weights.tobytes(), [*lane.examples])
        for lane in frame.lanes.values()
    ]
    return frame.position, frame.seen, frame.spec, lanes, [trail.tobytes() for trail in run.trail().values()]


def descended(spec: BatchesSpec, lane: str, epochs: int) -> np.ndarray:
    """The weights after so many epochs, in plain NumPy: only the order of the points is the engine's."""
    data = spec.groups().copied(spec.copies)
    size, total = spec.batch_size(lane), len(data)
    weights = np.array(spec.start, dtype=np.float64)
    order = np.arange(total)
    x = np.column_stack([data.points, np.ones(total)])
    for epoch in range(epochs):
        NumpyBackend().shuffle(order, spec.order, epoch)
        rate = spec.learning_rate * (10 ** (-epoch / spec.decay) if spec.decay else 1)
        for first in range(0, total, size):
            rows = order[first : first + size]
            error = 1 / (1 + np.exp(-x[rows] @ weights)) - data.labels[rows]
            slope = x[rows].T @ error
            weights -= rate * (slope if spec.cost == "sum" else slope / len(rows))
    return weights


@pytest.mark.concept("C125")
def test_the_golden_row_of_the_course(backend) -> None:
    run = BatchesRun(BatchesSpec(), backend=backend)
    assert run.frame().lanes["batch"].cost == pytest.approx(138.629, abs=0.001)
    run.step("epoch")
    lane = run.frame().lanes["batch"]
    assert lane.cost == pytest.approx(56.71, abs=0.005)
    assert lane.weights[:2] == pytest.approx([0.388, 0.366], abs=0.0005)
    # From zero the first step is the rate times the sum of (l - 1/2) x.
    points, labels = run.groups.points, run.groups.labels
    assert lane.weights[:2] == pytest.approx(0.001 * (labels - 0.5) @ points, abs=1e-12)
    run.step("epoch", 99)
    lane = run.frame().lanes["batch"]
    assert lane.cost == pytest.approx(56.557, abs=0.0005)
    assert lane.weights == pytest.approx([0.389, 0.336, 0.066], abs=0.0005)
    assert lane.accuracy == 0.875
    minimum = float(summed_cost(run.groups, best_fit(run.groups)))
    for each in run.frame().lanes.values():
        assert minimum < each.cost < minimum + 0.1
        assert each.expected_accuracy == pytest.approx(best_accuracy(4, 20), abs=0.01)


@pytest.mark.parametrize(("seed", "first", "accuracy"), [(1, (0.372, 0.421), 0.95), (2, (0.396, 0.387), 0.885)])
def test_other_seeds(seed, first, accuracy) -> None:
    run = BatchesRun(BatchesSpec(seed=seed))
    run.step("epoch")
    assert run["batch"][:2] == pytest.approx(first, abs=0.0005)
    run.step("epoch", 99)
    assert run.frame().lanes["batch"].accuracy == accuracy


def test_ten_times_the_rate_overshoots() -> None:
    run = BatchesRun(BatchesSpec(learning_rate=0.01))
    run.step("epoch")
    assert run.frame().lanes["batch"].cost == pytest.approx(299, abs=0.5)
    assert run["batch"][:2] == pytest.approx([3.9, 3.7], abs=0.05)


def counts(run: BatchesRun) -> list[int]:
    return [run.frame().lanes[lane].updates for lane in LANES]


@pytest.mark.concept("C109")
@pytest.mark.concept("C110")
@pytest.mark.concept("C111")
@pytest.mark.concept("C114")
def test_the_same_points_seen_and_1_5_200_updates_an_epoch() -> None:
    run = BatchesRun(BatchesSpec())
    run.step("op")
    assert (run.seen, counts(run)) == (1, [0, 0, 1])
    run.step("batch")
    assert (run.seen, counts(run)) == (40, [0, 1, 40])
    run.step("batch", 3)
    run.step("op", 39)
    assert (run.seen, counts(run)) == (199, [0, 4, 199])
    run.step("op")
    assert (run.seen, counts(run), run.position) == (200, [1, 5, 200], Position(1))
    run.step("epoch", 4)
    assert (run.seen, counts(run), run.position) == (1000, [5, 25, 1000], Position(5))
    lanes = run.frame().lanes
    assert [lanes[lane].updates_per_epoch for lane in LANES] == [1, 5, 200]
    # Each lane has seen every point once in its last epoch.
    assert [len(lanes[lane].examples) for lane in LANES] == [200, 40, 1]
    assert sorted(lanes["batch"].examples) == list(range(200))


def test_a_smaller_last_batch_is_one_of_its_own() -> None:
    run = BatchesRun(BatchesSpec(mini_batch=60))
    run.step("batch", 3)
    assert (run.seen, counts(run)[1]) == (180, 3)
    run.step("batch")
    assert (run.seen, counts(run)[1], len(run.frame().lanes["mini"].examples)) == (200, 4, 20)


@pytest.mark.parametrize("cost", ["sum", "mean"])
@pytest.mark.parametrize("changes", [{}, {"mini_batch": 60, "copies": 2, "decay": 3.0, "start": (0.2, -0.1, 0.4)}])
def test_every_lane_is_a_descent_done_by_hand(cost, changes, backend) -> None:
    spec = BatchesSpec(cost=cost, learning_rate=0.004 if cost == "sum" else 0.4, order=3, **changes)
    run = BatchesRun(spec, backend=backend)
    run.step("epoch", 4)
    for lane in LANES:
        assert run[lane] == pytest.approx(descended(spec, lane, 4), rel=1e-10, abs=1e-12)


def test_mean_and_sum_differ_by_the_number_of_points_in_the_rate() -> None:
    summed, averaged = BatchesRun(BatchesSpec()), BatchesRun(BatchesSpec(cost="mean", learning_rate=0.2))
    for run in (summed, averaged):
        run.step("epoch", 20)
    assert summed["batch"] == pytest.approx(averaged["batch"], abs=1e-12)
    assert averaged.frame().lanes["batch"].cost == pytest.approx(summed.frame().lanes["batch"].cost / 200, rel=1e-10)
    # One point is its own mean.
    alone = BatchesRun(BatchesSpec(cost="mean"))
    alone.step("epoch", 20)
    assert alone["stochastic"] == pytest.approx(summed["stochastic"], abs=1e-12)


def test_copies_make_the_summed_step_longer_and_leave_the_averaged_one_alone() -> None:
    for cost, factor in (("mean", 1), ("sum", 10)):
        one, ten = (BatchesRun(BatchesSpec(cost=cost, copies=copies)) for copies in (1, 10))
        for run in (one, ten):
            run.step("epoch")
        assert ten["batch"] == pytest.approx(factor * one["batch"], abs=1e-9)
        assert counts(ten) == [1, 50, 2000]


def test_there_and_back_is_bit_identical(backend) -> None:
    run = BatchesRun(BatchesSpec(per_class=6, mini_batch=5, learning_rate=0.02), backend=backend)
    seen = [snapshot(run)]
    for _ in range(40):
        run.step("op")
        seen.append(snapshot(run))
    for expected in reversed(seen[:-1]):
        run.step_back("op")
        assert snapshot(run) == expected
    run.step_back("epoch")
    assert run.position == Position()
    for k in (7, 3, 40, 0, 12, 24, 25, 13):
        run.seek(seen[k][0])
        assert snapshot(run) == seen[k]


def test_grains_back_and_forth() -> None:
    run = BatchesRun(BatchesSpec(mini_batch=60))
    run.seek(Position(2, 130))
    for grain, at in (("batch", (2, 120)), ("batch", (2, 60)), ("batch", (2, 0)), ("batch", (1, 180)),
                      ("op", (1, 179)), ("epoch", (1, 0)), ("epoch", (0, 0)), ("epoch", (0, 0))):  # fmt: skip
        run.step_back(grain)
        assert run.position == Position(*at)
    for grain in ("layer", "phase", "fast"):
        with pytest.raises(ValueError, match="one of op, batch, epoch"):
            run.step(grain)


def test_far_seeks_pass_checkpoints_and_are_walks() -> None:
    walked, sought = BatchesRun(BatchesSpec()), BatchesRun(BatchesSpec())
    for _ in range(30):
        walked.step("epoch")
    sought.seek(Position(30))
    assert snapshot(walked) == snapshot(sought)
    sought.seek(Position(17, 33))
    walked.seek(Position(17, 33))
    assert snapshot(walked) == snapshot(sought)
    assert walked.history.checkpoints > 20
    for wrong in (Position(501), Position(0, 200), Position(0, 0, 1), Position(-1)):
        with pytest.raises(ValueError, match="a position here"):
            walked.seek(wrong)


def test_at_the_last_epoch_it_stays() -> None:
    run = BatchesRun(BatchesSpec(per_class=5, mini_batch=5))
    run.seek(run.end)
    run.step("epoch")
    run.step("op")
    assert run.position == Position(500)


def test_a_change_in_the_past_is_a_branch() -> None:
    run = BatchesRun(BatchesSpec())
    run.step("epoch", 6)
    first = snapshot(run)
    run.seek(Position(2, 80))
    before = snapshot(run)
    run.change(learning_rate=0.005)
    assert run.spec.learning_rate == 0.005
    run.step("epoch", 4)
    second = snapshot(run)
    assert len(run.branches) == 2
    run.stand_on(run.branches[0])
    assert snapshot(run) == first
    run.stand_on(run.branches[1])
    assert snapshot(run) == second
    run.seek(Position(2, 79))
    assert run.spec.learning_rate == 0.001
    run.seek(Position(2, 80))
    assert snapshot(run)[3] == before[3]
    run.change(learning_rate=0.005)
    assert len(run.branches) == 2, "nothing was changed"
    run.change(cost="mean", decay=10)
    run.step("epoch")
    assert (run.spec.cost, run.spec.decay) == ("mean", 10)
    for changes in ({"mini_batch": 20}, {"colour": 1}):
        with pytest.raises(SpecError, match="needs a new run"):
            run.change(**changes)
    with pytest.raises(SpecError, match="Learning rate"):
        run.change(learning_rate=-1)


def test_weights_by_hand(backend) -> None:
    run = BatchesRun(BatchesSpec(), backend=backend)
    run.step("epoch", 3)
    run.set_weights((1.23, 1, -0.55))
    lanes = run.frame().lanes
    assert [lane.cost for lane in lanes.values()] == pytest.approx([97.19] * 3, abs=0.005)
    run.set_weights((0, 0, 0), "mini")
    assert run.frame().lanes["mini"].cost == pytest.approx(138.63, abs=0.005)
    assert run.frame().lanes["stochastic"].cost == pytest.approx(97.19, abs=0.005)
    run.step("epoch", 2)
    there = snapshot(run)
    # The path jumps to where the hand has set it.
    trail = run.trail()["batch"]
    assert trail[trail[:, 0] == 600][0, 1:4] == pytest.approx([1.23, 1, -0.55])
    run.seek(Position(1))
    run.seek(Position(5))
    assert snapshot(run) == there
    with pytest.raises(SpecError, match="unknown lane"):
        run.set_weights((0, 0, 0), "slow")
    with pytest.raises(SpecError, match="three numbers"):
        run.set_weights((0, 0))


def test_the_trail_is_where_the_lanes_have_been() -> None:
    run = BatchesRun(BatchesSpec())
    run.step("batch", 3)
    trail = run.trail()
    assert trail["batch"].shape == (121, 6)
    assert trail["batch"][:, 4] == pytest.approx(138.629, abs=0.001)
    assert (trail["stochastic"][:, 0] == np.arange(121)).all()
    mini = trail["mini"]
    assert len(np.unique(mini[:, 4])) == 4
    assert mini[-1, 1:4] == pytest.approx(run["mini"])
    assert mini[-1, 4] == pytest.approx(float(summed_cost(run.groups, run["mini"])))
    run.step("epoch", 60)
    assert len(run.trail()["mini"]) < 420
    assert run.trail()["mini"][-1, 0] == run.seen


def test_hooks_hear_steps_of_their_grain() -> None:
    run = BatchesRun(BatchesSpec())
    heard: list[tuple[Grain, int, float]] = []
    note = lambda event: heard.append((event.grain, event.experiment.seen, float(event.experiment["mini"][0])))  # noqa: E731
    run.on_event(note, grain="epoch")
    with run.on_event(note, Phase.UPDATE, "batch"), run.on_event(note, Phase.LOSS, "op"):
        run.step("epoch")
    assert [(grain, seen) for grain, seen, _ in heard] == [
        ("batch", 40), ("batch", 80), ("batch", 120), ("batch", 160), ("epoch", 200), ("batch", 200),
    ]  # fmt: skip
    assert len({weight for *_, weight in heard}) == 5
    run.seek(Position())
    run.seek(Position(1))
    assert len(heard) == 6
    with pytest.raises(ValueError, match="a step of the lanes"):
        run.on_event(note, grain="layer")


def test_names() -> None:
    run = BatchesRun(BatchesSpec())
    assert run["batch"].shape == (3,)
    assert (run.frame()["mini"] == 0).all()
    for thing in (run, run.frame()):
        with pytest.raises(KeyError, match="there is no lane"):
            thing["W1"]
