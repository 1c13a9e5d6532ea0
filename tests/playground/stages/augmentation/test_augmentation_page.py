"""The augmentation page without a browser: variants, their safety, the measurement, and the space of pictures."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from panel.io.state import set_curdoc

from engine import Grain, SpecError
from engine.augmentation import CHANGES, training_digits
from playground.augmentation_link import from_query
from playground.benches.augmentation import BENCH
from playground.stages.augmentation.scene import big, scientific
from playground.stages.augmentation.stage import AugmentationStage
from playground.stages.augmentation.state import LOOKS
from playground.stages.augmentation.texts import about_cards
from tests.playground.stages.views import labelled, shown, widgets


def set_to(visited, widget, value) -> None:
    with set_curdoc(visited.document):
        widget.value = value
    visited.settle()


def press(visited, label: str) -> None:
    with set_curdoc(visited.document):
        labelled(visited.stage.view, label).clicks += 1
    visited.settle()


@pytest.mark.parametrize("look", list(LOOKS))
def test_every_look_is_drawn(visit, look: str) -> None:
    visited = visit(f"look={look}")
    board = visited.board
    assert board.looks.value == look
    assert bool(board.wall.content) == bool(board.safety.content) == (look == "variants")
    assert bool(board.trials.content) == board.pairs.pane.visible == (look == "effect")
    assert bool(board.bars.content) == (look == "space")
    assert board.summary.text
    assert visited.said == []
    visited.stage.dark = True
    visited.settle()


@pytest.mark.concept("C151")
def test_six_sliders_make_variants_and_say_whether_the_label_holds(visit) -> None:
    visited = visit("digit=6")
    wall = visited.board.wall
    plain = training_digits(0)[0][np.flatnonzero(training_digits(0)[1] == 6)[0]]
    pixels = np.frombuffer(wall.content["pixels"], np.uint8).reshape(-1, 28, 28)
    assert np.array_equal(pixels, np.repeat(np.round(255 * plain).astype(np.uint8)[None], 24, axis=0))
    for change in CHANGES.values():
        set_to(visited, labelled(visited.stage.view, f"{change.title}, {change.unit}"), change.most)
        names = [row[0] for row in visited.board.safety.content["rows"]]
        assert change.title in names
    assert "a 9" in next(row[2] for row in visited.board.safety.content["rows"] if row[0] == "Rotation")
    press(visited, "None")
    assert visited.board.safety.content["rows"] == []
    press(visited, "Usual changes")
    assert {row[1] for row in visited.board.safety.content["rows"]} == {"keeps the label"}


def test_what_is_read_stands_under_each_variant(session) -> None:
    made = session("digit=6&rotation=180")
    _, read = made.variants
    captions = [item["caption"] for item in made.scene(False).wall["items"]]
    assert captions == [f"{found} {'✓' if found == 6 else '✗'}" for found in read.tolist()]
    # Half a turn makes a 6 a 9 for the network, too.
    assert (read == 9).sum() > (read == 6).sum()
    before = made.variants[0]
    made.step(1, Grain.OP)
    assert not np.array_equal(made.variants[0], before)
    made.step(-1, Grain.OP)
    assert np.array_equal(made.variants[0], before)


@pytest.mark.concept("C151")
def test_the_measurement_runs_step_by_step_and_can_be_scrubbed(session) -> None:
    made = session("look=effect&rotation=10&scale=0.1&translation=2")
    moments = [made.measured]
    while not made.at_end:
        made.advance()
        moments.append(made.measured)
    assert made.measured.gain >= 3
    assert len(made.scene(False).trials["rows"]) == 5
    assert made.at == made.length == len(moments) - 1
    for place in (0, 7, len(moments) - 1, 3):
        made.seek_step(place)
        assert made.measured == moments[place]
    # Other changes are another measurement.
    made.set(rotation=0)
    assert (made.length, made.measured.done) == (0, 0)


def test_playing_ends_with_the_measurement(visit) -> None:
    visited = visit("look=effect&translation=2")
    visited.hear(visited.board.transport, type="play")
    assert visited.stage.playing
    for _ in range(100):
        if not visited.stage.playing:
            break
        visited.frame()
    assert visited.board.readout.values["seeds"] == "5 of 5"
    assert "100%" in visited.board.transport.status["text"]


@pytest.mark.concept("C149")
def test_the_space_of_ten_by_ten_pictures(visit) -> None:
    visited = visit("look=space")
    rows = visited.board.bars.content["rows"]
    assert [row["count"] for row in rows] == ["1.2677 · 10³⁰", "1,000,000"]
    assert visited.board.readout.values["share"] == "7.89 · 10⁻²⁵"
    set_to(visited, labelled(visited.stage.view, "Side, pixels"), 3)
    assert visited.board.bars.content["rows"][0]["count"] == "512"
    assert visited.board.readout.values["share"] == "1"
    assert not shown(visited.stage.view, labelled(visited.stage.view, "Digit"))


def test_numbers_are_written_as_people_write_them() -> None:
    assert big(2**25) == "33,554,432"
    assert big(2**64) == "1.8447 · 10¹⁹"
    assert scientific(0.25) == "0.25"
    assert scientific(7.8886e-25) == "7.89 · 10⁻²⁵"


def test_what_is_not_allowed_is_said(visit, session) -> None:
    assert "0 to 1 (σ of the pixel range)" in visit("noise=7").said[1]
    with pytest.raises(SpecError, match="whole number from 1 to 12"):
        session().set(side=40)


def test_share_and_the_areas_of_the_page(visit) -> None:
    visited = visit("digit=3&noise=0.2")
    visited.board.open_share()
    assert from_query(visited.board._share.link.split("?", 1)[1]).state == visited.session.state
    classes = {name for part in widgets(visited.stage.view) for name in getattr(part, "css_classes", None) or []}
    asked = {name.removeprefix("np-about-") for name in classes if name.startswith("np-about-")}
    assert asked == set(about_cards())
    sheet = Path("static/css/augmentation_stage.css").read_text(encoding="utf-8")
    areas = {part.styles["grid-area"] for part in visited.stage.view if "grid-area" in part.styles} - {"about"}
    for template in re.findall(r"grid-template-areas:(.*?);", sheet, re.S):
        assert set(re.findall(r"[a-z]+", template)) == areas
    assert set(BENCH.parts) | {"transport"} == areas


def test_without_a_server_a_stage_has_no_loop() -> None:
    stage = AugmentationStage(from_query(""))
    assert stage.loop is None
    stage.start()
    stage.play(True)
    stage.stop()
