"""The digit training page without a browser: what widgets say becomes commands, and what these lead to is drawn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from panel.io.state import set_curdoc

from playground.stages.training import stage as stage_module
from playground.stages.training.presets import PRESETS
from playground.stages.training.stage import TrainingStage
from playground.stages.training.texts import about_cards
from playground.training_link import TrainingLink, from_query
from tests.playground.stages.views import labelled, widgets
from tests.playground.stages.visits import Ready, Visit


@pytest.fixture
def visit(monkeypatch) -> Callable[..., Visit]:
    """Open the stage at an address; small digits unless it says otherwise."""
    monkeypatch.setattr(stage_module, "kernels", lambda family: Ready())
    return lambda query="preset=small8": Visit(lambda: TrainingStage(from_query(query)))


def slide_to(visited: Visit, widget, value) -> None:
    with set_curdoc(visited.document):
        widget.value = value
    visited.settle()


def press(visited: Visit, label: str) -> None:
    with set_curdoc(visited.document):
        labelled(visited.stage.view, label).clicks += 1
    visited.settle()


def titles(visited: Visit) -> list[str]:
    return [card["title"] for card in visited.board.net.content["cards"]]


def test_the_first_picture_travels_with_the_page(visit) -> None:
    visited = visit("slide=L1-43")
    board = visited.board
    assert board.net.content["total"] == "61,706 parameters"
    assert board.presets.value == "lenet"
    assert board.transport.status["text"] == "Epoch 0 · batch 1 of 125"
    assert board.readout.values["wrong"].isdigit()
    assert [row["name"] for row in board.wall.content["layers"]][:2] == ["input", "conv1"]
    assert len(board.wrong.content["items"]) == 18
    assert board.listing.lines[0]["name"] == "batch.x"
    assert visited.said == []


def test_without_a_server_a_stage_has_no_loop(monkeypatch) -> None:
    monkeypatch.setattr(stage_module, "kernels", lambda family: Ready())
    stage = TrainingStage(TrainingLink())
    assert stage.loop is None
    stage.start()
    stage.play(True)
    stage.stop()
    assert stage.board.net.content["cards"]


def test_what_of_a_link_was_ignored_is_said(visit) -> None:
    visited = visit("preset=small8&layers=lstm")
    assert any("lstm" in line for line in visited.said)


def test_the_network_is_changed_by_its_cards(visit) -> None:
    visited = visit()
    net = visited.board.net
    ids = [card["id"] for card in net.content["cards"]]
    visited.hear(net, type="add", id=ids[1], kind="conv")
    assert titles(visited) == ["input", "conv1", "conv2", "pool3", "flatten4", "dense5"]
    visited.hear(net, type="set", id=ids[1], name="filters", value=3)
    assert visited.session.run.network.ledger[0].parameters == 3 * 10
    visited.hear(net, type="move", id=ids[2], direction=-1)
    assert titles(visited)[2] == "pool2"
    visited.hear(net, type="remove", id=ids[2])
    assert "pool2" not in titles(visited)
    visited.hear(net, type="set", id="head", name="head", value="hinge")
    assert visited.session.run.first_spec.head == "hinge"
    # What is not allowed is said, and nothing happens.
    visited.hear(net, type="set", id=ids[1], name="filters", value=1000)
    assert any("1 to 64" in line for line in visited.said)


def test_an_impossible_network_lets_the_other_run_on(visit) -> None:
    visited = visit()
    net, run = visited.board.net, visited.session.run
    visited.stage.play(True)
    visited.hear(net, type="set", id=net.content["cards"][1]["id"], name="size", value=11)
    assert "does not fit" in net.content["problem"]
    visited.frame()
    assert visited.session.run is run
    assert run.loop.updates >= 1
    visited.hear(net, type="restore")
    assert net.content["problem"] == ""


def test_settings_are_checked_at_their_fields(visit) -> None:
    visited = visit()
    rate = visited.board.settings.widgets["learning_rate"]
    slide_to(visited, rate, "fast")
    assert rate.error_state
    assert "number" in rate.helper_text
    slide_to(visited, rate, "0.05")
    assert not rate.error_state
    assert visited.session.run.spec.learning_rate == 0.05
    slide_to(visited, visited.board.settings.widgets["optimizer"], "sgd")
    assert visited.session.run.first_spec.optimizer == "sgd"
    batch = visited.board.settings.widgets["batch_size"]
    slide_to(visited, batch, "9999")
    assert batch.error_state
    visited.hear(visited.board.transport, type="reset")
    assert not batch.error_state
    assert batch.value == str(visited.session.run.spec.batch_size)


def test_other_digits_and_a_new_start(visit) -> None:
    visited = visit("preset=lecture")
    slide_to(visited, visited.board.settings.widgets["data"], "digits8")
    assert any("does not fit these digits" in line for line in visited.said)
    assert visited.board.wall.content["layers"][0]["side"] == [8, 8]
    press(visited, "New start")
    assert visited.session.run.first_spec.seed == 1
    assert visited.board.settings.widgets["seed"].value == "1"


def test_examples_begin_anew(visit) -> None:
    visited = visit()
    for key in PRESETS:
        visited.hear(visited.board.presets, type="choose", key=key)
        assert visited.session.run.first_spec == PRESETS[key].spec
        assert visited.board.presets.value == key
    visited.hear(visited.board.presets, type="choose", key="none")
    assert visited.board.presets.value == key


def test_playing_draws_frames_that_are_small_and_answered(visit) -> None:
    visited = visit("preset=lenet")
    visited.stage.play(True)
    sequence = visited.board.paint.sequence
    for _ in range(3):
        scene = visited.frame()
    assert visited.board.paint.sequence == sequence + 3
    # What changes with every frame.
    assert len(visited.board.wall.content["pixels"]) < 20_000
    assert scene.updates == 3
    visited.hear(visited.board.paint, type="ack")
    visited.hear(visited.board.transport, type="pause")
    assert visited.board.listing.lines
    assert not visited.stage.playing


def test_a_digit_is_watched_moved_and_drawn(visit) -> None:
    visited = visit()
    board, watch = visited.board, visited.board.watch
    key = board.wrong.content["items"][2]["key"]
    visited.hear(board.wrong, type="choose", key=key)
    assert visited.session.watched.index == int(key)
    assert board.wrong.content["chosen"] == key
    assert watch.words.object.startswith(f"Test digit {int(key) + 1}: a ")
    slide_to(visited, watch.only, "Only 3")
    press(visited, "Next ▶")
    assert watch.words.object.endswith("a 3")
    before = board.wall.content["pixels"]
    slide_to(visited, watch.sliders["dx"], 2.0)
    assert board.wall.content["pixels"] != before
    press(visited, "As it was")
    assert board.wall.content["pixels"] == before
    assert watch.sliders["dx"].value == 0
    slide_to(visited, watch.source, "drawn")
    assert watch.pad.visible
    picture = np.zeros((28, 28), np.uint8)
    picture[4:24, 12:15] = 255
    watch._drawn(picture)
    visited.settle()
    assert watch.words.object == "Your drawing"
    slide_to(visited, watch.source, "batch")
    assert not watch.pad.visible
    assert watch.words.object.startswith("First digit of the batch")


def test_a_pick_on_the_wall(visit) -> None:
    visited = visit()
    wall = visited.board.wall
    visited.hear(wall, type="pick", layer=1, place=[2, 3, 1])
    assert wall.content["picked"]["layer"] == 1
    visited.hear(wall, type="pick", layer=99, place=[2, 3, 1])
    assert wall.content["picked"]["layer"] == 1


def test_the_listing_runs_to_a_line(visit) -> None:
    visited = visit()
    visited.hear(visited.board.listing, type="run_to", index=4)
    assert visited.session.run.position.op == 4
    assert visited.board.listing.counter == 4
    assert visited.board.listing.ran == 3
    assert visited.board.listing.detail["values"]


def test_branches_show_as_a_tree(visit) -> None:
    visited = visit()
    visited.session.run.step("batch", 4)
    visited.hear(visited.board.transport, type="seek", step=2)
    slide_to(visited, visited.board.settings.widgets["learning_rate"], "0.5")
    visited.hear(visited.board.transport, type="step", direction=1, grain="batch")
    assert len(visited.board.transport.branches) == 2
    assert [segment["start"] for segment in visited.board.tree.segments] == [0, 2]
    visited.hear(visited.board.tree, type="stand", leaf=0)
    assert visited.session.run.loop.updates == 4


def test_sharing_and_saving(visit) -> None:
    visited = visit("slide=L3-34&watch=5")
    share = visited.dialog("share")
    assert "stage=training&preset=svm&watch=5" in share.link
    files = visited.dialog("files")
    visited.session.run.step("batch", 2)
    content = files._content().read()
    visited.hear(visited.board.presets, type="choose", key="small8")
    files._load(content, "run.json")
    visited.settle()
    assert visited.session.run.loop.updates == 2
    assert visited.session.run.first_spec.head == "hinge"
    files._load(b"{}", "run.json")
    visited.settle()
    assert any("Nothing was loaded" in line for line in visited.said)


def test_the_engine_that_compiles_is_awaited(monkeypatch) -> None:
    class Waiting(Ready):
        ready = False

    kernels = Waiting()
    monkeypatch.setattr(stage_module, "kernels", lambda family: kernels)
    visited = Visit(lambda: TrainingStage(from_query("preset=small8")))
    stage = visited.stage
    first = visited.session.run

    class Poll:
        stopped = False

        def stop(self) -> None:
            self.stopped = True

    stage._poll = Poll()
    stage._await_kernels()
    assert not stage._poll.stopped
    kernels.ready = True
    stage._await_kernels()
    visited.settle()
    assert stage._poll.stopped
    assert visited.session.run is not first
    visited.session.run.step("batch")
    stage._await_kernels()
    assert any("Reset to use it" in line for line in visited.said)
    kernels.ready, kernels.failed = False, True
    stage._await_kernels()
    assert any("could not be compiled" in line for line in visited.said)


def test_everything_follows_a_dark_page(visit) -> None:
    visited = visit()
    with set_curdoc(visited.document):
        visited.stage.dark = True
    visited.settle()
    board = visited.board
    for widget in (board.net, board.wall, board.wrong, board.watch.scores, board.watch.pad, board.paint):
        assert widget.dark
    assert 'data-theme="dark"' in board.confusion.pane.object


def test_every_card_speaks_of_something_on_the_page(visit) -> None:
    board = visit().board
    # The weights' rules are folded; their cards are those of all pages that have them.
    carried = {name for part in widgets(board.view) for name in getattr(part, "css_classes", [])}
    own = {"data", "learning_rate", "batch_size", "optimizer", "initializer", "seed", "new_start", "net", "wall",
           "watched", "only", "move", "curves", "confusion", "log", "share", "files", "head", "listing"}  # fmt: skip
    assert own <= set(about_cards())
    assert {f"np-about-{key}" for key in own} <= carried
