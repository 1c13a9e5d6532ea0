"""The failure clinic: a network goes wrong before one's eyes, and is healed."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.student import Opener, message, number, press, wait_until

TITLE = "Failure clinic: networks that go wrong"


def open_case(page: Page, title: str) -> None:
    press(page, "Clinic")
    press(page, title)
    expect(page.get_by_role("dialog", name=TITLE)).to_be_hidden()
    expect(page.get_by_text(f"{title}. Press Play.", exact=False)).to_be_visible()


def play_to(page: Page, digits: str) -> None:
    press(page, "Play")
    expect(page.get_by_label("Epoch", exact=True)).to_have_text(re.compile(digits), timeout=20_000)
    press(page, "Pause")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_zero_weights_stay_and_the_remedy_learns(open_page: Opener) -> None:
    page = open_page()
    open_case(page, "All weights start at zero")
    expect(page.get_by_role("radio", name="Circle", exact=True)).to_be_checked()
    # The view that shows it best is open.
    expect(page.get_by_role("button", name="Gradients", exact=True)).to_have_attribute("aria-pressed", "true")
    play_to(page, r"^([3-9]\d|\d{3,})$")
    # ln 2 = 0.693.
    assert abs(number(page, "Loss") - 0.693) < 0.002
    press(page, "Why?")
    expect(page.get_by_text("so the output's weights get no gradient", exact=False)).to_be_visible()
    press(page, "Try the remedy")
    expect(page.get_by_text("Set the initializer to Glorot uniform", exact=False)).to_be_visible()
    expect(page.get_by_label("Epoch", exact=True)).to_have_text("0")
    play_to(page, r"^([6-9]\d|\d{3,})$")
    wait_until(page, lambda: number(page, "Accuracy") > 0.95)
    press(page, "Close the case")
    expect(page.get_by_role("button", name="Why?", exact=True)).to_be_hidden()


def test_a_large_learning_rate_stops_by_itself_and_heals(open_page: Opener) -> None:
    page = open_page()
    open_case(page, "Learning rate too large")
    press(page, "Play")
    expect(message(page)).to_contain_text("Try:", timeout=20_000)
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    press(page, "Try the remedy")
    expect(page.get_by_label("Learning rate", exact=True)).to_have_value("0.01")
    wait_until(page, lambda: numbers_are_finite(page))
    start = number(page, "Loss")
    play_to(page, r"^\d{2,}$")
    assert number(page, "Loss") < start / 10


def numbers_are_finite(page: Page) -> bool:
    return page.get_by_label("Loss", exact=True).inner_text() not in ("∞", "NaN")


def test_a_case_gives_a_pinned_run_up(open_page: Opener) -> None:
    page = open_page()
    press(page, "Pin and compare")
    expect(page.get_by_role("button", name="Unpin", exact=True)).to_be_visible()
    open_case(page, "Underfitting")
    expect(page.get_by_role("button", name="Unpin", exact=True)).to_be_hidden()
