"""The descent stage without a browser: what widgets say becomes commands, and what these lead to is drawn or said."""

from __future__ import annotations

import json
import time

import pytest
from panel.io.state import set_curdoc

from engine import Position
from engine.descent.capsule import save_descent
from playground.descent_link import DescentLink, from_query
from playground.stages.descent.presets import VIEWS
from playground.stages.descent.stage import DescentStage
from playground.stages.descent.texts import about_cards
from playground.stages.descent.tools.share import moment
from tests.playground.stages.views import shown, widgets


def transport(visited, **message: object) -> None:
    visited.hear(visited.board.transport, **message)


def set_value(visited, widget, value) -> None:
    with set_curdoc(visited.document):
        widget.value = value
    visited.settle()


def test_the_first_picture_travels_with_the_page(visit) -> None:
    visited = visit("slide=L3-21")
    board = visited.board
    assert board.transport.status["text"] == "Slide L3-21 · At the start"
    assert board.state.content["title"] == "Gradient descent"
    assert board.settings.preset.value == "khan_low"
    assert board.settings.fields["learning_rate"].value == "0.005"
    assert board.settings.fields["start"].value == "−3.3"
    assert shown(visited.stage.view, board.curve.pane)
    assert not shown(visited.stage.view, board.plane.pane)
    assert visited.said == []


def test_without_a_server_a_stage_has_no_loop() -> None:
    stage = DescentStage(DescentLink())
    assert stage.loop is None
    stage.start()
    stage.play(True)
    stage.submit(lambda: None)
    stage.stop()
    assert stage.board.state.content


def test_the_page_is_built_quickly(visit) -> None:
    times = []
    for _ in range(3):
        start = time.process_time()
        visited = visit("epoch=5")
        with set_curdoc(visited.document):
            visited.stage.view.get_root()
        times.append(time.process_time() - start)
    # The first one imports; others on this machine may be busy.
    assert min(times) < 0.8


def test_what_a_link_asks_in_vain_is_said(visit) -> None:
    assert "colour=red — there is no such setting" in visit("colour=red").said


def test_the_view_that_is_wanted_is_shown(visit) -> None:
    visited = visit("")
    board, view = visited.board, visited.stage.view
    assert shown(view, board.plane.pane)
    set_value(visited, board.switches["space"], True)
    assert shown(view, board.space.panel)
    assert not shown(view, board.plane.pane)
    assert not board.switches["truth"].visible
    visited.hear(board.grounds.grounds, type="choose", key="beale")
    assert visited.session.run.spec.surface == "beale"
    set_value(visited, board.grounds.kind, "1")
    assert shown(view, board.curve.pane)
    assert not board.switches["space"].visible


def test_the_transport_steps_scrubs_and_resets(visit) -> None:
    visited = visit("slide=L3-22")
    run = visited.session.run
    transport(visited, type="step", direction=1, grain="op")
    assert run.position == Position(0, 0, 1)
    transport(visited, type="step", direction=1, grain="epoch")
    transport(visited, type="step", direction=1, grain="epoch")
    assert run.position == Position(2)
    transport(visited, type="seek", step=1)
    assert run.position == Position(0, 0, 1)
    transport(visited, type="end")
    assert run.position == Position(2)
    visited.hear(visited.board.state, type="run_to", index=1)
    assert run.position == Position(2, 0, 1)
    transport(visited, type="reset")
    assert visited.session.run.position == Position()


def test_playing_goes_on_while_rates_change_and_ends_at_rest(visit) -> None:
    visited = visit("slide=L3-18")
    transport(visited, type="speed", speed="fast")
    transport(visited, type="play")
    for _ in range(3):
        visited.frame()
    set_value(visited, visited.board.settings.fields["learning_rate"], "2")
    for _ in range(4):
        if visited.stage.playing:
            visited.frame()
    # With η = 2 and J″ = ½ one step lands on the minimum; the next one moves nothing.
    assert not visited.stage.playing
    assert visited.session.run.frame().point[0] == 0.0
    assert any(fact["key"] == "arrived" for fact in visited.board.facts.facts)


def test_a_start_that_is_dragged_makes_one_run_a_frame(visit, monkeypatch) -> None:
    visited = visit("epoch=5")
    made = []
    monkeypatch.setattr(visited.session, "drag_start", made.append)
    dispatch = visited.stage.board
    with set_curdoc(visited.document):
        for x in (-8.0, -7.0, -6.0):
            visited.board.plane._pointer._handle_msg({"type": "drag", "x": x, "y": 0.5})
    visited.settle()
    assert made == [(-6.0, 0.5)]
    assert dispatch is visited.board


def test_a_click_begins_there_and_the_field_follows(visit) -> None:
    visited = visit("epoch=5")
    visited.hear(visited.board.plane._pointer, type="start", x=-6.0, y=0.5)
    assert visited.session.run.spec.point == (-6.0, 0.5)
    assert visited.board.settings.fields["start"].value == "−6, 0.5"
    assert len(visited.board.transport.branches) == 2
    visited.hear(visited.board.tree, type="choose", leaf=0, step=4)
    assert visited.session.run.position == Position(2)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("learning_rate", "much", "Learning rate is a number from"),
        ("learning_rate", "0", "Learning rate is a number from"),
        ("start", "99, 0", "The start, x, is a number from −12 to 6"),
        ("start", "1", "The start is a number for each of x, y, got 1 number"),
        ("start", "here", "a number for each weight"),
        ("noise", "-1", "Noise on the gradient is a number from 0"),
        ("loss_scale", "nan", "Factor on the loss"),
        ("seed", "1.5", "Seed is a whole number"),
        ("momentum", "2", "momentum"),
        ("momentum", "x", "is a number"),
    ],
)
def test_what_is_not_allowed_is_answered_under_its_field(visit, name, text, said) -> None:
    visited = visit("optimizer=momentum&epoch=3")
    field = visited.board.settings.fields[name]
    before = visited.session.run.spec
    set_value(visited, field, text)
    assert field.error_state
    assert said.replace("−", "-") in field.helper_text.replace("−", "-")
    assert visited.session.run.spec == before
    assert visited.session.run.position == Position(3)
    transport(visited, type="reset")
    assert not field.error_state


def test_settings_reach_the_descent(visit) -> None:
    visited = visit("optimizer=momentum&epoch=3")
    fields = visited.board.settings.fields
    for name, text in {"learning_rate": "0.05", "momentum": "0.5", "noise": "0.25", "loss_scale": "2"}.items():
        set_value(visited, fields[name], text)
    spec = visited.session.run.spec
    assert (spec.rate, dict(spec.settings), spec.noise, spec.loss_scale) == (0.05, {"momentum": 0.5}, 0.25, 2.0)
    assert visited.session.run.position == Position(3)
    set_value(visited, fields["seed"], "5")
    assert visited.session.run.spec.seed == 5
    assert visited.session.run.position == Position()
    assert "begins anew" in visited.said[0]
    set_value(visited, visited.board.settings.optimizer, "adam")
    assert fields["beta1"].visible
    assert not fields["momentum"].visible


def test_a_bad_formula_is_answered_and_the_work_stays(visit) -> None:
    visited = visit("epoch=3")
    set_value(visited, visited.board.grounds.kind, "own")
    visited.hear(visited.board.grounds.field, type="take", text="x^2 + z")
    assert "unknown name z" in visited.board.grounds.field.answer["message"]
    assert visited.session.run.position == Position(3)
    visited.hear(visited.board.grounds.field, type="take", text="x^2 + y^2/4")
    assert visited.session.run.spec.formula == "x^2 + y^2/4"
    assert visited.board.settings.preset.value == "—"


def test_basins_are_asked_for_until_they_are_done(visit) -> None:
    visited = visit("slide=L4-82")
    scene = visited.settle()
    assert not scene.growing
    assert scene.picture.basins.done


def test_a_link_walks_the_same_way(visit) -> None:
    visited = visit("optimizer=adam&surface=beale&epoch=7&op=2&views=fan,step")
    visited.board.share()
    link = visited.board._share.link
    again = from_query(link.split("?", 1)[1])
    assert again.spec == visited.session.run.spec
    assert again.position == Position(7, 0, 2)
    assert set(again.views) == {"fan", "step"}
    assert visited.board._share._note.value == ""


def test_what_was_changed_on_the_way_a_link_begins_from_here(visit) -> None:
    visited = visit("epoch=4")
    visited.session.change({"learning_rate": 0.2})
    visited.session.step(1, visited.session.grain)
    spec, position, note = moment(visited.session.run)
    assert position == Position()
    assert spec.point == tuple(visited.session.run.frame().point.tolist())
    assert spec.rate == 0.2
    assert "begins at the point where it stands" in note


def test_a_moved_start_alone_is_no_change_on_the_way(visit) -> None:
    visited = visit("epoch=4")
    visited.session.set_start((-6.0, 0.5))
    visited.session.step(1, visited.session.grain)
    spec, position, note = moment(visited.session.run)
    assert (spec.point, position, note) == ((-6.0, 0.5), Position(1), "")


def test_a_file_is_loaded_or_refused(visit) -> None:
    visited, other = visit("slide=L3-22&epoch=5"), visit("")
    other.board.files()
    files = other.board._files
    with set_curdoc(other.document):
        files._load(save_descent(visited.session.main).encode(), "a.json")
    other.settle()
    assert other.session.run.position == Position(5)
    assert "is here again" in other.said[0]
    for content in (b"\xff\xfe", b"{}", json.dumps({"format": "nonsense"}).encode()):
        with set_curdoc(other.document):
            files._load(content, "b.json")
        other.settle()
        assert other.said[0].startswith("Nothing was loaded: ")
        assert other.session.run.position == Position(5)


def test_every_control_has_its_words(visit) -> None:
    visited = visit("")
    with set_curdoc(visited.document):
        visited.board.rules.panel.collapsed = False
        visited.board.settings.folded.collapsed = False
    keys = {
        name.removeprefix("np-about-")
        for widget in widgets(visited.stage.view)
        for name in getattr(widget, "css_classes", None) or []
        if name.startswith("np-about-")
    }
    assert keys <= set(about_cards())
    assert set(visited.board.switches) == set(VIEWS)
