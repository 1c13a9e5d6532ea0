"""The course: chapters of lessons, those that are there and those that are still to be written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from engine.checks import SpecError
from lessons.concepts import CONCEPTS, no_concept
from lessons.reading import LessonError, line_of, read_lesson
from lessons.schema import Lesson, Step
from lessons.tracks import slide

__all__ = [
    "CHAPTERS", "OWN", "OWN_NUMBERS",
    "Chapter", "Course", "chapters", "course", "read_course", "read_files", "title_of",
]  # fmt: skip

HERE = Path(__file__).resolve().parent
# An instructor's folder of lesson files.
OWN = "NEURAL_PLAYGROUND_LESSONS"
OWN_NUMBERS = range(31, 100)
_ALL_NUMBERS = range(1, 100)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter.

    Attributes
    ----------
    number : int
    title : str
    folder : str
        Where its lesson files are, under `lessons`.
    lessons : dict of int to str
        The title of each of its lessons by number, also of those that are still to be written.
    """

    number: int
    title: str
    folder: str
    lessons: dict[int, str]


CHAPTERS: tuple[Chapter, ...] = (
    Chapter(1, "The landscape", "landscape", {1: "Why now?", 2: "Kinds of learning"}),
    Chapter(
        2, "From a line to a network", "networks",
        {
            3: "Decision functions and feature maps", 4: "The artificial neuron", 5: "Activation functions",
            6: "Layers: forward pass, matrices, topology",
        },
    ),
    Chapter(3, "Measuring error", "error", {7: "From scores to probabilities", 8: "Loss functions"}),
    Chapter(
        4, "Optimization", "optimization",
        {
            9: "Direct solution and one-dimensional descent", 10: "Error surfaces: step size, minima, saddles",
            11: "Training the linear classifier", 12: "Momentum, Nesterov, schedules, weight decay",
            13: "Adaptive optimizers and the race",
        },
    ),
    Chapter(
        5, "Back-propagation", "backpropagation",
        {
            14: "The chain rule on a graph", 15: "Back-propagation through a network",
            16: "Hidden layers: what they add",
        },
    ),
    Chapter(
        6, "Deep nets that train and generalize", "generalization",
        {
            17: "Vanishing, exploding, degrading gradients", 18: "Under-fitting and over-fitting",
            19: "Dropout and normalization",
        },
    ),
    Chapter(
        7, "Convolutional networks", "convolution",
        {
            20: "Convolution", 21: "Pooling, fully connected layers, the pipeline", 22: "Famous architectures",
            23: "Transfer learning and applications",
        },
    ),
    Chapter(8, "Sequences", "sequences", {24: "Recurrent networks", 25: "LSTM, GRU, convolutional LSTM"}),
    Chapter(
        9, "Learning without labels", "unlabelled",
        {26: "Autoencoders", 27: "Layer-wise pre-training", 28: "Beyond labels"},
    ),
    Chapter(
        10, "Programming networks", "programming",
        {29: "Tensors, graphs, sessions", 30: "Building models in the style of Keras"},
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """All lessons that can be used; each reading is a course of its own.

    Attributes
    ----------
    lessons : dict of int to Lesson
        By number, in their order.
    problems : tuple of LessonError
        The files that cannot be used, and why.
    """

    lessons: dict[int, Lesson]
    problems: tuple[LessonError, ...] = ()
    _slides: dict[str, tuple[Lesson, Step]] = field(default_factory=dict, repr=False)

    def at_slide(self, slide: str) -> tuple[Lesson, Step] | None:
        """Return the lesson and the step that a slide such as ``L1-20`` is; None where there is none."""
        return self._slides.get(slide)


def read_course(folders: Iterable[Path]) -> Course:
    """Return the course of all lesson files in some folders; a broken file does not keep the others away.

    Parameters
    ----------
    folders : iterable of Path
    """
    return read_files(sorted(path for folder in folders for path in folder.glob("*.toml")))


def read_files(paths: Iterable[Path]) -> Course:
    """Return the course of some lesson files alone."""
    return _with_files(Course({}), paths)


def _with_files(before: Course, paths: Iterable[Path], numbers: range = _ALL_NUMBERS) -> Course:
    """Return a course with the lessons of more files, whose numbers are to be among some."""
    lessons, problems, slides = dict(before.lessons), list(before.problems), dict(before._slides)
    for path in paths:
        try:
            lesson = read_lesson(path)
            if lesson.number not in numbers:
                allowed = f"{numbers.start} to {numbers.stop - 1}"
                raise LessonError(path.name, line_of(path, ("number",)), f"the number of a lesson here is {allowed}")
            if lesson.number in lessons:
                there = f"there is a lesson {lesson.number} already"
                raise LessonError(path.name, line_of(path, ("number",)), there)
            for key in lesson.concepts:
                if key not in CONCEPTS:
                    raise LessonError(path.name, line_of(path, ("concepts",)), no_concept(key))
            slides |= _slides_of(path, lesson, slides)
        except LessonError as error:
            problems.append(error)
            continue
        lessons[lesson.number] = lesson
    return Course(dict(sorted(lessons.items())), tuple(problems), slides)


def _slides_of(path: Path, lesson: Lesson, taken: Mapping[str, tuple[Lesson, Step]]) -> dict[str, tuple[Lesson, Step]]:
    """Return a lesson's steps by slide; a LessonError if there is no such slide, or if it is elsewhere already."""
    found: dict[str, tuple[Lesson, Step]] = {}
    for place, step in enumerate(lesson.steps):
        for key in step.slides:
            try:
                known = slide(key).key
                if known in taken or known in found:
                    other = (taken.get(known) or found[known])[0].number
                    raise SpecError("slides", f"slide {known} is in lesson {other} already")
            except SpecError as error:
                raise LessonError(path.name, line_of(path, ("steps", place, "slides")), str(error)) from None
            found[known] = (lesson, step)
    return found


def course() -> Course:
    """Return the course that comes with the project, and the lessons of the folder that `OWN` names.

    That folder is looked at each time: an instructor who writes sees what he has written.
    """
    folder = os.environ.get(OWN, "")
    return _with_own(Path(folder), _changes(Path(folder))) if folder else _shipped()


@lru_cache(maxsize=1)
def _shipped() -> Course:
    return read_course(HERE / chapter.folder for chapter in CHAPTERS)


@lru_cache(maxsize=1)
def _with_own(folder: Path, changes: tuple[tuple[Path, int], ...]) -> Course:
    """Return the course with the lessons of an instructor's folder: files, each with the time of its last change."""
    if not folder.is_dir():
        problem = LessonError(folder.name, 1, f"{OWN} names no folder: {folder}")
        return replace(_shipped(), problems=(*_shipped().problems, problem))
    return _with_files(_shipped(), (path for path, _ in changes), OWN_NUMBERS)


def _changes(folder: Path) -> tuple[tuple[Path, int], ...]:
    try:
        return tuple((path, path.stat().st_mtime_ns) for path in sorted(folder.glob("*.toml")))
    except OSError:  # a file went while we were looking
        return ()


def title_of(number: int) -> str:
    """Return a lesson's title, also of one that is still to be written; empty if there is none of this number."""
    lesson = course().lessons.get(number)
    titles = {number: title for chapter in CHAPTERS for number, title in chapter.lessons.items()}
    return lesson.title if lesson else titles.get(number, "")


def chapters() -> tuple[Chapter, ...]:
    """Return all chapters; lessons of an instructor's own stand in one of their own."""
    own = {number: lesson.title for number, lesson in course().lessons.items() if number in OWN_NUMBERS}
    return (*CHAPTERS, Chapter(len(CHAPTERS) + 1, "Your own lessons", "", own)) if own else CHAPTERS
