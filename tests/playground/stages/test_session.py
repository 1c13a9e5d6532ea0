"""What a stage sends: the same numbers as the engine's, within its bounds."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from engine import Grain, Position, SpecError, TrainingSpec
from engine.backend import default_backend
from engine.datasets import FEATURES, feature_matrix
from playground.stages.session import CURVE_POINTS, PICTURE_BUDGET, TrainingSession
from playground.views.pictures import GRID, THUMBNAIL


def session(**settings: object) -> TrainingSession:
    return TrainingSession(TrainingSpec(**settings), default_backend())


def unpack(data: bytes) -> tuple[tuple[int, ...], np.ndarray, np.ndarray, np.ndarray]:
    header = struct.unpack("<6I", data[:24])
    _, weights, biases, side, _, count = header
    floats = np.frombuffer(data, "<f4", weights + biases, 24)
    pictures = np.frombuffer(data, np.uint8, offset=24 + 4 * (weights + biases)).reshape(count, side, side)
    return header, floats[:weights], floats[weights:], pictures


def test_the_diagram_carries_the_weights_and_all_pictures_while_paused() -> None:
    one = session(hidden=(4, 3))
    one.run.step(Grain.BATCH, 5)
    header, weights, biases, pictures = unpack(one.scene(False).diagram)
    run = one.run
    assert np.array_equal(weights, np.concatenate([run[f"W{k}"].ravel() for k in (1, 2, 3)]).astype("f4"))
    assert np.array_equal(biases, np.concatenate([run[f"b{k}"] for k in (1, 2, 3)]).astype("f4"))
    assert header[4:] == (0, len(FEATURES) + 4 + 3 + 1)
    assert pictures.shape == (len(FEATURES) + 8, THUMBNAIL, THUMBNAIL)


def test_a_picture_is_what_the_neuron_computes() -> None:
    one = session(hidden=(4,))
    one.run.step(Grain.EPOCH, 3)
    one.hovered = "dense1.2"
    picture = one.scene(False).boundary
    extent = one.pictures.extent
    centres = (np.arange(GRID) + 0.5) / GRID * 2 * extent - extent
    row, column = 17, 80
    x = feature_matrix(np.array([[centres[column], centres[row]]]), one.run.spec.inputs)
    expected = np.tanh(x @ one.run["W1"] + one.run["b1"])[0, 2]
    assert abs(picture[row, column] / 127.5 - 1 - expected) < 1 / 127
    # Small pictures have the top row first.
    small = unpack(one.scene(False).diagram)[3][len(FEATURES) + 2]
    assert small[0, 0] == picture[-2, 2]


def test_the_answer_of_several_classes_holds_class_and_confidence() -> None:
    one = session(data="blobs4", hidden=(8,))
    one.run.step(Grain.EPOCH, 60)
    picture = one.scene(False).boundary
    assert set(np.unique(picture // 40)) == {0, 1, 2, 3}
    extent = one.pictures.extent
    for point, label in zip(one.run.train.inputs[:30], one.run.train.targets[:30], strict=True):
        column, row = ((point + extent) / (2 * extent) * GRID).astype(int)
        assert picture[row, column] // 40 == label


def test_numbers_that_overflow_show_as_neutral_and_never_fail() -> None:
    one = session(loss="exponential", optimizer="sgd", learning_rate=10.0, activation="relu")
    one.run.step(Grain.EPOCH, 50)
    scene = one.scene(False)
    assert scene.boundary.shape == (GRID, GRID)


def test_large_nets_take_turns_within_the_budget() -> None:
    one = session(hidden=(16,) * 8)
    one.scene(False)
    seen: set[int] = set()
    for _ in range(40):
        one.advance()
        header, _, _, pictures = unpack(one.scene(True).diagram)
        assert pictures.nbytes <= max(PICTURE_BUDGET, 16 * THUMBNAIL**2)
        seen |= set(range(header[4], header[4] + header[5]))
    assert seen == set(range(len(FEATURES), len(FEATURES) + 8 * 16 + 1))


def test_frames_are_numbered_so_that_no_two_are_equal() -> None:
    one = session()
    assert one.scene(False).diagram != one.scene(False).diagram


def test_the_curve_is_bounded_and_seldom_while_playing(monkeypatch: pytest.MonkeyPatch) -> None:
    one = session(hidden=(2,), samples=20)
    one.run.step(Grain.EPOCH, 3000)
    curve = one.scene(False).curve
    assert curve is not None
    assert len(curve) <= CURVE_POINTS
    assert curve[0, 0] == 0
    assert curve[-1, 0] >= 2900
    assert one.scene(True).curve is None, "just sent"
    monkeypatch.setattr("playground.stages.session.CURVE_SECONDS", 0.0)
    assert one.scene(True).curve is not None


def test_seeking_shows_the_numbers_of_then() -> None:
    one = session()
    scores = []
    for _ in range(4):
        scene = one.scene(False)
        scores.append((scene.train, scene.test, scene.boundary.tobytes()))
        one.step(1, Grain.BATCH)
    for updates in (0, 3, 1, 2):
        one.seek_update(updates)
        scene = one.scene(False)
        assert (scene.train, scene.test, scene.boundary.tobytes()) == scores[updates]


def test_the_scrubber_cannot_leave_what_was_reached() -> None:
    one = session()
    one.run.step(Grain.BATCH, 3)
    one.seek_update(10**9)
    assert one.run.position == Position(0, 3)
    one.seek_update(-5)
    assert one.run.position == Position()


def test_a_reset_keeps_the_newest_settings_and_the_start() -> None:
    one = session()
    start = one.run["W1"].copy()
    one.run.step(Grain.EPOCH)
    one.run.change(learning_rate=0.5)
    one.reset(default_backend())
    assert one.run.spec.learning_rate == 0.5
    assert np.array_equal(one.run["W1"], start)


@pytest.mark.parametrize("speed", ["slow", "normal", "fast", "fastest"])
def test_every_speed_goes_on(speed: str) -> None:
    one = session()
    one.speed = speed
    before = one.run.position
    one.advance()
    assert one.run.position > before


def test_the_values_just_written_are_shown_while_paused() -> None:
    one = session(hidden=(3,))
    one.run.step(Grain.OP, 2)
    values = one.scene(False).values
    assert set(values) == {"z1"}
    assert np.array_equal(values["z1"], one.run["z1"])
    assert one.scene(True).values == {}


def test_quick_edits_add_up() -> None:
    one = session(hidden=(4,))
    for _ in range(3):
        one.edit("hidden", lambda spec: (spec.hidden[0] + 1,), default_backend())
    one.edit("learning_rate", 0.3, default_backend())
    one.edit("seed", lambda spec: spec.seed + 1, default_backend())
    assert one.run.spec == TrainingSpec(hidden=(7,), learning_rate=0.3, seed=1)


def test_data_that_does_not_suit_the_loss_takes_the_one_that_does() -> None:
    one = session(data="xor", loss="hinge")
    one.edit("data", "plane", default_backend())
    assert one.run.spec.loss == "auto"
    assert one.notice == (
        "Hinge does not suit this data: the loss function is now the one that does, ½ squared error."
    )


def test_a_loss_that_does_not_suit_the_data_is_refused() -> None:
    one = session(data="blobs3")
    with pytest.raises(SpecError, match="Three blobs has 3"):
        one.edit("loss", "hinge", default_backend())
    assert one.run.spec == TrainingSpec(data="blobs3")
