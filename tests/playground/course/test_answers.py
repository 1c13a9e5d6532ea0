"""What students answer: read carefully, compared with what is so, and answered with the mistake behind it."""

from __future__ import annotations

import contextlib
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from engine.checks import SpecError
from lessons.schema import Item, Mistake, Option, Prediction, Question, Sketch
from playground.course.answers import checked, gap, happened, number, number_of, read_points, shuffled, verdict

NUMBER = Prediction(
    kind="number", ask="?", run=("step",), truth="q", answer=3.0, tolerance=0.01, mistakes=(Mistake(-7.0, "minus"),)
)
CHOICE = Prediction(
    kind="choice", ask="?", run=("step",),
    options=(Option("up", "it grew", when=("x > 0",)), Option("down", "it fell", right=True, when=("x < 0",))),
)  # fmt: skip
ITEMS = tuple(Item(name, name) for name in "abcd")
ORDER = Prediction(kind="order", ask="?", run=("step",), items=ITEMS)
SKETCH = Prediction(
    kind="sketch", ask="?", run=("step",), truth="curve", sketch=Sketch("epoch", "loss", (0, 10, 0, 1))
)
QUESTION = Question(
    kind="number", ask="?", answer=1 / 3, tolerance=0.005, mistakes=(Mistake(3.0, "upside down"),), why="so",
    otherwise="hm",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [("3", 3), (" −0.25 ", -0.25), ("0,5", 0.5), ("1/3", 1 / 3), ("-2 / 8", -0.25), ("1e-3", 1e-3), ("+4", 4),
     ("1,352", 1352), ("6,291,456", 6291456), ("−12,000.5", -12000.5), ("0,352", 0.352), ("1,35", 1.35)],
)
def test_numbers_as_people_write_them(text: str, value: float) -> None:
    assert number_of(text) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize("text", ["", "three", "1/0", "nan", "inf", "1e999", "1/2/3", "__import__", "2**9", "1" * 31])
def test_what_is_no_number_is_said_in_words(text: str) -> None:
    with pytest.raises(SpecError, match="Write a number"):
        number_of(text)


@given(some.text(max_size=40))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    with contextlib.suppress(SpecError):
        assert math.isfinite(number_of(text))


@pytest.mark.parametrize(
    ("value", "tolerance", "text"),
    [
        (3.0, 0.005, "3"), (-0.123456, 0.005, "−0.1235"), (-0.0001, 0.005, "−0.0001"), (12345.678, 0.5, "12,345.68"),
        (0.0, 0.01, "0"), (math.inf, 0.01, "∞"), (1e9, 0.01, "1e+09"), (math.nan, 0.1, "not a number"), (300, 5, "300"),
    ],
)  # fmt: skip
def test_a_number_has_one_digit_more_than_its_tolerance(value: float, tolerance: float, text: str) -> None:
    assert number(value, tolerance) == text


def test_a_predicted_number() -> None:
    truth = happened(NUMBER, {"q": 3.004})
    assert verdict(NUMBER, "3.01", truth).right is True
    assert verdict(NUMBER, "3.02", truth).right is False
    assert verdict(NUMBER, "-7", truth).why == "minus"
    # What happened counts, not what the lesson says.
    assert verdict(NUMBER, "3", happened(NUMBER, {"q": 5})).right is False


def test_a_predicted_choice_is_what_holds() -> None:
    assert happened(CHOICE, {"x": -1.0}) == "1"
    assert happened(CHOICE, {"x": 0.0}) == ""
    assert verdict(CHOICE, "0", "1").right is False
    assert verdict(CHOICE, "0", "1").why == "it grew"
    assert verdict(CHOICE, "1", "1").right is True


def test_a_predicted_order() -> None:
    truth = happened(ORDER, {"a": 2, "b": 1, "c": 4, "d": 3})
    assert truth == "1,0,3,2"
    assert verdict(ORDER, "1,0,3,2", truth).right is True
    assert verdict(ORDER, "0,1,2,3", truth).right is False


def test_a_question_explains_each_answer() -> None:
    assert (verdict(QUESTION, "1/3").right, verdict(QUESTION, "0.33").why) == (True, "so")
    assert (verdict(QUESTION, "3").right, verdict(QUESTION, "3").why) == (False, "upside down")
    assert (verdict(QUESTION, "7").right, verdict(QUESTION, "7").why) == (False, "hm")


@pytest.mark.parametrize("key", ["14/a", "3/b", "x", ""])
def test_things_to_order_never_stand_in_their_order_at_first(key: str) -> None:
    for count in (3, 4, 7):
        places = shuffled(ITEMS[:1] * count, key)
        assert sorted(places) == list(range(count)) != places
        assert shuffled(ITEMS[:1] * count, key) == places


@pytest.mark.parametrize(
    ("asked", "text", "kept"),
    [(CHOICE, "01", "1"), (NUMBER, " 3 ", "3"), (ORDER, "3,1,0,2", "3,1,0,2"), (SKETCH, "9:1;0:0.5", "0:0.5;9:1")],
)
def test_an_answer_is_kept_as_text(asked: Prediction, text: str, kept: str) -> None:
    assert checked(asked, text) == kept
    assert checked(asked, kept) == kept


@pytest.mark.parametrize(
    ("asked", "text", "said"),
    [
        (CHOICE, "", "Choose one"), (CHOICE, "2", "Choose one"), (CHOICE, "-1", "Choose one"),
        (ORDER, "0,1,2", "all of them"), (ORDER, "0,1,2,2", "all of them"), (ORDER, "a", "all of them"),
        (SKETCH, "", "Draw a line"), (SKETCH, "0:1;1:1", "Draw a line"), (SKETCH, "0:nan;9:inf", "Draw a line"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused_in_words(asked: Prediction, text: str, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        checked(asked, text)


def test_the_gap_of_a_sketch_is_that_of_an_interpolation() -> None:
    x = np.linspace(0, 10, 41)
    truth = tuple(zip(x.tolist(), np.exp(-x / 2).tolist(), strict=True))
    drawn = ((0.5, 1.0), (4.0, 0.6), (9.0, 0.1))
    said = gap(drawn, truth, "epoch")
    inside = (x >= 0.5) & (x <= 9)
    gaps = np.abs(np.interp(x, *np.transpose(drawn)) - np.exp(-x / 2))[inside]
    at = x[inside][gaps.argmax()]
    assert f"gap is {gaps.max():.3g}, where epoch is {at:.3g}:" in said
    assert f"it is {np.exp(-at / 2):.3g}." in said


def test_a_curve_that_breaks_is_compared_where_it_is() -> None:
    truth = ((0.0, 1.0), (1.0, math.nan), (2.0, 3.0), (3.0, math.inf))
    assert "gap is 2, where w is 2: you drew 1, it is 3." in gap(((0.0, 1.0), (3.0, 1.0)), truth, "w")
    assert "does not lie" in gap(((4.0, 1.0), (9.0, 1.0)), truth, "w")


def test_a_sketch_and_its_truth() -> None:
    truth = happened(SKETCH, {"curve": ((0.0, 0.25), (10.0, 0.25))})
    assert read_points(truth) == ((0.0, 0.25), (10.0, 0.25))
    said = verdict(SKETCH, "0:0.5;9:0.25", truth)
    assert said.right is None
    assert "gap is 0.25, where epoch is 0" in said.why
