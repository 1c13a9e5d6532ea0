"""A student's reading of one image without any widget."""

from __future__ import annotations

import numpy as np
import pytest

from engine import Grain, Position, SpecError
from engine.reader import centred, shifted, unseen_images
from engine.reader.reading import END
from playground.stages.reader.presets import PRESETS, Begin
from playground.stages.reader.session import GROW_STEPS, GROWN


@pytest.fixture
def stroke() -> np.ndarray:
    """A one that stands far on the left."""
    image = np.zeros((28, 28), np.uint8)
    image[2:14, 2:5] = 255
    return image


def test_playing_reads_layer_by_layer_and_stops_at_the_answer(session) -> None:
    played = session()
    assert played.run.position == END
    played.begin_playing()
    assert played.run.done == 0
    seen = []
    while not played.stopped:
        played.advance()
        seen.append(played.run.frame().done)
    assert seen == [1, 2, 3, 4, 5, 6]
    assert played.run.position == END


def test_steps_of_every_grain_there_and_back(session) -> None:
    stepped = session("done=0")
    assert stepped.run.position == Position()
    stepped.step(1, Grain.OP)
    assert (stepped.run.done, stepped.run.frame().done) == (1, 0)
    stepped.step(1, Grain.LAYER)
    assert stepped.run.frame().done == 1
    stepped.step(-1, Grain.OP)
    assert stepped.run.done == 1
    stepped.step(1, Grain.EPOCH)
    assert stepped.run.position == END
    stepped.step(1, Grain.LAYER)
    assert "the answer" in stepped.notice
    stepped.seek_step(3)
    assert stepped.run.done == 3
    stepped.seek_step(999)
    assert stepped.run.position == END
    stepped.reset()
    assert stepped.run.done == 0
    stepped.seek_newest()
    assert stepped.run.position == END


def test_leafing_goes_through_a_group_and_around(session) -> None:
    leafed = session()
    labels = unseen_images("lecture")[1]
    leafed.leaf(1)
    assert leafed.run.spec.index == 1
    leafed.leaf(-1)
    leafed.leaf(-1)
    assert leafed.run.spec.index == len(labels) - 1
    leafed.show_group("7")
    sevens = np.flatnonzero(labels == 7)
    assert leafed.run.spec.index == sevens[0]
    leafed.leaf(1)
    assert leafed.run.spec.index == sevens[1]
    assert leafed.run.label == 7
    with pytest.raises(SpecError, match="digits are chosen by"):
        leafed.show_group("eleven")


def test_those_that_are_read_wrong_are_read_wrong(session) -> None:
    wrong = session()
    wrong.show_group("wrong")
    members = wrong.members()
    # 96.7 % of the test digits are read right.
    assert 10 < len(members) < 60
    for _ in range(3):
        wrong.leaf(1)
        assert int(wrong.run.frame().answers.argmax()) != wrong.run.label


def test_a_drawing_is_centred_unless_that_is_switched_off(session, stroke) -> None:
    drawn = session()
    drawn.draw(stroke)
    assert np.array_equal(drawn.run.image, centred(stroke))
    assert int(drawn.run.frame().answers.argmax()) == 1
    drawn.set_centre(False)
    assert np.array_equal(drawn.run.image, stroke)
    drawn.move(1, dx=4.0)
    assert np.array_equal(drawn.run.image, shifted(stroke, 4, 0))
    assert (drawn.edits, drawn.moved) == (1, "dx")
    drawn.put_back(2)
    assert np.array_equal(drawn.run.image, stroke)
    assert np.array_equal(drawn.source, stroke)
    drawn.show_digit(3)
    assert drawn.drawn is None
    assert np.array_equal(drawn.source, unseen_images("lecture")[0][3])


def test_a_photograph_of_dark_ink_is_read(session, stroke) -> None:
    read = session()
    turn = read.turn
    read.take_photo(1 - 0.8 * np.kron(stroke / 255, np.ones((4, 4))))
    assert read.turn > turn
    assert int(read.run.frame().answers.argmax()) == 1
    with pytest.raises(SpecError, match="one shade"):
        read.take_photo(np.full((40, 40), 0.5))


def test_a_pick_leads_to_its_number_and_is_dropped_where_there_is_none(session) -> None:
    picked = session("look=occlusion")
    picked.pick((1, (23, 23, 3)))
    assert (picked.look, picked.picked) == ("number", (1, (23, 23, 3)))
    picked.set_net("svm")
    assert picked.picked == (1, (23, 23, 3))
    picked.set_net("lenet")
    assert picked.picked == (1, (23, 23, 3))
    picked.pick((3, (9, 9, 15)))
    picked.set_net("lecture")
    assert picked.picked is None


def test_another_network_reads_the_whole_image(session) -> None:
    other = session("done=2")
    other.set_net("lenet")
    assert other.run.position == END
    assert len(other.run.frame().maps) == 9


def test_an_image_grows_for_a_filter_and_its_answer_grows(session) -> None:
    grown = session("look=maximise&filter=1,2")
    grown.grow()
    before = grown.maximiser.value
    grown.begin_playing()
    assert grown.run.position == END
    while not grown.stopped:
        grown.advance()
    assert grown.maximiser.steps == GROWN
    assert grown.maximiser.value > before + 0.5
    assert not grown.growing
    assert GROWN % GROW_STEPS == 0
    grown.pick((3, (0, 0, 4)))
    assert (grown.filter, grown.maximiser) == ((3, 4), None)
    with pytest.raises(SpecError, match="no such filter"):
        grown.set_filter(3, 6)


def test_a_question_goes_where_its_answer_is_not_seen(session) -> None:
    asked = session("slide=L1-36")
    assert asked.question == "c2"
    asked.answer_question(9)
    assert asked.answer is None
    asked.answer_question(0)
    asked.answer_question(3)
    assert asked.answer == 0
    asked.look_at("number")
    assert (asked.question, asked.answer) == ("", None)
    skipped = session("slide=L1-36")
    skipped.skip_question()
    assert skipped.question == ""


def test_a_link_leads_back_to_what_stands_there(session) -> None:
    there = session("slide=L1-42")
    assert there.slide == "L1-42"
    there.skip_question()
    there.set_page(40, 1)
    there.set_digit(3)
    there.set_patch(5, 2)
    there.set_stack(("conv3", "none", "nonsense", "pool3"))
    now = there.now
    assert (now.page, now.digit, now.patch, now.stack) == (40, 3, 5, ("conv3", "pool3"))
    there.set_net("lecture")
    assert there.slide == ""


@pytest.mark.parametrize("key", PRESETS)
def test_presets_open_and_are_known(session, key) -> None:
    opened = session("net=lenet&image=test:9")
    assert opened.preset == ""
    opened.open_preset(key)
    assert (opened.preset, opened.now) == (key, PRESETS[key].begin)
    assert session().now == Begin()


@pytest.mark.parametrize(("layer", "place"), [(2, (0, 0, 1)), (4, (0, 0, 1)), (5, (7,))])
def test_no_image_grows_for_what_has_no_filter(session, layer: int, place: tuple[int, ...]) -> None:
    grown = session("look=maximise&filter=1,2")
    with pytest.raises(SpecError, match="Pooling and flattening have no filters"):
        grown.pick((layer, place))
    assert (grown.filter, grown.picked) == ((1, 2), (layer, place))
    assert grown.scene(False).look.pictures
