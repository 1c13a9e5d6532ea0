"""The features session: looks, steps, and what the student sets."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine import Grain, SpecError
from engine.features import RATE, energy, feature_set, recording
from engine.features.signals import GRAVITY
from playground.features_link import from_query
from playground.stages.features.decisions import trace_of
from playground.stages.features.state import LOOKS, state_of_look


@pytest.mark.concept("C037")
def test_the_window_is_cut_out_of_the_recording(session) -> None:
    made = session("look=signals&start=24&seconds=2&amplitude=2")
    part = recording().signal[24 * RATE : 26 * RATE]
    assert made.decisions.energy == pytest.approx(4 * energy(part))
    assert made.decisions.window == pytest.approx(2 * part - np.array(GRAVITY))
    # A step is a window further.
    made.step(1, Grain.OP)
    assert made.state.start == 26
    made.seek_newest()
    assert made.state.start + made.state.seconds <= 60
    assert made.at == made.length


@pytest.mark.concept("C036")
def test_traces_are_labeled_by_eye(session) -> None:
    made = session("look=label")
    kinds = [trace_of(number)[1] for number in range(1, 11)]
    assert {"still", "walking", "driving"} == set(kinds)
    for number, kind in enumerate(kinds, 1):
        assert made.state.trace == number
        made.guess(kind if number != 4 else "still" if kind != "still" else "walking")
    assert made.decisions.right_guesses == 9
    # All are named: it stays, and a name can be given again.
    assert made.state.trace == 10
    made.set(trace=4)
    made.guess(kinds[3])
    assert made.decisions.right_guesses == 10
    assert [row[3] for row in made.scene(False).table["rows"]] == ["right"] * 10


def test_examples_are_stepped_one_by_one_and_back(session) -> None:
    made = session("look=line&w1=2&w2=-1&b=0.5")
    found = feature_set("phone")
    assert made.scene(False).example == {}
    for number in (1, 2, 3):
        made.step(1, Grain.OP)
        x1, x2 = found.points[number - 1]
        assert made.scene(False).example["rows"][-1][-1] == f"{2 * x1 - x2 + 0.5:.2f}".replace("-", "−")
    made.step(-1, Grain.OP)
    assert made.state.example == 2
    made.seek_newest()
    assert made.state.example == len(found.labels)
    made.step(1, Grain.OP)
    assert made.state.example == len(found.labels)
    assert made.advance() > 0
    assert made.stopped
    made.start_playing()
    assert made.state.example == 0


@pytest.mark.concept("C039")
def test_a_drawn_function_decides(session) -> None:
    made = session("look=function")
    for place, height in enumerate((-1, -1, -1, 1, 1, 1, 1)):
        made.move_point(place, height)
    found = feature_set("phone")
    # Straight from (−2, −1) to (−1.25, 1): zero at −1.625.
    by_hand = np.mean((found.points[:, 0] > -1.625) == found.labels)
    assert made.decisions.accuracy == pytest.approx(by_hand)
    assert made.scene(False).histogram.cuts == pytest.approx((-1.625,))
    with pytest.raises(SpecError, match="within ±2"):
        made.move_point(0, 3.0)


def test_the_network_is_trained_and_rewound(session) -> None:
    made = session("look=learned")
    first = made.decisions.learned.weights
    for _ in range(12):
        made.step(1, made.grain)
    assert made.state.epoch == made.run.position.epoch == 12
    trained = made.decisions.learned.weights
    assert not np.allclose(first, trained)
    made.seek_step(0)
    assert np.array_equal(made.decisions.learned.weights, first)
    made.seek_newest()
    assert np.array_equal(made.decisions.learned.weights, trained)
    # What it is made of begins anew; a deep link trains as far.
    made.begin_with("units", 3, made.edits + 1)
    assert (made.state.epoch, made.run.position.epoch, made.state.units) == (0, 0, 3)
    assert np.array_equal(session("look=learned&epoch=12").decisions.learned.weights, trained)


@pytest.mark.concept("C044")
def test_three_columns_are_judged_on_the_same_points_and_only_the_kernel_keeps_them(session) -> None:
    made = session("look=three&terms=x1^2,x2^2&epoch=40")
    (points, _), (others, labels) = made.decisions.parts
    assert len(points) + len(others) == 200
    assert not {tuple(point) for point in points.tolist()} & {tuple(point) for point in others.tolist()}
    for key, function in made.decisions.columns.items():
        assert made.decisions.tested(key) == pytest.approx(np.mean((function.score(others) > 0) == labels))
        assert made.decisions.tested(key) >= 0.95
    stored = {key: made.decisions.stored(key) for key in made.decisions.columns}
    assert stored == {"engineered": 3, "kernel": 3 * len(points), "learned": 25}
    made.begin_with("share", 0.8, made.edits + 1)
    assert made.decisions.stored("kernel") > 1.5 * stored["kernel"]
    assert {made.decisions.stored(key) for key in ("engineered", "learned")} == {3, 25}


def test_another_setting_computes_anew_only_what_it_changes(session) -> None:
    made = session("look=three")
    kernel, fit = made.decisions.kernel, made.decisions.terms_fit
    made.toggle("x1^2")
    assert made.decisions.kernel is kernel
    assert made.decisions.terms_fit is not fit
    made.set(gamma=3.0)
    assert made.decisions.kernel is not kernel


def test_every_look_opens_in_place_as_it_opens_alone(session) -> None:
    made = session("look=label")
    for look in LOOKS:
        link = from_query(f"look={look}&epoch=3&example=7")
        made.go_to(link)
        alone = session(f"look={look}&epoch=3&example=7")
        here, there = made.scene(False), alone.scene(False)
        assert made.state == alone.state
        assert (here.numbers, here.summary, here.example, here.table) == (
            there.numbers, there.summary, there.example, there.table,
        )  # fmt: skip


def test_a_look_keeps_the_labels_and_the_data_it_can_show(session) -> None:
    made = session("look=terms&data=xor")
    made.choose_look("three")
    assert made.state == state_of_look("three", data="xor")
    made.choose_look("line")
    assert made.state.data == "xor"
    made.choose_look("threshold")
    assert made.state.data == "phone"
    made.reset()
    assert made.state.look == "threshold"
    assert math.isnan(session("look=signals").decisions.accuracy)
