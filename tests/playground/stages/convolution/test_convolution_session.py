"""What a student can do with a window that slides, without any widget."""

from __future__ import annotations

import numpy as np
import pytest

from engine import Grain, SpecError
from engine.datasets.photos import photo_crop
from engine.sliding import END
from engine.sliding.inputs import INPUTS
from engine.sliding.kernels import KERNELS
from playground.stages.convolution.counts import Layers
from playground.stages.convolution.presets import PRESETS, slide_begin

PICTURE = np.random.default_rng(2).random((60, 80, 3))


def test_steps_forward_and_back_by_every_grain(session) -> None:
    window = session("input=letter")
    outputs = window.run.steps // 2
    for grain, done in ((Grain.OP, 1), (Grain.LAYER, 8), (Grain.PHASE, outputs), (Grain.EPOCH, 2 * outputs)):
        window.seek_step(0)
        window.step(1, grain)
        assert window.run.done == done
        window.step(-1, grain)
        assert window.run.done == 0
    window.step(1, Grain.EPOCH)
    window.step(1, Grain.OP)
    assert window.notice.startswith("All gradients have been sent back")


def test_the_map_in_front_is_the_one_that_a_number_was_made_in(session) -> None:
    window = session("input=letter&filters=3")
    seen = []
    for _ in range(4):
        window.step(1, Grain.OP)
        seen.append(window.filter)
    assert seen == [0, 1, 2, 0]
    pooled = session("input=patch&operation=max")
    pooled.step(1, Grain.OP)
    pooled.step(1, Grain.OP)
    assert (pooled.channel, pooled.filter) == (1, 0)


def test_a_click_leads_to_a_number_in_the_pass_of_now(session) -> None:
    window = session("input=letter")
    window.go_to([2, 3, 0])
    assert window.run.done == 2 * 8 + 3 + 1
    window.step(1, Grain.PHASE)
    window.step(1, Grain.OP)
    window.go_to([1, 0, 0])
    assert window.run.done == 64 + 9
    window.go_to([1, 0, 0], "forward")
    assert window.run.done == 9
    with pytest.raises(SpecError, match="there is no number"):
        window.go_to([8, 0, 0])


def test_the_scrubber_goes_no_further_than_the_newest(session) -> None:
    window = session("input=edge&done=10")
    window.seek_step(4)
    window.seek_step(99)
    assert window.run.done == 10
    window.seek_step(2)
    window.seek_newest()
    assert window.run.done == 10
    window.reset()
    assert (window.run.done, window.run.newest.op) == (0, 0)


def test_settings_keep_the_place_and_what_is_complete(session) -> None:
    window = session("input=letter&done=64")
    window.edit("stride", 2, 1)
    assert (window.spec.output_shape, window.run.done, window.edits) == ((4, 4, 1), 16, 1)
    window.edit("padding", "same", 2)
    assert (window.spec.output_shape, window.run.done) == ((5, 5, 1), 25)
    window.edit("operation", "max", 3)
    assert window.spec.operation == "max"
    window.edit("operation", "convolution", 4)
    assert window.kernel == "vertical"


def test_a_window_that_does_not_fit_changes_nothing(session) -> None:
    window = session("input=edge")
    before = window.spec
    with pytest.raises(SpecError, match="does not fit"):
        window.edit("size", 11, 1)
    assert window.spec == before
    assert (window.edits, window.can_undo) == (1, False)


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_another_number_of_dimensions_has_an_input_and_a_kernel_of_its_own(session, axes: int) -> None:
    window = session("input=patch" if axes != 2 else "input=ball&relu=true&flip=true")
    window.edit("axes", axes, 1)
    assert len(window.spec.space) == axes
    assert INPUTS[window.input].axes == axes
    assert axes in KERNELS[window.kernel].axes
    if axes == 2:
        assert window.spec.relu
        assert window.spec.flip


def test_every_input_and_every_kernel_can_be_chosen_and_is_known_again(session) -> None:
    for axes in (1, 2, 3):
        window = session("")
        window.edit("axes", axes, 0)
        for key, preset in INPUTS.items():
            if preset.axes == axes:
                window.edit("input", key, 0)
                assert window.input == key
        for key, kernel in KERNELS.items():
            if axes in kernel.axes:
                window.edit("kernel", key, 0)
                assert window.kernel == key


def test_a_kernel_is_chosen_for_the_filter_in_front(session) -> None:
    window = session("preset=filters")
    window.show_filter(2)
    window.edit("kernel", "emboss", 0)
    names = []
    for filter in range(4):
        window.show_filter(filter)
        names.append(window.kernel)
    assert names == ["vertical", "horizontal", "emboss", "blur"]
    window.show_filter(9)
    assert window.filter == 3


def test_a_kernel_that_there_is_in_every_size_stays_what_it_is(session) -> None:
    window = session("input=letter&kernel=blur")
    window.edit("size", 5, 0)
    assert window.kernel == "blur"
    assert window.spec.w == (1 / 25,) * 25
    window.edit("kernel", "sobel_x", 0)
    window.edit("size", 5, 0)
    # Framed with zeros.
    assert window.kernel == ""
    assert np.count_nonzero(window.spec.w) == 6


def test_numbers_are_set_and_changes_are_taken_back(session) -> None:
    window = session("preset=max")
    window.set_number("x", [1, 0, 0], 12)
    window.set_number("upstream", [0, 0, 0], 3)
    assert window.input == ""
    assert window.spec.upstream[0] == 3
    assert window.can_return
    window.undo(5)
    window.undo(6)
    assert (window.spec, window.edits, window.can_undo) == (PRESETS["max"].begin.spec, 6, False)
    window.undo(7)
    window.set_number("x", [1, 0, 0], 12)
    window.edit("operation", "average", 8)
    window.back_to_begin(9)
    assert window.spec == window.begin.spec
    # Even that can be taken back.
    window.undo(10)
    assert (window.spec.operation, window.spec.x[4]) == ("average", 12)


def test_no_more_changes_are_kept_than_fifty(session) -> None:
    window = session("")
    for value in range(60):
        window.set_number("x", [0, 0, 0], value + 1)
    for _ in range(60):
        window.undo(0)
    assert window.spec.x[0] == 10


def test_what_is_no_number_or_no_place_is_refused(session) -> None:
    window = session("")
    for name, place, value in (("x", [0, 0, 0], "a"), ("x", [10, 0, 0], 1), ("w", [0, 0, 0, 0], 1e9), ("b", [1], 0)):
        with pytest.raises(SpecError):
            window.set_number(name, place, value)
    assert window.spec == window.begin.spec


def test_a_question_comes_with_an_example_once(session) -> None:
    window = session("slide=L1-37")
    assert (window.question, window.asking) == ("valid", True)
    window.answer(7)
    assert window.asking
    window.answer(1)
    window.answer(0)
    assert (window.answers["valid"], window.asking) == (1, False)
    window.open_preset("padding")
    assert window.question == "padded"
    window.skip_question()
    assert window.question == ""
    for key in ("window", "padding"):
        window.open_preset(key)
        assert window.question == ""


@pytest.mark.parametrize("query", ["preset=window&done=5", "preset=window&look=counts", "input=digit", ""])
def test_who_comes_for_a_moment_is_not_asked(session, query: str) -> None:
    assert session(query).question == ""


@pytest.mark.parametrize("change", [
    lambda window: window.edit("stride", 2, 0), lambda window: window.set_number("w", [0, 0, 0, 0], 5),
    lambda window: window.start_playing(), lambda window: window.step(1, Grain.OP),
    lambda window: window.go_to([1, 1, 0]), lambda window: window.seek_step(0),
])  # fmt: skip
def test_who_goes_on_without_an_answer_sees_the_numbers(session, change) -> None:
    window = session("preset=window")
    change(window)
    assert (window.question, window.asking) == ("", False)


def test_a_slide_is_named_as_long_as_it_is_the_slide(session) -> None:
    window = session("slide=L3-35")
    assert window.slide == "L3-35"
    window.step(1, Grain.OP)
    assert window.slide == "L3-35"
    window.edit("flip", False, 1)
    assert (window.slide, window.preset) == ("", "")
    window.undo(2)
    assert (window.slide, window.preset) == ("L3-35", "signal")


@pytest.mark.parametrize("query", ["input=slide", "input=letter&filters=3"])
def test_playing_stops_where_a_pass_is_complete_and_begins_again_at_the_end(session, query: str) -> None:
    window = session(query)
    window.seek_step(0)
    for speed in ("normal", "fast", "fastest"):
        window.speed = speed
        for end in (window.run.steps // 2, window.run.steps):
            window.start_playing()
            assert window.run.done == (0 if end < window.run.steps else window.run.steps // 2)
            while not window.stopped:
                assert 0 < window.advance() < 1
            assert window.run.done == end
    assert window.run.position == END


def test_the_fastest_passes_over_the_largest_in_some_seconds(session) -> None:
    window = session("preset=padding")
    window.speed = "fastest"
    window.start_playing()
    seconds = 0.0
    while not window.stopped:
        seconds += window.advance()
    assert 4 < seconds < 10
    assert window.run.done == 32 * 32


def test_an_own_picture_in_grey_and_in_colour(session) -> None:
    window = session("")
    window.use_picture("me.png", PICTURE)
    assert (window.spec.shape, window.input, window.look) == ((28, 28, 1), "own", "picture")
    assert window.pictures.whole == ("me.png", PICTURE)
    # The middle square's mean brightness, up to the two digits.
    middle = PICTURE[:, 10:70] @ np.array([0.299, 0.587, 0.114])
    assert np.mean(window.spec.x) == pytest.approx(middle.mean(), abs=1e-3)
    window.edit("input", "own_rgb", 0)
    assert (window.spec.shape, window.input) == ((28, 28, 3), "own_rgb")
    window.use_picture("me.png", PICTURE)
    assert window.input == "own_rgb"
    window.edit("input", "digit", 0)
    assert window.pictures.whole is None
    window.edit("axes", 3, 0)
    window.use_picture("me.png", PICTURE)
    assert window.spec.shape == (28, 28, 1)


def test_of_a_large_picture_only_what_is_shown_is_kept(session) -> None:
    window = session("")
    window.use_picture("a" * 300, np.random.default_rng(1).random((512, 1024, 3)))
    name, picture = window.pictures.own
    assert (len(name), picture.shape) == (40, (128, 256, 3))


def test_the_whole_picture_of_a_photograph_stays_while_numbers_are_edited(session) -> None:
    window = session("preset=photo")
    name, picture = window.pictures.whole
    assert name == "A tower in Beijing"
    assert np.array_equal(picture, photo_crop("china"))
    window.set_number("x", [0, 0, 0], 0.5)
    assert window.pictures.whole is not None
    first = window.scene(False).pictures
    assert [each["title"] for each in first["pictures"]] == [
        "A tower in Beijing: 64 × 64, brightness", "After the kernel: 64 × 64",
    ]  # fmt: skip
    assert window.scene(False).pictures is first
    window.step(-1, Grain.OP)
    assert window.scene(False).pictures is first
    window.edit("kernel", "blur", 0)
    assert window.scene(False).pictures != first


@pytest.mark.parametrize(("key", "grey"), [("china", True), ("framed", True), ("digit8", True), ("letter", False)])
def test_a_picture_stays_grey_while_numbers_are_edited(session, key: str, grey: bool) -> None:
    window = session(f"input={key}")
    assert window.scene(False).board["grey"] is grey
    window.set_number("x", (0, 0, 0), 0.5)
    assert window.input == ""
    assert window.scene(False).board["grey"] is grey
    window.edit("input", "edge", 0)
    assert window.scene(False).board["grey"] is False


def test_the_framed_digit_of_the_slides_has_a_name(session) -> None:
    for slide in ("L1-37", "L1-38"):
        assert session(f"slide={slide}").input == "framed"
    framed = np.array(session("slide=L1-37").spec.x).reshape(32, 32)
    np.testing.assert_array_equal(framed[2:-2, 2:-2], np.array(session("input=digit").spec.x).reshape(28, 28))
    assert framed.sum() == pytest.approx(framed[2:-2, 2:-2].sum())


def test_a_channel_that_adds_up_to_0_is_written_as_0(session) -> None:
    # −x·(1/3) + x·(1/3) and its like over a colour picture: without care for rounding, red is 1e-16 at some places.
    window = session("slide=L3-33&done=1")
    window.skip_question()
    for _ in range(window.run.steps // 2):
        scene = window.scene(False)
        texts = [part["sum"] for part in scene.sum["parts"]] + [scene.sum["sum"], scene.sum["result"]]
        assert not any("e−" in text for text in texts)
        assert all(part == 0 or abs(part) > 1e-3 for part in scene.board["now"]["parts"])
        window.step(1, Grain.OP)


def test_without_a_picture_it_is_said_where_to_get_one(session) -> None:
    window = session("look=picture")
    assert window.scene(False).pictures["words"] == [
        "Choose a photograph as the input, or take a picture of your own."
    ]
    window.look_at("")
    assert window.scene(False).pictures["title"] == ""
    window.look_at("nonsense")
    assert window.look == ""


def test_layers_are_counted(session) -> None:
    window = session("")
    window.count(Layers(size=7), 3)
    scene = window.scene(False)
    assert (scene.layers.size, scene.count_edits) == (7, 3)


def test_what_stands_can_be_gone_on_with(session) -> None:
    window = session("preset=filters&done=40")
    window.show_filter(1)
    other = session("")
    other.load(window.now)
    assert other.now == window.now
    assert slide_begin("L2-13").spec == other.spec


@pytest.mark.concept("C169")
@pytest.mark.concept("C170")
def test_the_golden_pooling_matrix(session) -> None:
    for key, golden in (("max", [[20, 30], [112, 37]]), ("average", [[13, 8], [79, 19.5]])):
        window = session(f"preset={key}")
        window.step(1, Grain.PHASE)
        assert window.run["y"][..., 0].tolist() == golden
