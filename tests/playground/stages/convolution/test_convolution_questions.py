"""What the convolution page asks and what it has a student try: the answers are those of the slides."""

from __future__ import annotations

import numpy as np
import pytest

from engine.sliding import SlidingSpec
from engine.sliding.fit import fitted, flat
from engine.sliding.inputs import input_spec
from engine.sliding.kernels import kernel_spec
from engine.sliding.presets import lecture_spec
from playground.stages.convolution.counts import SPANS, Layers, bars, task
from playground.stages.convolution.geometry import ROUND, geometry
from playground.stages.convolution.presets import PRESETS
from playground.stages.convolution.questions import QUESTIONS, verdict
from playground.stages.convolution.tasks import TASKS, tasks
from playground.stages.convolution.tools.size_quiz import SizeQuiz

# Worked by hand, from the curriculum.
RIGHT = {
    "valid": "28", "padded": "32", "filters": "13 × 13 × 8", "weights": "750", "average": "19.5", "pooling": "0",
    "relu": "(1, 2, 2, 0, 0)", "shifted": "2",
}  # fmt: skip


@pytest.mark.parametrize("key", list(QUESTIONS))
def test_what_is_right(key: str) -> None:
    question = QUESTIONS[key]
    assert question.choices[question.right] == RIGHT[key]
    assert RIGHT[key] in verdict(question)
    assert len(set(question.choices)) == len(question.choices)


def test_every_question_and_every_task_is_used() -> None:
    assert {preset.question for preset in PRESETS.values()} - {""} == set(QUESTIONS)
    assert {key for preset in PRESETS.values() for key in preset.tasks} == set(TASKS)


def test_no_sentence_beside_a_question_answers_it() -> None:
    for preset in PRESETS.values():
        if preset.question:
            assert RIGHT[preset.question] not in preset.sentence.replace(",", "").split()


def state(key: str, spec: SlidingSpec) -> tuple[bool, str]:
    (found,) = tasks((key,), spec)
    return found["done"], found["seen"]


def with_kernel(*rows: tuple[float, ...]) -> SlidingSpec:
    return PRESETS["design"].begin.spec.with_(w=flat(np.array(rows)))


def test_a_kernel_for_vertical_edges() -> None:
    start = PRESETS["design"].begin.spec
    assert state("edge", start) == (False, "An area of ones gives 1, an edge from 0 to 1 at most 1.")
    prewitt = with_kernel((-1, 0, 1), (-1, 0, 1), (-1, 0, 1))
    assert state("edge", prewitt) == (True, "An area of ones gives 0, an edge from 0 to 1 at most 3.")
    # The other way round it answers with less than 0, unless it is flipped.
    falling = with_kernel((1, 0, -1), (1, 0, -1), (1, 0, -1))
    assert not state("edge", falling)[0]
    assert state("edge", falling.with_(flip=True))[0]
    done, seen = state("edge", with_kernel((0, 1, 0), (1, -4, 1), (0, 1, 0)))
    assert done
    assert "It also answers to horizontal edges, with 1." in seen
    assert not state("edge", with_kernel((0, 0, 0), (0, 0, 0), (0, 0, 0)))[0]


def test_a_bias_stride_or_padding_does_not_spoil_the_kernel() -> None:
    spec = with_kernel((-1, 0, 1), (-1, 0, 1), (-1, 0, 1)).with_(b=(5.0,), stride=2, padding=2, relu=True)
    assert state("edge", spec)[0]
    assert "one channel" in state("edge", spec.with_(operation="max"))[1]


def test_28_becomes_14() -> None:
    spec = fitted(input_spec(SlidingSpec(), "digit"), size=3, stride=2)
    assert state("halve", spec) == (False, "28 × 28 becomes 13 × 13.")
    for padding in (1, "same"):
        assert state("halve", spec.with_(padding=padding)) == (True, "28 × 28 becomes 14 × 14.")
    # 14 × 14 by another way is not what was asked for.
    assert not state("halve", fitted(spec, size=2))[0]
    assert state("halve", lecture_spec("L1-37"))[1].endswith("The digit has 28 × 28.")


def test_one_number_leaves_the_maxima_and_moves_one_average() -> None:
    matrix = lecture_spec("L1-39")
    assert state("one", matrix) == (False, "Nothing is changed yet.")
    # 8 is not the largest of its block; 4 more are 1 more in the mean of 4.
    assert state("one", matrix.with_number("x", (1, 0, 0), 12))[0]
    assert state("one", matrix.with_number("x", (3, 3, 0), 8))[0]
    # Of 100 it would be 104, still less than 112; of 30 it would be the maximum that changes.
    assert state("one", matrix.with_number("x", (3, 1, 0), 104))[0]
    assert not state("one", matrix.with_number("x", (0, 2, 0), 34))[0]
    assert not state("one", matrix.with_number("x", (1, 0, 0), 11))[0]
    two = matrix.with_number("x", (1, 0, 0), 10).with_number("x", (1, 1, 0), 14)
    done, seen = state("one", two)
    assert not done
    assert seen.startswith("2 numbers are changed")
    assert "slide's matrix" in state("one", lecture_spec("L2-15"))[1]
    # It counts the same blocks whatever the window is just now.
    other = kernel_spec(fitted(matrix, operation="convolution"), "identity")
    assert state("one", other)[1] == "Nothing is changed yet."


@pytest.mark.concept("C165")
def test_shared_weights_against_a_dense_layer() -> None:
    content = bars(Layers())
    assert [row["count"] for row in content["rows"]] == ["750", "6,291,456"]
    assert [row["sum"] for row in content["rows"]] == ["5·5·3·10, and 10 biases", "64·64·3·512, and 512 biases"]
    assert "8,388.6 times as many" in content["words"][0]
    assert "36,000 against 512" in content["words"][0]
    # log10 of the counts on an axis of seven decades.
    assert [row["length"] for row in content["rows"]] == pytest.approx([0.41072, 0.97125], abs=1e-4)
    assert bars(Layers(size=7))["rows"][0]["count"] == "1,470"


def test_the_slide_s_kernels_are_too_many_for_seven_by_seven() -> None:
    assert not task(Layers())["done"]
    assert not task(Layers(size=7))["done"]
    assert task(Layers(size=7, channels=2)) == task(Layers(size=7, channels=2)) | {
        "done": True, "seen": "990 parameters, 10 kernels, 7 × 7 pixels.",
    }  # fmt: skip
    assert not task(Layers(size=7, channels=2, kernels=9))["done"]


def test_bars_stay_on_their_axis() -> None:
    for layers in (Layers(*(span[k] for span in SPANS.values())) for k in (1, 2)):
        content = bars(layers)
        assert all(0 <= row["length"] <= 1 for row in content["rows"])
        assert all(0 <= at <= 1 for at, _ in content["ticks"])


def test_random_windows_have_one_right_answer_among_four() -> None:
    seen = set()
    for number in range(200):
        asked = geometry(number)
        # As PyTorch's documentation has it: floor((N + 2P - F)/S + 1).
        width = int(np.floor((asked.side + 2 * asked.padding - asked.size) / asked.stride + 1))
        assert asked.result == width
        assert asked.choices.count(width) == 1
        assert len(set(asked.choices)) == 4
        assert str(width) in asked.why
        seen.add(asked)
        assert geometry(number) == asked
    assert len(seen) > 190


def test_three_predictions_in_a_row() -> None:
    quiz = SizeQuiz(5)
    for count in range(1, ROUND + 1):
        right = quiz.asked.choices.index(quiz.asked.result)
        quiz.answer(right)
        # Only the first answer counts.
        quiz.answer((right + 1) % 4)
        assert quiz.told.object.startswith("Right: ")
        assert f"{count} of {count} right." in quiz.told.object
        assert quiz.told.object.endswith("You can predict it.") == (count == ROUND)
        quiz.again.clicks += 1
        assert (quiz.told.object, quiz.again.visible) == ("", False)
    quiz.answer(next(k for k, width in enumerate(quiz.asked.choices) if width != quiz.asked.result))
    assert quiz.told.object.startswith("Not quite: ")
    assert quiz.told.object.endswith("3 of 4 right.")
