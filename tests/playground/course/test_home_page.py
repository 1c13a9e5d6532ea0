"""The course map says what is there, what is done and where to go on; a broken file changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lessons.course import CHAPTERS, OWN, course
from lessons.progress import Progress
from playground.course.home_page import HomePage
from playground.course.map_items import chapter_items, finished_steps, going_on, lecture_items
from playground.pages import STAGES, asked_for


def all_done(lesson: int, upto: int | None = None) -> Progress:
    """Progress in which a lesson is done, or its first steps."""
    progress = Progress()
    for step in course().lessons[lesson].steps[:upto]:
        progress = progress.with_step(
            lesson, step.key, predicted="x" if step.prediction else "", answered=step.question is not None,
            checked=step.check is not None, seen=True,
        )  # fmt: skip
    return progress


def lesson_item(number: int, progress: Progress) -> dict:
    items = [each for chapter in chapter_items(course(), progress) for each in chapter["lessons"]]
    return next(each for each in items if each["number"] == number)


def stored(page: HomePage, text: str) -> None:
    page._on_store({"type": "stored", "text": text})


def test_all_thirty_lessons_are_on_the_map_written_or_not() -> None:
    items = [each for chapter in chapter_items(course(), Progress()) for each in chapter["lessons"]]
    assert [each["number"] for each in items] == list(range(1, 31))
    assert {each["number"] for each in items if each["href"]} == set(course().lessons)
    for each in items:
        lesson = course().lessons.get(each["number"])
        assert each["steps"] == (len(lesson.steps) if lesson else 0)
        assert bool(each["sentence"]) == (lesson is not None)


def test_a_lesson_tells_how_much_of_it_is_done_and_goes_on_there() -> None:
    steps = course().lessons[14].steps
    for done in (0, 1, 4, len(steps)):
        item = lesson_item(14, all_done(14, done))
        assert (item["steps"], item["done"]) == (len(steps), done)
        place = done if 0 < done < len(steps) else 0
        assert item["href"] == f"?lesson=14&step={steps[place].key}"
    assert [each["number"] for each in lesson_item(14, Progress())["after"]] == list(course().lessons[14].after)


def test_looking_at_a_step_is_not_doing_it() -> None:
    step = course().lessons[14].steps[0]
    assert lesson_item(14, Progress().with_step(14, step.key, seen=True))["done"] == 0


def test_slides_are_done_there_or_missing() -> None:
    lectures = {each["key"]: each["slides"] for each in lecture_items(course(), all_done(14, 1))}
    assert [len(slides) for slides in lectures.values()] == [79, 33, 60, 93]
    for key, slides in lectures.items():
        for slide in slides:
            there = course().at_slide(f"{key}-{slide['number']:02}")
            assert (slide["state"] == "missing") == (there is None)
    first = course().lessons[14].steps[0]
    done = [
        f"{key}-{slide['number']:02}"
        for key, slides in lectures.items()
        for slide in slides
        if slide["state"] == "done"
    ]
    assert done == sorted(first.slides)


def test_who_is_new_begins_with_the_first_lesson() -> None:
    first = next(iter(course().lessons.values()))
    way = going_on(course(), Progress())
    assert (way["label"], way["title"]) == ("Begin", first.title)
    assert way["href"] == f"?lesson={first.number}&step={first.steps[0].key}"


def test_who_was_here_goes_on_where_he_stopped() -> None:
    lesson = course().lessons[14]
    # The last step that was open is not done: it is the one.
    progress = all_done(14, 2).with_step(14, lesson.steps[5].key, seen=True)
    assert going_on(course(), progress)["href"] == f"?lesson=14&step={lesson.steps[5].key}"
    # It is done: the one after it.
    assert going_on(course(), all_done(14, 2))["href"] == f"?lesson=14&step={lesson.steps[2].key}"
    assert going_on(course(), all_done(14, 2))["sentence"].startswith(f"Lesson 14, step 3 of {len(lesson.steps)}: ")
    # The lesson is done: the next one.
    way = going_on(course(), all_done(14))
    assert (way["label"], way["href"].split("&")[0]) == ("The next lesson", "?lesson=15")
    last = max(course().lessons)
    assert going_on(course(), all_done(last))["label"] == "Once more"


@pytest.mark.parametrize("last", ["", "99/none", "14/none", "x", "14"])
def test_a_last_step_that_is_not_there_any_more_begins_anew(last: str) -> None:
    assert going_on(course(), Progress({}, last))["label"] == "Begin"


def test_labs_are_all_stages_and_say_what_they_are() -> None:
    labs = HomePage().map.labs
    assert [each["href"] for each in labs] == [f"?stage={key}" for key in STAGES]
    assert all(each["sentence"].endswith(".") for each in labs)
    assert all(asked_for({"stage": each["href"].partition("=")[2]})[0].title == each["title"] for each in labs)


def test_the_map_follows_what_the_browser_keeps() -> None:
    page = HomePage()
    assert page.map.finished == 0
    assert page.map.progress == ""
    stored(page, all_done(14).to_json())
    assert page.map.finished == len(course().lessons[14].steps) == finished_steps(course(), page.progress)
    assert Progress.from_json(page.map.progress) == all_done(14)
    # Told by the browser, it need not be told to the browser.
    assert page.store.text == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "no json",
        "[1, 2]",
        '{"kind": "other"}',
        '{"kind": "neural-playground-progress", "version": 99, "steps": {}}',
    ],
)
def test_a_broken_file_is_said_to_be_one_and_the_old_progress_stays(text: str) -> None:
    page = HomePage()
    stored(page, all_done(14).to_json())
    page._on_map({"type": "load", "text": text})
    assert page.map.failed
    assert page.map.told.endswith("What you had is kept.")
    assert page.progress == all_done(14)
    assert page.store.text == ""
    assert page.map.finished == len(course().lessons[14].steps)


def test_a_file_that_is_too_large_is_refused() -> None:
    page = HomePage()
    page._on_map({"type": "load", "why": "The file is too large to be one of progress."})
    assert page.map.told == "The file is too large to be one of progress. What you had is kept."


def test_a_file_that_was_saved_is_loaded() -> None:
    page = HomePage()
    stored(page, "")
    page._on_map({"type": "load", "text": "no file"})
    page._on_map({"type": "load", "text": all_done(14, 3).to_json()})
    assert not page.map.failed
    assert page.map.told == "The file was loaded: 3 steps are done."
    assert Progress.from_json(page.store.text) == all_done(14, 3)


def test_starting_over_forgets_everything() -> None:
    page = HomePage()
    stored(page, all_done(14).to_json())
    page._on_map({"type": "reset"})
    assert page.map.finished == 0
    assert json.loads(page.store.text)["steps"] == {}
    assert page.map.told == "All steps are new again."


def test_what_the_browser_kept_and_cannot_be_read_is_said() -> None:
    page = HomePage()
    stored(page, "nonsense")
    assert page.map.failed
    assert page.map.told.startswith("What this browser kept of your progress was lost.")
    page._on_store({"type": "failed"})
    assert page.map.told == "This browser keeps nothing: your progress is lost when you leave."


def test_a_broken_lesson_file_is_named_on_the_map(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OWN, str(tmp_path))
    (tmp_path / "31_mine.toml").write_text("number = 31\ntitle = 5\n")
    page = HomePage()
    assert page.map.problems == [{"file": "31_mine.toml", "line": 2, "reason": "title is a text in quotes, got 5"}]
    assert len(page.map.chapters) == len(CHAPTERS)


def test_search_answers_with_the_text_it_was_asked() -> None:
    page = HomePage()
    page._on_map({"type": "search", "text": "chain rule"})
    assert page.map.query == "chain rule"
    assert "The chain rule on a graph" in [each["title"] for each in page.map.results]
    page._on_map({"type": "search", "text": "qqqqqqqq"})
    assert (page.map.query, page.map.results) == ("qqqqqqqq", [])
