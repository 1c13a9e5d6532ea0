"""A run in the words, numbers and formulas of the page."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree

import pytest

from engine import Grain, Position
from engine.expression.presets import PRESETS
from engine.expression.run import ExpressionRun
from playground.stages.graph import presentation


def run_at(key: str, *position: int) -> ExpressionRun:
    run = ExpressionRun(PRESETS[key].spec)
    run.seek(Position(*position))
    return run


def plain(row: list[dict[str, str]]) -> str:
    """A row of numbers and signs as one reads it."""
    return " ".join(part.get("sign") or part["value"] for part in row)


def read(mathml: str) -> str:
    """What stands in a formula, without its typesetting."""
    return "".join(ElementTree.fromstring(mathml).itertext())


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def test_the_product_of_a_backward_step_is_set_out() -> None:
    content = presentation.explanation(run_at("xyz", 0, 0, 6), done=False)
    (row,) = content["rows"]
    assert plain(row) == "−4 × 1 = −4"
    assert [part["role"] for part in row if "role" in part] == ["upstream", "local", "downstream"]
    assert [part["tone"] for part in row if "tone" in part] == ["gradient", "local", "gradient"]
    assert [read(part["name"]) for part in row if "name" in part] == ["∂f∂q", "∂q∂y", "∂f∂y"]
    assert content["title"] == "Gradient at y"
    assert content["phase"] == "backward"
    assert content["next"]["title"] == "Next: gradient at x"


def test_the_local_derivative_has_its_formula_unless_that_is_a_number() -> None:
    local = presentation.explanation(run_at("xyz", 0, 0, 4), done=False)["rows"][0][2]
    assert (local["value"], read(local["formula"])) == ("3", "q")
    copied = presentation.explanation(run_at("xyz", 0, 0, 6), done=False)["rows"][0][2]
    assert "formula" not in copied


def test_where_paths_meet_the_sum_is_set_out() -> None:
    # x is used three times in x·(x + y) + x at x = 3, y = 2: 1, then 5 comes back, then 3.
    content = presentation.explanation(run_at("fan_out", 0, 0, 8), done=False)
    assert [plain(row) for row in content["rows"]] == ["1 × 5 = 5", "1 + 5 = 6"]
    last = presentation.explanation(run_at("fan_out", 1), done=True)
    assert [plain(row) for row in last["rows"]] == ["3 × 1 = 3", "6 + 3 = 9"]
    assert "nothing to train" in last["next"]["title"]
    assert "+=" in read(content["rule"])


@pytest.mark.parametrize(
    ("key", "op", "expected"),
    [
        ("xyz", 1, "−2 + 5 = 3"), ("xyz", 2, "3 × −4 = −12"), ("line", 5, "3 − 5 = −2"),
        ("line", 6, "square( −2 ) = 4"), ("line", 7, "4 ÷ 2 = 2"), ("max", 2, "max( 2 , −1 ) = 2"), ("xyz", 3, "1"),
        ("line", 20, "1 − 0.1 × −2 = 1.2"),
    ],
)  # fmt: skip
def test_values_and_updates_are_set_out(key: str, op: int, expected: str) -> None:
    (row,) = presentation.explanation(run_at(key, 0, 0, op), done=False)["rows"]
    assert plain(row) == expected


@pytest.mark.parametrize("key", PRESETS)
def test_every_row_of_every_preset_adds_up(key: str) -> None:
    run = ExpressionRun(PRESETS[key].spec)
    for _ in run.instructions:
        run.step(Grain.OP)
        for row in presentation.explanation(run, done=False)["rows"]:
            if run.last.phase.value != "backward" or run.last.edge is None:
                continue
            first, second, result = (number(part["value"]) for part in row if "value" in part)
            expected = first * second if row[1]["sign"] == "×" else first + second
            # Each of them was rounded to four digits.
            assert math.isclose(result, expected, rel_tol=2e-3, abs_tol=1e-3 * abs(first))


@pytest.mark.parametrize("key", PRESETS)
def test_all_that_is_typeset_is_mathml(key: str) -> None:
    run = ExpressionRun(PRESETS[key].spec)
    for _ in run.instructions:
        run.step(Grain.OP)
        content = presentation.explanation(run, done=False)
        formulas = [content["rule"], content["next"]["rule"]]
        for row in content["rows"]:
            formulas += [part[name] for part in row for name in ("name", "formula") if part.get(name)]
        for formula in formulas:
            assert ElementTree.fromstring(formula).tag.endswith("math")


def test_too_many_operands_are_left_to_the_sentence() -> None:
    spec = PRESETS["xyz"].spec.with_(text="max(a, b, c, d, e1)", values=dict.fromkeys(("a", "b", "c", "d", "e1"), 1))
    run = ExpressionRun(spec)
    run.step(Grain.OP)
    content = presentation.explanation(run, done=False)
    assert content["rows"] == []
    assert content["sentence"].endswith("= 1.")


@pytest.mark.parametrize(
    ("text", "value", "meaning"),
    [("log(x)", -1.0, "is not a number"), ("exp(x)", 1e6, "beyond all numbers"), ("1/x", 0.0, "beyond all numbers")],
)
def test_what_is_no_finite_number_is_explained(text: str, value: float, meaning: str) -> None:
    run = ExpressionRun(PRESETS["xyz"].spec.with_(text=text, values={"x": value}))
    run.step(Grain.OP)
    assert meaning in presentation.explanation(run, done=False)["sentence"]
    run.set_value("x", 2.0)
    assert meaning not in presentation.explanation(run, done=False)["sentence"]


def test_after_an_update_it_is_said_which_numbers_are_shown() -> None:
    run = ExpressionRun(PRESETS["line"].spec)
    run.seek(Position(1))
    assert "from before" in presentation.explanation(run, done=False)["sentence"]
    text = presentation.summary(run)
    assert "so far" not in text
    assert text.endswith("These are the numbers before the update.")
    run.step(Grain.OP)
    assert "before the update" not in presentation.summary(run)


def test_before_the_first_step() -> None:
    content = presentation.explanation(run_at("xyz"), done=False)
    assert content["title"] == "Before the first step"
    assert content["next"]["title"] == "Next: value of q"
    assert read(content["next"]["rule"]) == "q=x+y"


@pytest.mark.parametrize(
    ("position", "text"),
    [
        ((), "At the start"),
        ((0, 0, 7), "Step 1 · loss, 7 of 22"),
        ((0, 0, 20), "Step 1 · update, 20 of 22"),
        ((1,), "1 step done"),
        ((12, 0, 3), "Step 13 · forward, 3 of 22"),
        ((20,), "20 steps done"),
    ],
)
def test_the_status_says_where_one_stands(position: tuple[int, ...], text: str) -> None:
    run = run_at("line", *position)
    status = presentation.status(run, done=False)
    assert status["text"] == text
    assert status["step"] == run.position.epoch * 22 + run.position.op == status["length"]
    assert status["can_back"] is bool(position)
    assert status["at_end"]


def test_the_status_names_the_slide_and_the_end() -> None:
    status = presentation.status(run_at("xyz", 1), done=True, slides=("L1-26",))
    assert status["text"].startswith("Slide L1-26 · The step is done; no leaf is a parameter")
    assert presentation.slide_name(("L2-06", "L3-20")) == "Slides L2-06, L3-20"


def test_the_picture_in_words() -> None:
    assert presentation.summary(run_at("xyz")) == "The graph of (x + y)·z with x = −2, y = 5, z = −4."
    text = presentation.summary(run_at("line", 0, 0, 22 - 3), ("L1-16",))
    assert text == (
        "Slide L1-16. The graph of w₁·x₁ + w₂·x₂ + b with w₁ = 1, x₁ = 1, w₂ = 1, x₂ = 2, b = 0. f = 3. J = 2. "
        "Gradients of J so far: −2 for w₁, −2 for x₁, −4 for w₂, −2 for x₂, −2 for b."
    )
    assert "Gradients" not in presentation.summary(run_at("xyz", 1), secret=True)
    assert not re.search(r"\d", presentation.summary(run_at("xyz", 1), playing=True))


def test_a_formula_that_is_a_single_name() -> None:
    spec = PRESETS["xyz"].spec.with_(text="x", values={"x": 3.0})
    run = ExpressionRun(spec)
    assert presentation.summary(run) == "The graph of x with x = 3."
    run.step(Grain.OP)
    assert plain(presentation.explanation(run, done=True)["rows"][0]) == "1"


def test_a_curve_is_named_after_what_it_shows() -> None:
    assert presentation.curve_title(run_at("line")) == "Loss J"
    assert presentation.curve_title(run_at("neuron")) == "Value of f"


def test_segments_say_what_was_changed() -> None:
    run = run_at("line", 4)
    run.seek(Position(2))
    run.set_value("x1", 0.5)
    run.step(Grain.EPOCH)
    segments = presentation.tree_segments(run)
    assert [segment["parent"] for segment in segments] == [None, 0]
    assert [segment["end"] for segment in segments] == [88, 66]
    assert [segment["current"] for segment in segments] == [True, True]
    assert segments[1]["label"] == "to step 3; x₁ = 0.5, from step 2"
    assert segments[0]["label"] == "to step 4; the first run"
