"""Schedule, weight decay and clipping in the network stage, while it trains."""

from __future__ import annotations

import math
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.student import (
    Opener,
    choose,
    dialog,
    download,
    enter,
    figures,
    number,
    press,
    stand_at,
    to_epoch,
    upload,
    wait_until,
)
from tests.browser.test_accessibility import looked_at

SMALL = "?data=xor&hidden=3&samples=60"
FOLD = "Weight decay, clipping, schedule"
# A link's settings, and what the controls then show.
ALL = (
    "&schedule=step&schedule_settings=factor:0.25,every:2&schedule_unit=update&weight_decay=0.01&decoupled=true"
    "&clip_norm=0.5&clip_value=0.125"
)
FIELDS = {
    "Factor": "0.25", "Steps between": "2", "Weight decay": "0.01", "Clipping by norm": "0.5",
    "Clipping by value": "0.125",
}  # fmt: skip


def unfold(page: Page) -> None:
    page.get_by_text(FOLD, exact=True).click()
    expect(page.get_by_role("combobox", name="Schedule", exact=True)).to_be_visible()


def rate(page: Page) -> float:
    return number(page, "Rate now")


def mark(page: Page) -> float:
    """Where the mark of now stands on the curve of the schedule; NaN until there is one."""
    found = [sources for title, sources in figures(page).items() if title.startswith("Rate at epoch")]
    return float(found[0][1]["step"][0]) if found else math.nan


def test_a_schedule_is_chosen_while_it_trains_the_rate_falls_and_back_it_rises(open_page: Opener) -> None:
    page = open_page(SMALL)
    unfold(page)
    expect(page.get_by_label("Rate now", exact=True)).to_have_count(0)
    press(page, "Play")
    wait_until(page, lambda: number(page, "Epoch") > 2)
    choose(page, "Schedule", "Exponential")
    expect(page.get_by_label("Rate now", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    first = rate(page)
    wait_until(page, lambda: rate(page) < 0.5 * first)
    press(page, "Pause")
    # At rest the page is told in words.
    expect(page.get_by_text(re.compile(r"^Epoch [\d,]+ of a 2–3–1 network"))).to_be_visible()
    epoch = number(page, "Epoch")
    # A tenth after twenty epochs of all, also of those before it was chosen.
    wait_until(page, lambda: rate(page) == pytest.approx(0.02 * 10 ** (-epoch / 20), rel=1e-3))
    wait_until(page, lambda: mark(page) == epoch)
    fallen = rate(page)
    page.get_by_label("Grain", exact=True).select_option("epoch")
    press(page, "Step back")
    stand_at(page, f"^Epoch {epoch - 1:,.0f} · batch 1 ")
    wait_until(page, lambda: rate(page) == pytest.approx(fallen * 10 ** (1 / 20), rel=1e-3))
    wait_until(page, lambda: mark(page) == epoch - 1)


def test_the_gradient_is_clipped_live_and_its_line_can_be_stood_on(open_page: Opener) -> None:
    page = open_page(SMALL + "&optimizer=sgd&learning_rate=0.5")
    unfold(page)
    to_epoch(page, 1)
    enter(page, "Clipping by norm", "0.01")
    enter(page, "Weight decay", "0.1")
    page.get_by_label("Decoupled decay", exact=True).check()
    stand_at(page, "^Epoch 1 · batch 1 ")
    listing = page.get_by_role("list", name="Operations of this step")
    expect(listing.get_by_text("optimizer.scaled", exact=True)).to_have_count(1)
    press(page, "Step by step")
    for name, code in (
        ("optimizer.norm", "norm[...] = np.sqrt((g * g).sum())"),
        ("optimizer.scaled", "g *= clip_norm / np.maximum(norm, clip_norm)"),
        ("optimizer.decay", "w -= learning_rate * decay * w"),
    ):
        listing.get_by_text(name, exact=True).click()
        stand_at(page, f"next {name}$")
        press(page, "Step forward")
        window = page.locator(".np-operation-place")
        expect(window.get_by_role("heading", name=re.compile(f"^{name}"))).to_be_visible()
        expect(window.get_by_text(code, exact=True)).to_be_visible()


def test_a_bad_value_is_answered_at_its_field(open_page: Opener) -> None:
    page = open_page(SMALL)
    unfold(page)
    field = enter(page, "Clipping by norm", "far")
    expect(page.get_by_text("Clipping by norm is a number from 0 to 1,000,000, got 'far'")).to_be_visible()
    expect(field).to_have_attribute("aria-invalid", "true")
    choose(page, "Schedule", "Step")
    enter(page, "Factor", "2")
    expect(page.get_by_text(re.compile("Factor is a number from 0.01 to 1, got 2"))).to_be_visible()
    enter(page, "Clipping by norm", "2.5")
    expect(field).to_have_attribute("aria-invalid", "false")


def test_a_link_opens_with_all_of_it_and_a_saved_run_too(open_page: Opener) -> None:
    page = open_page(SMALL + ALL)
    assert rate(page) == 0.02
    unfold(page)
    for label, value in FIELDS.items():
        expect(page.get_by_label(label, exact=True)).to_have_value(value)
    expect(page.get_by_label("Decoupled decay", exact=True)).to_be_checked()
    press(page, "Share")
    link = dialog(page, "Share").get_by_label("Link to this experiment", exact=True)
    expect(link).to_have_value(re.compile(re.escape("schedule_settings=factor:0.25,every:2")))
    page.keyboard.press("Escape")
    to_epoch(page, 1)
    # Two updates are one epoch of 30 points: the rate has fallen once, to a quarter.
    expect(page.get_by_label("Rate now", exact=True)).to_have_text("0.005")
    press(page, "Save and export")
    saved = download(page, "Save this run")
    other = open_page(SMALL)
    unfold(other)
    press(other, "Save and export")
    upload(dialog(other, "Save, load, export"), "run.json", saved, "application/json")
    expect(other.get_by_label("Rate now", exact=True)).to_have_text("0.005")
    expect(other.get_by_label("Clipping by value", exact=True)).to_have_value("0.125")
    other.keyboard.press("Escape")
    press(other, "Step back")
    expect(other.get_by_label("Rate now", exact=True)).to_have_text("0.02")


def test_what_an_author_hides_of_it_is_gone(open_page: Opener) -> None:
    page = open_page(SMALL + "&hide=schedule,weight_decay")
    page.get_by_text(FOLD, exact=True).click()
    expect(page.get_by_label("Clipping by value", exact=True)).to_be_visible()
    expect(page.get_by_role("combobox", name="Schedule", exact=True)).to_have_count(0)
    expect(page.get_by_label("Weight decay", exact=True)).to_have_count(0)
    page = open_page(SMALL + "&hide=schedule,weight_decay,clip_norm,clip_value")
    expect(page.get_by_text("More settings", exact=True)).to_be_visible()
    expect(page.get_by_text(FOLD, exact=True)).to_be_hidden()


@pytest.mark.parametrize(("theme", "width"), [("default", 1280), ("dark", 390)])
def test_whoever_cannot_see_the_fields_can_use_them(open_page: Opener, theme: str, width: int) -> None:
    page = open_page(f"{SMALL}&theme={theme}&schedule=cosine&weight_decay=0.1", width=width)
    unfold(page)
    wait_until(page, lambda: mark(page) == 0)
    looked_at(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # A formula that is wider than its place is scrolled by the keyboard.
    formula = page.get_by_role("group", name="Formula of the schedule", exact=True)
    formula.focus()
    expect(formula).to_be_focused()


def test_cards_follow_the_pointer_and_the_tab_key(open_page: Opener) -> None:
    page = open_page(SMALL)
    unfold(page)
    page.get_by_label("Weight decay", exact=True).hover()
    expect(page.get_by_text("Pulls every parameter towards 0")).to_be_visible()
    page.get_by_label("Clipping by norm", exact=True).hover()
    expect(page.get_by_text("A gradient that is longer than this")).to_be_visible()
    page.get_by_label("Clipping by norm", exact=True).focus()
    page.keyboard.press("Tab")
    expect(page.get_by_text("Each partial derivative is held between")).to_be_visible()
