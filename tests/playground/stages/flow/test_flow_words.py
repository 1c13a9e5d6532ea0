"""The explanation beside the stack: each number in it is what the formula gives."""

from __future__ import annotations

import html
import re

import numpy as np
import pytest

from engine.backend import default_backend
from engine.flow import FlowSpec
from engine.program import Phase
from playground.flow_link import FlowLink
from playground.stages.flow.session import FlowSession
from playground.stages.flow.words import choices, nearest, question, words


def lines(session) -> dict[str, str]:
    return {line["name"]: line["text"] for line in words(session.scene(False))["lines"]}


def numbers(text: str) -> list[float]:
    return [float(found.replace("−", "-")) for found in re.findall(r"\d+(?:\.\d+)?(?:e−?\d+)?", text)]


def test_before_the_first_layer_there_is_no_formula(session) -> None:
    made = session(depth=3, width=4)
    for step in (0, 1):
        made.seek_step(step)
        said = words(made.scene(False))
        assert said["formula"] == ""
        assert "noise" in said["sentence"]


@pytest.mark.parametrize(
    ("skip", "number", "phase", "parts"),
    [
        (False, 2, Phase.FORWARD, ["a", "(2)", "φ", "W", "(1)"]),
        (True, 2, Phase.FORWARD, ["s", "(2)", "φ", "W", "+"]),
        (False, 2, Phase.BACKWARD, ["δ", "(2)", "W", "(3)", "⊤", "⊙"]),
        (True, 2, Phase.BACKWARD, ["δ", "(2)", "W", "(3)", "⊤", "⊙", "+", "∂"]),
    ],
)
def test_the_formula_is_that_of_the_layer(session, skip: bool, number: int, phase: Phase, parts: list[str]) -> None:
    made = session(depth=3, width=4, skip=skip)
    made.seek_layer(number, phase)
    said = words(made.scene(False))
    assert (said["title"], said["phase"]) == (f"Layer 2, {phase.value}", phase.value)
    text = html.unescape(re.sub(r"<[^>]+>", "", said["formula"])).replace("ϕ", "φ")
    assert [part for part in parts if part not in text] == []
    assert ("∂" in text) == (skip and phase is Phase.BACKWARD)


@pytest.mark.parametrize("skip", [False, True])
def test_the_numbers_multiply_to_the_layer_s_delta(session, reference, skip: bool) -> None:
    made = session(depth=5, width=16, activation="tanh", skip=skip)
    made.seek_layer(3, Phase.BACKWARD)
    *parts, delta = numbers(lines(made)["Numbers"])
    expected = reference(made.complete).sums
    assert delta == pytest.approx(expected[2], rel=0.06)
    assert np.prod(parts) == pytest.approx(expected[2], rel=0.16)
    if not skip:
        assert parts[0] == pytest.approx(expected[3], rel=0.06)


@pytest.mark.parametrize("shown", ["weights", "sums"])
def test_the_product_of_the_factors_is_the_ratio(session, reference, shown: str) -> None:
    made = session(depth=6)
    made.show(shown)
    made.seek_layer(2, Phase.BACKWARD)
    (text,) = [text for name, text in lines(made).items() if name.startswith("Product of the factors")]
    *factors, ratio = numbers(text)
    norms = getattr(reference(made.complete), shown)
    assert factors == pytest.approx([norms[k] / norms[k + 1] for k in range(1, 5)], rel=0.06)
    assert ratio == pytest.approx(norms[1] / norms[5], rel=0.06)


def test_the_product_of_slopes_stays_under_its_bound(session, reference) -> None:
    made = session(depth=10, seed=1)
    text = lines(made)["Product of the mean slopes alone"]
    product, bound = (numbers(part)[-1] for part in re.split(r"; no slope", text))
    slopes = reference(made.complete).slopes[:-1]
    assert product == pytest.approx(np.prod(slopes), rel=0.06)
    assert bound == pytest.approx(0.25**9, rel=0.06)
    assert product < bound


def test_skips_have_no_product_of_slopes_but_a_one(session) -> None:
    made = session(depth=4, skip=True)
    said = lines(made)
    assert "Product of the mean slopes alone" not in said
    assert said["Skip"].startswith("+x keeps a 1 in the product")


def test_the_last_layer_has_no_product_yet(session) -> None:
    made = session(depth=4)
    made.seek_layer(4, Phase.BACKWARD)
    assert list(lines(made)) == ["Numbers"]


@pytest.mark.parametrize(("share", "choice"), [(0.97, 0), (0.45, 0), (0.05, 1), (2e-4, 2), (4.2e-6, 3), (1e-12, 3)])
def test_the_nearest_choice_is_so_in_powers_of_ten(share: float, choice: int) -> None:
    assert nearest(share) == choice


@pytest.mark.parametrize("answer", range(len(choices())))
def test_an_answer_is_judged_by_the_computed_ratio(reference, answer: int) -> None:
    made = FlowSession(FlowLink(FlowSpec()), default_backend())
    asked = question(made.scene(False))
    assert (asked["answer"], asked["right"], asked["verdict"]) == (-1, -1, "")
    made.answer(answer)
    asked = question(made.scene(False))
    norms = reference(made.complete).weights
    assert asked["answer"] == answer
    assert choices()[asked["right"]][0] == 1e-6
    assert asked["verdict"].startswith("Right: it is " if answer == 3 else "Not this time: it is ")
    assert numbers(asked["verdict"])[0] == pytest.approx(norms[0] / norms[-1], rel=0.06)
    made.skip_question()
    assert question(made.scene(False)) == {}
