"""What a stage sends: the same numbers as the engine's, within its bounds."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from engine import Grain
from engine.datasets import FEATURES, feature_matrix
from playground.stages.network.scene import CURVE_POINTS, PICTURE_BUDGET
from playground.views.pictures import GRID, THUMBNAIL


def unpack(data: bytes) -> tuple[tuple[int, ...], np.ndarray, np.ndarray, np.ndarray]:
    header = struct.unpack("<6I", data[:24])
    _, weights, biases, side, _, count = header
    floats = np.frombuffer(data, "<f4", weights + biases, 24)
    pictures = np.frombuffer(data, np.uint8, offset=24 + 4 * (weights + biases)).reshape(count, side, side)
    return header, floats[:weights], floats[weights:], pictures


def centres(one) -> np.ndarray:
    extent = one.scenes.extent
    return (np.arange(GRID) + 0.5) / GRID * 2 * extent - extent


def test_the_diagram_carries_the_weights_and_all_pictures_while_paused(session) -> None:
    one = session(hidden=(4, 3))
    one.run.step(Grain.BATCH, 5)
    header, weights, biases, pictures = unpack(one.scene(False).diagram)
    run = one.run
    assert np.array_equal(weights, np.concatenate([run[f"W{k}"].ravel() for k in (1, 2, 3)]).astype("f4"))
    assert np.array_equal(biases, np.concatenate([run[f"b{k}"] for k in (1, 2, 3)]).astype("f4"))
    assert header[4:] == (0, len(FEATURES) + 4 + 3 + 1)
    assert pictures.shape == (len(FEATURES) + 8, THUMBNAIL, THUMBNAIL)


def test_a_picture_is_what_the_neuron_computes(session) -> None:
    one = session(hidden=(4,))
    one.run.step(Grain.EPOCH, 3)
    one.scenes.hovered = "dense1.2"
    picture = one.scene(False).boundary
    row, column = 17, 80
    x = feature_matrix(np.array([[centres(one)[column], centres(one)[row]]]), one.run.spec.features)
    expected = np.tanh(x @ one.run["W1"] + one.run["b1"])[0, 2]
    assert abs(picture[row, column] / 127.5 - 1 - expected) < 1 / 127
    # Small pictures have the top row first.
    small = unpack(one.scene(False).diagram)[3][len(FEATURES) + 2]
    assert small[0, 0] == picture[-2, 2]


def test_the_answer_stays_the_answer_while_a_neuron_is_looked_at(session) -> None:
    one = session(hidden=(4,))
    answer = one.scene(False).answer
    one.scenes.chosen = "dense1.2"
    scene = one.scene(False)
    assert np.array_equal(scene.answer, answer)
    assert not np.array_equal(scene.boundary, answer)
    one.scenes.hovered = "dense1.3"
    assert one.scenes.shown == "dense1.3", "what is pointed at goes before what is chosen"


def test_an_own_input_has_a_picture_of_its_own_on_or_off(session) -> None:
    for inputs in (("x1", "own1"), ("x1",)):
        one = session(hidden=(2,), formulas=("x1*x2 + 1",), inputs=inputs)
        one.scenes.hovered = "own1"
        scene = one.scene(False)
        x1, x2 = np.meshgrid(centres(one), centres(one))
        expected = x1 * x2 + 1
        # Scaled to its largest magnitude on the plane.
        shown = scene.boundary / 127.5 - 1
        assert np.abs(shown - expected / np.abs(expected).max()).max() < 1.01 / 127
        assert unpack(scene.diagram)[3].shape[0] == len(FEATURES) + 1 + 2 + 1


def test_the_answer_of_several_classes_holds_class_and_confidence(session) -> None:
    one = session(data="blobs4", hidden=(8,))
    one.run.step(Grain.EPOCH, 60)
    picture = one.scene(False).boundary
    assert set(np.unique(picture // 40)) == {0, 1, 2, 3}
    extent = one.scenes.extent
    for point, label in zip(one.run.train.inputs[:30], one.run.train.targets[:30], strict=True):
        column, row = ((point + extent) / (2 * extent) * GRID).astype(int)
        assert picture[row, column] // 40 == label


def test_numbers_that_overflow_show_as_neutral_and_never_fail(session) -> None:
    one = session(loss="exponential", optimizer="sgd", learning_rate=10.0, activation="relu")
    one.run.step(Grain.EPOCH, 50)
    assert np.isnan(one.run["b3"]).all()
    assert set(np.unique(one.scene(False).boundary)) == {127}


def test_large_nets_take_turns_within_the_budget(session) -> None:
    one = session(hidden=(16,) * 8)
    one.scene(False)
    seen: set[int] = set()
    for _ in range(40):
        one.advance()
        header, _, _, pictures = unpack(one.scene(True).diagram)
        assert pictures.nbytes <= max(PICTURE_BUDGET, 16 * THUMBNAIL**2)
        seen |= set(range(header[4], header[4] + header[5]))
    assert seen == set(range(len(FEATURES), len(FEATURES) + 8 * 16 + 1))


def test_frames_are_numbered_so_that_no_two_are_equal(session) -> None:
    one = session()
    assert one.scene(False).diagram != one.scene(False).diagram


def test_the_curve_is_bounded_and_seldom_while_playing(session, monkeypatch: pytest.MonkeyPatch) -> None:
    one = session(hidden=(2,), samples=20)
    one.run.step(Grain.EPOCH, 3000)
    curve = one.scene(False).curve
    assert curve is not None
    assert len(curve) <= CURVE_POINTS
    assert curve[0, 0] == 0
    assert curve[-1, 0] >= 2900
    assert one.scene(True).curve is None, "just sent"
    monkeypatch.setattr("playground.stages.network.scene.CURVE_SECONDS", 0.0)
    assert one.scene(True).curve is not None


def test_seeking_shows_the_numbers_of_then(session) -> None:
    one = session()
    scores = []
    for _ in range(4):
        scene = one.scene(False)
        scores.append((scene.train, scene.test, scene.boundary.tobytes()))
        one.step(1, Grain.BATCH)
    for updates in (0, 3, 1, 2):
        one.seek_step(updates)
        scene = one.scene(False)
        assert (scene.train, scene.test, scene.boundary.tobytes()) == scores[updates]


def test_the_values_just_written_are_shown_while_paused(session) -> None:
    one = session(hidden=(3,))
    one.run.step(Grain.OP, 2)
    values = one.scene(False).values
    assert set(values) == {"z1"}
    assert np.array_equal(values["z1"], one.run["z1"])
    assert one.scene(True).values == {}


def test_the_pinned_run_has_numbers_and_a_picture_over_the_same_square(session) -> None:
    one = session(hidden=(3,), samples=40)
    assert one.scene(False).pinned is None
    one.run.step(Grain.EPOCH, 4)
    one.pin()
    one.run.change(learning_rate=0.3)
    one.run.step(Grain.EPOCH, 4)
    pinned = one.scene(False).pinned
    other = one.pinned
    assert (pinned.train, pinned.test) == other.scores()
    assert pinned.epoch == 8
    assert pinned.spec.learning_rate == 0.02
    assert pinned.curve[:, 0].tolist() == list(range(9))
    row, column = 70, 12
    x = np.array([[centres(one)[column], centres(one)[row]]])
    z = np.tanh(x @ other["W1"] + other["b1"]) @ other["W2"] + other["b2"]
    assert abs(pinned.boundary[row, column] / 127.5 - 1 - np.tanh(z[0, 0] / 2)) < 1 / 127


def test_the_pinned_curve_ends_where_the_comparison_does(session) -> None:
    one = session(hidden=(3,), samples=40)
    one.run.step(Grain.EPOCH, 9)
    one.seek_step(0)
    one.pin()
    # Back at the start both begin anew; what the pinned run knows of later is not shown yet.
    one.edit("learning_rate", 0.5, one.run.backend)
    one.run.step(Grain.EPOCH, 2)
    assert one.run.newest.epoch == 2
    assert one.scene(False).pinned.curve[:, 0].tolist() == [0, 1, 2]
