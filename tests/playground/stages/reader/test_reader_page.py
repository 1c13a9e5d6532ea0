"""The digit reader without a browser: what widgets say becomes commands, and what commands lead to is drawn or said."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from panel.io.state import set_curdoc
from PIL import Image

from playground.reader_link import ReaderLink, from_query
from playground.stages.reader.presets import LOOKS
from playground.stages.reader.stage import ReaderStage
from playground.stages.reader.texts import about_cards
from tests.playground.stages.views import labelled, shown, widgets


def press(visited, label: str):
    with set_curdoc(visited.document):
        labelled(visited.stage.view, label).clicks += 1
    return visited.settle()


def put(visited, widget, value) -> None:
    with set_curdoc(visited.document):
        widget.value = value
    visited.settle()


def states(visited) -> list[str]:
    return [row["state"] for row in visited.board.wall.content["layers"]]


def test_the_first_picture_travels_with_the_page(visit) -> None:
    visited = visit("slide=L1-36")
    board = visited.board
    assert board.transport.status["text"] == "Slide L1-36 · All 6 layers done"
    assert states(visited) == ["done"] * 7
    assert board.scores.content["verdict"] == "It reads a 2 (98.8 %): right."
    assert board.presets.value == "lecture"
    assert board.question.question["title"] == "Before you look"
    assert board.summary.text.startswith("Slide L1-36. The lecture's net with 1,680 parameters")
    assert visited.said == []


def test_without_a_server_a_stage_has_no_loop() -> None:
    stage = ReaderStage(ReaderLink())
    assert stage.loop is None
    stage.play(True)
    stage.stop()
    assert stage.board.wall.content["layers"]


def test_what_a_link_asks_for_in_vain_is_said(visit) -> None:
    visited = visit("net=alexnet")
    assert "ignored" in visited.said[0]


def test_stepping_fills_the_wall_layer_by_layer(visit) -> None:
    visited = visit("done=0")
    assert states(visited) == ["now", *["waiting"] * 6]
    assert visited.board.scores.content["verdict"] == "No answer yet."
    bar = visited.board.transport
    visited.hear(bar, type="step", direction=1, grain="op")
    # The sums of the first layer are there, its activation is not.
    assert states(visited) == ["done", "now", *["waiting"] * 5]
    assert bar.status["text"] == "0 of 6 layers done · next conv1"
    visited.hear(bar, type="step", direction=1, grain="layer")
    assert bar.status["text"] == "1 of 6 layers done · next pool2"
    visited.hear(bar, type="seek", step=0)
    assert bar.status["text"] == "The image is in · next conv1"
    visited.hear(bar, type="end")
    assert states(visited) == ["done"] * 7
    visited.hear(bar, type="reset")
    assert bar.status["step"] == 0


def test_playing_ends_at_the_answer(visit) -> None:
    visited = visit()
    visited.hear(visited.board.transport, type="play")
    assert visited.session.run.done == 0
    for _ in range(6):
        assert visited.stage.playing
        visited.frame()
    assert not visited.stage.playing
    assert visited.board.scores.content["verdict"].startswith("It reads a 2")


def test_a_drawing_is_read_and_stays_on_the_pad(visit) -> None:
    visited = visit()
    pad = visited.board.source.pad
    turn = pad.turn
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 13:16] = 255
    visited.hear(pad, type="drawn", pixels=base64.b64encode(image.tobytes()).decode())
    assert visited.board.scores.content["verdict"].startswith("It reads a 1 (")
    assert visited.board.source.caption.object == "Your own drawing"
    assert pad.turn == turn
    press(visited, "Next digit")
    assert pad.turn > turn
    assert visited.board.source.caption.object.startswith("Test digit 1: a ")


def test_an_empty_page_is_not_read(visit) -> None:
    visited = visit()
    visited.hear(visited.board.source.pad, type="drawn", pixels=base64.b64encode(bytes(784)).decode())
    assert visited.board.scores.content["verdict"] == "Draw a digit, or take one."


def file_of(picture: np.ndarray, kind: str = "PNG") -> bytes:
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, kind)
    return stream.getvalue()


def test_an_own_picture_is_read_and_anything_else_gets_a_message(visit) -> None:
    visited = visit()
    picture = np.full((80, 60), 230, np.uint8)
    picture[15:65, 27:33] = 30
    dispatch = visited.board.transport._message_callbacks[0].__self__
    with set_curdoc(visited.document):
        dispatch.on_file(file_of(picture), "one.png")
    visited.settle()
    assert visited.board.scores.content["verdict"].startswith("It reads a 1")
    assert visited.said == []
    flat = np.full((40, 40), 9, np.uint8)
    for content, name, why in (
        (b"GIF89a....", "one.gif", "neither PNG nor JPEG"), (b"", "empty.png", "is empty"),
        (file_of(picture)[:60], "cut.png", "cannot be read"), (file_of(flat), "flat.png", "shade"),
    ):  # fmt: skip
        with set_curdoc(visited.document):
            dispatch.on_file(content, name)
        visited.settle()
        assert why in visited.said[0]
    dispatch.on_large_file()
    assert "more than 4 MB" in visited.said[0]


def test_a_pick_marks_the_number_and_what_it_has_seen(visit) -> None:
    visited = visit("look=layers")
    visited.hear(visited.board.wall, type="pick", layer=3, place=[2, 3, 4])
    wall = visited.board.wall.content
    assert wall["picked"]["place"] == [2, 3, 4]
    # 14 × 14 pixels that begin at twice the place; in the maps before a window of 5 × 5.
    assert wall["fields"] == [
        {"layer": 0, "first": [4, 6], "last": [17, 19], "channel": None},
        {"layer": 2, "first": [2, 3], "last": [6, 7], "channel": None},
    ]
    assert visited.board.looks.value == "number"
    visited.hear(visited.board.wall, type="pick", layer=4, place=[0, 1, 5])
    assert visited.board.wall.content["fields"][1] == {"layer": 3, "first": [0, 2], "last": [1, 3], "channel": 5}
    visited.hear(visited.board.wall, type="pick", layer=5, place=[95])
    assert visited.board.wall.content["fields"][1] == {"layer": 4, "first": [3, 3], "last": [3, 3], "channel": 5}
    visited.hear(visited.board.wall, type="pick", layer=6, place=[3])
    assert [field["layer"] for field in visited.board.wall.content["fields"]] == [0]
    visited.hear(visited.board.wall, type="pick", layer=3, place=[99, 0, 0])
    assert visited.board.wall.content["picked"]["layer"] == 6


def test_looks_open_and_close_with_their_controls(visit) -> None:
    visited = visit()
    closer, view = visited.board.closer, visited.stage.view
    wanted = {
        "occlusion": (closer.patch, closer.digit), "saliency": (closer.digit,),
        "maximise": (closer.filter, closer.grow),
        "move": tuple(closer.moves.values()), "dense": (closer.page,), "field": tuple(closer.stack),
    }  # fmt: skip
    everything = {widget for group in wanted.values() for widget in group}
    for key in LOOKS:
        if key != visited.board.looks.value:
            visited.hear(visited.board.looks, type="choose", key=key)
        assert visited.board.looks.value == key
        assert {widget for widget in everything if shown(view, widget)} == set(wanted.get(key, ()))
    visited.hear(visited.board.looks, type="choose", key="field")
    assert visited.board.looks.value == ""
    assert not shown(view, closer.table)


def test_sliders_move_the_digit_and_an_older_answer_does_not_move_them_back(visit) -> None:
    visited = visit("look=move")
    closer = visited.board.closer
    put(visited, closer.moves["dx"], 5.0)
    assert visited.session.run.spec.dx == 5.0
    with set_curdoc(visited.document):
        closer.moves["dx"].value = 6.0
        scene = visited.session.scene(False)
        visited.stage.draw(scene)
        assert closer.moves["dx"].value == 6.0
    visited.settle()
    press(visited, "Put back")
    assert closer.moves["dx"].value == 0.0
    assert visited.session.run.spec.dx == 0.0


def test_controls_of_looks(visit) -> None:
    visited = visit("look=occlusion")
    closer, session = visited.board.closer, visited.session
    put(visited, closer.patch, 4)
    put(visited, closer.digit, "8")
    assert (session.patch, session.digit) == (4, 8)
    assert closer.table.content["title"] == "Cover a patch: is it still an 8?"
    put(visited, closer.digit, "")
    assert session.digit is None
    visited.hear(visited.board.looks, type="choose", key="dense")
    put(visited, closer.page, 44)
    assert session.page == 44
    visited.hear(visited.board.looks, type="choose", key="field")
    put(visited, closer.stack[3], "pool2")
    assert session.stack == ("conv3", "pool2", "conv3", "pool2")


def test_networks_groups_and_digits_are_chosen(visit) -> None:
    visited = visit("look=digits")
    source = visited.board.source
    put(visited, source.net, "lenet")
    assert len(states(visited)) == 9
    put(visited, source.group, "wrong")
    assert "it is a" in visited.board.scores.content["verdict"]
    key = visited.board.closer.digits.content["items"][2]["key"]
    visited.hear(visited.board.closer.digits, type="choose", key=key)
    assert visited.session.run.spec.index == int(key)
    visited.hear(visited.board.presets, type="choose", key="lecture")
    assert (source.net.value, visited.board.presets.value) == ("lecture", "lecture")


def test_an_image_grows_while_it_plays_and_stops_by_itself(visit) -> None:
    visited = visit("look=maximise&filter=1,0")
    press(visited, "Grow an image")
    assert visited.stage.playing
    steps = 0
    while visited.stage.playing:
        visited.frame()
        steps += 1
        assert steps < 100
    titles = [row["title"] for row in visited.board.closer.pictures.content["layers"]]
    assert titles == ["Its filter", "The image that grew"]
    assert visited.board.closer.table.content["rows"][0] == ["Steps", "240"]
    put(visited, visited.board.closer.filter, "3,2")
    assert visited.board.closer.table.content["title"].startswith("What map 3 of Convolution")


def test_the_prediction_is_answered_and_put_away(visit) -> None:
    visited = visit("slide=L3-36")
    question = visited.board.question
    assert not shown(visited.stage.view, visited.board.closer.stack[0])
    visited.hear(question, type="answer", choice=2)
    assert question.question["verdict"].startswith("Right. 8: ")
    assert shown(visited.stage.view, visited.board.closer.stack[0])
    visited.hear(question, type="skip")
    assert question.question == {}


def test_the_shared_link_opens_the_same(visit) -> None:
    visited = visit("net=lenet&look=occlusion&patch=5&done=3")
    link = visited.dialog("share").link
    assert from_query(link.split("?", 1)[1]).begin == visited.session.now
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 13:16] = 255
    visited.hear(visited.board.source.pad, type="drawn", pixels=base64.b64encode(image.tobytes()).decode())
    with set_curdoc(visited.document):
        visited.board.open("share")
    shared = from_query(visited.board._built["share"].link.split("?", 1)[1])
    assert np.array_equal(shared.drawn, image)


def test_every_frame_is_answered_and_fits_a_message(visit) -> None:
    visited = visit("net=lenet&done=0")
    before = visited.board.signal.sequence
    visited.hear(visited.board.transport, type="step", direction=1, grain="layer")
    assert visited.board.signal.sequence > before
    content = visited.board.wall.content
    assert len(content["pixels"]) + len(str(content["layers"])) < 30_000


def test_the_mode_of_the_page_is_put_on_all_widgets() -> None:
    stage = ReaderStage(ReaderLink(), dark=True)
    dark = [widget for widget in widgets(stage.view) if hasattr(widget, "dark") and widget is not stage.board.signal]
    assert len(dark) >= 10
    assert all(widget.dark for widget in dark)


def test_all_that_is_about_something_has_a_card() -> None:
    stage = ReaderStage(ReaderLink())
    keys = {
        name.removeprefix("np-about-")
        for widget in widgets(stage.view)
        for name in getattr(widget, "css_classes", None) or []
        if name.startswith("np-about-")
    }
    assert keys == set(about_cards())


@pytest.mark.parametrize("message", [{"type": "choose", "key": "nonsense"}, {"type": "pick", "layer": None}])
def test_messages_that_mean_nothing_change_nothing(visit, message) -> None:
    visited = visit()
    before = visited.session.now
    for widget in (visited.board.presets, visited.board.looks, visited.board.closer.digits):
        visited.hear(widget, **{**message, "type": "choose", "key": "nonsense"})
    visited.hear(visited.board.wall, type="pick", layer=None, place=None)
    assert visited.session.now == before
