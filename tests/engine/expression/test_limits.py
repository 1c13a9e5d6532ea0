"""How long formulas may be, typed and made, and that long ones are answered and stepped soon."""

from __future__ import annotations

import time

import numpy as np
import pytest

from engine.experiment import Position
from engine.expression import MADE, TYPED, ExpressionError, Limits, parse
from engine.expression.explain import explain
from engine.expression.run import ExpressionRun
from engine.expression.spec import ExpressionSpec, SpecError

ANSWERED_WITHIN = 0.05  # seconds
STEPPED_WITHIN = 0.02
NAMES = [f"w{k}" for k in range(120)]
# As many nodes as there may be: a sum of names has one fewer operation than names.
LONG = "+".join([*(NAMES * 3)[:300]])
FUNCTIONS = "*".join(f"sin({name})" for name in (NAMES * 2)[:200])
WIDE = f"max({', '.join(f'-{name}' for name in (NAMES * 3)[:290])})"


def fastest(act):
    """Seconds of the fastest of three: the machine may be busy."""
    seconds = []
    for _ in range(3):
        start = time.process_time()
        act()
        seconds.append(time.process_time() - start)
    return min(seconds)


def test_what_is_typed_has_its_limits_and_what_is_made_has_others():
    assert Limits(300, 200, 12) == TYPED
    assert Limits(4000, 600, 120) == MADE
    for text, reason in (
        ("x" + " " * 300, "301 characters, at most 300"),
        ("+".join("1" * 101), "more than 200 numbers"),
        ("+".join(NAMES[:13]), "w12 at character .* is one name too many: use at most 12"),
    ):
        with pytest.raises(ExpressionError, match=reason):
            parse(text)
        assert parse(text, limits=MADE).text == text
    for text, reason in (
        ("x" + " " * 4000, "4001 characters, at most 4000"),
        ("+".join("1" * 301), "more than 600 numbers"),
        ("+".join([*NAMES, "y"]), "y at character .* is one name too many: use at most 120"),
    ):
        with pytest.raises(ExpressionError, match=reason):
            parse(text, limits=MADE)
    assert parse("w7", NAMES, limits=MADE).names == ("w7",)
    with pytest.raises(ValueError, match="a sequence of 1 to 12 names"):
        parse("w7", NAMES)


def test_a_spec_takes_what_the_program_makes():
    spec = ExpressionSpec(LONG, dict.fromkeys(NAMES, 0.5), NAMES)
    assert ExpressionSpec.from_json(spec.to_json()) == spec
    assert len(spec.graph().nodes) == 120 + 299
    with pytest.raises(SpecError, match="cannot be read: the formula has 4001 characters, at most 4000"):
        ExpressionSpec("x" + " " * 4000, {"x": 1})
    with pytest.raises(SpecError, match="more than 600 numbers") as raised:
        ExpressionSpec(LONG + "+ 1", dict.fromkeys(NAMES, 0.5))
    assert raised.value.field == "text"


@pytest.mark.parametrize(
    "text",
    [
        *("(" * 4000, "-" * 3999 + "x", "9" * 4000, "a" * 4000, "1e" * 2000, "x^" * 2000, "\0" * 4000, "🙂" * 4000),
        *(" " * 4000, "x" + " " * 3998 + "x", "sin(" * 1000, "max(" + "x," * 1990 + "x)", "(x)" * 1333, "x₁" * 2000),
        *("0" * 3999 + "e", "a" * 3998 + "()", "²" * 4000, "x" * 3000 + "+" + "y" * 999, ",".join("1" * 2000)),
        *("+".join(f"a{k}" for k in range(700)), "+".join(f"a{k}" for k in range(120)), "(" * 60 + "x" + ")" * 60),
        *(LONG, FUNCTIONS, WIDE, "+" * 50 + "x"),
    ],
)
def test_any_long_text_is_answered_at_once(text):
    assert len(text) <= 4001

    said = []

    def answer():
        try:
            ExpressionSpec(text, dict.fromkeys(NAMES, 0.5))
        except SpecError as error:
            said.append(str(error))

    assert fastest(answer) < ANSWERED_WITHIN
    assert all(len(message) < 600 for message in said)
    assert bool(said) == (text not in (LONG, FUNCTIONS, WIDE))


@pytest.mark.parametrize("text", [LONG, FUNCTIONS, WIDE], ids=["sum", "functions", "one operation"])
def test_the_largest_graphs_are_stepped_and_explained_soon(text):
    names = parse(text, limits=MADE).names
    run = ExpressionRun(ExpressionSpec(text, dict.fromkeys(names, 0.9), names[:40], 0.001))
    for _ in range(11):
        run.step("epoch")
    run.step("op", len(run.instructions) - 2)
    forward, back, told = [], [], []
    for act, seconds in ((lambda: run.step_back("op"), back), (lambda: run.step("op"), forward)):
        for _ in range(60):
            start = time.process_time()
            act()
            seconds.append(time.process_time() - start)
    for _ in range(5):
        start = time.process_time()
        assert explain(run, "last").sentence
        told.append(time.process_time() - start)
    assert float(np.median(forward)) < STEPPED_WITHIN
    assert float(np.median(back)) < STEPPED_WITHIN
    assert min(told) < ANSWERED_WITHIN
    run.seek(Position(11, 0, 1))
    assert explain(run, "next").sentence


def test_one_operation_of_many_operands_is_explained():
    run = ExpressionRun(ExpressionSpec(WIDE, {name: 0.25 + k for k, name in enumerate(NAMES)}))
    run.step("phase")
    told = explain(run, "last")
    assert told.numbers[-1] == ("result", -0.25)
    assert told.sentence.startswith("f = max(")


def test_going_back_on_a_large_graph_is_bit_identical():
    run = ExpressionRun(ExpressionSpec(FUNCTIONS, dict.fromkeys(NAMES, 1.5), NAMES[:60], 0.01))
    seen = {}
    for op in (1, 300, 700, len(run.instructions) - 1):
        for epoch in (0, 1, 5, 12):
            fresh = ExpressionRun(run.first_spec)
            fresh.step("epoch", epoch)
            fresh.step("op", op)
            frame = fresh.frame()
            seen[Position(epoch, 0, op)] = (frame.values, frame.gradients, frame.locals, fresh.leaves, frame.used)
    run.step("epoch", 14)
    for position in sorted(seen, reverse=True):
        run.seek(position)
        frame = run.frame()
        assert (frame.values, frame.gradients, frame.locals, run.leaves, frame.used) == seen[position]
    assert seen[Position(12, 0, 1)][3] != seen[Position(0, 0, 1)][3]
