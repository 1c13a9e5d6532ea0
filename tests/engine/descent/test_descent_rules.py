"""Schedules, weight decay and clipping on the way down a surface: rates, live numbers, scrubbing, races, basins."""

from __future__ import annotations

import numpy as np
import pytest

from engine.checks import SpecError
from engine.descent import Basins, DescentRun, DescentSpec, Race, RaceSpec, fan
from engine.experiment import Position
from engine.optimizers import OPTIMIZERS

SCHEDULES = {
    "step": {"every": 4, "factor": 0.7},
    "exponential": {"tau": 30},
    "inverse_root": {},
    "time": {"decay": 0.1},
    "cosine": {"steps": 35, "end": 0.001},
    "warm_up": {"steps": 8},
}
RULED = DescentSpec(
    "ravine", optimizer="momentum", schedule="exponential", schedule_settings={"tau": 60}, weight_decay=0.02,
    clip_norm=1.5, clip_value=1.2, noise=0.05, steps=60,
)  # fmt: skip


def state(run):
    frame = run.frame()
    return [
        frame.point.tobytes(), frame.path.tobytes(), frame.rate, frame.hyper,
        {name: values.tobytes() for name, values in frame.states.items()},
    ]  # fmt: skip


def path_by_hand(spec, updates):
    """Momentum under a schedule, clipping and coupled decay, written out."""
    schedule, surface = spec.make_schedule(), spec.landscape
    noise = np.random.default_rng([spec.seed, 0]).normal(size=(256, surface.dimensions))
    w, v, path = np.array(spec.point), np.zeros(surface.dimensions), [np.array(spec.point)]
    for update in range(updates):
        g = np.array(surface.gradient(*w)) + spec.noise * noise[update]
        g = np.clip(g, -spec.clip_value, spec.clip_value)
        g = g * spec.clip_norm / max(spec.clip_norm, np.linalg.norm(g)) + spec.weight_decay * w
        v = 0.9 * v + g
        w = w - schedule.rate(update) * v
        path.append(w)
    return np.array(path)


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_path_is_the_one_written_out(name, backend):
    spec = RULED.with_(schedule=name, schedule_settings=SCHEDULES[name])
    run = DescentRun(spec, backend=backend)
    run.seek(run.end)
    np.testing.assert_allclose(run.frame().path, path_by_hand(spec, 60), rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_frame_tells_the_rate_of_the_next_update(name, backend):
    spec = RULED.with_(schedule=name, schedule_settings=SCHEDULES[name])
    run, schedule = DescentRun(spec, backend=backend), spec.make_schedule()
    while run.position < run.end:
        told = run.frame().rate
        assert told == schedule.rate(run.position.epoch)
        run.step("op", 3)
        assert run.frame().rate == told
        run.step("epoch")
        assert float(run.frame()["rate"]) == pytest.approx(told, rel=1e-13)
    assert DescentRun(RULED.with_(schedule="constant")).frame().rate == RULED.rate


@pytest.mark.concept("C106")
def test_the_worked_schedule_down_the_quartic(backend):
    spec = DescentSpec("khan", learning_rate=0.1, schedule="exponential", schedule_settings={"tau": 20}, steps=61)
    run = DescentRun(spec, backend=backend)
    rates = []
    while run.position < run.end:
        before = run.frame().point[0]
        run.step("epoch")
        frame = run.frame()
        if abs(frame.gradient[0]) > 1e-3:
            # What is shown as the rate is what the point moved by.
            assert (before - frame.point[0]) / frame.gradient[0] == pytest.approx(float(frame["rate"]), rel=1e-9)
        rates.append(float(frame["rate"]))
    assert [rates[n] for n in (0, 10, 20, 40, 60)] == pytest.approx([0.1, 0.0316227766, 0.01, 0.001, 0.0001], rel=1e-9)


def test_every_moment_again_with_numbers_that_change_on_the_way(backend):
    run = DescentRun(RULED, backend=backend)
    seen = {}
    changes = [
        {"schedule_settings": {"tau": 20}}, {"clip_norm": 0.4, "clip_value": 0.3}, {"weight_decay": 0.2},
        {"learning_rate": 0.05, "schedule_settings": {"tau": 90}},
    ]  # fmt: skip
    for change in changes:
        for _ in range(80):
            seen[run.position] = state(run)
            run.step("op")
        run.change(**change)
        assert all(getattr(run.spec, name) == value for name, value in change.items() if name != "schedule_settings")
    run.seek(run.end)
    end = state(run)
    starts = {segment.start for segment in run.history.line}
    for moment in [*list(seen)[::-3], *list(seen)[::7]]:
        run.seek(moment)
        if moment not in starts:
            assert state(run) == seen[moment], moment
    run.seek(run.end)
    assert state(run) == end
    assert dict(run.spec.schedule_settings) == {"tau": 90}
    assert run.frame().rate == pytest.approx(0.05 * 10 ** (-60 / 90), rel=1e-14)


def test_a_change_in_the_past_is_a_branch(backend):
    run = DescentRun(RULED, backend=backend)
    run.step("epoch", 40)
    first = state(run)
    run.seek(Position(10))
    run.change(schedule_settings={"tau": 5})
    run.step("epoch", 20)
    second = state(run)
    for branch, expected in zip(run.branches, (first, second), strict=True):
        run.stand_on(branch)
        assert state(run) == expected
    fresh = DescentRun(RULED, backend=backend)
    fresh.step("epoch", 10)
    fresh.change(schedule_settings={"tau": 5})
    fresh.step("epoch", 20)
    assert state(fresh) == second


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"schedule": "cosine"}, "schedule"), ({"decoupled": True}, "decoupled"), ({"clip_norm": 0.0}, "clip_norm"),
        ({"weight_decay": 0.0}, "weight_decay"), ({"clip_value": 0}, "clip_value"),
        ({"schedule_settings": {"warm_up": 5}}, "schedule_settings"),
    ],
    ids=str,
)  # fmt: skip
def test_what_changes_the_lines_is_refused_and_nothing_changes(change, field):
    run = DescentRun(RULED)
    run.step("epoch", 5)
    before = state(run)
    with pytest.raises(SpecError, match=r"changes the lines of an update, .* begin a new one with it") as caught:
        run.change(**change)
    assert caught.value.field == field
    assert state(run) == before
    assert run.spec == RULED


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"schedule_settings": {"tau": -1}}, "schedule_settings"), ({"schedule_settings": 3}, "schedule_settings"),
        ({"schedule_settings": {"every": 1}}, "schedule_settings"), ({"clip_norm": float("nan")}, "clip_norm"),
        ({"weight_decay": 11}, "weight_decay"), ({"momentum": 1}, "momentum"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_not_allowed_is_refused(change, field):
    run = DescentRun(RULED)
    with pytest.raises(SpecError) as caught:
        run.change(**change)
    assert caught.value.field == field


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_each_racer_runs_as_it_would_alone_under_its_own_rules(optimizer, backend):
    racers = [
        DescentSpec("beale", optimizer=optimizer, schedule=name, schedule_settings=SCHEDULES[name], clip_norm=norm,
                    weight_decay=0.01, decoupled=bool(norm), steps=60)
        for name, norm in (("step", 0.0), ("cosine", 2.0), ("warm_up", 0.0))
    ]  # fmt: skip
    race = Race(RaceSpec((*racers, DescentSpec("beale", optimizer=optimizer, steps=60))), backend=backend)
    race.step("epoch", 60)
    for key, spec in zip(race.keys, race.first_spec.racers, strict=True):
        alone = DescentRun(spec, backend=backend)
        alone.step("epoch", 60)
        assert alone.frame().path.tobytes() == race.frame().racers[key].path.tobytes(), key
        assert race.frame().racers[key].rate == alone.frame().rate
    assert race.spec == race.first_spec
    second = race.keys[1]
    race.change(second, schedule_settings={"steps": 70}, clip_norm=1.0)
    assert race.spec.racers[1] == racers[1].with_(schedule_settings={"end": 0.001, "steps": 70}, clip_norm=1.0)
    assert race.spec.racers[0] == racers[0]
    with pytest.raises(SpecError, match="say whose"):
        race.change(clip_norm=1.0)


def test_the_ball_of_nesterov_is_ahead_by_the_rate_of_its_update(backend):
    run = DescentRun(RULED.with_(optimizer="nesterov", learning_rate=0.05), backend=backend)
    for _ in range(20):
        run.step("epoch")
        frame = run.frame()
        ahead = frame.point + frame.states["rate"] * 0.9 * frame.states["v"]
        np.testing.assert_allclose(frame.ball, ahead, rtol=1e-14)
        kept = frame.ball
        # Within the next update they stay what they were, though the rate is computed first.
        run.step("op", 3)
        assert np.array_equal(run.frame().ball, kept)


def test_the_fan_of_its_own_optimizer_is_its_next_step(backend):
    run = DescentRun(RULED, backend=backend)
    run.step("epoch", 17)
    outlooks = {outlook.optimizer: outlook for outlook in fan(run.frame(), backend=backend)}
    rate = run.frame().rate
    run.step("epoch")
    np.testing.assert_allclose(outlooks["momentum"].point, run.frame().point, rtol=1e-13)
    assert outlooks["momentum"].learning_rate == pytest.approx(rate, rel=1e-13)


@pytest.mark.parametrize("clipping", [{"clip_norm": 5.0}, {"clip_norm": 40.0, "clip_value": 30.0}, {}], ids=str)
@pytest.mark.parametrize("schedule", ["constant", "time"])
def test_basins_descend_under_the_rules(schedule, clipping, backend):
    spec = DescentSpec(
        "himmelblau", optimizer="momentum", learning_rate=0.005, schedule=schedule,
        schedule_settings={"decay": 0.01} if schedule == "time" else {}, weight_decay=0.01, steps=40, **clipping,
    )  # fmt: skip
    found = Basins(spec, 3, backend=backend)
    found.advance(float("inf"))
    for row, y in enumerate(found.axes[1]):
        for column, x in enumerate(found.axes[0]):
            run = DescentRun(spec.with_(start=(x, y)), backend=backend)
            run.seek(run.end)
            np.testing.assert_allclose(found.points[row, column], run.frame().point, rtol=1e-11)
