"""The course map, the glossary and the ways through the lectures, as a student uses them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from lessons.course import course
from lessons.glossary import GLOSSARY
from lessons.progress import Progress
from lessons.tracks import LECTURES, next_slide
from tests.browser.conftest import watched
from tests.browser.test_accessibility import looked_at
from tests.serving import Server

Open = Callable[..., Page]
STORE = "neural-playground/progress"


@pytest.fixture
def open_course(browser: Browser, server: Server) -> Iterator[Open]:
    """Open a page of the course."""
    with watched(browser, server) as visit:

        def opened(query: str = "", **options: Any) -> Page:
            page = visit(server.url + query, **options)
            expect(page.locator(".np-course-map, .np-glossary, .np-missing, .np-lesson-card").first).to_be_visible()
            return page

        yield opened


def known(page: Page) -> None:
    """Wait until the page knows what the browser keeps."""
    expect(page.get_by_role("button", name="Save to a file")).not_to_have_attribute("aria-disabled", "true")


def some_progress() -> Progress:
    """Progress of a student who has done two steps of lesson 14 and looked at the third."""
    lesson = course().lessons[14]
    progress = Progress()
    for step in lesson.steps[:2]:
        progress = progress.with_step(14, step.key, predicted="3", answered=True, checked=True, seen=True)
    return progress.with_step(14, lesson.steps[2].key, seen=True)


def keep(page: Page, progress: Progress) -> None:
    """Have the browser keep progress, and open the page again."""
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [STORE, progress.to_json()])
    page.reload()
    known(page)


def kept(page: Page) -> Progress:
    return Progress.from_json(page.evaluate("(key) => localStorage.getItem(key) ?? ''", STORE))


def station(page: Page, number: int) -> Locator:
    title = course().lessons[number].title
    return page.get_by_role("link", name=re.compile(f"^Lesson {number}: {re.escape(title)}"))


def test_the_bare_address_is_the_course(open_course: Open) -> None:
    page = open_course()
    expect(page.get_by_role("navigation", name="Pages").get_by_role("link", name="Course")).to_have_attribute(
        "aria-current", "page"
    )
    headings = page.locator(".np-course-map h3")
    expect(headings).to_have_count(10)
    expect(page.locator(".np-course-map .chapter li")).to_have_count(30)
    expect(page.locator(".np-course-map .chapter li.missing")).to_have_count(30 - len(course().lessons))
    expect(page.get_by_role("link", name="Begin")).to_be_visible()
    station(page, 14).click()
    expect(page).to_have_url(re.compile(rf"lesson=14&step={course().lessons[14].steps[0].key}"))
    expect(page.locator(".np-lesson-card h2")).to_have_text(course().lessons[14].steps[0].title)
    # And back again.
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Course").click()
    expect(page.get_by_role("link", name="Continue where you stopped")).to_be_visible()


def test_what_was_done_is_on_the_map_and_goes_on(open_course: Open) -> None:
    page, lesson = open_course(), course().lessons[14]
    keep(page, some_progress())
    expect(station(page, 14)).to_contain_text(f"2 of {len(lesson.steps)} steps done")
    expect(page.locator(".progress")).to_contain_text("2 steps are done.")
    page.get_by_role("link", name="Continue where you stopped").click()
    expect(page.locator(".np-lesson-card h2")).to_have_text(lesson.steps[2].title)


def test_search_by_keys(open_course: Open) -> None:
    page = open_course()
    field = page.get_by_role("combobox", name="Search the course")
    field.fill("Chian rule grapf")
    options = page.get_by_role("option")
    expect(options.filter(has_text="The chain rule on a graph").first).to_be_visible()
    field.fill("L3-22")
    # The step that is this slide, and the slide.
    found = course().at_slide("L3-22")
    assert found is not None
    expect(options.nth(0)).to_contain_text(found[1].title)
    expect(options.nth(1)).to_contain_text("Slide 22 of lecture L3")
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", "result-0")
    looked_at(page)
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    # The list comes back with the text, and Enter opens what is marked.
    field.fill("L3-22 ")
    expect(options.first).to_be_hidden()
    field.fill("saddle")
    expect(options.first).to_contain_text("saddle")
    page.keyboard.press("ArrowUp")
    last = options.last
    expect(last).to_have_attribute("aria-selected", "true")
    title = last.locator("strong").inner_text()
    page.keyboard.press("Enter")
    expect(page.locator(".np-course-map")).to_have_count(0)
    expect(page.locator("body")).to_contain_text(title)


def test_search_that_finds_nothing_says_so(open_course: Open) -> None:
    page = open_course()
    field = page.get_by_role("combobox", name="Search the course")
    field.fill("qqqqqqqq")
    expect(page.get_by_text("Nothing was found for “qqqqqqqq”. Try another word.")).to_be_visible()
    field.fill("")
    expect(page.get_by_text("Nothing was found")).to_be_hidden()
    field.fill("<img src=x onerror=alert(1)>")
    expect(page.get_by_text("Nothing was found for “<img").or_(page.get_by_role("option").first)).to_be_visible()


def test_a_lecture_opens_as_the_list_of_its_slides(open_course: Open) -> None:
    page = open_course()
    keep(page, some_progress())
    lecture = page.locator(".lecture[data-key=L1]")
    expect(lecture.get_by_role("link", name="The gradient at z")).to_be_hidden()
    lecture.locator("summary").click()
    expect(lecture.get_by_role("listitem")).to_have_count(79)
    first, second = course().lessons[14].steps[:2]
    assert (first.slides, second.slides) == (("L1-20",), ("L1-21",))
    expect(lecture.locator("[data-state=done]")).to_have_count(2)
    missing = sum(course().at_slide(each.key) is None for each in LECTURES["L1"].slides)
    expect(lecture.locator("[data-state=missing]")).to_have_count(missing)
    looked_at(page)
    lecture.get_by_role("link", name="The gradient at z").click()
    expect(page).to_have_url(re.compile("lecture=L1&slide=23"))
    found = course().at_slide("L1-23")
    assert found is not None
    expect(page.locator(".np-lesson-card h2")).to_have_text(found[1].title)


def test_a_lecture_can_be_linked_to(open_course: Open) -> None:
    page = open_course("?lecture=L3")
    expect(page.locator(".lecture[open]")).to_have_attribute("data-key", "L3")
    expect(page.locator(".lecture[data-key=L3] summary")).to_be_in_viewport()


def test_a_slide_opens_from_its_address(open_course: Open) -> None:
    page = open_course("?lecture=L3&slide=22&theme=dark")
    found = course().at_slide("L3-22")
    assert found is not None
    expect(page.locator(".np-lesson-card h2")).to_have_text(found[1].title)
    expect(page.locator("[data-theme=light]")).to_have_count(0)


def test_next_walks_through_a_lecture_across_lessons_and_what_is_missing(open_course: Open) -> None:
    # L4-33 to L4-37: two lessons that are there, another one, and one that is not written yet.
    page = open_course("?lecture=L4&slide=33")
    key = "L4-33"
    for _ in range(5):
        here = next_slide(key)
        assert here is not None
        # A step that is not done yet can be skipped.
        page.get_by_role("link", name=re.compile(rf"^(Next|Skip)\b.*Slide {here.number}: ")).click()
        expect(page).to_have_url(re.compile(rf"lecture=L4&slide={here.number}\b"))
        found = course().at_slide(here.key)
        title = found[1].title if found else here.title
        expect(page.locator(".np-lesson-card h2, .np-missing h2")).to_have_text(title)
        key = here.key
    assert key == "L4-38"
    expect(page.locator(".np-missing")).to_contain_text("That lesson is not written yet.")
    looked_at(page)
    page.get_by_role("link", name=re.compile("^The next with a step")).click()
    expect(page.locator(".np-lesson-card")).to_be_visible()


def test_progress_goes_into_a_file_and_comes_back(open_course: Open, tmp_path: Path) -> None:
    page = open_course()
    keep(page, some_progress())
    with page.expect_download() as caught:
        page.get_by_role("button", name="Save to a file").click()
    assert caught.value.suggested_filename == "neural-playground-progress.json"
    saved = tmp_path / "saved.json"
    caught.value.save_as(saved)
    assert Progress.from_json(saved.read_text()) == some_progress()

    page.get_by_role("button", name="Start over").click()
    sure = page.get_by_role("dialog")
    expect(sure).to_contain_text("Forget the 2 steps that are done?")
    looked_at(page)
    sure.get_by_role("button", name="Keep it").click()
    assert kept(page) == some_progress()
    page.get_by_role("button", name="Start over").click()
    sure.get_by_role("button", name="Forget it all").click()
    expect(page.get_by_role("status").filter(has_text="All steps are new again.")).to_be_visible()
    assert kept(page).steps == {}
    expect(page.get_by_role("link", name="Begin")).to_be_visible()

    page.get_by_label("File of progress").set_input_files(saved)
    expect(page.get_by_role("status").filter(has_text="The file was loaded: 2 steps are done.")).to_be_visible()
    assert kept(page) == some_progress()


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\x89PNG\r\n", json.dumps({"kind": "other"}).encode(), b" " * 1_000_001]
)
def test_a_broken_file_is_said_to_be_one_and_nothing_is_lost(open_course: Open, tmp_path: Path, content: bytes) -> None:
    page = open_course()
    keep(page, some_progress())
    broken = tmp_path / "broken.json"
    broken.write_bytes(content)
    for _ in range(2):
        # The same file again is answered again.
        page.get_by_label("File of progress").set_input_files(broken)
        expect(page.locator(".told")).to_contain_text("What you had is kept.")
    assert kept(page) == some_progress()
    expect(page.locator(".progress")).to_contain_text("2 steps are done.")


def test_what_an_address_asks_for_and_is_not_there_is_said(open_course: Open) -> None:
    page = open_course("?lesson=77")
    expect(page.get_by_role("alert").filter(has_text="There is no lesson '77'")).to_be_visible()
    expect(station(page, 14)).to_be_visible()


def test_the_glossary_narrows_down_and_links(open_course: Open) -> None:
    page = open_course("?stage=glossary&term=learning-rate")
    terms = page.locator(".np-glossary dl > div:visible")
    expect(terms).to_have_count(len(GLOSSARY))
    expect(page.locator(".asked dt")).to_have_text("learning rate")
    expect(page.locator(".asked")).to_be_in_viewport()
    looked_at(page)
    page.get_by_role("searchbox", name="Find a term").fill("CROSS entropy".replace(" ", "-"))
    expect(terms).to_have_count(1)
    expect(page.get_by_role("status")).to_have_text("1 term")
    page.get_by_role("link", name="cross-entropy").click()
    expect(page).to_have_url(re.compile("term=cross-entropy"))
    expect(page.locator(".asked dt")).to_have_text("cross-entropy")
    page.get_by_role("link", name="The course").click()
    expect(page.locator(".np-course-map")).to_be_visible()


def test_links_keep_a_dark_page_dark(open_course: Open) -> None:
    page = open_course("?theme=dark")
    expect(page.locator("[data-theme=light]")).to_have_count(0)
    page.get_by_role("link", name="Glossary", exact=True).click()
    expect(page.locator(".np-glossary[data-theme=dark]")).to_be_visible()


@pytest.mark.parametrize("theme", ["default", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_map_fits_and_axe_finds_nothing(open_course: Open, theme: str, width: int) -> None:
    page = open_course(f"?theme={theme}", width=width, height=800)
    keep(page, some_progress())
    page.locator(".lecture[data-key=L2] summary").click()
    looked_at(page)
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    missing = open_course(f"?lecture=L4&slide=43&theme={theme}", width=width, height=800)
    looked_at(missing)
    assert missing.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
