"""The activation page: what widgets say becomes commands, and what commands lead to is drawn or said."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from engine import Grain
from playground.activation_link import from_query
from playground.stages.activation.session import ActivationSession
from playground.stages.activation.texts import CARDS
from tests.playground.stages.visits import Visit

Open = Callable[..., Visit]


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def test_the_input_moves_by_tenths_and_by_whole_numbers(visit: Open) -> None:
    page = visit("?x=0.25")
    moves = ((1, "op", 0.3), (1, "batch", 1.0), (-1, "op", 0.9), (-1, "batch", 0.0), (-1, "op", -0.1))
    for direction, grain, x in moves:
        page.hear(page.board.transport, type="step", direction=direction, grain=grain)
        assert page.session.spec.x == pytest.approx(x, abs=1e-12)
        assert page.board.readout.content["rows"][0][1:] == [f"{sigmoid(x):.4g}", f"{sigmoid(x) * sigmoid(-x):.4g}"]
        assert page.board.settings.widgets["x"].value == page.session.spec.x
    page.hear(page.board.transport, type="seek", step=120)
    assert page.board.transport.status["text"] == "x = 6"
    page.hear(page.board.transport, type="step", direction=1, grain="op")
    assert page.session.spec.x == 6
    page.hear(page.board.transport, type="reset")
    assert page.session.spec.x == -6


def test_playing_ends_at_the_right_and_begins_again_at_the_left(visit: Open) -> None:
    page = visit("?x=5.9")
    page.stage.play(True)
    page.settle()
    for _ in range(3):
        if page.stage.playing:
            page.frame()
    assert not page.stage.playing
    assert page.session.spec.x == 6
    page.stage.play(True)
    page.settle()
    page.frame()
    assert page.session.spec.x == pytest.approx(-5.9)


@pytest.mark.concept("C057")
def test_what_is_flat_is_shaded(visit: Open) -> None:
    page = visit("?function=sigmoid")
    curve = page.board.curve
    shaded = [(box.left, box.right) for box in curve._flat if box.visible]
    assert shaded == [(-6.0, pytest.approx(-4.6)), (pytest.approx(4.6), 6.0)]
    page.board.settings.widgets["flat"].value = False
    page.settle()
    assert not any(box.visible for box in curve._flat)
    page.board.settings.widgets["flat"].value = True
    page.board.settings.widgets["function"].value = "identity"
    page.settle()
    assert not any(box.visible for box in curve._flat)


def test_four_curves_and_their_slopes_together(visit: Open) -> None:
    page = visit("?preset=four&x=1")
    rows = {row[0]: row[1:] for row in page.board.readout.content["rows"]}
    assert rows == {
        "Identity": ["1", "1"], "Sigmoid": ["0.7311", "0.1966"], "Tanh": ["0.7616", "0.42"], "ReLU": ["1", "1"],
    }  # fmt: skip
    drawn = page.board.curve._sources["third"].data
    np.testing.assert_allclose(drawn["y"], np.tanh(drawn["x"]), atol=1e-12)
    slopes = page.board.slopes._sources["third"].data
    np.testing.assert_allclose(slopes["y"], 1 / np.cosh(slopes["x"]) ** 2, atol=1e-12)


@pytest.mark.concept("C054")
def test_a_sigmoid_is_laid_on_tanh_by_three_sliders(visit: Open) -> None:
    page = visit("?preset=scaled")
    widgets = page.board.settings.widgets
    assert all(widgets[name].visible for name in ("outer", "inner", "shift"))
    for name, value in (("outer", 2.0), ("inner", 2.0), ("shift", -1.0)):
        widgets[name].value = value
        page.settle()
    assert page.board.readout.content["rows"][1][0] == "2 · σ(2 x) − 1"
    data = page.board.curve._sources
    assert np.abs(data["other"].data["y"] - data["main"].data["y"]).max() < 1e-12
    widgets["beside"].value = "none"
    page.settle()
    assert not any(widgets[name].visible for name in ("outer", "inner", "shift"))


def test_a_unit_is_killed_and_revived_by_its_bias(visit: Open) -> None:
    page = visit("?preset=relu")
    widgets = page.board.settings.widgets
    widgets["bias"].value = -9.0
    page.settle()
    assert page.board.report.content["words"][0].startswith("Dead")
    assert (page.session.killed, page.session.revived) == (True, False)
    # Other inputs wake it up, too, but that is not what was asked for.
    widgets["spread"].value = 4.0
    page.settle()
    assert not page.session.unit.dead
    assert not page.session.revived
    widgets["spread"].value = 1.5
    page.settle()
    widgets["bias"].value = 0.0
    page.settle()
    assert page.session.revived
    assert page.board.report.content["words"] == ["Alive again, by its bias alone."]


def test_histograms_hold_every_input_once(visit: Open) -> None:
    page = visit("?preset=relu&bias=-3&spread=2")
    for source, values in zip(page.board.histograms._sources, (page.session.unit.z, page.session.unit.a), strict=True):
        assert source.data["top"].sum() == pytest.approx(1)
        places = (source.data["left"] + source.data["right"]) / 2
        assert (places * source.data["top"]).sum() == pytest.approx(values.mean(), abs=0.2)


@pytest.mark.concept("C049")
@pytest.mark.concept("C058")
def test_the_spiking_neuron_is_there_when_it_is_wanted(visit: Open) -> None:
    page = visit("?x=2")
    assert not page.board.spikes.pane.visible
    page.board.settings.widgets["spikes"].value = True
    page.settle()
    assert page.board.spikes.pane.visible
    # Ten milliseconds times ln 2 between two spikes, in a hundred.
    assert len(page.board.spikes._spikes.data["x"]) == math.floor(100 / (10 * math.log(2)))
    assert "analogy" in page.board.spikes.voltage.title.text
    assert "144 times a second" in page.board.readout.content["words"][-1]


def test_share_and_go_to(visit: Open) -> None:
    page = visit("?preset=gaussian&sigma=2.5&x=1.25")
    page.board.open_share()
    again = ActivationSession(from_query(str(page.board._share.link).split("?", 1)[1]))
    assert again.spec == page.session.spec
    again.edit("bias", -20.0, 0)
    again.go_to(from_query("?preset=relu"))
    fresh = ActivationSession(from_query("?preset=relu"))
    assert (again.spec, again.killed, again.revived) == (fresh.spec, False, False)
    assert again.scene(False).summary == fresh.scene(False).summary


def test_what_cannot_be_is_said(visit: Open) -> None:
    page = visit("?sigma=99")
    assert "from 0.2 to 4" in page.said[1]
    page.stage.dispatch.edit("x", 7.0)
    page.settle()
    assert "Input x is a number from -6 to 6" in page.said[0]


def test_a_step_from_between_goes_to_the_next_place() -> None:
    session = ActivationSession(from_query("?x=-0.05"))
    session.step(1, Grain.OP)
    assert session.spec.x == 0
    session = ActivationSession(from_query("?x=-0.05"))
    session.step(-1, Grain.BATCH)
    assert session.spec.x == -1


def test_every_part_has_a_card(visit: Open) -> None:
    page = visit("")
    keys = {key for view in page.board.view.select() for key in view.css_classes if key.startswith("np-about-")}
    assert {key.removeprefix("np-about-") for key in keys} == set(CARDS)
