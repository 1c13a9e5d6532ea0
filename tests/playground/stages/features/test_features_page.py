"""The features page without a browser: what widgets say becomes commands, and what they lead to is drawn or said."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from panel.io.state import set_curdoc

from playground.benches.features import BENCH
from playground.features_link import from_query, to_url
from playground.stages.features.stage import FeaturesStage
from playground.stages.features.state import LOOKS
from playground.stages.features.texts import about_cards
from playground.views.class_histogram import bars
from playground.views.decision_plane import GRID, grid_points, shades, zero_lines
from tests.playground.stages.views import labelled, shown, widgets


def set_to(visited, widget, value) -> None:
    with set_curdoc(visited.document):
        widget.value = value
    visited.settle()


def numbers(visited) -> dict[str, str]:
    return dict(visited.board.readout.values)


@pytest.mark.parametrize("look", list(LOOKS))
def test_every_look_is_drawn(visit, look: str) -> None:
    visited = visit(f"look={look}")
    assert visited.board.looks.value == look
    assert visited.board.view.css_classes[-1] == f"np-look-{look}"
    assert "ynthetic" in visited.board.badge.object
    assert numbers(visited)
    assert visited.board.summary.text
    assert visited.said == []
    visited.stage.dark = True
    visited.settle()


def test_the_badge_says_that_nobody_was_recorded(visit) -> None:
    for query in ("look=label", "look=signals", "look=line", "look=threshold&data=band"):
        assert "no real user data" in visit(query).board.badge.object


@pytest.mark.concept("C040")
def test_sliders_move_the_line_and_each_example_is_added_up(visit) -> None:
    visited = visit("look=line&w1=1&w2=0&b=1.5&example=3")
    assert numbers(visited)["angle"] == "0.0°"
    set_to(visited, labelled(visited.stage.view, "w₂"), 1.0)
    assert numbers(visited)["angle"] == "45.0°"
    assert numbers(visited)["distance"] == f"{1.5 / np.sqrt(2):.2f}"
    rows = visited.board.example.content["rows"]
    number = [float(row[-1].replace("−", "-")) for row in rows]
    assert sum(number[:-1]) == pytest.approx(number[-1], abs=0.02)


@pytest.mark.concept("C041")
def test_the_appended_one_is_a_row_of_its_own(visit) -> None:
    visited = visit("look=line&example=1")
    before = visited.board.example.content["rows"]
    set_to(visited, labelled(visited.stage.view, "Append 1 to x"), True)
    after = visited.board.example.content["rows"]
    assert [row[-1] for row in before] == [row[-1] for row in after]
    assert after[2][:2] == ["1", "1"]


@pytest.mark.concept("C042")
def test_ticking_terms_solves_the_ring(visit) -> None:
    visited = visit("look=terms&terms=")
    assert float(numbers(visited)["accuracy"]) == 0.5
    for title in ("x₁²", "x₂²"):
        set_to(visited, labelled(visited.stage.view, title), True)
    assert float(numbers(visited)["accuracy"]) >= 0.97
    assert shown(visited.stage.view, visited.board.pictures._built["phi"].pane)
    set_to(visited, labelled(visited.stage.view, "x₁x₂"), True)
    # Three terms are no plane.
    assert not shown(visited.stage.view, visited.board.pictures._built["phi"].pane)


def test_points_of_the_drawn_function_are_dragged(visit) -> None:
    visited = visit("look=function")
    with set_curdoc(visited.document):
        visited.board.pictures._built["function"]._editor.callback({"type": "move", "index": 2, "x": 0.0, "y": -1.25})
    visited.settle()
    assert visited.session.state.values[2] == -1.25
    assert labelled(visited.stage.view, "y at x₁ = −2").value == -1.25
    assert visited.board.pictures._built["function"]._source.data["y"][2] == -1.25


def test_the_transport_steps_examples_or_epochs(visit) -> None:
    visited = visit("look=line")
    assert visited.board.transport.grains == [("op", "Example")]
    visited.hear(visited.board.transport, type="step", direction=1, grain="op")
    assert visited.board.transport.status["text"] == "Example 1 of 400"
    visited.hear(visited.board.looks, type="choose", key="learned")
    assert visited.board.transport.grains == [("epoch", "Epoch")]
    visited.hear(visited.board.transport, type="step", direction=1, grain="epoch")
    assert visited.board.transport.status["text"] == "Epoch 1"
    visited.hear(visited.board.transport, type="reset")
    assert visited.session.state.epoch == 0


def test_labels_are_given_by_buttons(visit) -> None:
    visited = visit("look=label")
    with set_curdoc(visited.document):
        labelled(visited.stage.view, "Walking").clicks += 1
    visited.settle()
    assert numbers(visited)["named"] == "1 of 10"
    assert visited.board.transport.status["text"] == "Trace 2 of 10"


def test_controls_of_other_looks_are_away(visit) -> None:
    visited = visit("look=threshold")
    view = visited.stage.view
    assert not shown(view, labelled(view, "Upper threshold"))
    set_to(visited, labelled(view, "Driving is"), "between")
    assert shown(view, labelled(view, "Upper threshold"))
    assert labelled(view, "Lower threshold").value == visited.session.state.low
    assert not shown(view, labelled(view, "Height of the plane"))
    visited.hear(visited.board.looks, type="choose", key="lift")
    assert shown(view, labelled(view, "Height of the plane"))


def test_share_opens_what_stands_here(visit) -> None:
    visited = visit("look=line")
    set_to(visited, labelled(visited.stage.view, "b"), 2.5)
    visited.board.open_share()
    query = visited.board._share.link.split("?", 1)[1]
    assert from_query(query).state == visited.session.state
    assert query == to_url(visited.session.state)


def test_a_link_that_asks_for_what_is_not_there_says_so(visit) -> None:
    visited = visit("look=lift&height=99")
    assert "height is a number from 0 to 6" in visited.said[1]


def test_every_control_has_a_card_and_the_sheet_names_every_area(visit) -> None:
    visited = visit("look=line")
    classes = {name for part in widgets(visited.stage.view) for name in getattr(part, "css_classes", None) or []}
    asked = {name.removeprefix("np-about-") for name in classes if name.startswith("np-about-")}
    assert asked <= set(about_cards())
    sheet = Path("static/css/features_stage.css").read_text(encoding="utf-8")
    areas = {part.styles["grid-area"] for part in visited.stage.view if "grid-area" in part.styles} - {"about"}
    for template in re.findall(r"grid-template-areas:(.*?);", sheet, re.S):
        assert set(re.findall(r"[a-z]+", template)) == areas
    assert set(BENCH.parts) | {"transport"} == areas


def test_without_a_server_a_stage_has_no_loop() -> None:
    stage = FeaturesStage(from_query(""))
    assert stage.loop is None
    stage.start()
    stage.play(True)
    stage.stop()


def test_scores_become_a_picture_with_a_jump_at_zero_and_a_line() -> None:
    extent = ((-1.0, 1.0), (-2.0, 2.0))
    scores = np.reshape(grid_points(extent) @ [1.0, 1.0], (GRID, GRID))
    picture = shades(scores)
    assert (picture[scores > 0] > 127).all()
    assert (picture[scores < 0] < 128).all()
    xs, ys = zero_lines(scores, extent)
    # Pieces are parted by nan; every point of them fulfils x + y = 0.
    x, y = np.concatenate(xs), np.concatenate(ys)
    assert len(x)
    assert (x + y)[np.isfinite(x)] == pytest.approx(0.0, abs=1e-9)
    assert zero_lines(np.ones((GRID, GRID)), extent) == ([], [])


def test_bars_count_each_class() -> None:
    edges, above, below = bars(np.array([0.1, 0.2, 0.9]), np.array([1.0, 0.0, 1.0]), (0.0, 1.0))
    assert (above.sum(), below.sum()) == (2, 1)
    assert below[np.searchsorted(edges, 0.2) - 1] == 1
