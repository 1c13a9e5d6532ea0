"""Predictions that come before what is to be seen; what is right is computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.layers import Conv
from engine.reader import PRETRAINED, as_convolution
from playground.stages.reader.stacks import steps


@dataclass(frozen=True, slots=True)
class Question:
    """A prediction to make.

    Attributes
    ----------
    look : str
        Where it is asked: a key of `LOOKS`.
    text : str
    choices : tuple of str
    answer : callable
        Returns the choice that is right.
    verdict : str
        Why it is; `{answer}` stands for it.
    """

    look: str
    text: str
    choices: tuple[str, ...]
    answer: Callable[[], str]
    verdict: str

    @property
    def right(self) -> int:
        """The place of the right one among the choices."""
        return self.choices.index(self.answer())


def _stages() -> str:
    """Return which of the lecture's stages have parameters."""
    rows = PRETRAINED["lecture"].network().ledger
    kinds = {"conv": "convolution", "pool": "pooling", "dense": "dense"}
    found = {kinds[row.layer.prefix] for row in rows if row.parameters and row.layer.prefix in kinds}
    return {frozenset({"convolution", "dense"}): "Convolution and dense"}[frozenset(found)]


def _score_map() -> str:
    # Its first convolution adds 2 on each side: 32 × 32 become 36 × 36, as 28 × 28 become LeNet's 32 × 32.
    rows = as_convolution(PRETRAINED["lenet"].reader()).rows((32, 32, 1))
    return " × ".join(map(str, rows[-1].outputs[:-1]))


QUESTIONS: dict[str, Question] = {
    "c2": Question(
        "layers",
        "The second convolution makes 6 maps of 4 maps with kernels of 5 × 5, each with a bias. How many parameters?",
        ("150", "156", "600", "606"),
        lambda: f"{Conv(6, 5).parameter_count((12, 12, 4)):,}",
        "6·(4·25 + 1) = {answer}: each of the 6 filters has a slice of 5 × 5 for each of the 4 maps before it, and one "
        "bias.",
    ),
    "stages": Question(
        "layers",
        "Convolution, pooling, dense: which of these stages have weights to learn?",
        ("All of them", "Convolution and pooling", "Convolution and dense", "Only dense"),
        _stages,
        "{answer}. Pooling only takes the largest number, or the mean: it has nothing to learn.",
    ),
    "map": Question(
        "dense",
        "LeNet-5 reads 32 × 32 numbers (28 × 28 and a padding of 2). As a convolution it is given 36 × 36 instead. How "
        "large is its map of scores?",
        ("1 × 1", "2 × 2", "4 × 4", "5 × 5"),
        _score_map,
        "{answer}: two poolings of 2 make a step of 4 numbers, and 36 is one step more than 32.",
    ),
    "field": Question(
        "field",
        "A convolution of 3, a pooling of 2, and again a convolution of 3. How many inputs does a number behind them "
        "see?",
        ("6", "7", "8", "9"),
        lambda: str(steps(("conv3", "pool2", "conv3"))[-1].sees),
        "{answer}: 3 behind the first convolution, 4 behind the pooling, and two more taps that lie 2 apart: 4 + 2·2.",
    ),
}  # fmt: skip


def question_card(key: str, answer: int | None) -> dict[str, Any]:
    """Return what `StackQuestion.question` asks, or says of the answer; empty for nothing."""
    if not key:
        return {}
    question = QUESTIONS[key]
    card = {"title": "Before you look", "text": question.text, "choices": list(question.choices)}
    if answer is None:
        return {**card, "answer": -1, "right": -1, "verdict": ""}
    opening = "Right." if answer == question.right else "Not this time."
    verdict = question.verdict.format(answer=question.answer())
    said = {"title": "Your prediction", "answer": answer, "right": question.right, "verdict": f"{opening} {verdict}"}
    return {**card, **said}
