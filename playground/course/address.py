"""Where the steps of lessons are found, and what comes before and after each."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from lessons.course import Course
from lessons.schema import Lesson, Step
from lessons.tracks import LECTURES, Slide, next_slide, previous_slide, slide

__all__ = ["COURSE", "Place", "lab_address", "neighbour", "slide_address", "slide_words", "step_address"]

COURSE = "?stage=course"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a link of a lesson leads to.

    Attributes
    ----------
    label : str
    href : str
    step : str
        Key of the step if it is one of the same lesson; then the page stays.
    slide : str
        Key of the slide if a lecture is followed.
    """

    label: str
    href: str
    step: str = ""
    slide: str = ""


def step_address(lesson: int, step: str) -> str:
    """Return the address of a step."""
    return f"?lesson={lesson}&step={step}"


def slide_address(key: str) -> str:
    """Return the address of a slide."""
    found = slide(key)
    return f"?lecture={found.lecture}&slide={found.number}"


def lab_address(step: Step) -> str:
    """Return the address of the page of a step's stage, as the step opens it."""
    return f"?{urlencode({'stage': step.stage, **step.at}, safe=',:')}"


def slide_words(found: Slide) -> str:
    """Return what stands over a slide's step: ``L3 · slide 22 of 60: Convolution``."""
    return f"{found.lecture} · slide {found.number} of {len(LECTURES[found.lecture].slides)}: {found.title}"


def neighbour(course: Course, lesson: Lesson, step: Step, followed: str, direction: int) -> Place:
    """Return what comes after a step (1) or before it (-1).

    Parameters
    ----------
    course : Course
    lesson : Lesson
    step : Step
    followed : str
        Key of the slide that the step is opened for; empty where the course is followed.
    direction : {1, -1}
    """
    if followed:
        return _along_lecture(course, lesson, followed, direction)
    place = lesson.place(step.key) + direction
    if 0 <= place < len(lesson.steps):
        other = lesson.steps[place]
        return Place(other.title, step_address(lesson.number, other.key), other.key)
    numbers = sorted(number for number in course.lessons if (number - lesson.number) * direction > 0)
    if not numbers:
        return Place("The course", COURSE)
    found = course.lessons[numbers[0] if direction > 0 else numbers[-1]]
    other = found.steps[0 if direction > 0 else -1]
    return Place(f"Lesson {found.number}: {found.title}", step_address(found.number, other.key))


def _along_lecture(course: Course, lesson: Lesson, followed: str, direction: int) -> Place:
    other = next_slide(followed) if direction > 0 else previous_slide(followed)
    if other is None:
        return Place("The course", COURSE)
    found = course.at_slide(other.key)
    here = found is not None and found[0] is lesson
    label = f"Slide {other.number}: {other.title}"
    return Place(label, slide_address(other.key), found[1].key if found and here else "", other.key)
