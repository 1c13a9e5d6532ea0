"""Four lectures, slide by slide: which lesson each slide belongs to, and what comes before and after it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.checks import SpecError, unknown
from lessons.schema import Lesson, Step

__all__ = ["LECTURES", "Lecture", "Slide", "also_in", "next_slide", "previous_slide", "slide"]

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide of a lecture.

    Attributes
    ----------
    lecture : str
        ``L1`` to ``L4``.
    number : int
        From 1, in the lecture's own order.
    title : str
        What it is about, in our words.
    lesson : int
        The lesson that it belongs to.
    others : tuple of int
        Lessons that use it, too.
    """

    lecture: str
    number: int
    title: str
    lesson: int
    others: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        """Its name in lesson files: ``L3-22``, ``L1-05``."""
        return f"{self.lecture}-{self.number:02}"


@dataclass(frozen=True, slots=True)
class Lecture:
    """A lecture.

    Attributes
    ----------
    key : str
        ``L1`` to ``L4``.
    title : str
        In our words.
    source : str
        Whose lecture it is.
    slides : tuple of Slide
        In their order.
    """

    key: str
    title: str
    source: str
    slides: tuple[Slide, ...]


def _read(path: Path) -> dict[str, Lecture]:
    tables: dict[str, dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))
    lectures = {}
    for key, table in tables.items():
        slides = (Slide(key, number, title, main, tuple(rest)) for number, title, main, *rest in table["slides"])
        lectures[key] = Lecture(key, table["title"], table["source"], tuple(slides))
    return lectures


LECTURES: dict[str, Lecture] = _read(HERE / "tracks.toml")
_SLIDES: dict[str, Slide] = {each.key: each for lecture in LECTURES.values() for each in lecture.slides}


def slide(key: str) -> Slide:
    """Return a slide.

    Parameters
    ----------
    key : str
        ``L3-22``; of a number below ten ``L3-05`` or ``L3-5``.

    Raises
    ------
    SpecError
        If there is no such lecture or slide.
    """
    name, _, number = key.partition("-")
    if name not in LECTURES:
        raise SpecError("lecture", unknown("lecture", name, list(LECTURES)))
    found = _SLIDES.get(f"{name}-{int(number):02}") if number.isdecimal() and len(number) <= 4 else None
    if found is None:
        last = len(LECTURES[name].slides)
        raise SpecError("slide", f"there is no slide {number!r} in {name}; its slides are 1 to {last}")
    return found


def next_slide(key: str) -> Slide | None:
    """Return the slide after another of its lecture; None after the last one."""
    here = slide(key)
    return _SLIDES.get(f"{here.lecture}-{here.number + 1:02}")


def previous_slide(key: str) -> Slide | None:
    """Return the slide before another of its lecture; None before the first one."""
    here = slide(key)
    return _SLIDES.get(f"{here.lecture}-{here.number - 1:02}")


def also_in(lesson: Lesson, step: Step) -> tuple[Slide, ...]:
    """Return the slides that a step's lesson is used for in lectures other than those that the step stands in.

    Parameters
    ----------
    lesson : Lesson
    step : Step
        One of the lesson's steps.
    """
    own = {key.partition("-")[0] for key in step.slides}
    return tuple(
        each for each in _SLIDES.values() if each.lecture not in own and lesson.number in (each.lesson, *each.others)
    )
