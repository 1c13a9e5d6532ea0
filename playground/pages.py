"""The pages of the app: the course, its lessons, and each stage on a page of its own. The address says which."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any

from engine.checks import SpecError, unknown
from lessons.course import course, title_of
from lessons.schema import Lesson
from lessons.tracks import LECTURES, slide

Query = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Attributes
    ----------
    key : str
        What ``stage`` in the address says; empty for a page that other parts of the address ask for.
    title : str
    group : str
        The pages that it stands with in the navigation; empty if it stands in none.
    make : callable
        Builds what stands on the page from the rest of the address; `dark` is passed on to it. It has `start` and
        `stop`, and in `hidden` what an author took away.
    sentence : str
        What can be done there.
    """

    key: str
    title: str
    group: str
    make: Callable[..., Any]
    sentence: str = ""


def _stage(key: str, query: Query, **options: Any) -> Any:
    """Build a stage; the first visitor of each imports it, so that nobody waits for all of them at the start."""
    reader = import_module("playground.link" if key == "network" else f"playground.{key}_link")
    made = getattr(import_module(f"playground.stages.{key}.stage"), f"{key.capitalize()}Stage")
    return made(reader.from_query(query), **options)


def _course_map(query: Query, *, message: str = "", **options: Any) -> Any:
    from playground.course.home_page import HomePage

    return HomePage(query.get("lecture", ""), message, **options)


def _glossary(query: Query, **options: Any) -> Any:
    from playground.course.glossary_page import GlossaryPage

    return GlossaryPage(query.get("term", ""), **options)


def _lesson(lesson: Lesson, step: str, followed: str, _: Query, **options: Any) -> Any:
    from playground.course.lesson_page import LessonPage

    return LessonPage(lesson, step, followed, **options)


def _missing(key: str, _: Query, **options: Any) -> Any:
    from playground.course.missing_page import MissingPage

    return MissingPage(slide(key), **options)


_STAGES = (
    ("neuron", "Neuron", "Basics", "One neuron, term by term: products, their sum, the activation, and its line."),
    ("activation", "Activation", "Basics", "Activation functions: curve, slope, and what becomes of numbers in them."),
    ("features", "Features", "Basics", "Signals become features, and a function of them decides."),
    ("probability", "Probability", "Basics", "Scores become probabilities: exponentials, their sum, and shares of it."),
    ("losses", "Losses", "Basics", "What an error costs: squares, margins, likelihood, entropy."),
    ("network", "Network", "Networks", "A small network learns to tell points apart: stop it, look inside, rewind it."),
    ("graph", "Back-propagation", "Networks", "Type an expression and step through it, forward and back."),
    ("flow", "Gradient flow", "Networks", "What becomes of the gradient on its way down a stack of layers."),
    ("descent", "Descent", "Optimization", "One optimizer on its way down a curve or a surface, update by update."),
    ("race", "Race", "Optimization", "Eleven optimizers set off from the same place."),
    ("batches", "Batches", "Optimization", "One classifier learns from all points at once, from some, or one by one."),
    ("convolution", "Convolution", "Images", "A kernel slides over a row, a picture or a volume, place by place."),
    ("reader", "Digit reader", "Images", "Draw a digit and see what every layer of a trained network makes of it."),
    ("augmentation", "Augmentation", "Images", "Turn, shift and crop digits, and see what keeps their label."),
    ("training", "Digit training", "Images", "Build a network for digits and watch its filters take shape."),
)

COURSE = Page("course", "Course", "Course", _course_map, "Thirty lessons in ten chapters.")
GLOSSARY = Page("glossary", "Glossary", "", _glossary, "What the terms mean.")
STAGES: dict[str, Page] = {
    key: Page(key, title, group, partial(_stage, key), sentence) for key, title, group, sentence in _STAGES
}
PAGES: dict[str, Page] = {COURSE.key: COURSE, **STAGES, GLOSSARY.key: GLOSSARY}


def asked_for(query: Query) -> tuple[Page, dict[str, str]]:
    """Return the page that an address asks for, and what is left of the address for that page.

    An unknown stage stays in what is left: the page that opens instead says that there is none of this name. A
    lesson or a slide that is not there opens the course map, which says so.
    """
    rest = dict(query)
    if "stage" in rest:
        page = PAGES.get(rest["stage"])
        if page is None:
            return PAGES["network"], rest
        del rest["stage"]
        return page, rest
    try:
        if "lesson" in rest:
            return _page_of_lesson(rest), {}
        if "slide" in rest and "lecture" in rest:
            return _page_of_slide(rest["lecture"], rest["slide"]), {}
        if "lecture" in rest and rest["lecture"] not in LECTURES:
            raise SpecError("lecture", unknown("lecture", rest["lecture"], list(LECTURES)))
    except SpecError as error:
        return _course_map_saying(str(error)), {}
    # An address with settings is one of the network that was shared before there were other pages.
    return (PAGES["network"] if rest.keys() - {"theme", "lecture"} else COURSE), rest


def _course_map_saying(message: str) -> Page:
    return Page(COURSE.key, COURSE.title, COURSE.group, partial(_course_map, message=message))


def _page_of_lesson(query: Query) -> Page:
    """Return the page of ``?lesson=14&step=forward``; a SpecError says what is not there."""
    number = query["lesson"]
    title = title_of(int(number)) if number.isdecimal() and len(number) < 4 else ""
    if not title:
        raise SpecError("lesson", f"There is no lesson {number[:40]!r}: choose one of the map.")
    lesson = course().lessons.get(int(number))
    if lesson is None:
        raise SpecError("lesson", f"Lesson {int(number)}, {title}, is not written yet.")
    step = query.get("step", lesson.steps[0].key)
    known = [each.key for each in lesson.steps]
    if step not in known:
        raise SpecError("step", f"Lesson {lesson.number}: {unknown('step', step, known)}")
    return Page("", lesson.title, "", partial(_lesson, lesson, step, ""))


def _page_of_slide(lecture: str, number: str) -> Page:
    """Return the page of ``?lecture=L3&slide=22``; a SpecError says what is not there."""
    shown = slide(f"{lecture}-{number}")
    found = course().at_slide(shown.key)
    if found is None:
        return Page("", shown.title, "", partial(_missing, shown.key))
    lesson, step = found
    return Page("", lesson.title, "", partial(_lesson, lesson, step.key, shown.key))


def navigation(current: Page) -> list[dict[str, Any]]:
    """Return the pages that can be gone to as `SiteNav.items`."""
    return [
        {"group": page.group, "title": page.title, "href": f"?stage={page.key}", "current": page.key == current.key}
        for page in PAGES.values()
        if page.group
    ]
