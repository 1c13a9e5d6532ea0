"""Every step of every lesson, done on its stage by the commands that the page uses.

NEURAL_PLAYGROUND_LESSON=14 looks at one lesson only.
"""

from __future__ import annotations

import math
import os
import re
from typing import Any

import pytest

from lessons.conditions import Fact, condition, holds
from lessons.course import course
from lessons.schema import Lesson, Prediction, Step
from playground.benches.bench import Bench, finished
from playground.benches.registry import bench
from playground.formulas import mathml

_ONLY = os.environ.get("NEURAL_PLAYGROUND_LESSON")
STEPS = [
    pytest.param(lesson, step, id=f"{lesson.number:02}-{step.key}")
    for lesson in course().lessons.values()
    for step in lesson.steps
    if _ONLY in (None, str(lesson.number))
]
PREDICTED = [each for each in STEPS if each.values[1].prediction]
CHECKED = [each for each in STEPS if each.values[1].check]


def begun(step: Step) -> tuple[Bench, Any, dict[str, Fact]]:
    """Return the step's bench, its session as the step opens it, and what stands there."""
    made = bench(step.stage)
    session = made.begin(step.at)
    return made, session, made.facts(session)


def test_every_file_can_be_used() -> None:
    assert [str(problem) for problem in course().problems] == []


@pytest.mark.parametrize(("lesson", "step"), STEPS)
def test_a_step_builds_and_runs(lesson: Lesson, step: Step) -> None:
    made, session, facts = begun(step)
    assert facts
    for part in (*step.show, *filter(None, [step.point])):
        assert part in made.parts, f"{step.stage} has no part {part}; it has {', '.join(made.parts)}"
    session.scene(False)
    # And the same state is opened where another one stood.
    made.open(session, step.at)
    assert made.facts(session).keys() == facts.keys()
    session.scene(False)


@pytest.mark.parametrize(("lesson", "step"), STEPS)
def test_formulas_can_be_set(lesson: Lesson, step: Step) -> None:
    asked = [each for each in (step.prediction, step.question) if each]
    texts = [step.text, step.note, *(each.ask for each in asked)]
    formulas = [*step.formulas, *(tex for text in texts for tex in re.findall(r"\$([^$]+)\$", text))]
    assert all("<math" in mathml(tex) for tex in formulas)
    assert all(text.count("$") % 2 == 0 for text in texts)


@pytest.mark.parametrize(("lesson", "step"), PREDICTED)
def test_a_prediction_is_what_the_engine_computes(lesson: Lesson, step: Step) -> None:
    made, session, before = begun(step)
    asked = step.prediction
    assert asked is not None
    finished(made.script(session, asked.run))
    facts = made.facts(session)
    session.scene(False)
    _compare(asked, facts)
    names = [condition(each).fact for option in asked.options for each in option.when]
    assert all(name in facts for name in names), sorted(set(names) - facts.keys())
    if asked.kind == "choice":
        right = next(option for option in asked.options if option.right)
        assert not holds(right.when, before) or facts != before, "the run shows nothing"


def _compare(asked: Prediction, facts: dict[str, Fact]) -> None:
    if asked.kind == "number":
        assert asked.answer is not None
        truth = facts[asked.truth]
        assert isinstance(truth, (int, float))
        # What is stated is the truth as far as its digits go.
        assert truth == pytest.approx(asked.answer, abs=asked.tolerance / 2 + 1e-12)
        for mistake in asked.mistakes:
            assert abs(mistake.value - truth) > asked.tolerance
    elif asked.kind == "choice":
        assert [holds(option.when, facts) for option in asked.options] == [option.right for option in asked.options]
    elif asked.kind == "order":
        values = [facts[item.fact] for item in asked.items]
        assert all(isinstance(value, (int, float)) for value in values)
        assert values == sorted(values)
        assert len(set(values)) == len(values), "two are alike: their order cannot be predicted"
    else:
        curve, frame = facts[asked.truth], asked.sketch and asked.sketch.frame
        assert isinstance(curve, tuple)
        assert frame is not None
        seen = [
            (x, y) for x, y in curve
            if math.isfinite(y) and frame[0] <= x <= frame[1] and frame[2] <= y <= frame[3]
        ]  # fmt: skip
        assert len(seen) >= 0.8 * len(curve) > 1, "the curve does not lie within the axes"


@pytest.mark.parametrize(("lesson", "step"), CHECKED)
def test_a_check_fails_before_and_passes_after_the_intended_action(lesson: Lesson, step: Step) -> None:
    made, session, facts = begun(step)
    check = step.check
    assert check is not None
    unknown = {condition(each).fact for each in check.when} - facts.keys()
    assert not unknown, f"{step.stage} has no fact {', '.join(unknown)}"
    assert not holds(check.when, facts)
    finished(made.script(session, check.solution))
    session.scene(False)
    assert holds(check.when, made.facts(session)), {
        name: made.facts(session)[name] for name in (condition(each).fact for each in check.when)
    }


@pytest.mark.parametrize(("lesson", "step"), PREDICTED)
def test_the_check_is_not_done_by_watching_the_prediction(lesson: Lesson, step: Step) -> None:
    if step.check is None or step.prediction is None:
        return
    made, session, _ = begun(step)
    finished(made.script(session, step.prediction.run))
    assert not holds(step.check.when, made.facts(session))
