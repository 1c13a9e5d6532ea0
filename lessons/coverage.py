"""How much of the four lectures and of the curriculum is there, and what of it a test proves."""

from __future__ import annotations

import ast
import textwrap
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.checks import SpecError
from lessons.concepts import CONCEPTS, no_concept
from lessons.course import CHAPTERS, Course
from lessons.tracks import LECTURES

__all__ = ["UNPROVEN", "ChapterCoverage", "LectureCoverage", "by_chapter", "by_lecture", "proven", "report"]

HERE = Path(__file__).resolve().parent
# What lessons teach though no test proves it yet, and why: by concept.
UNPROVEN: dict[str, str] = tomllib.loads((HERE / "unproven.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class LectureCoverage:
    """Where the slides of a lecture are.

    Attributes
    ----------
    lecture : str
        ``L1`` to ``L4``.
    steps : tuple of int
        Slides that are a step of a lesson.
    stages : tuple of int
        Those without a step that a stage shows.
    missing : tuple of int
        Those that are nowhere yet.
    """

    lecture: str
    steps: tuple[int, ...]
    stages: tuple[int, ...]
    missing: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ChapterCoverage:
    """How far the concepts of a chapter are.

    Attributes
    ----------
    number : int
    concepts : tuple of str
        All of them: ``C128``.
    reachable : tuple of str
        Those that a lesson teaches.
    proven : tuple of str
        Those that a test proves, taught by a lesson or not.
    """

    number: int
    concepts: tuple[str, ...]
    reachable: tuple[str, ...]
    proven: tuple[str, ...]


def by_lecture(course: Course, shown: Mapping[str, Collection[str]]) -> tuple[LectureCoverage, ...]:
    """Return where the slides of all lectures are.

    Parameters
    ----------
    course : Course
    shown : mapping of str to collection of str
        By slide the stages that show it.
    """
    found = []
    for lecture in LECTURES.values():
        steps = tuple(each.number for each in lecture.slides if course.at_slide(each.key))
        rest = [each for each in lecture.slides if each.number not in steps]
        stages = tuple(each.number for each in rest if shown.get(each.key))
        missing = tuple(each.number for each in rest if each.number not in stages)
        found.append(LectureCoverage(lecture.key, steps, stages, missing))
    return tuple(found)


def by_chapter(course: Course, tested: Collection[str]) -> tuple[ChapterCoverage, ...]:
    """Return how far the concepts of all chapters are.

    Parameters
    ----------
    course : Course
    tested : collection of str
        The concepts that a test proves.
    """
    taught = {key for lesson in course.lessons.values() for key in lesson.concepts}
    chapters = []
    for chapter in CHAPTERS:
        own = tuple(each.key for each in CONCEPTS.values() if each.chapter == chapter.number)
        reachable = tuple(key for key in own if key in taught)
        chapters.append(ChapterCoverage(chapter.number, own, reachable, tuple(key for key in own if key in tested)))
    return tuple(chapters)


def proven(folder: Path) -> frozenset[str]:
    """Return the concepts that tests prove: those named by a marker ``pytest.mark.concept("C129")``.

    The tests are read, not run.

    Parameters
    ----------
    folder : Path
        With the test files, also in folders under it.

    Raises
    ------
    SpecError
        If a marker names no concept.
    """
    return frozenset(key for path in sorted(folder.rglob("test_*.py")) for key in _marked(path))


def _marked(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not _is_marker(node.func):
            continue
        for each in node.args:
            key = each.value if isinstance(each, ast.Constant) else ast.unparse(each)
            if key not in CONCEPTS:
                where = f"{path.name}, line {node.lineno}"
                raise SpecError("concept", f"{where}: {no_concept(key)}")
            yield str(key)


def _is_marker(called: ast.expr) -> bool:
    """Whether it is ``pytest.mark.concept``."""
    return isinstance(called, ast.Attribute) and called.attr == "concept" and ast.unparse(called.value).endswith("mark")


def report(lectures: Iterable[LectureCoverage], chapters: Iterable[ChapterCoverage]) -> str:
    """Return the list for people to read."""
    lines = ["Slides"]
    for each in lectures:
        lecture = LECTURES[each.lecture]
        count = len(lecture.slides)
        lines += [
            f"  {each.lecture} {lecture.title}: {len(each.steps)} of {count} slides are a step, "
            f"{len(each.stages)} more are on a stage, {len(each.missing)} are not there yet",
            f"     step:    {_ranges(each.steps)}",
            f"     stage:   {_ranges(each.stages)}",
            f"     not yet: {_ranges(each.missing)}",
        ]
    lines += ["", "Concepts"]
    whole = list(chapters)
    for part in whole:
        title = next(chapter.title for chapter in CHAPTERS if chapter.number == part.number)
        lines.append(
            f"  {part.number:2} {title}: {len(part.reachable)} of {len(part.concepts)} are taught, "
            f"{len(part.proven)} are proven"
        )
        for key in part.reachable:
            if key not in part.proven:
                reason = UNPROVEN.get(key, "no reason given")
                lines.append(f"     not proven: {key} {CONCEPTS[key].name} ({reason})")
        rest = "; ".join(f"{key} {CONCEPTS[key].name}" for key in part.concepts if key not in part.reachable)
        lines += textwrap.wrap(rest, 120, initial_indent="     not taught yet: ", subsequent_indent="       ")
    taught, tested = sum(len(part.reachable) for part in whole), sum(len(part.proven) for part in whole)
    lines.append(f"  All: {taught} of {len(CONCEPTS)} are taught, {tested} are proven")
    return "\n".join(lines)


def _ranges(numbers: Iterable[int]) -> str:
    """Return numbers as people write them: 1–4, 7, 9–10; a dash for none."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs) or "–"
