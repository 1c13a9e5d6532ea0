"""From page to page, as a student goes."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import looked_at

Open = Callable[..., Page]


def test_links_lead_from_page_to_page_and_keep_a_dark_page_dark(open_page: Open) -> None:
    page = open_page("?stage=network&theme=dark")
    pages = page.get_by_role("navigation", name="Pages")
    expect(pages.get_by_role("link", name="Network")).to_have_attribute("aria-current", "page")
    pages.get_by_role("link", name="Back-propagation").click()
    expect(page).to_have_url(re.compile("stage=graph"))
    expect(page.get_by_role("group", name="Transport")).to_be_visible(timeout=20_000)
    expect(pages.get_by_role("link", name="Back-propagation")).to_have_attribute("aria-current", "page")
    expect(page.locator("[data-theme=dark]").first).to_be_attached()
    expect(page.locator("[data-theme=light]")).to_have_count(0)


def test_pages_of_other_groups_are_in_menus(open_page: Open) -> None:
    page = open_page()
    pages = page.get_by_role("navigation", name="Pages")
    # Those beside the present page stand in the row, and the course, which is alone in its group.
    expect(pages.get_by_role("link").first).to_have_text("Course")
    expect(pages.get_by_role("link", name="Gradient flow")).to_be_visible()
    race, menu = pages.get_by_role("link", name="Race"), pages.get_by_role("button", name="Optimization")
    expect(race).to_be_hidden()
    menu.click()
    expect(menu).to_have_attribute("aria-expanded", "true")
    expect(race).to_be_visible()
    looked_at(page)
    pages.get_by_role("button", name="Images").click()
    # One list is open at a time.
    expect(race).to_be_hidden()
    expect(pages.get_by_role("link", name="Digit training")).to_be_visible()
    page.get_by_label("Loss", exact=True).click()
    expect(pages.get_by_role("link", name="Digit training")).to_be_hidden()


def test_menus_of_pages_by_keyboard(open_page: Open) -> None:
    page = open_page()
    pages = page.get_by_role("navigation", name="Pages")
    menu, race = pages.get_by_role("button", name="Optimization"), pages.get_by_role("link", name="Race")
    menu.focus()
    page.keyboard.press("Enter")
    expect(race).to_be_visible()
    page.keyboard.press("Tab")
    expect(pages.get_by_role("link", name="Descent")).to_be_focused()
    page.keyboard.press("Escape")
    expect(race).to_be_hidden()
    expect(menu).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("stage=race"))
    expect(page.get_by_role("group", name="Transport")).to_be_visible(timeout=20_000)


def test_an_open_menu_lies_within_the_page(open_page: Open) -> None:
    page = open_page(width=1170)
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="Images", exact=True).click()
    link = page.get_by_role("link", name="Digit training")
    expect(link).to_be_visible()
    box = link.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 1170
    # Nothing covers it.
    link.click(trial=True)


def test_on_a_phone_the_page_is_chosen_from_a_list(open_page: Open) -> None:
    page = open_page(width=390)
    page.get_by_label("Page", exact=True).select_option("Gradient flow")
    expect(page).to_have_url(re.compile("stage=flow"))
    expect(page.get_by_role("group", name="Transport")).to_be_visible(timeout=20_000)


def test_an_author_can_take_the_links_away(open_page: Open) -> None:
    page = open_page("?hide=navigation")
    expect(page.get_by_role("navigation", name="Pages")).to_have_count(0)
