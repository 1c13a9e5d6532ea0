"""A student at the neuron stage, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import watched
from tests.browser.student import choose, figures, press
from tests.browser.test_accessibility import looked_at
from tests.serving import Server

Opener = Callable[..., Page]


@pytest.fixture
def open_neuron(browser: Browser, server: Server) -> Iterator[Opener]:
    """Open the neuron page."""
    with watched(browser, server) as visit:

        def opened(query: str = "", **options: object) -> Page:
            page = visit(f"{server.url}?stage=neuron{query}", **options)
            expect(page.locator(".np-neuron-terms .total")).to_be_visible()
            return page

        yield opened


def told(page: Page, text: str) -> None:
    """Wait until the neuron says so."""
    expect(page.locator(".np-neuron-terms .told")).to_have_text(re.compile(text))


def test_step_through_the_terms_with_the_code_and_back(open_neuron: Opener) -> None:
    page = open_neuron()
    told(page, "nothing is computed yet")
    products = page.locator(".np-neuron-terms td.term")
    expect(products).to_have_text(["·", "·", "·", "·"])
    press(page, "Step forward")
    told(page, "Term 1 of 3")
    expect(products).to_have_text(["0.1", "·", "·", "·"])
    for text in ("Term 2 of 3.* so far is 0.5", "so far is 1.4", "The sum: v = 1.4", r"φ\(1.4\) = 0.8022"):
        press(page, "Step forward")
        told(page, text)
    expect(page.locator(".np-code-lines [aria-current=step] code")).to_have_text("a = 1 / (1 + np.exp(-v))")
    expect(page.locator(".np-code-lines [aria-current=step] .result")).to_have_text("# a = 0.8022")
    page.keyboard.press("ArrowLeft")
    told(page, "The sum: v = 1.4")


def test_solve_and_with_a_slider_by_keys(open_neuron: Opener) -> None:
    page = open_neuron("&task=and&activation=step&inputs=0,0&weights=1,1&bias=-0.98&op=answer")
    table = page.locator(".np-fact-table")
    expect(table.first).to_contain_text("2 of 4 rows are right.")
    slider = page.get_by_role("slider", name="b", exact=True)
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    expect(table.first).to_contain_text("4 of 4 rows are right.")
    wrong = figures(page)["Answer a over the inputs"][5]
    assert wrong["x"] == []


def test_the_perceptron_rule_goes_round_in_a_circle_on_xor(open_neuron: Opener) -> None:
    page = open_neuron("&preset=xor")
    page.get_by_label("Speed", exact=True).select_option("fast")
    press(page, "Play")
    expect(page.get_by_text("the rule goes round in a circle", exact=False).first).to_be_visible()
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    expect(page.locator(".np-transport .text")).to_have_text("Pass 3 is done")
    page.get_by_role("radio", name="OR", exact=True).click()
    expect(page.locator(".np-transport .text")).to_have_text("Start")
    expect(page.get_by_role("combobox", name="Task", exact=True)).to_have_text("OR")


def test_training_ends_at_logistic_regression_and_no_slider_disturbs_it(open_neuron: Opener) -> None:
    page = open_neuron("&preset=logistic")
    page.get_by_label("Speed", exact=True).select_option("fastest")
    press(page, "Play")
    expect(page.get_by_text("this is the bottom of the cost")).to_be_visible()
    rows = page.locator(".np-fact-table tbody tr").filter(has_text="this neuron").locator("td")
    expected = page.locator(".np-fact-table tbody tr").filter(has_text="Newton").locator("td").all_inner_texts()
    expect(rows).to_have_text(expected)
    expect(page.locator(".np-transport .text")).to_have_text(re.compile(r"^Round \d+$"))


def test_another_task_and_a_link_to_it(open_neuron: Opener) -> None:
    page = open_neuron("&preset=compare")
    choose(page, "Task", "NAND")
    expect(page.locator(".np-fact-table").first).to_contain_text("NAND")
    press(page, "Share")
    link = page.get_by_role("textbox", name="Link to this neuron").input_value()
    assert "task=nand" in link
    assert "weights=1,-1" in link


def test_the_page_on_a_phone_and_for_everybody(open_neuron: Opener) -> None:
    page = open_neuron("&preset=and", width=390, height=844)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    looked_at(page)
    looked_at(open_neuron("&preset=logistic&theme=dark&op=50"))
