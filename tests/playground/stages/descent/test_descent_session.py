"""A descent without widgets: what can be done with it, and what is said and drawn of it."""

from __future__ import annotations

import re

import numpy as np
import pytest

from engine import Grain, Position
from engine.capsule import CapsuleError
from engine.descent import DescentRun, DescentSpec, RaceSpec
from engine.descent.capsule import save_descent
from engine.descent.race import Race
from playground.views.curve_ground import CurvePicture
from playground.views.plane_picture import PlanePicture


def steps(session, count: int) -> None:
    for _ in range(count):
        session.step(1, Grain.EPOCH)


def facts(session) -> dict[str, str]:
    return {fact.key: fact.text for fact in session.scene(False).facts}


@pytest.mark.concept("C093")
def test_the_convex_curve_goes_as_on_the_slide_and_as_the_closed_form(session) -> None:
    made = session("slide=L3-18")
    steps(made, 5)
    scene = made.scene(False)
    assert isinstance(scene.picture, CurvePicture)
    np.testing.assert_allclose(scene.picture.path, [-4.5, -3.375, -2.53125, -1.8984375, -1.423828125, -1.06787109375])
    np.testing.assert_allclose(scene.picture.closed, scene.picture.path, rtol=1e-12)
    assert "−4.5 · (0.75)ⁿ. At n = 5 that is −1.06787, the very point" in facts(made)["closed"]
    assert "ηJ″ = 0.5 · 0.5 = 0.25 < 2" in facts(made)["stability"]


@pytest.mark.concept("C094")
def test_low_and_high_rate_on_the_two_valleys(session) -> None:
    low, high = session("slide=L3-21"), session("slide=L3-22")
    for made, first in ((low, -3.2072741), (high, -1.445482)):
        steps(made, 1)
        assert made.scene(False).state["blocks"][1]["rows"][0]["value"] == "−18.5452"
        assert made.run.frame().point[0] == pytest.approx(first, abs=5e-7)
    low.run.seek(Position(300))
    assert "minimum B at −2.454" in facts(low)["arrived"]
    high.run.seek(Position(300))
    assert facts(high)["cycle"] == "It jumps between 0.39876 and 1.05915 forever, and never comes to rest."
    assert "At A, 0.8109: ηJ″ = 0.1 · 22.32 = 2.232 > 2, it is thrown out again." in facts(high)["stability"]


def test_the_schedule_of_the_slide_settles(session) -> None:
    made = session("slide=L2-21")
    made.run.seek(Position(11))
    assert abs(made.run.frame().point[0] - 0.810890517188600) < 0.01
    assert "arrived" in facts(made)


def test_momentum_crosses_and_from_the_other_side_loses(session) -> None:
    crosses, loses = session("slide=L3-23"), session("slide=L4-85")
    for made in (crosses, loses):
        made.run.seek(Position(400))
    assert "minimum A at 0.8109" in facts(crosses)["arrived"]
    assert "minimum B at −2.454" in facts(loses)["arrived"]
    loses.choose_optimizer("sgd")
    loses.change({"learning_rate": 0.005})
    loses.run.seek(Position(400))
    assert "minimum A at 0.8109" in facts(loses)["arrived"]


@pytest.mark.concept("C102")
def test_the_textbooks_momentum_is_the_same_path(session) -> None:
    made = session("slide=L3-23")
    eta, m, w, change = 0.005, 0.9, -3.3, 0.0
    for n in range(1, 8):
        slope = 2.96 * w**3 + 9.3 * w**2 + 1.4 * w - 8.82866
        change = eta * slope + m * change
        w -= change
        steps(made, 1)
        assert made.run.frame().point[0] == pytest.approx(w, rel=1e-12)
        said = facts(made)["textbook"]
        assert f"= {change:.5g}".replace("-", "−") in said
        assert said.endswith("the same step.")
        assert n == made.run.position.epoch
    made.change({"learning_rate": 0.002})
    steps(made, 1)
    assert "only the textbook's Δ remembers the old one" in facts(made)["textbook"]
    steps(made, 2)
    assert facts(made)["textbook"].endswith("the same step.")


def test_the_real_neuron_takes_the_step_of_the_slide(session) -> None:
    made = session("slide=L1-17")
    assert made.scene(False).state["read"][1]["value"] == "2"
    steps(made, 1)
    scene = made.scene(False)
    np.testing.assert_allclose(made.run.frame().point, [1.2, 1.4, 0.2], atol=1e-12)
    assert scene.state["read"][1]["value"] == "0.32"
    assert [row["name"] for row in scene.state["blocks"][0]["rows"]] == ["w1", "w2", "b"]
    assert isinstance(scene.picture, PlanePicture)
    np.testing.assert_allclose(scene.picture.trails[0].points, [[1, 1], [1.2, 1.4]], atol=1e-12)


def test_where_all_weights_descend_the_surface_moves_with_the_others(session) -> None:
    made = session("slide=L1-17")
    before = made.scene(False).ground
    assert made.scene(False).ground is before
    steps(made, 1)
    after = made.scene(False).ground
    assert after is not before
    # J = ½(w₁ + 2w₂ + b − 5)² with b = 0.2 now: at the first corner, (−2, −2).
    assert before.values[0, 0] == pytest.approx((-6 - 5) ** 2 / 2)
    assert after.values[0, 0] == pytest.approx((-6 + 0.2 - 5) ** 2 / 2)


def test_a_fixed_surface_stays_the_same_object(session) -> None:
    made = session("")
    ground = made.scene(False).ground
    steps(made, 3)
    assert made.scene(False).ground is ground


def test_the_lines_of_an_update_go_forward_and_back(session) -> None:
    made = session("slide=L3-22")
    seen = [made.run.frame().point.copy()]
    for _ in range(6):
        made.step(1, Grain.OP)
        seen.append(made.run.frame().point.copy())
        assert made.scene(False).status["step"] == len(seen) - 1
    for expected in seen[-2::-1]:
        made.step(-1, Grain.OP)
        np.testing.assert_array_equal(made.run.frame().point, expected)
    assert made.run.position == Position()
    made.run_to(1)
    assert made.run.position == Position(0, 0, 1)


def test_a_click_begins_a_branch_at_the_first_update_with_the_settings_of_now(session) -> None:
    made = session("")
    steps(made, 5)
    made.change({"learning_rate": 0.2})
    steps(made, 3)
    made.set_start((-5.0, -1.0))
    run = made.run
    assert run.position == Position()
    assert run.spec.point == (-5.0, -1.0)
    assert run.spec.rate == 0.2
    assert len(run.branches) == 2
    scene = made.scene(False)
    assert scene.picture.start == (-5.0, -1.0)
    assert [len(other.points) for other in scene.picture.others] == [9]
    assert len(scene.segments) >= 2
    # The other branch is as it was.
    made.stand_on(0)
    assert made.run.position == Position(8)
    assert made.run.spec.point == (-10.0, 1.0)


def test_a_start_is_dragged_while_the_counter_stands(session) -> None:
    made = session("epoch=12")
    made.drag_start((-8.0, 0.5))
    made.drag_start((-6.0, 0.5))
    scene = made.scene(False)
    alone = DescentRun(DescentSpec(start=(-6.0, 0.5)))
    alone.seek(Position(12))
    np.testing.assert_array_equal(scene.picture.trails[0].points, alone.frame().path)
    assert len(made.main.branches) == 1, "nothing has been let go yet"
    made.set_start((-6.0, 0.5))
    assert made.run.position == Position(12)
    assert len(made.main.branches) == 2
    np.testing.assert_array_equal(made.scene(False).picture.trails[0].points, alone.frame().path)


def test_a_start_that_was_dragged_and_never_dropped_holds(session) -> None:
    made = session("epoch=3")
    made.drag_start((-6.0, 0.5))
    made.step(1, Grain.EPOCH)
    assert made.run is made.main
    assert made.run.spec.point == (-6.0, 0.5)
    assert made.run.position == Position(4)


def test_it_goes_on_from_the_dragged_start_while_playing(session) -> None:
    made = session("epoch=3")
    made.speed = "fast"
    made.drag_start((-6.0, 0.5))
    made.advance()
    made.drag_start((-5.0, 0.5))
    made.advance()
    assert made.run.position == Position(5)
    made.set_start((-5.0, 0.5))
    assert made.main.position == Position(5)


def test_a_start_beyond_the_view_is_refused_and_the_work_stays(session) -> None:
    made = session("epoch=3")
    made.set_start((99.0, 0.0))
    assert [error.field for error in made.refused] == ["start"]
    assert made.run.position == Position(3)
    made.drag_start((99.0, 0.0))
    assert made.run is made.main


def test_a_rate_counts_from_here_on_and_before_the_first_update_from_the_beginning(session) -> None:
    made = session("")
    made.change({"learning_rate": 0.3})
    assert made.main.first_spec.rate == 0.3
    assert len(made.main.history.segments) == 1
    steps(made, 2)
    made.change({"learning_rate": 0.1})
    assert made.main.first_spec.rate == 0.3
    assert made.run.spec.rate == 0.1
    made.reset()
    assert made.main.first_spec.rate == 0.1
    assert made.run.position == Position()


@pytest.mark.parametrize(
    "changes",
    [
        {"schedule": "exponential", "schedule_settings": {}}, {"weight_decay": 0.1}, {"clip_norm": 1.0},
        {"settings": {"momentum": 0.5}},
    ],
)  # fmt: skip
def test_rules_are_changed_on_the_way(session, changes) -> None:
    made = session("optimizer=momentum&epoch=4")
    made.change(changes)
    assert made.refused == []
    for name, value in changes.items():
        held = getattr(made.run.spec, name)
        assert (dict(held) if isinstance(held, tuple) else held) == value
    steps(made, 1)
    assert np.isfinite(made.run.frame().point).all()


@pytest.mark.parametrize("epoch", [0, 6])
def test_a_number_returns_to_what_is_usual(session, epoch: int) -> None:
    made = session(f"slide=L2-21&epoch={epoch}")
    assert dict(made.run.spec.schedule_settings) == {"tau": 40.0}
    # The controls leave out what is usual: a tenth after 20 updates.
    made.change({"schedule_settings": {}})
    assert made.run.spec.schedule_settings == ()
    assert made.run.position == Position(epoch)
    before = made.run.frame()
    steps(made, 1)
    step = made.run.frame().point[0] - before.point[0]
    assert step == pytest.approx(-0.1 * 10 ** (-epoch / 20) * made.run.surface.gradient(before.point[0])[0])


def test_the_settings_of_now_hold_from_another_start_also_where_they_are_usual(session) -> None:
    made = session("optimizer=momentum&settings=momentum:0.5&schedule=exponential&schedule_settings=tau:40&epoch=4")
    made.change({"settings": {"momentum": 0.9}})
    made.change({"schedule_settings": {}})
    made.set_start((-6.0, 1.0))
    assert made.run.spec.settings == ()
    assert made.run.spec.schedule_settings == ()
    alone = DescentRun(DescentSpec(optimizer="momentum", schedule="exponential", start=(-6.0, 1.0)))
    alone.step("epoch", 5)
    steps(made, 5)
    np.testing.assert_array_equal(made.run.frame().path, alone.frame().path)


def test_what_is_not_allowed_is_refused_and_changes_nothing(session) -> None:
    made = session("epoch=4")
    made.change({"learning_rate": -1.0})
    made.choose_ground({"surface": "own", "formula": "x +", "dimensions": 2})
    assert [error.field for error in made.refused] == ["learning_rate", "formula"]
    assert made.run.position == Position(4)
    assert made.run.spec.surface == "ravine"


def test_another_optimizer_begins_at_the_same_start_and_the_old_path_stays(session) -> None:
    made = session("epoch=9&start=-3,1.5")
    made.choose_optimizer("adam")
    scene = made.scene(False)
    assert made.run.spec.point == (-3.0, 1.5)
    assert made.run.position == Position()
    assert made.run.spec.rate == 0.3
    assert [(other.key, len(other.points)) for other in scene.picture.others] == [("sgd", 10)]
    made.choose_ground({"surface": "beale"})
    assert made.scene(False).picture.others == ()
    assert made.run.spec.optimizer == "adam"


def test_playing_ends_at_rest_and_where_numbers_end(session) -> None:
    made = session("slide=L3-18")
    made.speed = "fastest"
    for _ in range(300):
        made.advance()
        if made.stopped:
            break
    assert made.stopped == "rest"
    made.start_playing()
    assert made.run.position == Position()
    wild = session("surface=khan&learning_rate=1")
    wild.speed = "fast"
    for _ in range(60):
        wild.advance()
        if wild.stopped:
            break
    assert "grown beyond all bounds" in wild.stopped
    assert "smaller learning rate" in facts(wild)["diverged"]


def test_the_verdict_stands_beside_the_counter(session) -> None:
    made = session("surface=khan&learning_rate=0.1&epoch=400")
    assert made.scene(False).status["text"] == "400 updates done · To and fro"
    # Slow is no end.
    assert session("slide=L4-83").scene(False).status["text"].endswith("300 updates done")


def test_where_the_loss_has_no_value_it_is_said(session) -> None:
    made = session("surface=own&dimensions=2&formula=log(x)%2By^2")
    made.set_start((-2.0, 1.5))
    scene = made.scene(False)
    assert "no value at x, y = (−2, 1.5)" in {fact.key: fact.text for fact in scene.facts}["nothing"]
    assert scene.status["text"] == "At the start · No loss here"
    assert scene.picture.arrows == ()
    made.set_start((2.0, 1.5))
    scene = made.scene(False)
    assert "nothing" not in {fact.key for fact in scene.facts}
    assert len(scene.picture.arrows) == 2


def test_momentum_that_turns_round_is_not_at_rest(session) -> None:
    made = session("optimizer=nesterov")
    made.speed = "fast"
    for _ in range(200):
        made.advance()
    assert made.stopped == ""


def test_the_end_is_said(session) -> None:
    made = session("surface=khan&learning_rate=0.1&epoch=5000")
    made.step(1, Grain.EPOCH)
    assert "update 5,000" in made.notice


@pytest.mark.concept("C100")
def test_basins_are_those_of_the_settings_and_stay_while_the_start_moves(session) -> None:
    made = session("slide=L4-82")
    made.basins.all_at_once = True
    assert made.scene(False).growing
    made.grow()
    scene = made.scene(False)
    assert not scene.growing
    reached = scene.picture.basins.reached
    # Each minimum of Himmelblau's function has its own basin, and lies in it.
    axis = np.linspace(-5, 5, len(reached))
    for number, (x, y) in enumerate(scene.surface.minima):
        assert reached[np.abs(axis - y).argmin(), np.abs(axis - x).argmin()] == number
    assert len(np.unique(reached[reached >= 0])) == 4
    made.set_start((1.0, 1.0))
    assert made.scene(False).picture.basins is scene.picture.basins
    made.change({"learning_rate": 0.02})
    assert made.scene(False).picture.basins is not scene.picture.basins
    assert made.scene(False).growing
    made.show("basins", False)
    assert made.scene(False).picture.basins is None
    assert not made.scene(False).growing


def test_basins_grow_slice_by_slice(session) -> None:
    made = session("slide=L4-82")
    shares = []
    while made.scene(False).growing:
        shares.append(float((made.scene(False).picture.basins.reached >= 0).mean()))
        made.grow()
    assert len(shares) > 10
    assert shares[0] < 0.05
    assert max(shares) > 0.7


def test_where_no_minimum_is_known_there_are_no_basins(session) -> None:
    scene = session("surface=saddle&views=basins").scene(False)
    assert "basins" not in scene.offered
    assert scene.picture.basins is None
    assert not scene.growing


def test_the_zigzag_overshoots_at_every_update_and_comes_nearer(session) -> None:
    made = session("preset=zigzag&epoch=20")
    across = made.run.frame().path[:, 1]
    # y·(1 − 0.45 · 4) at every update.
    np.testing.assert_allclose(across, (-0.8) ** np.arange(21), rtol=1e-9)
    assert "0.45 · 4 = 1.8 < 2" in facts(made)["stability"]


@pytest.mark.concept("C101")
def test_slow_is_not_arrived(session) -> None:
    said = facts(session("slide=L4-83"))
    assert "hardly any slope" in said["slow"]
    assert said["slow"].endswith("a saddle.")
    assert "−2, 2" in said["curvature"]
    assert "a plateau." in facts(session("preset=plateau&epoch=20"))["slow"]


def test_the_fan_has_a_row_and_an_arrow_for_each_optimizer(session) -> None:
    made = session("surface=himmelblau&epoch=10&views=fan")
    scene = made.scene(False)
    assert len(scene.fan["rows"]) == 11
    arrows = [arrow for arrow in scene.picture.arrows if arrow.kind == "fan"]
    assert len({arrow.key for arrow in arrows}) == 11
    own, point = next(arrow for arrow in arrows if arrow.key == "sgd"), made.run.frame().point
    factor = float(re.search(r"drawn (\d+) times", facts(made)["fan"])[1])
    steps(made, 1)
    np.testing.assert_allclose(np.subtract(own.head, point), factor * (made.run.frame().point - point), rtol=1e-9)
    made.show("fan", False)
    assert made.scene(False).fan == {}


def test_the_true_training_goes_beside(session) -> None:
    made = session("preset=xor")
    steps(made, 4)
    truth = made.scene(False).picture.others[-1]
    assert truth.label == "Training of all weights"
    free = DescentRun(made.run.spec.with_(free=True))
    free.seek(Position(4))
    np.testing.assert_allclose(truth.points, free.frame().path[:, :2], atol=1e-12)
    # Of a network of two weights this very descent is the true training.
    assert "truth" not in session("preset=line").scene(False).offered


def test_a_saved_descent_is_loaded_and_a_race_is_not(session) -> None:
    made, other = session("epoch=6&op=1"), session("slide=L3-21")
    made.set_start((-4.0, 1.0))
    steps(made, 2)
    other.load(save_descent(made.main))
    assert other.run.position == made.run.position
    np.testing.assert_array_equal(other.run.frame().path, made.run.frame().path)
    assert len(other.run.branches) == 2
    race = Race(RaceSpec.of(DescentSpec(), ("sgd", "adam")))
    with pytest.raises(CapsuleError, match="saved race"):
        other.load(save_descent(race))
    assert len(other.run.branches) == 2


def test_slides_are_named_where_they_stand(session) -> None:
    made = session("slide=L3-22")
    assert made.scene(False).status["text"] == "Slide L3-22 · At the start"
    steps(made, 1)
    assert made.scene(False).status["text"] == "1 update done"
    made.step(-1, Grain.EPOCH)
    assert made.scene(False).summary.startswith("Slide L3-22. Gradient descent descends: Two valleys.")


def test_the_loss_is_that_of_the_path_however_one_goes_to_and_fro(session) -> None:
    made = session("preset=xor&epoch=5")

    def right() -> None:
        frame, series = made.run.frame(), made.scene(False).losses[0]
        np.testing.assert_array_equal(series.values, frame.spec.landscape.value(*frame.path.T))
        np.testing.assert_array_equal(series.steps, np.arange(frame.position.epoch + 1))

    right()
    steps(made, 4)
    right()
    made.run.seek(Position(3))
    right()
    made.change({"learning_rate": 2.0})
    steps(made, 4)
    right()
    made.set_start((1.0, 1.0))
    steps(made, 2)
    right()
    made.choose_ground({"weights": (2, 3)})
    right()
    made.choose_ground({"surface": "khan"})
    right()


def test_noise_never_rests_and_a_seed_gives_the_same(session) -> None:
    first, second = session("noise=1&seed=3"), session("noise=1&seed=3")
    for made in (first, second):
        made.speed = "fast"
        for _ in range(30):
            made.advance()
        assert made.stopped == ""
    np.testing.assert_array_equal(first.run.frame().path, second.run.frame().path)
