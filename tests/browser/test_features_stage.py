"""A student at the features stage, in a real browser."""

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
def open_features(browser: Browser, server: Server) -> Iterator[Opener]:
    """Open the features page."""
    with watched(browser, server) as visit:

        def opened(query: str = "", **options: object) -> Page:
            page = visit(f"{server.url}?stage=features{query}", **options)
            expect(page.locator(".np-transport .text")).to_have_text(re.compile(r"\w"))
            expect(page.get_by_text(re.compile("^Synthetic")).first).to_be_visible()
            return page

        yield opened


def shows(page: Page, label: str, text: str | re.Pattern[str]) -> None:
    """Wait until one of the large numbers is this."""
    expect(page.get_by_label(label, exact=True)).to_have_text(text)


def test_label_traces_and_go_on_to_signals(open_features: Opener) -> None:
    page = open_features()
    press(page, "Walking")
    shows(page, "Labeled", "1 of 10")
    expect(page.get_by_role("table", name="Your labels")).to_contain_text("walking")
    page.get_by_role("radio", name="Signals").click()
    shows(page, "Energy E", re.compile(r"^\d"))
    before = page.get_by_label("Energy E", exact=True).inner_text()
    press(page, "Step forward")
    expect(page.locator(".np-transport .text")).to_have_text("Window 2 of 15")
    expect(page.get_by_label("Energy E", exact=True)).not_to_have_text(before)
    press(page, "Step back")
    shows(page, "Energy E", before)


def test_a_line_is_turned_by_keys_and_examples_are_added_up(open_features: Opener) -> None:
    page = open_features("&look=line&w2=0.99")
    slider = page.get_by_role("slider", name="w₂")
    slider.focus()
    page.keyboard.press("ArrowRight")
    shows(page, "Direction of w", "45.0°")
    press(page, "Step forward")
    table = page.get_by_role("table", name=re.compile("^Example 1"))
    expect(table).to_contain_text("sum y")
    page.get_by_label("Append 1 to x").click()
    expect(table.get_by_role("rowheader", name="1", exact=True)).to_be_visible()


def test_terms_solve_the_ring_and_a_network_learns_it(open_features: Opener) -> None:
    page = open_features("&look=terms&terms=")
    shows(page, "Accuracy", "0.500")
    for term in ("x₁²", "x₂²"):
        page.get_by_label(term, exact=True).click()
    shows(page, "Accuracy", "1.000")
    page.get_by_role("radio", name="Learned φ").click()
    expect(page.locator(".np-transport .text")).to_have_text("Epoch 0")
    press(page, "Play")
    shows(page, "Best line in φ", re.compile(r"^(0\.9[89]|1\.)"))
    press(page, "Pause")
    page.get_by_role("radio", name="Lift").click()
    expect(page.get_by_role("img", name=re.compile("lifted to z"))).to_be_visible()


def test_a_shared_link_opens_the_same(open_features: Opener) -> None:
    page = open_features("&look=threshold&data=band&rule=between&low=-1.68&high=-0.19")
    shows(page, "Accuracy", "0.917")
    press(page, "Share")
    link = page.get_by_role("textbox", name="Link to this view").input_value()
    assert "rule=between" in link
    again = open_features("&" + link.split("&", 1)[1])
    shows(again, "Accuracy", "0.917")


@pytest.mark.parametrize(
    ("theme", "width", "query"),
    [
        ("default", 1280, "&look=function"), ("dark", 390, "&look=line&example=3"), ("dark", 1280, "&look=three"),
        ("default", 390, "&look=lift"),
    ],
)  # fmt: skip
def test_axe_finds_nothing_grave_and_nothing_stands_out(
    open_features: Opener, theme: str, width: int, query: str
) -> None:
    page = open_features(f"{query}&theme={theme}", width=width)
    looked_at(page)
    assert page.evaluate("() => document.scrollingElement.scrollWidth") <= width
