"""Searching the course: lessons, their steps, slides, concepts and terms, also with accents or a slip of the finger."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from lessons.concepts import CONCEPTS
from lessons.course import Course, title_of
from lessons.glossary import GLOSSARY
from lessons.tracks import LECTURES

__all__ = ["Hit", "search"]

LONGEST = 200
_MOST_WORDS = 8
# How well a word fits one of the text: the same, begun so, within it, nearly the same.
_SAME, _BEGUN, _WITHIN, _NEAR = 1.0, 0.75, 0.4, 0.5
_IN_TITLE, _IN_TEXT = 3.0, 1.0
# Of what fits alike, a lesson is more than one of its steps, and that is more than a slide of somebody's lecture.
_WORTH = {"lesson": 1.5, "step": 1.2, "term": 1.15, "slide": 1.0, "concept": 0.9}
_NEAR_ENOUGH = 0.7
# Letters that a plural or another form of a word may have more.
_ENDING = 2
_FORMULA = re.compile(r"\$[^$]*\$")
_MARKS = re.compile(r"\[([^\]]*)\]\([^)]*\)|[*`]")
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found.

    Attributes
    ----------
    kind : {"lesson", "step", "slide", "concept", "term"}
    title : str
    place : str
        Where it stands: ``Lesson 14, The chain rule on a graph``.
    text : str
        What it is about.
    address : str
        Where it opens: ``?lesson=14&step=forward``.
    """

    kind: str
    title: str
    place: str
    text: str
    address: str


def search(course: Course, text: str, most: int = 12) -> tuple[Hit, ...]:
    """Return what a text finds, the best first.

    Parameters
    ----------
    course : Course
    text : str
        All of its words are looked for; where nothing has all of them, some of them.
    most : int
        How many to return at most.
    """
    asked = list(dict.fromkeys(_words(text[:LONGEST])))[:_MOST_WORDS]
    return _index(course).find(asked, most) if asked else ()


def _plain(text: str) -> str:
    """Return a text without capitals, accents, formulas and marks of emphasis."""
    bare = _MARKS.sub(lambda match: match[1] or "", _FORMULA.sub(" ", text))
    split = unicodedata.normalize("NFKD", bare.casefold())
    return "".join(letter for letter in split if not unicodedata.combining(letter))


def _words(text: str) -> Iterator[str]:
    """Give the words of a text; one with a hyphen also as its parts, and without it."""
    for word in _WORD.findall(_plain(text)):
        parts = re.split(r"[-'’]", word)
        yield from parts
        if len(parts) > 1:
            yield "".join(parts)


@dataclass(frozen=True, slots=True)
class _Entry:
    hit: Hit
    weights: dict[str, float]


class _Index:
    def __init__(self, course: Course) -> None:
        self._entries = [_Entry(hit, _weights(hit, more)) for hit, more in _all(course)]
        self._vocabulary = sorted({word for entry in self._entries for word in entry.weights})

    def find(self, asked: list[str], most: int) -> tuple[Hit, ...]:
        fits = [self._fits(word) for word in asked]
        ranked: list[tuple[int, float, int]] = []
        for place, entry in enumerate(self._entries):
            scores = [
                max((entry.weights[word] * fit for word, fit in fit_of.items() if word in entry.weights), default=0.0)
                for fit_of in fits
            ]
            found = sum(score > 0 for score in scores)
            if found:
                # What begins like the question was probably meant.
                begins = _plain(entry.hit.title).startswith(" ".join(asked))
                score = sum(scores) * _WORTH[entry.hit.kind] * (1.5 if begins else 1.0)
                ranked.append((found, score, -place))
        best = max((found for found, _, _ in ranked), default=0)
        ranked = sorted((each for each in ranked if each[0] == best), reverse=True)
        return tuple(self._entries[-place].hit for _, _, place in ranked[:most])

    def _fits(self, asked: str) -> dict[str, float]:
        """Return by word of the course how well it fits a word that is looked for."""
        if asked.isdecimal():
            return {asked: _SAME}
        fits: dict[str, float] = {}
        for word in self._vocabulary:
            if word == asked:
                fits[word] = _SAME
            elif len(asked) > 1 and word.startswith(asked):
                fits[word] = _BEGUN
            elif len(asked) > 3 and asked in word:
                fits[word] = _WITHIN
        return fits or self._nearly(asked)

    def _nearly(self, asked: str) -> dict[str, float]:
        """Return the words that are the same up to their ending or a slip."""
        if len(asked) < 4:
            return {}
        fits = dict.fromkeys(get_close_matches(asked, self._vocabulary, n=4, cutoff=_NEAR_ENOUGH), _NEAR)
        for word in self._vocabulary:
            if len(word) > 3 and asked.startswith(word) and len(asked) - len(word) <= _ENDING:
                fits[word] = _NEAR
        return fits


@lru_cache(maxsize=2)
def _index(course: Course) -> _Index:
    return _Index(course)


def _weights(hit: Hit, more: str) -> dict[str, float]:
    """Return by word how much it counts that it stands there."""
    weights = dict.fromkeys(_words(f"{hit.place} {hit.text} {more}"), _IN_TEXT)
    return weights | dict.fromkeys(_words(hit.title), _IN_TITLE)


def _all(course: Course) -> Iterator[tuple[Hit, str]]:
    """Give all there is, each with more words that lead to it."""
    for lesson in course.lessons.values():
        place, address = f"Lesson {lesson.number}", f"?lesson={lesson.number}"
        yield Hit("lesson", lesson.title, place, lesson.summary, address), lesson.aha
        for step in lesson.steps:
            more = " ".join((step.text, step.note, *step.slides))
            where = f"Lesson {lesson.number}, {lesson.title}"
            yield Hit("step", step.title, where, "", f"{address}&step={step.key}"), more
    for lecture in LECTURES.values():
        for each in lecture.slides:
            where = f"Slide {each.number} of lecture {lecture.key}"
            address = f"?lecture={lecture.key}&slide={each.number}"
            yield Hit("slide", each.title, where, "", address), f"{each.key} {title_of(each.lesson)}"
    taught = {key: lesson for lesson in reversed(course.lessons.values()) for key in lesson.concepts}
    for concept in CONCEPTS.values():
        if concept.key in taught:
            home = taught[concept.key]
            where = f"Lesson {home.number}, {home.title}"
            yield Hit("concept", concept.name, where, "", f"?lesson={home.number}"), concept.key
    for term in GLOSSARY:
        yield Hit("term", term.name, "Glossary", term.text, f"?stage=glossary&term={term.key}"), " ".join(term.forms)
