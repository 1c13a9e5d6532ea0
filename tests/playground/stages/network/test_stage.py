"""The stage: what widgets say becomes commands, and what commands lead to is drawn or said."""

from __future__ import annotations

import logging

import numpy as np
import pytest

from engine import Position, TrainingSpec
from engine.datasets import DATASETS


def diagram_says(visited, **message: object) -> None:
    visited.board.diagram._handle_msg(message)
    visited.settle()


def transport_says(visited, **message: object) -> None:
    visited.board.transport._handle_msg(message)
    visited.settle()


def test_the_first_picture_travels_with_the_page(visit) -> None:
    visited = visit("?data=xor&hidden=3")
    assert visited.board.diagram.frame
    assert visited.board.listing.lines
    assert visited.board.summary.text.startswith(f"Epoch 0 of a 2–3–1 network on {DATASETS['xor'].title}")
    assert visited.board.gallery.value == "xor"


def test_without_a_server_a_stage_has_no_loop() -> None:
    from playground.link import Link
    from playground.stages.network.stage import NetworkStage

    stage = NetworkStage(Link(TrainingSpec(hidden=(2,), samples=20)))
    assert stage.loop is None
    stage.start()
    stage.play(True)
    stage.submit(lambda: None)
    stage.acknowledge()
    stage.stop()
    assert stage.board.diagram.frame


def test_the_diagram_changes_the_network(visit) -> None:
    visited = visit("?hidden=3,2&samples=40&formulas=x1*x2&inputs=x1,own1")
    diagram_says(visited, type="units", column=1, delta=1)
    diagram_says(visited, type="layers", delta=1)
    diagram_says(visited, type="activation", column=2, activation="relu")
    diagram_says(visited, type="toggle_input", unit="x2")
    diagram_says(visited, type="remove_input", unit="own1")
    assert visited.session.run.spec == TrainingSpec(hidden=(4, 2, 2), samples=40, activations=("", "relu"))
    titles = [column["title"] for column in visited.board.diagram.columns]
    assert titles == ["Inputs", "4 × Tanh", "2 × ReLU", "2 × Tanh", "Output"]
    assert visited.said == []


def test_an_edge_and_a_bias_are_set_on_the_diagram(visit) -> None:
    visited = visit("?hidden=3&samples=40")
    run = visited.session.run
    diagram_says(visited, type="weight", group=0, source=1, target=2, value=1.5)
    diagram_says(visited, type="bias", column=2, unit=0, value=-0.5)
    assert run["W1"][1, 2] == 1.5
    assert run["b2"][0] == -0.5
    assert visited.session.run is run
    diagram_says(visited, type="weight", group=0, source=1, target=2, value=float("nan"))
    assert run["W1"][1, 2] == 1.5
    assert "within ±1,000,000" in visited.said[0]


def test_the_last_input_cannot_be_switched_off_and_that_is_said(visit) -> None:
    visited = visit("?inputs=x1&hidden=3&samples=40")
    diagram_says(visited, type="toggle_input", unit="x1")
    assert visited.session.run.spec.inputs == ("x1",)
    assert visited.said == ["Inputs: at least one is needed"]


def test_hovering_and_choosing_show_a_neuron(visit) -> None:
    visited = visit("?hidden=3&samples=40")
    diagram_says(visited, type="hover", unit="dense1.1")
    assert visited.board.boundary.figure.title.text == "What neuron 2 of dense1 computes"
    assert visited.board.summary.text.endswith("The plane shows neuron 2 of dense1.")
    diagram_says(visited, type="leave")
    diagram_says(visited, type="select", unit="x1")
    assert visited.board.boundary.figure.title.text.startswith("What input")
    assert visited.board.diagram.selected == "x1"


def test_the_transport_steps_scrubs_and_resets(visit) -> None:
    visited = visit("?hidden=3&samples=40&batch_size=5")
    run = visited.session.run
    transport_says(visited, type="step", direction=1, grain="epoch")
    transport_says(visited, type="step", direction=1, grain="batch")
    assert run.position == Position(1, 1)
    transport_says(visited, type="step", direction=-1, grain="batch")
    assert run.position == Position(1)
    transport_says(visited, type="seek", step=2)
    assert run.position == Position(0, 2)
    assert visited.board.transport.status["length"] == 5
    transport_says(visited, type="end")
    assert run.position == Position(1, 1)
    visited.board.listing._handle_msg({"type": "run_to", "index": 3})
    visited.settle()
    assert run.position == Position(1, 1, 3)
    transport_says(visited, type="reset")
    assert visited.session.run.position == visited.session.run.newest == Position()


def test_branches_are_drawn_and_stood_on(visit) -> None:
    visited = visit("?hidden=3&samples=40&batch_size=5")
    visited.session.run.step("epoch", 3)
    visited.settle()
    assert visited.board.tree.segments == [], "one line is no tree"
    transport_says(visited, type="seek", step=4)
    visited.board.settings.widgets["learning_rate"].value = "0.5"
    visited.settle()
    segments = visited.board.tree.segments
    assert [segment["leaf"] for segment in segments] == [0, 1]
    assert "learning rate 0.02 → 0.5, from epoch 1" in segments[1]["label"]
    visited.board.tree._handle_msg({"type": "stand", "leaf": 0, "step": 6})
    visited.settle()
    assert visited.session.run.position == Position(1, 2)
    assert visited.session.run.spec.learning_rate == 0.02
    visited.board.tree._handle_msg({"type": "stand", "leaf": 1})
    visited.settle()
    assert visited.session.run.spec.learning_rate == 0.5


def test_a_live_setting_does_not_stop_play_and_another_does(visit) -> None:
    visited = visit("?hidden=3&samples=40")
    transport_says(visited, type="play")
    assert visited.board.transport.playing
    visited.frame()
    visited.board.settings.widgets["learning_rate"].value = "0.5"
    visited.settle()
    assert visited.stage.loop.playing
    assert visited.session.run.spec.learning_rate == 0.5
    visited.board.gallery._handle_msg({"type": "choose", "key": "xor"})
    visited.settle()
    assert not visited.stage.loop.playing
    assert not visited.board.transport.playing
    assert visited.board.gallery.value == "xor"


def test_a_setting_that_is_refused_is_answered_at_its_control(visit) -> None:
    visited = visit("?hidden=3&samples=40")
    visited.stage.submit(lambda: visited.session.edit("batch_size", 0, visited.stage.backend))
    visited.settle()
    widget = visited.board.settings.widgets["batch_size"]
    assert widget.error_state
    assert widget.helper_text == visited.said[0]
    transport_says(visited, type="reset")
    assert not widget.error_state


def test_a_fault_of_ours_is_said_and_logged(visit, caplog: pytest.LogCaptureFixture) -> None:
    visited = visit("?hidden=3&samples=40")

    def fail() -> None:
        raise KeyError("ours")

    visited.stage.submit(fail)
    with caplog.at_level(logging.ERROR):
        visited.settle()
    assert visited.said == ["'ours'"]
    assert "a command of the stage failed" in caplog.text


def test_a_run_that_explodes_while_playing_is_stopped_and_explained(visit) -> None:
    visited = visit("?hidden=4&loss=exponential&optimizer=sgd&learning_rate=10&activation=relu")
    transport_says(visited, type="play")
    for _ in range(50):
        visited.frame()
        if not visited.stage.loop.playing:
            break
    assert not visited.board.transport.playing
    assert any(line.startswith("Try: ") for line in visited.said)
    assert any(line.startswith("You stand just before it") for line in visited.said)
    assert np.isfinite(visited.session.run.parameters).all()
    said = visited.said
    visited.settle()
    assert visited.said == said, "the message stays until it is closed"


def test_the_page_s_mode_reaches_all_that_is_drawn(visit) -> None:
    visited = visit("?hidden=3&samples=40")
    visited.dialog("clinic")
    visited.stage.dark = True
    visited.settle()
    board = visited.board
    for widget in (
        board.transport,
        board.tree,
        board.message,
        board.diagram,
        board.listing,
        board.gallery,
        board.summary,
    ):
        assert widget.dark
    assert board.boundary._dark
    assert board._built["clinic"]._text.dark


def test_switches_under_the_plane(visit) -> None:
    visited = visit("?hidden=3&samples=40")
    board = visited.board
    lut = board.diagram.lut
    board._test_switch.value = board._discrete_switch.value = board._log_switch.value = True
    visited.settle()
    assert board.boundary._test_points.visible
    assert board.diagram.lut != lut
    board._test_switch.value = board._discrete_switch.value = board._log_switch.value = False
    visited.settle()
    assert not board.boundary._test_points.visible
    assert board.diagram.lut == lut
