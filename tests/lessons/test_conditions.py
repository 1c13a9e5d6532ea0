"""Conditions on facts are read, never run, and hold exactly when they say so."""

from __future__ import annotations

import math
import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.checks import SpecError
from lessons.conditions import condition, holds

FACTS = {
    "loss": 0.25, "best": 0.25, "epoch": 40, "done": True, "stopped": False, "data": "circle", "value.q": -12.0,
    "curve": ((0.0, 1.0), (1.0, 2.0)), "unknown": math.nan, "far": math.inf,
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("loss < 0.3", True), ("loss<0.25", False), ("loss <= 0.25", True), ("  epoch >= 40 ", True),
        ("epoch > 40", False), ("epoch = 40", True), ("epoch != 40", False), ("value.q = -12", True),
        ("value.q = -12.4 ± 0.5", True), ("value.q = -12.6 ± 0.5", False), ("value.q != -12.6 ± 0.5", True),
        # In quotes it is a word, whatever facts there are.
        ("data = 'circle'", True), ('data = "xor"', False), ("loss = 'best'", False), ("data != 'data'", True),
        ("loss = best", True), ("loss < epoch", True), ("best != loss", False),
        ("done = true", True), ("stopped = false", True), ("done = false", False), ("done != stopped", True),
        ("data = circle", True), ("data = xor", False), ("data != xor", True), ("data != circle", False),
        # A word has no more and less, and a curve is compared by nobody.
        ("data > circle", False), ("data < xor", False), ("curve = curve", False), ("curve != 1", False),
        # Of what is not there, and of what is no number, nothing holds, not even that it is different.
        ("nothing = 0", False), ("nothing != 0", False), ("unknown = 0", False), ("unknown != 0", False),
        ("loss != unknown", False), ("far > 1e300", True), ("far = far", True),
    ],
)  # fmt: skip
def test_a_condition_holds_if_it_says_so(text: str, expected: bool) -> None:
    assert condition(text).holds(FACTS) is expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "loss",
        "loss <",
        "< 3",
        "3 < loss",
        "loss == 3",
        "loss => 3",
        "loss is 3",
        "loss; os",
        "loss() = 1",
        "a b = 1",
    ],
)
def test_what_is_no_condition_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(SpecError, match=r"is no condition; write one like `test_accuracy >= 0\.98`") as caught:
        condition(text, "when")
    assert caught.value.field == "when"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("loss < 3 ± 0.1", "± goes with = or != only"),
        ("loss = 3 ± 1e", "'1e' is no number"),
        ("x = 3 ± -1", "not less than 0"),
    ],
)
def test_a_tolerance_has_to_make_sense(text: str, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        condition(text)


def test_numbers_are_the_same_up_to_rounding() -> None:
    assert condition("x = 0.3").holds({"x": 0.1 + 0.2})
    assert not condition("x = 0.3").holds({"x": 0.300001})


def test_all_conditions_must_hold() -> None:
    assert holds(["loss < 1", "epoch = 40"], FACTS)
    assert not holds(["loss < 1", "epoch = 41"], FACTS)
    assert holds([], FACTS)


COMPARED = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
NUMBERS = st.floats(allow_nan=False, min_value=-1e12, max_value=1e12)


@given(left=NUMBERS, right=NUMBERS, sign=st.sampled_from(list(COMPARED)))
def test_comparisons_are_those_of_numbers(left: float, right: float, sign: str) -> None:
    assert condition(f"x {sign} {right!r}").holds({"x": left}) is COMPARED[sign](left, right)
    assert condition(f"x {sign} y").holds({"x": left, "y": right}) is COMPARED[sign](left, right)


@given(value=NUMBERS, tolerance=st.floats(0, 1e6), off=st.floats(-2e6, 2e6))
def test_a_tolerance_is_how_far_apart_they_may_be(value: float, tolerance: float, off: float) -> None:
    facts = {"x": value + off}
    near = abs((value + off) - value) <= tolerance
    assert condition(f"x = {value!r} ± {tolerance!r}").holds(facts) is (near or value + off == value)
    assert condition(f"x != {value!r} ± {tolerance!r}").holds(facts) is not (near or value + off == value)


@given(st.text(max_size=60))
def test_any_text_is_a_condition_or_refused(text: str) -> None:
    try:
        found = condition(text)
    except SpecError:
        return
    assert found.holds(FACTS) in (True, False)
