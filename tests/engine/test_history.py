"""Random walks through a run's past and its branches, against a loop that has no history at all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from engine.experiment import Grain, Position
from engine.history import _OVERHEAD, History
from engine.loop import Loop
from engine.spec import TrainingSpec
from engine.training import TrainingRun

SPECS = (
    TrainingSpec(data="moons", samples=22, batch_size=4, hidden=(3,), optimizer="momentum"),
    TrainingSpec(data="blobs3", samples=22, batch_size=6, hidden=(2, 3), regularization="l2"),
    TrainingSpec(data="plane", samples=22, batch_size=99, hidden=(), optimizer="sgd", regularization="l1"),
    TrainingSpec(data="moons", samples=10, batch_size=1, hidden=(9,), activation="sigmoid"),
)
TEMPLATES = [TrainingRun(spec) for spec in SPECS]
RATES = st.sampled_from([0.001, 0.03, 0.1, 0.5])


class Walks(RuleBasedStateMachine):
    """The model: a position, and for each leaf how far it got and its line, a list of (position, settings).

    A bare loop that walks the line forward says what the memory must be.
    """

    @initialize(which=st.integers(0, len(SPECS) - 1), tiny=st.booleans(), record=st.booleans())
    def begin(self, which, tiny, record):
        template = TEMPLATES[which]
        least = 4 * (template.history.segments[0].states[0].nbytes + _OVERHEAD)
        self.run = TrainingRun(SPECS[which], record=record, **({"budget": least} if tiny else {}))
        self.position = Position()
        self.leaves = [[[(Position(), dict(self.run.program.hyper))], Position()]]
        self.leaf = 0

    @property
    def line(self):
        return self.leaves[self.leaf][0]

    def settings_now(self):
        return [settings for at, settings in self.line if at <= self.position][-1]

    def moved(self, position):
        self.position = position
        self.leaves[self.leaf][1] = max(self.leaves[self.leaf][1], position)

    @rule(grain=st.sampled_from(list(Grain)), count=st.integers(1, 5))
    def step(self, grain, count):
        before = self.position
        self.run.step(grain, count)
        assert self.run.position > before
        self.moved(self.run.position)

    @rule(count=st.sampled_from([20, 60, 130]))
    def run_on(self, count):
        self.run.step("epoch", count)
        self.moved(Position(self.position.epoch + count))

    @rule(grain=st.sampled_from(list(Grain)))
    def step_back(self, grain):
        before = self.position
        self.run.step_back(grain)
        assert self.run.position < before or before == Position()
        self.moved(self.run.position)

    @rule(data=st.data(), back=st.floats(0, 1.1))
    def seek(self, data, back):
        loop = self.run.loop
        # Some seeks go beyond what was reached: that is training on, without hooks.
        position = Position(
            int(back * self.leaves[self.leaf][1].epoch),
            data.draw(st.integers(0, loop.batches - 1)),
            data.draw(st.integers(0, len(loop.program.ops) - 1)),
        )
        self.run.seek(position)
        self.moved(position)

    @rule(learning_rate=RATES)
    def change_learning_rate(self, learning_rate):
        self.change("learning_rate", learning_rate)

    @precondition(lambda self: "regularization_rate" in self.run.program.hyper)
    @rule(rate=RATES)
    def change_regularization_rate(self, rate):
        self.change("regularization_rate", rate)

    def change(self, name, value):
        self.run.change(**{name: value})
        now = self.settings_now()
        if now[name] == value:
            return
        line, end = self.leaves[self.leaf]
        kept = [(at, settings) for at, settings in line if at <= self.position]
        new = [*kept, (self.position, {**now, name: value})]
        if self.position < end:
            self.leaves.append([new, self.position])
            self.leaf = len(self.leaves) - 1
        else:
            self.leaves[self.leaf][0] = new

    @rule(which=st.integers(0, 100))
    def stand_on(self, which):
        which %= len(self.leaves)
        self.run.stand_on(self.run.branches[which])
        self.leaf = which
        self.position = self.leaves[which][1]

    def walked(self):
        run = self.run
        loop = Loop(run.program, run.loop.data, run.spec.batch_size, run.spec.seed, run.backend)
        run.network.initialize(run.program, loop.memory, np.random.default_rng([run.spec.seed, 2]))
        for at, settings_there in self.line:
            if at <= self.position:
                loop.run_to(at)
                for name, value in settings_there.items():
                    loop[name][...] = value
        loop.run_to(self.position)
        return loop.memory.flat

    @invariant()
    def agrees(self):
        frame, expected = self.run.frame(), self.walked()
        assert frame.position == self.position
        if frame.memory.tobytes() != expected.tobytes():
            wrong = np.flatnonzero(frame.memory.view(np.int64) != expected.view(np.int64))
            starts = self.run.program.layout.starts
            raise AssertionError(f"at {self.position} cells {wrong} differ; the arenas start at {starts}")
        assert self.run.newest == self.leaves[self.leaf][1]
        assert len(self.run.branches) == len(self.leaves)
        assert [leaf.end for leaf in self.run.branches] == [end for _, end in self.leaves]
        for name, value in self.settings_now().items():
            assert float(self.run[name]) == value
            assert getattr(self.run.spec, name, value) == value
        history = self.run.history
        held = sum(len(s.states) * (s.states[0].nbytes + _OVERHEAD) for s in history.segments if s.states)
        assert held == history.bytes <= history.budget
        assert history.checkpoints == sum(len(segment.steps) for segment in history.segments)


TestWalks = Walks.TestCase
TestWalks.settings = settings(max_examples=60, stateful_step_count=30)


def test_a_budget_too_small_for_four_states_is_refused():
    state = np.zeros(100)
    with pytest.raises(ValueError, match="needs at least 3,840 bytes, got 3,839"):
        History({}, state, 1, 3839)
    assert History({}, state, 1, 3840).checkpoints == 1


def test_the_past_grows_sparser_as_it_ages():
    state = np.zeros(100)
    history = History({}, state, 1, budget=64 * (800 + _OVERHEAD))
    for updates in range(100, 100_001, 100):
        assert history.due(updates)
        assert not history.due(updates - 1)
        history.keep(updates, state)
        history.reached(Position(updates))
        assert history.bytes <= history.budget
    steps = np.array(history.current.steps)
    assert steps[0] == 0
    assert steps[-1] == 100_000
    assert (np.diff(steps)[-16:] == 100).all()
    # No stretch of the past is left without: 64 states over 100,000 steps are 1,563 apart on average.
    assert np.diff(steps).max() <= 6 * 100_000 / 64
    assert history.before(99_999)[0] == 99_900
    assert history.before(0)[0] == 0


def test_a_checkpoint_tells_whose_it_is():
    state = np.zeros(3)
    history = History({"rate": 1}, state, 1)
    history.keep(100, state)
    history.reached(Position(100))
    root = history.current
    later = history.change(Position(100), {"rate": 2})
    history.keep(200, np.ones(5))
    history.reached(Position(200))
    assert [history.checkpoint(updates)[::2] for updates in (99, 100, 199, 200, 300)] == [
        (0, root), (100, root), (100, root), (200, later), (200, later),
    ]  # fmt: skip
    assert history.checkpoint(250)[1].tolist() == [1] * 5


def test_a_checkpoint_is_a_copy():
    state = np.zeros(3)
    history = History({}, state, 1)
    state[:] = 1
    assert history.before(10)[1].tolist() == [0, 0, 0]
