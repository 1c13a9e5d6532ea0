"""What the views of the inside are given: the engine's own numbers, for open views only, and not too often."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine import Grain, Position
from engine.datasets import feature_matrix
from engine.inside.gradients import Inside, Quantity, sample_past
from engine.inside.health import health
from engine.inside.landscape import Survey, random_plane
from engine.metrics import Evaluator
from playground.stages.network import inside_data
from playground.stages.network.inside_data import SECONDS, SURFACE_STRIDE, VIEWS
from playground.views.pictures import GRID

SMALL = {"hidden": (3, 2), "samples": 60}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time of the views, in its only item."""
    now = [1000.0]
    monkeypatch.setattr(inside_data.time, "monotonic", lambda: now[0])
    return now


def opened(one, *views: str):
    for view in views:
        one.scenes.inside.toggle(view, True)
    return one


def inside(one, playing: bool = False) -> dict:
    return one.scene(playing).inside


def test_what_is_closed_is_not_computed(session, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("computed for a closed view")

    for name in (
        "Inside",
        "sample_past",
        "health",
        "Survey",
        "random_plane",
        "path_plane",
        "Evaluator",
        "surface_heights",
    ):
        monkeypatch.setattr(inside_data, name, forbidden)
    one = session(**SMALL)
    assert inside(one) == {}
    for view in VIEWS:
        opened(one, view)
        with pytest.raises(AssertionError, match="closed view"):
            one.scene(False)
        one.scenes.inside.toggle(view, False)
        assert inside(one) == {}


@pytest.mark.parametrize("view", VIEWS)
def test_only_the_open_view_is_given(session, view: str) -> None:
    assert set(inside(opened(session(**SMALL), view))) == {view}


@pytest.mark.parametrize("view", VIEWS)
def test_while_playing_a_view_is_renewed_no_more_often_than_one_can_look(session, clock, view: str) -> None:
    one = opened(session(**SMALL), view)
    assert view in inside(one, True)
    clock[0] += 0.9 * SECONDS[view]
    assert inside(one, True) == {}
    assert view in inside(one, False), "who pauses sees the moment itself"
    clock[0] += 0.9 * SECONDS[view]
    assert inside(one, True) == {}
    clock[0] += 0.2 * SECONDS[view]
    assert view in inside(one, True)


def test_a_new_run_and_a_view_that_is_opened_again_are_due_at_once(session, clock) -> None:
    one = opened(session(**SMALL), "confusion")
    inside(one, True)
    one.scenes.inside.toggle("confusion", False)
    one.scenes.inside.toggle("confusion", True)
    assert "confusion" in inside(one, True)
    one.edit("seed", 5, one.run.backend)
    assert "confusion" in inside(one, True)


@pytest.mark.parametrize("quantity", list(Quantity))
def test_histograms_are_the_engine_s_own(session, quantity: Quantity) -> None:
    one = opened(session(**SMALL), "histograms")
    one.scenes.inside.quantity = quantity
    one.run.step(Grain.EPOCH, 5)
    rows = inside(one)["histograms"]
    measures = Inside(one.run.network, *one.run.prepare(one.run.train), one.run.backend).measure(one.run.parameters)
    assert [row[0] for row in rows] == ["dense1", "dense2", "dense3"]
    for (_, epochs, counts, _edges), layer in zip(rows, measures.layers, strict=True):
        assert epochs[-1] == 5.0
        assert np.all(np.diff(epochs) > 0)
        assert epochs[0] == 0.0, "the checkpoint of the start"
        # How many there are: neurons × examples, or weights.
        train = len(one.run.train)
        expected = {
            Quantity.ACTIVATIONS: layer.units * train,
            Quantity.WEIGHTS: one.run[f"W{layer.layer[-1]}"].size,
            Quantity.GRADIENTS: one.run[f"W{layer.layer[-1]}"].size,
        }[quantity]
        assert counts[-1].sum() == expected


def test_gradient_norms_are_the_engine_s_own(session) -> None:
    one = opened(session(**SMALL), "gradients")
    past = []
    for _ in range(4):
        one.run.step(Grain.EPOCH)
        (epochs, norms, names), signs = inside(one)["gradients"]
        measures = Inside(one.run.network, *one.run.prepare(one.run.train), one.run.backend).measure(one.run.parameters)
        past.append([layer.gradient_norm for layer in measures.layers])
        assert signs == health(measures, one.run.spec, one.run.scores())
    assert names == ["dense1", "dense2", "dense3"]
    assert epochs.tolist() == [0, 1, 2, 3, 4]
    assert np.array_equal(norms[1:], past)


def test_curves_know_every_frame_also_those_that_were_not_due(session, clock) -> None:
    one = opened(session(**SMALL), "histograms", "gradients")
    inside(one, True)
    for _ in range(5):
        clock[0] += 0.1 * SECONDS["gradients"]
        one.run.step(Grain.EPOCH)
        assert inside(one, True) == {}
    clock[0] += SECONDS["gradients"]
    one.run.step(Grain.EPOCH)
    made = inside(one, True)
    assert made["gradients"][0][0].tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert made["histograms"][0][1].tolist() == [0, 1, 2, 3, 4, 5, 6]


def test_warnings_reach_the_view(session) -> None:
    one = opened(session(hidden=(3,), initializer="zeros", samples=60), "gradients")
    _, signs = inside(one)["gradients"]
    assert any("all 3 units have the same weights and biases" in sign for sign in signs)


def test_after_a_step_back_the_tracks_tell_of_the_past_only(session) -> None:
    one = opened(session(**SMALL), "histograms", "gradients")
    for _ in range(6):
        one.run.step(Grain.EPOCH)
        inside(one)
    one.seek(Position(2))
    made = inside(one)
    (epochs, norms, _), _ = made["gradients"]
    # What was measured once is measured anew from checkpoints; of this short run there is the start only.
    assert epochs.tolist() == [0.0, 2.0]
    for _, times, _, _ in made["histograms"]:
        assert times.max() == 2.0
    fresh = opened(session(**SMALL), "gradients")
    fresh.run.step(Grain.EPOCH, 2)
    assert np.array_equal(norms, inside(fresh)["gradients"][0][1])


def test_the_past_of_a_long_run_is_known_without_having_looked(session) -> None:
    one = session(**SMALL)
    one.run.step(Grain.EPOCH, 400)
    (epochs, norms, _), _ = inside(opened(one, "gradients"))["gradients"]
    times = [epoch for epoch, _ in sample_past(one.run, 40) if epoch < 400]
    assert len(times) > 3
    assert epochs.tolist() == [*times, 400.0]
    assert len(norms) == len(epochs)


def test_on_another_branch_the_tracks_are_that_branch_s(session) -> None:
    one = opened(session(**SMALL), "gradients")
    one.run.step(Grain.EPOCH, 4)
    inside(one)
    one.seek(Position(1))
    inside(one)
    one.edit("learning_rate", 1.0, one.run.backend)
    one.run.step(Grain.EPOCH, 4)
    (epochs, norms, _), _ = inside(one)["gradients"]
    assert epochs[-1] == 5.0
    alone = Inside(one.run.network, *one.run.prepare(one.run.train), one.run.backend)
    assert norms[-1].tolist() == [layer.gradient_norm for layer in alone.measure(one.run.parameters).layers]
    one.stand_on(0)
    (epochs, _, _), _ = inside(one)["gradients"]
    assert epochs.max() == 4.0


def test_the_landscape_is_the_engine_s_own(session) -> None:
    one = opened(session(**SMALL), "landscape")
    one.run.step(Grain.EPOCH, 3)
    frame = inside(one)["landscape"]
    run = one.run
    plane = random_plane(run.program, run.parameters, run.first_spec.seed)
    expected = Survey(run.network, *run.prepare(run.train), plane, run.backend, [run.parameters]).landscape()
    assert frame.fresh
    assert frame.message == ""
    assert np.array_equal(frame.landscape.loss, expected.loss)
    u, v, loss, surface = frame.position
    assert (u, v) == (0.0, 0.0)
    assert loss == run.scores()[0].loss
    # In the middle of the plane the surface is the loss itself.
    assert surface == pytest.approx(loss, rel=1e-12)
    again = inside(one)["landscape"]
    assert not again.fresh
    assert again.landscape.loss is frame.landscape.loss, "not surveyed again"


def test_the_path_grows_as_training_goes_on(session) -> None:
    one = opened(session(**SMALL), "landscape")
    length = len(inside(one)["landscape"].landscape.path)
    for number in range(1, 4):
        one.run.step(Grain.BATCH)
        frame = inside(one)["landscape"]
        assert len(frame.landscape.path) == length + number
        u, v, loss, surface = frame.position
        assert frame.landscape.path[-1].tolist() == [u, v]
        assert frame.landscape.path_loss_real[-1] == loss == one.run.scores()[0].loss
        assert frame.landscape.path_loss_surface[-1] == surface
        # The surface under now: the loss of the plane's point, evaluated afresh.
        evaluator = Evaluator(one.run.network, *one.run.prepare(one.run.train), one.run.backend)
        assert surface == pytest.approx(evaluator.score(frame.landscape.plane.point(u, v)).loss, rel=1e-12)
    assert len(inside(one)["landscape"].landscape.path) == length + 3, "standing still adds nothing"


def test_the_path_ends_now_after_a_step_back(session) -> None:
    one = opened(session(**SMALL), "landscape")
    start = inside(one)["landscape"].landscape.path
    trodden = [start[-1]]
    for _ in range(5):
        one.run.step(Grain.EPOCH)
        trodden.append(inside(one)["landscape"].landscape.path[-1])
    one.seek(Position(2))
    frame = inside(one)["landscape"]
    assert not frame.fresh
    assert frame.landscape.path[len(start) :].tolist() == np.array(trodden[1:3]).tolist()
    assert len(frame.landscape.path_loss_real) == len(frame.landscape.path_loss_surface) == len(frame.landscape.path)
    # Forward again: the same way once, not twice.
    one.run.step(Grain.EPOCH, 3)
    path = inside(one)["landscape"].landscape.path
    assert path[len(start) :].tolist() == np.array([*trodden[1:3], trodden[5]]).tolist()


def test_on_another_branch_the_path_begins_anew(session) -> None:
    one = opened(session(**SMALL), "landscape")
    length = len(inside(one)["landscape"].landscape.path)
    for _ in range(3):
        one.run.step(Grain.EPOCH)
        inside(one)
    one.seek(Position(1))
    one.edit("learning_rate", 1.0, one.run.backend)
    for _ in range(4):
        one.run.step(Grain.EPOCH)
        inside(one)
    one.stand_on(0)
    frame = inside(one)["landscape"]
    # What the survey knew, and now.
    assert frame.landscape.path[length - 1 :].tolist() == [list(frame.position[:2])]


def test_without_a_path_there_are_no_directions_of_it(session) -> None:
    one = opened(session(**SMALL), "landscape")
    one.scenes.inside.directions = "path"
    frame = inside(one)["landscape"]
    assert frame.landscape is None
    assert "The path has 1 known point so far" in frame.message
    assert all(math.isnan(value) for value in frame.position)
    # The message stays until a survey is asked for.
    one.run.step(Grain.EPOCH, 400)
    assert inside(one)["landscape"].landscape is None
    one.scenes.inside.survey()
    frame = inside(one)["landscape"]
    assert frame.message == ""
    assert frame.fresh
    assert len(frame.landscape.path) > 3


def test_weights_that_are_no_numbers_have_no_landscape(session) -> None:
    one = opened(
        session(hidden=(3,), loss="exponential", optimizer="sgd", learning_rate=10.0, activation="relu"), "landscape"
    )
    one.run.step(Grain.EPOCH, 20)
    assert not np.isfinite(one.run.parameters).all()
    assert "infinite or not a number" in inside(one)["landscape"].message


def test_confusion_counts_both_sets(session) -> None:
    one = opened(session(data="blobs3", hidden=(4,), samples=90), "confusion")
    one.run.step(Grain.EPOCH, 10)
    for counts, dataset in zip(inside(one)["confusion"], (one.run.train, one.run.test), strict=True):
        x = feature_matrix(dataset.inputs, one.run.spec.features)
        scores = np.tanh(x @ one.run["W1"] + one.run["b1"]) @ one.run["W2"] + one.run["b2"]
        expected = np.zeros((3, 3), int)
        np.add.at(expected, (dataset.targets.astype(int), scores.argmax(axis=1)), 1)
        assert counts.tolist() == expected.tolist()


def test_where_targets_are_numbers_there_is_no_confusion(session) -> None:
    made = inside(opened(session(data="plane", **SMALL), "confusion"))
    assert made == {"confusion": None}


@pytest.mark.parametrize(
    ("settings", "height"),
    [
        ({"data": "circle"}, lambda z: 1 / (1 + np.exp(-z[:, 0]))),
        ({"data": "plane"}, lambda z: z[:, 0]),
        ({"data": "blobs4"}, lambda z: (np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)).max(axis=1)),
    ],
)
def test_the_surface_s_heights_are_the_network_s_answers_there(session, settings, height) -> None:
    one = opened(session(**settings, hidden=(3,), samples=60), "surface")
    one.run.step(Grain.EPOCH, 10)
    scene = one.scene(False)
    heights, colors = scene.inside["surface"]
    extent = one.scenes.extent
    axis = ((np.arange(GRID) + 0.5) / GRID * 2 * extent - extent)[::SURFACE_STRIDE]
    assert heights.shape == (len(axis), len(axis))
    for row, column in ((0, 0), (5, 30), (33, 33), (20, 7)):
        x = feature_matrix(np.array([[axis[column], axis[row]]]), one.run.spec.features)
        z = np.tanh(x @ one.run["W1"] + one.run["b1"]) @ one.run["W2"] + one.run["b2"]
        assert heights[row, column] == pytest.approx(height(z)[0], abs=1e-12)
    assert np.array_equal(colors, scene.answer[::SURFACE_STRIDE, ::SURFACE_STRIDE])


def test_another_run_is_looked_into_afresh(session) -> None:
    one = opened(session(**SMALL), "gradients", "landscape", "confusion")
    one.run.step(Grain.EPOCH, 5)
    first = inside(one)
    one.edit("hidden", (2,), one.run.backend)
    made = inside(one)
    (epochs, norms, names), _ = made["gradients"]
    assert names == ["dense1", "dense2"]
    assert epochs.tolist() == [0.0]
    assert norms.shape == (1, 2)
    assert made["landscape"].fresh
    assert made["landscape"].landscape.loss is not first["landscape"].landscape.loss


def test_a_branch_that_reached_farther_keeps_nothing_of_the_one_before(session) -> None:
    one = opened(session(**SMALL), "gradients")
    one.run.step(Grain.EPOCH, 10)
    one.seek(Position(1))
    one.edit("learning_rate", 1.0, one.run.backend)
    for _ in range(4):
        one.run.step(Grain.EPOCH)
        inside(one)
    one.stand_on(0)
    (epochs, _, _), _ = inside(one)["gradients"]
    assert epochs.tolist() == [0.0, 10.0]
