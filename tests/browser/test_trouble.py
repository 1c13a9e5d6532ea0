"""Numbers that are no numbers any more: training stops, and the page says where, why, and what to do."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser import student
from tests.browser.student import Opener, enter, message, number, press, stand_at, wait_until

EXPLODES = "?data=plane&hidden=4&activation=relu&optimizer=sgd&learning_rate=10&loss=mse"


def test_playing_stops_and_says_which_layer_and_why(open_page: Opener) -> None:
    page = open_page(EXPLODES)
    press(page, "Play")
    said = message(page)
    expect(said).to_contain_text(re.compile(r"dense\d|loss|optimizer"), timeout=20_000)
    expect(said).to_contain_text("Try:")
    expect(said).to_contain_text("learning rate")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    # Back to the start, a smaller rate, and it goes on and learns.
    page.get_by_label("Position in history", exact=True).fill("0")
    stand_at(page, "^Epoch 0 · batch 1 ")
    wait_until(page, lambda: page.get_by_label("Loss", exact=True).inner_text()[0].isdigit())
    loss = number(page, "Loss")
    enter(page, "Learning rate", "0.01")
    press(page, "Play")
    expect(page.get_by_label("Epoch", exact=True)).to_have_text(re.compile(r"^\d{2,}$"), timeout=20_000)
    press(page, "Pause")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    assert number(page, "Loss") < loss


def test_playing_on_from_trouble_stops_again(open_page: Opener) -> None:
    page = open_page(EXPLODES)
    for _ in range(2):
        press(page, "Play")
        expect(message(page)).to_contain_text("Try:", timeout=20_000)
        expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
        press(page, "Close message")
        expect(message(page)).to_be_hidden()
    press(page, "Reset")
    expect(page.get_by_label("Loss", exact=True)).to_have_text(re.compile(r"^\d"))


@pytest.mark.parametrize("formula", ["1/x1", "log(x1)"])
def test_an_own_input_that_is_no_number_somewhere_does_not_break_the_page(open_page: Opener, formula: str) -> None:
    page = open_page("?hidden=2")
    page.get_by_label("Add your own formula as an input", exact=True).click()
    enter(page, "Your own input", formula)
    expect(student.dialog(page, "A formula as an input")).to_be_hidden()
    press(page, "Step forward")
    # Either it trains, or the page says why not.
    wait_until(
        page,
        lambda: (message(page).count() > 0 and message(page).is_visible())
        or "batch 2" in page.get_by_text(student.STATUS).inner_text(),
    )  # fmt: skip
