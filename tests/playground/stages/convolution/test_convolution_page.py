"""The convolution page without a browser: what widgets say becomes commands, and what they lead to is drawn or said."""

from __future__ import annotations

import io
import json
import re
import time

import numpy as np
import pytest
from panel.io.state import set_curdoc
from PIL import Image

from engine.capsule import CapsuleError
from playground.convolution_link import ConvolutionLink, from_query, usual
from playground.images import MAX_BYTES
from playground.stages.convolution.presets import PRESETS
from playground.stages.convolution.stage import ConvolutionStage
from playground.stages.convolution.texts import about_cards
from playground.stages.convolution.tools.files import MAX_BYTES as MAX_FILE
from playground.stages.convolution.tools.files import from_text, to_text
from tests.playground.stages.views import labelled, shown, widgets


def press(visited, label: str):
    with set_curdoc(visited.document):
        labelled(visited.stage.view, label).clicks += 1
    return visited.settle()


def choose(visited, name: str, value) -> None:
    with set_curdoc(visited.document):
        visited.board.settings.widgets[name].value = value
    visited.settle()


def numbers(visited) -> np.ndarray:
    return np.frombuffer(visited.board.grids.content["numbers"], "<f4")


def picture(size: tuple[int, int] = (60, 40)) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (*size[::-1], 3)).astype(np.uint8)).save(stream, "PNG")
    return stream.getvalue()


def test_the_first_picture_travels_with_the_page(visit) -> None:
    visited = visit("")
    board = visited.board
    assert board.grids.content["space"] == [10, 10]
    # The window sees a column of three ones on its right.
    assert (board.grids.content["now"]["position"], board.grids.content["now"]["value"]) == ([2, 1], 3)
    assert board.transport.status["text"] == "Forward: y[2, 1]"
    assert board.presets.value == "edges"
    assert board.summary.text.startswith("A kernel of 3 × 3 slides over 10 × 10 × 1 numbers")
    assert visited.said == []


def test_without_a_server_a_stage_has_no_loop() -> None:
    stage = ConvolutionStage(ConvolutionLink(usual()))
    assert stage.loop is None
    stage.start()
    stage.play(True)
    stage.submit(lambda: None)
    stage.stop()
    assert stage.board.grids.content["space"] == [10, 10]


def test_the_page_is_built_quickly_and_small(visit) -> None:
    times = []
    for _ in range(3):
        start = time.process_time()
        visited = visit("preset=photo")
        with set_curdoc(visited.document):
            root = visited.stage.view.get_root()
        times.append(time.process_time() - start)
    # The first one imports; others on this machine may be busy.
    assert min(times) < 0.6
    assert len(root.references()) < 400


@pytest.mark.parametrize("query", ["preset=photo", "preset=filters&done=300", "preset=padding&done=1500"])
def test_a_frame_is_made_quickly_and_small(visit, query: str) -> None:
    visited = visit(query)
    times = []
    for _ in range(5):
        start = time.process_time()
        scene = visited.session.scene(True)
        times.append(time.process_time() - start)
    assert min(times) < 0.02
    assert len(scene.board["numbers"]) < 30_000


def test_what_a_link_asks_in_vain_is_said(visit) -> None:
    assert "colour=red — there is no such setting" in visit("colour=red").said


def test_the_transport_steps_scrubs_and_resets(visit) -> None:
    visited = visit("input=slide&relu=true&flip=true")
    bar, run = visited.board.transport, visited.session.run
    visited.hear(bar, type="step", direction=1, grain="layer")
    assert bar.status["text"] == "Output complete"
    assert numbers(visited)[-5:].tolist() == [1, 2, 2, 0, 0]
    visited.hear(bar, type="seek", step=2)
    assert bar.status == {
        "step": 2, "length": 5, "text": "Forward: y[1]", "at_end": False, "can_back": True, "can_reset": False,
    }  # fmt: skip
    assert visited.board.summary.text.endswith(" = 2; ReLU makes 2 of it.")
    visited.hear(bar, type="end")
    visited.hear(bar, type="step", direction=1, grain="op")
    assert bar.status["text"] == "Backward: y[0]"
    assert "has been sent back: 2 inputs get a share that is not 0." in visited.board.summary.text
    visited.hear(bar, type="step", direction=1, grain="phase")
    assert bar.status["text"] == "All gradients sent back"
    visited.hear(bar, type="step", direction=1, grain="op")
    assert visited.said == ["All gradients have been sent back. Reset begins again."]
    visited.hear(bar, type="reset")
    assert (run.done, bar.status["text"], visited.said) == (0, "At the start", [])


def test_playing_ends_by_itself(visit) -> None:
    visited = visit("input=slide")
    visited.hear(visited.board.transport, type="speed", speed="fast")
    visited.hear(visited.board.transport, type="play")
    assert visited.stage.playing
    # A screen reader is not told of every frame.
    assert visited.board.sum.quiet
    visited.frame()
    assert not visited.stage.playing
    assert visited.board.transport.status["text"] == "Output complete"
    visited.hear(visited.board.transport, type="play")
    visited.frame()
    assert visited.board.transport.status["text"] == "All gradients sent back"


def test_the_board_sets_numbers_and_goes_places(visit) -> None:
    visited = visit("preset=average")
    board = visited.board
    visited.hear(board.question, type="skip")
    visited.hear(board.grids, type="position", place=[1, 1, 0], phase="forward")
    assert numbers(visited)[-1] == 19.5
    visited.hear(board.grids, type="x", place=[3, 3, 0], value=16)
    assert numbers(visited)[-1] == 20.5
    # It was 37 that is the maximum of this block.
    assert board.tasks.tasks[0]["done"] is True
    visited.hear(board.grids, type="x", place=[3, 3, 0], value="twelve")
    assert len(visited.said) == 1
    assert numbers(visited)[-1] == 20.5
    press(visited, "Undo")
    assert numbers(visited)[-1] == 19.5
    assert visited.said == []
    visited.hear(board.grids, type="x", place=[1, 0, 0], value=12)
    visited.hear(board.grids, type="upstream", place=[0, 0, 0], value=4)
    assert board.tasks.tasks[0]["done"] is True
    press(visited, "Back to the example")
    assert visited.session.spec == PRESETS["average"].begin.spec


def test_channels_and_filters_come_to_the_front(visit) -> None:
    visited = visit("preset=weights&filters=1")
    visited = visit("input=patch&filters=3&kernel=vertical,blur,laplacian")
    board = visited.board
    assert board.grids.content["channels"] == ["red", "green", "blue"]
    visited.hear(board.grids, type="channel", index=2)
    visited.hear(board.grids, type="filter", index=1)
    assert (board.grids.content["channel"], board.grids.content["filter"]) == (2, 1)
    assert board.settings.widgets["kernel"].value == "Blur"
    assert board.settings.widgets["kernel"].label == "Kernel of the filter in front"
    choose(visited, "kernel", "Emboss")
    assert [visited.session.kernel, visited.session.spec.filters] == ["emboss", 3]


def test_every_frame_asks_for_an_answer(visit) -> None:
    visited = visit("")
    first = visited.board.grids.content["sequence"]
    visited.hear(visited.board.transport, type="step", direction=1, grain="op")
    assert visited.board.grids.content["sequence"] > first
    visited.stage.loop._painted.clear()
    visited.hear(visited.board.grids, type="ack", sequence=2)
    assert visited.stage.loop._painted.is_set()


def test_settings_follow_and_lead(visit) -> None:
    visited = visit("")
    fields = visited.board.settings.widgets
    assert (fields["input"].value, fields["kernel"].value) == ("Letter", "Vertical edges")
    choose(visited, "padding", "same")
    choose(visited, "stride", 2)
    choose(visited, "flip", True)
    choose(visited, "kernel", "Sobel, vertical edges")
    spec = visited.session.spec
    assert (spec.padding, spec.stride, spec.flip, visited.session.kernel) == ("same", 2, True, "sobel_x")
    choose(visited, "axes", 1)
    assert fields["input"].value == "The slide's signal"
    assert "Letter" not in fields["input"].options
    assert fields["size"].end == 9
    choose(visited, "operation", "average")
    assert not fields["kernel"].visible
    assert fields["count_padding"].visible
    visited.hear(visited.board.presets, type="choose", key="max")
    assert (fields["axes"].value, fields["input"].value, fields["size"].value) == (2, "The slide's matrix", 2)


def test_a_setting_that_does_not_fit_is_said_and_goes_back(visit) -> None:
    visited = visit("preset=max")
    slider = visited.board.settings.widgets["size"]
    choose(visited, "size", 9)
    assert "does not fit" in visited.said[0]
    assert slider.value == 2


def test_an_older_answer_does_not_move_a_slider(visit) -> None:
    visited = visit("")
    settings, scene = visited.board.settings, visited.session.scene(False)
    with set_curdoc(visited.document):
        settings.widgets["stride"].value = 3
        settings.show(scene.spec, scene.input, scene.kernel, scene.own, scene.edits)
    assert settings.widgets["stride"].value == 3
    visited.settle()
    assert visited.session.spec.stride == 3


def test_a_question_hides_the_numbers_until_it_is_answered(visit) -> None:
    visited = visit("slide=L1-37")
    board = visited.board
    assert board.question.question["text"].startswith("A 5 × 5 kernel slides over 32 × 32 numbers")
    assert not any(view.visible for view in (board.grids, board.sum, board.tasks, board.facts))
    assert board.facts.content["title"] == ""
    visited.hear(board.question, type="answer", choice=3)
    assert (board.question.question["answer"], board.question.question["right"]) == (3, 1)
    assert board.question.question["verdict"].startswith("32 − 5 + 1 = 28")
    assert board.grids.visible
    visited.hear(board.question, type="skip")
    assert board.question.question == {}
    assert board.transport.status["text"] == "Slide L1-37 · At the start"
    assert "Slide L1-37: In mathematics, convolution flips the kernel" in board.facts.content["words"][0]


def test_notes_of_the_slides_are_told(visit) -> None:
    for query, said in (("preset=average", "the slide rounds"), ("preset=padding", "location invariance")):
        visited = visit(f"{query}&done=4")
        assert said in visited.board.facts.content["words"][0]
    assert visit("").board.facts.content["words"] == []


@pytest.mark.parametrize(("query", "rows"), [
    ("input=letter&dilation=2", [
        ["Each output sees", "5 × 5 places of the input, of which it reads 3 × 3"],
        ["Parameters", "3·3·1·1 = 9 weights and 1 bias"],
        ["A dense layer instead", "10·10·1·36 = 3,600 weights for the same 36 outputs"],
    ]),
    ("input=patch&filters=2", [
        ["Each output sees", "3 × 3 places of the input, in all 3 channels"],
        ["Parameters", "3·3·3·2 = 54 weights and 2 biases"],
        ["A dense layer instead", "6·6·3·32 = 3,456 weights for the same 32 outputs"],
    ]),
    ("input=patch&operation=max&size=2", [
        ["Each output sees", "2 × 2 places of the input, in its own channel"],
        ["Parameters", "0: pooling has nothing to learn"],
    ]),
])  # fmt: skip
def test_what_it_sees_and_what_is_learned(visit, query: str, rows: list[list[str]]) -> None:
    assert visit(query).board.facts.content["rows"] == rows


def test_whose_picture_it_is_is_told_as_its_licence_asks(visit) -> None:
    for query, whose in (
        ("preset=photo", "danielbuechele, CC BY 2.0"), ("input=flower_rgb", "vultilion, CC BY 2.0"),
        ("preset=padding&done=1", "CC BY-SA 3.0"), ("input=digit8", "CC BY 4.0"),
    ):  # fmt: skip
        visited = visit(query)
        assert whose in visited.board.facts.content["words"][-1]
        visited.hear(visited.board.grids, type="x", place=[0, 0, 0], value=0.77)
        assert whose in visited.board.facts.content["words"][-1]
    choose(visited, "input", "Letter")
    assert visited.board.facts.content["words"] == []
    press(visited, "Undo")
    press(visited, "Undo")
    assert "CC BY 4.0" in visited.board.facts.content["words"][-1]


def test_looking_closer(visit) -> None:
    visited = visit("")
    board = visited.board
    visited.hear(board.looks, type="choose", key="counts")
    assert shown(visited.stage.view, board.counts.bars)
    assert not board.pictures.visible
    with set_curdoc(visited.document):
        board.counts.sliders["size"].value = 7
    visited.settle()
    assert board.counts.bars.content["rows"][0]["count"] == "1,470"
    visited.hear(board.looks, type="choose", key="picture")
    assert board.pictures.visible
    assert not shown(visited.stage.view, board.counts.bars)
    visited.hear(board.looks, type="choose", key="picture")
    assert not board.pictures.visible


def test_an_own_picture_is_used_or_refused(visit) -> None:
    visited = visit("")
    board = visited.board
    upload(visited, picture(), "me.png")
    assert board.settings.widgets["input"].value == "Your picture, gray"
    assert "Your picture, in color" in board.settings.widgets["input"].options
    assert board.pictures.content["pictures"][0]["title"] == "me.png: 60 × 40, brightness"
    assert board.grids.content["grey"]
    choose(visited, "input", "Your picture, in color")
    assert visited.session.spec.shape == (28, 28, 3)
    before = visited.session.spec
    upload(visited, b"GIF89a", "me.gif")
    assert len(visited.said) == 1
    assert visited.said[0].startswith("No picture was read: “me.gif” is neither PNG nor JPEG: open it in a picture")
    assert visited.session.spec == before
    with set_curdoc(visited.document):
        board.upload._handle_msg({"status": "error"})
    assert visited.said == [f"No picture was read: a picture has at most {MAX_BYTES // 2**20} MB here."]


def upload(visited, content: bytes, name: str) -> None:
    """Choose a file, as the browser tells of it."""
    part = {"name": name, "chunk": 1, "total_chunks": 1, "mime_type": "image/png", "data": content}
    with set_curdoc(visited.document):
        for message in ({"status": "initializing"}, {"status": "upload_event", **part}, {"status": "finished"}):
            visited.board.upload._handle_msg(message)
    visited.settle()


def test_share_opens_the_same(visit) -> None:
    visited = visit("input=letter&kernel=sobel_x&stride=2&done=5")
    dialog = visited.dialog("share")
    query = dialog.link.split("?")[1]
    assert query == "stage=convolution&input=letter&stride=2&kernel=sobel_x&done=5"
    assert from_query(query).begin == visited.session.now
    assert dialog._note.value == ""
    other = visit("preset=weights")
    other.hear(other.board.grids, type="x", place=[0, 0, 0], value=9)
    assert "too many numbers of its own" in other.dialog("share")._note.value


def test_save_and_load(visit) -> None:
    visited = visit("preset=filters&done=40&look=picture")
    visited.hear(visited.board.grids, type="w", place=[0, 0, 0, 2], value=0.125)
    text = to_text(visited.session.now)
    other = visit("preset=max")
    other.stage.submit(lambda: other.session.load(from_text(text)))
    other.settle()
    assert other.session.now == visited.session.now
    assert other.board.transport.status["text"] == visited.board.transport.status["text"]


@pytest.mark.parametrize(("change", "said"), [
    (lambda values: "{", "not JSON"),
    (lambda values: "[" * 100_000, "not JSON"),
    (lambda values: "[]", "no window saved on this page"),
    (lambda values: values | {"format": "other"}, "no window saved on this page"),
    (lambda values: values | {"version": 2}, "version 2, this page reads version 1"),
    (lambda values: values | {"spec": 5}, "its settings are missing"),
    (lambda values: values | {"spec": values["spec"] | {"size": 99}}, "a setting that is not allowed"),
    (lambda values: values | {"spec": values["spec"] | {"x": [1]}}, "a setting that is not allowed"),
    (lambda values: values | {"spec": values["spec"] | {"x": [[1]] * 100}}, "a setting that is not allowed"),
    (lambda values: values | {"done": 9999}, "done is a whole number from 0 to 128, got 9999"),
    (lambda values: values | {"done": True}, "done is a whole number"),
    (lambda values: values | {"channel": 1}, "channel is a whole number from 0 to 0"),
    (lambda values: values | {"filter": "a"}, "filter is a whole number"),
    (lambda values: " " * (MAX_FILE + 1), "at most 1 MB"),
])  # fmt: skip
def test_what_is_no_saved_window_is_refused(change, said: str) -> None:
    changed = change(json.loads(to_text(usual())))
    with pytest.raises(CapsuleError, match=re.escape(said)):
        from_text(changed if isinstance(changed, str) else json.dumps(changed))


def test_a_look_that_is_unknown_is_no_look() -> None:
    values = json.loads(to_text(usual()))
    assert from_text(json.dumps(values | {"look": ["counts"]})).look == ""


def test_a_dark_page_is_dark_everywhere(visit) -> None:
    visited = visit("")
    with set_curdoc(visited.document):
        visited.stage.dark = True
    visited.settle()
    for widget in widgets(visited.stage.view):
        assert getattr(widget, "dark", True), widget


def test_every_card_speaks_of_something_on_the_page(visit) -> None:
    visited = visit("")
    found = {name for widget in widgets(visited.stage.view) for name in (getattr(widget, "css_classes", None) or [])}
    assert {f"np-about-{key}" for key in about_cards()} <= found
