"""The lesson that authors begin from does what every lesson of the course does."""

from __future__ import annotations

from pathlib import Path

import pytest

import lessons.course
from lessons.course import course
from lessons.reading import read_lesson
from lessons.schema import Step
from tests.playground.benches import test_every_lesson as every

PATH = Path(lessons.course.__file__).with_name("template.toml")
LESSON = read_lesson(PATH)


@pytest.mark.parametrize("step", LESSON.steps, ids=lambda step: step.key)
def test_a_step_of_the_template_passes_every_test_of_a_lesson(step: Step) -> None:
    every.test_a_step_builds_and_runs(LESSON, step)
    every.test_formulas_can_be_set(LESSON, step)
    if step.prediction:
        every.test_a_prediction_is_what_the_engine_computes(LESSON, step)
        every.test_the_check_is_not_done_by_watching_the_prediction(LESSON, step)
    if step.check:
        every.test_a_check_fails_before_and_passes_after_the_intended_action(LESSON, step)


def test_the_template_shows_each_part_of_a_step_and_is_no_lesson_of_the_course() -> None:
    assert any(step.prediction for step in LESSON.steps)
    assert any(step.question for step in LESSON.steps)
    assert any(step.check for step in LESSON.steps)
    assert LESSON.number not in course().lessons
