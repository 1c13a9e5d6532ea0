"""What a lesson may be, and what is said of one that it may not be."""

from __future__ import annotations

from typing import Any

import pytest

from engine.checks import SpecError
from lessons.schema import Check, Item, Lesson, Mistake, Option, Prediction, Question, Sketch, Step

RIGHT = Option("yes", "It is so.", right=True, when=("loss < 1",))
WRONG = Option("no", "That forgets the bias.", when=("loss >= 1",))
ITEMS = (Item("a", "x.a"), Item("b", "x.b"), Item("c", "x.c"))
QUESTION = Question("choice", "Is it?", (RIGHT, WRONG))
CHECK = Check("Do it.", ("loss < 1",), ("step 1 op",), "Done.")


def prediction(kind: str = "choice", **values: Any) -> Prediction:
    begun: dict[str, Any] = {"options": (RIGHT, WRONG)} if kind == "choice" else {}
    return Prediction(kind, "What will happen?", ("step 1 op",), **{**begun, **values})


def question(kind: str, **values: Any) -> Question:
    return Question(kind, "What is it?", **{"why": "So it is.", "otherwise": "Look again.", **values})


def step(**values: Any) -> Step:
    return Step(**{"key": "one", "title": "One", "text": "Look.", "stage": "graph", "question": QUESTION, **values})


def refused(make: Any, field: str, said: str) -> None:
    with pytest.raises(SpecError, match=said) as caught:
        make()
    assert caught.value.field == field


def test_what_every_kind_needs_is_enough() -> None:
    prediction()
    prediction("number", truth="q", answer=3.0)
    prediction("order", items=ITEMS)
    prediction("sketch", truth="curve", sketch=Sketch("x", "y", (0, 1, 0, 1)))
    question("choice", options=(RIGHT, WRONG))
    question("number", answer=3.0, mistakes=(Mistake(4.0, "One too many."),))
    question("order", items=ITEMS)
    Lesson(1, "A lesson", "It shows.", "Aha.", (step(), step(key="two-more")))


@pytest.mark.parametrize(
    ("make", "field", "said"),
    [
        (lambda: prediction("guess"), "kind", "unknown kind of prediction 'guess'"),
        (lambda: question("sketch"), "kind", "unknown kind of question 'sketch'"),
        (lambda: prediction(options=(RIGHT,)), "options", "at least two"),
        (lambda: prediction(options=(RIGHT, RIGHT, WRONG)), "options", "exactly one option is right = true, here 2"),
        (lambda: prediction(options=(WRONG, WRONG)), "options", "here 0 are"),
        (lambda: prediction(options=(RIGHT, Option("no", "No."))), "options", "needs `when`"),
        (lambda: prediction("number", truth="q"), "answer", "a number needs its answer"),
        (lambda: prediction("number", answer=3.0), "truth", "needs `truth`"),
        (lambda: question("number", answer=3.0, tolerance=0.0), "tolerance", "more than 0"),
        (lambda: question("number", answer=3.0, mistakes=(Mistake(3.001, "?"),)), "mistakes", "3.001 counts as right"),
        (lambda: question("number", answer=3.0, why=""), "why", "why the right answer is right"),
        (lambda: question("order", items=ITEMS, otherwise=""), "otherwise", "what helps after any other answer"),
        (lambda: question("order", items=ITEMS[:2]), "items", "at least three"),
        (lambda: prediction("order", items=(*ITEMS, Item("d"))), "items", "needs `fact`"),
        (lambda: prediction("sketch", sketch=Sketch("x", "y", (0, 1, 0, 1))), "truth", "needs `truth`"),
        (lambda: prediction("sketch", truth="curve"), "sketch", "needs its axes"),
        (lambda: Sketch("x", "y", (0, 1, 0)), "frame", "four numbers"),
        (lambda: Sketch("x", "y", (1, 1, 0, 1)), "frame", "four numbers"),
        (lambda: Sketch("x", "y", (0, 1, 2, 1)), "frame", "four numbers"),
        (lambda: Prediction("choice", "?", (), options=(RIGHT, WRONG)), "run", "1 to 12 commands"),
        (lambda: Prediction("choice", "?", ("reset",) * 13, options=(RIGHT, WRONG)), "run", "1 to 12 commands"),
        (lambda: Option("yes", "So.", when=("loss is small",)), "when", "'loss is small' is no condition"),
        (lambda: Check("Do.", (), ("reset",), "Done."), "when", "needs a condition"),
        (lambda: Check("Do.", ("loss < 1",), (), "Done."), "solution", "needs the commands"),
        (lambda: Check("Do.", ("loss <",), ("reset",), "Done."), "when", "is no condition"),
        (lambda: step(question=None), "key", "something to do"),
        (lambda: step(key="Two Paths"), "key", "a key is like two-paths"),
        (lambda: step(key="two_paths"), "key", "a key is like two-paths"),
        (lambda: Lesson(0, "A", "B", "C", (step(),)), "number", "1 to 99"),
        (lambda: Lesson(100, "A", "B", "C", (step(),)), "number", "1 to 99"),
        (lambda: Lesson(1, "A", "B", "C", ()), "steps", "at least one step"),
        (lambda: Lesson(1, "A", "B", "C", (step(), step())), "steps", "two steps have the key 'one'"),
    ],
)
def test_what_is_refused_is_named_and_explained(make: Any, field: str, said: str) -> None:
    refused(make, field, said)


def test_a_text_has_at_most_ninety_words() -> None:
    step(text="word " * 90)
    refused(lambda: step(text="word " * 91), "text", "at most 90 words, this one has 91")


def test_a_step_has_its_place_in_its_lesson() -> None:
    lesson = Lesson(1, "A", "B", "C", (step(), step(key="two", question=None, check=CHECK)))
    assert [lesson.place("one"), lesson.place("two")] == [0, 1]
    with pytest.raises(KeyError, match="three"):
        lesson.place("three")
