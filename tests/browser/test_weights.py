"""Weights and biases that are set by hand."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import student
from tests.browser.student import Opener, number, numbers, on_edge, picture, press, stand_at, unit, wait_until

SMALL = "?data=xor&hidden=3&samples=100"


def weight(page: Page) -> float:
    """Read the weight of the edge whose window is open, and close it."""
    value = float(page.get_by_label("Weight", exact=True).input_value())
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    return value


def test_a_clicked_edge_sets_a_weight_and_scrubbing_restores_it(open_page: Opener) -> None:
    page = open_page(SMALL)
    press(page, "Step forward")
    stand_at(page, "batch 2 ")
    before, seen = numbers(page), picture(page)
    page.mouse.click(*on_edge(page, "neuron 2 of dense1", "output ŷ"))
    field = page.get_by_label("Weight", exact=True)
    expect(field).to_be_focused()
    old = float(field.input_value())
    field.fill("7.5")
    field.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    wait_until(page, lambda: numbers(page)[1] != before[1] and picture(page) != seen)
    changed = numbers(page)
    # Where the weight is set a new moment begins; before it, all is as it was.
    press(page, "Step back")
    stand_at(page, "batch 1 ")
    press(page, "Step forward")
    stand_at(page, "batch 2 ")
    expect(page.get_by_label("Loss", exact=True)).to_have_text(changed[1])
    page.mouse.click(*on_edge(page, "neuron 2 of dense1", "output ŷ"))
    assert weight(page) == 7.5
    page.get_by_label("Position in history", exact=True).fill("0")
    stand_at(page, "batch 1 ")
    page.mouse.click(*on_edge(page, "neuron 2 of dense1", "output ŷ"))
    assert weight(page) == pytest.approx(old, abs=0.1)


def test_a_weight_set_in_the_past_makes_a_branch(open_page: Opener) -> None:
    page = open_page(SMALL)
    student.to_epoch(page, 3)
    newest = numbers(page)
    press(page, "Step back")
    stand_at(page, "^Epoch 2 · batch 1 ")
    past, seen = numbers(page), picture(page)
    page.mouse.click(*on_edge(page, "neuron 1 of dense1", "output ŷ"))
    page.get_by_label("Weight", exact=True).fill("-6")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Branch", exact=True)).to_be_visible()
    wait_until(page, lambda: numbers(page)[1] != past[1] and picture(page) != seen)
    expect(page.get_by_role("button", name=re.compile("Branch 2: .*1 weight set by hand"))).to_be_visible()
    press(page, "Step forward")
    stand_at(page, "^Epoch 3 · batch 1 ")
    assert numbers(page) != newest
    page.get_by_label("Branch", exact=True).select_option("0")
    expect(page.get_by_label("Loss", exact=True)).to_have_text(newest[1])
    assert numbers(page) == newest


def test_a_bias_is_set_and_the_picture_follows(open_page: Opener) -> None:
    page = open_page(SMALL)
    loss = number(page, "Loss")
    unit(page, "neuron 2 of dense1").click()
    expect(page.get_by_role("dialog", name="Neuron 2 of dense1", exact=True)).to_be_visible()
    wait_until(page, lambda: student.plane_title(page) == "What neuron 2 of dense1 computes")
    seen = picture(page)
    page.get_by_label("Bias", exact=True).fill("20")
    wait_until(page, lambda: picture(page) != seen)
    # tanh(20 + …) is 1 everywhere: the bluest of the 256 colours.
    wait_until(page, lambda: min(picture(page)) >= 250)
    assert number(page, "Loss") != loss


def test_a_bias_is_set_by_keyboard_alone(open_page: Opener) -> None:
    page = open_page(SMALL)
    loss = number(page, "Loss")
    unit(page, "neuron 1 of dense1").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Bias", exact=True)).to_be_focused()
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(unit(page, "neuron 1 of dense1")).to_be_focused()
    wait_until(page, lambda: number(page, "Loss") != loss)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Bias", exact=True)).to_have_value("3.000")


def test_a_number_that_is_too_large_is_answered(open_page: Opener) -> None:
    page = open_page(SMALL)
    before = numbers(page)
    page.mouse.click(*on_edge(page, "input x₁", "neuron 1 of dense1"))
    page.get_by_label("Weight", exact=True).fill("1e9")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("from −1,000 to 1,000")
    page.keyboard.press("Escape")
    assert numbers(page) == before
