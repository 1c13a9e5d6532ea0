"""What lessons know of a sliding window, computed again here, and the commands that they give."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from engine import SpecError
from engine.sliding.inputs import input_array
from lessons.conditions import Fact
from lessons.reading import read_lesson
from playground.benches.bench import finished
from playground.benches.convolution import BENCH
from playground.convolution_link import from_query
from playground.stages.convolution.stage import ConvolutionStage
from tests.playground.stages.visits import Visit

MATRIX = np.array([[12, 20, 30, 0], [8, 12, 2, 0], [34, 70, 37, 4], [112, 100, 25, 12.0]])
LESSON = Path(__file__).parents[3] / "lessons/convolution/20_convolution.toml"
VERTICAL, HORIZONTAL = "-1 0 1 -1 0 1 -1 0 1", "-1 -1 -1 0 0 0 1 1 1"


def done(at: dict[str, str], *commands: str) -> dict[str, Fact]:
    session = BENCH.begin(at)
    finished(BENCH.script(session, commands))
    return BENCH.facts(session)


def documented(name: str) -> str:
    return re.sub(r"^(x|y|w|gradient\.x|gradient\.w)\.\d.*$", r"\1.<row>.<column>", name)


def blocks(values: np.ndarray) -> np.ndarray:
    """Return the 2 × 2 blocks of a picture as rows of four."""
    return values.reshape(2, 2, 2, 2).swapaxes(1, 2).reshape(4, 4)


def test_every_fact_is_documented_and_every_part_is_there() -> None:
    for slide in ("L1-37", "L2-13", "L3-35", "L1-39", "L3-33", "L1-76"):
        assert not {documented(name) for name in done({"slide": slide})} - BENCH.names.keys()
    stage = Visit(lambda: ConvolutionStage(from_query({"slide": "L1-37"}))).stage
    assert BENCH.parts.keys() == {view.styles["grid-area"] for view in stage.view}


def test_no_question_of_the_stage_hides_the_lessons() -> None:
    session = BENCH.begin({"slide": "L1-37"})
    assert not session.asking
    visit = Visit(lambda: ConvolutionStage(from_query({"slide": "L1-37"})))
    assert visit.session.asking
    BENCH.open(visit.session, {"slide": "L1-37"})
    assert not visit.settle().asking
    assert visit.board.grids.visible


@pytest.mark.concept("C169")
@pytest.mark.concept("C170")
def test_pooling_of_the_slides_matrix() -> None:
    facts = done({"slide": "L1-39"}, "step 4 op")
    assert [float(word) for word in facts["output"].split()] == blocks(MATRIX).max(axis=1).tolist()
    assert (facts["as_slide"], facts["parameters"]) == (4, 0)
    facts = done({"preset": "average"}, "step 1 phase")
    assert facts["output"] == "13 8 79 19.5"
    assert [float(word) for word in facts["output"].split()] == blocks(MATRIX).mean(axis=1).tolist()
    shifted = np.pad(MATRIX, ((0, 0), (1, 0)))[:, :-1]
    facts = done({"slide": "L1-39"}, "shift 1", "step 1 phase")
    assert [facts[f"x.{i}.{j}"] for i in range(4) for j in range(4)] == shifted.ravel().tolist()
    assert facts["as_slide"] == (blocks(shifted).max(axis=1) == blocks(MATRIX).max(axis=1)).sum() == 2


def test_the_way_back_through_pooling() -> None:
    facts = done({"slide": "L1-39"}, "step 2 phase")
    found = np.array([[facts[f"gradient.x.{i}.{j}"] for j in range(4)] for i in range(4)])
    assert found.tolist() == [[0, 1, 1, 0], [0, 0, 0, 0], [0, 0, 1, 0], [1, 0, 0, 0]]
    assert (facts["reached_inputs"], facts["all_sent_back"], facts["phase"]) == (4, True, "done")
    assert done({"preset": "average"}, "step 2 phase")["gradient.x.2.3"] == 0.25
    assert done({"preset": "average"}, "step 5 op")["reached_inputs"] == 4


@pytest.mark.concept("C161")
@pytest.mark.parametrize(("flip", "relu"), [(True, True), (True, False), (False, True), (False, False)])
def test_a_signal_of_its_own(flip: bool, relu: bool) -> None:
    x, w = [2, -1, 0, 3, 1, -2, 4], [1, 0.5, -2]
    expected = np.convolve(x, w if flip else w[::-1], "valid")
    expected = np.maximum(expected, 0) if relu else expected
    facts = done(
        {"slide": "L3-35"}, f"numbers x {' '.join(map(str, x))}", f"numbers w {' '.join(map(str, w))}",
        f"set flip {str(flip).lower()}", f"set relu {str(relu).lower()}", "step 1 phase",
    )  # fmt: skip
    assert [float(word) for word in facts["output"].split()] == expected.tolist()
    assert (facts["z"] < 0) == (np.convolve(x, w if flip else w[::-1], "valid")[-1] < 0)


@pytest.mark.concept("C163")
@pytest.mark.concept("C164")
@pytest.mark.parametrize(
    ("at", "commands", "size"),
    [({"slide": "L1-37"}, (), 28), ({"slide": "L1-38"}, (), 32), ({"slide": "L2-13"}, (), 13),
     ({"slide": "L1-37"}, ("set size 9", "set padding 4"), 32),
     ({"slide": "L1-37"}, ("set input digit", "set size 3", "set stride 2", "set padding 1"), 14)],
)  # fmt: skip
def test_sizes(at: dict[str, str], commands: tuple[str, ...], size: int) -> None:
    facts = done(at, *commands)
    p = 0 if facts["padding"] == "valid" else int(str(facts["padding"]))
    formula = (facts["input_size"] - facts["kernel_size"] + 2 * p) // facts["stride"] + 1
    assert facts["output_size"] == formula == size
    assert facts["task.halve"] == (size == 14)
    assert facts["outputs"] == size**2 * facts["maps"]


@pytest.mark.concept("C165")
def test_weights_that_are_counted() -> None:
    facts = done({"slide": "L3-33"})
    assert facts["count.weights"] == 10 * 5 * 5 * 3 == 750
    assert facts["count.dense_weights"] == 64 * 64 * 3 * 512 == 6291456
    assert facts["count.ratio"] == pytest.approx(8388.608)
    assert facts["count.outputs"] == 60 * 60 * 10
    facts = done({"slide": "L3-33"}, "count size 7", "count channels 1")
    assert (facts["count.parameters"], facts["count.done"]) == (10 * 49 + 10, True)
    assert not done({"slide": "L3-33"}, "count size 7")["count.done"]


@pytest.mark.concept("C166")
def test_filters_have_a_direction_as_cells_of_the_visual_cortex_have() -> None:
    """The lesson says so, and each kernel answers to edges of one direction alone."""
    step = next(each for each in read_lesson(LESSON).steps if each.key == "shared-weights")
    assert "visual cortex" in step.text
    assert "one direction" in step.text
    upright = np.repeat([[0.0] * 4 + [1.0] * 4], 8, axis=0)
    for kernel, answers in ((VERTICAL, (3, 0)), (HORIZONTAL, (0, 3))):
        for picture, expected in zip((upright, upright.T), answers, strict=True):
            numbers = " ".join(f"{value:g}" for value in picture.ravel())
            session = BENCH.begin({"preset": "design"})
            finished(BENCH.script(session, [f"numbers x {numbers}", f"numbers w {kernel}", "step 1 phase"]))
            assert np.abs(session.run.frame().y).max() == expected


@pytest.mark.concept("C162")
def test_a_kernel_in_a_volume() -> None:
    facts = done({"preset": "volume"}, "step 1 phase")
    ball = input_array("ball")[..., 0]
    behind, before = (
        np.array([
            [[ball[k, i : i + 3, j : j + 3].sum() for j in range(3)] for i in range(3)] for k in (slices)
        ])
        for slices in ((2, 3, 4), (0, 1, 2))
    )  # fmt: skip
    assert [float(word) for word in facts["output"].split()] == (behind - before).ravel().tolist()
    assert facts["weights"] == 27


def test_tasks_are_judged() -> None:
    assert done({"preset": "design"}, f"numbers w {VERTICAL}")["task.edge"]
    assert not done({"preset": "design"}, f"numbers w {HORIZONTAL}")["task.edge"]
    assert not done({"preset": "design", "flip": "true"}, f"numbers w {VERTICAL}")["task.edge"]
    assert done({"preset": "average"}, "number x 3 3 0 16")["task.one"]
    assert not done({"preset": "average"}, "number x 2 2 0 41")["task.one"]


def test_another_step_undoes_everything() -> None:
    session = BENCH.begin({"slide": "L2-13"})
    fresh = {at: done({"slide": at}) for at in ("L1-39", "L3-35", "L2-13")}
    commands = (
        "step 3 op", "set stride 1", "set padding 1", "choose volume", "number x 0 0 0 0 9", "look counts",
        "count size 9", "step 9 op",
    )  # fmt: skip
    for slide, expected in fresh.items():
        finished(BENCH.script(session, commands))
        session.notice, session.stopped = "said of before", True
        BENCH.open(session, {"slide": slide})
        np.testing.assert_equal(BENCH.facts(session), expected)
        assert (session.notice, session.stopped, session.can_undo) == ("", False, False)


def test_a_stage_shows_what_is_opened_in_place() -> None:
    visit = Visit(lambda: ConvolutionStage(from_query({"slide": "L3-33"})))
    BENCH.open(visit.session, {"slide": "L2-13", "stride": "3"})
    visit.settle()
    widgets = visit.board.settings.widgets
    assert (widgets["stride"].value, widgets["filters"].value, widgets["input"].value) == (3, 4, "Digit")
    assert (visit.board.looks.value, visit.board.counts.panel.visible) == ("", False)


@pytest.mark.parametrize("at", [{"slide": "L9-1"}, {"stride": "x"}, {"nonsense": "1"}])
def test_an_address_that_asks_for_nothing_is_refused(at: dict[str, str]) -> None:
    with pytest.raises(SpecError):
        BENCH.begin(at)


@pytest.mark.parametrize(
    "command",
    ["hop", "step 1 batch", "set stride", "set color 3", "set stride 99", "number q 1 2", "number x 0 0 0 nine",
     "number x 99 0 0 1", "numbers w 1 2", "shift 99", "count size x", "count legs 3", "choose none", "look up",
     "place 99 0 0", "filter x"],
)  # fmt: skip
def test_a_command_that_is_none_is_refused(command: str) -> None:
    with pytest.raises(SpecError):
        done({"slide": "L1-39"}, command)
