"""A descent as an experiment: grains, frames, seeking, changes, branches, hooks."""

from __future__ import annotations

import numpy as np
import pytest

from engine.checks import SpecError
from engine.descent import SURFACES, DescentEvent, DescentRun, DescentSpec
from engine.experiment import Grain, Position
from engine.optimizers import OPTIMIZERS
from engine.program import Phase


def snapshot(run):
    """All that a view could draw, as bytes: equal only if bit-identical."""
    frame = run.frame()
    arrays = [np.array(frame.value), frame.point, frame.gradient, frame.step, frame.path, frame.rates]
    arrays += frame.states.values()
    arrays += [each for each in (frame.ball, frame.look_ahead) if each is not None]
    return (
        frame.position, frame.hyper, frame.jumps, frame.last, frame.next, frame.spec,
        [(each.shape, each.tobytes()) for each in arrays],
    )  # fmt: skip


def beale(optimizer="adam", **settings):
    return DescentSpec("beale", optimizer=optimizer, **settings)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_line_there_and_back_is_bit_identical(optimizer, backend):
    spec = beale(optimizer, noise=0.3, seed=5, steps=6)
    run = DescentRun(spec, backend=backend)
    seen = [snapshot(run)]
    while run.position != run.end:
        run.step("op")
        seen.append(snapshot(run))
    assert len(seen) == 6 * (len(run.program.ops) + 1) + 1
    for expected in reversed(seen[:-1]):
        run.step_back("op")
        assert snapshot(run) == expected
    run.step_back("op")
    assert run.position == Position()
    other = DescentRun(spec, backend=backend)
    for k in (7, 3, len(seen) - 1, 0, 10, 11, 2, 12):
        other.seek(seen[k][0])
        assert snapshot(other) == seen[k]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("surface", SURFACES)
def test_stepping_line_by_line_is_running(optimizer, surface, backend):
    spec = DescentSpec(surface, optimizer=optimizer, noise=0.01, steps=40)
    slow, fast = (DescentRun(spec, backend=backend) for _ in range(2))
    slow.on_event(lambda event: None)
    slow.step("epoch", 40)
    fast.seek(Position(40))
    assert snapshot(slow) == snapshot(fast)


def test_seeking_far_passes_checkpoints():
    run = DescentRun(beale("momentum", noise=0.1, steps=1000))
    walked = DescentRun(run.spec)
    for epoch in (0, 99, 100, 101, 102, 350, 1000):
        walked.seek(Position(epoch))
        seen = snapshot(walked)
        run.seek(Position(1000))
        run.seek(Position(epoch))
        assert snapshot(run) == seen
    assert 8 <= run.history.checkpoints <= 12


def test_a_single_descent_by_hand():
    run = DescentRun(DescentSpec("ravine", optimizer="momentum", learning_rate=0.1, settings={"momentum": 0.5}))
    assert np.isnan(run.frame().gradient).all()
    assert (run.last, run.next.name) == (None, "surface.g")
    run.step("op")
    # J = 0.02 x² + 2 y² at (-10, 1).
    frame = run.frame()
    assert frame.gradient.tolist() == pytest.approx([-0.4, 4.0])
    assert frame.point.tolist() == [-10, 1]
    assert frame.value == pytest.approx(4.0)
    assert (frame.last.phase, frame.next.phase) == (Phase.BACKWARD, Phase.UPDATE)
    run.step("op")
    assert run.frame().states["v"].tolist() == pytest.approx([-0.4, 4.0])
    assert run.position == Position(0, 0, 2)
    run.step("op")
    frame = run.frame()
    assert run.position == Position(1)
    assert frame.step.tolist() == pytest.approx([0.04, -0.4])
    assert frame.point.tolist() == pytest.approx([-9.96, 0.6])
    assert frame.rates.tolist() == pytest.approx([0.1, 0.1])
    run.step("op")
    assert np.isnan(run.frame().rates).all()
    run.step_back("op")
    assert frame.path.tolist() == [[-10, 1], frame.point.tolist()]
    run.step("epoch")
    frame = run.frame()
    # v = 0.5 v + g with g = (0.04 · -9.96, 4 · 0.6).
    assert frame["v"].tolist() == pytest.approx([0.5 * -0.4 - 0.3984, 0.5 * 4 + 2.4])
    assert frame["w"].tolist() == pytest.approx([-9.96 + 0.05984, 0.6 - 0.44])
    assert frame["momentum"] == 0.5
    assert frame.state_tex == {"v": "v"}
    with pytest.raises(KeyError, match="there is no 'q'; there are w, g, v, "):
        frame["q"]
    assert run["w"].tolist() == frame.point.tolist()
    with pytest.raises(KeyError, match="there is no 'q'"):
        run["q"]
    assert (frame.ball, frame.look_ahead) == (None, None)
    with pytest.raises(ValueError, match="read-only"):
        frame.point[0] = 0


@pytest.mark.concept("C104")
def test_nesterovs_gradient_is_taken_where_the_velocity_would_carry_the_ball():
    run = DescentRun(DescentSpec("beale", optimizer="nesterov", learning_rate=0.005, settings={"momentum": 0.8}))
    # Nesterov's own form: V = μ V - η ∇J(θ + μ V), θ = θ + V.
    theta, velocity = np.array(run.spec.start), np.zeros(2)
    for _ in range(50):
        frame = run.frame()
        np.testing.assert_allclose(frame.ball, theta, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(frame.look_ahead, theta + 0.8 * velocity, rtol=1e-12, atol=1e-14)
        run.step("op")
        run.step("op")
        middle = run.frame()
        assert middle.ball.tolist() == frame.ball.tolist()
        gradient = np.array(run.surface.gradient(*(theta + 0.8 * velocity)))
        np.testing.assert_allclose(middle.gradient, gradient, rtol=1e-10, atol=1e-12)
        velocity = 0.8 * velocity - 0.005 * gradient
        theta = theta + velocity
        run.step("epoch")
    assert np.abs(frame.ball - frame.look_ahead).max() > 1e-3


def test_accumulators_have_names():
    run = DescentRun(beale("adam"))
    run.step("epoch", 2)
    frame = run.frame()
    assert frame.states["t"] == 2
    assert set(frame.states) == {"t", "m", "v"}
    assert frame.states["m"].shape == (2,)
    assert set(frame.hyper) == {"learning_rate", "beta1", "beta2", "eps"}


def test_noise_is_a_function_of_the_seed_and_the_update():
    def gradients(**settings):
        run = DescentRun(DescentSpec("saddle", learning_rate=1e-6, steps=1000, **settings))
        numbers = []
        for _ in range(600):
            run.step("epoch")
            numbers.append(run.frame().gradient - np.array(run.surface.gradient(*run.frame().path[-2])))
        return np.array(numbers)

    noise = gradients(noise=2.0, seed=3)
    assert np.array_equal(noise, gradients(noise=2.0, seed=3))
    assert not np.allclose(noise[:100], gradients(noise=2.0, seed=4)[:100])
    assert noise.std() == pytest.approx(2.0, rel=0.1)
    assert abs(noise.mean()) < 0.2
    # No number is drawn twice, beyond the block that is drawn at once.
    assert len(np.unique(np.round(noise, 9))) == noise.size
    assert np.abs(np.corrcoef(noise[:, 0], noise[:, 1])[0, 1]) < 0.15
    np.testing.assert_allclose(gradients(noise=2.0, seed=3, loss_scale=1.0)[:5], noise[:5])


def test_the_factor_on_the_loss_multiplies_gradient_and_noise():
    plain, scaled = (DescentRun(beale("sgd", noise=0.5, loss_scale=scale)) for scale in (1, 100))
    for run in (plain, scaled):
        run.step("op")
    assert scaled.frame().gradient == pytest.approx(100 * plain.frame().gradient)
    assert scaled.frame().value == plain.frame().value
    assert plain.next.tex == r"w \leftarrow w - \eta\,g"
    assert plain.last.code == "g[:] = (gradient(*w) + noise * xi)"
    assert scaled.last.code == "g[:] = loss_scale * (gradient(*w) + noise * xi)"
    assert scaled.last.tex == r"g = c\,(\nabla J(w) + \sigma\,\xi)"


def test_scaling_the_loss_changes_sgd_a_hundredfold_and_adam_hardly():
    def first(optimizer, scale):
        run = DescentRun(beale(optimizer, learning_rate=0.001, loss_scale=scale))
        run.step("epoch")
        return run.frame().step

    np.testing.assert_allclose(first("sgd", 100), 100 * first("sgd", 1), rtol=1e-9)
    np.testing.assert_allclose(first("adam", 100), first("adam", 1), rtol=0.01)


@pytest.mark.parametrize("at", [Position(120), Position(120, 0, 1), Position(120, 0, 2), Position(99), Position()])
def test_a_change_counts_from_where_it_is_made_and_the_old_future_stays(at):
    run = DescentRun(beale("momentum", noise=0.1, steps=300))
    run.seek(Position(300))
    old_end, old = run.history.current, snapshot(run)
    run.seek(at)
    before = snapshot(run)
    run.change(learning_rate=0.002, settings={"momentum": 0.7}, noise=0.05, loss_scale=2.0)
    assert run.spec.learning_rate == 0.002
    assert dict(run.spec.settings) == {"momentum": 0.7}
    assert (run.spec.noise, run.spec.loss_scale) == (0.05, 2.0)
    run.seek(Position(300))
    new_end, new = run.history.current, snapshot(run)
    assert new[-1] != old[-1]
    assert len(run.branches) == 2
    # By hand: the same updates with the new numbers from there on.
    twin = DescentRun(run.first_spec)
    twin.seek(at)
    twin.change(learning_rate=0.002, settings={"momentum": 0.7}, noise=0.05, loss_scale=2.0)
    twin.step("epoch", 300)
    assert snapshot(twin) == new
    run.stand_on(old_end)
    assert snapshot(run) == old
    run.stand_on(new_end)
    assert snapshot(run) == new
    for position in (Position(299), at, Position(at.epoch + 1)):
        run.seek(position)
        twin.seek(position)
        assert snapshot(run) == snapshot(twin)
    run.stand_on(old_end)
    run.seek(at)
    assert snapshot(run) == before


def test_a_change_is_a_new_rate_in_the_formula():
    run = DescentRun(DescentSpec("bowl", learning_rate=0.1))
    run.step("epoch")
    run.change(learning_rate=0.5)
    run.step("epoch")
    assert run.frame().path.tolist() == pytest.approx(np.array([[-4, 3], [-3.6, 2.7], [-1.8, 1.35]]))
    run.change(learning_rate=0.5)
    assert len(run.history.segments) == 2


def test_momentum_may_be_turned_off_on_the_way():
    run = DescentRun(DescentSpec("bowl", optimizer="momentum", learning_rate=0.1))
    run.step("epoch", 3)
    run.change(settings={"momentum": 0.0})
    at = run.frame().point
    run.step("epoch")
    assert run.frame().point == pytest.approx(0.9 * at)
    assert dict(run.spec.settings) == {"momentum": 0.0}
    run.change(settings={"momentum": 0.9})
    assert run.spec.settings == ()


def test_settings_that_are_not_changed_stay():
    run = DescentRun(beale("adam", settings={"beta1": 0.8}))
    run.step("epoch")
    run.change(settings={"beta2": 0.9})
    run.change(settings={"eps": 0.001})
    assert dict(run.spec.settings) == {"beta1": 0.8, "beta2": 0.9, "eps": 0.001}
    assert run.frame().hyper == {"learning_rate": 0.1, "beta1": 0.8, "beta2": 0.9, "eps": 0.001}
    assert (run["beta1"], run["beta2"], run["eps"]) == (0.8, 0.9, 0.001)


def test_what_cannot_change_on_the_way_is_said():
    run = DescentRun(DescentSpec("bowl", optimizer="sgd"))
    with pytest.raises(SpecError, match="momentum is fixed while a descent is under way"):
        run.change(settings={"momentum": 0.5})
    with pytest.raises(SpecError, match="Learning rate is a number from"):
        run.change(learning_rate=-1)
    with pytest.raises(SpecError, match="unknown setting 'beta9'"):
        run.change(settings={"beta9": 0.5})
    assert len(run.history.segments) == 1


def test_the_start_can_be_dragged():
    run = DescentRun(beale("momentum", steps=200))
    run.seek(Position(150))
    old_end, old = run.history.current, snapshot(run)
    for x in np.linspace(0, 2, 20):
        run.set_start((float(x), 1.0))
    assert run.position == Position()
    assert len(run.branches) == 2
    assert run.spec.start == (2.0, 1.0)
    run.seek(Position(150))
    fresh = DescentRun(run.spec)
    fresh.seek(Position(150))
    np.testing.assert_array_equal(run.frame().path, fresh.frame().path)
    run.stand_on(old_end)
    assert snapshot(run) == old
    assert run.spec.start == (1.0, 1.5)
    run.reset()
    assert run.spec.start == (1.0, 1.5)
    assert len(run.branches) == 1


def test_the_point_can_be_set_on_the_way():
    run = DescentRun(DescentSpec("bowl", optimizer="momentum", learning_rate=0.1, steps=400))
    run.step("epoch", 120)
    run.step("op")
    velocity = run.frame().states["v"]
    run.seek(Position(120))
    step = run.frame().step
    run.step("op")
    run.set_point((1.0, -2.0))
    frame = run.frame()
    assert run.position == Position(120)
    assert frame.point.tolist() == [1.0, -2.0]
    assert frame.path[-1].tolist() == [1.0, -2.0]
    assert frame.step.tolist() == step.tolist()
    assert frame.jumps == (120,)
    run.step("epoch")
    g = np.array([1.0, -2.0])
    assert run.frame().point == pytest.approx(g - 0.1 * (0.9 * velocity + g))
    seen = []
    for epoch in (120, 121, 260, 119):
        run.seek(Position(epoch))
        seen.append(snapshot(run))
    assert run.frame().jumps == ()
    for expected in reversed(seen):
        run.seek(expected[0])
        assert snapshot(run) == expected
    with pytest.raises(SpecError, match="The point, x, is a number from -6 to 6, got 7"):
        run.set_point((7, 0))
    with pytest.raises(SpecError, match="has 2 numbers, got 1"):
        run.set_point(1.0)


def test_branches_of_branches_keep_their_paths():
    run = DescentRun(beale("sgd", noise=0.2, steps=500))
    ends = {}

    def leave(name):
        run.seek(Position(400))
        ends[name] = run.history.current, snapshot(run)

    leave("root")
    run.seek(Position(250))
    run.change(learning_rate=0.002)
    leave("a")
    run.seek(Position(120))
    run.change(learning_rate=0.004)
    leave("b")
    run.seek(Position(300))
    run.set_point((2.0, 0.0))
    leave("c")
    for name in ("a", "root", "c", "b", "root", "a", "b", "c", "root"):
        run.stand_on(ends[name][0])
        assert snapshot(run) == ends[name][1], name
    with pytest.raises(ValueError, match="does not belong"):
        run.stand_on(DescentRun(beale()).history.current)


@pytest.mark.parametrize("seed", range(6))
def test_any_walk_through_any_tree_of_changes_is_bit_identical(seed):
    """What was seen at a moment of a line is seen again, however one comes back to it."""
    rng = np.random.default_rng(seed)
    run = DescentRun(beale(("momentum", "adam", "nesterov")[seed % 3], noise=0.2, steps=260))
    operations = len(run.program.ops)
    seen, again = {}, 0

    def look():
        nonlocal again
        key = run.history.on(run.position), run.position
        now = snapshot(run)
        again += key in seen
        assert seen.setdefault(key, now) == now

    for _ in range(150):
        move = rng.integers(8)
        if move < 2:
            run.step("op", int(rng.integers(1, 8)))
        elif move == 2:
            run.step("epoch", int(rng.integers(1, 120)))
        elif move == 3:
            run.step_back(("op", "epoch")[rng.integers(2)])
        elif move == 4:
            epoch = int(rng.integers(run.newest.epoch + 1))
            run.seek(Position(epoch, 0, int(rng.integers(operations + 1)) if epoch < 260 else 0))
        elif move == 5:
            run.change(learning_rate=float(rng.uniform(1e-4, 5e-3)), noise=float(rng.uniform(0, 0.3)))
        elif move == 6:
            set_by_hand = run.set_start if rng.integers(5) == 0 else run.set_point
            set_by_hand(rng.uniform(-1, 2, size=2).tolist())
        else:
            run.stand_on(run.branches[rng.integers(len(run.branches))])
        look()
    for branch in run.branches:
        run.stand_on(branch)
        look()
        for epoch in range(branch.end.epoch, -1, -7):
            run.seek(Position(epoch))
            look()
    assert len(run.branches) > 5
    assert again > 50


def test_at_the_end_nothing_happens_and_beyond_is_refused():
    run = DescentRun(beale(steps=3))
    run.step("epoch", 10)
    assert run.position == run.end == run.newest == Position(3)
    assert run.next is None
    seen = snapshot(run)
    for grain in run.grains:
        run.step(grain)
        assert snapshot(run) == seen
    for bad in (Position(4), Position(3, 0, 1), Position(1, 1), Position(0, 0, 5), Position(-1)):
        with pytest.raises(ValueError, match="epoch from 0 to 3"):
            run.seek(bad)
    with pytest.raises(ValueError, match="is one of op, epoch, got 'batch'"):
        run.step("batch")


def test_hooks_hear_every_step_of_their_grain():
    run = DescentRun(beale(steps=5))
    heard = []
    handles = [
        run.on_event(lambda event: heard.append(("op", event.instruction.name, event.position))),
        run.on_event(lambda event: heard.append(("epoch", event.instruction, event.position)), grain=Grain.EPOCH),
        run.on_event(lambda event: heard.append(("gradient", event.op, event.position)), phase=Phase.BACKWARD),
    ]
    run.step("epoch")
    lines = [line.name for line in run.instructions]
    assert lines == ["surface.g", "optimizer.t", "optimizer.m", "optimizer.v", "optimizer.w"]
    assert [name for kind, name, _ in heard if kind == "op"] == lines
    assert [entry for entry in heard if entry[0] == "epoch"] == [("epoch", None, Position(1))]
    assert [entry for entry in heard if entry[0] == "gradient"] == [("gradient", None, Position(0, 0, 1))]
    heard.clear()
    run.seek(Position(4))
    run.seek(Position(1))
    assert heard == []
    for handle in handles[::2]:
        handle.remove()
    with handles[1]:
        run.step("epoch", 2)
    assert heard == [("epoch", None, Position(2)), ("epoch", None, Position(3))]
    run.step("epoch")
    assert len(heard) == 2


def test_a_hook_gets_an_event_of_the_run():
    run = DescentRun(beale("sgd"))
    events = []
    run.on_event(events.append)
    run.step("epoch")
    assert all(isinstance(event, DescentEvent) and event.experiment is run for event in events)
    assert [event.op for event in events] == [None, run.program.ops[0]]
    assert [event.phase for event in events] == [Phase.BACKWARD, Phase.UPDATE]


def test_what_diverges_is_shown_and_can_be_left():
    run = DescentRun(beale("sgd", learning_rate=10.0, start=(4, 4)))
    run.seek(Position(100))
    assert run.frame().diverged
    assert not np.isfinite(run.frame().value)
    run.seek(Position())
    assert not run.frame().diverged
