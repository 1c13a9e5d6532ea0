"""The program counter: boundaries, batches, hooks, and the order of the examples."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.arena import Memory
from engine.backend import Data, NumpyBackend, compiled_backend
from engine.experiment import Grain, Position
from engine.layers import Dense
from engine.loop import Loop
from engine.losses import get_loss
from engine.network import Network
from engine.optimizers import SGD
from engine.program import Phase

NETWORK = Network(2, (Dense(3, "tanh"), Dense(1)), get_loss("mse"), SGD(0.1))


def make_loop(examples=11, batch_size=4, seed=0, backend=None):
    rng = np.random.default_rng(9)
    data = Data(rng.normal(size=(examples, 2)), rng.normal(size=(examples, 1)))
    program = NETWORK.record(min(batch_size, examples))
    loop = Loop(program, data, batch_size, seed, backend or NumpyBackend())
    NETWORK.initialize(program, loop.memory, rng)
    return loop


def walk(loop, grain, count):
    for _ in range(count):
        loop.run_to(loop.boundary(grain))


class TestShuffle:
    sizes = st.integers(1, 300)
    seeds = st.integers(0, 2**31 - 1)
    epochs = st.integers(0, 10**6)

    @given(sizes, seeds, epochs)
    def test_it_is_a_permutation_the_same_in_both_engines(self, n, seed, epoch):
        one, two = np.full(n, -1), np.full(n, -1)
        compiled_backend().shuffle(one, seed, epoch)
        NumpyBackend().shuffle(two, seed, epoch)
        assert (one == two).all()
        assert sorted(one.tolist()) == list(range(n))

    @given(seeds, epochs)
    def test_another_epoch_or_seed_is_another_order(self, seed, epoch):
        orders = []
        for s, e in ((seed, epoch), (seed, epoch + 1), (seed + 1, epoch)):
            order = np.empty(100, np.int64)
            compiled_backend().shuffle(order, s, e)
            orders.append(order.tolist())
        assert orders[0] != orders[1]
        assert orders[0] != orders[2]

    def test_all_places_are_about_equally_likely(self):
        n, draws = 10, 20_000
        counts = np.zeros((n, n))
        order = np.empty(n, np.int64)
        for epoch in range(draws):
            compiled_backend().shuffle(order, 7, epoch)
            counts[np.arange(n), order] += 1
        chi_square = ((counts - draws / n) ** 2 / (draws / n)).sum()
        # 81 degrees of freedom: mean 81, standard deviation 12.7. Too even would be as wrong as too uneven.
        assert 40 < chi_square < 135

    def test_neighbouring_epochs_are_independent(self):
        # How many examples keep their place from one epoch to the next: on average 1, with variance 1.
        orders = np.empty((2000, 50), np.int64)
        for epoch, order in enumerate(orders):
            compiled_backend().shuffle(order, 3, epoch)
        kept = (orders[1:] == orders[:-1]).sum(axis=1)
        assert abs(kept.mean() - 1) < 5 / np.sqrt(kept.size)


@pytest.mark.concept("C114")
@given(examples=st.integers(1, 40), batch_size=st.integers(1, 50), seed=st.integers(0, 1000))
def test_each_epoch_takes_every_example_once(examples, batch_size, seed):
    loop = make_loop(examples, batch_size, seed)
    for epoch in range(3):
        taken = []
        for batch in range(loop.batches):
            assert loop.position == Position(epoch, batch)
            loop.run_to(loop.boundary(Grain.OP))
            assert loop["x"].tobytes() == loop.data.inputs[loop.examples()].tobytes()
            assert loop["y"].tobytes() == loop.data.targets[loop.examples()].tobytes()
            taken += loop.examples().tolist()
            loop.run_to(loop.boundary(Grain.BATCH))
            assert taken[-loop.rows :] == loop.examples().tolist()
        assert sorted(taken) == list(range(examples))


@pytest.mark.concept("C109")
@pytest.mark.concept("C110")
@pytest.mark.concept("C111")
@pytest.mark.parametrize(
    ("batch_size", "updates"), [(200, 1), (500, 1), (1, 200), (40, 5), (150, 2)], ids=lambda value: str(value)
)
def test_updates_in_an_epoch_of_200(batch_size, updates):
    loop = make_loop(200, batch_size)
    loop.run_to(Position(1))
    assert loop.updates == updates
    # Each update moved the weights: the counter counts real steps.
    assert loop.batches == updates


def test_a_smaller_last_batch_is_averaged_over_its_own_rows(backend):
    loop = make_loop(11, 4, backend=backend)
    walk(loop, Grain.BATCH, 2)
    walk(loop, Grain.PHASE, 2)
    assert loop.rows == 3
    error = loop["z2"] - loop["y"]
    assert error.shape == (3, 1)
    assert float(loop["loss"]) == pytest.approx(float((error**2).sum() / 3), rel=1e-14)


def test_positions_order_as_time_does():
    assert Position(0, 2, 9) < Position(1) < Position(1, 0, 1) < Position(1, 1)


class TestBoundaries:
    def test_each_grain_stops_where_it_says(self):
        loop = make_loop()
        starts = {
            Grain.OP: list(range(len(loop.program.ops))),
            Grain.LAYER: [a for a, _ in loop.program.groups()],
            Grain.PHASE: [a for a, _ in loop.program.phases()],
            Grain.BATCH: [0],
        }
        for grain, expected in starts.items():
            loop = make_loop()
            met = []
            while loop.position < Position(1):
                met.append(loop.position)
                loop.run_to(loop.boundary(grain))
            assert met == [Position(0, batch, op) for batch in range(3) for op in expected]
            assert loop.position == Position(1)

    @pytest.mark.parametrize("grain", list(Grain))
    def test_from_anywhere_forward_and_back_are_neighbours(self, grain):
        loop = make_loop()
        ops = len(loop.program.ops)
        every = [Position(e, b, o) for e in range(2) for b in range(3) for o in range(ops)]
        boundaries = {
            Grain.OP: every,
            Grain.LAYER: [p for p in every if p.op in [a for a, _ in loop.program.groups()]],
            Grain.PHASE: [p for p in every if p.op in [a for a, _ in loop.program.phases()]],
            Grain.BATCH: [p for p in every if p.op == 0],
            Grain.EPOCH: [p for p in every if p.op == 0 and p.batch == 0],
        }[grain]
        for position in every:
            loop.position = position
            assert loop.previous_boundary(grain) == max(
                [p for p in boundaries if p < position], default=Position()
            )
            later = [p for p in boundaries if p > position]
            assert loop.boundary(grain) == (later[0] if later else Position(2))

    def test_the_start_has_nothing_before_it(self):
        loop = make_loop()
        assert {loop.previous_boundary(grain) for grain in Grain} == {Position()}

    def test_it_runs_forward_only(self):
        loop = make_loop()
        loop.run_to(Position(1))
        with pytest.raises(ValueError, match="runs forward only"):
            loop.run_to(Position(0, 1))


class TestHooks:
    def events(self, loop, grain, phase=None):
        seen = []
        loop.on_event(seen.append, phase, grain)
        return seen

    def test_each_grain_is_counted_in_order(self):
        loop = make_loop()
        seen = {grain: self.events(loop, grain) for grain in Grain}
        loop.run_to(Position(2))
        ops = loop.program.ops
        assert [e.op for e in seen[Grain.OP]] == list(ops) * 6
        assert [e.phase for e in seen[Grain.PHASE]] == list(Phase) * 6
        assert [e.op for e in seen[Grain.LAYER]] == [ops[b - 1] for _, b in loop.program.groups()] * 6
        assert [e.position for e in seen[Grain.BATCH]] == [loop.at(n) for n in range(1, 7)]
        assert [e.position for e in seen[Grain.EPOCH]] == [Position(1), Position(2)]
        assert {e.op for grain in (Grain.PHASE, Grain.BATCH, Grain.EPOCH) for e in seen[grain]} == {None}
        assert all(e.grain is grain for grain in Grain for e in seen[grain])

    @pytest.mark.parametrize("phase", list(Phase))
    def test_a_phase_can_be_picked(self, phase):
        loop = make_loop()
        of_ops, of_phases = self.events(loop, Grain.OP, phase), self.events(loop, Grain.PHASE, phase)
        loop.run_to(Position(1))
        assert [e.op for e in of_ops] == [op for op in loop.program.ops if op.phase is phase] * 3
        assert [e.phase for e in of_phases] == [phase] * 3

    def test_an_event_comes_right_after_its_step(self):
        loop = make_loop()
        seen = []

        def hook(event):
            assert event.experiment is loop
            assert event.position == loop.position
            if event.op.name == "dense1.z":
                expected = loop["x"] @ loop["W1"] + loop["b1"]
                np.testing.assert_allclose(loop["z1"], expected, rtol=1e-14)
                seen.append(event.position)

        loop.on_event(hook, Phase.FORWARD)
        loop.run_to(Position(1))
        assert len(seen) == 3

    def test_a_step_that_stops_short_calls_nobody(self):
        loop = make_loop()
        seen = self.events(loop, Grain.BATCH)
        loop.run_to(Position(0, 0, 5))
        assert not seen
        loop.run_to(Position(0, 1))
        assert len(seen) == 1

    def test_a_handle_takes_off_its_own_hook_only(self):
        loop, seen = make_loop(), []
        hook = seen.append
        one, two = loop.on_event(hook, grain=Grain.BATCH), loop.on_event(hook, grain=Grain.BATCH)
        walk(loop, Grain.BATCH, 1)
        assert len(seen) == 2
        one.remove()
        one.remove()
        walk(loop, Grain.BATCH, 1)
        assert len(seen) == 3
        two.remove()
        walk(loop, Grain.BATCH, 1)
        assert len(seen) == 3

    def test_a_handle_is_a_context(self):
        loop, seen = make_loop(), []
        with loop.on_event(seen.append, grain=Grain.BATCH):
            walk(loop, Grain.BATCH, 1)
        walk(loop, Grain.BATCH, 1)
        assert len(seen) == 1

    def test_a_hook_may_take_itself_off(self):
        loop, seen = make_loop(), []

        def once(event):
            seen.append(event)
            handle.remove()

        handle = loop.on_event(once)
        loop.run_to(Position(1))
        assert len(seen) == 1

    def test_hooks_never_change_the_numbers(self, backend):
        plain, watched = make_loop(backend=backend), make_loop(backend=backend)
        for grain in Grain:
            self.events(watched, grain)
        for loop in (plain, watched):
            loop.run_to(Position(3, 1, 4))
        assert plain.memory.flat.tobytes() == watched.memory.flat.tobytes()

    def test_a_quiet_run_calls_nobody(self):
        loop = make_loop()
        seen = [self.events(loop, grain) for grain in Grain]
        loop.run_to(Position(1), quiet=True)
        assert not any(seen)


def test_what_a_loop_refuses():
    program, one = NETWORK.record(1), np.zeros((1, 1))
    with pytest.raises(ValueError, match="2 inputs, but 1 targets"):
        Loop(program, Data(np.zeros((2, 2)), one), 1, 0, NumpyBackend())
    with pytest.raises(ValueError, match="no example"):
        Loop(program, Data(np.zeros((0, 2)), np.zeros((0, 1))), 1, 0, NumpyBackend())
    with pytest.raises(KeyError, match="there is no 'W9'; there are x, y"):
        make_loop()["W9"]


def test_a_view_has_no_more_rows_than_there_are():
    program = NETWORK.record(4)
    with pytest.raises(ValueError, match="x holds batches of up to 4 rows, got 5"):
        Memory(program.layout).view(program.refs["x"], 5)
