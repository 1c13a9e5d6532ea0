"""A training run: stepping, rewinding, branching, and the lecture's own training."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.arena import Arena
from engine.backend import Data, NumpyBackend, compiled_backend
from engine.datasets import DATASETS, two_gaussians
from engine.experiment import Grain, Position
from engine.history import SPACING
from engine.layers import Dense
from engine.loop import Loop
from engine.losses import LOSSES, Targets, encode_classes, get_loss
from engine.metrics import Evaluator
from engine.network import Network
from engine.optimizers import SGD
from engine.spec import SpecError, TrainingSpec
from engine.training import TrainingRun, make_data, noted_every

# 11 training points in batches of 4: batches of 4, 4 and 3.
SMALL = TrainingSpec(data="moons", samples=22, batch_size=4, hidden=(3,), learning_rate=0.03)
SPECS = {
    "smaller last batch": SMALL,
    "one batch of all": SMALL.with_(batch_size=500),
    "two batches": SMALL.with_(batch_size=6, optimizer="momentum"),
    "one example a batch": SMALL.with_(batch_size=1, optimizer="sgd"),
    "no hidden layer": SMALL.with_(hidden=(), regularization="l1"),
    "deep": SMALL.with_(hidden=(9, 5, 8), activation="relu", regularization="l2", optimizer="nesterov"),
    "several classes": SMALL.with_(data="blobs4", activation="gaussian", hidden=(2, 17 - 1)),
    "regression": SMALL.with_(data="plane", loss="mean_absolute_error", activation="sigmoid"),
}
specs = pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
RUNS = {name: TrainingRun(spec) for name, spec in SPECS.items()}


def state(run):
    """Everything that a view could draw."""
    return run.frame().memory.tobytes()


def walked(run, position, changes=(), backend=None):
    """The memory of a bare loop without any history that was walked forward to `position`.

    `changes` are pairs of a position and the hyper-parameters that hold from there on.
    """
    spec = run.spec
    loop = Loop(run.program, run.loop.data, spec.batch_size, spec.seed, backend or run.backend)
    run.network.initialize(run.program, loop.memory, np.random.default_rng([spec.seed, 2]))
    for at, settings in changes:
        if at > position:
            break
        loop.run_to(at)
        for name, value in settings.items():
            loop.memory.view(run.program.refs[name])[...] = value
    loop.run_to(position)
    return loop.memory.flat.tobytes()


class TestStepping:
    @specs
    def test_all_grains_come_to_the_same(self, spec, backend):
        plain = TrainingRun(spec, backend=backend)
        plain.step("epoch", 3)
        for grain in Grain:
            run = TrainingRun(spec, backend=backend)
            while run.position < Position(3):
                run.step(grain)
            assert run.position == Position(3)
            assert state(run) == state(plain), grain
        counted = TrainingRun(spec, backend=backend)
        counted.step("batch", 3 * counted.loop.batches)
        assert state(counted) == state(plain)

    @specs
    def test_so_many_operations_are_one_batch(self, spec):
        one, two = TrainingRun(spec), TrainingRun(spec)
        for _ in range(5):
            one.step("op", len(one.program.ops))
            two.step("batch")
            assert one.position == two.position
            assert state(one) == state(two)

    @specs
    @pytest.mark.parametrize("grain", list(Grain))
    def test_stepping_back_undoes_a_step_from_a_boundary(self, spec, grain):
        run = TrainingRun(spec)
        run.step("epoch")
        run.step(grain, 2)
        for _ in range(6):
            before, position = state(run), run.position
            run.step(grain)
            run.step_back(grain)
            assert run.position == position
            assert state(run) == before
            run.step(grain)

    @specs
    @given(data=st.data())
    def test_stepping_back_from_anywhere_is_having_walked_there(self, spec, data):
        name = next(name for name, known in SPECS.items() if known is spec)
        run = RUNS[name]
        epoch, batch, op = (
            data.draw(st.integers(0, high)) for high in (3, run.loop.batches - 1, len(run.program.ops) - 1)
        )
        grain = data.draw(st.sampled_from(list(Grain)))
        run.seek(Position(epoch, batch, op))
        run.step_back(grain)
        assert run.position < Position(epoch, batch, op) or run.position == Position()
        assert state(run) == walked(run, run.position)

    def test_the_start_is_where_stepping_back_ends(self):
        run = TrainingRun(SMALL)
        start = state(run)
        for grain in Grain:
            run.step_back(grain)
            assert run.position == Position()
        run.step("batch", 2)
        run.seek(Position())
        assert state(run) == start

    def test_both_engines_train_alike(self):
        runs = [TrainingRun(SMALL, backend=backend) for backend in (compiled_backend(), NumpyBackend())]
        for run in runs:
            run.step("epoch", 20)
        np.testing.assert_allclose(
            runs[0].frame().parameters, runs[1].frame().parameters, rtol=1e-10, atol=1e-12
        )

    @pytest.mark.parametrize("data", DATASETS)
    def test_every_data_set_trains(self, data):
        run = TrainingRun(TrainingSpec(data=data, samples=60, hidden=(6,), learning_rate=0.03, batch_size=10))
        before = run.scores()[0].loss
        run.step("epoch", 60)
        assert run.scores()[0].loss < before

    @pytest.mark.parametrize("loss", LOSSES)
    def test_every_loss_trains(self, loss):
        run = TrainingRun(
            TrainingSpec(data="gauss", samples=60, loss=loss, hidden=(4,), learning_rate=0.03, batch_size=10)
        )
        run.step("epoch", 60)
        train, test = run.scores()
        assert min(train.accuracy, test.accuracy) > 0.9

    @pytest.mark.parametrize(
        "position", [Position(0, 3), Position(0, -1), Position(-1), Position(0, 0, 99), Position(0, 0, -1)]
    )
    def test_places_that_do_not_exist_are_refused(self, position):
        with pytest.raises(ValueError, match=r"a batch from 0 to 2 and an operation from 0 to 1[0-9]"):
            TrainingRun(SMALL).seek(position)

    def test_an_unknown_grain_is_refused(self):
        with pytest.raises(ValueError, match="minute"):
            TrainingRun(SMALL).step("minute")


class TestSeeking:
    @specs
    @given(data=st.data())
    def test_any_place_is_as_if_walked_to(self, spec, data):
        name = next(name for name, known in SPECS.items() if known is spec)
        run = RUNS[name]
        places = st.builds(
            Position,
            st.integers(0, 80), st.integers(0, run.loop.batches - 1),
            st.integers(0, len(run.program.ops) - 1),
        )  # fmt: skip
        for place in data.draw(st.lists(places, min_size=1, max_size=4)):
            run.seek(place)
            assert run.position == place
            assert state(run) == walked(run, place)

    @specs
    def test_right_behind_a_checkpoint_no_stale_value_is_left(self, spec):
        run = TrainingRun(spec)
        run.step("batch", 3 * SPACING + 10)
        assert run.history.current.steps == [0, SPACING, 2 * SPACING, 3 * SPACING]
        for checkpoint in run.history.current.steps:
            for updates in range(max(0, checkpoint - 1), checkpoint + 4):
                for op in (0, 1, len(run.program.ops) - 2):
                    place = run.loop.at(updates, op)
                    run.seek(run.loop.at(3 * SPACING + 9, 4))  # whose values would be left
                    run.seek(place)
                    assert state(run) == walked(run, place), place

    def test_seeking_calls_no_hook(self):
        run, seen = TrainingRun(SMALL), []
        for grain in Grain:
            run.on_event(seen.append, grain=grain)
        run.step("epoch")
        assert seen
        seen.clear()
        for place in (Position(0, 1, 2), Position(0, 2), Position(5, 1, 1), Position()):
            run.seek(place)
        run.step_back("batch")
        assert not seen

    def test_an_event_carries_the_run(self):
        run, seen = TrainingRun(SMALL), []
        run.on_event(seen.append, grain=Grain.BATCH)
        run.step("batch")
        assert seen[0].experiment is run

    def test_a_frame_keeps_what_it_saw(self):
        run = TrainingRun(SMALL)
        run.step("epoch")
        frame, w = run.frame(), run["W1"].copy()
        assert (frame.position, frame.updates, frame.rows) == (Position(1), 3, 3)
        run.step("epoch")
        assert (frame["W1"] == w).all()
        assert not (run["W1"] == w).all()
        assert frame["x"].shape == (3, 2)
        assert frame["loss"].shape == ()
        with pytest.raises(ValueError, match="read-only"):
            frame["W1"][:] = 0
        with pytest.raises(KeyError, match="there is no 'V'; there are x, y"):
            frame["V"]


class Counting:
    """A backend that counts what it runs."""

    name = "counting"

    def __init__(self):
        self.inner, self.batches, self.operations = compiled_backend(), 0, 0

    def run_operations(self, *arguments):
        self.operations += 1
        self.inner.run_operations(*arguments)

    def run_batches(self, program, memory, data, order, batch_size, start, stop):
        self.batches += stop - start
        return self.inner.run_batches(program, memory, data, order, batch_size, start, stop)

    def shuffle(self, order, seed, epoch):
        self.inner.shuffle(order, seed, epoch)


@pytest.fixture(scope="module")
def long_run():
    """A run of the default network after 100,000 steps."""
    run = TrainingRun(TrainingSpec(samples=500, batch_size=10), backend=Counting())
    run.step("epoch", 4000)
    assert run.loop.updates == 100_000
    return run


class TestLongRuns:
    @pytest.fixture
    def run(self, long_run):
        return long_run

    def test_its_history_fits(self, run):
        held = sum(s.nbytes for segment in run.history.segments for s in segment.states)
        assert held <= run.history.bytes <= 64 * 2**20

    def test_no_seek_replays_more_than_a_checkpoints_spacing(self, run, rng):
        for _ in range(200):
            run.backend.batches = run.backend.operations = 0
            run.seek(Position(int(rng.integers(4000)), int(rng.integers(25)), int(rng.integers(5))))
            # 100 between checkpoints and 2 to overwrite stale values, at 3 microseconds each.
            assert run.backend.batches <= SPACING + 2
            assert run.backend.operations <= 1

    def test_neither_does_another_branch(self, run):
        run.seek(Position(10))
        run.change(learning_rate=0.01)
        run.step("epoch", 200)
        run.backend.batches = 0
        run.seek(Position(150, 3))
        assert run.backend.batches <= SPACING + 2
        for leaf in (run.branches[0], run.branches[-1]):
            run.backend.batches = 0
            run.stand_on(leaf)
            assert run.backend.batches <= 2 * SPACING + 2

    def test_far_places_are_as_if_walked_to(self):
        run = TrainingRun(SMALL.with_(batch_size=3))
        run.step("epoch", 5000)
        for place in (Position(4999, 2, 7), Position(2500), Position(0, 1), Position(4321, 1)):
            run.seek(place)
            assert state(run) == walked(run, place)


class TestBranches:
    def test_a_change_in_the_past_forks_and_the_future_survives(self):
        run = TrainingRun(SMALL)
        run.step("epoch", 10)
        future = state(run)
        run.seek(Position(4, 1, 5))
        run.change(learning_rate=0.5)
        assert len(run.branches) == 2
        run.step("epoch", 3)
        other = state(run)
        assert run.newest == Position(7)
        first, second = run.branches
        run.stand_on(first)
        assert (run.position, state(run)) == (Position(10), future)
        assert run.spec == SMALL
        run.stand_on(second)
        assert (run.position, state(run)) == (Position(7), other)
        assert run.spec.learning_rate == 0.5
        assert other == walked(run, Position(7), [(Position(4, 1, 5), {"learning_rate": 0.5})])

    def test_a_change_at_the_newest_moment_goes_on(self):
        run = TrainingRun(SMALL)
        run.step("epoch", 2)
        run.change(learning_rate=0.2)
        run.change(learning_rate=0.1)
        run.step("batch")
        assert len(run.branches) == 1
        assert len(run.history.segments) == 2
        assert state(run) == walked(run, run.position, [(Position(2), {"learning_rate": 0.1})])

    def test_the_spec_tells_of_the_position(self):
        run = TrainingRun(SMALL.with_(regularization="l2"))
        run.step("epoch")
        run.change(learning_rate=0.2, regularization_rate=0.5)
        run.step("epoch")
        run.change(learning_rate=0.1)
        run.step("epoch")
        told = []
        for place in (Position(0, 2, 3), Position(1), Position(1, 2, 9), Position(2), Position(2, 1)):
            run.seek(place)
            told.append((run.spec.learning_rate, run.spec.regularization_rate))
        assert told == [(0.03, 0.001), (0.2, 0.5), (0.2, 0.5), (0.1, 0.5), (0.1, 0.5)]
        assert float(run["learning_rate"]) == 0.1

    def test_no_change_is_no_branch(self):
        run = TrainingRun(SMALL)
        run.step("epoch", 2)
        run.seek(Position(1))
        run.change(learning_rate=SMALL.learning_rate)
        assert len(run.branches) == 1
        run.change(regularization_rate=0.5)  # there is no penalty: nothing uses the rate
        assert len(run.branches) == 1
        assert run.spec.regularization_rate == 0.5

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"hidden": (3,)}, "hidden needs a new run; .* learning_rate, regularization, regularization_rate"),
            ({"learning_rat": 1}, "learning_rat needs a new run"),
            ({"learning_rate": 0}, "Learning rate is a number from 0.000001 to 10, got 0"),
        ],
    )
    def test_what_cannot_change_says_why(self, change, message):
        run = TrainingRun(SMALL)
        with pytest.raises(SpecError, match=message):
            run.change(**change)
        assert run.spec == SMALL

    def test_a_branch_of_another_run_is_refused(self):
        with pytest.raises(ValueError, match="does not belong"):
            TrainingRun(SMALL).stand_on(TrainingRun(SMALL).branches[0])

    def test_the_curve_follows_the_branch(self):
        run = TrainingRun(SMALL, record=True)
        run.step("epoch", 6)
        run.seek(Position(3, 1))
        run.change(learning_rate=1.0)
        run.step("epoch", 2)
        curves = {}
        for leaf in run.branches:
            run.stand_on(leaf)
            curves[leaf] = run.curve()
        first, second = run.branches
        for leaf, changes, last in ((first, [], 6), (second, [(Position(3, 1), {"learning_rate": 1.0})], 5)):
            assert curves[leaf][:, 0].tolist() == list(range(last + 1))
            for row in curves[leaf]:
                flat = np.frombuffer(walked(run, Position(int(row[0])), changes))
                start, size = run.program.layout.starts[Arena.PARAMETERS], run.network.parameters
                expected = []
                for part in (run.train, run.test):
                    evaluator = Evaluator(run.network, *run.prepare(part), NumpyBackend())
                    expected += evaluator.score(flat[start : start + size])
                assert row[1:] == pytest.approx(expected, rel=1e-12)
        assert (curves[first][:4] == curves[second][:4]).all()
        assert not (curves[first][4:6, 1] == curves[second][4:6, 1]).any()

    def test_without_recording_there_is_no_curve(self):
        run = TrainingRun(SMALL)
        run.step("epoch", 2)
        assert run.curve().shape == (0, 5)

    def test_long_curves_are_noted_sparsely(self):
        assert [noted_every(epoch) for epoch in (0, 499, 500, 999, 1000, 1999, 2000, 4000)] == [
            1,
            1,
            1,
            1,
            2,
            2,
            4,
            8,
        ]
        noted = sum(epoch % noted_every(epoch) == 0 for epoch in range(10**5))
        assert noted < 5000


class TestData:
    def test_the_network_does_not_change_the_data(self):
        one, two = make_data(SMALL), make_data(SMALL.with_(hidden=(8, 8), activation="relu"))
        for a, b in zip(one, two, strict=True):
            assert (a.inputs == b.inputs).all()
            assert (a.targets == b.targets).all()

    def test_each_seed_changes_its_own(self):
        one, two, three = (TrainingRun(SMALL.with_(**seeds)) for seeds in ({}, {"seed": 1}, {"data_seed": 1}))
        assert (one.train.inputs == two.train.inputs).all()
        assert not (one["W1"] == two["W1"]).any()
        assert not (one.train.inputs == three.train.inputs).any()
        assert (one["W1"] == three["W1"]).all()

    def test_the_same_spec_is_the_same_run(self):
        one, two = TrainingRun(SMALL), TrainingRun(TrainingSpec.from_json(SMALL.to_json()))
        for run in (one, two):
            run.step("epoch", 5)
        assert state(one) == state(two)

    @pytest.mark.concept("C079")
    def test_targets_are_encoded_as_the_loss_wants_them(self):
        labels = np.array([0.0, 2.0, 1.0])
        one_hot = encode_classes(labels, 3, get_loss("categorical_crossentropy"))
        assert one_hot.tolist() == [[1, 0, 0], [0, 0, 1], [0, 1, 0]]
        labels = np.array([0.0, 1.0])
        assert encode_classes(labels, 2, get_loss("binary_crossentropy")).tolist() == [[0], [1]]
        for loss in LOSSES.values():
            if loss.targets in (Targets.REAL, Targets.SIGNED):
                assert encode_classes(labels, 2, loss).tolist() == [[-1], [1]]
        with pytest.raises(ValueError, match="tells two classes apart, this data has 3"):
            encode_classes(labels, 3, get_loss("hinge"))


class TestTheLecturesTraining:
    """Two overlapping groups, a line, cross-entropy.

    Learning rate .001 for the sum over 200 points is .2 for the mean.
    """

    def loop(self, seed, backend):
        points = two_gaussians(np.random.default_rng(seed))
        network = Network(2, (Dense(1, "sigmoid"),), get_loss("binary_crossentropy"), SGD(0.2))
        data = Data(points.inputs, points.targets.reshape(-1, 1))
        loop = Loop(network.record(200), data, 200, 0, backend)
        network.initialize(loop.program, loop.memory, np.random.default_rng(0))
        loop["W1"][:] = 0
        return loop, Evaluator(network, data.inputs, data.targets, backend)

    @pytest.mark.concept("C082")
    @pytest.mark.concept("C125")
    def test_its_cost_step_by_step(self, backend):
        loop, evaluator = self.loop(0, backend)
        parameters = loop.memory.arena(Arena.PARAMETERS)
        assert 200 * evaluator.score(parameters).loss == pytest.approx(200 * np.log(2), rel=1e-14)
        assert 200 * np.log(2) == pytest.approx(138.629, abs=5e-4)
        loop.run_to(Position(1))
        assert loop["W1"][:, 0] == pytest.approx([0.388, 0.366], abs=5e-4)
        assert 200 * evaluator.score(parameters).loss == pytest.approx(56.71, abs=5e-3)
        loop.run_to(Position(100))
        loss, accuracy = evaluator.score(parameters)
        assert 200 * loss == pytest.approx(56.557, abs=5e-4)
        assert accuracy == 0.875

    @pytest.mark.parametrize(("seed", "accuracy"), [(1, 0.95), (2, 0.885)])
    def test_other_seeds(self, seed, accuracy, backend):
        loop, evaluator = self.loop(seed, backend)
        loop.run_to(Position(100))
        assert evaluator.score(loop.memory.arena(Arena.PARAMETERS)).accuracy == accuracy


@pytest.mark.concept("C113")
def test_doubled_data_has_the_same_averaged_gradient(backend, rng):
    network = Network(2, (Dense(4, "tanh"), Dense(1)), get_loss("mse"), SGD(0.1))
    x, y = rng.normal(size=(6, 2)), rng.normal(size=(6, 1))
    gradients = []
    for copies in (1, 2):
        data = Data(np.tile(x, (copies, 1)), np.tile(y, (copies, 1)))
        loop = Loop(network.record(6 * copies), data, 12, 0, backend)
        network.initialize(loop.program, loop.memory, np.random.default_rng(0))
        loop.run_to(Position(1))
        gradients.append(loop.memory.arena(Arena.GRADIENTS).copy())
    np.testing.assert_allclose(gradients[0], gradients[1], rtol=1e-12)


def test_an_exploding_run_shows_that_it_explodes(backend):
    spec = SMALL.with_(data="plane", activation="identity", hidden=(8, 8), learning_rate=10, optimizer="sgd")
    run = TrainingRun(spec, backend=backend)
    run.step("epoch", 200)
    assert not np.isfinite(run["loss"])
    assert not np.isfinite(run.scores()[0].loss)
    # It can still be rewound.
    run.seek(Position(0, 1))
    assert np.isfinite(run["loss"])
    assert state(run) == walked(run, Position(0, 1))
