"""A race without any widget: who takes part, rates, starts, the factor on the loss, and what is shown of it."""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine import Position, SpecError
from engine.backend import default_backend
from engine.capsule import CapsuleError
from engine.descent import DescentRun, DescentSpec, Race
from engine.descent.capsule import save_descent
from playground.race_link import from_query, to_url
from playground.stages.race.compare import Twin, first_steps, keeps, parted
from playground.stages.race.presets import PRESETS, preset_answer
from playground.stages.race.session import RaceSession
from playground.stages.race.tools.files import load_race, save_race
from playground.stages.race.tools.share import moment

# By preset and racer: the curriculum's arrivals, with those of Nesterov's look-ahead, one update before its ball's.
ARRIVALS = {
    "saddle": {"sgd": "–", "momentum": "65", "adagrad": "6", "rmsprop": "29", "adadelta": "21", "adam": "44"},
    "beale": {
        "sgd": "689", "momentum": "40", "nesterov": "43", "adagrad": "642", "rmsprop": "355", "adadelta": "–",
        "adam": "318",
    },
    "valley": {
        "sgd": "–", "momentum": "64", "nesterov": "69", "adagrad": "154", "rmsprop": "128", "adadelta": "–",
        "adam": "86",
    },
}  # fmt: skip


def cells(session: RaceSession) -> dict[str, dict]:
    """The table's cells by racer."""
    scene = session.scene(False)
    return {row["key"]: cell for row, cell in zip(scene.rows, scene.frame["cells"], strict=True)}


@pytest.mark.concept("C119")
@pytest.mark.parametrize("key", ARRIVALS)
def test_the_table_shows_the_curriculums_arrivals(session, key: str) -> None:
    race = session(f"preset={key}")
    race.run.seek(race.run.end)
    shown = cells(race)
    assert {name: shown[name]["arrived"] for name in ARRIVALS[key]} == ARRIVALS[key]
    order = sorted((int(shown[name]["arrived"]), name) for name in shown if shown[name]["arrived"] not in ("–", ""))
    assert [shown[name]["place"] for _, name in order] == [str(place + 1) for place in range(len(order))]
    assert {shown[name]["place"] for name in ("adamw", "adamax")} == {""}


def test_the_picture_is_where_the_racers_are(session) -> None:
    race = session("surface=himmelblau&racers=sgd,adam&epoch=30")
    picture = race.scene(False).picture
    assert picture.start == (0.0, -1.0)
    assert [trail.key for trail in picture.trails] == ["sgd", "adam"]
    for trail, rate in zip(picture.trails, (0.01, 0.1), strict=True):
        alone = DescentRun(DescentSpec("himmelblau", optimizer=trail.key, learning_rate=rate))
        alone.step("epoch", 30)
        np.testing.assert_array_equal(trail.points, alone.frame().path)
        assert not trail.gone
    assert picture.others == ()
    losses = race.scene(False).losses
    x, y = picture.trails[1].points.T
    np.testing.assert_allclose(losses[1].values, (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2, rtol=1e-12)
    assert losses[1].steps.tolist() == list(range(31))


def test_the_figure_of_losses_ends_where_they_fall_without_end(session) -> None:
    # On the plane x² − y² lies between −1.5² and 1.5².
    assert session("surface=saddle&racers=sgd").scene(False).lowest == pytest.approx(-2.25 - 4.5 / 4)
    assert session("surface=himmelblau&racers=sgd").scene(False).lowest == -np.inf


def test_loss_curves_keep_what_lies_ahead_until_something_changes(session) -> None:
    race = session("preset=valley&epoch=90")
    race.scene(False)
    race.step(-1, "50")
    assert len(race.scene(False).losses[0].steps) == 91
    assert len(race.scene(False).picture.trails[0].points) == 41
    race.set_rate("sgd", 0.2)
    assert len(race.scene(False).losses[0].steps) == 41


def test_who_joins_late_is_where_he_would_be(session) -> None:
    race = session("surface=beale&racers=sgd,momentum&epoch=40")
    assert cells(race)["momentum"]["place"] == "1"
    assert cells(race)["nesterov"]["on"] is False
    race.take_part("momentum", False)
    race.take_part("nesterov", True)
    race.step(1, "10")
    shown = cells(race)
    assert (shown["nesterov"]["arrived"], shown["nesterov"]["place"]) == ("43", "1")
    assert shown["momentum"]["arrived"] == ""
    assert [trail.key for trail in race.scene(False).picture.trails] == ["sgd", "nesterov"]
    race.take_part("momentum", True)
    assert [cells(race)[key]["place"] for key in ("momentum", "nesterov")] == ["1", "2"]
    race.take_part("momentum", False)
    race.take_part("nesterov", False)
    with pytest.raises(SpecError, match="Somebody has to take part"):
        race.take_part("sgd", False)


def test_a_rate_counts_from_here_on_and_the_old_future_stays(session) -> None:
    race = session("preset=beale&epoch=60")
    before = race.run.paths
    race.seek_step(20)
    race.set_rate("sgd", 0.002)
    race.step(1, "10")
    assert len(race.run.branches) == 2
    lane = race.run.keys.index("sgd")
    np.testing.assert_array_equal(race.run.paths[:21], before[:21])
    np.testing.assert_array_equal(np.delete(race.run.paths, lane, axis=1), np.delete(before[:31], lane, axis=1))
    alone = DescentRun(DescentSpec("beale", learning_rate=0.01))
    alone.step("epoch", 20)
    alone.change(learning_rate=0.002)
    alone.step("epoch", 10)
    np.testing.assert_array_equal(race.run.paths[:, lane], alone.frame().path)
    labels = [segment["label"] for segment in race.scene(False).segments]
    assert labels[-1] == "to update 30; Gradient descent, rate 0.01 → 0.002, from update 20"
    race.stand_on(0)
    assert cells(race)["sgd"]["rate"] == "0.01"
    assert race.run.position == Position(60)


def test_a_start_begins_anew_with_the_rates_of_now(session) -> None:
    race = session("preset=valley&epoch=50")
    race.set_rate("adam", 0.5)
    race.step(1, "10")
    race.drag(-8.0, 0.25)
    assert race.scene(False).picture.start == (-8.0, 0.25)
    # Nothing is settled yet.
    assert len(race.run.branches) == 1
    race.set_start(-8.0, 0.5)
    assert race.run.position == Position(60)
    assert cells(race)["adam"]["rate"] == "0.5"
    alone = DescentRun(DescentSpec("ravine", start=(-8.0, 0.5), optimizer="adam", learning_rate=0.5))
    alone.step("epoch", 60)
    np.testing.assert_array_equal(race.run.paths[:, race.run.keys.index("adam")], alone.frame().path)
    assert len(race.run.branches) == 2
    race.reset()
    assert race.run.position == Position()
    assert race.field.spec.racers[0].start == (-8.0, 0.5)
    with pytest.raises(SpecError, match="The start, x, is a number from"):
        race.set_start(99.0, 0.0)


def test_a_hundredfold_loss_shows_who_is_scale_free(session) -> None:
    race = session("preset=valley&epoch=100")
    race.set_shared("loss_scale", 100.0)
    assert race.run.position == Position(100)
    shown = cells(race)
    for key in ("sgd", "momentum", "nesterov"):
        assert (shown[key]["step"], shown[key]["keeps"]) == ("× 100", False)
    for key in ("adagrad", "rmsprop", "adam"):
        # The same up to what keeps the division from failing.
        assert (shown[key]["step"], shown[key]["path"]) == ("× 1", "keeps its path")
    assert "multiplied by 100" in race.scene(False).frame["goal"]
    plain = Race(PRESETS["valley"].field.spec)
    plain.seek(Position(100))
    for trail in race.scene(False).picture.others:
        np.testing.assert_array_equal(trail.points, plain.paths[:, plain.keys.index(trail.key)])
    race.set_shared("loss_scale", 1.0)
    assert race.scene(False).picture.others == ()
    assert cells(race)["sgd"]["step"] == ""


def test_the_twin_follows_all_changes_but_the_factor(session) -> None:
    race = session("preset=scale&epoch=30")
    twin = Twin(default_backend())
    race.set_start(-6.0, 0.5)
    race.seek_step(10)
    race.set_rate("adam", 0.1)
    race.set_shared("noise", 0.5)
    race.step(1, "10")
    plain = session("surface=ravine&racers=sgd,adam&start=-6,0.5&steps=300&epoch=10")
    plain.run.change("adam", learning_rate=0.1)
    plain.run.change(noise=0.5)
    plain.step(1, "10")
    beside = twin.beside(race.run)
    np.testing.assert_array_equal(beside.paths, plain.run.paths)
    race.step(-1, "10")
    np.testing.assert_array_equal(twin.beside(race.run).paths, plain.run.paths[:11])
    race.stand_on(0)
    assert twin.beside(race.run).position == Position(30)
    apart = parted(race.run, twin.beside(race.run))
    assert keeps(apart[race.run.keys.index("adam")])
    assert apart[race.run.keys.index("sgd")] > 1
    assert np.isnan(first_steps(Race(race.run.first_spec), Race(race.run.first_spec))).all()


def test_racers_are_added_and_taken_out(session) -> None:
    race = session("surface=bowl&racers=sgd,adam&epoch=20")
    race.add("sgd")
    assert race.run.keys[-1] == "sgd_2"
    assert "half the rate" in race.notice
    assert race.run.position == Position(20)
    shown = cells(race)
    assert (shown["sgd_2"]["rate"], shown["sgd_2"]["on"]) == ("0.05", True)
    np.testing.assert_allclose(race.run.paths[20, -1], np.array([-4.0, 3.0]) * 0.95**20, rtol=1e-12)
    race.remove("sgd_2")
    assert "sgd_2" not in race.run.keys
    for _ in range(5):
        race.add("adam")
    with pytest.raises(SpecError, match="a race has 1 to 16 racers, got 17"):
        race.add("adam")


def test_another_ground_keeps_who_takes_part(session) -> None:
    race = session("surface=bowl&racers=sgd:0.5,adam&epoch=20")
    race.choose_ground({"surface": "own", "formula": "x^2 + 3*y^2", "dimensions": 2, "reach": 4.0})
    assert race.field.racing == ("sgd", "adam")
    assert race.run.position == Position()
    # Half of one over the largest curvature, 6, rounded down.
    assert cells(race)["sgd"]["rate"] == "0.05"
    run = race.run
    race.choose_ground({"surface": "own", "formula": "x^2 + 3*y^2", "dimensions": 2, "reach": 4.0})
    assert race.run is run, "it is this one already"
    with pytest.raises(SpecError, match="the formula cannot be read"):
        race.choose_ground({"surface": "own", "formula": "x +", "dimensions": 2, "reach": 4.0})
    assert race.run is run


def test_all_weights_of_a_network_race_and_two_are_seen(session) -> None:
    race = session("surface=network&network=xor&free=1&racers=sgd,adam&epoch=5")
    scene = race.scene(False)
    shown = list(race.run.surface.shown)
    lane = race.run.keys.index("adam")
    np.testing.assert_array_equal(scene.picture.trails[1].points, race.run.paths[:, lane, shown])
    race.set_start(0.25, -0.25)
    assert race.scene(False).picture.start == (0.25, -0.25)
    assert len(race.run.paths[0, 0]) > 2


def test_playing_ends_at_the_last_update_and_begins_again(session) -> None:
    race = session("preset=saddle&epoch=190")
    race.speed = "fastest"
    race.advance()
    assert race.stopped
    assert race.run.position == Position(200)
    race.start_playing()
    assert race.run.position == Position()
    for speed, updates in (("slow", 1), ("normal", 1), ("fast", 5), ("fastest", 25)):
        race.speed = speed
        before = race.run.position.epoch
        race.advance()
        assert race.run.position.epoch - before == updates
    race.set_shared("steps", 20)
    assert race.run.position == race.run.end == Position(20)


@pytest.mark.parametrize("key", PRESETS)
def test_a_prediction_is_answered_by_the_race_itself(session, key: str) -> None:
    race = session(f"preset={key}")
    question = race.scene(False).question
    assert (question["answer"], question["right"], question["verdict"]) == (-1, -1, "")
    answer = preset_answer(key, default_backend())
    chosen = question["choices"][answer.right]
    race.answer(answer.right)
    race.run.seek(race.run.end)
    shown = cells(race)
    arrived = {name: cell["arrived"] for name, cell in shown.items() if cell["on"]}
    if key == "saddle":
        assert [name for name, text in arrived.items() if text == "–"] == ["sgd"]
        assert chosen == "Gradient descent"
    elif key == "valley":
        assert (chosen, arrived["sgd"]) == ("No", "–")
    elif key == "scale":
        assert (chosen, shown["adam"]["keeps"], shown["sgd"]["keeps"]) == ("Adam", True, False)
    else:
        first = next(name for name, cell in shown.items() if cell["place"] == "1")
        preset = PRESETS[key]
        assert preset.question.racers[answer.right] == first
        assert f"after {arrived[first]} updates" in answer.verdict
    assert race.scene(False).question["verdict"] == answer.verdict
    race.skip_question()
    assert race.scene(False).question == {}


def test_who_changes_the_race_is_not_asked_any_more(session) -> None:
    race = session("preset=saddle")
    race.set_rate("sgd", 1.0)
    assert race.prediction is None
    assert session("preset=saddle&epoch=3").prediction is None
    assert session("surface=bowl&racers=sgd").prediction is None


def test_a_saved_race_comes_back_with_its_branches_and_who_is_out(session) -> None:
    race = session("preset=beale&epoch=60")
    race.seek_step(25)
    race.set_rate("momentum", 0.002)
    race.step(1, "10")
    race.take_part("adagrad", False)
    text = save_race(race.run, race.out)
    other = session("")
    other.load(*load_race(text, default_backend()))
    np.testing.assert_array_equal(other.run.paths, race.run.paths)
    assert cells(other) == cells(race)
    assert other.scene(False).segments == race.scene(False).segments
    other.stand_on(0)
    race.stand_on(0)
    np.testing.assert_array_equal(other.run.paths, race.run.paths)


def test_what_is_no_saved_race_is_refused(session) -> None:
    race = session("preset=saddle")
    good = json.loads(save_race(race.run, race.out))
    wrong = [
        ("{", "the file is not JSON"),
        (save_descent(DescentRun(DescentSpec("bowl"))), "the descent of one optimizer, not a race"),
        (json.dumps(good | {"out": ["nobody"]}), "it does not say who takes part"),
        (json.dumps(good | {"out": list(race.run.keys)}), "it does not say who takes part"),
        (json.dumps(good | {"out": 3}), "it does not say who takes part"),
        (save_descent(Race(PRESETS["saddle"].field.spec.with_(surface="khan"))), "over two weights"),
    ]
    for content, message in wrong:
        with pytest.raises(CapsuleError, match=message):
            load_race(content, default_backend())
    # A race from elsewhere says nothing of who is out: all run.
    assert load_race(save_descent(race.run), default_backend())[1] == frozenset()


def test_a_link_shows_what_stands_here(session) -> None:
    race = session("preset=valley&epoch=50")
    assert moment(race)[2] == ""
    race.set_start(-8.0, 0.5)
    field, position, note = moment(race)
    assert note == ""
    again = RaceSession(from_query(to_url(field, position)), default_backend())
    np.testing.assert_array_equal(again.run.paths, race.run.paths)
    assert cells(again) == cells(race)
    race.set_rate("adam", 0.1)
    race.step(1, "10")
    assert "from its start" in moment(race)[2]


def test_words_say_how_it_stands(session) -> None:
    race = session("preset=beale&epoch=60")
    assert race.scene(False).summary == (
        "7 optimizers on Beale's function from (1, 1.5), after 60 updates. Arrived: Momentum after 40, Nesterov after "
        "43. On the way: Gradient descent, Adagrad, Adadelta, RMSprop, Adam."
    )
    assert race.scene(True).summary == "7 optimizers on Beale's function, racing."
    wild = session("surface=beale&racers=sgd:50&epoch=40")
    assert "Diverged: Gradient descent." in wild.scene(False).summary
    assert cells(wild)["sgd"]["state"] == "diverged"
    assert wild.scene(False).picture.trails[0].gone


def test_a_path_that_is_a_little_off_is_told_by_how_much(session) -> None:
    race = session("surface=bowl&racers=sgd,adam&loss_scale=2&epoch=20")
    n = np.arange(21)
    # Both shrink towards 0 from 5 away; the view is 12 by 12.
    apart = 5 * np.abs(0.9**n - 0.8**n).max() / np.hypot(12, 12)
    assert 0.05 < apart < 0.1
    assert cells(race)["sgd"]["path"] == f"off by {100 * apart:.0f} %"
    assert (cells(race)["sgd"]["step"], cells(race)["sgd"]["keeps"]) == ("× 2", False)
    assert cells(race)["adam"]["path"] == "keeps its path"
