"""What each optimizer would do next: its own next step, and the others' as led along the same path."""

from __future__ import annotations

import numpy as np
import pytest

from engine.descent import DescentRun, DescentSpec, Race, RaceSpec, fan
from engine.experiment import Position
from engine.optimizers import OPTIMIZERS


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("updates", [0, 1, 137])
def test_the_descents_own_outlook_is_its_next_step(optimizer, updates, backend):
    run = DescentRun(DescentSpec("beale", optimizer=optimizer, noise=0.2, loss_scale=0.5), backend=backend)
    run.seek(Position(updates))
    before = run.frame()
    outlooks = fan(before, backend=backend)
    assert [outlook.optimizer for outlook in outlooks] == list(OPTIMIZERS)
    own = next(outlook for outlook in outlooks if outlook.optimizer == optimizer)
    assert run.frame().point.tobytes() == before.point.tobytes()
    run.step("epoch")
    np.testing.assert_array_equal(own.point, run.frame().point)
    np.testing.assert_array_equal(own.step, run.frame().step)
    assert own.value == run.frame().value
    assert own.learning_rate == run.spec.learning_rate


def test_its_own_memory_is_a_copy_even_after_changes_by_hand():
    run = DescentRun(DescentSpec("himmelblau", optimizer="momentum", steps=300))
    run.step("epoch", 60)
    run.change(learning_rate=0.002, settings={"momentum": 0.5})
    run.step("epoch", 20)
    run.set_point((1.0, 1.0))
    run.step("epoch", 20)
    (own,) = fan(run.frame(), ["momentum"])
    run.step("epoch")
    np.testing.assert_array_equal(own.point, run.frame().point)
    # Without a momentum there is no velocity to copy.
    run.change(settings={"momentum": 0.0})
    (own,) = fan(run.frame(), ["momentum"])
    run.step("epoch")
    np.testing.assert_array_equal(own.point, run.frame().point)


def test_at_the_start_the_first_steps_are_those_of_the_formulas():
    frame = DescentRun(DescentSpec("ravine")).frame()
    by_name = {outlook.optimizer: outlook for outlook in fan(frame, {"sgd": 0.1, "momentum": 0.2, "adam": 0.3})}
    g = np.array([-0.4, 4.0])
    np.testing.assert_allclose(by_name["sgd"].step, -0.1 * g, rtol=1e-12)
    np.testing.assert_allclose(by_name["momentum"].step, -0.2 * g, rtol=1e-12)
    # Adam's first step has the length of its rate in each direction.
    np.testing.assert_allclose(by_name["adam"].step, -0.3 * np.sign(g), rtol=1e-6)
    np.testing.assert_allclose(by_name["sgd"].point, np.array([-10.0, 1.0]) - 0.1 * g, rtol=1e-12)
    assert by_name["sgd"].value == pytest.approx(0.02 * 9.96**2 + 2 * 0.6**2)


def test_the_others_were_handed_the_gradients_of_the_path():
    run = DescentRun(DescentSpec("beale", optimizer="sgd"))
    run.seek(Position(30))
    frame = run.frame()
    gradients = [np.array(run.surface.gradient(*point)) for point in frame.path]
    velocity = sum(0.9 ** (30 - k) * g for k, g in enumerate(gradients))
    m = sum(0.1 * 0.9 ** (30 - k) * g for k, g in enumerate(gradients)) / (1 - 0.9**31)
    v = sum(0.001 * 0.999 ** (30 - k) * g**2 for k, g in enumerate(gradients)) / (1 - 0.999**31)
    momentum, adam = fan(frame, {"momentum": 0.005, "adam": 0.1})
    np.testing.assert_allclose(momentum.step, -0.005 * velocity, rtol=1e-9)
    np.testing.assert_allclose(adam.step, -0.1 * m / (np.sqrt(v) + 1e-8), rtol=1e-9)


def test_from_a_racers_frame():
    race = Race(RaceSpec.of(DescentSpec("himmelblau", noise=0.3), ("sgd", "adam")))
    race.seek(Position(40))
    frame = race.frame()
    own = fan(frame.racers["adam"])[list(OPTIMIZERS).index("adam")]
    race.step("epoch")
    np.testing.assert_array_equal(own.point, race.frame().racers["adam"].point)


def test_within_an_update_there_is_no_fan():
    run = DescentRun(DescentSpec("beale"))
    run.step("op")
    with pytest.raises(ValueError, match="after a finished update"):
        fan(run.frame())


def test_the_parts_begin_with_the_gradient_and_end_with_the_step():
    run = DescentRun(DescentSpec("himmelblau", optimizer="adam", noise=0.2, loss_scale=0.5))
    run.seek(Position(25))
    outlooks = fan(run.frame())
    run.step("epoch")
    after = run.frame()
    for outlook in outlooks:
        first, last = outlook.parts[0], outlook.parts[-1]
        assert (first.name, last.name) == ("g", "step")
        # With the noise and the factor that the descent's own update has.
        np.testing.assert_array_equal(first.values, after.gradient)
        np.testing.assert_array_equal(last.values, outlook.step)
    parts = {part.name: part.values for part in outlooks[list(OPTIMIZERS).index("adam")].parts}
    np.testing.assert_array_equal(parts["m"], after["m"])
    np.testing.assert_array_equal(parts["v"], after["v"])
    assert parts["t"] == after["t"] == 26


def test_the_rate_is_the_one_that_the_schedule_has_come_to():
    spec = DescentSpec("ravine", learning_rate=0.2, schedule="step", schedule_settings={"every": 10, "factor": 0.5})
    run = DescentRun(spec)
    run.seek(Position(25))
    sgd, momentum = fan(run.frame(), {"sgd": 0.2, "momentum": 0.4})
    assert (sgd.learning_rate, momentum.learning_rate) == (0.05, 0.1)
    np.testing.assert_allclose(sgd.step, -0.05 * sgd.parts[0].values, rtol=1e-9)
    run.step("epoch")
    np.testing.assert_array_equal(sgd.point, run.frame().point)
