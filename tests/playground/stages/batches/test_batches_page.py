"""The batches page without a browser: what widgets say becomes commands, and what commands lead to is drawn or said."""

from __future__ import annotations

import time

import pytest
from bokeh.events import Tap
from panel.io.state import set_curdoc

from engine import Position
from engine.batches import SLIDE_LINE, save_batches
from playground.batches_link import BatchesLink, from_query
from playground.stages.batches.stage import BatchesStage
from playground.stages.batches.texts import about_cards
from playground.stages.batches.tools.names_quiz import CLAIMS
from tests.playground.stages.views import labelled, widgets

_ANSWERS = ("Makes sense", "Contradicts itself")


def rows(visited) -> dict[str, dict[str, str]]:
    return {row["key"]: row for row in visited.board.table.frame["rows"]}


def press(visited, label: str):
    with set_curdoc(visited.document):
        labelled(visited.stage.view, label).clicks += 1
    return visited.settle()


def slide_to(visited, widget, value) -> None:
    with set_curdoc(visited.document):
        widget.value = value
    visited.settle()


def test_the_first_picture_travels_with_the_page(visit) -> None:
    visited = visit("slide=L2-19")
    board = visited.board
    assert {key: row["updates"] for key, row in rows(visited).items()} == {
        "batch": "1", "mini": "5", "stochastic": "200",
    }  # fmt: skip
    assert rows(visited)["batch"]["cost"] == "56.71"
    assert board.transport.status["text"] == "Slide L2-19 · 1 epoch done"
    assert board.presets.value == "lanes"
    assert board.summary.text.startswith("Slide L2-19. 200 points")
    assert visited.said == []


def test_without_a_server_a_stage_has_no_loop() -> None:
    stage = BatchesStage(BatchesLink())
    assert stage.loop is None
    stage.start()
    stage.play(True)
    stage.submit(lambda: None)
    stage.stop()
    assert stage.board.table.frame["rows"]


def test_the_page_is_built_quickly_and_small(visit) -> None:
    times = []
    for _ in range(3):
        start = time.process_time()
        visited = visit("slide=L4-64")
        with set_curdoc(visited.document):
            root = visited.stage.view.get_root()
        times.append(time.process_time() - start)
    # The first one imports; others on this machine may be busy.
    assert min(times) < 0.6
    assert len(root.references()) < 400


def test_what_a_link_asks_in_vain_is_said(visit) -> None:
    assert "colour=red — there is no such setting" in visit("colour=red").said


def test_the_transport_steps_scrubs_and_resets(visit) -> None:
    visited = visit("")
    bar, run = visited.board.transport, visited.session.run
    visited.hear(bar, type="step", direction=1, grain="batch")
    visited.hear(bar, type="step", direction=1, grain="op")
    assert run.position == Position(0, 41)
    assert [row["updates"] for row in rows(visited).values()] == ["0", "1", "41"]
    visited.hear(bar, type="step", direction=1, grain="epoch")
    visited.hear(bar, type="seek", step=40)
    assert (run.position, bar.status["length"]) == (Position(0, 40), 200)
    visited.hear(bar, type="step", direction=-1, grain="op")
    assert run.position == Position(0, 39)
    visited.hear(bar, type="end")
    assert run.position == Position(1)
    visited.hear(bar, type="reset")
    assert visited.session.run.position == Position()
    visited.hear(bar, type="grain", grain="epoch")
    visited.hear(bar, type="speed", speed="fast")
    assert (visited.session.grain, visited.session.speed) == ("epoch", "fast")


def test_playing_goes_on_until_the_last_epoch(visit) -> None:
    visited = visit("per_class=5&mini_batch=5&epoch=498")
    visited.hear(visited.board.transport, type="speed", speed="fast")
    visited.stage.play(True)
    for _ in range(3):
        visited.frame()
    assert not visited.stage.playing
    assert "epoch 500" in visited.said[0]


def test_settings_act_and_follow(visit) -> None:
    visited = visit("epoch=1")
    board = visited.board
    slide_to(visited, board.settings.widgets["mini_batch"], 50)
    assert rows(visited)["mini"]["updates"] == "4"
    slide_to(visited, board.settings.widgets["learning_rate"], -2.0)
    assert visited.session.run.spec.learning_rate == 0.01
    assert board.settings.widgets["learning_rate"].label == "Learning rate η = 0.01"
    slide_to(visited, board.settings.widgets["cost"], "mean")
    assert board.table.frame["cost"] == "Cost (mean)"
    slide_to(visited, board.settings.widgets["per_class"], 10)
    assert board.settings.widgets["mini_batch"].end == 20
    assert board.settings.widgets["mini_batch"].value == 20
    slide_to(visited, board.settings.widgets["mean"], 0.0)
    assert "accuracy of 0.500" in board.settings.told.object
    press(visited, "Draw other points")
    assert board.settings.told.object.startswith("Seed 1.")
    assert visited.said == []


def test_an_older_answer_does_not_move_a_slider(visit) -> None:
    visited = visit("")
    slider = visited.board.settings.widgets["variance"]
    old = visited.session.scene(False)
    with set_curdoc(visited.document):
        slider.value = 30.0
        visited.stage.draw(old)
        assert slider.value == 30.0
    visited.settle()
    assert visited.session.run.first_spec.variance == 30.0


def test_a_link_beyond_a_slider_s_reach_makes_it_longer(visit) -> None:
    visited = visit("learning_rate=3&variance=100&decay=1000&mean=12")
    widgets_ = visited.board.settings.widgets
    assert (widgets_["variance"].end, widgets_["decay"].end, widgets_["mean"].end) == (100, 1000, 12)
    visited.hear(visited.board.presets, type="choose", key="lanes")
    assert (widgets_["variance"].value, widgets_["decay"].value) == (20, 0)


def test_presets_and_looks(visit) -> None:
    visited = visit("")
    board = visited.board
    visited.hear(board.presets, type="choose", key="log0")
    assert (board.looks.value, board.closer.factor.value) == ("log0", 8.0)
    assert board.closer.table.content["rows"][0][1] == "nan"
    assert "np-looking" in board.view.css_classes
    for key in ("noise", "errors", "names", "hand"):
        visited.hear(board.looks, type="choose", key=key)
        assert board.looks.value == key
        assert board.closer.table.content["title"]
    visited.hear(board.looks, type="choose", key="hand")
    assert board.looks.value == ""
    assert not board.closer.panel.visible
    assert "np-looking" not in board.view.css_classes
    visited.hear(board.presets, type="choose", key="nonsense")
    assert visited.said == []


def test_the_line_by_hand(visit) -> None:
    visited = visit("slide=L4-62")
    tool = visited.board.closer.hand
    assert [slider.value for slider in tool.sliders] == [1.0, -0.5, 1.0]
    press(visited, "The slide's line")
    assert visited.session.hand == SLIDE_LINE
    assert rows(visited)["hand"]["cost"] == "97.19"
    press(visited, "Twice the weights")
    press(visited, "Twice the weights")
    assert visited.session.hand == pytest.approx((4.92, 4.0, -2.2))
    assert tool.sliders[0].end >= tool.sliders[0].value == 4.92
    press(visited, "Half the weights")
    slide_to(visited, tool.sliders[1], 0.4)
    assert visited.session.hand == pytest.approx((2.46, 0.4, -1.1))
    press(visited, "All lanes from here")
    assert len({row["cost"] for row in rows(visited).values()}) == 1


def test_the_line_is_dragged(visit) -> None:
    visited = visit("slide=L4-63")
    plane = visited.board.plane
    fixed = plane._drawn.handles[0]
    with set_curdoc(visited.document):
        plane._editor.callback({"type": "move", "index": 1, "x": 6.0, "y": 1.0})
    visited.settle()
    w1, w2, b = visited.session.hand
    for x, y in (fixed, (6.0, 1.0)):
        assert w1 * x + w2 * y + b == pytest.approx(0, abs=0.02)
    assert [slider.value for slider in visited.board.closer.hand.sliders] == [w1, w2, b]
    visited.hear(visited.board.looks, type="choose", key="noise")
    assert plane._drawn.handles == ()


def test_a_point_is_typed_or_clicked(visit) -> None:
    visited = visit("slide=L4-64")
    board = visited.board
    point = board.closer.hand.point
    slide_to(visited, point, "−1, 1")
    assert "z = −0.78 (blue, z < 0) and p = 0.3143" in board.closer.table.content["words"][0]
    slide_to(visited, point, "somewhere")
    assert point.error_state
    assert "two numbers" in point.helper_text
    slide_to(visited, point, "1, 1")
    assert not point.error_state
    assert "z = 1.68" in board.closer.table.content["words"][0]
    with set_curdoc(visited.document):
        board.plane.figure._trigger_event(Tap(board.plane.figure, x=4.0, y=4.0))
    visited.settle()
    assert "z = 8.37" in board.closer.table.content["words"][0]
    assert point.value == "4, 4"


def test_the_table_chooses_what_is_shaded(visit) -> None:
    visited = visit("epoch=1")
    visited.hear(visited.board.table, type="choose", key="stochastic")
    assert visited.board.table.frame["chosen"] == "stochastic"
    assert visited.board.plane._drawn.shaded == "stochastic"
    assert len(visited.board.plane._rings.data["x"]) == 1
    visited.hear(visited.board.table, type="ack")


def test_log_zero_controls(visit) -> None:
    visited = visit("slide=L4-74")
    closer = visited.board.closer
    slide_to(visited, closer.factor, 20.0)
    assert visited.session.factor == 20.0
    assert closer.table.content["rows"][0][1] == "nan"
    slide_to(visited, closer.precision, "float32")
    assert visited.session.precision == "float32"
    visited.hear(visited.board.presets, type="choose", key="log0")
    assert (closer.factor.value, closer.precision.value) == (8.0, "float64")


def test_branches_are_drawn_and_stood_on(visit) -> None:
    visited = visit("epoch=4")
    bar = visited.board.transport
    visited.hear(bar, type="seek", step=300)
    slide_to(visited, visited.board.settings.widgets["learning_rate"], -2.0)
    visited.hear(bar, type="step", direction=1, grain="epoch")
    assert [label for _, label in bar.branches] == ["Branch 1 (to 4 epochs)", "Branch 2 (to 2 epochs)"]
    assert len(visited.board.tree.segments) == 2
    visited.hear(visited.board.tree, type="stand", leaf=0)
    assert visited.session.run.position == Position(4)
    visited.hear(bar, type="branch", branch="1")
    assert visited.session.run.position == Position(2)


def test_share_leads_back(visit) -> None:
    visited = visit("slide=L4-88")
    share = visited.dialog("share")
    assert from_query(share.link.split("?")[1]).begin == visited.session.now
    assert not share._note.value
    slide_to(visited, visited.board.settings.widgets["learning_rate"], -2.0)
    visited.dialog("share")
    assert "settings of now at the start" in share._note.value
    assert from_query(share.link.split("?")[1]).spec.learning_rate == 0.01


def test_files_are_loaded_or_refused(visit) -> None:
    visited = visit("epoch=3")
    text = save_batches(visited.session.run)
    other = visit("")
    files = other.dialog("files")
    assert files._content().read()
    for content, said in (
        (text.encode(), "here again"), (b"{}", "Nothing was loaded"), (b"\xff\xfe", "not text"),
    ):  # fmt: skip
        with set_curdoc(other.document):
            files._load(content, "file.json")
        other.settle()
        assert said in other.said[0]
    assert other.session.run.position == Position(3)
    with set_curdoc(other.document):
        files._refuse()
    assert "at most 2 MB" in other.said[0]


def test_dark_and_light(visit) -> None:
    visited = visit("slide=L4-65")
    for dark in (True, False):
        with set_curdoc(visited.document):
            visited.stage.dark = dark
        visited.settle()
        assert visited.board.table.dark is dark
        assert visited.board.closer.table.dark is dark


def test_every_card_has_something_to_speak_of(visit) -> None:
    visited = visit("")
    classes = {name for widget in widgets(visited.stage.view) for name in getattr(widget, "css_classes", None) or []}
    assert {f"np-about-{key}" for key in about_cards()} <= classes


@pytest.mark.concept("C112")
def test_the_quiz_on_names_explains_each_answer(visit) -> None:
    visited = visit("slide=L4-91")
    quiz = visited.board.closer.quiz
    assert quiz.panel.visible
    buttons = [widget for widget in widgets(quiz.panel) if getattr(widget, "label", "") in _ANSWERS]
    assert len(buttons) == 2 * len(CLAIMS)
    # All 200 points an update, 32 an update in common speech, one an update: by the numbers of the run's own lanes.
    spec = visited.session.run.spec
    truths = [spec.batch_size("batch") == 32, True, spec.updates_per_epoch("stochastic") == 5]
    for place, truth in enumerate(truths):
        with set_curdoc(visited.document):
            buttons[2 * place + truth].clicks += 1
        assert quiz.told[place].object.startswith("Not quite. ")
    assert quiz.score.object == "0 of 3 right"
    for place, truth in enumerate(truths):
        with set_curdoc(visited.document):
            buttons[2 * place + (not truth)].clicks += 1
        assert quiz.told[place].object.startswith("Right. ")
        # What was answered last is marked.
        marked = [button.variant == "contained" for button in buttons[2 * place : 2 * place + 2]]
        assert marked == [truth, not truth]
    assert quiz.score.object == "3 of 3 right"
    visited.hear(visited.board.looks, type="choose", key="noise")
    assert not quiz.panel.visible
