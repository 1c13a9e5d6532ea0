"""The probability page: what widgets say becomes commands, and what commands lead to is drawn or said."""

from __future__ import annotations

import pytest

from playground.probability_link import from_query
from playground.stages.probability.stage import ProbabilityStage
from tests.playground.stages.views import labelled, shown, widgets


def test_the_first_picture_travels_with_the_page(visit) -> None:
    board = visit("slide=L2-17").board
    assert board.table.content["title"] == "Scores and probabilities"
    assert board.transport.status["text"] == "Nothing is computed yet"
    assert board.presets.value == "softmax"


def test_without_a_server_a_stage_has_no_loop() -> None:
    stage = ProbabilityStage(from_query(""))
    assert stage.loop is None
    assert stage.board.table.content


def test_what_was_ignored_of_the_link_is_said(visit) -> None:
    assert "temperature=hot" in visit("temperature=hot").said[1]


def test_the_transport_steps_plays_to_the_end_and_begins_again(visit) -> None:
    visited = visit("at=7")
    bar = visited.board.transport
    visited.hear(bar, type="step", direction=1, grain="op")
    assert bar.status["text"] == "Class 2: its share of the sum"
    visited.hear(bar, type="play")
    visited.frame()
    visited.settle()
    assert not bar.playing
    assert bar.status["at_end"]
    visited.hear(bar, type="play")
    assert visited.session.at == 0
    visited.hear(bar, type="pause")
    visited.hear(bar, type="end")
    assert visited.session.at == 9
    visited.hear(bar, type="reset")
    assert visited.session.at == 0


def test_the_table_s_numbers_and_switches(visit) -> None:
    visited = visit()
    table = visited.board.table
    visited.hear(table, type="slide", row="1", cell=0, value=3.5)
    assert visited.session.state.scores == (2.0, 3.5, 0.1)
    visited.hear(table, type="press", row="1", cell=4)
    assert visited.session.state.target == 1
    visited.hear(table, type="slide", row="1", cell=0, value=5000)
    assert "from -2000 to 2000" in visited.said[0]
    assert visited.session.state.scores[1] == 3.5


@pytest.mark.parametrize("value", ["3", None, float("nan"), True])
def test_what_is_no_number_is_refused(visit, value: object) -> None:
    visited = visit()
    visited.hear(visited.board.table, type="slide", row="0", cell=0, value=value)
    assert "a number is needed" in visited.said[0]
    assert visited.session.state.scores[0] == 2.0


def test_settings_are_edited_and_follow(visit) -> None:
    visited = visit()
    labelled(visited.board.view, "Classes").value = 4
    visited.settle()
    assert len(visited.session.state.scores) == 4
    labelled(visited.board.view, "Subtract the largest score").value = False
    visited.settle()
    assert not visited.session.state.shifted
    labelled(visited.board.view, "Temperature T = 1").value = 0.30103
    visited.settle()
    assert visited.session.state.temperature == 2.0
    assert labelled(visited.board.view, "Temperature T = 2")
    visited.hear(visited.board.presets, type="choose", key="overflow")
    assert labelled(visited.board.view, "Classes").value == 3
    assert labelled(visited.board.view, "Temperature T = 1").value == 0


def test_the_buttons_add_to_all(visit) -> None:
    visited = visit()
    labelled(visited.board.view, "+100").clicks += 1
    visited.settle()
    assert visited.session.state.scores == pytest.approx((102, 101, 100.1))


def test_each_look_has_its_own_controls_and_views(visit) -> None:
    visited = visit()
    view = visited.board.view
    assert not shown(view, labelled(view, "Factor"))
    visited.hear(visited.board.presets, type="choose", key="line")
    assert shown(view, labelled(view, "Factor"))
    assert not shown(view, labelled(view, "Classes"))
    assert not visited.board.table.visible
    assert visited.board._places["plane"].visible
    assert not visited.board.transport.visible
    visited.hear(visited.board.presets, type="choose", key="abstain")
    assert visited.board._places["curves"].visible
    assert not visited.board._places["plane"].visible
    visited.hear(visited.board.presets, type="choose", key="tie")
    assert visited.board.table.visible
    assert visited.board.transport.visible


def test_the_line_s_sliders_and_the_point(visit) -> None:
    visited = visit("preset=line")
    view = visited.board.view
    labelled(view, "w₂").value = 2.0
    visited.settle()
    assert visited.session.state.weights == (1.23, 2.0, -0.55)
    point = labelled(view, "Point x₁, x₂")
    point.value = "0, −0.5"
    visited.settle()
    assert visited.session.state.point == (0.0, -0.5)
    point.value = "here"
    visited.settle()
    assert point.error_state
    visited.stage.board._dispatch.on_point(2.0, 1.0)
    visited.settle()
    assert visited.board.plane._asked.data == {"x": [2.0], "y": [1.0]}


def test_dragging_the_line_on_the_plane(visit) -> None:
    visited = visit("preset=line")
    (x, y), _ = visited.session.scene(False).plane.handles
    before = visited.session.state.weights
    visited.board._dispatch.on_handle(0, x, y + 0.5)
    visited.settle()
    assert visited.session.state.weights != before
    assert labelled(visited.board.view, "w₁").value == pytest.approx(visited.session.state.weights[0])


def test_figures_are_made_when_they_are_wanted(visit) -> None:
    visited = visit()
    assert visited.board.plane is None
    assert visited.board.curves is None
    visited.hear(visited.board.presets, type="choose", key="abstain")
    assert visited.board.plane is None
    data = visited.board.curves._over.data
    assert data["share"][0] == 1.0


def test_the_link_opens_what_stands_there(visit) -> None:
    visited = visit("preset=tie&at=4")
    dialog = visited.dialog("share")
    query = dialog.link.split("?", 1)[1]
    assert from_query(query).begin == visited.session.state


def test_dark_reaches_everything(visit) -> None:
    visited = visit("preset=abstain")
    visited.stage.dark = True
    visited.settle()
    assert visited.board.table.dark
    assert visited.board.words.dark
    parts = [part for part in widgets(visited.board.view) if hasattr(part, "object")]
    assert any('data-theme="dark"' in str(part.object) for part in parts)
