"""A student at the augmentation stage, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import watched
from tests.browser.student import press
from tests.browser.test_accessibility import looked_at
from tests.serving import Server

Opener = Callable[..., Page]


@pytest.fixture
def open_augmentation(browser: Browser, server: Server) -> Iterator[Opener]:
    """Open the augmentation page."""
    with watched(browser, server) as visit:

        def opened(query: str = "", **options: object) -> Page:
            page = visit(f"{server.url}?stage=augmentation{query}", **options)
            expect(page.locator(".np-transport .text")).to_have_text(re.compile(r"\w"))
            return page

        yield opened


def test_turn_a_six_and_see_nines(open_augmentation: Opener) -> None:
    page = open_augmentation()
    expect(page.get_by_label("Still read as it was", exact=True)).to_have_text("100.0 %")
    page.get_by_role("slider", name=re.compile("^Rotation")).focus()
    page.keyboard.press("End")
    expect(page.get_by_role("table", name="Is it still a 6?")).to_contain_text("a 6 is a 9")
    expect(page.get_by_role("button", name=re.compile("read as 9")).first).to_be_visible()
    before = page.locator(".np-digit-wall .caption").all_inner_texts()
    press(page, "Step forward")
    expect(page.locator(".np-transport .text")).to_have_text("Draw 2")
    assert page.locator(".np-digit-wall .caption").all_inner_texts() != before
    press(page, "None")
    expect(page.get_by_label("Still read as it was", exact=True)).to_have_text("100.0 %")


def test_measure_what_small_moves_are_worth(open_augmentation: Opener) -> None:
    page = open_augmentation("&rotation=10&scale=0.1&translation=2")
    page.get_by_role("radio", name="What it is worth").click()
    expect(page.get_by_label("Seeds done", exact=True)).to_have_text("0 of 5")
    press(page, "Play")
    expect(page.get_by_label("Seeds done", exact=True)).to_have_text("5 of 5", timeout=60_000)
    gain = page.get_by_label("Gain, points", exact=True).inner_text()
    assert float(gain.replace("−", "-")) >= 3
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    table = page.get_by_role("table", name=re.compile("^Accuracy on 1,000"))
    expect(table.get_by_role("rowheader", name="4", exact=True)).to_be_visible()


def test_the_space_of_pictures(open_augmentation: Opener) -> None:
    page = open_augmentation("&slide=L3-43")
    expect(page.get_by_text("1.2677 · 10³⁰").first).to_be_visible()
    page.get_by_role("slider", name="Side, pixels").focus()
    for _ in range(7):
        page.keyboard.press("ArrowLeft")
    expect(page.get_by_text("512", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    ("theme", "width", "query"),
    [("default", 1280, "&noise=0.3&digit=5"), ("dark", 390, "&look=space"), ("dark", 1280, "&look=effect")],
)
def test_axe_finds_nothing_grave_and_nothing_stands_out(
    open_augmentation: Opener, theme: str, width: int, query: str
) -> None:
    page = open_augmentation(f"{query}&theme={theme}", width=width)
    looked_at(page)
    assert page.evaluate("() => document.scrollingElement.scrollWidth") <= width
