"""The losses page: what widgets say becomes commands, and what commands lead to is drawn or said."""

from __future__ import annotations

import numpy as np
import pytest

from playground.losses_link import from_query
from playground.stages.losses.presets import PRESETS
from playground.stages.losses.stage import LossesStage
from tests.playground.stages.views import labelled, shown


def test_without_a_server_a_stage_has_no_loop() -> None:
    stage = LossesStage(from_query(""))
    assert stage.loop is None
    assert stage.board.meters.content["title"] == "Three sums"


def test_every_example_is_drawn_where_another_one_stood(visit) -> None:
    visited = visit("color=red")
    assert "color=red" in visited.said[1]
    board = visited.board
    for key in (*PRESETS, *reversed(PRESETS)):
        visited.hear(board.presets, type="choose", key=key)
        look = PRESETS[key].begin.look
        assert board.presets.value == key
        assert board.table.visible is (look != "product")
        assert board.meters.visible is (look in ("regression", "margin", "product", "entropy"))
        figures = {"regression": "residuals", "margin": "curves", "product": "product"}
        seen = [name for name, figure in board.figures.items() if figure.pane.visible]
        assert seen == ([figures[look]] if look in figures else [])
        assert board.transport.visible is (look in ("formula", "likelihood"))


def test_a_target_is_dragged(visit) -> None:
    visited = visit("targets=0,0,0")
    visited.board._dispatch.on_target(1, 1.2345)
    visited.settle()
    assert visited.session.state.targets == (0.0, 1.23, 0.0)
    np.testing.assert_allclose(visited.board.figures["residuals"]._dots.data["y"], [0, 1.23, 0])
    visited.board._dispatch.on_target(1, 10.4)
    visited.settle()
    assert visited.session.state.targets[1] == 10


def test_the_margin_is_dragged(visit) -> None:
    visited = visit("preset=margin")
    visited.board._dispatch.on_margin(0.501)
    visited.settle()
    assert visited.session.state.margin == 0.5
    dots = visited.board.figures["curves"]._dots.data
    assert dots["y"] == pytest.approx([0, 0.5, np.exp(-0.5), np.log2(1 + np.exp(-0.5))])


def test_the_product_ends_where_it_is_zero(visit) -> None:
    figure = visit("preset=product").board.figures["product"]
    single = figure._products.data["single"]
    assert np.isfinite(single[149])
    assert np.isnan(single[150])
    assert figure._ends.data["n"] == [149, 1074]


def test_settings_are_edited_and_follow(visit) -> None:
    visited = visit("preset=outlier")
    view = visited.board.view
    labelled(view, "Output o").value = 1.5
    visited.settle()
    assert visited.session.state.output == 1.5
    labelled(view, "To the median").clicks += 1
    visited.settle()
    assert labelled(view, "Output o").value == 2.0
    targets = next(widget for widget in visited.board.settings.controls.panel if widget.label == "Targets")
    targets.value = 7
    visited.settle()
    assert len(visited.session.state.targets) == 7
    visited.hear(visited.board.presets, type="choose", key="entropy")
    assert not shown(view, targets)
    labelled(view, "In bits").value = False
    visited.settle()
    assert visited.board.meters.content["title"] == "Entropies in nats"


def test_the_table_s_numbers_and_switches(visit) -> None:
    visited = visit("preset=likelihood")
    table = visited.board.table
    visited.hear(table, type="slide", row="2", cell=0, value=0.25)
    visited.hear(table, type="press", row="2", cell=1)
    assert (visited.session.state.p[2], visited.session.state.labels[2]) == (0.25, 0)
    visited.hear(table, type="slide", row="2", cell=0, value=1.5)
    assert "from 0 to 1" in visited.said[0]


def test_playing_stops_at_the_last_sample(visit) -> None:
    visited = visit("slide=L4-68")
    bar = visited.board.transport
    visited.hear(bar, type="play")
    for _ in range(5):
        assert bar.playing
        visited.frame()
    visited.settle()
    assert not bar.playing
    assert bar.status["text"] == "Sample 5 of 5"


def test_the_link_opens_what_stands_there(visit) -> None:
    visited = visit("preset=tasks")
    visited.hear(visited.board.table, type="press", row="3", cell=4)
    query = visited.dialog("share").link.split("?", 1)[1]
    assert from_query(query).begin == visited.session.state


def test_dark_reaches_the_figures(visit) -> None:
    visited = visit("preset=margin")
    visited.stage.dark = True
    visited.settle()
    assert visited.board.table.dark
    assert 'data-theme="dark"' in visited.board.figures["curves"].legend.object
