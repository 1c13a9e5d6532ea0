"""What is typed: read, or refused at the character that is wrong, and nothing else happens."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.expression import Expression, parse
from playground.typed_expression import Refusal, read_typed, start_values

# Text, what the message says, and the index of the character.
REFUSED = [
    ("__import__('os').system('ls')", "' at character 12", 11),
    ("9**9**9", "no name", None),
    ("1e400", "1e400 at character 1 is too large", 0),
    ("x + 1e400", "at character 5", 4),
    ("(" * 5000, "5000 characters, at most 300", 300),
    ("a.b", ". at character 2", 1),
    ("f(x)", "unknown function f at character 1", 0),
    ("x + 😀", "😀 at character 5", 4),
    ("", "empty", 0),
    ("   ", "empty", 0),
    ("x +", "nothing stands after +, at character 3", 2),
    ("(x + y", "at character 1", 0),
    ("x y", "at character 3", 2),
    ("x = 3", "= at character 3", 2),
    ("x" + "+x" * 120, "more than 200", 199),
    ("+".join(f"n{k}" for k in range(13)), "at most 12", 38),
    ("lambda: x", ": at character 7", 6),
    ("x; y", "; at character 2", 1),
    ("x\u202ey", "U+202E at character 2", 1),
    ("2*3", "no name", None),
]


@pytest.mark.parametrize(("text", "message", "position"), REFUSED, ids=[text[:12] for text, *_ in REFUSED])
def test_what_is_wrong_is_named_at_its_character_at_once(text: str, message: str, position: int | None) -> None:
    start = time.perf_counter()
    answer = read_typed(text)
    assert time.perf_counter() - start < 0.05
    assert isinstance(answer, Refusal)
    assert message in answer.message
    assert answer.position == position
    assert answer.message.endswith(".")
    assert len(answer.message) < 300


@given(st.text(max_size=400))
def test_any_text_is_read_or_refused(text: str) -> None:
    answer = read_typed(text)
    if isinstance(answer, Refusal):
        assert answer.position is None or 0 <= answer.position <= len(text)
    else:
        assert answer.names


def test_the_longest_that_is_read_is_read() -> None:
    assert isinstance(read_typed("x" * 300), Expression)
    assert isinstance(read_typed("+".join(["x"] * 100)), Expression)
    assert isinstance(read_typed("+".join(f"n{k}" for k in range(12))), Expression)


def test_new_names_begin_apart_and_never_at_0() -> None:
    values = start_values(parse("a*b + c*d"), {})
    assert list(values) == ["a", "b", "c", "d"]
    assert list(values.values())[:3] == [1, 2, -1]
    assert 0 not in values.values()
    assert len(set(values.values())) == 4


def test_names_that_stay_keep_their_values() -> None:
    assert start_values(parse("y*x + k"), {"x": -2.5, "y": 0.0, "old": 7.0}) == {"y": 0.0, "x": -2.5, "k": 1.0}


@pytest.mark.parametrize("value", [np.inf, np.nan, 2e6])
def test_what_no_leaf_may_begin_with_is_not_kept(value: float) -> None:
    assert start_values(parse("x + 1"), {"x": value}) == {"x": 1.0}


@pytest.mark.parametrize("text", ["log(a) + log(b) + log(c)", "sqrt(x - y)", "sqrt(a*b*c)", "log(x)/y"])
def test_the_result_begins_finite_where_it_can(text: str) -> None:
    expression = parse(text)
    assert np.isfinite(expression.evaluate(start_values(expression, {})))


def test_where_nothing_is_finite_the_first_choice_is_taken() -> None:
    assert start_values(parse("log(x - x)"), {}) == {"x": 1.0}
