"""The neuron page: what widgets say becomes commands, and what commands lead to is drawn or said."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from playground.neuron_link import from_query
from playground.stages.neuron.presentation import SUBSCRIPTS
from playground.stages.neuron.session import NeuronSession
from playground.stages.neuron.texts import CARDS
from tests.playground.stages.visits import Visit

Open = Callable[..., Visit]


def test_terms_appear_one_by_one_and_the_code_follows(visit: Open) -> None:
    page = visit("")
    for part in range(1, 6):
        page.hear(page.board.transport, type="step", direction=1, grain="op")
        rows = page.board.terms.frame["rows"]
        assert [row["state"] for row in rows] == ["done" if k < part else "now" if k == part else "ahead"
                                                  for k in (1, 2, 3)]  # fmt: skip
    frame = page.board.terms.frame
    assert (frame["sum"], frame["answer"], frame["answerState"]) == ("1.4", "0.8022", "now")
    # Bars begin where the last one ends, and end at the sum: shares of 1.4.
    assert [row["to"] for row in rows] == [pytest.approx(each / 1.4, abs=1e-4) for each in (0.1, 0.5, 1.4)]
    assert [row["from"] for row in rows[1:]] == [row["to"] for row in rows[:-1]]
    assert page.board.code.lines[-1] == {"text": "a = 1 / (1 + np.exp(-v))", "state": "now", "result": "a = 0.8022"}
    assert page.board.transport.status["text"] == "Answer"
    assert "v = 1.4" in page.board.code.lines[-2]["result"]


def test_sliders_set_the_neuron_and_follow_it(visit: Open) -> None:
    page = visit("?preset=and")
    settings = page.board.settings
    settings.bias.value = -1.5
    page.settle()
    assert page.session.run.frame().right == 4
    assert page.board.table.content["words"] == ["4 of 4 rows are right."]
    page.hear(page.board.presets, type="choose", key="logistic")
    assert (settings.weights[0].value, settings.task.value, settings.activation.value) == (0.0, "groups", "sigmoid")
    assert settings.rate.visible
    settings.count.value = "3"
    page.settle()
    assert [slider.visible for slider in settings.inputs] == [True] * 3
    assert settings.task.value == "none"
    assert not settings.rate.visible


def test_a_slider_that_echoes_what_it_was_sent_sets_nothing(visit: Open) -> None:
    page = visit("?preset=and&weights=0,0&op=0")
    slider = page.board.settings.weights[0]
    for _ in range(2):
        page.hear(page.board.transport, type="step", direction=1, grain="epoch")
    before = page.session.run.index
    shown = slider.value
    assert shown != 0
    # The browser tells of the value of a moment ago, when the next one has been sent already.
    slider.value = 0.0
    page.settle()
    assert page.session.run.index == before
    assert page.session.run.frame().spec.weights[0] == shown


def test_playing_stops_where_the_rule_rests_or_circles(visit: Open) -> None:
    for task, said in (("or", "come to rest"), ("xor", "round in a circle")):
        page = visit(f"?preset={task}")
        page.stage.session.speed = "fast"
        page.stage.play(True)
        for _ in range(40):
            page.frame()
            if not page.stage.playing:
                break
        assert not page.stage.playing
        assert any(said in line for line in page.said)


def test_the_plane_shows_the_answer_at_each_place(visit: Open) -> None:
    page = visit("?inputs=1,-0.5&weights=2,-1&bias=0.5&op=answer")
    picture = page.settle().plane
    low, high = picture.span
    size = picture.answers.shape[0]
    for row, column in ((0, 0), (10, 70), (size - 1, 3)):
        x1, x2 = (low + (high - low) * (k + 0.5) / size for k in (column, row))
        assert picture.answers[row, column] == pytest.approx(1 / (1 + math.exp(-(2 * x1 - x2 + 0.5))))
    boundary, lower, upper = picture.boundary, *picture.edges
    for weights, answer in ((boundary, 0.5), (lower, 0.9), (upper, 0.1)):
        # A point of the line, put into the neuron.
        x1 = -weights[2] / weights[0]
        assert 1 / (1 + math.exp(-(2 * x1 + 0.5))) == pytest.approx(answer)


def test_a_click_on_the_plane_is_what_the_neuron_looks_at(visit: Open) -> None:
    page = visit("?preset=xor&op=24")
    page.stage.dispatch.on_point(0.333, 1.5)
    page.settle()
    assert page.session.run.frame().inputs.tolist() == [0.33, 1.5]
    assert page.board.terms.frame["rows"][0]["value"] == "0.33"
    assert page.session.run.updates == 4


def test_multiply_and_share(visit: Open) -> None:
    page = visit("?preset=steep")
    page.stage.dispatch.multiply(2.0)
    page.settle()
    assert page.session.now.spec.weights == (4.0, 2.0)
    again = NeuronSession(from_query(f"?{_query(page)}"))
    assert again.now == page.session.now


def _query(page: Visit) -> str:
    page.board.open_share()
    return str(page.board._share.link).split("?", 1)[1]


def test_what_cannot_be_is_said(visit: Open) -> None:
    page = visit("?preset=steep&rate=99")
    assert page.said[1] == "rate=99 — Learning rate is a number from 0.01 to 10, got 99"
    page.stage.dispatch.multiply(1e6)
    page.settle()
    assert "from -200 to 200" in page.said[0]
    with pytest.raises(ValueError, match="there is no w3"):
        page.session.edit("w3", 1.0, 0)


def test_a_link_is_followed_in_place(visit: Open) -> None:
    page = visit("?preset=xor&op=24")
    page.session.edit("w1", 2.0, 0)
    page.session.go_to(from_query("?preset=numpy"))
    fresh = NeuronSession(from_query("?preset=numpy"))
    ours, theirs = page.session.scene(False), fresh.scene(False)
    assert (ours.terms, ours.code, ours.status, ours.summary, ours.preset) == (
        theirs.terms, theirs.code, theirs.status, theirs.summary, "numpy",
    )  # fmt: skip


def test_the_comparison_with_logistic_regression(visit: Open) -> None:
    page = visit("?preset=logistic&op=5000")
    content = page.board.table.content
    assert content["rows"][0][1:] == content["rows"][1][1:]
    assert page.session.difference() < 1e-3
    assert np.isnan(NeuronSession(from_query("?preset=and")).difference())


def test_every_part_has_a_card(visit: Open) -> None:
    page = visit("")
    keys = {key for view in page.board.view.select() for key in view.css_classes if key.startswith("np-about-")}
    assert {key.removeprefix("np-about-") for key in keys} == set(CARDS)
    assert len(SUBSCRIPTS) == 3
