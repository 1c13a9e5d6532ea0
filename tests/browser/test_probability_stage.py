"""A student at the probability stage, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import watched
from tests.browser.student import enter, press
from tests.browser.test_accessibility import looked_at
from tests.serving import Server

Opener = Callable[..., Page]


@pytest.fixture
def open_probability(browser: Browser, server: Server) -> Iterator[Opener]:
    """Open the probability page."""
    with watched(browser, server) as visit:

        def opened(query: str = "", **options: object) -> Page:
            page = visit(f"{server.url}?stage=probability{query}", **options)
            expect(page.locator(".np-summary")).to_have_text(re.compile("."), timeout=20_000)
            return page

        yield opened


def bars(page: Page) -> Locator:
    """Find the numbers beside the bars."""
    return page.locator(".np-bar-table .bar .number")


def press_by_message(page: Page) -> None:
    """Step forward without taking the focus from where it is, as playing does."""
    page.get_by_role("button", name="Step forward", exact=True).dispatch_event("click")


def test_terms_come_step_by_step_and_go_back(open_probability: Opener) -> None:
    page = open_probability("&slide=L2-17")
    expect(bars(page)).to_have_text(["–", "–", "–"])
    press(page, "Step forward")
    expect(page.locator(".np-transport .text")).to_have_text("Class 1: e to the power of the score")
    page.get_by_label("Grain", exact=True).select_option("phase")
    for _ in range(3):
        press(page, "Step forward")
    expect(bars(page)).to_have_text(["0.6590", "0.2424", "0.0986"])
    press(page, "Step back")
    expect(bars(page)).to_have_text(["–", "–", "–"])
    expect(page.locator(".np-transport .text")).to_have_text("Class 3: the sum so far")


def test_scores_are_typed_and_moved_by_keys(open_probability: Opener) -> None:
    page = open_probability()
    for place, score in enumerate(("−0.357", "-1.609", "−2.303"), 1):
        enter(page, f"Score of class {place}, as a number", score)
    expect(bars(page)).to_have_text(["0.6999", "0.2001", "0.1000"])
    field = enter(page, "Score of class 1, as a number", "much")
    expect(field).to_have_attribute("aria-invalid", "true")
    slider = page.get_by_label("Score of class 2", exact=True)
    slider.focus()
    slider.press("End")
    expect(bars(page).nth(1)).to_have_text("0.9946")
    # What was refused has gone with the next answer.
    expect(field).to_have_value("−0.357")
    page.get_by_role("button", name="Class 3 is the true class", exact=True).click()
    expect(page.locator(".np-fact-table tbody tr").nth(1)).to_have_text("True classClass 3")


def test_what_is_being_typed_stays_while_terms_come(open_probability: Opener) -> None:
    page = open_probability("&at=0")
    field = page.get_by_label("Score of class 1, as a number", exact=True)
    field.fill("3.5")
    press_by_message(page)
    expect(page.locator(".np-transport .text")).to_have_text("Class 1: e to the power of the score")
    expect(field).to_have_value("3.5")
    field.press("Enter")
    expect(page.locator(".np-summary")).to_have_text(re.compile("^Soft-max of 3.5, 1, 0.1: 1 of 9"))


def test_a_thousand_on_all_scores(open_probability: Opener) -> None:
    page = open_probability()
    page.get_by_label("Subtract the largest score", exact=True).uncheck()
    expect(bars(page)).to_have_text(["0.6590", "0.2424", "0.0986"])
    press(page, "+1000")
    expect(bars(page)).to_have_text(["nan", "nan", "nan"])
    expect(page.get_by_text("A power was too large for a 64-bit number")).to_be_visible()
    page.get_by_label("Subtract the largest score", exact=True).check()
    expect(bars(page)).to_have_text(["0.6590", "0.2424", "0.0986"])


def test_the_sigmoid_and_soft_max_agree(open_probability: Opener) -> None:
    page = open_probability("&preset=sigmoid")
    enter(page, "v, as a number", "-3")
    expect(bars(page)).to_have_text(["0.0474", "0.9526", "0.0474"])
    press(page, "Note this value")
    expect(page.locator(".np-fact-table tbody tr")).to_have_count(1)
    expect(page.locator(".np-fact-table tbody tr").first).to_have_text(re.compile(r"^−30\.0474260\.047426"))


def test_a_point_beside_the_line(open_probability: Opener) -> None:
    page = open_probability("&preset=line")
    rows = page.locator(".np-fact-table tbody tr")
    expect(rows.first).to_have_text("(1, 1)1.6800.8429")
    enter(page, "Point x₁, x₂", "0, 0.55")
    expect(rows.first).to_have_text("(0, 0.55)0.0000.5000")
    factor = page.get_by_role("slider", name="Factor")
    factor.focus()
    factor.press("End")
    expect(rows.nth(2)).to_have_text("(1, 1)6.7200.9988")
    expect(rows.first).to_have_text("(0, 0.55)0.0000.5000")


def test_saying_nothing(open_probability: Opener) -> None:
    page = open_probability("&preset=abstain&threshold=0.84")
    threshold = page.get_by_role("slider", name="Threshold of the confidence")
    threshold.focus()
    threshold.press("ArrowRight")
    right = page.locator(".np-fact-table tr").filter(has_text="Right of the answered")
    expect(right).to_have_text(re.compile(r"9[5-9]\.\d %"))
    expect(page.get_by_text("the labels were drawn by a program")).to_be_visible()


def test_a_shared_link_opens_the_same(open_probability: Opener) -> None:
    page = open_probability("&preset=tie")
    press(page, "Share")
    address = page.get_by_role("textbox", name="Link to what stands here").input_value()
    again = open_probability(address.split("stage=probability", 1)[1])
    expect(again.locator(".np-fact-table tbody tr").first).to_have_text("Arg-maxA tie: classes 1 and 3")


@pytest.mark.parametrize(("theme", "width"), [("default", 1280), ("dark", 390)])
def test_every_look_is_accessible(open_probability: Opener, theme: str, width: int) -> None:
    page = open_probability(f"&theme={theme}", width=width)
    for title in ("Scores of 1000", "Sigmoid", "A line", "Not answering"):
        page.get_by_role("radio", name=title, exact=True).click()
        expect(page.get_by_role("radio", name=title, exact=True)).to_be_checked()
        looked_at(page)
        # Nothing sticks out.
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
