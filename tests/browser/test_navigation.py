"""From page to page, as a student goes."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

Open = Callable[..., Page]


def test_links_lead_from_page_to_page_and_keep_a_dark_page_dark(open_page: Open) -> None:
    page = open_page("?theme=dark")
    pages = page.get_by_role("navigation", name="Pages")
    expect(pages.get_by_role("link", name="Network")).to_have_attribute("aria-current", "page")
    pages.get_by_role("link", name="Back-propagation").click()
    expect(page).to_have_url(re.compile("stage=graph"))
    expect(page.get_by_role("group", name="Transport")).to_be_visible(timeout=20_000)
    expect(pages.get_by_role("link", name="Back-propagation")).to_have_attribute("aria-current", "page")
    expect(page.locator("[data-theme=dark]").first).to_be_attached()
    expect(page.locator("[data-theme=light]")).to_have_count(0)


def test_on_a_phone_the_page_is_chosen_from_a_list(open_page: Open) -> None:
    page = open_page(width=390)
    page.get_by_label("Page", exact=True).select_option("Gradient flow")
    expect(page).to_have_url(re.compile("stage=flow"))
    expect(page.get_by_role("group", name="Transport")).to_be_visible(timeout=20_000)


def test_an_author_can_take_the_links_away(open_page: Open) -> None:
    page = open_page("?hide=navigation")
    expect(page.get_by_role("navigation", name="Pages")).to_have_count(0)
