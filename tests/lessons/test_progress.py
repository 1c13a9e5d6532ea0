"""What a student has done goes into a text and comes back; a broken text is refused with a sentence."""

import json

import pytest

from engine.checks import SpecError
from lessons.progress import LARGEST_TEXT, Progress, StepProgress
from lessons.schema import Check, Lesson, Option, Prediction, Question, Step

OPTIONS = (Option("a", "w", right=True, when=("x = 1",)), Option("b", "w", when=("x = 2",)))
PREDICTION = Prediction(kind="choice", ask="?", run=("step",), options=OPTIONS)
QUESTION = Question(kind="choice", ask="?", options=OPTIONS)
CHECK = Check(do="d", when=("x = 1",), solution=("step",), done="!")


def lesson(**parts):
    """Return a lesson of one step."""
    return Lesson(14, "t", "s", "a", (Step("forward", "t", "t", "graph", **parts),))


def test_what_goes_into_the_text_comes_back():
    made = Progress().with_step(14, "forward", predicted="3 é −", seen=True).with_step(3, "xor", answered=True, tries=2)
    again = Progress.from_json(made.to_json())
    assert again.of(14, "forward") == StepProgress(predicted="3 é −", seen=True)
    assert again.of(3, "xor") == StepProgress(answered=True, tries=2)
    assert again.of(3, "other") == StepProgress()


def test_a_change_leaves_the_one_before_as_it_was():
    before = Progress().with_step(14, "forward", seen=True)
    before.with_step(14, "forward", checked=True)
    assert not before.of(14, "forward").checked


def test_steps_that_nobody_knows_are_kept():
    text = Progress().with_step(99, "future", checked=True).to_json()
    assert Progress.from_json(Progress.from_json(text).with_step(1, "a", seen=True).to_json()).of(99, "future").checked


def test_what_a_newer_page_adds_is_left_out():
    table = json.loads(Progress().with_step(1, "a", seen=True).to_json())
    table["steps"]["1/a"]["mood"] = "good"
    assert Progress.from_json(json.dumps(table)).of(1, "a") == StepProgress(seen=True)


def test_an_empty_text_is_no_progress_yet():
    assert Progress.from_json("").steps == {}


@pytest.mark.parametrize(
    ("parts", "changes"),
    [
        ({"prediction": PREDICTION}, [{"predicted": "0"}]),
        ({"question": QUESTION}, [{"answered": True}]),
        ({"check": CHECK}, [{"checked": True}]),
        ({"prediction": PREDICTION, "question": QUESTION, "check": CHECK},
         [{"checked": True}, {"predicted": "1"}, {"answered": True}]),
    ],
)  # fmt: skip
def test_a_step_is_done_when_all_of_its_parts_are(parts, changes):
    made, progress = lesson(**parts), Progress().with_step(14, "forward", seen=True, tries=3)
    for change in changes:
        assert not progress.done(made, made.steps[0])
        progress = progress.with_step(14, "forward", **change)
    assert progress.done(made, made.steps[0])


def broken(**changes):
    """Return a text with something else in the place of what belongs there."""
    table = {"kind": "neural-playground-progress", "version": 1, "steps": {"1/a": {"seen": True}}}
    return json.dumps({**table, **changes})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "cannot be read"),
        ("[" * 100_000, "cannot be read"),
        ("[1]", "no progress of"),
        (broken(kind="network"), "no progress of"),
        (broken(steps=[1]), "no progress of"),
        (broken(version=2), "version '2'"),
        (broken(version="x"), "version 'x'"),
        (broken(steps={"1/a": 3}), "'1/a' is broken"),
        (broken(steps={"1/a": {"seen": 1}}), "broken at 'seen'"),
        (broken(steps={"1/a": {"tries": True}}), "broken at 'tries'"),
        (broken(steps={"1/a": {"tries": -1}}), "broken at 'tries'"),
        (broken(steps={"1/a": {"predicted": "x" * 30_000}}), "broken at 'predicted'"),
        (" " * (LARGEST_TEXT + 1), "too large"),
    ],
)
def test_a_broken_text_is_refused_in_words(text, said):
    assert Progress.from_json(broken()).of(1, "a").seen
    with pytest.raises(SpecError, match=said):
        Progress.from_json(text)


def test_the_step_that_was_worked_on_last_is_kept():
    made = Progress().with_step(14, "forward", seen=True).with_step(3, "xor", seen=True)
    assert Progress.from_json(made.to_json()).last == "3/xor"
    assert Progress.from_json(made.with_step(14, "forward", checked=True).to_json()).last == "14/forward"
    assert Progress().last == ""


@pytest.mark.parametrize("last", ["null", "3", '"99/none"', '["3/xor"]'])
def test_a_last_step_that_is_none_takes_nothing_else_away(last):
    text = Progress().with_step(3, "xor", checked=True).to_json().replace('"last": "3/xor"', f'"last": {last}')
    again = Progress.from_json(text)
    assert (again.last, again.of(3, "xor").checked) == ("", True)
