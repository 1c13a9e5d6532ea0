"""What lessons know of a reading, computed again here, and the commands that they give."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from engine import SpecError
from engine.reader import PRETRAINED, unseen_images
from lessons.conditions import Fact
from playground.benches.bench import finished
from playground.benches.reader import BENCH
from playground.reader_link import from_query
from playground.stages.reader.stage import ReaderStage
from tests.playground.stages.visits import Visit


def done(at: dict[str, str], *commands: str) -> dict[str, Fact]:
    session = BENCH.begin(at)
    finished(BENCH.script(session, commands))
    return BENCH.facts(session)


def correlated(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Return the cross-correlation of maps [H, W, C] with kernels [5, 5, C, O], place by place."""
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape[:2], axis=(0, 1))
    return np.einsum("ijcmn,mnco->ijo", windows, kernel)


def test_every_fact_is_documented_and_every_part_is_there() -> None:
    for slide in ("L1-36", "L1-42", "L3-34", "L3-36", "L1-38"):
        names = done({"slide": slide})
        known = {re.sub(r"^(parameters|maps|size|shift_error)\.\d+$", r"\1.<layer>", name) for name in names}
        assert known <= BENCH.names.keys()
    stage = Visit(lambda: ReaderStage(from_query({}))).stage
    assert BENCH.parts.keys() == {view.styles["grid-area"] for view in stage.view}


def test_a_digit_is_read_layer_by_layer() -> None:
    at = {"slide": "L1-36", "done": "0"}
    facts = done(at)
    assert (facts["read"], facts["layers_done"], facts["complete"], facts["correct"]) == (-1, 0, False, False)
    facts = done(at, "play 6 layer")
    images, labels = unseen_images("lecture")
    scores = PRETRAINED["lecture"].reader().predict(images[:1])[0]
    assert (facts["read"], facts["label"]) == (scores.argmax(), labels[0])
    assert facts["score"] == pytest.approx(scores.max())
    assert facts["complete"] is facts["correct"] is True
    wrong = done({}, "group wrong")
    assert wrong["read"] != wrong["label"] == labels[wrong["digit"]]


@pytest.mark.concept("C171")
def test_the_lectures_net_is_4_4_6_6_and_dense() -> None:
    facts = done({"slide": "L1-36"})
    assert [facts[f"maps.{layer}"] for layer in range(1, 5)] == [4, 4, 6, 6]
    assert [facts[f"size.{layer}"] for layer in range(1, 5)] == [24, 12, 8, 4]
    assert facts["parameters.1"] == 4 * (25 + 1)
    assert facts["parameters.3"] == 6 * (4 * 25 + 1) == 606
    assert facts["parameters.2"] == facts["parameters.4"] == 0
    assert facts["parameters"] == 104 + 606 + (6 * 4 * 4 * 10 + 10)


@pytest.mark.parametrize(
    ("stack", "field"),
    [("conv3", 3), ("conv3,pool2", 4), ("conv3,pool2,conv3", 8), ("conv3,conv3,conv3", 7), ("conv5,pool2,conv5", 14),
     ("stride2,conv3", 7), ("pool3,pool3", 9)],
)  # fmt: skip
def test_receptive_fields_of_stacks(stack: str, field: int) -> None:
    sizes = {"conv3": (3, 1), "conv5": (5, 1), "stride2": (3, 2), "pool2": (2, 2), "pool3": (3, 3)}
    sees, apart = 1, 1
    for key in stack.split(","):
        taps, stride = sizes[key]
        sees, apart = sees + (taps - 1) * apart, apart * stride
    assert done({"slide": "L3-36"}, f"stack {stack}")["field"] == sees == field


@pytest.mark.concept("C173")
@pytest.mark.parametrize("page", [28, 31, 32, 40])
def test_dense_layers_as_convolutions(page: int) -> None:
    facts = done({"slide": "L1-42"}, f"page {page}")
    # LeNet: pads with 2, two poolings of 2, two kernels of 5, and a last one that covers 5 × 5.
    side = ((page + 4 - 4) // 2 - 4) // 2 - 4
    assert facts["score_map"] == side
    assert facts["dense_apart"] < 1e-5
    assert math.isnan(done({"slide": "L1-36"})["dense_apart"])


@pytest.mark.concept("C167")
def test_maps_move_with_the_image() -> None:
    reader = PRETRAINED["lecture"].reader()
    image = reader.pixels(unseen_images("lecture")[0][:1])[0]
    kernel = reader.filters(1)
    before, after = (correlated(np.roll(image, by, axis=1), kernel) for by in (0, 3))
    np.testing.assert_allclose(after[:, 3:], before[:, :-3], atol=1e-5)
    facts = done({"slide": "L1-38"})
    assert (facts["dx"], facts["shift_error.1"]) == (3, pytest.approx(0, abs=1e-5))
    assert facts["shift_error.2"] > 0.01
    # An even shift falls on the pooling's places.
    assert done({"slide": "L1-38"}, "move dx 4")["shift_error.2"] == pytest.approx(0, abs=1e-5)
    assert math.isnan(done({"slide": "L1-38"}, "look layers")["shift_error.1"])


def test_what_is_picked_sees_a_part_of_the_image() -> None:
    assert done({}, "pick 1 3 3 0")["picked.field"] == 5
    facts = done({}, "pick 4 1 1 2")
    # 5 taps, a pooling of 2, 5 taps 2 apart, and a pooling of such.
    assert (facts["picked"], facts["picked.field"]) == (4, 5 + 1 + 4 * 2 + 2)
    assert done({"picked": "none"})["picked"] == 0


def test_another_step_undoes_everything() -> None:
    session = BENCH.begin({})
    commands = (
        "net lenet", "digit 17", "move dx 5", "look dense", "page 50", "choose field", "stack conv7", "group 3",
        "grow 1 0", "step 1 layer", "reset",
    )  # fmt: skip
    for slide in ("L1-36", "L1-42", "L1-38"):
        finished(BENCH.script(session, commands))
        BENCH.open(session, {"slide": slide})
        np.testing.assert_equal(BENCH.facts(session), done({"slide": slide}))
        assert (session.question, session.group, session.growing, session.notice) == ("", "all", False, "")


def test_a_stage_shows_what_is_opened_in_place() -> None:
    visit = Visit(lambda: ReaderStage(from_query({"slide": "L1-36"})))
    assert visit.session.question
    BENCH.open(visit.session, {"slide": "L3-34"})
    scene = visit.settle()
    assert (scene.question, visit.board.looks.value, visit.board.presets.value) == ({}, "layers", "head")
    assert scene.spec.net == "svm"


@pytest.mark.parametrize("at", [{"slide": "L9-1"}, {"net": "none"}, {"nonsense": "1"}])
def test_an_address_that_asks_for_nothing_is_refused(at: dict[str, str]) -> None:
    with pytest.raises(SpecError):
        BENCH.begin(at)


@pytest.mark.parametrize(
    "command",
    ["hop", "step 1 batch", "net none", "digit x", "group ten", "look up", "pick 1 99 0 0", "pick 9 0", "move up 3",
     "move dx 99", "page 99", "stack conv99", "grow 2 0", "choose none"],
)  # fmt: skip
def test_a_command_that_is_none_is_refused(command: str) -> None:
    with pytest.raises(SpecError):
        done({}, command)
