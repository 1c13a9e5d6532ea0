"""What the course map shows: chapters with their lessons, lectures with their slides, labs, and where to go on."""

from __future__ import annotations

from typing import Any

from lessons.course import Course, chapters, title_of
from lessons.progress import Progress
from lessons.schema import Lesson, Step
from lessons.tracks import LECTURES, Slide
from playground.course.address import slide_address, step_address
from playground.pages import STAGES

__all__ = ["chapter_items", "finished_steps", "going_on", "lab_items", "lecture_items"]

Items = list[dict[str, Any]]


def chapter_items(course: Course, progress: Progress) -> Items:
    """Return the chapters with all their lessons, and how much of each is done."""
    return [
        {
            "number": chapter.number, "title": chapter.title,
            "lessons": [_lesson_item(course, number, title, progress) for number, title in chapter.lessons.items()],
        }
        for chapter in chapters()
    ]  # fmt: skip


def _lesson_item(course: Course, number: int, title: str, progress: Progress) -> dict[str, Any]:
    lesson = course.lessons.get(number)
    if lesson is None:
        return {"number": number, "title": title, "sentence": "", "href": "", "steps": 0, "done": 0, "after": []}
    done = [progress.done(lesson, step) for step in lesson.steps]
    # A lesson that is begun goes on where it is not done.
    place = done.index(False) if any(done) and not all(done) else 0
    return {
        "number": number, "title": lesson.title, "sentence": lesson.summary,
        "href": step_address(number, lesson.steps[place].key), "steps": len(done), "done": sum(done),
        "after": [{"number": each, "title": title_of(each)} for each in lesson.after],
    }  # fmt: skip


def lecture_items(course: Course, progress: Progress) -> Items:
    """Return the lectures with all their slides: done, there, or of a lesson that is not written yet."""
    return [
        {
            "key": lecture.key, "title": lecture.title, "source": lecture.source,
            "slides": [_slide_item(course, each, progress) for each in lecture.slides],
        }
        for lecture in LECTURES.values()
    ]  # fmt: skip


def _slide_item(course: Course, each: Slide, progress: Progress) -> dict[str, Any]:
    found = course.at_slide(each.key)
    state = "missing" if found is None else "done" if progress.done(*found) else "there"
    return {"number": each.number, "title": each.title, "href": slide_address(each.key), "state": state}


def lab_items() -> Items:
    """Return the stages, in groups."""
    return [
        {"group": page.group, "title": page.title, "sentence": page.sentence, "href": f"?stage={page.key}"}
        for page in STAGES.values()
    ]


def finished_steps(course: Course, progress: Progress) -> int:
    """Return how many steps of the course are done."""
    return sum(progress.done(lesson, step) for lesson in course.lessons.values() for step in lesson.steps)


def going_on(course: Course, progress: Progress) -> dict[str, Any]:
    """Return where to begin, or to go on: `label`, `title`, `sentence` and `href`; empty without a lesson."""
    if not course.lessons:
        return {}
    last = _last(course, progress)
    if last is None:
        lesson = next(iter(course.lessons.values()))
        return _way("Begin", lesson, lesson.steps[0])
    lesson, step = last
    if not progress.done(lesson, step):
        return _way("Continue where you stopped", lesson, step)
    place = lesson.place(step.key) + 1
    if place < len(lesson.steps):
        return _way("Continue where you stopped", lesson, lesson.steps[place])
    for after in course.lessons.values():
        if after.number > lesson.number and not all(progress.done(after, each) for each in after.steps):
            return _way("The next lesson", after, after.steps[0])
    return _way("Once more", lesson, lesson.steps[0])


def _last(course: Course, progress: Progress) -> tuple[Lesson, Step] | None:
    """Return the step that was open last; None if none of the course was."""
    number, _, key = progress.last.partition("/")
    lesson = course.lessons.get(int(number)) if number.isdecimal() else None
    step = next((each for each in lesson.steps if each.key == key), None) if lesson else None
    return (lesson, step) if lesson and step else None


def _way(label: str, lesson: Lesson, step: Step) -> dict[str, Any]:
    place = lesson.place(step.key) + 1
    return {
        "label": label, "title": lesson.title, "href": step_address(lesson.number, step.key),
        "sentence": f"Lesson {lesson.number}, step {place} of {len(lesson.steps)}: {step.title}",
    }  # fmt: skip
