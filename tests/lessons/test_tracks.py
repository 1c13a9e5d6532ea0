"""The four lectures, compared with the curriculum's own tables, which are written out here once more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.checks import SpecError
from lessons.course import course
from lessons.schema import Check, Lesson, Step
from lessons.tracks import LECTURES, also_in, next_slide, previous_slide, slide

COUNTS = {"L1": 79, "L2": 33, "L3": 60, "L4": 93}

# Which lesson each slide belongs to, in the lecture's own order.
PLAYLISTS = {
    "L1": "1-6→1 7→28 8-9→6 10→5 11→4 12-13→6 14→2 15→15 16→8 17→9 18-26→14 27→15 28→18 29-35→2 36→21 37-38→20 39→21 "
    "40-41→5 42→21 43-47→22 48→17 49→22 50→27 51-52→19 53-55→23 56→1 57→22 58-59→23 60-63→24 64-67→26 68-73→27 74→29 "
    "75-78→30 79→1",
    "L2": "1→1 2→4 3→6 4→5 5→8 6→15 7→16 8-9→23 10-12→6 13→20 14→24 15→21 16→19 17→7 18→8 19-20→11 21-22→12 23-26→13 "
    "27→17 28-29→18 30-33→30",
    "L3": "1-4→1 5-6→2 7-12→1 13→4 14→6 15→7 16→8 17-18→9 19-20→16 21-22→10 23→12 24-25→13 26-27→16 28→2 29→17 30→26 "
    "31→27 32→26 33→20 34→21 35→20 36→21 37→22 38→17 39-40→24 41→25 42-44→18 45-49→29 50-51→30 52-60→1",
    "L4": "1-9→1 10-11→28 12-13→1 14-17→2 18-29→3 30→16 31→4 32→6 33→16 34→8 35→15 36→4 37-59→29 60-64→11 65→8 66→7 "
    "67-72→8 73-76→11 77-83→10 84-85→12 86-92→11 93→1",
}
# Which further slides each lesson uses, lecture by lecture.
USES = {
    3: "L1 32; L4 60, 63-64", 4: "L4 24", 5: "L1 11", 6: "L1 10", 7: "L3 9; L4 36", 9: "L2 22", 10: "L1 17; L2 21",
    11: "L3 18; L4 65", 12: "L4 80, 92", 13: "L3 23; L4 92", 14: "L2 6; L3 20", 15: "L1 16; L3 20",
    16: "L1 5, 12, 27; L4 29", 17: "L1 41; L2 7", 18: "L2 27", 19: "L3 44", 20: "L1 35; L3 7", 21: "L3 27",
    22: "L1 48, 56; L3 11-12, 38; L4 9", 24: "L1 34-35; L2 9; L3 28", 25: "L2 14", 26: "L2 9", 27: "L1 65; L3 29-30",
    28: "L1 65; L3 8", 29: "L4 7, 74, 92", 30: "L2 10; L4 51",
}  # fmt: skip


def numbers(text: str) -> Iterator[int]:
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        yield from range(int(first), int(last or first) + 1)


def uses() -> dict[str, set[int]]:
    """By slide the lessons that use it besides its own."""
    found: dict[str, set[int]] = {}
    for lesson, text in USES.items():
        for part in text.split("; "):
            lecture, _, slides = part.partition(" ")
            for number in numbers(slides):
                found.setdefault(f"{lecture}-{number:02}", set()).add(lesson)
    return found


@pytest.mark.parametrize("key", COUNTS)
def test_a_lecture_has_all_its_slides_in_order(key: str) -> None:
    lecture = LECTURES[key]
    assert [each.number for each in lecture.slides] == list(range(1, COUNTS[key] + 1))
    assert {each.lecture for each in lecture.slides} == {key}


def test_there_are_265_slides() -> None:
    assert sum(len(lecture.slides) for lecture in LECTURES.values()) == sum(COUNTS.values()) == 265


@pytest.mark.parametrize("key", COUNTS)
def test_each_slide_belongs_to_the_lesson_of_the_playlist(key: str) -> None:
    expected = [
        (number, int(lesson))
        for slides, lesson in (part.split("→") for part in PLAYLISTS[key].split())
        for number in numbers(slides)
    ]
    assert [(each.number, each.lesson) for each in LECTURES[key].slides] == expected


def test_each_slide_is_used_by_the_lessons_of_the_table() -> None:
    slides = [each for lecture in LECTURES.values() for each in lecture.slides]
    assert {each.key: set(each.others) for each in slides if each.others} == uses()


@pytest.mark.parametrize("key", COUNTS)
def test_titles_are_short_and_no_two_of_a_lecture_are_alike(key: str) -> None:
    titles = [each.title for each in LECTURES[key].slides]
    assert len(set(titles)) == len(titles)
    assert [title for title in titles if not 1 <= len(title.split()) <= 8] == []
    assert [title for title in titles if title != title.strip() or title[0].islower() or title.endswith(".")] == []


def test_from_slide_to_slide() -> None:
    assert slide("L3-5") == slide("L3-05") == LECTURES["L3"].slides[4]
    assert slide("L3-05").key == "L3-05"
    for lecture in LECTURES.values():
        way, here = [], lecture.slides[0].key
        while here:
            way.append(here)
            after = next_slide(here)
            assert after is None or previous_slide(after.key) == slide(here)
            here = after.key if after else ""
        assert way == [each.key for each in lecture.slides]
        assert previous_slide(way[0]) is None


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("L5-01", "unknown lecture 'L5'"), ("", "unknown lecture ''"), ("L1-80", "there is no slide '80' in L1"),
        ("L1-0", "its slides are 1 to 79"), ("L1", "there is no slide ''"), ("L1-x", "there is no slide 'x'"),
        ("L1--1", "there is no slide '-1'"), ("L1-²", "there is no slide"), ("L1-99999", "there is no slide"),
    ],
)  # fmt: skip
def test_a_slide_that_is_not_there_is_named(key: str, said: str) -> None:
    for ask in (slide, next_slide, previous_slide):
        with pytest.raises(SpecError, match=said):
            ask(key)


def test_the_same_lesson_in_other_lectures() -> None:
    step = Step("one", "t", "t", "graph", slides=("L1-20",), check=Check("d", ("x < 1",), ("reset",), "!"))
    lesson = Lesson(14, "t", "s", "a", (step,))
    assert [each.key for each in also_in(lesson, step)] == ["L2-06", "L3-20"]
    free = Step("two", "t", "t", "graph", check=step.check)
    assert [each.lecture for each in also_in(lesson, free)] == ["L1"] * 9 + ["L2", "L3"]


def test_slides_whose_lesson_is_written_are_a_step_of_it() -> None:
    # Every slide whose main lesson is written is a step; those of others are honest about it.
    slides = [each for lecture in LECTURES.values() for each in lecture.slides]
    missing = [each.key for each in slides if each.lesson in course().lessons and not course().at_slide(each.key)]
    assert missing == []
