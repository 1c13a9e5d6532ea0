"""The switch "Step by step", in the stage but without a browser."""

from __future__ import annotations

from typing import Any

import pytest
from panel.io.state import set_curdoc

from engine import Grain, Position
from playground.stages.network.stepping_data import LAMPS


def switch(visited: Any, on: bool) -> Any:
    """Open or close the view; return what is drawn."""
    with set_curdoc(visited.document):
        visited.board.stepping.switch.value = ["on"] if on else []
    return visited.settle()


def says(visited: Any, **message: Any) -> Any:
    with set_curdoc(visited.document):
        visited.board.stepping.view._handle_msg(message)
    return visited.settle()


def step(visited: Any, count: int = 1, direction: int = 1) -> Any:
    for _ in range(count):
        with set_curdoc(visited.document):
            message = {"type": "step", "direction": direction, "grain": visited.board.transport.grain}
            visited.board.transport._handle_msg(message)
        scene = visited.settle()
    return scene


def test_closed_it_is_not_there_and_costs_nothing(visit) -> None:
    visited = visit("?hidden=3&samples=40")
    assert visited.board.stepping.view is None
    assert not visited.board.stepping.panel.visible
    assert visited.settle().stepping is None
    assert visited.board.diagram.gradients == b""


def test_opening_it_rearranges_the_stage_and_steps_by_operations(visit) -> None:
    visited = visit("?hidden=3&samples=40")
    assert visited.session.grain is Grain.BATCH
    switch(visited, True)
    assert "np-stepping" in visited.board.view.css_classes
    assert visited.board.transport.grain == "op"
    assert visited.session.grain is Grain.OP
    step(visited, 2)
    assert visited.board.stepping.view.operation["name"] == "dense1.z"
    assert visited.board.listing.detail == {}
    switch(visited, False)
    assert visited.board.view.css_classes == ["np-page", "np-stage"]
    assert visited.session.grain is Grain.BATCH
    assert visited.board.listing.detail["title"] == "Next: dense1.a"
    assert visited.board.diagram.gradients == b""


def test_who_chooses_another_grain_keeps_it(visit) -> None:
    visited = visit("?hidden=3&samples=40")
    switch(visited, True)
    with set_curdoc(visited.document):
        visited.board.transport._handle_msg({"type": "grain", "grain": "layer"})
    switch(visited, False)
    assert visited.board.transport.grain == "layer"


def test_it_lies_beside_the_views_of_the_inside(visit) -> None:
    visited = visit("?hidden=3&samples=40")
    with set_curdoc(visited.document):
        visited.board.inside.switches.value = ["histograms"]
    switch(visited, True)
    assert set(visited.board.view.css_classes) == {"np-page", "np-stage", "np-with-inside", "np-stepping"}
    switch(visited, False)
    assert set(visited.board.view.css_classes) == {"np-page", "np-stage", "np-with-inside"}


def test_view_listing_and_diagram_show_the_operation_that_has_just_run(visit) -> None:
    visited = visit("?hidden=3&samples=40")
    switch(visited, True)
    program = visited.session.run.program
    board = visited.board
    for index in range(len(program.ops)):
        step(visited)
        assert board.stepping.view.operation["name"] == program.ops[index].name
        assert board.listing.ran == index
        assert board.diagram.active["phase"] == program.ops[index].phase.value
    assert board.listing.counter == 0


def test_between_batches_only_who_steps_sees_what_ran_last(visit) -> None:
    visited = visit("?hidden=3&samples=40&batch_size=5")
    visited.session.run.step(Grain.BATCH)
    visited.settle()
    assert visited.board.listing.ran == -1
    assert visited.board.diagram.active["phase"] == ""
    switch(visited, True)
    assert visited.board.listing.ran == len(visited.session.run.program.ops) - 1
    assert visited.board.diagram.active["phase"] == "update"


def test_a_cell_is_explained_and_forgotten(visit) -> None:
    visited = visit("?hidden=3&samples=40")
    switch(visited, True)
    step(visited, 2)
    says(visited, type="cell", write=0, row=1, column=2)
    view = visited.board.stepping.view
    assert view.cell["sentence"].startswith("z1[1, 2] = ")
    says(visited, type="cell", write=0, row=-1, column=-1)
    assert view.cell == {}


def test_one_example_is_ringed_alone(visit) -> None:
    visited = visit("?hidden=3&samples=40&batch_size=5")
    switch(visited, True)
    step(visited, 2)
    ringed = visited.board.boundary._batch
    assert len(ringed.data["x"]) == 5
    says(visited, type="example", example=2)
    run = visited.session.run
    point = run.train.inputs[run.loop.examples()[2]]
    assert (ringed.data["x"][0], ringed.data["y"][0]) == tuple(point)
    assert len(ringed.data["x"]) == 1
    assert visited.board.stepping.view.operation["example"] == 2


@pytest.mark.parametrize("lamp", LAMPS)
def test_a_lamp_runs_to_the_end_of_its_move(visit, lamp: str) -> None:
    visited = visit("?hidden=3&samples=40&batch_size=5")
    switch(visited, True)
    says(visited, type="lamp", lamp=lamp)
    view, run = visited.board.stepping.view, visited.session.run
    assert view.operation["lamp"] == lamp
    last = {"batch": "batch.x", "forward": "loss.loss", "backward": "dense1.db", "update": "optimizer.w"}[lamp]
    assert view.operation["name"] == last
    if lamp == "update":
        assert run.position == Position(0, 1)
        # Now the same lamp is that of the next batch.
        says(visited, type="lamp", lamp="batch")
        assert run.position == Position(0, 1, 1)
    else:
        assert run.position.batch == 0


def test_a_lamp_of_an_earlier_move_leads_back(visit) -> None:
    visited = visit("?hidden=3&samples=40&batch_size=5")
    switch(visited, True)
    says(visited, type="lamp", lamp="backward")
    says(visited, type="lamp", lamp="forward")
    assert visited.board.stepping.view.operation["name"] == "loss.loss"
    assert visited.session.run.position.batch == 0


def test_fast_it_lies_still_and_in_slow_motion_it_follows(visit) -> None:
    visited = visit("?hidden=3&samples=40&batch_size=5")
    switch(visited, True)
    step(visited, 2)
    stage, view = visited.stage, visited.board.stepping.view
    with set_curdoc(visited.document):
        stage.play(True)
    scene = visited.frame()
    assert view.running
    assert scene.stepping is None
    assert view.operation["name"] == "dense1.z"
    assert visited.board.diagram.gradients == b""
    assert visited.board.diagram.active["phase"] == ""
    with set_curdoc(visited.document):
        visited.board.transport._handle_msg({"type": "speed", "speed": "slow"})
    visited.settle()
    assert not view.running
    visited.frame()
    assert view.operation["name"] == "batch.x"
    visited.frame()
    assert view.operation["name"] == "dense1.z"


def test_opened_while_it_runs_fast_it_waits(visit) -> None:
    visited = visit("?hidden=3&samples=40&batch_size=5")
    with set_curdoc(visited.document):
        visited.stage.play(True)
        visited.board.stepping.switch.value = ["on"]
    visited.frame()
    assert visited.board.stepping.view.running
    assert visited.board.stepping.view.operation == {}
    with set_curdoc(visited.document):
        visited.stage.play(False)
    visited.settle()
    assert visited.board.stepping.view.operation["name"] == "optimizer.w"


def test_what_has_not_changed_is_not_sent_again(visit, monkeypatch: pytest.MonkeyPatch) -> None:
    visited = visit("?hidden=3&samples=40")
    switch(visited, True)
    step(visited, 2)
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(visited.board.stepping.view, "push", lambda **values: sent.append(values))
    with set_curdoc(visited.document):
        visited.board.diagram._handle_msg({"type": "hover", "unit": "dense1.1"})
    visited.settle()
    assert sent == []
    says(visited, type="cell", write=0, row=0, column=0)
    assert [list(values) for values in sent] == [["cell"]]


def test_the_page_s_mode_reaches_it(visit) -> None:
    visited = visit("?hidden=3&samples=40")
    switch(visited, True)
    light = visited.board.stepping.view.lut
    visited.stage.dark = True
    visited.settle()
    assert visited.board.stepping.view.dark
    assert visited.board.stepping.view.lut != light


def test_a_new_network_shows_nothing_of_the_old(visit) -> None:
    visited = visit("?hidden=3&samples=40")
    switch(visited, True)
    step(visited, 2)
    says(visited, type="example", example=3)
    says(visited, type="cell", write=0, row=0, column=0)
    assert visited.board.stepping.view.cell
    with set_curdoc(visited.document):
        visited.stage.dispatch.edit("hidden", (2,))
    visited.settle()
    assert visited.board.stepping.view.operation == {}
    assert visited.board.stepping.view.cell == {}
    step(visited, 2)
    assert visited.board.stepping.view.operation["example"] == -1
    assert visited.board.stepping.view.cell == {}
