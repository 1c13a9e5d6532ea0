"""Drawing: each gesture and each typed place becomes a change of the points."""

from __future__ import annotations

import pytest

from tests.playground.stages.views import labelled


@pytest.fixture
def drawing(visit):
    """A stage on which is drawn."""

    def begin(query: str = "?data=circle&samples=30&hidden=3"):
        visited = visit(query)
        visited.board._draw_switch.value = True
        visited.settle()
        return visited

    return begin


def gesture(visited, kind: str, index: int = -1, x: float = 0.0, y: float = 0.0) -> None:
    """Say what the browser would."""
    editor = visited.board.boundary._editor
    number = (editor._said.data["number"] or [0])[0] + 1
    editor._said.data = {"number": [number], "type": [kind], "index": [index], "x": [x], "y": [y]}
    visited.settle()


def test_the_bar_is_built_when_it_is_wanted(visit) -> None:
    visited = visit()
    bar = visited.board.drawing
    bar.toggle(False)
    assert bar.panel.objects == []
    assert visited.board.boundary.tool == "look"
    visited.board._draw_switch.value = True
    assert bar.panel.visible
    assert visited.board.boundary.tool == "add"
    visited.board._draw_switch.value = False
    assert not bar.panel.visible
    assert visited.board.boundary.tool == "look"


def test_gestures_change_the_points(drawing) -> None:
    visited = drawing()
    session = visited.session
    bar = visited.board.drawing
    bar._class.value = bar._class.options[1]
    gesture(visited, "add", x=1.25, y=-0.5)
    points = session.run.spec.points
    assert len(points) == 31
    assert points.inputs[-1].tolist() == [1.25, -0.5]
    assert points.targets[-1] == 1.0
    gesture(visited, "move", index=30, x=2.0, y=2.5)
    assert session.run.spec.points.inputs[30].tolist() == [2.0, 2.5]
    gesture(visited, "erase", index=30)
    assert len(session.run.spec.points) == 30
    assert (session.run.spec.points.inputs == points.inputs[:30]).all()


def test_the_tool_is_chosen_in_the_bar(drawing) -> None:
    visited = drawing()
    for tool in ("move", "erase", "add"):
        visited.board.drawing._tool.value = tool
        assert visited.board.boundary.tool == tool


@pytest.mark.parametrize("typed", ["1.5, -2", "1.5;-2", " 1.5 ,-2 "])
def test_a_typed_place_is_a_point(drawing, typed: str) -> None:
    visited = drawing()
    field = labelled(visited.board.drawing.panel, "Or type a place")
    field.value = typed
    visited.settle()
    assert visited.session.run.spec.points.inputs[-1].tolist() == [1.5, -2.0]
    assert field.value == ""


@pytest.mark.parametrize("typed", ["here", "1", "1,2,3", ",", "1 2", "__import__('os')"])
def test_what_is_no_place_is_answered_at_the_field(drawing, typed: str) -> None:
    visited = drawing()
    run = visited.session.run
    field = labelled(visited.board.drawing.panel, "Or type a place")
    field.value = typed
    visited.settle()
    assert visited.session.run is run
    assert field.error_state
    assert field.helper_text == "two numbers, such as 1.5, -2"
    field.value = "1, 2"
    assert not field.error_state


@pytest.mark.parametrize("typed", ["nan, 0", "inf, 0", "1e9, 0", "0, -101"])
def test_a_place_beyond_the_plane_is_answered_in_the_page(drawing, typed: str) -> None:
    visited = drawing()
    run = visited.session.run
    labelled(visited.board.drawing.panel, "Or type a place").value = typed
    visited.settle()
    assert visited.session.run is run
    assert "coordinates lie within -100 and 100" in visited.said[0]


def test_erasing_all_leaves_a_draft_and_drawing_goes_on(drawing) -> None:
    visited = drawing()
    run, bar = visited.session.run, visited.board.drawing
    labelled(bar.panel, "Erase all").clicks += 1
    visited.settle()
    assert len(visited.session.draft) == 0
    assert len(visited.board.boundary._train.data["x"]) == 0
    for count in range(10):
        bar._class.value = bar._class.options[count % 2]
        assert visited.session.run is run
        gesture(visited, "add", x=count / 4, y=0.5)
        assert len(visited.board.boundary._editor._points.data["x"]) == count + 1
    assert visited.session.draft is None
    assert visited.session.run.spec.points.targets.tolist() == [0.0, 1.0] * 5


def test_classes_are_named_by_their_colours_or_by_the_file(drawing, own_query: str) -> None:
    visited = drawing("?data=blobs4&samples=40&hidden=3")
    bar = visited.board.drawing
    assert len(bar._class.options) == 4
    assert bar._class.visible
    assert not bar._target.visible
    visited = drawing("?data=plane&samples=40&hidden=3")
    bar = visited.board.drawing
    assert bar._target.visible
    assert not bar._class.visible
    bar._target.value = 0.5
    gesture(visited, "add", x=1.0, y=1.0)
    assert visited.session.run.spec.points.targets[-1] == 0.5
