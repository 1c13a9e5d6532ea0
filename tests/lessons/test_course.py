"""The course: all lessons that can be used, and which files cannot be, and why."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lessons.concepts import CONCEPTS
from lessons.course import CHAPTERS, OWN, chapters, course, read_course, title_of
from lessons.tracks import LECTURES

STEP = """
[[steps]]
key = "{key}"
title = "One"
text = "Look."
stage = "graph"
slides = {slides}
[steps.check]
do = "Do."
when = ["loss < 0.1"]
solution = ["step 1 op"]
done = "Done."
"""
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, number: int = 1, slides: str = "[]", title: str = "A lesson", more: str = "") -> Path:
        path = tmp_path / f"{name}.toml"
        head = f'number = {number}\ntitle = "{title}"\nsummary = "It shows."\naha = "Aha."\n{more}'
        path.write_text(head + STEP.format(key="one", slides=slides), encoding="utf-8")
        return path

    return written


def test_a_broken_file_is_reported_and_the_others_are_there(write: Write, tmp_path: Path) -> None:
    write("01_good", 1, '["L1-02"]')
    write("02_broken", 2).write_text("number = 2\ntitle = 3\n", encoding="utf-8")
    write("03_also_good", 3, '["L1-03"]')
    found = read_course([tmp_path])
    assert list(found.lessons) == [1, 3]
    (problem,) = found.problems
    assert (problem.file, problem.line) == ("02_broken.toml", 2)
    assert problem.reason == "title is a text in quotes, got 3"
    assert found.at_slide("L1-03") == (found.lessons[3], found.lessons[3].steps[0])
    assert found.at_slide("L1-04") is None


def test_lessons_stand_in_the_order_of_their_numbers(write: Write, tmp_path: Path) -> None:
    write("a", 12)
    write("b", 3)
    assert list(read_course([tmp_path]).lessons) == [3, 12]


@pytest.mark.parametrize(
    ("second", "line", "reason"),
    [
        ({"number": 1}, 1, "there is a lesson 1 already"),
        ({"number": 2, "slides": '["L1-03", "L1-02"]'}, 11, "slide L1-02 is in lesson 1 already"),
        ({"number": 2, "slides": '["L1-03", "L1-03"]'}, 11, "slide L1-03 is in lesson 2 already"),
        ({"number": 2, "slides": '["L1-80"]'}, 11, "there is no slide '80' in L1; its slides are 1 to 79"),
        ({"number": 2, "slides": '["L7-01"]'}, 11, "unknown lecture 'L7': choose one of L1, L2, L3, L4"),
        (
            {"number": 2, "more": 'concepts = ["C129", "C269"]\n'},
            5,
            "there is no concept 'C269'; they are C001 to C268",
        ),
    ],
)
def test_what_does_not_go_with_the_rest_is_reported_with_its_line(
    write: Write, tmp_path: Path, second: dict[str, object], line: int, reason: str
) -> None:
    write("01", 1, '["L1-02"]')
    write("02", **second)
    found = read_course([tmp_path])
    assert list(found.lessons) == [1]
    assert [(each.file, each.line) for each in found.problems] == [("02.toml", line)]
    assert found.problems[0].reason.startswith(reason)


def test_a_slide_may_be_written_with_one_digit(write: Write, tmp_path: Path) -> None:
    write("01", 1, '["L1-2"]')
    assert read_course([tmp_path]).at_slide("L1-02") is not None


def test_the_course_has_ten_chapters_and_thirty_lessons() -> None:
    assert [chapter.number for chapter in CHAPTERS] == list(range(1, 11))
    assert [number for chapter in CHAPTERS for number in chapter.lessons] == list(range(1, 31))


def test_lessons_of_the_course_are_where_their_chapter_says() -> None:
    assert course().problems == ()
    for chapter in CHAPTERS:
        for path in (Path(__file__).parents[2] / "lessons" / chapter.folder).glob("*.toml"):
            number = int(path.name[:2])
            assert number in chapter.lessons
            assert number in course().lessons


def test_lessons_name_lessons_and_concepts_that_there_are() -> None:
    for lesson in course().lessons.values():
        assert all(0 < number < lesson.number for number in lesson.after), lesson.number
        assert set(lesson.concepts) <= CONCEPTS.keys()
        assert len(set(lesson.concepts)) == len(lesson.concepts)


def test_links_in_lessons_lead_to_pages_of_the_app() -> None:
    for lesson in course().lessons.values():
        for step in lesson.steps:
            for link in re.findall(r"\]\(([^)]*)\)", step.text + step.note):
                assert link.startswith("?"), (lesson.number, step.key, link)


@pytest.mark.parametrize("lecture", LECTURES)
def test_a_slide_stands_in_the_lesson_it_belongs_to_or_one_that_uses_it(lecture: str) -> None:
    for slide in LECTURES[lecture].slides:
        found = course().at_slide(slide.key)
        if found is not None:
            assert found[0].number in (slide.lesson, *slide.others), slide.key


# Lessons of an instructor's own.


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(OWN, str(tmp_path))
    return tmp_path


@pytest.mark.usefixtures("own")
def test_lessons_of_ones_own_stand_in_a_chapter_of_their_own(write: Write) -> None:
    shipped = len(course().lessons)
    write("31_mine", 31, title="Mine")
    assert len(course().lessons) == shipped + 1
    assert course().lessons[31].title == title_of(31) == "Mine"
    *others, last = chapters()
    assert tuple(others) == CHAPTERS
    assert (last.number, last.title, last.lessons) == (11, "Your own lessons", {31: "Mine"})


@pytest.mark.usefixtures("own")
def test_a_file_that_is_changed_is_read_again(write: Write) -> None:
    path = write("31_mine", 31, title="Mine")
    assert course() is course()
    assert title_of(31) == "Mine"
    write("31_mine", 31, title="Changed")
    os.utime(path, ns=(time.time_ns(), time.time_ns() + 1))
    assert title_of(31) == "Changed"
    path.unlink()
    assert title_of(31) == ""
    assert chapters() == CHAPTERS


@pytest.mark.usefixtures("own")
def test_numbers_of_the_course_are_kept_for_it(write: Write) -> None:
    write("30_mine", 30)
    (problem,) = course().problems
    assert str(problem) == "30_mine.toml, line 1: the number of a lesson here is 31 to 99"
    assert 30 not in course().lessons


def test_a_folder_that_is_none_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(OWN, str(tmp_path / "nowhere"))
    (problem,) = course().problems
    assert problem.reason.startswith("NEURAL_PLAYGROUND_LESSONS names no folder: ")
    assert 14 in course().lessons


def test_titles_are_known_also_of_lessons_to_be_written() -> None:
    assert title_of(30) == "Building models in the style of Keras"
    assert title_of(31) == ""
    assert title_of(0) == ""
