"""Lessons in a browser: a student predicts, runs, answers, does, and finds it all again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from lessons.course import course
from lessons.schema import Lesson, Step
from playground.course.markup import plain
from tests.browser.conftest import watched
from tests.browser.lesson_student import (
    LessonOpener,
    answer,
    card,
    done_steps,
    draw,
    order,
    part,
    place_of,
    predict,
    press_in,
    put_in_order,
    stand_on,
    take,
    way,
)  # fmt: skip
from tests.browser.student import box
from tests.browser.test_accessibility import looked_at
from tests.serving import Server

KEY = "neural-playground/progress"


@pytest.fixture
def open_lesson(browser: Browser, server: Server) -> Iterator[LessonOpener]:
    """Open a page of a lesson."""
    with watched(browser, server) as visit:

        def opened(query: str, **options: object) -> Page:
            page = visit(server.url + query, **options)
            live(page)
            return page

        yield opened


def live(page: Page) -> None:
    """Wait until the stage is drawn and the browser has told what it keeps."""
    expect(page.locator(".np-transport .text:visible")).to_have_text(re.compile(r"\w+"))
    page.wait_for_function("(key) => localStorage.getItem(key) !== null", arg=KEY)


def first_with(kind: str) -> tuple[Lesson, Step]:
    """Return the first step of the course with a prediction of a kind."""
    return next(
        (lesson, step) for lesson in course().lessons.values() for step in lesson.steps
        if step.prediction is not None and step.prediction.kind == kind
    )  # fmt: skip


def kept(page: Page) -> dict[str, dict[str, object]]:
    """Return what the browser keeps, by step."""
    steps: dict[str, dict[str, object]] = json.loads(
        page.evaluate("(key) => localStorage.getItem(key)", KEY)
    )["steps"]
    return steps


def test_lesson_14_from_start_to_end(open_lesson: LessonOpener) -> None:
    lesson = course().lessons[14]
    page = open_lesson("?lesson=14")
    page.evaluate("() => { window.neverLoadedAnew = true }")
    for place, step in enumerate(lesson.steps):
        # A wrong prediction and a wrong answer on the way, where the step has both.
        right = place != 1
        take(page, lesson, step, right)
        if not right:
            assert step.prediction is not None
            result = part(page, "predict")
            expect(result.get_by_text("not as you predicted", exact=True)).to_be_visible()
            mistake = plain(step.prediction.mistakes[0].why)
            expect(result).to_contain_text(mistake)
        assert done_steps(page) == place + 1
        assert f"step={step.key}" in page.url or place == 0
        if step is not lesson.steps[-1]:
            way(page, "Next").click()
    # The end of the lesson: what to take away, and the way on.
    expect(card(page).locator(".aha")).to_contain_text("To take away")
    assert page.evaluate("() => window.neverLoadedAnew")
    # All of it is there again when the page is loaded anew, at the step where it was left.
    page.reload()
    stand_on(page, lesson.steps[-1])
    expect(card(page).locator(".dots .done")).to_have_count(len(lesson.steps))
    way(page, "Back").click()
    stand_on(page, lesson.steps[-2])
    assert all(kept(page)[f"14/{step.key}"] for step in lesson.steps)


def test_the_bar_is_locked_until_a_prediction_is_committed(open_lesson: LessonOpener) -> None:
    lesson, step = first_with("number")
    page = open_lesson(f"?lesson={lesson.number}&step={step.key}")
    bar = page.locator(".np-transport:visible")
    expect(bar.locator(".text")).to_have_text(re.compile("^Predict first"))
    for name in ("Play", "Step forward", "Step back", "To the newest moment"):
        expect(bar.get_by_role("button", name=name, exact=True)).to_have_attribute("aria-disabled", "true")
    expect(bar.get_by_role("slider", name="Position in history")).to_be_disabled()
    for key in ("Space", "ArrowRight", "End"):
        page.keyboard.press(key)
    bar.get_by_role("button", name="Step forward", exact=True).click(force=True)
    expect(bar.locator(".text")).to_have_text(re.compile("^Predict first"))
    # What is no number is no prediction.
    field = card(page).get_by_label("Your answer")
    field.fill("many")
    field.press("Enter")
    expect(card(page).get_by_role("alert").get_by_text("Write a number")).to_be_visible()
    # A space and an arrow that are typed mean nothing to the bar.
    field.fill("")
    field.press_sequentially("1 ")
    field.press("ArrowLeft")
    field.press("Enter")
    expect(part(page, "predict").get_by_role("button", name="Run", exact=True)).to_be_visible()
    before = bar.locator(".text").inner_text()
    assert not before.startswith("Predict first")
    page.locator("body").click(position={"x": 640, "y": 5})
    page.keyboard.press("ArrowRight")
    expect(bar.locator(".text")).not_to_have_text(before)


def test_answers_wait_where_they_were_given(open_lesson: LessonOpener) -> None:
    lesson = course().lessons[14]
    place = next(k for k, step in enumerate(lesson.steps[:-1]) if step.prediction and step.question)
    step = lesson.steps[place]
    assert step.prediction is not None
    assert step.question is not None
    page = open_lesson(f"?lesson=14&step={step.key}")
    predict(page, step.prediction)
    answer(page, step.question, right=False)
    expect(part(page, "question").locator(".said.wrong")).to_be_visible()
    way(page, "Skip").click()
    stand_on(page, lesson.steps[place + 1])
    way(page, "Back").click()
    stand_on(page, step)
    expect(part(page, "predict").get_by_text("as you predicted", exact=True)).to_be_visible()
    expect(part(page, "question").locator(".said.wrong")).to_be_visible()
    assert kept(page)[f"14/{step.key}"]["tries"] == 1


def test_a_sketch_by_pointer_and_by_keys(open_lesson: LessonOpener) -> None:
    lesson, step = first_with("sketch")
    page = open_lesson(f"?lesson={lesson.number}&step={step.key}")
    where = part(page, "predict")
    press_in(where, "Commit")
    expect(where.get_by_role("alert")).to_contain_text("Draw a line across the axes")
    draw(page, where)
    press_in(where, "Clear")
    # The same by keys: along the axis, and down a little each time.
    axes = where.get_by_role("slider")
    axes.focus()
    values = []
    for _ in range(20):
        axes.press("ArrowRight")
        axes.press("ArrowDown")
        values.append(axes.get_attribute("aria-valuetext"))
    assert len(set(values)) == 20
    press_in(where, "Commit")
    press_in(where, "Run")
    expect(where.get_by_text(re.compile("^The largest gap is "))).to_be_visible(timeout=40_000)
    expect(where.locator("path.truth").first).to_have_attribute("d", re.compile("M.*L"))
    expect(where.locator("path.drawn").first).to_have_attribute("d", re.compile("M.*L"))


def test_an_order_by_keys_and_by_dragging(open_lesson: LessonOpener) -> None:
    lesson, step = first_with("order")
    asked = step.prediction
    assert asked is not None
    page = open_lesson(f"?lesson={lesson.number}&step={step.key}")
    where = part(page, "predict")
    names = [plain(item.text) for item in asked.items]
    put_in_order(where, names)
    right = [str(place_of(where, name)) for name in names]
    assert order(where) == right
    # The last one is dragged to the top, and back.
    items = where.locator(".order li")
    items.first.scroll_into_view_if_needed()
    items.last.drag_to(items.first, target_position={"x": 60, "y": 3})
    assert order(where)[0] == right[-1]
    items.first.drag_to(items.last, target_position={"x": 60, "y": box(items.last)["height"] - 3})
    assert order(where) == right
    press_in(where, "Commit")
    press_in(where, "Run")
    expect(where.get_by_text("as you predicted", exact=True)).to_be_visible(timeout=40_000)


def test_a_lecture_is_followed_in_place(open_lesson: LessonOpener) -> None:
    first, then = ("L1-20", "L1-21")
    page = open_lesson("?lecture=L1&slide=20")
    found = [course().at_slide(key) for key in (first, then)]
    assert found[0] is not None
    assert found[1] is not None
    stand_on(page, found[0][1])
    expect(card(page).locator(".followed")).to_have_text(re.compile("^L1 · slide 20 of 79: "))
    page.evaluate("() => { window.neverLoadedAnew = true }")
    way(page, "Skip").click()
    stand_on(page, found[1][1])
    expect(card(page).locator(".followed")).to_have_text(re.compile("^L1 · slide 21 of 79: "))
    assert "lecture=L1" in page.url
    assert "slide=21" in page.url
    assert page.evaluate("() => window.neverLoadedAnew")


def test_a_term_explains_itself(open_lesson: LessonOpener) -> None:
    page = open_lesson("?lesson=14&step=local-derivatives")
    term = card(page).locator("dfn").first
    term.hover()
    expect(card(page).get_by_role("tooltip")).to_contain_text(re.compile(".{20,}"))
    page.keyboard.press("Escape")
    expect(card(page).get_by_role("tooltip")).to_be_hidden()


def test_a_narrow_page(open_lesson: LessonOpener) -> None:
    lesson = course().lessons[14]
    step = lesson.steps[0]
    assert step.prediction is not None
    page = open_lesson("?lesson=14", width=390, height=844)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    text = card(page).locator(".text").first
    press_in(card(page), "Hide the lesson")
    expect(text).to_be_hidden()
    press_in(card(page), "Show the lesson")
    expect(text).to_be_visible()
    predict(page, step.prediction, right=False)
    # What is said comes into sight, after a look at the stage.
    expect(part(page, "predict").get_by_text("not as you predicted")).to_be_in_viewport()
    page.locator(".np-transport:visible").scroll_into_view_if_needed()
    page.mouse.wheel(0, 4000)
    press_in(card(page), "↑ Lesson")
    expect(card(page).locator("h2")).to_be_in_viewport()


@pytest.mark.parametrize(("theme", "width"), [("default", 1280), ("dark", 390)])
def test_axe_finds_nothing(open_lesson: LessonOpener, theme: str, width: int) -> None:
    step = next(step for step in course().lessons[14].steps if step.prediction and step.question)
    assert step.prediction is not None
    assert step.question is not None
    page = open_lesson(f"?lesson=14&step={step.key}&theme={theme}", width=width)
    looked_at(page)
    predict(page, step.prediction, right=False)
    answer(page, step.question, right=False)
    expect(part(page, "question").locator(".said.wrong")).to_be_visible()
    looked_at(page)


@pytest.mark.parametrize("kind", ["sketch", "order"])
def test_axe_finds_nothing_in_what_is_drawn_or_ordered(open_lesson: LessonOpener, kind: str) -> None:
    lesson, step = first_with(kind)
    page = open_lesson(f"?lesson={lesson.number}&step={step.key}&theme=dark")
    looked_at(page)
