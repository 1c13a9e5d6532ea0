"""The page of a slide that no step of a lesson shows yet: it says so, and leads on through the lecture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import panel as pn
import param

from lessons.course import course, title_of
from lessons.tracks import LECTURES, Slide, next_slide, previous_slide
from playground.course.address import slide_address, step_address
from playground.pages import STAGES
from playground.slides import stages_of
from playground.widgets.missing_slide import MissingSlide


class MissingPage(pn.viewable.Viewer):
    """What there is to say of a slide without a step.

    Parameters
    ----------
    slide : Slide
    dark : bool or reference
        Whether the page is dark.
    """

    dark = param.Boolean(default=False, allow_refs=True)
    # As of a stage: what the author of a link has taken away.
    hidden: tuple[str, ...] = ()

    def __init__(self, slide: Slide, **params: Any) -> None:
        super().__init__(**params)
        count = len(LECTURES[slide.lecture].slides)
        self.card = MissingSlide(
            dark=self.param.dark, title=slide.title,
            place=f"{LECTURES[slide.lecture].title} ({slide.lecture}), slide {slide.number} of {count}",
            sentence=_sentence(slide), ways=list(_ways(slide)), steps=list(_steps(slide)),
        )  # fmt: skip

    def __panel__(self) -> Any:
        """Return what is drawn."""
        return self.card

    def start(self) -> None:
        """Begin; there is nothing that moves."""

    def stop(self) -> None:
        """End: the visitor has left."""


def _sentence(slide: Slide) -> str:
    what = f"lesson {slide.lesson}, {title_of(slide.lesson)}"
    if slide.lesson in course().lessons:
        return f"This slide belongs to {what}, which has no step for it."
    return f"This slide belongs to {what}. That lesson is not written yet."


def _ways(slide: Slide) -> Iterator[dict[str, str]]:
    """Give the stages that show the slide, and the lessons that are there and use it."""
    for key in stages_of(slide.key):
        page = STAGES[key]
        yield {"title": page.title, "sentence": page.sentence, "href": f"?stage={key}&slide={slide.key}"}
    for number in (slide.lesson, *slide.others):
        lesson = course().lessons.get(number)
        if lesson is not None:
            title = f"Lesson {number}: {lesson.title}"
            yield {"title": title, "sentence": lesson.summary, "href": step_address(number, lesson.steps[0].key)}


def _steps(slide: Slide) -> Iterator[dict[str, str]]:
    """Give the ways through the lecture: back, on, and on to the next slide that has a step."""
    for label, other in (("Back", previous_slide(slide.key)), ("Next", next_slide(slide.key))):
        if other is not None:
            yield _step(label, other)
    for label, go in (("The next with a step", next_slide), ("The one before with a step", previous_slide)):
        there = _first(go, slide)
        if there is not None:
            if there != go(slide.key):
                yield _step(label, there)
            return


def _step(label: str, slide: Slide) -> dict[str, str]:
    return {"label": label, "title": f"Slide {slide.number}: {slide.title}", "href": slide_address(slide.key)}


def _first(go: Callable[[str], Slide | None], slide: Slide) -> Slide | None:
    """Return the first slide with a step in one direction."""
    other = go(slide.key)
    while other is not None and course().at_slide(other.key) is None:
        other = go(other.key)
    return other
