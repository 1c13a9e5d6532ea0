"""From a real moment of the training: what each optimizer would do next, and that the own one then does it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.student import choose, dialog, press, stand_at, to_epoch

Open = Callable[..., Page]
BUTTON, TITLE = "All optimizers", "What each optimizer would do"


def opened(page: Page, moment: str) -> Locator:
    press(page, BUTTON)
    window = dialog(page, TITLE)
    expect(window.get_by_text(re.compile(f"^{moment} of "))).to_be_visible(timeout=15_000)
    expect(window.get_by_role("row")).to_have_count(12)
    return window


def row(window: Locator, name: str) -> Locator:
    head = window.page.get_by_role("rowheader", name=re.compile(rf"^{name}\b"))
    return window.get_by_role("row").filter(has=head)


def cells(window: Locator, name: str) -> list[str]:
    return row(window, name).get_by_role("cell").all_inner_texts()


def exact(window: Locator, place: int) -> float:
    """The last number of one of Adam's cells, in full."""
    cell = row(window, "Adam").get_by_role("cell").nth(place)
    return float(cell.locator(".number").last.get_attribute("title") or "nan")


def test_the_own_optimizer_then_does_what_its_row_has_said(open_page: Open) -> None:
    page = open_page("?data=xor&hidden=3&samples=60")
    to_epoch(page, 2)
    window = opened(page, "Epoch 2, batch 1")
    expect(window.get_by_text("Only Adam has trained this network and goes on from a copy of its real")).to_be_visible()
    expect(row(window, "Adam")).to_contain_text("trains this network")
    expect(row(window, "Gradient descent").get_by_role("cell").nth(2)).to_have_text("–")
    there, step = exact(window, 6), exact(window, 5)
    assert step != 0
    page.keyboard.press("Escape")
    expect(window).to_have_count(0)
    # The focus is back at the button, and the run where it was.
    expect(page.get_by_role("button", name=BUTTON, exact=True)).to_be_focused()
    stand_at(page, "^Epoch 2 · batch 1 ")
    page.get_by_label("Grain", exact=True).select_option("batch")
    press(page, "Step forward")
    stand_at(page, "^Epoch 2 · batch 2 ")
    window = opened(page, "Epoch 2, batch 2")
    assert exact(window, 6) - exact(window, 5) == pytest.approx(there, abs=1e-12)


def test_another_weight_and_other_rates_are_chosen(open_page: Open) -> None:
    page = open_page("?data=xor&hidden=3&samples=60")
    to_epoch(page, 1)
    window = opened(page, "Epoch 1, batch 1")
    first = cells(window, "Adam")
    choose(page, "Weight", "its bias")
    expect(row(window, "Adam").get_by_role("cell").nth(1)).not_to_have_text(first[1])
    # Of the whole step, and of the losses, nothing has changed.
    assert cells(window, "Adam")[-4:] == first[-4:]
    expect(row(window, "Adadelta").get_by_role("cell").first).to_have_text("0.02")
    choose(page, "Learning rate", "The usual one of each")
    expect(row(window, "Adadelta").get_by_role("cell").first).to_have_text("1", timeout=15_000)
    expect(row(window, "Adam").get_by_role("cell").first).to_have_text("0.02")


def test_on_a_phone_the_names_stay_while_the_numbers_scroll(open_page: Open) -> None:
    page = open_page("?data=xor&hidden=3&samples=60", width=390, height=800)
    window = opened(page, "Epoch 0, batch 1")
    expect(window.get_by_text("No update has been made yet: no optimizer remembers anything")).to_be_visible()
    expect(window.get_by_role("button", name="Close")).to_be_in_viewport()
    region = window.get_by_role("region", name="The table of the fan")
    name = row(window, "Nesterov").get_by_role("rowheader")
    name.scroll_into_view_if_needed()
    before = name.bounding_box()
    region.focus()
    region.evaluate("(element) => element.scrollTo(element.scrollWidth, 0)")
    last = row(window, "Nesterov").get_by_role("cell").last
    expect(last).to_be_in_viewport()
    after = name.bounding_box()
    assert before is not None
    assert after is not None
    assert after["x"] == before["x"]
    # Nothing else runs out of the dialog.
    assert window.evaluate("(element) => element.scrollWidth <= element.clientWidth")
