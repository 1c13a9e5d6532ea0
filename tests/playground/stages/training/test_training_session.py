"""A student's digit training without any widget."""

from __future__ import annotations

import numpy as np
import pytest

from engine import Grain, Position, SpecError
from engine.backend import NumpyBackend
from engine.capsule import CapsuleError
from engine.datasets.digits import laid_out
from engine.reader import PRESETS as NETS
from engine.reader import ReaderRun, ReaderSpec, layer, save_reader
from engine.reader.reader import Reader
from engine.reader.transforms import shifted
from playground.stages.training.presets import PRESETS
from playground.stages.training.scene import MOST_WRONG, fitting
from playground.stages.training.session import SLOW_MOTION_SECONDS, DigitSession
from playground.stages.training.watched import Watched
from playground.training_link import TrainingLink, from_query
from playground.views.maps import MOST_NUMBERS


def layer_ids(session: DigitSession) -> list[str]:
    return [key for key, _ in session.draft.layers]


def test_playing_takes_a_grain_an_update_four_or_many(session) -> None:
    played = session()
    played.speed, played.grain = "slow", Grain.OP
    assert played.advance() == SLOW_MOTION_SECONDS
    assert played.run.position == Position(0, 0, 1)
    played.run.step(Grain.BATCH)
    for speed, updates in (("normal", 2), ("fast", 6)):
        played.speed = speed
        assert played.advance() == 0.0
        assert played.run.loop.updates == updates
    played.speed = "fastest"
    played.advance()
    assert played.run.loop.updates > 10


def test_scrubbing_back_shows_the_filters_as_they_were(session) -> None:
    scrubbed = session()
    born = scrubbed.scene(False).wall
    scrubbed.run.step("batch", 30)
    trained = scrubbed.scene(False)
    assert trained.wall["pixels"] != born["pixels"]
    scrubbed.seek_step(0)
    again = scrubbed.scene(False)
    assert again.wall["pixels"] == born["pixels"]
    assert again.status["length"] == 30
    scrubbed.seek_newest()
    assert scrubbed.scene(False).wall["pixels"] == trained.wall["pixels"]
    # Beyond the newest moment there is nothing to seek.
    scrubbed.seek_step(1000)
    assert scrubbed.run.loop.updates == 30


def test_the_numbers_are_those_of_the_parameters_of_now(session) -> None:
    trained = session()
    trained.run.step("epoch", 3)
    scene = trained.scene(False)
    reader = Reader(trained.run.network, trained.run.parameters)
    said = reader.predict(trained.run.images("test")).argmax(axis=1)
    labels = trained.run.labels("test")
    right = float((said == labels).mean())
    assert right > 0.8
    assert scene.measured.judgement.accuracy == pytest.approx(right)
    assert scene.numbers["test_score"] == f"{100 * right:.1f} %"
    wrong = np.flatnonzero(said != labels)
    assert scene.numbers["wrong"] == str(len(wrong))
    items = scene.wrong["items"]
    assert [item["key"] for item in items] == [str(place) for place in wrong[:MOST_WRONG]]
    assert items[0]["caption"] == f"{said[wrong[0]]}, not {labels[wrong[0]]}"
    assert scene.wrong["pixels"] == trained.run.images("test")[wrong[:MOST_WRONG]].tobytes()
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (labels, said), 1)
    assert (scene.measured.judgement.confusion == counts).all()


def test_what_guessing_would_get_is_said_as_long_as_the_network_is_no_better(session) -> None:
    begun = session("preset=lecture")
    scene = begun.scene(False)
    # The lecture's net begins below it.
    assert scene.numbers["test_score"] == "1.0 %"
    chance = np.random.default_rng(1).integers(0, 10, (2000, 1000)) != begun.run.labels("test")
    assert chance.sum(axis=1).mean() == pytest.approx(900, abs=1)
    assert scene.wrong["text"].endswith("Guessing would get about 900 wrong.")
    assert "Guessing would get about 10 %" in scene.summary
    begun.run.step("epoch", 2)
    scene = begun.scene(False)
    assert "uess" not in scene.wrong["text"] + scene.summary


def test_what_the_wall_shows_is_what_a_reader_of_these_parameters_says(session) -> None:
    looked = session()
    looked.run.step("batch", 5)
    looked.watch(7)
    looked.scene(False)
    reader = Reader(looked.run.network, looked.run.parameters)
    expected = reader.maps(looked.run.images("test")[7])
    shown = looked.scenes.shown_maps
    # The flattened maps are the maps again.
    assert [one.name for one in shown] == [one.name for one in expected if one.kind != "flatten"]
    for one in shown:
        np.testing.assert_allclose(one.values, expected[one.number].values, rtol=1e-5, atol=1e-6)


def test_a_digit_of_the_batch_is_seen_as_far_as_the_forward_pass_has_come(session) -> None:
    stepped = session()
    stepped.watch_source("batch")
    at_start = stepped.scene(False)
    assert [row["state"] for row in at_start.wall["layers"]] == ["now", "waiting", "waiting", "waiting"]
    assert at_start.scores["verdict"] == "It has not come to the answer yet."
    stepped.run.step("layer")
    states = []
    for _ in range(3):
        stepped.run.step("layer")
        states.append([row["state"] for row in stepped.scene(False).wall["layers"]])
    assert states[0] == ["done", "now", "waiting", "waiting"]
    assert states[1] == ["done", "done", "now", "waiting"]
    # Flatten is not on the wall.
    assert states[2] == ["done", "done", "now", "waiting"]
    stepped.run.step("phase")
    scene = stepped.scene(False)
    assert [row["state"] for row in scene.wall["layers"]] == ["done", "done", "done", "now"]
    first = int(stepped.run.loop.examples()[0])
    picture, label = stepped.run.images("train")[first], int(stepped.run.labels("train")[first])
    assert f"a {label}" in scene.watched_words
    reader = Reader(stepped.run.network, stepped.run.parameters)
    np.testing.assert_allclose(stepped.scenes.shown_maps[-1].values, reader.predict(picture[None])[0], rtol=1e-4)
    # Behind the forward pass nothing is new on the wall.
    stepped.run.step("op")
    assert [row["state"] for row in stepped.scene(False).wall["layers"]] == ["done"] * 4


def test_a_dropped_digit_of_the_batch_has_its_maps_too() -> None:
    spec = ReaderSpec(data="digits8", layers=(layer("conv", size=3), layer("dense", units=8, dropout=0.5)))
    dropped = DigitSession(TrainingLink(spec), NumpyBackend)
    dropped.watch_source("batch")
    dropped.run.step("batch")
    scene = dropped.scene(False)
    assert [row["name"] for row in scene.wall["layers"]] == ["input", "conv1", "dense3", "dense4"]
    # Half of the units are silenced, the others doubled; a test digit meets all of them.
    assert (dropped.scenes.shown_maps[2].values == 0).sum() >= 1


def test_going_through_the_test_digits(session) -> None:
    gone = session()
    labels = gone.run.labels("test")
    gone.watch_next(1, None)
    assert gone.watched.index == 1
    gone.watch_next(-1, None)
    gone.watch_next(-1, None)
    assert gone.watched.index == len(labels) - 1
    for _ in range(3):
        gone.watch_next(1, 4)
        assert labels[gone.watched.index] == 4
    assert list(np.flatnonzero(labels == 4)[:3])[-1] == gone.watched.index
    gone.watch(10**6)
    assert gone.watched.index < len(labels)


def test_a_moved_digit_and_a_drawn_one(session) -> None:
    moved = session("preset=lecture")
    moved.move(1, dx=3.0)
    moved.scene(False)
    expected = shifted(moved.run.images("test")[0], 3, 0)
    np.testing.assert_allclose(moved.scenes.shown_maps[0].values[..., 0], expected / 255, atol=1e-6)
    drawing = np.zeros((28, 28), np.uint8)
    drawing[2:12, 2:5] = 255
    moved.move(2, dx=0.0)
    moved.watch_source("drawn")
    assert moved.scene(False).scores["verdict"].startswith("Nothing is drawn yet. Of an empty picture it says ")
    moved.watch_drawing(drawing)
    assert moved.scene(False).scores["verdict"].startswith("It says ")
    scene = moved.scene(False)
    shown = moved.scenes.shown_maps[0].values[..., 0]
    # As MNIST was prepared: 20 pixels high, its centre of mass in the middle.
    rows = np.flatnonzero(shown.max(axis=1) > 0.1)
    assert rows[-1] - rows[0] + 1 == 20
    assert abs((shown.sum(axis=1) @ np.arange(28)) / shown.sum() - 14) <= 1
    assert (scene.watched_words, moved.watched.truth(moved.run)) == ("Your drawing", None)
    moved.edit({"data": "digits8"})
    moved.scene(False)
    assert moved.scenes.shown_maps[0].shape == (8, 8, 1)


def test_live_settings_count_from_here_and_others_begin_anew(session) -> None:
    changed = session()
    changed.run.step("batch", 4)
    run = changed.run
    changed.edit({"learning_rate": 0.5})
    assert changed.run is run
    assert run.spec.learning_rate == 0.5
    changed.edit({"head": "hinge"})
    assert changed.run is not run
    assert (changed.run.first_spec.head, changed.run.spec.learning_rate) == ("hinge", 0.5)
    again = changed.run
    # What is so already changes nothing.
    changed.edit({"head": "hinge"})
    assert changed.run is again
    changed.edit({"seed": lambda spec: spec.seed + 1})
    assert changed.run.first_spec.seed == 1
    with pytest.raises(SpecError, match="Batch size"):
        changed.edit({"batch_size": 0})


def test_a_branch_begins_where_the_past_is_changed(session) -> None:
    branched = session("preset=small8&learning_rate=0.01")
    branched.run.step("batch", 6)
    branched.seek_step(3)
    branched.edit({"learning_rate": 0.5})
    branched.run.step("batch", 1)
    scene = branched.scene(False)
    assert scene.branches == ["epoch 0, batch 6", "epoch 0, batch 4"]
    assert scene.branch == 1
    assert "learning rate 0.01 → 0.5, from epoch 0, batch 3" in scene.segments[-1]["label"]
    branched.stand_on(0, 5)
    assert branched.run.loop.updates == 5
    assert branched.run.spec.learning_rate == 0.01


def test_other_digits_bring_a_network_that_fits_them(session) -> None:
    other = session("preset=lecture")
    other.edit({"data": "digits8"})
    assert other.run.first_spec.layers == PRESETS["small8"].spec.layers
    assert "does not fit these digits" in other.notice
    other.notice = ""
    other.edit({"data": "mnist"})
    assert other.notice == ""
    assert other.run.first_spec.shape == (28, 28, 1)


def test_a_possible_network_is_trained_at_once_and_an_impossible_one_waits(session) -> None:
    built = session()
    run, (conv, pool) = built.run, layer_ids(built)
    built.set_layer(conv, "size", 9)
    assert built.run is run
    scene = built.scene(False)
    assert not built.draft_runs
    assert "does not fit" in scene.net["problem"]
    assert scene.preset == ""
    built.set_layer(conv, "size", 5)
    assert built.run is not run
    assert built.draft_runs
    assert built.run.network.parameters == 8 * 26 + 10 * (2 * 2 * 8 + 1)
    # The cards stay the ones that they were.
    assert layer_ids(built) == [conv, pool]
    built.add_layer(pool, "dense")
    built.set_layer(layer_ids(built)[-1], "units", 5)
    assert [row.name for row in built.run.network.ledger] == ["conv1", "pool2", "flatten3", "dense4", "dense5"]
    built.change_net(lambda draft: draft.remove(conv))
    assert built.run.network.ledger[0].name == "pool1"


def test_back_from_an_impossible_network(session) -> None:
    built = session()
    built.set_layer(layer_ids(built)[0], "size", 11)
    built.restore_net()
    assert built.draft_runs
    built.set_layer("head", "head", "hinge")
    assert built.run.first_spec.head == "hinge"
    built.set_layer("head", "head", "nonsense")
    assert built.run.first_spec.head == "hinge"


def test_a_file_brings_everything_back(session) -> None:
    saved = session()
    saved.run.step("batch", 7)
    saved.edit({"learning_rate": 0.02})
    saved.run.step("batch", 3)
    text = save_reader(saved.run)
    loaded = session("preset=lecture")
    loaded.load(text)
    assert loaded.run.loop.updates == 10
    np.testing.assert_array_equal(loaded.run.parameters, saved.run.parameters)
    assert loaded.draft.specs == PRESETS["small8"].spec.layers
    assert len(loaded.scene(False).curve) >= 2
    with pytest.raises(CapsuleError):
        loaded.load("{}")


def test_reset_keeps_the_settings(session) -> None:
    begun = session()
    start = begun.run.parameters.copy()
    begun.run.step("batch", 3)
    begun.edit({"learning_rate": 0.5})
    begun.reset()
    assert begun.run.loop.updates == 0
    assert begun.run.spec.learning_rate == 0.5
    np.testing.assert_array_equal(begun.run.parameters, start)


def test_numbers_that_are_none_end_playing(session) -> None:
    burst = session("preset=small8&optimizer=sgd&learning_rate=10")
    burst.speed = "fast"
    burst.run.parameters[0] = np.inf
    burst.advance()
    assert "infinite or no numbers" in burst.stopped
    scene = burst.scene(False)
    assert scene.numbers["test_loss"] in ("NaN", "∞")
    assert "not numbers" in scene.scores["verdict"]


def test_a_slow_engine_is_not_asked_for_a_thousand_digits() -> None:
    slow = DigitSession(from_query("preset=lenet"), NumpyBackend)
    scene = slow.scene(True)
    assert scene.measured is None
    assert scene.numbers == {"epoch": "0.00"}
    assert scene.curve is not None
    assert len(scene.curve) == 0
    small = DigitSession(from_query("preset=small8"), NumpyBackend)
    assert small.scene(False).measured is not None


def test_a_number_that_is_picked_shows_where_it_comes_from(session) -> None:
    picked = session("preset=lecture")
    picked.pick(3, (2, 1, 5))
    wall = picked.scene(False).wall
    # conv3 at row 2 sees rows 2 to 6 of pool2, and these rows 4 to 13 of conv1: pixels 4 to 17.
    assert wall["fields"] == [
        {"layer": 0, "first": [4, 2], "last": [17, 15], "channel": None},
        {"layer": 2, "first": [2, 1], "last": [6, 5], "channel": None},
    ]
    picked.pick(3, (2, 1, 5))
    assert picked.scene(False).wall["picked"] is None
    picked.pick(3, (7, 7, 5))
    picked.edit({"data": "digits8"})
    assert picked.scene(False).wall["picked"] is None


def test_a_wide_network_is_cut_to_what_a_wall_shows() -> None:
    wide = (layer("conv", filters=64, size=3, padding="same"), layer("max_pool", size=4, stride=4))
    run = ReaderRun(ReaderSpec(layers=wide))
    maps = Reader(run.network, run.parameters).maps(run.images("test")[0])
    cut = fitting(maps)
    assert sum(one.values.size for one in cut) <= MOST_NUMBERS
    assert cut[0].shape == (28, 28, 1)
    assert 15 <= cut[1].shape[-1] < 64
    assert cut[1].title.endswith(f"{cut[1].shape[-1]} of 64")
    np.testing.assert_array_equal(cut[1].values, maps[1].values[..., : cut[1].shape[-1]])


def test_a_digit_of_the_shuffled_ones_is_moved_before_it_is_shuffled() -> None:
    plain, shuffled = (ReaderRun(NETS["lecture"].spec.with_(data=data)) for data in ("mnist", "shuffled"))
    drawn = np.zeros((28, 28), np.uint8)
    drawn[6:22, 13:16] = 255
    for watched in (Watched(index=3), Watched(index=3, dx=4.0, degrees=20.0), Watched("drawn", drawn=drawn)):
        picture = watched.image(plain)
        assert np.array_equal(laid_out("shuffled", picture), watched.image(shuffled))
        assert not np.array_equal(picture, watched.image(shuffled))
    assert np.array_equal(Watched(index=3).image(shuffled), shuffled.images("test")[3])
