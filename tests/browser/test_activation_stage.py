"""A student at the activation stage, in a real browser."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import watched
from tests.browser.student import choose, figures, press
from tests.browser.test_accessibility import looked_at
from tests.serving import Server

Opener = Callable[..., Page]


@pytest.fixture
def open_activation(browser: Browser, server: Server) -> Iterator[Opener]:
    """Open the activation page."""
    with watched(browser, server) as visit:

        def opened(query: str = "", **options: object) -> Page:
            page = visit(f"{server.url}?stage=activation{query}", **options)
            expect(page.locator(".np-fact-table h2").first).to_be_visible()
            return page

        yield opened


def readout(page: Page) -> Locator:
    """Find what is said of the input."""
    return page.locator(".np-fact-table").filter(has_text="At x =")


def test_step_the_input_and_read_value_and_slope(open_activation: Opener) -> None:
    page = open_activation("&x=-0.2")
    for x in (-0.1, 0.0):
        press(page, "Step forward")
        expect(page.locator(".np-transport .text")).to_have_text(f"x = {x:g}".replace("-", "−"))
    expect(readout(page).locator("td")).to_have_text(["0.5", "0.25"])
    page.keyboard.press("Shift+ArrowRight")
    expect(readout(page).locator("td")).to_have_text(["0.7311", "0.1966"])
    dots = [source for source in figures(page)["Slope φ′(x)"] if source.get("x") == [1]]
    assert dots[0]["y"] == [pytest.approx(math.exp(-1) / (1 + math.exp(-1)) ** 2)]


def test_play_from_left_to_right(open_activation: Opener) -> None:
    page = open_activation("&x=5.5")
    press(page, "Play")
    expect(page.locator(".np-transport .text")).to_have_text("x = 6")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_a_dead_unit_is_revived_by_its_bias(open_activation: Opener) -> None:
    page = open_activation("&preset=relu&bias=-5.25")
    report = page.locator(".np-fact-table").filter(has_text="500 inputs")
    expect(report).to_contain_text("Alive")
    slider = page.get_by_role("slider", name="Bias", exact=True)
    slider.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(report).to_contain_text("Dead")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(report).to_contain_text("Alive again, by its bias alone.")


def test_another_function_and_another_one_beside_it(open_activation: Opener) -> None:
    page = open_activation()
    choose(page, "Function", "Tanh")
    expect(readout(page)).to_contain_text("Tanh")
    choose(page, "Beside it", "A scaled sigmoid")
    expect(readout(page)).to_contain_text("Largest difference")
    expect(page.get_by_role("slider", name="Factor on x")).to_be_visible()
    choose(page, "Beside it", "Four together")
    expect(readout(page).locator("tbody th")).to_have_text(["Identity", "Sigmoid", "Tanh", "ReLU"])
    press(page, "Share")
    link = page.get_by_role("textbox", name="Link to this activation").input_value()
    assert "function=tanh" in link
    assert "beside=four" in link


def test_the_spiking_neuron_says_that_it_is_an_analogy(open_activation: Opener) -> None:
    page = open_activation("&preset=spikes")
    expect(readout(page)).to_contain_text("144 times a second")
    assert "Voltage of a spiking neuron, an analogy" in figures(page)


def test_the_page_on_a_phone_and_for_everybody(open_activation: Opener) -> None:
    page = open_activation("&preset=scaled", width=390, height=844)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    looked_at(page)
    looked_at(open_activation("&preset=spikes&theme=dark"))
