"""A student at the gradient flow stage, in a real browser."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import watched
from tests.browser.student import choose, press
from tests.browser.test_accessibility import looked_at
from tests.serving import Server

NUMBER = re.compile(r"^\d")
Opener = Callable[..., Page]


@pytest.fixture
def open_flow(browser: Browser, server: Server) -> Iterator[Opener]:
    """Open the gradient flow page."""
    with watched(browser, server) as visit:

        def opened(query: str = "", **options: object) -> Page:
            page = visit(f"{server.url}?stage=flow{query}", **options)
            expect(page.locator(".np-stack .layer").first).to_be_visible(timeout=20_000)
            return page

        yield opened


def ratio(page: Page, which: int = 0) -> Locator:
    """Find the large number."""
    return page.locator(".np-stack .ratio").nth(which)


def value(text: str) -> float:
    """Read a number as the page writes it."""
    return float(text.replace("−", "-").removeprefix("×"))


def gradients(page: Page) -> list[str]:
    """Read the numbers under the bars."""
    return page.locator(".np-stack .layer .gradient").all_inner_texts()


def expect_gradients(page: Page, expected: list[str]) -> None:
    """Wait until these numbers stand under the bars."""
    expect(page.locator(".np-stack .layer .gradient")).to_have_text(expected)


def stand_at(page: Page, text: str) -> None:
    """Wait until the transport bar says so."""
    expect(page.locator(".np-transport .text")).to_have_text(text)


def test_open_predict_and_see(open_flow: Opener) -> None:
    page = open_flow()
    stand_at(page, "Forward · layer 10 of 10")
    expect(ratio(page)).to_have_text("–")
    assert set(gradients(page)) == {""}
    press(page, "About 0.1")
    expect(page.get_by_text("Not this time: it is")).to_be_visible()
    stand_at(page, "Backward · layer 1 of 10 · the pass is done")
    expect(ratio(page)).to_have_text(re.compile("e−6$"))
    # Ten sigmoid layers: 3.2e-6 in the curriculum, and within a factor of two by the draw.
    assert 1.6e-6 < value(ratio(page).inner_text()) < 6.4e-6
    expect(page.locator(".np-stack .layer .gradient").first).to_have_text(re.compile("e−5$"))
    numbers = [value(text) for text in gradients(page)]
    assert numbers == sorted(numbers)
    press(page, "Close")
    expect(page.get_by_text("Your prediction")).to_be_hidden()


def test_step_back_and_forward_layer_by_layer(open_flow: Opener) -> None:
    page = open_flow("&depth=4")
    whole = gradients(page)
    for layer in (2, 3, 4):
        press(page, "Step back")
        stand_at(page, f"Backward · layer {layer} of 4")
        expect_gradients(page, [""] * (layer - 1) + whole[layer - 1 :])
    press(page, "Step back")
    stand_at(page, "Forward · layer 4 of 4")
    expect_gradients(page, [""] * 4)
    expect(page.locator(".np-stack .is-known")).to_have_count(4)
    page.keyboard.press("ArrowLeft")
    stand_at(page, "Forward · layer 3 of 4")
    expect(page.locator(".np-stack .is-known")).to_have_count(3)
    page.keyboard.press("End")
    stand_at(page, "Backward · layer 1 of 4 · the pass is done")
    expect_gradients(page, whole)


def test_play_in_slow_motion_from_the_start_to_the_end(open_flow: Opener) -> None:
    page = open_flow("&depth=2")
    press(page, "Play")
    stand_at(page, "Forward · layer 1 of 2")
    expect(page.locator(".np-stack [data-current=forward] .number")).to_have_text("1")
    stand_at(page, "Backward · layer 2 of 2")
    expect(page.locator(".np-stack [data-current=backward] .number")).to_have_text("2")
    stand_at(page, "Backward · layer 1 of 2 · the pass is done")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_a_layer_is_pressed_or_reached_by_keys(open_flow: Opener) -> None:
    page = open_flow("&depth=5")
    page.get_by_role("button", name=re.compile(r"^Layer 3, backward")).click()
    stand_at(page, "Backward · layer 3 of 5")
    page.get_by_role("button", name=re.compile(r"^Layer 3, backward")).focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    stand_at(page, "Forward · layer 3 of 5")


def test_change_the_activation_and_the_depth(open_flow: Opener) -> None:
    page = open_flow("&depth=10&seed=0&batch=4")
    assert value(ratio(page).inner_text()) < 1e-4
    choose(page, "Activation", "Tanh")
    expect(ratio(page)).to_have_text(re.compile(r"^(0\.[2-9]|[1-4]\.)"))
    slider = page.get_by_role("slider", name=re.compile("^Layers"))
    slider.press("ArrowRight")
    expect(page.locator(".np-stack .layer")).to_have_count(11)
    page.get_by_label("Skip connections", exact=True).check()
    expect(page.locator(".np-stack .arc").first).to_be_visible()


def test_presets_lead_to_the_numbers_beside_them(open_flow: Opener) -> None:
    page = open_flow("&depth=3")
    golden = {"Tanh": 0.97, "ReLU, He start": 1.18, "Sigmoid with skips": 0.45, "Sigmoid, 10 layers": 3.2e-6}
    for name, expected in golden.items():
        button = page.locator(".np-stack_presets button").filter(has_text=name)
        number = button.locator(".number").inner_text()
        assert expected / 2 < value(number) < expected * 2
        button.click()
        expect(ratio(page)).to_have_text(number)
        expect(button).to_have_attribute("aria-pressed", "true")
    explode = page.locator(".np-stack_presets button").filter(has_text="weights × 100")
    explode.click()
    expect(page.get_by_text("It explodes.").first).to_be_visible()
    assert value(ratio(page).inner_text()) > 1e3


def test_pin_and_compare(open_flow: Opener) -> None:
    page = open_flow("&depth=8")
    alone = ratio(page).inner_text()
    press(page, "Pin and compare")
    expect(page.locator(".np-stack .result")).to_have_count(2)
    page.get_by_label("Skip connections", exact=True).check()
    expect(page.get_by_text("Now: 8 layers, Sigmoid, skips", exact=True)).to_be_visible()
    expect(ratio(page, 1)).to_have_text(alone)
    assert value(ratio(page).inner_text()) > 0.1
    assert page.locator(".np-stack .layer .bar.second:visible").count() == 8
    press(page, "Change places")
    expect(ratio(page)).to_have_text(alone)
    press(page, "Unpin")
    expect(page.locator(".np-stack .result")).to_have_count(1)


def test_a_shared_link_opens_the_same(open_flow: Opener) -> None:
    page = open_flow("&depth=6&activation=tanh&scale=2&b_depth=6&b_skip=1")
    press(page, "Share")
    link = page.get_by_role("textbox", name="Link to this experiment").input_value()
    again = open_flow(link.split("stage=flow", 1)[1])
    expect_gradients(again, gradients(page))
    assert ratio(again, 1).inner_text() == ratio(page, 1).inner_text()


def test_a_slider_is_followed_within_a_tenth_of_a_second(open_flow: Opener) -> None:
    page = open_flow("&depth=5")
    slider = page.get_by_role("slider", name=re.compile("^Layers"))
    slider.press("ArrowRight")
    expect(page.locator(".np-stack .layer")).to_have_count(6)
    times = []
    # A tenth of a second where nothing else runs; other tests share the machine, so one such try is enough.
    while min(times, default=math.inf) >= 100 and len(times) < 40:
        slider.focus()
        times.append(page.evaluate(
            """async (by) => {
              const inside = (root) => [...root.querySelectorAll('*')].flatMap(
                (one) => one.shadowRoot ? [one.shadowRoot, ...inside(one.shadowRoot)] : [])
              const root = inside(document).find((one) => one.querySelector('.np-stack .columns'))
              const columns = root.querySelector('.columns')
              const count = columns.children.length
              let active = document.activeElement
              while (active.shadowRoot) active = active.shadowRoot.activeElement
              const start = performance.now()
              active.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true, composed: true}))
              Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(active, count + by)
              active.dispatchEvent(new Event('input', {bubbles: true}))
              active.dispatchEvent(new Event('change', {bubbles: true}))
              while (columns.children.length !== count + by && performance.now() < start + 3000)
                await new Promise(requestAnimationFrame)
              return performance.now() - start
            }""",
            1 - 2 * (len(times) % 2),
        ))  # fmt: skip
        expect(page.locator(".np-stack .name").first).to_have_text(f"{6 + len(times) % 2} layers, Sigmoid")
    assert min(times) < 100, times


# Each width and each theme once: they do not depend on each other.
@pytest.mark.parametrize(("theme", "width"), [("default", 1280), ("dark", 390)])
@pytest.mark.parametrize("query", ["", "&depth=20&skip=1&b_depth=10"])
def test_axe_finds_nothing_grave(open_flow: Opener, theme: str, width: int, query: str) -> None:
    page = open_flow(f"{query}&theme={theme}", width=width)
    expect(page.get_by_role("button", name="Share", exact=True)).to_be_visible()
    looked_at(page)
    if not query:
        press(page, "About 1e−6")
        expect(page.get_by_text("Right: it is")).to_be_visible()
        looked_at(page)


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_stands_out_of_the_page(open_flow: Opener, width: int) -> None:
    page = open_flow("&depth=20&b_depth=20&width=64&skip=1", width=width)
    expect(page.get_by_role("button", name="Unpin", exact=True)).to_be_visible()
    right = page.evaluate(
        """() => {
          const inside = (root) => [...root.querySelectorAll('*')].flatMap(
            (one) => [one, ...(one.shadowRoot ? inside(one.shadowRoot) : [])])
          return Math.max(...inside(document).filter((one) => one.matches('.part, .result, button, dd, .sentence'))
            .map((one) => one.getBoundingClientRect().right))
        }"""
    )
    assert right <= width
