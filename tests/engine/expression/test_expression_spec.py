"""What a run over a graph is made from: there and back as JSON, and what is refused."""

from __future__ import annotations

import json

import pytest

from engine.expression.spec import ExpressionSpec, SpecError

LINE = ExpressionSpec("w*x + b", {"b": 0, "x": 2, "w": "1.5"}, ("b", "w"), 0.05, 3)


def test_a_spec_is_canonical():
    assert LINE.values == (("w", 1.5), ("x", 2.0), ("b", 0.0))
    assert LINE.parameters == ("w", "b")
    assert LINE.inputs == ("x",)
    assert ExpressionSpec(" w*x + b ", (("x", 2), ("w", 1.5), ("b", 0.0)), ["w", "b"], 0.05, 3.0) == LINE
    assert hash(LINE) == hash(LINE.with_())


def test_json_there_and_back():
    for spec in (LINE, ExpressionSpec(), LINE.with_(target=None)):
        assert ExpressionSpec.from_json(spec.to_json()) == spec
    assert json.loads(LINE.to_json()) == {
        "version": 1, "text": "w*x + b", "values": {"w": 1.5, "x": 2.0, "b": 0.0}, "parameters": ["w", "b"],
        "learning_rate": 0.05, "target": 3.0, "shared": False,
    }  # fmt: skip
    assert ExpressionSpec.from_json('{"learning_rate": 0.5}') == ExpressionSpec(learning_rate=0.5)


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"text": "w*x +"}, "text", "the formula cannot be read"),
        ({"text": "2 + 3"}, "text", "no name to differentiate by"),
        ({"text": 7}, "text", "a formula is text such as"),
        ({"text": "w*y + b"}, "values", "the formula has no name 'x', it has w, y, b"),
        ({"values": {"w": 1, "x": 2}}, "values", "b has none; give a number for each of w, x, b"),
        ({"values": {"w": 1, "x": 2, "b": float("nan")}}, "values", "The value of b is a number from -1,000,000"),
        ({"values": {"w": 1, "x": 2, "b": 1e7}}, "values", "to 1,000,000, got"),
        ({"values": {"w": 1, "x": 2, "b": None}}, "values", "The value of b is a number"),
        ({"values": 3}, "values", "a number for each of w, x, b, got 3"),
        ({"parameters": "w"}, "parameters", "a list of names out of w, x, b"),
        ({"parameters": ["v"]}, "parameters", "unknown name 'v': choose one of w, x, b"),
        ({"learning_rate": 0}, "learning_rate", "Learning rate is a number from 0.000001 to 10"),
        ({"target": "five"}, "target", "The target is a number"),
        ({"shared": "perhaps"}, "shared", "Equal parts of the formula as one node is on or off"),
        ({"colour": 1}, "colour", "unknown setting 'colour'"),
    ],
)
def test_what_is_refused_is_named(changes, field, message):
    with pytest.raises(SpecError, match=message) as raised:
        LINE.with_(**changes)
    assert raised.value.field == field


@pytest.mark.parametrize("text", ["nonsense", "[1]", '{"version": 9}', "[" * 100_000, '{"values": [[1]]}'])
def test_json_that_is_no_spec_is_refused(text):
    with pytest.raises(SpecError):
        ExpressionSpec.from_json(text)


def test_minus_zero_is_zero():
    assert str(LINE.with_(values={"w": -0.0, "x": 1, "b": 1}).start["w"]) == "0.0"
