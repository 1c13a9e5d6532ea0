"""Predictions that come before the picture; what is right is computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.layers import Conv, MaxPool
from engine.sliding import axis_sizes, compared
from engine.sliding.inputs import array_spec, input_array
from engine.sliding.presets import lecture_spec
from playground.stages.convolution.tasks import output
from playground.views.figures import short


@dataclass(frozen=True, slots=True)
class Question:
    """A prediction to make.

    Attributes
    ----------
    text : str
    choices : tuple of str
        Those to choose from.
    answer : callable
        Returns the one that is right.
    verdict : str
        Why it is; `{answer}` stands for it.
    """

    text: str
    choices: tuple[str, ...]
    answer: Callable[[], str]
    verdict: str

    @property
    def right(self) -> int:
        """The place of the right one among the choices."""
        return self.choices.index(self.answer())


def _side(space: int, size: int, stride: int = 1, padding: int = 0) -> int:
    return axis_sizes((space,), size, stride, 1, padding)[0].result


def _shape(space: int, size: int, stride: int, filters: int) -> str:
    shape = Conv(filters, size, stride=stride).output_shape((space, space, 1))
    return " × ".join(map(str, shape))


def _last_average() -> str:
    return short(float(output(lecture_spec("L1-39-average")).flat[-1]))


def _kept() -> str:
    return _row(output(lecture_spec("L3-35").with_(flip=True, relu=True)))


def _same_maxima() -> str:
    """Return how many maxima of the slide's matrix stay when it moves by a column."""
    spec = lecture_spec("L1-39")
    moved = np.pad(input_array("matrix"), ((0, 0), (1, 0), (0, 0)))[:, :-1]
    return str(int((output(spec) == output(array_spec(spec, moved))).sum()))


def _row(values: np.ndarray) -> str:
    return f"({', '.join(short(float(value)) for value in values.ravel())})"


QUESTIONS: dict[str, Question] = {
    "valid": Question(
        "A 5 × 5 kernel slides over 32 × 32 numbers, one step at a time and without padding. How wide is the output?",
        ("27", "28", "30", "32"),
        lambda: str(_side(32, 5)),
        "32 − 5 + 1 = {answer}: the kernel's left edge can stand at {answer} places before its right edge would leave "
        "the input.",
    ),
    "padded": Question(
        "32 × 32 numbers, a 5 × 5 kernel, stride 1, and 2 zeros of padding on every side. How wide is the output?",
        ("28", "30", "32", "36"),
        lambda: str(_side(32, 5, padding=2)),
        "32 + 2·2 − 5 + 1 = {answer}: padding of (F − 1)/2 keeps the size, so 2 for a 5 × 5 kernel, 4 for a 9 × 9 one.",
    ),
    "filters": Question(
        "8 filters of 3 × 3 slide over one channel of 28 × 28 with stride 2 and without padding. What comes out?",
        ("13 × 13 × 8", "14 × 14 × 8", "26 × 26 × 8", "13 × 13 × 1"),
        lambda: _shape(28, 3, 2, 8),
        "⌊(28 − 3)/2⌋ + 1 = 13 along each axis, and each filter makes a map of its own: {answer}.",
    ),
    "weights": Question(
        "Ten kernels of 5 × 5 × 3 slide over a picture of 64 × 64 × 3. How many weights are there to learn?",
        ("250", "750", "36,000", "6,291,456"),
        lambda: f"{compared((64, 64, 3), Conv(10, 5), 512).kernel.weights:,}",
        "10·5·5·3 = {answer}, whatever the size of the picture. A dense layer from all its numbers to 512 neurons has "
        "64·64·3·512 = 6,291,456. The ten kernels make 60·60·10 = 36,000 numbers.",
    ),
    "shifted": Question(
        "The matrix moves by one column to the right, and zeros come in. How many of the four maxima stay as they are?",
        ("0", "2", "3", "4"),
        _same_maxima,
        "{answer} of 4. Pooling forgives a small shift often, but not always: what decides is whether the largest "
        "number stays in its block.",
    ),
    "average": Question(
        "The last block of the matrix holds 37, 4, 25 and 12. What does average pooling make of it?",
        ("12", "19.5", "20", "37"),
        _last_average,
        "(37 + 4 + 25 + 12)/4 = {answer}. The slide rounds it to 20; the other three averages are whole numbers.",
    ),
    "pooling": Question(
        "Max pooling with a 3 × 3 window on 64 maps: how many parameters does it learn?",
        ("0", "9", "576", "640"),
        lambda: f"{MaxPool(3).parameter_count((28, 28, 64)):,}",
        "{answer}: a window that takes the largest number has nothing to learn.",
    ),
    "relu": Question(
        "The convolution of x = (0, 0, 1, 2, 3, 0, 0) with w = (1, 0, −1) is (1, 2, 2, −2, −3). What does ReLU leave?",
        ("(0, 0, 0, 2, 3)", "(1, 2, 2, 0, 0)", "(1, 2, 2, 2, 3)", "(1, 2, 2, −2, −3)"),
        _kept,
        "{answer}: max(0, z) keeps where the signal rises. Without the flip it would keep where it falls.",
    ),
}


def verdict(question: Question) -> str:
    """Return why the right answer is right."""
    return question.verdict.format(answer=question.answer())
