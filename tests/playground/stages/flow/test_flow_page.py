"""The gradient flow stage: what widgets say becomes commands, and what commands lead to is drawn or said."""

from __future__ import annotations

import logging
import math

import pytest
from panel.io.state import set_curdoc

from engine import Position
from engine.flow import END, FlowSpec
from playground.flow_link import FlowLink, from_query
from playground.stages.flow.presets import PRESETS
from playground.stages.flow.stage import FlowStage


def test_the_first_picture_travels_with_the_page(visit) -> None:
    visited = visit("?depth=4&width=8&batch=2")
    frame = visited.board.stack.frame
    assert len(frame["layers"]) == 4
    assert len(visited.board.stack.tiles) == 4 * 8 * 2
    assert len(visited.board.stack.lut) == 768
    assert visited.board.words.words["title"] == "Layer 1, backward"
    assert visited.board.transport.status["at_end"]
    assert "synthetic noise" in visited.board.summary.text


def test_without_a_server_a_stage_has_no_loop() -> None:
    stage = FlowStage(FlowLink(FlowSpec(depth=2, width=4)))
    assert stage.loop is None
    stage.start()
    stage.play(True)
    stage.acknowledge()
    stage.stop()
    assert stage.board.stack.frame


def test_what_was_ignored_of_the_link_is_said(visit) -> None:
    visited = visit("?depth=99&activation=tanh")
    assert visited.session.spec == FlowSpec(activation="tanh")
    assert visited.said[1].startswith("depth=99 — Layers is a whole number")


def test_the_transport_steps_scrubs_and_plays(visit) -> None:
    visited = visit("?depth=3&width=4")
    bar, run = visited.board.transport, visited.session.run
    visited.hear(bar, type="step", direction=-1, grain="layer")
    assert bar.status["text"] == "Backward · layer 2 of 3"
    visited.hear(bar, type="step", direction=-1, grain="phase")
    assert bar.status["text"] == "Forward · layer 3 of 3"
    visited.hear(bar, type="seek", step=2)
    assert bar.status["text"] == "Forward · layer 1 of 3"
    visited.hear(bar, type="reset")
    assert run.position == Position()
    visited.hear(bar, type="end")
    assert run.position == END
    visited.hear(bar, type="play")
    assert bar.playing
    frames = 0
    while bar.playing:
        visited.frame()
        frames += 1
        assert frames <= 7, "the noise, three layers up, three down"
    assert frames == 7
    assert run.position == END
    assert not visited.stage.playing


def test_grain_and_speed_are_kept(visit) -> None:
    visited = visit()
    visited.hear(visited.board.transport, type="grain", grain="phase")
    visited.hear(visited.board.transport, type="speed", speed="normal")
    assert (visited.session.grain.value, visited.session.speed) == ("phase", "normal")
    assert (visited.board.transport.grain, visited.board.transport.speed) == ("phase", "normal")


def test_a_part_of_a_layer_is_gone_to(visit) -> None:
    visited = visit("?depth=4&width=8")
    visited.hear(visited.board.transport, type="play")
    visited.hear(visited.board.stack, type="go", layer=3, phase="backward")
    assert not visited.stage.playing
    assert visited.board.stack.frame["current"] == 3
    visited.hear(visited.board.stack, type="go", layer=2, phase="forward")
    assert visited.board.words.words["title"] == "Layer 2, forward"


def test_a_painted_frame_lets_the_next_one_come(visit) -> None:
    visited = visit()
    visited.stage.loop._painted.clear()
    visited.hear(visited.board.stack, type="ack")
    assert visited.stage.loop._painted.is_set()


def test_every_control_changes_its_setting(visit) -> None:
    visited = visit("?depth=4&width=8")
    widgets = visited.board.settings.widgets
    changes = {
        "depth": 7, "activation": "tanh", "initializer": "he_normal", "skip": True, "width": 16,
    }  # fmt: skip
    for name, value in changes.items():
        with set_curdoc(visited.document):
            widgets[name].value = value
        visited.settle()
    with set_curdoc(visited.document):
        widgets["scale"].value = 0.5
        visited.settle()
    assert visited.session.spec == FlowSpec(**changes, scale=3.16)
    assert widgets["scale"].label == "Factor on the weights: × 3.2"
    assert widgets["scale"].value == 0.5, "the slider stays where the hand has put it"
    assert visited.session.run.position == END


def test_an_answer_to_an_older_edit_moves_no_slider(visit) -> None:
    visited = visit("?depth=4&width=8")
    depth = visited.board.settings.widgets["depth"]
    with set_curdoc(visited.document):
        depth.value = 9
        scene = visited.session.scene(False)
        visited.stage.draw(scene)
        assert depth.value == 9
    visited.settle()
    assert depth.value == visited.session.spec.depth == 9


def test_presets_set_the_controls_and_tell_their_numbers(visit) -> None:
    visited = visit("?depth=4&width=8")
    board = visited.board
    assert board.presets.value == ""
    assert "?" not in [item["number"] for item in board.presets.items]
    for key, preset in PRESETS.items():
        visited.hear(board.presets, type="choose", key=key)
        assert visited.session.spec == preset.spec
        assert board.presets.value == key
        assert board.shown.value == preset.shown
        assert board.settings.widgets["depth"].value == preset.spec.depth
        assert board.settings.widgets["scale"].value == pytest.approx(math.log10(preset.spec.scale))
        (number,) = [item["number"] for item in board.presets.items if item["key"] == key]
        assert board.stack.frame["results"][0]["ratio"] == number


def test_pin_and_compare(visit) -> None:
    visited = visit("?depth=4&width=8")
    board = visited.board
    assert not board.unpin.visible
    board.pin.clicks += 1
    visited.settle()
    assert board.unpin.visible
    assert board.swap.visible
    with set_curdoc(visited.document):
        board.settings.widgets["skip"].value = True
    visited.settle()
    now, pinned = board.stack.frame["results"]
    assert (now["title"], pinned["title"]) == ("Now: 4 layers, Sigmoid, skips", "Pinned: 4 layers, Sigmoid")
    board.swap.clicks += 1
    visited.settle()
    assert [result["ratio"] for result in board.stack.frame["results"]] == [pinned["ratio"], now["ratio"]]
    assert not board.settings.widgets["skip"].value
    board.unpin.clicks += 1
    visited.settle()
    assert not board.unpin.visible
    assert board.stack.frame["pinned"] == []


def test_the_bars_show_another_gradient(visit) -> None:
    visited = visit("?depth=4&width=8&shown=sums")
    assert visited.board.stack.frame["quantity"] == "∂L/∂z"
    visited.board.shown.value = "weights"
    visited.settle()
    assert visited.board.stack.frame["quantity"] == "∂L/∂W"


def test_the_question_hides_the_numbers_until_it_is_done(visit) -> None:
    visited = visit("?stage=flow")
    board = visited.board
    assert board.question.question["answer"] == -1
    assert {item["number"] for item in board.presets.items} == {"?"}
    visited.hear(board.question, type="answer", choice=1)
    assert board.question.question["verdict"].startswith("Not this time")
    assert "?" not in {item["number"] for item in board.presets.items}
    assert board.transport.status["at_end"]
    visited.hear(board.question, type="skip")
    assert board.question.question == {}


def test_the_link_leads_here(visit) -> None:
    visited = visit("?depth=4&width=8&skip=1&b_depth=6&shown=sums&scale=0.25")
    with set_curdoc(visited.document):
        visited.board.open_share()
    text = visited.board._share.box.text
    assert text.startswith("?stage=flow&")
    link = from_query(text)
    assert link == FlowLink(FlowSpec(depth=4, width=8, skip=True, scale=0.25), FlowSpec(depth=6), "sums")


def test_what_is_refused_is_said(visit, caplog: pytest.LogCaptureFixture) -> None:
    visited = visit()
    visited.stage.dispatch.edit("depth", 1)
    with caplog.at_level(logging.ERROR):
        visited.settle()
    assert visited.said == ["Layers is a whole number from 2 to 20, got 1"]
    assert caplog.text == ""
    visited.hear(visited.board.presets, type="choose", key="tanh")
    assert visited.said == []


def test_the_page_s_mode_reaches_all_that_is_drawn(visit) -> None:
    visited = visit()
    light = visited.board.stack.lut
    visited.stage.dark = True
    visited.settle()
    board = visited.board
    for widget in (board.transport, board.message, board.presets, board.question, board.stack, board.words,
                   board.summary, board.about):  # fmt: skip
        assert widget.dark
    assert board.stack.lut != light
