"""Two runs side by side: one is pinned, one is changed, both are at the same moment."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import student
from tests.browser.student import Opener, enter, number, press, stand_at, wait_until

RUN = "?data=xor&hidden=4&samples=100&learning_rate=0.02"


def pinned(page: Page) -> list[str]:
    """Read the pinned run's numbers: epoch, loss, test loss, accuracy, test accuracy."""
    return [text.removeprefix("pinned ") for text in page.locator(".np-readout .second").all_inner_texts()]


def pin(page: Page) -> None:
    press(page, "Pin and compare")
    expect(page.get_by_text("Nothing differs yet.", exact=False)).to_be_visible()


def test_both_runs_stand_at_the_same_epoch(open_page: Opener) -> None:
    page = open_page(RUN)
    student.to_epoch(page, 2)
    pin(page)
    assert pinned(page) == student.numbers(page)
    enter(page, "Learning rate", "0.5")
    expect(page.get_by_text("Learning rate: 0.02 (pinned), 0.5 (now)", exact=True)).to_be_visible()
    press(page, "Play")
    expect(page.get_by_label("Epoch", exact=True)).to_have_text(re.compile(r"^\d{2,}$"), timeout=20_000)
    press(page, "Pause")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    wait_until(page, lambda: pinned(page)[0] == student.numbers(page)[0])
    wait_until(page, lambda: pinned(page)[1] != student.numbers(page)[1])
    # The slider moves both. Where they were alike they are alike again.
    page.get_by_label("Position in history", exact=True).fill("3")
    stand_at(page, "^Epoch 1 · batch 1 ")
    wait_until(page, lambda: pinned(page) == student.numbers(page))
    press(page, "To the newest moment")
    wait_until(page, lambda: pinned(page)[1] != student.numbers(page)[1])
    assert pinned(page)[0] == student.numbers(page)[0]


def test_the_pinned_run_is_what_training_alone_would_have_been(open_page: Opener) -> None:
    alone = open_page(RUN)
    student.to_epoch(alone, 4)
    expected = student.numbers(alone)
    page = open_page(RUN)
    pin(page)
    enter(page, "Learning rate", "0.3")
    student.to_epoch(page, 4)
    wait_until(page, lambda: pinned(page) == expected)
    assert student.numbers(page) != expected
    # Changing places shows it large.
    press(page, "Change places")
    wait_until(page, lambda: student.numbers(page) == expected)
    expect(page.get_by_label("Learning rate", exact=True)).to_have_value("0.02")


def test_the_curves_and_the_difference_show_both(open_page: Opener) -> None:
    page = open_page(RUN)
    pin(page)
    enter(page, "Learning rate", "0.3")
    student.to_epoch(page, 5)
    found = student.figures(page)
    title = next(name for name in found if "differ" in name.lower() or "pinned" in name.lower())
    wait_until(page, lambda: len({*student.figures(page)[title][0]["image"][0]}) > 1)
    losses = [source for source in student.figures(page)["Loss"] if source.get("epoch")]
    ends = [source["train_loss"][-1] for source in losses if source["epoch"][-1] == 5]
    assert number(page, "Loss") == pytest.approx(min(ends, key=lambda end: abs(end - number(page, "Loss"))), abs=1e-4)
    other = float(pinned(page)[1])
    assert other == pytest.approx(min(ends, key=lambda end: abs(end - other)), abs=1e-4)


def test_unpinning_goes_back_to_one(open_page: Opener) -> None:
    page = open_page(RUN)
    pin(page)
    enter(page, "Learning rate", "0.3")
    student.to_epoch(page, 1)
    kept = student.numbers(page)
    press(page, "Unpin")
    expect(page.get_by_role("button", name="Pin and compare", exact=True)).to_be_visible()
    expect(page.locator(".np-readout .second").first).to_be_hidden()
    assert student.numbers(page) == kept
    student.to_epoch(page, 2)
