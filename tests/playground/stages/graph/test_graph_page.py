"""The graph stage without a browser: what widgets say becomes commands, and what commands lead to is drawn or said."""

from __future__ import annotations

import time

import numpy as np
import pytest
from panel.io.state import set_curdoc

from engine import Position
from engine.expression.presets import PRESETS
from engine.expression.spec import ExpressionSpec
from playground.graph_link import GraphLink, from_query
from playground.stages.graph.stage import GraphStage
from playground.stages.graph.texts import about_cards
from tests.playground.stages.views import shown, widgets
from tests.playground.test_typed_expression import REFUSED


def numbers(visited) -> dict[str, str]:
    """Values on the graph, by symbol."""
    graph, frame = visited.board.graph.graph, visited.board.graph.frame
    return {node["symbol"]: frame["values"][node["id"]] for node in graph["nodes"]}


def gradients(visited) -> dict[str, str]:
    graph, frame = visited.board.graph.graph, visited.board.graph.frame
    return {node["symbol"]: frame["gradients"][node["id"]] for node in graph["nodes"]}


def transport(visited, **message: object) -> None:
    visited.hear(visited.board.transport, **message)


def test_the_first_picture_travels_with_the_page(visit) -> None:
    visited = visit("preset=xyz&slide=L1-24")
    board = visited.board
    assert numbers(visited) == {"x": "−2", "y": "5", "z": "−4", "q": "3", "f": "−12"}
    assert gradients(visited) == {"x": None, "y": None, "z": "3", "q": "−4", "f": "1"}
    assert board.explanation.content["title"] == "Gradient at q"
    assert board.field.text == "(x + y)*z"
    assert board.presets.value == "xyz"
    assert board.transport.status["text"].startswith("Slide L1-24 ·")
    assert board.summary.text.startswith("Slide L1-24. The graph of (x + y)·z")
    assert visited.said == []


def test_without_a_server_a_stage_has_no_loop() -> None:
    stage = GraphStage(GraphLink())
    assert stage.loop is None
    stage.start()
    stage.play(True)
    stage.submit(lambda: None)
    stage.stop()
    assert stage.board.graph.frame


def test_the_page_is_built_quickly_and_small(visit) -> None:
    times = []
    for _ in range(3):
        start = time.process_time()
        visited = visit("preset=line&epoch=3")
        with set_curdoc(visited.document):
            root = visited.stage.view.get_root()
        times.append(time.process_time() - start)
    # The first one imports; others on this machine may be busy.
    assert min(times) < 0.3
    assert len(root.references()) < 150


def test_what_a_link_asks_in_vain_is_said(visit) -> None:
    assert "colour=red — there is no such setting" in visit("colour=red").said


def test_the_transport_steps_scrubs_and_resets(visit) -> None:
    visited = visit("")
    run = visited.session.run
    transport(visited, type="step", direction=1, grain="op")
    assert run.position == Position(0, 0, 1)
    transport(visited, type="step", direction=1, grain="phase")
    transport(visited, type="step", direction=1, grain="epoch")
    assert run.position == Position(1)
    assert gradients(visited) == {"x": "−4", "y": "−4", "z": "3", "q": "−4", "f": "1"}
    transport(visited, type="step", direction=1, grain="op")
    assert run.position == Position(1), "a further step would be the same"
    assert "nothing to train" in visited.board.transport.status["text"]
    transport(visited, type="seek", step=2)
    assert numbers(visited)["f"] == "−12"
    assert gradients(visited)["f"] is None
    transport(visited, type="end")
    assert run.position == Position(1)
    transport(visited, type="reset")
    assert run.position == run.newest == Position()
    transport(visited, type="grain", grain="phase")
    assert visited.board.transport.grain == "phase"


def test_playing_goes_to_the_end_of_the_step_and_stops(visit) -> None:
    visited = visit("")
    transport(visited, type="play")
    assert visited.board.transport.playing
    for _ in range(7):
        visited.frame()
    assert not visited.stage.playing
    assert not visited.board.transport.playing
    assert gradients(visited)["x"] == "−4"
    assert visited.said == []


def test_training_fast_draws_the_curve_and_explains_no_single_operation(visit) -> None:
    visited = visit("preset=line")
    transport(visited, type="speed", speed="fast")
    transport(visited, type="play")
    for _ in range(12):
        visited.frame()
    assert visited.board.explanation.content["title"] == "Training"
    transport(visited, type="pause")
    visited.settle()
    assert visited.session.run.position == Position(12)
    data = visited.board._curve._source.data
    np.testing.assert_allclose(data["value"], 2 * 0.4 ** (2 * np.arange(12)), rtol=1e-7)
    assert visited.board.explanation.content["title"] == "Update of b"


def test_the_curve_is_there_only_where_something_is_trained(visit) -> None:
    visited = visit("")
    assert visited.board._curve is None
    visited.hear(visited.board.graph, type="parameter", name="x", on=True)
    assert shown(visited.stage.view, visited.board._curve.pane)
    assert visited.board.settings.rate.visible
    visited.hear(visited.board.graph, type="parameter", name="x", on=False)
    assert not shown(visited.stage.view, visited.board._curve.pane)
    assert not visited.board.settings.rate.visible


@pytest.mark.parametrize(("text", "message", "position"), REFUSED, ids=[text[:12] for text, *_ in REFUSED])
def test_what_cannot_be_read_is_answered_and_leaves_the_work_alone(
    visit, text: str, message: str, position: int | None
) -> None:
    visited = visit("op=5")
    visited.hear(visited.board.graph, type="value", name="x", value=3.5)
    run, before = visited.session.run, numbers(visited)
    for kind in ("check", "take"):
        start = time.perf_counter()
        with set_curdoc(visited.document):
            visited.board.field._handle_msg({"type": kind, "text": text})
        assert time.perf_counter() - start < 0.05
        answer = visited.board.field.answer
        assert (answer["text"], answer["position"]) == (text, position)
        assert message in answer["message"]
    visited.settle()
    assert visited.session.run is run
    assert run.position == Position(0, 0, 5)
    assert numbers(visited) == before
    assert visited.board.field.text == "(x + y)*z"


def test_typing_answers_without_drawing_and_enter_draws(visit) -> None:
    visited = visit("")
    visited.hear(visited.board.field, type="check", text="x1^2 + y")
    answer = visited.board.field.answer
    assert "<math" in answer["formula"]
    assert visited.session.run.first_spec.text == "(x + y)*z"
    visited.hear(visited.board.field, type="take", text="x1^2 + y")
    assert visited.session.run.first_spec.text == "x1^2 + y"
    assert visited.session.run.leaves == {"x1": 1.0, "y": 5.0}
    assert visited.board.field.text == "x1^2 + y"
    assert visited.board.presets.value == ""
    assert [node["label"] for node in visited.board.graph.graph["nodes"] if node["kind"] == "name"] == ["x₁", "y"]


@pytest.mark.parametrize("key", PRESETS)
def test_every_preset_opens_and_is_walked_to_its_end(visit, key: str) -> None:
    visited = visit("text=a/b")
    visited.hear(visited.board.presets, type="choose", key=key)
    assert visited.board.presets.value == key
    assert visited.board.field.text == PRESETS[key].spec.text
    length = len(visited.session.run.instructions)
    for _ in range(length):
        transport(visited, type="step", direction=1, grain="op")
    assert visited.session.run.position == Position(1)
    assert None not in [gradients(visited)[name] for name in visited.session.run.graph.leaves]
    for _ in range(length):
        transport(visited, type="step", direction=-1, grain="op")
    assert visited.session.run.position == Position()
    assert set(gradients(visited).values()) == {None}
    assert visited.said == []


def test_an_unknown_preset_opens_nothing(visit) -> None:
    visited = visit("")
    run = visited.session.run
    visited.hear(visited.board.presets, type="choose", key="moon")
    assert visited.session.run is run


def test_a_leaf_is_dragged_while_one_looks_at_its_gradient(visit) -> None:
    visited = visit("epoch=1")
    for value in (-1.5, -1.0, 0.0, 1.0):
        start = time.perf_counter()
        visited.hear(visited.board.graph, type="value", name="x", value=value)
        assert time.perf_counter() - start < 0.05
    assert numbers(visited) == {"x": "1", "y": "5", "z": "−4", "q": "6", "f": "−24"}
    assert gradients(visited)["z"] == "6"
    visited.hear(visited.board.graph, type="value", name="x", value=float("nan"))
    assert numbers(visited)["x"] == "1"
    assert "The value of x is a number from" in visited.said[0]


def test_target_and_learning_rate_are_typed(visit) -> None:
    visited = visit("preset=line")
    settings = visited.board.settings
    assert (settings.target.value, settings.rate.value) == ("5", "0.1")
    settings.rate.value = "0.02"
    visited.settle()
    assert visited.session.run.learning_rate == 0.02
    settings.target.value = "−4"
    visited.settle()
    assert visited.session.run.first_spec.target == -4
    settings.target.value = ""
    visited.settle()
    assert visited.session.run.first_spec.target is None
    assert "J" not in numbers(visited)
    for field, bad in ((settings.target, "soon"), (settings.rate, "0"), (settings.rate, "1e400")):
        field.value = bad
        assert field.error_state
        assert "is a number from" in field.helper_text
    visited.settle()
    assert visited.session.run.learning_rate == 0.02
    assert settings.rate.value == "1e400", "what was typed stays, to be mended"
    transport(visited, type="reset")
    assert (settings.rate.value, settings.rate.error_state) == ("0.02", False)
    assert (settings.target.value, settings.target.error_state) == ("", False)


def test_branches_are_drawn_and_stood_on(visit) -> None:
    visited = visit("preset=line&epoch=4")
    assert visited.board.tree.segments == []
    transport(visited, type="seek", step=22)
    visited.board.settings.rate.value = "0.01"
    transport(visited, type="step", direction=1, grain="epoch")
    assert [segment["leaf"] for segment in visited.board.tree.segments] == [0, 1]
    assert visited.board.transport.branches == [("0", "Branch 1 (to step 4)"), ("1", "Branch 2 (to step 2)")]
    transport(visited, type="branch", branch="0")
    assert visited.session.run.position == Position(4)
    visited.hear(visited.board.tree, type="stand", leaf=1, step=23)
    assert visited.session.run.position == Position(1, 0, 1)


def test_practice_hides_the_answers_and_takes_the_place_of_the_explanation(visit) -> None:
    visited = visit("epoch=1")
    with set_curdoc(visited.document):
        visited.board.check_button.clicks += 1
    visited.settle()
    assert shown(visited.stage.view, visited.board.differences.panel)
    with set_curdoc(visited.document):
        visited.board.practice_button.clicks += 1
    visited.settle()
    assert not shown(visited.stage.view, visited.board.differences.panel)
    assert visited.board.check_button.disabled
    assert shown(visited.stage.view, visited.board.practice.panel)
    assert visited.board.explanation.content == {}
    assert visited.board.graph.frame["asked"] is not None
    assert set(gradients(visited).values()) == {None}
    assert not visited.board.graph.editable
    assert "Gradients" not in visited.board.summary.text
    # Another formula is asked about as well.
    visited.hear(visited.board.field, type="take", text="u*v")
    assert visited.board.graph.frame["asked"] is not None
    assert set(gradients(visited).values()) == {None}
    with set_curdoc(visited.document):
        visited.board.practice_button.clicks += 1
    visited.settle()
    assert not shown(visited.stage.view, visited.board.practice.panel)
    assert visited.board.graph.editable
    assert visited.board.graph.frame["asked"] is None
    assert visited.board.explanation.content["title"]


def test_a_node_is_chosen_for_the_check(visit) -> None:
    visited = visit("epoch=1")
    with set_curdoc(visited.document):
        visited.board.check_button.clicks += 1
    visited.settle()
    visited.hear(visited.board.graph, type="select", node=1)
    assert visited.board.graph.selected == 1
    with set_curdoc(visited.document):
        visited.board.check_button.clicks += 1
    visited.settle()
    assert visited.board.graph.selected == -1


@pytest.mark.parametrize(
    "query", ["preset=line&epoch=3&op=7", "text=a*b%2Ba&values=a:1.5,b:-2&parameters=a&target=2&op=3", "op=4"]
)
def test_a_shared_link_opens_the_same(visit, query: str) -> None:
    visited = visit(query)
    with set_curdoc(visited.document):
        visited.board.share()
    again = from_query(visited.board._share.link.split("?", 1)[1])
    assert again.ignored == ()
    assert (again.spec, again.position) == (from_query(query).spec, from_query(query).position)


def test_a_link_after_changes_shows_the_same_numbers(visit) -> None:
    visited = visit("preset=line&epoch=2")
    visited.hear(visited.board.graph, type="value", name="x1", value=0.25)
    visited.board.settings.rate.value = "0.03"
    for _ in range(11):
        transport(visited, type="step", direction=1, grain="op")
    with set_curdoc(visited.document):
        visited.board.share()
    assert "as its beginning" in visited.board._share._note.value
    other = visit(visited.board._share.link.split("?", 1)[1])
    assert numbers(other) == numbers(visited)
    assert gradients(other) == gradients(visited)
    assert other.session.run.used == visited.session.run.used
    assert other.session.run.learning_rate == 0.03


def test_reset_while_practising_keeps_the_forward_numbers_that_the_questions_need(visit) -> None:
    visited = visit("")
    with set_curdoc(visited.document):
        visited.board.practice.begin()
    visited.settle()
    asked = visited.session.run.position
    assert asked == Position(0, 0, 2)
    assert all(widget.disabled for widget in visited.board.settings.widgets), "another target is another exercise"
    transport(visited, type="reset")
    assert visited.session.run.position == asked
    with set_curdoc(visited.document):
        visited.board.practice.stop()
    visited.settle()
    assert not any(widget.disabled for widget in visited.board.settings.widgets)
    transport(visited, type="reset")
    assert visited.session.run.position == Position()


def test_a_link_from_where_no_number_is_finite_opens_the_start(visit) -> None:
    visited = visit("text=w^2&values=w:3&parameters=w&learning_rate=10")
    transport(visited, type="speed", speed="fastest")
    transport(visited, type="play")
    while visited.stage.playing:
        visited.frame()
    assert "smaller learning rate" in visited.said[0]
    visited.hear(visited.board.graph, type="value", name="w", value=2.0)
    visited.session.run.seek(Position(visited.session.run.position.epoch - 5))
    with set_curdoc(visited.document):
        visited.board.share()
    link = from_query(visited.board._share.link.split("?", 1)[1])
    assert link.ignored == ()
    assert link.spec.text == "w^2"


def test_dark_reaches_every_widget(visit) -> None:
    visited = visit("preset=line")
    visited.stage.dark = True
    visited.settle()
    for widget in widgets(visited.stage.view):
        if hasattr(widget, "on_message"):
            assert widget.dark, type(widget).__name__


def test_every_part_with_a_card_is_on_the_page(visit) -> None:
    visited = visit("preset=line")
    keys = {
        name.removeprefix("np-about-")
        for widget in widgets(visited.stage.view)
        for name in getattr(widget, "css_classes", None) or []
        if name.startswith("np-about-")
    }
    assert keys == set(about_cards())


def test_a_made_formula_longer_than_one_may_type_is_drawn(visit) -> None:
    names = [f"n{k}" for k in range(40)]
    spec = ExpressionSpec(" + ".join(names), dict.fromkeys(names, 1.0))
    visited = visit("text=" + spec.text.replace("+", "%2B"))
    assert numbers(visited)["n39"] is not None
    assert visited.said == []
