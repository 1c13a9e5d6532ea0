"""A student's three lanes without any widget."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine import Grain, Position, SpecError
from engine.batches import SLIDE_LINE, BatchesSpec, best_fit, save_batches, summed_cost
from playground.stages.batches.presets import PRESETS
from playground.stages.batches.session import PACES


def test_playing_takes_a_point_a_mini_batch_an_epoch_or_many(session) -> None:
    played = session()
    for speed, seen in (("slow", 1), ("normal", 40), ("fast", 200)):
        played.speed = speed
        assert played.advance() == PACES[speed][1]
        assert played.run.seen == seen
    played.speed = "fastest"
    assert played.advance() == 0.0
    assert played.run.position.epoch > 1
    assert played.run.position.batch == 0


def test_the_last_epoch_ends_playing_and_stepping(session) -> None:
    ended = session("per_class=5&mini_batch=5&epoch=500")
    ended.step(1, Grain.OP)
    assert "epoch 500" in ended.notice
    for speed in ("slow", "fastest"):
        ended.speed, ended.stopped = speed, ""
        ended.advance()
        assert "Reset begins again" in ended.stopped
    assert ended.run.position == Position(500)


def test_live_settings_count_from_here_and_others_from_the_start(session) -> None:
    changed = session("epoch=3")
    run = changed.run
    changed.edit("learning_rate", 0.01, 1)
    assert changed.run is run
    assert (changed.run.spec.learning_rate, len(run.history.line), changed.edits) == (0.01, 2, 1)
    changed.edit("mini_batch", 20, 2)
    assert changed.run is not run
    assert changed.run.first_spec == BatchesSpec(learning_rate=0.01, mini_batch=20)
    assert changed.run.position == Position(3)
    # At the start nothing has been done that could be kept.
    fresh = session()
    fresh.edit("learning_rate", 0.01, 1)
    assert fresh.run.first_spec.learning_rate == 0.01
    assert len(fresh.run.history.line) == 1


def test_another_number_of_points_keeps_the_share_of_the_epoch(session) -> None:
    changed = session("epoch=1&seen=100")
    changed.edit("copies", 2, 1)
    assert changed.run.position == Position(1, 200)
    changed.edit("per_class", 10, 2)
    assert changed.run.position == Position(1, 20)
    assert changed.run.first_spec.mini_batch == 40
    far = session("epoch=400")
    far.edit("copies", 10, 1)
    assert far.run.position == Position()


def test_drawing_again_and_reset(session) -> None:
    drawn = session("epoch=2")
    points = drawn.run.groups.points
    drawn.draw_anew(1)
    assert drawn.run.first_spec.seed == 1
    assert (drawn.run.groups.points != points).any()
    drawn.edit("cost", "mean", 2)
    drawn.reset()
    assert (drawn.run.position, drawn.run.first_spec.cost) == (Position(), "mean")
    assert len(drawn.run.history.segments) == 1


def test_scrubbing_and_branches(session) -> None:
    scrubbed = session("epoch=4")
    scrubbed.seek_step(250)
    assert scrubbed.run.position == Position(1, 50)
    scrubbed.seek_step(10**9)
    assert scrubbed.run.position == Position(4)
    scrubbed.seek_step(-5)
    assert scrubbed.run.position == Position()
    scrubbed.seek_step(400)
    scrubbed.edit("learning_rate", 0.01, 1)
    scrubbed.step(1, Grain.EPOCH)
    scene = scrubbed.scene(False)
    assert scene.branches == ["4 epochs", "3 epochs"]
    assert [segment["label"] for segment in scene.segments] == [
        "to 4 epochs; the first run", "to 3 epochs; learning rate 0.001 → 0.01, from 2 epochs",
    ]  # fmt: skip
    scrubbed.stand_on(0, 100)
    assert (scrubbed.run.position, scrubbed.run.spec.learning_rate) == (Position(0, 100), 0.001)
    scrubbed.seek_newest()
    assert scrubbed.run.position == Position(4)


@pytest.mark.concept("C124")
def test_by_hand_against_gradient_descent(session) -> None:
    hand = session("slide=L4-62")
    assert hand.scene(False).look.content["rows"][0][1] == "239.37"
    hand.set_hand((0.5, 0.3, 0.0), 1)
    scene = hand.scene(False)
    cost = float(summed_cost(hand.run.groups, (0.5, 0.3, 0.0)))
    assert cost < 70
    assert scene.look.content["rows"][0][1] == f"{cost:.2f}"
    assert scene.look.content["words"][1].startswith("Below 70: well set. Let the lanes run")
    hand.step(1, Grain.EPOCH)
    content = hand.scene(False).look.content
    assert content["rows"][1][:2] == ["Batch: the best lane", "56.71"]
    least = float(summed_cost(hand.run.groups, best_fit(hand.run.groups)))
    assert content["rows"][2][1] == f"{least:.2f}"
    assert "Gradient descent has found a better one." in content["words"][1]
    hand.start_from_hand()
    assert {row["cost"] for row in hand.scene(False).rows} == {f"{cost:.2f}"}
    with pytest.raises(SpecError, match="three numbers"):
        hand.set_hand((1, 2), 2)


def test_the_line_of_the_slide_and_a_point(session) -> None:
    line = session("slide=L4-64")
    expected = {(0, 0): (-0.55, "blue"), (1, 1): (1.68, "green"), (-1, 1): (-0.78, "blue"), (1, 0): (0.68, "green")}
    for (x1, x2), (z, side) in expected.items():
        line.ask(x1, x2)
        found, p = line.answer
        assert (found, p) == pytest.approx((z, 1 / (1 + math.exp(-z))), abs=1e-9)
        said = line.scene(False).look.content["words"][0]
        assert f"z = {z:.2f}".replace("-", "−") in said
        assert side in said
    line.ask(0, 0.55)
    assert "on the line" in line.scene(False).look.content["words"][0]


def test_who_asks_about_a_point_sees_the_answer_of_the_shaded_line(session) -> None:
    asked = session("epoch=1&shaded=batch")
    asked.ask(2.004, -1.0)
    scene = asked.scene(False)
    assert (scene.look.key, scene.chosen, scene.point) == ("hand", "batch", (2.0, -1.0))
    assert "the batch lane's line" in scene.look.content["words"][0]
    z = float(asked.run["batch"] @ [2, -1, 1])
    assert f"z = {z:.2f}" in scene.look.content["words"][0]


def test_log_of_zero(session) -> None:
    trap = session("slide=L4-74")
    assert [row[1] for row in trap.scene(False).look.content["rows"]] == ["97.19"] * 3
    trap.set_factor(8.0, 1)
    scene = trap.scene(False)
    naive, padded, stable = (row[1] for row in scene.look.content["rows"])
    assert naive == "nan"
    assert float(stable) == pytest.approx(float(summed_cost(trap.run.groups, 8 * np.array(SLIDE_LINE))), abs=0.01)
    assert float(padded) < float(stable)
    lines = scene.look.lines
    assert np.isnan(lines["naive"][1]).any()
    assert np.isfinite(lines["stable"][1]).all()
    trap.set_factor(1.0, 2)
    trap.set_precision("float32")
    assert trap.scene(False).look.content["rows"][0][1] == "nan"
    with pytest.raises(SpecError, match="float32 or float64"):
        trap.set_precision("float8")


def test_a_wrong_certainty_is_inf(session) -> None:
    # A group of points far on the wrong side of the line, and none on the right one that is certain.
    trap = session("per_class=5&mean=0&variance=0.1&hand=50,50,45&shaded=hand&look=log0")
    content = trap.scene(False).look.content
    assert content["rows"][0][1] in ("inf", "nan")
    trap = session("mean=3&variance=0.1&hand=-9,-9,0&shaded=hand&look=log0")
    content = trap.scene(False).look.content
    assert content["rows"][0][1] == "inf"
    assert "at 0 points on the right" in content["words"][0]
    assert content["words"][1].startswith("inf")


def test_noise_falls_with_the_root_and_errors_are_a_staircase(session) -> None:
    noisy = session("slide=L2-20&mini_batch=10")
    rows = {row[0]: row for row in noisy.scene(False).look.content["rows"]}
    ten, forty = float(rows["Mini-batch"][2]), float(rows["Four mini-batches"][2])
    assert rows["Four mini-batches"][1] == "40"
    assert ten / forty == pytest.approx(2, abs=0.02)
    assert float(rows["Mini-batch"][3]) / float(rows["Four mini-batches"][3]) == pytest.approx(2, abs=0.3)
    assert noisy.scene(True).look.content["rows"][0][3] == "…"
    counted = session("slide=L4-65").scene(False).look
    errors, costs = counted.lines["errors"][1], counted.lines["cross-entropy"][1]
    assert counted.content["rows"][0][1] == "25 of 200"
    assert (np.diff(errors) == 0).sum() > len(errors) / 2
    assert (np.diff(costs) != 0).all()
    slope = (costs[241] - costs[239]) / 0.5
    assert float(counted.content["rows"][1][2].replace("−", "-")) == pytest.approx(slope, abs=0.02)


def test_the_ground_under_the_paths_stays_until_they_leave_it(session) -> None:
    walked = session("")
    first = walked.scene(False).paths
    walked.step(1, Grain.EPOCH)
    second = walked.scene(False).paths
    assert second.ground is first.ground
    (low, high), _ = second.ground.extent
    for path in second.paths.values():
        assert path.min() >= low
        assert path.max() <= high
    at = second.ground.values[0, 0]
    bias = float(best_fit(walked.run.groups)[2])
    assert at == pytest.approx(float(summed_cost(walked.run.groups, (low, low, bias))), rel=1e-12)
    far = session("learning_rate=0.01&epoch=1").scene(False).paths
    assert far.ground.extent[0][1] > 3.9


def test_separable_groups_have_no_minimum_to_show(session) -> None:
    apart = session("mean=8&variance=1&epoch=1&hand=1,1,0&look=hand")
    scene = apart.scene(False)
    assert len(scene.paths.ground.minima) == 0
    assert len(scene.look.content["rows"]) == 2
    assert "no weights are the best" in scene.look.content["words"][0]


def test_presets_slides_and_links_of_now(session) -> None:
    for key, preset in PRESETS.items():
        opened = session("")
        opened.open_preset(key)
        assert (opened.now, opened.preset, opened.slide) == (preset.begin, key, "")
    slide = session("slide=L4-87")
    assert (slide.slide, slide.preset) == ("L4-87", "hundred")
    assert slide.scene(False).status["text"] == "Slide L4-87 · 100 epochs done"
    slide.step(-1, Grain.EPOCH)
    assert (slide.slide, slide.preset) == ("", "hundred")
    assert slide.now.position == Position(99)
    slide.edit("learning_rate", 0.01, 1)
    assert (slide.now.position, slide.now.spec.learning_rate, slide.preset) == (Position(), 0.01, "")
    # Weights set by hand on the way are no slide's, though a link to them would open at the start.
    moved = session("slide=L4-62")
    assert moved.slide == "L4-62"
    moved.step(1, Grain.EPOCH)
    moved.start_from_hand()
    moved.step(1, Grain.EPOCH)
    assert (moved.slide, moved.scene(False).status["text"]) == ("", "2 epochs done")


def test_shading_wants_a_line_that_is_there(session) -> None:
    shaded = session("")
    for key, chosen in (("hand", "mini"), ("batch", "batch"), ("nobody", "batch")):
        shaded.shade(key)
        assert shaded.shaded == chosen
    shaded.look_at("hand")
    assert (shaded.shaded, shaded.hand) == ("hand", SLIDE_LINE)
    shaded.look_at("nothing")
    assert shaded.look == ""


def test_a_loaded_experiment_goes_on(session) -> None:
    saved, loaded = session("epoch=2&seen=3"), session("")
    saved.edit("learning_rate", 0.02, 1)
    saved.step(1, Grain.EPOCH)
    loaded.load(save_batches(saved.run))
    assert loaded.scene(False).rows == saved.scene(False).rows
    assert loaded.run.spec == saved.run.spec
